"""The facts that rules test, in columns: the answers, and what follows from them and from their costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.columns.costs import PlanCost
from advisor.columns.doubt import Bits, Floats
from advisor.columns.frame import Entry, Frame, taken
from advisor.columns.plans import ALTERNATIVES, Plans
from advisor.compilers.columns import Column
from advisor.conditions import Test, thresholds_of
from advisor.cost_facts import HIGHEST_RATIO, LOWEST_SHARE
from advisor.derived import NEVER_PAYS_BACK
from advisor.facts import FEWEST_EXAMPLES
from advisor.workload import CHANGES_PER_YEAR

PER_YEAR: Final = {name: f"{name}_per_year" for name in ("knowledge_change", "requirement_change")}
"""The facts that give an answer of how often something changes as a number."""

_PRINTED: Final = 0.25
"""USD by which totals of printed lines may differ from totals that are not rounded: fifty lines of half a cent."""


@dataclass(frozen=True)
class _Found:
    """A fact made of money: `values` are NaN where it is unknown, `scale` says how large what it is made of is, and
    `beside` how far the single path, which rounds, may lie from it."""

    values: Floats
    scale: Any
    beside: float = 0.0


def fact_columns(
    frame: Frame, plans: Plans, label_targets: Mapping[str, int], tests: Iterable[Test]
) -> dict[str, Column]:
    """Return what follows from answers and costs; costs that lie as good as on a threshold of `tests` are doubtful."""
    derived = derived_columns(frame, known_of(plans), label_targets)
    known = frame["queries_per_day"].known | ("queries_per_day" in frame.assumed)
    tested = list(tests)
    for name, compute in COST_FACTS.items():
        thresholds = thresholds_of(tested, name)
        if not thresholds:
            continue
        found = compute(frame, plans)
        values = np.where(known, found.values, np.nan)
        for threshold in map(float, thresholds):
            away = np.abs(values - threshold)
            plans.doubt.add(away < found.beside)
            apart = values != threshold if plans.named.on_premises else True  # GPUs cost the same whatever they serve
            plans.doubt.near(values, threshold, found.scale, known & apart)
        derived[name] = Column(values)
    return derived


class Known(NamedTuple):
    """What facts that are not made of money take from plans, by case: room in a prompt, whether a model can be tuned,
    calls of a request, whether the current model is a tuned one, and whether its end is announced."""

    prompt_limit: Floats
    tunable: Bits
    calls_per_request: Floats
    current_tuned: Bits
    current_ends: Bits

    def take(self, rows: NDArray[np.int64]) -> Known:
        """Return it for some of the cases."""
        return Known(*(taken(column, rows) for column in self))


def known_of(plans: Plans) -> Known:
    """Return what facts take from some plans."""
    current, costing = plans.named.untuned.current, plans.costing
    ends = costing.book.ends(current, costing.as_of) is not None
    return Known(
        plans.prompt_limit,
        plans.tunable,
        plans.numbers["calls_per_request"],
        np.array([current.tuned]),
        np.array([ends]),
    )


def derived_columns(frame: Frame, known: Known, label_targets: Mapping[str, int]) -> dict[str, Column]:
    """Return what follows from answers, costs apart."""
    knowledge, labelled = frame["knowledge_tokens"], frame["labelled_examples"]
    with np.errstate(invalid="ignore"):
        fits = np.where(knowledge.known, knowledge.values <= known.prompt_limit, -1).astype(np.int8)
    volume = frame["queries_per_day"]
    return {
        "knowledge_fits_prompt": Column(fits, knowledge.hidden),
        **{fact: _per_year(frame[question]) for question, fact in PER_YEAR.items()},
        "label_sufficiency": Column(_sufficiency(frame, label_targets), labelled.hidden),
        "calls_per_day": Column(volume.values * known.calls_per_request, volume.hidden),
        "quality_gap": _gap(frame, known.current_tuned),
        "tunable_model_available": Column(known.tunable.astype(np.int8)),
    }


def _per_year(entry: Entry) -> Column:
    """Return how often a year something changes, as a column of answers says."""
    words = {word: float(times) for word, times in CHANGES_PER_YEAR.items()}
    return Column(entry.looked_up(words, np.nan), entry.hidden)


def _sufficiency(frame: Frame, label_targets: Mapping[str, int]) -> NDArray[np.int8]:
    """Return 0, 1 or 2 for too few, a pilot, enough; -1 where nothing is labelled or the task decides and is open."""
    labelled, tasks = frame["labelled_examples"], frame["task_type"]
    words = tasks.words or ()
    targets = {word: float(label_targets.get(word, label_targets["other"])) for word in words}
    every = [float(target) for target in label_targets.values()]
    least, most = tasks.looked_up(targets, min(every)), tasks.looked_up(targets, max(every))
    with np.errstate(invalid="ignore"):
        few = labelled.values < float(FEWEST_EXAMPLES)
        low, high = (np.where(few, 0, np.where(labelled.values < target, 1, 2)) for target in (least, most))
    return np.where(labelled.known & (low == high), low, -1).astype(np.int8)


def _gap(frame: Frame, current_tuned: Bits) -> Column:
    """Return the target less today's quality; a difference of shares is rounded to the 12 digits that shares have."""
    current, target = frame["current_quality"], frame["target_quality"]
    hidden = [entry.hidden for entry in (current, target) if entry.hidden is not None]
    if current_tuned.any():
        hidden.append(current_tuned)
    where: Bits | None = None
    for part in hidden:
        where = part if where is None else where | part
    gap: Floats = np.round(target.values - current.values, 12)
    return Column(gap, where)


def _monthly(cost: PlanCost, plans: Plans) -> Any:
    return cost.monthly + cost.maintained / plans.numbers.months


def _saving_share(frame: Frame, plans: Plans) -> _Found:
    tuned = plans.cost("fine_tuning")
    mine = np.where(tuned.priced, _monthly(tuned, plans), np.nan)
    theirs = plans.of_best(lambda cost: _monthly(cost, plans))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(theirs != 0, mine / theirs, np.nan)
    return _Found(np.maximum(float(LOWEST_SHARE), 1 - ratio), 1 + np.nan_to_num(ratio))


def _break_even_month(frame: Frame, plans: Plans) -> _Found:
    """Return the first month from which tuning stays at or below the best alternative to the end."""
    tuned = plans.cost("fine_tuning")
    mine: Any = tuned.upfront
    theirs: Any = plans.of_best(lambda cost: cost.upfront)
    since = np.zeros(plans.rows)
    for month in plans.costing.calendar.all:
        number = month.number
        alive = plans.costing.calendar.alive[number - 1] > 0
        mine = mine + tuned.in_month(number)
        theirs = theirs + plans.of_best(lambda cost, number=number: cost.in_month(number))  # type: ignore[misc]
        with np.errstate(invalid="ignore"):
            plans.doubt.near(mine, theirs, mine, alive)
            behind = mine > theirs
        since = np.where(alive, np.where(behind, 0.0, np.where(since == 0, number, since)), since)
    known = tuned.priced & (plans.best >= 0)
    return _Found(np.where(known, np.where(since == 0, float(NEVER_PAYS_BACK), since), np.nan), 0.0)


def _premium_ratio(frame: Frame, plans: Plans) -> _Found:
    if plans.named.on_premises:
        return _Found(np.full(1, np.nan), 0.0)
    priced = plans.cost("fine_tuning").priced
    return _Found(np.where(priced, np.minimum(float(HIGHEST_RATIO), plans.premium_ratio), np.nan), 0.0)


def _full_context_dearer(frame: Frame, plans: Plans) -> _Found:
    applies = plans.applies("full_context")
    if not applies.any():
        return _Found(np.full(1, np.nan), 0.0)
    rag, in_prompt = plans.cost("rag"), plans.alternative("full_context")
    known = applies & rag.priced & in_prompt.priced
    return _Found(np.where(known, in_prompt.horizon - rag.horizon, np.nan), rag.horizon, _PRINTED)


def _rag_extra_share(frame: Frame, plans: Plans) -> _Found:
    rag, current = plans.cost("rag"), plans.alternative("current")
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where((current.monthly != 0) & rag.priced & current.priced, rag.monthly / current.monthly, np.nan)
    return _Found(ratio - 1, np.nan_to_num(ratio))


def _dearer_than_cheapest(frame: Frame, plans: Plans) -> _Found:
    tuned = plans.cost("fine_tuning")
    known = frame["tuned_model"].known & tuned.priced
    return _Found(
        np.where(known, plans.dearer_than_cheapest, np.nan),
        np.where(plans.dearer_than_cheapest == 0, 0.0, tuned.horizon),
    )


COST_FACTS: Final[Mapping[str, Callable[[Frame, Plans], _Found]]] = {
    "tuning_saving_share": _saving_share,
    "tuning_break_even_month": _break_even_month,
    "tuning_premium_ratio": _premium_ratio,
    "full_context_dearer_usd": _full_context_dearer,
    "rag_extra_share": _rag_extra_share,
    "tuned_dearer_than_cheapest_usd": _dearer_than_cheapest,
}
assert ALTERNATIVES[0] == "current"
