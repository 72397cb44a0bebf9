"""What a shell is offered: question ids, their values, and models."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import ROOT

from advisor.cli import completing


def names(found: list[tuple[str, str]]) -> list[str]:
    return [name for name, _ in found]


def test_questions_are_offered_by_id_with_their_prompts() -> None:
    assert completing.question_ids("task_t") == [("task_type", "What does the model do?")]
    assert "notes" not in names(completing.question_ids(""))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("knowledge_", ["knowledge_needed=", "knowledge_tokens=", "knowledge_change="]),
        ("evaluation_s", ["evaluation_set=yes", "evaluation_set=no"]),
        ("queries_p", ["queries_per_day="]),
        ("task_type=cl", ["task_type=classification"]),
        ("evaluation_set=", ["evaluation_set=yes", "evaluation_set=no"]),
        ("current_model=openai/gpt-4.1-m", ["current_model=openai/gpt-4.1-mini"]),
        ("queries_per_day=", []),
        ("nonsense=", []),
    ],
)
def test_settings_are_offered_with_their_values(typed: str, offered: list[str]) -> None:
    assert names(completing.settings(typed)) == offered


def test_a_shell_is_answered() -> None:
    asked = {"_ADVISE_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "advise edit x --ask task_b"}
    told = subprocess.run(
        [sys.executable, "-m", "advisor"], env={**os.environ, **asked}, capture_output=True, text=True, check=False
    )
    assert "task_breadth" in told.stdout


BASH = """
{script}
COMP_WORDS=({words}) COMP_CWORD={at}
{function} advise
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
"""What bash does at Tab, with words that it broke at `=`."""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("advise new x --set task_type = cl", ["classification"]),
        ("advise new x --set task_type =", ["classification", "extraction"]),
        ("advise new x --set = task_type = extr", ["extraction"]),
        ("advise new x --set task_type = qa --ask task_b", ["task_breadth"]),
        ("advise new x --set knowledge_n", ["knowledge_needed=none", "knowledge_needed=static"]),
    ],
)
def test_bash_is_answered_although_it_breaks_words_at_the_equals_sign(
    words: str, offered: list[str], tmp_path: Path
) -> None:
    (tmp_path / "advise").write_text(f'#!/bin/sh\nexec {sys.executable} -m advisor "$@"\n')
    (tmp_path / "advise").chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    asked = {**env, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = subprocess.run(
        ["advise", "--show-completion", "bash"], env=asked, capture_output=True, text=True, check=True
    )
    script = shown.stdout
    function = script.split("()")[0].split()[-1]
    quoted = " ".join(f"'{word}'" for word in words.split())
    told = subprocess.run(
        ["bash", "-c", BASH.format(script=script, words=quoted, at=len(words.split()) - 1, function=function)],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split("\n")[: len(offered)] == offered
