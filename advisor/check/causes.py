"""Why a document is not what its inputs give: which inputs changed, and which answers, rows and rules of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from typing import Final

from advisor.fingerprint import FORMAT, Fingerprint
from advisor.packs.pack import Pack

_CODE: Final = re.compile(r"`([^`]+)`")
_ANSWERS: Final = "| Question |"
_PRICES: Final = "| Price row |"
MOST_NAMED: Final = 6
"""How many changed answers, rows or rules are named; the rest are counted."""


def causes_of(
    old: Fingerprint | None, intact: bool, new: Fingerprint, texts: tuple[str, str], pack: Pack
) -> tuple[str, ...]:
    """Return a line for each cause. `texts` are the document as it stands and as it would be written."""
    if old is None:
        return ("The document has no fingerprint that can be read, so what changed is not known.",)
    found = tuple(_changed(old, new, texts, pack))
    if not intact:
        found = (*found, "The document was edited by hand since it was written.")
    return found or ("The program words it otherwise now; no input changed.",)


def changed_answers(texts: tuple[str, str]) -> tuple[str, ...]:
    """Return the questions whose rows in the table of answers differ, but for what only follows from other answers."""
    return _names(row for row in _rows_that_differ(texts, _ANSWERS) if _state(row) in ("given", "range"))


def _changed(old: Fingerprint, new: Fingerprint, texts: tuple[str, str], pack: Pack) -> Iterator[str]:
    before, after = old.inputs, new.inputs
    if before.answers != after.answers:
        yield _line("answers", changed_answers(texts))
    if before.rules != after.rules:
        yield _line("rules", _rules(texts, pack))
    if (before.prices, before.token_prices) != (after.prices, after.token_prices):
        yield _line("prices", _names(_rows_that_differ(texts, _PRICES)))
    if before.templates != after.templates:
        yield _line("templates", ())
    if old.format != FORMAT:
        yield f"The program writes documents of format {FORMAT}; this one has format {old.format}."


def _line(what: str, names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"The {what} changed: {shown}{rest}." if names else f"The {what} changed."


def _rules(texts: tuple[str, str], pack: Pack) -> tuple[str, ...]:
    """Return the rules and mistakes that the differing lines name."""
    known = {*(rule.id for rule in pack.rules), *(mistake.id for mistake in pack.mistakes)}
    old, new = (text.splitlines() for text in texts)
    lines = (line for line in unified_diff(old, new, n=0) if line[0] in "+-")
    named = dict.fromkeys(name for line in lines for name in _CODE.findall(line))
    return tuple(name for name in named if name in known)


def _names(rows: Iterable[str]) -> tuple[str, ...]:
    """Return what the first cells of rows name, each once."""
    return tuple(dict.fromkeys(row.split("|")[1].strip(" `") for row in rows))


def _state(row: str) -> str:
    return row.split(" | ")[2]


def _rows_that_differ(texts: tuple[str, str], head: str) -> list[str]:
    old, new = (_rows(text, head) for text in texts)
    return [row for row in (*old, *new) if (row in old) != (row in new)]


def _rows(text: str, head: str) -> list[str]:
    """Return the rows of the table under a head."""
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith(head)), len(lines))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(line)
    return rows
