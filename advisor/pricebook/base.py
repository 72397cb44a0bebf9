"""Token prices of genai-prices, read so that none of its conveniences can turn into a wrong amount.

Guarded here: a processing context that a model does not publish (the library would return the standard price), prices
that begin later (it would fall back on the first one), prices that depend on the hour (taken at noon UTC), and fuzzy
model ids (only an exact id, or one with a date suffix, is accepted).

What is needed of the library is a plain table. It is kept in the cache under the library's version, because importing
the library, with a network client that this program never uses, takes longer than everything else together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from advisor import cache

VENDORS: Final = (
    "openai",
    "anthropic",
    "google",
    "mistral",
    "cohere",
    "x-ai",
    "deepseek",
    "voyageai",
    "meta",
    "aws",
    "azure",
    "together",
    "fireworks",
    "groq",
    "databricks",
    "cerebras",
    "novita",
    "openrouter",
)
"""Where a bare model id is looked for, the model's own vendor before resellers."""

_KEYS: Final = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cached_input": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "request": "requests_kcount",
}
_DATED: Final = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$")
_TABLE_FORMAT: Final = 4

Table = dict[str, dict[str, str]]
"""Provider → model id in lower case → JSON text of {id, clock, window, deprecated, prices, batch}; `prices` and `batch`
are lists of [start day or None, {kind: [price, [[threshold, price], ...]]}], later entries first in force. A model's
text is read when the model is asked for: of a thousand models a command needs five."""


@dataclass(frozen=True)
class LibraryModel:
    """A model of the base: canonical id `PROVIDER/ID`, its context window in tokens where known, and its prices. With
    `by_hour` these are the ones at noon UTC, and others hold at other hours."""

    id: str
    provider: str
    context_window: int | None
    deprecated: bool
    prices: list[Any]
    batch: list[Any]
    by_hour: bool


class BasePrices:
    """The bundled data of genai-prices, offline; prices are USD per million tokens, fees USD per 1,000 requests."""

    @cached_property
    def version(self) -> str:
        from importlib.metadata import version

        return version("genai-prices")

    @cached_property
    def _models(self) -> Table:
        name = f"genai-prices-{self.version}-{_TABLE_FORMAT}"
        kept = cache.load(name)
        if isinstance(kept, dict) and kept:
            return kept
        table = read_library()
        cache.keep(name, table)
        return table

    @property
    def providers(self) -> tuple[str, ...]:
        return tuple(self._models)

    def find(self, reference: str) -> LibraryModel | None:
        """Return the model meant by `ID`, `PROVIDER/ID`, or either with a date suffix; None when there is none."""
        reference = reference.lower()
        provider, _, rest = reference.partition("/")
        places = [(provider, rest)] if provider in self._models and rest else []
        places += [(name, reference) for name in self._models]
        for name, wanted in places:
            models = self._models[name]
            text = models.get(wanted) or models.get(_DATED.sub("", wanted))
            if text is not None:
                found = json.loads(text)
                return LibraryModel(
                    f"{name}/{found['id']}",
                    name,
                    found["window"],
                    found["deprecated"],
                    found["prices"],
                    found["batch"],
                    found["clock"],
                )
        return None

    def names(self) -> Iterator[str]:
        """Yield the ids of all models, bare for the vendors' own, with provider for the others too."""
        for provider, models in self._models.items():
            for model in map(json.loads, models.values()):
                if provider in VENDORS[:9]:
                    yield model["id"]
                yield f"{provider}/{model['id']}"

    def sold_by(self, provider: str) -> list[str]:
        """Return the models of a provider as `PROVIDER/ID`, without those that are marked as deprecated."""
        models = map(json.loads, self._models.get(provider, {}).values())
        return [f"{provider}/{model['id']}" for model in models if not model["deprecated"]]

    def price(
        self, model: LibraryModel, kind: str, day: date, input_tokens: Decimal, *, batch: bool
    ) -> tuple[Decimal, date | None] | None:
        """Return USD per million tokens of one class, or per 1,000 requests for `request`, on a day, and since when;
        None when none is published.

        `input_tokens` is the size of the request's input, which decides the tier; crossing it prices every token. The
        date is None where the data give no start.
        """
        for start, prices in model.batch if batch else reversed(model.prices):
            begins = date.fromisoformat(start) if start else None
            if begins is None or begins <= day:
                if kind not in prices:
                    return None
                price, tiers = prices[kind]
                for threshold, tier_price in tiers:
                    if input_tokens > threshold:
                        price = tier_price
                return Decimal(price), begins
        return None

    def tiers(self, model: LibraryModel) -> set[Decimal]:
        """Return the sizes of a request's input beyond which some published price of the model is another one."""
        listed = (entry for _, prices in (*model.prices, *model.batch) for entry in prices.values())
        return {Decimal(threshold) for _, tiers in listed for threshold, _ in tiers}

    def steps(self, model: LibraryModel) -> Iterable[date]:
        """Return the days on which a published price of the model begins."""
        return [date.fromisoformat(start) for start, _ in (*model.prices, *model.batch) if start]


def library_name(reference: str) -> str:
    """Return how the library calls a model of ours: OpenAI's tuned models stand there without the vendor."""
    return reference.replace("ft:openai/", "ft:")


def read_library() -> Table:
    """Return the table of the installed genai-prices, the model's own vendors first."""
    from genai_prices.data_snapshot import get_snapshot

    providers = {provider.id: provider for provider in get_snapshot().providers}
    order = [name for name in VENDORS if name in providers] + [name for name in providers if name not in VENDORS]
    return {name: {model.id.lower(): _text(model) for model in providers[name].models} for name in order}


def _text(model: Any) -> str:
    prices: list[Any] = [[None, _prices(model.prices)]]
    if isinstance(model.prices, list):
        prices = [[_start(entry), _prices(entry.prices)] for entry in model.prices if _at_noon(entry.constraint)]
    batch = [
        [_start(variant), _prices(variant.prices)]
        for variant in model.price_variants or ()
        if variant.when == {"processing": "batch"} and _at_noon(variant.constraint)
    ]
    entries = [*(model.prices if isinstance(model.prices, list) else ()), *(model.price_variants or ())]
    table = {
        "id": model.id,
        "clock": any(entry.constraint is not None and not hasattr(entry.constraint, "start_date") for entry in entries),
        "window": model.context_window,
        "deprecated": bool(model.deprecated),
        "prices": prices,
        "batch": batch,
    }
    return json.dumps(table, separators=(",", ":"))


def _prices(prices: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, key in _KEYS.items():
        value = getattr(prices, key, None)
        if isinstance(value, Decimal):
            found[kind] = [str(value), []]
        elif value is not None:
            found[kind] = [str(value.base), [[tier.start, str(tier.price)] for tier in value.tiers]]
    return found


def _start(entry: Any) -> str | None:
    start = getattr(entry.constraint, "start_date", None)
    return start.isoformat() if start else None


def _at_noon(constraint: Any) -> bool:
    """Return whether a constraint on the hour lets noon UTC through; others are looked at day by day."""
    if constraint is None or hasattr(constraint, "start_date"):
        return True
    return bool(constraint.active(datetime.combine(date(2026, 1, 1), time(12), UTC)))
