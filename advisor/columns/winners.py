"""Which strategies are open and which of them wins, a row for each case; the single path's is in `scoring`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.columns.doubt import Bits
from advisor.columns.plans import Places
from advisor.packs.pack import ADDS, PAIR, Pack
from advisor.questions import STRATEGIES


def open_of(scores: NDArray[Any], fired: Bits, pack: Pack) -> Bits:
    """Return which strategies no gate and no floor rules out; `fired` has a row for each rule."""
    adopted = {}
    for technique in ADDS[PAIR]:
        gates = [place for place, rule in enumerate(pack.rules) if rule.gate == technique]
        enough = scores[:, STRATEGIES.index(technique)] >= pack.adoption_floor
        adopted[technique] = enough & ~fired[gates].any(axis=0)
    return strategies_open(adopted, len(scores))


def strategies_open(adopted: Mapping[str, Bits], rows: int) -> Bits:
    """Return which strategies are open: those all of whose techniques may be adopted."""
    every = np.ones(rows, np.bool_)
    return np.stack(
        [np.logical_and.reduce([every, *(adopted[name] for name in ADDS[strategy])]) for strategy in STRATEGIES], axis=1
    )


def best_of(scores: NDArray[np.int64], open_: Bits) -> tuple[Places, NDArray[np.int64]]:
    """Return the open strategy with the highest score, the simpler of equals, and its margin, -1 without another."""
    lowest = np.iinfo(np.int64).min // 2
    table = np.where(open_, scores, lowest)
    winner = np.argmax(table, axis=1)
    cases = np.arange(len(table))
    best = table[cases, winner]
    table[cases, winner] = lowest
    second = table.max(axis=1)
    return winner, np.where(second == lowest, -1, best - second)
