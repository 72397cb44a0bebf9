"""What the files of a pack hold, before conditions are read and names are checked."""

from __future__ import annotations

from typing import Any, Final, Literal

from advisor.packs.pack import (
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
from advisor.packs.questionnaire import QuestionsFile
from advisor.records import Named, Record


class NeedEntry(Named):
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


class AddedPackFile(Record):
    """The settings of a pack that is laid over the built-in one: what it leaves out stays as it is there."""

    name: str
    version: str
    title: str | None = None
    scale: Scale | None = None
    adoption_floor: int | None = None
    complexity_charge: int | None = None
    decisive_margin: int | None = None
    label_targets: dict[str, LabelTarget] | None = None
    invoice: InvoiceText | None = None
    ending: EndingText | None = None
    strategies: tuple[StrategyText, ...] = ()
    needs: tuple[NeedEntry, ...] = ()
    directions: tuple[Direction, ...] = ()


class RuleEntry(Named):
    title: str
    when: Any
    points: dict[str, int] | None = None
    gate: Literal["rag", "fine_tuning"] | None = None
    because: str
    source: Source
    tests: RuleTests = RuleTests()


class MistakeEntry(Named):
    title: str
    severity: Literal["high", "medium", "low"]
    commits: tuple[str, ...]
    when: Any
    because: str
    avoid: str
    at_stake: AtStake
    remedy: Remedy
    source: Source


class StepEntry(Named):
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


class DimensionEntry(Named):
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


class CaseEntry(Named):
    """Answers, and derived facts if given, with what the pack must make of them. `fires` names exactly the rules that
    fire, `ruled_out` for each technique exactly the gates that close it; what is left out is not looked at."""

    title: str
    answers: dict[str, Any]
    strategy: str
    fires: tuple[str, ...] | None = None
    scores: dict[str, int] | None = None
    ruled_out: dict[str, tuple[str, ...]] | None = None


class PackCasesFile(Record):
    cases: tuple[CaseEntry, ...]


PACK_FILES: Final = (
    PackFile,
    AddedPackFile,
    QuestionsFile,
    RulesFile,
    MistakesFile,
    RoadmapFile,
    DimensionsFile,
    FaqFile,
    PackCasesFile,
)
"""What each kind of file of a pack holds; the JSON Schema of packs is made from it."""
