"""The numbers that costs need, each given, a range, or assumed - with the reason of every assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

CHANGES_PER_YEAR: Final[Mapping[str, Decimal]] = {
    name: Decimal(times)
    for name, times in (
        ("never", 0),
        ("yearly", 1),
        ("quarterly", 4),
        ("monthly", 12),
        ("weekly", 52),
        ("daily", 360),
        ("realtime", 360),
    )
}
"""How many changes a year the words of `knowledge_change` and `requirement_change` stand for."""

MIN_CACHED_PREFIX: Final = Decimal(1024)
"""Tokens from which a prompt is cached where a model states no minimum (Microsoft, Prompt caching, 2026-03-19)."""

MIN_CACHED_CALLS: Final = Decimal(300)
"""Calls a day below which a cached prompt is assumed to expire between calls: a cache that lives 5 minutes (Anthropic,
Prompt caching, 2025-26) needs one every 5 minutes, 288 a day."""

CACHED_SHARE: Final = Decimal("0.8")
"""Share of a cached prompt's tokens that is read from the cache where nothing is answered (assumption)."""

LEAST_TUNED_PROMPT: Final = Decimal(50)
"""Tokens below which a tuned model's prompt is not assumed to be cut (assumption)."""

TUNED_PROMPT_SHARE: Final = Decimal("0.25")
"""Share of the prompt that a tuned model is assumed to need still."""

CACHED_PROMPT_LIMIT: Final = Decimal(200_000)
"""Tokens of knowledge up to which it may go into the prompt as a whole (Anthropic, Contextual Retrieval, 2024-09)."""

Origin = Literal["given", "range", "assumed"]

End = Literal["low", "high"]
"""The cheap and the dear end of ranges in answers and price rows."""


@dataclass(frozen=True)
class Number:
    """A number of the workload in its fixed unit. `value` is the central one; `why` is there when it is assumed."""

    value: Decimal
    origin: Origin
    low: Decimal
    high: Decimal
    why: str = ""


@dataclass(frozen=True)
class Assumed:
    """An assumption that costs rest on, because a question is not answered."""

    answer: str
    value: Decimal | str | tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Workload:
    """What costs read. Tokens are per call, money is USD, shares lie between 0 and 1, changes are per year."""

    queries_per_day: Number
    calls_per_request: Number
    prompt_tokens: Number
    input_tokens: Number
    output_tokens: Number
    tuned_prompt_tokens: Number
    tuned_output_tokens: Number
    retrieved_tokens: Number
    cached_share: Number
    monthly_growth: Number
    batchable_share: Number
    horizon_months: Number
    knowledge_tokens: Number
    labelled_examples: Number
    example_tokens: Number
    training_runs: Number
    epochs: Number
    retrain_per_year: Number
    engineer_hourly_cost: Number
    gpus: Number
    knowledge_changes: Decimal
    knowledge_needed: str | None
    requirement_changes: Decimal
    label_target: Decimal
    task_type: str
    on_premises: bool
    data_reviewed: bool
    prompt_exists: bool
    evaluation_set_exists: bool
    small_model_failed: bool
    assumed: tuple[Assumed, ...]

    @property
    def tuned_tokens_answered(self) -> bool:
        """Return whether it is said what a tuned model is sent or writes."""
        return "assumed" not in (self.tuned_prompt_tokens.origin, self.tuned_output_tokens.origin)

    @property
    def has_ranges(self) -> bool:
        """Return whether a number that has a cheap and a dear end is a range."""
        numbers = (getattr(self, name) for name in NUMBERS if name not in _WITHOUT_ENDS)
        return any(number.low != number.high for number in numbers)

    def at(self, end: End) -> Workload:
        """Return the workload with every range at the end that makes it cheapest (`low`) or dearest (`high`).

        The horizon and the number of labelled examples stay at their central values: they have no cheap end.
        """
        changed: dict[str, Any] = {}
        for name in NUMBERS:
            number: Number = getattr(self, name)
            if name not in _WITHOUT_ENDS and number.low != number.high:
                cheap, dear = (number.high, number.low) if name in _SAVING else (number.low, number.high)
                changed[name] = replace(number, value=cheap if end == "low" else dear)
        return replace(self, **changed)

    @property
    def calls_per_day(self) -> Decimal:
        return self.queries_per_day.value * self.calls_per_request.value

    @property
    def months(self) -> int:
        """Return the length of the projection."""
        return max(1, int(self.horizon_months.value.to_integral_value()))

    @property
    def trained_examples(self) -> Decimal:
        """Return how many examples a run trains on: those there are, or what the task type needs if that is more."""
        return max(self.labelled_examples.value, self.label_target)

    @property
    def missing_examples(self) -> Decimal:
        return self.trained_examples - self.labelled_examples.value

    @property
    def examples_to_review(self) -> Decimal:
        """Return how many training examples nobody has reviewed: all of them, or only those still to be labelled."""
        return self.missing_examples if self.data_reviewed else self.trained_examples

    @property
    def labour_counts(self) -> bool:
        """Return whether labour is in the totals; an hourly cost of 0 leaves it out."""
        return self.engineer_hourly_cost.value > 0


NUMBERS: Final = (
    "queries_per_day",
    "calls_per_request",
    "prompt_tokens",
    "input_tokens",
    "output_tokens",
    "tuned_prompt_tokens",
    "tuned_output_tokens",
    "retrieved_tokens",
    "monthly_growth",
    "batchable_share",
    "horizon_months",
    "knowledge_tokens",
    "labelled_examples",
    "example_tokens",
    "training_runs",
    "epochs",
    "retrain_per_year",
    "engineer_hourly_cost",
    "gpus",
    "cached_share",
)
"""The numbers of a workload, in the order in which they are filled in: an assumption may use those before it."""

_SAVING: Final = frozenset(("cached_share", "batchable_share"))
_WITHOUT_ENDS: Final = frozenset(("horizon_months", "labelled_examples"))

ON_PREMISES: Final = frozenset(
    (
        "gpus",
        "training_runs",
        "retrain_per_year",
        "horizon_months",
        "engineer_hourly_cost",
        "queries_per_day",
        "calls_per_request",
        "labelled_examples",
        "requirement_change",
        "task_type",
    )
)
"""The answers that costs read where nothing is billed by the token."""

LINEAR: Final = frozenset(NUMBERS) - {"monthly_growth", "horizon_months", "knowledge_tokens", "retrain_per_year"}
"""The numbers in which every cost is linear, between the breakpoints of costs and with all else held fixed. Growth
compounds, retrainings and chunks of knowledge come in whole ones, and a longer horizon adds months unlike the others.
"""

NEEDED: Final = (
    *NUMBERS,
    "knowledge_change",
    "requirement_change",
    "task_type",
    "privacy",
    "data_quality",
    "prompting_tried",
    "evaluation_set",
    "small_model_tried",
    "current_model",
    "small_model",
    "tuned_model",
    "tuning_access",
)
"""The answers that costs read."""

PRICED_BY: Final = frozenset((*NEEDED, "knowledge_needed"))
"""The answers that costs read, those included that only say which alternatives apply."""
