"""What people's hours cost: assumed hours from the price book, at the hourly cost of the answers."""

from __future__ import annotations

from decimal import Decimal

from advisor.costs.ledger import Kind, Ledger, Month, occurrences
from advisor.pricebook.book import PriceBook, Rate
from advisor.workload import Workload

LABELS = {
    "prompt": "Writing and testing the prompt",
    "evaluation_set": "Writing the evaluation set",
    "cached_prompt": "Ordering the prompt for the cache",
    "batch": "Moving calls to batch",
    "rag": "Building retrieval",
    "tuning": "Preparing data, tuning and deploying",
    "retrain": "Retraining",
    "rag_upkeep": "Upkeep of the index",
    "requirement_change": "Adapting to changed requirements",
    "label_review": "Reviewing training examples",
}


def add_work(
    ledger: Ledger, book: PriceBook, workload: Workload, work: str, month: int, kind: Kind, times: Decimal = Decimal(1)
) -> None:
    """Add the hours of one kind of work; nothing where labour is left out or the work does not fall due."""
    if not workload.labour_counts or not times:
        return
    assumed = book.labour(work)
    rate = Rate(
        f"labour/{work}",
        workload.engineer_hourly_cost.value,
        "hour",
        assumed.source_title,
        assumed.source_url,
        assumed.verified_at.isoformat(),
        assumed.confidence,
        True,
        assumed.why,
    )
    ledger.add(month, kind, work, LABELS[work], assumed.hours_for(times), rate, labour=True)


def add_requirement_changes(ledger: Ledger, book: PriceBook, workload: Workload, month: Month) -> None:
    """Add the hours that changed requirements cost in a month, whatever the technique."""
    times = occurrences(month.number, workload.requirement_changes)
    add_work(ledger, book, workload, "requirement_change", month.number, "maintain", times)


def build_hours(book: PriceBook, workload: Workload, work: tuple[str, ...], *, tuning: bool) -> Decimal:
    """Return the hours that our own people build, whether or not labour is priced; bought labels are not among them."""
    due = [entry for entry in work if entry not in existing_work(workload)]
    hours = sum((book.labour(entry).hours_for(Decimal(1)) for entry in due), Decimal(0))
    return hours + (book.labour("label_review").hours_for(workload.examples_to_review) if tuning else Decimal(0))


def existing_work(workload: Workload) -> frozenset[str]:
    """Return the work that is done already and is not billed again."""
    done = {"prompt": workload.prompt_exists, "evaluation_set": workload.evaluation_set_exists}
    return frozenset(work for work, exists in done.items() if exists)
