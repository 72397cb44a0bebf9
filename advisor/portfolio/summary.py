"""The summary of a batch: spend by recommendation, the largest savings, the mistakes that workloads share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from advisor import where
from advisor.documents.markdown import tidied
from advisor.documents.sections.parts import Row, Table
from advisor.documents.sections.section import Printable
from advisor.documents.templates import Template, printed
from advisor.documents.text import Markdown, cell, code, escape
from advisor.packs.pack import Pack
from advisor.portfolio.tally import Spend, Tally
from advisor.questions import STRATEGIES
from advisor.wording import VERDICTS, amount, percent, plural

TEMPLATE: Final = Template("summary", where.TEMPLATES / "portfolio" / "summary.md.j2")


@dataclass(frozen=True)
class Summed:
    """A batch that was decided: the name of its file, what it comes to, by which rules, and the day of which prices."""

    name: str
    tally: Tally
    pack: Pack
    as_of: date
    prices: str


class Portfolio(Printable):
    """What the template prints."""

    def __init__(self, batch: Summed) -> None:
        self._batch = batch
        self._tally = batch.tally
        self._names = batch.pack.names

    @cached_property
    def title(self) -> str:
        return f"Portfolio: {self._batch.name}"

    @cached_property
    def counted(self) -> Markdown:
        """How much was decided, by which rules and prices."""
        batch, tally = self._batch, self._tally
        bad = f", {plural(tally.bad, 'bad row')} left out" if tally.bad else ""
        rules = code(f"{batch.pack.name} {batch.pack.version}")
        return Markdown(
            f"{plural(tally.rows, 'workload')} decided{bad}, by the rules {rules} with prices of "
            f"{code(batch.prices)} on {batch.as_of} where a row names no day."
        )

    @cached_property
    def spend(self) -> Table:
        found = [(self._names[name], self._tally.spend[name]) for name in STRATEGIES if name in self._tally.spend]
        every = Spend()
        for _, own in found:
            every.merge(own)
        rows = [
            (name, f"{own.rows:,}", *map(_usd, (own.upfront, own.monthly, own.horizon, own.horizon_api)))
            for name, own in (*found, ("All", every))
        ]
        heads = (
            "Recommendation",
            "Workloads",
            "To build",
            "To run a month",
            "Total over the horizon",
            "Without labour",
        )
        return _table(heads, "lrrrrr", rows)

    @cached_property
    def unpriced(self) -> str:
        """How many workloads are in no sum, empty where all are."""
        count = sum(spend.unpriced for spend in self._tally.spend.values())
        lack = "lacks a price and is" if count == 1 else "lack a price and are"
        return f"{plural(count, 'workload')} {lack} in no amount: the sums are what the others cost." if count else ""

    @cached_property
    def verdicts(self) -> Table:
        counts = self._tally.verdicts
        rows = [(words, f"{counts[verdict]:,}", self._share(counts[verdict])) for verdict, words in VERDICTS.items()]
        return _table(("Verdict", "Workloads", "Share"), "lrr", rows)

    @cached_property
    def savings(self) -> Table:
        """Which recommendations cost least of what today's model costs to run."""
        rows = [
            (f"{one.row:,}", one.project or "", self._names[one.strategy], *map(_usd, (one.today, one.then, one.cents)))
            for one in self._tally.savings
        ]
        return _table(("Row", "Project", "Recommendation", "Today", "Then", "Less"), "rllrrr", rows)

    @cached_property
    def mistakes(self) -> Table:
        """Which mistakes plans commit, the most frequent first."""
        counts = self._tally.mistakes
        found = sorted((one for one in self._batch.pack.mistakes if counts[one.id]), key=lambda one: -counts[one.id])
        rows = [(one.title, code(one.id), f"{counts[one.id]:,}", self._share(counts[one.id])) for one in found]
        return _table(("Mistake", "Id", "Workloads", "Share"), "llrr", rows)

    def _share(self, part: int) -> str:
        return percent(Decimal(part) / self._tally.rows) if self._tally.rows else ""


def summary_of(batch: Summed) -> str:
    """Return the summary as markdown."""
    return tidied(printed(TEMPLATE, {"portfolio": Portfolio(batch)}))


def _table(heads: Sequence[str], align: str, rows: Sequence[Sequence[str | Markdown]]) -> Table:
    cells = (tuple(text if isinstance(text, Markdown) else cell(escape(text)) for text in row) for row in rows)
    return Table(tuple(Markdown(head) for head in heads), align, tuple(Row(row) for row in cells))


def _usd(cents: int) -> str:
    return amount(Decimal(cents).scaleb(-2))
