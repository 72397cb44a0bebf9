"""What the street concludes about workloads whose answer is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor import advise
from advisor.contract import Result


def classifier(examples: Path, **changes: Any) -> dict[str, Any]:
    """Return the answers of the support classifier with some changed; None takes one away."""
    answers = json.loads((examples / "support-classifier.advise.json").read_text(encoding="utf-8"))
    answers.update(changes)
    return {key: value for key, value in answers.items() if value is not None}


def result_for(examples: Path, as_of: str, **changes: Any) -> Result:
    return advise(classifier(examples, **changes), as_of=as_of)


def test_the_support_classifier_is_tuned_in_march(examples: Path) -> None:
    result = result_for(
        examples,
        "2026-03-31",
        small_model_tried="yes_insufficient",
        prompting_tried="yes_insufficient",
        labelled_examples=10_000,
        data_quality="reviewed",
    )
    assert result.recommendation.strategy == "fine_tuning"


@pytest.mark.parametrize("current_model", ["gpt-4o", "gpt-6.1-terra"])  # one that ends in 52 days, one that stays
def test_in_november_the_untuned_small_model_is_the_first_experiment_with_both_totals(
    examples: Path, current_model: str
) -> None:
    result = result_for(examples, "2026-11-23", small_model_tried=None, current_model=current_model)
    switch = next(entry for entry in result.alternatives if entry.id == "switch_model")
    assert switch.applies
    step = next(step for step in result.roadmap if "the small model" in step.step and "untuned" in step.step)
    tuned = next(entry for entry in result.strategies if entry.strategy == "fine_tuning")
    for cost in (switch.cost, tuned.cost):
        assert cost.horizon_usd is not None
        assert f"USD {cost.horizon_usd:,.2f}" in step.why


def test_a_small_model_that_failed_is_no_alternative(examples: Path) -> None:
    result = result_for(examples, "2026-11-23", small_model_tried="yes_insufficient", current_model="gpt-6.1-terra")
    assert [entry.id for entry in result.alternatives if entry.applies] == ["current"]
    assert not any("small model untuned" in step.step for step in result.roadmap)


def test_a_model_closed_to_this_customer_is_not_offered(examples: Path) -> None:
    result = result_for(examples, "2026-11-23", tuned_model="ft:gpt-4o-mini")
    tuned = next(entry for entry in result.strategies if entry.strategy == "fine_tuning")
    assert tuned.model is not None
    assert not tuned.model.startswith("ft:openai/")
    assert any(entry.answer == "tuned_model" and "closed to new customers" in entry.why for entry in result.assumptions)


def test_what_was_announced_later_does_not_exist_yet(examples: Path) -> None:
    result = result_for(examples, "2026-03-31", tuned_model="ft:gpt-4o-mini")
    assert next(entry.model for entry in result.strategies if entry.strategy == "fine_tuning") == (
        "ft:openai/gpt-4o-mini"
    )


@pytest.mark.parametrize(
    ("name", "strategy"),
    [
        ("support-classifier", "fine_tuning"),
        ("support-knowledge-base", "rag"),
        ("prototype", "prompt_engineering"),
    ],
)
def test_examples(examples: Path, name: str, strategy: str) -> None:
    assert advise(examples / f"{name}.advise.json").recommendation.strategy == strategy


def test_nothing_answered_stays_with_prompting() -> None:
    result = advise({}, as_of="2026-11-23")
    assert result.recommendation.strategy == "prompt_engineering"
    assert result.recommendation.answered_share == 0
    assert set(result.recommendation.possible_strategies) == {
        "prompt_engineering",
        "rag",
        "fine_tuning",
        "rag_and_fine_tuning",
    }


def test_an_unanswered_volume_earns_no_cost_points(examples: Path) -> None:
    result = result_for(examples, "2026-11-23", queries_per_day=None)
    cost_rules = {"tuning-saves", "tuning-saves-nothing", "tuning-repays-quickly", "tuning-repays-late"}
    fired = {reason.rule for entry in result.strategies for reason in entry.reasons}
    assert not fired & cost_rules


def test_on_premises_is_priced_on_own_gpus_only(examples: Path) -> None:
    result = result_for(examples, "2026-11-23", privacy="on_premises", gpus=2, current_model=None)
    lines = {line.id: line for line in result.strategies[0].cost.lines}
    assert lines["gpu_hours"].quantity == 2 * 24 * 365
    assert not any("tokens" in line.id for entry in result.strategies for line in entry.cost.lines)


def test_labour_can_be_left_out(examples: Path) -> None:
    result = result_for(examples, "2026-11-23", engineer_hourly_cost=0)
    for entry in result.strategies:
        assert entry.cost.horizon_usd == entry.cost.horizon_api_usd
        assert not any(line.labour for line in entry.cost.lines)
