"""How values are said in plain words: numbers grouped, money as `USD 1,234.50`, shares as percentages."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from advisor.conditions import NotApplicable, Range, Test, Value
from advisor.derived import DERIVED, IN_MISTAKES, IN_ROADMAP, NEVER_PAYS_BACK
from advisor.plain_json import plain_number

CENT: Final = Decimal("0.01")

VERDICTS: Final = {"clear": "clear", "likely": "likely", "too_close": "too close to call"}
"""The verdicts as they are shown."""

NOT_ESTABLISHED: Final = "not established"

WIDTH: Final = 100
"""Columns of prose in a terminal."""

OPERATORS: Final[Mapping[str, str]] = {
    "eq": "=",
    "ne": "≠",
    "in": "in",
    "not_in": "not in",
    "lt": "<",
    "le": "≤",
    "gt": ">",
    "ge": "≥",
    "between": "between",
}
"""The operators of conditions as they are shown."""

_FORMS: Final = {fact.id: fact.form for fact in (*DERIVED, *IN_MISTAKES, *IN_ROADMAP)}


def cents(amount: Decimal) -> Decimal:
    """Return an amount as it is printed: rounded half-even to the cent, never a negative zero."""
    return amount.quantize(CENT, ROUND_HALF_EVEN) + 0


def usd(amount: Decimal | None) -> str:
    """Return `USD 1,234.50`, or that the amount is not established."""
    if amount is None:
        return NOT_ESTABLISHED
    rounded = cents(amount)
    return f"USD -{-rounded:,}" if rounded < 0 else f"USD {rounded:,}"


def amount(usd_or_none: Decimal | None) -> str:
    """Return an amount for a column whose head names the currency: `1,234.50`."""
    return bare(usd(usd_or_none))


def bare(words: str) -> str:
    """Return amounts in words for a column whose head names the currency."""
    return words.replace("USD ", "")


def usd_exact(amount: Decimal) -> str:
    """Return a unit price with as many decimals as it has, at least two."""
    text = number(amount)
    return f"USD {text}" if len(text.partition(".")[2]) >= 2 else usd(amount)


def usd_per_thousand(per_request: Decimal | None) -> str:
    """Return the price of 1,000 requests with up to four decimals, at least two."""
    if per_request is None:
        return NOT_ESTABLISHED
    rounded = (per_request * 1000).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    text = f"{rounded:,f}".rstrip("0")
    decimals = len(text.partition(".")[2])
    return "USD " + text + "0" * (2 - decimals) if decimals < 2 else "USD " + text


def number(value: Decimal) -> str:
    """Return a number with thousands grouped and no padding."""
    whole, point, decimals = plain_number(value).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{decimals}"


def tenths(value: Decimal) -> str:
    """Return a number with at most one decimal."""
    return number(value.quantize(Decimal("0.1"), ROUND_HALF_EVEN))


def percent(share: Decimal) -> str:
    """Return a share as a percentage with at most one decimal."""
    return tenths(share * 100) + " %"


def say(value: Value, form: str = "number") -> str:
    """Return any answer or fact in words."""
    if value is None:
        return "not answered"
    if isinstance(value, NotApplicable):
        return "not applicable"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, Range):
        return f"{say(value.low, form)} to {say(value.high, form)}"
    if isinstance(value, Decimal):
        return {"usd": usd, "share": percent, "tenths": tenths}.get(form, number)(value)
    return value


def say_fact(name: str, value: Value) -> str:
    """Return a fact in words, in the form that suits it."""
    if name == "tuning_break_even_month" and value == NEVER_PAYS_BACK:
        return "never"
    return say(value, _FORMS.get(name, "number"))


def say_test(test: Test) -> str:
    """Return a comparison in words: `queries_per_day ≥ 50,000`."""
    parts = test.constant if isinstance(test.constant, tuple) else (test.constant,)
    joined = (" and " if test.op == "between" else ", ").join(say_fact(test.fact, part) for part in parts)
    return f"{test.fact} {OPERATORS[test.op]} {joined}"


def say_distance(name: str, distance: Decimal) -> str:
    """Return how far a fact is from a threshold, in the form that suits it; shares in percentage points."""
    form = _FORMS.get(name, "number")
    if form == "share":
        return plural(tenths(distance * 100), "percentage point")
    return say(distance.quantize(Decimal("0.01")) if form == "number" else distance, form)


def fill(text: str, facts: Mapping[str, Value], extra: Mapping[str, str] | None = None) -> str:
    """Replace `{fact}` in a text of the pack by the fact in words; names are checked when the pack is loaded."""
    parts: list[str] = []
    for literal, name, _, _ in string.Formatter().parse(text):
        parts.append(literal)
        if name is not None:
            parts.append((extra or {}).get(name) or say_fact(name, facts.get(name)))
    return "".join(parts)


def flat(text: str) -> str:
    """Return text of a pack on one line."""
    return " ".join(text.split())


def plural(count: Any, one: str, many: str | None = None) -> str:
    """Return `1 rule` or `3 rules`."""
    return f"{count} {one if str(count) == '1' else many or one + 's'}"


def joined(names: Iterable[str], word: str = "and") -> str:
    """Return names joined by commas and a last word; nothing for none."""
    *before, last = [*names] or [""]
    return f"{', '.join(before)} {word} {last}" if before else last


def either(names: Iterable[str]) -> str:
    """Return names joined by commas and a last "or"; nothing for none."""
    return joined(names, "or")


def some(names: Sequence[str], most: int) -> str:
    """Return at most so many names and how many more there are: `a, b and 3 more`."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{rest}"
