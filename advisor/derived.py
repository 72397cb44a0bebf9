"""The facts that are computed rather than asked: their names, types, domains and meanings.

They are declared here, before the rules that test them are read, and computed in `facts`, after the costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from advisor.conditions import Domain
from advisor.questions import STRATEGIES

NEVER_PAYS_BACK: Final = Decimal(61)
"""`tuning_break_even_month` when there is none inside the horizon: one more than the longest horizon."""

WHICH_MODEL: Final = ("horizon_months", "privacy")
"""What decides, where the current model ends, whether another one follows it within the horizon."""


@dataclass(frozen=True)
class DerivedFact:
    """A computed fact. It follows the answers in `inputs`; those in `assumes` it takes as they stand or are assumed.
    `cost` marks facts made of money, which assume everything that costs read.

    It never falls as an answer in `rises_with` rises, and never rises as one in `falls_with` does. A choice rises in
    the order in which its values are declared, and true lies above false. Costs have no such direction: the best
    alternative and the model to tune may change anywhere.
    """

    id: str
    domain: Domain
    meaning: str
    inputs: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    rises_with: tuple[str, ...] = ()
    falls_with: tuple[str, ...] = ()
    cost: bool = False
    form: Literal["number", "share", "usd", "tenths"] = "number"


def _number(low: int, high: int) -> Domain:
    return Domain("number", (), Decimal(low), Decimal(high))


DERIVED: Final = (
    DerivedFact(
        "knowledge_fits_prompt",
        Domain("bool"),
        "the knowledge is at most 200,000 tokens and fits the current model's window beside the rest",
        ("knowledge_tokens",),
        ("prompt_tokens", "input_tokens", "output_tokens", "current_model", *WHICH_MODEL),
        falls_with=("knowledge_tokens", "prompt_tokens", "input_tokens", "output_tokens"),
    ),
    DerivedFact(
        "knowledge_change_per_year",
        _number(0, 360),
        "knowledge changes a year",
        ("knowledge_change",),
        rises_with=("knowledge_change",),
    ),
    DerivedFact(
        "requirement_change_per_year",
        _number(0, 360),
        "requirement changes a year",
        ("requirement_change",),
        rises_with=("requirement_change",),
    ),
    DerivedFact(
        "label_sufficiency",
        Domain("choice", ("too_few", "pilot", "enough")),
        "labelled examples against what the task type needs",
        ("labelled_examples", "task_type"),
        rises_with=("labelled_examples",),
    ),
    DerivedFact(
        "quality_gap",
        _number(-1, 1),
        "target quality minus current quality",
        ("current_quality", "target_quality"),
        rises_with=("target_quality",),
        falls_with=("current_quality",),
    ),
    DerivedFact(
        "calls_per_day",
        _number(0, 10**13),
        "model calls a day",
        ("queries_per_day",),
        ("calls_per_request",),
        rises_with=("queries_per_day", "calls_per_request"),
    ),
    DerivedFact(
        "tunable_model_available",
        Domain("bool"),
        "a fully priced model can be tuned by this customer on this date",
        (),
        ("tuning_access", "privacy"),
    ),
    DerivedFact(
        "tuning_saving_share",
        _number(-1000, 1),
        "1 − running cost of fine-tuning ÷ that of the best alternative, upkeep and labour included",
        ("queries_per_day",),
        cost=True,
        form="share",
    ),
    DerivedFact(
        "tuning_break_even_month",
        _number(1, int(NEVER_PAYS_BACK)),
        "first month from which fine-tuning stays cheaper than the best alternative; 61 when there is none",
        ("queries_per_day",),
        cost=True,
    ),
    DerivedFact(
        "tuning_premium_ratio",
        _number(0, 100),
        "tuned input price ÷ input price of its untuned base",
        ("queries_per_day",),
        cost=True,
    ),
    DerivedFact(
        "full_context_dearer_usd",
        _number(-(10**15), 10**15),
        "cost over the horizon of all the knowledge in the prompt minus that of RAG",
        ("queries_per_day", "knowledge_tokens"),
        cost=True,
        form="usd",
    ),
    DerivedFact(
        "rag_extra_share",
        _number(-1, 10**9),
        "running cost of RAG a month ÷ that of the current model − 1",
        ("queries_per_day",),
        cost=True,
        form="share",
    ),
    DerivedFact(
        "tuned_dearer_than_cheapest_usd",
        _number(-(10**15), 10**15),
        "cost over the horizon on the chosen base minus that on the cheapest tunable one",
        ("queries_per_day", "tuned_model"),
        cost=True,
        form="usd",
    ),
)

_ANY_AMOUNT: Final = _number(-(10**15), 10**15)

IN_MISTAKES: Final = (
    DerivedFact(
        "plan_upfront_over_usd",
        _ANY_AMOUNT,
        "what a strategy of the plan costs to build beyond the upfront budget",
        ("upfront_budget",),
        cost=True,
        form="usd",
    ),
    DerivedFact(
        "plan_monthly_over_usd",
        _ANY_AMOUNT,
        "what a strategy of the plan costs a month to run beyond the monthly budget",
        ("monthly_budget",),
        cost=True,
        form="usd",
    ),
    DerivedFact(
        "plan_weeks_over",
        _number(-520, 10**12),
        "weeks that one person builds at a strategy of the plan beyond the deadline",
        ("deadline_weeks",),
        ("prompting_tried", "evaluation_set", "labelled_examples", "data_quality", "task_type"),
        form="tenths",
    ),
    DerivedFact("plan_hosting_usd", _ANY_AMOUNT, "hosting of the tuned model over the horizon", cost=True, form="usd"),
    DerivedFact(
        "plan_hosting_share",
        _number(0, 1),
        "share of hosting in what the tuned model costs to run",
        cost=True,
        form="share",
    ),
    DerivedFact(
        "plan_model_withdrawn",
        Domain("bool"),
        "the model to tune is closed to this customer, or its tuning or service ends within the horizon",
        ("tuned_model", "tuning_access"),
        ("horizon_months",),
        cost=True,
    ),
    DerivedFact(
        "plan_untuned_saving_usd",
        _ANY_AMOUNT,
        "what the untuned small model would cost less than tuning over the horizon",
        ("small_model",),
        cost=True,
        form="usd",
    ),
    DerivedFact(
        "plan_retraining_excess_usd",
        _ANY_AMOUNT,
        "retraining minus what tuning saves on running, over the horizon",
        ("retrain_per_year",),
        cost=True,
        form="usd",
    ),
    DerivedFact(
        "plan_uncached_usd",
        _ANY_AMOUNT,
        "what reading the prompt from the cache would save over the horizon",
        ("cached_share",),
        cost=True,
        form="usd",
    ),
    DerivedFact(
        "plan_unbatched_usd",
        _ANY_AMOUNT,
        "what sending every call through batch would save over the horizon",
        ("batchable_share",),
        cost=True,
        form="usd",
    ),
)
"""Facts that only mistakes may test: each strategy of the plan has its own."""

NEED_PRICES: Final = frozenset(fact.id for fact in (*(fact for fact in DERIVED if fact.cost), *IN_MISTAKES))
"""The facts that only a price, or a plan that is priced, can decide."""

IN_ROADMAP: Final = (
    DerivedFact("recommended", Domain("choice", STRATEGIES), "the recommended strategy"),
    DerivedFact("evaluation_set_exists", Domain("bool"), "an evaluation set is answered to exist"),
    DerivedFact("quality_known", Domain("bool"), "today's quality and the target are both answered"),
    DerivedFact(
        "current_ends_in_days",
        _number(0, 10**6),
        "days until the current model stops serving, where that lies within the horizon",
        ("current_model",),
    ),
    DerivedFact("switch_model_applies", Domain("bool"), "the smaller model, untuned, is a priced alternative"),
    DerivedFact(
        "invoice_explained_share",
        _number(0, 10**15),
        "what the current model costs a month by the answers ÷ the invoice",
        ("current_monthly_spend",),
        cost=True,
        form="share",
    ),
)
"""Facts that only the roadmap may test, because they come after the recommendation."""


def derived_domains(*others: DerivedFact) -> dict[str, Domain]:
    """Return the domains of the facts that every condition may test, and of others if given."""
    return {fact.id: fact.domain for fact in (*DERIVED, *others)}
