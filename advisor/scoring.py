"""Scores: which rules fire, what they add up to, which strategies are open, and how far unknowns could move them.

All rules fire whose condition is true, and their points add up. The pair scores both sums, minus the complexity
charge, plus rules that name it. Intervals span every completion: each open question takes any of its values, each
rule that hangs on several of them, or on a cost with an assumed input, may fire or not - so intervals can be wider
than exact, never narrower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from advisor.conditions import (
    MOST_SUBSETS,
    NOT_APPLICABLE,
    Range,
    Value,
    cells,
    evaluate,
    facts_of,
    tests_of,
    thresholds_of,
)
from advisor.derived import DERIVED
from advisor.facts import FEWEST_EXAMPLES, FactBase, free_facts, open_questions
from advisor.packs import ADDS, PAIR, Pack, Rule
from advisor.questions import STRATEGIES
from advisor.workload import CACHED_PROMPT_LIMIT

CHARGE: Final = "complexity_charge"

State = bool | None
Weight = Callable[[Rule], int]


@dataclass(frozen=True)
class StrategyScore:
    """A strategy's score, its interval over all completions, and what keeps it from being recommended."""

    strategy: str
    score: int
    interval: tuple[int, int]
    gates: tuple[Rule, ...]
    below_floor: tuple[tuple[str, int], ...]

    @property
    def eligible(self) -> bool:
        return not self.gates and not self.below_floor


def weight_for(strategy: str, rule: Rule) -> int:
    """Return the points that a rule gives to a strategy when it fires."""
    points = rule.points.get(strategy, 0)
    return points + sum(rule.points.get(technique, 0) for technique in ADDS[PAIR]) if strategy == PAIR else points


def points_for(technique: str) -> Weight:
    """Return what a rule gives to a technique."""
    return lambda rule: rule.points.get(technique, 0)


def constant_for(strategy: str, pack: Pack) -> int:
    """Return what a strategy scores before any rule: minus the complexity charge for the pair."""
    return -pack.complexity_charge if strategy == PAIR else 0


@dataclass(frozen=True)
class Scorer:
    """Scores the strategies for one set of facts, and bounds them over all completions."""

    pack: Pack
    base: FactBase

    @cached_property
    def states(self) -> dict[str, State]:
        """Return for every rule whether it fires: True, False, or None for unknown."""
        return self.states_of(self.base.facts)

    def states_of(self, facts: Mapping[str, Value]) -> dict[str, State]:
        return {rule.id: evaluate(rule.when, facts) for rule in self.pack.rules}

    @cached_property
    def strategies(self) -> tuple[StrategyScore, ...]:
        """Return all four strategies, the simpler first."""
        return tuple(self._strategy(strategy) for strategy in STRATEGIES)

    def states_with(self, question: str, value: Value) -> dict[str, State]:
        """Return the states of all rules with one answer replaced; only the rules that hang on it are evaluated."""
        facts = self.base.with_answers({question: value})
        moved = {rule.id: evaluate(rule.when, facts) for rule in self.bounds.hanging_on(question)}
        return {**self.states, **moved}

    def fired(self, states: Mapping[str, State]) -> Iterator[Rule]:
        return (rule for rule in self.pack.rules if states[rule.id])

    def score(self, strategy: str, states: Mapping[str, State]) -> int:
        points = sum(weight_for(strategy, rule) for rule in self.fired(states))
        return constant_for(strategy, self.pack) + points

    def _strategy(self, strategy: str) -> StrategyScore:
        gates, below = self.obstacles(strategy, self.states)
        constant = constant_for(strategy, self.pack)
        low, high = self.bounds.of(lambda rule: weight_for(strategy, rule))
        return StrategyScore(
            strategy, self.score(strategy, self.states), (constant + low, constant + high), gates, below
        )

    def obstacles(
        self, strategy: str, states: Mapping[str, State]
    ) -> tuple[tuple[Rule, ...], tuple[tuple[str, int], ...]]:
        """Return the gates that close a strategy, and its techniques that miss the adoption floor with their points."""
        added = ADDS[strategy]
        gates = tuple(rule for rule in self.fired(states) if rule.gate in added)
        sums = {technique: self.score(technique, states) for technique in added}
        return gates, tuple((name, points) for name, points in sums.items() if points < self.pack.adoption_floor)

    def winner(self, states: Mapping[str, State]) -> str:
        """Return the strategy that wins when the rules are in some state: the simpler one of equals."""
        open_ = [strategy for strategy in STRATEGIES if self.obstacles(strategy, states) == ((), ())]
        return max(open_, key=lambda strategy: (self.score(strategy, states), -STRATEGIES.index(strategy)))

    @cached_property
    def bounds(self) -> Bounds:
        return Bounds(self)

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """Return the strategies that some completion could make the winner (perhaps too many, never too few)."""
        return tuple(strategy for strategy in STRATEGIES if self._can_win(strategy))

    def _can_win(self, strategy: str) -> bool:
        bounds, floor = self.bounds, self.pack.adoption_floor
        if any(bounds.always(rule) for rule in self._gates(strategy)):
            return False
        if any(bounds.of(points_for(technique))[1] < floor for technique in ADDS[strategy]):
            return False
        return not any(self._surely_beaten(strategy, other) for other in STRATEGIES if other != strategy)

    def _surely_beaten(self, strategy: str, other: str) -> bool:
        bounds, floor = self.bounds, self.pack.adoption_floor
        if any(bounds.sometimes(rule) for rule in self._gates(other)):
            return False
        if any(bounds.of(points_for(technique))[0] < floor for technique in ADDS[other]):
            return False
        lead = bounds.of(lambda rule: weight_for(strategy, rule) - weight_for(other, rule))[1]
        lead += constant_for(strategy, self.pack) - constant_for(other, self.pack)
        return lead < 0 or (lead == 0 and STRATEGIES.index(other) < STRATEGIES.index(strategy))

    def _gates(self, strategy: str) -> list[Rule]:
        return [rule for rule in self.pack.rules if rule.gate in ADDS[strategy]]


class Bounds:
    """What completions can do to sums of points.

    A rule that hangs on one open question moves with that question's values; a rule that hangs on several, or on a
    free fact, may fire or not whatever the others do.
    """

    def __init__(self, scorer: Scorer) -> None:
        base, rules = scorer.base, scorer.pack.rules
        self.rules = rules
        self.still_open = open_questions(base.questionnaire, base.answered)
        self.free = free_facts(base.questionnaire, base.answered)
        self.fixed: dict[str, State] = {}
        self.owned: dict[str, list[Rule]] = {}
        self.loose: list[Rule] = []
        self.hanging: dict[str, list[Rule]] = {}
        certain = self._certain_facts(base)
        for rule in rules:
            decided = evaluate(rule.when, certain)
            if decided is not None:
                self.fixed[rule.id] = decided
                continue
            hangs_on, free = self._hangs_on(base, rule)
            for name in hangs_on:
                self.hanging.setdefault(name, []).append(rule)
            only = next(iter(hangs_on)) if len(hangs_on) == 1 else None
            if only and not free and values_of(base, only, rules):
                self.owned.setdefault(only, []).append(rule)
            elif free or hangs_on:
                self.loose.append(rule)
            else:
                self.fixed[rule.id] = scorer.states[rule.id]
        self.loose_ids = {rule.id for rule in self.loose}
        self.worlds = {question: self._worlds(scorer, question, owned) for question, owned in self.owned.items()}

    def _certain_facts(self, base: FactBase) -> dict[str, Value]:
        """Return the facts as far as no completion can move them; what it may move is unknown.

        A rule that is true or false on these stays so in every completion.
        """
        shown = base.questionnaire.shown(base.answered)
        unsure = {name for name, state in shown.items() if state is None} | self.free
        moved = {fact.id for fact in DERIVED if not unsure.isdisjoint(fact.inputs)} | unsure
        return {name: None if name in moved else value for name, value in base.facts.items()}

    def _hangs_on(self, base: FactBase, rule: Rule) -> tuple[set[str], bool]:
        questions, free = set(), False
        for fact in facts_of(rule.when):
            free = free or fact in self.free
            for name in _inputs_of(fact):
                questions.update(self._roots(base, name))
        return questions, free

    def _roots(self, base: FactBase, question: str) -> set[str]:
        """Return the open questions on which a question's value depends, that of its being shown included."""
        roots = {question} & set(self.still_open)
        for fact in facts_of(base.questionnaire[question].show):
            roots |= self._roots(base, fact)
        return roots

    def _worlds(self, scorer: Scorer, question: str, rules: list[Rule]) -> list[dict[str, State]]:
        """Return the states of the rules that hang on a question, for each kind of value that it can take."""
        found: list[dict[str, State]] = []
        for value in values_of(scorer.base, question, self.rules):
            facts = scorer.base.with_answers({question: value})
            states = {rule.id: evaluate(rule.when, facts) for rule in rules}
            if states not in found:
                found.append(states)
        return found

    def of(self, weight: Weight) -> tuple[int, int]:
        """Return the least and the greatest sum of the weights of firing rules over all completions."""
        low = high = sum(weight(rule) for rule in self.rules if self.fixed.get(rule.id))
        for rule in self.loose:
            low += min(0, weight(rule))
            high += max(0, weight(rule))
        for question, worlds in self.worlds.items():
            rules = self.owned[question]
            ends = [_span(rules, states, weight) for states in worlds]
            low += min(end[0] for end in ends)
            high += max(end[1] for end in ends)
        return low, high

    def hanging_on(self, question: str) -> list[Rule]:
        """Return the rules whose state may follow an open question."""
        return self.hanging.get(question, [])

    def always(self, rule: Rule) -> bool:
        """Return whether a rule fires in every completion."""
        return all(state is True for state in self._possible_states(rule))

    def sometimes(self, rule: Rule) -> bool:
        """Return whether a rule may fire in some completion."""
        return any(state is not False for state in self._possible_states(rule))

    def _possible_states(self, rule: Rule) -> list[State]:
        if rule.id in self.loose_ids:
            return [None]
        if rule.id in self.fixed:
            return [self.fixed[rule.id]]
        return [states[rule.id] for worlds in self.worlds.values() for states in worlds if rule.id in states]


def _span(rules: list[Rule], states: Mapping[str, State], weight: Weight) -> tuple[int, int]:
    low = high = 0
    for rule in rules:
        points = weight(rule)
        if states[rule.id] is True:
            low, high = low + points, high + points
        elif states[rule.id] is None:
            low, high = low + min(0, points), high + max(0, points)
    return low, high


def _inputs_of(fact: str) -> tuple[str, ...]:
    return next((entry.inputs for entry in DERIVED if entry.id == fact), (fact,))


def values_of(base: FactBase, question: str, rules: Iterable[Rule]) -> tuple[Value, ...]:
    """Return values of a question that between them bring out everything that rules can make of it.

    Empty where there are too many. A range is filled from inside the range; a question whose being shown is open may
    also turn out hidden.
    """
    entry = base.questionnaire[question]
    if entry.domain.kind == "list" and len(entry.domain.values) > MOST_SUBSETS:
        return ()
    answer = base.answered.get(question)
    within = answer if isinstance(answer, Range) else None
    if entry.kind == "number":
        points = set(thresholds_of((test for rule in rules for test in tests_of(rule.when)), question))
        points |= _hidden_thresholds(base, question, rules)
        values = cells(entry.domain, sorted(points), within)
    else:
        values = cells(entry.domain, ())
    if base.questionnaire.shown(base.answered)[question] is None:
        values = (*values, NOT_APPLICABLE)
    return values


def _hidden_thresholds(base: FactBase, question: str, rules: Iterable[Rule]) -> set[Decimal]:
    """Return where derived facts that read a number change what rules make of it."""
    if question == "labelled_examples":
        return {FEWEST_EXAMPLES, *(Decimal(target) for target in base.label_targets.values())}
    if question == "knowledge_tokens":
        limits = {CACHED_PROMPT_LIMIT}
        return limits if base.prompt_room is None else limits | {base.prompt_room}
    other = {"current_quality": "target_quality", "target_quality": "current_quality"}.get(question)
    value = base.answered.get(other) if other else None
    if isinstance(value, Decimal):
        sign = 1 if other == "current_quality" else -1
        tests = [test for rule in rules for test in tests_of(rule.when)]
        return {value + sign * point for point in thresholds_of(tests, "quality_gap")}
    if question == "queries_per_day":
        tests = [test for rule in rules for test in tests_of(rule.when)]
        return {point / base.calls_per_request for point in thresholds_of(tests, "calls_per_day")}
    return set()
