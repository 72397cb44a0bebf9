"""One normal form of conditions, from which everything that is compiled begins: any of some clauses, each all of its
literals.

Negations are pushed down to single comparisons. In strong Kleene logic this changes no value: a condition is true,
false or unknown exactly where its normal form is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from advisor.conditions import All, AnyOf, Condition, Not, Test, Value, evaluate_test

MOST_CLAUSES: Final = 64
"""Clauses that a condition may come to; what needs more is not read by people either."""


@dataclass(frozen=True)
class Literal:
    """A comparison, and what it has to be. To be false is not to be the opposite: a fact that does not apply is both
    not under five and not five or more."""

    test: Test
    wanted: bool

    def holds(self, value: Value) -> bool | None:
        """Return whether the literal is true of a value, or None when that is unknown."""
        found = evaluate_test(self.test, value)
        return None if found is None else found is self.wanted

    def met(self, value: Value) -> bool:
        """Return whether the comparison comes out as wanted for sure."""
        return evaluate_test(self.test, value) is self.wanted


Clause = tuple[Literal, ...]
"""True when all literals are; true when there is none."""

NormalForm = tuple[Clause, ...]
"""True when any clause is; false when there is none."""


class TooManyClauses(ValueError):
    """A condition comes to more than `MOST_CLAUSES` clauses."""


@lru_cache(maxsize=1024)
def normal_form(condition: Condition) -> NormalForm:
    """Return a condition as any of some clauses; raises TooManyClauses."""
    return _clauses(condition, True)


def _clauses(condition: Condition, wanted: bool) -> NormalForm:
    match condition:
        case Test():
            return ((Literal(condition, wanted),),)
        case Not(part):
            return _clauses(part, not wanted)
        case All(parts) | AnyOf(parts):
            found = [_clauses(part, wanted) for part in parts]
            return _every(found) if isinstance(condition, All) is wanted else _either(found)


def _either(parts: list[NormalForm]) -> NormalForm:
    return _least(tuple(clause for part in parts for clause in part))


def _every(parts: list[NormalForm]) -> NormalForm:
    found: NormalForm = ((),)
    for part in parts:
        if len(found) * len(part) > MOST_CLAUSES**2:
            raise TooManyClauses
        found = _least(tuple(tuple(dict.fromkeys(left + right)) for left, right in product(found, part)))
    return found


def _least(clauses: NormalForm) -> NormalForm:
    """Return clauses without those that another one already covers: whoever asks for more adds nothing."""
    sets = [frozenset(clause) for clause in clauses]
    kept = tuple(
        clause
        for number, clause in enumerate(clauses)
        if not any(
            other < sets[number] or (other == sets[number] and earlier < number) for earlier, other in enumerate(sets)
        )
    )
    if len(kept) > MOST_CLAUSES:
        raise TooManyClauses
    return kept
