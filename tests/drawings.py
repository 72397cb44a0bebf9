"""The texts of a drawn chart, read back from its SVG, with the room that each is taken to need."""

from __future__ import annotations

import itertools
from typing import NamedTuple
from xml.etree import ElementTree

from advisor.charts.lettering import Box, box_of

SPARE = 0.15
"""Coordinates are rounded to one decimal."""


class Written(NamedTuple):
    """A line of text and its room."""

    text: str
    box: Box


def labels(svg: str) -> list[Written]:
    """Return the texts of a chart that show anything."""
    found = []
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        text = element.text or ""
        x, y, size = (float(element.attrib[name]) for name in ("x", "y", "font-size"))
        anchor, bold = element.get("text-anchor", "start"), "bold" in element.attrib["class"].split()
        if text:
            found.append(Written(text, box_of(x, y, text, size, anchor=anchor, bold=bold)))
    return found


def outside(svg: str) -> list[str]:
    """Return the texts that leave the page."""
    root = ElementTree.fromstring(svg)
    left, top, width, height = (float(part) for part in root.attrib["viewBox"].split())
    page = Box(left - SPARE, top - SPARE, width + SPARE, height + SPARE)
    return [label.text for label in labels(svg) if not label.box.inside(page)]


def meeting(svg: str) -> list[tuple[str, str]]:
    """Return the pairs of texts that overlap."""
    rooms = [(text, Box(box.left + SPARE, box.top + 1, box.right - SPARE, box.bottom - 1)) for text, box in labels(svg)]
    return [(one, other) for (one, a), (other, b) in itertools.combinations(rooms, 2) if a.meets(b)]
