"""What there is to choose from: the four strategies, and the alternatives that tuning has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor.costs.ledger import ZERO
from advisor.costs.models import Models
from advisor.costs.projection import Cost, Plan, Projector
from advisor.pricebook.book import Model
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
    by_hand = ("prompt", "evaluation_set")
    return {
        "prompt_engineering": Plan("prompt_engineering", models.untuned, work=by_hand),
        "rag": Plan("rag", models.untuned, retrieval=True, work=(*by_hand, "rag")),
        "fine_tuning": Plan("fine_tuning", models.tuned, tuning=True, work=(*by_hand, "tuning")),
        "rag_and_fine_tuning": Plan(
            "rag_and_fine_tuning", models.tuned, retrieval=True, tuning=True, work=(*by_hand, "rag", "tuning")
        ),
    }


def project_alternatives(models: Models, projector: Projector) -> tuple[Alternative, ...]:
    """Return the alternatives, in their declared order. All are projected, whether they apply or not."""
    return (
        _current(models, projector),
        _switch_model(models, projector),
        _cached_prompt(models, projector),
        _batch(models, projector),
        _full_context(models, projector),
    )


def _today(models: Models) -> Plan:
    """Return the plan of going on as today, with nothing batched."""
    return Plan("current", models.current, batch_share=ZERO)


def _current(models: Models, projector: Projector) -> Alternative:
    cost = projector.cost(_today(models))
    if projector.workload.on_premises:
        return Alternative("current", True, "The workload as it is, on your own GPUs; nothing is built.", cost)
    if ends := projector.ends_within(models.current):
        return Alternative("current", False, f"{models.current.id} stops serving on {ends}; its cost ends there.", cost)
    known = "assumed" if any(entry.answer == "current_model" for entry in models.assumed) else "answered"
    because = f"Prompting on {models.current.id}, as {known}, with nothing batched and nothing built."
    return Alternative("current", True, because, cost)


def _switch_model(models: Models, projector: Projector) -> Alternative:
    cost = projector.cost(Plan("switch_model", models.small, work=("evaluation_set",), batch_share=ZERO))
    ends = projector.ends_within(models.small)
    if projector.workload.on_premises:
        why = "The data may not leave your own machines, so there is no hosted model to switch to."
    elif models.small.id == models.current.id:
        why = f"The workload runs on {models.small.id} already."
    elif projector.workload.small_model_failed:
        why = f"{models.small.id} was tried untuned and did not pass."
    elif ends:
        why = f"{models.small.id} stops serving on {ends}, before the horizon ends."
    else:
        passes = f"The same prompt on {models.small.id}, untuned, if it passes on the evaluation set."
        return Alternative("switch_model", True, passes, cost)
    return Alternative("switch_model", False, why, cost)


def _cached_prompt(models: Models, projector: Projector) -> Alternative:
    """Return caching made to work: the share that a stable prompt reaches, where today's lies below it."""
    workload, model = projector.workload, models.untuned
    plan = Plan("cached_prompt", model, work=("cached_prompt",), batch_share=ZERO, cached_share=CACHED_SHARE)
    cost = projector.cost(plan)
    minimum = projector.book.cache_minimum(model, projector.as_of) or MIN_CACHED_PREFIX
    reached = percent(CACHED_SHARE)
    if workload.on_premises:
        why = "Your own GPUs are not billed by the token."
    elif projector.book.rate(model.id, "cached_input", projector.as_of) is None:
        why = f"{model.id} publishes no price for cached input."
    elif workload.prompt_tokens.value < minimum:
        why = (
            f"A prompt of {number(workload.prompt_tokens.value)} tokens is below the {number(minimum)} that are cached."
        )
    elif workload.calls_per_day < MIN_CACHED_CALLS:
        why = f"At fewer than {number(MIN_CACHED_CALLS)} calls a day a cached prompt expires between calls."
    elif workload.cached_share.value >= CACHED_SHARE:
        why = f"The current model is priced with {percent(workload.cached_share.value)} of the prompt cached already."
    else:
        better = (
            f"What never changes goes first in the prompt, so that {reached} of its tokens are read from the cache."
        )
        return Alternative("cached_prompt", True, better, cost)
    return Alternative("cached_prompt", False, why, cost)


def _batch(models: Models, projector: Projector) -> Alternative:
    workload, model = projector.workload, models.untuned
    cost = projector.cost(Plan("batch", model, work=("batch",)))
    published = projector.book.rate(model.id, "input", projector.as_of, batch=True)
    if workload.on_premises:
        why = "Your own GPUs are not billed by the token."
    elif published is None:
        why = f"{model.id} publishes no batch price for this date."
    elif workload.batchable_share.value == 0:
        why = "No share of the calls is said to wait up to 24 hours."
    else:
        waits = f"{percent(workload.batchable_share.value)} of the calls wait up to 24 hours, at batch prices."
        return Alternative("batch", True, waits, cost)
    return Alternative("batch", False, why, cost)


def _full_context(models: Models, projector: Projector) -> Alternative:
    """Return all the knowledge in a cached prompt instead of an index, for small knowledge that rarely changes.

    The share read from the cache is the answered one; without an answer it is the assumed one of a long prompt.
    """
    workload, model = projector.workload, models.untuned
    often = workload.calls_per_day >= MIN_CACHED_CALLS
    assumed = CACHED_SHARE if often and projector.book.rate(model.id, "cached_input", projector.as_of) else ZERO
    share = assumed if workload.cached_share.origin == "assumed" else workload.cached_share.value
    plan = Plan("full_context", model, knowledge=True, work=("evaluation_set",), batch_share=ZERO, cached_share=share)
    cost = projector.cost(plan)
    tokens = workload.knowledge_tokens.value
    room = prompt_room(model, workload)
    limit = CACHED_PROMPT_LIMIT if room is None else min(CACHED_PROMPT_LIMIT, room)
    if workload.on_premises:
        why = "Your own GPUs are not billed by the token."
    elif workload.knowledge_needed not in ("static", "changing"):
        why = "No knowledge beyond the request is said to be needed."
    elif workload.knowledge_changes > MOST_PROMPT_CHANGES:
        why = f"The knowledge changes about {number(workload.knowledge_changes)} times a year, too often for a prompt."
    elif tokens > limit:
        why = f"{number(tokens)} tokens of knowledge are more than the {number(limit)} that a prompt should carry."
    else:
        cached = f"{percent(share)} of it read from the cache" if share else "none of it read from the cache"
        fits = f"All {number(tokens)} tokens of knowledge travel in the prompt, {cached}; no index is built."
        return Alternative("full_context", True, fits, cost)
    return Alternative("full_context", False, why, cost)


def prompt_room(model: Model, workload: Workload) -> Decimal | None:
    """Return how many tokens a model's context window leaves beside prompt, input and output; None where it is not
    known."""
    if model.context_window is None:
        return None
    used = workload.prompt_tokens.value + workload.input_tokens.value + workload.output_tokens.value
    return max(ZERO, model.context_window - used)


def best_alternative(found: tuple[Alternative, ...]) -> Alternative | None:
    """Return the cheapest alternative over the horizon among those that apply and are fully priced."""
    usable = [entry for entry in found if entry.applies and entry.cost.priced]
    return min(usable, key=lambda entry: entry.cost.total.horizon_usd or Decimal(0), default=None)
