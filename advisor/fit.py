"""Whether a strategy fits what the answers allow: money to build it, money a month to run it, and the deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor.conditions import Range, Value, ends_of
from advisor.costs.projection import Cost

WEEK_HOURS: Final = Decimal(40)
"""Hours that one person works in a week; build hours are turned into weeks of one person (assumption)."""


@dataclass(frozen=True)
class Fit:
    """What a strategy takes beyond what is allowed: below 0 there is room to spare, None where an answer or a price is
    missing, a range where the allowance is one.

    `monthly_over_usd` speaks of 30 days at stated volume; `over_from` names the first month of the projection that
    costs more to run than the highest allowance, by growth or a price step.
    """

    strategy: str
    upfront_over_usd: Value
    monthly_over_usd: Value
    build_weeks: Decimal
    weeks_over: Value
    over_from: str | None

    @property
    def facts(self) -> dict[str, Value]:
        """Return what mistakes may test about this strategy."""
        return {
            "plan_upfront_over_usd": self.upfront_over_usd,
            "plan_monthly_over_usd": self.monthly_over_usd,
            "plan_weeks_over": self.weeks_over,
        }


def build_weeks(cost: Cost) -> Decimal:
    """Return how many weeks one person builds."""
    return cost.build_hours / WEEK_HOURS


def fit_of(strategy: str, cost: Cost, visible: Mapping[str, Value]) -> Fit:
    """Return how a strategy fits the budgets and the deadline of the answers."""
    weeks = build_weeks(cost)
    monthly = visible.get("monthly_budget")
    return Fit(
        strategy,
        _beyond(cost.printed("build") if cost.priced else None, visible.get("upfront_budget")),
        _beyond(cost.total.monthly_usd, monthly),
        weeks,
        _beyond(weeks, visible.get("deadline_weeks")),
        _over_from(cost, monthly),
    )


def _beyond(needed: Decimal | None, allowed: Value) -> Value:
    if needed is None:
        return None
    if isinstance(allowed, Range):
        return Range(needed - allowed.high, needed - allowed.low)
    return needed - allowed if isinstance(allowed, Decimal) else None


def _over_from(cost: Cost, allowed: Value) -> str | None:
    """Return the first month that runs for more than the allowance, each month counted as 30 days."""
    if not isinstance(allowed, Decimal | Range) or not cost.priced:
        return None
    over = (month for month in cost.months if month.run_usd * 30 / month.days > ends_of(allowed)[-1])
    return next((month.month for month in over), None)
