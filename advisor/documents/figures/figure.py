"""A figure of the document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A chart of one assessment. `name` is the stem of its file, `alt` its conclusion in one sentence, `svg` the text
    of the file. `mermaid` is the body of a code block, None for what mermaid cannot draw; most viewers draw it without
    a legend, which `legend` gives in words."""

    name: str
    title: str
    alt: str
    svg: str
    mermaid: str | None = None
    legend: str | None = None
