"""Drafts: what was answered so far, kept beside the answers file until that is written.

A draft is an answers file with two more keys: `asked`, the questions that were asked and left open, and `way`, whether
the interview is a quick one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from advisor.answers import Answers, check_answers, stem, to_json
from advisor.files import read_text, write_atomically
from advisor.plain_json import dump
from advisor.questions import Questionnaire
from advisor.trees import Tree, parse_json

PRIVATE: Final = 0o600


@dataclass(frozen=True)
class Draft:
    """The answers so far, the questions that were asked and left open, and whether this is a quick interview."""

    answers: Answers
    passed: tuple[str, ...] = ()
    quick: bool = False


def draft_of(file: Path | None) -> Path:
    """Return where an interview keeps what was answered before its end."""
    return Path(".workload.advise.draft.json") if file is None else file.with_name(f".{stem(file)}.advise.draft.json")


def read_draft(path: Path, questionnaire: Questionnaire) -> Draft:
    """Read a draft; raises InputError as for an answers file."""
    tree = parse_json(read_text(path), str(path))
    if not isinstance(tree.value, dict):
        return Draft(check_answers(tree, questionnaire))
    value = dict(tree.value)
    passed, way = value.pop("asked", []), value.pop("way", "full")
    answers = check_answers(Tree(tree.source, value, tree.locate), questionnaire)
    known = passed if isinstance(passed, list) else []
    return Draft(answers, tuple(name for name in known if name in questionnaire.ids), way == "quick")


def write_draft(path: Path, draft: Draft, questionnaire: Questionnaire) -> None:
    """Write a draft, whole or not at all, readable by its owner only; raises InputError where that cannot be done."""
    text = to_json(draft.answers, questionnaire).rstrip().removesuffix("}").rstrip()
    passed: Iterable[str] = (name for name in questionnaire.ids if name in draft.passed)
    more = {"asked": [*passed], "way": "quick" if draft.quick else "full"}
    write_atomically(path, f"{text},\n" + dump(more).removeprefix("{\n") + "\n", mode=PRIVATE)
