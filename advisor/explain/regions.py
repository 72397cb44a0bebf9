"""What a fact would have to be for comparisons to come out as wanted, and how far a value is from that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import product
from typing import Final

from advisor.conditions import Domain, Range, Test, Value, cells, ends_of
from advisor.normal_form import Literal

STEP: Final = Decimal("0.01")
"""How far past an end that is not included the nearest number is taken to lie, if there is room."""


@dataclass(frozen=True)
class Interval:
    """Numbers between two ends; an end of None is the end of the domain."""

    low: Decimal | None
    high: Decimal | None
    low_included: bool = True
    high_included: bool = True

    def within(self, other: Interval) -> Interval:
        """Return the numbers that lie in both."""
        low, low_included = self.low, self.low_included
        if low is None or (other.low is not None and (other.low, not other.low_included) > (low, not low_included)):
            low, low_included = other.low, other.low_included
        high, high_included = self.high, self.high_included
        if high is None or (other.high is not None and (other.high, other.high_included) < (high, high_included)):
            high, high_included = other.high, other.high_included
        return Interval(low, high, low_included, high_included)

    def nearest(self, point: Decimal, integer: bool = False) -> Decimal | None:
        """Return the number of the interval nearest to a point, just past an end that is not included, or None."""
        found = point
        if self.low is not None and (point < self.low or (point == self.low and not self.low_included)):
            room = None if self.high is None else self.high - self.low
            found = _past(self.low, self.low_included, room, integer, 1)
        elif self.high is not None and (point > self.high or (point == self.high and not self.high_included)):
            room = None if self.low is None else self.high - self.low
            found = _past(self.high, self.high_included, room, integer, -1)
        rounded = [found.to_integral_value(way) for way in (ROUND_CEILING, ROUND_FLOOR)] if integer else [found]
        return next((number for number in rounded if self.holds(number)), None)

    def holds(self, point: Decimal) -> bool:
        """Return whether a number lies in the interval."""
        over = self.low is None or point > self.low or (self.low_included and point == self.low)
        under = self.high is None or point < self.high or (self.high_included and point == self.high)
        return over and under

    def distance(self, point: Decimal) -> Decimal:
        """Return how far a number is from the nearer end, 0 inside."""
        if self.holds(point):
            return Decimal(0)
        return min(abs(point - end) for end in (self.low, self.high) if end is not None)


@dataclass(frozen=True)
class Region:
    """The values of a fact that meet some demands.

    Numbers lie in `intervals`, lowest first; other facts are one of `values`, a list being one of the lists there.
    `excluded` are the values that do not: all others of a choice, those to avoid where nobody can list the values.
    """

    intervals: tuple[Interval, ...] = ()
    values: tuple[Value, ...] = ()
    excluded: tuple[str, ...] = ()
    integer: bool = False

    def __bool__(self) -> bool:
        return bool(self.intervals or self.values or self.excluded)

    def nearest(self, value: Value) -> Value:
        """Return the value of the region nearest to one outside it, None where only what is excluded is known.

        Of a range the end that is outside counts; from what is not known the lowest number is nearest.
        """
        if self.intervals:
            ends = ends_of(value) if isinstance(value, Decimal | Range) else (_anchor(self.intervals[0]),)
            outside = [end for end in ends if not any(interval.holds(end) for interval in self.intervals)] or ends[:1]
            found = [
                (interval.distance(end), point)
                for end, interval in product(outside, self.intervals)
                if (point := interval.nearest(end, self.integer)) is not None
            ]
            return min(found)[1] if found else None
        if isinstance(value, tuple):
            return min(self.values, key=lambda other: len(set(value) ^ set(other if isinstance(other, tuple) else ())))
        return self.values[0] if self.values else None

    def gap(self, value: Value) -> Decimal | None:
        """Return how far a number is from the region: for a range its farther end; None for what is no number."""
        if not self.intervals or not isinstance(value, Decimal | Range):
            return None
        return max(min(interval.distance(end) for interval in self.intervals) for end in ends_of(value))


def distance(test: Test, value: Value) -> Decimal | None:
    """Return how far a number is from the threshold that would turn a comparison over; None where there is no such."""
    if not isinstance(value, Decimal | Range) or test.op in ("in", "not_in"):
        return None
    constants: tuple[Decimal, ...] = test.constant if isinstance(test.constant, tuple) else (test.constant,)
    return min(abs(end - constant) for end in ends_of(value) for constant in constants)


def region_of(demands: Sequence[Literal], domain: Domain) -> Region:
    """Return the values of a domain that meet all demands on a fact; empty where none does."""
    if domain.kind == "number":
        found = [Interval(domain.low, domain.high)]
        for demand in demands:
            met = _met(demand)
            found = [interval.within(part) for interval, part in product(found, met)]
        kept = [interval for interval in found if _inhabited(interval, domain.integer)]
        return Region(intervals=tuple(_open_ended(interval, domain) for interval in kept), integer=domain.integer)
    if domain.kind == "name":
        named = tuple(dict.fromkeys(name for demand in demands for name in _constants(demand.test)))
        chosen = tuple(name for name in named if all(demand.met(name) for demand in demands))
        if all(demand.met("") for demand in demands):
            return Region(excluded=tuple(name for name in named if name not in chosen))
        return Region(values=chosen)
    every = cells(domain, ())
    values = tuple(value for value in every if all(demand.met(value) for demand in demands))
    others = tuple(name for name in domain.values if name not in values)
    return Region(values=values, excluded=others if values and domain.kind == "choice" else ())


def _constants(test: Test) -> tuple[str, ...]:
    return test.constant if isinstance(test.constant, tuple) else (test.constant,)


def _met(demand: Literal) -> Iterable[Interval]:
    """Return the numbers that meet a demand."""
    test = demand.test
    if test.op == "between":
        low, high = test.constant
        outside = (Interval(None, low, high_included=False), Interval(high, None, low_included=False))
        return (Interval(low, high),) if demand.wanted else outside
    point: Decimal = test.constant
    below, above = Interval(None, point, high_included=False), Interval(point, None, low_included=False)
    met = {
        "lt": (below,),
        "ge": (Interval(point, None),),
        "le": (Interval(None, point),),
        "gt": (above,),
        "eq": (Interval(point, point),),
        "ne": (below, above),
    }
    opposite = {"lt": "ge", "ge": "lt", "le": "gt", "gt": "le", "eq": "ne", "ne": "eq"}
    return met[test.op if demand.wanted else opposite[test.op]]


def _inhabited(interval: Interval, integer: bool) -> bool:
    if interval.low is None or interval.high is None:
        return True
    if integer:
        return interval.holds(_past(interval.low, interval.low_included, None, integer, 1))
    return interval.low < interval.high or interval.holds(interval.low)


def _open_ended(interval: Interval, domain: Domain) -> Interval:
    """Return an interval in which the ends of the domain are left out."""
    at_low = interval.low == domain.low and interval.low_included
    at_high = interval.high == domain.high and interval.high_included
    return Interval(
        None if at_low and interval.low != interval.high else interval.low,
        None if at_high and interval.low != interval.high else interval.high,
        interval.low_included,
        interval.high_included,
    )


def _anchor(interval: Interval) -> Decimal:
    """Return the end at which a thing not known is taken to be nearest."""
    return next((end for end in (interval.low, interval.high) if end is not None), Decimal(0))


def _past(end: Decimal, included: bool, room: Decimal | None, integer: bool, way: int) -> Decimal:
    """Return the first number from an end on, upwards (1) or downwards (-1)."""
    if integer:
        whole = end.to_integral_value(ROUND_CEILING if way > 0 else ROUND_FLOOR)
        return whole + way if whole == end and not included else whole
    if included:
        return end
    return end + way * (STEP if room is None else min(STEP, room / 2))
