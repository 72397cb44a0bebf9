"""The quick way through the interview: at most eight questions, those that matter most for this workload.

A workload without a name is asked for it, and for the kind of its task, which decides what is assumed of everything
else. Then come the questions whose answers could move the recommendation most by the rules as they stand, each chosen
in the light of the answers before it; then those without which no cost means anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Final

from advisor.conditions import Test, Value, cells, facts_of, tests_of, thresholds_of
from advisor.derived import DERIVED
from advisor.facts import hidden_thresholds, unpriced_facts
from advisor.packs.pack import Pack
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer

MOST: Final = 8
"""Questions of the quick way."""

NAME: Final = "project"

FIRST: Final = (NAME, "task_type")

COSTED: Final = ("queries_per_day", "prompt_tokens", "current_model")
"""What costs need before anything else: the volume, the prompt, and the model. What else a call holds is assumed by the
kind of the task."""

Weight = tuple[float, int]
"""The share of a question's kinds of answers that change the winner, and by how many points they move the lead."""


class QuickWay:
    """Chooses the questions of the quick way, given the answers so far and the questions that it has asked."""

    def __init__(self, pack: Pack, skipped: frozenset[str] = frozenset()) -> None:
        self._pack = pack
        self._skipped = skipped
        self._chosen: dict[object, str | None] = {}

    def __call__(self, values: Mapping[str, Value], asked: Sequence[str]) -> str | None:
        """Return the next question, None after the last one."""
        if len(asked) >= MOST:
            return None
        done = {*asked, *values, *self._skipped}
        shown = self._pack.questionnaire.shown(values)
        for name in FIRST:
            if name in shown and name not in done:
                return name
        costed = [name for name in COSTED if name in shown and shown[name] is not False and name not in done]
        if len(asked) + len(costed) < MOST:
            key = tuple(values.items()), tuple(asked)
            if key not in self._chosen:
                self._chosen[key] = self._most_telling(values, done | set(COSTED), shown)
            if (chosen := self._chosen[key]) is not None:
                return chosen
        return next(iter(costed), None)

    def _most_telling(
        self, values: Mapping[str, Value], done: set[str], shown: Mapping[str, bool | None]
    ) -> str | None:
        """Return the question that could move the recommendation most, the first of equals; None where none could."""
        scorer = Scorer(self._pack, unpriced_facts(self._pack.questionnaire, values, self._pack.examples_needed))
        best, found = (0.0, 0), None
        for question in self._pack.questionnaire.questions:
            name = question.id
            if name in self._read and name not in done and shown[name] and question.domain.kind != "list":
                weight = self._weight(scorer, name)
                if weight > best:
                    best, found = weight, name
        return found

    def _weight(self, scorer: Scorer, name: str) -> Weight:
        question, base = self._pack.questionnaire[name], scorer.base
        thresholds: list[Decimal] = []
        if question.domain.kind == "number":
            hidden = hidden_thresholds(base, name, base.visible({}), self._tests)
            thresholds = sorted({*thresholds_of(self._tests, name), *hidden})
        now, leads, changes, count = scorer.winner(scorer.states), [_lead(scorer, scorer.states)], 0, 0
        for value in cells(question.domain, thresholds):
            states = scorer.states_with(name, value)
            changes += scorer.winner(states) != now
            leads.append(_lead(scorer, states))
            count += 1
        return changes / max(1, count), max(leads) - min(leads)

    @cached_property
    def _tests(self) -> tuple[Test, ...]:
        return tuple(test for rule in self._pack.rules for test in tests_of(rule.when))

    @cached_property
    def _read(self) -> frozenset[str]:
        """Return the questions that a rule reads, by themselves or through a fact that follows from them."""
        facts = {fact for rule in self._pack.rules for fact in facts_of(rule.when)}
        return frozenset(
            facts | {name for fact in DERIVED if fact.id in facts and not fact.cost for name in fact.inputs}
        )


def _lead(scorer: Scorer, states: Mapping[str, bool | None]) -> int:
    """Return by how many points prompting is behind the best of the others, whatever is closed."""
    scores = [scorer.score(strategy, states) for strategy in STRATEGIES]
    return max(scores[1:]) - scores[0]
