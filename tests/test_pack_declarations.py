"""What a pack declares beside its rules: needs, directions, neutral answers, and where each rule stands."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from advisor import where
from advisor.conditions import evaluate
from advisor.errors import InputError, Place
from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack


def copied(folder: Path, name: str, old: str, new: str) -> Path:
    """Return a copy of the built-in pack with one change in one file."""
    target = folder / "pack"
    shutil.copytree(where.RULES, target)
    text = (target / name).read_text(encoding="utf-8")
    assert old in text
    (target / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def test_the_built_in_pack_names_needs_and_directions(pack: Pack) -> None:
    changing = next(need for need in pack.needs if need.id == "changing-knowledge")
    assert evaluate(changing.when, {"knowledge_needed": "changing"}) is True
    assert {direction.technique for direction in pack.directions} == {"prompt_engineering", "rag", "fine_tuning"}
    assert all(direction.fact in pack.domains for direction in pack.directions)


NEED = (
    "- id: changing-knowledge\n  title: The answers rest on knowledge that changes\n  when: {fact: knowledge_needed, "
)
DIRECTION = "- {fact: queries_per_day, technique: fine_tuning, more: helps}\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            NEED + "eq: changing}",
            NEED + "eq: changin}",
            r"pack\.yaml:\d+:\d+:needs\.0\.when\.eq: .*Did you mean 'chang",
        ),
        ("- id: missing-knowledge", "- id: changing-knowledge", "the need id 'changing-knowledge' is there twice"),
        (
            DIRECTION,
            DIRECTION.replace("queries", "querys"),
            "unknown fact: 'querys_per_day'. Did you mean 'queries_per_day'",
        ),
        (DIRECTION, DIRECTION.replace("queries_per_day", "considering"), "the values of 'considering' have no order"),
        (
            DIRECTION,
            DIRECTION.replace("fine_tuning", "tuning"),
            "unknown technique: 'tuning'. Did you mean 'fine_tuning'",
        ),
        (
            DIRECTION,
            DIRECTION.replace("helps", "help"),
            r"pack\.yaml:\d+:\d+:directions\.5\.more: .*'helps' or 'hurts'",
        ),
        (DIRECTION, DIRECTION * 2, "'queries_per_day' and 'fine_tuning' are there twice"),
    ],
)
def test_a_wrong_declaration_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        load_pack(copied(tmp_path, "pack.yaml", old, new))
    assert re.search(says, str(caught.value)), str(caught.value)


def test_choices_and_questions_may_be_declared_neutral(tmp_path: Path) -> None:
    folder = copied(tmp_path, "questions.yaml", 'note: "None of these"}', 'note: "None of these", neutral: true}')
    text = (folder / "questions.yaml").read_text(encoding="utf-8")
    (folder / "questions.yaml").write_text(
        text.replace("- id: evaluation_set\n", "- id: evaluation_set\n  neutral: true\n"), encoding="utf-8"
    )
    questions = load_pack(folder).questionnaire
    assert [choice.value for choice in questions["task_type"].choices if choice.neutral] == ["other"]
    assert questions["evaluation_set"].neutral
    assert not questions["failing"].neutral


def test_a_rule_is_found_by_file_line_and_column(pack: Pack) -> None:
    place = pack.place_of("narrow-task")
    assert place.source == str(where.RULES / "behaviour.yaml")
    assert place.line is not None
    assert place.key is None
    line = (where.RULES / "behaviour.yaml").read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line == "- id: narrow-task"
    assert place.column == 3


def test_places_count_neither_for_equality_nor_for_the_digest(pack: Pack) -> None:
    elsewhere = replace(pack, places={})
    assert elsewhere == pack
    assert elsewhere.place_of("narrow-task") == Place("built-in")
