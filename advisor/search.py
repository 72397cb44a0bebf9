"""Exact search over worlds: is there one in which some sums of points reach what they must, and which is the greatest.

Branch and bound. The bound of a sum adds, for each open field, the most that one of its cells can bring. A box that
hangs on several open fields counts in one of them only: where it raises the bound least. Every search ends within a
number of steps that is given, so that the same question always has the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from advisor.compilers.cells import CellTable

STEPS: Final = 20_000
"""Steps after which a search gives up, unless told otherwise."""

EASY: Final = 500
"""Steps after which a search is begun again with a weighed sum of its goals beside them."""

ROUNDS: Final = 40
PARTS: Final = 16
"""How often the weights of that sum are mended, and the greatest weight."""

World = tuple[int, ...]
"""One kind of cell for each field."""


class Undecided(Exception):
    """A search has used up its steps."""


@dataclass(frozen=True)
class Goal:
    """Weights of conditions whose sum over those that are true has to reach `at_least`; those past the last weigh
    nothing."""

    weights: tuple[int, ...]
    at_least: int


@dataclass
class Allowance:
    """Steps that many searches may take between them."""

    left: int


@dataclass
class Search:
    """Searches the worlds of a table, each question within `steps` and all within an allowance."""

    table: CellTable
    steps: int = STEPS
    allowance: Allowance | None = None

    def __post_init__(self) -> None:
        self._needs = [box.needs for box in self.table.boxes]
        self._owner = [box.condition for box in self.table.boxes]
        self._fields = [sorted(box.allowed) for box in self.table.boxes]
        self._cells = [
            {field: [kind for kind in range(len(self.table.kinds[field])) if mask >> kind & 1] for field, mask in pairs}
            for pairs in (box.allowed.items() for box in self.table.boxes)
        ]

    def find(self, goals: Sequence[Goal]) -> World | None:
        """Return a world in which every goal is reached, or None when there is none; raises Undecided."""
        return self.first([goals])

    def first(self, ways: Iterable[Sequence[Goal]]) -> World | None:
        """Return a world in which one of several ways comes about, or None when none does in any.

        Every way is tried for a few steps, then those that are left share the steps that a search may take.
        Raises Undecided when no world is found and some ways are not decided.
        """
        hard = []
        for goals in ways:
            try:
                world = self._searched(goals, min(EASY, self.steps))
            except Undecided:
                hard.append(goals)
                continue
            if world is not None:
                return world
        undecided = False
        for goals in hard:
            try:
                world = self._searched((*goals, self._weighed(goals)), self.steps // len(hard))
            except Undecided:
                undecided = True
                continue
            if world is not None:
                return world
        if undecided:
            raise Undecided
        return None

    def _searched(self, goals: Sequence[Goal], steps: int) -> World | None:
        left = self.allowance
        run = _Run(self, [self._of_boxes(goal) for goal in goals], steps if left is None else min(steps, left.left))
        try:
            return run.world() if run.go(*self._whole()) else None
        finally:
            if left is not None:
                left.left -= min(steps, left.left) - max(0, run.left)

    def _weighed(self, goals: Sequence[Goal]) -> Goal:
        """Return a weighed sum of goals, which is reached where they are, with as little room left as is found.

        Goals that can each be reached alone and not together are often told by it. Weights follow what the goals lack
        in the world that the bound of the sum believes in (a subgradient method).
        """
        size = max(len(goal.weights) for goal in goals)
        share = [1.0] * len(goals)
        best: tuple[float, Goal] | None = None
        for _ in range(ROUNDS):
            parts = [round(PARTS * part / max(share)) for part in share]
            together = Goal(
                tuple(
                    sum(
                        part * goal.weights[index]
                        for part, goal in zip(parts, goals, strict=True)
                        if index < len(goal.weights)
                    )
                    for index in range(size)
                ),
                sum(part * goal.at_least for part, goal in zip(parts, goals, strict=True)),
            )
            weights, aim = self._of_boxes(together)
            bound, stakes = _Run(self, [], 0).bound(weights, *self._whole())
            room = (bound - aim) / sum(parts)
            if best is None or room < best[0]:
                best = (room, together)
            if bound < aim:
                break
            world = [0] * len(self.table.kinds)
            for field, worth in stakes.items():
                world[field] = worth.index(max(worth))
            spare = [self.value(goal.weights, world) - goal.at_least for goal in goals]
            step = (bound - aim + 1) / (sum(parts) / sum(share)) / (sum(more * more for more in spare) or 1)
            share = [max(0.0, part - step * more) for part, more in zip(share, spare, strict=True)]
            if not any(share):
                break
        assert best is not None
        return best[1]

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
            return _Run(self, [], 0).bound(self._of_boxes(Goal(weights, 0))[0], *self._whole())[0]
        return 0 if found is None else found

    def _whole(self) -> tuple[int, int]:
        """Return all boxes and all fields, as bits."""
        return (1 << len(self._needs)) - 1, (1 << len(self.table.kinds)) - 1

    def value(self, weights: Sequence[int], world: Sequence[int]) -> int:
        """Return the sum of the weights of the conditions that are true in a world."""
        return sum(weights[number] for number in self.table.fired(world) if number < len(weights))

    def _of_boxes(self, goal: Goal) -> tuple[list[tuple[int, int]], int]:
        """Return the boxes that carry a weight, with it, and the aim."""
        count = len(goal.weights)
        weights = [(index, goal.weights[owner]) for index, owner in enumerate(self._owner) if owner < count]
        return [entry for entry in weights if entry[1]], goal.at_least


class _Run:
    """One search: the cells chosen so far, and the steps left."""

    def __init__(self, search: Search, goals: list[tuple[list[tuple[int, int]], int]], steps: int) -> None:
        self.search = search
        self.goals = goals
        self.left = steps
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
        search, kinds = self.search, self.search.table.kinds
        base = 0
        stakes: dict[int, list[int]] = {}
        shared = []
        for index, weight in weights:
            if not live >> index & 1:
                continue
            open_ = search._needs[index] & free
            if not open_:
                base += weight
                continue
            fields = [field for field in search._fields[index] if open_ >> field & 1]
            for field in fields:
                if field not in stakes:
                    stakes[field] = [0] * len(kinds[field])
            if len(fields) == 1:
                worth = stakes[fields[0]]
                for kind in search._cells[index][fields[0]]:
                    worth[kind] += weight
            elif weight > 0:
                shared.append((index, weight, fields))
        for index, weight, fields in shared:
            cells = search._cells[index]
            field = min(fields, key=lambda name: _rise(stakes[name], cells[name], weight))
            worth = stakes[field]
            for kind in cells[field]:
                worth[kind] += weight
        return base + sum(max(worth) for worth in stakes.values()), stakes


def _rise(worth: list[int], cells: list[int], weight: int) -> int:
    """Return by how much the greatest of some amounts rises when some of them grow."""
    return max(0, max(worth[kind] for kind in cells) + weight - max(worth))
