"""Scores: which rules fire, what they add up to, which strategies are open, and how far unknowns could move them.

All rules fire whose condition is true, and their points add up. The pair scores both sums, minus the complexity
charge, plus rules that name it. Intervals and possible strategies are exact over all completions: each open question
takes any of its values, each range any of its points, and a fact made of money with an assumed input may be anything.
Where a search gives up, they are wider than exact, never narrower.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from advisor.compilers.cells import compile_cells
from advisor.conditions import Value
from advisor.facts import FactBase
from advisor.outcomes import Outcomes
from advisor.packs.pack import ADDS, Pack, Rule
from advisor.points import constant_for, weight_for
from advisor.questions import STRATEGIES
from advisor.search import Search, Undecided
from advisor.worlds import completions

CHARGE: Final = "complexity_charge"

STEPS: Final = 2_000
"""Steps that one question about all completions may take: with packs as they are written, a few dozen do."""

State = bool | None


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
        """Return for every rule whether it fires with some facts."""
        fired, possible = self.pack.decide(facts)
        return {
            rule.id: True if fired >> index & 1 else None if possible >> index & 1 else False
            for index, rule in enumerate(self.pack.rules)
        }

    @cached_property
    def strategies(self) -> tuple[StrategyScore, ...]:
        """Return all four strategies, the simpler first."""
        return tuple(self._strategy(strategy) for strategy in STRATEGIES)

    def states_with(self, question: str, value: Value) -> dict[str, State]:
        """Return the states of all rules with one answer replaced, costs held as they are."""
        return self.states_of(self.base.with_answers({question: value}))

    def fired(self, states: Mapping[str, State]) -> Iterator[Rule]:
        return (rule for rule in self.pack.rules if states[rule.id])

    def score(self, strategy: str, states: Mapping[str, State]) -> int:
        points = sum(weight_for(strategy, rule) for rule in self.fired(states))
        return constant_for(strategy, self.pack) + points

    def _strategy(self, strategy: str) -> StrategyScore:
        gates, below = self.obstacles(strategy, self.states)
        constant = constant_for(strategy, self.pack)
        low, high = self.completions.ends(self.outcomes.score(strategy))
        interval = (constant + low, constant + high)
        return StrategyScore(strategy, self.score(strategy, self.states), interval, gates, below)

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
    def outcomes(self) -> Outcomes:
        return Outcomes(self.pack)

    @cached_property
    def completions(self) -> Search:
        """Return the search over all completions."""
        conditions = [rule.when for rule in self.pack.rules]
        return Search(compile_cells(conditions, completions(self.base, conditions)), STEPS)

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """Return the strategies that some completion makes the winner."""
        return tuple(strategy for strategy in STRATEGIES if self.can_win(strategy))

    def can_win(self, strategy: str) -> bool:
        """Return whether some completion makes a strategy the winner, or whether that cannot be told in time."""
        try:
            return self.completions.first(self.outcomes.wins(strategy)) is not None
        except Undecided:
            return True
