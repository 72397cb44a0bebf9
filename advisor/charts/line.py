"""Lines over months: each named where it ends, and the months marked from which one stays below another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from advisor.charts.frame import LEFT, RIGHT, SMALL, Words, closed, opened
from advisor.charts.lettering import Box, fitted, freest, pushed_apart, width_of
from advisor.charts.scale import Linear, Logarithmic, Scale, ceiling, clamp, short
from advisor.charts.style import DASHES
from advisor.charts.svg import Canvas

HEIGHT: Final = 270
GUTTER: Final = 236
"""Room at the right for the names of the lines."""

LINE: Final = 14
"""From one line of a label to the next."""

SPREAD: Final = 20
"""From which ratio of the lines' ends on the axis is logarithmic."""

NEAR: Final = 20
"""How far a label among the lines may stand from its point without a leader."""

WIDEST: Final = 420
"""How wide a label among the lines may be."""

_TICKS: Final = 6


@dataclass(frozen=True)
class Curve:
    """One line: its points are months since the start, and amounts. The first line of its label is its name. `strong`
    sets it apart from the others; `stops` says that it ends before they do; a `minor` one does not decide the scale."""

    label: tuple[str, ...]
    series: int
    points: tuple[tuple[float, float], ...]
    strong: bool = False
    stops: bool = False
    minor: bool = False

    @property
    def end(self) -> tuple[float, float]:
        return self.points[-1]


@dataclass(frozen=True)
class Crossing:
    """A place from which a line stays below another, with its label."""

    month: float
    amount: float
    label: str


@dataclass(frozen=True)
class LineChart:
    """Amounts in a unit at the ends of named months; the first curves are the ones that matter most."""

    words: Words
    unit: str
    months: tuple[str, ...]
    curves: tuple[Curve, ...]
    crossings: tuple[Crossing, ...]


class _Plot:
    """The area in which lines are drawn, with its scales."""

    def __init__(self, chart: LineChart, top: float) -> None:
        amounts = [amount for curve in chart.curves for _, amount in curve.points]
        self.log = logarithmic(chart.curves)
        self.top, self.bottom = top, top + HEIGHT
        self.left, self.right = 88.0, RIGHT - GUTTER
        highest = max(amounts) or 1.0
        self.y: Scale
        if self.log:
            lowest = min(curve.end[1] for curve in chart.curves if curve.end[1] > 0)
            first = min(amount for amount in amounts if amount > 0)
            self.y = Logarithmic(max(first, lowest / 30) * 0.9, highest * 1.1, self.bottom, self.top)
        else:
            self.y = Linear(0, ceiling(highest, _TICKS), self.bottom, self.top)
        self.x = Linear(0, len(chart.months), self.left, self.right)

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        amount = max(point[1], self.y.low) if isinstance(self.y, Logarithmic) else point[1]
        return self.x(point[0]), self.y(amount)

    def drawn(self, curve: Curve) -> list[tuple[float, float]]:
        """Return the places of a line; a logarithmic axis has none for what is nothing or below its start."""
        low = self.y.low if isinstance(self.y, Logarithmic) else float("-inf")
        return [self.place(point) for point in curve.points if point[1] >= low]


def logarithmic(curves: Iterable[Curve]) -> bool:
    """Return whether the lines that decide the scale end too far apart for a linear one."""
    ends = [curve.end[1] for curve in curves if not curve.stops and not curve.minor]
    return bool(ends) and min(ends) > 0 and max(ends) > SPREAD * min(ends)


def line_chart(chart: LineChart) -> str:
    """Return the SVG text of a line chart."""
    canvas, top = opened(chart.words)
    plot = _Plot(chart, top + 30)
    _axes(canvas, chart, plot)
    for curve in reversed(chart.curves):
        _curve(canvas, plot, curve)
    _names(canvas, plot, [curve for curve in chart.curves if not curve.stops])
    _labels(canvas, chart, plot)
    return closed(canvas, plot.bottom + 44, chart.words.notes)


def _axes(canvas: Canvas, chart: LineChart, plot: _Plot) -> None:
    scale = ", logarithmic scale" if plot.log else ""
    canvas.text(LEFT, plot.top - 14, f"{chart.unit}, cumulative{scale}", SMALL, "muted")
    for tick in plot.y.ticks(_TICKS if not plot.log else 8):
        y = plot.y(tick)
        canvas.line("grid", plot.left, y, plot.right, y)
        canvas.text(plot.left - 8, y + 4, f"{chart.unit} {short(tick)}", SMALL, "muted", "end")
    canvas.line("axis", plot.left, plot.bottom, plot.right, plot.bottom)
    step = (plot.right - plot.left) / len(chart.months)
    every = next(every for every in (1, 2, 3, 6, 12, 24) if every * step > width_of("2026-12", SMALL) + 8)
    for number, month in enumerate(chart.months, 1):
        labelled = number % every == 0 or len(chart.months) == 1
        canvas.line("axis", plot.x(number), plot.bottom, plot.x(number), plot.bottom + (6 if labelled else 3))
        if labelled:
            canvas.text(plot.x(number), plot.bottom + 19, month, SMALL, "muted", "middle")
    canvas.text(plot.left, plot.bottom + 19, "start", SMALL, "muted", "middle")
    canvas.text((plot.left + plot.right) / 2, plot.bottom + 38, "end of month", SMALL, "muted", "middle")


def _curve(canvas: Canvas, plot: _Plot, curve: Curve) -> None:
    css = f"line line{curve.series}"
    if curve.strong:
        canvas.path(css, plot.drawn(curve), stroke_width=3.5)
    else:
        canvas.path(css, plot.drawn(curve), stroke_width=2, stroke_dasharray=DASHES[curve.series])
    x, y = plot.place(curve.end)
    if curve.stops:
        canvas.line(css, x - 5, y - 5, x + 5, y + 5, stroke_width=2.5)
        canvas.line(css, x - 5, y + 5, x + 5, y - 5, stroke_width=2.5)
    else:
        canvas.add("circle", f"fill{curve.series} edge", cx=x, cy=y, r=5 if curve.strong else 3.5)


def _names(canvas: Canvas, plot: _Plot, curves: Sequence[Curve]) -> None:
    """Write each line's label where it ends, pushed apart, with a leader where it had to move."""
    wanted = [plot.place(curve.end)[1] for curve in curves]
    heights = [LINE * len(curve.label) + 5.0 for curve in curves]
    middles = pushed_apart(wanted, heights, plot.top - 34, plot.bottom + 8)
    x = plot.right + 26
    for curve, at, middle in zip(curves, wanted, middles, strict=True):
        moved = abs(middle - at) > 3
        points = (
            [(plot.right + 7, at), (x - 10, middle), (x - 4, middle)] if moved else [(plot.right + 7, at), (x - 4, at)]
        )
        canvas.path(f"line line{curve.series}", points, stroke_width=1)
        first = middle - LINE * (len(curve.label) - 1) / 2 + 4
        _label(canvas, x, first, curve)


def _label(canvas: Canvas, x: float, y: float, curve: Curve, css: str = "") -> None:
    for number, line in enumerate(curve.label):
        bold = number == 0 and curve.strong
        shown = fitted(line, GUTTER - 26, 12 if number == 0 else SMALL, bold=bold)
        style = ("ink" if number == 0 else "muted") + css
        canvas.text(x, y + LINE * number, shown, 12 if number == 0 else SMALL, style, bold=bold)


def _labels(canvas: Canvas, chart: LineChart, plot: _Plot) -> None:
    """Write what stands among the lines: from where one stays below another, and where one stops early."""
    marks = [(plot.place((mark.month, mark.amount)), mark.label) for mark in chart.crossings]
    stops = [curve for curve in chart.curves if curve.stops]
    for (x, y), _ in marks:
        canvas.line("faint", x, y, x, plot.bottom, stroke_dasharray="2 3")
    places = _free_places(chart, plot, [point for point, _ in marks], stops)
    for ((x, y), _), box in zip([*marks, *((plot.place(curve.end), "") for curve in stops)], places, strict=True):
        _leader(canvas, box, x, y)
    for ((x, y), words), box in zip(marks, places, strict=False):
        canvas.add("circle", "paper pen", cx=x, cy=y, r=5, stroke_width=2)
        canvas.rect("paper", box.left - 2, box.top, box.right - box.left + 4, box.bottom - box.top)
        canvas.text(box.left, box.top + SMALL, fitted(words, WIDEST, SMALL), SMALL)
    for curve, box in zip(stops, places[len(marks) :], strict=True):
        _label(canvas, box.left, box.top + SMALL, curve, " halo")


def _free_places(
    chart: LineChart, plot: _Plot, marks: Sequence[tuple[float, float]], stops: Sequence[Curve]
) -> list[Box]:
    """Return where the labels among the lines stand, so that they meet neither each other nor, if possible, a line."""
    lines = [plot.drawn(curve) for curve in chart.curves] + [[(x, y), (x, plot.bottom)] for x, y in marks]
    points = [point for line in lines for point in _along(line)]
    room = Box(plot.left + 2, plot.top - 4, plot.right - 4, plot.bottom - 2)
    taken = [Box(x - 6, y - 6, x + 6, y + 6) for x, y in marks]
    widths = [min(width_of(mark.label, SMALL), WIDEST) for mark in chart.crossings]
    sizes = [(x, y, width, SMALL + 3.0) for (x, y), width in zip(marks, widths, strict=True)]
    for curve in stops:
        width = min(max(width_of(line, 12) for line in curve.label), GUTTER - 26)
        sizes.append((*plot.place(curve.end), width, LINE * len(curve.label)))
    found: list[Box] = []
    for size in sizes:
        found.append(freest([*_around(*size, room)], [*taken, *found], points, room))
    return found


def _leader(canvas: Canvas, box: Box, x: float, y: float) -> None:
    """Join a label to its point where it had to go far from it."""
    near_x, near_y = clamp(x, box.left, box.right), clamp(y, box.top, box.bottom)
    if abs(near_x - x) + abs(near_y - y) > NEAR:
        canvas.line("faint", x, y + (7 if near_y > y else -7), near_x, near_y)


def _around(x: float, y: float, width: float, height: float, room: Box) -> Iterator[Box]:
    """Yield places for a label of a size round a point, the nearest first, none beyond the sides of the room."""
    for away in (10, 18, 30, 46, 66, 90, 120, 160, 200, 240):
        for wanted in (x + 8, x - width / 2, x - width - 8):
            left = clamp(wanted, room.left, room.right - width)
            for top in (y - away - height, y + away):
                yield Box(left, top, left + width, top + height)


def _along(points: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield places along a line, close enough that no label slips between them."""
    for (x1, y1), (x2, y2) in pairwise(points):
        steps = max(int(max(abs(x2 - x1), abs(y2 - y1)) / 5), 1)
        for number in range(steps + 1):
            yield x1 + (x2 - x1) * number / steps, y1 + (y2 - y1) * number / steps
