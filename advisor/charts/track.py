"""Tracks: for each of several quantities its domain, cut into intervals, with marks where it is now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from advisor.charts.frame import LEFT, RIGHT, SMALL, Words, closed, legend, opened
from advisor.charts.lettering import Box, fitted, width_of
from advisor.charts.svg import Canvas

THICK: Final = 18
START: Final = 256
END: Final = RIGHT


@dataclass(frozen=True)
class Interval:
    """A part of a track, between two shares of its length, and the number of the legend's entry that holds there."""

    low: float
    high: float
    entry: int


@dataclass(frozen=True)
class Label:
    """Words under a track, at a share of its length; `spare` ones are left out where there is no room beside others."""

    at: float
    text: str
    spare: bool = False


@dataclass(frozen=True)
class Track:
    """One quantity. `now` is a place, or the two ends of a range; `opens` says at which ends, left and right, the
    domain goes on beyond what is drawn."""

    name: str
    remark: str
    intervals: tuple[Interval, ...]
    labels: tuple[Label, ...]
    now: tuple[float, ...]
    opens: tuple[bool, bool] = (False, False)
    log: bool = False


@dataclass(frozen=True)
class TrackChart:
    """Tracks under a legend: each entry is a name and the number of its colour."""

    words: Words
    entries: tuple[tuple[str, int], ...]
    tracks: tuple[Track, ...]


def track_chart(chart: TrackChart) -> str:
    """Return the SVG text of a chart of tracks."""
    canvas, top = opened(chart.words)

    def swatch(number: int, x: float, y: float) -> None:
        canvas.rect(f"fill{chart.entries[number][1]}", x, y, 14, 12)
        canvas.text(x + 7, y + 10, letter(number), SMALL, "paper", "middle", bold=True)

    y = legend(canvas, top + 16, [name for name, _ in chart.entries], swatch) + 32
    for track in chart.tracks:
        y += _track(canvas, chart, track, y)
    return closed(canvas, y - 8, [*chart.words.notes, *_notes(chart.tracks)])


def _notes(tracks: tuple[Track, ...]) -> Iterator[str]:
    if any(any(track.opens) for track in tracks):
        yield "At a pointed end the numbers go on beyond what is drawn."
    logarithmic = [track.name for track in tracks if track.log]
    if logarithmic:
        yield f"On a logarithmic scale: {', '.join(logarithmic)}."


def letter(number: int) -> str:
    """Return the letter that stands for an entry of a legend."""
    return chr(ord("A") + number)


def _place(share: float) -> float:
    return START + share * (END - START)


def _track(canvas: Canvas, chart: TrackChart, track: Track, y: float) -> float:
    """Draw a track and return how high it is, with its labels."""
    room = START - LEFT - 16
    canvas.text(START - 16, y + 7, fitted(track.name, room, 12, bold=True), 12, "ink", "end", bold=True)
    canvas.text(START - 16, y + 21, fitted(track.remark, room, SMALL), SMALL, "muted", "end")
    for number, interval in enumerate(track.intervals):
        _interval(canvas, chart, interval, y)
        if number:
            x = _place(interval.low)
            canvas.line("pen", x, y - 2, x, y + THICK + 4, stroke_width=1.5)
    for side, x, way in zip(track.opens, (START, END), (-1, 1), strict=True):
        if side:
            _notch(canvas, x, way, y)
    _now(canvas, track, y)
    return THICK + 16 + 14 * _labels(canvas, track, y + THICK + 14)


def _notch(canvas: Canvas, x: float, way: int, y: float) -> None:
    """Draw that a track goes on: its corners are cut to a point."""
    for edge in (y, y + THICK):
        beyond = -1 if edge == y else 1
        points = [(x + way, edge + beyond), (x - way * 8, edge + beyond), (x + way, y + THICK / 2)]
        canvas.path("paper", points, closed=True)


def _interval(canvas: Canvas, chart: TrackChart, interval: Interval, y: float) -> None:
    name, series = chart.entries[interval.entry]
    left, right = _place(interval.low), _place(interval.high)
    canvas.rect(f"fill{series}", left, y, right - left, THICK)
    for words in (f"{letter(interval.entry)}  {name}", letter(interval.entry)):
        if width_of(words, SMALL, bold=True) <= right - left - 14:
            canvas.text((left + right) / 2, y + 13, words, SMALL, "paper", "middle", bold=True)
            break


def _now(canvas: Canvas, track: Track, y: float) -> None:
    """Mark where the quantity is: a pin, or a bracket over a range."""
    places = [_place(share) for share in track.now]
    for x in places:
        canvas.path("ink edge", [(x - 6, y - 11), (x + 6, y - 11), (x, y + 1)], closed=True)
    if len(places) == 2:
        canvas.line("pen", places[0], y - 10, places[1], y - 10, stroke_width=2)


def _labels(canvas: Canvas, track: Track, y: float) -> int:
    """Write the labels below a track in as few rows as they need, and return how many."""
    rows: list[list[Box]] = []
    for label in sorted(track.labels, key=lambda label: label.spare):
        words = fitted(label.text, END - START, SMALL)
        half = width_of(words, SMALL) / 2
        middle = min(max(_place(label.at), START + half), END - half)
        room = Box(middle - half - 4, 0, middle + half + 4, 1)
        number = next((n for n, row in enumerate(rows) if not any(room.meets(other) for other in row)), len(rows))
        if label.spare and number:
            continue
        if number == len(rows):
            rows.append([])
        rows[number].append(room)
        canvas.text(middle, y + 14 * number, words, SMALL, "muted", "middle")
    return len(rows)
