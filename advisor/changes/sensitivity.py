"""What would change a recommendation, searched for when it is first asked for, and then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from advisor import whatif
from advisor.changes.flips import Flip, flips_of
from advisor.changes.next_question import NextQuestion, next_question
from advisor.changes.probe import Probe
from advisor.conditions import Range
from advisor.costs.ledger import exact

if TYPE_CHECKING:
    from advisor.whatif.spread import Spread


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
    def scenarios(self) -> Spread | None:
        """Return what scenarios drawn from ranges come to, None where no answer that counts is a range."""
        priced = self.probe.priced
        if priced is None or not any(isinstance(value, Range) for value in priced.visible.values()):
            return None
        from advisor.whatif.spread import spread_of

        return exact(spread_of)(priced, self.probe.scorer.pack, count=whatif.SCENARIOS)

    @cached_property
    def next_question(self) -> NextQuestion | None:
        """Return what to ask next."""
        return next_question(self.probe, self.names)
