"""Exact search over worlds: is there one in which some sums of points reach what they must, and which is the greatest.

Branch and bound. The bound of a sum adds, for each open field, the most that one of its cells can bring; a box that
hangs on several open fields counts with an equal part in each of them. Every search ends within a number of steps that
is given, so that the same question always has the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import Final

from advisor.compilers.cells import CellTable

STEPS: Final = 20_000
"""Steps after which a search gives up, unless told otherwise."""

World = tuple[int, ...]
"""One kind of cell for each field."""


class Undecided(Exception):
    """A search has used up its steps."""


@dataclass(frozen=True)
class Goal:
    """Weights of conditions whose sum over those that are true has to reach `at_least`."""

    weights: tuple[int, ...]
    at_least: int


@dataclass
class Search:
    """Searches the worlds of a table."""

    table: CellTable
    steps: int = STEPS

    def __post_init__(self) -> None:
        self._needs = [box.needs for box in self.table.boxes]
        self._owner = [box.condition for box in self.table.boxes]
        self._fields = [sorted(box.allowed) for box in self.table.boxes]
        self._parts = lcm(*range(1, max((len(fields) for fields in self._fields), default=1) + 1))
        self._cells = [
            {field: [kind for kind in range(len(self.table.kinds[field])) if mask >> kind & 1] for field, mask in pairs}
            for pairs in (box.allowed.items() for box in self.table.boxes)
        ]

    def find(self, goals: Sequence[Goal]) -> World | None:
        """Return a world in which every goal is reached, or None when there is none; raises Undecided."""
        run = _Run(self, [self._scaled(goal) for goal in goals])
        return run.world() if run.go(*self._whole()) else None

    def greatest(self, weights: tuple[int, ...], goals: Sequence[Goal] = ()) -> int | None:
        """Return the greatest sum of weights among the worlds that reach the goals, or None when none does."""
        best: int | None = None
        while True:
            wanted = [*goals, *([Goal(weights, best + 1)] if best is not None else [])]
            world = self.find(wanted)
            if world is None:
                return best
            best = self.value(weights, world)

    def ends(self, weights: tuple[int, ...]) -> tuple[int, int]:
        """Return the least and the greatest sum of weights; where a search gives up, the bounds of it."""
        return -self._most(tuple(-weight for weight in weights)), self._most(weights)

    def _most(self, weights: tuple[int, ...]) -> int:
        try:
            found = self.greatest(weights)
        except Undecided:
            bound, _ = _Run(self, []).bound(self._scaled(Goal(weights, 0))[0], *self._whole())
            return bound // self._parts
        return 0 if found is None else found

    def _whole(self) -> tuple[int, int]:
        """Return all boxes and all fields, as bits."""
        return (1 << len(self._needs)) - 1, (1 << len(self.table.kinds)) - 1

    def value(self, weights: Sequence[int], world: World) -> int:
        """Return the sum of the weights of the conditions that are true in a world."""
        return sum(weights[number] for number in self.table.fired(world))

    def _scaled(self, goal: Goal) -> tuple[list[tuple[int, int]], int]:
        """Return the boxes that carry a weight, with it, and the aim, in units that an equal part divides."""
        weights = [(index, goal.weights[owner] * self._parts) for index, owner in enumerate(self._owner)]
        return [entry for entry in weights if entry[1]], goal.at_least * self._parts


class _Run:
    """One search: the cells chosen so far, and the steps left."""

    def __init__(self, search: Search, goals: list[tuple[list[tuple[int, int]], int]]) -> None:
        self.search = search
        self.goals = goals
        self.left = search.steps
        self.chosen = [0] * len(search.table.kinds)

    def world(self) -> World:
        return tuple(self.chosen)

    def go(self, live: int, free: int) -> bool:
        """Return whether the goals can be reached from here; the cells that do it are then chosen."""
        self.left -= 1
        if self.left < 0:
            raise Undecided
        tightest: dict[int, list[int]] = {}
        least = None
        for weights, aim in self.goals:
            bound, stakes = self.bound(weights, live, free)
            if bound < aim:
                return False
            if stakes and (least is None or bound - aim < least):
                least, tightest = bound - aim, stakes
        if not tightest:
            return True
        field = max(tightest, key=lambda name: (max(tightest[name]) - min(tightest[name]), -name))
        worth = tightest[field]
        seen: set[int] = set()
        for kind in sorted(range(len(worth)), key=lambda kind: -worth[kind]):
            left = live & self.search.table.leaves[field][kind]
            if left in seen:
                continue
            seen.add(left)
            self.chosen[field] = kind
            if self.go(left, free & ~(1 << field)):
                return True
        self.chosen[field] = 0
        return False

    def bound(self, weights: list[tuple[int, int]], live: int, free: int) -> tuple[int, dict[int, list[int]]]:
        """Return the most that a sum can still come to, and what each kind of cell of an open field adds to it."""
        search = self.search
        base = 0
        stakes: dict[int, list[int]] = {}
        for index, weight in weights:
            if not live >> index & 1:
                continue
            open_ = search._needs[index] & free
            if not open_:
                base += weight
                continue
            count = open_.bit_count()
            part = weight // count if weight > 0 else weight if count == 1 else 0
            cells = search._cells[index]
            for field in search._fields[index]:
                if open_ >> field & 1:
                    worth = stakes.get(field)
                    if worth is None:
                        worth = stakes[field] = [0] * len(search.table.kinds[field])
                    if part:
                        for kind in cells[field]:
                            worth[kind] += part
        return base + sum(max(worth) for worth in stakes.values()), stakes
