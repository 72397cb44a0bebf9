"""Declared directions: more of a fact never moves a technique's points the other way, whatever else is answered."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise, product

from advisor.compilers.cells import Box, CellTable
from advisor.conditions import Domain, Value
from advisor.derived import DERIVED
from advisor.packs.pack import Direction
from advisor.search import Goal, Undecided
from advisor.verify.findings import Case, Checked, Finding, unconfirmed, undecided
from advisor.verify.ground import Ground, said
from advisor.worlds import Field

_INPUTS = {fact.id: fact.inputs for fact in DERIVED}


def broken_directions(ground: Ground) -> Iterator[Checked]:
    """V07: in no two cases that differ in one fact alone does more of it move a technique against what is declared."""
    for direction in ground.pack.directions:
        yield _direction(ground, direction)


def _direction(ground: Ground, direction: Direction) -> Checked:
    more = f"more of '{direction.fact}' never {'lowers' if direction.more == 'helps' else 'raises'}"
    claim = f"{more} the points of '{direction.technique}'"
    number = next((index for index, field in enumerate(ground.worlds.fields) if direction.fact in field.facts), None)
    if number is None:  # no rule reads it
        return None
    try:
        for low, high in _steps(ground, number, direction.fact):
            broken = _against(ground, direction, number, low, high)
            if broken == ():
                return unconfirmed("V07", claim)
            if broken is not None:
                message = f"it is declared that {claim}; between these two cases it does."
                return Finding("V07", "error", message, witness=broken)
    except Undecided:
        return undecided("V07", claim)
    return None


def _against(ground: Ground, direction: Direction, number: int, low: int, high: int) -> tuple[Case, ...] | None:
    """Return two cases, the second with more of the fact, between which points move against a direction, or None where
    there are none; an empty tuple when a replay does not confirm them."""
    kind, more = (ground.table.kind_of[number][cell] for cell in (low, high))
    sign = 1 if direction.more == "helps" else -1
    table, moves = _moved(ground.table, number, kind, more)
    weights = ground.outcomes.score(direction.technique)
    lost = tuple(-sign * move * _weight(weights, box.condition) for box, move in moves)
    world = ground.search_of(table).find((Goal(lost, 1),))
    if world is None:
        return None
    cells = [kinds[kind] for kinds, kind in zip(ground.table.kinds, world, strict=True)]
    own = ground.worlds.fields[number].cells
    before, after = (ground.case_of_cells([*cells[:number], own[cell], *cells[number + 1 :]]) for cell in (low, high))
    return _smallest_pair(ground, direction, before, after, sign)


def _smallest_pair(ground: Ground, direction: Direction, before: Case, after: Case, sign: int) -> tuple[Case, ...]:
    """Return the pair without what both cases share and do not need, or nothing when a replay does not confirm it."""

    def broken(one: Case, two: Case) -> bool:
        scores = [ground.scorer.score(direction.technique, ground.states(case)) for case in (one, two)]
        return sign * (scores[1] - scores[0]) < 0

    for name in [key for key in before if before[key] == after.get(key)]:
        less = [{key: value for key, value in case.items() if key != name} for case in (before, after)]
        if broken(*less):
            before, after = less
    pair = (said(before), said(after))
    return pair if broken(*pair) else ()


def _steps(ground: Ground, number: int, fact: str) -> Iterator[tuple[int, int]]:
    """Yield pairs of cells of a field that differ in a fact alone, the second with the next greater value of it; of
    pairs that come to the same step for every condition, one."""
    field, kind_of = ground.worlds.fields[number], ground.table.kind_of[number]
    domain, inputs = ground.pack.domains[fact], _INPUTS.get(fact)
    seen: set[tuple[int, int]] = set()
    for moved in (fact,) if inputs is None else (*inputs, None):
        groups: dict[object, dict[Decimal, list[int]]] = {}
        for index, cell in enumerate(field.cells):
            place = _order(domain, cell.facts[fact])
            if place is not None:
                key = frozenset((name, value) for name, value in cell.answers.items() if name != moved)
                groups.setdefault(key, {}).setdefault(place, []).append(index)
        for levels in groups.values():
            for low, high in pairwise(sorted(levels)):
                for left, right in product(levels[low], levels[high]):
                    step = (kind_of[left], kind_of[right])
                    if (
                        step[0] != step[1]
                        and step not in seen
                        and _held(field, (fact, moved), left, levels[high], right)
                    ):
                        seen.add(step)
                        yield left, right


def _held(field: Field, moved: tuple[str | None, ...], left: int, others: list[int], right: int) -> bool:
    """Return whether everything that can be held between two cells is held: what else is derived may move only where
    it has to."""
    before, after = field.cells[left].facts, field.cells[right].facts
    return all(
        before[name] == after[name] or all(field.cells[other].facts[name] != before[name] for other in others)
        for name in field.facts
        if name not in moved
    )


def _order(domain: Domain, value: Value) -> Decimal | None:
    """Return the place of a value in the order of its domain; None where it has none."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        return Decimal(int(value))
    return Decimal(domain.values.index(value)) if isinstance(value, str) and value in domain.values else None


def _weight(weights: tuple[int, ...], condition: int) -> int:
    return weights[condition] if condition < len(weights) else 0


def _moved(table: CellTable, number: int, low: int, high: int) -> tuple[CellTable, list[tuple[Box, int]]]:
    """Return the boxes that a step in one field opens or shuts, freed of that field, each as a condition of its own."""
    full = (1 << len(table.kinds[number])) - 1
    moves = []
    for box in table.boxes:
        mask = box.allowed.get(number, full)
        move = (mask >> high & 1) - (mask >> low & 1)
        if move:
            moves.append((box, move))
    boxes = tuple(
        Box(index, {field: mask for field, mask in box.allowed.items() if field != number})
        for index, (box, _) in enumerate(moves)
    )
    leaves = tuple(
        tuple(
            sum(1 << index for index, box in enumerate(boxes) if box.allowed.get(field, -1) >> kind & 1)
            for kind in range(len(kinds))
        )
        for field, kinds in enumerate(table.kinds)
    )
    return CellTable(boxes, table.kinds, leaves, table.kind_of), moves
