"""The charts of a document, each as a picture beside it, as a mermaid block, or left out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from advisor.documents.sections.section import Printable
from advisor.documents.text import Markdown, escape
from advisor.fingerprint import Chart

if TYPE_CHECKING:
    from advisor.documents.figures.drawn import Figure


class Charts(Printable):
    """The charts: nothing where one is left out, by choice or for lack of anything to show."""

    def __init__(self, figures: Mapping[str, Figure], chart: Chart, folder: str) -> None:
        """`folder` is the name of the folder beside the document in which its pictures lie."""
        self._figures, self._chart, self._folder = figures, chart, folder

    @cached_property
    def cumulative_cost(self) -> Markdown | None:
        """Cumulative cost month by month, with the months in which one plan overtakes another."""
        return self._printed("cumulative-cost")

    @cached_property
    def cost_split(self) -> Markdown | None:
        """Cost over the horizon, split into build, run and maintain, of strategies and alternatives."""
        return self._printed("cost-split")

    @cached_property
    def points(self) -> Markdown | None:
        """What each reason contributes to the margin."""
        return self._printed("points")

    @cached_property
    def flips(self) -> Markdown | None:
        """The values of answers at which another strategy wins."""
        return self._printed("flips")

    def _printed(self, name: str) -> Markdown | None:
        figure = self._figures.get(name)
        if figure is None or self._chart == "none":
            return None
        if self._chart == "mermaid":
            block = f"```mermaid\n{figure.mermaid}\n```\n\n{escape(figure.legend or '')}"
            return Markdown(block) if figure.mermaid else None
        return self.link(figure)

    def link(self, figure: Figure) -> Markdown:
        """Return the picture of a figure as the document links it."""
        return Markdown(f"![{escape(figure.alt)}]({self.path(figure.name)})")

    def path(self, name: str) -> str:
        """Return the address of a picture from the document."""
        return quote(f"{self._folder}/{name}.svg")
