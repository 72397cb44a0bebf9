"""The numbers that costs need, each given, a range, or assumed - with the reason of every assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

from advisor.answers import Answers
from advisor.conditions import NotApplicable, Range, Value
from advisor.errors import Place
from advisor.questions import Questionnaire
from advisor.replies import parse_text

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
        numbers = (getattr(self, name) for name in _NUMBERS if name not in _WITHOUT_ENDS)
        return any(number.low != number.high for number in numbers)

    def at(self, end: End) -> Workload:
        """Return the workload with every range at the end that makes it cheapest (`low`) or dearest (`high`).

        The horizon and the number of labelled examples stay at their central values: they have no cheap end.
        """
        changed: dict[str, Any] = {}
        for name in _NUMBERS:
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


_NUMBERS: Final = (
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

_SAVING: Final = frozenset(("cached_share", "batchable_share"))
_WITHOUT_ENDS: Final = frozenset(("horizon_months", "labelled_examples"))

_ON_PREMISES: Final = frozenset(
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

NEEDED: Final = (
    *_NUMBERS,
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


def central(low: Decimal, high: Decimal) -> Decimal:
    """Return the value that stands for a range: the midpoint, or the geometric mean where high is 10 × low or more."""
    if low > 0 and high / low >= 10:
        return (low * high).sqrt()
    return (low + high) / 2


def workload_of(answers: Answers, questionnaire: Questionnaire, label_targets: Mapping[str, int]) -> Workload:
    """Return the workload of some answers, every gap filled by the questionnaire's stated assumption."""
    return _Assembler(answers, questionnaire).workload(label_targets)


class _Assembler:
    """Fills in one number after the other; a formula may use those that came before."""

    def __init__(self, answers: Answers, questionnaire: Questionnaire) -> None:
        self.answers = answers
        self.questionnaire = questionnaire
        self.visible = answers.visible(questionnaire)
        self.numbers: dict[str, Number] = {}
        self.assumed: list[Assumed] = []

    def workload(self, label_targets: Mapping[str, int]) -> Workload:
        task_type = self._choice("task_type")
        for name in _NUMBERS:
            self.numbers[name] = self._number(name)
        knowledge = self.visible.get("knowledge_change")
        changes = (
            Decimal(0) if isinstance(knowledge, NotApplicable) else CHANGES_PER_YEAR[self._choice("knowledge_change")]
        )
        return Workload(
            **self.numbers,
            knowledge_changes=changes,
            knowledge_needed=_word(self.visible.get("knowledge_needed")),
            requirement_changes=CHANGES_PER_YEAR[self._choice("requirement_change")],
            label_target=Decimal(label_targets.get(task_type, label_targets["other"])),
            task_type=task_type,
            on_premises=self._choice("privacy") == "on_premises",
            data_reviewed=self.visible.get("data_quality") == "reviewed",
            prompt_exists=str(self.visible.get("prompting_tried")).startswith("yes_"),
            evaluation_set_exists=self.visible.get("evaluation_set") is True,
            small_model_failed=self.visible.get("small_model_tried") == "yes_insufficient",
            assumed=tuple(sorted(self._relevant(), key=lambda entry: self.questionnaire.ids.index(entry.answer))),
        )

    def _relevant(self) -> list[Assumed]:
        """Return the assumptions that some cost rests on: on premises GPUs and work, elsewhere all but the GPUs."""
        if self._choice("privacy") == "on_premises":
            return [entry for entry in self.assumed if entry.answer in _ON_PREMISES]
        return [entry for entry in self.assumed if entry.answer != "gpus"]

    def _choice(self, name: str) -> str:
        value = self.visible.get(name)
        if isinstance(value, str):
            return value
        assumed, why = self._assumption(name)
        self._note(name, assumed, why)
        return assumed

    def _number(self, name: str) -> Number:
        value: Value = self.visible.get(name)
        if isinstance(value, Range):
            middle = central(value.low, value.high)
            if self.questionnaire[name].domain.integer:
                middle = middle.to_integral_value()
            return Number(middle, "range", value.low, value.high)
        if isinstance(value, Decimal):
            return Number(value, "given", value, value)
        text, why = self._assumption(name)
        if text in _FORMULAS:
            number, low, high = _FORMULAS[text](self.numbers)
        else:
            parsed = parse_text(self.questionnaire[name], text, Place("questions", key=name))
            assert isinstance(parsed, Decimal)
            assumption = self.questionnaire[name].assumption
            number = parsed
            low = assumption.low if assumption and assumption.low is not None else parsed
            high = assumption.high if assumption and assumption.high is not None else parsed
        hidden = "The question does not apply; options that need the number are priced with it. "
        self._note(name, number, (hidden if isinstance(value, NotApplicable) else "") + why)
        return Number(number, "assumed", low, high, why)

    def _assumption(self, name: str) -> tuple[str, str]:
        assumption = self.questionnaire[name].assumption
        if assumption is None:
            raise ValueError(f"costs need '{name}', and the questionnaire assumes nothing for it")
        if assumption.formula:
            return assumption.formula, assumption.why
        if assumption.by and assumption.table:
            other = self.visible.get(assumption.by)
            key = other if isinstance(other, str) else self._assumption(assumption.by)[0]
            if key in assumption.table:
                return assumption.table[key], assumption.why
        return assumption.value or "", assumption.why

    def _note(self, name: str, value: Decimal | str, why: str) -> None:
        if not any(entry.answer == name for entry in self.assumed):
            self.assumed.append(Assumed(name, value, why))


def _word(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _tuned_prompt(numbers: Mapping[str, Number]) -> tuple[Decimal, Decimal, Decimal]:
    prompt = numbers["prompt_tokens"].value
    shares = (Decimal("0.25"), Decimal("0.15"), Decimal("0.50"))
    expected, low, high = (min(prompt, max(Decimal(50), prompt * share)) for share in shares)
    return expected, low, high


def _unchanged_output(numbers: Mapping[str, Number]) -> tuple[Decimal, Decimal, Decimal]:
    output = numbers["output_tokens"]
    return output.value, output.low, output.high


def _example(numbers: Mapping[str, Number]) -> tuple[Decimal, Decimal, Decimal]:
    total = numbers["tuned_prompt_tokens"].value + numbers["input_tokens"].value + numbers["output_tokens"].value
    return total, total, total


def _cached(numbers: Mapping[str, Number]) -> tuple[Decimal, Decimal, Decimal]:
    calls = numbers["queries_per_day"].value * numbers["calls_per_request"].value
    long_enough = numbers["prompt_tokens"].value >= MIN_CACHED_PREFIX
    share = CACHED_SHARE if long_enough and calls >= MIN_CACHED_CALLS else Decimal(0)
    return share, share, share


_FORMULAS: Final = {
    "tuned_prompt_tokens": _tuned_prompt,
    "tuned_output_tokens": _unchanged_output,
    "example_tokens": _example,
    "cached_share": _cached,
}
