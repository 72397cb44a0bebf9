"""What a shell is offered: question ids, their values, and models."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from advisor.cli import completing


def names(found: list[tuple[str, str]]) -> list[str]:
    return [name for name, _ in found]


def test_questions_are_offered_by_id_with_their_prompts() -> None:
    assert completing.question_ids("task_t") == [("task_type", "What does the model do?")]
    assert "notes" not in names(completing.question_ids(""))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("knowledge_n", ["knowledge_needed="]),
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
