"""Price rows, models, availability and labour as they stand in `pricing/*.yaml`: each with a source and a date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from advisor.errors import Place
from advisor.records import Record

Kind = Literal[
    "input",
    "cached_input",
    "cache_write",
    "output",
    "batch_input",
    "batch_output",
    "training",
    "training_hour",
    "training_minimum",
    "training_run",
    "hosting",
    "model_storage",
    "embedding",
    "batch_embedding",
    "rerank",
    "vector_storage",
    "vector_read",
    "vector_write",
    "vector_minimum",
    "vector_query",
    "vector_upload",
    "vector_egress",
    "vector_dimension",
    "vector_backup",
    "vector_compute",
    "gpu",
    "label",
    "label_reasoning",
    "label_single",
    "label_preference",
    "label_synthetic",
    "data_preparation",
    "multiplier",
    "share",
    "cache_minimum",
]
TOKEN_KINDS: Final = ("input", "cached_input", "cache_write", "output")
"""Kinds of which the token base has prices too."""

NOT_MONEY: Final = frozenset(("multiplier", "share", "cache_minimum"))
"""Kinds of rows whose value is a plain number in the row's unit."""

Confidence = Literal["A", "B", "C"]
Money = Field(default=None, ge=0)

DEFAULT_REGION: Final = "global"
"""The region of rows that hold wherever no other is asked for."""


class Sourced(Record):
    """What every fact of the price book carries. Confidence: A vendor's own page, B maintained data set, C article."""

    source_title: str
    source_url: str | None = None
    verified_at: datetime.date
    confidence: Confidence
    note: str | None = None


class PriceRow(Sourced):
    """One price in USD per `unit`. Without a price it records that none could be established.

    `effective_from` is absent where the start is not established; `available_from` keeps a later offer out of earlier
    dates; a price of 0 is a real zero only with `free`.
    """

    id: str
    model: str | None = None
    provider: str
    kind: Kind
    unit: str
    price: Decimal | None = Money
    low: Decimal | None = Money
    typical: Decimal | None = Money
    high: Decimal | None = Money
    free: bool = False
    region: str | None = None
    effective_from: datetime.date | None = None
    effective_to: datetime.date | None = None
    available_from: datetime.date | None = None

    @model_validator(mode="after")
    def _consistent(self) -> PriceRow:
        spread = (self.low, self.typical, self.high)
        if self.price is not None and any(end is not None for end in spread):
            raise ValueError("a row has either a price or low, typical and high")
        if any(end is not None for end in spread):
            if self.low is None or self.typical is None or self.high is None:
                raise ValueError("low, typical and high go together")
            if not self.low <= self.typical <= self.high:
                raise ValueError("low, typical and high must not fall")
        if self.free != (self.value == 0):
            raise ValueError("a price of 0 is marked with free: true, and only that")
        if self.value is None and not self.note:
            raise ValueError("a row without a price needs a note that says what is not established")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        return self

    @property
    def value(self) -> Decimal | None:
        """Return the price, or the typical one of a spread, or None when it is not established."""
        return self.price if self.price is not None else self.typical

    @property
    def by_default(self) -> bool:
        """Return whether the row is priced with where no region is named."""
        return self.region in (None, DEFAULT_REGION)

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether the row applies on a day, as far as its dates are established."""
        return (
            (self.effective_from is None or self.effective_from <= day)
            and (self.effective_to is None or day <= self.effective_to)
            and (self.available_from is None or self.available_from <= day)
        )


class ModelRow(Record):
    """A model that the token base does not know in full: a tuned row `ft:PROVIDER/BASE`."""

    id: str
    provider: str
    base: str | None = None
    aliases: tuple[str, ...] = ()
    context_window: int | None = None
    note: str | None = None


class Event(Sourced):
    """A change of availability; before `announced` it does not exist. Without `models` it concerns every tuned model of
    the provider."""

    id: str
    provider: str
    models: tuple[str, ...] | None = None
    event: Literal["closed_to_new", "last_new_job", "inference_end", "withdrawn"]
    date: datetime.date
    announced: datetime.date

    def concerns(self, model: str, provider: str) -> bool:
        """Return whether the event is about a model, given by its canonical id and provider."""
        return self.provider == provider and (model.startswith("ft:") if self.models is None else model in self.models)


class Role(Sourced):
    """A model or service that stands in for an unanswered question, from a day on."""

    model: str
    from_: datetime.date = Field(alias="from")


class Tier(Sourced):
    """Models of about one price, and the day from which they are known to be on offer."""

    models: tuple[str, ...]
    from_: datetime.date = Field(alias="from")


class Labour(Sourced):
    """Hours (or minutes) of work that a cost line assumes."""

    id: str
    hours: Decimal | None = Money
    minutes: Decimal | None = Money
    why: str

    @model_validator(mode="after")
    def _has_time(self) -> Labour:
        if self.hours is None and self.minutes is None:
            raise ValueError("hours or minutes are needed; 0 where the work costs nothing")
        return self

    def hours_for(self, times: Decimal) -> Decimal:
        """Return the hours of doing it a number of times, to 10 decimals."""
        hours = self.hours * times if self.hours is not None else (self.minutes or Decimal(0)) * times / 60
        return hours.quantize(Decimal("1e-10")).normalize()


class _RowsFile(Record):
    rows: tuple[PriceRow, ...]


class _Availability(Record):
    events: tuple[Event, ...]


class _Work(Record):
    labour: tuple[Labour, ...]


class Shortlist(Record):
    roles: dict[str, tuple[Role, ...]]
    tiers: dict[str, Tier]


def _share(written: object) -> object:
    """Return a share that may be written as a percentage: `15 %` is 0.15."""
    if isinstance(written, str) and written.endswith("%"):
        try:
            return Decimal(written.removesuffix("%").strip()) / 100
        except ArithmeticError:
            return written
    return written


class Overlay(Record):
    """A user's own prices: rows, models and labour that add to the built-in ones or replace them by id, and discounts
    by provider as shares, which lower every price of that provider but those of the overlay's own rows."""

    rows: tuple[PriceRow, ...] = ()
    models: tuple[ModelRow, ...] = ()
    labour: tuple[Labour, ...] = ()
    discounts: dict[str, Annotated[Decimal, BeforeValidator(_share), Field(ge=0, lt=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds_something(self) -> Overlay:
        if not (self.rows or self.models or self.labour or self.discounts):
            raise ValueError("rows, models, labour or discounts are needed")
        return self


class Aliases(Record):
    models: tuple[ModelRow, ...]
    aliases: dict[str, str]


PRICE_FILES: Final = (_RowsFile, Aliases, _Availability, Shortlist, _Work, Overlay)
"""What each kind of file of a price book holds; the JSON Schema of price files is made from it."""

OLD_AFTER: Final = datetime.timedelta(days=90)
"""Age from which a row should be looked up again; token prices move monthly, infrastructure by the quarter."""

ROLES: Final = ("current", "small", "embedding", "reranker", "vector_store", "gpu")
WORK: Final = (
    "prompt",
    "evaluation_set",
    "rag",
    "tuning",
    "retrain",
    "rag_upkeep",
    "requirement_change",
    "label_review",
    "cached_prompt",
    "batch",
)


@dataclass(frozen=True)
class Rows:
    """Everything in a folder of price files; `overlaid` are the ids of a user's own rows, `discounts` the shares by
    which a user's own contract lowers a provider's prices."""

    prices: tuple[PriceRow, ...]
    models: tuple[ModelRow, ...]
    aliases: Mapping[str, str]
    events: tuple[Event, ...]
    roles: Mapping[str, tuple[Role, ...]]
    tiers: Mapping[str, Tier]
    labour: Mapping[str, Labour]
    digest: str
    overlaid: frozenset[str]
    discounts: Mapping[str, Decimal]
    discount_places: Mapping[str, Place]
