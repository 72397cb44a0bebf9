"""The scoring of DESIGN section 5, written as plainly as it reads: what every faster way of it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from advisor.conditions import Value, evaluate
from advisor.packs.pack import Pack
from advisor.worlds import Worlds

TECHNIQUES_ADDED = {
    "prompt_engineering": (),
    "rag": ("rag",),
    "fine_tuning": ("fine_tuning",),
    "rag_and_fine_tuning": ("rag", "fine_tuning"),
}
SIMPLER_FIRST = tuple(TECHNIQUES_ADDED)


def scores(pack: Pack, fired: Iterable[str]) -> dict[str, int]:
    """Return the score of every strategy when some rules fire."""
    names = set(fired)
    points = dict.fromkeys(SIMPLER_FIRST, 0)
    for rule in pack.rules:
        if rule.id in names:
            for target, given in rule.points.items():
                points[target] += given
    both = points["rag"] + points["fine_tuning"] - pack.complexity_charge + points["rag_and_fine_tuning"]
    return {**points, "rag_and_fine_tuning": both}


def eligible(pack: Pack, fired: Iterable[str]) -> list[str]:
    """Return the strategies whose added techniques reach the floor, each by itself, and are closed by no gate."""
    names = set(fired)
    found = scores(pack, names)
    gated = {rule.gate for rule in pack.rules if rule.id in names}
    return [
        strategy
        for strategy, added in TECHNIQUES_ADDED.items()
        if all(found[technique] >= pack.adoption_floor and technique not in gated for technique in added)
    ]


def winner(pack: Pack, fired: Iterable[str]) -> str:
    """Return the eligible strategy with the most points, the simpler of equals."""
    names = set(fired)
    found, able = scores(pack, names), eligible(pack, names)
    return next(strategy for strategy in able if found[strategy] == max(found[name] for name in able))


def fired(pack: Pack, facts: Mapping[str, Value]) -> frozenset[str]:
    """Return the rules that are true of some facts."""
    return frozenset(rule.id for rule in pack.rules if evaluate(rule.when, facts) is True)


def every_world(pack: Pack, worlds: Worlds) -> Iterator[frozenset[str]]:
    """Yield the rules that fire in each world, one after the other."""
    for cells in product(*(field.cells for field in worlds.fields)):
        facts = dict(worlds.certain)
        for cell in cells:
            facts |= cell.facts
        yield fired(pack, facts)
