"""`advise compare`: the contract of its JSON, what its figures follow from, and the models it picks from the book."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

import pytest
from command_line import Outcome, advise
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_properties import BOOK, MODELS, PACK, TUNED

from advisor.answers import answers_from
from advisor.compare import Compared, Comparison, compare
from advisor.costs.ledger import exact
from advisor.workload_reader import workload_of

DAY: Final = date(2026, 11, 23)
MARCH: Final = date(2026, 3, 31)
KEYS: Final = [
    "model",
    "resolved_id",
    "warnings",
    "per_request_usd",
    "daily_usd",
    "monthly_usd",
    "yearly_usd",
    "calendar_year_usd",
    "hosting_monthly_usd",
    "training",
    "saving_monthly_usd",
    "saving_yearly_usd",
    "saving_calendar_year_usd",
    "saving_share",
    "break_even",
]
VOLUME: Final[dict[str, Any]] = {"queries_per_day": 20_000}


def ask(*arguments: str, as_of: date = DAY, **answers: Any) -> Outcome:
    settings = [part for name, value in answers.items() for part in ("--set", f"{name}={value}")]
    return advise("compare", *arguments, "--as-of", str(as_of), *settings)


def compared(*arguments: str, as_of: date = DAY, **answers: Any) -> list[dict[str, Any]]:
    """Return the models that `advise compare --json` prints."""
    told = ask(*arguments, "--json", as_of=as_of, **{**VOLUME, **answers})
    assert told.code == 0, told.err
    found: list[dict[str, Any]] = json.loads(told.out, parse_float=Decimal, parse_int=Decimal)["models"]
    return found


def named(*models: str) -> list[str]:
    return [part for model in models for part in ("--model", model)]


# The contract.


def test_the_json_is_what_the_contract_says() -> None:
    told = ask(*named("gpt-4o", "ft:azure/gpt-oss-20b"), "--json", **VOLUME)
    result = json.loads(told.out)
    assert list(result)[-1] == "models"
    assert [list(entry) for entry in result["models"]] == [KEYS, KEYS]
    tuned = result["models"][1]
    assert list(tuned["training"]) == ["trained_tokens", "run_usd", "runs", "total_usd"]
    assert list(tuned["break_even"]) == ["requests", "days", "hours"]
    assert not re.search(r"\d[eE][+-]?\d", told.out)
    assert "2026-11-23" in told.err


numbers = st.integers(0, 5000)
TOKENS = st.fixed_dictionaries(
    {
        "queries_per_day": st.integers(0, 10**6),
        "prompt_tokens": numbers,
        "input_tokens": numbers,
        "output_tokens": numbers,
    },
    optional={
        "tuned_prompt_tokens": numbers,
        "tuned_output_tokens": numbers,
        "calls_per_request": st.integers(1, 5),
        "cached_share": st.sampled_from([Decimal(0), Decimal("0.8")]),
        "labelled_examples": st.integers(0, 20_000),
        "example_tokens": st.integers(1, 5000),
        "epochs": st.integers(1, 10),
        "training_runs": st.integers(1, 9),
    },
)


def side_by_side(models: list[str], answers: Mapping[str, Any]) -> Comparison:
    read = answers_from(answers, PACK.questionnaire)
    return compare(models, read, workload_of(read, PACK.questionnaire, PACK.examples_needed), BOOK, DAY)


@given(answers=TOKENS, models=st.lists(st.sampled_from([*MODELS, *TUNED[:4]]), min_size=1, max_size=4, unique=True))
@exact
def test_every_figure_follows_from_the_request_the_hosting_and_the_training(
    answers: dict[str, Any], models: list[str]
) -> None:
    found = side_by_side(models, answers).models
    queries, first = Decimal(answers["queries_per_day"]), found[0]
    assert [entry.model for entry in found] == models
    for entry in found:
        model = BOOK.resolve(entry.model)
        assert entry.resolved_id == model.id
        hourly = BOOK.rate(model.id, "hosting", DAY) if model.tuned else None
        hosting = Decimal(0) if not model.tuned else None if hourly is None else 24 * hourly.unit_usd
        if entry.per_request_usd is None or hosting is None:
            assert entry.warnings
            assert (entry.daily_usd, entry.monthly_usd, entry.yearly_usd, entry.calendar_year_usd) == (None,) * 4
            assert entry is first or (entry.saving_monthly_usd, entry.saving_share, entry.break_even) == (None,) * 3
            continue
        daily = entry.per_request_usd * queries + hosting
        assert (entry.daily_usd, entry.hosting_monthly_usd) == (daily, hosting * 30)
        assert (entry.monthly_usd, entry.yearly_usd, entry.calendar_year_usd) == (daily * 30, daily * 360, daily * 365)
        follows_training(entry.training, model.id, answers)
        if entry is first:
            assert [entry.saving_monthly_usd, entry.saving_yearly_usd, entry.saving_calendar_year_usd] == [
                Decimal(0)
            ] * 3
            assert (entry.saving_share, entry.break_even) == (Decimal(0), None)
        elif first.daily_usd is None:
            assert (entry.saving_monthly_usd, entry.saving_share, entry.break_even) == (None, None, None)
        else:
            saved = first.daily_usd - daily
            assert (entry.saving_monthly_usd, entry.saving_yearly_usd) == (saved * 30, saved * 360)
            assert entry.saving_calendar_year_usd == saved * 365
            share = (saved / first.daily_usd).quantize(Decimal("1e-10")) if first.daily_usd else None
            assert entry.saving_share == share
            pays_back(entry, saved, queries)


def follows_training(training: Any, model: str, answers: Mapping[str, Any]) -> None:
    """Assert that a run is all labelled examples × tokens × epochs at the training rate, and the total all runs."""
    if not model.startswith("ft:"):
        assert training is None
        return
    sizes = workload_of(answers_from(answers, PACK.questionnaire), PACK.questionnaire, PACK.examples_needed)
    assert training.trained_tokens == (sizes.labelled_examples.value * sizes.example_tokens.value * sizes.epochs.value)
    rate = BOOK.rate(model, "training", DAY)
    if rate is None:
        assert (training.run_usd, training.total_usd) == (None, None)
    else:
        assert abs(training.run_usd - training.trained_tokens * rate.unit_usd / 1_000_000) <= Decimal("5e-11")
        assert training.total_usd == training.run_usd * training.runs


def pays_back(entry: Compared, saved: Decimal, queries: Decimal) -> None:
    """Assert that the saving a day repays the training in the days and requests that are given, or never."""
    total = entry.training.total_usd if entry.training else None
    if total is None or saved <= 0:
        assert entry.break_even is None
        return
    assert entry.break_even is not None
    assert abs(entry.break_even.days - total / saved) <= Decimal("5e-11")
    assert abs(entry.break_even.hours - total / saved * 24) <= Decimal("5e-11")
    assert entry.break_even.requests == (total * queries / saved).to_integral_value(ROUND_CEILING)


@given(answers=TOKENS)
def test_tuned_tokens_count_for_tuned_models_alone_and_only_where_they_are_answered(answers: dict[str, Any]) -> None:
    answers = {**answers, "cached_share": 0, "calls_per_request": 1}
    untuned, tuned = side_by_side(["gpt-6-luna", "ft:azure/gpt-oss-20b"], answers).models
    tokens = (answers["prompt_tokens"] + answers["input_tokens"], answers["output_tokens"])
    prompt = answers.get("tuned_prompt_tokens", answers["prompt_tokens"])
    short = (prompt + answers["input_tokens"], answers.get("tuned_output_tokens", tokens[1]))
    for entry, model, (sent, received) in (
        (untuned, "openai/gpt-6-luna", tokens),
        (tuned, "ft:azure/gpt-oss-20b", short),
    ):
        rates = [BOOK.rate(model, kind, DAY) for kind in ("input", "output")]
        assert rates[0] is not None
        assert rates[1] is not None
        assert entry.per_request_usd == (sent * rates[0].unit_usd + received * rates[1].unit_usd) / 1_000_000


def test_a_break_even_is_rounded_up_to_a_whole_request() -> None:
    # gpt-4o 2.50 a million: 1,000 tokens are USD 0.0025. gpt-oss-20b, Azure 0.07: 0.00007, and 24 h of 0.30 hosting.
    # 1,000,000 requests a day: saved 2,500 − 70 − 7.20 = 2,422.80 a day. Training 100 × 700 = 70,000 tokens at 3.60.
    sizes: dict[str, Any] = {"prompt_tokens": 0, "input_tokens": 1000, "output_tokens": 0, "queries_per_day": 1_000_000}
    training: dict[str, Any] = {"labelled_examples": 100, "example_tokens": 700, "epochs": 1, "training_runs": 1}
    _, tuned = compared(*named("gpt-4o", "ft:azure/gpt-oss-20b"), **sizes, **training)
    assert tuned["daily_usd"] == Decimal("77.2")
    assert tuned["saving_monthly_usd"] == Decimal("72684")
    assert tuned["training"]["total_usd"] == Decimal("0.252")
    # 0.252 / 2,422.80 = 0.00010401 days, 104.01 requests.
    assert tuned["break_even"]["requests"] == 105
    assert tuned["break_even"]["days"] == Decimal("0.0001040119")


def test_training_takes_the_labelled_examples_as_they_are_and_not_the_target_of_the_task() -> None:
    _, tuned = compared(*named("gpt-4o", "ft:azure/gpt-oss-20b"), labelled_examples=7, example_tokens=10, epochs=2)
    assert tuned["training"]["trained_tokens"] == 140


# Models picked from the book.


def first_year(entry: Mapping[str, Any]) -> Decimal | None:
    training = Decimal(0) if entry["training"] is None else entry["training"]["total_usd"]
    return None if entry["yearly_usd"] is None or training is None else entry["yearly_usd"] + training


PICKS: Final[dict[str, list[str]]] = {
    "--all-tunable": ["--all-tunable"],
    "--tier small": ["--tier", "small"],
    "--tier mid": ["--tier", "mid"],
    "--tier large": ["--tier", "large"],
    "--provider openai": ["--provider", "openai"],
    "--provider google": ["--provider", "google"],
    "--provider azure": ["--provider", "azure"],
    "everything": ["--all-tunable", "--tier", "small", "--provider", "google"],
}


@pytest.mark.parametrize("pick", PICKS.values(), ids=PICKS)
@pytest.mark.parametrize("baseline", ["openai/gpt-6-luna", "ft:azure/gpt-oss-20b", "gemini-3.5-flash-lite"])
def test_picked_models_follow_the_baseline_from_the_cheapest_first_year_to_the_dearest(
    pick: list[str], baseline: str
) -> None:
    found = compared(*named(baseline), *pick)
    ids = [entry["resolved_id"] for entry in found]
    assert ids[0] == BOOK.resolve(baseline).id
    assert len({*ids}) == len(ids) > 2
    years = [first_year(entry) for entry in found[1:]]
    priced = [year for year in years if year is not None]
    assert years == [*sorted(priced), *([None] * (len(years) - len(priced)))]
    assert found[0]["saving_monthly_usd"] == 0


def test_named_models_keep_their_order_before_the_picked_ones() -> None:
    found = compared(*named("claude-fable-5.2", "gpt-6-luna"), "--tier", "small")
    assert [entry["resolved_id"] for entry in found][:2] == ["anthropic/claude-fable-5-2", "openai/gpt-6-luna"]
    assert {entry["resolved_id"] for entry in found[2:]} == {*BOOK.rows.tiers["small"].models} - {"openai/gpt-6-luna"}


def test_a_model_named_in_two_spellings_is_one_model() -> None:
    told = ask(*named("gpt-4o", "openai/gpt-4o"), "--json", **VOLUME)
    ids = [entry["resolved_id"] for entry in json.loads(told.out)["models"]] if told.code == 0 else []
    assert len({*ids}) == len(ids)


def test_unpriced_models_come_last() -> None:
    read = answers_from(VOLUME, PACK.questionnaire)
    workload = workload_of(read, PACK.questionnaire, PACK.examples_needed)
    found = compare(["gpt-4o"], read, workload, BOOK, DAY, ["ft:nova-micro", "gpt-6-luna", "ft:azure/qwen-32b"])
    assert [entry.resolved_id for entry in found.models] == [
        "openai/gpt-4o",
        "openai/gpt-6-luna",
        "ft:aws/nova-micro",
        "ft:azure/qwen-32b",
    ]


def test_all_that_can_be_tuned_is_what_is_priced_and_open_to_this_customer() -> None:
    found = {entry["resolved_id"] for entry in compared(*named("gpt-4o"), "--all-tunable")[1:]}
    assert "ft:azure/gpt-oss-20b" in found
    assert not {"ft:openai/gpt-4o-mini", "ft:aws/nova-micro", "ft:azure/gpt-4.1-mini"} & found
    entries = compared(*named("gpt-4o"), "--all-tunable", tuning_access="together")[1:]
    assert entries
    assert {entry["resolved_id"].partition("/")[0] for entry in entries} == {"ft:together"}
    for entry in entries:
        assert first_year(entry) is not None
    old = {entry["resolved_id"] for entry in compared(*named("gpt-4o"), "--all-tunable", as_of=MARCH)}
    assert "ft:openai/gpt-4o-mini" in old


def test_a_provider_is_its_text_models_with_a_price_and_its_tuned_rows_that_are_open() -> None:
    found = compared(*named("gpt-4o"), "--provider", "google")[1:]
    ids = {entry["resolved_id"] for entry in found}
    assert "google/gemini-3.5-flash-lite" in ids
    assert all("google/" in name for name in ids)
    assert not [name for name in ids if re.search("tts|image|embed|live|audio|robotics", name)]
    assert not [entry for entry in found if entry["per_request_usd"] is None]
    azure = {entry["resolved_id"] for entry in compared(*named("gpt-4o"), "--provider", "azure")[1:]}
    assert {"ft:azure/gpt-oss-20b", "azure/o1"} <= azure
    assert not {"ft:azure/gpt-4.1-mini", "ft:azure/qwen-32b"} & azure
    openai = {entry["resolved_id"] for entry in compared(*named("gpt-4o"), "--provider", "openai")[1:]}
    assert {"openai/gpt-6-luna", "openai/gpt-6.1-terra"} <= openai
    assert not [name for name in openai if name.startswith("ft:")]


@pytest.mark.parametrize("provider", ["openai", "azure", "google", "aws"])
def test_a_model_that_no_longer_serves_is_not_picked(provider: str) -> None:
    for entry in compared(*named("gpt-6-luna"), "--provider", provider, "--all-tunable")[1:]:
        ends = BOOK.availability(BOOK.resolve(entry["resolved_id"]), DAY, None).ends
        assert ends is None or ends.date >= DAY, entry["resolved_id"]


def test_the_current_model_is_the_baseline_where_none_is_named() -> None:
    answered = compared("--tier", "small", current_model="claude-haiku-5.5")
    assert answered[0]["resolved_id"] == "anthropic/claude-haiku-5-5"
    assert compared("--tier", "small")[0]["resolved_id"] == BOOK.role("current", DAY).model


# Ways of printing.


@pytest.mark.parametrize("pick", [[*named("gpt-4o", "gpt-6-luna")], ["--all-tunable"], ["--provider", "openai"]])
def test_markdown_is_one_table_of_at_most_six_columns_with_a_row_a_model(pick: list[str]) -> None:
    text = ask(*pick, "--markdown", **VOLUME).out
    rows = [line for line in text.splitlines() if line.startswith("|")]
    columns = {line.strip("|").count("|") + 1 for line in rows}
    assert len(columns) == 1
    assert columns <= {2, 3, 4, 5, 6}
    assert re.fullmatch(r"\| --- \|( ---: \|)+", rows[1])
    models = compared(*pick)
    assert [re.sub(r"^\| `(.*?)` .*", r"\1", row) for row in rows[2:]] == [entry["resolved_id"] for entry in models]
    assert "2026-11-23" in text
    assert "$" not in text


def test_the_warnings_of_a_table_say_which_models_they_are_about() -> None:
    for way in ([], ["--markdown"]):
        text = ask(*named("gpt-6-luna", "ft:gpt-4o-mini"), *way, **VOLUME).out
        assert "ft:openai/gpt-4o-mini: ft:openai/gpt-4o-mini cannot be tuned by this customer" in text


# What is refused, and what is warned of.


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--tier", "smal"], "--tier: unknown tier 'smal'. Did you mean 'small'? Accepted: small, mid, large."),
        (["--model", "gpt-4o", "--tier", ""], "--tier: unknown tier ''."),
        (["--model", "gpt-4o", "--provider", ""], "--provider: unknown provider ''."),
        (["--provider", "opnai"], "--provider: unknown provider 'opnai'. Did you mean 'openai'?"),
        (["--model", "gpt-4oo", "--tier", "small"], "--model: unknown model 'gpt-4oo'. Did you mean 'gpt-4o'?"),
        (["--model", "gpt-4o", "--model", "gpt-4o"], "--model: a model is named twice."),
        (["--model", "gpt-4o", "--json", "--markdown"], "--json and --markdown do not go together."),
        ([], "--model: no model is named."),
        (["--set", "queries_per_day=5000"], "--model: no model is named."),
        (["--set", "current_model=gpt-4o"], "--model: no model is named."),
        (["--model", "gpt-4o", "--set", "queries_per_day=-1"], "queries_per_day"),
        (["--model", "gpt-4o", "--set", "querys_per_day=1"], "Did you mean 'queries_per_day'?"),
        (["nowhere.advise.json", "--model", "gpt-4o"], "nowhere.advise.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_compared_is_refused_with_the_likely_name(arguments: list[str], says: str) -> None:
    told = advise("compare", *arguments, "--as-of", str(DAY))
    assert (told.code, told.out) == (2, "")
    assert says in told.err
    assert "Traceback" not in told.err


def test_a_tier_is_not_established_before_its_day() -> None:
    told = ask(*named("gpt-4o"), "--tier", "small", as_of=MARCH)
    assert told.code == 2
    assert "2026-11-23 or later" in told.err


@pytest.mark.parametrize(
    ("model", "day", "warning"),
    [
        ("gpt-4o", DAY, "2027-01-14"),
        ("gpt-4o", date(2028, 2, 1), "2027-01-14"),
        ("ft:gpt-4o-mini", DAY, "closed to new customers on 2026-05-07"),
        ("ft:gpt-4o-mini", DAY, "2027-01-14"),
        ("ft:openai/gpt-4.1-nano", DAY, "2026-10-23"),
        ("ft:mistral-small", DAY, "withdrawn by 2026-11-23"),
        ("azure/o3-mini", DAY, "2026-10-01"),
        ("ft:nova-micro", DAY, "what training ft:aws/nova-micro costs is not established"),
        ("gpt-6-luna", MARCH, "not dated"),
    ],
)
def test_a_model_that_has_ended_or_is_not_on_offer_is_compared_with_a_warning(
    model: str, day: date, warning: str
) -> None:
    (entry,) = compared(*named(model), as_of=day)
    assert any(warning in text for text in entry["warnings"]), entry["warnings"]


def test_a_model_in_service_has_no_warning() -> None:
    assert [entry["warnings"] for entry in compared(*named("gemini-4-argon", "ft:azure/gpt-oss-20b"))][1] == []


def test_a_model_of_the_baseline_without_a_price_saves_nothing_for_anyone() -> None:
    first, second = compared(*named("ft:azure/qwen-32b", "gpt-6-luna"))
    assert first["daily_usd"] is None
    assert first["saving_monthly_usd"] == 0
    assert (second["saving_monthly_usd"], second["saving_share"], second["break_even"]) == (None, None, None)


def test_every_entry_has_the_types_of_the_contract() -> None:
    amount = {"type": ["number", "null"]}
    schema = {
        "type": "object",
        "required": KEYS,
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(KEYS, amount),
            "model": {"type": "string"},
            "resolved_id": {"type": "string"},
            "warnings": {"type": "array", "items": {"type": "string"}},
            "training": {
                "type": ["object", "null"],
                "properties": {"trained_tokens": {"type": "number"}, "runs": {"type": "number"}},
            },
            "break_even": {
                "type": ["object", "null"],
                "additionalProperties": {"type": "number"},
            },
        },
    }
    told = ask("--all-tunable", "--provider", "openai", "--json", **VOLUME)
    check = Draft202012Validator(schema)
    assert [error.message for entry in json.loads(told.out)["models"] for error in check.iter_errors(entry)] == []
