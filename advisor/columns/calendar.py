"""The months of many projections at once: which of them each case reaches, and how far its volume has grown by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np

from advisor.columns.doubt import Bits, Doubt, Floats
from advisor.costs.ledger import Month, calendar_months, parts_of, until


@dataclass(frozen=True)
class Calendar:
    """The calendar of some cases, whose horizons are `months` long and whose volumes grow by `growth` a month."""

    as_of: date
    months: Floats
    growth: Floats
    doubt: Doubt
    _served: dict[tuple[Month, ...], tuple[Floats, Floats]] = field(default_factory=dict)
    _events: dict[tuple[int, int], tuple[Floats, Floats]] = field(default_factory=dict)

    @cached_property
    def all(self) -> list[Month]:
        """Return the months of the longest horizon, without growth."""
        return calendar_months(self.as_of, int(self.months.max()), Decimal(0))

    @cached_property
    def alive(self) -> list[Floats]:
        """Return for each month 1 where the horizon reaches it, else 0."""
        return [(self.months >= month.number).astype(np.float64) for month in self.all]

    @cached_property
    def volume(self) -> list[Floats]:
        """Return for each month what the volume has grown to where the horizon reaches it, else 0."""
        if not self.growth.any():
            return self.alive
        factor, grown, found = 1 + self.growth, np.ones(1), []
        for alive in self.alive:
            found.append(alive * grown)
            grown = grown * factor
        return found

    def parts(self, steps: list[date], last: date | None = None) -> Iterator[Month]:
        """Yield all months in parts between the days on which a price changes, none after a last day of service."""
        for month in until(self.all, last):
            yield from parts_of(month, [day for day in steps if month.start < day <= month.end])

    def served(self, parts: tuple[Month, ...]) -> tuple[Floats, Floats]:
        """Return the days of some parts of months, each times the volume by then, and their hours, as far as the
        horizon reaches them."""
        if parts not in self._served:
            days, hours = np.zeros(1), np.zeros(1)
            for part in parts:
                days = days + self.volume[part.number - 1] * float(part.days)
                hours = hours + self.alive[part.number - 1] * float(part.hours)
            self._served[parts] = days, hours
        return self._served[parts]

    def ends_before(self, last: date | None) -> Bits:
        """Return where a last day of service lies within the horizon."""
        if last is None:
            return np.zeros(1, np.bool_)
        reached = [month.number for month in self.all if last <= month.end]
        return self.months >= reached[0] if reached else np.zeros(1, np.bool_)

    def number_of(self, day: date | None) -> int:
        """Return the number of the month of a day, 0 where it is none of the calendar's."""
        return next((month.number for month in self.all if day and month.start <= day <= month.end), 0)

    def events(self, per_year: Floats, last: int) -> Floats:
        """Return how many of some evenly spread events fall into the months up to one, the horizon at most."""
        key = id(per_year), last
        if key not in self._events:
            count = per_year * np.minimum(self.months, last) / 12
            self.doubt.whole(count)
            self._events[key] = per_year, np.floor(count)
        return self._events[key][1]

    def events_in(self, per_year: Floats, first: int, last: int) -> Floats:
        """Return how many events fall into some months, as far as the horizon reaches them."""
        return self.events(per_year, last) - self.events(per_year, first - 1)
