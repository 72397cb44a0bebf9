"""Deciding a batch: rows on columns, what columns leave open on the single path, each row out as it went in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final, NamedTuple

import numpy as np

from advisor.answers import Answers
from advisor.assessment import assess
from advisor.columns.doubt import Floats
from advisor.columns.frame import frame_of
from advisor.columns.street import Decided, Street
from advisor.columns.verdicts import OPEN, VERDICTS
from advisor.conditions import Range
from advisor.errors import InputError, Place
from advisor.packs.pack import Pack
from advisor.portfolio.rows import Row
from advisor.pricebook.book import PriceBook
from advisor.questions import STRATEGIES

_CENT: Final = Decimal("0.01")
_NEAR: Final = 1e-4
"""Part of a cent within which half a cent is left to the single path."""

_LARGE: Final = 1e9
"""USD from which float64 is left to the single path."""


class Amounts(NamedTuple):
    """What the recommended strategy costs, in USD to the cent; None where a price is missing."""

    upfront_usd: Decimal | None
    monthly_usd: Decimal | None
    horizon_usd: Decimal | None
    horizon_api_usd: Decimal | None


@dataclass(frozen=True)
class Outcome:
    """What comes of a row."""

    row: Row
    strategy: str
    verdict: str
    score: int
    margin: int | None
    amounts: Amounts
    mistakes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the row as it is written."""
        assert self.row.answers is not None
        return {
            "row": self.row.number,
            "project": self.row.answers.values.get("project"),
            "strategy": self.strategy,
            "verdict": self.verdict,
            "score": self.score,
            "margin": self.margin,
            **self.amounts._asdict(),
            "mistakes": list(self.mistakes),
        }


FIELDS: Final = ("row", "project", "strategy", "verdict", "score", "margin", *Amounts._fields, "mistakes")
"""The fields of a row that is written, in their order."""


@dataclass(frozen=True)
class Bad:
    """A row of which nothing comes, and why."""

    row: Row
    problem: InputError


class Batch:
    """Decides rows by a pack, with the prices of a book. Rows that name a day of their own are priced on it."""

    def __init__(self, pack: Pack, book: PriceBook, as_of: date, *, override: bool = False) -> None:
        self.pack = pack
        self.book = book
        self.as_of = as_of
        self.override = override
        self._streets: dict[date, Street] = {}

    def decide(self, rows: list[Row]) -> Iterator[Outcome | Bad]:
        """Yield what comes of rows, in their order."""
        found: dict[int, Outcome | Bad] = {}
        by_day: dict[date, list[Row]] = {}
        for row in rows:
            if row.answers is None:
                assert row.problem is not None
                found[row.number] = Bad(row, row.problem)
            elif (problem := self._unknown_model(row.answers)) is not None:
                found[row.number] = Bad(row, problem)
            elif any(isinstance(value, Range) for value in row.answers.values.values()):
                found[row.number] = self._alone(row, self._day(row.answers))
            else:
                by_day.setdefault(self._day(row.answers), []).append(row)
        for day, some in by_day.items():
            for outcome in self._together(some, day):
                found[outcome.row.number] = outcome
        yield from (found[row.number] for row in rows)

    def _day(self, answers: Answers) -> date:
        return self.as_of if self.override or answers.as_of is None else answers.as_of

    def _unknown_model(self, answers: Answers) -> InputError | None:
        """Return why a model that is named cannot be priced, None where all can."""
        try:
            for name in ("current_model", "small_model", "tuned_model"):
                value = answers.values.get(name)
                if isinstance(value, str):
                    resolve = self.book.resolve_tuned if name == "tuned_model" else self.book.resolve
                    resolve(value, Place(answers.source, key=name))
        except InputError as error:
            return error
        return None

    def _together(self, rows: list[Row], day: date) -> Iterable[Outcome]:
        if day not in self._streets:
            self._streets[day] = Street(self.pack, self.book, day, whole=True)
        cases = [replace(row.answers, source="row") for row in rows if row.answers is not None]
        decided = self._streets[day].decide(frame_of(cases, self.pack.questionnaire))
        amounts = [decided.of_winner(table) for table in _tables(decided)]
        alone = decided.doubtful.copy()
        for column in amounts:
            alone |= _unsure_of_cents(column)
        for case, row in enumerate(rows):
            winner, margin = int(decided.winner[case]), int(decided.margin[case])
            verdict = None if alone[case] else self._verdict(decided, case, cases[case], STRATEGIES[winner])
            if verdict is None:
                yield self._alone(row, day)
                continue
            usd = Amounts(*(_cents(float(column[case])) for column in amounts))
            mistakes = zip(self.pack.mistakes, decided.mistakes[:, case], strict=True)
            yield Outcome(
                row,
                STRATEGIES[winner],
                verdict,
                int(decided.scores[case, winner]),
                None if margin < 0 else margin,
                usd,
                tuple(mistake.id for mistake, committed in mistakes if committed),
            )

    def _verdict(self, decided: Decided, case: int, answers: Answers, winner: str) -> str | None:
        """Return the verdict of a case, searched for where columns leave it open; None where it has to be priced."""
        if decided.verdict[case] != OPEN:
            return VERDICTS[decided.verdict[case]]
        assert decided.searchable is not None
        return decided.searchable.verdict(case, answers, self.pack, winner)

    def _alone(self, row: Row, day: date) -> Outcome:
        """Decide a row on the single path."""
        assert row.answers is not None
        it = assess(row.answers, self.pack, self.book, day)
        found, cost = it.recommendation, it.recommended_cost
        usd = (cost.total.upfront_usd, cost.total.monthly_usd, cost.total.horizon_usd, cost.api.horizon_usd)
        return Outcome(
            row,
            found.strategy,
            found.verdict,
            found.score,
            found.margin,
            Amounts(*(None if amount is None else amount.quantize(_CENT, ROUND_HALF_EVEN) for amount in usd)),
            tuple(entry.mistake.id for entry in it.mistakes),
        )


def _tables(decided: Decided) -> tuple[Floats, ...]:
    return decided.upfront, decided.monthly, decided.horizon, decided.horizon_api


def _unsure_of_cents(amounts: Floats) -> Any:
    """Return where float64 does not tell to which cent an amount is rounded."""
    with np.errstate(invalid="ignore"):
        beyond = np.abs(amounts) * 100
        return (np.abs(beyond - np.floor(beyond) - 0.5) < _NEAR) | (np.abs(amounts) > _LARGE)


def _cents(amount: float) -> Decimal | None:
    return None if np.isnan(amount) else round(Decimal(amount), 2)
