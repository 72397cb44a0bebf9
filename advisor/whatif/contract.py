"""The JSON that `advise whatif` prints."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from advisor import contract
from advisor.contract import Flip, NextQuestion, Point, Strategy, as_plain, contract_schema


@dataclass(frozen=True)
class DrawnRange:
    kind: Literal["answer", "assumption", "price"]
    name: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class FirstRank:
    strategy: Strategy
    share: Decimal
    standard_error: Decimal


@dataclass(frozen=True)
class Percentiles:
    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True)
class CostBand:
    """Amounts are None where a price is missing."""

    strategy: Strategy
    upfront_usd: Percentiles | None
    monthly_usd: Percentiles | None
    horizon_usd: Percentiles | None


@dataclass(frozen=True)
class Scenarios:
    n: int
    seed: int
    drawn: tuple[DrawnRange, ...]
    first_rank: tuple[FirstRank, ...]
    costs: tuple[CostBand, ...]


@dataclass(frozen=True)
class OtherAnswer:
    answer: str
    value: Point


@dataclass(frozen=True)
class SmallestChange:
    """No `changes` where none of up to three answers was found; `least` says that fewer do not lead there."""

    strategy: Strategy
    changes: tuple[OtherAnswer, ...]
    least: bool


@dataclass(frozen=True)
class ValueOfAnswer:
    answer: str
    narrowed: bool
    falls_by: Decimal


@dataclass(frozen=True)
class OpenAnswers:
    """`chance_of_change` is the share of `n` completions with another recommendation."""

    n: int
    seed: int
    chance_of_change: Decimal
    standard_error: Decimal
    values: tuple[ValueOfAnswer, ...]


@dataclass(frozen=True)
class OtherShare:
    strategy: Strategy
    share: Decimal


@dataclass(frozen=True)
class RuleRobustness:
    n: int
    seed: int
    same_share: Decimal
    standard_error: Decimal
    others: tuple[OtherShare, ...]


@dataclass(frozen=True)
class WhatIf:
    """What would change the recommendation of one workload."""

    project: str
    as_of: str
    schema_version: str
    recommendation: contract.Recommendation
    scenarios: Scenarios
    flips: tuple[Flip, ...]
    smallest_changes: tuple[SmallestChange, ...]
    sufficient: tuple[str, ...] | None
    open_answers: OpenAnswers
    next_question: NextQuestion | None
    rule_robustness: RuleRobustness

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain mappings and lists, amounts as Decimal."""
        plain: dict[str, Any] = as_plain(self)
        return plain


@dataclass(frozen=True)
class StrategyTotal:
    strategy: Strategy
    horizon_usd: Decimal | None


@dataclass(frozen=True)
class State:
    """A recommendation in short: `monthly_usd` is that of the recommended strategy."""

    strategy: Strategy
    verdict: Literal["clear", "likely", "too_close"]
    score: int
    margin: int | None
    monthly_usd: Decimal | None
    costs: tuple[StrategyTotal, ...]


@dataclass(frozen=True)
class SweepPoint:
    value: Point
    state: State


@dataclass(frozen=True)
class Sweep:
    """One answer over a range: `intervals` say where the winner changes, `exact` that none is hidden between them."""

    project: str
    as_of: str
    schema_version: str
    answer: str
    points: tuple[SweepPoint, ...]
    intervals: tuple[contract.FlipInterval, ...]
    exact: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain mappings and lists, amounts as Decimal."""
        plain: dict[str, Any] = as_plain(self)
        return plain


@dataclass(frozen=True)
class Comparison:
    """Other answers beside those of a file."""

    project: str
    as_of: str
    schema_version: str
    settings: tuple[str, ...]
    now: State
    then: State

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain mappings and lists, amounts as Decimal."""
        plain: dict[str, Any] = as_plain(self)
        return plain


def whatif_schema() -> dict[str, Any]:
    """Return the JSON Schema of the page, of a sweep, and of other answers beside those of a file."""
    return contract_schema(WhatIf | Sweep | Comparison)
