"""Room for words without measuring them: widths by the letter, shortened and wrapped text, labels pushed apart.

Widths are those of DejaVu Sans, one of the widest fonts that a system may bring, so that what fits here fits elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

BOLD: Final = 1.12
"""How much wider bold letters are."""

NARROWEST: Final = 0.3
"""The width of the narrowest letters, as a share of the font size."""

_WORDS: Final = re.compile(r"(?:USD )?\S+")
"""What a line is not broken within."""

ASCENT: Final = 0.8
DESCENT: Final = 0.24

_GROUPS: Final = {
    0.30: "ijlIJ'| .,·",
    0.36: "fr:;/\\-!–",
    0.42: 't()[]{}"`°',
    0.53: "cszk_",
    0.60: "vxyaeoLTFY?*",
    0.64: "bdghnpqu0123456789ESPZ$",
    0.70: "ABCKRVX",
    0.78: "DGHNOQU#&",
    0.86: "wM+−=<>~^≈→←≤≥×…–",
    1.00: "mW@%—▲▼◆■●",
}
_WIDTHS: Final = {letter: width for width, letters in _GROUPS.items() for letter in letters}


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a text is at a font size, rather too much than too little."""
    letters = unicodedata.normalize("NFD", text)
    ems = sum(0 if unicodedata.combining(letter) else _WIDTHS.get(letter, 1.0) for letter in letters)
    return ems * size * (BOLD if bold else 1)


def fitted(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return a text, cut off with an ellipsis where it is wider than there is room."""
    if width_of(text, size, bold=bold) <= width:
        return text
    kept = text[: int(width / (NARROWEST * size)) + 1]
    while kept and width_of(kept + "…", size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, width: float, size: float, most: int) -> list[str]:
    """Return a text in at most so many lines; what does not fit is cut off with an ellipsis."""
    words, lines = _WORDS.findall(text), list[str]()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and width_of(" ".join(words[: count + 1]), size) <= width:
            count += 1
        lines.append(fitted(" ".join(words[:count]), width, size))
        words = words[count:]
    return [*lines, fitted(" ".join(words), width, size)] if words else lines


class Box(NamedTuple):
    """The room that a label takes."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom


def box_of(x: float, y: float, text: str, size: float, *, anchor: str = "start", bold: bool = False) -> Box:
    """Return the room of a line of text whose base line starts, has its middle or ends at a point."""
    width = width_of(text, size, bold=bold)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - ASCENT * size, left + width, y + DESCENT * size)


def pushed_apart(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Return the middles of labels, each as near to where it is wanted as the others and both ends allow.

    The order of the wanted places is kept; where there is not room enough, labels run over the upper end.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    placed = [0.0] * len(wanted)
    edge = low
    for index in order:
        placed[index] = max(wanted[index], edge + heights[index] / 2)
        edge = placed[index] + heights[index] / 2
    edge = high
    for index in reversed(order):
        placed[index] = min(placed[index], edge - heights[index] / 2)
        edge = placed[index] - heights[index] / 2
    return placed


def freest(places: Sequence[Box], taken: Sequence[Box], points: Sequence[tuple[float, float]], room: Box) -> Box:
    """Return the place that lies in the room, meets the fewest other labels and covers the fewest points of lines; the
    earlier of two alike, and the nearer one where it covers only a few points more."""

    def trouble(entry: tuple[int, Box]) -> float:
        number, box = entry
        covered = sum(box.holds(x, y) for x, y in points)
        return 10000 * (not box.inside(room)) + 1000 * sum(box.meets(other) for other in taken) + covered + number / 10

    return min(enumerate(places), key=trouble)[1]
