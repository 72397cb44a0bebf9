"""Scores, verdicts and reasons by hand; intervals and possible strategies by brute force."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from advisor.answers import Answers
from advisor.assessment import assess
from advisor.conditions import ALWAYS, All, AnyOf, Condition, Domain, Not, Range, Value, thresholds_of
from advisor.conditions import Test as Comparison
from advisor.conditions import tests_of as comparisons_of
from advisor.derived import DERIVED, derived_domains
from advisor.facts import FactBase, open_questions
from advisor.packs.pack import PAIR, Pack, Rule, RuleTests, Source
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook, load_book
from advisor.questions import STRATEGIES
from advisor.recommendation import recommend, score_reasons
from advisor.scoring import CHARGE, Scorer
from advisor.workload import NEEDED

BOOK: PriceBook = load_book()
PACK: Pack = load_pack(providers=BOOK.providers)
QUESTIONS = PACK.questionnaire
TARGETS = {name: target.examples for name, target in PACK.label_targets.items()}
SOURCE = Source(title="Hand-made", date="2026-11-23")
NO_COSTS: dict[str, Value] = {fact.id: None for fact in DERIVED if fact.cost}
FREE_TEXT = ("project", "notes")


def rule(name: str, when: Condition, gate: str | None = None, **points: int) -> Rule:
    return Rule(name, name, "hand", when, points, gate, f"because of {name}", SOURCE, RuleTests())


def pack_of(*rules: Rule) -> Pack:
    """Return the built-in pack with other rules: floor 5, charge 5, decisive margin 3."""
    return replace(PACK, rules=tuple(sorted(rules, key=lambda entry: entry.id)))


def base_of(answers: Mapping[str, Value], *, tunable: bool | None = None) -> FactBase:
    return FactBase(QUESTIONS, answers, NO_COSTS, TARGETS, None, tunable, Decimal(1))


def scorer_of(*rules: Rule, answers: Mapping[str, Value] | None = None) -> Scorer:
    return Scorer(pack_of(*rules), base_of(answers or {}))


def scores(scorer: Scorer) -> dict[str, int]:
    return {entry.strategy: entry.score for entry in scorer.strategies}


def eligible(scorer: Scorer) -> set[str]:
    return {entry.strategy for entry in scorer.strategies if entry.eligible}


def given_points(**points: int) -> Rule:
    return rule("given", ALWAYS, None, **points)


KNOWN = Comparison("task_type", "eq", "qa")
OPEN = Comparison("output_format", "eq", "strict")
QA: dict[str, Value] = {"task_type": "qa"}


def test_the_pair_scores_both_sums_minus_the_charge_plus_rules_that_name_it() -> None:
    scorer = scorer_of(
        rule("a", KNOWN, rag=8, fine_tuning=-2),
        rule("b", KNOWN, fine_tuning=8, prompt_engineering=3),
        rule("c", KNOWN, rag_and_fine_tuning=2),
        answers=QA,
    )
    assert scores(scorer) == {"prompt_engineering": 3, "rag": 8, "fine_tuning": 6, PAIR: 8 + 6 - 5 + 2}


def test_only_rules_that_are_true_count_not_those_that_are_false_or_unknown() -> None:
    scorer = scorer_of(
        rule("true", KNOWN, rag=1),
        rule("false", Comparison("task_type", "eq", "chat"), rag=2),
        rule("unknown", OPEN, rag=8),
        answers=QA,
    )
    assert scores(scorer)["rag"] == 1
    assert scorer.states == {"false": False, "true": True, "unknown": None}


@pytest.mark.parametrize(
    ("rag", "tuning", "able"),
    [
        (5, 5, {"rag", "fine_tuning", PAIR}),
        (4, 5, {"fine_tuning"}),
        (5, 4, {"rag"}),
        (4, 4, set()),
        # The pair's own high score does not stand in for a technique that misses the floor by itself.
        (13, 3, {"rag"}),
    ],
)
def test_every_added_technique_has_to_reach_the_floor_by_itself(rag: int, tuning: int, able: set[str]) -> None:
    scorer = scorer_of(given_points(rag=rag, fine_tuning=tuning))
    assert eligible(scorer) == {"prompt_engineering", *able}


def test_what_misses_the_floor_is_named_with_its_points_and_scored_all_the_same() -> None:
    scorer = scorer_of(given_points(rag=4, fine_tuning=3, rag_and_fine_tuning=8))
    pair = scorer.strategies[-1]
    assert pair.below_floor == (("rag", 4), ("fine_tuning", 3))
    assert pair.score == 10
    assert recommend(scorer).strategy == "prompt_engineering"


def test_prompting_is_open_however_low_it_scores() -> None:
    scorer = scorer_of(given_points(prompt_engineering=-8))
    assert recommend(scorer).strategy == "prompt_engineering"
    assert recommend(scorer).score == -8


def test_a_gate_closes_every_strategy_that_contains_the_technique_and_leaves_its_score() -> None:
    shut = rule("shut", KNOWN, "fine_tuning")
    scorer = scorer_of(given_points(rag=5, fine_tuning=13), shut, answers=QA)
    assert eligible(scorer) == {"prompt_engineering", "rag"}
    assert scores(scorer) == {"prompt_engineering": 0, "rag": 5, "fine_tuning": 13, PAIR: 13}
    assert {entry.strategy: entry.gates for entry in scorer.strategies if entry.gates} == {
        "fine_tuning": (shut,),
        PAIR: (shut,),
    }
    assert scorer.possible == ("rag",)


def test_an_unknown_gate_is_open_but_counts_in_what_is_possible() -> None:
    scorer = scorer_of(given_points(fine_tuning=8), rule("shut", OPEN, "fine_tuning"))
    found = recommend(scorer)
    assert found.strategy == "fine_tuning"
    assert set(found.possible_strategies) == {"prompt_engineering", "fine_tuning"}
    assert found.verdict == "likely"


@pytest.mark.parametrize(
    ("points", "winner", "runner_up"),
    [
        ({"prompt_engineering": 8, "rag": 8}, "prompt_engineering", "rag"),
        ({"rag": 8, "fine_tuning": 8, "rag_and_fine_tuning": -8}, "rag", "fine_tuning"),
        # The pair scores 8 + 5 - 5 = 8, as much as RAG alone.
        ({"rag": 8, "fine_tuning": 5}, "rag", PAIR),
        ({"prompt_engineering": 5, "rag": 5, "fine_tuning": 5}, "prompt_engineering", "rag"),
        ({"prompt_engineering": 0, "rag": 5, "fine_tuning": 8}, "fine_tuning", PAIR),
    ],
)
def test_exact_ties_go_to_the_simpler(points: dict[str, int], winner: str, runner_up: str) -> None:
    found = recommend(scorer_of(given_points(**points)))
    assert (found.strategy, found.runner_up, found.margin) == (winner, runner_up, 0)
    assert found.verdict == "too_close"


@pytest.mark.parametrize(("lead", "verdict"), [(0, "too_close"), (2, "too_close"), (3, "clear"), (8, "clear")])
def test_a_margin_below_the_decisive_one_is_too_close(lead: int, verdict: str) -> None:
    found = recommend(scorer_of(given_points(prompt_engineering=10 - lead, rag=10)))
    assert found.margin == lead
    assert found.verdict == verdict


def test_without_another_eligible_strategy_runner_up_and_margin_are_none_and_reasons_sum_to_the_score() -> None:
    scorer = scorer_of(
        given_points(prompt_engineering=5, rag=4), rule("more", KNOWN, prompt_engineering=-2), answers=QA
    )
    found = recommend(scorer)
    assert (found.runner_up, found.margin) == (None, None)
    assert [(reason.rule, reason.points) for reason in found.reasons] == [("given", 5), ("more", -2)]
    assert found.score == 3
    assert found.verdict == "clear"


def test_a_winner_that_no_completion_confirms_is_too_close() -> None:
    # Whatever the format turns out to be, one of two rules lifts RAG above prompting by 3.
    scorer = scorer_of(
        given_points(prompt_engineering=5, rag=5),
        rule("strict", OPEN, rag=3),
        rule("lax", Comparison("output_format", "ne", "strict"), rag=3),
    )
    found = recommend(scorer)
    assert scores(scorer)["prompt_engineering"] == scores(scorer)["rag"] == 5
    assert scorer.strategies[1].interval == (8, 8)
    assert found.possible_strategies == ("rag",)
    assert (found.strategy, found.verdict) == ("prompt_engineering", "too_close")


def test_the_charge_is_a_reason_for_and_against_the_pair() -> None:
    ahead = recommend(scorer_of(given_points(rag=8, fine_tuning=8)))
    assert (ahead.strategy, ahead.runner_up, ahead.margin) == (PAIR, "rag", 3)
    assert [(reason.rule, reason.points) for reason in ahead.reasons] == [("given", 8), (CHARGE, -5)]
    behind = recommend(scorer_of(given_points(rag=13, fine_tuning=5, rag_and_fine_tuning=-3)))
    assert (behind.strategy, behind.runner_up, behind.margin) == ("rag", PAIR, 3)
    assert [(reason.rule, reason.points) for reason in behind.reasons] == [(CHARGE, 5), ("given", -2)]


def test_a_rule_that_moves_winner_and_runner_up_alike_is_no_reason() -> None:
    found = recommend(scorer_of(given_points(rag=8), rule("both", KNOWN, rag=2, prompt_engineering=2), answers=QA))
    assert [reason.rule for reason in found.reasons] == ["given"]


def test_one_answer_that_rules_share_moves_them_together() -> None:
    # Taken one by one the rules could give -8 to +8; no format fires both.
    scorer = scorer_of(
        rule("strict", OPEN, rag=8),
        rule("free", Comparison("output_format", "eq", "free"), rag=-8),
        rule("formed", Comparison("output_format", "ne", "free"), rag=-5),
    )
    assert scorer.strategies[1].interval == (-8, 3)


def test_a_completion_takes_a_range_only_at_its_points() -> None:
    volume: dict[str, Value] = {"queries_per_day": Range(Decimal(10), Decimal(500))}
    scorer = scorer_of(
        rule("low", Comparison("queries_per_day", "lt", Decimal(100)), rag=5),
        rule("high", Comparison("queries_per_day", "ge", Decimal(1000)), rag=8),
        answers=volume,
    )
    assert scorer.strategies[1].interval == (0, 5)


NARROW_GAP = Comparison("quality_gap", "between", (Decimal("0.05"), Decimal("0.06")))


@pytest.mark.parametrize(
    ("unanswered", "when", "answers"),
    [
        ("queries_per_day", Comparison("queries_per_day", "between", (Decimal(70), Decimal(71))), {}),
        (
            "queries_per_day",
            Comparison("calls_per_day", "between", (Decimal(70), Decimal(71))),
            {"calls_per_request": Decimal(1)},
        ),
        ("labelled_examples", Comparison("label_sufficiency", "eq", "pilot"), {"task_type": "qa"}),
        ("task_type", Comparison("label_sufficiency", "eq", "pilot"), {"labelled_examples": Decimal(700)}),
        ("current_quality", NARROW_GAP, {"target_quality": Decimal("0.9")}),
        ("target_quality", NARROW_GAP, {"current_quality": Decimal("0.9")}),
        ("requirement_change", Comparison("requirement_change_per_year", "eq", Decimal(12)), {}),
        ("knowledge_tokens", Comparison("knowledge_fits_prompt", "eq", True), {"knowledge_needed": "static"}),
        ("knowledge_needed", Comparison("knowledge_needed", "eq", "static"), {}),
    ],
)
def test_an_interval_finds_the_few_answers_that_fire_a_rule(
    unanswered: str, when: Condition, answers: dict[str, Value]
) -> None:
    rest: dict[str, Value] = {
        "calls_per_request": Decimal(1),
        "prompt_tokens": Decimal(800),
        "input_tokens": Decimal(500),
        "output_tokens": Decimal(300),
        "current_model": "gpt-4o",
    }
    scorer = scorer_of(rule("rare", when, rag=5), answers={**rest, **answers})
    assert unanswered not in {**rest, **answers}
    assert scorer.strategies[1].interval == (0, 5)


def test_cost_facts_are_free_until_everything_that_costs_read_is_answered() -> None:
    pack = pack_of(rule("pays", Comparison("tuning_saving_share", "ge", Decimal("0.2")), rag=5))
    full = full_answers(random.Random(1), interesting(pack))
    world = World(128_000, True, {"tuning_saving_share": Decimal("0.5")})
    assert Scorer(pack, base_in(world, full)).strategies[1].interval == (5, 5)
    for name in ("queries_per_day", "epochs", "current_model", "data_quality"):
        assert name in NEEDED
        partial = {key: value for key, value in full.items() if key != name}
        assert Scorer(pack, base_in(world, partial)).strategies[1].interval == (0, 5), name


# Soundness by brute force


@dataclass(frozen=True)
class World:
    """What lies outside the questionnaire and may differ from one completion to the next."""

    window: int
    tunable: bool
    costs: Mapping[str, Decimal]


ASSUMED = {"prompt_tokens": Decimal(800), "input_tokens": Decimal(500), "output_tokens": Decimal(300)}


def central(value: Value, assumed: Decimal) -> Decimal:
    if isinstance(value, Range):
        return (value.low + value.high) / 2
    return value if isinstance(value, Decimal) else assumed


def base_in(world: World, answers: Mapping[str, Value]) -> FactBase:
    """Return the facts as the street makes them: room in the window, volume, costs and supply follow from answers."""
    used = sum((central(answers.get(name), assumed) for name, assumed in ASSUMED.items()), Decimal(0))
    costs: dict[str, Value] = dict(world.costs) if answers.get("queries_per_day") is not None else NO_COSTS
    return FactBase(
        QUESTIONS,
        answers,
        costs,
        TARGETS,
        max(Decimal(0), world.window - used),
        world.tunable or answers.get("privacy") == "on_premises",
        central(answers.get("calls_per_request"), Decimal(1)),
    )


def interesting(pack: Pack) -> dict[str, list[Decimal]]:
    """Return for every number the places where something may change: thresholds and their neighbours, and the ends."""
    tests = [test for entry in pack.rules for test in comparisons_of(entry.when)]
    hidden = {
        "labelled_examples": (50, 500, 1000),
        "knowledge_tokens": (100_000, 200_000),
        "prompt_tokens": (90_000,),
        "input_tokens": (100_000,),
        "output_tokens": (150_000,),
        "calls_per_request": (2, 50),
    }
    found: dict[str, list[Decimal]] = {}
    for question in QUESTIONS.questions:
        low, high = question.domain.low, question.domain.high
        if question.kind == "number" and low is not None and high is not None:
            step = Decimal(1) if high > 1 else Decimal("0.01")
            points = [*thresholds_of(tests, question.id), *map(Decimal, hidden.get(question.id, ())), low, high]
            points = [near for point in points for near in (point - step, point, point + step)]
            found[question.id] = sorted({point for point in points if low <= point <= high})
    return found


MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-6-luna")


def value_for(question: str, chance: random.Random, numbers: Mapping[str, list[Decimal]], within: Value) -> Value:
    entry = QUESTIONS[question]
    domain = entry.domain
    match entry.kind:
        case "number":
            if isinstance(within, Range):
                inside = [point for point in numbers[question] if within.low <= point <= within.high]
                return chance.choice([within.low, within.high, *inside])
            return chance.choice(numbers[question])
        case "bool":
            return chance.random() < 0.5
        case "choice":
            return chance.choice(domain.values)
        case "strategies" | "providers":
            return tuple(chance.sample(domain.values, chance.randrange(len(domain.values) + 1)))
        case _:
            return chance.choice(MODELS)


def cost_draw(chance: random.Random) -> dict[str, Decimal]:
    places = {
        "tuning_saving_share": ("-1000", "-0.1", "0", "0.1", "0.19", "0.2", "0.5", "1"),
        "tuning_break_even_month": ("1", "12", "13", "61"),
        "tuning_premium_ratio": ("0", "1", "1.5", "100"),
        "tuned_dearer_than_cheapest_usd": ("-5", "0", "5"),
    }
    return {name: Decimal(chance.choice(values)) for name, values in places.items()}


def world_draw(chance: random.Random) -> World:
    return World(chance.choice((64_000, 128_000, 250_000, 1_000_000)), chance.random() < 0.7, cost_draw(chance))


def full_answers(chance: random.Random, numbers: Mapping[str, list[Decimal]]) -> dict[str, Value]:
    return {name: value_for(name, chance, numbers, None) for name in QUESTIONS.ids if name not in FREE_TEXT}


def made_partial(
    full: dict[str, Value],
    missing: set[str],
    ranged: set[str],
    chance: random.Random,
    numbers: Mapping[str, list[Decimal]],
) -> dict[str, Value]:
    """Return the answers with some left out and some numbers blurred to a range."""
    partial = {name: value for name, value in full.items() if name not in missing}
    for name in sorted(ranged & set(numbers) & set(partial)):
        low, high = sorted(chance.choice(numbers[name]) for _ in range(2))
        partial[name] = low if low == high else Range(low, high)
    return partial


def completion_of(
    partial: Mapping[str, Value], world: World, chance: random.Random, numbers: Mapping[str, list[Decimal]]
) -> FactBase:
    """Return the facts of one completion: open questions filled, ranges at a point, the rest of the world redrawn
    where it follows from an open answer."""
    shown = QUESTIONS.shown(partial)
    unsettled = {
        name
        for name in QUESTIONS.ids
        if shown[name] is not False and not isinstance(partial.get(name), Decimal | str | bool | tuple)
    }
    answers = {
        name: value_for(name, chance, numbers, partial.get(name))
        if partial.get(name) is None or isinstance(partial.get(name), Range)
        else partial[name]
        for name in QUESTIONS.ids
        if name not in FREE_TEXT
    }
    other = world_draw(chance)
    return base_in(
        World(
            other.window if "current_model" in unsettled else world.window,
            other.tunable if unsettled & {"tuning_access", "privacy"} else world.tunable,
            other.costs if unsettled & set(NEEDED) else world.costs,
        ),
        answers,
    )


def check_soundness(pack: Pack, partial: Mapping[str, Value], world: World, chance: random.Random, count: int) -> None:
    numbers = interesting(pack)
    scorer = Scorer(pack, base_in(world, partial))
    intervals = {entry.strategy: entry.interval for entry in scorer.strategies}
    found = recommend(scorer)
    for _ in range(count):
        completion = Scorer(pack, completion_of(partial, world, chance, numbers))
        filled = dict(completion.base.answered)
        for entry in completion.strategies:
            low, high = intervals[entry.strategy]
            assert low <= entry.score <= high, (entry.strategy, entry.score, (low, high), filled)
        winner = recommend(completion).strategy
        assert winner in found.possible_strategies, (winner, found.possible_strategies, filled)
        if found.verdict == "clear":
            assert winner == found.strategy


ASKED = [name for name in QUESTIONS.ids if name not in FREE_TEXT]
INPUTS = {fact.id: fact.inputs + fact.assumes for fact in DERIVED}
READ = sorted(
    {
        name
        for entry in PACK.rules
        for test in comparisons_of(entry.when)
        for name in INPUTS.get(test.fact, (test.fact,))
    }
)
few_missing = st.sets(st.sampled_from(READ), max_size=5)
any_missing = st.sets(st.sampled_from(ASKED))
seeds = st.integers(0, 2**32)


@settings(max_examples=150)
@given(few_missing | any_missing, st.sets(st.sampled_from(READ), max_size=3), seeds)
def test_bounds_of_the_built_in_pack_hold_in_every_completion(missing: set[str], ranged: set[str], seed: int) -> None:
    chance = random.Random(seed)
    numbers = interesting(PACK)
    partial = made_partial(full_answers(chance, numbers), missing, ranged, chance, numbers)
    check_soundness(PACK, partial, world_draw(chance), chance, 20)


def fact_tests(name: str, domain: Domain) -> st.SearchStrategy[Condition]:
    match domain.kind:
        case "bool":
            return st.builds(Comparison, st.just(name), st.just("eq"), st.booleans())
        case "choice":
            some = st.sets(st.sampled_from(domain.values), min_size=1, max_size=2)
            return st.builds(Comparison, st.just(name), st.sampled_from(["in", "not_in"]), some.map(tuple))
        case "list":
            one = st.sampled_from(domain.values).map(lambda value: (value,))
            return st.builds(Comparison, st.just(name), st.sampled_from(["in", "not_in"]), one)
        case _:
            low, high = domain.low or Decimal(0), domain.high or Decimal(1)
            places = [Decimal("0.05"), Decimal("0.5")] if high <= 1 else [Decimal(5), Decimal(60), Decimal(2000)]
            inside = [place for place in places if low < place < high]
            return st.builds(
                Comparison, st.just(name), st.sampled_from(["lt", "le", "gt", "ge"]), st.sampled_from(inside)
            )


TESTABLE = {
    **{
        name: QUESTIONS[name].domain
        for name in (
            "task_type",
            "knowledge_needed",
            "knowledge_change",
            "knowledge_tokens",
            "citations_required",
            "queries_per_day",
            "labelled_examples",
            "privacy",
            "gpus",
            "epochs",
            "current_quality",
            "target_quality",
            "considering",
        )
    },
    **{name: domain for name, domain in derived_domains().items() if domain.kind != "number" or domain.high != 10**15},
}
some_tests = st.sampled_from(sorted(TESTABLE)).flatmap(lambda name: fact_tests(name, TESTABLE[name]))
two_tests = st.tuples(some_tests, some_tests)
some_conditions = st.one_of(some_tests, some_tests.map(Not), two_tests.map(All), two_tests.map(AnyOf))
some_points = st.dictionaries(
    st.sampled_from(STRATEGIES), st.sampled_from([-8, -5, -3, 2, 3, 5, 8]), min_size=1, max_size=3
)
few_inputs = st.sets(st.sampled_from(sorted({*TESTABLE, *ASSUMED, "calls_per_request"} & set(ASKED))), max_size=4)


@st.composite
def some_rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    found = []
    for index, condition in enumerate(draw(st.lists(some_conditions, min_size=1, max_size=6))):
        gate = draw(st.sampled_from([None, None, None, "rag", "fine_tuning"]))
        found.append(rule(f"r{index}", condition, gate, **({} if gate else draw(some_points))))
    return tuple(found)


@settings(max_examples=250)
@given(some_rules(), few_inputs, st.sets(st.sampled_from(READ), max_size=2), seeds)
def test_bounds_of_any_pack_hold_in_every_completion(
    rules: tuple[Rule, ...], missing: set[str], ranged: set[str], seed: int
) -> None:
    pack = pack_of(given_points(prompt_engineering=5, rag=5, fine_tuning=5), *rules)
    chance = random.Random(seed)
    numbers = interesting(pack)
    partial = made_partial(full_answers(chance, numbers), missing, ranged, chance, numbers)
    check_soundness(pack, partial, world_draw(chance), chance, 15)


@settings(max_examples=40)
@given(seeds)
def test_nothing_is_left_open_when_every_question_is_answered(seed: int) -> None:
    chance = random.Random(seed)
    scorer = Scorer(PACK, base_in(world_draw(chance), full_answers(chance, interesting(PACK))))
    assert [entry.interval for entry in scorer.strategies] == [(entry.score,) * 2 for entry in scorer.strategies]
    found = recommend(scorer)
    assert found.possible_strategies == (found.strategy,)
    close = found.margin is not None and found.margin < PACK.decisive_margin
    assert found.verdict == ("too_close" if close else "clear")


@settings(max_examples=60)
@given(st.sets(st.sampled_from(ASKED)), seeds)
def test_reasons_sum_to_the_margin_or_the_score_and_those_of_a_strategy_to_its_score(
    missing: set[str], seed: int
) -> None:
    chance = random.Random(seed)
    numbers = interesting(PACK)
    partial = made_partial(full_answers(chance, numbers), missing, set(), chance, numbers)
    scorer = Scorer(PACK, base_in(world_draw(chance), partial))
    found = recommend(scorer)
    assert sum(reason.points for reason in found.reasons) == (found.score if found.margin is None else found.margin)
    assert all(reason.points for reason in found.reasons)
    assert found.margin is None or found.margin >= 0
    for entry in scorer.strategies:
        assert sum(reason.points for reason in score_reasons(scorer, entry.strategy)) == entry.score


@settings(max_examples=60)
@given(few_missing | any_missing, seeds)
def test_one_changed_answer_moves_only_the_rules_said_to_hang_on_it(missing: set[str], seed: int) -> None:
    chance = random.Random(seed)
    numbers = interesting(PACK)
    partial = made_partial(full_answers(chance, numbers), missing, set(), chance, numbers)
    scorer = Scorer(PACK, base_in(world_draw(chance), partial))
    for question in open_questions(QUESTIONS, partial):
        value = value_for(question, chance, numbers, None)
        everything = scorer.states_of(scorer.base.with_answers({question: value}))
        assert scorer.states_with(question, value) == everything


def test_an_open_prompt_length_leaves_open_whether_the_knowledge_fits() -> None:
    """The window has room for 150,000 tokens beside the assumed prompt of 800, and none beside one of 120,000."""
    answers: dict[str, Value] = {
        "knowledge_needed": "static",
        "knowledge_tokens": Decimal(150_000),
        "current_model": "gpt-4o",
        "input_tokens": Decimal(500),
        "output_tokens": Decimal(300),
    }
    pack = pack_of(rule("fits", Comparison("knowledge_fits_prompt", "eq", True), rag=-5))
    world = World(200_000, True, {})
    assert scores(Scorer(pack, base_in(world, answers)))["rag"] == -5
    long = base_in(world, {**answers, "prompt_tokens": Decimal(120_000)})
    assert scores(Scorer(pack, long))["rag"] == 0
    assert Scorer(pack, base_in(world, answers)).strategies[1].interval == (-5, 0)


def test_open_calls_per_request_leave_the_calls_of_a_day_open() -> None:
    answers: dict[str, Value] = {"queries_per_day": Decimal(1000)}
    pack = pack_of(rule("many", Comparison("calls_per_day", "ge", Decimal(5000)), rag=5))
    assert Scorer(pack, base_of(answers)).strategies[1].interval == (0, 5)


DAY = date(2026, 11, 23)


@settings(max_examples=15)
@given(st.sets(st.sampled_from(READ), max_size=4), seeds)
@example({"prompt_tokens"}, 1)
@example({"privacy"}, 20)
def test_whole_assessments_of_completions_stay_within_the_bounds(missing: set[str], seed: int) -> None:
    chance = random.Random(seed)
    numbers = {name: points[1:-1] if len(points) > 4 else points for name, points in interesting(PACK).items()}
    full: dict[str, Any] = {
        **full_answers(chance, numbers),
        "horizon_months": Decimal(12),
        "tuned_model": chance.choice(["ft:azure/gpt-oss-20b", "ft:nova-micro"]),
    }
    partial = assess(
        Answers("partial", {name: value for name, value in full.items() if name not in missing}), PACK, BOOK, DAY
    )
    intervals = {entry.strategy: entry.interval for entry in partial.scorer.strategies}
    for _ in range(2):
        filled = {**full, **{name: value_for(name, chance, numbers, None) for name in sorted(missing)}}
        whole = assess(Answers("whole", filled), PACK, BOOK, DAY)
        for entry in whole.scorer.strategies:
            low, high = intervals[entry.strategy]
            assert low <= entry.score <= high, (entry.strategy, entry.score, (low, high), filled)
        assert whole.recommendation.strategy in partial.recommendation.possible_strategies
        if partial.recommendation.verdict == "clear":
            assert whole.recommendation.strategy == partial.recommendation.strategy
