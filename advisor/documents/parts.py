"""The parts of a view: texts and tables that templates print. `Markdown` is printed as it is, `str` is escaped."""

from typing import NamedTuple

from advisor.documents.text import Markdown


class Row(NamedTuple):
    """A row of a table."""

    cells: tuple[Markdown, ...]


class Table(NamedTuple):
    """A table: heads, one letter of alignment (l or r) each, and rows."""

    heads: tuple[str, ...]
    align: str
    rows: tuple[Row, ...]


class ReasonView(NamedTuple):
    """A reason: signed points, text, rule id and source."""

    points: Markdown
    because: Markdown
    rule: Markdown
    source: Markdown


class RuledOutView(NamedTuple):
    """A strategy that is not open: its score in words, and every reason why."""

    name: str
    standing: Markdown
    because: tuple[Markdown, ...]


class LinesView(NamedTuple):
    """The lines of one plan, and the total that they add up to."""

    name: str
    table: Table
    total: str


class BreakEvenView(NamedTuple):
    """A break-even, worked with the numbers put in."""

    name: str
    versus: str
    steps: tuple[Markdown, ...]
    verdict: Markdown


class MistakeView(NamedTuple):
    """A mistake that applies."""

    title: str
    severity: str
    committed_by: str
    because: Markdown
    avoid: Markdown
    at_stake: str | None
    source: Markdown


class StepView(NamedTuple):
    """A step of the roadmap."""

    step: Markdown
    why: Markdown
    exit_criterion: Markdown
    cost: str | None
    label: str
    source: Markdown
