"""The pictures of the wizard in the docs show what the program shows; `UPDATE_GOLDEN=1` takes them again."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from terminal import ROOT, Terminal
from terminal_picture import picture, runs
from wizard_driver import DOWN, ENTER

IMAGES = ROOT / "docs" / "images"
EXAMPLE = "support-classifier.advise.json"
COLUMNS = 100

DRAFT = {
    "version": "1",
    "as_of": "2026-11-23",
    "task_type": "classification",
    "task_breadth": "narrow",
    "knowledge_needed": "none",
    "failing": "behaviour",
    "queries_per_day": 20_000,
    "prompt_tokens": 1200,
    "asked": [],
    "way": "quick",
}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def taken(it: Terminal, title: str) -> str:
    """Return the picture of what stands in a terminal."""
    rows = len(it.text.splitlines())
    return picture([[*runs(it.buffer, row, COLUMNS)] for row in range(rows)], COLUMNS, title)


def hold(name: str, made: str) -> None:
    """Assert that a picture of the docs is the one that was made."""
    path = IMAGES / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    ElementTree.fromstring(made)
    assert path.read_text(encoding="utf-8") == made


def test_the_picture_of_a_question() -> None:
    Path(".tickets.advise.draft.json").write_text(json.dumps(DRAFT))
    it = Terminal("new", "tickets", "--resume", columns=COLUMNS).see("Most telling next").press(DOWN, DOWN)
    it.see("›  2")
    hold("wizard-question.svg", taken(it, "A question of the wizard, with the panel that says where the answers lean"))
    it.kill()


def test_the_pictures_of_the_check_page_and_of_the_end() -> None:
    shutil.copy(ROOT / "examples" / EXAMPLE, EXAMPLE)
    it = Terminal("edit", EXAMPLE, columns=COLUMNS).see("Check your answers").press("3", ENTER).see("How varied")
    it.press(ENTER).see("  w  Write")
    hold("wizard-check.svg", taken(it, "The page on which answers are checked before anything is written"))
    it.press("w").see("--format html")
    it.end()
    hold("wizard-end.svg", taken(it, "What is said at the end: files, recommendation, costs, next commands"))
