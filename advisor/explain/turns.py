"""A rule turned over: what would make it fire, or stop firing, what that would move, and what it would lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.explain.near_misses import NearMisses, Way
from advisor.explain.trials import Standing, Trial, standing, trials
from advisor.packs.pack import Rule
from advisor.points import weight_for
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer


@dataclass(frozen=True)
class TriedWay:
    """One of the nearest ways to turn a rule, and what it leads to where it was tried."""

    needs: Way
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Turn:
    """What turning a rule takes and moves.

    `to` is what the rule would do: fire, where it does not or is unknown, else stop. `ways` are the nearest ways there,
    none where nothing can turn it. `points` is what each strategy would gain, where that is not 0. `alone` is how the
    strategies stand with this one rule turned and all others as they are.
    """

    rule: Rule
    to: bool
    ways: tuple[TriedWay, ...]
    points: Mapping[str, int]
    alone: Standing

    @property
    def steps(self) -> int | None:
        """Return how many facts have to be something else; None where nothing can turn the rule."""
        return len(self.ways[0].needs) if self.ways else None

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Return everything that was tried."""
        return tuple(trial for way in self.ways for trial in way.trials)

    @property
    def near_miss(self) -> bool:
        """Return whether the rule does not fire and one fact would make it."""
        return self.to and self.steps == 1


def turn(scorer: Scorer, rule: Rule) -> Turn:
    """Return what would turn a rule over, from the facts as they are."""
    to = scorer.states[rule.id] is not True
    found = NearMisses.of(scorer.pack, scorer.base.facts).ways(rule.when, to)
    gains = {name: weight_for(name, rule) * (1 if to else -1) for name in STRATEGIES}
    return Turn(
        rule,
        to,
        tuple(TriedWay(way, trials(scorer, rule.when, to, way)) for way in found),
        {name: points for name, points in gains.items() if points},
        standing(scorer, {**scorer.states, rule.id: to}),
    )
