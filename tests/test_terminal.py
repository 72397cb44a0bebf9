"""Journeys through the real program in a pseudo-terminal, as a person takes them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from terminal import ROOT, Terminal
from wizard_driver import BACK, DOWN, ENTER, FINISH, LEAVE

EXAMPLE = "support-classifier.advise.json"
COLOUR = re.compile(rb"\x1b\[[0-9;]*3[0-7]m|\x1b\[[0-9;]*[34]8;|\x1b\[[0-9;]*9[0-7]m")

FIRST_QUESTION = """
from pathlib import Path
from advisor.cli.door import SEARCH
from advisor.config_search import Search
from advisor.cli.interviewing import Call
SEARCH.set(Search(None, True))
session = Call("new", Path("bot.advise.json"), quick=True).session()
from advisor.wizard.application import Wizard
"""
"""All that is loaded until the first question is drawn."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(name: str) -> dict[str, Any]:
    return dict(json.loads(Path(name).read_text()))


def go_on_with(text: str) -> list[str]:
    """Return the arguments of the command that a stopped interview names."""
    program, *arguments = shlex.split(" ".join(text.rpartition("go on with: ")[2].split()))
    assert program == "advise"
    return arguments


def test_straight_through_the_quick_way_with_a_change_at_the_check_page() -> None:
    it = Terminal("new", "bot").see("How much do you want to say?").press("1", ENTER)
    it.see("1 of at most 8").press("9", ENTER).see("2 of at most 8").see("Leaning so far").press("3", ENTER)
    it.see("How many tokens does that knowledge hold?")
    it.press("2M").see("= 2,000,000").press(ENTER).see("4 of at most 8").press(FINISH)
    it.see("Check your answers").see("Write bot.advise.json and .md").press("2", ENTER).see("What does the model do?")
    it.press("7", ENTER).see("qa (answered now)").press("w")
    it.see("Wrote bot.advise.json and bot.advise.md.").see("Recommendation: RAG").see("█").see(
        "advise edit bot.advise.json"
    )
    assert it.end() == 0
    answers = written("bot.advise.json")
    assert answers["task_type"] == "qa"
    assert answers["knowledge_tokens"] == 2_000_000
    assert "Use RAG" in Path("bot.advise.md").read_text()
    assert "at most 8" not in it.text, "the screen of the questions is erased"


def test_back_over_a_condition_bad_input_and_a_filtered_model() -> None:
    it = Terminal("new", "bot", "--ask", "knowledge_needed", "--ask", "knowledge_tokens", "--ask", "current_model")
    it.see("Does the task need knowledge").press("3", ENTER).see("How many tokens does that knowledge")
    it.press("lots", ENTER).see("! 'lots' is not an answer to 'knowledge_tokens'.").press(BACK)
    it.see("Does the task need knowledge").see("Now: changing").press("1", ENTER)
    it.see("Which model runs today").press("/mini 4.1").see("openai/gpt-4.1-mini").press(DOWN, DOWN, ENTER)
    it.see("Check your answers").press("w").see("Wrote")
    assert it.end() == 0
    answers = written("bot.advise.json")
    assert answers["knowledge_needed"] == "none"
    assert "gpt-4.1-mini" in answers["current_model"]


def test_control_c_leaves_a_private_draft_and_the_printed_command_goes_on_from_it() -> None:
    it = Terminal("new", "bot").see("How much").press("2", ENTER).see("What is this workload called?")
    it.press("My bot", ENTER).see("What does the model do?").press("1", ENTER).see("How varied").press(LEAVE)
    it.see("Stopped.")
    assert it.end() == 130
    assert Path(".bot.advise.draft.json").stat().st_mode & 0o777 == 0o600
    again = (
        Terminal(*go_on_with(it.text)).see("How varied are the requests?").press(FINISH).see("classification (draft)")
    )
    again.press("w").see("Wrote")
    assert again.end() == 0
    assert written("bot.advise.json")["project"] == "My bot"
    assert not Path(".bot.advise.draft.json").exists()


def test_kill_9_loses_no_more_than_the_field_that_is_being_typed() -> None:
    it = Terminal("new", "bot", "--quick").see("1 of at most 8").press("1", ENTER).see("2 of at most 8")
    it.press("2", ENTER).see("3 of at most 8").press(DOWN)
    assert it.kill() == -9
    draft = written(".bot.advise.draft.json")
    assert len({*draft} - {"$schema", "version", "as_of", "asked", "way"}) == 2
    again = Terminal("new", "bot", "--resume").see("3 of at most 8").press(BACK).see("2 of at most 8")
    again.see("(draft)").press(LEAVE)
    assert again.end() == 130


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_restores_the_terminal_and_says_how_to_go_on(name: str) -> None:
    it = Terminal("new", "bot", "--quick").see("1 of at most 8").press("1", ENTER).see("2 of at most 8")
    os.kill(it.pid, getattr(signal, name))
    it.see("go on with: advise new bot.advise.json --resume")
    assert it.end() == 130
    assert "at most 8" not in it.text, "the screen of the questions is erased"


def test_pasted_escapes_are_no_mouse() -> None:
    it = Terminal("new", "bot", "--quick").see("1 of at most 8").press("\x1b[31mred").press(LEAVE)
    assert it.end() == 130
    assert "Traceback" not in it.text


def test_forty_columns_without_utf_8_and_without_colour() -> None:
    env = {"LC_ALL": "C", "NO_COLOR": "1"}
    it = Terminal("new", "bot", "--quick", columns=40, rows=24, env=env).see("1 of at most 8")
    assert "Leaning" not in it.text
    it.press("1").see(">  1 classification").press(ENTER).see("2 of at most 8").press(FINISH)
    it.see("w  Write bot.advise.json")
    assert it.text.isascii()
    it.press("w").see("ruled out as things stand").see("###")
    assert it.end() == 0
    assert it.raw.isascii()
    assert not COLOUR.search(it.raw)


def test_colour_is_used_where_nothing_forbids_it() -> None:
    it = Terminal("new", "bot", "--quick").see("1 of at most 8").press(LEAVE)
    it.end()
    assert COLOUR.search(it.raw)


@pytest.mark.parametrize("env", [{"ACCESSIBLE": "1"}, {"TERM": "dumb"}], ids=str)
def test_where_redrawing_is_no_help_it_goes_line_by_line(env: dict[str, str]) -> None:
    it = Terminal("new", "bot", "--ask", "task_type", env=env).see("task_type:").press("2\r").see("check:")
    it.press("q\r").see("go on with: advise new bot.advise.json --plain --resume")
    assert it.end() == 130
    assert b"\x1b" not in it.raw


def test_edit_opens_on_the_check_page_and_writes_over_the_file() -> None:
    shutil.copy(ROOT / "examples" / EXAMPLE, EXAMPLE)
    before = written(EXAMPLE)
    it = Terminal("edit", EXAMPLE).see("Check your answers").see("classification (answers file)").press("3", ENTER)
    it.see("How varied are the requests?").press("2", ENTER).see("moderate (answered now)").press("w").see("Wrote")
    assert it.end() == 0
    assert written(EXAMPLE) == {**before, "task_breadth": "moderate"}


def test_settings_with_defaults_ask_nothing_even_on_a_terminal() -> None:
    it = Terminal("new", "bot", "--defaults", "--set", "task_type=qa").see("Wrote bot.advise.json")
    assert it.end() == 0
    assert written("bot.advise.json")["task_type"] == "qa"


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, None], ids=["no terminal", "closed"])
@pytest.mark.parametrize("command", ["new", "edit"])
def test_without_a_terminal_it_says_both_ways_out(command: str, stdin: int | None) -> None:
    shutil.copy(ROOT / "examples" / EXAMPLE, EXAMPLE)
    file = "bot" if command == "new" else EXAMPLE
    closed = ["sh", "-c", 'exec "$@" <&-', "sh"] if stdin is None else []
    ended = subprocess.run(
        [*closed, sys.executable, "-m", "advisor", command, file],
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert "--plain" in ended.stderr
    assert "--defaults" in ended.stderr
    assert "deadline_weeks" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_first_question_does_not_wait_for_what_is_needed_later() -> None:
    """The target is 35 times a bare Python (`benchmarks/startup.py`); what is loaded decides it, and no clock."""
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", FIRST_QUESTION], capture_output=True, text=True, check=True
    ).stderr
    assert "prompt_toolkit" in loaded
    for late in ("numpy", "jinja2", "markdown_it", "genai_prices", "advisor.assessment", "advisor.documents.bundle"):
        assert f"| {late}\n" not in re.sub(r"\| +", "| ", loaded), late
