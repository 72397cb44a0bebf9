"""Models picked from the price book: everything that can be tuned, a tier, or what one provider sells."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from advisor.errors import Place, fail, nearest_name, one_line
from advisor.pricebook.book import PriceBook

_NOT_TEXT: Final = re.compile(
    r"audio|image|tts|transcri|realtime|live|embed|moderation|whisper|ocr|voice|vision|search|robotics|omni|banana|sonic"
    r"|voxtral|guard|translate|computer-use|cyber|\bada\b|babbage|curie|davinci|ft:|\.ft-|:free"
)
"""What the ids of models for other things than general text carry, and of what is no model of its own: the token base
does not say what a model is for."""


def all_tunable(book: PriceBook, day: date, access: frozenset[str] | None) -> list[str]:
    """Return the tuned rows that this customer can start to tune on a day and whose serving has a price."""
    kinds = ("training", "input", "output", "hosting")
    return [model.id for model in book.tunable(day, access) if book.has_prices(model, kinds, day)]


def tier(book: PriceBook, name: str, day: date) -> list[str]:
    """Return the models of a tier; raises InputError for a tier that there is not, or not on that day."""
    tiers = book.rows.tiers
    if name not in tiers:
        raise fail(
            f"unknown tier '{one_line(name)}'.",
            Place("--tier"),
            accepted=", ".join(tiers),
            nearest=nearest_name(name, tiers),
        )
    if tiers[name].from_ > day:
        raise fail(
            f"the tier '{name}' is not established for {day}.",
            Place("--tier"),
            accepted=f"{tiers[name].from_} or later",
        )
    return list(tiers[name].models)


def of_provider(book: PriceBook, provider: str, day: date, access: frozenset[str] | None) -> list[str]:
    """Return a provider's text models with a price for input and output, those that are deprecated or have ended left
    out, and its tuned rows that are open; raises InputError for a provider that the book does not know."""
    known = {*book.base.providers, *book.providers}
    if provider not in known:
        raise fail(
            f"unknown provider '{one_line(provider)}'.",
            Place("--provider"),
            accepted="a provider of genai-prices or of a tuned row",
            nearest=nearest_name(provider, known),
        )
    untuned = [
        name
        for name in book.base.sold_by(provider)
        if not _NOT_TEXT.search(name)
        and book.has_prices(book.resolve(name), ("input", "output"), day)
        and _serves(book, name, day)
    ]
    return [*untuned, *(name for name in all_tunable(book, day, access) if book.resolve(name).provider == provider)]


def _serves(book: PriceBook, name: str, day: date) -> bool:
    ends = book.ends(book.resolve(name), day)
    return ends is None or ends.date >= day
