"""What a maintainer of prices wants to know: rows that overlap, are old, disagree with the token base, or name a model
that the book does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Final, Literal

from advisor.contract import as_plain
from advisor.errors import InputError
from advisor.pricebook.base import library_name
from advisor.pricebook.book import PriceBook
from advisor.pricebook.rows import OLD_AFTER, TOKEN_KINDS, PriceRow
from advisor.wording import percent, plural, some, usd_exact

TOLERANCE: Final = Decimal("0.01")
"""Disagreement with the token base, as a share of its price, that is not worth a look."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at. Errors make the check fail, warnings do not."""

    code: str
    severity: Literal["error", "warning"]
    row: str
    message: str


def check_prices(book: PriceBook, day: date) -> tuple[Finding, ...]:
    """Return what is to be looked at on a day, errors first, then in the order of codes and rows."""
    found = [*_overlaps(book), *_unresolved(book), *_old(book, day), *_disagreements(book, day)]
    return tuple(sorted(found, key=lambda entry: (entry.severity, entry.code, entry.row)))


def _overlaps(book: PriceBook) -> Iterator[Finding]:
    groups: dict[tuple[str, str, str | None, bool], list[PriceRow]] = {}
    for row in book.rows.prices:
        own = row.id in book.rows.overlaid
        groups.setdefault((row.model or row.id, row.kind, row.region, own), []).append(row)
    for rows in groups.values():
        for one, other in combinations(rows, 2):
            if _begin(one) <= _end(other) and _begin(other) <= _end(one):
                yield Finding(
                    "overlap",
                    "error",
                    one.id,
                    f"its dates overlap those of '{other.id}': end the earlier one the day before the later begins.",
                )


def _begin(row: PriceRow) -> date:
    return row.effective_from or date.min


def _end(row: PriceRow) -> date:
    return row.effective_to or date.max


def _unresolved(book: PriceBook) -> Iterator[Finding]:
    for row in book.rows.prices:
        if row.model and (row.model.startswith("ft:") or row.kind in TOKEN_KINDS):
            try:
                book.resolve(row.model)
            except InputError:
                yield Finding(
                    "unknown-model", "warning", row.id, f"no model is called '{row.model}'; the row prices nothing."
                )


def _old(book: PriceBook, day: date) -> Iterator[Finding]:
    for row in book.rows.prices:
        over = row.effective_to is not None and row.effective_to < day
        if not over and day - row.verified_at > OLD_AFTER:
            age = (day - row.verified_at).days
            yield Finding("old", "warning", row.id, f"verified on {row.verified_at}, {plural(age, 'day')} ago.")


def _disagreements(book: PriceBook, day: date) -> Iterator[Finding]:
    for row in book.rows.prices:
        if row.model is None or row.kind not in TOKEN_KINDS or row.value is None or not row.by_default:
            continue
        base = book.base.find(library_name(row.model))
        found = base and row.holds_on(day) and book.base.price(base, row.kind, day, Decimal(0), batch=False)
        if base and found and found[0] and abs(row.value / found[0] - 1) > TOLERANCE:
            yield Finding(
                "disagrees",
                "warning",
                row.id,
                f"{usd_exact(row.value)}, but genai-prices {book.base.version} has {usd_exact(found[0])} for {base.id} "
                f"({percent(row.value / found[0] - 1)}).",
            )


def check_text(book: PriceBook, found: tuple[Finding, ...], day: date) -> str:
    """Return the findings as lines and their count; old rows of one day and source share a line."""
    sources = {row.id: (row.verified_at, row.source_title) for row in book.rows.prices}
    lines = [f"{entry.severity} {entry.code} {entry.row}: {entry.message}" for entry in found if entry.code != "old"]
    old: dict[tuple[date, str], list[str]] = {}
    for entry in found:
        if entry.code == "old":
            old.setdefault(sources[entry.row], []).append(entry.row)
    for (verified, title), rows in sorted(old.items()):
        named = some(rows, 3)
        age = plural((day - verified).days, "day")
        lines.append(
            f"warning old: {plural(len(rows), 'row')} verified on {verified}, {age} ago, from {title}: {named}"
        )
    errors = sum(entry.severity == "error" for entry in found)
    count = f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}"
    return "\n".join([*lines, f"{len(book.rows.prices)} rows on {day}: {count}."]) + "\n"


def check_json(found: tuple[Finding, ...], day: date) -> dict[str, object]:
    """Return the findings as plain values."""
    return {"as_of": day.isoformat(), "findings": as_plain(found)}
