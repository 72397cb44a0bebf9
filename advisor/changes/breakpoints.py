"""Where, on the axis of a number, what rules or costs make of it may change; between these places nothing jumps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from advisor.conditions import Range, Test, ends_of, thresholds_of
from advisor.costs.ledger import ZERO
from advisor.costs.run import untuned_tokens
from advisor.facts import FactBase, hidden_thresholds
from advisor.pricebook.book import Model
from advisor.priced import Priced
from advisor.workload import (
    CACHED_PROMPT_LIMIT,
    CACHED_SHARE,
    LEAST_TUNED_PROMPT,
    MIN_CACHED_CALLS,
    MIN_CACHED_PREFIX,
    TUNED_PROMPT_SHARE,
)


def rule_thresholds(base: FactBase, priced: Priced | None, question: str, tests: Sequence[Test]) -> set[Decimal]:
    """Return the values of a number at which a comparison that no cost decides may change, all else held fixed.

    `tests` are the comparisons of rules and of what decides whether questions are shown.
    """
    found = set(thresholds_of(tests, question)) | hidden_thresholds(base, question, base.visible({}), tests)
    match question:
        case "prompt_tokens" | "input_tokens" | "output_tokens" if priced is not None:
            found |= _filled_windows(priced, question)
        case "horizon_months" if priced is not None:
            found |= set(_months_to_ends(priced))
    return found


def _filled_windows(priced: Priced, question: str) -> set[Decimal]:
    """Return the tokens at which the knowledge, beside the rest, just fills the context window."""
    window, workload = priced.untuned.untuned.context_window, priced.workload
    if window is None:
        return set()
    names = {"prompt_tokens", "input_tokens", "output_tokens"} - {question}
    rest = sum((getattr(workload, name).value for name in names), ZERO)
    knowledge = priced.visible.get("knowledge_tokens")
    sizes = ends_of(knowledge) if isinstance(knowledge, Decimal | Range) else ()
    return {window - rest - size for size in sizes}


def _months_to_ends(priced: Priced) -> Iterator[Decimal]:
    """Yield the horizons from which on a model that is not tuned stops serving before they are over."""
    as_of = priced.as_of
    for model in (priced.untuned.current, priced.untuned.small):
        event = priced.book.ends(model, as_of)
        if event is not None:
            yield Decimal((event.date.year - as_of.year) * 12 + event.date.month - as_of.month)


@dataclass(frozen=True, order=True)
class Break:
    """A number at which costs may jump or bend: what holds from it on differs from what holds below it. With `after`
    the number itself still belongs to what holds below; a `hidden` one only bends costs, which nothing else shows."""

    at: Decimal
    after: bool = False
    hidden: bool = False


def cost_breaks(priced: Priced, question: str) -> tuple[Break, ...]:
    """Return where a cost may jump or bend as a number grows, all else held fixed, in order.

    There may be more of them than costs show. What is nothing is not billed, so that zero stands apart.
    """
    return tuple(sorted({Break(ZERO, after=True), *_breaks(priced, question)}))


def _breaks(priced: Priced, question: str) -> Iterator[Break]:
    workload, chosen = priced.workload, priced.untuned
    models = (chosen.current, chosen.untuned, chosen.small)
    prompt, knowledge = workload.prompt_tokens.value, workload.knowledge_tokens.value
    match question:
        case "queries_per_day" if workload.calls_per_request.value:
            yield Break(MIN_CACHED_CALLS / workload.calls_per_request.value)
        case "calls_per_request" if workload.queries_per_day.value:
            yield Break(MIN_CACHED_CALLS / workload.queries_per_day.value)
        case "prompt_tokens":
            yield Break(LEAST_TUNED_PROMPT, hidden=True)
            yield Break(LEAST_TUNED_PROMPT / TUNED_PROMPT_SHARE, hidden=True)
            yield Break(workload.tuned_prompt_tokens.value, after=True)
            for least in _cache_minimums(priced, models):
                yield from (Break(least), Break(least - knowledge), Break(least / TUNED_PROMPT_SHARE))
        case "tuned_prompt_tokens":
            yield from (Break(prompt), *(Break(least) for least in _cache_minimums(priced, models)))
        case "knowledge_tokens":
            yield Break(CACHED_PROMPT_LIMIT, after=True)
            yield from (Break(least - prompt) for least in _cache_minimums(priced, models))
        case "cached_share":
            yield Break(CACHED_SHARE)
        case "labelled_examples":
            yield Break(workload.label_target, hidden=True)
        case "horizon_months":
            yield from (Break(months) for months in _months_to_ends(priced))
    yield from (Break(tokens, after=True) for tokens in _tiers(priced, models, question))


def _cache_minimums(priced: Priced, models: Iterable[Model]) -> set[Decimal]:
    """Return from how many tokens on some model caches a prompt."""
    tuned = (priced.models.tuned,) if priced.models.tuned else ()
    found = (priced.book.cache_minimum(model, priced.as_of) for model in (*models, *tuned))
    return {MIN_CACHED_PREFIX, *(least for least in found if least is not None)}


def _tiers(priced: Priced, models: Iterable[Model], question: str) -> Iterator[Decimal]:
    """Yield the values at which a request grows into another price tier, whichever way its context is supplied."""
    workload = priced.workload
    plain = untuned_tokens(workload).sent
    retrieved = workload.retrieved_tokens.value
    beside = {
        "prompt_tokens": (ZERO, retrieved, workload.knowledge_tokens.value),
        "input_tokens": (ZERO, retrieved, workload.knowledge_tokens.value),
        "retrieved_tokens": (ZERO,),
        "knowledge_tokens": (ZERO,),
    }.get(question, ())
    own = ZERO if question in ("retrieved_tokens", "knowledge_tokens") else getattr(workload, question).value
    for size, more in product({size for model in models for size in priced.book.tiers(model)}, beside):
        yield size - (plain - own) - more
