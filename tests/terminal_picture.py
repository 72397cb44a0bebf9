"""A picture of what stands in a terminal: one SVG element for each run of characters that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

WIDE: Final = 8.4
HIGH: Final = 19
EDGE: Final = 16

_COLOURS: Final = {
    "default": "#d7dce2", "cyan": "#5cc8d7", "green": "#7fce8a", "red": "#ff8a80", "brightblack": "#939ca7",
}  # fmt: skip
_BLOCKS: Final = "▏▎▍▌▋▊▉█"
_PAPER: Final = "#14181d"


class Run(NamedTuple):
    """Characters that look alike, from a column on."""

    column: int
    text: str
    colour: str
    bold: bool


def picture(rows: list[list[Run]], columns: int, title: str) -> str:
    """Return the SVG text of a terminal's rows."""
    width, height = columns * WIDE + 2 * EDGE, len(rows) * HIGH + 2 * EDGE
    words = "\n".join("".join(run.text for run in row).rstrip() for row in rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f"aria-label={quoteattr(title)}>",
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(words)}</desc>",
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{_PAPER}"/>',
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" '
        'xml:space="preserve">',
    ]
    for index, row in enumerate(rows):
        lines += [_text(run, index) for run in row if run.text.strip()]
    return "\n".join([*lines, "</g>", "</svg>"]) + "\n"


def _text(run: Run, row: int) -> str:
    text = run.text.rstrip()
    lead = len(text) - len(text.lstrip())
    x, y = EDGE + (run.column + lead) * WIDE, EDGE + row * HIGH + 14
    if not text.strip().strip(_BLOCKS):
        wide = sum(_BLOCKS.index(block) + 1 for block in text.strip()) / 8 * WIDE
        return f'<rect x="{x:.1f}" y="{y - 12}" width="{wide:.1f}" height="{HIGH - 5}" fill="{_COLOURS[run.colour]}"/>'
    weight = ' font-weight="bold"' if run.bold else ""
    return (
        f'<text x="{x:.1f}" y="{y}" textLength="{(len(text) - lead) * WIDE:.1f}" '
        f'fill="{_COLOURS[run.colour]}"{weight}>{escape(text.strip())}</text>'
    )


def runs(buffer: Any, row: int, columns: int) -> Iterator[Run]:
    """Yield the runs of one row of an emulator's buffer, gaps of two columns parting them."""
    cells = [buffer[row][column] for column in range(columns)]
    column = 0
    for (colour, bold), group in groupby(cells, key=lambda cell: (cell.fg, cell.bold)):
        text = "".join(cell.data for cell in group)
        start = 0
        for part in _parts(text):
            yield Run(column + start, part, colour, bold)
            start += len(part)
        column += len(text)


def _parts(text: str) -> Iterator[str]:
    """Yield a text in parts that end where a gap of two spaces begins a new column."""
    start = 0
    while (gap := text.find("  ", start)) >= 0 and text[gap:].strip():
        end = gap
        while text[end] == " ":
            end += 1
        yield text[start:end]
        start = end
    yield text[start:]
