"""What a shell offers for a word that is being typed: question ids, their values, and models."""

from __future__ import annotations

from collections.abc import Iterator

MOST = 40
"""Models that are offered at once."""


def question_ids(incomplete: str) -> list[tuple[str, str]]:
    """Return the questions that begin with a word, each with its prompt."""
    return [(name, prompt) for name, prompt in _questions() if name.startswith(incomplete)]


def settings(incomplete: str) -> list[tuple[str, str]]:
    """Return `KEY=` for the questions that begin with a word; after the equals sign, the values of the question."""
    key, equals, typed = incomplete.partition("=")
    if not equals:
        return [(f"{name}=", prompt) for name, prompt in _questions() if name.startswith(incomplete)]
    return [(f"{key}={value}", note) for value, note in _values(key, typed) if value.startswith(typed)]


def models(incomplete: str) -> list[str]:
    """Return the models whose id begins with what was typed."""
    from advisor.pricebook.base import VENDORS
    from advisor.pricebook.book import load_book

    book = load_book()
    sold = [name for vendor in VENDORS for name in book.base.sold_by(vendor)]
    names = [*sold, *(row.id for row in book.rows.models)]
    return [name for name in names if name.startswith(incomplete)][:MOST]


def _questions() -> Iterator[tuple[str, str]]:
    from advisor.packs.reader import load_pack

    found = load_pack().questionnaire.questions
    return ((question.id, question.prompt) for question in found if question.kind != "notes")


def _values(key: str, typed: str) -> list[tuple[str, str]]:
    from advisor.packs.reader import load_pack
    from advisor.prompts import choices

    questionnaire = load_pack().questionnaire
    if key not in questionnaire.ids:
        return []
    if questionnaire[key].kind == "model":
        return [(name, "") for name in models(typed)]
    return choices(questionnaire[key])
