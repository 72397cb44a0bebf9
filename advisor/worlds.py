"""Worlds: every way in which what is open can turn out, as fields that vary independently of each other.

Answers that hang together are one field: a question and those that decide whether it is shown, a derived fact and what
it follows from. Each cell of a field is one kind of outcome; between them, the cells bring out everything that
comparisons can make of it. Facts made of money vary freely over their domain, or are not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from advisor.conditions import (
    ALWAYS,
    NOT_APPLICABLE,
    Condition,
    Domain,
    Range,
    Test,
    Value,
    cells,
    evaluate,
    facts_of,
    tests_of,
    thresholds_of,
)
from advisor.derived import DERIVED
from advisor.errors import Place, fail
from advisor.facts import FactBase, free_facts, hidden_thresholds, open_questions
from advisor.workload import CACHED_PROMPT_LIMIT

MOST_CELLS: Final = 20_000
"""Cells of one field; where there would be more, what hangs together is let vary independently."""

MOST_LISTED: Final = 12
"""Values of a list answer that comparisons may name between them."""

_OTHER_NAME: Final = "another one"
_DERIVED: Final = {fact.id: fact for fact in DERIVED}


@dataclass(frozen=True)
class Cell:
    """One kind of outcome of a field: the answers given in it, and what the facts are worth then."""

    answers: Mapping[str, Value]
    facts: Mapping[str, Value]


@dataclass(frozen=True)
class Field:
    """What varies together."""

    facts: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Worlds:
    """Facts that are certain, and fields of which every combination of cells is a world.

    `exact` says that each such world can really come about, as far as answers go; else there may be too many worlds,
    never too few.
    """

    certain: Mapping[str, Value]
    fields: tuple[Field, ...]
    exact: bool


def completions(base: FactBase, conditions: Iterable[Condition]) -> Worlds:
    """Return the worlds in which every open question of some answers is answered and every range is one number."""
    return _Worlds(base, conditions, silent=False).made()


def all_cases(base: FactBase, conditions: Iterable[Condition]) -> Worlds:
    """Return the worlds of every set of answers, unanswered questions included; `base` is one without answers."""
    return _Worlds(base, conditions, silent=True).made()


def kinds_of_answers(base: FactBase, question: str, conditions: Iterable[Condition]) -> tuple[Value, ...]:
    """Return values of a question that is not answered, or answered with a range, that between them bring out
    everything that conditions can make of it, were it asked."""
    worlds = _Worlds(base, conditions, silent=False)
    worlds.open |= {question}
    return worlds.values(question)


class _Worlds:
    def __init__(self, base: FactBase, conditions: Iterable[Condition], *, silent: bool) -> None:
        self.base = base
        self.silent = silent
        self.questions = base.questionnaire
        found = list(conditions)
        self.all_tests = [test for condition in found for test in tests_of(condition)]
        self.tests: dict[str, list[Test]] = {}
        for test in self.all_tests:
            self.tests.setdefault(test.fact, []).append(test)
        self.read = tuple(dict.fromkeys(fact for condition in found for fact in facts_of(condition)))
        self.free = free_facts(base)
        self.open = frozenset(open_questions(self.questions, base.answered))
        self.facts = base.facts
        self.exact = True

    def made(self) -> Worlds:
        fields: list[Field] = []
        seen: set[str] = set()
        for group in self._groups():
            fields += self._fields(group)
            seen.update(group)
        certain = {name: value for name, value in self.facts.items() if name not in seen}
        return Worlds(certain, tuple(fields), self.exact)

    def _groups(self) -> list[tuple[str, ...]]:
        """Return the facts that vary, those that hang together in one group, questions in the order they are asked."""
        together: dict[str, set[str]] = {}
        for fact in self.read:
            varying = self._varying(fact)
            if varying:
                group = set().union({fact}, *(together.get(name, {name}) for name in (fact, *varying)))
                together.update(dict.fromkeys(group, group))
        order = {name: number for number, name in enumerate((*self.questions.ids, *_DERIVED))}
        unique = {id(group): group for group in together.values()}
        groups = [tuple(sorted(group, key=lambda name: order[name])) for group in unique.values()]
        return sorted(groups, key=lambda group: order[group[0]])

    def _varying(self, fact: str) -> set[str]:
        """Return what of a fact and of all it follows from is open."""
        entry = _DERIVED.get(fact)
        if entry is None:
            found = {fact} & self.open
            for other in facts_of(self.questions[fact].show):
                found |= self._varying(other)
            return found | {fact} if found else found
        if entry.cost:
            return {fact} & self.free
        found = {name for given in entry.inputs for name in self._varying(given)}
        return found | ({fact} if fact in self.free or (self.silent and not entry.inputs) else set())

    def _fields(self, group: tuple[str, ...]) -> list[Field]:
        """Return a group as one field, or as one for each fact where that one would be too large."""
        asked = [name for name in group if name not in _DERIVED]
        derived = [name for name in group if name in _DERIVED]
        found: list[Cell] = []
        for answers, visible in self._answers(asked, {}, {}):
            found += (Cell(answers, {**visible, **more}) for more in self._derived(derived, visible))
            if len(found) > MOST_CELLS:
                self.exact = False
                return [self._alone(name) for name in group]
        return [Field(group, tuple(found))]

    def _answers(
        self, asked: Sequence[str], answers: dict[str, Value], visible: dict[str, Value]
    ) -> Iterator[tuple[dict[str, Value], dict[str, Value]]]:
        """Yield the answers to some questions in all their kinds, each with what is visible of them."""
        if not asked:
            yield answers, visible
            return
        name, *rest = asked
        question = self.questions[name]
        facts = {**self.facts, **visible}
        shown = True if question.show is ALWAYS else evaluate(question.show, facts)
        if shown is False:
            yield from self._answers(rest, answers, {**visible, name: NOT_APPLICABLE})
            return
        for value in self._values(name, facts):
            said = answers if value is None else {**answers, name: value}
            yield from self._answers(rest, said, {**visible, name: value})

    def values(self, name: str) -> tuple[Value, ...]:
        return self._values(name, self.facts)

    def _values(self, name: str, facts: Mapping[str, Value]) -> tuple[Value, ...]:
        """Return the kinds of values of a question; None is no answer."""
        if name not in self.open:
            return (self.base.answered.get(name),)
        domain, answer = self.questions[name].domain, self.base.answered.get(name)
        tests = self.tests.get(name, ())
        found: tuple[Value, ...]
        match domain.kind:
            case "number":
                points = {*thresholds_of(tests, name), *hidden_thresholds(self.base, name, facts, self.all_tests)}
                found = cells(domain, sorted(points), answer if isinstance(answer, Range) else None)
            case "list":
                found = _lists(name, tests)
            case "name":
                found = (*dict.fromkeys(_constants(tests)), _OTHER_NAME)
            case _:
                found = cells(domain, ())
        return (None, *found) if self.silent else found

    def _derived(self, derived: Sequence[str], visible: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
        """Yield what derived facts can be, given what is visible of the answers in their field."""
        computed = self.base.derived({**self.facts, **visible}) if derived else {}
        found: list[dict[str, Value]] = [{}]
        for name in derived:
            kinds = self._kinds(name, computed.get(name), visible)
            found = [{**before, name: value} for before in found for value in kinds]
        yield from found

    def _kinds(self, name: str, value: Value, visible: Mapping[str, Value]) -> tuple[Value, ...]:
        entry = _DERIVED[name]
        if entry.cost:
            return (*cells(entry.domain, thresholds_of(self.tests.get(name, ()), name)), None)
        if value is NOT_APPLICABLE or name not in self.free:
            return (value,) if entry.inputs or not self.silent else (*cells(entry.domain, ()), None)
        if name == "knowledge_fits_prompt":
            tokens = visible.get("knowledge_tokens", self.facts["knowledge_tokens"])
            if tokens is None:
                return (None,)
            return (False,) if isinstance(tokens, Decimal) and tokens > CACHED_PROMPT_LIMIT else (True, False)
        numbers = thresholds_of(self.tests.get(name, ()), name) if entry.domain.kind == "number" else ()
        return (*cells(entry.domain, numbers), *((None,) if self.silent else ()))

    def _alone(self, name: str) -> Field:
        """Return a fact as a field of its own, whatever it hangs together with."""
        domain: Domain = _DERIVED[name].domain if name in _DERIVED else self.questions[name].domain
        if name in _DERIVED:
            numbers = thresholds_of(self.tests.get(name, ()), name) if domain.kind == "number" else ()
            found: tuple[Value, ...] = (*cells(domain, numbers), None)
        else:
            found = self._values(name, self.facts)
        answered = name not in _DERIVED
        values = tuple(dict.fromkeys((*found, NOT_APPLICABLE)))
        return Field(
            (name,),
            tuple(
                Cell({name: value} if answered and value not in (None, NOT_APPLICABLE) else {}, {name: value})
                for value in values
            ),
        )


def _constants(tests: Iterable[Test]) -> Iterator[str]:
    for test in tests:
        yield from test.constant if isinstance(test.constant, tuple) else (test.constant,)


def _lists(name: str, tests: Iterable[Test]) -> tuple[Value, ...]:
    named = tuple(dict.fromkeys(_constants(tests)))
    if len(named) > MOST_LISTED:
        raise fail(f"the rules name more than {MOST_LISTED} values of '{name}' between them.", Place("rules"))
    return tuple(subset for size in range(len(named) + 1) for subset in combinations(named, size))
