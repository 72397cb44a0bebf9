"""Answers in columns: one array for each question, by case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.answers import Answers
from advisor.columns.doubt import Bits
from advisor.compilers.columns import Column, Columns
from advisor.conditions import ALWAYS, Range, Value
from advisor.questions import Question, Questionnaire

Codes = NDArray[Any]


@dataclass(frozen=True)
class Entry:
    """The answers to one question: numbers with NaN for unknown, or the places of values in `words`, -1 for unknown.

    `hidden` is where the question is not shown, None where it always is. Arrays hold a value for each case, or one for
    all of them.
    """

    values: Codes
    words: tuple[Any, ...] | None = None
    hidden: Bits | None = None

    def take(self, rows: Codes) -> Entry:
        """Return the answers of some cases."""
        return Entry(taken(self.values, rows), self.words, None if self.hidden is None else taken(self.hidden, rows))

    @property
    def known(self) -> Bits:
        """Where there is an answer that counts."""
        known: Bits = ~np.isnan(self.values) if self.words is None else self.values >= 0
        return known if self.hidden is None else known & ~self.hidden

    def equals(self, *values: Any) -> Bits:
        """Return where the answer counts and is one of some values."""
        assert self.words is not None
        places = [place for place, word in enumerate(self.words) if word in values]
        return np.isin(self.values, places) & self.known

    def looked_up(self, table: Mapping[Any, float], otherwise: float) -> NDArray[np.float64]:
        """Return for every case what a table says of its answer; `otherwise` without one that counts."""
        assert self.words is not None
        found = np.array([*(table.get(word, otherwise) for word in self.words), otherwise], np.float64)
        return found[np.where(self.known, self.values, -1)]

    def column(self, fact: str, compiled: Columns) -> Column:
        """Return the answers as conditions read them."""
        if self.words is None:
            return Column(self.values, self.hidden)
        coded = compiled.column(fact, [*self.words, None]).values
        return Column(coded[self.values], self.hidden)


def taken(values: Codes, rows: Codes) -> Codes:
    """Return the values of some cases; one that all cases share stays as it is."""
    return values if len(values) == 1 else values[rows]


def of_some(column: Column, rows: Codes) -> Column:
    """Return some cases of a column as conditions read it."""
    hidden = column.not_applicable
    return Column(taken(column.values, rows), None if hidden is None else taken(hidden, rows))


@dataclass(frozen=True)
class Frame:
    """The answers of many cases, by question, those that count; questions without a column are unknown in all.

    `assumed` are numbers that costs take where a question is not answered, instead of what the questionnaire assumes.
    """

    rows: int
    entries: Mapping[str, Entry]
    assumed: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def take(self, rows: Codes) -> Frame:
        """Return some cases."""
        entries = {name: entry.take(rows) for name, entry in self.entries.items()}
        return Frame(len(rows), entries, {name: taken(column, rows) for name, column in self.assumed.items()})

    def __getitem__(self, question: str) -> Entry:
        return self.entries[question]


def frame_of(cases: Sequence[Answers], questionnaire: Questionnaire) -> Frame:
    """Return answers in columns; raises ValueError for a range, which no column can hold."""
    entries = {
        question.id: entry_of(question, [case.values.get(question.id) for case in cases])
        for question in questionnaire.questions
        if question.kind not in ("text", "notes")
    }
    return seen(Frame(len(cases), entries), questionnaire)


def entry_of(question: Question, values: Sequence[Value]) -> Entry:
    """Return the answers to a question, None being unknown, as one column."""
    if any(isinstance(value, Range) for value in values):
        raise ValueError(f"a range of '{question.id}' cannot stand in a column")
    if question.kind == "number":
        numbers = (np.nan if value is None else float(value) for value in values)  # type: ignore[arg-type]
        return Entry(np.fromiter(numbers, np.float64, len(values)))
    declared = (False, True) if question.kind == "bool" else question.domain.values
    named = () if question.kind in ("bool", "choice") else dict.fromkeys(value for value in values if value is not None)
    words = tuple(declared) if question.kind in ("bool", "choice") else tuple(named)
    places: dict[Any, int] = {None: -1, **{word: place for place, word in enumerate(words)}}
    return Entry(np.fromiter((places[value] for value in values), np.int64, len(values)), words)


class Shows:
    """Whether questions are asked, by the answers to those before them; compiled once."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        domains = questionnaire.domains()
        self.conditions = {
            question.id: Columns([question.show], domains)
            for question in questionnaire.questions
            if question.show is not ALWAYS and question.id in domains
        }

    def of(self, question: str, entries: Mapping[str, Entry], rows: int) -> tuple[Bits, Bits] | None:
        """Return where a question is asked for sure, and where it may be; None for one that always is."""
        if question not in self.conditions:
            return None
        shows = self.conditions[question]
        columns = {fact: entries[fact].column(fact, shows) for fact in shows.facts if fact in entries}
        decided = shows.decide(columns, rows, with_open=True)
        assert decided.open is not None
        return decided.fired[0], decided.open[0]


def seen(frame: Frame, questionnaire: Questionnaire) -> Frame:
    """Return the frame with what its own answers hide."""
    shows = Shows(questionnaire)
    entries: dict[str, Entry] = {}
    for question in questionnaire.questions:
        entry = frame.entries.get(question.id)
        if entry is None:
            continue
        asked = shows.of(question.id, entries, frame.rows)
        if asked is not None:
            hidden = ~asked[1]
            entry = Entry(entry.values, entry.words, hidden if hidden.any() else None)
        entries[question.id] = entry
    return Frame(frame.rows, entries, frame.assumed)
