"""The price book: one place that answers what a thing costs on a day, from which source, and what may be tuned."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from advisor import where
from advisor.errors import InputError, Place, Problem, fail, nearest_name, one_line
from advisor.pricebook.availability import Availability, availability, months_later
from advisor.pricebook.base import BasePrices, LibraryModel, library_name
from advisor.pricebook.reader import read_rows
from advisor.pricebook.rows import Event, Labour, ModelRow, PriceRow, Role, Rows

NOT_DATED = "not dated"
"""Stands for the date of a price of the token base that carries none."""

SHORTEST_LIFE_MONTHS = 6
"""A model whose service ends sooner than this is not offered for tuning."""


@dataclass(frozen=True)
class Rate:
    """One price with where it comes from. `unit_usd` is USD per `unit`; `dated` is False where the price is not
    established for the day it is used on. `spread` is the lowest and the highest price where sellers differ."""

    id: str
    unit_usd: Decimal
    unit: str
    source_title: str
    source_url: str | None
    verified_at: str
    confidence: str
    dated: bool
    note: str | None = None
    spread: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Model:
    """A model that can be priced: `id` is canonical (`PROVIDER/ID` or `ft:PROVIDER/ID`)."""

    id: str
    provider: str
    context_window: int | None
    row: ModelRow | None
    base: LibraryModel | None

    @property
    def tuned(self) -> bool:
        return self.row is not None


@dataclass
class PriceBook:
    """Own rows over the base. Every question about a price goes through `rate`. With `end`, rows that carry a spread
    are priced at that end of it instead of the typical price."""

    rows: Rows
    base: BasePrices = field(default_factory=BasePrices)
    end: Literal["low", "high"] | None = None
    _rates: dict[tuple[str, str, int, Decimal, bool], Rate | None] = field(default_factory=dict)
    _models: dict[str, Model] = field(default_factory=dict)
    _steps: dict[str, list[date]] = field(default_factory=dict)
    _edges: dict[str, list[date]] = field(default_factory=dict)
    _tunable: dict[tuple[date, frozenset[str] | None], list[Model]] = field(default_factory=dict)

    @cached_property
    def low(self) -> PriceBook:
        """Return this book with every spread at its low end."""
        return PriceBook(self.rows, self.base, "low")

    @cached_property
    def high(self) -> PriceBook:
        """Return this book with every spread at its high end."""
        return PriceBook(self.rows, self.base, "high")

    @cached_property
    def _rows_of(self) -> dict[tuple[str, str], list[PriceRow]]:
        found: dict[tuple[str, str], list[PriceRow]] = {}
        for row in self.rows.prices:
            found.setdefault((row.model or row.id, row.kind), []).append(row)
        return found

    @cached_property
    def _kinds_of(self) -> dict[str, list[str]]:
        """Return of which kinds a model or service has own rows."""
        found: dict[str, list[str]] = {}
        for owner, kind in self._rows_of:
            found.setdefault(owner, []).append(kind)
        return found

    @cached_property
    def _tuned_rows(self) -> dict[str, ModelRow]:
        """Return the tuned rows by their ids and aliases in lower case, the first of a name being the one meant."""
        found: dict[str, ModelRow] = {}
        for row in self.rows.models:
            for name in (row.id, *row.aliases):
                found.setdefault(name.lower(), row)
        return found

    def resolve(self, reference: str, place: Place | None = None) -> Model:
        """Return the model that a reference means; raises InputError with near names when the book has none."""
        if reference not in self._models:
            self._models[reference] = self._find(reference) or self._unknown(reference, place)
        return self._models[reference]

    def _find(self, reference: str) -> Model | None:
        wanted = self.rows.aliases.get(reference, reference)
        row = self._tuned_rows.get(wanted.lower())
        if row is not None:
            base = self.base.find(row.base) if row.base else None
            window = row.context_window or (base.context_window if base else None)
            return Model(row.id, row.provider, window, row, base)
        base = self.base.find(wanted)
        return Model(base.id, base.provider, base.context_window, None, base) if base else None

    def _unknown(self, reference: str, place: Place | None) -> Model:
        names = [name for row in self.rows.models for name in (row.id, *row.aliases)]
        names += [*self.rows.aliases, *self.base.names()]
        raise fail(
            f"unknown model '{one_line(reference)}'.",
            place,
            nearest=nearest_name(reference, names),
            accepted="model ids of genai-prices (gpt-4o, anthropic/claude-sonnet-5-5) and tuned rows "
            "(ft:gpt-4o-mini, ft:azure/gpt-oss-20b)",
        )

    def rate(
        self, model: str, kind: str, day: date, *, input_tokens: Decimal = Decimal(0), batch: bool = False
    ) -> Rate | None:
        """Return the price of one kind for a model or service on a day, or None when none is established."""
        key = (model, kind, self.period(model, day), input_tokens, batch)
        if key not in self._rates:
            row = self._own_row(model, f"batch_{kind}" if batch else kind, day)
            if row is None:
                self._rates[key] = self._base_rate(model, kind, day, input_tokens, batch)
            else:
                rate = _rate_of(row, day, self.end)
                self._rates[key] = rate if row.id in self.rows.overlaid else self._discounted(rate, row.provider)
        return self._rates[key]

    def _discounted(self, rate: Rate | None, provider: str) -> Rate | None:
        """Return a list price less what the user's contract takes off it."""
        share = self.rows.discounts.get(provider, Decimal(0))
        if rate is None or not share:
            return rate
        left = 1 - share
        words = f"{(share * 100).normalize():f} % off the list price of USD {rate.unit_usd:f}, by the overlay."
        spread = (rate.spread[0] * left, rate.spread[1] * left) if rate.spread else None
        note = f"{words} {rate.note}" if rate.note else words
        return replace(rate, unit_usd=rate.unit_usd * left, spread=spread, note=note)

    def gap(self, model: str, kind: str, day: date) -> bool:
        """Return whether a row says that this price is not established, other than there being no such price at all."""
        row = self._own_row(model, kind, day)
        return row is not None and row.value is None

    def period(self, model: str, day: date) -> int:
        """Return a number for the days around `day` over which nothing that `rate` says of a model can change."""
        edges = self._edges.get(model)
        if edges is None:
            found = set(self._all_steps(model))
            for kind in self._kinds_of.get(model, ()):
                for row in self._rows_of[model, kind]:
                    found |= {row.verified_at} if row.available_from is None else {row.verified_at, row.available_from}
            edges = self._edges[model] = sorted(found)
        return bisect_right(edges, day)

    def _own_row(self, model: str, kind: str, day: date) -> PriceRow | None:
        """Return the row in force: the user's own before ours, the latest begun before those without a start. Rows of
        a region that has to be asked for are not looked at."""
        rows = [row for row in self._rows_of.get((model, kind), ()) if row.holds_on(day) and row.by_default]
        rank = self.rows.overlaid
        return max(rows, key=lambda row: (row.id in rank, row.effective_from or date.min), default=None)

    def _base_rate(self, reference: str, kind: str, day: date, input_tokens: Decimal, batch: bool) -> Rate | None:
        try:
            model = self.resolve(reference)
        except InputError:
            return None
        source = model.base if not model.tuned else self.base.find(library_name(reference))
        found = self.base.price(source, kind, day, input_tokens, batch=batch) if source else None
        if source is None or found is None:
            return None
        price, start = found
        rate = Rate(
            f"genai-prices/{source.id}/{kind}{'/batch' if batch else ''}",
            price,
            "1,000 requests" if kind == "request" else "1M tokens",
            f"genai-prices {self.base.version}",
            "https://github.com/pydantic/genai-prices",
            f"in force since {start}" if start else NOT_DATED,
            "B",
            start is not None,
            "The price at noon UTC; the vendor charges another one at other hours." if source.by_hour else None,
        )
        return self._discounted(rate, source.provider)

    def cache_minimum(self, model: Model, day: date) -> Decimal | None:
        """Return how many tokens a prompt must hold to be cached, by the model's own row or its provider's."""
        rows = (self._own_row(name, "cache_minimum", day) for name in (model.id, model.provider))
        return next((row.value for row in rows if row is not None), None)

    def tiers(self, model: Model) -> set[Decimal]:
        """Return the sizes of a request's input beyond which a price of the model may be another one."""
        return self.base.tiers(model.base) if model.base else set()

    def steps(self, model: str, first: date, last: date) -> list[date]:
        """Return the days after `first` and up to `last` on which a price of a model begins or ends, sorted."""
        if model not in self._steps:
            self._steps[model] = sorted(set(self._all_steps(model)))
        return [day for day in self._steps[model] if first < day <= last]

    def _all_steps(self, model: str) -> Iterator[date]:
        for kind in self._kinds_of.get(model, ()):
            for row in self._rows_of[model, kind]:
                if row.effective_from:
                    yield row.effective_from
                if row.effective_to:
                    yield row.effective_to + timedelta(days=1)
                if row.available_from:
                    yield row.available_from
        found = self._find(model)
        if found and found.base and not found.tuned:
            yield from self.base.steps(found.base)

    def role(self, role: str, as_of: date) -> Role:
        """Return what stands in for an unanswered question: the newest entry begun by then, else the oldest."""
        entries = sorted(self.rows.roles[role], key=lambda entry: entry.from_)
        begun = [entry for entry in entries if entry.from_ <= as_of]
        return begun[-1] if begun else entries[0]

    def labour(self, work: str) -> Labour:
        return self.rows.labour[work]

    def resolve_tuned(self, reference: str, place: Place | None = None) -> Model:
        """Return the tuned row that a base id (`gpt-4o-mini`) or a tuned id (`ft:gpt-4o-mini`) means.

        Raises InputError for an unknown model, and for one that no row says how to tune.
        """
        tuned = self._find(reference if reference.startswith("ft:") else f"ft:{reference}")
        if tuned is not None and tuned.tuned:
            return tuned
        model = self.resolve(reference, place)
        if model.tuned:
            return model
        rows = [row for row in self.rows.models if row.base == model.id]
        if not rows:
            raise fail(
                f"the price book has no row for tuning '{one_line(reference)}'.",
                place,
                accepted=", ".join(row.id for row in self.rows.models),
            )
        return self.resolve(min(rows, key=lambda row: row.provider != model.provider).id)

    def availability(self, model: Model, as_of: date, access: frozenset[str] | None) -> Availability:
        return availability(model.id, model.provider, self.rows.events, as_of, access)

    def ends(self, model: Model, as_of: date) -> Event | None:
        """Return the end of a model's service, as announced by a day; it is the same for every customer."""
        return self.availability(model, as_of, None).ends

    def ending_words(self, reference: str, as_of: date) -> str:
        """Return that a model stops serving, or has stopped, where that is announced; nothing where it is not."""
        try:
            event = self.ends(self.resolve(reference), as_of)
        except InputError:
            return ""
        return "" if event is None else f"{'stops' if event.date > as_of else 'stopped'} serving on {event.date}"

    def why_not_tunable(self, model: Model, as_of: date, access: frozenset[str] | None) -> str | None:
        """Return why this customer cannot start to tune a model on a day, or None when it can."""
        if access is not None and model.provider not in access:
            return f"the answers give no access to tuning at {model.provider}"
        known = self.availability(model, as_of, access)
        if known.closed:
            words = {
                "closed_to_new": "closed to new customers on",
                "last_new_job": "took its last new job on",
                "inference_end": "stopped serving on",
                "withdrawn": "withdrawn by",
            }
            return f"{words[known.closed.event]} {known.closed.date.isoformat()}"
        if known.ends and known.ends.date <= months_later(as_of, SHORTEST_LIFE_MONTHS):
            return f"stops serving on {known.ends.date.isoformat()}, within {SHORTEST_LIFE_MONTHS} months"
        rows = (row for kind in self._kinds_of.get(model.id, ()) for row in self._rows_of[model.id, kind])
        if not any(row.holds_on(as_of) for row in rows):
            return f"no price row applies on {as_of.isoformat()}"
        return None

    def tunable(self, as_of: date, access: frozenset[str] | None) -> list[Model]:
        """Return the tuned rows that this customer can start to tune on a day, in the order of the file."""
        if (as_of, access) not in self._tunable:
            models = [self.resolve(row.id) for row in self.rows.models]
            self._tunable[as_of, access] = [
                model for model in models if self.why_not_tunable(model, as_of, access) is None
            ]
        return self._tunable[as_of, access]

    def has_prices(self, model: Model, kinds: tuple[str, ...], day: date) -> bool:
        """Return whether every one of some kinds of price is established for a model on a day."""
        return all(self.rate(model.id, kind, day) is not None for kind in kinds)

    def has_batch_prices(self, model: Model, day: date) -> bool:
        """Return whether both sides of a call have a batch price; one alone is not batched."""
        return all(self.rate(model.id, kind, day, batch=True) is not None for kind in ("input", "output"))

    @property
    def providers(self) -> tuple[str, ...]:
        """Return the providers at which something can, or could, be tuned."""
        return tuple(dict.fromkeys(row.provider for row in self.rows.models))

    @cached_property
    def oldest_row(self) -> str:
        """Return the day on which the longest unchecked own row was verified."""
        return min(row.verified_at for row in self.rows.prices).isoformat()


def _rate_of(row: PriceRow, day: date, end: Literal["low", "high"] | None) -> Rate | None:
    """Return the price of a row as it is used on a day, or None where the row says that none is established."""
    ends = {"low": row.low, "high": row.high}
    value = row.value if end is None else ends[end] if ends[end] is not None else row.value
    if value is None:
        return None
    dated = row.effective_from is not None or row.verified_at <= day
    spread = (row.low, row.high) if row.low is not None and row.high is not None else None
    return Rate(
        row.id,
        value,
        row.unit,
        row.source_title,
        row.source_url,
        row.verified_at.isoformat(),
        row.confidence,
        dated,
        row.note,
        spread,
    )


def load_book(folder: Path = where.PRICING, overlay: Path | None = None) -> PriceBook:
    """Read the price rows of a folder, a user's overlay over them if given, and the bundled token base under them."""
    book = PriceBook(read_rows(folder, overlay))
    known = {*book.base.providers, *(row.provider for row in book.rows.prices)}
    strange = [name for name in book.rows.discounts if name not in known]
    if strange:
        raise InputError(
            Problem(
                f"unknown provider '{one_line(name)}'.",
                book.rows.discount_places[name],
                nearest=nearest_name(name, known),
            )
            for name in strange
        )
    return book
