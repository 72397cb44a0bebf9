"""The fingerprint at the end of a document: what it was made from, what it says, and what the calendar will say of it.

It is JSON in an HTML comment. With it `advise check` sees that nothing changed, or what did, without the old inputs.
This module is imported before anything else is, so it and what it imports need the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Literal, NamedTuple, get_args

FORMAT: Final = 2
"""Counts the changes to what this program makes of the same inputs; documents of another format are made anew."""

BUILT_IN: Final = ("madr", "design-doc", "brief")
"""The templates of our own; another is named by its path from the folder of the document."""

Form = Literal["md", "html"]
"""What a document is: markdown, or one page of HTML that holds everything."""

Chart = Literal["svg", "mermaid", "none"]
"""How charts are printed: as pictures beside the document, as blocks that a viewer draws, or not at all."""

_BEGIN: Final = "\n<!-- advise fingerprint\n"
_END: Final = "\n-->\n"
_FRONT: Final = re.compile(r"---\n(?:.*\n)*?---\n")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
_AMOUNT: Final = re.compile(r"[0-9]{1,40}\.[0-9]{2}")
_HIDDEN: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


class Inputs(NamedTuple):
    """Digests of the files that a document was made from, and the version of the token prices."""

    answers: str
    rules: str
    prices: str
    token_prices: str
    templates: str


class Style(NamedTuple):
    """How a document is written: its form, its template (a built-in name, or a path from its folder), its charts."""

    form: Form = "md"
    template: str = BUILT_IN[0]
    chart: Chart = "svg"


class Parts(NamedTuple):
    """Digests of the answers, rules and price rows of a document by their names, so that what changed can be named."""

    answers: dict[str, str]
    rules: dict[str, str]
    prices: dict[str, str]


class Versions(NamedTuple):
    """What documents print of their inputs' versions: it changes with every edit, whether or not that matters."""

    rules: str
    rules_digest: str
    prices_digest: str
    token_prices: str

    def printed(self) -> tuple[str, ...]:
        """Return the texts in which a document names its versions."""
        return self.rules, self.rules_digest, self.prices_digest, f"genai-prices {self.token_prices}"


class Headline(NamedTuple):
    """What a document recommends and what that costs: `usd` over `months`, labour included, to the cent; a lower bound
    where it is not `complete`."""

    strategy: str
    name: str
    months: int
    usd: str
    complete: bool


class Due(NamedTuple):
    """A warning that the calendar brings: from the day `since` on, `text` holds."""

    since: str
    code: str
    text: str


class Fingerprint(NamedTuple):
    """What a document was made from and says. Days are written YYYY-MM-DD; `as_of_given` is whether the day of prices
    came from the command line, and not from the answers or the clock. `pictures` are digests of the pictures beside
    the document, by name."""

    format: int
    style: Style
    as_of: str
    as_of_given: bool
    review_by: str
    headline: Headline
    inputs: Inputs
    versions: Versions
    parts: Parts
    pictures: dict[str, str]
    calendar: tuple[Due, ...]


def digest(parts: Iterable[bytes]) -> str:
    """Return a digest of parts in their order; how lines end does not count."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.replace(b"\r\n", b"\n")
        whole.update(b"%d:" % len(data))
        whole.update(data)
    return whole.hexdigest()[:16]


def parted(text: str) -> tuple[str, str]:
    """Return the front matter of a document, which belongs to its readers, and the rest; either may be empty."""
    front = _FRONT.match(text)
    return (front[0], text[front.end() :]) if front else ("", text)


def without_front(text: str) -> str:
    """Return a document without its front matter."""
    return parted(text)[1]


def with_front_of(standing: str, text: str) -> str:
    """Return a text with the front matter of the document that stands in its place, if that has one."""
    front, (mine, rest) = parted(standing)[0], parted(text)
    return front + rest if front and mine else text


def sealed(text: str, fingerprint: Fingerprint) -> str:
    """Return a document with its fingerprint under it, and a digest of both; the front matter does not count."""
    body = _body(fingerprint)
    entries = [f'  "{key}": {_json(value)}' for key, value in (*body.items(), ("digest", _digest(text, body)))]
    return text + _BEGIN + "{\n" + ",\n".join(entries) + "\n}" + _END


def opened(document: str) -> tuple[str, Fingerprint | None, bool]:
    """Return the text of a document, its fingerprint if it has one, and whether both are as they were written."""
    document = document.replace("\r\n", "\n")
    text, begin, rest = document.rpartition(_BEGIN)
    if not begin:
        return document, None, False
    try:
        found = json.loads(rest.removesuffix(_END))
        written = found.pop("digest")
        fingerprint = Fingerprint(
            **{
                **found,
                "style": Style(**found["style"]),
                "headline": Headline(**found["headline"]),
                "inputs": Inputs(**found["inputs"]),
                "versions": Versions(**found["versions"]),
                "parts": Parts(**found["parts"]),
                "calendar": tuple(Due(**due) for due in found["calendar"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return text, None, False
    if not _sound(fingerprint):
        return text, None, False
    return text, fingerprint, rest.endswith(_END) and _digest(text, found) == written


def _sound(fingerprint: Fingerprint) -> bool:
    """Return whether a fingerprint that was read holds what one can hold; texts that get printed are one line."""
    headline, days = fingerprint.headline, (fingerprint.as_of, fingerprint.review_by)
    texts = [headline.strategy, headline.name, headline.usd, *days, *fingerprint.inputs, *fingerprint.versions]
    texts += [text for due in fingerprint.calendar for text in due]
    texts += [text for part in (*fingerprint.parts, fingerprint.pictures) for pair in part.items() for text in pair]
    texts += fingerprint.style
    numbers = (fingerprint.format, headline.months)
    return (
        all(isinstance(text, str) and text.isprintable() for text in texts)
        and all(isinstance(number, int) for number in numbers)
        and all(_is_day(day) for day in days)
        and _AMOUNT.fullmatch(headline.usd) is not None
        and all(_NAME.fullmatch(name) for name in fingerprint.pictures)
        and fingerprint.style.form in get_args(Form)
        and fingerprint.style.chart in get_args(Chart)
    )


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return day.isoformat() == text and 2000 <= day.year <= 2100


def _digest(text: str, body: dict[str, Any]) -> str:
    return digest((without_front(text).encode("utf-8", "surrogatepass"), json.dumps(body, sort_keys=True).encode()))


def _body(fingerprint: Fingerprint) -> dict[str, Any]:
    return {
        **fingerprint._asdict(),
        "style": fingerprint.style._asdict(),
        "headline": fingerprint.headline._asdict(),
        "inputs": fingerprint.inputs._asdict(),
        "versions": fingerprint.versions._asdict(),
        "parts": fingerprint.parts._asdict(),
        "calendar": [due._asdict() for due in fingerprint.calendar],
    }


def _json(value: Any) -> str:
    """Return JSON that cannot end the comment it stands in, the entries of a list and of long groups on a line each."""
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(_json(item) for item in value) + "\n  ]"
    if isinstance(value, dict) and any(isinstance(item, dict) for item in value.values()):
        entries = (f"{json.dumps(key)}: {_json(item)}" for key, item in value.items())
        return "{\n    " + ",\n    ".join(entries) + "\n  }"
    text = json.dumps(value)
    return "".join(_HIDDEN.get(character, character) for character in text)
