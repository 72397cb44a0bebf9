"""Decides all conditions for many cases at once: facts and results are NumPy columns.

Numbers are float64. A threshold is compared as the float nearest to it, so a number that is itself the float nearest
to some decimal is decided as that decimal is, up to 15 significant digits: rounding keeps their order. Beyond, two
decimals may share a float, and a number that close to a threshold counts as on it.

This module imports NumPy; import it only where many cases are decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.conditions import LIST_OPS, Condition, Domain, NotApplicable, Range, Value
from advisor.normal_form import Literal, normal_form

Bits = NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """The values of one fact, one a row.

    Numbers are float64, NaN where unknown. All else is a signed integer, -1 where unknown: for a choice or a name the
    place of its value in `Columns.values_of` (their number for a value that is not there), for a bool 0 or 1, for a
    list the sum of 1 << place of what it holds. Where `not_applicable` is true, the value is not looked at.
    """

    values: NDArray[Any]
    not_applicable: Bits | None = None


@dataclass(frozen=True)
class Decisions:
    """What was decided: `fired` and `open` have a row for each condition and a column for each case.

    `fired` is where a condition is true; `open` where it is not false, or None if that was not asked. `scores` has a
    row for each case and a column for each target. The rest is working space.
    """

    fired: Bits
    open: Bits | None
    scores: NDArray[Any]
    literals: Bits
    spare: Bits
    sums: NDArray[Any]


class Columns:
    """Conditions compiled for columns, with the points that each gives to each target where it is true.

    `weights` holds for each target the points of every condition, as in `single.scorer`. Raises TooManyClauses.
    """

    def __init__(
        self, conditions: Sequence[Condition], domains: Mapping[str, Domain], weights: Sequence[Sequence[int]] = ()
    ) -> None:
        forms = [normal_form(condition) for condition in conditions]
        literals = list(dict.fromkeys(literal for form in forms for clause in form for literal in clause))
        place = {literal: index for index, literal in enumerate(literals)}
        self.facts = tuple(dict.fromkeys(literal.test.fact for literal in literals))
        self.domains = {fact: domains[fact] for fact in self.facts}
        self.values_of = {
            fact: _values(domain, [entry for entry in literals if entry.test.fact == fact])
            for fact, domain in self.domains.items()
        }
        self._comparisons = [(entry.test.fact, self._comparison(entry)) for entry in literals]
        self._forms = [[[place[literal] for literal in clause] for clause in form] for form in forms]
        self._weights = weights
        # The narrowest integer that holds every sum: a quarter of the memory to go through.
        self._sums = np.min_scalar_type(-1 - max((sum(map(abs, points)) for points in weights), default=0))

    def only(self, conditions: Sequence[int]) -> Columns:
        """Return some of the conditions, without points; they read the same columns."""
        some = copy(self)
        forms = [self._forms[place] for place in conditions]
        used = sorted({literal for form in forms for clause in form for literal in clause})
        at = {literal: place for place, literal in enumerate(used)}
        some._comparisons = [self._comparisons[literal] for literal in used]
        some._forms = [[[at[literal] for literal in clause] for clause in form] for form in forms]
        some.facts = tuple(dict.fromkeys(fact for fact, _ in some._comparisons))
        some.domains = {fact: self.domains[fact] for fact in some.facts}
        some._weights = ()
        return some

    def column(self, fact: str, values: Sequence[Value]) -> Column:
        """Return the column of some values of a fact; raises ValueError for a range, which no column can hold."""
        kinds = set(map(type, values))
        if Range in kinds:
            raise ValueError(f"a range of '{fact}' cannot stand in a column")
        hidden = None
        if NotApplicable in kinds:
            hidden = np.fromiter((isinstance(value, NotApplicable) for value in values), np.bool_, len(values))
            values = [None if isinstance(value, NotApplicable) else value for value in values]
        return Column(self._coded(fact, values), hidden)

    def _coded(self, fact: str, values: Sequence[Any]) -> NDArray[Any]:
        known = self.values_of[fact]
        place = {value: index for index, value in enumerate(known)}
        match self.domains[fact].kind:
            case "number":
                numbers = (np.nan if value is None else float(value) for value in values)
                return np.fromiter(numbers, np.float64, len(values))
            case "list":
                held = (
                    -1 if value is None else sum(1 << place[item] for item in value if item in place)
                    for value in values
                )
                return np.fromiter(held, np.int64, len(values))
            case _:
                places = {None: -1, **place}
                code = np.min_scalar_type(-1 - len(known))
                return np.fromiter((places.get(value, len(known)) for value in values), code, len(values))

    def decide(
        self, columns: Mapping[str, Column], rows: int, *, with_open: bool = False, out: Decisions | None = None
    ) -> Decisions:
        """Decide all conditions in every row. A fact without a column is unknown.

        `out` is the result of an earlier call with as many rows and the same `with_open`; it is written over and
        returned. New memory takes up to twice as long to write as the decisions take.
        """
        out = self._space(rows, with_open) if out is None else out
        facts = {
            fact: _Fact(columns[fact], domain.kind == "number")
            for fact, domain in self.domains.items()
            if fact in columns
        }
        for (fact, compare), row in zip(self._comparisons, out.literals, strict=True):
            if fact in facts:
                compare(facts[fact], row, out.spare)
            else:
                row[:] = False
        self._fold(out, out.fired)
        self._add_up(out)
        if out.open is not None:
            for (fact, _), row in zip(self._comparisons, out.literals, strict=True):
                np.logical_or(row, facts[fact].unknown if fact in facts else True, out=row)
            self._fold(out, out.open)
        return out

    def _space(self, rows: int, with_open: bool) -> Decisions:
        count = len(self._forms)
        return Decisions(
            fired=np.empty((count, rows), np.bool_),
            open=np.empty((count, rows), np.bool_) if with_open else None,
            scores=np.empty((len(self._weights), rows), np.result_type(self._sums, np.int32)).T,
            literals=np.empty((len(self._comparisons), rows), np.bool_),
            spare=np.empty(rows, np.bool_),
            sums=np.empty((2, rows), self._sums),
        )

    def _fold(self, out: Decisions, found: Bits) -> None:
        """Write where each condition holds, by the literals that do."""
        for form, row in zip(self._forms, found, strict=True):
            if not form:
                row[:] = False
                continue
            _every(out.literals, form[0], row)
            for clause in form[1:]:
                np.logical_or(row, _every(out.literals, clause, out.spare), out=row)

    def _add_up(self, out: Decisions) -> None:
        total, product = out.sums
        for target, points in enumerate(self._weights):
            total[:] = 0
            for fired, weight in zip(out.fired, points, strict=True):
                if weight:
                    np.multiply(fired, total.dtype.type(weight), out=product)
                    np.add(total, product, out=total)
            out.scores[:, target] = total

    def _comparison(self, literal: Literal) -> _Comparison:
        test, wanted, domain = literal.test, literal.wanted, self.domains[literal.test.fact]
        many = isinstance(test.constant, tuple)
        constants = test.constant if many else (test.constant,)
        if domain.kind == "number":
            places = [float(constant) for constant in constants]
        else:
            places = [self.values_of[test.fact].index(constant) for constant in constants]
        inside = test.op in ("eq", "in", "between")
        if domain.kind == "list":
            found = _holding(sum(1 << int(place) for place in places), inside is wanted)
        elif test.op == "between":
            found = _between(*places) if wanted else _outside(*places)
        elif test.op in _ORDERS:
            found = _ordered(_ORDERS[test.op][0 if wanted else 1], *places)
        else:
            found = _one_of(places) if inside is wanted else _none_of(places)
        return _where_applicable(found, wanted)


class _Fact:
    """A column as one call reads it: what is known of it is found once, and only if a comparison asks."""

    def __init__(self, column: Column, number: bool) -> None:
        self.number = number
        self.values = column.values
        self.not_applicable = column.not_applicable

    @cached_property
    def known(self) -> Bits:
        known: Bits = ~np.isnan(self.values) if self.number else self.values >= 0
        return known if self.not_applicable is None else known & ~self.not_applicable

    @cached_property
    def unknown(self) -> Bits:
        return ~self.known if self.not_applicable is None else ~(self.known | self.not_applicable)


_Comparison = Callable[[_Fact, Bits, Bits], None]
"""Takes a fact, where to write where the literal is true, and spare space."""

_ORDERS: dict[str, tuple[np.ufunc, np.ufunc]] = {
    "lt": (np.less, np.greater_equal),
    "le": (np.less_equal, np.greater),
    "gt": (np.greater, np.less_equal),
    "ge": (np.greater_equal, np.less),
}
"""Each comparison and its opposite; both are false of NaN."""


def _values(domain: Domain, literals: Iterable[Literal]) -> tuple[Any, ...]:
    """Return the values that have a place: those declared, in order, then others that are asked for."""
    match domain.kind:
        case "number":
            return ()
        case "bool":
            return (False, True)
    asked = (
        constant
        for literal in literals
        for constant in (literal.test.constant if literal.test.op in LIST_OPS else (literal.test.constant,))
    )
    return tuple(dict.fromkeys((*domain.values, *asked)))


def _every(literals: Bits, clause: Sequence[int], out: Bits) -> Bits:
    """Write and return where all literals of a clause are true."""
    match clause:
        case []:
            out[:] = True
        case [only]:
            out[:] = literals[only]
        case [first, second, *others]:
            np.logical_and(literals[first], literals[second], out=out)
            for other in others:
                np.logical_and(out, literals[other], out=out)
    return out


def _where_applicable(compare: _Comparison, wanted: bool) -> _Comparison:
    """Return a comparison that is false where a fact does not apply, or true if it is wanted not to hold."""

    def applied(fact: _Fact, out: Bits, spare: Bits) -> None:
        compare(fact, out, spare)
        if fact.not_applicable is None:
            return
        if wanted:
            np.greater(out, fact.not_applicable, out=out)
        else:
            np.logical_or(out, fact.not_applicable, out=out)

    return applied


def _ordered(order: np.ufunc, threshold: float) -> _Comparison:
    return lambda fact, out, spare: order(fact.values, threshold, out=out)


def _between(low: float, high: float) -> _Comparison:
    def compare(fact: _Fact, out: Bits, spare: Bits) -> None:
        np.greater_equal(fact.values, low, out=out)
        np.logical_and(out, np.less_equal(fact.values, high, out=spare), out=out)

    return compare


def _outside(low: float, high: float) -> _Comparison:
    def compare(fact: _Fact, out: Bits, spare: Bits) -> None:
        np.less(fact.values, low, out=out)
        np.logical_or(out, np.greater(fact.values, high, out=spare), out=out)

    return compare


def _one_of(places: Sequence[float]) -> _Comparison:
    first, *others = places

    def compare(fact: _Fact, out: Bits, spare: Bits) -> None:
        np.equal(fact.values, first, out=out)
        for other in others:
            np.logical_or(out, np.equal(fact.values, other, out=spare), out=out)

    return compare


def _none_of(places: Sequence[float]) -> _Comparison:
    def compare(fact: _Fact, out: Bits, spare: Bits) -> None:
        out[:] = fact.known
        for place in places:
            np.logical_and(out, np.not_equal(fact.values, place, out=spare), out=out)

    return compare


def _holding(places: int, wanted: bool) -> _Comparison:
    """Return where a list holds any of some places, or none of them."""

    def compare(fact: _Fact, out: Bits, spare: Bits) -> None:
        np.not_equal(fact.values & places, 0, out=out)
        if wanted:
            np.logical_and(out, fact.known, out=out)
        else:
            np.logical_not(out, out=out)

    return compare
