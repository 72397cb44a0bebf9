"""The street for many workloads at once: from answers in columns to costs, scores and the winner of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.answers import Answers
from advisor.columns.calendar import Calendar
from advisor.columns.costs import Costing, PlanCost, Price, typical
from advisor.columns.doubt import Bits, Doubt, Floats
from advisor.columns.facts import fact_columns
from advisor.columns.frame import Frame
from advisor.columns.numbers import Numbers, numbers_of
from advisor.columns.plans import Named, Places, Plans
from advisor.compilers.columns import Columns
from advisor.conditions import Value, tests_of
from advisor.costs.models import choose_untuned
from advisor.costs.projection import Projector
from advisor.packs.pack import ADDS, Pack
from advisor.points import constant_for, weight_for
from advisor.pricebook.book import PriceBook, Rate
from advisor.questions import STRATEGIES
from advisor.workload_reader import workload_of

_NAMES = ("current_model", "small_model", "tuned_model", "tuning_access")


@dataclass(frozen=True)
class Decided:
    """What comes out, a row for each case and, in tables, a column for each strategy in its order.

    `winner` is the place of a strategy; `margin` its points before the best other open one, -1 where none is open.
    `doubtful` are cases that the single path has to decide. Amounts are USD, NaN where a price is missing.
    """

    scores: NDArray[np.int64]
    open: Bits
    fired: Bits
    winner: Places
    margin: NDArray[np.int64]
    upfront: Floats
    monthly: Floats
    horizon: Floats
    horizon_api: Floats
    doubtful: Bits

    def of_winner(self, table: NDArray[Any]) -> NDArray[Any]:
        """Return what a table has for the strategy that wins."""
        found: NDArray[Any] = table[np.arange(len(self.winner)), self.winner]
        return found


class Street:
    """Decides frames by a pack, with the prices of a book on one day. Compiling the pack is done once."""

    def __init__(self, pack: Pack, book: PriceBook, as_of: date, price: Callable[[Rate], Price] = typical) -> None:
        self.pack = pack
        self.book = book
        self.as_of = as_of
        self.price = price
        self.tests = [test for rule in pack.rules for test in tests_of(rule.when)]

    @cached_property
    def rules(self) -> Columns:
        weights = [[weight_for(strategy, rule) for rule in self.pack.rules] for strategy in STRATEGIES]
        return Columns([rule.when for rule in self.pack.rules], self.pack.domains, weights)

    def decide(self, frame: Frame) -> Decided:
        """Return scores, costs and winners; raises InputError for a model that the price book does not know."""
        groups = list(self._groups(frame))
        if len(groups) == 1:
            return self._decided(groups[0][1], frame, groups[0][2])
        parts = [(rows, self._decided(named, frame.take(rows), numbers)) for rows, named, numbers in groups]
        return _joined(parts, frame.rows)

    def plans(self, named: Named, numbers: Numbers, rows: int) -> Plans:
        """Return the plans of cases that have their models in common."""
        costing = Costing(self.book, numbers, self.as_of, Doubt(rows), on_premises=named.on_premises, price=self.price)
        return Plans(named, costing, rows)

    def _groups(self, frame: Frame) -> Iterator[tuple[Places, Named, Numbers]]:
        """Yield the cases that have their models in common, with these and their numbers."""
        numbers = numbers_of(frame, self.pack.questionnaire, self.pack.examples_needed)
        keys = [np.broadcast_to(frame[name].values, frame.rows) for name in _NAMES]
        keys.append(np.broadcast_to(numbers.on_premises, frame.rows).astype(np.int64))
        words = [frame[name].words or () for name in _NAMES]
        usual = self.book.role("current", self.as_of).model
        for key, rows in _alike(np.stack(keys), frame.rows):
            names: dict[str, Value] = {
                name: known[code] for name, known, code in zip(_NAMES, words, key, strict=False) if code >= 0
            }
            some = numbers if len(rows) == frame.rows else numbers.take(rows)
            calendar = Calendar(self.as_of, some.months, some["monthly_growth"], Doubt(1))
            current = str(names.get("current_model", usual))
            events = [self.book.ends(self.book.resolve(name), self.as_of) for name in (current, usual)]
            ends = [np.broadcast_to(calendar.ends_before(event.date if event else None), len(rows)) for event in events]
            for _, inner in _alike(np.stack(ends).astype(np.int64), len(rows)):
                own = some if len(inner) == len(rows) else some.take(inner)
                yield rows[inner], self._named(names, own, bool(key[-1])), own

    def _named(self, names: dict[str, Value], numbers: Numbers, on_premises: bool) -> Named:
        """Return the models of a group, chosen for its first case as the single path chooses them."""
        values: dict[str, Value] = {**names, "horizon_months": Decimal(int(numbers.months[0]))}
        if on_premises:
            values["privacy"] = "on_premises"
        answers = Answers("answers", values)
        workload = workload_of(answers, self.pack.questionnaire, self.pack.examples_needed)
        untuned = choose_untuned(answers, Projector(self.book, workload, self.as_of))
        given = names.get("tuned_model")
        tuned = self.book.resolve_tuned(given) if isinstance(given, str) else None
        open_ = tuned is not None and self.book.why_not_tunable(tuned, self.as_of, untuned.access) is None
        return Named(untuned, tuned, open_, on_premises)

    def _decided(self, named: Named, frame: Frame, numbers: Numbers) -> Decided:
        rows = frame.rows
        plans = self.plans(named, numbers, rows)
        facts = fact_columns(frame, plans, self.pack.examples_needed, self.tests)
        columns = {
            fact: facts[fact] if fact in facts else frame[fact].column(fact, self.rules)
            for fact in self.rules.facts
            if fact in facts or fact in frame.entries
        }
        decided = self.rules.decide(columns, rows)
        constants = np.array([constant_for(strategy, self.pack) for strategy in STRATEGIES])
        scores = decided.scores.astype(np.int64) + constants
        open_ = self._open(scores, decided.fired)
        winner, margin = best_of(scores, open_)
        costs = [plans.cost(strategy) for strategy in STRATEGIES]

        def table(amount: Callable[[PlanCost], Any]) -> Floats:
            return np.stack(
                [np.broadcast_to(np.where(cost.priced, amount(cost), np.nan), rows) for cost in costs], axis=1
            )

        return Decided(
            scores,
            open_,
            decided.fired,
            winner,
            margin,
            table(lambda cost: cost.upfront),
            table(lambda cost: cost.monthly),
            table(lambda cost: cost.horizon),
            table(lambda cost: cost.horizon_api),
            plans.doubt.cases,
        )

    def _open(self, scores: NDArray[np.int64], fired: Bits) -> Bits:
        """Return which strategies no gate and no floor rules out."""
        techniques = {}
        for technique in ADDS[STRATEGIES[-1]]:
            gates = [place for place, rule in enumerate(self.pack.rules) if rule.gate == technique]
            enough = scores[:, STRATEGIES.index(technique)] >= self.pack.adoption_floor
            techniques[technique] = enough & ~fired[gates].any(axis=0)
        every = np.ones(len(scores), np.bool_)
        return np.stack(
            [np.logical_and.reduce([every, *(techniques[name] for name in ADDS[strategy])]) for strategy in STRATEGIES],
            axis=1,
        )


def best_of(scores: NDArray[np.int64], open_: Bits) -> tuple[Places, NDArray[np.int64]]:
    """Return the open strategy with the highest score, the simpler of equals, and its margin, -1 without another."""
    lowest = np.iinfo(np.int64).min // 2
    table = np.where(open_, scores, lowest)
    winner = np.argmax(table, axis=1)
    cases = np.arange(len(table))
    best = table[cases, winner]
    table[cases, winner] = lowest
    second = table.max(axis=1)
    return winner, np.where(second == lowest, -1, best - second)


def _alike(keys: NDArray[np.int64], rows: int) -> Iterator[tuple[NDArray[np.int64], Places]]:
    """Yield each distinct column of a table of keys with the places where it stands."""
    if (keys == keys[:, :1]).all():
        yield keys[:, 0], np.arange(rows)
        return
    distinct, places = np.unique(keys, axis=1, return_inverse=True)
    for place, key in enumerate(distinct.T):
        yield key, np.flatnonzero(places == place)


def _joined(parts: list[tuple[Places, Decided]], rows: int) -> Decided:
    """Return what was decided in groups as that of all cases."""
    made: dict[str, Any] = {}
    for name, first in vars(parts[0][1]).items():
        axis = 1 if name == "fired" else 0
        shape = (first.shape[0], rows) if axis else (rows, *first.shape[1:])
        found = np.empty(shape, first.dtype)
        for places, part in parts:
            if axis:
                found[:, places] = getattr(part, name)
            else:
                found[places] = getattr(part, name)
        made[name] = found
    return Decided(**made)
