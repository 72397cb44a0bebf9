"""Which plans there are: the four strategies, and the alternatives that tuning has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advisor.answers import Answers
from advisor.costs.projection import Cost, Plan, Projector
from advisor.errors import InputError, Problem
from advisor.pricebook.book import Model, PriceBook
from advisor.workload import Assumed, Workload


@dataclass(frozen=True)
class Models:
    """Which model runs what, and the assumptions made in choosing them. `untuned` is what prompting and RAG run on: the
    current model, or its successor where that one stops serving within the horizon. `cheapest_tuned` is the cheapest
    on offer."""

    current: Model
    untuned: Model
    small: Model
    tuned: Model | None
    cheapest_tuned: Model | None
    access: frozenset[str] | None
    assumed: tuple[Assumed, ...]


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


def alternatives(models: Models, projector: Projector) -> tuple[Alternative, ...]:
    """Return the alternatives, in their declared order."""
    current = projector.cost(Plan("current", models.current, batched=False))
    runs_on = "your own GPUs" if projector.workload.on_premises else models.current.id
    known = "assumed" if any(entry.answer == "current_model" for entry in models.assumed) else "answered"
    because = f"Prompting on {runs_on}, as {known}, with nothing batched and nothing built."
    in_horizon = (
        current.ends is not None and bool(current.months) and (f"{current.ends:%Y-%m}" <= current.months[-1].month)
    )
    if in_horizon:
        because = f"{models.current.id} stops serving on {current.ends}; its cost ends in that month."
    applies, why = _switch_applies(models, projector.workload)
    switch = projector.cost(Plan("switch_model", models.small, work=("evaluation_set",), batched=False))
    return (Alternative("current", not in_horizon, because, current), Alternative("switch_model", applies, why, switch))


def _switch_applies(models: Models, workload: Workload) -> tuple[bool, str]:
    if workload.on_premises:
        return False, "The data may not leave your own machines, so there is no hosted model to switch to."
    if models.small.id == models.current.id:
        return False, f"The workload runs on {models.small.id} already."
    if workload.small_model_failed:
        return False, f"{models.small.id} was tried untuned and did not pass."
    return True, f"The same prompt on {models.small.id}, untuned, if it passes on the evaluation set."


def best_alternative(found: tuple[Alternative, ...]) -> Alternative | None:
    """Return the cheapest alternative over the horizon among those that apply and are fully priced."""
    usable = [entry for entry in found if entry.applies and entry.cost.priced]
    return min(usable, key=lambda entry: entry.cost.total.horizon_usd or Decimal(0), default=None)


def choose_models(answers: Answers, projector: Projector) -> Models:
    """Return the models of the answers, and where they are silent those of the shortlist and the price book.

    Raises InputError for a model that the price book does not know.
    """
    book, as_of = projector.book, projector.as_of
    assumed: list[Assumed] = []

    def named(question: str, role: str) -> Model:
        given = answers.values.get(question)
        if isinstance(given, str):
            return book.resolve(given, answers.place(question))
        entry = book.role(role, as_of)
        why = f"shortlist of the price book, from {entry.from_}"
        assumed.append(Assumed(question, entry.model, why))
        return book.resolve(entry.model)

    _check_names(answers, book)
    current, small = named("current_model", "current"), named("small_model", "small")
    untuned = _successor(current, projector, assumed)
    given_access = answers.values.get("tuning_access")
    access = frozenset(given_access) if isinstance(given_access, tuple) else None
    offered = book.tunable(as_of, access)
    if access is None and not projector.workload.on_premises:
        open_at = tuple(dict.fromkeys(model.provider for model in offered))
        assumed.append(Assumed("tuning_access", open_at, "the providers that are open to new customers on this date"))
    cheapest = _cheapest(offered, projector)
    tuned = _chosen_tuned(answers, book, projector, access, cheapest, assumed)
    return Models(current, untuned, small, tuned, cheapest, access, tuple(assumed))


def _successor(current: Model, projector: Projector, assumed: list[Assumed]) -> Model:
    """Return what prompting and RAG run on: the current model, unless it stops serving before the horizon ends."""
    ends = projector.ends_within(current)
    entry = projector.book.role("current", projector.as_of)
    successor = projector.book.resolve(entry.model)
    if ends is None or successor.id == current.id or projector.ends_within(successor):
        return current
    why = (
        f"{current.id} stops serving on {ends}; what follows it, prompted or with retrieval, is priced on the newest "
        f"model of the price book's shortlist, from {entry.from_}"
    )
    assumed.append(Assumed("current_model", successor.id, why))
    return successor


def _check_names(answers: Answers, book: PriceBook) -> None:
    """Raise InputError with every model of the answers that the price book does not know."""
    problems: list[Problem] = []
    for question, resolve in (
        ("current_model", book.resolve),
        ("small_model", book.resolve),
        ("tuned_model", book.resolve_tuned),
    ):
        given = answers.values.get(question)
        if isinstance(given, str):
            try:
                resolve(given, answers.place(question))
            except InputError as error:
                problems.extend(error.problems)
    if problems:
        raise InputError(problems)


def _chosen_tuned(
    answers: Answers,
    book: PriceBook,
    projector: Projector,
    access: frozenset[str] | None,
    cheapest: Model | None,
    assumed: list[Assumed],
) -> Model | None:
    given = answers.values.get("tuned_model")
    if projector.workload.on_premises:
        return None
    if not isinstance(given, str):
        if cheapest:
            assumed.append(
                Assumed(
                    "tuned_model",
                    cheapest.id,
                    "the cheapest over the horizon among the fully priced models that you can tune",
                )
            )
        return cheapest
    model = book.resolve_tuned(given, answers.place("tuned_model"))
    closed = book.why_not_tunable(model, projector.as_of, access)
    if closed is None:
        return model
    assumed.append(
        Assumed(
            "tuned_model",
            cheapest.id if cheapest else "none",
            f"you named {model.id}, which cannot be tuned: {closed}; this is the cheapest that can",
        )
    )
    return cheapest


def _cheapest(offered: list[Model], projector: Projector) -> Model | None:
    if projector.workload.on_premises:
        return None
    best: tuple[Decimal, Model] | None = None
    for model in offered:
        if not projector.book.has_prices(model, ("training", "input", "output", "hosting"), projector.as_of):
            continue
        cost = projector.cost(Plan("fine_tuning", model, tuning=True))
        total = cost.total.horizon_usd
        if total is not None and (best is None or total < best[0]):
            best = (total, model)
    return best[1] if best else None
