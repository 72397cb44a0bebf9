"""The condition language: `fact op constant` under `all`, `any` and `not`, in strong Kleene logic.

Conditions are closed: nothing in them is evaluated, so that every question about them can be decided. A test on an
unanswered fact is unknown (None); on a fact that does not apply it is false; on a range it is true or false when it is
so over the whole range, else unknown.

`evaluate` is the specification: what is compiled for speed or proof begins from `normal_form` and is tested against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations, pairwise
from typing import Any, Final, Literal

Op = Literal["eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between"]
OPS: Final[tuple[Op, ...]] = ("eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between")
ORDER_OPS: Final = frozenset(("lt", "le", "gt", "ge", "between"))
LIST_OPS: Final = frozenset(("in", "not_in"))


@dataclass(frozen=True)
class Range:
    """An answer between two numbers, both included."""

    low: Decimal
    high: Decimal


def ends_of(value: Decimal | Range) -> tuple[Decimal, ...]:
    """Return both ends of a range, or the one number."""
    return (value.low, value.high) if isinstance(value, Range) else (value,)


class NotApplicable:
    """The value of a fact whose question is hidden."""

    def __repr__(self) -> str:
        return "not applicable"


NOT_APPLICABLE: Final = NotApplicable()

Value = Decimal | str | bool | tuple[str, ...] | Range | NotApplicable | None
"""What a fact may be worth; None is unknown. A tuple is a list answer such as `considering`."""


@dataclass(frozen=True)
class Domain:
    """The type and the possible values of a fact: numbers within bounds, one of `values`, or true and false."""

    kind: Literal["number", "choice", "bool", "list", "name"]
    values: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    integer: bool = False


@dataclass(frozen=True)
class Test:
    """One comparison of a fact with a constant. `in` on a list fact asks whether it holds any of the constants."""

    fact: str
    op: Op
    constant: Any


@dataclass(frozen=True)
class All:
    """True when every part is; true when there is none."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """True when a part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The opposite of its part."""

    part: Condition


Condition = Test | All | AnyOf | Not
ALWAYS: Final = All(())


def evaluate(condition: Condition, facts: Mapping[str, Value]) -> bool | None:
    """Return whether a condition holds, or None when that is unknown. A fact that is not there is unknown."""
    match condition:
        case Test():
            return evaluate_test(condition, facts.get(condition.fact))
        case Not(part):
            result = evaluate(part, facts)
            return None if result is None else not result
        case All(parts):
            results = [evaluate(part, facts) for part in parts]
            return False if False in results else None if None in results else True
        case AnyOf(parts):
            results = [evaluate(part, facts) for part in parts]
            return True if True in results else None if None in results else False


def evaluate_test(test: Test, value: Value) -> bool | None:
    """Return whether one comparison holds for a value."""
    if value is None:
        return None
    if isinstance(value, NotApplicable):
        return False
    if isinstance(value, Range):
        return _evaluate_range(test, value)
    constant: Any = test.constant
    found: Any = value
    if isinstance(value, tuple):
        holds = any(item in constant for item in value)
        return holds if test.op == "in" else not holds
    match test.op:
        case "eq":
            return bool(found == constant)
        case "ne":
            return bool(found != constant)
        case "in":
            return found in constant
        case "not_in":
            return found not in constant
        case "lt":
            return bool(found < constant)
        case "le":
            return bool(found <= constant)
        case "gt":
            return bool(found > constant)
        case "ge":
            return bool(found >= constant)
        case "between":
            return bool(constant[0] <= found <= constant[1])


def _evaluate_range(test: Test, value: Range) -> bool | None:
    low, high, constant = value.low, value.high, test.constant
    match test.op:
        case "lt":
            always, never = high < constant, low >= constant
        case "le":
            always, never = high <= constant, low > constant
        case "gt":
            always, never = low > constant, high <= constant
        case "ge":
            always, never = low >= constant, high < constant
        case "between":
            always, never = constant[0] <= low and high <= constant[1], high < constant[0] or constant[1] < low
        case "eq":
            always, never = low == high == constant, not low <= constant <= high
        case _:
            always, never = not low <= constant <= high, low == high == constant
    return True if always else False if never else None


def tests_of(condition: Condition) -> Iterator[Test]:
    """Yield every comparison inside a condition, in the order written."""
    match condition:
        case Test():
            yield condition
        case Not(part):
            yield from tests_of(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_of(part)


def facts_of(condition: Condition) -> tuple[str, ...]:
    """Return the names of the facts that a condition reads, each once, in the order written."""
    return tuple(dict.fromkeys(test.fact for test in tests_of(condition)))


def thresholds_of(tests: Iterable[Test], fact: str) -> list[Decimal]:
    """Return the numbers that a fact is compared with, sorted."""
    found: set[Decimal] = set()
    for test in tests:
        if test.fact == fact:
            found.update(test.constant if isinstance(test.constant, tuple) else (test.constant,))
    return sorted(found)


MOST_SUBSETS: Final = 6
"""Values of a list fact up to which every subset is looked at."""


def cells(domain: Domain, thresholds: Sequence[Decimal], within: Range | None = None) -> tuple[Value, ...]:
    """Return values of a domain such that every set of comparisons that some value satisfies, one of them satisfies.

    For numbers these are the thresholds, points between neighbours, and the ends of the domain (or of `within`); an
    unbounded end is stood for by a point beyond the last threshold. Of a list with more than `MOST_SUBSETS` values
    only the empty, the single and the full one are looked at.
    """
    match domain.kind:
        case "bool":
            return (False, True)
        case "list":
            counts = range(len(domain.values) + 1)
            sizes = counts if len(domain.values) <= MOST_SUBSETS else (0, 1, len(domain.values))
            return tuple(subset for size in sizes for subset in combinations(domain.values, size))
        case "number":
            return _number_cells(domain, thresholds, within)
        case _:
            return tuple(domain.values)


def _number_cells(domain: Domain, thresholds: Sequence[Decimal], within: Range | None) -> tuple[Value, ...]:
    low = within.low if within else domain.low
    high = within.high if within else domain.high
    points = set(thresholds)
    if domain.integer:
        points = {
            edge + step
            for point in thresholds
            for step in (-1, 0, 1)
            for edge in (point.to_integral_value(ROUND_FLOOR), point.to_integral_value(ROUND_CEILING))
        }
        low = None if low is None else low.to_integral_value(ROUND_CEILING)
        high = None if high is None else high.to_integral_value(ROUND_FLOOR)
    known = sorted(points | {end for end in (low, high) if end is not None}) or [Decimal(0)]
    edges = ([known[0] - 1] if low is None else []) + known + ([known[-1] + 1] if high is None else [])
    if not domain.integer:
        edges = sorted({*edges, *((left + right) / 2 for left, right in pairwise(edges))})
    return tuple(point for point in edges if (low is None or low <= point) and (high is None or point <= high))


def impossible_fact(condition: Condition, domains: Mapping[str, Domain]) -> str | None:
    """Return a fact that no value of its domain can satisfy inside an `all` of a condition, or None."""
    match condition:
        case Test():
            return None
        case Not(part):
            return impossible_fact(part, domains)
        case AnyOf(parts):
            return next(filter(None, (impossible_fact(part, domains) for part in parts)), None)
        case All(parts):
            literals = list(_literals(condition))
            for fact in dict.fromkeys(test.fact for test, _ in literals):
                if domains[fact].kind == "list" and len(domains[fact].values) > MOST_SUBSETS:
                    continue
                own = [(test, wanted) for test, wanted in literals if test.fact == fact]
                numbers = thresholds_of((test for test, _ in own), fact) if domains[fact].kind == "number" else ()
                values = cells(domains[fact], numbers)
                if values and not any(
                    all(evaluate_test(test, value) is wanted for test, wanted in own) for value in values
                ):
                    return fact
            return next(filter(None, (impossible_fact(part, domains) for part in parts)), None)


def _literals(condition: All) -> Iterator[tuple[Test, bool]]:
    """Yield the comparisons that an `all` asks for, each with what it must be."""
    for part in condition.parts:
        match part:
            case Test():
                yield part, True
            case Not(Test() as test):
                yield test, False
            case All():
                yield from _literals(part)
