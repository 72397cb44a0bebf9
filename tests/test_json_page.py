"""`docs/json.md` names the fields and exit codes that there are; `UPDATE_GOLDEN=1` writes the fields again."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import get_type_hints

import pytest
from command_line import advise

from advisor import contract
from advisor.errors import AdviseError, Stopped
from advisor.schemas import SCHEMAS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "json.md"
EXAMPLE = "examples/support-classifier.advise.json"
STANDS_FOR = {"FILE": EXAMPLE, "OLD": EXAMPLE, "NEW": EXAMPLE, "CASES": "tests/cases/own.yaml", "MODEL": "gpt-4o"}
ROW = re.compile(r"^(\| `advise ([^`]*json)` \| [^|]* \| )(.*) \|$", re.M)


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def fields_of(command: str) -> str:
    """Return the top-level fields that a command prints."""
    outcome = advise(*(STANDS_FOR.get(word, word) for word in command.split()))
    assert outcome.code in (0, 1), outcome.err
    return ", ".join(f"`{name}`" for name in json.loads(outcome.out))


def test_the_page_names_the_fields_that_commands_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    renewed, count = ROW.subn(lambda row: f"{row[1]}{fields_of(row[2])} |", text())
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(renewed, encoding="utf-8")
    assert text() == renewed
    assert count >= 13


def test_the_page_links_every_published_schema() -> None:
    linked = set(re.findall(r"\(schemas/(\w+)\.schema\.json\)", text()))
    assert linked == set(SCHEMAS) == {path.name.partition(".")[0] for path in (ROOT / "docs" / "schemas").iterdir()}


def test_the_page_has_the_exit_codes_and_the_version_that_there_are() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", text(), re.M)}
    assert codes == {0, 1, AdviseError.exit_code, Stopped.exit_code}
    assert f"`{contract.SCHEMA_VERSION}`" in text()


def test_the_attributes_that_the_page_shows_are_there() -> None:
    assert "strategy" in get_type_hints(contract.Recommendation)
    assert {"recommendation", "strategies"} <= set(get_type_hints(contract.Result))
    assert "horizon_usd" in get_type_hints(contract.Cost)
