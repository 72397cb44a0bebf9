"""Which model runs what and what tuning has to beat, for many workloads that name the same models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.columns.costs import Costing, PlanCost
from advisor.columns.doubt import Bits, Doubt, Floats
from advisor.columns.numbers import Numbers
from advisor.costs.alternatives import MOST_PROMPT_CHANGES, costs_no_less, strategy_plan
from advisor.costs.ledger import ZERO
from advisor.costs.models import Untuned, trial_of
from advisor.costs.projection import Plan
from advisor.costs.tuning import premium_ratio
from advisor.packs.pack import ADDS
from advisor.pricebook.book import Model
from advisor.questions import STRATEGIES
from advisor.workload import CACHED_PROMPT_LIMIT, CACHED_SHARE, MIN_CACHED_CALLS, MIN_CACHED_PREFIX

Places = NDArray[np.int64]

ALTERNATIVES: Final = ("current", "switch_model", "cached_prompt", "batch", "full_context")
"""The alternatives in their declared order, which is that of `costs.alternatives.offers`."""

_BILLED: Final = ("training", "input", "output", "hosting")


Access = frozenset[str] | None
"""The providers at which tuning jobs can be started, None being those open to new customers."""


@dataclass(frozen=True)
class Named:
    """The models of a group of cases that share the current one. `small`, `tuned` and `access` are what cases name,
    with the place of every case's own; `tuned` is None where none is named."""

    untuned: Untuned
    on_premises: bool
    small: tuple[tuple[Model, ...], Places]
    tuned: tuple[tuple[Model | None, ...], Places]
    access: tuple[tuple[Access, ...], Places]


class Plans:
    """The plans of a group of cases, each priced when it is first asked for."""

    def __init__(self, named: Named, costing: Costing, rows: int) -> None:
        self.named = named
        self.costing = costing
        self.rows = rows

    @property
    def numbers(self) -> Numbers:
        return self.costing.numbers

    @property
    def doubt(self) -> Doubt:
        return self.costing.doubt

    def cost(self, strategy: str) -> PlanCost:
        """Return what a strategy costs, on the model that each case tunes where it tunes one."""
        return self._strategies[strategy]

    @cached_property
    def _strategies(self) -> dict[str, PlanCost]:
        untuned = self.named.untuned.untuned
        return {
            name: self._on_tuned(name)
            if "fine_tuning" in ADDS[name]
            else self.costing.cost(strategy_plan(name, untuned, None))
            for name in STRATEGIES
        }

    # What is tuned

    @cached_property
    def trials(self) -> list[tuple[Model, PlanCost]]:
        """Return the models that may be tuned and are fully priced, each with what tuning and running it costs; of
        several with the same prices, the first."""
        if self.named.on_premises:
            return []
        book, as_of = self.costing.book, self.costing.as_of
        known: dict[object, Model] = {}
        for row in book.rows.models:
            model = book.resolve(row.id)
            if self._may_tune(model).any() and book.has_prices(model, _BILLED, as_of):
                known.setdefault((self._signature(model), self._open_with(model)), model)
        return [(model, self.costing.cost(trial_of(model))) for model in known.values()]

    def _open_with(self, model: Model) -> tuple[int, ...]:
        """Return the kinds of access with which a model can be tuned."""
        book, as_of = self.costing.book, self.costing.as_of
        kinds, _ = self.named.access
        return tuple(place for place, access in enumerate(kinds) if book.why_not_tunable(model, as_of, access) is None)

    def _may_tune(self, model: Model) -> Bits:
        """Return where a model can be tuned."""
        _, access = self.named.access
        return np.isin(access, self._open_with(model))

    def _signature(self, model: Model) -> object:
        """Return all that a price of a model depends on; itself where a price may change."""
        book, as_of = self.costing.book, self.costing.as_of
        if (
            book.steps(model.id, as_of, self.costing.calendar.all[-1].end)
            or book.tiers(model)
            or book.ends(model, as_of)
        ):
            return model.id
        kinds = (*_BILLED, "cached_input", "cache_write", "request")
        rates = (book.rate(model.id, kind, as_of, batch=batch) for kind in kinds for batch in (False, True))
        prices = tuple(None if rate is None else (rate.unit_usd, rate.spread) for rate in rates)
        return prices, book.cache_minimum(model, as_of)

    @cached_property
    def _cheapest(self) -> Places:
        """Return for each case the place of the cheapest model to tune among `trials`, -1 where there is none."""
        if not self.trials:
            return np.full(self.rows, -1)
        totals = [np.where(trial.priced & self._may_tune(model), trial.horizon, np.inf) for model, trial in self.trials]
        return self._least(totals)

    def _least(self, totals: list[Floats]) -> Places:
        """Return the place of the least of some amounts, the first of equals, -1 where all are infinite; near ties are
        doubtful."""
        table = np.stack([np.broadcast_to(total, self.rows) for total in totals])
        first = np.argmin(table, axis=0)
        cases = np.arange(self.rows)
        least = table[first, cases]
        if len(table) > 1:
            table[first, cases] = np.inf
            second = table.min(axis=0)
            near = np.isfinite(second)
            with np.errstate(invalid="ignore"):
                self.doubt.near(least, second, np.where(near, second, 0.0), near & (least != second))
        return np.where(np.isfinite(least), first, -1)

    @cached_property
    def tuned(self) -> tuple[list[Model], Places]:
        """Return the models that cases tune, and for each case the place of its own, -1 without one."""
        named = self._is_named.all()
        models = [] if named else [model for model, _ in self.trials]
        places = np.zeros(self.rows, np.int64) if named else self._cheapest
        for model, where in self._named_open:
            places = np.where(where, len(models), places)
            models.append(model)
        return models, places

    @cached_property
    def _named_open(self) -> list[tuple[Model, Bits]]:
        """Return the models that cases name for tuning and can tune, each with where."""
        models, places = self.named.tuned
        found = [
            (model, (places == place) & self._may_tune(model))
            for place, model in enumerate(models)
            if model is not None
        ]
        return [(model, where) for model, where in found if where.any()]

    @cached_property
    def _is_named(self) -> Bits:
        """Return where the model to tune is named and can be tuned, so that no others have to be priced for it."""
        found = np.zeros(1, np.bool_)
        for _, where in self._named_open:
            found = found | where
        return found

    @cached_property
    def refused(self) -> Bits:
        """Return where a model is named for tuning that cannot be tuned."""
        models, places = self.named.tuned
        named = np.isin(places, [place for place, model in enumerate(models) if model is not None])
        return named & ~self._is_named

    def batched(self, strategy: str) -> PlanCost:
        """Return what a strategy costs with every call in batch."""
        if "fine_tuning" in ADDS[strategy]:
            return self._on_tuned(strategy, batch_share=Decimal(1))
        return self.costing.cost(
            replace(strategy_plan(strategy, self.named.untuned.untuned, None), batch_share=Decimal(1))
        )

    def has_batch_prices(self, strategy: str) -> Bits:
        """Return where the model of a strategy has batch prices."""
        book, as_of = self.costing.book, self.costing.as_of
        if "fine_tuning" not in ADDS[strategy]:
            return np.array([book.has_batch_prices(self.named.untuned.untuned, as_of)])
        models, places = self.tuned
        return np.array([*(book.has_batch_prices(model, as_of) for model in models), False])[places]

    def _on_tuned(self, strategy: str, batch_share: Decimal | None = None) -> PlanCost:
        """Return what a strategy costs, each case on its own tuned model."""
        untuned = self.named.untuned.untuned
        if self.named.on_premises:
            return self.costing.cost(strategy_plan(strategy, untuned, None))
        models, places = self.tuned
        plan = replace(strategy_plan(strategy, untuned, None), batch_share=batch_share)
        return self._each(plan, models, places)

    def _each(self, plan: Plan, models: Sequence[Model], places: Places) -> PlanCost:
        """Return what a plan costs, each case on the model at its own place, or on none at -1."""
        parts = []
        for place in _distinct(places):
            rows = np.flatnonzero(places == place)
            costing = self.costing if len(rows) == self.rows else self.costing.take(rows)
            parts.append((rows, costing.cost(replace(plan, model=models[place] if place >= 0 else None))))
            if costing is not self.costing:
                self.doubt.cases[rows] |= costing.doubt.cases
        return parts[0][1] if len(parts) == 1 else _joined(parts, self.rows)

    @cached_property
    def tunable(self) -> Bits:
        """Return where a model can be tuned, or is on the customer's own machines."""
        if self.named.on_premises:
            return np.ones(1, np.bool_)
        found = self._is_named
        for model, trial in [] if found.all() else self.trials:
            found = found | (trial.priced & self._may_tune(model))
        return found

    @cached_property
    def dearer_than_cheapest(self) -> Floats:
        """Return by how much the tuned model costs more than the cheapest one, where one is named."""
        if self.named.on_premises or not self._named_open:
            return np.zeros(1)
        found = np.zeros(self.rows)
        for tuned, where in self._named_open:
            mine = self.costing.cost(trial_of(tuned)).horizon
            for place, (model, trial) in enumerate(self.trials):
                if self._signature(model) != self._signature(tuned):
                    found = np.where(where & (self._cheapest == place), mine - trial.horizon, found)
        return found

    @cached_property
    def premium_ratio(self) -> Floats:
        """Return the tuned input price over that of the untuned base, NaN where one is not known."""
        models, places = self.tuned
        ratios = [premium_ratio(self.costing.book, model, self.costing.as_of) for model in models]
        known = np.array([*(np.nan if ratio is None else float(ratio) for ratio in ratios), np.nan])
        return known[places]

    # What it has to beat

    @cached_property
    def offers(self) -> Mapping[str, tuple[Plan, Bits, Floats | None]]:
        """Return the alternatives: the plan, where it applies, which share of the prompt it reads from the cache."""
        found = {"current": (self._current_plan, self._current_applies, None)}
        if not self.named.on_premises:
            found |= {name: getattr(self, f"_{name}") for name in ALTERNATIVES[1:]}
        return {name: offer for name, offer in found.items() if name == "current" or offer[1].any()}

    def applies(self, alternative: str) -> Bits:
        """Return where an alternative applies."""
        offer = self.offers.get(alternative)
        return np.zeros(1, np.bool_) if offer is None else offer[1]

    def alternative(self, name: str) -> PlanCost:
        """Return what an alternative costs that applies somewhere."""
        return self._alternatives[name]()

    @cached_property
    def _alternatives(self) -> dict[str, Callable[[], PlanCost]]:
        known: dict[str, PlanCost] = {}

        def priced(name: str) -> PlanCost:
            if name not in known:
                plan, _, cached = self.offers[name]
                known[name] = self._on_small(plan) if name == "switch_model" else self.costing.cost(plan, cached)
            return known[name]

        return {name: (lambda name=name: priced(name)) for name in self.offers}  # type: ignore[misc]

    @cached_property
    def best(self) -> Places:
        """Return for each case the place in `ALTERNATIVES` of the cheapest that applies, -1 where there is none."""
        totals = []
        for name in ALTERNATIVES:
            if name in self.offers:
                cost = self.alternative(name)
                totals.append(np.where(self.applies(name) & cost.priced, cost.horizon, np.inf))
            else:
                totals.append(np.array([np.inf]))
        return self._least(totals)

    def of_best(self, amount: Callable[[PlanCost], Any]) -> Floats:
        """Return an amount of the best alternative, NaN without one."""
        found = np.full(self.rows, np.nan)
        for place in _distinct(self.best):
            if place >= 0:
                found = np.where(self.best == place, amount(self.alternative(ALTERNATIVES[place])), found)
        return found

    @property
    def _current_plan(self) -> Plan:
        return Plan("current", self.named.untuned.current, batch_share=ZERO)

    @property
    def _current_applies(self) -> Bits:
        return ~self.costing.calendar.ends_before(self.costing.ends(self.named.untuned.current))

    @property
    def _switch_model(self) -> tuple[Plan, Bits, None]:
        chosen, costing = self.named.untuned, self.costing
        models, places = self.named.small
        applies = np.zeros(1, np.bool_)
        for place, small in enumerate(models):
            if small.id != chosen.current.id and not costs_no_less(small, chosen.untuned, costing.book, costing.as_of):
                applies = applies | ((places == place) & ~costing.calendar.ends_before(costing.ends(small)))
        plan = Plan("switch_model", models[0], work=("evaluation_set",), batch_share=ZERO)
        return plan, applies & ~self.numbers.small_model_failed, None

    def _on_small(self, plan: Plan) -> PlanCost:
        """Return what a plan costs, each case on its own small model."""
        models, places = self.named.small
        return self._each(plan, [*models], np.broadcast_to(places, self.rows))

    @property
    def _cache_minimum(self) -> float:
        return float(
            self.costing.book.cache_minimum(self.named.untuned.untuned, self.costing.as_of) or MIN_CACHED_PREFIX
        )

    @property
    def _cached_prompt(self) -> tuple[Plan, Bits, Floats]:
        model, numbers, costing = self.named.untuned.untuned, self.numbers, self.costing
        plan = Plan("cached_prompt", model, work=("cached_prompt",), batch_share=ZERO, cached_share=CACHED_SHARE)
        applies = (
            (numbers["prompt_tokens"] >= self._cache_minimum)
            & (numbers.calls_per_day >= float(MIN_CACHED_CALLS))
            & (numbers["cached_share"] < float(CACHED_SHARE))
        )
        if costing.book.rate(model.id, "cached_input", costing.as_of) is None:
            applies = np.zeros(1, np.bool_)
        return plan, applies, np.array([float(CACHED_SHARE)])

    @property
    def _batch(self) -> tuple[Plan, Bits, None]:
        model, costing = self.named.untuned.untuned, self.costing
        applies = self.numbers["batchable_share"] != 0
        if not costing.book.has_batch_prices(model, costing.as_of):
            applies = np.zeros(1, np.bool_)
        return Plan("batch", model, work=("batch",)), applies, None

    @property
    def _full_context(self) -> tuple[Plan, Bits, Floats]:
        model, numbers = self.named.untuned.untuned, self.numbers
        plan = Plan("full_context", model, knowledge=True, work=("evaluation_set",), batch_share=ZERO)
        tokens, calls = numbers["knowledge_tokens"], numbers.calls_per_day
        long_enough = numbers["prompt_tokens"] + tokens >= self._cache_minimum
        usual = np.where(long_enough & (calls >= float(MIN_CACHED_CALLS)), float(CACHED_SHARE), 0.0)
        answered = self.costing.cached_share(self.costing.tokens(plan), model)
        applies = (
            numbers.knowledge_needed
            & (numbers.knowledge_changes <= float(MOST_PROMPT_CHANGES))
            & (tokens <= self.prompt_limit)
        )
        return plan, applies, np.where(numbers.assumed["cached_share"], usual, answered)

    @cached_property
    def prompt_limit(self) -> Floats:
        """Return how many tokens of knowledge a prompt may carry."""
        window, numbers = self.named.untuned.untuned.context_window, self.numbers
        limit = np.array([float(CACHED_PROMPT_LIMIT)])
        if window is None:
            return limit
        used = numbers["prompt_tokens"] + numbers["input_tokens"] + numbers["output_tokens"]
        room: Floats = np.minimum(limit, np.maximum(0.0, window - used))
        return room


def _distinct(places: Places) -> list[int]:
    """Return the different places in a column, -1 among them, in order."""
    return [int(place) - 1 for place in np.flatnonzero(np.bincount(places + 1))]


def _joined(parts: list[tuple[Places, PlanCost]], rows: int) -> PlanCost:
    """Return the costs of groups of cases as those of all of them."""

    def scattered(amount: Callable[[PlanCost], Any], start: Any = 0.0) -> Any:
        found = np.full(rows, start)
        for places, cost in parts:
            found[places] = amount(cost)
        return found

    names = ("build", "build_labour", "run", "hosting", "maintain", "maintain_labour", "retraining", "monthly", "hours")
    amounts = {name: scattered(lambda cost, name=name: getattr(cost, name)) for name in names}  # type: ignore[misc]
    return PlanCost(
        **amounts,
        unpriced=scattered(lambda cost: cost.unpriced, False),
        by_month=[lambda number: scattered(lambda cost: cost.in_month(number))],
        last=max(cost.last for _, cost in parts),
    )
