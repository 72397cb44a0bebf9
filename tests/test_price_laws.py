"""Laws of the price book and of every projection: unknown prices stay unknown, dated prices hold from their day on,
token prices are those of genai-prices, and totals add up, grow with use, and lie between their low and high ends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cache
from itertools import pairwise, product
from typing import Any, Final

import pytest
from command_line import advise
from genai_prices import Usage, calc_price
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelInfo, PriceVariant, TieredPrices
from hypothesis import given, settings
from hypothesis import strategies as st
from test_properties import ANSWERS, BOOK, DAYS, PACK, TUNED, assessed

from advisor.answers import Answers, answers_from, with_settings
from advisor.assessment import Assessment, assess
from advisor.conditions import facts_of
from advisor.costs.alternatives import project_alternatives, strategy_plans
from advisor.costs.break_even import break_even
from advisor.costs.ledger import MILLION, Ledger, Line, calendar_months, exact
from advisor.costs.models import Models
from advisor.costs.projection import Cost, Plan, Projector, Totals
from advisor.costs.run import CallTokens, Service, add_tokens
from advisor.derived import DERIVED
from advisor.documents.markdown import render
from advisor.errors import InputError
from advisor.pricebook.availability import months_later
from advisor.pricebook.book import PriceBook
from advisor.pricebook.rows import PriceRow
from advisor.result import result_of
from advisor.workload import Workload
from advisor.workload_reader import workload_of

pytestmark = pytest.mark.usefixtures("few_scenarios")

NOVEMBER: Final = date(2026, 11, 23)
COST_FACTS: Final = frozenset(fact.id for fact in DERIVED if fact.cost)
EXAMPLES: Final = settings().max_examples
NOTHING: Final = Totals(None, None, None, None, None)


def workload(answers: Mapping[str, Any]) -> Workload:
    return workload_of(answers_from(answers, PACK.questionnaire), PACK.questionnaire, PACK.examples_needed)


@exact
def projected(
    answers: Mapping[str, Any], day: date, *, tuned: str = "ft:azure/gpt-oss-20b", book: PriceBook = BOOK
) -> dict[str, Cost]:
    """Return the costs of all strategies and alternatives on the answered models, without choosing any."""
    current = book.resolve(answers.get("current_model", "gpt-6.1-terra"))
    small = book.resolve(answers.get("small_model", "gpt-6-luna"))
    models = Models(current, current, small, book.resolve_tuned(tuned), None, None, None, ())
    projector = Projector(book, workload(answers), day)
    costs = {name: projector.cost(plan) for name, plan in strategy_plans(models).items()}
    return costs | {entry.id: entry.cost for entry in project_alternatives(models, projector)}


# An unknown price is a gap, in every plan that needs it, and 0 in none.

Priced = tuple[str, str]
"""A model or service, and a kind of its prices."""

UNTUNED: Final = ("openai/gpt-4o", "openai/gpt-6-luna", "openai/gpt-6.1-terra")
TUNABLE: Final = ("ft:azure/gpt-oss-20b", "ft:together/llama-3.1-8b", "ft:openai/gpt-4o-mini")
STORE: Final = "pinecone/standard"
PRICES: Final[tuple[Priced, ...]] = (
    *product(UNTUNED, ("input", "output")),
    *product(TUNABLE, ("training", "hosting", "input", "output")),
    ("openai/text-embedding-3-small", "embedding"),
    ("voyage/rerank-2.5-lite", "rerank"),
    *product((STORE,), ("vector_storage", "vector_read", "vector_write", "vector_minimum")),
    ("h100-sxm", "gpu"),
    ("market/label/label", "label"),
    ("market/label-reasoning/label_reasoning", "label_reasoning"),
)


def rows_of(owner: str, kind: str) -> list[PriceRow]:
    return [row for row in BOOK.rows.prices if (row.model or row.id, row.kind) == (owner, kind)]


def unpriced(row: PriceRow, **changes: Any) -> PriceRow:
    """Return a row that says of its price only that it is not established."""
    nothing = {"price": None, "low": None, "typical": None, "high": None, "free": False, "note": "Not established."}
    return PriceRow.model_validate({**row.model_dump(), **nothing, **changes})


def holes_for(owner: str, kind: str, **changes: Any) -> list[PriceRow]:
    """Return rows without a price in place of all that price one kind of a model, those of the token base included."""
    template = rows_of(owner, kind) or [
        PriceRow(
            id=f"hole/{owner}/{kind}",
            model=owner,
            provider=owner.partition("/")[0],
            kind="input",
            unit="1M tokens",
            note="-",
            source_title="-",
            verified_at=date(2026, 1, 1),
            confidence="A",
        )
    ]
    return [unpriced(row, kind=kind, **changes) for row in template]


def book_with(rows: Iterable[PriceRow]) -> PriceBook:
    """Return the built-in book under some overlaid rows, which replace those of the same id."""
    own = {row.id: row for row in rows}
    others = (row for row in BOOK.rows.prices if row.id not in own)
    return PriceBook(replace(BOOK.rows, prices=(*own.values(), *others), overlaid=frozenset(own)), BOOK.base)


def priced_by(line: Line, cost: Cost) -> Priced:
    """Return what a line's price belongs to."""
    row = next((row for row in BOOK.rows.prices if row.id == line.rate.id), None)
    if row is not None:
        return row.model or row.id, row.kind
    parts = line.rate.id.split("/")
    batch = parts[-1] == "batch"
    assert cost.plan.model is not None or line.labour
    owner = cost.plan.model.id if cost.plan.model else ""
    return owner, f"batch_{parts[-2]}" if batch else parts[-1]


def costs_of(found: Assessment) -> dict[str, Cost]:
    small = {} if found.retrieval_on_small is None else {"rag_on_small": found.retrieval_on_small}
    return {**found.costs, **{entry.id: entry.cost for entry in found.alternatives}, **small}


def amount(lines: Iterable[Line]) -> Decimal:
    """Return the sum of lines, without what tops up a minimum, which grows by what is not known beside it."""
    return sum((line.amount_usd for line in lines if line.id != "vector_minimum"), Decimal(0))


HOLES = st.sets(st.sampled_from(PRICES), min_size=1, max_size=4)
NAMED = st.fixed_dictionaries(
    {"current_model": st.sampled_from(UNTUNED), "small_model": st.sampled_from(UNTUNED)},
    optional={"tuned_model": st.sampled_from(TUNABLE), "considering": st.just(["rag", "fine_tuning"])},
)


@given(answers=ANSWERS, named=NAMED, holes=HOLES, day=st.sampled_from(DAYS))
@exact
def test_an_unknown_price_is_a_gap_in_every_plan_that_needs_it_and_nothing_is_made_of_it(
    answers: dict[str, Any], named: dict[str, Any], holes: set[Priced], day: date
) -> None:
    book = book_with(row for hole in sorted(holes) for row in holes_for(*hole))
    found = assess(answers_from({**answers, **named}, PACK.questionnaire), PACK, book, day)
    known = Projector(BOOK, found.workload, day)
    for name, cost in costs_of(found).items():
        clean = known.expected(cost.plan)
        hit = {line.id for line in clean.lines if priced_by(line, clean) in holes}
        gaps = {gap.line for gap in cost.gaps}
        unsure = {"vector_minimum"} if (STORE, "vector_minimum") in holes and cost.plan.retrieval else set()
        assert hit <= gaps, name
        if clean.ends is None or months_later(day, 1) <= clean.ends:
            assert gaps - unsure == ({gap.line for gap in clean.gaps} | hit) - unsure, name
        assert amount(cost.lines) == amount(line for line in clean.lines if line.id not in hit), name
        assert cost.known_usd == sum(line.amount_usd for line in cost.lines), name
        if gaps:
            assert (cost.total, cost.api, cost.spread) == (NOTHING, NOTHING, None), name
    never_cheaper(found)


def never_cheaper(found: Assessment) -> None:
    """Assert that no plan with a gap is compared, repaid, scored, fitted to a budget, or put at stake."""
    usable = [entry.cost for entry in found.alternatives if entry.applies and not entry.cost.gaps]
    best = found.best_alternative
    assert (best is None) == (not usable)
    assert best is None or best.cost.total.horizon_usd == min(cost.total.horizon_usd or 0 for cost in usable)
    current, costs, facts = found.alternatives[0].cost, found.costs, found.facts
    for name, entries in found.break_evens.items():
        for entry in entries:
            other = current if entry.versus == "current" or best is None else best.cost
            if costs[name].gaps or other.gaps:
                said = (entry.requests, entry.days, entry.days_api, entry.month, entry.month_api, entry.upfront_usd)
                assert said == (None,) * 6
                assert not entry.reachable
    unknown = set[str]()
    if costs["fine_tuning"].gaps:
        unknown |= {fact for fact in COST_FACTS if fact.startswith("tun")}
    if costs["rag"].gaps:
        unknown |= {"rag_extra_share", "full_context_dearer_usd"}
    if current.gaps:
        unknown.add("rag_extra_share")
    assert {fact: facts[fact] for fact in unknown} == dict.fromkeys(unknown)
    for rule in found.scorer.fired(found.scorer.states):
        money = COST_FACTS.intersection(facts_of(rule.when))
        assert not money or not money <= unknown, rule.id
    for name, fit in found.fits.items():
        if costs[name].gaps:
            assert (fit.upfront_over_usd, fit.monthly_over_usd, fit.over_from) == (None, None, None)
    for mistake in found.mistakes:
        assert not costs[mistake.staked_by].gaps or mistake.at_stake_usd is None


def test_a_model_with_an_unknown_price_is_not_chosen_for_tuning() -> None:
    chosen = assessed({"queries_per_day": 20_000}, NOVEMBER).models.tuned
    assert chosen is not None
    for kind in ("training", "hosting", "input", "output"):
        book = book_with(holes_for(chosen.id, kind))
        instead = assess(answers_from({"queries_per_day": 20_000}, PACK.questionnaire), PACK, book, NOVEMBER).models
        assert instead.tuned is not None
        assert instead.tuned.id != chosen.id


@pytest.mark.parametrize(
    ("first", "last", "unknown"),
    [
        (None, date(2026, 11, 30), ("monthly_usd", "per_request_usd")),
        (date(2026, 12, 1), None, ("horizon_usd",)),
        (date(2027, 3, 10), date(2027, 3, 20), ("horizon_usd",)),
        (date(2027, 11, 30), None, ("horizon_usd",)),
        (date(2027, 12, 1), None, ()),
        (None, date(2026, 11, 22), ()),
    ],
)
def test_a_price_that_is_unknown_for_some_days_leaves_no_total_that_needs_them(
    first: date | None, last: date | None, unknown: tuple[str, ...]
) -> None:
    answers = {"queries_per_day": 1000, "current_model": "gpt-6.1-terra", "horizon_months": 12}
    book = book_with(holes_for("openai/gpt-6.1-terra", "input", effective_from=first, effective_to=last))
    clean, found = (projected(answers, NOVEMBER, book=each)["current"] for each in (BOOK, book))
    assert [name for name in unknown if getattr(found.total, name) is not None] == []
    assert bool(found.gaps) == bool(unknown)
    if not unknown:
        assert found.total == clean.total


def test_an_unknown_price_decides_no_point_and_leaves_nothing_open_where_all_else_is_answered() -> None:
    examples = {entry.id: entry.example for entry in PACK.questionnaire.questions}
    answers = {name: text for name, text in examples.items() if text and name not in ("project", "notes")}
    answers |= {"tuned_model": "ft:azure/gpt-oss-20b", "tuning_access": "azure", "privacy": "none", "failing": "cost"}
    holes = book_with(holes_for("ft:azure/gpt-oss-20b", "training"))
    clean, found = (complete(answers, book) for book in (BOOK, holes))
    facts = {fact for fact in COST_FACTS if fact.startswith("tuning_")}
    about_tuning = {rule.id for rule in PACK.rules if facts.intersection(facts_of(rule.when))}
    assert about_tuning & {rule.id for rule in clean.scorer.fired(clean.scorer.states)}
    assert not about_tuning & {rule.id for rule in found.scorer.fired(found.scorer.states)}
    assert [score.interval for score in found.scorer.strategies] == [
        (score.score, score.score) for score in found.scorer.strategies
    ]
    assert found.recommendation.possible_strategies == (found.recommendation.strategy,)


@pytest.mark.parametrize("kind", ["training", "hosting", "input", "output"])
def test_no_fact_about_the_money_of_tuning_is_made_where_one_of_its_prices_is_unknown(kind: str) -> None:
    answers = {"queries_per_day": 20_000, "tuned_model": "ft:gpt-4o-mini", "prompting_tried": "yes_insufficient"}
    clean, found = (
        assess(answers_from(answers, PACK.questionnaire), PACK, book, DAYS[0]).facts
        for book in (BOOK, book_with(holes_for("ft:openai/gpt-4o-mini", kind)))
    )
    about_tuning = [fact for fact in COST_FACTS if fact.startswith("tun")]
    assert len(about_tuning) == 4
    assert [fact for fact in about_tuning if clean[fact] is None] == []
    assert [fact for fact in about_tuning if found[fact] is not None] == []


@pytest.mark.parametrize("hole", [("openai/text-embedding-3-small", "embedding"), (STORE, "vector_minimum")])
def test_no_fact_about_the_money_of_retrieval_is_made_where_one_of_its_prices_is_unknown(hole: Priced) -> None:
    answers = {**WHOLE, "knowledge_tokens": 50_000}
    clean, found = (
        assess(answers_from(answers, PACK.questionnaire), PACK, book, NOVEMBER).facts
        for book in (BOOK, book_with(holes_for(*hole)))
    )
    assert clean["rag_extra_share"] is not None
    assert clean["full_context_dearer_usd"] is not None
    assert (found["rag_extra_share"], found["full_context_dearer_usd"]) == (None, None)


def complete(answers: Mapping[str, str], book: PriceBook) -> Assessment:
    settings = [f"{name}={value}" for name, value in answers.items()]
    read = with_settings(Answers("complete"), settings, PACK.questionnaire)
    return assess(read, PACK, book, NOVEMBER)


WHOLE: Final[dict[str, Any]] = {
    "task_type": "qa",
    "prompting_tried": "yes_insufficient",
    "failing": "both",
    "queries_per_day": 50_000,
    "prompt_tokens": 2000,
    "knowledge_needed": "changing",
    "knowledge_tokens": 150_000,
    "knowledge_change": "monthly",
    "requirement_change": "monthly",
    "retrain_per_year": 12,
    "labelled_examples": 100,
    "epochs": 9,
    "training_runs": 1,
    "current_model": "openai/gpt-6.1-terra",
    "small_model": "openai/gpt-6-luna",
    "tuned_model": "ft:azure/gpt-oss-20b",
    "considering": ["rag", "fine_tuning", "rag_and_fine_tuning"],
}
"""A workload whose plans need every kind of price but those of GPUs."""

NEEDED_HERE: Final = [
    hole
    for hole in PRICES
    if hole[0] not in (*TUNABLE[1:], "openai/gpt-4o", "h100-sxm", "market/label-reasoning/label_reasoning")
]


@pytest.mark.parametrize("hole", NEEDED_HERE, ids="/".join)
def test_no_step_and_no_mistake_quotes_an_amount_that_leaves_an_unknown_price_out(hole: Priced) -> None:
    clean, found = (
        result_of(assess(answers_from(WHOLE, PACK.questionnaire), PACK, book, NOVEMBER))
        for book in (BOOK, book_with(holes_for(*hole)))
    )
    quoted = {step.step: step.cost_usd for step in clean.roadmap} | {
        entry.id: entry.at_stake_usd for entry in clean.mistakes
    }
    entries = [(step.step, step.cost_usd) for step in found.roadmap]
    entries += [(entry.id, entry.at_stake_usd) for entry in found.mistakes]
    assert [name for name, usd in entries if usd is not None and usd < (quoted.get(name) or 0)] == []


BUILD: Final = frozenset(
    ("training", "evaluation_input", "evaluation_output", "index_embedding", "index_write", "labels")
)
MAINTAIN: Final = frozenset(
    ("retraining", "reevaluation_input", "reevaluation_output", "re_embedding", "index_rewrite")
)
NAMES: Final = {
    "prompt_engineering": "Prompt engineering",
    "rag": "RAG",
    "fine_tuning": "Fine-tuning",
    "rag_and_fine_tuning": "RAG and fine-tuning",
    "current": "Current model, as it is",
    "switch_model": "Smaller model, untuned",
    "full_context": "Knowledge in the prompt",
    "cached_prompt": "Prompt cached",
    "batch": "Calls batched",
    "rag_on_small": "RAG on the smaller model",
}
TERRA: Final = [("openai/gpt-6.1-terra", "input"), ("openai/gpt-6.1-terra", "output")]


FREE_LABOUR: Final = {"engineer_hourly_cost": 0}


@pytest.mark.parametrize(
    ("holes", "settings"),
    [
        *(([hole], FREE_LABOUR) for hole in NEEDED_HERE if hole[1] != "label"),
        ([("market/label/label", "label")], {}),
        ([("openai/text-embedding-3-small", "embedding"), (STORE, "vector_write")], FREE_LABOUR),
        (TERRA, FREE_LABOUR),
        (TERRA, {**FREE_LABOUR, "prompting_tried": "yes_good_enough", "considering": []}),
        ([("h100-sxm", "gpu")], {"privacy": "on_premises"}),
        ([("h100-sxm", "gpu")], {"privacy": "on_premises", **FREE_LABOUR}),
    ],
    ids=lambda value: "+".join("/".join(hole) for hole in value) if isinstance(value, list) else ",".join(value),
)
def test_documents_say_at_least_where_a_price_is_unknown_and_never_print_it_as_nothing(
    holes: list[Priced], settings: dict[str, Any]
) -> None:
    book = book_with(row for hole in holes for row in holes_for(*hole))
    found = assess(answers_from({**WHOLE, **settings}, PACK.questionnaire), PACK, book, NOVEMBER)
    document = render(found)
    assert not re.search(r"at least (USD )?0\.00", document, re.IGNORECASE)
    rows = {cells[0]: cells[1:] for cells in table(document, "| Option | Build, USD |")}
    gapped = {name: {gap.line for gap in cost.gaps} for name, cost in costs_of(found).items() if cost.gaps}
    assert gapped
    for plan, lines in gapped.items():
        if NAMES[plan] not in rows:  # it does not apply
            continue
        build, run, maintain, total, api = rows[NAMES[plan]]
        assert re.match(r"at least \d|not established", total)
        assert re.match(r"at least \d|not established", api)
        assert not lines & BUILD or build != "0.00", plan
        assert not lines - BUILD - MAINTAIN or run != "0.00", plan
        assert not lines & MAINTAIN or maintain != "0.00", plan


def table(document: str, head: str) -> list[list[str]]:
    """Return the cells of a table of a document, bold or not, without its heads."""
    lines = document[document.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("*") for cell in line.strip("|").split("|")] for line in lines]


# A dated price holds from its day on.


@pytest.mark.parametrize(
    ("day", "rates"),
    [
        (date(2026, 10, 15), (2, 10)),
        (date(2026, 11, 30), (2, 10)),
        (date(2026, 12, 1), (4, 20)),
        (date(2027, 6, 30), (4, 20)),
    ],
)
def test_gemini_4_argon_doubles_on_the_first_of_december(day: date, rates: tuple[int, int]) -> None:
    model = BOOK.resolve("gemini-4-argon").id
    found = [BOOK.rate(model, kind, day) for kind in ("input", "output")]
    assert [rate and rate.unit_usd for rate in found] == [*rates]
    assert BOOK.steps(model, date(2026, 10, 15), date(2027, 6, 30)) == [date(2026, 12, 1)]
    settings = ("queries_per_day=1", "prompt_tokens=0", "cached_share=0", "calls_per_request=1")
    for tokens, usd in (((1_000_000, 0), rates[0]), ((0, 1_000_000), rates[1])):
        given_tokens = (f"input_tokens={tokens[0]}", f"output_tokens={tokens[1]}")
        arguments = [part for setting in (*settings, *given_tokens) for part in ("--set", setting)]
        told = advise("compare", "--model", "gemini-4-argon", "--as-of", str(day), "--json", *arguments)
        assert json.loads(told.out)["models"][0]["per_request_usd"] == usd


def test_a_projection_takes_each_month_at_its_own_prices() -> None:
    answers = {
        "queries_per_day": 1000,
        "prompt_tokens": 0,
        "input_tokens": 1000,
        "output_tokens": 1000,
        "horizon_months": 3,
        "requirement_change": "never",
        "current_model": "gemini-4-argon",
    }
    cost = projected(answers, date(2026, 10, 15))["current"]
    assert {month.month: int(month.run_usd) for month in cost.months} == {
        "2026-11": 30 * (2 + 10),
        "2026-12": 31 * (4 + 20),
        "2027-01": 31 * (4 + 20),
    }
    assert [(line.id, int(line.quantity), int(line.unit_price_usd)) for line in cost.lines] == [
        ("input_tokens", 30, 2),
        ("output_tokens", 30, 10),
        ("input_tokens", 62, 4),
        ("output_tokens", 62, 20),
    ]
    assert cost.total.monthly_usd == 30 * (2 + 10)


# Token prices are those of genai-prices, to the last digit.

VENDORS: Final = ("openai", "anthropic", "google", "mistral")
SAMPLE_DAYS: Final = (date(2026, 11, 25), date(2027, 1, 15))
THRESHOLDS: Final = (128_000, 200_000, 256_000, 272_000)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@cache
def sample() -> tuple[tuple[str, ModelInfo], ...]:
    """Return 40 models of four vendors that are billed by input and output and not by our own rows; half of them are
    such as have tiers, price steps or batch prices."""
    special: list[tuple[str, ModelInfo]] = []
    plain: list[tuple[str, ModelInfo]] = []
    for provider in get_snapshot().providers:
        for model in provider.models if provider.id in VENDORS else ():
            prices = model.get_prices(noon(SAMPLE_DAYS[0]))
            ours = any(rows_of(f"{provider.id}/{model.id}", kind) for kind in ("input", "output"))
            if ours or not model.is_match(model.id) or prices.input_mtok is None or prices.output_mtok is None:
                continue
            tiers = isinstance(prices.input_mtok, TieredPrices)
            group = special if tiers or isinstance(model.prices, list) or model.price_variants else plain
            group.append((provider.id, model))
    return tuple(entry for group in (special, plain) for entry in group[:: len(group) // 20][:20])


def in_force(model: ModelInfo, day: date) -> list[PriceVariant]:
    variants = (variant for variant in model.price_variants or () if variant.when == {"processing": "batch"})
    return [variant for variant in variants if variant.constraint is None or variant.constraint.active(noon(day))]


sizes = st.integers(0, 300_000) | st.sampled_from([edge + more for edge in THRESHOLDS for more in (0, 1)])


def test_the_sample_of_models_has_tiers_steps_and_batch_prices() -> None:
    assert len(sample()) == 40
    assert {provider for provider, _ in sample()} == {*VENDORS}
    assert any(isinstance(model.prices, list) for _, model in sample())
    assert sum(bool(in_force(model, SAMPLE_DAYS[0])) for _, model in sample()) >= 10
    prices = [model.get_prices(noon(SAMPLE_DAYS[0])) for _, model in sample()]
    assert any(entry.cache_write_mtok is not None for entry in prices)
    assert any(entry.cache_read_mtok is None for entry in prices)
    assert any(isinstance(entry.input_mtok, TieredPrices) for entry in prices)


@given(sent=sizes, prompt=st.integers(0, 10), share=st.integers(0, 20), output=st.integers(0, 128_000))
def test_token_lines_are_what_genai_prices_calculates_for_the_same_usage(
    sent: int, prompt: int, share: int, output: int
) -> None:
    prompt_tokens = Decimal(sent * prompt // 10)
    cached = prompt_tokens * share / 20
    tokens = CallTokens(prompt_tokens, sent - prompt_tokens, Decimal(0), Decimal(output))
    for (provider, model), day, batch in product(sample(), SAMPLE_DAYS, (False, True)):
        published = [variant.prices for variant in in_force(model, day)] if batch else []
        if batch and not published:
            assert BOOK.rate(f"{provider}/{model.id}", "input", day, batch=True) is None
            continue
        # Cached tokens are part of the input. What a context does not publish for them is the input price there.
        prices = published or [model.get_prices(noon(day))]
        reads = any(entry.cache_read_mtok is not None for entry in prices) and bool(cached)
        writes = reads and any(entry.cache_write_mtok is not None for entry in prices)
        usage = Usage(
            input_tokens=Decimal(sent),
            output_tokens=output,
            cache_read_tokens=cached if reads else 0,
            cache_write_tokens=prompt_tokens - cached if writes else 0,
        )
        context = {"processing": "batch"} if batch else None
        expected = calc_price(
            usage, model.id, provider_id=provider, genai_request_timestamp=noon(day), price_context=context
        )
        assert expected.model is model
        ledger = Ledger()
        service = Service(BOOK.resolve(f"{provider}/{model.id}"), tokens, Decimal(share) / 20, Decimal(batch))
        add_tokens(ledger, BOOK, service, MILLION, 1, day)
        assert not ledger.gaps
        assert ledger.total() / MILLION == expected.total_price, (provider, model.id, day, batch)


# What genai-prices would let pass, and this book does not.


def test_a_context_that_is_not_published_is_no_batch_price_though_the_library_falls_back_on_the_standard_one() -> None:
    name, usage, when = "gemini-3.5-flash", Usage(input_tokens=1000, output_tokens=1000), noon(NOVEMBER)
    standard, batch = (
        calc_price(usage, name, provider_id="google", genai_request_timestamp=when, price_context=context)
        for context in (None, {"processing": "batch"})
    )
    assert standard.total_price == batch.total_price
    assert BOOK.rate(f"google/{name}", "input", NOVEMBER, batch=True) is None
    found = assessed({"current_model": name, "batchable_share": 1, "queries_per_day": 1000}, NOVEMBER)
    offer = next(entry for entry in found.alternatives if entry.id == "batch")
    assert not offer.applies
    assert not [line.id for line in offer.cost.lines if line.id.startswith("batch_")]


def test_a_price_by_the_hour_is_the_one_at_noon_and_the_answer_says_so() -> None:
    def at(hour: int) -> Decimal:
        when = datetime(2026, 11, 23, hour, tzinfo=UTC)
        usage = Usage(input_tokens=1_000_000)
        return calc_price(usage, "deepseek-v4-pro", provider_id="deepseek", genai_request_timestamp=when).total_price

    rate = BOOK.rate("deepseek/deepseek-v4-pro", "input", NOVEMBER)
    assert rate is not None
    assert rate.unit_usd == at(12) != at(2)
    assert "noon UTC" in (rate.note or "")
    told = advise("compare", "--model", "deepseek/deepseek-v4-pro", "--as-of", "2026-11-23", "--json")
    assert any("noon UTC" in warning for warning in json.loads(told.out)["models"][0]["warnings"])


def test_a_fee_for_each_request_is_not_left_out() -> None:
    usage = Usage(input_tokens=1000, output_tokens=500)
    expected = calc_price(usage, "sonar", provider_id="perplexity", genai_request_timestamp=noon(NOVEMBER)).total_price
    settings = ("prompt_tokens=0", "input_tokens=1000", "output_tokens=500", "queries_per_day=1")
    arguments = [part for setting in settings for part in ("--set", setting)]
    told = advise("compare", "--model", "perplexity/sonar", "--as-of", str(NOVEMBER), "--json", *arguments)
    found = json.loads(told.out, parse_float=Decimal)["models"][0]["per_request_usd"]
    assert found is None or found == expected


NAMES_OF_MODELS: Final = tuple(BOOK.base.names())
SUFFIXES: Final = ("-latest", "-preview", "-mini", "-turbo", "-v2", "x", "-pro", ":free", "-20", "-2026-1-1", "/", " ")


@given(name=st.sampled_from(NAMES_OF_MODELS), more=st.sampled_from(SUFFIXES), less=st.integers(0, 3))
@settings(max_examples=EXAMPLES // 3)
def test_a_name_close_to_a_model_is_that_very_model_or_refused_and_never_a_like_one(
    name: str, more: str, less: int
) -> None:
    for reference in (name + more, name[:-less] if less else name):
        try:
            model = BOOK.resolve(reference)
        except InputError:
            continue
        dated = re.sub(r"[-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$", "", reference.lower())
        named = {
            row.id.lower() for row in BOOK.rows.models if reference.lower() in (name.lower() for name in row.aliases)
        }
        named |= {BOOK.rows.aliases.get(reference, reference).lower(), dated}
        assert named & {model.id.lower(), model.id.lower().removeprefix(f"{model.provider}/")}, reference


@pytest.mark.parametrize(
    "reference", ["claude-haiku-5.5-latest", "claude-haiku-5.6", "gpt-6-lunar", "mistral-large-latest"]
)
def test_what_the_library_would_match_loosely_is_refused_or_shown_as_what_it_is(reference: str) -> None:
    told = advise("compare", "--model", reference, "--json", "--as-of", str(NOVEMBER))
    if told.code == 0:
        assert json.loads(told.out)["models"][0]["resolved_id"].endswith(f"/{reference}")
    else:
        assert told.code == 2
        assert f"unknown model '{reference}'" in told.err
        assert "Accepted: " in told.err
        near = re.search(r"Did you mean '(.*)'\?", told.err)
        assert near is not None
        assert BOOK.resolve(near[1]).id


def test_there_is_no_price_before_its_start() -> None:
    late = [row for row in BOOK.rows.prices if row.available_from and (row.model or "").startswith("ft:azure/")]
    assert len(late) > 10
    for row in late:
        assert row.available_from is not None
        before = row.available_from - timedelta(days=1)
        rates = [BOOK.rate(str(row.model), row.kind, day) for day in (before, row.available_from)]
        assert rates[0] is None
        assert not row.by_default or (rates[1] is None) == (row.value is None)
    # genai-prices would take the first price that there is for any earlier day.
    batch = [BOOK.rate("google/gemini-4-argon", "input", date(2026, 10, day), batch=True) for day in (13, 14)]
    assert [rate and rate.unit_usd for rate in batch] == [None, 1]


# Totals add up.


def following(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"


@given(answers=ANSWERS, day=st.sampled_from(DAYS), tuned=st.sampled_from(TUNED))
@exact
def test_months_are_the_whole_horizon_and_sum_to_the_lines(answers: dict[str, Any], day: date, tuned: str) -> None:
    horizon = workload(answers).months
    for cost in projected(answers, day, tuned=tuned).values():
        assert len(cost.months) == horizon
        assert cost.months[0].month == following(f"{day:%Y-%m}")
        assert all(later.month == following(month.month) for month, later in pairwise(cost.months))
        sums = {
            kind: sum((line.amount_usd for line in cost.lines if line.kind == kind), Decimal(0))
            for kind in ("build", "run", "maintain")
        }
        assert sum(month.build_usd for month in cost.months) == sums["build"] == cost.months[0].build_usd
        assert sum(month.run_usd for month in cost.months) == sums["run"]
        assert sum(month.maintain_usd for month in cost.months) == sums["maintain"]
        running = Decimal(0)
        for month in cost.months:
            running += month.build_usd + month.run_usd + month.maintain_usd
            assert month.cumulative_usd == running
        labour = sum(line.amount_usd for line in cost.lines if line.labour)
        assert running == sum(sums.values()) == cost.known_usd == cost.months[-1].cumulative_api_usd + labour
        if not cost.gaps:
            assert (cost.total.horizon_usd, cost.total.upfront_usd) == (running, sums["build"])
            assert cost.api.horizon_usd == running - labour
            assert cost.total.maintain_monthly_usd is not None
            assert abs(cost.total.maintain_monthly_usd - sums["maintain"] / horizon) <= Decimal("5e-11")


@given(answers=ANSWERS, day=st.sampled_from(DAYS))
@exact
def test_a_plan_breaks_even_in_the_first_month_from_which_it_is_never_behind_again(
    answers: dict[str, Any], day: date
) -> None:
    found = assessed(answers, day)
    queries = found.workload.queries_per_day.value
    for name, entries in found.break_evens.items():
        for entry in entries:
            against = found.best_alternative if entry.versus == "best_alternative" else found.alternatives[0]
            assert against is not None
            mine, other = found.costs[name], against.cost
            if mine.gaps or other.gaps:
                continue
            month, month_api = (
                never_behind(mine, other, amounts) for amounts in ("cumulative_usd", "cumulative_api_usd")
            )
            assert (entry.month, entry.month_api) == (month, month_api), (name, entry.versus)
            assert entry.reachable == (month is not None)
            for totals, theirs, days in ((mine.total, other.total, entry.days), (mine.api, other.api, entry.days_api)):
                extra, saved = gap(totals, theirs, "upfront_usd"), -gap(totals, theirs, "monthly_usd") / 30
                saved -= gap(totals, theirs, "maintain_monthly_usd") * 12 / 365
                assert (days is None) == (saved <= 0)
                assert days is None or abs(days - max(extra / saved, Decimal(0))) <= Decimal("5e-7")
                if totals is mine.total:
                    requests = None if saved <= 0 else max(extra * queries / saved, Decimal(0))
                    assert entry.requests == (requests and requests.to_integral_value(ROUND_CEILING))
        if name == "fine_tuning" and not found.costs[name].gaps and isinstance(answers.get("queries_per_day"), Decimal):
            facts, versus = found.facts, [entry for entry in entries if entry.versus == "best_alternative"]
            names = [month.month for month in found.costs[name].months]
            first = versus[0].month if versus else None
            said = 61 if first is None else names.index(first) + 1
            assert facts["tuning_break_even_month"] == (said if versus else None)


@pytest.mark.parametrize(
    ("mine", "month"),
    [
        ((10, 20, 30, 40), "2026-12"),
        ((11, 20, 30, 40), "2027-01"),
        ((9, 21, 29, 41), None),
        ((9, 21, 31, 40), "2027-03"),
        ((9, 19, 31, 40), "2027-03"),
        ((9, 21, 30, 39), "2027-02"),
        ((11, 21, 31, 41), None),
    ],
)
def test_a_plan_that_falls_behind_again_has_not_broken_even_yet(mine: tuple[int, ...], month: str | None) -> None:
    plan = projected({"horizon_months": 4, "queries_per_day": 10}, NOVEMBER)["current"]
    one, other = (with_cumulative(plan, amounts) for amounts in (mine, (10, 20, 30, 40)))
    found = break_even(one, other, "current", Decimal(10))
    assert (found.month, found.month_api, found.reachable) == (month, month, month is not None)


def with_cumulative(cost: Cost, amounts: tuple[int, ...]) -> Cost:
    pairs = zip(cost.months, map(Decimal, amounts), strict=True)
    months = (replace(month, cumulative_usd=usd, cumulative_api_usd=usd) for month, usd in pairs)
    return replace(cost, months=tuple(months))


def never_behind(mine: Cost, other: Cost, amounts: str) -> str | None:
    """Return the first month from which what has been paid never exceeds the other's, by looking at every month."""
    behind = [getattr(one, amounts) > getattr(two, amounts) for one, two in zip(mine.months, other.months, strict=True)]
    ahead = (month.month for index, month in enumerate(mine.months) if not any(behind[index:]))
    return next(ahead, None)


def gap(mine: Totals, other: Totals, name: str) -> Decimal:
    found: Decimal = getattr(mine, name) - getattr(other, name)
    return found


# Totals grow with use.

LEVERS: Final = {
    "queries_per_day": 10**7,
    "calls_per_request": 50,
    "prompt_tokens": 50_000,
    "input_tokens": 50_000,
    "output_tokens": 20_000,
    "tuned_prompt_tokens": 20_000,
    "tuned_output_tokens": 20_000,
    "retrieved_tokens": 20_000,
    "knowledge_tokens": 10**7,
    "example_tokens": 10_000,
    "training_runs": 20,
    "epochs": 20,
    "retrain_per_year": 60,
    "engineer_hourly_cost": 300,
    "horizon_months": 60,
    "gpus": 100,
}
"""Answers of which more is never cheaper, with the most of each that is tried: below every price tier but that of all
the knowledge in a prompt, and without caching."""


@pytest.mark.parametrize("lever", LEVERS)
@given(answers=ANSWERS, ends=st.tuples(st.integers(1, 100), st.integers(0, 99)), tuned=st.sampled_from(TUNED[1:]))
@settings(max_examples=EXAMPLES // 10)
def test_more_of_anything_never_costs_less(
    lever: str, answers: dict[str, Any], ends: tuple[int, int], tuned: str
) -> None:
    most = LEVERS[lever]
    high = max(1, most * ends[0] // 100)
    low = max(1, high * ends[1] // 100)
    same = {**answers, "cached_share": 0}
    before, after = (projected({**same, lever: value}, NOVEMBER, tuned=tuned) for value in (low, high))
    for name, cost in before.items():
        one, two = cost.total, after[name].total
        if one.horizon_usd is None or two.horizon_usd is None:
            assert cost.gaps or after[name].gaps
            continue
        assert one.horizon_usd <= two.horizon_usd, name
        assert (one.per_request_usd or 0) <= (two.per_request_usd or 0), name
        if lever != "horizon_months":
            assert (one.monthly_usd or 0) <= (two.monthly_usd or 0), name
            assert (one.upfront_usd or 0) <= (two.upfront_usd or 0), name


@pytest.mark.parametrize(
    ("lever", "plans"),
    [
        ("queries_per_day", ("prompt_engineering", "rag", "fine_tuning", "current", "switch_model", "full_context")),
        ("retrieved_tokens", ("rag", "rag_and_fine_tuning")),
        ("training_runs", ("fine_tuning", "rag_and_fine_tuning")),
        ("retrain_per_year", ("fine_tuning", "rag_and_fine_tuning")),
        ("epochs", ("fine_tuning", "rag_and_fine_tuning")),
        ("prompt_tokens", ("prompt_engineering", "rag", "current", "switch_model", "full_context")),
        ("output_tokens", ("prompt_engineering", "rag", "current", "switch_model", "full_context")),
        ("tuned_output_tokens", ("fine_tuning", "rag_and_fine_tuning")),
    ],
)
def test_more_of_what_a_plan_uses_costs_more_and_leaves_the_others_alone(lever: str, plans: tuple[str, ...]) -> None:
    same = {**WHOLE, "cached_share": 0, "tuned_prompt_tokens": 300, "tuned_output_tokens": 100, "example_tokens": 600}
    one, two = (projected({**same, lever: value}, NOVEMBER) for value in (12, 24))
    dearer = {name for name in one if total(one[name]) < total(two[name])}
    assert dearer >= {*plans}
    if lever not in ("queries_per_day", "prompt_tokens", "output_tokens"):
        assert dearer == {*plans}


def total(cost: Cost) -> Decimal:
    assert cost.total.horizon_usd is not None
    return cost.total.horizon_usd


# Low and high ends.

WIDE: Final = {
    "queries_per_day": (1000, 50_000),
    "calls_per_request": (1, 4),
    "prompt_tokens": (300, 3000),
    "input_tokens": (100, 4000),
    "output_tokens": (50, 500),
    "tuned_prompt_tokens": (50, 250),
    "tuned_output_tokens": (40, 400),
    "retrieved_tokens": (1000, 9000),
    "monthly_growth": (Decimal("-0.05"), Decimal("0.1")),
    "batchable_share": (Decimal("0.1"), Decimal("0.7")),
    "cached_share": (Decimal("0.1"), Decimal("0.9")),
    "knowledge_tokens": (20_000, 900_000),
    "example_tokens": (200, 1200),
    "training_runs": (1, 6),
    "epochs": (2, 5),
    "retrain_per_year": (0, 12),
    "engineer_hourly_cost": (60, 180),
}
SAVING: Final = frozenset(("cached_share", "batchable_share"))
"""Answers of which more is cheaper."""


@given(answers=ANSWERS, day=st.sampled_from(DAYS[:4]))
def test_the_expected_total_lies_between_its_low_and_high_ends(answers: dict[str, Any], day: date) -> None:
    for cost in projected(answers, day).values():
        if cost.spread is None:
            continue
        assert not cost.gaps
        for name in ("upfront_usd", "monthly_usd", "horizon_usd"):
            low, high = getattr(cost.spread, name)
            assert low <= getattr(cost.total, name) <= high
        assert cost.spread.horizon_usd[0] < cost.spread.horizon_usd[1]


@given(ranged=st.sets(st.sampled_from(sorted(WIDE)), max_size=5), task=st.sampled_from(["code", "qa"]))
@settings(max_examples=EXAMPLES // 2)
@exact
def test_the_ends_are_what_the_cheap_and_the_dear_answers_and_prices_give(ranged: set[str], task: str) -> None:
    given_answers = {**WHOLE, "task_type": task, **{name: high for name, (_, high) in WIDE.items()}}
    found = projected({**given_answers, **{name: [*WIDE[name]] for name in ranged}}, NOVEMBER)
    cheap, dear = (
        projected(
            {**given_answers, **{name: WIDE[name][(name in SAVING) != dear_end] for name in ranged}},
            NOVEMBER,
            book=book,
        )
        for dear_end, book in ((False, BOOK.low), (True, BOOK.high))
    )
    for name, cost in found.items():
        ends = [costs[name].total.horizon_usd for costs in (cheap, found, dear)]
        known = [end for end in ends if end is not None]
        assert len(known) == 3
        if cost.spread is None:
            # Only a plan that applies, and over which some range lies, has ends of its own.
            assert min(known) == max(known) or name in ("cached_prompt", "batch", "full_context", "switch_model")
        else:
            assert cost.spread.horizon_usd == (min(known), max(known)), name


def without_spreads() -> PriceBook:
    """Return the book with the typical price of every row that has a low and a high one."""
    rows = [
        row.model_copy(update={"price": row.typical, "low": None, "typical": None, "high": None})
        if row.low is not None
        else row
        for row in BOOK.rows.prices
    ]
    return PriceBook(replace(BOOK.rows, prices=tuple(rows)), BOOK.base)


def test_there_are_no_two_ends_where_nothing_is_a_range() -> None:
    answers = {**WHOLE, **{name: high for name, (_, high) in WIDE.items()}}
    plain, spread = (projected(answers, NOVEMBER, book=book) for book in (without_spreads(), BOOK))
    assert [name for name, cost in plain.items() if cost.spread] == []
    assert {name: cost.total for name, cost in plain.items()} == {name: cost.total for name, cost in spread.items()}
    # Labels, and the work units of the vector store, are sold at prices between two ends.
    sold = {name for name, cost in spread.items() if any(line.rate.spread for line in cost.lines)}
    assert {name for name, cost in spread.items() if cost.spread} == sold
    assert sold == {"rag", "fine_tuning", "rag_and_fine_tuning"}


# A tuned model that ends.


def test_a_tuned_model_that_ends_within_the_horizon_is_tuned_once_more_in_its_last_month() -> None:
    answers = {
        "queries_per_day": 10_000,
        "prompting_tried": "yes_insufficient",
        "tuning_access": ["azure"],
        "tuned_model": "ft:azure/gpt-4.1-mini",
        "retrain_per_year": 0,
        "requirement_change": "never",
        "training_runs": 3,
        "labelled_examples": 2000,
        "data_quality": "reviewed",
    }
    for months, maintained in ((12, ["2027-10"]), (10, ["2027-10"]), (9, [])):
        found = assessed({**answers, "horizon_months": months}, date(2026, 12, 15))
        cost = found.costs["fine_tuning"]
        assert cost.plan.model is not None
        assert (cost.plan.model.id, cost.ends) == ("ft:azure/gpt-4.1-mini", date(2027, 10, 14))
        assert [month.month for month in cost.months if month.maintain_usd] == maintained
        lines = {line.id: line for line in cost.lines}
        if maintained:
            assert lines["retraining"].quantity == lines["training"].quantity / 3
            assert lines["retraining"].unit_price_usd == lines["training"].unit_price_usd
            assert lines["retrain"].quantity == 16


@pytest.mark.parametrize("day", [date(2026, 8, 11), date(2026, 11, 23), date(2026, 12, 15), date(2027, 3, 1)], ids=str)
def test_every_model_on_offer_outlives_half_a_year_or_is_tuned_again_when_it_ends(day: date) -> None:
    access = frozenset(BOOK.providers)
    offered = BOOK.tunable(day, access)
    assert offered
    quiet = workload({"retrain_per_year": 0, "requirement_change": "never", "horizon_months": 12})
    for model in offered:
        ends = BOOK.availability(model, day, access).ends
        assert ends is None or ends.date > months_later(day, 6)
        cost = Projector(BOOK, quiet, day).expected(Plan("fine_tuning", model, tuning=True))
        if not cost.gaps:
            last = calendar_months(day, 12, Decimal(0))[-1].end
            again = [f"{ends.date:%Y-%m}"] if ends and ends.date <= last else []
            assert [month.month for month in cost.months if month.maintain_usd] == again


@pytest.mark.parametrize("access", [None, ["openai"], [*BOOK.providers]], ids=["new", "openai", "everywhere"])
def test_a_model_of_a_closed_service_is_not_offered(access: list[str] | None) -> None:
    customer = None if access is None else frozenset(access)
    for day in range(1, 31):
        offered = {model.id for model in BOOK.tunable(date(2026, 11, day), customer)}
        assert "ft:openai/gpt-4o-mini" not in offered
    answers = {"tuned_model": "ft:gpt-4o-mini"} | ({"tuning_access": access} if access else {})
    models = assessed(answers, NOVEMBER).models
    assert models.refused is not None
    assert models.refused.id == "ft:openai/gpt-4o-mini"
    assert models.tuned is None or models.tuned.id != "ft:openai/gpt-4o-mini"
