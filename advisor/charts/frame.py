"""What every chart has in common: its size, its heading, what it says in a sentence or two, and notes below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from advisor.charts.lettering import fitted, width_of, wrapped
from advisor.charts.svg import Canvas

WIDTH: Final = 860
LEFT: Final = 20
RIGHT: Final = WIDTH - 20
SMALL: Final = 11


@dataclass(frozen=True)
class Words:
    """What a chart says in words. `desc` is the conclusion in one sentence, for those who do not see the chart; it is
    printed below the title. `notes` stand at the foot."""

    chart: str
    title: str
    desc: str
    notes: tuple[str, ...] = ()


def opened(words: Words) -> tuple[Canvas, float]:
    """Return a canvas with its heading, and where the chart can begin."""
    canvas = Canvas(words.chart, words.title, words.desc)
    canvas.text(LEFT, 30, fitted(words.title, RIGHT - LEFT, 16, bold=True), 16, bold=True)
    lines = wrapped(words.desc, RIGHT - LEFT, 12, 2)
    for number, line in enumerate(lines):
        canvas.text(LEFT, 50 + 17 * number, line, 12, "muted")
    return canvas, 44 + 17 * len(lines)


def closed(canvas: Canvas, bottom: float, notes: Sequence[str]) -> str:
    """Return the file, with the notes below the chart."""
    lines = [line for note in notes for line in wrapped(note, RIGHT - LEFT, SMALL, 2)]
    for number, line in enumerate(lines):
        canvas.text(LEFT, bottom + 16 + 15 * number, line, SMALL, "muted")
    return canvas.finished(WIDTH, bottom + (15 * len(lines) + 18 if lines else 8))


def legend(canvas: Canvas, y: float, names: Sequence[str], swatch: Callable[[int, float, float], None]) -> float:
    """Draw swatches with their names from left to right, and return the base line of the last row; `swatch` draws the
    one of a number in 14 by 12 units from a corner on."""
    x: float = LEFT
    for number, name in enumerate(names):
        shown = fitted(name, 300, 12)
        if x > LEFT and x + 20 + width_of(shown, 12) > RIGHT:
            x, y = LEFT, y + 20
        swatch(number, x, y - 10)
        canvas.text(x + 20, y, shown, 12)
        x += 20 + width_of(shown, 12) + 22
    return y
