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
    """What was found about one document. `diff` is what `advise run` would change in it, where that was asked for."""

    answers: str
    document: str
    findings: tuple[Finding, ...]
    diff: str | None = None


def exit_code(checked: tuple[Checked, ...], fail_on: frozenset[str]) -> int:
    """Return 2 where something is invalid, 1 where a code was found that is to fail, else 0."""
    codes = {finding.code for entry in checked for finding in entry.findings}
    return 2 if ALWAYS in codes else 1 if codes & fail_on else 0
