"""Findings as workflow commands, which GitHub Actions shows beside the file that they are about."""

from __future__ import annotations

from advisor.check.findings import Checked
from advisor.check.text import where


def github_of(checked: tuple[Checked, ...]) -> str:
    """Return a workflow command for each finding."""
    lines = []
    for entry in checked:
        for finding in entry.findings:
            file, line = where(entry, finding)
            at = f"file={_property(file)}" + ("" if line is None else f",line={line}")
            text = _data("\n".join((finding.message, *finding.causes)))
            lines.append(f"::{entry.severity(finding)} {at},title=advise {finding.code}::{text}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
