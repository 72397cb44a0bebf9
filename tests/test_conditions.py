"""The condition language: its logic, its comparisons, and what it refuses to load."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.condition_reader import read_condition
from advisor.conditions import (
    ALWAYS,
    NOT_APPLICABLE,
    All,
    AnyOf,
    Condition,
    Domain,
    Not,
    Op,
    Range,
    Value,
    cells,
    evaluate,
    evaluate_test,
    facts_of,
    impossible_fact,
    thresholds_of,
)
from advisor.conditions import Test as Comparison
from advisor.conditions import tests_of as comparisons_of
from advisor.errors import InputError
from advisor.trees import parse_yaml

DOMAINS = {
    "volume": Domain("number", (), Decimal(0), Decimal(1_000_000)),
    "share": Domain("number", (), Decimal(0), Decimal(1)),
    "runs": Domain("number", (), Decimal(1), Decimal(10), integer=True),
    "depth": Domain("number", (), Decimal(0), None),
    "task": Domain("choice", ("qa", "chat", "routing")),
    "ready": Domain("bool"),
    "plans": Domain("list", ("rag", "fine_tuning", "rag_and_fine_tuning")),
    "model": Domain("name"),
}
STATES: tuple[bool | None, ...] = (True, False, None)
ORDER: tuple[Op, ...] = ("lt", "le", "gt", "ge", "eq", "ne")


def number(value: float | str) -> Decimal:
    return Decimal(str(value))


def span(low: float, high: float) -> Range:
    return Range(number(low), number(high))


def known(state: bool | None, name: str) -> tuple[Condition, dict[str, Value]]:
    """Return a condition that is in some state, with the facts that put it there."""
    return Comparison(name, "eq", True), {name: state}


def read(text: str) -> Condition:
    tree = parse_yaml(text, "rules.yaml")
    return read_condition(tree.value["when"], DOMAINS, tree, "when")


@pytest.mark.parametrize(("left", "right"), list(product(STATES, STATES)))
def test_all_and_any_follow_strong_kleene_logic(left: bool | None, right: bool | None) -> None:
    (one, facts), (two, more) = known(left, "a"), known(right, "b")
    values = {**facts, **more}
    table_all = {(True, True): True, (True, None): None, (None, True): None, (None, None): None}
    table_any = {(False, False): False, (False, None): None, (None, False): None, (None, None): None}
    assert evaluate(All((one, two)), values) is table_all.get((left, right), False)
    assert evaluate(AnyOf((one, two)), values) is table_any.get((left, right), True)


@pytest.mark.parametrize(("state", "opposite"), [(True, False), (False, True), (None, None)])
def test_not_turns_known_states_round_and_leaves_unknown_alone(state: bool | None, opposite: bool | None) -> None:
    condition, facts = known(state, "a")
    assert evaluate(Not(condition), facts) is opposite


def test_nothing_to_satisfy_is_true_and_nothing_to_choose_from_is_false() -> None:
    assert evaluate(All(()), {}) is True
    assert evaluate(AnyOf(()), {}) is False


@pytest.mark.parametrize(
    ("op", "constant", "truths"),
    [
        # What the comparison says of 4, 5 and 6, and of 7 and 8.
        ("eq", number(5), (False, True, False, False, False)),
        ("ne", number(5), (True, False, True, True, True)),
        ("lt", number(5), (True, False, False, False, False)),
        ("le", number(5), (True, True, False, False, False)),
        ("gt", number(5), (False, False, True, True, True)),
        ("ge", number(5), (False, True, True, True, True)),
        ("between", (number(5), number(7)), (False, True, True, True, False)),
    ],
)
def test_comparisons_of_numbers(op: Op, constant: Any, truths: tuple[bool, ...]) -> None:
    found = tuple(evaluate_test(Comparison("volume", op, constant), number(value)) for value in (4, 5, 6, 7, 8))
    assert found == truths


@pytest.mark.parametrize(
    ("op", "constant", "value", "truth"),
    [
        ("eq", "qa", "qa", True),
        ("eq", "qa", "chat", False),
        ("ne", "qa", "qa", False),
        ("ne", "qa", "chat", True),
        ("in", ("qa", "chat"), "chat", True),
        ("in", ("qa", "chat"), "routing", False),
        ("not_in", ("qa", "chat"), "chat", False),
        ("not_in", ("qa", "chat"), "routing", True),
        ("eq", True, True, True),
        ("eq", True, False, False),
        ("ne", True, False, True),
        ("in", ("rag",), ("fine_tuning", "rag"), True),
        ("in", ("rag",), ("fine_tuning",), False),
        ("in", ("rag",), (), False),
        ("not_in", ("rag",), (), True),
        ("not_in", ("rag",), ("fine_tuning", "rag"), False),
        ("not_in", ("rag",), ("fine_tuning",), True),
    ],
)
def test_comparisons_of_words_truths_and_lists(op: Op, constant: Any, value: Value, truth: bool) -> None:
    assert evaluate_test(Comparison("any", op, constant), value) is truth


@pytest.mark.parametrize(
    ("op", "constant", "value", "truth"),
    [
        ("lt", 5, span(1, 4), True),
        ("lt", 5, span(1, 5), None),
        ("lt", 5, span(5, 9), False),
        ("le", 5, span(1, 5), True),
        ("le", 5, span(5, 6), None),
        ("le", 5, span(6, 9), False),
        ("gt", 5, span(6, 9), True),
        ("gt", 5, span(5, 9), None),
        ("gt", 5, span(1, 5), False),
        ("ge", 5, span(5, 9), True),
        ("ge", 5, span(4, 5), None),
        ("ge", 5, span(1, 4), False),
        ("eq", 5, span(5, 5), True),
        ("eq", 5, span(4, 6), None),
        ("eq", 5, span(6, 9), False),
        ("ne", 5, span(6, 9), True),
        ("ne", 5, span(4, 6), None),
        ("ne", 5, span(5, 5), False),
        ("between", (2, 8), span(2, 8), True),
        ("between", (2, 8), span(1, 8), None),
        ("between", (2, 8), span(2, 9), None),
        ("between", (2, 8), span(1, 9), None),
        ("between", (2, 8), span(8.5, 9), False),
        ("between", (2, 8), span(0, 1.5), False),
    ],
)
def test_a_range_decides_only_what_holds_over_all_of_it(
    op: Op, constant: Any, value: Range, truth: bool | None
) -> None:
    fixed = tuple(map(number, constant)) if isinstance(constant, tuple) else number(constant)
    assert evaluate_test(Comparison("volume", op, fixed), value) is truth


CONSTANTS: list[tuple[Op, Any]] = [
    ("eq", number(5)),
    ("ne", number(5)),
    ("lt", number(5)),
    ("le", number(5)),
    ("gt", number(5)),
    ("ge", number(5)),
    ("between", (number(2), number(8))),
    ("in", ("qa",)),
    ("not_in", ("qa",)),
]


@pytest.mark.parametrize(("op", "constant"), CONSTANTS)
def test_every_comparison_is_unknown_without_an_answer_and_false_where_it_does_not_apply(op: Op, constant: Any) -> None:
    test = Comparison("volume", op, constant)
    assert evaluate(test, {}) is None
    assert evaluate(test, {"volume": None}) is None
    assert evaluate(test, {"volume": NOT_APPLICABLE}) is False
    assert evaluate(Not(test), {"volume": NOT_APPLICABLE}) is True


halves = st.integers(-8, 8).map(lambda twice: Decimal(twice) / 2)
ranges = st.tuples(halves, halves).map(lambda ends: Range(min(ends), max(ends)))


def comparisons(fact: str) -> st.SearchStrategy[Condition]:
    single = st.builds(Comparison, st.just(fact), st.sampled_from(ORDER), halves)
    pair = st.tuples(halves, halves).map(lambda ends: Comparison(fact, "between", (min(ends), max(ends))))
    return single | pair


conditions = st.recursive(
    comparisons("x") | comparisons("y"),
    lambda parts: (
        st.builds(Not, parts)
        | st.lists(parts, max_size=3).map(lambda found: All(tuple(found)))
        | st.lists(parts, max_size=3).map(lambda found: AnyOf(tuple(found)))
    ),
    max_leaves=6,
)


def points(within: Range, thresholds: Iterable[Decimal]) -> list[Decimal]:
    """Return the ends, every threshold inside, and a point between any two neighbours."""
    edges = sorted({within.low, within.high, *(point for point in thresholds if within.low <= point <= within.high)})
    return sorted({*edges, *((left + right) / 2 for left, right in pairwise(edges))})


@given(comparisons("x"), ranges)
def test_one_comparison_on_a_range_is_exactly_what_its_points_say(test: Condition, within: Range) -> None:
    truths = {evaluate(test, {"x": point}) for point in points(within, thresholds_of(comparisons_of(test), "x"))}
    assert evaluate(test, {"x": within}) is (truths.pop() if len(truths) == 1 else None)


@given(conditions, ranges, ranges)
def test_a_condition_decided_on_ranges_is_decided_alike_at_every_point(
    condition: Condition, first: Range, second: Range
) -> None:
    truth = evaluate(condition, {"x": first, "y": second})
    tests = list(comparisons_of(condition))
    grid = product(points(first, thresholds_of(tests, "x")), points(second, thresholds_of(tests, "y")))
    if truth is not None:
        assert {evaluate(condition, {"x": x, "y": y}) for x, y in grid} == {truth}


@given(conditions, ranges, ranges)
def test_knowing_more_never_takes_a_decision_back(condition: Condition, first: Range, second: Range) -> None:
    for less in ({}, {"x": first}, {"y": second}):
        truth = evaluate(condition, less)
        if truth is not None:
            assert evaluate(condition, {"x": first, "y": second}) is truth


def outcomes(thresholds: Iterable[Decimal], value: Value) -> tuple[bool | None, ...]:
    return tuple(evaluate_test(Comparison("x", op, point), value) for point in thresholds for op in ORDER)


def check_cells(domain: Domain, thresholds: list[Decimal], values: Iterable[Decimal]) -> None:
    found = cells(domain, thresholds)
    seen = {outcomes(thresholds, cell) for cell in found}
    for value in values:
        assert outcomes(thresholds, value) in seen, f"nothing in {found} compares like {value}"
    for cell in found:
        assert isinstance(cell, Decimal)
        assert domain.low is None or cell >= domain.low
        assert domain.high is None or cell <= domain.high
        assert not domain.integer or cell == cell.to_integral_value()


thresholds_in_bounds = st.lists(st.integers(-6, 6).map(lambda twice: Decimal(twice) / 2), max_size=4)
QUARTERS = [Decimal(value) / 4 for value in range(-40, 41)]


@given(thresholds_in_bounds, st.sampled_from([(-3, 3), (-3, None), (None, 3), (None, None)]))
@example([Decimal(0)], (0, None))
@example([Decimal(-3)], (None, -3))
def test_cells_stand_for_every_number_of_a_domain(
    thresholds: list[Decimal], ends: tuple[int | None, int | None]
) -> None:
    low, high = (None if end is None else Decimal(end) for end in ends)
    inside = [value for value in QUARTERS if (low is None or low <= value) and (high is None or value <= high)]
    check_cells(Domain("number", (), low, high), thresholds, inside)


@given(thresholds_in_bounds)
@example([Decimal("0.5"), Decimal("1.2")])
def test_cells_stand_for_every_whole_number_and_hold_no_other(thresholds: list[Decimal]) -> None:
    domain = Domain("number", (), Decimal(-3), Decimal(3), integer=True)
    check_cells(domain, thresholds, [Decimal(value) for value in range(-3, 4)])


@given(thresholds_in_bounds, ranges)
def test_cells_within_a_range_stay_inside_it(thresholds: list[Decimal], within: Range) -> None:
    found = cells(Domain("number", (), Decimal(-4), Decimal(4)), thresholds, within)
    numbers = [value for value in found if isinstance(value, Decimal)]
    assert min(numbers) == within.low
    assert max(numbers) == within.high
    seen = {outcomes(thresholds, cell) for cell in found}
    assert {outcomes(thresholds, point) for point in points(within, thresholds)} <= seen


def test_cells_stand_for_every_list() -> None:
    domain = DOMAINS["plans"]
    tests = [Comparison("plans", "in", (value,)) for value in domain.values]
    every = [
        tuple(value for value, there in zip(domain.values, mask, strict=True) if there)
        for mask in product((False, True), repeat=len(domain.values))
    ]
    seen = {tuple(evaluate_test(test, cell) for test in tests) for cell in cells(domain, ())}
    assert {tuple(evaluate_test(test, value) for test in tests) for value in every} <= seen


@given(st.lists(comparisons("x"), min_size=1, max_size=4))
def test_a_conjunction_is_called_impossible_exactly_when_no_number_satisfies_it(parts: list[Condition]) -> None:
    domain = Domain("number", (), Decimal(-4), Decimal(4))
    condition = All(tuple(parts))
    whole = Range(Decimal(-4), Decimal(4))
    possible = any(
        evaluate(condition, {"x": point}) for point in points(whole, thresholds_of(comparisons_of(condition), "x"))
    )
    assert impossible_fact(condition, {"x": domain}) == (None if possible else "x")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("when: {fact: volume, lt: 1e3}", Comparison("volume", "lt", Decimal(1000))),
        ("when: {fact: share, between: [0.1, 0.5]}", Comparison("share", "between", (Decimal("0.1"), Decimal("0.5")))),
        ("when: {fact: task, in: [qa, chat]}", Comparison("task", "in", ("qa", "chat"))),
        ("when: {fact: ready, eq: True}", Comparison("ready", "eq", True)),
        ("when: {fact: plans, not_in: [rag]}", Comparison("plans", "not_in", ("rag",))),
        ("when: {fact: model, eq: no}", Comparison("model", "eq", "no")),
        ("when: {all: []}", ALWAYS),
        (
            "when: {any: [{fact: ready, eq: false}, {not: {fact: task, ne: qa}}]}",
            AnyOf((Comparison("ready", "eq", False), Not(Comparison("task", "ne", "qa")))),
        ),
        (
            "when: {all: [{fact: volume, ge: 5}, {fact: volume, le: 5}]}",
            All((Comparison("volume", "ge", Decimal(5)), Comparison("volume", "le", Decimal(5)))),
        ),
        (
            "when: {any: [{fact: volume, lt: 5}, {fact: volume, gt: 9}]}",
            AnyOf((Comparison("volume", "lt", Decimal(5)), Comparison("volume", "gt", Decimal(9)))),
        ),
    ],
)
def test_a_condition_is_read_by_the_types_of_its_facts(text: str, condition: Condition) -> None:
    assert read(text) == condition


def test_facts_are_named_once_in_the_order_written() -> None:
    condition = read("when: {all: [{fact: task, eq: qa}, {not: {fact: ready, eq: true}}, {fact: task, ne: chat}]}")
    assert facts_of(condition) == ("task", "ready")


# Each text holds » where the error has to point.
REFUSED = [
    # Names
    ("when: {»fact: volum, gt: 5}", "unknown fact 'volum'", "Did you mean 'volume'?"),
    ("when:\n  all:\n  - {fact: ready, eq: true}\n  - {»fact: Taks, eq: qa}", "unknown fact 'Taks'", "'task'"),
    ("when: »{fact: volume, betwen: [1, 2]}", "not 'betwen'", "Did you mean 'between'?"),
    ("when: »{fact: volume}", "one operator is needed", "eq, ne, in"),
    ("when: »{fact: volume, gt: 1, lt: 5}", "not 'gt, lt'", "between"),
    ("when: {fact: task, »eq: routin}", "'routin' is not a value of 'task'", "Did you mean 'routing'?"),
    ("when: {fact: task, in: »[qa, caht]}", "'caht' is not a value of 'task'", "Did you mean 'chat'?"),
    # Operators that do not go with the fact
    ("when: {fact: task, »lt: qa}", "'lt' does not go with the choice fact", "eq, ne, in, not_in"),
    ("when: {fact: volume, in: »[1, 2]}", "'in' does not go with the number fact", "eq, ne, lt"),
    ("when: {fact: ready, »gt: true}", "'gt' does not go with the bool fact", "Accepted: eq, ne."),
    ("when: {fact: plans, »eq: rag}", "'eq' does not go with the list fact", "Accepted: in, not_in."),
    # Constants of the wrong type
    ("when: {fact: volume, »gt: many}", "'volume' is a number, not 'many'", ""),
    ("when: {fact: volume, »gt: .nan}", "'volume' is a number, not '.nan'", ""),
    ("when: {fact: volume, »gt: NaN}", "'volume' is a number, not 'NaN'", ""),
    ("when: {fact: volume, »lt: Infinity}", "'volume' is a number, not 'Infinity'", ""),
    ("when: {fact: volume, »gt: }", "'volume' is a number, not", ""),
    ("when: {fact: ready, »eq: perhaps}", "'ready' is true or false, not 'perhaps'", "true, false"),
    ("when: {fact: task, »in: qa}", "'in' needs a list", ""),
    ("when: {fact: task, in: »[]}", "'in' needs a list", ""),
    ("when: {fact: task, eq: »[qa]}", "'eq' needs a single value", ""),
    ("when: {fact: task, in: »[qa, chat, qa]}", "a value is there twice", ""),
    # Thresholds
    ("when: {fact: share, »lt: 1.5}", "1.5 lies outside the domain of 'share'", "from 0 to 1"),
    ("when: {fact: volume, »ge: -1}", "-1 lies outside the domain of 'volume'", "from 0 to 1000000"),
    ("when: {fact: depth, »gt: -1}", "-1 lies outside the domain of 'depth'", "from 0"),
    ("when: {fact: volume, between: »[9, 5]}", "the lower one first", ""),
    ("when: {fact: volume, between: »[1, 5, 9]}", "'between' needs two numbers", ""),
    # Shapes
    ("»when: task is qa", "this is not a condition", "{fact: NAME, OP: VALUE}"),
    ("when: »{all: {fact: ready, eq: true}}", "this is not a condition", "{all: [...]}"),
    ("when: »{all: [], any: []}", "this is not a condition", ""),
    # Always or never true
    ("when: {fact: volume, »ge: 0}", "every value of 'volume' satisfies this", "from 0 to 1000000"),
    ("when: {fact: share, between: »[0, 1]}", "every value of 'share' satisfies this", ""),
    ("when: {not: {fact: share, »le: 1}}", "every value of 'share' satisfies this", ""),
    ("when: {fact: share, »lt: 0}", "no value of 'share' satisfies this", ""),
    ("when: {fact: runs, »gt: 10}", "no value of 'runs' satisfies this", ""),
    ("when: {fact: runs, »eq: 2.5}", "no value of 'runs' satisfies this", ""),
    ("when: {fact: depth, »ge: 0}", "every value of 'depth' satisfies this", "from 0"),
    ("when: {fact: task, in: »[qa, chat, routing]}", "every value of 'task' satisfies this", ""),
    ("when: {fact: task, not_in: »[qa, chat, routing]}", "no value of 'task' satisfies this", ""),
    # Conjunctions that cannot be
    ("when: »{all: [{fact: volume, lt: 5}, {fact: volume, gt: 9}]}", "no value of 'volume' satisfies all", ""),
    ("when: »{all: [{fact: volume, lt: 5}, {fact: volume, ge: 5}]}", "no value of 'volume' satisfies all", ""),
    ("when: »{all: [{fact: runs, gt: 2}, {fact: runs, lt: 3}]}", "no value of 'runs' satisfies all", ""),
    ("when: »{all: [{fact: task, eq: qa}, {fact: task, eq: chat}]}", "no value of 'task' satisfies all", ""),
    ("when: »{all: [{fact: ready, eq: true}, {fact: ready, ne: true}]}", "no value of 'ready' satisfies all", ""),
    (
        "when: »{any: [{fact: ready, eq: true}, {all: [{fact: task, eq: qa}, {fact: task, ne: qa}]}]}",
        "no value of 'task' satisfies all",
        "",
    ),
    ("when: »{all: [{fact: volume, lt: 5}, {all: [{fact: volume, gt: 9}]}]}", "no value of 'volume' satisfies all", ""),
    ("when: »{all: [{fact: volume, ge: 9}, {not: {fact: volume, ge: 5}}]}", "no value of 'volume' satisfies all", ""),
]


@pytest.mark.parametrize(("text", "message", "advice"), REFUSED, ids=[text.replace("»", "") for text, _, _ in REFUSED])
def test_a_wrong_condition_is_refused_where_it_stands(text: str, message: str, advice: str) -> None:
    before, mark, after = text.partition("»")
    assert mark
    with pytest.raises(InputError) as caught:
        read(before + after)
    assert len(caught.value.problems) == 1
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    said = str(caught.value)
    assert said.startswith(f"rules.yaml:{line}:{column}:when")
    assert message in said
    assert advice in said


def test_conjunctions_that_only_look_impossible_are_read() -> None:
    for parts in (
        "{fact: depth, gt: 0}, {fact: depth, ne: 5}",
        "{fact: runs, gt: 2.5}, {fact: runs, lt: 3.2}",
        "{fact: plans, in: [rag]}, {fact: plans, in: [fine_tuning]}, {fact: plans, not_in: [rag_and_fine_tuning]}",
    ):
        assert isinstance(read(f"when: {{all: [{parts}]}}"), All)


def test_every_wrong_part_of_a_condition_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read("when: {any: [{fact: volum, gt: 5}, {fact: task, eq: quality}, {fact: share, gt: 2}]}")
    assert [problem.message.split("'")[1] for problem in caught.value.problems] == ["volum", "quality", "share"]
