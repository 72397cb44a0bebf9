"""The condition language: `fact op constant` under `all`, `any` and `not`, in strong Kleene logic.

Conditions are closed: nothing in them is evaluated, so that every question about them can be decided. A test on an
unanswered fact is unknown (None); on a fact that does not apply it is false; on a range it is true or false when it is
so over the whole range, else unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final, Literal

from advisor.errors import InputError, Problem, nearest_name, one_line
from advisor.files import Tree

Op = Literal["eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between"]
OPS: Final[tuple[Op, ...]] = ("eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between")
_ORDER_OPS: Final = frozenset(("lt", "le", "gt", "ge", "between"))
_LIST_OPS: Final = frozenset(("in", "not_in"))


@dataclass(frozen=True)
class Range:
    """An answer between two numbers, both included."""

    low: Decimal
    high: Decimal


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
class Any_:
    """True when a part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The opposite of its part."""

    part: Condition


Condition = Test | All | Any_ | Not
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
        case Any_(parts):
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
        case All(parts) | Any_(parts):
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


def cells(domain: Domain, thresholds: Sequence[Decimal], within: Range | None = None) -> tuple[Value, ...]:
    """Return values of a domain such that every set of comparisons that some value satisfies, one of them satisfies.

    For numbers these are the thresholds, a point between neighbours, and the ends of the domain (or of `within`);
    an unbounded end is stood for by a point beyond the last threshold.
    """
    if domain.kind == "bool":
        return (False, True)
    if domain.kind == "list":
        return ((), *((value,) for value in domain.values), domain.values)
    if domain.kind != "number":
        return tuple(domain.values)
    low = within.low if within else domain.low
    high = within.high if within else domain.high
    inner = sorted(point for point in set(thresholds)
                   if (low is None or low < point) and (high is None or point < high))
    first = low if low is not None else (inner[0] - 1 if inner else Decimal(0))
    last = high if high is not None else (inner[-1] + 1 if inner else first)
    edges = sorted({first, *inner, last})
    points: list[Value] = list(edges[:1])
    for left, right in pairwise(edges):
        between = left + 1 if domain.integer else (left + right) / 2
        if left < between < right:
            points.append(between)
        points.append(right)
    return tuple(points)


def impossible_fact(condition: Condition, domains: Mapping[str, Domain]) -> str | None:
    """Return a fact that no value of its domain can satisfy inside an `all` of a condition, or None."""
    match condition:
        case Test():
            return None
        case Not(part):
            return impossible_fact(part, domains)
        case Any_(parts):
            return next(filter(None, (impossible_fact(part, domains) for part in parts)), None)
        case All(parts):
            flat = [part for part in parts if isinstance(part, Test)]
            for fact in dict.fromkeys(test.fact for test in flat):
                own = [test for test in flat if test.fact == fact]
                values = cells(domains[fact], thresholds_of(own, fact) if domains[fact].kind == "number" else ())
                if values and not any(all(evaluate_test(test, value) for test in own) for value in values):
                    return fact
            return next(filter(None, (impossible_fact(part, domains) for part in parts)), None)


def read_condition(raw: Any, domains: Mapping[str, Domain], tree: Tree, *path: str | int) -> Condition:
    """Read a condition from a data file, typed by the facts that it tests.

    Raises InputError with file:line:column for an unknown fact or operator, a constant of the wrong type or outside
    the fact's domain, and a comparison that no value or every value satisfies.
    """
    problems: list[Problem] = []
    condition = _Reader(domains, tree, problems).read(raw, path)
    if not problems and (fact := impossible_fact(condition, domains)):
        problems.append(Problem(f"no value of '{fact}' satisfies all of this.", tree.place(*path)))
    if problems:
        raise InputError(problems)
    return condition


class _Reader:
    def __init__(self, domains: Mapping[str, Domain], tree: Tree, problems: list[Problem]) -> None:
        self.domains = domains
        self.tree = tree
        self.problems = problems

    def read(self, raw: Any, path: tuple[str | int, ...]) -> Condition:
        if isinstance(raw, dict) and len(raw) == 1:
            (key, inner), *_ = raw.items()
            if key in ("all", "any") and isinstance(inner, list):
                parts = tuple(self.read(part, (*path, key, index)) for index, part in enumerate(inner))
                return All(parts) if key == "all" else Any_(parts)
            if key == "not":
                return Not(self.read(inner, (*path, key)))
        if isinstance(raw, dict) and "fact" in raw:
            return self._test(raw, path)
        return self._wrong("this is not a condition.", path,
                           accepted="{fact: NAME, OP: VALUE}, {all: [...]}, {any: [...]} or {not: ...}")

    def _test(self, raw: dict[str, Any], path: tuple[str | int, ...]) -> Condition:
        fact = raw["fact"]
        if fact not in self.domains:
            return self._wrong(f"unknown fact '{one_line(fact)}'.", (*path, "fact"),
                               nearest=nearest_name(str(fact), self.domains))
        ops = [key for key in raw if key != "fact"]
        if len(ops) != 1 or ops[0] not in OPS:
            wrong = next((op for op in ops if op not in OPS), "")
            return self._wrong(f"one operator is needed beside 'fact', not '{one_line(', '.join(ops))}'.", path,
                               accepted=", ".join(OPS), nearest=nearest_name(wrong, OPS))
        op: Op = ops[0]
        domain = self.domains[fact]
        here = (*path, op)
        allowed = _allowed_ops(domain)
        if op not in allowed:
            return self._wrong(f"'{op}' does not go with the {domain.kind} fact '{fact}'.", here,
                               accepted=", ".join(allowed))
        constant = self._constant(raw[op], op, fact, domain, here)
        if constant is None:
            return ALWAYS
        test = Test(fact, op, constant)
        if domain.kind == "number" and (verdict := _constant_over(test, domain)) is not None:
            word = "every" if verdict else "no"
            return self._wrong(f"{word} value of '{fact}' satisfies this.", here, accepted=_bounds(domain))
        return test

    def _constant(self, raw: Any, op: Op, fact: str, domain: Domain, path: tuple[str | int, ...]) -> Any:
        many = op in _LIST_OPS or op == "between"
        if many != isinstance(raw, list) or (isinstance(raw, list) and not raw):
            self._wrong(f"'{op}' needs {'a list' if many else 'a single value'}.", path)
            return None
        items = [self._scalar(item, fact, domain, path) for item in (raw if many else [raw])]
        if None in items:
            return None
        if op == "between" and (len(items) != 2 or items[0] > items[1]):
            self._wrong("'between' needs two numbers, the lower one first.", path)
            return None
        if op in _LIST_OPS and len(set(items)) < len(items):
            self._wrong("a value is there twice.", path)
            return None
        return tuple(items) if many else items[0]

    def _scalar(self, raw: Any, fact: str, domain: Domain, path: tuple[str | int, ...]) -> Any:
        if domain.kind == "bool":
            if str(raw).lower() in ("true", "false"):
                return str(raw).lower() == "true"
            self._wrong(f"'{fact}' is true or false, not '{one_line(raw)}'.", path, accepted="true, false")
            return None
        if domain.kind == "number":
            try:
                number = Decimal(str(raw))
            except InvalidOperation:
                number = Decimal("NaN")
            if not number.is_finite():
                self._wrong(f"'{fact}' is a number, not '{one_line(raw)}'.", path)
                return None
            if (domain.low is not None and number < domain.low) or (domain.high is not None and number > domain.high):
                self._wrong(f"{one_line(raw)} lies outside the domain of '{fact}'.", path, accepted=_bounds(domain))
                return None
            return number
        text = str(raw)
        if domain.values and text not in domain.values:
            self._wrong(f"'{one_line(raw)}' is not a value of '{fact}'.", path, accepted=", ".join(domain.values),
                        nearest=nearest_name(text, domain.values))
            return None
        return text

    def _wrong(
        self, message: str, path: Sequence[str | int], *, accepted: str | None = None, nearest: str | None = None
    ) -> Condition:
        self.problems.append(Problem(message, self.tree.place(*path), accepted, nearest))
        return ALWAYS


def _allowed_ops(domain: Domain) -> tuple[str, ...]:
    match domain.kind:
        case "bool":
            return ("eq", "ne")
        case "list":
            return ("in", "not_in")
        case "number":
            return tuple(op for op in OPS if op not in _LIST_OPS)
        case _:
            return tuple(op for op in OPS if op not in _ORDER_OPS)


def _constant_over(test: Test, domain: Domain) -> bool | None:
    """Return what a comparison is for every value of a bounded domain, or None when it depends on the value."""
    if domain.low is None or domain.high is None:
        return None
    return _evaluate_range(test, Range(domain.low, domain.high))


def _bounds(domain: Domain) -> str:
    if domain.low is None and domain.high is None:
        return "any number"
    low = "" if domain.low is None else f"from {domain.low:f}"
    high = "" if domain.high is None else f"to {domain.high:f}"
    return f"numbers {low} {high}".replace("  ", " ").strip()
