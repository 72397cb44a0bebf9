"""What to do in which order: remedies the recommendation cannot do without, then the steps that apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor.conditions import Value, evaluate
from advisor.costs.alternatives import Alternative
from advisor.costs.ledger import ZERO
from advisor.costs.projection import Cost
from advisor.mistakes import FoundMistake, one_run
from advisor.packs import ADDS, Source, Step
from advisor.wording import fill, usd
from advisor.workload import Workload

EVALUATION_CASES: Final = Decimal(200)
"""Cases that a first evaluation runs: the standard error of a share is then about 2 points at 90 %."""


PILOT_EXAMPLES: Final = Decimal(200)
"""Examples of a pilot run (OpenAI DevDay, 2023: 100 to 200 before a big run)."""


@dataclass(frozen=True)
class RoadmapStep:
    """A step, why it is taken, when it is done, and what it costs; `experiment` marks trying the small model."""

    id: str
    step: str
    why: str
    exit_criterion: str
    cost_usd: Decimal | None
    source: Source
    precondition: bool = False
    experiment: bool = False


@dataclass(frozen=True)
class RoadmapCosts:
    """The amounts that steps may quote."""

    costs: Mapping[str, Cost]
    recommended: str
    switch: Alternative | None
    workload: Workload
    retrieval_on_small: Cost | None = None

    def of(self, key: str) -> Decimal | None:
        """Return the amount of a step's cost key; None where there is none or it has no price."""
        cost = self.costs[self.recommended]
        tuned = self.costs["rag_and_fine_tuning" if self.recommended == "rag_and_fine_tuning" else "fine_tuning"]
        match key:
            case "evaluation_set" | "prompt":
                return _lines(cost, (key,))
            case "rag_build":
                return _lines(self.costs["rag"], ("rag", "index_embedding", "index_write"))
            case "tuning_build":
                return (
                    _lines(
                        tuned, ("tuning", "training", "evaluation_input", "evaluation_output", "labels", "label_review")
                    )
                    if tuned.priced
                    else None
                )
            case "one_training_run":
                pilot = min(Decimal(1), PILOT_EXAMPLES / max(Decimal(1), self.workload.trained_examples))
                return one_run(tuned, self.workload, evaluated=True) * pilot if tuned.priced else None
            case "switch_experiment":
                per_request = self.switch.cost.api.per_request_usd if self.switch else None
                return None if per_request is None else per_request * EVALUATION_CASES
            case _:
                return None


def _lines(cost: Cost, ids: tuple[str, ...]) -> Decimal:
    return sum((line.amount_usd for line in cost.lines if line.kind == "build" and line.id in ids), ZERO)


def roadmap(
    steps: tuple[Step, ...],
    facts: Mapping[str, Value],
    mistakes: Iterable[FoundMistake],
    costs: RoadmapCosts,
    names: Mapping[str, str],
) -> tuple[RoadmapStep, ...]:
    """Return the steps in order. A step is left out only where its condition is false; a mistake that comes with the
    recommendation has its remedy as a precondition at the head, in the place of the step that it replaces."""
    switch = costs.switch
    known: dict[str, Value] = {
        **facts,
        "recommended": costs.recommended,
        "switch_model_applies": bool(switch and switch.applies and switch.cost.priced),
    }
    remedied = [found for found in mistakes if costs.recommended in found.committed_by]
    cost_keys = {step.id: step.cost for step in steps}
    result = [
        RoadmapStep(
            found.mistake.id,
            found.mistake.remedy.step,
            f"The recommendation itself would otherwise carry the mistake '{found.mistake.title}'.",
            found.mistake.remedy.exit_criterion,
            costs.of(cost_keys.get(found.mistake.remedy.replaces or "", "none")),
            found.source,
            precondition=True,
        )
        for found in remedied
    ]
    replaced = {found.mistake.remedy.replaces for found in remedied}
    for step in steps:
        if step.id in replaced or evaluate(step.when, known) is False:
            continue
        experiment = step.cost == "switch_experiment"
        why = fill(step.why, known) + (_totals(costs, names) if experiment else "")
        result.append(
            RoadmapStep(
                step.id,
                fill(step.step, known),
                why,
                fill(step.exit_criterion, known),
                costs.of(step.cost),
                step.source,
                experiment=experiment,
            )
        )
    return tuple(result)


def _totals(costs: RoadmapCosts, names: Mapping[str, str]) -> str:
    """Return the sentence that sets the untuned small model beside the recommendation (and tuning)."""
    assert costs.switch is not None
    small = costs.switch.cost.plan.model
    shown = dict.fromkeys((costs.recommended, *(() if ADDS[costs.recommended] else ("fine_tuning",))))
    totals = " and ".join(f"{usd(costs.costs[name].printed_total)} for {names[name]}" for name in shown)
    on_small = costs.retrieval_on_small or costs.switch.cost
    what = "RAG on " if costs.retrieval_on_small else ""
    return (
        f" Over {costs.workload.months} months {what}{small.id if small else 'it'} untuned comes to "
        f"{usd(on_small.printed_total)}, against {totals}."
    )
