"""Conditions as boxes over the cells of worlds: the form in which questions about all worlds are searched.

A condition is true in a world when one of its boxes holds it: a box names, for some fields, the cells that it allows.
The boxes of one condition do not overlap, so that sums over boxes are sums over conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from advisor.conditions import Condition, Value
from advisor.normal_form import Clause, normal_form
from advisor.worlds import Cell, Worlds

Allowed = dict[int, int]
"""For each field that a box restricts, the cells it allows, as bits."""


@dataclass(frozen=True)
class Box:
    """Worlds in which one condition is true. `needs` are the fields that it restricts, as bits."""

    condition: int
    allowed: Mapping[int, int]

    @cached_property
    def needs(self) -> int:
        return sum(1 << field for field in self.allowed)


@dataclass(frozen=True)
class CellTable:
    """Conditions over worlds. `kinds[f]` are the cells of field f that differ to some box, `leaves[f][k]` the boxes
    that its kind k does not rule out, as bits; `kind_of[f]` says of what kind each cell of the field is."""

    boxes: tuple[Box, ...]
    kinds: tuple[tuple[Cell, ...], ...]
    leaves: tuple[tuple[int, ...], ...]
    kind_of: tuple[tuple[int, ...], ...]

    def of_condition(self, number: int) -> int:
        """Return the boxes of a condition, as bits."""
        return sum(1 << index for index, box in enumerate(self.boxes) if box.condition == number)

    def fired(self, kinds: Sequence[int]) -> frozenset[int]:
        """Return the conditions that are true in the world made of one kind of cell from each field."""
        live = (1 << len(self.boxes)) - 1
        for field, kind in enumerate(kinds):
            live &= self.leaves[field][kind]
        return frozenset(box.condition for index, box in enumerate(self.boxes) if live >> index & 1)


def compile_cells(conditions: Sequence[Condition], worlds: Worlds) -> CellTable:
    """Return conditions as boxes over the cells of worlds; a condition that is never true has none."""
    of_fact = {fact: number for number, field in enumerate(worlds.fields) for fact in field.facts}
    found: list[tuple[int, Allowed]] = []
    for number, condition in enumerate(conditions):
        boxes: list[Allowed] = []
        for clause in normal_form(condition):
            allowed = _allowed(clause, worlds, of_fact)
            if allowed is not None:
                boxes += _without([allowed], boxes, worlds)
        found += ((number, allowed) for allowed in boxes)
    boxes_of_kinds: list[Allowed] = [{} for _ in found]
    kinds, leaves, kind_of = [], [], []
    for field, entry in enumerate(worlds.fields):
        masks = [
            sum(
                1 << index
                for index, (_, allowed) in enumerate(found)
                if field not in allowed or allowed[field] >> number & 1
            )
            for number in range(len(entry.cells))
        ]
        first = {mask: number for number, mask in reversed(list(enumerate(masks)))}
        distinct = sorted(first, key=first.__getitem__)
        kinds.append(tuple(entry.cells[first[mask]] for mask in distinct))
        leaves.append(tuple(distinct))
        kind_of.append(tuple(distinct.index(mask) for mask in masks))
        for index, (_, allowed) in enumerate(found):
            if field in allowed:
                boxes_of_kinds[index][field] = sum(1 << kind for kind, mask in enumerate(distinct) if mask >> index & 1)
    made = tuple(Box(number, allowed) for (number, _), allowed in zip(found, boxes_of_kinds, strict=True))
    return CellTable(made, tuple(kinds), tuple(leaves), tuple(kind_of))


def _allowed(clause: Clause, worlds: Worlds, of_fact: Mapping[str, int]) -> Allowed | None:
    """Return the cells that a clause allows in each field that it restricts, or None when it is true in no world."""
    allowed: Allowed = {}
    for literal in clause:
        fact = literal.test.fact
        if fact not in of_fact:
            if not literal.met(worlds.certain.get(fact)):
                return None
            continue
        field = of_fact[fact]
        cells = worlds.fields[field].cells
        before = allowed.get(field, (1 << len(cells)) - 1)
        seen: dict[Value, bool] = {}
        mask = 0
        for number, cell in enumerate(cells):
            value = cell.facts[fact]
            if value not in seen:
                seen[value] = literal.met(value)
            if seen[value]:
                mask |= 1 << number
        allowed[field] = before & mask
    if 0 in allowed.values():
        return None
    return {field: mask for field, mask in allowed.items() if mask != (1 << len(worlds.fields[field].cells)) - 1}


def _without(boxes: list[Allowed], others: Iterable[Allowed], worlds: Worlds) -> list[Allowed]:
    """Return what is left of boxes outside of others, as boxes that do not overlap."""
    for other in others:
        boxes = [piece for box in boxes for piece in _difference(box, other, worlds)]
    return boxes


def _difference(box: Allowed, other: Allowed, worlds: Worlds) -> list[Allowed]:
    pieces: list[Allowed] = []
    inside = dict(box)
    for field, mask in other.items():
        mine = inside.get(field, (1 << len(worlds.fields[field].cells)) - 1)
        if not mine & mask:
            return [box]
        if mine & ~mask:
            pieces.append({**inside, field: mine & ~mask})
        inside[field] = mine & mask
    return pieces
