"""Findings for programs: JSON, and the workflow commands of GitHub Actions."""

from __future__ import annotations

from advisor.check.findings import Checked
from advisor.check.text import severity, where
from advisor.plain_json import dump


def json_of(checked: tuple[Checked, ...], fail_on: frozenset[str], today: str) -> str:
    """Return all documents with their findings as JSON."""
    documents = [
        {
            "answers": entry.answers,
            "document": entry.document,
            "findings": [
                {
                    "code": finding.code,
                    "severity": severity(finding, fail_on),
                    "message": finding.message,
                    "causes": finding.causes,
                    "file": where(entry, finding)[0],
                    "line": finding.line,
                }
                for finding in entry.findings
            ],
            "diff": entry.diff,
        }
        for entry in checked
    ]
    return dump({"schema_version": "1.0", "today": today, "documents": documents}) + "\n"


def github_of(checked: tuple[Checked, ...], fail_on: frozenset[str]) -> str:
    """Return a workflow command for each finding, which GitHub shows beside the file."""
    lines = []
    for entry in checked:
        for finding in entry.findings:
            file, line = where(entry, finding)
            at = f"file={_property(file)}" + ("" if line is None else f",line={line}")
            text = _data("\n".join((finding.message, *finding.causes)))
            lines.append(f"::{severity(finding, fail_on)} {at},title=advise {finding.code}::{text}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
