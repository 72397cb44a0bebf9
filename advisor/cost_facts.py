"""The facts that are made of money: what each is worth, and on which side of a number it lies, and by how much.

They are unknown unless the volume is answered, and where a price is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from advisor.conditions import Range, Value
from advisor.costs.break_even import ahead_from
from advisor.costs.projection import Cost, Plan
from advisor.costs.tuning import premium_ratio
from advisor.derived import DERIVED, NEVER_PAYS_BACK
from advisor.priced import Priced

LOWEST_SHARE: Final = Decimal(-1000)
HIGHEST_RATIO: Final = Decimal(100)


@dataclass(frozen=True)
class Bound:
    """A number that a fact is compared with; the fact is past it when it is more, or as much where `reached` counts."""

    number: Decimal
    reached: bool = False


Excess = tuple[Decimal, ...]
"""Amounts of which one at least is above zero when a fact is past a bound, and none when it is not; a single one may
also be zero on the bound. Each is a sum of costs, so that it is linear in whatever the costs are linear in."""


@dataclass(frozen=True)
class CostFact:
    """How a fact is computed; both are None where a price or an answer is missing. One that is about tuning follows
    which model is tuned and which alternative is the best."""

    value: Callable[[Priced], Decimal | None]
    excess: Callable[[Priced, Bound], Excess | None]
    tuning: bool = True


def cost_facts(priced: Priced, wanted: Iterable[str] | None = None) -> dict[str, Value]:
    """Return what rules may know of the costs, all of it or some facts only."""
    names = tuple(COST_FACTS) if wanted is None else tuple(wanted)
    known = volume_is_answered(priced)
    return {name: COST_FACTS[name].value(priced) if known else None for name in names}


def volume_is_answered(priced: Priced) -> bool:
    return isinstance(priced.visible.get("queries_per_day"), Decimal | Range)


def _saving_share(priced: Priced) -> Decimal | None:
    found = _running(priced)
    return None if found is None else max(LOWEST_SHARE, 1 - found[0] / found[1])


def _saving_excess(priced: Priced, bound: Bound) -> Excess | None:
    found = _running(priced)
    return None if found is None else ((1 - bound.number) * found[1] - found[0],)


def _running(priced: Priced) -> tuple[Decimal, Decimal] | None:
    """Return what fine-tuning and the best alternative cost a month, upkeep and labour included."""
    if priced.best is None:
        return None
    mine, theirs = _monthly(priced.strategy("fine_tuning")), _monthly(priced.best.cost)
    return None if mine is None or not theirs else (mine, theirs)


def _monthly(cost: Cost) -> Decimal | None:
    total = cost.total
    if total.monthly_usd is None or total.maintain_monthly_usd is None:
        return None
    return total.monthly_usd + total.maintain_monthly_usd


def _break_even_month(priced: Priced) -> Decimal | None:
    found = _cumulative(priced)
    if found is None:
        return None
    month = ahead_from(*found)
    return NEVER_PAYS_BACK if month is None else Decimal(month + 1)


def _break_even_excess(priced: Priced, bound: Bound) -> Excess | None:
    """Return by how much fine-tuning is behind in each month from which it would have to stay ahead."""
    found = _cumulative(priced)
    if found is None:
        return None
    rounding = ROUND_CEILING if bound.reached else ROUND_FLOOR
    last_good = int(bound.number.to_integral_value(rounding)) - bound.reached
    if not 1 <= last_good < NEVER_PAYS_BACK:
        return (Decimal(1 if last_good < 1 else -1),)
    behind = [mine - theirs for mine, theirs in zip(*found, strict=True)]
    return tuple(behind[min(last_good, len(behind)) - 1 :])


def _cumulative(priced: Priced) -> tuple[list[Decimal], list[Decimal]] | None:
    """Return what fine-tuning and the best alternative have cost by the end of each month."""
    tuned = priced.strategy("fine_tuning")
    if not tuned.priced or priced.best is None:
        return None
    mine, theirs = ([entry.cumulative_usd for entry in cost.months] for cost in (tuned, priced.best.cost))
    return mine, theirs


def _premium_ratio(priced: Priced) -> Decimal | None:
    if not priced.strategy("fine_tuning").priced:
        return None
    ratio = premium_ratio(priced.book, priced.models.tuned, priced.as_of)
    return None if ratio is None else min(HIGHEST_RATIO, ratio)


def _full_context_dearer(priced: Priced) -> Decimal | None:
    offer, rag = priced.offers["full_context"], priced.strategy("rag").printed_total
    if not offer.applies or rag is None:
        return None
    in_prompt = priced.alternative("full_context").printed_total
    return None if in_prompt is None else in_prompt - rag


def _rag_extra_share(priced: Priced) -> Decimal | None:
    found = _rag_and_current(priced)
    return None if found is None else found[0] / found[1] - 1


def _rag_extra_excess(priced: Priced, bound: Bound) -> Excess | None:
    found = _rag_and_current(priced)
    return None if found is None else (found[0] - (1 + bound.number) * found[1],)


def _rag_and_current(priced: Priced) -> tuple[Decimal, Decimal] | None:
    """Return what RAG and the current model cost a month to run."""
    rag, current = priced.strategy("rag").total.monthly_usd, priced.alternative("current").total.monthly_usd
    return None if rag is None or not current else (rag, current)


def _dearer_than_cheapest(priced: Priced) -> Decimal | None:
    tuned = priced.strategy("fine_tuning")
    mine, least = tuned.total.horizon_usd, cheapest_tuned(priced).total.horizon_usd
    if not isinstance(priced.visible.get("tuned_model"), str) or mine is None or least is None:
        return None
    return mine - least


def cheapest_tuned(priced: Priced) -> Cost:
    """Return fine-tuning on the cheapest tunable model."""
    tuned, models = priced.strategy("fine_tuning"), priced.models
    if models.cheapest_tuned is None or models.cheapest_tuned == models.tuned:
        return tuned
    return priced.projector.expected(Plan(tuned.plan.id, models.cheapest_tuned, tuning=True, work=tuned.plan.work))


def _beyond(value: Callable[[Priced], Decimal | None], *, tuning: bool = True) -> CostFact:
    """Return a fact that is linear in costs itself."""

    def excess(priced: Priced, bound: Bound) -> Excess | None:
        found = value(priced)
        return None if found is None else (found - bound.number,)

    return CostFact(value, excess, tuning)


COST_FACTS: Final = {
    "tuning_saving_share": CostFact(_saving_share, _saving_excess),
    "tuning_break_even_month": CostFact(_break_even_month, _break_even_excess),
    "tuning_premium_ratio": _beyond(_premium_ratio),
    "full_context_dearer_usd": _beyond(_full_context_dearer, tuning=False),
    "rag_extra_share": CostFact(_rag_extra_share, _rag_extra_excess, tuning=False),
    "tuned_dearer_than_cheapest_usd": _beyond(_dearer_than_cheapest),
}
assert tuple(COST_FACTS) == tuple(fact.id for fact in DERIVED if fact.cost)
