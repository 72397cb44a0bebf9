"""The price book: own rows over the base, the traps of the base, availability, and unknown prices that stay unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from advisor import advise
from advisor.errors import InputError
from advisor.pricebook.book import PriceBook, load_book

MARCH, NOVEMBER = date(2026, 3, 31), date(2026, 11, 23)


def unit_usd(
    book: PriceBook, model: str, kind: str, day: date, *, tokens: int = 0, batch: bool = False
) -> Decimal | None:
    rate = book.rate(book.resolve(model).id, kind, day, input_tokens=Decimal(tokens), batch=batch)
    return rate.unit_usd if rate else None


@pytest.mark.parametrize(
    ("reference", "resolved"),
    [
        ("gpt-4o", "openai/gpt-4o"),
        ("GPT-4o", "openai/gpt-4o"),
        ("gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("openai/gpt-4o-mini", "openai/gpt-4o-mini"),
        ("claude-haiku-5.5", "anthropic/claude-haiku-5-5"),
        ("ft:gpt-4o-mini", "ft:openai/gpt-4o-mini"),
        ("ft:azure/gpt-oss-20b", "ft:azure/gpt-oss-20b"),
    ],
)
def test_references_resolve_to_canonical_ids(book: PriceBook, reference: str, resolved: str) -> None:
    assert book.resolve(reference).id == resolved


@pytest.mark.parametrize(
    ("reference", "nearest"), [("gpt-4oo", "gpt-4o"), ("gpt-4o-ultra", None), ("ft:gpt-4o-minni", "ft:gpt-4o-mini")]
)
def test_an_unknown_model_is_refused_with_a_near_name(book: PriceBook, reference: str, nearest: str | None) -> None:
    with pytest.raises(InputError, match="unknown model") as caught:
        book.resolve(reference)
    if nearest:
        assert caught.value.problems[0].nearest == nearest


def test_tuned_rows_are_found_by_their_base(book: PriceBook) -> None:
    assert book.resolve_tuned("gpt-4o-mini").id == "ft:openai/gpt-4o-mini"
    assert book.resolve_tuned("gpt-oss-20b").id == "ft:azure/gpt-oss-20b"
    with pytest.raises(InputError, match="no row for tuning"):
        book.resolve_tuned("gpt-6-luna")


def test_tiers_price_the_whole_request(book: PriceBook) -> None:
    assert unit_usd(book, "gpt-6-luna", "input", NOVEMBER, tokens=272_000) == Decimal("0.1")
    assert unit_usd(book, "gpt-6-luna", "input", NOVEMBER, tokens=272_001) == Decimal("0.2")


def test_announced_price_steps_apply_from_their_day(book: PriceBook) -> None:
    assert unit_usd(book, "gemini-3.8-flash", "input", date(2026, 12, 31)) == Decimal("0.75")
    assert unit_usd(book, "gemini-3.8-flash", "input", date(2027, 1, 1)) == Decimal("1.5")


def test_a_batch_price_that_is_not_published_is_not_the_standard_price(book: PriceBook) -> None:
    assert unit_usd(book, "gpt-6-luna", "input", NOVEMBER, batch=True) == Decimal("0.05")
    assert unit_usd(book, "gemini-3.5-flash", "input", NOVEMBER, batch=True) is None
    assert unit_usd(book, "gemini-3.5-flash-lite", "input", date(2026, 10, 13), batch=True) is None


def test_prices_by_the_hour_are_those_of_noon(book: PriceBook) -> None:
    assert unit_usd(book, "deepseek/deepseek-v4-pro", "input", NOVEMBER) == Decimal("0.66")


def test_own_rows_win_over_the_base_from_their_day_on(book: PriceBook) -> None:
    march = book.rate("openai/gpt-4o", "input", MARCH)
    february = book.rate("openai/gpt-4o", "input", date(2026, 2, 1))
    assert march is not None
    assert february is not None
    assert march.id == "openai/gpt-4o/input"
    assert march.dated
    assert february.id == "genai-prices/openai/gpt-4o/input"
    assert not february.dated


def test_an_unknown_price_is_no_price(book: PriceBook) -> None:
    assert book.rate("ft:aws/nova-micro", "training", NOVEMBER) is None
    assert book.rate("ft:google/gemini-1.5-flash", "input", MARCH) is None


def test_a_plan_without_a_price_is_a_gap_and_not_free() -> None:
    result = advise(
        {
            "queries_per_day": 5000,
            "tuned_model": "ft:nova-micro",
            "labelled_examples": 900,
            "prompting_tried": "yes_insufficient",
        },
        as_of="2026-11-23",
    )
    tuned = next(entry for entry in result.strategies if entry.strategy == "fine_tuning")
    assert tuned.model == "ft:aws/nova-micro"
    assert tuned.cost.horizon_usd is None
    assert tuned.cost.known_usd > 0
    assert {entry.line for entry in result.unpriced if entry.where == "fine_tuning"} == {"training", "retraining"}


def test_what_can_be_tuned_depends_on_the_day_and_the_customer(book: PriceBook) -> None:
    def tunable(day: date, *access: str) -> set[str]:
        return {model.id for model in book.tunable(day, frozenset(access) if access else None)}

    assert "ft:openai/gpt-4o-mini" in tunable(MARCH)
    assert "ft:azure/gpt-oss-20b" not in tunable(MARCH)
    assert not any(name.startswith("ft:openai/") for name in tunable(NOVEMBER))
    assert not any(name.startswith("ft:openai/") for name in tunable(NOVEMBER, "openai"))
    assert "ft:openai/gpt-4.1-mini" in tunable(date(2026, 6, 1), "openai")
    assert "ft:azure/gpt-oss-20b" in tunable(NOVEMBER)
    assert "ft:google/gemini-3.5-flash-lite" in tunable(NOVEMBER, "google")
    assert all(name.startswith("ft:google/") for name in tunable(NOVEMBER, "google"))
    assert "ft:google/gemini-1.5-flash" not in tunable(NOVEMBER, "google")


def test_a_model_of_a_closed_service_is_still_compared_with_a_warning(book: PriceBook) -> None:
    model = book.resolve("ft:gpt-4o-mini")
    why = book.why_not_tunable(model, NOVEMBER, None)
    assert why is not None
    assert "2026-05-07" in why
    assert unit_usd(book, "ft:gpt-4o-mini", "output", NOVEMBER) == Decimal("1.20")


def test_an_overlay_adds_and_replaces_rows(tmp_path: Path) -> None:
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(
        """rows:
- {id: ours/gpt-4o/input, model: openai/gpt-4o, provider: openai, kind: input, unit: 1M tokens, price: 2.00,
   source_title: Contract 4711, verified_at: 2026-11-01, confidence: A}
""",
        encoding="utf-8",
    )
    book = load_book(overlay=overlay)
    rate = book.rate("openai/gpt-4o", "input", NOVEMBER)
    assert rate is not None
    assert (rate.id, rate.unit_usd) == ("ours/gpt-4o/input", Decimal("2.00"))
    assert book.rows.digest != load_book().rows.digest


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("price: 0", "free: true"),
        ("price: -1", "greater than or equal to 0"),
        ("low: 2, typical: 1, high: 3", "must not fall"),
        ("low: 1", "go together"),
        ("price: NaN", "finite"),
        ("prise: 1", "unknown key 'prise'"),
        ("", "what is not established"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(tmp_path: Path, row: str, says: str) -> None:
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(
        "rows:\n- {id: a, provider: b, kind: input, unit: 1M tokens, source_title: c, "
        f"verified_at: 2026-11-01, confidence: A, {row}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_book(overlay=overlay)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{overlay}:2:")
