"""The figures that the seed document computes (its price list of March 2026), reached from data alone."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from advisor.cli import app

SUPPORT = (
    "queries_per_day=500000 prompt_tokens=0 input_tokens=200 output_tokens=50 labelled_examples=10000 "
    "example_tokens=300 epochs=3 training_runs=1"
)
REPLACEMENT = (
    "queries_per_day=500000 prompt_tokens=100 tuned_prompt_tokens=0 input_tokens=100 output_tokens=100 "
    "tuned_output_tokens=80 labelled_examples=5000 example_tokens=500 epochs=3 training_runs=1"
)


def compared(models: list[str], settings: str) -> list[dict[str, Any]]:
    """Return what `advise compare --json` prints for some models as of March 2026."""
    arguments = ["compare", "--as-of", "2026-03-31", "--json"]
    for model in models:
        arguments += ["--model", model]
    for setting in settings.split():
        arguments += ["--set", setting]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout, parse_float=Decimal, parse_int=Decimal)["models"]
    return found


@pytest.fixture(scope="module")
def support() -> list[dict[str, Any]]:
    return compared(["gpt-4o", "gpt-4o-mini", "ft:gpt-4o-mini"], SUPPORT)


@pytest.fixture(scope="module")
def replacement() -> list[dict[str, Any]]:
    return compared(["gpt-4o", "ft:gpt-4o-mini", "ft:gpt-4o", "ft:mistral-small"], REPLACEMENT)


def test_support_classification_costs_what_the_seed_says(support: list[dict[str, Any]]) -> None:
    assert [model["daily_usd"] for model in support] == [500, 30, 60]
    assert [model["monthly_usd"] for model in support] == [15000, 900, 1800]


def test_the_tuned_small_model_saves_what_the_seed_says(support: list[dict[str, Any]]) -> None:
    tuned = support[2]
    assert tuned["saving_share"] == Decimal("0.88")
    assert tuned["saving_monthly_usd"] == 13200
    assert tuned["saving_yearly_usd"] == 158400
    assert tuned["training"] == {"trained_tokens": 9_000_000, "run_usd": 27, "runs": 1, "total_usd": 27}
    assert round(tuned["break_even"]["hours"], 2) == Decimal("1.47")


def test_the_baseline_saves_nothing_against_itself(support: list[dict[str, Any]]) -> None:
    baseline = support[0]
    assert (baseline["saving_monthly_usd"], baseline["saving_share"], baseline["break_even"]) == (0, 0, None)
    assert baseline["training"] is None


def test_replacing_the_large_model_pays_back_as_the_seed_says(replacement: list[dict[str, Any]]) -> None:
    before, tuned = replacement[:2]
    assert before["per_request_usd"] == Decimal("0.0015")
    assert tuned["per_request_usd"] == Decimal("0.000126")
    assert tuned["training"]["total_usd"] == Decimal("22.5")
    assert tuned["break_even"]["requests"] == 16_376
    assert round(tuned["break_even"]["hours"] * 60, 2) == Decimal("47.16")
    assert tuned["saving_calendar_year_usd"] == 250_755


def test_training_costs_of_the_other_bases_are_those_of_the_seed(replacement: list[dict[str, Any]]) -> None:
    assert [model["training"]["total_usd"] for model in replacement[2:]] == [Decimal("187.5"), 15]


def test_the_price_list_of_the_seed_is_in_the_book() -> None:
    models = ["gpt-4o", "ft:gpt-4o-mini", "ft:gpt-4o", "ft:gpt-3.5-turbo", "ft:mistral-small", "ft:mistral-large"]
    per_million = (
        "queries_per_day=1 prompt_tokens=0 output_tokens={} input_tokens={} labelled_examples=1000 "
        "example_tokens=1000 epochs=1 training_runs=1"
    )
    inputs = compared(models, per_million.format(0, 1_000_000))
    outputs = compared(models, per_million.format(1_000_000, 0))
    rates = [Decimal(text) for text in ("2.50", "0.30", "3.75", "3.00", "0.20", "4.00")]
    assert [model["per_request_usd"] for model in inputs] == rates
    rates = [Decimal(text) for text in ("10.00", "1.20", "15.00", "6.00", "0.60", "12.00")]
    assert [model["per_request_usd"] for model in outputs] == rates
    trained = [Decimal(text) for text in ("3", "25", "8", "2", "8")]
    assert [model["training"]["run_usd"] for model in inputs[1:]] == trained
    assert [model["hosting_monthly_usd"] for model in inputs] == [0] * 6
