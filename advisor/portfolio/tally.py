"""What a batch comes to: counts and spend by strategy, the largest savings, mistakes that rows share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from advisor.portfolio.outcomes import Outcome, Outcomes

MOST_SAVINGS: Final = 10
"""Rows with the largest savings that are kept."""


@dataclass
class Spend:
    """What the rows with one recommendation cost, in cents. `unpriced` are those without a total: they are in none."""

    rows: int = 0
    unpriced: int = 0
    monthly: int = 0
    upfront: int = 0
    horizon: int = 0
    horizon_api: int = 0

    def add(self, usd: tuple[int | None, ...]) -> None:
        """Add the amounts of a row."""
        self.rows += 1
        upfront, monthly, horizon, horizon_api = usd
        if upfront is None or monthly is None or horizon is None or horizon_api is None:
            self.unpriced += 1
            return
        self.upfront += upfront
        self.monthly += monthly
        self.horizon += horizon
        self.horizon_api += horizon_api

    def merge(self, other: Spend) -> None:
        """Add what other rows cost."""
        for name, amount in vars(other).items():
            setattr(self, name, getattr(self, name) + amount)


class Saving(NamedTuple):
    """What a month of the recommendation costs less to run than a month on today's model, in cents."""

    cents: int
    row: int
    project: str | None
    strategy: str
    today: int
    then: int


@dataclass
class Tally:
    """What some rows come to."""

    rows: int = 0
    bad: int = 0
    spend: dict[str, Spend] = field(default_factory=dict)
    verdicts: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    savings: list[Saving] = field(default_factory=list)

    def merge(self, other: Tally) -> None:
        """Add other rows."""
        self.rows += other.rows
        self.bad += other.bad
        for strategy, spend in other.spend.items():
            self.spend.setdefault(strategy, Spend()).merge(spend)
        self.verdicts.update(other.verdicts)
        self.mistakes.update(other.mistakes)
        self.savings = _largest([*self.savings, *other.savings])


def tally_of(made: Outcomes) -> Tally:
    """Return what some outcomes come to."""
    tally = Tally(bad=len(made.bad))
    patterns: Counter[tuple[str, ...]] = Counter()
    savings = []
    for number, project, it in made.rows():
        tally.rows += 1
        if it.strategy not in tally.spend:
            tally.spend[it.strategy] = Spend()
        tally.spend[it.strategy].add(it.usd)
        tally.verdicts[it.verdict] += 1
        patterns[it.mistakes] += 1
        if (saving := _saving(number, project, it)) is not None:
            savings.append(saving)
    for mistakes, count in patterns.items():
        for mistake in mistakes:
            tally.mistakes[mistake] += count
    tally.savings = _largest(savings)
    return tally


def _saving(number: int, project: str | None, it: Outcome) -> Saving | None:
    monthly = it.usd[1]
    if it.today is None or monthly is None or monthly >= it.today:
        return None
    return Saving(it.today - monthly, number, project, it.strategy, it.today, monthly)


def _largest(savings: Iterable[Saving]) -> list[Saving]:
    return sorted(savings, key=lambda saving: (-saving.cents, saving.row))[:MOST_SAVINGS]
