"""Laws that hold for any valid answers."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answers import answers_from
from advisor.assessment import Assessment, assess, review_by
from advisor.conditions import Domain
from advisor.costs.ledger import exact
from advisor.documents.markdown import render
from advisor.fingerprint import without_front
from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack
from advisor.plain_json import dump
from advisor.pricebook.book import PriceBook, load_book
from advisor.questions import Question
from advisor.result import result_of

pytestmark = pytest.mark.usefixtures("few_scenarios")

BOOK: PriceBook = load_book()
PACK: Pack = load_pack(providers=BOOK.providers)
MODELS = [
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-6-luna",
    "gpt-6.1-terra",
    "claude-sonnet-5.5",
    "gemini-3.8-flash",
    "deepseek/deepseek-v4-pro",
    "ft:gpt-4o-mini",
    "mistral-large-4",
]
TUNED = ["ft:gpt-4o-mini", "ft:azure/gpt-oss-20b", "ft:nova-micro", "ft:together/llama-3.1-8b", "gpt-4o"]
DAYS = [date(2026, 3, 31), date(2026, 8, 11), date(2026, 11, 23), date(2026, 12, 31), date(2028, 2, 29)]


def numbers(domain: Domain) -> st.SearchStrategy[Decimal]:
    """Return numbers of a domain, its ends and small values among them."""
    low, high = int(domain.low or 0), int(domain.high or 10**9)
    near = st.integers(low, min(high, low + 5000)).map(Decimal)
    ends = st.sampled_from([Decimal(low), Decimal(high)])
    if domain.integer or high > 1:
        return near | ends | st.integers(low, high).map(Decimal)
    return st.decimals(domain.low or 0, domain.high or 1, places=3)


def values(question: Question) -> st.SearchStrategy[Any]:
    """Return answers to a question, ranges among them."""
    match question.kind:
        case "number":
            single = numbers(question.domain)
            return single | st.tuples(single, single).map(lambda pair: sorted(pair))
        case "choice":
            return st.sampled_from(question.domain.values)
        case "bool":
            return st.booleans()
        case "strategies" | "providers":
            return st.lists(st.sampled_from(question.domain.values), unique=True)
        case "model":
            return st.sampled_from(TUNED if question.id == "tuned_model" else MODELS)
        case "notes":
            return st.dictionaries(st.sampled_from(PACK.questionnaire.ids), st.text(max_size=30), max_size=2)
        case _:
            return st.text(max_size=40)


ANSWERS = st.fixed_dictionaries(
    {}, optional={question.id: values(question) for question in PACK.questionnaire.questions}
)


def assessed(answers: dict[str, Any], day: date) -> Assessment:
    return assess(answers_from(answers, PACK.questionnaire), PACK, BOOK, day)


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
def test_any_answers_give_a_document_and_a_result_that_add_up(answers: dict[str, Any], day: date) -> None:
    assessment = assessed(answers, day)
    document = render(assessment)
    assert document == render(assessed(answers, day))
    assert "$" not in document
    assert without_front(document).lstrip().startswith("# ")
    result = result_of(assessment)
    recommendation = result.recommendation
    total = recommendation.score if recommendation.margin is None else recommendation.margin
    assert sum(reason.contribution for reason in recommendation.reasons) == total
    for strategy in result.strategies:
        assert sum(reason.points for reason in strategy.reasons) == strategy.score
    winner = next(entry for entry in result.strategies if entry.strategy == recommendation.strategy)
    assert winner.eligible
    assert all(entry.score <= winner.score for entry in result.strategies if entry.eligible)
    if recommendation.verdict == "clear":
        assert recommendation.possible_strategies == (recommendation.strategy,)
    assert result.provenance.review_by == review_by(day, assessment.ending).isoformat()


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
@exact
def test_lines_sum_to_totals_and_months_end_on_them(answers: dict[str, Any], day: date) -> None:
    result = result_of(assessed(answers, day))
    for cost in [*(entry.cost for entry in result.strategies), *(entry.cost for entry in result.alternatives)]:
        assert sum((line.amount_usd for line in cost.lines), Decimal(0)) == cost.known_usd
        if cost.horizon_usd is None:
            continue
        assert cost.horizon_usd == cost.known_usd
        assert cost.horizon_api_usd == sum((line.amount_usd for line in cost.lines if not line.labour), Decimal(0))
        build = sum((line.amount_usd for line in cost.lines if line.kind == "build"), Decimal(0))
        assert cost.upfront_usd == build
        if cost.months:
            assert cost.months[-1].cumulative_usd == cost.horizon_usd
        for line in cost.lines:
            assert abs(line.quantity * line.unit_price_usd - line.amount_usd) < Decimal("1e-6")
            assert line.amount_usd >= 0


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
def test_a_plan_with_a_gap_has_no_total_and_earns_nothing(answers: dict[str, Any], day: date) -> None:
    assessment = assessed(answers, day)
    result = result_of(assessment)
    gaps = {entry.where for entry in result.unpriced}
    named = [(entry.strategy, entry.cost) for entry in result.strategies]
    for name, cost in [*named, *((entry.id, entry.cost) for entry in result.alternatives)]:
        assert (cost.horizon_usd is None) == (name in gaps)
    if "fine_tuning" in gaps:
        assert assessment.facts["tuning_saving_share"] is None


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
def test_json_is_plain_and_round_trips(answers: dict[str, Any], day: date) -> None:
    text = dump(result_of(assessed(answers, day)).to_dict())
    loaded = json.loads(text, parse_float=Decimal)
    assert loaded["schema_version"] == "1.0"
    assert dump(json.loads(text, parse_float=Decimal, parse_int=Decimal)) == text


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
def test_no_mistake_comes_with_the_recommendation_without_its_remedy(answers: dict[str, Any], day: date) -> None:
    assessment = assessed(answers, day)
    recommended = assessment.recommendation.strategy
    preconditions = {name for step in assessment.roadmap if step.precondition for name in step.remedies}
    for found in assessment.mistakes:
        if recommended in found.committed_by:
            assert found.mistake.id in preconditions


@given(base=ANSWERS, low=st.integers(1, 10**6), factor=st.integers(2, 50))
def test_cost_grows_with_volume_without_caching(base: dict[str, Any], low: int, factor: int) -> None:
    base = {**base, "cached_share": 0, "monthly_growth": 0, "privacy": "none"}
    small, large = (assessed({**base, "queries_per_day": low * times}, DAYS[2]) for times in (1, factor))
    for before, after in zip(small.alternatives, large.alternatives, strict=True):
        if before.cost.total.monthly_usd is not None:
            assert after.cost.total.monthly_usd is not None
            assert before.cost.total.monthly_usd <= after.cost.total.monthly_usd
