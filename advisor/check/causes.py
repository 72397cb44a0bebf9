"""Why a document is not what its inputs give: which inputs changed, and which answers, rules, rows and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from advisor.fingerprint import FORMAT, Fingerprint
from advisor.wording import some

MOST_NAMED: Final = 6
"""How many changed answers, rows or rules are named; the rest are counted."""


def causes_of(old: Fingerprint | None, intact: bool, new: Fingerprint, pictures: tuple[str, ...]) -> tuple[str, ...]:
    """Return a line for each cause. `pictures` are those beside the document that are not what it shows."""
    if old is None:
        return ("The document has no fingerprint that can be read, so what changed is not known.",)
    found = tuple(_changed(old, new))
    if not intact:
        found = (*found, "The document was edited by hand since it was written.")
    if pictures and not found:
        found = (*found, f"Not there or not as written: {', '.join(pictures)}.")
    return found or ("The program words it otherwise now; no input changed.",)


def changed_answers(old: Fingerprint, new: Fingerprint) -> tuple[str, ...]:
    """Return the questions that are answered otherwise, or have another note."""
    return _names(old.parts.answers, new.parts.answers)


def _changed(old: Fingerprint, new: Fingerprint) -> Iterator[str]:
    before, after = old.inputs, new.inputs
    if before.answers != after.answers:
        yield _line("answers", changed_answers(old, new), "only their layout, or the name of their file")
    if before.rules != after.rules:
        yield _line("rules", _names(old.parts.rules, new.parts.rules), "other texts than rules and mistakes")
    if (before.prices, before.token_prices) != (after.prices, after.token_prices):
        rows = _names(old.parts.prices, new.parts.prices)
        if before.answers != after.answers:
            rows = tuple(row for row in rows if row in old.parts.prices and row in new.parts.prices)
        yield _line("prices", rows, "none behind the amounts")
    if before.templates != after.templates:
        yield "The templates changed."
    if old.format != FORMAT:
        yield f"The program writes documents of format {FORMAT}; this one has format {old.format}."


def _line(what: str, names: tuple[str, ...], otherwise: str) -> str:
    """Return what changed, by name; `otherwise` says what it was where no name differs."""
    return f"The {what} changed: {some(names, MOST_NAMED) or otherwise}."


def _names(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names under which two sets of digests differ, in the order of the new one."""
    return tuple(name for name in dict.fromkeys((*new, *old)) if old.get(name) != new.get(name))
