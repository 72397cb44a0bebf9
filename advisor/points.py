"""What rules give to strategies: the points of its techniques, and for the pair those of both and its own."""

from __future__ import annotations

from advisor.packs.pack import ADDS, PAIR, Pack, Rule


def weight_for(strategy: str, rule: Rule) -> int:
    """Return the points that a rule gives to a strategy when it fires."""
    points = rule.points.get(strategy, 0)
    return points + sum(rule.points.get(technique, 0) for technique in ADDS[PAIR]) if strategy == PAIR else points


def constant_for(strategy: str, pack: Pack) -> int:
    """Return what a strategy scores before any rule: minus the complexity charge for the pair."""
    return -pack.complexity_charge if strategy == PAIR else 0
