"""The JSON contract of `advise diff --format json`: these dataclasses, in this order. docs/diff.md says what they mean.

Amounts are USD, rounded to the cent as documents print them, so that effects can be added up by hand. None stands for
what is not established.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from advisor.contract import Amount, Provenance, Strategy, contract_schema

Scalar = Decimal | str | bool
Plain = Scalar | tuple[Decimal, ...] | tuple[str, ...] | None
"""An answer as JSON has it: a range is a list of two numbers."""

CauseKind = Literal["prices", "as_of", "rules", "answer", "note"]
Verdict = Literal["clear", "likely", "too_close"]
Severity = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class State:
    """One side: where it comes from, what is recommended, and what that costs. `unpriced` says what has no price."""

    file: str
    project: str
    as_of: str
    strategy: Strategy
    verdict: Verdict
    score: int
    runner_up: Strategy | None
    margin: int | None
    model: str | None
    months: int
    upfront_usd: Amount
    monthly_usd: Amount
    horizon_usd: Amount
    known_usd: Decimal
    unpriced: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class Lead:
    """Whose points are held against whose: the strategy recommended now against the one recommended before or, where it
    stays, against the runner-up; `over` is null where nothing else is open, and the lead is then the score alone."""

    of: Strategy
    over: Strategy | None
    old: int
    new: int


@dataclass(frozen=True)
class ScoreChange:
    strategy: Strategy
    points: int


@dataclass(frozen=True)
class Effect:
    """What a step does: the strategy recommended before and after it, its model and margin, and the changes that it
    makes."""

    strategy_before: Strategy
    strategy_after: Strategy
    model_before: str | None
    model_after: str | None
    margin_before: int | None
    margin_after: int | None
    lead: int
    scores: tuple[ScoreChange, ...]
    monthly_usd: Amount
    horizon_usd: Amount
    rules_started: tuple[str, ...]
    rules_stopped: tuple[str, ...]
    mistakes_started: tuple[str, ...]
    mistakes_stopped: tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """One changed input. `name` is a question's id, or the kind itself; `ignored` marks an answer that does not count,
    before and after, because its question is not asked. `detail` names what changed inside rules or prices."""

    kind: CauseKind
    name: str
    old: Plain
    new: Plain
    ignored: bool
    detail: str | None


@dataclass(frozen=True)
class Step:
    """Causes that are applied together, nearly always a single one, after all steps before. `effect` is what changes
    then, `alone` what they would change by themselves in the old state; null where that cannot be assessed."""

    causes: tuple[Cause, ...]
    effect: Effect | None
    alone: Effect | None

    @property
    def name(self) -> str:
        """Return how the step is called: by its cause, or by all that are applied together."""
        return " + ".join(cause.name for cause in self.causes)


@dataclass(frozen=True)
class MovedBy:
    """What moves the recommendation. `alone` are causes of which each would do it by itself in the old state; where
    there is none, `together` are causes that do it in the old state, and no longer once one of them is left out."""

    alone: tuple[str, ...]
    together: tuple[str, ...]


@dataclass(frozen=True)
class AddsUp:
    """Whether the effects of the steps sum to the whole change, figure by figure. They do unless an amount is not
    established, or unless nothing can be attributed."""

    lead: bool
    monthly_usd: bool
    horizon_usd: bool


@dataclass(frozen=True)
class StrategyChange:
    """Where a strategy stands on both sides. The changes of its rules sum to that of its score. `ruled_out` is why it
    is not open: gates, and techniques below the adoption floor."""

    strategy: Strategy
    old_score: int
    new_score: int
    old_ruled_out: tuple[str, ...]
    new_ruled_out: tuple[str, ...]


@dataclass(frozen=True)
class RulePoints:
    strategy: Strategy
    old: int
    new: int


@dataclass(frozen=True)
class RuleChange:
    """A rule that fires on one side only, or with other points. `closes` are the strategies that it closes as a gate,
    `causes` the inputs whose steps turned it."""

    rule: str
    change: Literal["started", "stopped", "points"]
    points: tuple[RulePoints, ...]
    closes: tuple[Strategy, ...]
    because: str
    causes: tuple[str, ...]


@dataclass(frozen=True)
class MistakeChange:
    """A mistake that applies on one side only, or with other money at stake."""

    mistake: str
    change: Literal["started", "stopped", "at_stake"]
    severity: Severity
    because: str
    avoid: str
    old_at_stake_usd: Amount
    new_at_stake_usd: Amount
    causes: tuple[str, ...]


@dataclass(frozen=True)
class LineChange:
    """A line of the recommended strategy's cost over the horizon. Where it is there on both sides in one unit, its
    change is split: `by_price_usd` is the change of price at the old quantity, `by_quantity_usd` the rest."""

    line: str
    kind: Literal["build", "run", "maintain"]
    label: str
    labour: bool
    old_usd: Decimal
    new_usd: Decimal
    change_usd: Decimal
    by_price_usd: Amount
    by_quantity_usd: Amount


@dataclass(frozen=True)
class AssumptionChange:
    """What costs assume for an answer, where they assume something else or on one side only."""

    answer: str
    old: Decimal | str | tuple[str, ...] | None
    new: Decimal | str | tuple[str, ...] | None


@dataclass(frozen=True)
class Difference:
    """What lies between two states. `moved` says that another strategy is recommended; `monthly_share` is the change of
    the monthly cost as a share of the old one; `limits` say what could not be attributed, and why."""

    schema_version: str
    kind: Literal["answers", "results"]
    changed: bool
    moved: bool
    old: State
    new: State
    monthly_usd: Amount
    monthly_share: Amount
    horizon_usd: Amount
    lead: Lead
    moved_by: MovedBy | None
    steps: tuple[Step, ...]
    adds_up: AddsUp
    scores: tuple[StrategyChange, ...]
    rules: tuple[RuleChange, ...]
    mistakes: tuple[MistakeChange, ...]
    lines: tuple[LineChange, ...]
    assumptions: tuple[AssumptionChange, ...]
    limits: tuple[str, ...]


def diff_schema() -> dict[str, Any]:
    """Return the JSON Schema of a difference."""
    return contract_schema(Difference)
