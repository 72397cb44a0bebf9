"""What the calendar will say of a document: from which day on its prices are old, its models gone, its review due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from advisor.assessment import Assessment, review_by
from advisor.costs.ledger import calendar_months
from advisor.documents.setting import Setting
from advisor.fingerprint import Due
from advisor.pricebook.book import Model
from advisor.pricebook.rows import OLD_AFTER, PriceRow
from advisor.printable import visible

_DAY = timedelta(days=1)


def calendar_of(assessment: Assessment) -> tuple[Due, ...]:
    """Return the warnings that lie ahead of a document, by day; some may hold from its own day on."""
    entries = (*_old_prices(assessment), _review(assessment), *_retiring(assessment), *_closed(assessment))
    return tuple(sorted(entry._replace(text=visible(entry.text)) for entry in entries))


def _review(it: Assessment) -> Due:
    day = review_by(it.as_of, it.ending)
    return Due(str(day + _DAY), "review-due", f"the review was due by {day}.")


def _old_prices(it: Assessment) -> Iterator[Due]:
    """Yield when the rows that the document's amounts stand on are old, those verified on one day together."""
    used = {line.rate.id for cost in Setting(it).shown_plans() for line in cost.lines}
    by_day: dict[date, list[PriceRow]] = {}
    for row in it.book.rows.prices:
        if row.id in used:
            by_day.setdefault(row.verified_at, []).append(row)
    for day, rows in by_day.items():
        first, *others = sorted({row.id for row in rows})
        named = f"{first} and {len(others)} more were" if others else f"{first} was"
        yield Due(
            str(day + OLD_AFTER + _DAY), "prices-old", f"{named} verified on {day}, over {OLD_AFTER.days} days ago."
        )


def _retiring(it: Assessment) -> Iterator[Due]:
    """Yield when it is known that the current or the recommended model stops serving within the horizon."""
    last = calendar_months(it.as_of, it.workload.months, Decimal(0))[-1].end
    models: dict[str, Model] = {}
    for model in (it.recommended_cost.plan.model, it.models.current):
        if model is not None:
            models.setdefault(model.id, model)
    for model in models.values():
        event = it.book.ends(model, date.max)
        if event is not None and event.date <= last:
            known = max(it.as_of, event.announced)
            yield Due(str(known), "model-retiring", f"{model.id} stops serving on {event.date}, within the horizon.")


def _closed(it: Assessment) -> Iterator[Due]:
    """Yield when the recommended model can no longer be tuned, as far as the price book knows."""
    plan = it.recommended_cost.plan
    if not plan.tuning or plan.model is None:
        return
    model, access = plan.model, it.models.access
    events = [event for event in it.book.rows.events if event.concerns(model.id, model.provider)]
    days = {max(event.announced, event.date + later) for event in events for later in (timedelta(0), _DAY)}
    for day in sorted(day for day in days if day > it.as_of):
        if closed := it.book.availability(model, day, access).closed:
            words = f"{model.id} can no longer be tuned ({closed.event.replace('_', ' ')}, {closed.date})."
            yield Due(str(day), "tuning-closed", words)
            return
