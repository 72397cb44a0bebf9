"""Both compilers say what the reference interpreter says, of every kind of condition and of value."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.compilers.columns import Column, Columns, Decisions
from advisor.compilers.single import MOST_REMEMBERED, chosen, decider, scorer
from advisor.conditions import (
    ALWAYS,
    NOT_APPLICABLE,
    OPS,
    ORDER_OPS,
    All,
    AnyOf,
    Condition,
    Domain,
    Not,
    NotApplicable,
    Range,
    Value,
    cells,
    evaluate,
    thresholds_of,
)
from advisor.conditions import Test as Comparison
from advisor.conditions import tests_of as comparisons_of
from advisor.normal_form import TooManyClauses, normal_form
from advisor.packs.pack import Pack
from advisor.points import weight_for

DOMAINS = {
    "share": Domain("number", low=Decimal(-2), high=Decimal(2)),
    "count": Domain("number", low=Decimal(0), high=Decimal(4), integer=True),
    "kind": Domain("choice", ("a", "b", "c", "d")),
    "flag": Domain("bool"),
    "held": Domain("list", ("a", "b", "c", "d")),
    "model": Domain("name"),
}
SHARES = st.integers(-20, 20).map(lambda tenths: Decimal(tenths) / 10)
COUNTS = st.integers(0, 4).map(Decimal)
WORDS = st.sampled_from("abcd")
SUBSETS = st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple)


def number_tests(fact: str, numbers: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Condition]:
    bounds = st.tuples(numbers, numbers).map(lambda ends: (min(ends), max(ends)))
    ops = st.sampled_from([op for op in OPS if op not in ("in", "not_in", "between")])
    return st.builds(Comparison, st.just(fact), ops, numbers) | st.builds(
        Comparison, st.just(fact), st.just("between"), bounds
    )


def word_tests(*facts: str) -> st.SearchStrategy[Condition]:
    names = st.sampled_from(facts)
    single = st.builds(Comparison, names, st.sampled_from(["eq", "ne"]), WORDS)
    return single | st.builds(Comparison, names, st.sampled_from(["in", "not_in"]), SUBSETS)


TESTS = st.one_of(
    number_tests("share", SHARES),
    number_tests("count", COUNTS),
    word_tests("kind", "model"),
    st.builds(Comparison, st.just("flag"), st.sampled_from(["eq", "ne"]), st.booleans()),
    st.builds(Comparison, st.just("held"), st.sampled_from(["in", "not_in"]), SUBSETS),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda parts: (
        st.builds(lambda found: All(tuple(found)), st.lists(parts, max_size=3))
        | st.builds(lambda found: AnyOf(tuple(found)), st.lists(parts, max_size=3))
        | st.builds(Not, parts)
    ),
    max_leaves=6,
)


def few_clauses(condition: Condition) -> bool:
    try:
        return len(normal_form(condition)) < 9
    except TooManyClauses:
        return False


RULES = st.lists(CONDITIONS.filter(few_clauses), max_size=12)
ABSENT = st.sampled_from([None, NOT_APPLICABLE, NotApplicable()])
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "share": SHARES | ABSENT,
    "count": COUNTS | ABSENT,
    "kind": WORDS | ABSENT,
    "flag": st.booleans() | ABSENT,
    "held": st.lists(WORDS, unique=True).map(tuple) | ABSENT,
    "model": WORDS | st.just("of no rule") | ABSENT,
}


def ranges(numbers: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Range]:
    return st.tuples(numbers, numbers).map(lambda ends: Range(min(ends), max(ends)))


CASES = st.lists(st.fixed_dictionaries({}, optional=PLAIN), min_size=1, max_size=8)
CASES_WITH_RANGES = st.lists(
    st.fixed_dictionaries(
        {}, optional={**PLAIN, "share": PLAIN["share"] | ranges(SHARES), "count": PLAIN["count"] | ranges(COUNTS)}
    ),
    min_size=1,
    max_size=8,
)
POINTS = st.sampled_from([-(10**6), -130, -8, -3, 0, 0, 1, 2, 5, 127, 10**12])


def expected(rules: Sequence[Condition], facts: Mapping[str, Value]) -> tuple[list[bool], list[bool]]:
    """Return which rules are true, and which are not false."""
    states = [evaluate(rule, facts) for rule in rules]
    return [state is True for state in states], [state is not False for state in states]


def bits(values: Sequence[bool]) -> int:
    return sum(1 << number for number, value in enumerate(values) if value)


def in_columns(
    rules: Sequence[Condition],
    domains: Mapping[str, Domain],
    cases: Sequence[Mapping[str, Value]],
    weights: Sequence[Sequence[int]] = (),
) -> Decisions:
    compiled = Columns(rules, domains, weights)
    columns = {fact: compiled.column(fact, [case.get(fact) for case in cases]) for fact in compiled.facts}
    return compiled.decide(columns, len(cases), with_open=True)


def assert_columns_agree(
    rules: Sequence[Condition], domains: Mapping[str, Domain], cases: Sequence[Mapping[str, Value]]
) -> None:
    found = in_columns(rules, domains, cases)
    assert found.open is not None
    assert [(fired.tolist(), left.tolist()) for fired, left in zip(found.fired.T, found.open.T, strict=True)] == [
        expected(rules, case) for case in cases
    ]


EVERY_VALUE: dict[str, tuple[Value, ...]] = {
    "share": (Decimal(-1), Decimal(0), Decimal("0.5"), Decimal(1), Decimal(2)),
    "count": tuple(map(Decimal, range(5))),
    "kind": ("a", "b", "c", "d"),
    "flag": (False, True),
    "held": ((), ("a",), ("c", "d"), ("a", "d")),
    "model": ("a", "b", "of no rule"),
}


def every_comparison() -> Iterator[Comparison]:
    for fact, domain in DOMAINS.items():
        match domain.kind:
            case "number":
                yield from (Comparison(fact, op, Decimal(1)) for op in OPS if op not in ("in", "not_in", "between"))
                yield Comparison(fact, "between", (Decimal(0), Decimal(1)))
            case "bool":
                yield from (Comparison(fact, op, value) for op in ("eq", "ne") for value in (False, True))
            case kind:
                yield from (Comparison(fact, op, ("a", "c")) for op in ("in", "not_in"))
                yield from (Comparison(fact, op, "a") for op in ("eq", "ne") if kind != "list")


@pytest.mark.parametrize("comparison", list(every_comparison()), ids=lambda found: f"{found.fact} {found.op}")
def test_every_comparison_and_its_opposite_hold_of_the_same_values(comparison: Comparison) -> None:
    rules: list[Condition] = [comparison, Not(comparison)]
    cases: list[dict[str, Value]] = [
        {comparison.fact: value} for value in (*EVERY_VALUE[comparison.fact], None, NOT_APPLICABLE)
    ]
    assert_columns_agree(rules, DOMAINS, cases)
    decide = decider(rules, DOMAINS)
    assert [decide(case) for case in cases] == [tuple(map(bits, expected(rules, case))) for case in cases]


@given(RULES, CASES_WITH_RANGES)
def test_one_case_is_decided_as_the_reference_decides_it(rules: list[Condition], cases: list[dict[str, Value]]) -> None:
    decide = decider(rules, DOMAINS)
    for case in cases:
        fired, left = expected(rules, case)
        assert decide(case) == (bits(fired), bits(left))


@given(RULES, CASES)
def test_columns_are_decided_as_the_reference_decides_each_row(
    rules: list[Condition], cases: list[dict[str, Value]]
) -> None:
    assert_columns_agree(rules, DOMAINS, cases)


@given(RULES, CASES, st.data())
def test_points_are_those_of_the_rules_that_are_true(
    rules: list[Condition], cases: list[dict[str, Value]], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.lists(POINTS, min_size=len(rules), max_size=len(rules)), min_size=1, max_size=4))
    plain = [
        [sum(point for rule, point in zip(rules, points, strict=True) if evaluate(rule, case)) for points in weights]
        for case in cases
    ]
    decide, score = decider(rules, DOMAINS), scorer(weights)
    assert [score(decide(case)[0]) for case in cases] == plain
    assert in_columns(rules, DOMAINS, cases, weights).scores.tolist() == plain


@pytest.mark.parametrize("most", [0, 127, 128, 32_767, 32_768, 2**31])
def test_the_greatest_and_the_least_sum_keep_their_size(most: int) -> None:
    weights = [[most, 0], [0, -most]]
    score = scorer(weights)
    assert [score(fired) for fired in range(4)] == [[0, 0], [most, 0], [0, -most], [most, -most]]
    assert in_columns([ALWAYS, ALWAYS], DOMAINS, [{}], weights).scores.tolist() == [[most, -most]]


def interesting(pack: Pack, fact: str) -> list[Value]:
    """Return values of a fact that bring out all that the pack's rules can make of it, unknown and hidden included."""
    domain = pack.domains[fact]
    tests = [test for rule in pack.rules for test in comparisons_of(rule.when)]
    thresholds = thresholds_of(tests, fact) if domain.kind == "number" else ()
    return [None, NOT_APPLICABLE, *cells(domain, thresholds)]


@given(st.data())
def test_the_built_in_rules_are_decided_and_scored_alike(pack: Pack, data: st.DataObject) -> None:
    rules = [rule.when for rule in pack.rules]
    strategies = [strategy.id for strategy in pack.strategies]
    weights = [[weight_for(strategy, rule) for rule in pack.rules] for strategy in strategies]
    facts = dict.fromkeys(test.fact for rule in rules for test in comparisons_of(rule))
    cases = data.draw(
        st.lists(
            st.fixed_dictionaries({fact: st.sampled_from(interesting(pack, fact)) for fact in facts}),
            min_size=1,
            max_size=5,
        )
    )
    decide, score = decider(rules, pack.domains), scorer(weights)
    assert_columns_agree(rules, pack.domains, cases)
    scores = in_columns(rules, pack.domains, cases, weights).scores
    for case, row in zip(cases, scores.tolist(), strict=True):
        fired, left = expected(rules, case)
        assert decide(case) == (bits(fired), bits(left))
        own = chosen(decide(case)[0], pack.rules)
        assert own == [rule for rule in pack.rules if evaluate(rule.when, case)]
        assert score(decide(case)[0]) == row == [sum(weight_for(one, rule) for rule in own) for one in strategies]


DIGITS = st.decimals(-(10**5), 10**5, places=9)


@given(DIGITS, st.one_of(st.just(0), st.integers(-3, 3)), st.sampled_from(sorted(ORDER_OPS - {"between"} | {"eq"})))
def test_a_float_of_fifteen_digits_compares_with_a_threshold_as_its_decimal_does(
    threshold: Decimal, steps: int, op: Any
) -> None:
    value = threshold + steps * Decimal("1e-9")
    rule = Comparison("x", op, threshold)
    columns = {"x": Column(np.array([float(str(value))]))}
    fired = Columns([rule], {"x": Domain("number")}).decide(columns, 1).fired
    assert bool(fired[0, 0]) is evaluate(rule, {"x": value})


def test_decimals_that_share_a_float_with_a_threshold_count_as_on_it_in_columns_only() -> None:
    near = Decimal("0.1") + Decimal("1e-20")
    rule = Comparison("share", "le", Decimal("0.1"))
    assert decider([rule], DOMAINS)({"share": near}) == (0, 0)
    assert in_columns([rule], DOMAINS, [{"share": near}]).fired.tolist() == [[True]]


@pytest.mark.parametrize("number", [3, 2.5, Decimal("2.5")])
def test_one_case_may_hold_plain_numbers(number: Any) -> None:
    rules = [Comparison("count", "gt", Decimal("2.5")), Comparison("count", "ge", Decimal("2.5"))]
    assert decider(rules, DOMAINS)({"count": number}) == ((3, 3) if number == 3 else (2, 2))


def test_what_no_rule_names_is_decided_however_many_such_values_come() -> None:
    decide = decider([Comparison("model", "ne", "a")], DOMAINS)
    names = [f"model {number}" for number in range(MOST_REMEMBERED + 9)]
    assert {decide({"model": name}) for name in names} == {(1, 1)}
    assert decide({"model": "a"}) == (0, 0)


def test_a_range_has_no_place_in_a_column() -> None:
    compiled = Columns([Comparison("share", "gt", Decimal(0))], DOMAINS)
    with pytest.raises(ValueError, match="range of 'share'"):
        compiled.column("share", [Range(Decimal(0), Decimal(1))])


def test_a_value_where_a_fact_does_not_apply_is_not_looked_at() -> None:
    rules: list[Condition] = [Comparison("share", "gt", Decimal(0)), Not(Comparison("share", "gt", Decimal(0)))]
    columns = {"share": Column(np.array([1.0, 1.0]), np.array([True, False]))}
    assert Columns(rules, DOMAINS).decide(columns, 2).fired.tolist() == [[False, True], [True, False]]


def test_a_fact_without_a_column_is_unknown() -> None:
    compiled = Columns([Comparison("share", "gt", Decimal(0)), Comparison("flag", "eq", True)], DOMAINS)
    found = compiled.decide({"flag": Column(np.array([0, 1]))}, 2, with_open=True)
    assert found.open is not None
    assert (found.fired.tolist(), found.open.tolist()) == ([[False] * 2, [False, True]], [[True] * 2, [False, True]])


def test_results_written_over_are_those_of_the_new_columns() -> None:
    compiled = Columns([Comparison("share", "gt", Decimal(0)), ALWAYS], DOMAINS, [[2, 1]])
    first = compiled.decide({"share": Column(np.array([1.0, -1.0]))}, 2, with_open=True)
    assert first.scores.tolist() == [[3], [1]]
    again = compiled.decide({"share": Column(np.array([-1.0, np.nan]))}, 2, with_open=True, out=first)
    assert again is first
    assert again.scores.tolist() == [[1], [1]]
    assert again.open is not None
    assert again.open.tolist() == [[False, True], [True, True]]


def test_deciding_one_case_does_not_import_numpy() -> None:
    code = "import sys, advisor.compilers.single; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
