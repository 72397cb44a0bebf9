"""What tuning costs: training runs, their evaluation, labels and review, and retraining.

Training bill: examples × tokens per example × epochs × price per trained token, per run (OpenAI and Microsoft bill so;
Microsoft, Cost management for fine-tuning, 2026-03-19). Each run is evaluated on a held-out fifth of the examples (the
seed says 15-20 %) at tuned prices. On premises a run is valued at GPU-hours: 6-12 h on one GPU (wehamd.com,
2026-05-26), 9 h expected.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from advisor.costs.labour import add_work
from advisor.costs.ledger import MILLION, Kind, Ledger
from advisor.costs.run import CallTokens
from advisor.pricebook.book import Model, PriceBook, Rate
from advisor.workload import Workload

HELD_OUT_SHARE: Final = Decimal("0.2")
SELF_HOSTED_RUN_HOURS: Final = Decimal(9)
REASONING_TASKS: Final = frozenset(("agent", "code"))


def trained_tokens(workload: Workload) -> Decimal:
    """Return the tokens that one training run bills."""
    return workload.trained_examples * workload.example_tokens.value * workload.epochs.value


def add_run(
    ledger: Ledger,
    book: PriceBook,
    workload: Workload,
    model: Model,
    tokens: CallTokens,
    month: int,
    kind: Kind,
    day: date,
    times: Decimal,
) -> None:
    """Add training runs on a provider's service, each with its evaluation."""
    if not times:
        return
    prefix = "" if kind == "build" else "re"
    words = "Training" if kind == "build" else "Retraining"
    ledger.add(
        month,
        kind,
        prefix + "training",
        f"{words} {model.id}",
        trained_tokens(workload) * times / MILLION,
        book.rate(model.id, "training", day),
        missing=f"what training {model.id} costs is not established",
    )
    cases = workload.trained_examples * HELD_OUT_SHARE * times
    for line, label, count, price in (
        ("evaluation_input", "Input", tokens.sent, "input"),
        ("evaluation_output", "Output", tokens.output, "output"),
    ):
        if count:
            ledger.add(
                month,
                kind,
                prefix + line,
                f"{label} tokens of evaluating {model.id} on held-out cases",
                cases * count / MILLION,
                book.rate(model.id, price, day, input_tokens=tokens.sent),
                missing=f"{model.id} has no published price for {price} tokens",
            )


def add_self_hosted_run(
    ledger: Ledger, book: PriceBook, gpu: str, month: int, kind: Kind, day: date, times: Decimal
) -> None:
    """Add training runs on a GPU of one's own."""
    if times:
        line = "training" if kind == "build" else "retraining"
        ledger.add(
            month,
            kind,
            line,
            f"Training runs on {gpu}, {SELF_HOSTED_RUN_HOURS} hours each",
            SELF_HOSTED_RUN_HOURS * times,
            book.rate(gpu, "gpu", day),
        )


def add_data(ledger: Ledger, book: PriceBook, workload: Workload, day: date) -> None:
    """Add labelling what is missing and reviewing what has not been reviewed; both are people's work."""
    missing = workload.missing_examples
    if missing and workload.labour_counts:
        kind = "label_reasoning" if workload.task_type in REASONING_TASKS else "label"
        rate = label_rate(book, kind, day)
        ledger.add(0, "build", "labels", "Labelling missing examples", missing, rate, labour=True)
    add_work(ledger, book, workload, "label_review", 0, "build", workload.examples_to_review)


def label_rate(book: PriceBook, kind: str, day: date) -> Rate | None:
    """Return the price of labelling one example."""
    rows = [row for row in book.rows.prices if row.kind == kind]
    return book.rate(rows[0].model or rows[0].id, kind, day) if rows else None


def premium_ratio(book: PriceBook, model: Model | None, day: date) -> Decimal | None:
    """Return the tuned input price over the input price of the untuned base, where both are known."""
    if model is None or model.base is None:
        return None
    tuned, base = (_input_price(book, name, day) for name in (model.id, model.base.id))
    return tuned / base if tuned is not None and base else None


def _input_price(book: PriceBook, name: str, day: date) -> Decimal | None:
    rate = book.rate(name, "input", day)
    return rate.unit_usd if rate else None
