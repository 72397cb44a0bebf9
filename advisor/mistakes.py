"""Known costly errors in the plan: who commits them, what they put at stake here, and how to avoid them.

The plan is what the design proposes (`considering`), what is recommended, and what would outscore the recommendation
if it were not ruled out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from advisor.conditions import Range, Value, ends_of, evaluate
from advisor.costs.ledger import ZERO, Line
from advisor.costs.projection import Cost
from advisor.packs.pack import Mistake, Source
from advisor.pricebook.book import PriceBook
from advisor.scoring import StrategyScore
from advisor.wording import fill
from advisor.workload import Workload

MOST_EPOCHS = Decimal(4)
"""Passes over a curated set beyond which more rarely help (the seed, 2026-03: 3 to 4)."""

FULL_ITERATION_BUDGET = Decimal(5)
"""Training runs of a full iteration budget (the seed, 2026-03: 3 to 5)."""


_CLASSES: Final[Mapping[str, str]] = {
    "prompt_tokens": "input",
    "cached_prompt_tokens": "cached_input",
    "input_tokens": "input",
    "retrieved_tokens": "input",
    "output_tokens": "output",
}


@dataclass(frozen=True)
class FoundMistake:
    """A mistake that applies: the strategies of the plan that commit it, the facts, and the USD that one of them,
    `staked_by`, puts at stake (or None)."""

    mistake: Mistake
    committed_by: tuple[str, ...]
    because: str
    avoid: str
    at_stake_usd: Decimal | None
    staked_by: str

    @property
    def source(self) -> Source:
        return self.mistake.source


@dataclass(frozen=True)
class Stakes:
    """What the money at stake is computed from."""

    costs: Mapping[str, Cost]
    plan_facts: Callable[[str], dict[str, Value]]
    workload: Workload
    book: PriceBook
    as_of: date
    names: Mapping[str, str]


def planned(scores: Iterable[StrategyScore], recommended: str, considering: Value) -> tuple[str, ...]:
    """Return the strategies in which mistakes are looked for."""
    by_name = {score.strategy: score for score in scores}
    best = by_name[recommended].score
    wanted = set(considering) if isinstance(considering, tuple) else set()
    wanted |= {recommended}
    wanted |= {name for name, score in by_name.items() if not score.eligible and score.score > best}
    return tuple(name for name in by_name if name in wanted)


def find_mistakes(
    mistakes: Iterable[Mistake], plan: tuple[str, ...], recommended: str, facts: Mapping[str, Value], stakes: Stakes
) -> tuple[FoundMistake, ...]:
    """Return the mistakes that apply to the plan, in the order of the pack.

    Each strategy is tested with its own facts beside those of the workload. The money at stake is that of the
    recommendation where it commits the mistake, else that of the simplest strategy that does.
    """
    of = {strategy: {**facts, **stakes.plan_facts(strategy)} for strategy in plan}
    found = []
    for mistake in mistakes:
        committed_by = tuple(
            strategy for strategy in plan if strategy in mistake.commits and evaluate(mistake.when, of[strategy])
        )
        if committed_by:
            staked_by = recommended if recommended in committed_by else committed_by[0]
            found.append(
                FoundMistake(
                    mistake,
                    committed_by,
                    fill(mistake.because, of[staked_by], {"strategy": stakes.names[staked_by]}),
                    fill(mistake.avoid, of[staked_by], {"strategy": stakes.names[staked_by]}),
                    at_stake(mistake, staked_by, of[staked_by], stakes),
                    staked_by,
                )
            )
    return tuple(found)


_STAKED_FACTS: Final[Mapping[str, str]] = {
    "dearer_base": "tuned_dearer_than_cheapest_usd",
    "upfront_over": "plan_upfront_over_usd",
    "hosting": "plan_hosting_usd",
    "untuned_saving": "plan_untuned_saving_usd",
    "retraining_excess": "plan_retraining_excess_usd",
    "uncached": "plan_uncached_usd",
    "unbatched": "plan_unbatched_usd",
}
"""The stakes that are a fact already."""


def at_stake(mistake: Mistake, strategy: str, facts: Mapping[str, Value], stakes: Stakes) -> Decimal | None:
    """Return the money that a mistake of a strategy puts at stake here, or None where it has no price."""
    cost = stakes.costs[strategy]
    if mistake.at_stake == "none" or not cost.priced:
        return None
    if mistake.at_stake in _STAKED_FACTS:
        return _least(facts[_STAKED_FACTS[mistake.at_stake]])
    workload = stakes.workload
    runs, epochs = workload.training_runs.value, workload.epochs.value
    match mistake.at_stake:
        case "tuning_build":
            return cost.total.upfront_usd
        case "wasted_run":
            return one_run(cost, workload, evaluated=True) + _sum(cost, ("labels", "label_review"))
        case "extra_epochs":
            return (epochs - MOST_EPOCHS) / epochs * _sum(cost, ("training", "retraining"))
        case "missing_runs":
            return (FULL_ITERATION_BUDGET - runs) * one_run(cost, workload)
        case "premium":
            return _premium(cost, stakes)
        case _:
            return _over_months(cost, facts["monthly_budget"], workload)


def _over_months(cost: Cost, budget: Value, workload: Workload) -> Decimal | None:
    """Return what running costs over the horizon beyond the monthly budget, the dearest end of it."""
    if not isinstance(budget, Decimal | Range):
        return None
    run = sum((month.run_usd for month in cost.months), ZERO)
    return max(ZERO, run - ends_of(budget)[-1] * workload.months)


def _least(amount: Value) -> Decimal | None:
    """Return an amount, or the least of a range of them."""
    return ends_of(amount)[0] if isinstance(amount, Decimal | Range) else None


def one_run(cost: Cost, workload: Workload, *, evaluated: bool = False) -> Decimal:
    """Return what one training run costs, with its evaluation if asked for."""
    lines = ("training", "evaluation_input", "evaluation_output") if evaluated else ("training",)
    runs = workload.training_runs.value
    return _sum(cost, lines) / runs if runs else ZERO


def _sum(cost: Cost, ids: tuple[str, ...]) -> Decimal:
    return sum((line.amount_usd for line in cost.lines if line.id in ids), ZERO)


def _premium(cost: Cost, stakes: Stakes) -> Decimal | None:
    """Return (tuned − base rate) × tuned tokens over the horizon, or None where a base rate is not known."""
    model = cost.plan.model
    if model is None or model.base is None:
        return None
    tokens = [line for line in cost.lines if line.kind == "run" and line.id.removeprefix("batch_") in _CLASSES]
    prices = [_base_price(line, model.base.id, stakes) for line in tokens]
    if None in prices:
        return None
    return sum(
        (line.quantity * (line.unit_price_usd - (base or ZERO)) for line, base in zip(tokens, prices, strict=True)),
        ZERO,
    )


def _base_price(line: Line, base: str, stakes: Stakes) -> Decimal | None:
    kind = _CLASSES[line.id.removeprefix("batch_")]
    rate = stakes.book.rate(base, kind, stakes.as_of, batch=line.id.startswith("batch_"))
    return rate.unit_usd if rate else None
