"""The street for many workloads at once: from answers in columns to costs, scores and the winner of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
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
from advisor.columns.facts import COST_FACTS, Known, fact_columns, known_of
from advisor.columns.frame import Frame
from advisor.columns.mistakes import Mistakes, planned
from advisor.columns.numbers import Numbers, numbers_of
from advisor.columns.plans import Named, Places, Plans
from advisor.columns.verdicts import OPEN, Verdicts
from advisor.columns.winners import best_of, open_of
from advisor.compilers.columns import Columns
from advisor.conditions import Value, tests_of
from advisor.costs.models import choose_untuned
from advisor.costs.projection import Projector
from advisor.packs.pack import Pack
from advisor.points import constant_for, weight_for
from advisor.pricebook.book import PriceBook, Rate
from advisor.questions import STRATEGIES
from advisor.workload_reader import workload_of


@dataclass(frozen=True)
class Decided:
    """What comes out, a row for each case and, in tables, a column for each strategy in its order.

    `winner` is the place of a strategy; `margin` its points before the best other open one, -1 where none is open.
    `mistakes` has a row for each mistake of the pack, true where the plan of a case commits it; like verdicts it is
    filled where it is asked for. `doubtful` are cases that the single path has to decide, as are those whose `verdict`
    is open but where any cost may turn out otherwise (`costs_free`): a search of these needs no more than `known`.
    Amounts are USD, NaN where a price is missing, `today` those of a month on today's model; `money` are the facts made
    of it.
    """

    scores: NDArray[np.int64]
    open: Bits
    fired: Bits
    winner: Places
    margin: NDArray[np.int64]
    verdict: NDArray[np.int64]
    mistakes: Bits
    upfront: Floats
    monthly: Floats
    horizon: Floats
    horizon_api: Floats
    today: Floats
    doubtful: Bits
    costs_free: Bits
    known: Known
    money: Mapping[str, Floats]

    def of_winner(self, table: NDArray[Any]) -> NDArray[Any]:
        """Return what a table has for the strategy that wins."""
        found: NDArray[Any] = table[np.arange(len(self.winner)), self.winner]
        return found


class Street:
    """Decides frames by a pack, with the prices of a book on one day. Compiling the pack is done once."""

    def __init__(
        self,
        pack: Pack,
        book: PriceBook,
        as_of: date,
        price: Callable[[Rate], Price] = typical,
        *,
        whole: bool = False,
    ) -> None:
        self.pack = pack
        self.book = book
        self.as_of = as_of
        self.price = price
        self.whole = whole
        self.tests = [test for rule in pack.rules for test in tests_of(rule.when)]
        if whole:
            self.tests += self.mistakes.tests

    @cached_property
    def rules(self) -> Columns:
        weights = [[weight_for(strategy, rule) for rule in self.pack.rules] for strategy in STRATEGIES]
        return Columns([rule.when for rule in self.pack.rules], self.pack.domains, weights)

    @cached_property
    def verdicts(self) -> Verdicts:
        return Verdicts(self.pack, self.rules)

    @cached_property
    def mistakes(self) -> Mistakes:
        return Mistakes(self.pack)

    def decide(self, frame: Frame) -> Decided:
        """Return scores, costs and winners; raises InputError for a model that the price book does not know."""
        groups = list(self._groups(frame))
        if len(groups) == 1:
            ((_, named, numbers),) = groups
            found = self._decided(named, frame, numbers)
        else:
            parts = [(rows, self._decided(named, frame.take(rows), numbers)) for rows, named, numbers in groups]
            found = _joined(parts, frame.rows)
        if not self.whole:
            return found
        verdict, free = self.verdicts.of(frame, found.known, found.money, found.winner, found.margin)
        return replace(found, verdict=verdict, costs_free=free)

    def plans(self, named: Named, numbers: Numbers, rows: int) -> Plans:
        """Return the plans of cases that have their models in common."""
        costing = Costing(self.book, numbers, self.as_of, Doubt(rows), on_premises=named.on_premises, price=self.price)
        return Plans(named, costing, rows)

    def _groups(self, frame: Frame) -> Iterator[tuple[Places, Named, Numbers]]:
        """Yield the cases that have their models in common, with these and their numbers."""
        numbers = numbers_of(frame, self.pack.questionnaire, self.pack.examples_needed)
        current = np.broadcast_to(frame["current_model"].values, frame.rows)
        keys = [current, np.broadcast_to(numbers.on_premises, frame.rows).astype(np.int64)]
        words = frame["current_model"].words or ()
        usual = self.book.role("current", self.as_of).model
        for (code, on_premises), rows in _alike(np.stack(keys), frame.rows):
            some = numbers if len(rows) == frame.rows else numbers.take(rows)
            calendar = Calendar(self.as_of, some.months, some["monthly_growth"], Doubt(1))
            name = words[code] if code >= 0 else None
            events = [self.book.ends(self.book.resolve(model), self.as_of) for model in (name or usual, usual)]
            ends = [np.broadcast_to(calendar.ends_before(event.date if event else None), len(rows)) for event in events]
            for _, inner in _alike(np.stack(ends).astype(np.int64), len(rows)):
                own = some if len(inner) == len(rows) else some.take(inner)
                cases = rows[inner]
                yield cases, self._named(name, own, bool(on_premises), frame, cases), own

    def _named(self, current: str | None, numbers: Numbers, on_premises: bool, frame: Frame, cases: Places) -> Named:
        """Return the models of a group; the untuned ones are those that the single path chooses for its first case."""
        values: dict[str, Value] = {"horizon_months": Decimal(int(numbers.months[0]))}
        if current is not None:
            values["current_model"] = current
        if on_premises:
            values["privacy"] = "on_premises"
        answers = Answers("answers", values)
        workload = workload_of(answers, self.pack.questionnaire, self.pack.examples_needed)
        untuned = choose_untuned(answers, Projector(self.book, workload, self.as_of))

        def named(question: str, read: Callable[[Any], Any], otherwise: Any) -> tuple[tuple[Any, ...], Places]:
            entry = frame[question]
            codes = np.broadcast_to(entry.values, frame.rows)[cases]
            words = entry.words or ()
            used = [code for code in np.unique(codes).tolist() if code >= 0]
            places = np.zeros(len(cases), np.int64)
            for place, code in enumerate(used, 1):
                places[codes == code] = place
            return (otherwise, *(read(words[code]) for code in used)), places

        small = self.book.resolve(self.book.role("small", self.as_of).model)
        return Named(
            untuned,
            on_premises,
            named("small_model", self.book.resolve, small),
            named("tuned_model", self.book.resolve_tuned, None),
            named("tuning_access", frozenset, None),
        )

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
        open_ = open_of(scores, decided.fired, self.pack)
        winner, margin = best_of(scores, open_)
        mistakes, today = np.zeros((0, rows), np.bool_), np.full(rows, np.nan)
        if self.whole:
            considering = frame["considering"]
            lists = np.broadcast_to(np.where(considering.known, considering.values, -1), rows)
            plan = planned(scores, open_, winner, considering.words or (), lists)
            mistakes = self.mistakes.committed(frame, plans, facts, plan)
            current = plans.alternative("current")
            today = np.broadcast_to(np.where(current.priced, current.monthly, np.nan), rows)
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
            np.full(rows, OPEN),
            mistakes,
            table(lambda cost: cost.upfront),
            table(lambda cost: cost.monthly),
            table(lambda cost: cost.horizon),
            table(lambda cost: cost.horizon_api),
            today,
            plans.doubt.cases,
            np.zeros(rows, np.bool_),
            known_of(plans),
            {fact: facts[fact].values for fact in COST_FACTS if fact in facts},
        )


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

    def column(values: Sequence[NDArray[Any]], *, across: bool = False) -> NDArray[Any]:
        first = values[0]
        found = np.empty((first.shape[0], rows) if across else (rows, *first.shape[1:]), first.dtype)
        for (places, _), own in zip(parts, values, strict=True):
            found[(slice(None), places) if across else places] = own
        return found

    made: dict[str, Any] = {}
    for field in fields(Decided):
        values = [getattr(part, field.name) for _, part in parts]
        if field.name == "known":
            made["known"] = Known(*(column(one) for one in zip(*values, strict=True)))
        elif field.name == "money":
            made["money"] = {fact: column([own[fact] for own in values]) for fact in values[0]}
        else:
            made[field.name] = column(values, across=field.name in ("fired", "mistakes"))
    return Decided(**made)
