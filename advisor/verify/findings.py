"""What verification says: a finding for each property that does not hold or could not be decided, and the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from advisor.conditions import Value
from advisor.packs.pack import Rule

Severity = Literal["error", "warning", "info"]

TITLES: Final[Mapping[str, str]] = {
    "V01": "dead rule",
    "V02": "rule is never decisive",
    "V03": "rule counts twice",
    "V04": "rules cancel each other",
    "V05": "strategy can never be recommended",
    "V06": "need without an answer",
    "V07": "declared direction does not hold",
    "V08": "part of a condition never matters",
    "V09": "input or value is never used",
    "V10": "gates always close a technique",
    "V11": "points behind a gate",
    "V12": "combination never beats its parts",
    "V13": "text quotes what may not be known",
    "V14": "rule without both kinds of case",
    "V15": "comparison tried one way only",
    "V16": "exact tie",
}
"""The codes of findings; each has a page in `docs/verify`."""

Case = Mapping[str, Value]
"""Answers, and derived facts that are supposed where answers do not settle them."""


@dataclass(frozen=True)
class Finding:
    """A property that does not hold, or was not decided. `witness` are the cases that show it, replayed."""

    code: str
    severity: Severity
    message: str
    rule: Rule | None = None
    witness: tuple[Case, ...] = ()
    undecided: bool = False


@dataclass(frozen=True)
class Verdicts:
    """How many properties were proved, refuted, and left undecided."""

    proved: int
    refuted: int
    undecided: int


@dataclass(frozen=True)
class Report:
    """Everything that verification found, the worst first, and the counts."""

    findings: tuple[Finding, ...]
    verdicts: Verdicts

    @property
    def clean(self) -> bool:
        """Return whether there is no error and no warning."""
        return all(entry.severity == "info" for entry in self.findings)


Checked = Finding | None
"""One property that was looked at: None when it is proved."""


def undecided(code: str, message: str, rule: Rule | None = None) -> Finding:
    """Return that a property was not decided within the steps that were given."""
    return _open(code, f"not decided within the steps given whether {message}.", rule)


def unconfirmed(code: str, message: str, rule: Rule | None = None) -> Finding:
    """Return that the case found for or against a property is not confirmed, so that nothing is known of it: it does
    not hold in a replay, or worlds are not exact and it may not come about."""
    return _open(code, f"the case found is not confirmed, so it is open whether {message}.", rule)


def _open(code: str, message: str, rule: Rule | None) -> Finding:
    """Return a finding that is a warning, and information where that is all it could be if it were decided."""
    return Finding(code, "info" if code == "V16" else "warning", message, rule, undecided=True)
