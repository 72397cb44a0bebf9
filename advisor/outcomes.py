"""What it takes for a strategy to win, in sums of points: the terms in which worlds are searched for outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from advisor.packs.pack import ADDS, PAIR, Pack
from advisor.points import constant_for, weight_for
from advisor.questions import STRATEGIES
from advisor.search import Goal

Goals = tuple[Goal, ...]
Weights = tuple[int, ...]

States = dict[str, bool]
"""For techniques, whether they are open."""


@dataclass(frozen=True)
class Outcomes:
    """The goals that outcomes of a pack come to; weights are in the order of its rules."""

    pack: Pack

    @cached_property
    def _weights(self) -> dict[str, Weights]:
        return {name: tuple(weight_for(name, rule) for rule in self.pack.rules) for name in STRATEGIES}

    def score(self, strategy: str) -> Weights:
        """Return what each rule gives to a strategy."""
        return self._weights[strategy]

    def scores_at_least(self, strategy: str, points: int) -> Goal:
        return Goal(self.score(strategy), points - constant_for(strategy, self.pack))

    def open(self, technique: str) -> Goals:
        """Return what opens a technique: the floor is reached and no gate is closed."""
        return (self.scores_at_least(technique, self.pack.adoption_floor), self.ungated(technique))

    def ungated(self, technique: str) -> Goal:
        """Return that no gate closes a technique."""
        return Goal(_opposite(self.gates(technique)), 0)

    def closed(self, technique: str) -> tuple[Goals, ...]:
        """Return the ways in which a technique is closed."""
        below = Goal(_opposite(self.score(technique)), 1 - self.pack.adoption_floor)
        gates = self.gates(technique)
        return ((below,), (Goal(gates, 1),)) if any(gates) else ((below,),)

    def gates(self, technique: str) -> Weights:
        """Return one for each rule that closes a technique, zero for the others."""
        return tuple(int(rule.gate == technique) for rule in self.pack.rules)

    def beats(self, strategy: str, other: str, by: int | None = None) -> Goal:
        """Return what puts a strategy before another: more points, or as many where it is the simpler one; `by` asks
        for that many more instead."""
        mine, theirs = self.score(strategy), self.score(other)
        lead = constant_for(strategy, self.pack) - constant_for(other, self.pack)
        if by is None:
            by = int(STRATEGIES.index(other) < STRATEGIES.index(strategy))
        return Goal(tuple(left - right for left, right in zip(mine, theirs, strict=True)), by - lead)

    def wins(self, strategy: str) -> Iterator[Goals]:
        """Yield the ways in which a strategy wins: each says which techniques are open, and whom it then beats."""
        return (goals for _, goals in self.wins_by_state(strategy))

    def wins_by_state(self, strategy: str) -> Iterator[tuple[States, Goals]]:
        """Yield the same, with what each way says of the techniques that the strategy does without: open, or shut in
        one of the ways of being so. Nothing is said of them where it beats every other strategy whatever is open."""
        mine = [goal for technique in ADDS[strategy] for goal in self.open(technique)]
        rest = [technique for technique in ADDS[PAIR] if technique not in ADDS[strategy]]
        others = [other for other in STRATEGIES if other != strategy]
        yield {}, (*mine, *(self.beats(strategy, other) for other in others))
        for opened in product((True, False), repeat=len(rest)):
            states = dict(zip(rest, opened, strict=True))
            able = {*ADDS[strategy], *(technique for technique, state in states.items() if state)}
            beaten = [self.beats(strategy, other) for other in others if set(ADDS[other]) <= able]
            if len(beaten) < len(others):
                ways = [(self.open(name),) if state else self.closed(name) for name, state in states.items()]
                for way in product(*ways):
                    yield states, (*mine, *beaten, *(goal for goals in way for goal in goals))


def _opposite(weights: Weights) -> Weights:
    return tuple(-weight for weight in weights)
