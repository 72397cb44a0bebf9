"""Which tuned models a customer can start to tune on a day, and until when they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from advisor.pricebook.rows import Event, ModelRow


@dataclass(frozen=True)
class Availability:
    """What is known on one day: `closed` is the event that keeps this customer from tuning, `ends` the last day."""

    closed: Event | None
    ends: Event | None


def availability(model: ModelRow, events: Iterable[Event], as_of: date, access: frozenset[str] | None) -> Availability:
    """Return what was announced by `as_of` about a model.

    `access` names the providers at which this organisation can start jobs; None stands for a new customer everywhere.
    A provider left out of a given `access` is closed by the customer's own word, which is no event: see `may_tune`.
    """
    known = [event for event in events if event.announced <= as_of and event.concerns(model)]
    ends = min((event for event in known if event.event == "inference_end"), key=lambda event: event.date, default=None)
    has_access = access is not None and model.provider in access
    for event in known:
        over = event.date < as_of if event.event in ("last_new_job", "inference_end") else event.date <= as_of
        if over and not (event.event == "closed_to_new" and has_access):
            return Availability(event, ends)
    return Availability(None, ends)


def months_until(start: date, end: date) -> int:
    """Return how many whole months lie between two days."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= start.day else months - 1
