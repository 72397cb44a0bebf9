"""Why: every rule as it stood, what it contributes, what would turn it, and what would be recommended without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.assessment import Assessment
from advisor.errors import InputError, Place, Problem
from advisor.explain.trials import Standing, standing
from advisor.explain.turns import Turn, turn
from advisor.packs.pack import Pack, Rule
from advisor.points import weight_for
from advisor.wording import fill

_ORDER = {True: 0, None: 1, False: 2}


@dataclass(frozen=True)
class ExplainedRule:
    """A rule as it stood.

    `contribution` is what it adds to the margin now (to the winner's score, where nothing else is eligible), `without`
    how the strategies would stand if the pack did not have it.
    """

    rule: Rule
    state: bool | None
    because: str
    contribution: int
    turn: Turn
    without: Standing


def rules_named(pack: Pack, names: Sequence[str], place: Place) -> tuple[Rule, ...]:
    """Return rules by id, each once, in the order asked for; raises InputError for all unknown ones at once."""
    found: list[Rule] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        try:
            found.append(pack.rule(name, place))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(found)


def all_rules(assessment: Assessment) -> tuple[Rule, ...]:
    """Return every rule of the pack: fired first, then unknown, then the rest; by theme and id."""
    states = assessment.scorer.states
    return tuple(
        sorted(assessment.pack.rules, key=lambda rule: (_ORDER[states[rule.id]], rule.theme, rule.id)),
    )


def explained(assessment: Assessment, rules: Sequence[Rule]) -> tuple[ExplainedRule, ...]:
    """Return the story of each rule."""
    return tuple(_explained(assessment, rule) for rule in rules)


def _explained(assessment: Assessment, rule: Rule) -> ExplainedRule:
    scorer, recommendation = assessment.scorer, assessment.recommendation
    state = scorer.states[rule.id]
    other = recommendation.runner_up
    weight = weight_for(recommendation.strategy, rule) - (weight_for(other, rule) if other else 0)
    return ExplainedRule(
        rule,
        state,
        fill(rule.because, assessment.facts),
        weight if state else 0,
        turn(scorer, rule),
        standing(scorer, {**scorer.states, rule.id: False}),
    )
