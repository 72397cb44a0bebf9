"""Which mistakes the plans of many workloads commit: the facts of `plan_facts`, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.columns.costs import PlanCost
from advisor.columns.doubt import Bits, Floats
from advisor.columns.frame import Frame
from advisor.columns.plans import Places, Plans
from advisor.compilers.columns import Column, Columns
from advisor.conditions import tests_of
from advisor.derived import IN_MISTAKES, derived_domains
from advisor.fit import WEEK_HOURS
from advisor.packs.pack import ADDS, Pack
from advisor.questions import STRATEGIES

_PRINTED: Final = 0.25
"""USD by which sums of printed lines may differ from sums that are not rounded."""

_HIDDEN: Final[Bits] = np.ones(1, np.bool_)


class Mistakes:
    """Finds mistakes by a pack; compiled once."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.tests = [test for mistake in pack.mistakes for test in tests_of(mistake.when)]
        self._thresholds: dict[str, list[float]] = {}
        for test in self.tests:
            constants = test.constant if isinstance(test.constant, tuple) else (test.constant,)
            numbers = [float(constant) for constant in constants if isinstance(constant, Decimal)]
            self._thresholds.setdefault(test.fact, []).extend(numbers)

    @cached_property
    def _conditions(self) -> Columns:
        domains = {**self.pack.questionnaire.domains(), **derived_domains(*IN_MISTAKES)}
        return Columns([mistake.when for mistake in self.pack.mistakes], domains)

    def committed(self, frame: Frame, plans: Plans, facts: Mapping[str, Column], planned: Bits) -> Bits:
        """Return a row for each mistake and a column for each case; `planned` says which strategies are in the plan."""
        found = np.zeros((len(self.pack.mistakes), frame.rows), np.bool_)
        for place, strategy in enumerate(STRATEGIES):
            if not planned[:, place].any():
                continue
            own = self._plan_facts(strategy, frame, plans)
            self._doubt(own, plans, planned[:, place])
            known = {**facts, **own}
            columns = {
                fact: known[fact] if fact in known else frame[fact].column(fact, self._conditions)
                for fact in self._conditions.facts
                if fact in known or fact in frame.entries
            }
            fired = self._conditions.decide(columns, frame.rows).fired
            commits = np.array([strategy in mistake.commits for mistake in self.pack.mistakes])
            found |= fired & commits[:, None] & planned[:, place]
        return found

    def _doubt(self, facts: Mapping[str, Column], plans: Plans, planned: Bits) -> None:
        """Mark where an amount of a plan lies as good as on a threshold; exactly on it, it does so on the single path,
        too, unless that adds up what is printed."""
        near = {"plan_upfront_over_usd": _PRINTED, "plan_untuned_saving_usd": _PRINTED, "plan_hosting_share": 1e-4}
        for fact, column in facts.items():
            if column.values.dtype != np.float64:
                continue
            for threshold in self._thresholds.get(fact, ()):
                away = np.abs(column.values - threshold)
                with np.errstate(invalid="ignore"):
                    plans.doubt.add(planned & (away < near.get(fact, 1e-6)) & ((away > 0) | (fact in near)))

    def _plan_facts(self, strategy: str, frame: Frame, plans: Plans) -> dict[str, Column]:
        cost, tunes = plans.cost(strategy), "fine_tuning" in ADDS[strategy]
        weeks = cost.hours / float(WEEK_HOURS)
        return {
            "plan_upfront_over_usd": _beyond(np.where(cost.priced, cost.upfront, np.nan), frame, "upfront_budget"),
            "plan_monthly_over_usd": _beyond(np.where(cost.priced, cost.monthly, np.nan), frame, "monthly_budget"),
            "plan_weeks_over": _beyond(weeks, frame, "deadline_weeks"),
            "plan_hosting_usd": _usd(np.where(cost.priced, cost.hosting, np.nan), None if tunes else _HIDDEN),
            "plan_hosting_share": self._hosting_share(cost) if tunes else _nothing(),
            "plan_model_withdrawn": _withdrawn(plans) if tunes else _nothing(),
            "plan_untuned_saving_usd": _untuned_saving(cost, plans) if strategy == "fine_tuning" else _nothing(),
            "plan_retraining_excess_usd": _retraining_excess(cost, plans) if tunes else _nothing(),
            "plan_uncached_usd": _nothing() if tunes else _uncached(plans),
            "plan_unbatched_usd": _unbatched(strategy, cost, plans),
        }

    def _hosting_share(self, cost: PlanCost) -> Column:
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.round(np.divide(cost.hosting, cost.run), 4)
        return Column(np.atleast_1d(np.where(cost.priced & (np.asarray(cost.run) != 0), share, np.nan)))


def planned(scores: NDArray[np.int64], open_: Bits, winner: Places, considering: Sequence[Any], codes: Places) -> Bits:
    """Return which strategies are in the plan of each case: considered, recommended, or ruled out with more points.

    `considering` are the lists that cases propose, `codes` the place of each case's own, -1 without one.
    """
    cases = np.arange(len(winner))
    found: Bits = ~open_ & (scores > scores[cases, winner][:, None])
    found[cases, winner] = True
    for place, strategies in enumerate(considering):
        wanted = np.array([name in strategies for name in STRATEGIES])
        found |= (codes == place)[:, None] & wanted
    return found


def _nothing() -> Column:
    """Return a fact that applies to no case."""
    return Column(np.full(1, np.nan), _HIDDEN)


def _usd(amounts: Any, hidden: Bits | None = None) -> Column:
    return Column(np.atleast_1d(np.asarray(amounts, np.float64)), hidden)


def _beyond(needed: Any, frame: Frame, allowance: str) -> Column:
    """Return what is needed beyond what an answer allows, unknown where nothing is said or it does not apply."""
    entry = frame[allowance]
    return _usd(needed - np.where(entry.known, entry.values, np.nan))


def _withdrawn(plans: Plans) -> Column:
    """Return 1 where the model that is tuned, or the one named for it, is being withdrawn within the horizon."""
    named, costing = plans.named, plans.costing
    if named.on_premises:
        return Column(np.full(1, -1, np.int8), _HIDDEN)
    models, places = plans.tuned
    found = np.where(places < 0, -1, 0)
    kinds, access = named.access
    for kind, providers in enumerate(kinds):
        first = []
        for model in models:
            known = costing.book.availability(model, costing.as_of, providers)
            days = [event.date for event in (known.ends, known.last_job) if event is not None]
            numbers = [(day.year - costing.as_of.year) * 12 + day.month - costing.as_of.month for day in days]
            first.append(min(numbers, default=10**6))
        when = np.array([*first, 10**6])[places]
        found = np.where((access == kind) & (places >= 0) & (when <= plans.numbers.months), 1, found)
    return Column(np.where(plans.refused, 1, found).astype(np.int8))


def _untuned_saving(cost: PlanCost, plans: Plans) -> Column:
    applies = plans.applies("switch_model")
    if not applies.any():
        return _nothing()
    switch = plans.alternative("switch_model")
    return _usd(np.where(cost.priced & switch.priced, cost.horizon - switch.horizon, np.nan), ~applies)


def _retraining_excess(cost: PlanCost, plans: Plans) -> Column:
    with np.errstate(invalid="ignore"):
        saved = plans.of_best(lambda best: best.run) - cost.run
        known = cost.priced & (plans.best >= 0)
        return _usd(np.where(known, cost.retraining - saved, np.nan), known & (saved <= 0))


def _uncached(plans: Plans) -> Column:
    applies = plans.applies("cached_prompt") & plans.applies("current")
    if not applies.any():
        return _nothing()
    cached, current = plans.alternative("cached_prompt"), plans.alternative("current")
    return _usd(np.where(cached.priced & current.priced, current.horizon - cached.horizon, np.nan), ~applies)


def _unbatched(strategy: str, cost: PlanCost, plans: Plans) -> Column:
    if plans.named.on_premises:
        return _nothing()
    applies = plans.has_batch_prices(strategy)
    if not applies.any():
        return _nothing()
    batched = plans.batched(strategy)
    usd: Floats = np.where(cost.priced & batched.priced, cost.horizon - batched.horizon, np.nan)
    return _usd(usd, ~applies)
