"""The cash flow of one plan: atoms go in, lines, months and totals come out as their sums.

An atom is one line in one month, rounded half-even to 10 decimals. A line covers one price row: when a price changes,
a second line begins. An unknown price adds no amount; it is recorded as a gap, and the totals become unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import wraps
from itertools import pairwise
from typing import Final, Literal, ParamSpec, TypeVar

from advisor.pricebook.book import Rate

Kind = Literal["build", "run", "maintain"]
KINDS: Final[tuple[Kind, ...]] = ("build", "run", "maintain")

ZERO: Final = Decimal(0)
_ATOM: Final = Decimal("1e-10")
MILLION: Final = Decimal(1_000_000)


DIGITS: Final = 60
"""Significant digits of every sum: enough for the largest answers over the longest horizon, to 10 decimals."""

P = ParamSpec("P")
T = TypeVar("T")


def exact(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function with enough digits that no sum of amounts is rounded."""

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        with localcontext(prec=DIGITS):
            return function(*args, **kwargs)

    return inner


@dataclass(frozen=True)
class Month:
    """A month of the projection, or a part of one; with `one_price` the prices of its first day hold all through."""

    number: int
    start: date
    days: Decimal
    growth: Decimal = Decimal(1)
    one_price: bool = False

    @property
    def hours(self) -> Decimal:
        return self.days * 24

    @property
    def end(self) -> date:
        """Return the last day."""
        return self.start + timedelta(days=int(self.days) - 1)


def standard_month(as_of: date) -> Month:
    """Return the month that `monthly_usd` speaks of: 30 days and 720 hours at the prices of one day, no growth."""
    return Month(1, as_of, Decimal(30), one_price=True)


def calendar_months(as_of: date, count: int, monthly_growth: Decimal) -> list[Month]:
    """Return the months of a projection; the first is the first full calendar month after `as_of`."""
    months = []
    year, month = as_of.year, as_of.month
    for number in range(1, count + 1):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        start = date(year, month, 1)
        following = date(year + (month == 12), month % 12 + 1, 1)
        months.append(Month(number, start, Decimal((following - start).days), (1 + monthly_growth) ** (number - 1)))
    return months


def until(months: list[Month], last: date | None) -> list[Month]:
    """Return the months up to a last day of service, the month of that day cut off after it."""
    if last is None:
        return months
    begun = [month for month in months if month.start <= last]
    return [
        month if month.end <= last else replace(month, days=Decimal((last - month.start).days + 1)) for month in begun
    ]


def parts_of(month: Month, steps: list[date]) -> Iterator[Month]:
    """Yield the parts of a month between the days on which a price changes."""
    if month.one_price:
        steps = []
    last = month.start + timedelta(days=int(month.days))
    edges = [month.start, *(day for day in steps if month.start < day < last), last]
    for start, end in pairwise(edges):
        days = month.days if len(edges) == 2 else Decimal((end - start).days)
        yield Month(month.number, start, days, month.growth)


def occurrences(month: int, per_year: Decimal) -> Decimal:
    """Return how many of `per_year` evenly spread events fall into a month counted from 1."""
    return Decimal(int(per_year * month / 12) - int(per_year * (month - 1) / 12))


@dataclass
class Line:
    """What one price row costs for one purpose over the horizon."""

    id: str
    kind: Kind
    label: str
    quantity: Decimal
    unit: str
    unit_price_usd: Decimal
    amount_usd: Decimal
    rate: Rate
    labour: bool
    usage: bool


@dataclass(frozen=True)
class Gap:
    """A line that could not be priced, and why; without a kind nothing of the plan could be."""

    line: str
    why: str
    kind: Kind | None = None


@dataclass(frozen=True)
class MonthTotal:
    """What falls into one month; `api` amounts leave labour out."""

    month: str
    days: Decimal
    build_usd: Decimal
    run_usd: Decimal
    maintain_usd: Decimal
    cumulative_usd: Decimal
    cumulative_api_usd: Decimal


@dataclass
class Ledger:
    """Collects atoms. `lines` keep the order in which they first appear."""

    lines: dict[tuple[str, str, str, Decimal], Line] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    months: dict[tuple[int, Kind, bool], Decimal] = field(default_factory=dict)

    def add(
        self,
        month: int,
        kind: Kind,
        line_id: str,
        label: str,
        quantity: Decimal,
        rate: Rate | None,
        *,
        labour: bool = False,
        usage: bool = False,
        missing: str = "",
    ) -> Decimal:
        """Add one atom and return its amount; without a rate note the gap `missing` and return 0."""
        if rate is None:
            self.gaps.setdefault(line_id, Gap(line_id, missing or f"no price is established for: {label}", kind))
            return ZERO
        amount = (quantity * rate.unit_usd).quantize(_ATOM, ROUND_HALF_EVEN)
        key = (kind, line_id, rate.id, rate.unit_usd)
        line = self.lines.get(key)
        if line is None:
            self.lines[key] = Line(
                line_id, kind, label, quantity, rate.unit, rate.unit_usd, amount, rate, labour, usage
            )
        else:
            line.quantity += quantity
            line.amount_usd += amount
        place = (month, kind, labour)
        self.months[place] = self.months.get(place, ZERO) + amount
        return amount

    def repeat(self, month: int, other: Ledger) -> None:
        """Add all of a ledger that holds a single month once more, as falling into this one."""
        for name, gap in other.gaps.items():
            self.gaps.setdefault(name, gap)
        for key, line in other.lines.items():
            known = self.lines.get(key)
            if known is None:
                self.lines[key] = replace(line)
            else:
                known.quantity += line.quantity
                known.amount_usd += line.amount_usd
        for (_, kind, labour), amount in other.months.items():
            place = (month, kind, labour)
            self.months[place] = self.months.get(place, ZERO) + amount

    def total(self, kind: Kind | None = None, *, api: bool = False) -> Decimal:
        """Return the sum of all lines, of one kind if given, without labour if `api`."""
        return sum(
            (
                line.amount_usd
                for line in self.lines.values()
                if (kind is None or line.kind == kind) and not (api and line.labour)
            ),
            ZERO,
        )

    def in_month(self, month: int, kind: Kind, *, api: bool = False) -> Decimal:
        """Return what falls into a month (0 is building)."""
        amount = self.months.get((month, kind, False), ZERO)
        return amount if api else amount + self.months.get((month, kind, True), ZERO)

    def month_totals(self, months: list[Month]) -> tuple[MonthTotal, ...]:
        """Return the months with running totals; what is built falls into the first."""
        result = []
        cumulative = cumulative_api = ZERO
        for month in months:
            build = self.in_month(0, "build") if month.number == 1 else ZERO
            build_api = self.in_month(0, "build", api=True) if month.number == 1 else ZERO
            run, maintain = self.in_month(month.number, "run"), self.in_month(month.number, "maintain")
            cumulative += build + run + maintain
            cumulative_api += build_api + self.in_month(month.number, "run", api=True)
            cumulative_api += self.in_month(month.number, "maintain", api=True)
            name = month.start.isoformat()[:7]
            result.append(MonthTotal(name, month.days, build, run, maintain, cumulative, cumulative_api))
        return tuple(result)
