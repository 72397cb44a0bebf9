"""When one plan has repaid what it costs more to build than another.

U = its build total − the other's; s = (the other's `monthly_usd` − its) / 30 − (its `maintain_monthly_usd` − the
other's) × 12 / 365, a saving a day; days = U / s. The month comes from the projection, where growth, price steps and
retraining count, so that the two can disagree; `because` then says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from advisor.costs.projection import Cost, Totals

_DAYS = Decimal("1e-6")


@dataclass(frozen=True)
class BreakEven:
    """Break-even against another plan; `upfront_usd` is U, `daily_usd` is s, both None where a price is missing."""

    versus: Literal["current", "best_alternative"]
    requests: Decimal | None
    days: Decimal | None
    days_api: Decimal | None
    month: str | None
    month_api: str | None
    reachable: bool
    because: str
    upfront_usd: Decimal | None = None
    daily_usd: Decimal | None = None


def break_even(
    cost: Cost, other: Cost, versus: Literal["current", "best_alternative"], queries_per_day: Decimal
) -> BreakEven:
    """Return when `cost` has repaid its additional building against `other`."""
    if not cost.priced or not other.priced:
        unpriced = cost if not cost.priced else other
        why = f"A price is missing for {unpriced.plan.id}: {unpriced.gaps[0].why}."
        return BreakEven(versus, None, None, None, None, None, False, why)
    days, upfront, daily = _days(cost.total, other.total)
    days_api, _, _ = _days(cost.api, other.api)
    month = ahead_from(
        [entry.cumulative_usd for entry in cost.months], [entry.cumulative_usd for entry in other.months]
    )
    month_api = ahead_from(
        [entry.cumulative_api_usd for entry in cost.months], [entry.cumulative_api_usd for entry in other.months]
    )
    requests = (
        None if days is None else max(Decimal(0), (upfront * queries_per_day / daily).to_integral_value(ROUND_CEILING))
    )
    name, name_api = (None if number is None else cost.months[number].month for number in (month, month_api))
    because = _because(days, month, upfront, daily, len(cost.months))
    if other.plan.id == "current" and other.ends is not None and other.ends <= _last_day(other):
        because = f"The current model stops serving on {other.ends}; after that there is nothing to compare with."
    shown = None if days is None else days.quantize(_DAYS)
    shown_api = None if days_api is None else days_api.quantize(_DAYS)
    return BreakEven(versus, requests, shown, shown_api, name, name_api, month is not None, because, upfront, daily)


def _days(mine: Totals, other: Totals) -> tuple[Decimal | None, Decimal, Decimal]:
    def gap(name: str) -> Decimal:
        left, right = getattr(mine, name), getattr(other, name)
        assert isinstance(left, Decimal)
        assert isinstance(right, Decimal)
        return left - right

    upfront = gap("upfront_usd")
    daily = -gap("monthly_usd") / 30 - gap("maintain_monthly_usd") * 12 / 365
    if daily <= 0:
        return None, upfront, daily
    return max(upfront / daily, Decimal(0)), upfront, daily


def ahead_from(mine: list[Decimal], other: list[Decimal]) -> int | None:
    """Return the index of the first month from which mine stays at or below the other's to the end."""
    found = None
    for index in range(len(mine) - 1, -1, -1):
        if mine[index] > other[index]:
            break
        found = index
    return found


def _last_day(cost: Cost) -> date:
    """Return the last day of a projection."""
    year, month = (int(part) for part in cost.months[-1].month.split("-"))
    return date(year, month, int(cost.months[-1].days)) if cost.months else date.min


def _because(days: Decimal | None, month: int | None, upfront: Decimal, daily: Decimal, months: int) -> str:
    if upfront == 0 and daily == 0 and month == 0:
        return "It costs the same to build, run and maintain."
    if days is None and month is None:
        return "All told, it costs as much or more a day to run and maintain: what it costs to build is never repaid."
    if days is None:
        return (
            "At today's volume and prices it does not save, but with the growth and price steps of the projection "
            "it is ahead at the end."
        )
    if upfront <= 0:
        return (
            "It costs no more to build and less a day."
            if month == 0
            else ("It costs no more to build and less a day; growth, price steps or retraining delay it.")
        )
    if month is None:
        over = days > months * Decimal(365) / 12
        return (
            "The saving a day does not repay the building within the horizon."
            if over
            else "At today's volume it would be repaid, but growth, price steps or retraining keep it behind."
        )
    expected = days * 12 / 365
    if abs(expected - (month + 1)) <= Decimal("1.5"):
        return "The saving a day repays what it costs more to build."
    return (
        f"At today's volume the saving repays it in {expected:.1f} months; growth, price steps and the months in "
        f"which retraining falls move the month from which it stays ahead to number {month + 1}."
    )
