"""Bars of block characters for a terminal: a name, a bar to an eighth of a column, an amount."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_FULL: Final = "█"
_ASCII: Final = "#"


class Bar(NamedTuple):
    """A quantity by name, with the words that stand behind its bar; None has no bar."""

    name: str
    quantity: Decimal | None
    words: str


def bars(entries: Sequence[Bar], width: int, *, unicode: bool = True) -> list[str]:
    """Return a line for each bar, at most `width` columns wide, the longest bar taking the room that is left.

    Anything above zero shows, however little it is.
    """
    words = max((len(entry.words) for entry in entries), default=0)
    names = min(max((len(entry.name) for entry in entries), default=0), max(8, width - words - 8))
    room = max(4, width - names - words - 4)
    most = max((entry.quantity or Decimal(0) for entry in entries), default=Decimal(0))
    lines = []
    for entry in entries:
        bar = _bar(entry.quantity, most, room, unicode)
        name = entry.name if len(entry.name) <= names else entry.name[: names - 1].rstrip() + ("…" if unicode else ".")
        lines.append(f"{name:<{names}}  {bar:<{room}}  {entry.words:>{words}}".rstrip())
    return lines


def _bar(quantity: Decimal | None, most: Decimal, room: int, unicode: bool) -> str:
    if quantity is None or quantity <= 0 or most <= 0:
        return ""
    parts = 8 if unicode else 1
    units = max(1, round(quantity / most * room * parts))
    full, rest = divmod(units, parts)
    return (_FULL if unicode else _ASCII) * full + (_EIGHTHS[rest] if rest else "")
