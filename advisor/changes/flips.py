"""Flip points: for each given answer, all others held fixed, which strategy wins over its whole domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby, pairwise
from typing import Final

from advisor.changes.axis import Axis, Stretch
from advisor.changes.probe import Probe
from advisor.conditions import Domain, NotApplicable, Range
from advisor.costs.ledger import exact

Point = Decimal | str | bool

KINDS: Final = frozenset(("number", "choice", "bool"))
"""The kinds of answers that are tried: what is a list, a text or the name of a model is not."""


@dataclass(frozen=True)
class FlipInterval:
    """Values from `low` to `high` on which one strategy wins, both ends included; of choices a run in the order in
    which they are declared. None is an end that the domain leaves open. Neighbours end and begin one step apart, which
    is 1 for whole numbers and a millionth for others.
    """

    low: Point | None
    high: Point | None
    strategy: str


@dataclass(frozen=True)
class FlipNearest:
    """The value nearest to the present answer at which another strategy wins."""

    value: Point
    strategy: str


@dataclass(frozen=True)
class Flip:
    """What one answer does to the recommendation; `whole` says that it is no number between whole ones.

    `exact` says that no other strategy can win inside an interval unseen; without it costs were searched, and what they
    do between the values looked at is not proved.
    """

    answer: str
    now: Point | Range
    whole: bool
    intervals: tuple[FlipInterval, ...]
    nearest: FlipNearest | None
    exact: bool

    @property
    def closed(self) -> tuple[FlipInterval, ...]:
        """Return the intervals so that neighbours share an end where numbers need not be whole, the value that is
        written shorter; it belongs to one of them."""
        if self.whole:
            return self.intervals
        ends = [_shared(left.high, right.low) for left, right in pairwise(self.intervals)]
        lows, highs = (self.intervals[0].low, *ends), (*ends, self.intervals[-1].high)
        return tuple(
            replace(interval, low=low, high=high)
            for interval, low, high in zip(self.intervals, lows, highs, strict=True)
        )


@exact
def flips_of(probe: Probe, questions: Iterable[str]) -> tuple[Flip, ...]:
    """Return the flips of those of some questions that are shown and answered, in the order in which they are asked."""
    probe.rest()
    base = probe.scorer.base
    wanted, visible = frozenset(questions), base.visible({})
    found = []
    for question in base.questionnaire.questions:
        now = visible[question.id]
        if question.id not in wanted or question.domain.kind not in KINDS or now is None:
            continue
        if isinstance(now, Decimal | Range):
            found.append(_number(probe, question.id, now))
        elif not isinstance(now, NotApplicable | tuple):
            found.append(_choice(probe, question.id, now))
    return tuple(found)


def values_of(domain: Domain) -> tuple[str, ...] | tuple[bool, ...]:
    """Return the values of a choice or of yes and no, in the order in which they are declared."""
    return (False, True) if domain.kind == "bool" else domain.values


def _choice(probe: Probe, question: str, now: str | bool) -> Flip:
    values = values_of(probe.questionnaire[question].domain)
    winners = [(value, probe.winner(question, value)) for value in values]
    runs = [(strategy, list(run)) for strategy, run in groupby(winners, key=lambda entry: entry[1])]
    intervals = tuple(FlipInterval(run[0][0], run[-1][0], strategy) for strategy, run in runs)
    here = values.index(now)
    others = [(abs(place - here), place) for place, (_, strategy) in enumerate(winners) if strategy != probe.now]
    nearest = FlipNearest(*winners[min(others)[1]]) if others else None
    return Flip(question, now, True, intervals, nearest, exact=True)


def _number(probe: Probe, question: str, now: Decimal | Range) -> Flip:
    axis = Axis(probe, question)
    stretches = axis.stretches()
    ends = [(stretch.low, stretch.high) for stretch in stretches]
    lows, highs = (
        [axis.domain.low, *(low for low, _ in ends[1:])],
        [*(high for _, high in ends[:-1]), axis.domain.high],
    )
    intervals = tuple(
        FlipInterval(low, high, stretch.strategy) for low, high, stretch in zip(lows, highs, stretches, strict=True)
    )
    nearest = _nearest(stretches, axis, now, probe.now)
    return Flip(question, now, axis.domain.integer, intervals, nearest, axis.exact)


def _shared(left: Point | None, right: Point | None) -> Decimal:
    """Return which of two values one step apart is written shorter."""
    assert isinstance(left, Decimal)
    assert isinstance(right, Decimal)
    return min(left, right, key=lambda value: (len(value.normalize().as_tuple().digits), value))


def _nearest(stretches: Sequence[Stretch], axis: Axis, now: Decimal | Range, winner: str) -> FlipNearest | None:
    """Return the value nearest to the answer at which another strategy wins; of a range it may lie inside."""
    low, high = (now.low, now.high) if isinstance(now, Range) else (now, now)
    middle = (low + high) / 2
    found = []
    for stretch in stretches:
        if stretch.strategy == winner:
            continue
        beyond = max(stretch.low - high, low - stretch.high, Decimal(0))
        if stretch.high < middle:
            value = max(stretch.low, _plain(stretch.high, axis, ROUND_FLOOR))
        elif stretch.low > middle:
            value = min(stretch.high, _plain(stretch.low, axis, ROUND_CEILING))
        else:
            value = axis.grid(middle, ROUND_FLOOR)
        found.append((beyond, abs(value - middle), FlipNearest(value, stretch.strategy)))
    return min(found, key=lambda entry: entry[:2])[2] if found else None


def _plain(value: Decimal, axis: Axis, rounding: str) -> Decimal:
    """Return a value at or just beyond the end of a stretch that a person can read: rounded away from the present
    answer to four digits, but to nothing coarser than one, or than a thousandth of a share."""
    if axis.domain.integer or value == value.to_integral_value():
        return value
    finest = Decimal("0.001") if axis.domain.high == 1 else Decimal(1)
    unit = min(finest, Decimal(1).scaleb(value.adjusted() - 3)) if axis.domain.high != 1 else finest
    return (value / unit).to_integral_value(rounding) * unit
