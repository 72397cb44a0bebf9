"""What is asked and never read: questions without a use, and values that no condition tells from the others."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.conditions import Condition, Test, tests_of
from advisor.derived import DERIVED, IN_MISTAKES, IN_ROADMAP
from advisor.packs.pack import Pack
from advisor.questions import Question
from advisor.verify.findings import Checked, Finding
from advisor.verify.ground import Ground
from advisor.workload import NEEDED

_INPUTS = {fact.id: (*fact.inputs, *fact.assumes) for fact in (*DERIVED, *IN_MISTAKES, *IN_ROADMAP)}
_READ_BY_STREET = frozenset(("project", "notes", "considering", "current_monthly_spend"))
"""Questions that head the document, stand beside it, or are held against what costs say."""


def unused_inputs(ground: Ground) -> Iterator[Checked]:
    """V09: every question, and every value of a choice, is read somewhere or declared neutral.

    Costs, mistakes, steps, texts and the conditions under which questions are shown count as readers.
    """
    tests = list(_tests(ground.pack))
    read = {name for test in tests for name in (test.fact, *_INPUTS.get(test.fact, ()))}
    followed = {name for inputs in _INPUTS.values() for name in inputs} | set(NEEDED) | _READ_BY_STREET
    followed |= {
        question.assumption.by
        for question in ground.pack.questionnaire.questions
        if question.assumption and question.assumption.by
    }
    for question in ground.pack.questionnaire.questions:
        if question.neutral:
            continue
        if question.id not in read | followed:
            message = f"nothing reads the question '{question.id}': no rule, cost, mistake, step or text."
            yield Finding("V09", "warning", message)
        elif question.id in followed:
            yield None
        else:
            yield from _values(question, [test for test in tests if test.fact == question.id])


def _values(question: Question, tests: list[Test]) -> Iterator[Checked]:
    named = {
        value for test in tests for value in (test.constant if isinstance(test.constant, tuple) else (test.constant,))
    }
    for choice in question.choices:
        if choice.neutral:
            continue
        message = f"no condition names the value '{choice.value}' of '{question.id}', and it is not declared neutral."
        yield None if choice.value in named else Finding("V09", "warning", message)


def _tests(pack: Pack) -> Iterator[Test]:
    for condition in _conditions(pack):
        yield from tests_of(condition)


def _conditions(pack: Pack) -> Iterator[Condition]:
    yield from (question.show for question in pack.questionnaire.questions)
    yield from (rule.when for rule in pack.rules)
    yield from (mistake.when for mistake in pack.mistakes)
    yield from (step.when for step in pack.steps)
    yield from (variant.when for entry in pack.dimensions for cell in entry.cells.values() for variant in cell)
