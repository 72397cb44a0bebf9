"""What the files of a pack hold, before conditions are read and names are checked."""

from __future__ import annotations

from typing import Any, Final, Literal

from advisor.packs import (
    AtStake,
    Direction,
    EndingText,
    FaqEntry,
    InvoiceText,
    LabelTarget,
    Remedy,
    RuleTests,
    Scale,
    Source,
    StepCost,
    StrategyText,
)
from advisor.questionnaire_reader import QuestionsFile
from advisor.records import Record


class NeedEntry(Record):
    id: str
    title: str
    when: Any


class PackFile(Record):
    name: str
    version: str
    title: str
    scale: Scale
    adoption_floor: int
    complexity_charge: int
    decisive_margin: int
    label_targets: dict[str, LabelTarget]
    invoice: InvoiceText
    ending: EndingText
    strategies: tuple[StrategyText, ...]
    needs: tuple[NeedEntry, ...] = ()
    directions: tuple[Direction, ...] = ()


class RuleEntry(Record):
    id: str
    title: str
    when: Any
    points: dict[str, int] | None = None
    gate: Literal["rag", "fine_tuning"] | None = None
    because: str
    source: Source
    tests: RuleTests = RuleTests()


class MistakeEntry(Record):
    id: str
    title: str
    severity: Literal["high", "medium", "low"]
    commits: tuple[str, ...]
    when: Any
    because: str
    avoid: str
    at_stake: AtStake
    remedy: Remedy
    source: Source


class StepEntry(Record):
    id: str
    when: Any = None
    step: str
    why: str
    exit_criterion: str
    cost: StepCost
    first: bool = False
    source: Source


class VariantEntry(Record):
    when: Any = None
    text: str


class DimensionEntry(Record):
    id: str
    title: str
    cells: dict[str, tuple[VariantEntry, ...]]
    source: Source


class RulesFile(Record):
    rules: tuple[RuleEntry, ...]


class MistakesFile(Record):
    mistakes: tuple[MistakeEntry, ...]


class RoadmapFile(Record):
    steps: tuple[StepEntry, ...]


class DimensionsFile(Record):
    dimensions: tuple[DimensionEntry, ...]


class FaqFile(Record):
    faq: tuple[FaqEntry, ...]


PACK_FILES: Final = (
    PackFile,
    QuestionsFile,
    RulesFile,
    MistakesFile,
    RoadmapFile,
    DimensionsFile,
    FaqFile,
)
"""What each kind of file of a pack holds; the JSON Schema of packs is made from it."""
