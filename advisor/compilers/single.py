"""Decides all conditions of a pack at once for one set of facts, and adds up what those that hold are worth.

For each fact a table says, for every value, which clauses it leaves: one integer whose low half holds the clauses of
which it makes all comparisons true, and whose high half those of which it makes none false. The AND over the facts is
the answer. Numbers are put into cells between the thresholds; every other value is looked up, and worked out by the
reference interpreter the first time. A function generated with `exec` to walk the same tables takes a seventh less
time: not enough to generate code.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import getitem
from typing import Any, Final, TypeVar

from advisor.conditions import NOT_APPLICABLE, Condition, Domain, Test, Value, thresholds_of
from advisor.normal_form import Literal, NormalForm, normal_form

Item = TypeVar("Item")

Decider = Callable[[Mapping[str, Value]], tuple[int, int]]
"""Takes facts; returns the set of conditions that are true and the set of those not false, as bits by their order."""

Scorer = Callable[[int], list[int]]
"""Takes the set of conditions that are true; returns the sum of their points for each target."""

MOST_REMEMBERED: Final = 1024
"""Values of one fact whose effect is kept; names and ranges have no end."""


def decider(conditions: Sequence[Condition], domains: Mapping[str, Domain]) -> Decider:
    """Compile conditions; raises TooManyClauses. A fact that is not given is unknown, as in `evaluate`."""
    forms = [normal_form(condition) for condition in conditions]
    layout = _Layout.of([len(form) for form in forms])
    numbers, words = [], []
    for fact, effects in _effects(forms, layout).items():
        table = _Table(effects, layout)
        if domains[fact].kind == "number":
            thresholds = thresholds_of((literal.test for literal in effects), fact)
            numbers.append((fact, thresholds, _cells(thresholds, effects, layout), table))
        else:
            words.append((fact, table))
    unanswered: dict[str, Value] = dict.fromkeys([*(entry[0] for entry in numbers), *(fact for fact, _ in words)])
    start, folds, width, conditions_mask = layout.all, layout.folds, layout.width, (1 << len(forms)) - 1

    def decide(facts: Mapping[str, Value]) -> tuple[int, int]:
        left = start
        try:
            for fact, table in words:
                left &= table[facts[fact]]
            for fact, thresholds, cells, table in numbers:
                value: Any = facts[fact]
                if value is None or value is NOT_APPLICABLE:
                    left &= table[value]
                    continue
                try:
                    left &= cells[bisect_left(thresholds, value) + bisect_right(thresholds, value)]
                except TypeError:  # a range has no place among the thresholds
                    left &= table[value]
        except KeyError:
            return decide({**unanswered, **facts})
        for shift, mask, first in folds:
            left |= (left >> shift & mask) << first
        return left & conditions_mask, left >> width & conditions_mask

    return decide


@dataclass(frozen=True)
class _Layout:
    """Which bit stands for which clause.

    The first clauses of all conditions come first, in order; then follow the second clauses, from the first condition
    that has one to the last; and so on. So each layer is folded onto the conditions by one shift.
    """

    all: int
    width: int
    folds: tuple[tuple[int, int, int], ...]
    bits: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, counts: Sequence[int]) -> _Layout:
        """Return the layout of conditions with so many clauses each."""
        bits: list[list[int]] = [[] for _ in counts]
        windows = []
        width = len(counts)
        for layer in range(max(counts, default=0)):
            holders = [number for number, count in enumerate(counts) if count > layer]
            first, offset, span = (holders[0], width, holders[-1] - holders[0] + 1) if layer else (0, 0, width)
            for number in holders:
                bits[number].append(1 << (offset + number - first))
            if layer:
                windows.append((offset, (1 << span) - 1, first))
                width += span
        used = sum(bit for own in bits for bit in own)
        folds = tuple((offset, mask | mask << width, first) for offset, mask, first in windows)
        return cls(used | used << width, width, folds, tuple(map(tuple, bits)))


_Effects = dict[Literal, int]
"""The comparisons of one fact, each with the clauses that ask for it."""


def _effects(forms: Iterable[NormalForm], layout: _Layout) -> dict[str, _Effects]:
    found: dict[str, _Effects] = {}
    for form, bits in zip(forms, layout.bits, strict=True):
        for clause, bit in zip(form, bits, strict=True):
            for literal in clause:
                own = found.setdefault(literal.test.fact, {})
                own[literal] = own.get(literal, 0) | bit
    return found


class _Table(dict[Value, int]):
    """Which clauses a value leaves, worked out when it is first asked for."""

    def __init__(self, effects: _Effects, layout: _Layout) -> None:
        super().__init__()
        self.effects = effects
        self.layout = layout

    def __missing__(self, value: Value) -> int:
        left = self.layout.all
        for literal, clauses in self.effects.items():
            state = literal.holds(value)
            if state is not True:
                left &= ~clauses
            if state is False:
                left &= ~(clauses << self.layout.width)
        if len(self) < MOST_REMEMBERED:
            self[value] = left
        return left


def _cells(thresholds: list[Decimal], effects: _Effects, layout: _Layout) -> list[int]:
    """Return which clauses a number leaves: at 2i + 1 one on threshold i, at 2i one below it and above the one before.

    Comparisons are made between these places, which lie in the same order as the numbers: no number within a gap has
    to be found.
    """
    place = {threshold: Decimal(2 * index + 1) for index, threshold in enumerate(thresholds)}
    moved: _Effects = {}
    for literal, clauses in effects.items():
        constant = literal.test.constant
        placed = tuple(place[item] for item in constant) if isinstance(constant, tuple) else place[constant]
        moved[replace(literal, test=Test(literal.test.fact, literal.test.op, placed))] = clauses
    table = _Table(moved, layout)
    return [table[Decimal(index)] for index in range(2 * len(thresholds) + 1)]


def scorer(weights: Sequence[Sequence[int]]) -> Scorer:
    """Compile points: `weights` holds for each target, of which there is one at least, the points of every condition.

    All sums are carried by one integer, in lanes that start in the middle so that none borrows from the next; eight
    conditions are added at a time from a table of their 256 sums.
    """
    count = len(weights[0])
    widest = max(sum(map(abs, points)) for points in weights)
    width = widest.bit_length() + 1
    middle, lane = 1 << width - 1, (1 << width) - 1
    shifts = range(0, width * len(weights), width)
    packed = [
        sum(points[number] << shift for points, shift in zip(weights, shifts, strict=True)) for number in range(count)
    ]
    tables = [_sums(packed[first : first + 8]) for first in range(0, count, 8)]
    start, size = sum(middle << shift for shift in shifts), len(tables)

    def score(fired: int) -> list[int]:
        total = sum(map(getitem, tables, fired.to_bytes(size, "little")), start)
        return [(total >> shift & lane) - middle for shift in shifts]

    return score


def _sums(weights: Sequence[int]) -> list[int]:
    """Return for every subset of some weights, by its bits, their sum."""
    sums = [0]
    for weight in weights:
        sums += [known + weight for known in sums]
    return sums


def chosen(bits: int, items: Sequence[Item]) -> list[Item]:
    """Return the items whose bits are set, in order."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(items[lowest.bit_length() - 1])
        bits ^= lowest
    return found
