"""What serving a model costs: tokens by class and tier, cached reads, batch, hosting, or GPUs of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from advisor.costs.ledger import MILLION, Ledger, Month, parts_of
from advisor.pricebook.book import Model, PriceBook, Rate
from advisor.workload import MIN_CACHED_PREFIX, Workload


@dataclass(frozen=True)
class CallTokens:
    """The tokens of one model call, by purpose."""

    prompt: Decimal
    input: Decimal
    retrieved: Decimal
    output: Decimal

    @property
    def sent(self) -> Decimal:
        """Return the size of the request, which decides the price tier."""
        return self.prompt + self.input + self.retrieved


def untuned_tokens(workload: Workload, *, retrieval: bool = False, knowledge: bool = False) -> CallTokens:
    """Return the tokens of a call with the full prompt, with all the knowledge in it if asked for."""
    return CallTokens(
        workload.prompt_tokens.value + (workload.knowledge_tokens.value if knowledge else Decimal(0)),
        workload.input_tokens.value,
        workload.retrieved_tokens.value if retrieval else Decimal(0),
        workload.output_tokens.value,
    )


def tuned_tokens(workload: Workload, *, retrieval: bool = False) -> CallTokens:
    """Return the tokens of a call to a tuned model, with the shortened prompt and its own output."""
    return CallTokens(
        workload.tuned_prompt_tokens.value,
        workload.input_tokens.value,
        workload.retrieved_tokens.value if retrieval else Decimal(0),
        workload.tuned_output_tokens.value,
    )


@dataclass(frozen=True)
class Service:
    """A model answering calls: which tokens, which share of the prompt is read from cache, which share is batched."""

    model: Model
    tokens: CallTokens
    cached_share: Decimal
    batch_share: Decimal


def cached_share(workload: Workload, tokens: CallTokens, minimum: Decimal | None) -> Decimal:
    """Return which share of a prompt is read from the cache: the answered or assumed one.

    A prompt shorter than today's, or one whose share is assumed, is not cached below the minimum prefix.
    """
    share = workload.cached_share
    known = share.origin != "assumed" and tokens.prompt >= workload.prompt_tokens.value
    too_short = tokens.prompt < (MIN_CACHED_PREFIX if minimum is None else minimum)
    return Decimal(0) if too_short and not known else share.value


def add_tokens(ledger: Ledger, book: PriceBook, what: Service, calls: Decimal, month: int, day: date) -> None:
    """Add the token lines of a number of calls, all in one part of a month with constant prices."""

    def rate(kind: str, *, batch: bool = False) -> Rate | None:
        return book.rate(what.model.id, kind, day, input_tokens=what.tokens.sent, batch=batch)

    batch_published = what.batch_share > 0 and rate("input", batch=True) and rate("output", batch=True)
    batched = calls * what.batch_share if batch_published else Decimal(0)
    if fee := rate("request"):
        label = f"Fee for each request to {what.model.id}"
        ledger.add(month, "run", "request_fee", label, calls / 1000, fee, usage=True)
    _add_classes(ledger, what, calls - batched, month, rate, "", what.cached_share)
    if batched:

        def batch_rate(kind: str) -> Rate | None:
            return rate(kind, batch=True)

        share = what.cached_share if batch_rate("cached_input") else Decimal(0)
        _add_classes(ledger, what, batched, month, batch_rate, "batch_", share)


def _add_classes(
    ledger: Ledger,
    what: Service,
    calls: Decimal,
    month: int,
    rate: Callable[[str], Rate | None],
    prefix: str,
    cached_share: Decimal,
) -> None:
    tokens, model = what.tokens, what.model.id
    words = "Batch: " if prefix else ""
    cached_rate = rate("cached_input") if cached_share else None
    cached = tokens.prompt * cached_share if cached_rate else Decimal(0)
    written_rate = rate("cache_write") if cached else None

    def add(line: str, label: str, count: Decimal, price: Rate | None) -> None:
        if count:
            ledger.add(
                month,
                "run",
                prefix + line,
                f"{words}{label} to {model}",
                calls * count / MILLION,
                price,
                usage=True,
                missing=f"{model} has no published price for {label.lower()}",
            )

    add("cached_prompt_tokens", "Prompt tokens read from cache", cached, cached_rate)
    add("prompt_tokens", "Prompt tokens", tokens.prompt - cached, written_rate or rate("input"))
    add("input_tokens", "Input tokens", tokens.input, rate("input"))
    add("retrieved_tokens", "Retrieved context tokens", tokens.retrieved, rate("input"))
    if tokens.output:
        ledger.add(
            month,
            "run",
            prefix + "output_tokens",
            f"{words}Output tokens of {model}",
            calls * tokens.output / MILLION,
            rate("output"),
            usage=True,
            missing=f"{model} has no published price for output tokens",
        )


def add_service(ledger: Ledger, book: PriceBook, workload: Workload, what: Service, month: Month) -> None:
    """Add a month of serving a model, split where a price changes inside the month."""
    for part in parts_of(month, book.steps(what.model.id, month.start, month.end)):
        calls = workload.calls_per_day * part.days * part.growth
        add_tokens(ledger, book, what, calls, month.number, part.start)
        if what.model.tuned:
            ledger.add(
                month.number,
                "run",
                "hosting",
                f"Hosting of {what.model.id}",
                part.hours,
                book.rate(what.model.id, "hosting", part.start),
                missing=f"what hosting {what.model.id} costs is not established",
            )


def add_gpus(ledger: Ledger, book: PriceBook, workload: Workload, gpu: str, month: Month) -> None:
    """Add a month of one's own GPUs, which serve every call whatever their number."""
    for part in parts_of(month, book.steps(gpu, month.start, month.end)):
        ledger.add(
            month.number,
            "run",
            "gpu_hours",
            f"GPUs of one's own, valued at the market price of {gpu}",
            workload.gpus.value * part.hours,
            book.rate(gpu, "gpu", part.start),
        )
