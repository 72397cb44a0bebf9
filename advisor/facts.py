"""Every fact that rules may test: the answers, and what follows from them, the workload and the costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final

from advisor.conditions import NOT_APPLICABLE, NotApplicable, Range, Test, Value, ends_of, thresholds_of
from advisor.derived import DERIVED, WHICH_MODEL, DerivedFact
from advisor.questions import Questionnaire
from advisor.workload import CACHED_PROMPT_LIMIT, CHANGES_PER_YEAR, NEEDED

FEWEST_EXAMPLES: Final = Decimal(50)
"""Labelled examples below which tuning is not worth a run (OpenAI, Supervised fine-tuning guide, 2025-26)."""


@dataclass(frozen=True)
class FactBase:
    """Computes the facts of any set of answers to the same questions, holding what costs say as it is.

    `costs` are the facts made of money; `prompt_room` is how many tokens of knowledge fit the current model's window
    beside the rest; `tunable` says whether a model can be tuned; `calls_per_request` is the answered or assumed one.
    With `current_tuned`, today's quality is that of a tuned model and says nothing of what a prompt reaches; with
    `current_ends` another model may follow the current one, whose window is another.
    """

    questionnaire: Questionnaire
    answered: Mapping[str, Value]
    costs: Mapping[str, Value]
    label_targets: Mapping[str, int]
    prompt_room: Decimal | None
    tunable: bool | None
    calls_per_request: Decimal
    current_tuned: bool = False
    current_ends: bool = False

    @property
    def facts(self) -> dict[str, Value]:
        return self.with_answers({})

    def with_answers(self, changes: Mapping[str, Value]) -> dict[str, Value]:
        """Return all facts with some answers replaced."""
        visible = self.visible(changes)
        return {**visible, **self.costs, **self.derived(visible)}

    def visible(self, changes: Mapping[str, Value]) -> dict[str, Value]:
        """Return the answers that count, with some of them replaced."""
        values = {**self.answered, **changes}
        shown = self.questionnaire.shown(values)
        return {key: NOT_APPLICABLE if shown[key] is False else values.get(key) for key in self.questionnaire.ids}

    def derived(self, visible: Mapping[str, Value]) -> dict[str, Value]:
        """Return what follows from the answers that count."""
        return {
            "knowledge_fits_prompt": self._fits(visible.get("knowledge_tokens")),
            "knowledge_change_per_year": _per_year(visible.get("knowledge_change")),
            "requirement_change_per_year": _per_year(visible.get("requirement_change")),
            "label_sufficiency": self._sufficiency(visible.get("labelled_examples"), visible.get("task_type")),
            "calls_per_day": _scaled(visible.get("queries_per_day"), self.calls_per_request),
            "quality_gap": NOT_APPLICABLE
            if self.current_tuned
            else _gap(visible.get("current_quality"), visible.get("target_quality")),
            "tunable_model_available": self.tunable,
        }

    def _fits(self, tokens: Value) -> Value:
        if not isinstance(tokens, Decimal | Range):
            return tokens
        limit = CACHED_PROMPT_LIMIT if self.prompt_room is None else min(CACHED_PROMPT_LIMIT, self.prompt_room)
        return _same(end <= limit for end in ends_of(tokens))

    def _sufficiency(self, labelled: Value, task_type: Value) -> Value:
        if not isinstance(labelled, Decimal | Range):
            return labelled
        targets = set(self.label_targets.values())
        if isinstance(task_type, str):
            targets = {self.label_targets.get(task_type, self.label_targets["other"])}
        return _same(
            "too_few" if count < FEWEST_EXAMPLES else "pilot" if count < target else "enough"
            for count, target in product(ends_of(labelled), targets)
        )


def unpriced_facts(
    questionnaire: Questionnaire, answered: Mapping[str, Value], label_targets: Mapping[str, int]
) -> FactBase:
    """Return the facts of some answers where nothing is priced: what costs and models say is unknown."""
    return FactBase(questionnaire, answered, {}, label_targets, None, None, Decimal(1))


def _same(found: Iterable[bool | str]) -> bool | str | None:
    """Return the value that all agree on, or None."""
    values = list(dict.fromkeys(found))
    return values[0] if len(values) == 1 else None


def _per_year(word: Value) -> Value:
    return CHANGES_PER_YEAR[word] if isinstance(word, str) else word


def _gap(current: Value, target: Value) -> Value:
    if isinstance(current, NotApplicable) or isinstance(target, NotApplicable):
        return NOT_APPLICABLE
    if not isinstance(current, Decimal | Range) or not isinstance(target, Decimal | Range):
        return None
    lows, highs = ends_of(current), ends_of(target)
    low, high = highs[0] - lows[-1], highs[-1] - lows[0]
    return low if low == high else Range(low, high)


def _scaled(volume: Value, factor: Decimal) -> Value:
    if isinstance(volume, Range):
        return Range(volume.low * factor, volume.high * factor)
    return volume * factor if isinstance(volume, Decimal) else volume


def hidden_thresholds(
    base: FactBase, question: str, visible: Mapping[str, Value], tests: Collection[Test]
) -> set[Decimal]:
    """Return the values of a number at which comparisons of facts that follow from it may change, costs apart, all
    else being as it is in `visible`."""
    match question:
        case "labelled_examples":
            return {FEWEST_EXAMPLES, *(Decimal(target) for target in base.label_targets.values())}
        case "knowledge_tokens":
            return {CACHED_PROMPT_LIMIT} if base.prompt_room is None else {CACHED_PROMPT_LIMIT, base.prompt_room}
        case "current_quality" | "target_quality":
            gaps = thresholds_of(tests, "quality_gap")
            if question == "current_quality":
                return {target - gap for target, gap in product(_numbers(visible.get("target_quality")), gaps)}
            return {current + gap for current, gap in product(_numbers(visible.get("current_quality")), gaps)}
        case "queries_per_day":
            return {calls / base.calls_per_request for calls in thresholds_of(tests, "calls_per_day")}
        case "calls_per_request":
            volumes = [volume for volume in _numbers(visible.get("queries_per_day")) if volume]
            return {calls / volume for calls, volume in product(thresholds_of(tests, "calls_per_day"), volumes)}
    return set()


def _numbers(value: Value) -> tuple[Decimal, ...]:
    return ends_of(value) if isinstance(value, Decimal | Range) else ()


def open_questions(questionnaire: Questionnaire, answered: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the shown questions that a completion may still fill: unanswered, or answered with a range."""
    shown = questionnaire.shown(answered)
    return tuple(
        question.id
        for question in questionnaire.questions
        if shown[question.id] is not False
        and question.kind not in ("text", "notes")
        and (answered.get(question.id) is None or isinstance(answered.get(question.id), Range))
    )


def free_facts(base: FactBase) -> frozenset[str]:
    """Return the derived facts that a completion may move in ways that are not followed up: those made of costs with
    an assumed input, and those that take some open answer as it is assumed."""
    still_open = frozenset(open_questions(base.questionnaire, base.answered))

    def assumed(fact: DerivedFact) -> Collection[str]:
        if fact.cost:
            return NEEDED
        lasts = fact.id == "knowledge_fits_prompt" and not base.current_ends
        return set(fact.assumes) - set(WHICH_MODEL) if lasts else fact.assumes

    free = {fact.id for fact in DERIVED if not still_open.isdisjoint(assumed(fact))}
    return frozenset(free - _settled(base.questionnaire, base.answered))


def _settled(questionnaire: Questionnaire, answered: Mapping[str, Value]) -> set[str]:
    """Return the facts that hold whatever their assumed inputs are: so much knowledge fits no prompt, none is moot."""
    tokens = answered.get("knowledge_tokens")
    too_many = isinstance(tokens, Decimal | Range) and ends_of(tokens)[0] > CACHED_PROMPT_LIMIT
    shown = questionnaire.shown(answered)["knowledge_tokens"]
    return {"knowledge_fits_prompt"} if shown is False or (too_many and shown) else set()
