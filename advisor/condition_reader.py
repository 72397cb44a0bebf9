"""Reading conditions from data files: every name, operator, type and threshold is checked against the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from advisor.conditions import (
    ALWAYS,
    LIST_OPS,
    OPS,
    ORDER_OPS,
    All,
    AnyOf,
    Condition,
    Domain,
    Not,
    Op,
    Test,
    cells,
    evaluate_test,
    impossible_fact,
    thresholds_of,
)
from advisor.errors import InputError, Problem, nearest_name, one_line
from advisor.normal_form import MOST_CLAUSES, TooManyClauses, normal_form
from advisor.trees import Tree


def read_condition(raw: Any, domains: Mapping[str, Domain], tree: Tree, *path: str | int) -> Condition:
    """Read a condition from a data file, typed by the facts that it tests.

    Raises InputError with file:line:column for an unknown fact or operator, a constant of the wrong type or outside
    the fact's domain, a comparison that no value or every value satisfies, and a condition of too many clauses.
    """
    problems: list[Problem] = []
    condition = _Reader(domains, tree, problems).read(raw, path)
    if not problems and (fact := impossible_fact(condition, domains)):
        problems.append(Problem(f"no value of '{fact}' satisfies all of this.", tree.place(*path)))
    if not problems:
        try:
            normal_form(condition)
        except TooManyClauses:
            problems.append(
                Problem(
                    "this condition has too many ways to be true.",
                    tree.place(*path),
                    f"what comes to at most {MOST_CLAUSES} lists of comparisons; split the rule, or test with 'in'",
                )
            )
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
                return All(parts) if key == "all" else AnyOf(parts)
            if key == "not":
                return Not(self.read(inner, (*path, key)))
        if isinstance(raw, dict) and "fact" in raw:
            return self._test(raw, path)
        return self._wrong(
            "this is not a condition.",
            path,
            accepted="{fact: NAME, OP: VALUE}, {all: [...]}, {any: [...]} or {not: ...}",
        )

    def _test(self, raw: dict[str, Any], path: tuple[str | int, ...]) -> Condition:
        fact = raw["fact"]
        if not isinstance(fact, str) or fact not in self.domains:
            return self._wrong(
                f"unknown fact '{one_line(fact)}'.", (*path, "fact"), nearest=nearest_name(str(fact), self.domains)
            )
        ops = [key for key in raw if key != "fact"]
        if len(ops) != 1 or ops[0] not in OPS:
            wrong = next((op for op in ops if op not in OPS), "")
            return self._wrong(
                f"one operator is needed beside 'fact', not '{one_line(', '.join(ops))}'.",
                path,
                accepted=", ".join(OPS),
                nearest=nearest_name(wrong, OPS),
            )
        op: Op = ops[0]
        domain = self.domains[fact]
        here = (*path, op)
        allowed = _allowed_ops(domain)
        if op not in allowed:
            return self._wrong(
                f"'{op}' does not go with the {domain.kind} fact '{fact}'.", here, accepted=", ".join(allowed)
            )
        constant = self._constant(raw[op], op, fact, domain, here)
        if constant is None:
            return ALWAYS
        test = Test(fact, op, constant)
        if (verdict := _constant_over(test, domain)) is not None:
            word = "every" if verdict else "no"
            return self._wrong(f"{word} value of '{fact}' satisfies this.", here, accepted=bounds_of(domain))
        return test

    def _constant(self, raw: Any, op: Op, fact: str, domain: Domain, path: tuple[str | int, ...]) -> Any:
        many = op in LIST_OPS or op == "between"
        if many != isinstance(raw, list) or (isinstance(raw, list) and not raw):
            self._wrong(f"'{op}' needs {'a list' if many else 'a single value'}.", path)
            return None
        items = [self._scalar(item, fact, domain, path) for item in (raw if many else [raw])]
        if None in items:
            return None
        if op == "between" and (len(items) != 2 or items[0] > items[1]):
            self._wrong("'between' needs two numbers, the lower one first.", path)
            return None
        if op in LIST_OPS and len(set(items)) < len(items):
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
                self._wrong(f"{one_line(raw)} lies outside the domain of '{fact}'.", path, accepted=bounds_of(domain))
                return None
            return number
        text = str(raw)
        if domain.values and text not in domain.values:
            self._wrong(
                f"'{one_line(raw)}' is not a value of '{fact}'.",
                path,
                accepted=", ".join(domain.values),
                nearest=nearest_name(text, domain.values),
            )
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
            return tuple(op for op in OPS if op not in LIST_OPS)
        case _:
            return tuple(op for op in OPS if op not in ORDER_OPS)


def _constant_over(test: Test, domain: Domain) -> bool | None:
    """Return what a comparison is for every value of a domain, or None when it depends on the value."""
    numbers = thresholds_of([test], test.fact) if domain.kind == "number" else ()
    found = {evaluate_test(test, value) for value in cells(domain, numbers)}
    return found.pop() if len(found) == 1 else None


def bounds_of(domain: Domain) -> str:
    """Return in words what values a domain holds."""
    if domain.kind != "number":
        return ", ".join(domain.values)
    if domain.low is None and domain.high is None:
        return "any number"
    low = "" if domain.low is None else f"from {domain.low:f}"
    high = "" if domain.high is None else f"to {domain.high:f}"
    return f"numbers {low} {high}".replace("  ", " ").strip()
