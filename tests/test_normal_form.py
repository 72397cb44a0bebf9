"""The normal form says what the condition says, of every kind of value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.condition_reader import read_condition
from advisor.conditions import ALWAYS, NOT_APPLICABLE, All, AnyOf, Condition, Domain, Not, Range, Value, evaluate
from advisor.conditions import Test as Comparison
from advisor.errors import InputError
from advisor.normal_form import MOST_CLAUSES, Literal, NormalForm, TooManyClauses, normal_form
from advisor.trees import parse_yaml

NUMBERS = st.integers(-2, 4).map(Decimal)
RANGES = st.tuples(NUMBERS, NUMBERS).map(lambda ends: Range(min(ends), max(ends)))
NUMBER_TESTS = st.builds(
    Comparison, st.sampled_from(["x", "y"]), st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]), NUMBERS
)
WORD_TESTS = st.builds(
    Comparison, st.just("word"), st.sampled_from(["in", "not_in"]), st.sampled_from([("a",), ("a", "b"), ("b", "c")])
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    NUMBER_TESTS | WORD_TESTS,
    lambda parts: (
        st.builds(lambda found: All(tuple(found)), st.lists(parts, max_size=3))
        | st.builds(lambda found: AnyOf(tuple(found)), st.lists(parts, max_size=3))
        | st.builds(Not, parts)
    ),
    max_leaves=7,
)
NUMBER_VALUES = NUMBERS | RANGES | st.none() | st.just(NOT_APPLICABLE)
FACTS = st.fixed_dictionaries(
    {"x": NUMBER_VALUES, "y": NUMBER_VALUES, "word": st.sampled_from(["a", "b", "c", None, NOT_APPLICABLE])}
)


def value_of(form: NormalForm, facts: dict[str, Value]) -> bool | None:
    clauses = [[literal.holds(facts[literal.test.fact]) for literal in clause] for clause in form]
    states = [False if False in clause else None if None in clause else True for clause in clauses]
    return True if True in states else None if None in states else False


@given(CONDITIONS, FACTS)
def test_a_condition_and_its_normal_form_have_the_same_value(condition: Condition, facts: dict[str, Value]) -> None:
    try:
        form = normal_form(condition)
    except TooManyClauses:
        return
    assert value_of(form, facts) is evaluate(condition, facts)


def test_a_negated_comparison_is_not_the_opposite_one_where_a_fact_does_not_apply() -> None:
    test = Comparison("word", "in", ("a",))
    assert normal_form(Not(test)) == ((Literal(test, False),),)
    assert Literal(test, False).holds(NOT_APPLICABLE) is True
    assert Literal(Comparison("word", "not_in", ("a",)), True).holds(NOT_APPLICABLE) is False


def test_a_clause_that_asks_for_more_than_another_is_left_out() -> None:
    x, y = Comparison("x", "gt", Decimal(0)), Comparison("y", "gt", Decimal(0))
    assert normal_form(AnyOf((All((x, y)), x, All((y, x))))) == ((Literal(x, True),),)
    assert normal_form(ALWAYS) == ((),)
    assert normal_form(Not(ALWAYS)) == ()


def test_a_condition_of_too_many_clauses_is_refused_where_it_stands() -> None:
    pairs = [f"{{any: [{{fact: a{number}, eq: true}}, {{fact: b{number}, eq: true}}]}}" for number in range(7)]
    domains = {f"{letter}{number}": Domain("bool") for letter in "ab" for number in range(7)}
    tree = parse_yaml(f"when: {{all: [{', '.join(pairs)}]}}\n", "rules.yaml")
    with pytest.raises(InputError, match=rf"rules.yaml:1:\d+:when: .*at most {MOST_CLAUSES} lists"):
        read_condition(tree.value["when"], domains, tree, "when")
    tree = parse_yaml(f"when: {{all: [{', '.join(pairs[:6])}]}}\n", "rules.yaml")
    assert len(normal_form(read_condition(tree.value["when"], domains, tree, "when"))) == MOST_CLAUSES
