"""Findings for programs: JSON by the contract."""

from __future__ import annotations

from advisor.check.contract import CheckReport, DocumentReport, FindingReport
from advisor.check.findings import Checked
from advisor.check.text import where
from advisor.contract import SCHEMA_VERSION, as_plain
from advisor.plain_json import dump


def json_of(checked: tuple[Checked, ...], today: str) -> str:
    """Return all documents with their findings as JSON."""
    documents = tuple(_document(entry) for entry in checked)
    return dump(as_plain(CheckReport(SCHEMA_VERSION, today, documents))) + "\n"


def _document(entry: Checked) -> DocumentReport:
    findings = tuple(
        FindingReport(finding.code, entry.severity(finding), finding.message, finding.causes, *where(entry, finding))
        for finding in entry.findings
    )
    return DocumentReport(entry.answers, entry.document, findings, entry.diff)
