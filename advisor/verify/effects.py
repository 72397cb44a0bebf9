"""What rules do to each other: those that change nothing, count twice, or cancel each other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from advisor.conditions import ALWAYS
from advisor.outcomes import Outcomes, first_world
from advisor.packs import ADDS, PAIR, Rule
from advisor.questions import STRATEGIES
from advisor.search import Goal, Undecided
from advisor.verify.findings import Checked, Finding, undecided
from advisor.verify.ground import Ground

DRAWS: Final = 300
"""Cases in which a rule fires that are drawn before a search begins: most rules soon decide one of them."""


def idle_rules(ground: Ground) -> Iterator[Checked]:
    """V02: each rule that can fire decides something: in some case, another strategy would win without it."""
    chance = random.Random(0)
    for number, rule in enumerate(ground.pack.rules):
        if not ground.table.of_condition(number):  # it never fires, which V01 says
            continue
        if _drawn(ground, number, chance):
            yield None
            continue
        try:
            decides = _decides(ground, number)
        except Undecided:
            yield undecided("V02", "leaving this rule out ever changes what wins", rule)
            continue
        yield (
            None
            if decides
            else Finding("V02", "warning", "leaving this rule out changes the recommendation in no case.", rule)
        )


def _drawn(ground: Ground, number: int, chance: random.Random) -> bool:
    """Return whether leaving out a rule changes what wins in one of some cases that are drawn."""
    table, rules = ground.table, ground.pack.rules
    boxes = [box for box in table.boxes if box.condition == number]
    for _ in range(DRAWS):
        box = chance.choice(boxes)
        world = [
            chance.choice([kind for kind in range(len(kinds)) if box.allowed.get(field, -1) >> kind & 1])
            for field, kinds in enumerate(table.kinds)
        ]
        fired = table.fired(world)
        states = {rule.id: index in fired for index, rule in enumerate(rules)}
        before = ground.scorer.winner(states)
        if ground.scorer.winner({**states, rules[number].id: False}) != before:
            return True
    return False


def _decides(ground: Ground, number: int) -> bool:
    """Return whether leaving out a rule changes what wins in any case; raises Undecided."""
    rules = ground.pack.rules
    silent = replace(rules[number], points={}, gate=None)
    without = Outcomes(replace(ground.pack, rules=(*rules[:number], silent, *rules[number + 1 :])))
    ways = (
        (ground.true(number), *goals, *others)
        for strategy in STRATEGIES
        for other in STRATEGIES
        if other != strategy
        for goals in ground.outcomes.wins(strategy)
        for others in without.wins(other)
    )
    return first_world(ground.search, ways) is not None


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
