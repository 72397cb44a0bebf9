"""The recommendation: which strategy wins, by what, for which reasons, and how firmly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from advisor.conditions import Value
from advisor.packs.pack import PAIR, Pack, Rule, Source
from advisor.points import weight_for
from advisor.scoring import CHARGE, Scorer, StrategyScore
from advisor.wording import fill

Verdict = Literal["clear", "likely", "too_close"]

CHARGE_SOURCE = Source(title="Complexity charge of the rule pack", date="2026-11-23")


@dataclass(frozen=True)
class Reason:
    """What one rule (or the complexity charge) contributes, in points, with its text and source."""

    rule: str
    points: int
    because: str
    source: Source


@dataclass(frozen=True)
class Recommendation:
    """The winner. `margin` and `runner_up` are None when nothing else is eligible; reasons then sum to the score."""

    strategy: str
    verdict: Verdict
    score: int
    runner_up: str | None
    margin: int | None
    possible_strategies: tuple[str, ...]
    reasons: tuple[Reason, ...]


def recommend(scorer: Scorer) -> Recommendation:
    """Return the eligible strategy with the highest score; exact ties go to the simpler one."""
    scores = {score.strategy: score for score in scorer.strategies}
    eligible = [score for score in scorer.strategies if score.eligible]
    winner = max(eligible, key=lambda score: score.score)
    others = [score for score in eligible if score is not winner]
    runner_up = max(others, key=lambda score: score.score) if others else None
    margin = winner.score - runner_up.score if runner_up else None
    facts = scorer.base.facts
    reasons = _contributions(scorer, facts, winner.strategy, runner_up.strategy if runner_up else None)
    return Recommendation(
        winner.strategy,
        _verdict(scorer, scores[winner.strategy], margin),
        winner.score,
        runner_up.strategy if runner_up else None,
        margin,
        scorer.possible,
        reasons,
    )


def _verdict(scorer: Scorer, winner: StrategyScore, margin: int | None) -> Verdict:
    if winner.strategy not in scorer.possible or (margin is not None and margin < scorer.pack.decisive_margin):
        return "too_close"
    return "clear" if scorer.possible == (winner.strategy,) else "likely"


def _contributions(
    scorer: Scorer, facts: Mapping[str, Value], winner: str, runner_up: str | None
) -> tuple[Reason, ...]:
    def contribution(rule: Rule) -> int:
        return weight_for(winner, rule) - (weight_for(runner_up, rule) if runner_up else 0)

    charge = scorer.pack.complexity_charge * ((runner_up == PAIR) - (winner == PAIR))
    return _reasons(scorer, facts, contribution, charge)


def score_reasons(scorer: Scorer, strategy: str) -> tuple[Reason, ...]:
    """Return what makes up a strategy's score; the points sum to it."""
    charge = -scorer.pack.complexity_charge if strategy == PAIR else 0
    return _reasons(scorer, scorer.base.facts, lambda rule: weight_for(strategy, rule), charge)


def _reasons(
    scorer: Scorer, facts: Mapping[str, Value], weight: Callable[[Rule], int], charge: int
) -> tuple[Reason, ...]:
    found = [
        Reason(rule.id, weight(rule), fill(rule.because, facts), rule.source)
        for rule in scorer.fired(scorer.states)
        if weight(rule)
    ]
    if charge:
        found.append(Reason(CHARGE, charge, charge_text(scorer.pack), CHARGE_SOURCE))
    return tuple(sorted(found, key=lambda reason: (-abs(reason.points), -reason.points, reason.rule)))


def charge_text(pack: Pack) -> str:
    """Return why combining two techniques costs points."""
    return (
        f"Building and running two techniques instead of one is charged {pack.complexity_charge} points, "
        "so that the second has to earn its place."
    )
