"""Free text in markdown: everything is escaped on output unless it is `Markdown`, which only our own code makes."""

from __future__ import annotations

import re
from typing import Any, Final

_REPLACED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}


class Markdown(str):
    """Text that is markdown already and is printed as it is."""

    __slots__ = ()


def escape(text: str) -> Markdown:
    """Return free text as markdown that shows just this text: no structure, no HTML, no links, one line."""
    one_line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    escaped = "".join(_REPLACED.get(character, character) for character in one_line)
    return Markdown(_escape_punctuation(escaped))


def _escape_punctuation(text: str) -> str:
    """Escape what markdown could read as structure, and break what it could read as a link or a mention."""
    text = re.sub(r"([\\`*{}\[\]|~#])", r"\\\1", text)
    text = re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\_", text)
    text = re.sub(r"^([+\-=])", r"\\\1", text)
    text = re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", text)
    return text.replace("://", ":&#47;&#47;").replace("@", "&#64;").replace("www.", "www&#46;")


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


def finish(value: Any) -> Any:
    """Escape what a template prints, unless it is markdown or a number."""
    return value if isinstance(value, Markdown | int) else escape(str(value))
