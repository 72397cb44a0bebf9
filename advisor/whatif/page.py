"""All that would change an answer, of one workload: what `advise whatif` says, worked out when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from advisor.assessment import Assessment, read_questions
from advisor.changes.probe import Probe
from advisor.columns.frame import Frame
from advisor.columns.street import Street
from advisor.costs.ledger import exact
from advisor.priced import Priced
from advisor.whatif import SCENARIOS, SEED
from advisor.whatif.drawing import central_frame
from advisor.whatif.robust import Robustness, robustness_of
from advisor.whatif.smallest import Smaller, Smallest, sufficient
from advisor.whatif.spread import Spread, spread_of
from advisor.whatif.worth import Openness, openness_of


@dataclass(frozen=True)
class WhatIf:
    """How far a recommendation holds; each part is worked out when it is first asked for."""

    assessment: Assessment
    scenarios: int = SCENARIOS
    seed: int = SEED

    @cached_property
    def spread(self) -> Spread:
        """First-rank shares and cost bands."""
        return exact(spread_of)(self._priced, self.assessment.pack, count=self.scenarios, seed=self.seed)

    @cached_property
    def smallest(self) -> tuple[Smallest, ...]:
        """The smallest set of answers that leads to each other strategy."""
        questions = read_questions(self.assessment.pack)
        return exact(lambda: Smaller(self._probe, self._street, self._frame, questions).all())()

    @cached_property
    def sufficient(self) -> tuple[str, ...] | None:
        """Answers that settle the recommendation by themselves, None where it is not settled."""
        return exact(sufficient)(self._probe)

    @cached_property
    def openness(self) -> Openness:
        """What the open answers could change, and what single ones are worth."""
        return exact(openness_of)(self._probe, self._street, self._frame, seed=self.seed)

    @cached_property
    def robustness(self) -> Robustness:
        """How often the recommendation stays when the points of rules move."""
        return robustness_of(self.assessment.scorer, draws=self.scenarios, seed=self.seed)

    @property
    def _probe(self) -> Probe:
        return self.assessment.sensitivity.probe

    @property
    def _priced(self) -> Priced:
        priced = self._probe.priced
        assert priced is not None
        return priced

    @cached_property
    def _street(self) -> Street:
        return Street(self.assessment.pack, self.assessment.book, self.assessment.as_of)

    @cached_property
    def _frame(self) -> Frame:
        return central_frame(self._priced, self._probe.scorer.base, list(self._probe.tests))
