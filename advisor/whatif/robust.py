"""Robustness of the rules: every weight one step up or down its scale at random, the answers held fixed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.columns.winners import best_of, strategies_open
from advisor.packs.pack import ADDS, PAIR
from advisor.points import constant_for
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer
from advisor.whatif import SCENARIOS, SEED

_STREAM: Final = 6
"""Keeps these draws apart from others of the same seed."""


@dataclass(frozen=True)
class Robustness:
    """In which share of draws of all points the recommendation is the same, and which others come up how often."""

    draws: int
    seed: int
    same: Decimal
    standard_error: Decimal
    others: tuple[tuple[str, Decimal], ...]


def robustness_of(scorer: Scorer, *, draws: int = SCENARIOS, seed: int = SEED) -> Robustness:
    """Return how often a recommendation stays when each weight of each rule that fires moves by one step of the scale.

    A step is to the neighbouring weight of the pack's scale, 0 being the one below the first; signs stay. Every weight
    moves down, stays or moves up, each as likely. The floor and the complexity charge stay.
    """
    rng = np.random.default_rng([seed, _STREAM])
    scale = [0, *scorer.pack.scale.weights]
    fired = list(scorer.fired(scorer.states))
    targets = (*ADDS[PAIR], PAIR, STRATEGIES[0])
    sums: dict[str, NDArray[np.int64]] = {}
    for target in dict.fromkeys(targets):
        points = np.array([rule.points.get(target, 0) for rule in fired], np.int64)
        sums[target] = _moved(points, scale, rng, draws).sum(axis=1)
    scores = np.stack([_score(strategy, sums, scorer) for strategy in STRATEGIES], axis=1)
    gates = {rule.gate for rule in fired}
    adopted = {name: (sums[name] >= scorer.pack.adoption_floor) & (name not in gates) for name in ADDS[PAIR]}
    winner, _ = best_of(scores, strategies_open(adopted, draws))
    counts = np.bincount(winner, minlength=len(STRATEGIES)) / draws
    now = STRATEGIES.index(scorer.winner(scorer.states))
    same = float(counts[now])
    others = sorted(
        ((name, float(counts[place])) for place, name in enumerate(STRATEGIES) if place != now),
        key=lambda entry: -entry[1],
    )
    return Robustness(
        draws,
        seed,
        _rounded(same),
        _rounded((same * (1 - same) / draws) ** 0.5),
        tuple((name, _rounded(share)) for name, share in others if share),
    )


def _moved(points: NDArray[np.int64], scale: list[int], rng: np.random.Generator, draws: int) -> NDArray[Any]:
    """Return points in every draw, each moved by up to one step of the scale."""
    steps = rng.integers(-1, 2, size=(draws, len(points)))
    table = np.array(scale)
    place = np.searchsorted(table, np.abs(points))
    moved = table[np.clip(place + steps, 0, len(table) - 1)]
    return np.where(points == 0, 0, np.sign(points) * moved)


def _score(strategy: str, sums: dict[str, NDArray[np.int64]], scorer: Scorer) -> NDArray[np.int64]:
    own = sums[strategy] if strategy in sums else np.zeros(1, np.int64)
    both = sum(sums[technique] for technique in ADDS[PAIR]) if strategy == PAIR else 0
    return own + both + constant_for(strategy, scorer.pack)


def _rounded(number: float) -> Decimal:
    return round(Decimal(number), 4)
