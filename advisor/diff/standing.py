"""How the strategies stand in one state, in as few figures as a difference needs, by an assessment or a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from advisor.assessment import Assessment
from advisor.contract import Amount, Cost, CostLine, Result, Strategy, StrategyResult
from advisor.costs.ledger import ZERO, Kind, Line
from advisor.costs.projection import Totals
from advisor.diff.contract import Effect, ScoreChange
from advisor.result import model_of
from advisor.scoring import CHARGE
from advisor.wording import cents


@dataclass(frozen=True)
class Bill:
    """What a strategy costs as documents print it: totals are sums of lines that are rounded to the cent each. None
    where a price is missing; `known_usd` is the part that is priced."""

    upfront_usd: Amount
    monthly_usd: Amount
    horizon_usd: Amount
    known_usd: Decimal


@dataclass(frozen=True)
class Standing:
    """Who is recommended on which model, what all score, which rules fire, which mistakes apply, and the cost."""

    strategy: Strategy
    runner_up: Strategy | None
    margin: int | None
    model: str | None
    scores: Mapping[Strategy, int]
    fired: tuple[str, ...]
    mistakes: tuple[str, ...]
    bill: Bill

    def lead(self, of: Strategy, over: Strategy | None) -> int:
        """Return the points of a strategy over those of another, or its points alone."""
        return self.scores[of] - (self.scores[over] if over else 0)


def bill(totals: Totals | Cost, lines: Iterable[Line | CostLine]) -> Bill:
    """Return what documents print of a cost."""
    shown = tuple(lines)

    def printed(kind: Kind | None = None) -> Decimal:
        return sum((cents(line.amount_usd) for line in shown if kind in (None, line.kind)), ZERO)

    monthly = totals.monthly_usd
    return Bill(
        None if totals.upfront_usd is None else printed("build"),
        None if monthly is None else cents(monthly),
        None if totals.horizon_usd is None else printed(),
        printed(),
    )


def recommended(result: Result) -> StrategyResult:
    """Return the recommended strategy of a result, with its score and cost."""
    return next(entry for entry in result.strategies if entry.strategy == result.recommendation.strategy)


def of_assessment(assessment: Assessment) -> Standing:
    """Return how the strategies stand in an assessment."""
    scorer, found, cost = assessment.scorer, assessment.recommendation, assessment.recommended_cost
    return Standing(
        cast("Strategy", found.strategy),
        cast("Strategy | None", found.runner_up),
        found.margin,
        model_of(cost),
        {cast("Strategy", score.strategy): score.score for score in scorer.strategies},
        tuple(rule.id for rule in scorer.fired(scorer.states)),
        tuple(entry.mistake.id for entry in assessment.mistakes),
        bill(cost.total, cost.lines),
    )


def of_result(result: Result) -> Standing:
    """Return how the strategies stand in a result."""
    found, entry = result.recommendation, recommended(result)
    named = [reason.rule for each in result.strategies for reason in each.reasons if reason.rule != CHARGE]
    named += [gate.rule for each in result.strategies for gate in each.gates]
    return Standing(
        found.strategy,
        found.runner_up,
        found.margin,
        entry.model,
        {each.strategy: each.score for each in result.strategies},
        tuple(dict.fromkeys(named)),
        tuple(each.id for each in result.mistakes),
        bill(entry.cost, entry.cost.lines),
    )


def effect(before: Standing, after: Standing, of: Strategy, over: Strategy | None) -> Effect:
    """Return what lies between two states; the lead is that of one strategy over another."""
    scores = [(strategy, after.scores[strategy] - points) for strategy, points in before.scores.items()]
    return Effect(
        before.strategy,
        after.strategy,
        before.model,
        after.model,
        before.margin,
        after.margin,
        after.lead(of, over) - before.lead(of, over),
        tuple(ScoreChange(strategy, points) for strategy, points in scores if points),
        change(before.bill.monthly_usd, after.bill.monthly_usd),
        change(before.bill.horizon_usd, after.bill.horizon_usd),
        _beyond(after.fired, before.fired),
        _beyond(before.fired, after.fired),
        _beyond(after.mistakes, before.mistakes),
        _beyond(before.mistakes, after.mistakes),
    )


def change(before: Amount, after: Amount) -> Amount:
    """Return how far an amount moved; None where one of the two is not established."""
    return None if before is None or after is None else after - before


def _beyond(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)
