"""What has to be different, in words: `queries_per_day is 20,000; 50,000 or more is needed: 30,000 more`."""

from __future__ import annotations

from decimal import Decimal

from advisor.conditions import NotApplicable, Range, Test, Value
from advisor.derived import NEVER_PAYS_BACK
from advisor.explain.near_misses import Need
from advisor.explain.regions import Interval, Region, distance
from advisor.explain.trials import Change, follows_from, is_cost
from advisor.wording import OPERATORS, either, say_distance, say_fact


def say_need(need: Need) -> str:
    """Return what a fact is, what it would have to be, how far that is, and what it follows from."""
    fact, value = need.fact, need.value
    known = f"is {say_fact(fact, value)}"
    if isinstance(value, NotApplicable):
        known = "does not apply"
    elif value is None and follows_from(fact):
        known = "is not known"
    throughout = " throughout" if isinstance(value, Range) else ""
    return f"{fact} {known}; {_needed(need)} is needed{throughout}{_gap(need)}{_origin(fact)}"


def say_change(change: Change) -> str:
    """Return a change that was tried."""
    return f"{change.name} = {say_fact(change.name, change.value)}"


def say_far(test: Test, value: Value) -> str:
    """Return how far a value is from the threshold of a comparison, or nothing where that cannot be said."""
    off = None if _never(test.fact, value) else distance(test, value)
    return "" if off is None else f", {say_distance(test.fact, off)} away"


def _never(fact: str, value: Value) -> bool:
    """Return whether a number stands for something that never happens, from which there is no distance."""
    return fact == "tuning_break_even_month" and value == NEVER_PAYS_BACK


def _needed(need: Need) -> str:
    region: Region = need.region
    if region.intervals:
        return " or ".join(_interval(need.fact, interval) for interval in region.intervals)
    if any(isinstance(value, tuple) for value in region.values):
        return " and ".join(
            ("one of " if (demand.test.op == "in") is demand.wanted else "none of ") + ", ".join(demand.test.constant)
            for demand in need.turning
        )
    if region.excluded and (not region.values or len(region.values) > len(region.excluded)):
        return f"anything but {either(region.excluded)}"
    return either(say_fact(need.fact, value) for value in region.values)


def _interval(fact: str, interval: Interval) -> str:
    low, high = (None if end is None else say_fact(fact, end) for end in (interval.low, interval.high))
    if low is None:
        return f"{high} or less" if interval.high_included else f"less than {high}"
    if high is None:
        return f"{low} or more" if interval.low_included else f"more than {low}"
    if interval.low_included and interval.high_included:
        return f"exactly {low}" if low == high else f"{low} to {high}"
    over, under = (
        OPERATORS["ge" if interval.low_included else "gt"],
        OPERATORS["le" if interval.high_included else "lt"],
    )
    return f"{over} {low} and {under} {high}"


def _gap(need: Need) -> str:
    value, gap = need.value, need.region.gap(need.value)
    if not isinstance(value, Decimal) or not gap or _never(need.fact, value):
        return ""
    nearest = need.region.nearest(value)
    upwards = isinstance(nearest, Decimal) and nearest > value
    reached = any(nearest in (interval.low, interval.high) for interval in need.region.intervals)
    return f": {'' if reached else 'more than '}{say_distance(need.fact, gap)} {'more' if upwards else 'less'}"


def _origin(fact: str) -> str:
    """Return from which answers a derived fact follows."""
    answers = follows_from(fact)
    if is_cost(fact):
        return f" (follows from the costs: {', '.join(answers)} and all that they read)"
    return f" (follows from {', '.join(answers)})" if answers else ""
