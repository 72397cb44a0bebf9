"""Reading the workload from the answers: every gap is filled by the stated assumption of its question."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from advisor.answers import Answers
from advisor.conditions import NotApplicable, Range, Value
from advisor.errors import Place
from advisor.questions import Questionnaire
from advisor.replies import parse_text
from advisor.workload import (
    CACHED_SHARE,
    CHANGES_PER_YEAR,
    LEAST_TUNED_PROMPT,
    MIN_CACHED_CALLS,
    MIN_CACHED_PREFIX,
    NUMBERS,
    ON_PREMISES,
    TUNED_PROMPT_SHARE,
    Assumed,
    Number,
    Workload,
)


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
        for name in NUMBERS:
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
            return [entry for entry in self.assumed if entry.answer in ON_PREMISES]
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
            parsed = assumed_number(self.questionnaire, name, text)
            assumption = self.questionnaire[name].assumption
            number = parsed
            low = assumption.low if assumption and assumption.low is not None else parsed
            high = assumption.high if assumption and assumption.high is not None else parsed
        hidden = "The question does not apply; options that need the number are priced with it. "
        self._note(name, number, (hidden if isinstance(value, NotApplicable) else "") + why)
        return Number(number, "assumed", low, high, why)

    def _assumption(self, name: str) -> tuple[str, str]:
        return assumption_of(self.questionnaire, name, self.visible)

    def _note(self, name: str, value: Decimal | str, why: str) -> None:
        if not any(entry.answer == name for entry in self.assumed):
            self.assumed.append(Assumed(name, value, why))


def assumption_of(questionnaire: Questionnaire, name: str, visible: Mapping[str, Value]) -> tuple[str, str]:
    """Return what costs assume for a question that is not answered, as text or the name of a formula, and why."""
    assumption = questionnaire[name].assumption
    if assumption is None:
        raise ValueError(f"costs need '{name}', and the questionnaire assumes nothing for it")
    if assumption.formula:
        return assumption.formula, assumption.why
    if assumption.by and assumption.table:
        other = visible.get(assumption.by)
        key = other if isinstance(other, str) else assumption_of(questionnaire, assumption.by, visible)[0]
        if key in assumption.table:
            return assumption.table[key], assumption.why
    return assumption.value or "", assumption.why


def assumed_number(questionnaire: Questionnaire, name: str, text: str) -> Decimal:
    """Return the number that the text of an assumption stands for."""
    known = questionnaire.read_assumptions
    if (name, text) not in known:
        known[name, text] = parse_text(questionnaire[name], text, Place("questions", key=name))
    parsed = known[name, text]
    assert isinstance(parsed, Decimal)
    return parsed


def _word(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _tuned_prompt(numbers: Mapping[str, Number]) -> tuple[Decimal, Decimal, Decimal]:
    prompt = numbers["prompt_tokens"].value
    shares = (TUNED_PROMPT_SHARE, Decimal("0.15"), Decimal("0.50"))
    expected, low, high = (min(prompt, max(LEAST_TUNED_PROMPT, prompt * share)) for share in shares)
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
