"""The tutorials do what they show: their files are written and their commands run, in order, in an empty folder.

`UPDATE_GOLDEN=1` writes into the pages what their commands print now, and the picture that the first one makes.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from shown import FENCED, FILES, commands, play, shown, shows

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TUTORIALS = {"own-rules.md": 6, "first-recommendation.md": 8, "commands.md": 20, "whatif.md": 3}
"""The pages that are played, and how many commands each has at least."""

PICTURE = DOCS / "images" / "ticket-triage-cumulative-cost.svg"


@pytest.fixture(autouse=True)
def in_a_folder_with_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERMINAL_WIDTH", "100")
    for name in ("support-classifier", "too-close-to-call"):
        place = tmp_path / "examples" / f"{name}.advise.json"
        place.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "examples" / place.name, place)
    (tmp_path / "tests" / "cases").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "cases" / "dev.yaml", tmp_path / "tests" / "cases")


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_does_what_it_shows(name: str) -> None:
    path = DOCS / name
    page = path.read_text(encoding="utf-8")
    assert page.count("```") == 2 * len(list(FENCED.finditer(page)))
    for block in FENCED.finditer(page):
        assert block["file"] or block["kind"] not in FILES, f"a file without a name: {block['text'][:60]}"
    played, codes = play(page)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(played, encoding="utf-8")
        page = played
    assert page == played
    assert len(codes) >= TUTORIALS[name]
    for (command, printed), code in zip(commands(page), codes, strict=True):
        assert bool(code) == says_what_is_wrong(printed), f"{command} ended with {code}"


def says_what_is_wrong(printed: str) -> bool:
    """Return whether a reader sees that a command failed."""
    return re.search(r"error[ :]|expected:", printed) is not None and "0 errors" not in printed


def test_the_picture_of_the_first_tutorial_is_the_one_that_it_makes() -> None:
    play((DOCS / "first-recommendation.md").read_text(encoding="utf-8"))
    made = Path("tickets.advise/cumulative-cost.svg").read_text(encoding="utf-8")
    if os.environ.get("UPDATE_GOLDEN"):
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(made, encoding="utf-8")
    assert PICTURE.read_text(encoding="utf-8") == made


def test_the_first_tutorial_installs_as_the_readme_does() -> None:
    page = (DOCS / "first-recommendation.md").read_text(encoding="utf-8")
    install = next(block["text"] for block in FENCED.finditer(page) if block["kind"] == "sh")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in install.splitlines():
        assert line in readme


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\n", "a\nb\nc\n", True),
        ("...\nb\n", "a\nb\n", True),
        ("...\nb\n", "a\nc\n", False),
    ],
)
def test_what_is_shown_is_held_against_what_is_printed(expected: str, printed: str, same: bool) -> None:
    assert shows(expected, printed) is same


@pytest.mark.parametrize(
    ("expected", "printed", "renewed"),
    [
        ("a\n...\n", "b\nc\nd\n", "b\n...\n"),
        ("...\na\n", "b\nc\n", "...\nc\n"),
        ("a\n...\nb\n", "a\nx\nb\n", "a\n...\nb\n"),
        ("a\n", "b\nc\n", "b\nc\n"),
    ],
)
def test_what_is_shown_is_renewed_with_as_many_lines(expected: str, printed: str, renewed: str) -> None:
    assert shown(expected, printed) == renewed
