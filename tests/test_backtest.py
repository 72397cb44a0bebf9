"""Agreement with published and own cases: the contract, the masks, and how far the rules agree."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command_line import advise as command

from advisor import advise
from advisor.backtest import backtest, backtest_text, judge, needs_prices
from advisor.cases import Case, read_cases
from advisor.conditions import facts_of
from advisor.packs.pack import Pack
from advisor.questions import STRATEGIES

CASES = Path(__file__).parent / "cases" / "dev.yaml"
DAY = "2026-11-23"
OWN = Path(__file__).parent / "cases" / "own.yaml"
HEURISTICS = Path(__file__).parent.parent / "docs" / "heuristics.md"


def case(**changes: Any) -> Case:
    return Case.model_validate(
        {
            "id": "made-up",
            "title": "A made-up case",
            "source": {"citation": "none", "year": 2026},
            "kind": "forum",
            "summary": "Made up.",
            "answers": {"prompting_tried": "no", "task_type": "classification", "failing": "behaviour"},
            "expected": ["prompt_engineering"],
            "confidence": "low",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("mask", "assumed", "least"),
    [
        ((), False, "0.92"),
        (("prompting_tried",), False, "0.86"),
        ((), True, "0.88"),
        (("prompting_tried",), True, "0.74"),
    ],
)
def test_the_rules_agree_with_the_published_cases(mask: tuple[str, ...], assumed: bool, least: str, pack: Pack) -> None:
    result = backtest(judge(read_cases(CASES), pack, mask, mask_assumed=assumed), pack)
    assert result.hit_rate >= Decimal(least)
    if not mask and not assumed:
        assert all(Decimal(tally.hits) / tally.cases >= Decimal("0.75") for tally in result.by_strategy.values())


def test_the_rules_agree_with_the_own_cases(pack: Pack) -> None:
    result = backtest(judge(read_cases(OWN), pack), pack)
    assert result.cases == 20
    assert result.hits >= 18


def test_the_own_cases_say_what_published_ones_leave_out() -> None:
    cases = read_cases(OWN)
    assert {case.expected[0] for case in cases} == set(STRATEGIES)
    assert {case.answers["privacy"] for case in cases} == {"none", "regulated", "on_premises"}
    assert len({case.answers["task_type"] for case in cases}) >= 8
    assert all({"failing", "queries_per_day"} <= set(case.answers) for case in cases)
    hosted = [case for case in cases if case.answers["privacy"] != "on_premises"]
    assert all({"current_model", "small_model", "tuned_model"} & set(case.answers) for case in hosted)


def test_every_own_case_names_the_heuristic_that_expects_its_strategies() -> None:
    page = HEURISTICS.read_text(encoding="utf-8")
    for case in read_cases(OWN):
        named = re.findall(r"\b([A-Z]\d+)\b", (case.because or "").partition(":")[0])
        assert named, case.id
        assert all(f"| {name} |" in page for name in named if name.startswith("H")), case.id


def test_the_own_cases_are_recommended_the_same_with_prices(pack: Pack) -> None:
    agreed = 0
    for case in read_cases(OWN):
        answers = {name: as_answer(value) for name, value in case.answers.items()}
        agreed += (
            advise({**answers, "considering": list(case.rejected)}, as_of=DAY).recommendation.strategy in case.expected
        )
    assert agreed >= 18


def as_answer(value: Any) -> Any:
    """Return an answer as an answers file holds it: cases keep the texts of their file."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def test_the_json_has_the_keys_of_the_contract() -> None:
    found = json.loads(command("backtest", CASES, "--json").out)
    assert list(found) == ["cases", "hits", "hit_rate", "macro_recall", "by_strategy", "mistakes", "misses"]
    assert found["cases"] == 78
    assert sum(tally["cases"] for tally in found["by_strategy"].values()) == 78
    assert sum(tally["hits"] for tally in found["by_strategy"].values()) == found["hits"]
    assert len(found["misses"]) == 78 - found["hits"]
    assert set(found["mistakes"]) == {"expected", "found", "both"}
    assert all(set(miss) == {"id", "expected", "got", "verdict"} for miss in found["misses"])


def test_a_hit_is_any_expected_strategy_and_counts_under_the_first(pack: Pack) -> None:
    result = backtest(judge([case(expected=["rag", "prompt_engineering"])], pack), pack)
    assert result.hits == 1
    assert list(result.by_strategy) == ["rag"]
    assert result.macro_recall == 1


def test_a_masked_answer_is_open_and_an_assumed_one_is_masked_on_request(pack: Pack) -> None:
    tuned = case(
        answers={
            "prompting_tried": "no",
            "task_type": "classification",
            "task_breadth": "narrow",
            "failing": "behaviour",
            "labelled_examples": "5000",
        },
        assumed=["prompting_tried"],
        expected=["fine_tuning"],
    )
    assert not judge([tuned], pack)[0].hit
    assert judge([tuned], pack, ["prompting_tried"])[0].hit
    assert judge([tuned], pack, mask_assumed=True)[0].hit


def test_what_was_rejected_is_looked_at_for_mistakes_that_need_no_price(pack: Pack) -> None:
    judged = judge(
        [case(rejected=["fine_tuning"], mistakes=["ft_before_prompting", "ignored_inference_premium"])], pack
    )
    assert "ft_before_prompting" in judged[0].mistakes
    tally = backtest(judged, pack).mistakes
    assert (tally.expected, tally.both) == (1, 1)
    priced = {mistake.id for mistake in pack.mistakes if needs_prices(facts_of(mistake.when))}
    assert {"ignored_inference_premium", "wrong_base_model", "over_upfront_budget"} <= priced
    assert not judged[0].mistakes & priced


def test_an_expected_mistake_that_the_answers_leave_open_is_said_to_be_undecided(pack: Pack) -> None:
    judged = judge([case(rejected=["fine_tuning"], mistakes=["ft_before_prompting", "low_quality_data"])], pack)
    assert judged[0].undecided == {"low_quality_data"}
    text = backtest_text(judged, backtest(judged, pack))
    assert re.search(r"^ft_before_prompting +1 +1 +1 +0$", text, re.MULTILINE)
    assert re.search(r"^low_quality_data +1 +0 +0 +1$", text, re.MULTILINE)


def test_no_table_of_mistakes_is_printed_where_there_is_none(pack: Pack) -> None:
    judged = judge([case(answers={"task_type": "qa"})], pack)
    assert "undecided" not in backtest_text(judged, backtest(judged, pack))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--mask", "prompting_tryed"), "Did you mean 'prompting_tried'?"),
        ((), "made-up:task_tipe: unknown question 'task_tipe'. Did you mean 'task_type'?"),
    ],
)
def test_a_wrong_name_is_refused_with_the_nearest(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(
        "cases:\n- {id: made-up, title: a, source: {citation: b, year: 2026}, kind: forum, summary: c,\n"
        "   answers: {task_tipe: qa}, expected: [rag], confidence: low}\n",
        encoding="utf-8",
    )
    outcome = command("backtest", file, *arguments)
    assert outcome.code == 2
    assert says in outcome.err
