"""The JSON contract of a result: these dataclasses, in this order, are what `--format json` prints.

Amounts are USD, quantities and shares plain numbers. None stands for what is not established.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

SCHEMA_VERSION: Final = "1.0"

Amount = Decimal | None
Strategy = Literal["prompt_engineering", "rag", "fine_tuning", "rag_and_fine_tuning"]


@dataclass(frozen=True)
class Source:
    title: str
    url: str | None
    date: str
    ref: str | None


@dataclass(frozen=True)
class Contribution:
    rule: str
    contribution: int
    because: str
    source: Source


@dataclass(frozen=True)
class FirstRankShare:
    share: Decimal
    n: int
    seed: int
    standard_error: Decimal


@dataclass(frozen=True)
class Recommendation:
    strategy: Strategy
    techniques: tuple[str, ...]
    verdict: Literal["clear", "likely", "too_close"]
    score: int
    runner_up: Strategy | None
    margin: int | None
    decisive_margin: int
    answered_share: Decimal
    possible_strategies: tuple[Strategy, ...]
    first_rank_share: FirstRankShare | None
    reasons: tuple[Contribution, ...]


@dataclass(frozen=True)
class Gate:
    rule: str
    because: str
    source: Source


@dataclass(frozen=True)
class BelowFloor:
    technique: str
    points: int
    floor: int


@dataclass(frozen=True)
class Points:
    rule: str
    points: int
    because: str
    source: Source


@dataclass(frozen=True)
class MonthAmounts:
    month: str
    build_usd: Decimal
    run_usd: Decimal
    maintain_usd: Decimal
    cumulative_usd: Decimal


@dataclass(frozen=True)
class CostLine:
    id: str
    kind: Literal["build", "run", "maintain"]
    label: str
    quantity: Decimal
    unit: str
    unit_price_usd: Decimal
    amount_usd: Decimal
    price_ref: str
    labour: bool


@dataclass(frozen=True)
class BreakEven:
    versus: Literal["current", "best_alternative"]
    requests: Decimal | None
    days: Decimal | None
    days_api: Decimal | None
    month: str | None
    month_api: str | None
    reachable: bool
    because: str


@dataclass(frozen=True)
class Spread:
    upfront_usd: tuple[Decimal, Decimal]
    monthly_usd: tuple[Decimal, Decimal]
    horizon_usd: tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Cost:
    upfront_usd: Amount
    monthly_usd: Amount
    maintain_monthly_usd: Amount
    per_request_usd: Amount
    horizon_usd: Amount
    upfront_api_usd: Amount
    monthly_api_usd: Amount
    maintain_monthly_api_usd: Amount
    per_request_api_usd: Amount
    horizon_api_usd: Amount
    known_usd: Decimal
    spread: Spread | None
    months: tuple[MonthAmounts, ...]
    lines: tuple[CostLine, ...]
    break_evens: tuple[BreakEven, ...]


@dataclass(frozen=True)
class StrategyResult:
    strategy: Strategy
    score: int
    interval: tuple[int, int]
    eligible: bool
    gates: tuple[Gate, ...]
    below_floor: tuple[BelowFloor, ...]
    reasons: tuple[Points, ...]
    model: str | None
    cost: Cost


@dataclass(frozen=True)
class AlternativeResult:
    id: str
    applies: bool
    because: str
    model: str | None
    cost: Cost


@dataclass(frozen=True)
class MistakeResult:
    id: str
    severity: Literal["high", "medium", "low"]
    committed_by: tuple[Strategy, ...]
    because: str
    avoid: str
    at_stake_usd: Amount
    source: Source


@dataclass(frozen=True)
class RoadmapResult:
    step: str
    why: str
    exit_criterion: str
    cost_usd: Amount


@dataclass(frozen=True)
class AssumptionResult:
    answer: str
    value: Decimal | str | tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Unpriced:
    where: str
    line: str
    why: str


Point = Decimal | str | bool


@dataclass(frozen=True)
class FlipInterval:
    """Both ends belong to it, but an end that numbers share with a neighbour to one of the two; None is no end."""

    from_: Point | None
    to: Point | None
    strategy: Strategy


@dataclass(frozen=True)
class FlipNearest:
    value: Point
    strategy: Strategy


@dataclass(frozen=True)
class Flip:
    answer: str
    now: Point | tuple[Decimal, Decimal]
    intervals: tuple[FlipInterval, ...]
    nearest: FlipNearest | None
    exact: bool


@dataclass(frozen=True)
class NextQuestion:
    answer: str
    why: str
    chance_of_change: Decimal


@dataclass(frozen=True)
class PriceBookVersion:
    genai_prices: str
    rows_digest: str
    oldest_row: str


@dataclass(frozen=True)
class Provenance:
    pack: str
    pack_version: str
    pack_digest: str
    answers_digest: str
    price_book: PriceBookVersion
    review_by: str


@dataclass(frozen=True)
class Result:
    """What `advise` concludes about one workload."""

    project: str
    as_of: str
    schema_version: str
    recommendation: Recommendation
    strategies: tuple[StrategyResult, ...]
    alternatives: tuple[AlternativeResult, ...]
    mistakes: tuple[MistakeResult, ...]
    roadmap: tuple[RoadmapResult, ...]
    assumptions: tuple[AssumptionResult, ...]
    unpriced: tuple[Unpriced, ...]
    flips: tuple[Flip, ...]
    next_question: NextQuestion | None
    provenance: Provenance

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain mappings and lists, amounts as Decimal."""
        plain: dict[str, Any] = as_plain(self)
        return plain


def as_plain(value: Any) -> Any:
    """Return dataclasses as mappings in the order of their fields; a trailing underscore of a name is dropped."""
    if dataclasses.is_dataclass(value):
        return {field.name.rstrip("_"): as_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: as_plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_plain(item) for item in value]
    return value


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema of a result, made from these dataclasses."""
    from pydantic import TypeAdapter

    from advisor.records import DIALECT, PlainNumbers

    schema = TypeAdapter(Result).json_schema(schema_generator=PlainNumbers)
    return {"$schema": DIALECT, **_closed(schema)}


def _closed(schema: Any) -> Any:
    """Return the schema with every object closed, every field required, and trailing underscores dropped."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {
        name: {key.rstrip("_"): _closed(part) for key, part in entry.items()}
        if name == "properties"
        else _closed(entry)
        for name, entry in schema.items()
        if name != "title"
    }
    if "properties" in closed:
        closed |= {"required": list(closed["properties"]), "additionalProperties": False}
    return closed
