"""What there is to choose from: the four strategies, and the alternatives that tuning has to beat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from advisor.costs.ledger import ZERO
from advisor.costs.models import Models, Untuned
from advisor.costs.projection import Cost, Plan, Projector
from advisor.packs.pack import ADDS
from advisor.pricebook.book import Model, PriceBook
from advisor.questions import STRATEGIES
from advisor.wording import number, percent
from advisor.workload import CACHED_PROMPT_LIMIT, CACHED_SHARE, MIN_CACHED_CALLS, MIN_CACHED_PREFIX, Workload

MOST_PROMPT_CHANGES: Final = Decimal(12)
"""Changes of knowledge a year up to which a prompt that holds it is kept by hand (assumption: monthly)."""


@dataclass(frozen=True)
class Alternative:
    """Something that tuning has to beat, whether it applies here, and why or why not."""

    id: str
    applies: bool
    because: str
    cost: Cost


def strategy_plans(models: Models) -> dict[str, Plan]:
    """Return what the four strategies build and run."""
    return {name: strategy_plan(name, models.untuned, models.tuned) for name in STRATEGIES}


def strategy_plan(strategy: str, untuned: Model, tuned: Model | None) -> Plan:
    """Return what a strategy builds and runs, on the model that is tuned or on one that is not."""
    adds = ADDS[strategy]
    retrieval, tuning = "rag" in adds, "fine_tuning" in adds
    work = ("prompt", "evaluation_set", *(("rag",) if retrieval else ()), *(("tuning",) if tuning else ()))
    return Plan(strategy, tuned if tuning else untuned, retrieval=retrieval, tuning=tuning, work=work)


@dataclass(frozen=True)
class Offer:
    """A plan, what it would be, and why it does not apply, if it does not."""

    plan: Plan
    because: str
    why_not: str | None

    @property
    def applies(self) -> bool:
        return self.why_not is None


def offers(models: Models | Untuned, projector: Projector) -> tuple[Offer, ...]:
    """Return what there is to choose from beside the strategies, in its declared order, before it is priced."""
    return (
        _current(models, projector),
        _switch_model(models, projector),
        _cached_prompt(models, projector),
        _batch(models, projector),
        _full_context(models, projector),
    )


def project_alternatives(models: Models, projector: Projector) -> tuple[Alternative, ...]:
    """Return the alternatives, in their declared order. All are projected, whether they apply or not."""
    return tuple(_projected(offer, projector) for offer in offers(models, projector))


def _projected(offer: Offer, projector: Projector) -> Alternative:
    if offer.why_not is not None:
        return Alternative(offer.plan.id, False, offer.why_not, projector.expected(offer.plan))
    return Alternative(offer.plan.id, True, offer.because, projector.cost(offer.plan))


NOT_BY_TOKEN: Final = "Your own GPUs are not billed by the token."


def _current(models: Models | Untuned, projector: Projector) -> Offer:
    """Return going on as today, with nothing batched."""
    plan = Plan("current", models.current, batch_share=ZERO)
    if projector.workload.on_premises:
        return Offer(plan, "The workload as it is, on your own GPUs; nothing is built.", None)
    known = "assumed" if any(entry.answer == "current_model" for entry in models.assumed) else "answered"
    because = f"Prompting on {models.current.id}, as {known}, with nothing batched and nothing built."
    ends = projector.ends_within(models.current)
    why_not = f"{models.current.id} stops serving on {ends}; its cost ends there." if ends else None
    return Offer(plan, because, why_not)


def _switch_model(models: Models | Untuned, projector: Projector) -> Offer:
    small, ends = models.small, projector.ends_within(models.small)
    why_not = None
    if projector.workload.on_premises:
        why_not = "The data may not leave your own machines, so there is no hosted model to switch to."
    elif small.id == models.current.id:
        why_not = f"The workload runs on {small.id} already."
    elif projector.workload.small_model_failed:
        why_not = f"{small.id} was tried untuned and did not pass."
    elif ends:
        why_not = f"{small.id} stops serving on {ends}, before the horizon ends."
    elif costs_no_less(small, models.untuned, projector.book, projector.as_of):
        why_not = f"{small.id} is no cheaper than {models.untuned.id}, by its price for input and for output."
    because = f"The same prompt on {small.id}, untuned, if it passes on the evaluation set."
    return Offer(Plan("switch_model", small, work=("evaluation_set",), batch_share=ZERO), because, why_not)


def costs_no_less(model: Model, other: Model, book: PriceBook, day: date) -> bool:
    """Return whether neither input nor output of a model is cheaper than another's, where all four prices are known."""
    known = [book.rate(name.id, kind, day) for name in (model, other) for kind in ("input", "output")]
    prices = [rate.unit_usd for rate in known if rate is not None]
    return len(prices) == 4 and prices[0] >= prices[2] and prices[1] >= prices[3]


def _cached_prompt(models: Models | Untuned, projector: Projector) -> Offer:
    """Return caching made to work: the share that a stable prompt reaches, where today's lies below it."""
    workload, model = projector.workload, models.untuned
    minimum = projector.book.cache_minimum(model, projector.as_of) or MIN_CACHED_PREFIX
    prompt, share = workload.prompt_tokens.value, workload.cached_share.value
    why_not = None
    if workload.on_premises:
        why_not = NOT_BY_TOKEN
    elif projector.book.rate(model.id, "cached_input", projector.as_of) is None:
        why_not = f"{model.id} publishes no price for cached input."
    elif prompt < minimum:
        why_not = f"A prompt of {number(prompt)} tokens is shorter than the {number(minimum)} that caching takes."
    elif workload.calls_per_day < MIN_CACHED_CALLS:
        why_not = f"At fewer than {number(MIN_CACHED_CALLS)} calls a day a cached prompt expires between calls."
    elif share >= CACHED_SHARE:
        why_not = f"The current model is priced with {percent(share)} of the prompt cached already."
    because = f"What never changes goes first in the prompt; {percent(CACHED_SHARE)} of it is read from the cache."
    plan = Plan("cached_prompt", model, work=("cached_prompt",), batch_share=ZERO, cached_share=CACHED_SHARE)
    return Offer(plan, because, why_not)


def _batch(models: Models | Untuned, projector: Projector) -> Offer:
    workload, model = projector.workload, models.untuned
    share = workload.batchable_share.value
    why_not = None
    if workload.on_premises:
        why_not = NOT_BY_TOKEN
    elif not projector.book.has_batch_prices(model, projector.as_of):
        why_not = f"{model.id} publishes no batch price for this date."
    elif share == 0:
        why_not = "No share of the calls is said to wait up to 24 hours."
    because = f"{percent(share)} of the calls wait up to 24 hours, at batch prices."
    return Offer(Plan("batch", model, work=("batch",)), because, why_not)


def _full_context(models: Models | Untuned, projector: Projector) -> Offer:
    """Return all the knowledge in a cached prompt instead of an index, for small knowledge that rarely changes.

    The share read from the cache is the answered one; without an answer it is the assumed one of a long prompt.
    """
    workload, model = projector.workload, models.untuned
    minimum = projector.book.cache_minimum(model, projector.as_of) or MIN_CACHED_PREFIX
    long_enough = workload.prompt_tokens.value + workload.knowledge_tokens.value >= minimum
    share, assumed = workload.cached_share.value, None
    if workload.cached_share.origin == "assumed":
        share = assumed = CACHED_SHARE if long_enough and workload.calls_per_day >= MIN_CACHED_CALLS else ZERO
    tokens, room = workload.knowledge_tokens.value, prompt_room(model, workload)
    limit = CACHED_PROMPT_LIMIT if room is None else min(CACHED_PROMPT_LIMIT, room)
    why_not = None
    if workload.on_premises:
        why_not = NOT_BY_TOKEN
    elif workload.knowledge_needed not in ("static", "changing"):
        why_not = "No knowledge beyond the request is said to be needed."
    elif workload.knowledge_changes > MOST_PROMPT_CHANGES:
        often = number(workload.knowledge_changes)
        why_not = f"The knowledge changes about {often} times a year, too often for a prompt."
    elif tokens > limit:
        why_not = f"{number(tokens)} tokens of knowledge are more than the {number(limit)} that a prompt should carry."
    cached = f"{percent(share)} of it read from the cache" if share else "none of it read from the cache"
    because = f"All {number(tokens)} tokens of knowledge travel in the prompt, {cached}; no index is built."
    plan = Plan("full_context", model, knowledge=True, work=("evaluation_set",), batch_share=ZERO, cached_share=assumed)
    return Offer(plan, because, why_not)


def prompt_room(model: Model, workload: Workload) -> Decimal | None:
    """Return how many tokens a model's context window leaves beside prompt, input and output; None where it is not
    known."""
    if model.context_window is None:
        return None
    used = workload.prompt_tokens.value + workload.input_tokens.value + workload.output_tokens.value
    return max(ZERO, model.context_window - used)


def best_alternative(found: Iterable[Alternative]) -> Alternative | None:
    """Return the cheapest alternative over the horizon among those that apply and are fully priced."""
    usable = [entry for entry in found if entry.applies and entry.cost.priced]
    return min(usable, key=lambda entry: entry.cost.total.horizon_usd or Decimal(0), default=None)
