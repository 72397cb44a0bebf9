"""Flips and the next question as the JSON contracts have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from advisor import contract
from advisor.changes.flips import Flip
from advisor.changes.next_question import NextQuestion
from advisor.conditions import Range


def flips_json(flips: Iterable[Flip]) -> tuple[contract.Flip, ...]:
    """Return what each answer does to the recommendation."""
    return tuple(_flip(flip) for flip in flips)


def next_question_json(found: NextQuestion | None) -> contract.NextQuestion | None:
    """Return the question to ask next."""
    return None if found is None else contract.NextQuestion(found.answer, found.why, found.chance_of_change)


def _flip(flip: Flip) -> contract.Flip:
    now = (flip.now.low, flip.now.high) if isinstance(flip.now, Range) else flip.now
    intervals = tuple(
        contract.FlipInterval(interval.low, interval.high, _name(interval.strategy)) for interval in flip.closed
    )
    nearest = None
    if flip.nearest is not None:
        nearest = contract.FlipNearest(flip.nearest.value, _name(flip.nearest.strategy))
    return contract.Flip(flip.answer, now, intervals, nearest, flip.exact)


def _name(strategy: str) -> contract.Strategy:
    return cast("contract.Strategy", strategy)
