"""Findings as text for people: whole, or a line for each. The standard library alone."""

from __future__ import annotations

from collections import Counter

from advisor.check.findings import ALWAYS, Checked, Finding
from advisor.printable import printable


def text_of(checked: tuple[Checked, ...], concise: bool = False) -> str:
    """Return the findings, with their causes and differences unless `concise`, and what they come to."""
    parts = [_entry(entry, finding, concise) for entry in checked for finding in entry.findings]
    if not concise:
        parts += [entry.diff for entry in checked if entry.diff]
    return "".join([*parts, _sum(checked)])


def where(entry: Checked, finding: Finding) -> tuple[str, int | None]:
    """Return the file that a finding is about, and the line in it where there is one."""
    at_answers = finding.line is not None or finding.code in (ALWAYS, "missing-document")
    return (entry.answers, finding.line) if at_answers else (entry.document, None)


def _entry(entry: Checked, finding: Finding, concise: bool) -> str:
    file, number = where(entry, finding)
    place = file if number is None else f"{file}:{number}"
    line = f"{place}: {entry.severity(finding)} {finding.code}: {finding.message}"
    causes = () if concise else (f"  {cause}" for cause in finding.causes)
    return "".join(f"{printable(line)}\n" for line in (line, *causes))


def _sum(checked: tuple[Checked, ...]) -> str:
    counts = Counter(entry.severity(finding) for entry in checked for finding in entry.findings)
    words = ", ".join(_counted(counts[name], name) for name in ("error", "warning"))
    return f"{_counted(len(checked), 'document')} checked: {words}.\n"


def _counted(count: int, one: str) -> str:
    return f"{count} {one}" + ("" if count == 1 else "s")
