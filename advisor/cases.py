"""Cases for back-testing: what is known of a workload, and which strategies were found right for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from advisor.contract import Strategy
from advisor.files import read_text
from advisor.records import Record, read_records
from advisor.trees import parse_yaml


class CaseSource(Record):
    """Where a case was published, or that it is the project's own."""

    citation: str
    address: str | None = None
    year: int


class Case(Record):
    """A case. `answers` holds what is known by question id; `assumed` names those of them that the source does not
    state. `expected` are the acceptable strategies, best first, and `because` says why, where no source does;
    `mistakes` are ids of the pack."""

    id: str
    title: str
    source: CaseSource
    kind: Literal["paper", "production_case", "guide_scenario", "forum", "own"]
    summary: str
    because: str | None = None
    answers: dict[str, Any]
    assumed: tuple[str, ...] = ()
    expected: tuple[Strategy, ...] = Field(min_length=1)
    rejected: tuple[Strategy, ...] = ()
    mistakes: tuple[str, ...] = ()
    confidence: Literal["high", "medium", "low"]
    tags: tuple[str, ...] = ()


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a file of cases; raises InputError with file:line:column for what is wrong in it."""
    return read_records(Case, parse_yaml(read_text(path), str(path)), "cases")
