"""What rules do to each other: those that change nothing, count twice, or cancel each other."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from advisor.compilers.cells import Box
from advisor.conditions import ALWAYS
from advisor.outcomes import Goals, Outcomes
from advisor.packs.pack import ADDS, PAIR, Rule
from advisor.points import weight_for
from advisor.questions import STRATEGIES
from advisor.search import Goal, Undecided
from advisor.verify.findings import Checked, Finding, unconfirmed, undecided
from advisor.verify.ground import Ground

DRAWS: Final = 100
CLIMBS: Final = 10
MOST_KINDS: Final = 12
"""Cases in which a rule fires that are drawn before a search begins, and how many of them are climbed from, by how
many kinds of cells in each field: most rules decide one of these."""


def idle_rules(ground: Ground) -> Iterator[Checked]:
    """V02: each rule that can fire decides something: in some case, another strategy would win without it."""
    chance = random.Random(0)
    for number, rule in enumerate(ground.pack.rules):
        if not ground.table.of_condition(number):  # it never fires, which V01 says
            continue
        yield _idle(ground, number, rule, chance)


def _idle(ground: Ground, number: int, rule: Rule, chance: random.Random) -> Checked:
    claim = "leaving this rule out ever changes what wins"
    try:
        decides = _Climb(ground, number, chance).decides()
        decides = decides or ground.search.first(_ways_to_decide(ground, number)) is not None
    except Undecided:
        return undecided("V02", claim, rule)
    if not decides:
        return Finding("V02", "warning", "leaving this rule out changes the recommendation in no case.", rule)
    return None if ground.worlds.exact else unconfirmed("V02", claim, rule)


class _Climb:
    """Looks for a case that a rule decides: from some in which it fires, step by step to a smaller lead of the winner
    over those that would gain on it without the rule."""

    def __init__(self, ground: Ground, number: int, chance: random.Random) -> None:
        self.ground, self.number, self.chance = ground, number, chance
        self.rule = ground.pack.rules[number]

    def decides(self) -> bool:
        boxes = [box for box in self.ground.table.boxes if box.condition == self.number]
        starts = []
        for _ in range(DRAWS):
            allowed = self._allowed(self.chance.choice(boxes))
            world = [self.chance.choice(kinds) for kinds in allowed]
            lead = self._lead(world)
            if lead < 0:
                return True
            starts.append((lead, world, allowed))
        nearest = sorted(starts, key=lambda start: start[0])[:CLIMBS]
        return any(self._climbs(*start) for start in nearest)

    def _allowed(self, box: Box) -> list[list[int]]:
        return [
            [kind for kind in range(len(kinds)) if box.allowed.get(field, -1) >> kind & 1]
            for field, kinds in enumerate(self.ground.table.kinds)
        ]

    def _climbs(self, lead: int, world: list[int], allowed: list[list[int]]) -> bool:
        for field in self.chance.sample(range(len(world)), len(world)):
            kinds = self.chance.sample(allowed[field], min(MOST_KINDS, len(allowed[field])))
            tried = [(self._lead([*world[:field], kind, *world[field + 1 :]]), kind) for kind in kinds]
            lead, world[field] = min((lead, world[field]), *tried)
            if lead < 0:
                return True
        return False

    def _lead(self, world: Sequence[int]) -> int:
        """Return the lead of the winner over the nearest of those that gain on it without the rule; below zero where
        another one wins then."""
        if self.ground.allowance.left <= 0:
            return _FAR
        self.ground.allowance.left -= 1
        scorer, rules = self.ground.scorer, self.ground.pack.rules
        fired = self.ground.table.fired(world)
        states = {rule.id: index in fired for index, rule in enumerate(rules)}
        winner = scorer.winner(states)
        without = {**states, self.rule.id: False}
        if scorer.winner(without) != winner:
            return -1
        best = scorer.score(winner, without)
        gaining = [name for name in STRATEGIES if weight_for(name, self.rule) < weight_for(winner, self.rule)]
        return min((abs(best - scorer.score(name, without)) for name in gaining), default=_FAR)


_FAR: Final = 10**9


def _ways_to_decide(ground: Ground, number: int) -> Iterator[Goals]:
    """Yield the ways in which one strategy wins with a rule and another one without it."""
    rules = ground.pack.rules
    rule = rules[number]
    silent = replace(rule, points={}, gate=None)
    without = Outcomes(replace(ground.pack, rules=(*rules[:number], silent, *rules[number + 1 :])))
    touched = {name for name in ADDS[PAIR] if rule.gate == name or rule.points.get(name)}
    for strategy in STRATEGIES:
        for other in STRATEGIES:
            if other == strategy or not _may_turn(rule, strategy, other):
                continue
            for states, goals in ground.outcomes.wins_by_state(strategy):
                for states_then, others in without.wins_by_state(other):
                    before = {**states, **dict.fromkeys(ADDS[strategy], True)}
                    after = {**states_then, **dict.fromkeys(ADDS[other], True)}
                    if all(before[name] == after[name] for name in before.keys() & after.keys() - touched):
                        yield (ground.true(number), *goals, *others)


def _may_turn(rule: Rule, strategy: str, other: str) -> bool:
    """Return whether leaving out a rule can put another strategy in the place of one: its lead shrinks, or a technique
    opens or shuts."""
    if weight_for(strategy, rule) > weight_for(other, rule):
        return True
    shuts = any(rule.points.get(name, 0) > 0 for name in ADDS[strategy])
    opens = any(rule.points.get(name, 0) < 0 or rule.gate == name for name in ADDS[other])
    return shuts or opens


def double_counts(ground: Ground) -> Iterator[Checked]:
    """V03: no rule fires only where another one fires that has the same effect.

    The same effect is a warning. Points of the same sign to the same technique are information: a stronger form of a
    reason may well be meant to add to the weaker one. What always fires is no reason for anything and is left out.
    """
    for (first, one), (second, two) in combinations(enumerate(ground.pack.rules), 2):
        shared = _shared(one, two)
        if not shared or ALWAYS in (one.when, two.when):
            continue
        try:
            yield _double(ground, first, second, same=_effect(one) == _effect(two), shared=shared)
        except Undecided:
            yield undecided("V03", f"this rule fires only where '{two.id}' fires, or the other way round", one)


def _double(ground: Ground, first: int, second: int, *, same: bool, shared: str) -> Checked:
    rules = ground.pack.rules
    for inner, outer in ((second, first), (first, second)):
        if ground.table.of_condition(inner) and _implies(ground, inner, outer):
            effect = "the same effect" if same else f"a like effect on '{shared}'"
            message = f"this rule fires only where '{rules[outer].id}' fires, which has {effect}."
            return Finding("V03", "warning" if same else "info", message, rules[inner])
    return None


def cancelling_pairs(ground: Ground) -> Iterator[Checked]:
    """V04: no two rules fire in the same cases with points that add up to nothing."""
    for (first, one), (second, two) in combinations(enumerate(ground.pack.rules), 2):
        if not one.points or {name: -points for name, points in one.points.items()} != dict(two.points):
            continue
        try:
            together = _implies(ground, first, second) and _implies(ground, second, first)
        except Undecided:
            yield undecided("V04", f"this rule always fires together with '{two.id}', which takes back its points", one)
            continue
        message = f"this rule fires exactly where '{two.id}' fires, which takes back its points."
        yield Finding("V04", "warning", message, one) if together else None


def _implies(ground: Ground, inner: int, outer: int) -> bool:
    """Return whether a condition is true only where another one is; raises Undecided."""
    goals: tuple[Goal, ...] = (ground.true(inner), ground.false(outer))
    return ground.search.find(goals) is None


def _effect(rule: Rule) -> object:
    return (dict(rule.points), rule.gate)


def _shared(one: Rule, two: Rule) -> str | None:
    """Return a technique that two rules both close, or both move the same way."""
    if one.gate is not None and one.gate == two.gate:
        return one.gate
    targets = (*ADDS[PAIR], *STRATEGIES)
    return next((name for name in targets if one.points.get(name, 0) * two.points.get(name, 0) > 0), None)
