"""Rows of a batch as columns, whatever they are read from, and the checks that all readers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from advisor.answers import Answers, answers_from
from advisor.errors import InputError, Place, fail
from advisor.printable import visible
from advisor.questions import Questionnaire
from advisor.replies import check_value


@dataclass
class Part:
    """Some rows as columns: what each says to each question, None where it says nothing.

    `numbers` are those of the rows, the first of a file being 1. Rows at `odd` positions say more than columns hold;
    `read` gives the checked answers of one row, or raises InputError. `problems` are rows that cannot be read at all.
    """

    numbers: Sequence[int]
    columns: dict[str, list[Any]]
    read: Callable[[int], Answers]
    odd: set[int] = field(default_factory=set)
    problems: dict[int, InputError] = field(default_factory=dict)


class Chunk(Protocol):
    """Rows of a file, not yet looked at; `weight` is their part of `weight_of` the file."""

    @property
    def weight(self) -> int: ...

    def part(self, questionnaire: Questionnaire) -> Part:
        """Return the rows as columns."""


def check_heads(heads: Sequence[str], questionnaire: Questionnaire, place: Place) -> None:
    """Raise InputError for a column that is no question, or that is there twice."""
    known = {*questionnaire.ids, "as_of"} - {"notes"}
    wrong = [head for head in heads if head not in known or heads.count(head) > 1]
    if wrong:
        said = f"the column '{visible(wrong[0])}' is unknown, or there twice."
        raise fail(said, place, accepted="ids of the questionnaire, and as_of")


def checked(values: dict[str, Any], source: str, line: int, questionnaire: Questionnaire) -> Answers:
    """Return the answers of a row. What is wrong, and what is no answer, is left to the reader of answers files, which
    names the place of everything; nearly every row does without."""
    named = f"{source}:{line}"
    place = Place(source, line)
    if "notes" in values:
        return answers_from(values, questionnaire, named)
    try:
        found = {key: check_value(questionnaire[key], raw, place) for key, raw in values.items()}
        return Answers(named, {key: found[key] for key in questionnaire.ids if key in found})
    except (KeyError, InputError):
        return answers_from(values, questionnaire, named)
