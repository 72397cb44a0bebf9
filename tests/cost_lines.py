"""What every cost line counts, as formulas that are printed in `docs/costs.md` and evaluated against real lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Final

from advisor.assessment import Assessment
from advisor.costs.ledger import Line, calendar_months, occurrences, until
from advisor.costs.projection import Cost
from advisor.costs.run import cached_share, tuned_tokens, untuned_tokens
from advisor.wording import number

BY_TOKEN: Final = {
    "request_fee": "calls ÷ 1,000",
    "cached_prompt_tokens": "calls × prompt × cached ÷ 1,000,000",
    "prompt_tokens": "calls × prompt × (1 − cached) ÷ 1,000,000",
    "input_tokens": "calls × input ÷ 1,000,000",
    "retrieved_tokens": "calls × retrieved ÷ 1,000,000",
    "output_tokens": "calls × output ÷ 1,000,000",
}
IN_BATCH: Final = {
    f"batch_{name}": formula.replace("calls", "batch_calls").replace("cached", "batch_cached")
    for name, formula in BY_TOKEN.items()
    if name != "request_fee"
}
FORMULAS: Final[Mapping[str, str]] = {
    **BY_TOKEN,
    **IN_BATCH,
    "hosting": "hours",
    "gpu_hours": "gpus × hours",
    "query_embedding": "all_calls × input ÷ 1,000,000",
    "rerank": "all_calls × 50 × (512 + input) ÷ 1,000,000",
    "vector_read": "all_calls × max(index, 0.25) ÷ 1,000,000",
    "vector_storage": "index × months",
    "vector_minimum": "",
    "index_embedding": "knowledge × 512 ÷ 384 ÷ 1,000,000",
    "index_write": "chunks × 9 ÷ 1,000,000",
    "re_embedding": "changes × 0.1 × knowledge × 512 ÷ 384 ÷ 1,000,000",
    "index_rewrite": "changed_chunks × 9 ÷ 1,000,000",
    "training": "runs × examples × example_tokens × epochs ÷ 1,000,000",
    "evaluation_input": "runs × examples × 0.2 × (prompt + input + retrieved) ÷ 1,000,000",
    "evaluation_output": "runs × examples × 0.2 × output ÷ 1,000,000",
    "retraining": "retrainings × examples × example_tokens × epochs ÷ 1,000,000",
    "reevaluation_input": "retrainings × examples × 0.2 × (prompt + input + retrieved) ÷ 1,000,000",
    "reevaluation_output": "retrainings × examples × 0.2 × output ÷ 1,000,000",
    "labels": "examples − labelled",
    "label_review": "reviewed ÷ 60",
    "prompt": "24",
    "evaluation_set": "24",
    "cached_prompt": "8",
    "batch": "16",
    "rag": "120",
    "tuning": "120",
    "retrain": "16 × retrainings",
    "rag_upkeep": "4 × months",
    "requirement_change": "2 × requirement_changes",
}
"""The quantity of each line over the horizon. The vector store's minimum is an amount and has no formula."""

ON_PREMISES: Final = {"training": "runs × 9", "retraining": "retrainings × 9"}
"""What a line counts instead where training is done on GPUs of one's own."""

WORDS: Final[Mapping[str, str]] = {
    "calls": "calls over the horizon at ordinary rates: requests a day × calls behind a request × days, with growth",
    "batch_calls": "calls over the horizon that are sent in batch",
    "all_calls": "both together",
    "prompt": "tokens of prompt in a call; the shortened one of a tuned model; with all knowledge where that is sent",
    "input": "tokens of input in a call",
    "retrieved": "tokens of retrieved context in a call",
    "output": "tokens of output of a call",
    "cached": "share of the prompt read from the cache, 0 to 1",
    "batch_cached": "the same in batch, 0 where the provider has no such price",
    "hours": "hours of the horizon, as the calendar has them",
    "months": "months of the horizon",
    "gpus": "GPUs of one's own",
    "knowledge": "tokens of knowledge",
    "chunks": "⌈knowledge ÷ 384⌉",
    "index": "size of the index in GB: chunks × 1,536 × 4 × 1.5 ÷ 1,000,000,000",
    "changes": "changes of the knowledge within the horizon",
    "changed_chunks": "chunks of a tenth of the knowledge for each change, rounded up by month",
    "runs": "training runs planned",
    "retrainings": "retrainings within the horizon, one that a retirement forces included",
    "examples": "examples trained on: those there are, or the target of the task type if that is more",
    "labelled": "examples there are",
    "reviewed": "examples to be reviewed",
    "example_tokens": "tokens of an example",
    "epochs": "passes over the data",
    "requirement_changes": "changes of requirements within the horizon",
}
"""The symbols of the formulas."""


EXAMPLES: Final = sorted(
    path.name.removesuffix(".advise.json")
    for path in (Path(__file__).resolve().parent.parent / "examples").glob("*.advise.json")
)
VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "as answered": (),
    "half in batch": ("batchable_share=0.5",),
    "data to be made": ("data_quality=noisy", "labelled_examples=100", "engineer_hourly_cost=80"),
    "from scratch": ("current_model=gpt-4o", "prompt_tokens=3000", "prompting_tried=no", "evaluation_set=false"),
    "a fee for each request": ("current_model=perplexity/sonar",),
}
"""The examples, and what is answered otherwise, on which the formulas are tried."""


@dataclass(frozen=True)
class Plan:
    """A strategy or alternative of an assessed workload, with the values of the symbols."""

    id: str
    cost: Cost
    symbols: Mapping[str, Decimal]
    on_premises: bool

    def lines(self, line_id: str) -> list[Line]:
        return [line for line in self.cost.lines if line.id == line_id]

    def formula(self, line_id: str) -> str:
        return (ON_PREMISES if self.on_premises else {}).get(line_id, FORMULAS[line_id])

    def quantity(self, line_id: str) -> Decimal:
        """Return what the formula of a line comes to."""
        return evaluated(self.formula(line_id), self.symbols)

    def substituted(self, line_id: str) -> str:
        """Return the formula of a line with values in place of symbols."""
        return re.sub(r"[a-z_]{4,}", lambda name: number(self.symbols[name[0]]), self.formula(line_id))


def plans(found: Assessment) -> Iterator[Plan]:
    """Yield the strategies and alternatives of a workload."""
    for name, cost in found.costs.items():
        yield Plan(name, cost, symbols_of(found, cost), found.workload.on_premises)
    for entry in found.alternatives:
        yield Plan(entry.id, entry.cost, symbols_of(found, entry.cost), found.workload.on_premises)


def symbols_of(found: Assessment, cost: Cost) -> dict[str, Decimal]:
    """Return the values of the symbols for one plan."""
    workload, plan = found.workload, cost.plan
    months = calendar_months(found.as_of, workload.months, workload.monthly_growth.value)
    served = until(months, cost.ends) if plan.id == "current" else months
    calls = sum((workload.calls_per_day * month.days * month.growth for month in served), Decimal(0))
    ids = {line.id for line in cost.lines}
    batch_share = workload.batchable_share.value if plan.batch_share is None else plan.batch_share
    batched = calls * batch_share if any(name.startswith("batch_") for name in ids) else Decimal(0)
    serves_tuned = plan.model is not None and plan.model.tuned and workload.tuned_tokens_answered
    if plan.tuning or serves_tuned:
        tokens = tuned_tokens(workload, retrieval=plan.retrieval)
    else:
        tokens = untuned_tokens(workload, retrieval=plan.retrieval, knowledge=plan.knowledge)
    minimum = found.book.cache_minimum(plan.model, found.as_of) if plan.model else None
    cached = cached_share(workload, tokens, minimum) if plan.cached_share is None else plan.cached_share
    knowledge = workload.knowledge_tokens.value
    times = [occurrences(month.number, workload.knowledge_changes) for month in months]
    forced = [month for month in months if cost.ends and f"{cost.ends:%Y-%m}" == f"{month.start:%Y-%m}"]
    return {
        "calls": calls - batched,
        "batch_calls": batched,
        "all_calls": calls,
        "prompt": tokens.prompt,
        "input": tokens.input,
        "retrieved": tokens.retrieved,
        "output": tokens.output,
        "cached": cached if "cached_prompt_tokens" in ids else Decimal(0),
        "batch_cached": cached if "batch_cached_prompt_tokens" in ids else Decimal(0),
        "hours": sum((month.hours for month in served), Decimal(0)),
        "months": Decimal(len(months)),
        "gpus": workload.gpus.value,
        "knowledge": knowledge,
        "chunks": _chunks(knowledge),
        "index": _chunks(knowledge) * 1536 * 4 * Decimal("1.5") / 1_000_000_000,
        "changes": sum(times, Decimal(0)),
        "changed_chunks": sum((_chunks(knowledge * each / 10) for each in times), Decimal(0)),
        "runs": workload.training_runs.value,
        "retrainings": len(forced) + _events(workload.retrain_per_year.value, len(months)),
        "examples": max(workload.labelled_examples.value, workload.label_target),
        "labelled": workload.labelled_examples.value,
        "reviewed": workload.examples_to_review,
        "example_tokens": workload.example_tokens.value,
        "epochs": workload.epochs.value,
        "requirement_changes": _events(workload.requirement_changes, len(served)),
    }


def evaluated(formula: str, symbols: Mapping[str, Decimal]) -> Decimal:
    """Return the value of a formula or of an equation's side, in symbols or in printed numbers."""
    python = re.sub(r"(?<=\d),(?=\d)", "", formula).translate(str.maketrans("×÷−", "*/-"))
    python = re.sub(r"(?<![\w.])[\d.]+(?![\w.])", lambda found: f"Decimal('{found[0]}')", python)
    return Decimal(eval(python, {"__builtins__": {}, "Decimal": Decimal, "max": max, **symbols}))


def _chunks(tokens: Decimal) -> Decimal:
    return (tokens / 384).to_integral_value(ROUND_CEILING)


def _events(per_year: Decimal, months: int) -> Decimal:
    """Return how many of evenly spread events fall into the first months."""
    return Decimal(int(per_year * months / 12))
