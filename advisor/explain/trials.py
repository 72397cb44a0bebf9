"""What turning a condition leads to: the answers that do it are really changed, and every rule is judged again.

Costs are held as they are: a changed answer does not move the facts made of money. What only costs or prices decide is
set by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Final

from advisor.conditions import Condition, NotApplicable, Range, Value, ends_of, evaluate
from advisor.derived import DERIVED
from advisor.explain.near_misses import Need, Way
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer, State
from advisor.worlds import kinds_of_answers

MOST_TRIALS: Final = 64
"""Combinations of answers that are tried for one way."""

_DERIVED = {fact.id: fact for fact in DERIVED}


@dataclass(frozen=True)
class Standing:
    """Who is recommended when rules are in some state, by what margin over whom, and what every strategy scores."""

    strategy: str
    runner_up: str | None
    margin: int | None
    scores: Mapping[str, int]

    def behind(self, strategy: str) -> int:
        """Return by how many points a strategy is behind the recommended one; negative where it is ruled out ahead."""
        return self.scores[self.strategy] - self.scores[strategy]


@dataclass(frozen=True)
class Change:
    """One answer changed, or a fact set by itself where no single answer can make it so (`answer` is false)."""

    name: str
    value: Value
    answer: bool


@dataclass(frozen=True)
class Trial:
    """Changes tried, and where they lead."""

    changes: tuple[Change, ...]
    standing: Standing

    def adds_to(self, other: Trial) -> bool:
        """Return whether this asks for more than another trial and leads to the same strategy."""
        return self.standing.strategy == other.standing.strategy and set(other.changes) <= set(self.changes)


def standing(scorer: Scorer, states: Mapping[str, State]) -> Standing:
    """Return how the strategies stand when the rules are in some state."""
    scores = {strategy: scorer.score(strategy, states) for strategy in STRATEGIES}
    winner = scorer.winner(states)
    others = [name for name in STRATEGIES if name != winner and scorer.obstacles(name, states) == ((), ())]
    runner_up = max(others, key=lambda name: scores[name], default=None)
    return Standing(winner, runner_up, None if runner_up is None else scores[winner] - scores[runner_up], scores)


def trials(scorer: Scorer, condition: Condition, wanted: bool, way: Way) -> tuple[Trial, ...]:
    """Return what the changes that a way asks for lead to.

    Every combination of answers that meet the needs is tried, up to `MOST_TRIALS`; of numbers, only the nearest. What
    does not turn the condition after all, because one change undoes another, is left out.
    """
    tried: list[tuple[Change, ...]] = [()]
    for need in way:
        options = ((*changes, change) for changes in tried for change in _options(scorer, need, changes))
        tried = list(islice(options, MOST_TRIALS))
    found = []
    for changes in tried:
        facts = _facts_with(scorer, changes)
        if evaluate(condition, facts) is wanted:
            found.append(Trial(changes, standing(scorer, scorer.states_of(facts))))
    return tuple(found)


def follows_from(fact: str) -> tuple[str, ...]:
    """Return the answers that a derived fact follows, those that it takes as assumed after them; () for an answer."""
    derived = _DERIVED.get(fact)
    return () if derived is None else derived.inputs + derived.assumes


def is_cost(fact: str) -> bool:
    """Return whether a fact is made of money, and so follows everything that costs read."""
    return fact in _DERIVED and _DERIVED[fact].cost


def _options(scorer: Scorer, need: Need, before: tuple[Change, ...]) -> Iterator[Change]:
    """Yield the changes that meet a need after other changes."""
    derived = _DERIVED.get(need.fact)
    nearest = need.region.nearest(need.value)
    if derived is None and (need.region.intervals or isinstance(nearest, tuple)):
        yield Change(need.fact, nearest, True)
    elif derived is None:
        yield from (Change(need.fact, value, True) for value in need.region.values)
    else:
        inputs = () if derived.cost else derived.inputs
        through = [change for question in inputs for change in _through(scorer, question, need, before)]
        hidden = isinstance(_facts_with(scorer, before).get(need.fact), NotApplicable)
        yield from through or ([] if hidden else [Change(need.fact, nearest, False)])


def _through(scorer: Scorer, question: str, need: Need, before: tuple[Change, ...]) -> Iterator[Change]:
    """Yield the answers to a question that make a derived fact what is needed; of numbers, the nearest."""
    base = scorer.base
    now = base.answered.get(question)
    blank = replace(base, answered={name: value for name, value in base.answered.items() if name != question})
    found = [
        value
        for value in kinds_of_answers(blank, question, [rule.when for rule in scorer.pack.rules])
        if need.met(_facts_with(scorer, (*before, Change(question, value, True))).get(need.fact))
    ]
    if base.questionnaire[question].kind != "number":
        yield from (Change(question, value, True) for value in found)
    elif numbers := [value for value in found if isinstance(value, Decimal)]:
        ends = ends_of(now) if isinstance(now, Decimal | Range) else numbers[:1]
        yield Change(question, min(numbers, key=lambda value: min(abs(value - end) for end in ends)), True)


def _facts_with(scorer: Scorer, changes: tuple[Change, ...]) -> dict[str, Value]:
    answers = {change.name: change.value for change in changes if change.answer}
    held = {change.name: change.value for change in changes if not change.answer}
    return {**scorer.base.with_answers(answers), **held}
