"""The questionnaire as data: what is asked, which answers exist, when a question is shown, what costs assume.

The answers model, its JSON Schema, the interview and the facts that rules may test all come from these questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from advisor.conditions import ALWAYS, NOT_APPLICABLE, Condition, Domain, Value, evaluate
from advisor.records import Named, Record

Kind = Literal["text", "notes", "strategies", "choice", "number", "bool", "model", "providers"]

STRATEGIES: Final = ("prompt_engineering", "rag", "fine_tuning", "rag_and_fine_tuning")
"""Every strategy, the simpler first: the order of ties and of all tables."""


class Choice(Record):
    """One value of a choice question, with a line that explains it. No rule is meant to read a `neutral` one."""

    value: str
    note: str
    neutral: bool = False


class Assumption(Record):
    """What costs use when a question is not answered, and why: a constant, a table on another answer, or a formula."""

    why: str
    value: str | None = None
    by: str | None = None
    table: dict[str, str] | None = None
    formula: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None


class Section(Named):
    """A group of questions."""

    title: str


@dataclass(frozen=True)
class Question:
    """One question. `show` says for which earlier answers it is asked; `assumption` is what costs use without it. No
    rule is meant to read a `neutral` one."""

    id: str
    section: str
    kind: Kind
    prompt: str
    hint: str
    why: str
    domain: Domain
    show: Condition
    example: str | None = None
    unit: str | None = None
    choices: tuple[Choice, ...] = ()
    assumption: Assumption | None = None
    neutral: bool = False


@dataclass(frozen=True)
class Questionnaire:
    """All sections and questions, in the order they are asked."""

    sections: tuple[Section, ...]
    questions: tuple[Question, ...]

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def __getitem__(self, question_id: str) -> Question:
        return self._by_id[question_id]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._by_id)

    @cached_property
    def read_assumptions(self) -> dict[tuple[str, str], Value]:
        """Return what the texts of assumptions have been read as so far, by question and text."""
        return {}

    def domains(self) -> dict[str, Domain]:
        """Return the answers that rules may test; free texts are not among them."""
        return {question.id: question.domain for question in self.questions if question.kind not in ("text", "notes")}

    def shown(self, values: Mapping[str, Value]) -> dict[str, bool | None]:
        """Return for every question whether it is shown: True, False, or None when that is unknown.

        A question whose show condition is unknown is asked all the same.
        """
        seen: dict[str, bool | None] = {}
        visible: dict[str, Value] = {}
        for question in self.questions:
            seen[question.id] = True if question.show is ALWAYS else evaluate(question.show, visible)
            visible[question.id] = NOT_APPLICABLE if seen[question.id] is False else values.get(question.id)
        return seen
