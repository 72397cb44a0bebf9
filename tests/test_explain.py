"""Explanations: near misses of conditions, what turning a rule leads to, why not, and what the command prints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from command_line import advise
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_properties import ANSWERS, DAYS, PACK, assessed

from advisor.assessment import Assessment
from advisor.conditions import (
    ALWAYS,
    NOT_APPLICABLE,
    All,
    AnyOf,
    Condition,
    Domain,
    Not,
    Range,
    Value,
    cells,
    evaluate,
    evaluate_test,
)
from advisor.conditions import Test as Comparison
from advisor.explain.contract import explain_schema
from advisor.explain.near_misses import NearMisses
from advisor.explain.need_text import say_need
from advisor.explain.regions import region_of
from advisor.explain.rules import all_rules, explained
from advisor.explain.rules_text import rules_text, stories_text
from advisor.explain.to_json import rules_json, why_not_json
from advisor.explain.trials import trials
from advisor.explain.turns import turn
from advisor.explain.why_not import why_not
from advisor.explain.why_not_text import why_not_text
from advisor.normal_form import Literal
from advisor.packs.pack import Pack, Rule
from advisor.plain_json import dump
from advisor.points import weight_for
from advisor.questions import STRATEGIES, Questionnaire
from advisor.recommendation import recommend
from advisor.scoring import Scorer
from advisor.wording import WIDTH

pytestmark = pytest.mark.usefixtures("few_scenarios")

DAY = date(2026, 11, 23)
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = sorted(path.name.partition(".")[0] for path in EXAMPLES.glob("*.advise.json"))
SCHEMA = Draft202012Validator(explain_schema())
NUMBER = Domain("number", (), Decimal(0), Decimal(10))
WHOLE = Domain("number", (), Decimal(0), Decimal(10), integer=True)
DOMAINS = {
    "x": NUMBER,
    "n": WHOLE,
    "c": Domain("choice", ("red", "green", "blue", "white")),
    "b": Domain("bool"),
    "l": Domain("list", ("p", "q")),
    "m": Domain("name"),
}
THRESHOLDS = [Decimal(point) for point in ("2", "3.5", "5", "8")]


def compare(fact: str, op: Any, constant: Any) -> Comparison:
    made = tuple(map(_typed, constant)) if isinstance(constant, list) else _typed(constant)
    return Comparison(fact, op, made)


def _typed(constant: Any) -> Any:
    return Decimal(str(constant)) if isinstance(constant, int | float) and not isinstance(constant, bool) else constant


def near(facts: Mapping[str, Value]) -> NearMisses:
    return NearMisses(facts, DOMAINS, Questionnaire((), ()))


def needs(condition: Condition, facts: Mapping[str, Value], wanted: bool = True) -> list[list[str]]:
    """Return the nearest ways in words."""
    return [[say_need(need) for need in way] for way in near(facts).ways(condition, wanted)]


BIG, RED, TRUE = compare("x", "ge", 5), compare("c", "eq", "red"), compare("b", "eq", True)
FACTS: dict[str, Value] = {"x": Decimal(2), "n": Decimal(2), "c": "blue", "b": False, "l": ("p",), "m": "gpt"}


@pytest.mark.parametrize(
    ("condition", "wanted", "expected"),
    [
        (BIG, True, [["x is 2; 5 or more is needed: 3 more"]]),
        (compare("x", "gt", 5), True, [["x is 2; more than 5 is needed: more than 3 more"]]),
        (compare("x", "lt", 2), True, [["x is 2; less than 2 is needed"]]),
        (compare("x", "eq", 7), True, [["x is 2; exactly 7 is needed: 5 more"]]),
        (compare("x", "ne", 2), True, [["x is 2; less than 2 or more than 2 is needed"]]),
        (compare("x", "between", [4, 6]), True, [["x is 2; 4 to 6 is needed: 2 more"]]),
        (compare("x", "between", [1, 6]), False, [["x is 2; less than 1 or more than 6 is needed: more than 1 less"]]),
        (compare("n", "ge", 4.5), True, [["n is 2; 4.5 or more is needed: more than 2.5 more"]]),
        (RED, True, [["c is blue; red is needed"]]),
        (compare("c", "in", ["red", "green"]), True, [["c is blue; red or green is needed"]]),
        (compare("c", "ne", "blue"), True, [["c is blue; anything but blue is needed"]]),
        (compare("c", "eq", "blue"), False, [["c is blue; anything but blue is needed"]]),
        (TRUE, True, [["b is no; yes is needed"]]),
        (compare("l", "in", ["q"]), True, [["l is p; one of q is needed"]]),
        (compare("l", "not_in", ["p", "q"]), True, [["l is p; none of p, q is needed"]]),
        (compare("m", "eq", "llama"), True, [["m is gpt; llama is needed"]]),
        (compare("m", "ne", "gpt"), True, [["m is gpt; anything but gpt is needed"]]),
        (
            All((BIG, RED)),
            True,
            [["x is 2; 5 or more is needed: 3 more", "c is blue; red is needed"]],
        ),
        (All((BIG, compare("c", "eq", "blue"))), True, [["x is 2; 5 or more is needed: 3 more"]]),
        (AnyOf((BIG, RED)), True, [["x is 2; 5 or more is needed: 3 more"], ["c is blue; red is needed"]]),
        (AnyOf((All((BIG, RED)), TRUE)), True, [["b is no; yes is needed"]]),
        (Not(AnyOf((compare("x", "lt", 5), TRUE))), True, [["x is 2; 5 or more is needed: 3 more"]]),
        (All((AnyOf((BIG, RED)), AnyOf((BIG, TRUE)))), True, [["x is 2; 5 or more is needed: 3 more"]]),
        (All((BIG, compare("x", "le", 6))), True, [["x is 2; 5 to 6 is needed: 3 more"]]),
        (All((BIG, compare("x", "lt", 6))), True, [["x is 2; ≥ 5 and < 6 is needed: 3 more"]]),
        (All((BIG, compare("x", "lt", 5))), True, []),
        (All((compare("n", "gt", 4), compare("n", "lt", 5))), True, []),
        (
            AnyOf((All((BIG, compare("x", "lt", 5))), All((RED, TRUE)))),
            True,
            [["c is blue; red is needed", "b is no; yes is needed"]],
        ),
        (compare("x", "le", 5), False, [["x is 2; more than 5 is needed: more than 3 more"]]),
        (
            AnyOf((compare("x", "le", 5), compare("c", "eq", "blue"))),
            False,
            [["x is 2; more than 5 is needed: more than 3 more", "c is blue; anything but blue is needed"]],
        ),
        (ALWAYS, False, []),
        (AnyOf(()), True, []),
        (compare("x", "le", 5), True, []),
    ],
)
def test_the_nearest_ways_to_turn_a_condition(condition: Condition, wanted: bool, expected: list[list[str]]) -> None:
    assert needs(condition, FACTS, wanted) == expected


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        (None, BIG, "x is not answered; 5 or more is needed"),
        (Range(Decimal(2), Decimal(8)), BIG, "x is 2 to 8; 5 or more is needed throughout"),
        (Range(Decimal(6), Decimal(9)), compare("x", "lt", 5), "x is 6 to 9; less than 5 is needed throughout"),
    ],
)
def test_what_is_open_or_a_range_is_a_near_miss_too(value: Value, condition: Comparison, expected: str) -> None:
    assert needs(condition, {**FACTS, "x": value}) == [[expected]]


def test_a_question_that_is_not_asked_has_to_be_asked_first(pack: Pack) -> None:
    assessment = assessed({"knowledge_needed": "none", "queries_per_day": 1000}, DAY)
    rule = pack.rule("knowledge-fits-prompt")
    (way,) = turn(assessment.scorer, rule).ways
    assert [need.fact for need in way.needs] == ["knowledge_needed", "knowledge_fits_prompt"]
    assert say_need(way.needs[1]).startswith("knowledge_fits_prompt does not apply; yes is needed (follows from ")
    assert [[change.name for change in trial.changes] for trial in way.trials] == [
        ["knowledge_needed", "knowledge_tokens"]
    ] * 2


def test_a_comparison_that_does_not_apply_is_false_and_its_opposite_true() -> None:
    facts = {**FACTS, "x": NOT_APPLICABLE}
    assert needs(Not(BIG), facts) == []
    assert needs(All((Not(BIG), RED)), facts) == [["c is blue; red is needed"]]


def conditions() -> st.SearchStrategy[Condition]:
    points = st.sampled_from(THRESHOLDS)
    numbers = st.builds(
        Comparison, st.sampled_from(["x", "n"]), st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]), points
    )
    spans = st.builds(lambda low, high: Comparison("x", "between", (min(low, high), max(low, high))), points, points)
    choices = st.builds(Comparison, st.just("c"), st.sampled_from(["eq", "ne"]), st.sampled_from(DOMAINS["c"].values))
    several = st.builds(
        Comparison, st.just("c"), st.sampled_from(["in", "not_in"]), st.sampled_from([("red", "green"), ("blue",)])
    )
    lists = st.builds(
        Comparison, st.just("l"), st.sampled_from(["in", "not_in"]), st.sampled_from([("p",), ("p", "q")])
    )
    leaves = numbers | spans | choices | several | lists | st.just(TRUE)
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(Not, inner)
            | st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts)))
            | st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        ),
        max_leaves=7,
    )


def values_of(domain: Domain) -> tuple[Value, ...]:
    return cells(domain, THRESHOLDS if domain.kind == "number" else ())


SIX = {name: domain for name, domain in DOMAINS.items() if name != "m"}
SOME_FACTS = st.fixed_dictionaries(
    {name: st.none() | st.sampled_from(values_of(domain)) for name, domain in SIX.items()}
)


@given(condition=conditions(), facts=SOME_FACTS, wanted=st.booleans(), span=st.booleans())
def test_no_fewer_facts_than_the_nearest_ways_say_can_turn_a_condition(
    condition: Condition, facts: dict[str, Value], wanted: bool, span: bool
) -> None:
    if span:
        facts = {**facts, "x": Range(Decimal(3), Decimal(6))}
    ways = near(facts).ways(condition, wanted)
    assert {len(way) for way in ways} == {found for found in [fewest(condition, facts, wanted)] if found}
    for way in ways:
        assert all(demand.test.fact == need.fact for need in way for demand in need.turning)
        turned = {**facts, **{need.fact: need.region.nearest(need.value) for need in way}}
        assert evaluate(condition, turned) is wanted


def fewest(condition: Condition, facts: dict[str, Value], wanted: bool) -> int | None:
    """Return how many facts have to change, by trying all; 0 where none has to, None where nothing turns it."""
    for count in range(len(SIX) + 1):
        for names in combinations(SIX, count):
            for values in product(*(values_of(SIX[name]) for name in names)):
                if evaluate(condition, {**facts, **dict(zip(names, values, strict=True))}) is wanted:
                    return count
    return None


@given(
    tests=st.lists(
        st.tuples(conditions().filter(lambda made: isinstance(made, Comparison)), st.booleans()), max_size=3
    ),
    fact=st.sampled_from(sorted(SIX)),
)
def test_a_region_holds_exactly_the_values_that_meet_its_demands(tests: list[tuple[Any, bool]], fact: str) -> None:
    demands = [Literal(test, wanted) for test, wanted in tests if test.fact == fact]
    region = region_of(demands, SIX[fact])
    for value in values_of(SIX[fact]):
        met = all(demand.met(value) for demand in demands)
        if isinstance(value, Decimal):
            assert any(interval.holds(value) for interval in region.intervals) is met
            assert not met or region.gap(value) == 0
        else:
            assert (value in region.values) is met


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
def test_what_a_near_miss_names_makes_the_rule_fire_and_moves_its_points(answers: dict[str, Any], day: date) -> None:
    assessment = assessed(answers, day)
    scorer, facts = assessment.scorer, assessment.facts
    for rule in PACK.rules:
        found = turn(scorer, rule)
        assert found.to is (scorer.states[rule.id] is not True)
        assert found.near_miss is (found.to and found.steps == 1)
        assert found.points == {
            name: weight if found.to else -weight for name in STRATEGIES if (weight := weight_for(name, rule))
        }
        for way in found.ways:
            named = {need.fact: need.region.nearest(need.value) for need in way.needs}
            assert evaluate(rule.when, {**facts, **named}) is found.to
            for need in way.needs:
                assert not any(evaluate_test(turned.test, need.value) is turned.wanted for turned in need.turning)
                assert all(evaluate_test(turned.test, named[need.fact]) is turned.wanted for turned in need.turning)


SOME_RULES = st.lists(st.sampled_from(PACK.rules), min_size=4, max_size=4)


@given(answers=ANSWERS, day=st.sampled_from(DAYS), rules=SOME_RULES)
def test_a_trial_ends_where_the_changed_answers_end_when_scored_anew(
    answers: dict[str, Any], day: date, rules: list[Rule]
) -> None:
    scorer = assessed(answers, day).scorer
    for trial in (trial for rule in rules for trial in turn(scorer, rule).trials):
        if not all(change.answer for change in trial.changes):
            continue
        changed = {**scorer.base.answered, **{change.name: change.value for change in trial.changes}}
        again = recommend(Scorer(PACK, replace(scorer.base, answered=changed)))
        assert (again.strategy, again.margin) == (trial.standing.strategy, trial.standing.margin)
        assert trial.standing.scores[again.strategy] == again.score


@given(answers=ANSWERS, day=st.sampled_from(DAYS), strategy=st.sampled_from(STRATEGIES))
def test_why_not_of_any_strategy_keeps_to_its_contract(answers: dict[str, Any], day: date, strategy: str) -> None:
    assessment = assessed(answers, day)
    winner = assessment.recommendation.strategy
    found = why_not(assessment, strategy)
    assert found.recommended is (strategy == winner)
    assert found.now.strategy == winner
    assert all(trial.standing.strategy != winner for trial in found.changing)
    steps = [stake.turn.steps or 0 for stake in found.stakes]
    assert steps == sorted(steps)
    assert 0 not in steps
    for stake in found.stakes:
        against = stake.turn.points.get(found.versus, 0) if found.versus else 0
        assert stake.margin == stake.turn.points.get(strategy, 0) - against
    SCHEMA.validate(json.loads(dump(why_not_json(assessment, found))))
    assert why_not_text(assessment, found)


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
def test_contributions_add_up_to_the_margin_and_without_a_rule_is_the_pack_without_it(
    answers: dict[str, Any], day: date
) -> None:
    assessment = assessed(answers, day)
    recommendation = assessment.recommendation
    entries = explained(assessment, all_rules(assessment))
    charge = sum(reason.points for reason in recommendation.reasons if reason.rule == "complexity_charge")
    total = recommendation.score if recommendation.margin is None else recommendation.margin
    assert sum(entry.contribution for entry in entries) + charge == total
    for entry in entries[:3]:
        pack = replace(PACK, rules=tuple(rule for rule in PACK.rules if rule.id != entry.rule.id))
        again = recommend(Scorer(pack, assessment.scorer.base))
        assert (entry.without.strategy, entry.without.margin) == (again.strategy, again.margin)


def example(name: str) -> Assessment:
    answers = json.loads((EXAMPLES / f"{name}.advise.json").read_text(encoding="utf-8"))
    return assessed({key: value for key, value in answers.items() if key != "notes"}, DAY)


@pytest.mark.parametrize("name", NAMES)
def test_explanations_of_an_example_keep_to_their_contract(name: str) -> None:
    assessment = example(name)
    SCHEMA.validate(json.loads(dump(rules_json(assessment, explained(assessment, all_rules(assessment))))))
    for strategy in STRATEGIES:
        SCHEMA.validate(json.loads(dump(why_not_json(assessment, why_not(assessment, strategy)))))


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_an_explanation_is_wider_than_a_terminal_unless_one_word_is(name: str) -> None:
    assessment = example(name)
    entries = explained(assessment, all_rules(assessment))
    texts = [rules_text(assessment, entries), stories_text(assessment, entries)]
    texts += [why_not_text(assessment, why_not(assessment, strategy)) for strategy in STRATEGIES]
    for text in texts:
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not [line for line in text.splitlines() if len(line) > WIDTH and " " in line.strip()]


CLOSE = {
    "task_type": "classification",
    "task_breadth": "narrow",
    "prompting_tried": "yes_insufficient",
    "labelled_examples": 400,
    "knowledge_needed": "none",
    "privacy": "none",
}


def test_a_single_answer_that_would_change_the_recommendation_is_said() -> None:
    assessment = assessed({**CLOSE, "failing": "none"}, DAY)
    assert assessment.recommendation.strategy == "fine_tuning"
    broad = assessed({**CLOSE, "failing": "none", "task_breadth": "moderate", "task_type": "other"}, DAY)
    assert broad.recommendation.strategy == "prompt_engineering"
    found = why_not(broad, "fine_tuning")
    changes = [[(change.name, change.value) for change in trial.changes] for trial in found.changing]
    assert [("failing", "behaviour")] in changes
    text = why_not_text(broad, found)
    assert "\nEach line would make Fine-tuning the recommendation, costs worked out anew:\n" in text
    assert "then Fine-tuning is recommended" in text
    assert text.endswith("Elsewhere costs are held as they are, also where an answer that they read is changed.\n")


def test_the_floor_is_said_with_the_points_that_are_missing(pack: Pack) -> None:
    assessment = assessed({**CLOSE, "failing": "none", "task_breadth": "moderate", "task_type": "other"}, DAY)
    found = why_not_json(assessment, why_not(assessment, "fine_tuning"))
    (below,) = found["below_floor"]
    assert below == {"technique": "fine_tuning", "points": 0, "floor": 5, "missing": 5}
    assert "Fine-tuning has 0 points; adopting it takes 5, 5 more" in why_not_text(
        assessment, why_not(assessment, "fine_tuning")
    )


def test_what_is_recommended_is_held_against_its_runner_up_and_what_would_end_it() -> None:
    assessment = assessed({**CLOSE, "failing": "behaviour"}, DAY)
    found = why_not(assessment, "fine_tuning")
    assert found.recommended
    assert found.versus == "prompt_engineering"
    assert found.lead == assessment.recommendation.margin
    stakes = {stake.turn.rule.id: stake for stake in found.stakes}
    assert stakes["prompting-not-tried"].gate
    assert stakes["behaviour-is-failing"].margin == -5
    assert all(stake.margin < 0 or stake.gate or stake.turn.trials for stake in found.stakes)
    head = why_not_text(assessment, found).splitlines()[0]
    assert head == f"Fine-tuning is recommended: it has 14 points, {found.lead} ahead of Prompt engineering."


def test_a_gate_that_closes_the_strategy_can_be_lifted_and_one_on_the_winner_can_close() -> None:
    assessment = assessed({**CLOSE, "prompting_tried": "no", "knowledge_needed": "changing"}, DAY)
    assert assessment.recommendation.strategy == "rag"
    gates = {stake.turn.rule.id: stake.turn.to for stake in why_not(assessment, "fine_tuning").stakes if stake.gate}
    assert gates["prompting-not-tried"] is False
    assert gates["no-knowledge-needed"] is True


@pytest.mark.parametrize(
    ("answers", "strategy", "head"),
    [
        (
            {**CLOSE, "prompting_tried": "no", "failing": "behaviour"},
            "fine_tuning",
            "Fine-tuning is not recommended: it has 11 points, 6 more than Prompt engineering, but is ruled out.",
        ),
        (
            {"failing": "knowledge", "knowledge_needed": "none"},
            "rag",
            "RAG is not recommended: it has 5 points, level with Prompt engineering, which is simpler. 1 more",
        ),
        ({}, "prompt_engineering", "Prompt engineering is recommended: it has 5 points, and nothing else is open."),
        (
            {**CLOSE, "task_breadth": "moderate", "latency": "realtime", "prompting_tried": "yes_insufficient"},
            "fine_tuning",
            "Fine-tuning is recommended: it has 9 points, 4 ahead of Prompt engineering.",
        ),
    ],
)
def test_the_first_line_says_where_a_strategy_stands(answers: dict[str, Any], strategy: str, head: str) -> None:
    assessment = assessed(answers, DAY)
    assert why_not_text(assessment, why_not(assessment, strategy)).replace("\n", " ").startswith(head)


def test_a_fact_of_costs_is_set_by_itself_and_says_what_it_follows_from(pack: Pack) -> None:
    assessment = assessed({**CLOSE, "queries_per_day": 2000}, DAY)
    found = turn(assessment.scorer, pack.rule("tuning-saves-nothing"))
    assert not found.to
    ((trial,),) = [way.trials for way in found.ways]
    assert [(change.name, change.answer) for change in trial.changes] == [("tuning_saving_share", False)]
    assert "(follows from the costs: queries_per_day and all that they read)" in say_need(found.ways[0].needs[0])


def test_what_one_change_undoes_for_another_is_no_trial() -> None:
    scorer = assessed({"knowledge_needed": "static", "knowledge_tokens": 500_000}, DAY).scorer
    both = All((compare("knowledge_needed", "eq", "none"), compare("knowledge_fits_prompt", "eq", True)))
    (way,) = NearMisses.of(PACK, scorer.base.facts).ways(both, True)
    assert [need.fact for need in way] == ["knowledge_needed", "knowledge_fits_prompt"]
    assert trials(scorer, both, True, way) == ()


def run(*arguments: str, code: int = 0) -> Any:
    outcome = advise("explain", *arguments)
    assert outcome.code == code, outcome.err
    return outcome


FILE = str(EXAMPLES / "support-classifier.advise.json")


def test_rules_are_told_in_the_order_asked_for_each_once() -> None:
    names = ("--rule", "own-labels", "--rule", "narrow-task", "--rule", "own-labels")
    found = json.loads(run(FILE, *names, "--json").out)
    assert [entry["rule"] for entry in found["rules"]] == ["own-labels", "narrow-task"]
    text = run(FILE, *names).out
    assert text.index("own-labels: ") < text.index("narrow-task: ")
    for label in ("theme ", "effect ", "state ", "adds ", "without ", "when", "because", "source", "cases "):
        assert f"\n{label}" in text


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--rule", "own-label"), ("has no rule 'own-label'", "own-labels")),
        (("--rule", "own-label", "--rule", "narow-task"), ("'own-label'", "'narow-task'", "narrow-task")),
        (("--why-not", "finetuning"), ("unknown strategy 'finetuning'", "fine_tuning")),
        (("--why-not", ""), ("unknown strategy ''", "prompt_engineering, rag")),
        (("--rule", "own-labels", "--why-not", "rag"), ("do not go together", "one of the two")),
    ],
)
def test_wrong_names_are_refused_with_the_nearest(arguments: tuple[str, ...], named: tuple[str, ...]) -> None:
    outcome = run(FILE, *arguments, code=2)
    assert outcome.out == ""
    assert all(text in outcome.err for text in named)


def test_no_form_prints_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    for form in ((), ("--rule", "own-labels"), ("--why-not", "rag")):
        assert "\x1b" not in run(FILE, *form).out


def test_what_is_said_to_change_the_recommendation_does_so_with_costs_worked_out_anew() -> None:
    for strategy in ("fine_tuning", "rag"):
        assessment = assessed({}, DAY)
        for trial in why_not(assessment, strategy).changing:
            if all(change.answer for change in trial.changes):
                changed = assessed({change.name: change.value for change in trial.changes}, DAY)
                assert changed.recommendation.strategy == trial.standing.strategy != "prompt_engineering"
