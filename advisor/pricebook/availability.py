"""Which tuned models a customer can start to tune on a day, and until when they answer."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from advisor.pricebook.rows import Event


@dataclass(frozen=True)
class Availability:
    """What is known on one day: `closed` keeps this customer from tuning, `ends` is the last day of service and
    `last_job` the last day on which tuning can start."""

    closed: Event | None
    ends: Event | None
    last_job: Event | None


def availability(
    model: str, provider: str, events: Iterable[Event], as_of: date, access: frozenset[str] | None
) -> Availability:
    """Return what was announced by `as_of` about a model.

    `access` names the providers at which this organisation can start jobs; None stands for a new customer everywhere.
    A provider left out of a given `access` is closed by the customer's own word, which is no event.
    """
    known = [event for event in events if event.announced <= as_of and event.concerns(model, provider)]
    ends, last_job = (
        min((event for event in known if event.event == name), key=lambda event: event.date, default=None)
        for name in ("inference_end", "last_new_job")
    )
    has_access = access is not None and provider in access
    for event in known:
        over = event.date < as_of if event.event in ("last_new_job", "inference_end") else event.date <= as_of
        if over and not (event.event == "closed_to_new" and has_access):
            return Availability(event, ends, last_job)
    return Availability(None, ends, last_job)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
