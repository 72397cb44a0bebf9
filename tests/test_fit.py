"""Budgets, the deadline and the invoice, against what is projected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from advisor.answers import answers_from
from advisor.assessment import Assessment, assess
from advisor.conditions import Range
from advisor.documents.markdown import render
from advisor.documents.sections.fitting import Form, standing
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook

DAY = date(2026, 11, 25)
BASE: dict[str, Any] = {
    "task_type": "chat",
    "prompting_tried": "yes_insufficient",
    "evaluation_set": True,
    "queries_per_day": 10_000,
    "calls_per_request": 1,
    "prompt_tokens": 1_000,
    "input_tokens": 500,
    "output_tokens": 200,
    "cached_share": 0,
    "knowledge_needed": "changing",
    "knowledge_tokens": 2_000_000,
    "failing": "knowledge",
    "current_model": "gpt-6.1-terra",
    "small_model": "gpt-6-luna",
    "requirement_change": "never",
}
Assessed = Callable[..., Assessment]


@pytest.fixture
def assessed(pack: Pack, book: PriceBook) -> Assessed:
    def make(**changes: Any) -> Assessment:
        return assess(answers_from({**BASE, **changes}, pack.questionnaire), pack, book, DAY)

    return make


def test_without_budgets_nothing_is_compared(assessed: Assessed) -> None:
    assessment = assessed()
    fit = assessment.fits["rag"]
    assert (fit.upfront_over_usd, fit.monthly_over_usd, fit.weeks_over, fit.over_from) == (None,) * 4
    assert assessment.invoice is None
    document = render(assessment)
    assert "### Budgets and deadline" not in document
    assert "### The invoice" not in document


def test_what_a_strategy_takes_beyond_its_budgets_is_total_minus_allowance(assessed: Assessed) -> None:
    assessment = assessed(upfront_budget=10_000, monthly_budget=1_000, deadline_weeks=2)
    cost, fit = assessment.costs["rag"], assessment.fits["rag"]
    assert cost.total.upfront_usd is not None
    assert cost.total.monthly_usd is not None
    assert fit.upfront_over_usd == cost.printed("build") - 10_000
    assert fit.monthly_over_usd == cost.total.monthly_usd - 1_000
    assert cost.build_hours == 120  # retrieval; the prompt and the evaluation set exist
    assert fit.weeks_over == Decimal(120) / 40 - 2
    assert assessment.recommendation.strategy == "rag"
    found = {entry.mistake.id: entry for entry in assessment.mistakes}
    assert found["over_upfront_budget"].at_stake_usd == fit.upfront_over_usd
    run = sum((month.run_usd for month in cost.months), Decimal(0))
    assert found["over_monthly_budget"].at_stake_usd == run - 12 * 1_000
    assert "misses_deadline" in found
    preconditions = {name for step in assessment.roadmap if step.precondition for name in step.remedies}
    assert {"over_upfront_budget", "over_monthly_budget", "misses_deadline"} <= preconditions
    document = render(assessment)
    assert "work, 3 weeks for one person: 1 week over" in document
    assert "### Budgets and deadline" in document


def test_a_budget_that_is_met_is_no_mistake(assessed: Assessed) -> None:
    assessment = assessed(upfront_budget=10**6, monthly_budget=10**6, deadline_weeks=100)
    assert not {"over_upfront_budget", "over_monthly_budget", "misses_deadline"} & {
        entry.mistake.id for entry in assessment.mistakes
    }
    assert "to spare" in render(assessment)


def test_growth_past_the_monthly_budget_is_said_with_its_month(assessed: Assessed) -> None:
    now = assessed().costs["rag"].total.monthly_usd
    assert now is not None
    assessment = assessed(monthly_budget=float(now * 2), monthly_growth=0.1)
    fit = assessment.fits["rag"]
    # 1.1 ** 7 = 1.95 and 1.1 ** 8 = 2.14, and usage is nearly all of the month: the ninth month is the first beyond.
    assert fit.over_from == "2027-08"
    assert "takes the month over its budget from 2027-08 on" in render(assessment)


def test_a_range_of_budgets_gives_a_range_and_no_certain_mistake(assessed: Assessed) -> None:
    assessment = assessed(upfront_budget=[5_000, 50_000])
    upfront = assessment.costs["rag"].printed("build")
    assert assessment.fits["rag"].upfront_over_usd == Range(upfront - 50_000, upfront - 5_000)
    assert "over_upfront_budget" not in {entry.mistake.id for entry in assessment.mistakes}


def test_hours_of_work_do_not_depend_on_what_an_hour_costs(assessed: Assessed) -> None:
    assert assessed(engineer_hourly_cost=0).costs["rag"].build_hours == assessed().costs["rag"].build_hours == 120


@pytest.mark.parametrize(
    ("over", "form", "words"),
    [
        (None, "usd", "not comparable, as prices are missing"),
        (Decimal(5), "usd", "USD 5.00 over"),
        (Decimal(-5), "usd", "USD 5.00 to spare"),
        (Decimal(0), "usd", "exactly at its limit"),
        (Range(Decimal(1), Decimal(2)), "weeks", "1 to 2 weeks over"),
        (Range(Decimal(-4), Decimal(-1)), "weeks", "1 to 4 weeks to spare"),
        (Range(Decimal(-4), Decimal(3)), "usd", "between USD 4.00 to spare and USD 3.00 over"),
    ],
)
def test_how_a_fit_is_said(over: Any, form: Form, words: str) -> None:
    assert standing(over, form) == words


def test_the_share_of_the_invoice_is_what_tokens_cost_over_what_was_paid(assessed: Assessed) -> None:
    # 10,000 × 30 calls × (1,500 input × USD 1 + 200 output × USD 5) ÷ 1M = USD 750.00
    assessment = assessed(current_monthly_spend=1_200)
    assert assessment.invoice is not None
    assert assessment.invoice.explained_usd == 750
    assert assessment.invoice.share == Decimal("0.625")
    document = render(assessment)
    assert "your tokens explain 62.5 % of the USD 1,200.00 paid a month" in document
    assert "- reasoning tokens, which are billed as output" in document
    assert next(step for step in assessment.roadmap if not step.precondition).id == "reconcile-invoice"


@pytest.mark.parametrize(
    ("spend", "says", "reconcile"),
    [
        (760, "close enough to rest a decision on", False),
        (500, "negotiated discounts", True),
        ([700, 800], "close enough to rest a decision on", False),
        ([1_000, 2_000], "Your tokens explain 37.5 % to 75 % of the invoice", True),
        (0, "The invoice is not compared", False),
    ],
)
def test_an_invoice_that_agrees_or_not(assessed: Assessed, spend: Any, says: str, reconcile: bool) -> None:
    assessment = assessed(current_monthly_spend=spend)
    assert says in render(assessment)
    assert ("reconcile-invoice" in {step.id for step in assessment.roadmap}) is reconcile


def test_on_premises_no_invoice_of_a_provider_is_compared(assessed: Assessed) -> None:
    assessment = assessed(current_monthly_spend=1_000, privacy="on_premises")
    assert assessment.invoice is None
    assert "The invoice is not compared" in render(assessment)
