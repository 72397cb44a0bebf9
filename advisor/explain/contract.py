"""The JSON contract of `advise explain --json`: these dataclasses, in this order. docs/explain.md says what they mean.

None stands for what does not exist or is not known. Numbers are plain; a value that is a range is a list of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from advisor.contract import Flip, NextQuestion, Source, Strategy, contract_schema

State = Literal["fired", "not_fired", "unknown"]
Scalar = Decimal | str | bool
Plain = Scalar | tuple[Decimal, ...] | tuple[str, ...] | None
"""An answer or a fact as JSON has it."""


@dataclass(frozen=True)
class Comparison:
    fact: str
    op: str
    constant: Plain
    value: Plain
    applicable: bool
    state: State
    distance: Decimal | None


@dataclass(frozen=True)
class AllOf:
    all_: tuple[Node, ...]
    state: State


@dataclass(frozen=True)
class AnyOfThem:
    any_: tuple[Node, ...]
    state: State


@dataclass(frozen=True)
class Opposite:
    not_: Node
    state: State


Node = Comparison | AllOf | AnyOfThem | Opposite


@dataclass(frozen=True)
class Turning:
    op: str
    constant: Plain
    wanted: bool


@dataclass(frozen=True)
class Interval:
    low: Decimal | None
    high: Decimal | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True)
class Need:
    fact: str
    value: Plain
    applicable: bool
    comparisons: tuple[Turning, ...]
    intervals: tuple[Interval, ...] | None
    values: tuple[Plain, ...] | None
    excluded: tuple[str, ...] | None
    nearest: Plain
    gap: Decimal | None
    follows_from: tuple[str, ...]
    cost: bool


@dataclass(frozen=True)
class Change:
    name: str
    value: Plain
    answer: bool


@dataclass(frozen=True)
class Trial:
    changes: tuple[Change, ...]
    recommendation: Strategy
    margin: int | None
    scores: Mapping[str, int]


@dataclass(frozen=True)
class Way:
    needs: tuple[Need, ...]
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Turn:
    to: Literal["fired", "not_fired"]
    steps: int | None
    near_miss: bool
    points: Mapping[str, int]
    ways: tuple[Way, ...]
    alone: Strategy


@dataclass(frozen=True)
class Without:
    recommendation: Strategy
    margin: int | None


@dataclass(frozen=True)
class ExplainedRule:
    rule: str
    title: str
    theme: str
    state: State
    points: Mapping[str, int]
    gate: str | None
    because: str
    condition: Node
    source: Source
    contribution: int
    turn: Turn
    without: Without


@dataclass(frozen=True)
class Explanation:
    recommendation: Strategy
    runner_up: Strategy | None
    margin: int | None
    rules: tuple[ExplainedRule, ...]
    flips: tuple[Flip, ...]
    next_question: NextQuestion | None


@dataclass(frozen=True)
class ClosedGate:
    rule: str
    because: str


@dataclass(frozen=True)
class BelowFloor:
    technique: str
    points: int
    floor: int
    missing: int


@dataclass(frozen=True)
class Reason:
    rule: str
    points: int
    because: str


@dataclass(frozen=True)
class Helper:
    rule: str
    points: int
    state: State
    condition: Node


@dataclass(frozen=True)
class Stake:
    rule: str
    title: str
    state: State
    margin: int
    gate: str | None
    turn: Turn


@dataclass(frozen=True)
class WhyNot:
    strategy: Strategy
    recommended: bool
    score: int
    behind: int
    gates: tuple[ClosedGate, ...]
    below_floor: tuple[BelowFloor, ...]
    reasons: tuple[Reason, ...]
    would_help: tuple[Helper, ...]
    versus: Strategy | None
    lead: int | None
    short: int
    stakes: tuple[Stake, ...]
    changing: tuple[Trial, ...]


def explain_schema() -> dict[str, Any]:
    """Return the JSON Schema of both forms: of rules, and of `--why-not`."""
    return contract_schema(Explanation | WhyNot)
