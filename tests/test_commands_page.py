"""`docs/commands.md` has the help of every command as the live program prints it; `UPDATE_GOLDEN=1` writes it again.

Its examples are run by `tests/test_tutorials.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from command_line import advise
from shown import commands

from advisor.cli import app

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
HELP = re.compile(r"^(<!-- help: ?([a-z ]*) ?-->)\n(?:\n```text\n.*?^```\n)?", re.M | re.S)


def names(command: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the names of a command and of every command below it."""
    yield before
    for name, inner in getattr(command, "commands", {}).items():
        yield from names(inner, (*before, name))


COMMANDS = list(names(typer.main.get_command(app)))


@pytest.fixture(autouse=True)
def as_wide_as_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERMINAL_WIDTH", "100")


def test_every_command_has_its_help_on_the_page_as_it_prints_it() -> None:
    def told(found: re.Match[str]) -> str:
        return f"{found[1]}\n\n```text\n{advise(*found[2].split(), '--help').out}```\n"

    text = PAGE.read_text(encoding="utf-8")
    renewed = HELP.sub(told, text)
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(renewed, encoding="utf-8")
        text = renewed
    assert text == renewed
    assert sorted(tuple(found[2].split()) for found in HELP.finditer(text)) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_a_heading_and_an_example(command: tuple[str, ...]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    name = " ".join(("advise", *command))
    assert f"\n## `{name}`\n" in text
    groups = {before[:-1] for before in COMMANDS}
    if command not in groups:
        assert any(f"{example} ".startswith(f"{name} ") for example, _ in commands(text)), f"no example of {name}"
