"""What every built-in rule and mistake keeps to: its cases, its texts, and a reason to be there."""

from __future__ import annotations

import string
from collections.abc import Iterator
from decimal import Decimal

import pytest

from advisor import conditions
from advisor.conditions import All, AnyOf, Condition, Not, Range, ends_of, evaluate_test
from advisor.packs.pack import Mistake, Pack, Rule
from advisor.packs.reader import load_pack
from advisor.rule_tests.cases import case_facts

PACK = load_pack()
TEXTS: list[Rule | Mistake] = [*PACK.rules, *PACK.mistakes]


def surely_known(condition: Condition) -> set[str]:
    """Return the facts that have a value whenever a condition is true: a comparison is true of known facts only."""
    match condition:
        case conditions.Test():
            return {condition.fact}
        case All(parts):
            return set().union(*map(surely_known, parts))
        case AnyOf(parts):
            return set.intersection(*map(surely_known, parts)) if parts else set()
        case Not():
            return set()


def quoted(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("entry", TEXTS, ids=lambda entry: entry.id)
def test_a_text_quotes_only_what_is_known_when_its_condition_holds(entry: Rule | Mistake) -> None:
    texts = [entry.because, entry.avoid] if isinstance(entry, Mistake) else [entry.because]
    for text in texts:
        assert quoted(text) - {"strategy"} <= surely_known(entry.when)


def values(pack: Pack, rule: Rule, fact: str) -> Iterator[Decimal]:
    for case in (*rule.tests.fires, *rule.tests.not_fires):
        value = case_facts(pack, rule, case).get(fact)
        if isinstance(value, Decimal | Range):
            yield from ends_of(value)


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.id)
def test_the_cases_of_a_rule_stand_on_each_threshold_and_beyond_it(rule: Rule) -> None:
    for test in conditions.tests_of(rule.when):
        if not isinstance(test.constant, Decimal):
            continue
        seen = set(values(PACK, rule, test.fact))
        assert test.constant in seen, f"no case stands on {test.fact} {test.constant}"
        states = {evaluate_test(test, value) for value in seen}
        assert states == {True, False}, f"no case lies on the other side of {test.fact} {test.constant}"


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.id)
def test_no_rule_gives_points_to_what_its_own_condition_closes(rule: Rule) -> None:
    gates = [other for other in PACK.rules if other.gate and other.when == rule.when]
    assert not set(rule.points) & {other.gate for other in gates}
