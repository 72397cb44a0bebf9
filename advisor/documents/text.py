"""Free text in markdown: everything is escaped on output unless it is `Markdown`, which only our own code makes."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any, Final

from advisor.printable import visible

_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "@": "&#64;"}
_ALWAYS: Final = re.compile(r"[\\`*{}\[\]|~#&<>$@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


class Markdown(str):
    """Text that is markdown already and is printed as it is."""

    __slots__ = ()


def escape(text: str) -> Markdown:
    """Return free text as markdown that shows just this text: no structure, no HTML, no links, one line."""
    escaped = _ALWAYS.sub(lambda match: _HTML.get(match[0], f"\\{match[0]}"), visible(text))
    escaped = re.sub(r"^([+\-=])", r"\\\1", escaped)
    escaped = re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", escaped)
    return Markdown(escaped.replace("://", ":&#47;&#47;").replace("www.", "www&#46;"))


def unescaped(text: str) -> str:
    """Return markdown that holds escaped text and no structure as that text, for a terminal."""
    return html.unescape(re.sub(r"\\([^\w\s])", r"\1", text))


def in_html(text: str) -> Markdown:
    """Return free text for the inside of an HTML element, where markdown is not read: a fold's summary."""
    return Markdown("".join(_HTML.get(character, character) for character in visible(text)))


def code(text: str) -> Markdown:
    """Return an identifier in code style; backticks and bars cannot end it."""
    clean = "".join(character for character in text if character.isprintable() and character not in "`|")
    return Markdown(f"`{clean}`")


def cell(text: str) -> Markdown:
    """Return markdown of our own for a table cell: no bars, no line breaks."""
    return Markdown(" ".join(text.split()).replace("|", "\\|"))


def link(title: str, url: str | None) -> Markdown:
    """Return a link with an escaped title, or the title alone."""
    if not url or not re.fullmatch(r"https?://[^\s()<>\"|]+", url):
        return escape(title)
    return Markdown(f"[{escape(title)}]({url})")


class NoText(TypeError):
    """What a template prints is neither a text nor a number."""


def finish(value: Any) -> Any:
    """Escape what a template prints, unless it is markdown or a number; raises NoText for anything else."""
    if isinstance(value, Markdown | int | float | Decimal):
        return value
    if not isinstance(value, str):
        raise NoText(f"a {type(value).__name__} is no text: print what it holds")
    return escape(value)
