"""Two workloads calculated by hand from DESIGN section 6 and the price rows; the program has to give the same amounts.

Nothing here comes from the package but the result: every figure is worked out in the comment beside it. A table entry
is: line id, kind, quantity, unit price in USD, amount in USD. Amounts carry at most 10 decimals by themselves, so that
no rounding of atoms is involved; where something is rounded, the comment says so.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from advisor import advise
from advisor.contract import BreakEven, Cost, MonthAmounts, Result, StrategyResult

Line = tuple[str, str, Decimal, Decimal, Decimal]


def line(name: str, kind: str, quantity: str, unit_price: str, amount: str) -> Line:
    return name, kind, Decimal(quantity), Decimal(unit_price), Decimal(amount)


def lines_of(cost: Cost) -> list[Line]:
    return [(entry.id, entry.kind, entry.quantity, entry.unit_price_usd, entry.amount_usd) for entry in cost.lines]


def month(name: str, build: str, run: str, maintain: str, cumulative: str) -> MonthAmounts:
    return MonthAmounts(name, Decimal(build), Decimal(run), Decimal(maintain), Decimal(cumulative))


def strategy(result: Result, name: str) -> StrategyResult:
    return next(entry for entry in result.strategies if entry.strategy == name)


def break_even(cost: Cost, versus: str) -> BreakEven:
    return next(entry for entry in cost.break_evens if entry.versus == versus)


# 1. RAG on gpt-6.1-terra. genai-prices 0.2.3, USD per 1M tokens: input 1, output 5, cache read 0.05, cache write 1.25.
#
# Calls: 4,000 requests × 2 = 8,000 a day. December 2026 and January 2027 have 31 days, February 28: 248,000, 248,000
# and 224,000 calls, 720,000 in all.
# Prompt: 2,000 tokens (at least 1,024) and 8,000 calls a day (at least 300), so 80 % is read from cache, 1,600 tokens;
# the other 400 are written to it and pay the cache-write rate.
# Index: 19,200,000 tokens in chunks of 512 that overlap by 128, so 19,200,000 / 384 = 50,000 chunks.
#   A vector takes 1,536 × 4 bytes × 1.5 = 9,216 bytes: 50,000 × 9,216 = 460,800,000 bytes = 0.4608 GB.
#   A record takes 1,536 × 4 + 512 × 4 = 8,192 bytes: 9 write units, by the started KB.
#   A query costs 1 read unit per GB, 0.4608 of them (more than the least, 0.25).
# Knowledge changes weekly, 52 times a year: int(52 / 12) = 4 times by the end of month 1, int(104 / 12) = 8 by that of
# month 2, 13 by that of month 3, so 4, 4 and 5 changes. Each re-embeds 10 %: 1,920,000 tokens, 5,000 chunks.


@pytest.fixture(scope="module")
def rag() -> Cost:
    result = advise(
        {
            "project": "Support knowledge base",
            "task_type": "qa",
            "prompting_tried": "no",
            "evaluation_set": True,
            "queries_per_day": 4000,
            "calls_per_request": 2,
            "monthly_growth": 0,
            "prompt_tokens": 2000,
            "input_tokens": 150,
            "output_tokens": 400,
            "retrieved_tokens": 3000,
            "knowledge_needed": "changing",
            "knowledge_tokens": 19_200_000,
            "knowledge_change": "weekly",
            "requirement_change": "monthly",
            "current_model": "gpt-6.1-terra",
            "small_model": "gpt-6-luna",
            "engineer_hourly_cost": 110,
            "horizon_months": 3,
        },
        as_of="2026-11-23",
    )
    found = strategy(result, "rag")
    assert found.model == "openai/gpt-6.1-terra"
    return found.cost


def test_rag_lines(rag: Cost) -> None:
    assert lines_of(rag) == [
        # 24 h for the prompt, which has not been tried; the evaluation set exists, so none for that; 120 h for RAG.
        line("prompt", "build", "24", "110", "2640"),
        line("rag", "build", "120", "110", "13200"),
        # With overlap: 19.2M × 512 / 384 = 25.6M tokens. 50,000 chunks × 9 = 450,000 write units.
        line("index_embedding", "build", "25.6", "0.02", "0.512"),
        line("index_write", "build", "0.45", "4", "1.8"),
        # 720,000 calls × 1,600, 400, 150, 3,000 and 400 tokens.
        line("cached_prompt_tokens", "run", "1152", "0.05", "57.6"),
        line("prompt_tokens", "run", "288", "1.25", "360"),
        line("input_tokens", "run", "108", "1", "108"),
        line("retrieved_tokens", "run", "2160", "1", "2160"),
        line("output_tokens", "run", "288", "5", "1440"),
        # 720,000 × 150 tokens of query. 720,000 × 50 candidates × (512 + 150) tokens = 23,832M.
        line("query_embedding", "run", "108", "0.02", "2.16"),
        line("rerank", "run", "23832", "0.02", "476.64"),
        # 720,000 × 0.4608 = 331,776 read units. 0.4608 GB × 3 months.
        line("vector_read", "run", "0.331776", "16", "5.308416"),
        line("vector_storage", "run", "1.3824", "0.33", "0.456192"),
        # The store bills reads + storage + writes, or 50 if that is more:
        #   December and January: 248,000 × 0.4608 = 114,278.4 units, 1.8284544; 0.4608 × 0.33 = 0.152064;
        #   4 × 5,000 × 9 = 180,000 units, 0.72; together 2.7005184, and 47.2994816 up to the minimum, twice.
        #   February: 224,000 × 0.4608 = 103,219.2 units, 1.6515072; 0.152064; 5 × 5,000 × 9 = 225,000 units, 0.90;
        #   together 2.7035712, and 47.2964288 up to the minimum.
        # 2 × 47.2994816 + 47.2964288 = 141.895392, which is 141.895392 / 50 months of the minimum.
        line("vector_minimum", "run", "2.83790784", "50", "141.895392"),
        # 13 changes × 1.92M × 512 / 384 = 13 × 2.56M tokens. 180,000 + 180,000 + 225,000 write units.
        line("re_embedding", "maintain", "33.28", "0.02", "0.6656"),
        line("index_rewrite", "maintain", "0.585", "4", "2.34"),
        # One change of requirements a month, 2 h each; upkeep 4 h a month.
        line("requirement_change", "maintain", "6", "110", "660"),
        line("rag_upkeep", "maintain", "12", "110", "1320"),
    ]


def test_rag_totals(rag: Cost) -> None:
    # 2,640 + 13,200 + 0.512 + 1.80, and without the first two.
    assert rag.upfront_usd == Decimal("15842.312")
    assert rag.upfront_api_usd == Decimal("2.312")
    # 30 days, 240,000 calls. Cached 384M × 0.05 = 19.20, prompt 96M × 1.25 = 120, input 36M = 36, retrieved 720M = 720,
    # output 96M × 5 = 480, query embedding 36M × 0.02 = 0.72, reranking 240,000 × 50 × 662 = 7,944M × 0.02 = 158.88,
    # the store's minimum 50.
    assert rag.monthly_usd == rag.monthly_api_usd == Decimal("1584.80")
    # (0.6656 + 2.34 + 660 + 1,320) / 3 = 1,983.0056 / 3, to 10 decimals; without labour 3.0056 / 3.
    assert rag.maintain_monthly_usd == Decimal("661.0018666667")
    assert rag.maintain_monthly_api_usd == Decimal("1.0018666667")
    # A call in millionths: 1,600 × 0.05 = 80, 400 × 1.25 = 500, 150, 3,000, 400 × 5 = 2,000, 150 × 0.02 = 3,
    # 50 × 662 × 0.02 = 662, 0.4608 × 16 = 7.3728; together 6,402.3728, and a request makes 2 calls.
    assert rag.per_request_usd == rag.per_request_api_usd == Decimal("0.0128047456")
    # Build 15,842.312; maintain 1,983.0056. Run: model 57.60 + 360 + 108 + 2,160 + 1,440 = 4,125.60, queries
    # 2.16 + 476.64 = 478.80, store 5.308416 + 0.456192 + 141.895392 = 147.66 (150 less 2.34 of rewrites): 4,752.06.
    assert rag.horizon_usd == rag.known_usd == Decimal("22577.3776")
    # 2.312 + 4,752.06 + 3.0056.
    assert rag.horizon_api_usd == Decimal("4757.3776")
    assert sum(entry.amount_usd for entry in rag.lines) == rag.horizon_usd


def test_rag_months(rag: Cost) -> None:
    # Model, embedding and reranking come to 6,402.3728 - 7.3728 = 6,395 millionths a call:
    #   248,000 calls 1,585.96, 224,000 calls 1,432.48.
    # The store comes to 50 less the rewrites, which are upkeep: 49.28, 49.28, 49.10.
    # Upkeep: 4 × 2.56M × 0.02 = 0.2048, 0.72, 220 and 440 are 660.9248; in February 0.256, 0.90 and 660 are 661.156.
    assert rag.months == (
        month("2026-12", "15842.312", "1635.24", "660.9248", "18138.4768"),
        month("2027-01", "0", "1635.24", "660.9248", "20434.6416"),
        month("2027-02", "0", "1481.58", "661.156", "22577.3776"),
    )


def test_rag_adds_to_the_cost_of_prompting_and_is_never_repaid(rag: Cost) -> None:
    # A call without retrieval costs 80 + 500 + 150 + 2,000 = 2,730 millionths, 655.20 in 30 days, and 220 of upkeep:
    # s = (655.20 - 1,584.80) / 30 - (661.00 - 220) × 12 / 365 < 0, and without labour (0 of upkeep) as well.
    # Both build nothing, and gpt-6-luna costs less still.
    for versus in ("current", "best_alternative"):
        found = break_even(rag, versus)
        assert (found.requests, found.days, found.days_api, found.month, found.month_api) == (None,) * 5
        assert not found.reachable


# 2. Tuning gpt-oss-20b on Azure. Rows of pricing/, USD: input 0.07, output 0.30, training 3.60 per 1M tokens, hosting
# 0.30 an hour. Current model gpt-6.1-terra as above.
#
# Calls: 200,000 a day. Dec 2026, Jan, Feb and Mar 2027 have 31, 31, 28, 31 days: 121 days, 24.2M calls, 2,904 hours.
# Examples: a classifier needs 500, there are 380, so 120 are missing. Those are reviewed; the new ones have to be.
# A run trains 500 × 600 tokens × 3 epochs = 900,000 tokens and is evaluated on a fifth, 100 cases.
# A call to the tuned model: prompt 250 (below 1,024, so not cached), input 350, output 60 (unchanged).
# Retraining and requirement changes, 4 a year each, fall into months 3, 6, ...: one of each here, in February.


@pytest.fixture(scope="module")
def tuning() -> Result:
    return advise(
        {
            "project": "Ticket classifier",
            "task_type": "classification",
            "prompting_tried": "yes_insufficient",
            "evaluation_set": False,
            "queries_per_day": 200_000,
            "monthly_growth": 0,
            "prompt_tokens": 1500,
            "input_tokens": 350,
            "output_tokens": 60,
            "tuned_prompt_tokens": 250,
            "requirement_change": "quarterly",
            "labelled_examples": 380,
            "example_tokens": 600,
            "data_quality": "reviewed",
            "training_runs": 3,
            "epochs": 3,
            "current_model": "gpt-6.1-terra",
            "small_model": "gpt-6-luna",
            "tuned_model": "ft:azure/gpt-oss-20b",
            "engineer_hourly_cost": 90,
            "horizon_months": 4,
        },
        as_of="2026-11-23",
    )


@pytest.fixture(scope="module")
def tuned(tuning: Result) -> Cost:
    found = strategy(tuning, "fine_tuning")
    assert found.model == "ft:azure/gpt-oss-20b"
    return found.cost


def test_tuning_lines(tuned: Cost) -> None:
    assert lines_of(tuned) == [
        # A prompt exists, so no hours for it; 24 h for the evaluation set, 120 h for tuning.
        line("evaluation_set", "build", "24", "90", "2160"),
        line("tuning", "build", "120", "90", "10800"),
        # 120 missing labels at 0.275, the middle of 0.15-0.40, and a minute of review for each: 2 h.
        line("labels", "build", "120", "0.275", "33"),
        line("label_review", "build", "2", "90", "180"),
        # 3 runs × 900,000 tokens; evaluation 3 × 100 cases × 600 tokens in and 60 out.
        line("training", "build", "2.7", "3.60", "9.72"),
        line("evaluation_input", "build", "0.18", "0.07", "0.0126"),
        line("evaluation_output", "build", "0.018", "0.30", "0.0054"),
        # 24.2M calls × 250, 350 and 60 tokens; hosting all day.
        line("prompt_tokens", "run", "6050", "0.07", "423.5"),
        line("input_tokens", "run", "8470", "0.07", "592.9"),
        line("output_tokens", "run", "1452", "0.30", "435.6"),
        line("hosting", "run", "2904", "0.30", "871.2"),
        # One change of requirements, 2 h; one retraining: a run, its evaluation, 16 h.
        line("requirement_change", "maintain", "2", "90", "180"),
        line("retraining", "maintain", "0.9", "3.60", "3.24"),
        line("reevaluation_input", "maintain", "0.06", "0.07", "0.0042"),
        line("reevaluation_output", "maintain", "0.006", "0.30", "0.0018"),
        line("retrain", "maintain", "16", "90", "1440"),
    ]


def test_tuning_totals(tuned: Cost) -> None:
    # 2,160 + 10,800 + 33 + 180 = 13,173 of labour; 9.72 + 0.0126 + 0.0054 = 9.738 for the provider.
    assert tuned.upfront_usd == Decimal("13182.738")
    assert tuned.upfront_api_usd == Decimal("9.738")
    # A call in millionths: 600 × 0.07 = 42 and 60 × 0.30 = 18.
    assert tuned.per_request_usd == tuned.per_request_api_usd == Decimal("0.00006")
    # 30 days: 6M calls × 0.00006 = 360, and 720 h × 0.30 = 216.
    assert tuned.monthly_usd == tuned.monthly_api_usd == Decimal("576")
    # (180 + 3.24 + 0.0042 + 0.0018 + 1,440) / 4 = 1,623.246 / 4; without labour 3.246 / 4.
    assert tuned.maintain_monthly_usd == Decimal("405.8115")
    assert tuned.maintain_monthly_api_usd == Decimal("0.8115")
    # 13,182.738 + (423.50 + 592.90 + 435.60 + 871.20 = 2,323.20) + 1,623.246; without labour 9.738 + 2,323.20 + 3.246.
    assert tuned.horizon_usd == tuned.known_usd == Decimal("17129.184")
    assert tuned.horizon_api_usd == Decimal("2336.184")
    assert sum(entry.amount_usd for entry in tuned.lines) == tuned.horizon_usd


def test_tuning_months(tuned: Cost) -> None:
    # 31 days: 6.2M × 0.00006 = 372 and 744 h × 0.30 = 223.20. 28 days: 5.6M × 0.00006 = 336 and 672 h × 0.30 = 201.60.
    assert tuned.months == (
        month("2026-12", "13182.738", "595.2", "0", "13777.938"),
        month("2027-01", "0", "595.2", "0", "14373.138"),
        month("2027-02", "0", "537.6", "1623.246", "16533.984"),
        month("2027-03", "0", "595.2", "0", "17129.184"),
    )


def test_what_tuning_has_to_beat(tuning: Result) -> None:
    costs = {entry.id: entry.cost for entry in tuning.alternatives}
    current, switch = costs["current"], costs["switch_model"]
    # gpt-6.1-terra: 80 % of 1,500 read from cache. 1,200 × 0.05 = 60, 300 × 1.25 = 375, 350, 60 × 5 = 300: 1,085
    # millionths a call. 6M calls 6,510; 31 days 6,727; 28 days 6,076. February: 2 h for the change, 180; 180 / 4 = 45.
    assert current.upfront_usd == 0
    assert current.monthly_usd == 6510
    assert current.maintain_monthly_usd == 45
    assert [entry.cumulative_usd for entry in current.months] == [6727, 13454, 19710, 26437]
    # gpt-6-luna (0.10, 0.50, cache read 0.01, write 0.125): 12 + 37.5 + 35 + 30 = 114.5 millionths a call.
    # 6M calls 687; 31 days 709.90; 28 days 641.20. It builds the evaluation set, 24 h × 90 = 2,160.
    assert switch.upfront_usd == 2160
    assert switch.monthly_usd == 687
    assert switch.maintain_monthly_usd == 45
    assert [entry.cumulative_usd for entry in switch.months] == [
        Decimal("2869.9"),
        Decimal("3579.8"),
        Decimal("4401"),
        Decimal("5110.9"),
    ]


def test_break_even_of_tuning_versus_current(tuned: Cost) -> None:
    found = break_even(tuned, "current")
    # U = 13,182.738 - 0.
    # s = (6,510 - 576) / 30 - (405.8115 - 45) × 12 / 365 = 197.80 - 4,329.738 / 365 = 67,867.262 / 365 = 185.94 a day.
    # days = 13,182.738 × 365 / 67,867.262 = 4,811,699.37 / 67,867.262 = 70.898681 (shown to 6 decimals).
    assert found.days == Decimal("70.898681")
    # 4,811,699.37 × 200,000 / 67,867.262 = 14,179,736.2..., rounded up.
    assert found.requests == 14_179_737
    # Cumulative: December 13,777.94 > 6,727, January 14,373.14 > 13,454, February 16,533.98 <= 19,710, March as well.
    assert found.month == "2027-02"
    assert found.reachable
    # Without labour U = 9.738 and s = 197.80 - 0.8115 × 12 / 365 = 72,187.262 / 365;
    # days = 3,554.37 / 72,187.262 = 0.049238; ahead at the end of December with 9.738 + 595.20 <= 6,727.
    assert found.days_api == Decimal("0.049238")
    assert found.month_api == "2026-12"


def test_break_even_of_tuning_versus_the_small_model_exists_only_without_labour(tuned: Cost) -> None:
    found = break_even(tuned, "best_alternative")
    # The best alternative is gpt-6-luna: 5,110.90 over the horizon, against 26,437 for the current model.
    # s = (687 - 576) / 30 - (405.8115 - 45) × 12 / 365 = 3.70 - 11.86 < 0, and 17,129.18 > 5,110.90 at the end.
    assert (found.requests, found.days, found.month, found.reachable) == (None, None, None, False)
    # Without labour U = 9.738, s = 3.70 - 0.8115 × 12 / 365 = (1,350.5 - 9.738) / 365 = 1,340.762 / 365;
    # days = 3,554.37 / 1,340.762 = 2.651007; ahead from December: 604.938 <= 709.90.
    assert found.days_api == Decimal("2.651007")
    assert found.month_api == "2026-12"
