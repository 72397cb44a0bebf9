"""Models by name, for the list that is filtered while a name is typed."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from advisor.costs.ledger import exact
from advisor.errors import InputError
from advisor.pricebook.base import VENDORS
from advisor.pricebook.book import PriceBook
from advisor.wording import usd_exact

_NOT_FOR_TEXT: Final = re.compile(
    r"audio|/ada$|babbage|computer-use|dall-e|davinci|embed|image|moderation|realtime|rerank|search|transcribe|tts|voice|whisper"
)
"""Words in names of models that are not offered, because they do not answer in text; typed, they are accepted."""

_FIRST_NUMBER: Final = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?(?![0-9.]*b)")


def model_names(book: PriceBook, question: str, as_of: date) -> list[str]:
    """Return the ids that a question on models accepts, the likeliest first."""
    tuned = [row.id for row in book.rows.models]
    if question == "tuned_model":
        return tuned
    role = question.removesuffix("_model")
    first = [book.role(role, as_of).model] if role in book.rows.roles else []
    sold = [name for vendor in VENDORS for name in sorted(book.base.sold_by(vendor), key=_newest_first)]
    offered = (name for name in sold if not _NOT_FOR_TEXT.search(name))
    return list(dict.fromkeys([*first, *offered, *tuned]))


def _newest_first(name: str) -> tuple[float, str]:
    """Return what sorts the models of a vendor by the generation in their names, where there is one."""
    found = _FIRST_NUMBER.search(name.partition("/")[2])
    return -float(found[0]) if found else 0.0, name


@exact
def price_words(book: PriceBook, name: str, question: str, as_of: date) -> str:
    """Return what a model's tokens cost, `USD 1.25 in, 10 out`; nothing where that is not established."""
    try:
        model = book.resolve_tuned(name) if question == "tuned_model" else book.resolve(name)
        rates = [book.rate(model.id, kind, as_of) for kind in ("input", "output")]
    except InputError:
        return ""
    told, written = rates
    if told is None or written is None:
        return ""
    ends = book.ending_words(name, as_of)
    words = f"{usd_exact(told.unit_usd)} in, {usd_exact(written.unit_usd).removeprefix('USD ')} out per 1M"
    return f"{ends}; {words}" if ends else words


def matching(names: list[str], typed: str) -> list[str]:
    """Return the names that hold every word that was typed."""
    words = typed.lower().split()
    return [name for name in names if all(word in name.lower() for word in words)]
