"""What it takes for a strategy to win, in sums of points: the terms in which worlds are searched for outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from advisor.packs import ADDS, PAIR, Pack
from advisor.points import constant_for, weight_for
from advisor.questions import STRATEGIES
from advisor.search import Goal, Search, Undecided, World

Goals = tuple[Goal, ...]
Weights = tuple[int, ...]


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
        mine = [goal for technique in ADDS[strategy] for goal in self.open(technique)]
        rest = [technique for technique in ADDS[PAIR] if technique not in ADDS[strategy]]
        every = [self.beats(strategy, other) for other in STRATEGIES if other != strategy]
        yield (*mine, *every)
        for states in product((True, False), repeat=len(rest)):
            opened = [technique for technique, state in zip(rest, states, strict=True) if state]
            able = {*ADDS[strategy], *opened}
            beaten = [
                self.beats(strategy, other) for other in STRATEGIES if other != strategy and set(ADDS[other]) <= able
            ]
            if len(beaten) == len(STRATEGIES) - 1:
                continue
            ways = [(self.open(technique),) if technique in opened else self.closed(technique) for technique in rest]
            for way in product(*ways):
                yield (*mine, *beaten, *(goal for goals in way for goal in goals))


def first_world(search: Search, ways: Iterator[Goals] | Sequence[Goals]) -> World | None:
    """Return a world in which one of several ways comes about, or None when none does in any.

    Raises Undecided when none is found and some could not be decided.
    """
    undecided = False
    for goals in ways:
        try:
            world = search.find(goals)
        except Undecided:
            undecided = True
            continue
        if world is not None:
            return world
    if undecided:
        raise Undecided
    return None


def _opposite(weights: Weights) -> Weights:
    return tuple(-weight for weight in weights)
