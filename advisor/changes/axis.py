"""Searching one number: the stretches of its domain and the strategy that wins on each.

The rules alone cut the domain at their thresholds. Where costs decide, they are followed: a stretch is certain where
costs are linear and nothing that is compared changes sides; else it is cut at the breakpoints of costs, then where the
winner changes, found by the rule of false position on the amount that decides, and by halving where that does not help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Final

from advisor.changes.breakpoints import Break, cost_breaks, rule_thresholds
from advisor.changes.probe import Outcome, Probe, Spot
from advisor.conditions import Range, ends_of
from advisor.cost_facts import Bound
from advisor.workload import LINEAR

STEP: Final = Decimal("0.000001")
"""How finely a number that need not be whole is looked at: a boundary lies within one step."""

MOST_HALVINGS: Final = 2
"""How often a stretch that is not certain is halved to look for another winner inside it, beside the present answer."""

_FAR: Final = 100
"""From which ratio of its ends on a stretch is halved at the geometric mean."""


@dataclass(frozen=True)
class Stretch:
    """Values from `low` to `high`, both included, on which one strategy wins."""

    low: Decimal
    high: Decimal
    strategy: str


class Axis:
    """The number asked for by a question, over its domain or `within` a part of it, everything else held fixed.
    `exact` is False once some stretch has been searched without proof that no other strategy wins inside it."""

    def __init__(self, probe: Probe, question: str, within: Range | None = None) -> None:
        self.probe = probe
        self.question = question
        self.domain = probe.questionnaire[question].domain
        self.within = within
        self.step = Decimal(1) if self.domain.integer else STEP
        self.exact = True
        self._outcomes: dict[Decimal, Outcome] = {}
        self._spots: dict[Decimal, Spot] = {}

    def stretches(self) -> list[Stretch]:
        """Return the stretches in order, from one end of the domain to the other; neighbours differ in the strategy.

        Neighbours end and begin one step apart. An end that the domain leaves open lies beyond the last threshold.
        """
        return _joined(self.kinds())

    def kinds(self) -> list[Stretch]:
        """Return the stretches on each of which no rule that costs leave alone changes and one strategy wins."""
        found: list[Stretch] = []
        for low, high, spot in self._cut_by_rules():
            winner = self.probe.settled(spot)
            if winner is None and spot.priced is None:
                winner = self.probe.outcome(spot).winner
            found += [Stretch(low, high, winner)] if winner else _joined(self._follow(low, high))
        return found

    def grid(self, value: Decimal, rounding: str) -> Decimal:
        """Return the next value below or above that is looked at."""
        return (value / self.step).to_integral_value(rounding) * self.step

    def _cut_by_rules(self) -> Iterator[tuple[Decimal, Decimal, Spot]]:
        """Yield the stretches on which no rule changes as long as costs are unknown, each with what the rules make of
        it; neighbours that are alike are one."""
        joined: list[tuple[Decimal, Decimal, Spot]] = []
        for low, high in self._between_thresholds():
            now = self.probe.scorer.base.answered.get(self.question)
            spot = self._spot(now if isinstance(now, Decimal) and low <= now <= high else low)
            if joined and joined[-1][2].rules == spot.rules:
                joined[-1] = (joined[-1][0], high, spot)
            else:
                joined.append((low, high, spot))
        yield from joined

    def _between_thresholds(self) -> Iterator[tuple[Decimal, Decimal]]:
        probe = self.probe
        points = sorted(rule_thresholds(probe.scorer.base, probe.priced, self.question, probe.tests))
        low, high = self._ends(points)
        for point in points:
            left, right = (self.grid(point, rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING))
            if not low <= left <= right <= high:
                continue
            if left != right:
                yield low, left
                low = right
                continue
            if low < left:
                yield low, left - self.step
            yield left, left
            low = left + self.step
        if low <= high:
            yield low, high

    def _ends(self, points: list[Decimal]) -> tuple[Decimal, Decimal]:
        """Return the ends of the domain, or values beyond all thresholds and the present answer where it has none."""
        now = self.probe.scorer.base.answered.get(self.question)
        if self.within is not None:
            return self.grid(self.within.low, ROUND_CEILING), self.grid(self.within.high, ROUND_FLOOR)
        known = [Decimal(0), *points, *(ends_of(now) if isinstance(now, Decimal | Range) else ())]
        low, high = self.domain.low, self.domain.high
        if low is None:
            low = self.grid(min(known), ROUND_FLOOR) - 1
        if high is None:
            high = self.grid(max(known), ROUND_CEILING) + 1
        return low, high

    def _spot(self, value: Decimal) -> Spot:
        if value not in self._spots:
            self._spots[value] = self.probe.spot(self.question, value)
        return self._spots[value]

    def _at(self, value: Decimal) -> Outcome:
        if value not in self._outcomes:
            self._outcomes[value] = self.probe.outcome(self._spot(value))
        return self._outcomes[value]

    def _follow(self, low: Decimal, high: Decimal, halvings: int = 0) -> list[Stretch]:
        """Return the stretches between two values where costs decide and the rules are the same throughout."""
        first, last = self._at(low), self._at(high)
        if high - low <= self.step:
            return [Stretch(low, low, first.winner), Stretch(high, high, last.winner)]
        if self._certain(low, high):
            return [Stretch(low, high, first.winner)]
        tired = self.probe.tired
        if not tired and (cut := self._middle_break(low, high)):
            left, right = cut
        elif not tired and self.question in LINEAR and first.choice != last.choice:
            left, right = self._change(low, high, _choice, _rivals)
        elif first.winner != last.winner:
            left, right = self._change(low, high, _winner, _deciding)
        else:
            self.exact = False
            now = self.probe.scorer.base.answered.get(self.question)
            if isinstance(now, Decimal) and low < now < high:
                left = right = now
            elif tired or halvings == MOST_HALVINGS:
                return [Stretch(low, high, first.winner)]
            else:
                left = right = self._halfway(low, high)
                halvings += 1
        return [*self._follow(low, left, halvings), *self._follow(right, high, halvings)]

    def _certain(self, low: Decimal, high: Decimal) -> bool:
        """Return whether one strategy wins from one value to another, wherever costs are of which it is not known that
        they keep to one side of a bound."""
        first, last = self._at(low), self._at(high)
        if self.question not in LINEAR or first.winner != last.winner:
            return False
        if any(entry.hidden for entry, _, _ in self._breaks(low, high)):
            return False
        kept = [(fact, bound) for fact, bound in first.bounds if _keeps_side(first, last, fact, bound)]
        sides = frozenset((fact, bound, first.past(fact, bound)) for fact, bound in kept)
        return self.probe.possible(first.spot, sides) == {first.winner}

    def _middle_break(self, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal] | None:
        """Return the neighbouring values on both sides of the breakpoint in the middle, or None without one that could
        matter: those that show in what costs are made of do not where that is the same on both sides of all."""
        first, last = self._at(low), self._at(high)
        same = all(first.structure(name) == last.structure(name) for name in first.costs)
        inside = [(left, right) for entry, left, right in self._breaks(low, high) if entry.hidden or not same]
        return inside[len(inside) // 2] if inside else None

    def _breaks(self, low: Decimal, high: Decimal) -> list[tuple[Break, Decimal, Decimal]]:
        """Return the breakpoints of costs between two values, each with its neighbours on the grid."""
        found = []
        for entry in self._all_breaks:
            left, right = (self.grid(entry.at, rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING))
            if left == right:
                left, right = (left, left + self.step) if entry.after else (left - self.step, left)
            if low <= left and right <= high:
                found.append((entry, left, right))
        return found

    @cached_property
    def _all_breaks(self) -> tuple[Break, ...]:
        assert self.probe.priced is not None
        return cost_breaks(self.probe.priced, self.question)

    def _change(
        self,
        low: Decimal,
        high: Decimal,
        kind: Callable[[Outcome], object],
        amounts: Callable[[Outcome, Outcome], tuple[Decimal, Decimal] | None],
    ) -> tuple[Decimal, Decimal]:
        """Return two neighbours between which outcomes become of another kind than they are at `low`.

        False position on amounts of opposite signs at the two ends, in the Illinois form: an end that stays put a
        second time counts half. Every fourth step, and where there are no such amounts, the stretch is halved.
        """
        weights, moved, turn = [Decimal(1), Decimal(1)], -1, 0
        while high - low > self.step:
            turn += 1
            ends = amounts(self._at(low), self._at(high)) if turn % 4 else None
            if ends is None:
                guess = self._halfway(low, high)
            else:
                left, right = (abs(end) * weight for end, weight in zip(ends, weights, strict=True))
                guess = self._between(low, high, low + (high - low) * left / (left + right))
            side = int(kind(self._at(guess)) == kind(self._at(low)))
            weights = [weight / 2 if place == side == moved else Decimal(1) for place, weight in enumerate(weights)]
            moved = side
            low, high = (guess, high) if side else (low, guess)
        return low, high

    def _halfway(self, low: Decimal, high: Decimal) -> Decimal:
        least = max(low, Decimal(1))
        middle = (least * high).sqrt() if low >= 0 and high / least >= _FAR else (low + high) / 2
        return self._between(low, high, middle)

    def _between(self, low: Decimal, high: Decimal, value: Decimal) -> Decimal:
        """Return a value of the grid strictly between two others, as near to the wanted one as there is."""
        return min(max(self.grid(value, ROUND_FLOOR), low + self.step), high - self.step)


def _joined(found: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in found:
        if joined and joined[-1].strategy == stretch.strategy:
            joined[-1] = Stretch(joined[-1].low, stretch.high, stretch.strategy)
        else:
            joined.append(stretch)
    return joined


def _winner(outcome: Outcome) -> str:
    return outcome.winner


def _choice(outcome: Outcome) -> object:
    return outcome.choice


def _keeps_side(first: Outcome, last: Outcome, fact: str, bound: Bound) -> bool:
    """Return whether a fact lies on the same side of a bound at both ends and all the way between them, which linear
    costs do where they are made of the same lines at both ends and no minimum bends them."""
    past = first.past(fact, bound)
    if past != last.past(fact, bound) or first.structure(fact) != last.structure(fact) or first.has_floor(fact):
        return False
    if not past:
        return True
    here, there = first.excess(fact, bound), last.excess(fact, bound)
    if here is None or there is None:
        return False
    return len(here) == 1 or any(left > 0 and right > 0 for left, right in zip(here, there, strict=True))


def _deciding(first: Outcome, last: Outcome) -> tuple[Decimal, Decimal] | None:
    """Return by how much, at both ends, the first fact that changes sides is past its bound."""
    for fact, bound in first.bounds:
        if first.past(fact, bound) == last.past(fact, bound):
            continue
        here, there = first.excess(fact, bound), last.excess(fact, bound)
        if here is None or there is None:
            continue
        left, right = max(here), max(there)
        if left != right and min(left, right) <= 0 <= max(left, right):
            return left, right
    return None


def _rivals(first: Outcome, last: Outcome) -> tuple[Decimal, Decimal] | None:
    """Return by how much, at both ends, what is chosen at the first costs more than what is chosen at the last."""
    for here, there in zip(first.choice, last.choice, strict=True):
        if here == there or here is None or there is None:
            continue
        ends = [outcome.horizon_usd(here) - outcome.horizon_usd(there) for outcome in (first, last)]
        if min(ends) <= 0 <= max(ends) and ends[0] != ends[1]:
            return ends[0], ends[1]
    return None
