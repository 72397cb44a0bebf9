"""What the cases of a pack leave untried."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.verify.findings import Checked, Finding
from advisor.verify.ground import Ground


def untested_rules(ground: Ground) -> Iterator[Checked]:
    """V14: every rule has a case that fires it, and one that does not unless it always fires."""
    untested = ground.tests.untested
    for rule in ground.pack.rules:
        message = "it has no case in which it fires, or none in which it does not."
        yield Finding("V14", "warning", message, rule) if rule.id in untested else None


def half_tried_comparisons(ground: Ground) -> Iterator[Checked]:
    """V15: the cases of a rule make each of its comparisons true and false."""
    untried = ground.tests.untried
    for rule in ground.pack.rules:
        missing = [entry for entry in untried if entry.rule == rule.id]
        for entry in missing:
            yield Finding("V15", "warning", f"none of its cases makes '{entry.comparison}' {entry.never}.", rule)
        if not missing:
            yield None
