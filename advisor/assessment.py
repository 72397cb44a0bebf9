"""The street from answers to a conclusion: every room is called once, in order, and what it made is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from advisor.answers import Answers
from advisor.changes.flips import Flip
from advisor.changes.next_question import NextQuestion
from advisor.changes.probe import Probe
from advisor.changes.sensitivity import Sensitivity
from advisor.conditions import NOT_APPLICABLE, Value, facts_of
from advisor.cost_facts import cost_facts
from advisor.costs.alternatives import Alternative, best_alternative, project_alternatives, strategy_plans
from advisor.costs.break_even import BreakEven, break_even
from advisor.costs.ledger import exact
from advisor.costs.models import Models
from advisor.costs.projection import Cost, Projector
from advisor.derived import DERIVED
from advisor.ending import Ending, ending_of
from advisor.fit import Fit, fit_of
from advisor.invoice import InvoiceCheck, check_invoice
from advisor.mistakes import FoundMistake, Stakes, find_mistakes, planned
from advisor.packs.pack import Pack
from advisor.plan_facts import PlanFacts
from advisor.pricebook.book import PriceBook
from advisor.priced import Priced
from advisor.recommendation import Recommendation, recommend
from advisor.roadmap import RoadmapCosts, RoadmapStep, roadmap
from advisor.scoring import Scorer
from advisor.workload import NEEDED, Assumed, Workload

REVIEW_AFTER = timedelta(days=90)
"""After how many days prices and answers should be looked at again."""

FROM_OPTION: Final = "given with --as-of"
"""Where the day of prices comes from when the command line names it, over the answers file."""


@dataclass(frozen=True)
class Assessment:
    """Everything that is known about one workload: what went in, and what each room made of it.

    `plan` are the strategies in which mistakes are looked for, `priced_facts` the facts with what costs assume where an
    answer is missing; `sensitivity` is what would change the recommendation.
    """

    answers: Answers
    as_of: date
    as_of_from: str
    pack: Pack
    book: PriceBook
    workload: Workload
    models: Models
    costs: Mapping[str, Cost]
    alternatives: tuple[Alternative, ...]
    best_alternative: Alternative | None
    retrieval_on_small: Cost | None
    break_evens: Mapping[str, tuple[BreakEven, ...]]
    fits: Mapping[str, Fit]
    invoice: InvoiceCheck | None
    ending: Ending | None
    priced_facts: Mapping[str, Value]
    plan: tuple[str, ...]
    plan_facts: PlanFacts
    scorer: Scorer
    recommendation: Recommendation
    mistakes: tuple[FoundMistake, ...]
    roadmap: tuple[RoadmapStep, ...]
    assumed: tuple[Assumed, ...]
    answered_share: Decimal
    sensitivity: Sensitivity

    @property
    def facts(self) -> dict[str, Value]:
        return self.scorer.base.facts

    @property
    def flips(self) -> tuple[Flip, ...]:
        return self.sensitivity.flips

    @property
    def next_question(self) -> NextQuestion | None:
        return self.sensitivity.next_question

    @property
    def recommended_cost(self) -> Cost:
        return self.costs[self.recommendation.strategy]


@exact
def assess(answers: Answers, pack: Pack, book: PriceBook, as_of: date, as_of_from: str = "given") -> Assessment:
    """Return the assessment of a workload on a day.

    Raises InputError for a model that the price book does not know.
    """
    priced = Priced(answers, pack.questionnaire, pack.examples_needed, book, as_of)
    workload, projector, models, visible = priced.workload, priced.projector, priced.models, priced.visible
    costs = {name: projector.cost(plan) for name, plan in strategy_plans(models).items()}
    found = project_alternatives(models, projector)
    best = best_alternative(found)
    break_evens = {name: _break_evens(cost, found, best, workload) for name, cost in costs.items()}
    fits = {name: fit_of(name, cost, visible) for name, cost in costs.items()}
    ending = ending_of(models.current, projector)
    invoice = check_invoice(found[0], workload, visible.get("current_monthly_spend"))
    by_id = {entry.id: entry for entry in found}
    scorer = Scorer(pack, priced.fact_base(cost_facts(priced)))
    recommendation = recommend(scorer)
    plan = planned(scorer.strategies, recommendation.strategy, answers.values.get("considering"))
    plan_facts = PlanFacts(projector, models, costs, by_id, best, fits)
    stakes = Stakes(costs, plan_facts.of, workload, book, as_of, pack.names)
    facts = scorer.base.facts
    read = read_questions(pack)
    assumed = (*workload.assumed, *models.assumed)
    priced_facts = _with_assumptions(facts, assumed)
    mistakes = find_mistakes(pack.mistakes, plan, recommendation.strategy, facts, stakes)
    on_small = _on_small(costs, recommendation, models, projector)
    steps = roadmap(
        pack.steps,
        {
            **priced_facts,
            "invoice_explained_share": invoice.share if invoice else NOT_APPLICABLE,
            "current_ends_in_days": Decimal(ending.days_left) if ending else NOT_APPLICABLE,
        },
        mistakes,
        RoadmapCosts(costs, recommendation.strategy, by_id["switch_model"], workload, by_id["current"].cost, on_small),
        pack.names,
    )
    return Assessment(
        answers,
        as_of,
        as_of_from,
        pack,
        book,
        workload,
        models,
        costs,
        found,
        best,
        on_small,
        break_evens,
        fits,
        invoice,
        ending,
        priced_facts,
        plan,
        plan_facts,
        scorer,
        recommendation,
        mistakes,
        steps,
        assumed,
        _answered_share(pack, answers, read),
        Sensitivity(Probe(scorer, priced), read, pack.names),
    )


def _with_assumptions(facts: Mapping[str, Value], assumed: Iterable[Assumed]) -> dict[str, Value]:
    """Return the facts with what costs assume where an answer is missing: steps follow what is priced."""
    values = {entry.answer: entry.value for entry in assumed}
    return {name: values.get(name) if value is None else value for name, value in facts.items()}


def _on_small(
    costs: Mapping[str, Cost], recommendation: Recommendation, models: Models, projector: Projector
) -> Cost | None:
    """Return retrieval on the small model where retrieval is recommended: what the first experiment would lead to."""
    if not costs[recommendation.strategy].plan.retrieval:
        return None
    return projector.cost(replace(costs["rag"].plan, model=models.small))


def _break_evens(
    cost: Cost, found: tuple[Alternative, ...], best: Alternative | None, workload: Workload
) -> tuple[BreakEven, ...]:
    volume = workload.queries_per_day.value
    result = [break_even(cost, found[0].cost, "current", volume)]
    if best is not None:
        result.append(break_even(cost, best.cost, "best_alternative", volume))
    return tuple(result)


def review_by(as_of: date, ending: Ending | None = None) -> date:
    """Return the day by which a recommendation should be looked at again: before the current model ends, if it does."""
    day = as_of + REVIEW_AFTER
    return day if ending is None else min(day, max(as_of, ending.day))


def read_questions(pack: Pack) -> frozenset[str]:
    """Return the questions that a rule of the pack or a cost reads."""
    inputs = {fact.id: fact.inputs + fact.assumes for fact in DERIVED}
    read = {name for rule in pack.rules for fact in facts_of(rule.when) for name in inputs.get(fact, (fact,))}
    return frozenset(read | set(NEEDED))


def _answered_share(pack: Pack, answers: Answers, read: frozenset[str]) -> Decimal:
    """Return answered ÷ shown questions that a rule or cost reads, to four decimals; a range counts as answered."""
    shown = pack.questionnaire.shown(answers.values)
    counted = [name for name in pack.questionnaire.ids if name in read and shown[name] is not False]
    answered = sum(answers.values.get(name) is not None for name in counted)
    return (Decimal(answered) / len(counted)).quantize(Decimal("0.0001"))
