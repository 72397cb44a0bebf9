"""What each changed input does: applied one after another in the declared order, by itself, and to the recommendation.

Every state in between is assessed like any other, so effects are differences of real assessments, and those of all
steps sum to the whole change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from advisor.contract import Strategy
from advisor.diff.causes import applied, causes_of, fitting
from advisor.diff.contract import Cause, MovedBy, Step
from advisor.diff.sides import Inputs
from advisor.diff.standing import Standing, effect, of_assessment
from advisor.errors import InputError

_START: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True)
class Trials:
    """The states between two: each holds some causes as in the new one and all others as in the old one."""

    old: Inputs
    new: Inputs
    causes: tuple[Cause, ...]
    known: dict[frozenset[int], Standing | None] = field(default_factory=dict)

    def standing(self, changed: Iterable[int]) -> Standing | None:
        """Return how the strategies stand with some causes applied; None where that state cannot be assessed, such as
        one that names a model whose price row is gone. Notes are not read by anything."""
        key = frozenset(index for index in changed if self.causes[index].kind != "note")
        if key not in self.known:
            self.known[key] = self._standing(key)
        return self.known[key]

    def _standing(self, key: frozenset[int]) -> Standing | None:
        state = applied(self.old, [self.causes[index] for index in sorted(key)], self.new)
        try:
            return of_assessment(fitting(state, (self.old, self.new)).assess())
        except InputError:
            return None


def attribute(old: Inputs, new: Inputs, of: Strategy, over: Strategy | None) -> tuple[tuple[Step, ...], MovedBy | None]:
    """Return what each changed input does, and what moves the recommendation where it moves. The lead is that of one
    strategy over another."""
    trials = Trials(old, new, causes_of(old, new))
    groups = _groups(trials)
    steps = []
    before = start = _needed(trials.standing(_START))
    for number, group in enumerate(groups):
        after = _needed(trials.standing(index for part in groups[: number + 1] for index in part))
        alone = trials.standing(group)
        steps.append(
            Step(
                tuple(trials.causes[index] for index in group),
                effect(before, after, of, over),
                None if alone is None else effect(start, alone, of, over),
            )
        )
        before = after
    return tuple(steps), _moved_by(trials, groups) if start.strategy != before.strategy else None


def _needed(standing: Standing | None) -> Standing:
    assert standing is not None, "both sides have been assessed, and so has every step between"
    return standing


def _groups(trials: Trials) -> list[list[int]]:
    """Return the causes step by step; what cannot be assessed without the next cause is one step with it."""
    groups: list[list[int]] = []
    waiting: list[int] = []
    for index in range(len(trials.causes)):
        waiting.append(index)
        if trials.standing(range(index + 1)) is not None:
            groups.append(waiting)
            waiting = []
    return groups


def _moved_by(trials: Trials, groups: list[list[int]]) -> MovedBy:
    """Return which steps move the recommendation by themselves, else a set of which none can be left out."""
    wanted = _needed(trials.standing(range(len(trials.causes)))).strategy

    def does_it(chosen: list[list[int]]) -> bool:
        found = trials.standing(index for group in chosen for index in group)
        return found is not None and found.strategy == wanted

    def names(chosen: list[list[int]]) -> tuple[str, ...]:
        return tuple(" + ".join(trials.causes[index].name for index in group) for group in chosen)

    real = [group for group in groups if any(trials.causes[index].kind != "note" for index in group)]
    if alone := [group for group in real if does_it([group])]:
        return MovedBy(names(alone), ())
    needed, shrunk = real, True
    while shrunk:
        shrunk = False
        for group in tuple(needed):
            rest = [other for other in needed if other is not group]
            if does_it(rest):
                needed, shrunk = rest, True
    return MovedBy((), names(needed))
