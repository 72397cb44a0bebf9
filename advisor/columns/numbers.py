"""The numbers that costs need, in columns: as answered, and where nothing is answered as the questionnaire assumes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from advisor.columns.doubt import Bits, Floats
from advisor.columns.frame import Codes, Entry, Frame, taken
from advisor.costs.tuning import REASONING_TASKS
from advisor.questions import Questionnaire
from advisor.workload import (
    CACHED_SHARE,
    CHANGES_PER_YEAR,
    LEAST_TUNED_PROMPT,
    MIN_CACHED_CALLS,
    MIN_CACHED_PREFIX,
    NUMBERS,
    TUNED_PROMPT_SHARE,
)
from advisor.workload_reader import assumed_number, assumption_of


@dataclass(frozen=True)
class Numbers:
    """A workload in columns, as `workload.Workload` has it for one case. `assumed` is where a number is assumed."""

    value: Mapping[str, Floats]
    assumed: Mapping[str, Bits]
    knowledge_changes: Floats
    requirement_changes: Floats
    label_target: Floats
    knowledge_needed: Bits
    on_premises: Bits
    data_reviewed: Bits
    prompt_exists: Bits
    evaluation_set_exists: Bits
    small_model_failed: Bits
    reasoning: Bits

    def __getitem__(self, name: str) -> Floats:
        return self.value[name]

    def take(self, rows: Codes) -> Numbers:
        """Return the numbers of some cases."""
        parts: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, part in parts.items():
            parts[name] = (
                {key: taken(column, rows) for key, column in part.items()}
                if isinstance(part, Mapping)
                else taken(part, rows)
            )
        return replace(self, **parts)

    @cached_property
    def calls_per_day(self) -> Floats:
        return self["queries_per_day"] * self["calls_per_request"]

    @cached_property
    def months(self) -> Floats:
        """The length of the projection."""
        return np.maximum(1.0, np.rint(self["horizon_months"]))

    @cached_property
    def trained_examples(self) -> Floats:
        return np.maximum(self["labelled_examples"], self.label_target)

    @cached_property
    def missing_examples(self) -> Floats:
        return self.trained_examples - self["labelled_examples"]

    @cached_property
    def examples_to_review(self) -> Floats:
        return np.where(self.data_reviewed, self.missing_examples, self.trained_examples)

    @cached_property
    def tuned_tokens_answered(self) -> Bits:
        """Where it is said what a tuned model is sent and writes."""
        return ~(self.assumed["tuned_prompt_tokens"] | self.assumed["tuned_output_tokens"])


def numbers_of(frame: Frame, questionnaire: Questionnaire, label_targets: Mapping[str, int]) -> Numbers:
    """Return the workloads of a frame, every gap filled by the questionnaire's stated assumption."""
    value: dict[str, Floats] = {}
    assumed: dict[str, Bits] = {}
    for name in NUMBERS:
        known = frame[name].known
        assumed[name] = ~known
        answered = frame[name].values
        value[name] = (
            answered if known.all() else np.where(known, answered, _assumed(name, frame, questionnaire, value))
        )
    knowledge, tasks, prompting = frame["knowledge_change"], frame["task_type"], frame["prompting_tried"]
    changes = _worded(knowledge, "knowledge_change", questionnaire, CHANGES_PER_YEAR.__getitem__)
    if knowledge.hidden is not None:
        changes = np.where(knowledge.hidden, 0.0, changes)
    return Numbers(
        value,
        assumed,
        changes,
        _worded(frame["requirement_change"], "requirement_change", questionnaire, CHANGES_PER_YEAR.__getitem__),
        _worded(tasks, "task_type", questionnaire, lambda word: label_targets.get(word, label_targets["other"])),
        frame["knowledge_needed"].equals("static", "changing"),
        frame["privacy"].equals("on_premises"),
        frame["data_quality"].equals("reviewed"),
        prompting.equals(*(word for word in prompting.words or () if word.startswith("yes_"))),
        frame["evaluation_set"].equals(True),
        frame["small_model_tried"].equals("yes_insufficient"),
        _worded(tasks, "task_type", questionnaire, REASONING_TASKS.__contains__) > 0,
    )


def _worded(entry: Entry, name: str, questionnaire: Questionnaire, number: Callable[[str], Any]) -> Floats:
    """Return a number for every answer in words, the assumed word where there is none."""
    usual, _ = assumption_of(questionnaire, name, {})
    return entry.looked_up({word: float(number(word)) for word in entry.words or ()}, float(number(usual)))


def _assumed(name: str, frame: Frame, questionnaire: Questionnaire, value: Mapping[str, Floats]) -> Floats:
    """Return what is assumed for a number, given those before it."""
    if name in frame.assumed:
        return frame.assumed[name]
    text, _ = assumption_of(questionnaire, name, {})
    if text in _FORMULAS:
        return _FORMULAS[text](value)

    def number(text: str) -> float:
        return float(assumed_number(questionnaire, name, text))

    by = getattr(questionnaire[name].assumption, "by", None)
    if by is None:
        return np.array([number(text)])
    words = frame[by].words or ()
    table = {word: number(assumption_of(questionnaire, name, {by: word})[0]) for word in words}
    return frame[by].looked_up(table, number(text))


def _tuned_prompt(value: Mapping[str, Floats]) -> Floats:
    prompt = value["prompt_tokens"]
    return np.minimum(prompt, np.maximum(float(LEAST_TUNED_PROMPT), prompt * float(TUNED_PROMPT_SHARE)))


def _example(value: Mapping[str, Floats]) -> Floats:
    return value["tuned_prompt_tokens"] + value["input_tokens"] + value["output_tokens"]


def _cached(value: Mapping[str, Floats]) -> Floats:
    calls = value["queries_per_day"] * value["calls_per_request"]
    cached = (value["prompt_tokens"] >= float(MIN_CACHED_PREFIX)) & (calls >= float(MIN_CACHED_CALLS))
    return np.where(cached, float(CACHED_SHARE), 0.0)


_FORMULAS: Final[Mapping[str, Callable[[Mapping[str, Floats]], Floats]]] = {
    "tuned_prompt_tokens": _tuned_prompt,
    "tuned_output_tokens": lambda value: value["output_tokens"],
    "example_tokens": _example,
    "cached_share": _cached,
}
