"""What would change a recommendation, searched for when it is first asked for, and then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from advisor.changes.flips import Flip, flips_of
from advisor.changes.next_question import NextQuestion, next_question
from advisor.changes.probe import Probe


@dataclass(frozen=True)
class Sensitivity:
    """Other answers to one workload: `questions` are those that rules or costs read, `names` are of strategies."""

    probe: Probe
    questions: frozenset[str]
    names: Mapping[str, str]

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """Return what each given answer does to the recommendation."""
        return flips_of(self.probe, self.questions)

    @cached_property
    def next_question(self) -> NextQuestion | None:
        """Return what to ask next."""
        return next_question(self.probe, self.names)
