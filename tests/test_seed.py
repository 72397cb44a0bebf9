"""Every demand of the founding document is in the product: `docs/seed.md` says where, and this test follows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "seed.md").read_text(encoding="utf-8")
LINES = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if re.match(r"\| S\d+ ", line)}
POINTS = [f"S{number}" for number in range(1, 19)]
COMMANDS = {"compare", "faq", "prices list"}


def named(point: str) -> list[tuple[str, str]]:
    """Return what the page names for a point, as pairs of a kind and an id."""
    return re.findall(r"(\w+) `([^`]+)`", LINES[point])


@pytest.fixture(scope="module")
def there(pack: Pack, book: PriceBook) -> Mapping[str, set[str]]:
    """Return everything that the page may name, by kind."""
    template = (ROOT / "templates" / "markdown" / "madr.md.j2").read_text(encoding="utf-8")
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return {
        "rule": {rule.id for rule in pack.rules},
        "mistake": {mistake.id for mistake in pack.mistakes},
        "step": {step.id for step in pack.steps},
        "dimension": {dimension.id for dimension in pack.dimensions},
        "topic": {entry.id for entry in pack.faq},
        "question": set(pack.questionnaire.ids),
        "row": {row.id for row in book.rows.prices},
        "event": {event.id for event in book.rows.events},
        "work": set(book.rows.labour),
        "section": set(re.findall(r"^## (.*)$", template, re.MULTILINE)),
        "term": set(re.findall(r"^## (.*)$", glossary, re.MULTILINE)),
        "command": COMMANDS,
    }


def test_the_page_has_a_line_for_every_point() -> None:
    assert list(LINES) == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_what_the_page_names_for_a_point_exists(point: str, there: Mapping[str, set[str]]) -> None:
    found = named(point)
    assert found
    for kind, name in found:
        assert name in there[kind], f"{point}: there is no {kind} '{name}'"


@pytest.mark.parametrize("point", [point for point in POINTS if point not in ("S10", "S17")])
def test_what_the_page_names_for_a_point_has_the_founding_document_as_its_source(point: str, pack: Pack) -> None:
    sourced = {
        entry.id: entry.source
        for entries in (pack.rules, pack.mistakes, pack.steps, pack.dimensions)
        for entry in entries
    }
    answers = {entry.id: source for entry in pack.faq for source in entry.sources if source.ref == "S16"}
    refs = [source.ref or "" for kind, name in named(point) if (source := {**sourced, **answers}.get(name))]
    assert any(point in re.findall(r"S\d+", ref) for ref in refs)


def test_the_price_list_of_the_founding_document_is_whole(book: PriceBook) -> None:
    cited = [row for row in book.rows.prices if row.source_url == "https://costhawk.ai/glossary/fine-tuning"]
    kinds = {(row.model, row.kind): row.value for row in cited}
    assert kinds["ft:mistral/mistral-large", "training"] == 8
    assert kinds["ft:mistral/mistral-large", "output"] == 12
    assert kinds["ft:openai/gpt-3.5-turbo", "training"] == 8
    assert len({model for model, _ in kinds}) >= 8
