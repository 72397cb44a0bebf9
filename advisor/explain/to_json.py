"""Explanations in the form of their JSON contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from advisor.answers import plain
from advisor.assessment import Assessment
from advisor.changes.to_json import flips_json, next_question_json
from advisor.conditions import All, AnyOf, Condition, NotApplicable, Test, Value, evaluate
from advisor.contract import Source, Strategy, as_plain
from advisor.explain import contract
from advisor.explain.near_misses import Need
from advisor.explain.regions import distance
from advisor.explain.rules import ExplainedRule
from advisor.explain.trials import Trial, follows_from, is_cost
from advisor.explain.turns import Turn
from advisor.explain.why_not import WhyNot
from advisor.points import weight_for
from advisor.wording import fill

STATES: Mapping[bool | None, contract.State] = {True: "fired", False: "not_fired", None: "unknown"}


def rules_json(assessment: Assessment, rules: Sequence[ExplainedRule]) -> dict[str, Any]:
    """Return explained rules as plain values."""
    recommendation = assessment.recommendation
    found: dict[str, Any] = as_plain(
        contract.Explanation(
            _name(recommendation.strategy),
            _name_or_none(recommendation.runner_up),
            recommendation.margin,
            tuple(_rule(entry, assessment.facts) for entry in rules),
            flips_json(assessment.flips),
            next_question_json(assessment.next_question),
        )
    )
    return found


def why_not_json(assessment: Assessment, found: WhyNot) -> dict[str, Any]:
    """Return what keeps a strategy from being recommended as plain values."""
    states, facts, score = assessment.scorer.states, assessment.facts, found.score
    floor = assessment.pack.adoption_floor
    made: dict[str, Any] = as_plain(
        contract.WhyNot(
            _name(found.strategy),
            found.recommended,
            score.score,
            found.now.behind(found.strategy),
            tuple(contract.ClosedGate(rule.id, fill(rule.because, facts)) for rule in score.gates),
            tuple(contract.BelowFloor(name, points, floor, floor - points) for name, points in score.below_floor),
            tuple(contract.Reason(reason.rule, reason.points, reason.because) for reason in found.reasons),
            tuple(
                contract.Helper(
                    rule.id, weight_for(found.strategy, rule), STATES[states[rule.id]], condition_tree(rule.when, facts)
                )
                for rule in found.would_help
            ),
            _name_or_none(found.versus),
            found.lead,
            found.short,
            tuple(
                contract.Stake(
                    stake.turn.rule.id,
                    stake.turn.rule.title,
                    STATES[states[stake.turn.rule.id]],
                    stake.margin,
                    stake.turn.rule.gate,
                    _turn(stake.turn),
                )
                for stake in found.stakes
            ),
            tuple(_trial(trial) for trial in found.changing),
        )
    )
    return made


def condition_tree(condition: Condition, facts: Mapping[str, Value]) -> contract.Node:
    """Return a condition with its state, and for each test the value read, the constant and the distance."""
    state = STATES[evaluate(condition, facts)]
    match condition:
        case Test(fact, op, constant):
            value = facts.get(fact)
            return contract.Comparison(
                fact,
                op,
                constant,
                _plain(value),
                not isinstance(value, NotApplicable),
                state,
                distance(condition, value),
            )
        case All(parts):
            return contract.AllOf(tuple(condition_tree(part, facts) for part in parts), state)
        case AnyOf(parts):
            return contract.AnyOfThem(tuple(condition_tree(part, facts) for part in parts), state)
        case _:
            return contract.Opposite(condition_tree(condition.part, facts), state)


def _rule(entry: ExplainedRule, facts: Mapping[str, Value]) -> contract.ExplainedRule:
    rule = entry.rule
    return contract.ExplainedRule(
        rule.id,
        rule.title,
        rule.theme,
        STATES[entry.state],
        rule.points,
        rule.gate,
        entry.because,
        condition_tree(rule.when, facts),
        Source(**rule.source.model_dump()),
        entry.contribution,
        _turn(entry.turn),
        contract.Without(_name(entry.without.strategy), entry.without.margin),
    )


def _turn(turn: Turn) -> contract.Turn:
    return contract.Turn(
        "fired" if turn.to else "not_fired",
        turn.steps,
        turn.near_miss,
        turn.points,
        tuple(
            contract.Way(tuple(_need(need) for need in way.needs), tuple(_trial(trial) for trial in way.trials))
            for way in turn.ways
        ),
        _name(turn.alone.strategy),
    )


def _need(need: Need) -> contract.Need:
    region = need.region
    return contract.Need(
        need.fact,
        _plain(need.value),
        not isinstance(need.value, NotApplicable),
        tuple(contract.Turning(demand.test.op, demand.test.constant, demand.wanted) for demand in need.turning),
        tuple(
            contract.Interval(part.low, part.high, part.low_included, part.high_included) for part in region.intervals
        )
        or None,
        tuple(_plain(value) for value in region.values) or None,
        region.excluded or None,
        _plain(region.nearest(need.value)),
        region.gap(need.value),
        follows_from(need.fact),
        is_cost(need.fact),
    )


def _trial(trial: Trial) -> contract.Trial:
    return contract.Trial(
        tuple(contract.Change(change.name, _plain(change.value), change.answer) for change in trial.changes),
        _name(trial.standing.strategy),
        trial.standing.margin,
        trial.standing.scores,
    )


def _plain(value: Value) -> Any:
    return None if isinstance(value, NotApplicable) else plain(value)


def _name(strategy: str) -> Strategy:
    return cast("Strategy", strategy)


def _name_or_none(strategy: str | None) -> Strategy | None:
    return None if strategy is None else _name(strategy)
