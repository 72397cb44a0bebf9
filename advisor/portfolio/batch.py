"""Deciding a batch: rows on columns, what columns leave open on the single path, each row out as it went in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from typing import Any, Final

import numpy as np

from advisor.answers import Answers
from advisor.assessment import assess
from advisor.columns.doubt import Bits, Floats
from advisor.columns.frame import Entry, Frame, seen
from advisor.columns.street import Decided, Street
from advisor.columns.verdicts import OPEN, VERDICTS, searched
from advisor.conditions import Range
from advisor.costs.ledger import exact
from advisor.costs.projection import Cost
from advisor.errors import InputError, Place
from advisor.packs.pack import Pack
from advisor.portfolio.entries import entry_of, odd_texts
from advisor.portfolio.outcomes import AMOUNTS, Outcome, Outcomes
from advisor.portfolio.part import Part
from advisor.pricebook.book import PriceBook
from advisor.priced import Priced
from advisor.questions import STRATEGIES

_NEAR: Final = 1e-4
"""Part of a cent within which half a cent is left to the single path."""

_LARGE: Final = 1e9
"""USD from which float64 is left to the single path."""

_MANY: Final = 20_000
"""Rows after which memory is looked through."""

_MONTH: Final = AMOUNTS.index("monthly_usd")

_CENT: Final = Decimal("0.01")

_MODELS: Final = ("current_model", "small_model", "tuned_model")


class Batch:
    """Decides rows by a pack, with the prices of a book. Rows that name a day of their own are priced on it."""

    def __init__(self, pack: Pack, book: PriceBook, as_of: date, *, override: bool = False) -> None:
        self.pack = pack
        self.book = book
        self.as_of = as_of
        self.override = override
        self._streets: dict[date, Street] = {}
        self._models: dict[tuple[str, str], bool] = {}
        self._since = 0

    def decide(self, part: Part) -> Outcomes:
        """Return what comes of rows."""
        rows = len(part.numbers)
        self._let_go(rows)
        entries, odd = self._entries(part.columns, rows)
        read, bad = self._read(part, odd | part.odd)
        ranged = {position: answers for position, answers in read.items() if _ranges(answers)}
        projects = list(part.columns.get("project", [None] * rows))
        for position, answers in read.items():
            projects[position] = answers.values.get("project")
        made = Outcomes(list(part.numbers), projects, [None] * rows, bad)
        placed = {position: answers for position, answers in read.items() if position not in ranged}
        if placed:
            entries, _ = self._entries(self._with(part.columns, placed, [*bad, *ranged], rows), rows)
        kept = np.setdiff1d(np.arange(rows), [*bad, *ranged])
        days = np.full(rows, self.as_of.toordinal())
        for position, answers in placed.items():
            days[position] = self._day(answers).toordinal()
        frame = Frame(rows, entries)
        for day in np.unique(days[kept]).tolist():
            places = kept[days[kept] == day]
            some = seen(frame if len(places) == rows else frame.take(places), self.pack.questionnaire)
            answers_of = partial(_answers_of, part, placed)
            self._together(made, some, places.tolist(), date.fromordinal(day), answers_of)
        for position, answers in ranged.items():
            made.found[position] = self._alone(answers, self._day(answers))
        return made

    def _let_go(self, rows: int) -> None:
        """Let go of what deciding earlier rows left behind in circles, every `_MANY` rows: arrays, which are large."""
        if self._since >= _MANY:
            gc.collect()
            self._since = 0
        self._since += rows

    def _read(self, part: Part, positions: set[int]) -> tuple[dict[int, Answers], dict[int, InputError]]:
        """Return the answers of rows that are looked at alone, and what is wrong with rows."""
        read, bad = {}, dict(part.problems)
        for position in sorted(positions - bad.keys()):
            try:
                read[position] = self._checked(part.read(position))
            except InputError as error:
                bad[position] = error
        return read, bad

    def _with(
        self, columns: dict[str, list[Any]], read: dict[int, Answers], left_out: Iterable[int], rows: int
    ) -> dict[str, list[Any]]:
        """Return columns with the answers of some rows in them, and none of those that are left out."""
        found = {}
        for question in self.pack.questionnaire.ids:
            found[question] = list(columns.get(question, [None] * rows))
            for position in left_out:
                found[question][position] = None
            for position, answers in read.items():
                found[question][position] = answers.values.get(question)
        return found

    def _entries(self, columns: dict[str, list[Any]], rows: int) -> tuple[dict[str, Entry], set[int]]:
        """Return answers in columns, and the positions of rows that have to be read alone."""
        entries: dict[str, Entry] = {}
        odd: set[int] = set()
        for question in self.pack.questionnaire.questions:
            if question.kind == "notes":
                continue
            values = columns.get(question.id)
            if question.kind == "text":
                odd |= odd_texts(values or ())
                continue
            some = [None] if values is None else values
            entries[question.id], wrong = entry_of(question, some, partial(self._known, question.id))
            odd |= wrong
        return entries, odd

    def _known(self, question: str, name: str) -> bool:
        """Return whether a name is that of a model that can be priced."""
        if (question, name) not in self._models:
            try:
                self._resolve(question, name, "row")
                self._models[question, name] = True
            except InputError:
                self._models[question, name] = False
        return self._models[question, name]

    def _resolve(self, question: str, name: str, source: str) -> None:
        resolve = self.book.resolve_tuned if question == "tuned_model" else self.book.resolve
        resolve(name, Place(source, key=question))

    def _checked(self, answers: Answers) -> Answers:
        """Return answers whose models can be priced; raises InputError where one is not known."""
        for question in _MODELS:
            value = answers.values.get(question)
            if isinstance(value, str):
                self._resolve(question, value, answers.source)
        return answers

    def _day(self, answers: Answers) -> date:
        return self.as_of if self.override or answers.as_of is None else answers.as_of

    def _together(
        self, made: Outcomes, frame: Frame, places: Sequence[int], day: date, answers_of: Callable[[int], Answers]
    ) -> None:
        """Note what comes of rows at some places, priced on one day."""
        if day not in self._streets:
            self._streets[day] = Street(self.pack, self.book, day, whole=True)
        decided = self._streets[day].decide(frame)
        amounts = [decided.of_winner(table) for table in _tables(decided)]
        unsure = np.stack([_unsure_of_cents(column) for column in (*amounts, decided.today)])
        verdicts = (*VERDICTS, "")
        outcomes = [
            Outcome(STRATEGIES[winner], verdicts[verdict], score, margin if margin >= 0 else None, usd, mistakes, today)
            for winner, verdict, score, margin, usd, mistakes, today in zip(
                decided.winner.tolist(),
                decided.verdict.tolist(),
                decided.of_winner(decided.scores).tolist(),
                decided.margin.tolist(),
                zip(*map(_cents, amounts), strict=True),
                self._mistakes(decided.mistakes),
                _cents(decided.today),
                strict=True,
            )
        ]
        for position, outcome in zip(places, outcomes, strict=True):
            made.found[position] = outcome
        for case in np.flatnonzero(unsure.any(axis=0) | decided.doubtful | (decided.verdict == OPEN)).tolist():
            position, outcome = places[case], outcomes[case]
            answers = answers_of(position)
            if decided.doubtful[case] or (decided.verdict[case] == OPEN and not decided.costs_free[case]):
                made.found[position] = self._alone(answers, day)
                continue
            if decided.verdict[case] == OPEN:
                verdict = searched(case, decided.known, answers, self.pack, outcome.strategy)
                outcome = outcome._replace(verdict=verdict)
            if unsure[:, case].any():
                outcome = self._to_the_cent(outcome, unsure[:, case].tolist(), answers, day)
            made.found[position] = outcome

    def _mistakes(self, committed: Bits) -> Iterator[tuple[str, ...]]:
        """Yield the mistakes of every case: alike in many, so each pattern is named once."""
        named: dict[bytes, tuple[str, ...]] = {}
        for row in np.ascontiguousarray(np.packbits(committed, axis=0).T):
            pattern = row.tobytes()
            if pattern not in named:
                found = zip(self.pack.mistakes, np.unpackbits(row), strict=False)
                named[pattern] = tuple(mistake.id for mistake, here in found if here)
            yield named[pattern]

    def _to_the_cent(self, outcome: Outcome, unsure: Sequence[bool], answers: Answers, day: date) -> Outcome:
        """Return the outcome with the amounts that float64 leaves open worked out on the single path."""
        priced = Priced(answers, self.pack.questionnaire, self.pack.examples_needed, self.book, day)
        *amounts, today = unsure
        if today:
            outcome = outcome._replace(today=_rounded(exact(priced.monthly_today)()))
        if sum(amounts) > amounts[_MONTH]:
            return outcome._replace(usd=_amounts(exact(priced.strategy)(outcome.strategy)))
        if amounts[_MONTH]:
            usd = list(outcome.usd)
            usd[_MONTH] = _rounded(exact(priced.monthly_usd)(outcome.strategy))
            return outcome._replace(usd=tuple(usd))
        return outcome

    def _alone(self, answers: Answers, day: date) -> Outcome:
        """Decide a row on the single path."""
        it = assess(answers, self.pack, self.book, day)
        found, mistakes = it.recommendation, tuple(entry.mistake.id for entry in it.mistakes)
        today = next(entry.cost.total.monthly_usd for entry in it.alternatives if entry.id == "current")
        usd = _amounts(it.recommended_cost)
        return Outcome(found.strategy, found.verdict, found.score, found.margin, usd, mistakes, _rounded(today))


def _answers_of(part: Part, read: dict[int, Answers], position: int) -> Answers:
    return read[position] if position in read else part.read(position)


def _ranges(answers: Answers) -> bool:
    return any(isinstance(value, Range) for value in answers.values.values())


def _tables(decided: Decided) -> tuple[Floats, ...]:
    return decided.upfront, decided.monthly, decided.horizon, decided.horizon_api


def _unsure_of_cents(amounts: Floats) -> Any:
    """Return where float64 does not tell to which cent an amount is rounded."""
    with np.errstate(invalid="ignore"):
        beyond = np.abs(amounts) * 100
        return (np.abs(beyond - np.floor(beyond) - 0.5) < _NEAR) | (np.abs(amounts) > _LARGE)


def _cents(amounts: Floats) -> list[int | None]:
    """Return amounts of USD in cents, None where one is not known; what is left to the single path is none yet."""
    unknown = np.isnan(amounts) | (amounts > _LARGE)
    cents: list[int | None] = np.rint(np.where(unknown, 0.0, amounts) * 100).astype(np.int64).tolist()
    for position in np.flatnonzero(unknown).tolist():
        cents[position] = None
    return cents


def _rounded(usd: Decimal | None) -> int | None:
    return None if usd is None else int(usd.quantize(_CENT, ROUND_HALF_EVEN).scaleb(2))


def _amounts(cost: Cost) -> tuple[int | None, ...]:
    """Return what is written of a cost, in cents."""
    total = cost.total
    return tuple(map(_rounded, (total.upfront_usd, total.monthly_usd, total.horizon_usd, cost.api.horizon_usd)))
