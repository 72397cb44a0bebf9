"""Replies to questions: what is accepted, and how JSON values and typed text become answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from advisor.conditions import Domain, Range, Value
from advisor.errors import InputError, Place, fail, nearest_name, one_line
from advisor.limits import MAX_SHOWN_DIGITS, MAX_TEXT
from advisor.plain_json import plain_number
from advisor.printable import visible
from advisor.questions import Question

_SUFFIXES: Final = {"k": Decimal(1_000), "m": Decimal(1_000_000), "b": Decimal(1_000_000_000)}
_DIGITS: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,3}(?:_[0-9]{3}){1,6}|[0-9]{1,20})"
_NUMBER: Final = re.compile(rf"([+-]?{_DIGITS}(?:\.[0-9]{{1,20}})?(?:e[+-]?[0-9]{{1,2}})?)([kmb]|\s?%|)", re.IGNORECASE)

_TO: Final = re.compile(r"(?<=[0-9kmb%])\s*(?:\.\.|-|–|to)\s*(?=[0-9.+-])", re.IGNORECASE)
"""What stands between the ends of a range."""

_TWO_WAYS: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
"""What is a thousand to some people and one to others."""


def accepted(question: Question, *, typed: bool = False) -> str:
    """Return in words what a question accepts, in a file or as it is typed."""
    domain = question.domain
    match question.kind:
        case "choice":
            return ", ".join(domain.values)
        case "bool":
            return "true, false"
        case "strategies" | "providers":
            return "a list of " + (", ".join(domain.values) or "provider ids")
        case "number":
            low = "" if domain.low is None else f" from {domain.low:,f}"
            high = "" if domain.high is None else f" to {domain.high:,f}"
            whole = "a whole number" if domain.integer else "a number"
            unit = f" ({question.unit})" if question.unit else ""
            percent = ", as 0.4 or 40%" if typed and _is_share(domain) else ""
            return f"{whole}{low}{high}{unit}{percent}, or a range {'low..high' if typed else '[low, high]'}"
        case "model":
            return "a model id of the price book, such as gpt-4o"
        case "notes":
            return 'an object of question ids and texts, such as {"queries_per_day": "from the gateway logs"}'
        case _:
            return f"text of at most {MAX_TEXT} characters"


def check_value(question: Question, raw: Any, place: Place) -> Value:
    """Turn a value of an answers file into an answer; raises InputError when the question does not accept it."""

    def wrong() -> InputError:
        return fail(
            f"{one_line(_shown(raw))} is not an answer to '{question.id}'.",
            place,
            accepted=accepted(question),
            nearest=nearest_name(raw, question.domain.values)
            if isinstance(raw, str) and question.kind == "choice"
            else None,
        )

    match question.kind:
        case "number":
            return _number_or_range(question, raw, place, wrong)
        case "bool":
            if isinstance(raw, bool):
                return raw
        case "choice":
            if isinstance(raw, str) and raw in question.domain.values:
                return raw
        case "strategies" | "providers":
            if isinstance(raw, list) and all(isinstance(item, str) for item in raw) and len(set(raw)) == len(raw):
                known = question.domain.values
                strange = [item for item in raw if known and item not in known]
                if strange:
                    raise fail(
                        f"'{one_line(strange[0])}' is not an answer to '{question.id}'.",
                        place,
                        accepted=accepted(question),
                        nearest=nearest_name(strange[0], known),
                    )
                return tuple(raw)
        case _:
            if isinstance(raw, str) and len(raw) <= MAX_TEXT and (raw.strip() or question.kind == "text"):
                if any("\ud800" <= character <= "\udfff" for character in raw):
                    raise fail(f"the answer to '{question.id}' is not valid text.", place, accepted="UTF-8")
                return raw
    raise wrong()


def _number_or_range(question: Question, raw: Any, place: Place, wrong: Callable[[], InputError]) -> Value:
    if isinstance(raw, list):
        if len(raw) != 2:
            raise wrong()
        low, high = (_number(question, end, place, wrong) for end in raw)
        if low > high:
            raise fail(
                f"the range of '{question.id}' is upside down: {low:f} is more than {high:f}.",
                place,
                accepted="[low, high] with low ≤ high",
            )
        return low if low == high else Range(low, high)
    return _number(question, raw, place, wrong)


def _number(question: Question, raw: Any, place: Place, wrong: Callable[[], InputError]) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise wrong()
    number = Decimal(str(raw))
    if not number.is_finite():
        raise wrong()
    domain = question.domain
    if (domain.low is not None and number < domain.low) or (domain.high is not None and number > domain.high):
        raise fail(
            f"{one_line(_shown(number))} is out of bounds for '{question.id}'.", place, accepted=accepted(question)
        )
    if domain.integer and number != number.to_integral_value():
        raise fail(
            f"{one_line(_shown(number))} is not a whole number, and '{question.id}' needs one.",
            place,
            accepted=accepted(question),
        )
    return number


def parse_text(question: Question, text: str, place: Place) -> Value:
    """Turn what a person typed (or gave to `--set`) into an answer.

    Numbers may be written 500k, 1.2M, 1_000, 1,000, 40%, and as a range 200..500, 200-500, 200 to 500 or [200, 500].
    """
    text = text.strip()

    def wrong() -> InputError:
        return fail(
            f"'{one_line(text)}' is not an answer to '{question.id}'.",
            place,
            accepted=accepted(question),
            nearest=nearest_name(text, question.domain.values),
        )

    match question.kind:
        case "number":
            bracketed = text.startswith("[") and text.endswith("]")
            parts = text[1:-1].split(",") if bracketed else _TO.split(text)
            numbers = [_parse_number(part, question.domain, place, wrong) for part in parts]
            return check_value(question, numbers if len(numbers) > 1 else numbers[0], place)
        case "bool":
            lower = text.lower()
            if lower in ("true", "yes", "y"):
                return True
            if lower in ("false", "no", "n"):
                return False
            raise wrong()
        case "strategies" | "providers":
            items = [item.strip().strip("\"'") for item in text.strip("[]").split(",") if item.strip()]
            return check_value(question, items, place)
        case "notes":
            raise wrong()
        case "text":
            return visible(str(check_value(question, text, place)))
        case _:
            return check_value(question, text, place)


def as_typed(raw: Any) -> str:
    """Return a value of a data file as a person would type it: a list in brackets."""
    return f"[{', '.join(map(str, raw))}]" if isinstance(raw, list) else str(raw)


def _parse_number(text: str, domain: Domain, place: Place, wrong: Callable[[], InputError]) -> Decimal:
    match = _NUMBER.fullmatch(text.strip())
    if not match or (match[2].endswith("%") and not _is_share(domain)):
        raise wrong()
    if _TWO_WAYS.fullmatch(text.strip()) and not _is_share(domain):
        whole, thousands = text.strip().partition(".")[0], text.strip().replace(".", ",")
        words = f"{whole} or {thousands}"
        raise fail(f"'{text.strip()}' can be read as {whole} and as {thousands}.", place, accepted=words)
    number = Decimal(match[1].replace("_", "").replace(",", ""))
    suffix = match[2].strip().lower()
    return number / 100 if suffix == "%" else number * _SUFFIXES.get(suffix, Decimal(1))


def _is_share(domain: Domain) -> bool:
    return domain.low is not None and domain.high is not None and domain.low >= -1 and domain.high <= 1


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, list | tuple):
        return "[" + ", ".join(_shown(item) for item in raw) + "]"
    if isinstance(raw, Mapping):
        return "an object"
    if isinstance(raw, Decimal):
        return plain_number(raw) if raw.is_finite() and raw.adjusted() < MAX_SHOWN_DIGITS else "this number"
    return "null" if raw is None else str(raw)
