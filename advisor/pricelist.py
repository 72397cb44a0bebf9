"""The price book as a catalogue: the own rows in a table, or everything that one model or service is priced with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from advisor.contract import as_plain
from advisor.errors import InputError, Place, fail, nearest_name, one_line
from advisor.pricebook.book import Model, PriceBook, Rate
from advisor.pricebook.rows import NOT_MONEY, TOKEN_KINDS, PriceRow
from advisor.wording import NOT_ESTABLISHED, number, usd_exact


@dataclass(frozen=True)
class RowEntry:
    """An own row; `age_days` counts from the day it was verified, None where that day is still to come."""

    id: str
    model: str | None
    provider: str
    kind: str
    unit: str
    price_usd: Decimal | None
    low_usd: Decimal | None
    high_usd: Decimal | None
    free: bool
    region: str | None
    effective_from: str | None
    effective_to: str | None
    available_from: str | None
    source_title: str
    source_url: str | None
    verified_at: str
    age_days: int | None
    confidence: str
    note: str | None


@dataclass(frozen=True)
class RateEntry:
    """A price in force: its kind (with `batch` where it is one), amount, row, source and age. `from_day` is set for a
    price that begins later; `dated` is False where it is not established for the day."""

    kind: str
    batch: bool
    price_usd: Decimal | None
    unit: str
    row: str
    source_title: str
    source_url: str | None
    verified_at: str
    age_days: int | None
    confidence: str
    dated: bool
    from_day: str | None
    note: str | None


@dataclass(frozen=True)
class ModelEntry:
    """What the book knows of a model or service on a day. `tunable` says why this cannot be started to be tuned by a
    new customer, or that it can; None for what is not a tuned row."""

    id: str
    provider: str
    context_window: int | None
    base: str | None
    tunable: str | None
    ends: str | None
    last_job: str | None
    note: str | None
    rates: tuple[RateEntry, ...]


def row_entries(
    book: PriceBook, day: date, *, provider: str | None = None, kind: str | None = None
) -> tuple[RowEntry, ...]:
    """Return the own rows in the order of their ids, of one provider or kind if given; `day` is the one ages count to.

    Raises InputError for a provider or kind that no row has.
    """
    rows = sorted(book.rows.prices, key=lambda row: row.id)
    for option, wanted, known in (
        ("--provider", provider, {row.provider: None for row in rows}),
        ("--kind", kind, {row.kind: None for row in rows}),
    ):
        if wanted is not None and wanted not in known:
            raise fail(
                f"no row is of '{one_line(wanted)}'.",
                Place(option),
                accepted=", ".join(sorted(known)),
                nearest=nearest_name(wanted, known),
            )
    return tuple(_row(row, day) for row in rows if provider in (None, row.provider) and kind in (None, row.kind))


def _row(row: PriceRow, day: date) -> RowEntry:
    return RowEntry(
        row.id,
        row.model,
        row.provider,
        row.kind,
        row.unit,
        row.value,
        row.low,
        row.high,
        row.free,
        row.region,
        _iso(row.effective_from),
        _iso(row.effective_to),
        _iso(row.available_from),
        row.source_title,
        row.source_url,
        row.verified_at.isoformat(),
        _age(row.verified_at, day),
        row.confidence,
        row.note,
    )


def model_entry(book: PriceBook, name: str, day: date) -> ModelEntry:
    """Return everything that a model or a service is priced with on a day, and the prices announced for later.

    Raises InputError with near names for what the book does not know.
    """
    services = {row.model or row.id: row for row in book.rows.prices}
    try:
        model = book.resolve(name, Place("prices show"))
    except InputError:
        if name not in services:
            near = nearest_name(name, services)
            if near is None:
                raise
            raise fail(f"unknown model or service '{one_line(name)}'.", Place("prices show"), nearest=near) from None
        model = Model(name, services[name].provider, None, None, None)
    known = book.availability(model, day, None)
    return ModelEntry(
        model.id,
        model.provider,
        model.context_window,
        model.base.id if model.base and model.tuned else None,
        (book.why_not_tunable(model, day, None) or "open") if model.tuned else None,
        _iso(known.ends.date) if known.ends else None,
        _iso(known.last_job.date) if known.last_job else None,
        model.row.note if model.row else None,
        tuple(_rates(book, model.id, day)),
    )


def _rates(book: PriceBook, model: str, day: date) -> Iterator[RateEntry]:
    own = dict.fromkeys(row.kind for row in book.rows.prices if (row.model or row.id) == model)
    kinds = list(dict.fromkeys((*TOKEN_KINDS, *own)))
    for batch in (False, True):
        for kind in kinds if not batch else TOKEN_KINDS:
            now = book.rate(model, kind, day, batch=batch)
            if now is not None:
                yield _rate(now, kind, batch, day, None)
            elif kind in own and not batch:
                yield from _unpriced(book, model, kind, day)
            before = now
            for step in book.steps(model, day, date.max):
                later = book.rate(model, kind, step, batch=batch)
                if later is not None and (before is None or later.unit_usd != before.unit_usd):
                    yield _rate(later, kind, batch, day, step)
                before = later


def _rate(rate: Rate, kind: str, batch: bool, day: date, step: date | None) -> RateEntry:
    try:
        age = _age(date.fromisoformat(rate.verified_at), day)
    except ValueError:
        age = None
    return RateEntry(
        kind,
        batch,
        rate.unit_usd,
        rate.unit,
        rate.id,
        rate.source_title,
        rate.source_url,
        rate.verified_at,
        age,
        rate.confidence,
        rate.dated,
        _iso(step),
        rate.note,
    )


def _unpriced(book: PriceBook, model: str, kind: str, day: date) -> Iterator[RateEntry]:
    for row in book.rows.prices:
        if (row.model or row.id) == model and row.kind == kind and row.value is None:
            yield RateEntry(
                kind,
                False,
                None,
                row.unit,
                row.id,
                row.source_title,
                row.source_url,
                row.verified_at.isoformat(),
                _age(row.verified_at, day),
                row.confidence,
                False,
                None,
                row.note,
            )


def rows_text(book: PriceBook, entries: tuple[RowEntry, ...], day: date) -> str:
    """Return rows as a table of plain text, with what they cost, how old they are, and where they come from."""
    head = ("row", "price", "unit", "in force", "verified", "age", "grade", "source")
    cells = [head, *(_row_cells(entry) for entry in entries)]
    base = f"Token prices of untuned models come from genai-prices {book.base.version}; `advise prices show MODEL`."
    priced = sum(entry.price_usd is not None for entry in entries)
    lines = [f"{len(entries)} own rows, {priced} with a price; ages on {day}. {base}", "", *_columns(cells)]
    return "\n".join(lines) + "\n"


def _row_cells(entry: RowEntry) -> tuple[str, ...]:
    low, high = (_amount(entry.kind, end) for end in (entry.low_usd, entry.high_usd))
    spread = "" if entry.low_usd is None else f" ({low} to {high})"
    begin = entry.effective_from or (f"known from {entry.available_from}" if entry.available_from else "")
    in_force = f"{begin} to {entry.effective_to}" if entry.effective_to else begin
    where = f", {entry.region}" if entry.region else ""
    return (
        entry.id,
        "free" if entry.free else _amount(entry.kind, entry.price_usd) + spread,
        entry.unit + where,
        in_force or "-",
        entry.verified_at,
        _age_words(entry.age_days),
        entry.confidence,
        entry.source_title,
    )


def model_text(entry: ModelEntry, day: date) -> str:
    """Return a model as plain text: what it is, whether it can be tuned, and every price with row, source and age."""
    lines = [f"{entry.id}, prices on {day}"]
    if entry.context_window:
        lines.append(f"Context window: {entry.context_window:,} tokens")
    if entry.base:
        lines.append(f"Tuned from: {entry.base}")
    if entry.tunable:
        lines.append(f"Tuning by a new customer: {entry.tunable}")
    if entry.last_job:
        lines.append(f"Last new tuning job: {entry.last_job}")
    if entry.ends:
        lines.append(f"Stops serving: {entry.ends}")
    if entry.note:
        lines.append(f"Note: {entry.note}")
    head = ("price of", "from", "price", "unit", "row", "verified", "age", "grade", "source")
    lines += ["", *_columns([head, *(_rate_cells(rate) for rate in entry.rates)])]
    notes = dict.fromkeys(f"{rate.row}: {rate.note}" for rate in entry.rates if rate.note)
    return "\n".join([*lines, *(["", *notes] if notes else [])]) + "\n"


def _rate_cells(rate: RateEntry) -> tuple[str, ...]:
    return (
        rate.kind + (" in batch" if rate.batch else ""),
        rate.from_day or "now",
        _amount(rate.kind, rate.price_usd),
        rate.unit,
        rate.row,
        rate.verified_at,
        _age_words(rate.age_days),
        rate.confidence,
        rate.source_title,
    )


def rows_json(book: PriceBook, entries: tuple[RowEntry, ...], day: date) -> dict[str, object]:
    """Return rows as plain values."""
    head = {"as_of": day.isoformat(), "genai_prices": book.base.version, "rows_digest": book.rows.digest}
    return {**head, "rows": as_plain(entries)}


def model_json(entry: ModelEntry, day: date) -> dict[str, object]:
    """Return a model as plain values."""
    plain: dict[str, object] = as_plain(entry)
    return {"as_of": day.isoformat(), **plain}


def _amount(kind: str, value: Decimal | None) -> str:
    """Return a price in words; a kind that is no money is a plain number."""
    if value is None:
        return NOT_ESTABLISHED
    return number(value) if kind in NOT_MONEY else usd_exact(value)


def _columns(cells: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[index]) for row in cells) for index in range(len(cells[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _age(verified: date, day: date) -> int | None:
    return (day - verified).days if verified <= day else None


def _age_words(age: int | None) -> str:
    return "-" if age is None else f"{age} d"
