"""The end of the current model's service, where it lies within the horizon: by when everything has to move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from advisor.costs.projection import Projector
from advisor.pricebook.book import Model
from advisor.pricebook.rows import Event


@dataclass(frozen=True)
class Ending:
    """The model that stops serving, its last day, how many days are left, and the event that says so."""

    model: Model
    day: date
    days_left: int
    event: Event


def ending_of(model: Model, projector: Projector) -> Ending | None:
    """Return the end of a model's service; None where it serves to the end of the horizon, as far as announced."""
    event = projector.book.ends(model, projector.as_of)
    if event is None or projector.ends_within(model) is None:
        return None
    return Ending(model, event.date, max(0, (event.date - projector.as_of).days), event)
