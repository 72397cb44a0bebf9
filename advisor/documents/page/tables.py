"""Tables of a page: numbers stand right, the row that is set in bold is marked, wide tables scroll by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from markdown_it.token import Token

_RIGHT: Final = "text-align:right"
_MAY_BE_WIDE: Final = 3
_SHORT: Final = 20
_TEXTS: Final = frozenset(("text", "text_special", "code_inline"))


class Labels:
    """The names of the tables of one page, no two the same."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def label(self, place: str) -> str:
        """Return the name of the next table at a place."""
        self._counts[place] += 1
        count = self._counts[place]
        return f"{place}, table" if count == 1 else f"{place}, table {count}"


class Row(NamedTuple):
    """A row of a table: the token that opens it, and for each cell those that open it, hold it and close it."""

    opening: Token
    cells: list[Sequence[Token]]


def words_of(token: Token) -> str:
    """Return the words of an inline token as they are read, on one line."""
    parts = []
    for child in token.children or ():
        if child.type in _TEXTS:
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(words_of(child))
    return "".join(parts)


def mark(table: Sequence[Token]) -> int:
    """Mark the cells of a table for what they hold, in place, and return how many columns it has."""
    for token in table:
        token.block = token.type in ("table_open", "tr_close")
    rows = list(_rows(table))
    head, body = rows[0], rows[1:]
    table[0].attrs |= _columns(head, body)
    for opening, inline, closing in head.cells:
        if inline.content:
            opening.attrSet("scope", "col")
        else:
            opening.tag = closing.tag = "td"
    for opening, *_ in (cell for row in rows for cell in row.cells):
        if opening.attrGet("style") == _RIGHT:
            del opening.attrs["style"]
    firsts = [row.cells[0] for row in body]
    names = [inline.content for _, inline, _ in firsts]
    if len(set(names)) == len(names) and all(names):
        for opening, _, closing in firsts:
            opening.tag = closing.tag = "th"
            opening.attrSet("scope", "row")
    for row in body:
        if _is_bold(row.cells[0][1]):
            row.opening.attrSet("class", "pick")
    return len(head.cells)


def frame(columns: int, label: str) -> tuple[str, str]:
    """Return what stands before and after a table; one that may be wider than the page can be scrolled by keyboard."""
    if columns < _MAY_BE_WIDE:
        return '<div class="table">\n', "</div>\n"
    return f'<div class="table scroll" role="region" aria-label="{escape(label)}" tabindex="0">\n', "</div>\n"


def _rows(table: Sequence[Token]) -> Iterator[Row]:
    for at, token in enumerate(table):
        if token.type == "tr_open":
            row = Row(token, [])
        elif token.type in ("th_open", "td_open"):
            row.cells.append(table[at : at + 3])
        elif token.type == "tr_close":
            yield row


def _columns(head: Row, body: list[Row]) -> dict[str, str | int | float]:
    """Return the attribute of a table that says how its columns are set: `n2` if the second stands right, `k2` if what
    it holds is so short that it is kept on one line."""
    names = []
    for at, (opening, *_) in enumerate(head.cells):
        if opening.attrGet("style") == _RIGHT:
            names.append(f"n{at + 1}")
        if at and all(len(words_of(row.cells[at][1])) <= _SHORT for row in body):
            names.append(f"k{at + 1}")
    return {"class": " ".join(names)} if names else {}


def _is_bold(inline: Token) -> bool:
    kinds = [child.type for child in inline.children or () if child.type != "text" or child.content]
    return kinds[:1] == ["strong_open"] and kinds[-1:] == ["strong_close"] and kinds.count("strong_open") == 1
