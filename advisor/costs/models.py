"""Which model runs what: those of the answers, and where they are silent those of the shortlist and the price book."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advisor.answers import Answers
from advisor.costs.projection import Plan, Projector
from advisor.errors import InputError, Problem
from advisor.pricebook.book import Model, PriceBook
from advisor.workload import Assumed


@dataclass(frozen=True)
class Models:
    """Which model runs what, and the assumptions made in choosing them. `untuned` is what prompting and RAG run on: the
    current model, or its successor where that one stops serving within the horizon. `cheapest_tuned` is the cheapest
    on offer, `refused` the model that the answers name for tuning and that this customer cannot start to tune."""

    current: Model
    untuned: Model
    small: Model
    tuned: Model | None
    cheapest_tuned: Model | None
    refused: Model | None
    access: frozenset[str] | None
    assumed: tuple[Assumed, ...]


@dataclass(frozen=True)
class Untuned:
    """The models that nothing has to be priced to choose: those of `Models` but for what is tuned. `offered` are the
    tuned rows that this customer can start to tune."""

    current: Model
    untuned: Model
    small: Model
    access: frozenset[str] | None
    offered: list[Model]
    assumed: tuple[Assumed, ...]


def choose_models(answers: Answers, projector: Projector, untuned: Untuned | None = None) -> Models:
    """Return the models of the answers, and where they are silent those of the shortlist and the price book.

    `untuned` are those already chosen. Raises InputError for a model that the price book does not know.
    """
    chosen = untuned or choose_untuned(answers, projector)
    assumed = list(chosen.assumed)
    cheapest = _cheapest(chosen.offered, projector)
    tuned, refused = _chosen_tuned(answers, projector, chosen.access, cheapest, assumed)
    return Models(chosen.current, chosen.untuned, chosen.small, tuned, cheapest, refused, chosen.access, tuple(assumed))


def can_tune(answers: Answers, projector: Projector, untuned: Untuned) -> bool:
    """Return whether `choose_models` finds a model to tune, without pricing all that are offered."""
    if projector.workload.on_premises:
        return False
    given = answers.values.get("tuned_model")
    if isinstance(given, str):
        model = projector.book.resolve_tuned(given, answers.place("tuned_model"))
        if projector.book.why_not_tunable(model, projector.as_of, untuned.access) is None:
            return True
    return any(_horizon_usd(model, projector) is not None for model in untuned.offered)


def choose_untuned(answers: Answers, projector: Projector) -> Untuned:
    """Return the models that are not tuned. Raises InputError for a model that the price book does not know."""
    book, as_of = projector.book, projector.as_of
    assumed: list[Assumed] = []

    def named(question: str, role: str) -> Model:
        given = answers.values.get(question)
        if isinstance(given, str):
            return book.resolve(given, answers.place(question))
        entry = book.role(role, as_of)
        why = f"shortlist of the price book, from {entry.from_}"
        if not projector.workload.on_premises:
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
    return Untuned(current, untuned, small, access, offered, tuple(assumed))


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
    projector: Projector,
    access: frozenset[str] | None,
    cheapest: Model | None,
    assumed: list[Assumed],
) -> tuple[Model | None, Model | None]:
    """Return the model to tune, and the one that was named for it but cannot be tuned by this customer."""
    book = projector.book
    given = answers.values.get("tuned_model")
    if projector.workload.on_premises:
        return None, None
    if not isinstance(given, str):
        if cheapest:
            assumed.append(
                Assumed(
                    "tuned_model",
                    cheapest.id,
                    "the cheapest over the horizon among the fully priced models that you can tune",
                )
            )
        return cheapest, None
    model = book.resolve_tuned(given, answers.place("tuned_model"))
    closed = book.why_not_tunable(model, projector.as_of, access)
    if closed is None:
        return model, None
    assumed.append(
        Assumed(
            "tuned_model",
            cheapest.id if cheapest else "none",
            f"you named {model.id}, which cannot be tuned: {closed}; this is the cheapest that can",
        )
    )
    return cheapest, model


def _cheapest(offered: list[Model], projector: Projector) -> Model | None:
    if projector.workload.on_premises:
        return None
    best: tuple[Decimal, Model] | None = None
    for model in offered:
        total = _horizon_usd(model, projector)
        if total is not None and (best is None or total < best[0]):
            best = (total, model)
    return best[1] if best else None


def _horizon_usd(model: Model, projector: Projector) -> Decimal | None:
    """Return what tuning a model and running it comes to over the horizon, None where a price is missing."""
    if not projector.book.has_prices(model, ("training", "input", "output", "hosting"), projector.as_of):
        return None
    return projector.expected(trial_of(model)).total.horizon_usd


def trial_of(model: Model) -> Plan:
    """Return the plan by which models to tune are compared."""
    return Plan("fine_tuning", model, tuning=True)
