"""The smallest sets of answers that lead to each other strategy, and the smallest that settle the present one.

One answer: tried over its whole domain (`changes.flips`, exact where it says so). Two: every pair of kinds of answers.
Three: triples of the changes that bring the strategy closest. What is found is confirmed by the single path.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Final

import numpy as np

from advisor.changes.probe import Probe
from advisor.columns.frame import Frame
from advisor.columns.street import Decided, Street
from advisor.conditions import Value
from advisor.cost_facts import cost_facts
from advisor.priced import Priced
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer
from advisor.search import Undecided
from advisor.whatif.drawing import widened
from advisor.whatif.kinds import Change, changes_of, with_changes
from advisor.workload import Number

_STEPS: Final = 120
_WIDE: Final = 10

TRIED: Final = 24
"""Changes of which triples are tried: those that bring a strategy closest."""


@dataclass(frozen=True)
class Smallest:
    """The fewest changes found that lead to a strategy; none where none was found. `least` says that no smaller set of
    kinds of answers leads there."""

    strategy: str
    changes: tuple[Change, ...]
    least: bool


class Smaller:
    """Searches the sets of changes of one workload. `frame` is the workload as one case."""

    def __init__(self, probe: Probe, street: Street, frame: Frame, questions: Collection[str]) -> None:
        self.probe = probe
        self.street = street
        self.frame = frame
        self.changes = changes_of(probe, questions)

    def all(self) -> tuple[Smallest, ...]:
        """Return the smallest set of changes for every strategy that does not win now."""
        wanted = [name for name in STRATEGIES if name != self.probe.now]
        singles = [(change,) for change in self.changes]
        found: dict[str, Smallest] = {}
        decided = self._decided(singles)
        self._note(found, wanted, singles, decided, least=True)
        if len(found) < len(wanted):
            pairs = [pair for pair in combinations(self.changes, 2) if pair[0].question != pair[1].question]
            self._note(found, wanted, pairs, self._decided(pairs), least=True)
        for name in wanted:
            if name not in found:
                triples = list(self._triples(name, decided))
                self._note(found, [name], triples, self._decided(triples), least=False)
        return tuple(found.get(name, Smallest(name, (), False)) for name in wanted)

    def _triples(self, strategy: str, singles: Decided) -> Iterator[tuple[Change, ...]]:
        """Yield triples of the changes by which a strategy comes closest to winning, counting a gate as ten points."""
        place = STRATEGIES.index(strategy)
        others = np.where(singles.open, singles.scores, -1000)
        others[:, place] = -1000
        behind = others.max(axis=1) - singles.scores[:, place] + np.where(singles.open[:, place], 0, 10)
        closest = sorted(range(len(self.changes)), key=lambda change: (behind[change], change))[:TRIED]
        for triple in combinations(sorted(closest), 3):
            changes = tuple(self.changes[number] for number in triple)
            if len({change.question for change in changes}) == 3:
                yield changes

    def _decided(self, sets: Sequence[tuple[Change, ...]]) -> Decided:
        frame = widened(self.frame, with_changes(self.frame, sets), len(sets), self.probe.questionnaire)
        return self.street.decide(frame)

    def _note(
        self,
        found: dict[str, Smallest],
        wanted: list[str],
        sets: Sequence[tuple[Change, ...]],
        decided: Decided,
        *,
        least: bool,
    ) -> None:
        """Note for each strategy the first set that leads to it, the widest margin first."""
        for name in wanted:
            if name in found:
                continue
            cases = np.flatnonzero(decided.winner == STRATEGIES.index(name))
            order = sorted(cases.tolist(), key=lambda case: (-int(decided.margin[case]), case))
            for case in order:
                if self._confirmed(name, sets[case]):
                    found[name] = Smallest(name, self._nearer(name, sets[case]), least)
                    break

    def _nearer(self, strategy: str, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return the same changes with every number as near to what it is now as the strategy allows, of numbers with
        two digits."""
        found = changes
        for place, change in enumerate(changes):
            now = self._now(change.question)
            if now is None or not isinstance(change.value, Decimal):
                continue
            values = _between(now, change.value, whole=self.probe.questionnaire[change.question].domain.integer)
            sets = [(*found[:place], Change(change.question, value), *found[place + 1 :]) for value in values]
            wins = self._decided(sets).winner == STRATEGIES.index(strategy) if sets else []
            found = next((changed for changed, won in zip(sets, wins, strict=True) if won), found)
        return found if found == changes or self._confirmed(strategy, found) else changes

    def _now(self, question: str) -> Decimal | None:
        """Return the number that is answered or assumed now."""
        assert self.probe.priced is not None
        number = getattr(self.probe.priced.workload, question, None)
        if isinstance(number, Number):
            return number.value
        given = self.probe.scorer.base.answered.get(question)
        return given if isinstance(given, Decimal) else None

    def _confirmed(self, strategy: str, changes: tuple[Change, ...]) -> bool:
        """Return whether the single path says the same."""
        priced = self.probe.priced
        assert priced is not None
        values: dict[str, Value] = {**priced.answers.values, **{change.question: change.value for change in changes}}
        return winner_of(replace(priced, answers=replace(priced.answers, values=values)), self.probe) == strategy


def _between(now: Decimal, far: Decimal, *, whole: bool) -> list[Decimal]:
    """Return numbers from one to another, both ends left out, with two digits each, the nearest first."""
    low, high = sorted((float(now), float(far)))
    wide = low > 0 and high / low >= _WIDE
    spaced = np.geomspace(low, high, _STEPS) if wide else np.linspace(low, high, _STEPS)
    rounded = {_two_digits(Decimal(str(value))) for value in spaced}
    inside = [value for value in rounded if low < value < high and (not whole or value == int(value))]
    return sorted(inside, key=lambda value: abs(value - now))


def _two_digits(value: Decimal) -> Decimal:
    return Decimal(f"{round(value, 1 - value.adjusted()):f}") if value else value


def winner_of(priced: Priced, probe: Probe) -> str:
    """Return which strategy wins with some answers."""
    scorer = Scorer(probe.scorer.pack, priced.fact_base(cost_facts(priced)))
    return scorer.winner(scorer.states)


def sufficient(probe: Probe) -> tuple[str, ...] | None:
    """Return answers that settle the recommendation whatever all others are, none of which can be left out; None where
    it is not settled. Halves are left out first, then ever smaller parts, single answers last."""
    scorer = probe.scorer
    given = [name for name, value in scorer.base.answered.items() if value is not None and probe.is_read(name)]
    if _others_can_win(scorer, given, probe.now):
        return None
    kept, size = given, max(1, len(given) // 2)
    while size:
        for first in range(0, len(kept), size):
            left = [name for place, name in enumerate(kept) if not first <= place < first + size]
            if not _others_can_win(scorer, left, probe.now):
                kept, size = left, min(size, max(1, len(left) // 2))
                break
        else:
            size //= 2
    return tuple(kept)


def _others_can_win(scorer: Scorer, kept: Collection[str], winner: str) -> bool:
    """Return whether, with only some answers kept, another strategy could win."""
    base = scorer.base
    answered = {name: value for name, value in base.answered.items() if name in kept}
    costs = base.costs if len(answered) == len(base.answered) else dict.fromkeys(base.costs)
    reduced = Scorer(scorer.pack, replace(base, answered=answered, costs=costs))
    for strategy in STRATEGIES:
        if strategy != winner:
            try:
                if reduced.completions.first(reduced.outcomes.wins(strategy)) is not None:
                    return True
            except Undecided:
                return True
    return False
