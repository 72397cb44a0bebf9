"""Lines of styled text for a terminal: wrapped and cut by columns, with ASCII marks where the locale has no UTF-8."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from advisor.printable import printable

Line = list[tuple[str, str]]
"""Fragments of one line, each with the name of a style class."""

CURSOR: Final = ("[SetCursorPosition]", "")
"""Marks where the cursor of the terminal stands, which screen readers and magnifiers follow."""


class Marks(NamedTuple):
    """The marks that a screen uses; none of them is the only carrier of a meaning."""

    cursor: str
    on: str
    off: str
    more: str
    rule: str
    bar: str


UNICODE: Final = Marks("›", "[x]", "[ ]", "…", "─", "│")
ASCII: Final = Marks(">", "[x]", "[ ]", "...", "-", "|")

_IN_ASCII: Final = str.maketrans({
    "…": "...", "–": "-", "—": "-", "·": "-", "≥": ">=", "≤": "<=", "≠": "!=", "×": "x", "’": "'", "“": '"', "”": '"',
    "─": "-", "│": "|", "›": ">", "↑": "^", "↓": "v",
})  # fmt: skip


def ascii_only(text: str) -> str:
    """Return a text that any terminal can show; what has no likeness in ASCII becomes a question mark."""
    return text.translate(_IN_ASCII).encode("ascii", "replace").decode()


def width_of(text: str) -> int:
    """Return the columns that a text takes."""
    return sum(map(get_cwidth, text))


def cut(text: str, width: int, more: str = "…") -> str:
    """Return a text on at most `width` columns, with a mark where something is left out."""
    text = printable(text)
    if width_of(text) <= width:
        return text
    kept, room = "", max(0, width - len(more))
    for character in text:
        if width_of(kept) + get_cwidth(character) > room:
            break
        kept += character
    return kept.rstrip() + more[: max(0, width)]


def wrapped(text: str, width: int, style: str = "", indent: str = "") -> list[Line]:
    """Return a text on lines of at most `width` columns, broken between words, or within one that is too long."""
    lines: list[str] = []
    now = ""
    for word in map(printable, text.split()):
        while width_of(word) > width - len(indent):
            lines += [now] if now else []
            now = ""
            head = _head(word, max(1, width - len(indent)))
            lines.append(head)
            word = word[len(head) :]
        joined = f"{now} {word}" if now else word
        if width_of(joined) > width - len(indent):
            lines.append(now)
            joined = word
        now = joined
    return [[(style, indent + line)] for line in [*lines, *([now] if now else [])]]


def _head(word: str, width: int) -> str:
    """Return the beginning of a word that fits, at least one character of it."""
    for end in range(len(word), 1, -1):
        if width_of(word[:end]) <= width:
            return word[:end]
    return word[:1]


def window(count: int, make: Callable[[int], Line], cursor: int, room: int, more: str) -> list[Line]:
    """Return the rows around a cursor that fit, with a line for what is above and below them; `make` makes the row of
    an index, and is called for those that are shown."""
    if count <= room:
        return [make(index) for index in range(count)]
    room = max(3, room)
    if cursor < room - 2:
        top, end = 0, room - 1
    elif cursor > count - room + 1:
        top, end = count - room + 1, count
    else:
        top = cursor - (room - 2) // 2
        end = top + room - 2
    above: list[Line] = [[("class:muted", f"  {more} more above")]] if top else []
    below: list[Line] = [[("class:muted", f"  {more} more below")]] if end < count else []
    return [*above, *(make(index) for index in range(top, end)), *below]


def fragments(lines: Iterable[Line], unicode: bool) -> StyleAndTextTuples:
    """Return lines as one run of fragments, as a terminal control takes them."""
    found: StyleAndTextTuples = []
    for place, line in enumerate(lines):
        if place:
            found.append(("", "\n"))
        found += [(style, text if unicode else ascii_only(text)) for style, text in line]
    return found
