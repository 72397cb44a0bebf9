"""What comes of rows, as columns: amounts in whole cents, written as JSON Lines or CSV a row at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from advisor.errors import InputError

AMOUNTS: Final = ("upfront_usd", "monthly_usd", "horizon_usd", "horizon_api_usd")
FIELDS: Final = ("row", "project", "strategy", "verdict", "score", "margin", *AMOUNTS, "mistakes")
"""The fields of a row that is written, in their order."""


class Outcome(NamedTuple):
    """What comes of one row. `usd` are the amounts of `AMOUNTS` in cents, None where a price is missing; `today` is
    what a month on today's model costs, None where that is not known."""

    strategy: str
    verdict: str
    score: int
    margin: int | None
    usd: tuple[int | None, ...]
    mistakes: tuple[str, ...]
    today: int | None = None


@dataclass
class Outcomes:
    """What comes of some rows, by position; a bad row has none but its problem."""

    numbers: list[int]
    projects: list[str | None]
    found: list[Outcome | None]
    bad: dict[int, InputError] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[int, str | None, Outcome]]:
        """Yield number, project and outcome of every row that something comes of."""
        for number, project, found in zip(self.numbers, self.projects, self.found, strict=True):
            if found is not None:
                yield number, project, found

    def before(self, position: int) -> Outcomes:
        """Return the rows before a position."""
        return Outcomes(self.numbers[:position], self.projects[:position], self.found[:position])

    def json_lines(self) -> str:
        """Return the rows as JSON Lines."""
        quoted: dict[tuple[str, ...], str] = {}
        lines = []
        for number, project, it in self.rows():
            if it.mistakes not in quoted:
                quoted[it.mistakes] = json.dumps(it.mistakes)
            upfront, monthly, horizon, horizon_api = map(_json_usd, it.usd)
            margin = "null" if it.margin is None else it.margin
            name = "null" if project is None else json.dumps(project, ensure_ascii=False)
            lines.append(
                f'{{"row": {number}, "project": {name}, "strategy": "{it.strategy}", "verdict": "{it.verdict}", '
                f'"score": {it.score}, "margin": {margin}, "upfront_usd": {upfront}, "monthly_usd": {monthly}, '
                f'"horizon_usd": {horizon}, "horizon_api_usd": {horizon_api}, "mistakes": {quoted[it.mistakes]}}}\n'
            )
        return "".join(lines)

    def csv(self) -> str:
        """Return the rows as CSV, without a head; mistakes are separated by spaces."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        for number, project, it in self.rows():
            margin = "" if it.margin is None else it.margin
            usd = ("" if cents is None else _usd(cents) for cents in it.usd)
            head = (number, project or "", it.strategy, it.verdict, it.score, margin)
            table.writerow((*head, *usd, " ".join(it.mistakes)))
        return text.getvalue()


def csv_head() -> str:
    """Return the first line of a CSV file."""
    return ",".join(FIELDS) + "\n"


def _usd(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02d}"


def _json_usd(cents: int | None) -> str:
    if cents is None:
        return "null"
    return str(cents // 100) if cents % 100 == 0 else _usd(cents).rstrip("0")
