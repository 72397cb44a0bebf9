"""Known costly errors in the plan: who commits them, what they put at stake here, and how to avoid them.

The plan is what the design proposes (`considering`), what is recommended, and what would outscore the recommendation
if it were not ruled out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from advisor.conditions import Range, Value, evaluate
from advisor.costs.ledger import ZERO, Line
from advisor.costs.projection import Cost
from advisor.fit import Fit
from advisor.packs import Mistake, Source
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
    fits: Mapping[str, Fit]
    workload: Workload
    book: PriceBook
    as_of: date
    dearer_by: Decimal | None


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
    of = {strategy: {**facts, **stakes.fits[strategy].facts} for strategy in plan}
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
                    fill(mistake.because, of[staked_by]),
                    fill(mistake.avoid, of[staked_by]),
                    at_stake(mistake, staked_by, stakes),
                    staked_by,
                )
            )
    return tuple(found)


def at_stake(mistake: Mistake, strategy: str, stakes: Stakes) -> Decimal | None:
    """Return the money that a mistake of a strategy puts at stake here, or None where it has no price."""
    cost = stakes.costs[strategy]
    if mistake.at_stake == "none" or not cost.priced:
        return None
    workload = stakes.workload
    runs, epochs = workload.training_runs.value, workload.epochs.value
    match mistake.at_stake:
        case "tuning_build":
            return cost.total.upfront_usd
        case "wasted_run":
            return one_run(cost, workload, evaluated=True) + _sum(cost, ("labels", "label_review"))
        case "dearer_base":
            return stakes.dearer_by
        case "extra_epochs":
            return (epochs - MOST_EPOCHS) / epochs * _sum(cost, ("training", "retraining"))
        case "missing_runs":
            return (FULL_ITERATION_BUDGET - runs) * one_run(cost, workload)
        case "premium":
            return _premium(cost, stakes)
        case "upfront_over":
            return _least(stakes.fits[strategy].upfront_over_usd)
        case "monthly_over":
            over = _least(stakes.fits[strategy].monthly_over_usd)
            return None if over is None else over * workload.months


def _least(over: Value) -> Decimal | None:
    """Return an amount, or the least of a range of them."""
    return over.low if isinstance(over, Range) else over if isinstance(over, Decimal) else None


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
