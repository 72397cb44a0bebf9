"""What `advise check` can find, by code, and what it found about one document. The standard library alone."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Severity = Literal["error", "warning"]
"""An error fails the check, a warning does not."""

CODES: Final = {
    "invalid": "a file cannot be read, or its answers cannot be assessed",
    "missing-document": "there is no document beside the answers file",
    "stale": "the document is not what its inputs give",
    "flipped": "another strategy is recommended",
    "cost-moved": "the cost of the recommendation moved beyond the tolerance",
    "inputs-changed": "inputs changed, and nothing in the document depends on it",
    "prices-old": "price rows of the document were not looked up for long",
    "review-due": "the day of review has passed",
    "model-retiring": "a model of the document stops serving within its horizon",
    "tuning-closed": "the recommended model can no longer be tuned",
}
"""All codes with what they mean, gravest first; from `inputs-changed` on they are warnings."""

ALWAYS: Final = "invalid"
"""The code that is bad input, whatever is asked to fail: exit code 2."""

FAIL_ON: Final = ("missing-document", "stale", "flipped", "cost-moved")
"""The codes that fail a check unless others are asked for. The calendar alone brings none of them."""


class Finding(NamedTuple):
    """One thing found: its code, what is so, a line for each cause, and the line of the answers file that it comes from
    where there is a single one."""

    code: str
    message: str
    causes: tuple[str, ...] = ()
    line: int | None = None


class Checked(NamedTuple):
    """What was found about one document, and the codes that fail it. `diff` is what `advise run` would change in it,
    where that was asked for."""

    answers: str
    document: str
    findings: tuple[Finding, ...]
    fail_on: frozenset[str] = frozenset(FAIL_ON)
    diff: str | None = None

    def severity(self, finding: Finding) -> Severity:
        """Return whether a finding fails the check: `error` or `warning`."""
        return "error" if finding.code in self.fail_on or finding.code == ALWAYS else "warning"


def exit_code(checked: tuple[Checked, ...], exit_zero: bool = False) -> int:
    """Return 2 where something is invalid, 1 where anything fails unless `exit_zero`, else 0."""
    found = [(entry, finding) for entry in checked for finding in entry.findings]
    if any(finding.code == ALWAYS for _, finding in found):
        return 2
    return 1 if not exit_zero and any(entry.severity(finding) == "error" for entry, finding in found) else 0
