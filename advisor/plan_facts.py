"""What mistakes may know of one strategy of the plan: how it fits, and the money that it would waste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from advisor.conditions import NOT_APPLICABLE, Value
from advisor.costs.alternatives import Alternative
from advisor.costs.ledger import ZERO
from advisor.costs.models import Models
from advisor.costs.projection import Cost, Projector
from advisor.fit import Fit

_RETRAINING: Final = frozenset(("retraining", "reevaluation_input", "reevaluation_output", "retrain"))


@dataclass(frozen=True)
class PlanFacts:
    """Computes the facts of the strategies of one workload."""

    projector: Projector
    models: Models
    costs: Mapping[str, Cost]
    alternatives: Mapping[str, Alternative]
    best: Alternative | None
    fits: Mapping[str, Fit]

    def of(self, strategy: str) -> dict[str, Value]:
        """Return the facts of a strategy; not applicable without such a cost, unknown without a price."""
        cost = self.costs[strategy]
        tunes = cost.plan.tuning
        return {
            **self.fits[strategy].facts,
            "plan_hosting_usd": self._hosting(cost) if tunes else NOT_APPLICABLE,
            "plan_hosting_share": self._hosting_share(cost) if tunes else NOT_APPLICABLE,
            "plan_model_withdrawn": self._withdrawn(cost) if tunes else NOT_APPLICABLE,
            "plan_untuned_saving_usd": self._untuned_saving(cost) if strategy == "fine_tuning" else NOT_APPLICABLE,
            "plan_retraining_excess_usd": self._retraining_excess(cost) if tunes else NOT_APPLICABLE,
            "plan_uncached_usd": self._uncached() if not tunes else NOT_APPLICABLE,
            "plan_unbatched_usd": self._unbatched(cost),
        }

    def _hosting(self, cost: Cost) -> Value:
        return sum((line.amount_usd for line in cost.lines if line.id == "hosting"), ZERO) if cost.priced else None

    def _hosting_share(self, cost: Cost) -> Value:
        hosting = self._hosting(cost)
        run = _running(cost)
        return (hosting / run).quantize(Decimal("0.0001")) if isinstance(hosting, Decimal) and run else None

    def _withdrawn(self, cost: Cost) -> Value:
        """Return whether the model that is tuned, or the one that the answers name for it, is being withdrawn."""
        if self.projector.workload.on_premises:
            return NOT_APPLICABLE
        if self.models.refused is not None:
            return True
        model = cost.plan.model
        if model is None:
            return None
        known = self.projector.book.availability(model, self.projector.as_of, self.models.access)
        last = cost.months[-1].month if cost.months else ""
        days = [event.date for event in (known.ends, known.last_job) if event is not None]
        return any(f"{day:%Y-%m}" <= last for day in days)

    def _untuned_saving(self, cost: Cost) -> Value:
        """Return what the untuned small model would save over the horizon, where it may be switched to."""
        switch = self.alternatives["switch_model"]
        if not switch.applies:
            return NOT_APPLICABLE
        return _less(cost.printed_total, switch.cost.printed_total)

    def _retraining_excess(self, cost: Cost) -> Value:
        """Return by how much retraining exceeds what tuning saves on running, where it saves anything there."""
        if self.best is None or not cost.priced:
            return None
        saved = _running(self.best.cost) - _running(cost)
        if saved <= 0:
            return NOT_APPLICABLE
        retraining = sum(
            (line.amount_usd for line in cost.lines if line.kind == "maintain" and line.id in _RETRAINING), ZERO
        )
        return retraining - saved

    def _uncached(self) -> Value:
        """Return what caching the prompt would save over the horizon, where it is not cached as it could be."""
        cached, current = self.alternatives["cached_prompt"], self.alternatives["current"]
        if not cached.applies or not current.applies:
            return NOT_APPLICABLE
        return _less(current.cost.total.horizon_usd, cached.cost.total.horizon_usd)

    def _unbatched(self, cost: Cost) -> Value:
        """Return what sending every call through batch would save over the horizon, where batch has a price."""
        model, projector = cost.plan.model, self.projector
        if model is None or projector.workload.on_premises:
            return NOT_APPLICABLE
        if not projector.book.has_batch_prices(model, projector.as_of):
            return NOT_APPLICABLE
        batched = projector.expected(replace(cost.plan, batch_share=Decimal(1)))
        return _less(cost.total.horizon_usd, batched.total.horizon_usd)


def _running(cost: Cost) -> Decimal:
    return sum((line.amount_usd for line in cost.lines if line.kind == "run"), ZERO)


def _less(mine: Decimal | None, other: Decimal | None) -> Value:
    return None if mine is None or other is None else mine - other
