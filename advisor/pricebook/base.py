"""Token prices of genai-prices, read so that none of its conveniences can turn into a wrong amount.

Guarded here: a processing context that a model does not publish (the library would return the standard price), prices
that begin later (it would fall back on the first one), prices that depend on the hour (taken at noon UTC), and fuzzy
model ids (only an exact id, or one with a date suffix, is accepted).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo

VENDORS: Final = ("openai", "anthropic", "google", "mistral", "cohere", "x-ai", "deepseek", "voyageai", "meta", "aws",
                  "azure", "together", "fireworks", "groq", "databricks", "cerebras", "novita", "openrouter")
"""Where a bare model id is looked for, the model's own vendor before resellers."""

_KEYS: Final = {"input": "input_mtok", "output": "output_mtok", "cached_input": "cache_read_mtok",
                "cache_write": "cache_write_mtok", "embedding": "input_mtok"}
_DATED: Final = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$")


@dataclass(frozen=True)
class BaseModel_:
    """A model of the base: canonical id `PROVIDER/ID` and its context window in tokens, where known."""

    id: str
    provider: str
    context_window: int | None
    deprecated: bool
    info: ModelInfo


class BasePrices:
    """The bundled data of genai-prices, offline; prices are USD per million tokens."""

    @cached_property
    def version(self) -> str:
        from importlib.metadata import version

        return version("genai-prices")

    @cached_property
    def _models(self) -> dict[str, dict[str, ModelInfo]]:
        from genai_prices.data_snapshot import get_snapshot

        providers = {provider.id: provider for provider in get_snapshot().providers}
        order = [name for name in VENDORS if name in providers] + [name for name in providers if name not in VENDORS]
        return {name: {model.id.lower(): model for model in providers[name].models} for name in order}

    @property
    def providers(self) -> tuple[str, ...]:
        return tuple(self._models)

    def find(self, reference: str) -> BaseModel_ | None:
        """Return the model meant by `ID`, `PROVIDER/ID`, or either with a date suffix; None when there is none."""
        reference = reference.lower()
        provider, _, rest = reference.partition("/")
        places = [(provider, rest)] if provider in self._models and rest else []
        places += [(name, reference) for name in self._models]
        for name, wanted in places:
            models = self._models[name]
            info = models.get(wanted) or models.get(_DATED.sub("", wanted))
            if info is not None:
                return BaseModel_(f"{name}/{info.id}", name, info.context_window, bool(info.deprecated), info)
        return None

    def names(self) -> Iterator[str]:
        """Yield the ids of all models, bare for the vendors' own, with provider for the others too."""
        for provider, models in self._models.items():
            for model in models.values():
                if provider in VENDORS[:9]:
                    yield model.id
                yield f"{provider}/{model.id}"

    def price(
        self, model: BaseModel_, kind: str, day: date, input_tokens: Decimal, *, batch: bool
    ) -> tuple[Decimal, date | None] | None:
        """Return USD per million tokens of one token class on a day and since when, or None when none is published.

        `input_tokens` is the size of the request's input, which decides the tier; crossing it prices every token. The
        date is None where the data give no start.
        """
        moment = datetime.combine(day, time(12), UTC)
        prices, start = self._batch_prices(model, moment) if batch else self._prices_on(model, moment)
        value: Any = getattr(prices, _KEYS[kind], None) if prices is not None and kind in _KEYS else None
        if value is None or isinstance(value, Decimal):
            return None if value is None else (value, start)
        price: Decimal = value.base
        for tier in value.tiers:
            if input_tokens > tier.start:
                price = tier.price
        return price, start

    def _prices_on(self, model: BaseModel_, moment: datetime) -> tuple[Any, date | None]:
        prices = model.info.prices
        if not isinstance(prices, list):
            return prices, None
        for entry in reversed(prices):
            if entry.constraint is None or entry.constraint.active(moment):
                return entry.prices, getattr(entry.constraint, "start_date", None)
        return None, None

    def _batch_prices(self, model: BaseModel_, moment: datetime) -> tuple[Any, date | None]:
        for variant in model.info.price_variants or ():
            begun = variant.constraint is None or variant.constraint.active(moment)
            if begun and variant.when == {"processing": "batch"}:
                return variant.prices, getattr(variant.constraint, "start_date", None)
        return None, None

    def steps(self, model: BaseModel_) -> Iterable[date]:
        """Return the days on which a published price of the model begins."""
        prices = model.info.prices if isinstance(model.info.prices, list) else []
        for entry in (*prices, *(model.info.price_variants or ())):
            start = getattr(entry.constraint, "start_date", None)
            if start is not None:
                yield start
