"""Packs made by chance: the questions of the built-in one, rules on a few of their facts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from advisor.conditions import All, AnyOf, Condition, Domain, Not
from advisor.conditions import Test as Comparison
from advisor.packs.pack import Pack, Rule, RuleTests, Source
from advisor.questions import STRATEGIES

SOURCE = Source(title="Made by chance", date="2026-11-25")
POINTS = (-8, -5, -3, -2, -1, 1, 2, 3, 5, 8)


def made_rule(name: str, when: Condition, gate: str | None = None, **points: int) -> Rule:
    return Rule(name, name, "made", when, points, gate, f"because of {name}", SOURCE, RuleTests())


def with_rules(pack: Pack, rules: Sequence[Rule]) -> Pack:
    """Return a pack with other rules and nothing declared about them."""
    return replace(pack, rules=tuple(rules), needs=(), directions=())


def made_rules(chance: random.Random, pack: Pack, facts: Sequence[str], count: int) -> list[Rule]:
    """Return rules on some facts; every fourth or so is a gate."""
    found = []
    for number in range(count):
        gate = chance.choice(("rag", "fine_tuning")) if chance.random() < 0.2 else None
        targets = chance.sample(STRATEGIES, chance.choice((1, 1, 2, 3)))
        points = {} if gate else {target: chance.choice(POINTS) for target in targets}
        found.append(made_rule(f"r{number:03}", made_condition(chance, pack, facts), gate, **points))
    return found


def made_condition(chance: random.Random, pack: Pack, facts: Sequence[str], depth: int = 2) -> Condition:
    """Return a condition on some facts, with lists and negations inside each other up to a depth."""
    kind = chance.random()
    if depth == 0 or kind < 0.45:
        name = chance.choice(facts)
        return made_test(chance, name, pack.domains[name])
    if kind < 0.55:
        return Not(made_condition(chance, pack, facts, depth - 1))
    parts = tuple(made_condition(chance, pack, facts, depth - 1) for _ in range(chance.choice((1, 2, 2, 3))))
    return All(parts) if kind < 0.85 else AnyOf(parts)


def made_test(chance: random.Random, name: str, domain: Domain) -> Condition:
    constant: Any
    match domain.kind:
        case "bool":
            return Comparison(name, chance.choice(("eq", "ne")), chance.random() < 0.5)
        case "choice" | "list":
            constant = tuple(chance.sample(domain.values, chance.choice((1, 2))))
            return Comparison(name, chance.choice(("in", "not_in")), constant)
        case "name":
            return Comparison(name, "in", (chance.choice(("gpt-4o", "gpt-6-luna")),))
        case _:
            high = domain.high if domain.high is not None else Decimal(10**6)
            places = ("0.05", "0.3", "0.5") if high <= 1 else ("2", "12", "50", "1000", "200000")
            inside = [Decimal(place) for place in places if Decimal(place) < high]
            return Comparison(name, chance.choice(("lt", "le", "gt", "ge", "eq", "ne")), chance.choice(inside))
