"""`advise rules`, `prices` and `faq`: what they refuse, and what their lists hold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from command_line import advise

from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.pricelist import model_entry, row_entries


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rules", "show", "low-volum"), "Did you mean 'low-volume'?"),
        (("rules", "list", "--theme", "econmics"), "Did you mean 'economics'?"),
        (("prices", "show", "gemini-4-argn"), "Did you mean 'gemini-4-argon'?"),
        (("prices", "show", "pinecone/standart"), "Did you mean 'pinecone/standard'?"),
        (("prices", "list", "--provider", "pinecon"), "Did you mean 'pinecone'?"),
        (("prices", "list", "--kind", "trainin"), "Did you mean 'training'?"),
        (("prices", "list", "--as-of", "yesterday"), "is not a day"),
        (("faq", "deprecated"), "Did you mean 'deprecation'?"),
        (("schema", "rules", "--rules", "."), "the same for every pack"),
        (("prices", "list", "--prices", "nowhere.yaml"), "no such file"),
    ],
)
def test_what_is_unknown_is_refused_with_the_nearest_name(arguments: tuple[str, ...], says: str) -> None:
    outcome = advise(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert says in outcome.err


def test_the_list_of_rules_holds_every_rule_and_mistake(pack: Pack) -> None:
    found = json.loads(advise("rules", "list", "--json").out)
    assert {entry["id"] for entry in found["rules"]} == {rule.id for rule in pack.rules}
    assert [entry["id"] for entry in found["mistakes"]] == [mistake.id for mistake in pack.mistakes]


def test_a_rule_of_an_own_pack_is_listed(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "rules:\n- id: house-rule\n  title: Ours\n  when: {all: []}\n  points: {rag: 1}\n  because: We say so.\n"
        '  source: {title: "Ours", date: "2026"}\n',
        encoding="utf-8",
    )
    assert "house-rule" in advise("rules", "list", "--rules", tmp_path).out
    assert advise("rules", "show", "house-rule", "--rules", tmp_path).code == 0


def test_every_own_row_is_listed_with_its_age(book: PriceBook) -> None:
    day = date(2026, 11, 25)
    entries = row_entries(book, day)
    assert len(entries) == len(book.rows.prices)
    for entry in entries:
        verified = date.fromisoformat(entry.verified_at)
        assert entry.age_days == ((day - verified).days if verified <= day else None)


def test_a_price_that_is_not_established_is_shown_as_such(book: PriceBook) -> None:
    open_rows = [row for row in book.rows.prices if row.value is None]
    assert open_rows
    listed = {entry.id: entry.price_usd for entry in row_entries(book, date(2026, 11, 25))}
    assert all(listed[row.id] is None for row in open_rows)
    shown = advise("prices", "show", open_rows[0].model or open_rows[0].id, "--as-of", "2026-11-25")
    assert "not established" in shown.out


def test_a_price_step_is_shown_before_it_comes(book: PriceBook) -> None:
    rates = model_entry(book, "gemini-4-argon", date(2026, 11, 25)).rates
    steps = [(str(rate.price_usd), rate.from_day) for rate in rates if rate.kind == "input" and not rate.batch]
    assert steps == [("2", None), ("4", "2026-12-01")]


def test_an_own_price_overrides_and_is_shown(tmp_path: Path) -> None:
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(
        "rows:\n- id: ours/terra/input\n  model: openai/gpt-6.1-terra\n  provider: openai\n  kind: input\n"
        "  unit: 1M tokens\n  price: 0.80\n  source_title: Contract\n  verified_at: 2026-11-01\n  confidence: A\n",
        encoding="utf-8",
    )
    found = json.loads(advise("prices", "show", "gpt-6.1-terra", "--prices", overlay, "--json").out)
    own = next(rate for rate in found["rates"] if rate["row"] == "ours/terra/input")
    assert own["price_usd"] == 0.8
