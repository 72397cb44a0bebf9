"""First-rank shares and cost bands: what the scenarios of a workload come to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from advisor.columns.doubt import Floats
from advisor.columns.street import Decided, Street
from advisor.packs.pack import Pack
from advisor.priced import Priced
from advisor.questions import STRATEGIES
from advisor.whatif import SCENARIOS, SEED
from advisor.whatif.drawing import Drawn, Draws, frame_of_scenarios

PERCENTILES = (10, 50, 90)


@dataclass(frozen=True)
class Share:
    """In which share of the scenarios a strategy comes first, with the standard error of that share."""

    strategy: str
    share: Decimal
    standard_error: Decimal


@dataclass(frozen=True)
class Band:
    """The 10th, 50th and 90th percentile of what a strategy costs, in USD; None where a price is missing."""

    strategy: str
    upfront_usd: tuple[Decimal, ...] | None
    monthly_usd: tuple[Decimal, ...] | None
    horizon_usd: tuple[Decimal, ...] | None


@dataclass(frozen=True)
class Spread:
    """What scenarios come to: `drawn` are the ranges behind them; without one there is nothing to draw."""

    scenarios: int
    seed: int
    drawn: tuple[Drawn, ...]
    shares: tuple[Share, ...]
    bands: tuple[Band, ...]

    def share_of(self, strategy: str) -> Share:
        return next(entry for entry in self.shares if entry.strategy == strategy)


def spread_of(priced: Priced, pack: Pack, *, count: int = SCENARIOS, seed: int = SEED) -> Spread:
    """Return shares and bands of a workload."""
    draws = Draws(count, seed)
    frame = frame_of_scenarios(priced, draws)
    decided = Street(pack, priced.book, priced.as_of, draws.price).decide(frame)
    return Spread(
        count,
        seed,
        tuple(draws.drawn),
        tuple(share_of(decided, place) for place in range(len(STRATEGIES))),
        tuple(_band(decided, place) for place in range(len(STRATEGIES))),
    )


def share_of(decided: Decided, place: int) -> Share:
    """Return in which share of some cases the strategy at a place wins."""
    share = float((decided.winner == place).mean())
    error = (share * (1 - share) / len(decided.winner)) ** 0.5
    return Share(STRATEGIES[place], _rounded(share, 4), _rounded(error, 4))


def _band(decided: Decided, place: int) -> Band:
    tables = (decided.upfront, decided.monthly, decided.horizon)
    return Band(STRATEGIES[place], *(_percentiles(table[:, place]) for table in tables))


def _percentiles(amounts: Floats) -> tuple[Decimal, ...] | None:
    if np.isnan(amounts).any():
        return None
    found: Any = np.percentile(amounts, PERCENTILES)
    return tuple(_rounded(float(amount), 2) for amount in found)


def _rounded(number: float, places: int) -> Decimal:
    return round(Decimal(number), places)
