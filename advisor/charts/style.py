"""Colours and fonts: two palettes, told apart by the reader's system, every rule held inside one chart by its id."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple


class Palette(NamedTuple):
    """Colours of one theme. `series` are told apart by readers who see colours differently, too; `parts` are the pieces
    of a stacked bar; `gain` and `loss` the two directions of a diverging bar."""

    paper: str
    ink: str
    muted: str
    axis: str
    grid: str
    series: tuple[str, ...]
    parts: tuple[str, ...]
    gain: str
    loss: str


LIGHT: Final = Palette(
    paper="#ffffff",
    ink="#1c2430",
    muted="#566070",
    axis="#7d8794",
    grid="#e4e8ee",
    series=("#1a4fc4", "#12855f", "#8a2c0a", "#bb2f9f", "#414a5a", "#8a6f00"),
    parts=("#17406d", "#4a8fd0", "#8a6f00"),
    gain="#12855f",
    loss="#b23a12",
)
DARK: Final = Palette(
    paper="#0d1117",
    ink="#e8edf3",
    muted="#a5afbc",
    axis="#77818e",
    grid="#262d37",
    series=("#5b9cf0", "#4fe0ae", "#f0764f", "#e3c9ff", "#9aa3ae", "#f2b632"),
    parts=("#d5e3f5", "#4a8fd8", "#f2b632"),
    gain="#4fe0ae",
    loss="#f0764f",
)

FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

DASHES: Final = ("8 4", "2 3", "12 4 2 4", "5 3", "1.5 4", "10 3 2 3 2 3")
"""The dash pattern of each series, so that lines are told apart without colour."""


_SHAPES: Final = {
    "bold": "font-weight: 600;",
    "line": "fill: none; stroke-linejoin: round;",
    "halo": "paint-order: stroke; stroke-width: 4px; stroke-linejoin: round;",
}


def rules(scope: str, used: Collection[str]) -> Iterator[str]:
    """Yield the lines of a chart's style sheet, as far as its classes are used; `scope` is the id of its root, under
    which every rule stands."""
    yield f"#{scope} text {{ font-family: {FONT}; }}"
    yield from (f"#{scope} .{name} {{ {shape} }}" for name, shape in _SHAPES.items() if name in used)
    yield from _colours(scope, LIGHT, used)
    yield "@media (prefers-color-scheme: dark) {"
    yield from _colours(scope, DARK, used)
    yield "}"


def _colours(scope: str, palette: Palette, used: Collection[str]) -> Iterator[str]:
    fills = {
        "paper": palette.paper,
        "ink": palette.ink,
        "muted": palette.muted,
        "gain": palette.gain,
        "loss": palette.loss,
    }
    fills |= {f"fill{number}": colour for number, colour in enumerate(palette.series)}
    fills |= {f"part{number}": colour for number, colour in enumerate(palette.parts)}
    strokes = {
        "halo": palette.paper,
        "edge": palette.paper,
        "axis": palette.axis,
        "grid": palette.grid,
        "pen": palette.ink,
    }
    strokes |= {"faint": palette.muted}
    strokes |= {f"line{number}": colour for number, colour in enumerate(palette.series)}
    for kind, colours in (("fill", fills), ("stroke", strokes)):
        yield from (f"#{scope} .{name} {{ {kind}: {colour}; }}" for name, colour in colours.items() if name in used)
