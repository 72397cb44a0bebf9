"""Flips in words: the values of an interval as a reader would say them, with their unit."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from advisor.changes.axis import STEP
from advisor.changes.flips import Flip, FlipInterval, Point, values_of
from advisor.conditions import Range
from advisor.questions import Question
from advisor.wording import either, number, say

_PLAIN: Final = 6
"""Digits up to which an end is printed as it is; one that was searched for has more and is printed with four."""


def say_interval(interval: FlipInterval, question: Question) -> str:
    """Return the values of an interval: `below 1,000 requests a day`, `at least 3 runs`, `weekly or daily`."""
    if question.domain.kind != "number":
        return either([say(value) for value in _run(interval, values_of(question.domain))])
    low, high, domain = interval.low, interval.high, question.domain
    from_low, to_high = low is None or low == domain.low, high is None or high == domain.high
    if isinstance(low, Decimal) and low == high:
        return with_unit(_quantity(low, question), low, question)
    words: list[str] = []
    last = Decimal(0)
    if isinstance(low, Decimal) and not from_low:
        words.append(_lower(low, question))
        last = low
    if isinstance(high, Decimal) and not to_high:
        words.append(_upper(high, question))
        last = high
    return with_unit(" and ".join(words), last, question) if words else "any value"


def _run(interval: FlipInterval, values: tuple[Point, ...]) -> tuple[Point, ...]:
    return values[values.index(interval.low) : values.index(interval.high) + 1]


def _lower(low: Decimal, question: Question) -> str:
    before = low if question.domain.integer else low - STEP
    if min(_digits(before), _digits(low)) > _PLAIN:
        return f"above about {_quantity(_short(low), question)}"
    if _digits(before) < _digits(low):
        return f"above {_quantity(before, question)}"
    return f"at least {_quantity(low, question)}"


def _upper(high: Decimal, question: Question) -> str:
    after = high if question.domain.integer else high + STEP
    if min(_digits(after), _digits(high)) > _PLAIN:
        return f"below about {_quantity(_short(high), question)}"
    if _digits(after) < _digits(high):
        return f"below {_quantity(after, question)}"
    return f"at most {_quantity(high, question)}"


def _digits(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def say_end(value: Decimal, question: Question) -> str:
    """Return where one interval ends and the next begins, as it is printed, without its unit."""
    return _quantity(value, question) if _digits(value) <= _PLAIN else f"about {_quantity(_short(value), question)}"


def _short(value: Decimal) -> Decimal:
    """Return a value with four digits."""
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 3), ROUND_HALF_EVEN)


def say_now(flip: Flip, question: Question) -> str:
    """Return the answer as it is, without its unit."""
    if isinstance(flip.now, Range):
        return f"{_quantity(flip.now.low, question)} to {_quantity(flip.now.high, question)}"
    return _quantity(flip.now, question) if isinstance(flip.now, Decimal) else say(flip.now)


def changes_of(flip: Flip, question: Question, now: str) -> tuple[tuple[str, str], ...]:
    """Return what the nearest change is: values in words, each with the strategy that wins there, if any does.

    Of a number these are the values on which the nearest other strategy wins; of choices all that lead elsewhere.
    """
    others = [interval for interval in flip.intervals if interval.strategy != now]
    if question.domain.kind == "number":
        nearest = flip.nearest.value if flip.nearest else None
        return tuple((say_interval(entry, question), entry.strategy) for entry in others if _holds(entry, nearest))
    words: dict[str, list[str]] = {}
    for entry in others:
        words.setdefault(entry.strategy, []).extend(say(value) for value in _run(entry, values_of(question.domain)))
    return tuple((either(values), strategy) for strategy, values in words.items())


def _holds(interval: FlipInterval, value: Point | None) -> bool:
    low, high = interval.low, interval.high
    return isinstance(value, Decimal) and (
        (not isinstance(low, Decimal) or low <= value) and (not isinstance(high, Decimal) or value <= high)
    )


def nearest_first(flips: Iterable[Flip]) -> list[Flip]:
    """Return the flips that change the recommendation, the nearest first."""
    found = [(away, flip) for flip in flips if (away := distance(flip)) is not None]
    return [flip for _, flip in sorted(found, key=lambda entry: entry[0])]


_CHOICE: Final = Decimal("0.5")
_FOUND_OUT: Final = {"small_model_tried": Decimal("0.3"), "prompting_tried": Decimal("0.4"), "failing": Decimal("0.4")}
"""Answers that trials change, and so more readily than what the task is."""


def distance(flip: Flip) -> Decimal | None:
    """Return how far the nearest change is, None without one: for numbers the step as a share of the larger of both
    values, for others a half, so that a number that has to double stands beside another choice; less where a trial
    may bring the change."""
    if flip.nearest is None:
        return None
    value, now = flip.nearest.value, flip.now
    if isinstance(now, Range) and isinstance(value, Decimal):
        now = min(max(value, now.low), now.high)
    if not isinstance(value, Decimal) or not isinstance(now, Decimal):
        return _FOUND_OUT.get(flip.answer, _CHOICE)
    larger = max(abs(value), abs(now))
    return abs(value - now) / larger if larger else Decimal(0)


def _quantity(value: Decimal, question: Question) -> str:
    unit = question.unit or ""
    if unit.startswith("share"):
        return number((value * 100).normalize()) + " %"
    return f"USD {number(value)}" if unit.startswith("USD") else number(value)


def with_unit(words: str, value: Decimal, question: Question) -> str:
    """Return words for a number with the unit of its question, in the singular for one."""
    unit = (question.unit or "").removeprefix("share").removeprefix("USD").strip()
    if value == 1 and not (question.unit or "").startswith(("share", "USD")):
        head, space, rest = unit.partition(" a ") if " a " in unit else (unit, "", "")
        unit = head.removesuffix("s") + space + rest
    return f"{words} {unit}".strip()
