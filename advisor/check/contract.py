"""The JSON contract of `advise check --output-format json`: these dataclasses, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from advisor.check.findings import Severity
from advisor.contract import contract_schema


@dataclass(frozen=True)
class FindingReport:
    """A finding: an error fails the check. `file` and `line` are where it is shown; `causes` say what changed."""

    code: str
    severity: Severity
    message: str
    causes: tuple[str, ...]
    file: str
    line: int | None


@dataclass(frozen=True)
class DocumentReport:
    """A document with what was found about it; `diff` is null unless asked for and different."""

    answers: str
    document: str
    findings: tuple[FindingReport, ...]
    diff: str | None


@dataclass(frozen=True)
class CheckReport:
    """All documents of a check, in the order of its paths; `today` is the day of the warnings."""

    schema_version: str
    today: str
    documents: tuple[DocumentReport, ...]


def check_schema() -> dict[str, Any]:
    """Return the JSON Schema of a check."""
    return contract_schema(CheckReport)
