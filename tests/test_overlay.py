"""Overlays: a user's own prices, models, hours and discounts over the built-in ones, and what is wrong in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from command_line import Outcome, advise
from hypothesis import given
from hypothesis import strategies as st
from test_properties import ANSWERS, BOOK, PACK

from advisor import advise as advised
from advisor.answers import answers_from
from advisor.assessment import Assessment, assess
from advisor.costs.ledger import Line, exact
from advisor.costs.projection import Cost, Projector
from advisor.plain_json import dump
from advisor.pricebook.book import PriceBook, load_book
from advisor.pricebook.rows import PriceRow

pytestmark = pytest.mark.usefixtures("few_scenarios")

DAY: Final = date(2026, 11, 23)
SOURCE: Final = "source_title: Contract 4711, verified_at: 2026-11-01, confidence: A"
ANSWERED: Final[dict[str, Any]] = {
    "queries_per_day": 20_000,
    "prompting_tried": "yes_insufficient",
    "prompt_tokens": 2000,
    "cached_share": Decimal("0.5"),
    "batchable_share": Decimal("0.25"),
    "knowledge_needed": "changing",
    "requirement_change": "monthly",
    "labelled_examples": 100,
    "current_model": "openai/gpt-6.1-terra",
    "small_model": "openai/gpt-6-luna",
    "tuned_model": "ft:azure/gpt-oss-20b",
}


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    return tmp_path / "ours.yaml"


def row(row_id: str, model: str, kind: str, says: str, provider: str = "openai", unit: str = "1M tokens") -> str:
    return f"- {{id: {row_id}, model: {model}, provider: {provider}, kind: {kind}, unit: {unit}, {SOURCE}, {says}}}\n"


def book_of(overlay: Path, text: str) -> PriceBook:
    overlay.write_text(text, encoding="utf-8")
    return load_book(overlay=overlay)


def assessment(book: PriceBook, **changes: Any) -> Assessment:
    """Return what some answers give on a book; a change to None takes an answer away."""
    answers = {name: value for name, value in {**ANSWERED, **changes}.items() if value is not None}
    return assess(answers_from(answers, PACK.questionnaire), PACK, book, DAY)


def every_cost(found: Assessment) -> dict[str, Cost]:
    return {**found.costs, **{entry.id: entry.cost for entry in found.alternatives}}


def unit_usd(book: PriceBook, model: str, kind: str, day: date = DAY) -> Decimal | None:
    rate = book.rate(model, kind, day)
    return rate.unit_usd if rate else None


# Rows.


def test_a_row_of_a_new_id_wins_over_the_built_in_ones_of_its_model_and_kind_and_over_no_other(overlay: Path) -> None:
    book = book_of(overlay, "rows:\n" + row("contract/luna", "openai/gpt-6-luna", "input", "price: 0.07"))
    assert unit_usd(book, "openai/gpt-6-luna", "input") == Decimal("0.07")
    for model, kind in (
        ("openai/gpt-6-luna", "output"),
        ("openai/gpt-6.1-terra", "input"),
        ("anthropic/claude-haiku-5-5", "input"),
    ):
        assert unit_usd(book, model, kind) == unit_usd(BOOK, model, kind)
    assert len(book.rows.prices) == len(BOOK.rows.prices) + 1


def test_a_row_of_a_known_id_replaces_it(overlay: Path) -> None:
    wanted = ("ft:azure/gpt-oss-20b", "hosting")
    built_in = next(entry for entry in BOOK.rows.prices if (entry.model, entry.kind) == wanted)
    says = row(built_in.id, "ft:azure/gpt-oss-20b", "hosting", "price: 0.10", "azure", "hour")
    book = book_of(overlay, "rows:\n" + says)
    assert len(book.rows.prices) == len(BOOK.rows.prices)
    assert [entry.price for entry in book.rows.prices if entry.id == built_in.id] == [Decimal("0.10")]
    before, after = (assessment(each).costs["fine_tuning"] for each in (BOOK, book))
    hosting = [next(line for line in cost.lines if line.id == "hosting") for cost in (before, after)]
    assert [line.unit_price_usd for line in hosting] == [built_in.price, Decimal("0.10")]
    assert hosting[0].quantity == hosting[1].quantity
    assert before.known_usd - after.known_usd == hosting[0].amount_usd - hosting[1].amount_usd


def lines_of_december(book: PriceBook) -> list[Line]:
    """Return what 1,000,000 input tokens a day cost in December on the untuned small model."""
    found = assessment(
        book,
        current_model="openai/gpt-6-luna",
        queries_per_day=1000,
        prompt_tokens=0,
        input_tokens=1000,
        output_tokens=0,
        horizon_months=1,
    )
    return [line for line in found.alternatives[0].cost.lines if line.id == "input_tokens"]


def test_a_price_that_steps_inside_a_month_makes_two_lines_of_it(overlay: Path) -> None:
    steps = row("a", "openai/gpt-6-luna", "input", "price: 1, effective_to: 2026-12-10")
    steps += row("b", "openai/gpt-6-luna", "input", "price: 3, effective_from: 2026-12-11")
    lines = lines_of_december(book_of(overlay, "rows:\n" + steps))
    priced = [(line.rate.id, int(line.quantity), int(line.amount_usd)) for line in lines]
    assert priced == [("a", 10, 10), ("b", 21, 63)]


def test_a_row_that_is_available_from_inside_a_month_prices_the_days_from_then_on(overlay: Path) -> None:
    later = row("a", "openai/gpt-6-luna", "input", "price: 3, available_from: 2026-12-11")
    lines = lines_of_december(book_of(overlay, "rows:\n" + later))
    assert [int(line.quantity) for line in lines if line.rate.id == "a"] == [21]


def test_a_row_without_a_price_is_a_gap_that_the_result_and_the_document_name(overlay: Path, tmp_path: Path) -> None:
    says = "note: Not agreed yet."
    overlay.write_text("rows:\n" + row("contract/terra", "openai/gpt-6.1-terra", "output", says))
    told = run(overlay, "--format", "json")
    assert told.code == 0
    result = json.loads(told.out)
    assert {entry["where"] for entry in result["unpriced"]} >= {"prompt_engineering", "rag", "current"}
    assert all(entry["cost"]["horizon_usd"] is None for entry in result["strategies"][:2])
    document = run(overlay, "-o", "-").out
    assert "openai/gpt-6.1-terra has no published price for output tokens" in document
    assert "at least USD" in document


def run(overlay: Path | None, *way: str, **changes: Any) -> Outcome:
    text = dump({"as_of": str(DAY), **ANSWERED, **changes}).encode()
    return advise("run", "-", *way, *(("--prices", overlay) if overlay else ()), stdin=text)


# Models.

HOUSE: Final = f"""models:
- {{id: ft:house/llama, provider: house, base: openai/gpt-6-luna, aliases: [our-llama], context_window: 8000}}
rows:
{row("h/i", "ft:house/llama", "input", "price: 0.01", "house")}\
{row("h/o", "ft:house/llama", "output", "price: 0.02", "house")}\
{row("h/t", "ft:house/llama", "training", "price: 0.5", "house")}\
{row("h/h", "ft:house/llama", "hosting", "price: 0, free: true", "house", "hour")}"""


def test_a_model_of_an_overlay_can_be_tuned_and_is_chosen_where_it_is_the_cheapest(overlay: Path) -> None:
    book = book_of(overlay, HOUSE)
    assert "ft:house/llama" in {model.id for model in book.tunable(DAY, None)}
    assert "house" in book.providers
    assert "ft:house/llama" not in {model.id for model in book.tunable(DAY, frozenset(("azure",)))}
    assert book.resolve("our-llama").id == "ft:house/llama"
    assert book.resolve_tuned("gpt-6-luna").id == "ft:house/llama"
    chosen = assessment(book, tuned_model=None).models.tuned
    assert chosen is not None
    assert chosen.id == "ft:house/llama"


def test_an_answer_may_name_the_model_and_the_provider_of_an_overlay(overlay: Path) -> None:
    overlay.write_text(HOUSE)
    named = {"tuned_model": "ft:house/llama", "tuning_access": ["house"]}
    result = json.loads(run(overlay, "--format", "json", **named).out)
    tuned = next(entry for entry in result["strategies"] if entry["strategy"] == "fine_tuning")
    assert tuned["model"] == "ft:house/llama"
    assert tuned["cost"]["horizon_usd"] is not None
    assert run(None, "--format", "json", **named).code == 2


def test_a_model_of_an_overlay_is_compared(overlay: Path) -> None:
    overlay.write_text(HOUSE)
    arguments = ["--as-of", str(DAY), "--set", "queries_per_day=1000", "--prices", str(overlay), "--json"]
    told = advise("compare", "--model", "gpt-6-luna", "--all-tunable", *arguments)
    models = json.loads(told.out)["models"]
    assert [entry["resolved_id"] for entry in models][:2] == ["openai/gpt-6-luna", "ft:house/llama"]
    assert models[1]["hosting_monthly_usd"] == 0
    assert models[1]["training"]["total_usd"] is not None


# Hours.


def test_hours_of_an_overlay_replace_those_of_the_same_work_and_leave_the_others(overlay: Path) -> None:
    says = f"labour:\n- {{id: rag, hours: 200, why: Our last two took five weeks., {SOURCE}}}\n"
    before, after = (assessment(book) for book in (BOOK, book_of(overlay, says)))
    hours = [{line.id: line.quantity for line in found.costs["rag"].lines if line.labour} for found in (before, after)]
    assert hours[1] == {**hours[0], "rag": 200}
    assert hours[0]["rag"] != 200
    assert every_cost(after)["fine_tuning"].total == every_cost(before)["fine_tuning"].total


def test_hours_that_are_not_given_are_refused_and_not_taken_as_none(overlay: Path) -> None:
    overlay.write_text(f"labour:\n- {{id: rag, why: Unknown., {SOURCE}}}\n")
    told = run(overlay, "--format", "json")
    assert told.code == 2
    assert f"{overlay}:2:" in told.err


# Discounts.


@pytest.mark.parametrize("written", ["0.15", "15 %", "15%", "'0.15'", "15.0 %"])
def test_a_discount_is_a_share_or_a_percentage(overlay: Path, written: str) -> None:
    book = book_of(overlay, f"discounts: {{openai: {written}}}\n")
    assert book.rows.discounts == {"openai": Decimal("0.15")}
    assert unit_usd(book, "openai/gpt-6-luna", "input") == Decimal("0.1") * Decimal("0.85")


SHARES = st.dictionaries(
    st.sampled_from(["openai", "azure", "together", "voyage", "pinecone", "market", "google"]),
    st.integers(1, 99).map(lambda share: Decimal(share) / 100),
    min_size=1,
    max_size=4,
)
OWN: Final = (("openai/gpt-6.1-terra", "output"), ("ft:azure/gpt-oss-20b", "hosting"))


def book_with(own: Iterable[tuple[str, str]], shares: Mapping[str, Decimal]) -> PriceBook:
    """Return the built-in book under rows of an overlay, each at USD 7, and its discounts."""
    no_range = {"low": None, "typical": None, "high": None}
    template = BOOK.rows.prices[0].model_dump() | {"price": 7, "free": False, **no_range}
    rows = [
        PriceRow.model_validate(
            {**template, "id": f"own/{model}/{kind}", "model": model, "kind": kind, "provider": provider(model)}
        )
        for model, kind in sorted(own)
    ]
    overlaid = frozenset(entry.id for entry in rows)
    prices = (*rows, *BOOK.rows.prices)
    return PriceBook(replace(BOOK.rows, prices=prices, overlaid=overlaid, discounts=dict(shares)), BOOK.base)


def provider(model: str) -> str:
    return model.removeprefix("ft:").partition("/")[0]


@given(answers=ANSWERS, shares=SHARES, own=st.sets(st.sampled_from(OWN)))
@exact
def test_a_discount_lowers_every_list_price_of_its_provider_and_nothing_else(
    answers: dict[str, Any], shares: dict[str, Decimal], own: set[tuple[str, str]]
) -> None:
    listed, book = (book_with(own, given_shares) for given_shares in ({}, shares))
    named = {key: ANSWERED[key] for key in ("current_model", "small_model", "tuned_model")}
    found = assess(answers_from({**answers, **named}, PACK.questionnaire), PACK, book, DAY)
    plain = Projector(listed, found.workload, DAY)
    for cost in every_cost(found).values():
        clean = plain.expected(cost.plan)
        assert [gap.line for gap in cost.gaps] == [gap.line for gap in clean.gaps]
        for line, list_line in pairs(cost, clean):
            left = 1 - shares.get(provider_of(list_line, listed), Decimal(0))
            assert line.unit_price_usd == list_line.unit_price_usd * left
            if line.id != "vector_minimum":
                assert line.quantity == list_line.quantity
                assert abs(line.amount_usd - list_line.amount_usd * left) <= Decimal("1e-8")
            low_high = list_line.rate.spread
            assert line.rate.spread == (low_high and (low_high[0] * left, low_high[1] * left))


def pairs(cost: Cost, clean: Cost) -> Iterable[tuple[Line, Line]]:
    """Return the lines of two projections of one plan, side by side; only what tops up a minimum may come or go."""
    mine, theirs = ([line for line in each.lines if line.id != "vector_minimum"] for each in (cost, clean))
    ours, others = ([(line.id, line.kind, line.rate.id) for line in each] for each in (mine, theirs))
    assert ours == others
    topped = [[line for line in each.lines if line.id == "vector_minimum"] for each in (cost, clean)]
    return [*zip(mine, theirs, strict=True), *zip(*topped, strict=False)]


def provider_of(line: Line, book: PriceBook) -> str:
    """Return whose list price a line has: nobody's where it is labour at an hourly cost or a row of the overlay."""
    if line.rate.id.startswith("labour/") or line.rate.id in book.rows.overlaid:
        return ""
    if line.rate.id.startswith("genai-prices/"):
        return line.rate.id.split("/")[1]
    return next(entry.provider for entry in book.rows.prices if entry.id == line.rate.id)


def test_documents_show_the_discount_beside_the_price_it_was_taken_off(overlay: Path) -> None:
    overlay.write_text("discounts: {openai: 20 %}\n")
    document = run(overlay, "-o", "-").out
    assert "20 % off the list price of USD 5, by the overlay." in document
    assert "USD 4.00 per 1M tokens" in document


def test_compare_takes_discounts_into_account(overlay: Path) -> None:
    overlay.write_text("discounts: {openai: 0.25}\n")
    arguments = ["--model", "gpt-6-luna", "--model", "claude-haiku-5.5", "--as-of", str(DAY), "--json"]
    told = [advise("compare", *arguments, *extra) for extra in ((), ("--prices", overlay))]
    before, after = (
        [entry["per_request_usd"] for entry in json.loads(each.out, parse_float=Decimal)["models"]] for each in told
    )
    assert after == [before[0] * 3 / 4, before[1]]


# What is wrong is refused with its place.

PRICE: Final = row("a", "openai/gpt-4o", "input", "price: 1")


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ("discounts:\n  openay: 0.1\n", 2, "discounts.openay", "unknown provider 'openay'. Did you mean 'openai'?"),
        ("discounts: {openai: 1.5}\n", 1, "discounts.openai", "less than 1"),
        ("discounts: {openai: 1}\n", 1, "discounts.openai", "less than 1"),
        ("discounts: {openai: -0.1}\n", 1, "discounts.openai", "greater than or equal to 0"),
        ("discounts: {openai: 150 %}\n", 1, "discounts.openai", "less than 1"),
        ("discounts: {openai: much}\n", 1, "discounts.openai", "valid decimal"),
        ("discounts: {openai: many %}\n", 1, "discounts.openai", "valid decimal"),
        ("discounts: {openai: NaN}\n", 1, "discounts.openai", "finite"),
        ("discounts: [openai]\n", 1, "discounts", "valid dictionary"),
        ("discount: {openai: 0.1}\n", 1, "discount", "unknown key 'discount'. Did you mean 'discounts'?"),
        (f"rows:\n{PRICE}aliases: {{}}\n", 3, "aliases", "unknown key 'aliases'."),
        (f"rows:\n{PRICE}{PRICE}", 3, "rows.1.id", "the row 'a' is there twice."),
        (f"rows:\n{row('a', 'openai/gpt-4o', 'input', 'free: false')}", 2, "rows.0", "what is not established"),
        (f"rows:\n{row('a', 'openai/gpt-4o', 'input', 'price: 0')}", 2, "rows.0", "free: true"),
        (f"rows:\n{row('a', 'openai/gpt-4o', 'inputs', 'price: 1')}", 2, "", "'input'"),
        (f"rows:\n{row('a', 'openai/gpt-4o', 'input', 'prise: 1')}", 2, "", "unknown key 'prise'"),
        (f"labour:\n- {{id: ragg, hours: 2, why: x, {SOURCE}}}\n", 2, "labour.0.id", "Did you mean 'rag'?"),
        (f"labour:\n- {{id: rag, hours: -2, why: x, {SOURCE}}}\n", 2, "", "greater than or equal to 0"),
        ("models:\n- {id: ft:house/x}\n", 2, "models.0.provider", "the key 'provider' is missing."),
        ("{}\n", 1, "", "rows, models, labour or discounts are needed"),
        ("rows: []\n", 1, "", "rows, models, labour or discounts are needed"),
        ("- a\n- b\n", 1, "", ""),
        ("prices\n", 1, "", ""),
        ("rows: {a: 1}\n", 1, "rows", "valid tuple"),
        ("discounts: {openai: 0.1, openai: 0.2}\n", 1, "", "twice"),
        ("rows: &a [*a]\n", 1, "", ""),
    ],
    ids=lambda value: value.splitlines()[-1][:40] if isinstance(value, str) and "\n" in value else None,
)
def test_what_is_wrong_in_an_overlay_is_refused_with_its_place_and_the_likely_name(
    overlay: Path, text: str, line: int, key: str, says: str
) -> None:
    overlay.write_text(text)
    told = run(overlay, "--format", "json")
    assert told.code == 2
    assert told.out == ""
    assert "Traceback" not in told.err
    place = re.match(rf"error: {re.escape(str(overlay))}:(\d+):(\d+):(\S*:)? ", told.err)
    assert place, told.err
    assert (int(place[1]), place[3] or "") == (line, f"{key}:" if key else place[3] or "")
    assert says in told.err


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_an_overlay_without_anything_is_refused(overlay: Path, text: str) -> None:
    overlay.write_text(text)
    told = run(overlay, "--format", "json")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith(f"error: {overlay}: the file is empty.")


def test_all_unknown_providers_are_named_at_once(overlay: Path) -> None:
    overlay.write_text("discounts:\n  openay: 0.1\n  azur: 0.2\n")
    told = run(overlay, "--format", "json")
    assert "'openai'" in told.err
    assert "'azure'" in told.err


def test_an_overlay_that_is_not_there_is_refused(overlay: Path) -> None:
    told = run(overlay, "--format", "json")
    assert told.code == 2
    assert str(overlay) in told.err


# Provenance.


def test_the_digest_of_the_prices_follows_the_overlay(overlay: Path) -> None:
    texts = [
        "discounts: {openai: 0.1}\n",
        "discounts: {openai: 0.2}\n",
        "discounts: {azure: 0.1}\n",
        f"rows:\n{PRICE}",
        f"rows:\n{PRICE.replace('price: 1', 'price: 2')}",
        f"labour:\n- {{id: rag, hours: 200, why: x, {SOURCE}}}\n",
    ]
    digests = [digest(ANSWERED, None)]
    for text in texts:
        overlay.write_text(text)
        digests.append(digest(ANSWERED, overlay))
    assert len({*digests}) == len(texts) + 1
    overlay.write_text("# Last year's.\n" + texts[0])
    assert digest(ANSWERED, overlay) == digests[1]


def digest(answers: Mapping[str, Any], prices: Path | None) -> str:
    return advised(answers, as_of=DAY, prices=prices).provenance.price_book.rows_digest
