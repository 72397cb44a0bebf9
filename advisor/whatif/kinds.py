"""The kinds of answers to a question: values that between them bring out everything that rules can make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from advisor.changes.flips import KINDS, values_of
from advisor.changes.probe import Probe
from advisor.columns.frame import Codes, Entry, Frame
from advisor.conditions import Value
from advisor.questions import Question
from advisor.worlds import kinds_of_answers

Choice = str | bool | Decimal


@dataclass(frozen=True)
class Change:
    """Another answer to a question."""

    question: str
    value: Choice


def kinds_of(probe: Probe, question: Question) -> list[Choice]:
    """Return the kinds of answers to a question that is not a list, a text or a model."""
    if question.domain.kind not in KINDS:
        return []
    if question.domain.kind != "number":
        return [*values_of(question.domain)]
    found = kinds_of_answers(probe.scorer.base, question.id, [rule.when for rule in probe.scorer.pack.rules])
    return [value for value in found if isinstance(value, Decimal)]


def changes_of(probe: Probe, questions: Iterable[str]) -> list[Change]:
    """Return every other kind of answer to the questions that are shown: what could be answered differently."""
    base = probe.scorer.base
    shown = base.questionnaire.shown(base.answered)
    found = []
    for question in base.questionnaire.questions:
        if question.id not in questions or shown[question.id] is False or not probe.is_read(question.id):
            continue
        now: Value = base.answered.get(question.id)
        found += [Change(question.id, value) for value in kinds_of(probe, question) if value != now]
    return found


def coded(entry: Entry, value: Any) -> float:
    """Return how an entry holds a value."""
    return float(value) if entry.words is None else float(entry.words.index(value))


def with_changes(frame: Frame, sets: Sequence[tuple[Change, ...]]) -> dict[str, Entry]:
    """Return the entries of as many cases as there are sets of changes, each with its own made."""
    rows = len(sets)
    columns: dict[str, Codes] = {}
    for case, changes in enumerate(sets):
        for change in changes:
            entry = frame[change.question]
            if change.question not in columns:
                columns[change.question] = np.broadcast_to(entry.values, rows).copy()
            columns[change.question][case] = coded(entry, change.value)
    return {name: Entry(values, frame[name].words) for name, values in columns.items()}
