"""What to do in which order: remedies the recommendation cannot do without, then the steps that apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from advisor.conditions import Value, evaluate
from advisor.costs.alternatives import Alternative
from advisor.costs.ledger import ZERO
from advisor.costs.projection import Cost
from advisor.mistakes import FoundMistake, one_run
from advisor.packs.pack import ADDS, Source, Step
from advisor.wording import cents, fill, usd
from advisor.workload import Workload

EVALUATION_CASES: Final = Decimal(200)
"""Cases that a first evaluation runs: the standard error of a share is then about 2 points at 90 %."""


PILOT_EXAMPLES: Final = Decimal(200)
"""Examples of a pilot run (OpenAI DevDay, 2023: 100 to 200 before a big run)."""


@dataclass(frozen=True)
class RoadmapStep:
    """A step, why it is taken, when it is done, and what it costs; `totals` is the sentence of an experiment on what it
    would lead to, with which `why` ends; `remedies` names the mistakes that the step keeps the recommendation from."""

    id: str
    step: str
    why: str
    exit_criterion: str
    cost_usd: Decimal | None
    source: Source
    precondition: bool = False
    totals: str | None = None
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoadmapCosts:
    """The amounts that steps may quote."""

    costs: Mapping[str, Cost]
    recommended: str
    switch: Alternative | None
    workload: Workload
    current: Cost
    retrieval_on_small: Cost | None

    def of(self, key: str) -> Decimal | None:
        """Return the amount of a step's cost key; None where there is none or it has no price."""
        cost = self.costs[self.recommended]
        tuned = self.costs["rag_and_fine_tuning" if self.recommended == "rag_and_fine_tuning" else "fine_tuning"]
        match key:
            case "evaluation_set" | "prompt":
                return _lines(cost, key)
            case "rag_build":
                return _lines(self.costs["rag"], "rag", "index_embedding", "index_write")
            case "tuning_build":
                evaluation = ("evaluation_input", "evaluation_output")
                return _lines(tuned, "tuning", "training", *evaluation, "labels", "label_review")
            case "one_training_run":
                pilot = min(Decimal(1), PILOT_EXAMPLES / max(Decimal(1), self.workload.trained_examples))
                return one_run(tuned, self.workload, evaluated=True) * pilot if tuned.priced else None
            case "switch_experiment":
                small = [self.switch.cost] if self.switch else []
                with_passages = self.retrieval_on_small
                return _cases(small if with_passages is None else [self.costs["rag"], with_passages])
            case "successor_experiment":
                return _cases(
                    [self.current, self.costs["prompt_engineering"], *([self.switch.cost] if self.switch else ())]
                )
            case _:
                return None


def _cases(tried: list[Cost]) -> Decimal | None:
    """Return what running the evaluation cases once on each of some plans costs; None where one has no price."""
    prices = [each.api.per_request_usd for each in tried]
    return sum((price or ZERO for price in prices), ZERO) * EVALUATION_CASES if None not in prices else None


def _lines(cost: Cost, *ids: str) -> Decimal | None:
    """Return what some lines of building come to; None where one of them has no price."""
    if any(gap.line in (*ids, "model") and gap.kind in ("build", None) for gap in cost.gaps):
        return None
    return sum((cents(line.amount_usd) for line in cost.lines if line.kind == "build" and line.id in ids), ZERO)


def roadmap(
    steps: tuple[Step, ...],
    facts: Mapping[str, Value],
    mistakes: Iterable[FoundMistake],
    costs: RoadmapCosts,
    names: Mapping[str, str],
) -> tuple[RoadmapStep, ...]:
    """Return the steps in order. A step is left out only where its condition is false; a mistake that comes with the
    recommendation has its remedy as a precondition at the head, or the step that is its remedy moved there."""
    switch = costs.switch
    known: dict[str, Value] = {
        **facts,
        "recommended": costs.recommended,
        "evaluation_set_exists": facts.get("evaluation_set") is True,
        "quality_known": facts.get("current_quality") is not None and facts.get("target_quality") is not None,
        "switch_model_applies": bool(switch and switch.applies and switch.cost.priced),
    }
    made = {step.id: _made(step, known, costs, names) for step in steps if evaluate(step.when, known) is not False}
    head: dict[str, RoadmapStep] = {}
    for found in mistakes:
        if costs.recommended in found.committed_by:
            doing = next((name for name in found.mistake.remedy.moves if name in made or name in head), None)
            step = _remedy(found) if doing is None else head.get(doing) or made.pop(doing)
            head[step.id] = replace(step, precondition=True, remedies=(*step.remedies, found.mistake.id))
    every = {**made, **head}
    first = [step.id for step in steps if step.first and step.id in every]
    order = [*first, *(name for name in (*head, *made) if name not in first)]
    return tuple(every[name] for name in order)


def _remedy(found: FoundMistake) -> RoadmapStep:
    remedy = found.mistake.remedy
    why = f"The recommendation itself would otherwise carry the mistake '{found.mistake.title}'."
    return RoadmapStep(
        found.mistake.id,
        remedy.step,
        why,
        remedy.exit_criterion,
        None,
        found.source,
        precondition=True,
    )


def _made(step: Step, known: Mapping[str, Value], costs: RoadmapCosts, names: Mapping[str, str]) -> RoadmapStep:
    totals = _totals(costs, names) if step.cost in ("switch_experiment", "successor_experiment") else None
    return RoadmapStep(
        step.id,
        fill(step.step, known),
        " ".join(filter(None, (fill(step.why, known), totals))),
        fill(step.exit_criterion, known),
        costs.of(step.cost),
        step.source,
        totals=totals,
    )


def _totals(costs: RoadmapCosts, names: Mapping[str, str]) -> str:
    """Return the sentence that sets the untuned small model beside the recommendation (and tuning)."""
    assert costs.switch is not None
    small = costs.switch.cost.plan.model
    shown = dict.fromkeys((costs.recommended, *(() if ADDS[costs.recommended] else ("fine_tuning",))))
    totals = " and ".join(f"{usd(costs.costs[name].printed_total)} for {names[name]}" for name in shown)
    on_small = costs.retrieval_on_small or costs.switch.cost
    what = "RAG on " if costs.retrieval_on_small else ""
    return (
        f"Over {costs.workload.months} months {what}{small.id if small else 'it'} untuned comes to "
        f"{usd(on_small.printed_total)}, against {totals}."
    )
