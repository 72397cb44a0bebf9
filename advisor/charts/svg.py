"""Writing SVG: one element a line, coordinates to one decimal, text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from advisor.charts.style import rules

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class Canvas:
    """Collects the elements of one chart. `chart` is its id, letters and hyphens, and the scope of its styles."""

    def __init__(self, chart: str, title: str, desc: str) -> None:
        self.chart = chart
        self._title, self._desc = title, desc
        self._elements: list[str] = []
        self._classes: set[str] = set()

    def add(self, name: str, css: str = "", **attributes: float | str) -> None:
        """Add an element without content; an underscore in an attribute's name stands for a hyphen."""
        self._classes.update(css.split())
        self._elements.append(f"<{name}{_attributes(css, attributes)}/>")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 12,
        css: str = "ink",
        anchor: str = "start",
        *,
        bold: bool = False,
    ) -> None:
        """Add a line of text whose base line starts, has its middle or ends at a point."""
        attributes: dict[str, float | str] = {"x": x, "y": y, "font_size": size}
        if anchor != "start":
            attributes["text_anchor"] = anchor
        css = f"{css} bold" if bold else css
        self._classes.update(css.split())
        start = _attributes(css, attributes)
        self._elements.append(f"<text{start}>{escape(words)}</text>")

    def path(
        self, css: str, points: Iterable[tuple[float, float]], *, closed: bool = False, **more: float | str
    ) -> None:
        """Add straight lines from point to point."""
        places = " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)
        self.add("polygon" if closed else "polyline", css, points=places, **more)

    def line(self, css: str, x1: float, y1: float, x2: float, y2: float, **more: float | str) -> None:
        """Add a straight line."""
        self.add("line", css, x1=x1, y1=y1, x2=x2, y2=y2, **more)

    def rect(self, css: str, x: float, y: float, width: float, height: float, **more: float | str) -> None:
        """Add a rectangle."""
        self.add("rect", css, x=x, y=y, width=width, height=height, **more)

    def hatch(self, css: str) -> str:
        """Define slanting strokes in a colour and return the fill that paints them."""
        name = f"{self.chart}-hatch-{css}"
        size = 'width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
        define = [
            f'<pattern id="{name}" {size}>',
            f'<line class="{css}" x1="1" y1="0" x2="1" y2="6" stroke-width="2"/>',
            "</pattern>",
        ]
        if define[0] not in self._elements:
            self._elements += define
            self._classes.add(css)
        return f"url(#{name})"

    def finished(self, width: float, height: float) -> str:
        """Return the file. It has a view box and no size of its own, so that a page decides how wide it is."""
        size = f"{coordinate(width)} {coordinate(height)}"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{self.chart}" viewBox="0 0 {size}" role="img" '
            f'aria-labelledby="{self.chart}-title {self.chart}-desc">'
        )
        lines = [
            head,
            f'<title id="{self.chart}-title">{escape(self._title)}</title>',
            f'<desc id="{self.chart}-desc">{escape(self._desc)}</desc>',
            "<style>",
            *rules(self.chart, self._classes | {"paper"}),
            "</style>",
            f'<rect class="paper" x="0" y="0" width="{coordinate(width)}" height="{coordinate(height)}"/>',
            *self._elements,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Return a text for XML: special characters as entities, what cannot be printed as a space, one line."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(_ESCAPES.get(letter, letter) for letter in " ".join(plain.split()))


def coordinate(value: float) -> str:
    """Return a coordinate with at most one decimal, never a negative zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _attributes(css: str, attributes: dict[str, float | str]) -> str:
    parts = [f' class="{css}"'] if css else []
    for name, value in attributes.items():
        shown = escape(value) if isinstance(value, str) else coordinate(value)
        parts.append(f' {name.replace("_", "-")}="{shown}"')
    return "".join(parts)
