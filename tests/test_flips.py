"""Flips and the next question: what they claim holds on the full street, and examples worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.answers import Answers, answers_from, read_answers
from advisor.assessment import Assessment, assess
from advisor.changes.flip_words import changes_of, distance, say_interval, say_now
from advisor.changes.flips import KINDS, Flip, FlipInterval, Point, flips_of, values_of
from advisor.changes.next_question import next_question
from advisor.changes.probe import Probe
from advisor.conditions import All, Condition, Domain, Range, Value, facts_of
from advisor.conditions import Test as Comparison
from advisor.cost_facts import COST_FACTS, Bound, cost_facts
from advisor.costs.ledger import exact
from advisor.derived import DERIVED, DerivedFact
from advisor.packs.pack import Pack, Rule, RuleTests, Source
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook, load_book
from advisor.priced import MODELS_BY, Priced
from advisor.questions import Question
from advisor.result import result_of
from advisor.scoring import Scorer

pytestmark = pytest.mark.usefixtures("few_scenarios")

BOOK: PriceBook = load_book()
PACK: Pack = load_pack(providers=BOOK.providers)
QUESTIONS = PACK.questionnaire
DAYS = [date(2026, 3, 31), date(2026, 8, 11), date(2026, 11, 23), date(2026, 12, 31)]
DAY = DAYS[2]
SOURCE = Source(title="Hand-made", date="2026-11-23")
STEP = Decimal("0.000001")


def priced_of(values: dict[str, Value], day: date, pack: Pack = PACK) -> Priced:
    return Priced(Answers("hand", values), pack.questionnaire, pack.examples_needed, BOOK, day)


@exact
def probe_of(values: dict[str, Value], day: date = DAY, pack: Pack = PACK) -> Probe:
    priced = priced_of(values, day, pack)
    return Probe(Scorer(pack, priced.fact_base(cost_facts(priced))), priced)


def winner_of(values: dict[str, Value], day: date = DAY, pack: Pack = PACK) -> str:
    """Return what wins with every cost worked out, nothing left out as not mattering."""
    return probe_of(values, day, pack).now


def flip_of(values: dict[str, Value], answer: str, pack: Pack = PACK) -> Flip:
    return next(flip for flip in flips_of(probe_of(values, pack=pack), [answer]))


def rule(name: str, when: Condition, gate: str | None = None, **points: int) -> Rule:
    return Rule(name, name, "hand", when, points, gate, f"because of {name}", SOURCE, RuleTests())


def pack_of(*rules: Rule) -> Pack:
    return replace(PACK, rules=tuple(sorted(rules, key=lambda entry: entry.id)))


def ends(flip: Flip) -> list[tuple[Any, Any, str]]:
    return [(interval.low, interval.high, interval.strategy) for interval in flip.closed]


def plausible(question: Question) -> st.SearchStrategy[Value]:
    """Return answers of a size that is met with, the ends of the domain now and then, ranges among them."""
    low, high = question.domain.low or Decimal(0), question.domain.high or Decimal(10**9)
    match question.kind:
        case "number":
            if high <= 1:
                single = st.decimals(low, high, places=2)
            else:
                tens = st.integers(0, 6).flatmap(lambda power: st.integers(10**power, 10 ** (power + 1)))
                single = st.just(low) | tens.map(lambda value: min(max(Decimal(value), low), high))
            return single | st.tuples(single, single).map(
                lambda pair: pair[0] if pair[0] == pair[1] else Range(min(pair), max(pair))
            )
        case "choice":
            return st.sampled_from(question.domain.values)
        case "bool":
            return st.booleans()
        case "model" if question.id == "tuned_model":
            return st.sampled_from(["ft:gpt-4o-mini", "ft:azure/gpt-oss-20b", "ft:together/llama-3.1-8b"])
        case "model":
            return st.sampled_from(["gpt-4o", "gpt-6-luna", "claude-sonnet-5.5", "ft:gpt-4o-mini"])
        case "providers":
            return st.lists(st.sampled_from(question.domain.values), unique=True, max_size=3).map(tuple)
        case _:
            return st.just("text")


ASKED = [question for question in QUESTIONS.questions if question.kind not in ("notes", "strategies")]
CLOSE = {"prompting_tried": st.just("yes_insufficient"), "queries_per_day": plausible(QUESTIONS["queries_per_day"])}
ANSWERS = st.fixed_dictionaries({}, optional={question.id: plausible(question) for question in ASKED})
CLOSE_ANSWERS = st.fixed_dictionaries(
    CLOSE, optional={question.id: plausible(question) for question in ASKED if question.id not in CLOSE}
)
ANSWERED = sorted(QUESTIONS.ids)


@settings(max_examples=8)
@given(values=ANSWERS | CLOSE_ANSWERS, day=st.sampled_from(DAYS), data=st.data())
def test_just_below_and_just_above_each_boundary_the_named_strategies_win(
    values: dict[str, Value], day: date, data: st.DataObject
) -> None:
    probe = probe_of(values, day)
    for flip in flips_of(probe, ANSWERED):
        for left, right in pairwise(flip.intervals):
            assert winner_of({**values, flip.answer: left.high}, day) == left.strategy
            assert winner_of({**values, flip.answer: right.low}, day) == right.strategy
        if flip.nearest is not None:
            assert flip.nearest.strategy != probe.now
            assert winner_of({**values, flip.answer: flip.nearest.value}, day) == flip.nearest.strategy
        interval = data.draw(st.sampled_from(flip.intervals))
        inside = data.draw(st.sampled_from(points_in(interval, QUESTIONS[flip.answer].domain)))
        assert winner_of({**values, flip.answer: inside}, day) == interval.strategy or not flip.exact


def points_in(interval: FlipInterval, domain: Domain) -> list[Point]:
    """Return some values of an interval, its ends among them."""
    low, high = interval.low, interval.high
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        values: list[Point] = [*values_of(domain)]
        assert low is not None
        assert high is not None
        return values[values.index(low) : values.index(high) + 1]
    shares = [Decimal(share) / 1000 for share in (0, 1, 30, 300, 700, 1000)]
    step = Decimal(1) if domain.integer else STEP
    return [min(high, low + ((high - low) * share).quantize(step)) for share in shares]


@settings(max_examples=8)
@given(values=ANSWERS | CLOSE_ANSWERS, day=st.sampled_from(DAYS))
def test_intervals_cover_the_domain_in_order_and_neighbours_differ(values: dict[str, Value], day: date) -> None:
    probe = probe_of(values, day)
    shown = QUESTIONS.shown(values)
    flips = flips_of(probe, ANSWERED)
    assert [flip.answer for flip in flips] == [
        name
        for name in QUESTIONS.ids
        if values.get(name) is not None
        and shown[name] is not False
        and QUESTIONS[name].domain.kind in ("number", "choice", "bool")
        and QUESTIONS[name].kind != "text"
    ]
    for flip in flips:
        domain = QUESTIONS[flip.answer].domain
        assert all(left.strategy != right.strategy for left, right in pairwise(flip.intervals))
        assert (flip.nearest is None) == all(interval.strategy == probe.now for interval in flip.intervals)
        if domain.kind != "number":
            assert [value for interval in flip.intervals for value in points_in(interval, domain)] == [
                *values_of(domain)
            ]
            continue
        assert (flip.intervals[0].low, flip.intervals[-1].high) == (domain.low, domain.high)
        for left, right in pairwise(flip.intervals):
            assert isinstance(left.high, Decimal)
            assert right.low == left.high + (1 if domain.integer else STEP)
        if not domain.integer:
            assert all(left.high == right.low for left, right in pairwise(flip.closed))
        for interval in flip.intervals:
            assert isinstance(interval.low, Decimal)
            assert isinstance(interval.high, Decimal)
            assert interval.low <= interval.high


@settings(max_examples=3)
@given(values=CLOSE_ANSWERS, day=st.sampled_from(DAYS))
def test_the_street_recommends_what_the_probe_says_wins(values: dict[str, Value], day: date) -> None:
    found = assess(Answers("hand", values), PACK, BOOK, day)
    assert found.sensitivity.probe.now == found.recommendation.strategy == winner_of(values, day)
    assert [flip.answer for flip in found.flips] == [entry.answer for entry in result_of(found).flips]


READ_BY_FACT = [fact for fact in DERIVED if not fact.cost]


@given(values=ANSWERS, day=st.sampled_from(DAYS), data=st.data())
@exact
def test_a_derived_fact_follows_no_answer_but_those_that_it_declares(
    values: dict[str, Value], day: date, data: st.DataObject
) -> None:
    question = data.draw(st.sampled_from([entry for entry in ASKED if entry.domain.kind in KINDS]))
    value = data.draw(plausible(question))
    before, after = (priced_of(given, day).fact_base({}).facts for given in (values, {**values, question.id: value}))
    for fact in READ_BY_FACT:
        if before[fact.id] != after[fact.id]:
            assert following(question.id) & {*fact.inputs, *fact.assumes, *MODELS_BY}


def test_a_search_does_not_depend_on_what_was_searched_before(examples: Path) -> None:
    answers = read_answers(examples / "too-close-to-call.advise.json", QUESTIONS)
    first, second = (assess(answers, PACK, BOOK, DAY) for _ in "ab")
    early, late = first.next_question, second.flips
    assert (first.flips, early) == (late, second.next_question)
    assert flips_of(second.sensitivity.probe, ANSWERED) == flips_of(second.sensitivity.probe, ANSWERED)


DIRECTIONS = [
    (fact, answer, sign)
    for fact in DERIVED
    for sign, answers in ((1, fact.rises_with), (-1, fact.falls_with))
    for answer in answers
]


@given(values=ANSWERS, day=st.sampled_from(DAYS), direction=st.sampled_from(DIRECTIONS), data=st.data())
@exact
def test_a_derived_fact_moves_in_its_declared_direction(
    values: dict[str, Value], day: date, direction: tuple[DerivedFact, str, int], data: st.DataObject
) -> None:
    fact, answer, sign = direction
    question = QUESTIONS[answer]
    given_twice = [data.draw(plausible(question).filter(lambda value: not isinstance(value, Range))) for _ in "ab"]
    low, high = sorted(given_twice, key=lambda value: rank(value, question.domain))
    before, after = (priced_of({**values, answer: value}, day).fact_base({}).facts[fact.id] for value in (low, high))
    if all(isinstance(value, Decimal | str | bool) for value in (before, after)):
        assert (rank(after, fact.domain) - rank(before, fact.domain)) * sign >= 0


def rank(value: Value, domain: Domain) -> Decimal:
    """Return where a value stands in its order."""
    if isinstance(value, str):
        return Decimal(domain.values.index(value))
    assert isinstance(value, Decimal | bool)
    return Decimal(value)


def following(name: str) -> set[str]:
    """Return an answer with those that it shows or hides, and those whose assumption it sets."""
    found = {name}
    for question in QUESTIONS.questions:
        if name in facts_of(question.show) or (question.assumption and question.assumption.by == name):
            found |= following(question.id)
    return found


@given(
    values=CLOSE_ANSWERS,
    day=st.sampled_from(DAYS),
    name=st.sampled_from(sorted(COST_FACTS)),
    number=st.integers(-3, 62).map(Decimal) | st.decimals(-1, 1, places=1),
    reached=st.booleans(),
)
@exact
def test_an_amount_is_above_zero_just_where_a_cost_is_past_a_bound(
    values: dict[str, Value], day: date, name: str, number: Decimal, reached: bool
) -> None:
    priced = priced_of(values, day)
    value = COST_FACTS[name].value(priced)
    excess = COST_FACTS[name].excess(priced, Bound(number, reached))
    assert (value is None) == (excess is None)
    if value is None or excess is None:
        return
    past = value >= number if reached else value > number
    if len(excess) == 1 and abs(excess[0]) < Decimal("1e-20"):
        assert abs(value - number) < Decimal("1e-15")
    else:
        assert past == any(amount > 0 for amount in excess)


VOLUME = Comparison("queries_per_day", "lt", Decimal(1000))
BASE = rule("base", All(()), prompt_engineering=5)


def test_a_threshold_of_a_rule_is_where_numbers_meet() -> None:
    pack = pack_of(BASE, rule("small", VOLUME, rag=8))
    found = flip_of({"queries_per_day": Decimal(4000)}, "queries_per_day", pack)
    assert ends(found) == [(0, 1000, "rag"), (1000, 10**9, "prompt_engineering")]
    assert found.intervals[0].high == 1000 - STEP
    assert found.nearest is not None
    assert (found.nearest.value, found.nearest.strategy) == (Decimal("999.9"), "rag")
    assert found.exact


def test_whole_numbers_end_and_begin_at_whole_numbers() -> None:
    pack = pack_of(BASE, rule("many", Comparison("epochs", "gt", Decimal(4)), rag=8))
    found = flip_of({"epochs": Decimal(3)}, "epochs", pack)
    assert ends(found) == [(1, 4, "prompt_engineering"), (5, 100, "rag")]
    assert found.nearest is not None
    assert found.nearest.value == 5


def test_a_share_changes_where_the_gap_to_another_answer_does() -> None:
    pack = pack_of(BASE, rule("wide", Comparison("quality_gap", "gt", Decimal("0.1")), rag=8))
    found = flip_of({"current_quality": Decimal("0.8"), "target_quality": Decimal("0.85")}, "current_quality", pack)
    assert ends(found) == [(0, Decimal("0.75"), "rag"), (Decimal("0.75"), 1, "prompt_engineering")]
    assert found.intervals[1].low == Decimal("0.75")
    assert found.nearest is not None
    assert found.nearest.value == Decimal("0.749")


def test_choices_run_in_their_declared_order() -> None:
    pack = pack_of(BASE, rule("middle", Comparison("failing", "in", ("knowledge", "behaviour")), rag=8))
    found = flip_of({"failing": "latency"}, "failing", pack)
    assert ends(found) == [
        ("none", "none", "prompt_engineering"),
        ("knowledge", "behaviour", "rag"),
        ("both", "latency", "prompt_engineering"),
    ]
    assert found.nearest is not None
    assert found.nearest.value == "behaviour"
    assert changes_of(found, QUESTIONS["failing"], "prompt_engineering") == (("knowledge or behaviour", "rag"),)


def test_a_range_says_what_is_nearest_to_it_a_value_inside_first() -> None:
    pack = pack_of(BASE, rule("small", VOLUME, rag=8))
    outside = flip_of({"queries_per_day": Range(Decimal(2000), Decimal(4000))}, "queries_per_day", pack)
    assert outside.nearest is not None
    assert outside.nearest.value == Decimal("999.9")
    assert say_now(outside, QUESTIONS["queries_per_day"]) == "2,000 to 4,000"
    inside = flip_of({"queries_per_day": Range(Decimal(500), Decimal(4000))}, "queries_per_day", pack)
    assert inside.nearest is not None
    assert inside.nearest.value == Decimal("999.9")
    assert distance(inside) == 0


def test_an_answer_that_hides_a_question_takes_away_what_the_question_decides() -> None:
    pack = pack_of(BASE, rule("large", Comparison("knowledge_tokens", "gt", Decimal(1000)), rag=8))
    values: dict[str, Value] = {"knowledge_needed": "static", "knowledge_tokens": Decimal(5000)}
    assert ends(flip_of(values, "knowledge_needed", pack)) == [
        ("none", "none", "prompt_engineering"),
        ("static", "changing", "rag"),
    ]
    hidden = probe_of({**values, "knowledge_needed": "none"}, pack=pack)
    assert [flip.answer for flip in flips_of(hidden, ANSWERED)] == ["knowledge_needed"]


def test_a_prompt_that_leaves_no_room_for_the_knowledge_changes_what_fits() -> None:
    pack = pack_of(BASE, rule("fits", Comparison("knowledge_fits_prompt", "eq", False), rag=8))
    values: dict[str, Value] = {
        "knowledge_needed": "static",
        "knowledge_tokens": Decimal(100_000),
        "prompt_tokens": Decimal(1000),
        "input_tokens": Decimal(500),
        "output_tokens": Decimal(500),
        "current_model": "gpt-4o",
        "horizon_months": Decimal(1),
    }
    room = 128_000 - 100_000 - 1000
    assert ends(flip_of(values, "prompt_tokens", pack)) == [(0, room, "prompt_engineering"), (room, 10**7, "rag")]


def test_a_boundary_that_costs_draw_lies_where_the_cost_says() -> None:
    """RAG's extra share follows from two linear costs, so the volume at which it is 1 can be worked out by hand."""
    pack = pack_of(BASE, rule("dear", Comparison("rag_extra_share", "lt", Decimal(3)), rag=8))
    values: dict[str, Value] = {
        "queries_per_day": Decimal(2000),
        "knowledge_needed": "static",
        "knowledge_tokens": Decimal(5_000_000),
        "prompt_tokens": Decimal(1500),
        "input_tokens": Decimal(300),
        "output_tokens": Decimal(200),
        "cached_share": Decimal(0),
    }
    found = flip_of(values, "queries_per_day", pack)
    left, right = found.intervals
    assert (left.strategy, right.strategy) == ("prompt_engineering", "rag")
    assert isinstance(left.high, Decimal)
    monthly = {}
    for volume in (Decimal(1000), Decimal(2000)):
        priced = priced_of({**values, "queries_per_day": volume}, DAY)
        rag, current = priced.strategy("rag").total.monthly_usd, priced.alternative("current").total.monthly_usd
        assert rag is not None
        assert current is not None
        monthly[volume] = (rag, current)
    slope, today = (monthly[Decimal(2000)][side] - monthly[Decimal(1000)][side] for side in (0, 1))
    fixed = monthly[Decimal(1000)][0] - slope
    assert abs(left.high - fixed / (4 * today - slope) * 1000) <= STEP
    assert not found.exact, "the store's monthly minimum bends the cost of RAG"


def test_costs_are_not_worked_out_where_no_cost_can_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Priced, "strategy", lambda self, name: asked.append(name))
    pack = pack_of(BASE, rule("dear", Comparison("rag_extra_share", "lt", Decimal(3)), rag=3))
    scorer = Scorer(pack, priced_of({"queries_per_day": Decimal(4000)}, DAY, pack).fact_base({}))
    probe = Probe(scorer, priced_of({"queries_per_day": Decimal(4000)}, DAY, pack))
    assert ends(flips_of(probe, ["queries_per_day"])[0]) == [(0, 10**9, "prompt_engineering")]
    assert asked == []


def test_the_next_question_is_the_one_of_whose_answers_most_change_the_winner() -> None:
    strict, voice = Comparison("output_format", "eq", "strict"), Comparison("style_specific", "eq", True)
    pack = pack_of(BASE, rule("strict", strict, rag=8), rule("voice", voice, rag=8))
    found = next_question(probe_of({}, pack=pack), pack.names)
    assert found is not None
    assert (found.answer, found.chance_of_change) == ("style_specific", Decimal("0.50"))
    assert [(kind.low, kind.high, kind.strategy) for kind in found.leads_to] == [(True, True, "rag")]
    assert found.why == (
        "'style_specific' is not answered, and 1 of its 2 kinds of answers would move the recommendation away from "
        "Prompt engineering: yes to RAG."
    )
    assert next_question(probe_of({}, pack=pack_of(BASE)), pack.names) is None


def test_the_next_question_follows_costs_once_a_volume_is_supposed() -> None:
    pack = pack_of(BASE, rule("dear", Comparison("rag_extra_share", "lt", Decimal(3)), rag=8))
    values: dict[str, Value] = {"knowledge_needed": "static", "prompt_tokens": Decimal(1500)}
    found = next_question(probe_of(values, pack=pack), pack.names)
    assert found is not None
    assert found.answer == "queries_per_day"
    for kind in found.leads_to:
        assert winner_of({**values, "queries_per_day": kind.low}, pack=pack) == "rag"
        assert winner_of({**values, "queries_per_day": kind.high}, pack=pack) == "rag"


def test_a_range_is_an_open_question_within_its_ends() -> None:
    pack = pack_of(BASE, rule("small", VOLUME, rag=8))
    found = next_question(probe_of({"queries_per_day": Range(Decimal(500), Decimal(2000))}, pack=pack), pack.names)
    assert found is not None
    assert (found.answer, found.chance_of_change) == ("queries_per_day", Decimal("0.50"))
    assert [(kind.low, kind.high) for kind in found.leads_to] == [(500, 1000 - STEP)]


@pytest.mark.parametrize(
    ("question", "low", "high", "words"),
    [
        ("queries_per_day", 0, Decimal("999.999999"), "below 1,000 requests a day"),
        ("queries_per_day", 1000, 10**9, "at least 1,000 requests a day"),
        ("queries_per_day", 0, 1000, "at most 1,000 requests a day"),
        ("queries_per_day", Decimal("1000.000001"), 10**9, "above 1,000 requests a day"),
        ("queries_per_day", 1000, Decimal("49999.999999"), "at least 1,000 and below 50,000 requests a day"),
        ("queries_per_day", 0, Decimal("240666.195539"), "below about 240,700 requests a day"),
        ("queries_per_day", 0, 10**9, "any value"),
        ("cached_share", 0, Decimal("0.349999"), "below 35 % of prompt tokens"),
        ("monthly_growth", Decimal("0.05"), 1, "at least 5 % a month"),
        ("engineer_hourly_cost", 0, Decimal("34.999999"), "below USD 35 an hour"),
        ("training_runs", 5, 1000, "at least 5 runs"),
        ("training_runs", 1, 1, "1 run"),
        ("knowledge_change", "weekly", "realtime", "weekly, daily or realtime"),
        ("evaluation_set", False, True, "no or yes"),
    ],
)
def test_values_are_said_as_a_reader_would(question: str, low: Any, high: Any, words: str) -> None:
    first, last = (Decimal(end) if type(end) is int else end for end in (low, high))
    assert say_interval(FlipInterval(first, last, "rag"), QUESTIONS[question]) == words


def test_the_result_carries_ranges_as_pairs_and_shared_ends() -> None:
    answers = answers_from({"queries_per_day": [2000, 4000], "task_breadth": "narrow"}, QUESTIONS)
    found: Assessment = assess(answers, PACK, BOOK, DAY)
    plain = result_of(found).to_dict()["flips"]
    volume = next(entry for entry in plain if entry["answer"] == "queries_per_day")
    assert volume["now"] == [2000, 4000]
    assert [*volume] == ["answer", "now", "intervals", "nearest", "exact"]
    assert [*volume["intervals"][0]] == ["from", "to", "strategy"]
