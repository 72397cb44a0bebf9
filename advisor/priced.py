"""A set of answers on one day, priced: every part is worked out when it is first asked for, and then kept.

The street asks for all of it; a search that replaces one answer after another asks only for what a rule reads.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from advisor.answers import Answers
from advisor.conditions import Value
from advisor.costs.alternatives import (
    Alternative,
    Offer,
    best_alternative,
    offers,
    prompt_room,
    strategy_plan,
)
from advisor.costs.models import Models, Untuned, can_tune, choose_models, choose_untuned
from advisor.costs.projection import Cost, Plan, Projector
from advisor.costs.tuning import REASONING_TASKS
from advisor.facts import FactBase
from advisor.packs.pack import ADDS
from advisor.pricebook.book import PriceBook
from advisor.questions import Questionnaire
from advisor.workload import NUMBERS, Workload
from advisor.workload_reader import workload_of

MODELS_BY: Final = ("tuned_model", "horizon_months")
"""What beside the declared assumptions of facts decides which models these speak of: the one that is named for tuning,
and the horizon, inside which a model or a price may end."""


@dataclass(frozen=True)
class Priced:
    """What answers cost, and the facts that follow from them. Costs are those at central values and typical prices,
    and have to be asked for under `exact`.

    Raises InputError, when models are first asked for, for one that the price book does not know.
    """

    answers: Answers
    questionnaire: Questionnaire
    label_targets: Mapping[str, int]
    book: PriceBook
    as_of: date
    tunable_known: dict[Hashable, bool] = field(default_factory=dict, compare=False, repr=False)

    def replaced(self, question: str, value: Value) -> Priced:
        """Return the same with one answer replaced; None takes it out."""
        values = {**self.answers.values, question: value}
        return replace(self, answers=replace(self.answers, values=values))

    @cached_property
    def visible(self) -> dict[str, Value]:
        return self.answers.visible(self.questionnaire)

    @cached_property
    def workload(self) -> Workload:
        return workload_of(self.answers, self.questionnaire, self.label_targets)

    @cached_property
    def projector(self) -> Projector:
        return Projector(self.book, self.workload, self.as_of)

    @cached_property
    def untuned(self) -> Untuned:
        return choose_untuned(self.answers, self.projector)

    @cached_property
    def models(self) -> Models:
        return choose_models(self.answers, self.projector, self.untuned)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """Return the alternatives before they are priced."""
        return {offer.plan.id: offer for offer in offers(self.untuned, self.projector)}

    @cached_property
    def best(self) -> Alternative | None:
        """Return the cheapest alternative among those that apply."""
        found = (offer for offer in self.offers.values() if offer.applies)
        return best_alternative(
            Alternative(offer.plan.id, True, offer.because, self.projector.expected(offer.plan)) for offer in found
        )

    def strategy(self, name: str) -> Cost:
        return self.projector.expected(self._plan(name))

    def monthly_usd(self, name: str) -> Decimal:
        """Return what a month of a strategy costs to run; every line of it needs a price."""
        return self.projector.monthly_usd(self._plan(name))

    def monthly_today(self) -> Decimal:
        """Return what a month costs to run on today's model; every line of it needs a price."""
        return self.projector.monthly_usd(self.offers["current"].plan)

    def _plan(self, name: str) -> Plan:
        tuned = self.models.tuned if "fine_tuning" in ADDS[name] else None
        return strategy_plan(name, self.untuned.untuned, tuned)

    def alternative(self, name: str) -> Cost:
        return self.projector.expected(self.offers[name].plan)

    @property
    def tunable(self) -> bool:
        """Return whether a model can be tuned, or is on the customer's own machines.

        What is asked for again with the same lines to price is not priced again: only a line can lack a price.
        """
        workload = self.workload
        billed = tuple(getattr(workload, name).value != 0 for name in NUMBERS)
        key = (workload.on_premises, workload.months, workload.task_type in REASONING_TASKS, billed)
        if key not in self.tunable_known:
            found = workload.on_premises or can_tune(self.answers, self.projector, self.untuned)
            self.tunable_known[key] = found
        return self.tunable_known[key]

    def fact_base(self, costs: Mapping[str, Value]) -> FactBase:
        """Return what computes the facts, given those that are made of money."""
        return FactBase(
            self.questionnaire,
            self.answers.values,
            costs,
            self.label_targets,
            prompt_room(self.untuned.untuned, self.workload),
            self.tunable,
            self.workload.calls_per_request.value,
            self.untuned.current.tuned,
            self.book.ends(self.untuned.current, self.as_of) is not None,
        )
