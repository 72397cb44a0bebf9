"""The way ahead: steps in order, each with its reason, its cost, and when it is done."""

from __future__ import annotations

from functools import cached_property

from advisor.documents.sections.parts import RolloutStep
from advisor.documents.sections.section import Section
from advisor.documents.setting import cited, prose
from advisor.documents.text import Markdown
from advisor.wording import usd


class Rollout(Section):
    """The way ahead: steps in order, each with its reason, its cost, and when it is done."""

    @cached_property
    def steps(self) -> tuple[RolloutStep, ...]:
        """The steps: remedies that the recommendation cannot do without first, then those that apply."""
        first = next((step.id for step in self.it.roadmap if step.totals), None)
        found = []
        for step in self.it.roadmap:
            marks = (("precondition", step.precondition), ("first experiment", step.id == first))
            label = ", ".join(name for name, holds in marks if holds).capitalize()
            cost = Markdown(usd(step.cost_usd)) if step.cost_usd else None
            texts = prose(step.step), prose(step.why), prose(step.exit_criterion)
            found.append(RolloutStep(*texts, cost, Markdown(label), cited(step.source)))
        return tuple(found)

    @cached_property
    def first_experiment(self) -> RolloutStep | None:
        """The first experiment, whose outcome may end the project; nothing where there is none."""
        return next((step for step in self.steps if "experiment" in step.label.lower()), None)
