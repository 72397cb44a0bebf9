"""How near a condition is to coming out otherwise: the smallest sets of facts that would have to be something else.

A condition is written out into ways: sets of comparisons that together make it true (or false), whatever the other
comparisons are. A way turns the comparisons that do not come out as it wants; the nearest ways move the fewest facts,
then turn the fewest comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from advisor.conditions import All, Condition, Domain, Not, NotApplicable, Test, Value, evaluate
from advisor.derived import DERIVED
from advisor.explain.regions import Region, region_of
from advisor.normal_form import Clause, Literal
from advisor.packs.pack import Pack
from advisor.questions import Questionnaire

MOST_WAYS: Final = 64
"""Ways of one condition that are kept, the nearest first: more are alike for a reader."""

_INPUTS: Final = {fact.id: fact.inputs for fact in DERIVED}


@dataclass(frozen=True)
class Need:
    """A fact that has to be something else: what it is now, what it has to be, and the comparisons that turn with it.

    `region` also keeps to what the same way demands of this fact and is met today.
    """

    fact: str
    value: Value
    turning: Clause
    demands: Clause
    region: Region

    def met(self, value: Value) -> bool:
        """Return whether a value of the fact is one that is needed."""
        return all(demand.met(value) for demand in self.demands)


Way = tuple[Need, ...]
"""Needs that together turn a condition; facts in the order in which it reads them, what shows a question before it."""


@dataclass(frozen=True)
class NearMisses:
    """Finds what would turn conditions, from the facts as they are."""

    facts: Mapping[str, Value]
    domains: Mapping[str, Domain]
    questionnaire: Questionnaire

    @classmethod
    def of(cls, pack: Pack, facts: Mapping[str, Value]) -> NearMisses:
        return cls(facts, pack.domains, pack.questionnaire)

    def ways(self, condition: Condition, wanted: bool) -> tuple[Way, ...]:
        """Return the nearest ways to make a condition true or false; none where it is so or nothing can make it so."""
        if evaluate(condition, self.facts) is wanted:
            return ()
        terms = self._terms(condition, wanted)
        least = min((self._moved(term) for term in terms), default=0)
        return tuple(self._way(term) for term in terms if self._moved(term) == least)

    def _terms(self, condition: Condition, wanted: bool) -> list[Clause]:
        """Return sets of demands each of which makes a condition come out as wanted, the nearest first."""
        match condition:
            case Test():
                return self._nearest(self._of_test(Literal(condition, wanted)))
            case Not(part):
                return self._terms(part, not wanted)
            case _:
                parts = [self._terms(part, wanted) for part in condition.parts]
                if isinstance(condition, All) is wanted:
                    return self._together(parts)
                return self._nearest([term for terms in parts for term in terms])

    def _of_test(self, demand: Literal) -> list[Clause]:
        """Return what meets one demand; a fact that does not apply has to be asked for first."""
        shows = []
        if demand.wanted and isinstance(self.facts.get(demand.test.fact), NotApplicable):
            for name in _INPUTS.get(demand.test.fact, (demand.test.fact,)):
                if isinstance(self.facts.get(name), NotApplicable):
                    shows.append(self._terms(self.questionnaire[name].show, True))
        return self._together([*shows, [(demand,)]])

    def _together(self, parts: list[list[Clause]]) -> list[Clause]:
        found: list[Clause] = [()]
        for terms in parts:
            joined = [tuple(dict.fromkeys(left + right)) for left, right in product(found, terms)]
            found = self._nearest([term for term in joined if self._possible(term)])
        return found

    def _nearest(self, terms: list[Clause]) -> list[Clause]:
        """Return the nearest terms, each once, without those that ask for more than another."""
        ordered = sorted(dict.fromkeys(terms), key=lambda term: (self._moved(term), self._turned(term)))
        kept: list[Clause] = []
        for term in ordered:
            if len(kept) < MOST_WAYS and not any(set(other) <= set(term) for other in kept):
                kept.append(term)
        return kept

    def _possible(self, term: Clause) -> bool:
        return all(region_of(demands, self.domains[fact]) for fact, demands in _by_fact(term).items())

    def _turned(self, term: Clause) -> int:
        return sum(not demand.met(self.facts.get(demand.test.fact)) for demand in term)

    def _moved(self, term: Clause) -> int:
        return len({demand.test.fact for demand in term if not demand.met(self.facts.get(demand.test.fact))})

    def _way(self, term: Clause) -> Way:
        needs = []
        for fact, demands in _by_fact(term).items():
            value = self.facts.get(fact)
            turning = tuple(demand for demand in demands if not demand.met(value))
            if turning:
                needs.append(Need(fact, value, turning, demands, region_of(demands, self.domains[fact])))
        return tuple(needs)


def _by_fact(term: Clause) -> dict[str, Clause]:
    found: dict[str, Clause] = {}
    for demand in term:
        found[demand.test.fact] = (*found.get(demand.test.fact, ()), demand)
    return found
