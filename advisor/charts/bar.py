"""Stacked bars from left to right: what each total is made of, and what of it is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from statistics import median
from typing import Final

from advisor.charts.frame import LEFT, RIGHT, SMALL, Words, closed, legend, opened
from advisor.charts.lettering import fitted, width_of
from advisor.charts.scale import Linear, ceiling, short
from advisor.charts.svg import Canvas

ROW: Final = 42
THICK: Final = 18
START: Final = 256
"""Where the bars begin: what lies left of it are their names."""

END: Final = 640
TAIL: Final = 64
"""How far a broken bar reaches beyond the scale."""

OPEN: Final = 34
"""How long the open end of a bar is whose total is not known."""

DWARFS: Final = 10
"""A bar this many times the usual one is broken, so that the others can be read ..."""

WHOLE: Final = 8
"""... and those up to this many times the usual one are drawn whole."""


_TICKS: Final = 6


@dataclass(frozen=True)
class Bar:
    """One total with its parts, in their order. `remark` stands below its name, `note` below its `total`, which is in
    words. `known` is False where there is more than the parts show; with no parts nothing of it is known."""

    name: str
    remark: str
    parts: tuple[float, ...]
    total: str
    note: str = ""
    known: bool = True
    strong: bool = False

    @property
    def length(self) -> float:
        return sum(self.parts)


@dataclass(frozen=True)
class BarChart:
    """Stacked bars, and what their parts are called."""

    words: Words
    unit: str
    parts: tuple[str, ...]
    bars: tuple[Bar, ...]


def bar_chart(chart: BarChart) -> str:
    """Return the SVG text of a bar chart."""
    canvas, top = opened(chart.words)
    y = legend(canvas, top + 16, chart.parts, lambda number, x, y: _piece(canvas, number, x, y, 14, 12))
    limit = whole_up_to(chart.bars)
    room = END - START - (OPEN if any(not bar.known for bar in chart.bars) else 0)
    room -= TAIL if any(bar.length > limit for bar in chart.bars) else 0
    scale = Linear(0, ceiling(limit, _TICKS), START, START + room)
    first = y + 40
    bottom = first + ROW * len(chart.bars)
    ticks = {scale(tick): f"{chart.unit} {short(tick)}" for tick in scale.ticks(_TICKS)}
    widest = max(width_of(words, SMALL) for words in ticks.values())
    apart = (max(ticks) - min(ticks)) / max(len(ticks) - 1, 1)
    every = ceil((widest + 6) / apart) if apart else 1
    for place, words in list(ticks.items())[::every]:
        canvas.line("grid", place, first - 10, place, bottom - 12)
        canvas.text(place, first - 16, words, SMALL, "muted", "middle")
    for number, bar in enumerate(chart.bars):
        _row(canvas, bar, first + ROW * number, scale, limit)
    canvas.line("axis", START, first - 10, START, bottom - 12)
    return closed(canvas, bottom - 12, [*chart.words.notes, *_notes(chart.bars, limit)])


def _notes(bars: tuple[Bar, ...], limit: float) -> Iterator[str]:
    if any(bar.length > limit for bar in bars):
        yield "A cut bar is too long for the scale: both of its ends are to scale, its middle is left out."
    if any(not bar.known for bar in bars):
        yield "An open, hatched end stands for what has no price; its length means nothing."


def _row(canvas: Canvas, bar: Bar, y: float, scale: Linear, limit: float) -> None:
    if bar.strong:
        canvas.rect("ink", LEFT - 10, y - 3, 3, 26)
    room = START - LEFT - 12
    canvas.text(START - 12, y + 7, fitted(bar.name, room, 12, bold=bar.strong), 12, "ink", "end", bold=bar.strong)
    canvas.text(START - 12, y + 21, fitted(bar.remark, room, SMALL), SMALL, "muted", "end")
    end = _whole(canvas, bar, y, scale) if bar.length <= limit else _broken(canvas, bar, y, scale)
    if not bar.known:
        canvas.rect("edge", end, y, OPEN, THICK, fill=canvas.hatch("faint"))
        canvas.line("faint", end, y, end + OPEN, y, stroke_dasharray="3 3")
        canvas.line("faint", end, y + THICK, end + OPEN, y + THICK, stroke_dasharray="3 3")
        end += OPEN
    beside = RIGHT - end - 10
    middle = y + 7 if bar.note else y + THICK / 2 + 4
    canvas.text(end + 10, middle, fitted(bar.total, beside, 12, bold=bar.strong), 12, "ink", bold=bar.strong)
    if bar.note:
        canvas.text(end + 10, y + 21, fitted(bar.note, beside, SMALL), SMALL, "muted")


def _piece(canvas: Canvas, part: int, x: float, y: float, width: float, height: float) -> None:
    """Draw a piece of a bar, a little apart from the next, and not so thin that it is lost; the last kind is hatched as
    well, so that colour is not all that tells them apart."""
    shown = width - 1 if width > 3 else max(width, 1.0)
    canvas.rect(f"part{part}", x, y, shown, height)
    if part == 2:
        canvas.rect("", x, y, shown, height, fill=canvas.hatch("edge"))


def _whole(canvas: Canvas, bar: Bar, y: float, scale: Linear) -> float:
    """Draw a bar to scale and return where it ends."""
    for part, until in enumerate(accumulate(bar.parts)):
        start = scale(until - bar.parts[part])
        if bar.parts[part] > 0:
            _piece(canvas, part, start, y, scale(until) - start, THICK)
    return scale(bar.length)


def _broken(canvas: Canvas, bar: Bar, y: float, scale: Linear) -> float:
    """Draw both ends of a bar to scale, with a cut where its middle is left out, and return where it ends."""
    cut, end = scale.end + TAIL / 2, scale.end + TAIL
    unit = (scale.end - scale.start) / scale.high
    shift = bar.length * unit - (end - scale.start)
    for part, until in enumerate(accumulate(bar.parts)):
        left, right = scale(until - bar.parts[part]), scale(until)
        for low, high in ((left, min(right, cut)), (max(left - shift, cut), right - shift)):
            if high > low:
                _piece(canvas, part, low, y, high - low, THICK)
    slant = [(cut - 1, y - 3), (cut + 7, y - 3), (cut + 1, y + THICK + 3), (cut - 7, y + THICK + 3)]
    canvas.path("paper", slant, closed=True)
    for x in (cut - 4, cut + 4):
        canvas.line("pen", x + 3, y - 4, x - 3, y + THICK + 4, stroke_width=1.5)
    return end


def whole_up_to(bars: tuple[Bar, ...]) -> float:
    """Return the longest bar that is drawn whole; one that dwarfs the usual bar is broken instead. The usual bar is the
    strong one where it is shorter than the middle one, unless most of the others would have to be broken for it."""
    lengths = sorted(bar.length for bar in bars if bar.length > 0)
    if not lengths:
        return 1.0
    middle = float(median(lengths))
    strong = min((bar.length for bar in bars if bar.strong and bar.length > 0), default=middle)
    whole = [length for length in lengths if length <= WHOLE * strong]
    usual = strong if strong < middle and 2 * len(whole) > len(lengths) else middle
    if lengths[-1] <= DWARFS * usual:
        return lengths[-1]
    return max(length for length in lengths if length <= WHOLE * usual)
