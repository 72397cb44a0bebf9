"""Published cases for back-testing: what a source says of a workload, and which strategies it found right."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from advisor.contract import Strategy
from advisor.files import read_text
from advisor.records import Record, read_records
from advisor.trees import parse_yaml


class CaseSource(Record):
    """Where a case was published."""

    citation: str
    address: str | None = None
    year: int


class Case(Record):
    """A published case. `answers` holds what is known by question id; `assumed` names those of them that the source
    does not state. `expected` are the acceptable strategies, best first; `mistakes` are ids of the pack."""

    id: str
    title: str
    source: CaseSource
    kind: Literal["paper", "production_case", "guide_scenario", "forum"]
    summary: str
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
