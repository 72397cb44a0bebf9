"""What every proof stands on: the worlds of all answers, the pack as boxes over them, and the replay of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from advisor.compilers.cells import CellTable, compile_cells
from advisor.conditions import NOT_APPLICABLE, Condition, Value, evaluate
from advisor.derived import derived_domains
from advisor.facts import FactBase, unpriced_facts
from advisor.outcomes import Outcomes
from advisor.packs.pack import Pack
from advisor.rule_tests.runs import RuleTestReport, run_rule_tests
from advisor.scoring import Scorer
from advisor.search import STEPS, Allowance, Goal, Search, World
from advisor.verify.findings import Case
from advisor.worlds import Cell, Worlds, all_cases

ALL_STEPS: Final = 20
"""How many times the steps of one search all searches together may take."""


@dataclass(frozen=True)
class Ground:
    """A pack with all that its proofs share. Conditions are numbered: the rules first, the needs after them."""

    pack: Pack
    steps: int = STEPS

    @cached_property
    def base(self) -> FactBase:
        return self._base({})

    def _base(self, answers: Mapping[str, Value]) -> FactBase:
        return unpriced_facts(self.pack.questionnaire, answers, self.pack.examples_needed)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return (*(rule.when for rule in self.pack.rules), *(need.when for need in self.pack.needs))

    @cached_property
    def worlds(self) -> Worlds:
        return all_cases(self.base, self.conditions)

    @cached_property
    def table(self) -> CellTable:
        return compile_cells(self.conditions, self.worlds)

    @cached_property
    def search(self) -> Search:
        return self.search_of(self.table)

    def search_of(self, table: CellTable) -> Search:
        """Return a search of other boxes over the same worlds; all share one allowance of steps."""
        return Search(table, self.steps, self.allowance)

    @cached_property
    def allowance(self) -> Allowance:
        return Allowance(ALL_STEPS * self.steps)

    @cached_property
    def tests(self) -> RuleTestReport:
        return run_rule_tests(self.pack)

    @cached_property
    def outcomes(self) -> Outcomes:
        return Outcomes(self.pack)

    def true(self, number: int) -> Goal:
        """Return the goal that a condition is true."""
        return Goal((*([0] * number), 1), 1)

    def false(self, number: int) -> Goal:
        """Return the goal that a condition is not true."""
        return Goal((*([0] * number), -1), 0)

    def case_of(self, world: World) -> Case:
        """Return a world as a case."""
        return self.case_of_cells([kinds[kind] for kinds, kind in zip(self.table.kinds, world, strict=True)])

    def case_of_cells(self, cells: Iterable[Cell]) -> Case:
        """Return cells as a case: their answers, and what these do not settle of the derived facts."""
        chosen = list(cells)
        answers = {name: value for cell in chosen for name, value in cell.answers.items()}
        follows = self._base(answers).facts
        supposed = {
            name: value
            for cell in chosen
            for name, value in cell.facts.items()
            if name in self._derived and follows.get(name) != value
        }
        return {**answers, **supposed}

    @cached_property
    def _derived(self) -> frozenset[str]:
        return frozenset(derived_domains())

    def facts_of(self, case: Case) -> dict[str, Value]:
        """Return the facts of a case as the evaluator has them."""
        answers = {name: value for name, value in case.items() if name not in self._derived}
        return {**self._base(answers).facts, **{name: case[name] for name in case if name in self._derived}}

    def states(self, case: Case) -> dict[str, bool | None]:
        """Return the states of the rules in a case, by the reference evaluator."""
        facts = self.facts_of(case)
        return {rule.id: evaluate(rule.when, facts) for rule in self.pack.rules}

    @cached_property
    def scorer(self) -> Scorer:
        """Return what adds up states; its own facts are those of no answers."""
        return Scorer(self.pack, self.base)

    def smallest(self, case: Case, claim: Callable[[Case], bool]) -> Case | None:
        """Return a case in which nothing can be left out without losing the claim, or None when the claim does not hold
        in it by the reference evaluator."""
        if not claim(case):
            return None
        kept = dict(case)
        for name in case:
            less = {key: value for key, value in kept.items() if key != name}
            if claim(less):
                kept = less
        kept = said(kept)
        return kept if claim(kept) else None


def said(case: Case) -> dict[str, Value]:
    """Return a case without what no answers file and no case of a rule can say."""
    return {name: value for name, value in case.items() if value is not None and value is not NOT_APPLICABLE}
