"""Reading a pack from its folder, with a folder of additions over it, and checking both as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from advisor import where
from advisor.conditions import Domain
from advisor.derived import DERIVED, IN_MISTAKES, IN_ROADMAP, derived_domains
from advisor.errors import InputError, nearest_name, one_line
from advisor.packs.checker import PackChecker
from advisor.packs.files import DimensionEntry, MistakeEntry, RuleEntry, StepEntry, VariantEntry
from advisor.packs.layers import (
    DIMENSIONS,
    FAQ,
    MISTAKES,
    QUESTIONS,
    ROADMAP,
    Entry,
    Layer,
    Part,
    Spot,
    read_layers,
    read_part,
    stray_files,
)
from advisor.packs.pack import Dimension, FaqEntry, Mistake, Pack, Rule, Scale, Step, Variant
from advisor.packs.questionnaire import QuestionnaireReader
from advisor.packs.settings import Settings, read_settings
from advisor.questions import STRATEGIES, Questionnaire
from advisor.records import NamedT

COST_FIELDS: Final = ("upfront_usd", "per_thousand_usd", "build_hours", "build_weeks")
"""Placeholders that cells of the comparison table may use beside facts."""

_TAKEN: Final = (
    *(fact.id for fact in (*DERIVED, *IN_MISTAKES, *IN_ROADMAP)),
    *COST_FIELDS,
    "strategy",
    "version",
    "as_of",
)
"""Names that an added question must not have: facts, placeholders, and keys of an answers file."""


def load_pack(folder: Path = where.RULES, providers: Iterable[str] = (), extra: Path | None = None) -> Pack:
    """Read and check a pack, with what a folder `extra` holds added to it or in place of it by id.

    Raises InputError with file:line:column for everything that is wrong in either.
    """
    layers = read_layers(folder, extra)
    checker = PackChecker()
    questions = QuestionnaireReader(providers, _TAKEN)
    questionnaire = questions.read(*(tree for layer in layers for tree in layer.named(QUESTIONS)))
    checker.problems += questions.problems
    checker.unsure = questions.broken
    checker.problems += (problem for layer in layers for problem in stray_files(layer))
    reader = _PackReader(layers, questionnaire, checker)
    settings = read_settings(layers, reader.domains, checker)
    rules = reader.rules(settings)
    mistakes, steps, dimensions, faq = reader.mistakes(), reader.steps(), reader.dimensions(), reader.faq()
    if checker.problems or settings is None:
        raise InputError(checker.problems)
    file = settings.file
    return Pack(
        file.name,
        file.version,
        file.title,
        _digest([settings.written, questions.raw, *reader.raws()]),
        file.scale,
        file.adoption_floor,
        file.complexity_charge,
        file.decisive_margin,
        file.label_targets,
        file.invoice,
        file.ending,
        file.strategies,
        questionnaire,
        rules,
        mistakes,
        steps,
        dimensions,
        faq,
        settings.needs,
        settings.directions,
        {entry.record.id: entry.spot.line for entry in reader.rule_part},
    )


def _digest(content: Any) -> str:
    """Return a digest of a pack's content: comments and layout do not count."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _PackReader:
    """Reads the parts of a pack that test facts, and notes what is wrong in any of them."""

    def __init__(self, layers: tuple[Layer, ...], questionnaire: Questionnaire, checker: PackChecker) -> None:
        self.checker = checker
        self.domains: dict[str, Domain] = {**questionnaire.domains(), **derived_domains()}
        self.mistake_domains = {**self.domains, **derived_domains(*IN_MISTAKES)}
        self.roadmap_domains = {**self.domains, **derived_domains(*IN_ROADMAP)}

        def named(model: type[NamedT], name: str, key: str, what: str) -> Part[NamedT]:
            return read_part(model, [layer.named(name) for layer in layers], key, what, checker.problems)

        self.rule_part = read_part(RuleEntry, [layer.of_rules() for layer in layers], "rules", "rule", checker.problems)
        self.mistake_part = named(MistakeEntry, MISTAKES, "mistakes", "mistake")
        self.step_part = named(StepEntry, ROADMAP, "steps", "step")
        self.dimension_part = named(DimensionEntry, DIMENSIONS, "dimensions", "dimension")
        self.topic_part = named(FaqEntry, FAQ, "faq", "topic")

    def raws(self) -> list[list[Mapping[str, Any]]]:
        """Return every entry as written, the rules by id since their order does not count."""
        rules = [self.rule_part.entries[name].raw for name in sorted(self.rule_part.entries)]
        others = (self.mistake_part, self.step_part, self.dimension_part, self.topic_part)
        return [rules, *([entry.raw for entry in part] for part in others)]

    def rules(self, settings: Settings | None) -> tuple[Rule, ...]:
        """Return the rules by id; points are held against the scale of the folder that the rule is in."""
        entries = [self.rule_part.entries[name] for name in sorted(self.rule_part.entries)]
        found = [self._rule(entry, settings.scales[entry.level] if settings else None) for entry in entries]
        return tuple(rule for rule in found if rule is not None)

    def _rule(self, entry: Entry[RuleEntry], scale: Scale | None) -> Rule | None:
        raw, spot, checker = entry.record, entry.spot, self.checker
        when = checker.condition(raw.when, self.domains, spot.at("when"))
        if (raw.points is None) == (raw.gate is None):
            checker.note(f"rule '{raw.id}' needs either points or a gate.", spot)
        for target, points in (raw.points or {}).items():
            here = spot.at("points", target)
            if target not in STRATEGIES:
                checker.note(
                    f"'{one_line(target)}' cannot be given points.",
                    here,
                    ", ".join(STRATEGIES),
                    nearest_name(target, STRATEGIES),
                )
            if scale is not None and not scale.allows(points):
                checker.note(
                    f"{points} is not on the pack's scale.",
                    here,
                    ", ".join(f"±{value}" for value in scale.model_dump().values()),
                )
        checker.quotes(raw.because, when, spot.at("because"))
        theme = Path(spot.tree.source).stem
        return (
            None
            if when is None
            else Rule(raw.id, raw.title, theme, when, raw.points or {}, raw.gate, raw.because, raw.source, raw.tests)
        )

    def mistakes(self) -> tuple[Mistake, ...]:
        return tuple(mistake for entry in self.mistake_part if (mistake := self._mistake(entry)))

    def _mistake(self, entry: Entry[MistakeEntry]) -> Mistake | None:
        raw, spot, checker = entry.record, entry.spot, self.checker
        when = checker.condition(raw.when, self.mistake_domains, spot.at("when"))
        for strategy in raw.commits:
            checker.one_of(strategy, STRATEGIES, "strategy", spot.at("commits"))
        for key in ("because", "avoid"):
            checker.quotes(getattr(raw, key), when, spot.at(key), ("strategy",))
        for name in raw.remedy.moves:
            checker.one_of(name, self.step_part.ids, "step", spot.at("remedy", "moves"))
        return (
            None
            if when is None
            else Mistake(
                raw.id,
                raw.title,
                raw.severity,
                raw.commits,
                when,
                raw.because,
                raw.avoid,
                raw.at_stake,
                raw.remedy,
                raw.source,
            )
        )

    def steps(self) -> tuple[Step, ...]:
        return tuple(step for entry in self.step_part if (step := self._step(entry)))

    def _step(self, entry: Entry[StepEntry]) -> Step | None:
        raw, spot = entry.record, entry.spot
        when = self.checker.optional_condition(raw.when, self.roadmap_domains, spot.at("when"))
        for key in ("step", "why", "exit_criterion"):
            self.checker.quotes(getattr(raw, key), when, spot.at(key))
        return (
            None
            if when is None
            else Step(raw.id, when, raw.step, raw.why, raw.exit_criterion, raw.cost, raw.first, raw.source)
        )

    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(self._dimension(entry) for entry in self.dimension_part)

    def _dimension(self, entry: Entry[DimensionEntry]) -> Dimension:
        raw, spot = entry.record, entry.spot.at("cells")
        for strategy in raw.cells:
            self.checker.one_of(strategy, STRATEGIES, "strategy", spot.at(strategy))
        cells = {
            strategy: self._variants(strategy, raw.cells.get(strategy, ()), spot.at(strategy))
            for strategy in STRATEGIES
        }
        return Dimension(raw.id, raw.title, cells, raw.source)

    def _variants(self, strategy: str, raws: tuple[VariantEntry, ...], spot: Spot) -> tuple[Variant, ...]:
        """Return the wordings of a cell; the last one must apply always."""
        found: list[Variant] = []
        for number, raw in enumerate(raws):
            when = self.checker.optional_condition(raw.when, self.domains, spot.at(number, "when"))
            self.checker.quotes(raw.text, when, spot.at(number, "text"), COST_FIELDS)
            found += [] if when is None else [Variant(when, raw.text)]
        if not raws or raws[-1].when is not None:
            self.checker.note(f"the last wording for '{strategy}' must have no 'when'.", spot)
        return tuple(found)

    def faq(self) -> tuple[FaqEntry, ...]:
        known = (*self.rule_part.ids, *self.mistake_part.ids, *self.step_part.ids)
        for entry in self.topic_part:
            if not entry.record.answer or not entry.record.sources:
                self.checker.note(f"the answer to '{entry.record.id}' needs text and a source.", entry.spot)
            for name in entry.record.see:
                self.checker.one_of(name, known, "rule, mistake or step", entry.spot.at("see"))
        return tuple(entry.record for entry in self.topic_part)
