"""Bars to both sides of a line: what speaks for and against, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from advisor.charts.frame import LEFT, RIGHT, SMALL, Words, closed, opened
from advisor.charts.lettering import fitted, width_of
from advisor.charts.scale import Linear, nice_step
from advisor.charts.svg import Canvas

ROW: Final = 32
THICK: Final = 16
START: Final = 400
"""Where the bars may begin: what lies left of it are names and texts."""


@dataclass(frozen=True)
class Item:
    """One contribution, with its name and a short text."""

    name: str
    text: str
    value: int


@dataclass(frozen=True)
class DivergingChart:
    """Contributions that add up to a total; `sides` are the headings above what is negative and what is positive."""

    words: Words
    sides: tuple[str, str]
    items: tuple[Item, ...]
    total: Item


def diverging_chart(chart: DivergingChart) -> str:
    """Return the SVG text of a chart of contributions."""
    canvas, top = opened(chart.words)
    scale = _scale([*(item.value for item in chart.items), chart.total.value])
    zero, first = scale(0), top + 44
    bottom = first + ROW * len(chart.items)
    end = bottom + 8 + ROW
    _sides(canvas, chart.sides, zero, first - 18)
    for number, item in enumerate(chart.items):
        css = "gain" if item.value > 0 else "loss"
        _row(canvas, item, first + ROW * number, scale, css)
    canvas.line("axis", LEFT, bottom, RIGHT, bottom)
    _row(canvas, chart.total, bottom + 10, scale, "ink", bold=True)
    canvas.line("pen", zero, first - 8, zero, end - 6)
    return closed(canvas, end - 4, chart.words.notes)


def _scale(values: Sequence[int]) -> Linear:
    """Return a scale that holds all values, with room beside each for its number."""
    lowest, highest = min(0, *values), max(0, *values)
    step = nice_step(max(highest - lowest, 1), 9)
    low, high = step * (lowest // step), step * -(-max(highest, lowest + 1) // step)
    left = START + (34 if low < 0 else 8)
    return Linear(low, high, left, RIGHT - 40)


def _sides(canvas: Canvas, sides: tuple[str, str], zero: float, y: float) -> None:
    left, right = sides
    if left:
        room = zero - LEFT - 16
        canvas.text(zero - 8, y, fitted(left, room, SMALL), SMALL, "muted", "end")
    shown = fitted(right, RIGHT - zero - 8, SMALL)
    canvas.text(min(zero + 8, RIGHT - width_of(shown, SMALL)), y, shown, SMALL, "muted")


def _row(canvas: Canvas, item: Item, y: float, scale: Linear, css: str, *, bold: bool = False) -> None:
    zero, end = scale(0), scale(item.value)
    room = START - LEFT - 14
    middle = y + 5 if item.text else y + 12
    canvas.text(LEFT, middle, fitted(item.name, room, 12, bold=True), 12, "ink", bold=True)
    if item.text:
        canvas.text(LEFT, y + 19, fitted(item.text, room, SMALL), SMALL, "muted")
    if item.value:
        canvas.rect(css, min(zero, end), y, abs(end - zero), THICK)
    number = f"+{item.value}" if item.value > 0 else f"−{-item.value}" if item.value < 0 else "0"
    side = "end" if item.value < 0 else "start"
    canvas.text(end - 6 if item.value < 0 else end + 6, y + 13, number, 12, "ink halo", side, bold=bold)
