"""Reading a pack from its folder, and checking it as a whole."""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from advisor import where
from advisor.condition_reader import read_condition
from advisor.conditions import ALWAYS, Condition, Domain, facts_of
from advisor.derived import IN_MISTAKES, IN_ROADMAP, derived_domains
from advisor.errors import InputError, KeyPath, Place, Problem, fail, nearest_name, one_line
from advisor.pack_files import DimensionEntry, MistakeEntry, PackFile, RuleEntry, StepEntry
from advisor.packs import (
    ADDS,
    TECHNIQUES,
    Dimension,
    Direction,
    FaqEntry,
    Mistake,
    Need,
    Pack,
    Rule,
    Step,
    Variant,
)
from advisor.questionnaire_reader import read_questionnaire
from advisor.questions import STRATEGIES, Questionnaire
from advisor.records import read_record, read_records
from advisor.trees import Tree, read_yaml_folder

COST_FIELDS: Final = ("upfront_usd", "per_thousand_usd", "build_hours", "build_weeks")
"""Placeholders that cells of the comparison table may use beside facts."""


_SINGLE_FILES: Final = ("pack.yaml", "questions.yaml", "mistakes.yaml", "roadmap.yaml", "dimensions.yaml", "faq.yaml")


def load_pack(folder: Path = where.RULES, providers: Iterable[str] = (), extra: Path | None = None) -> Pack:
    """Read and check a pack, with the rules of a folder `extra` added or replacing others by id.

    Raises InputError with file:line:column for everything that is wrong in it.
    """
    trees = read_yaml_folder(folder)
    missing = [name for name in ("pack.yaml", "questions.yaml") if name not in trees]
    if missing:
        raise fail(
            f"the pack has no {missing[0]}.",
            place=Place(str(folder)),
            accepted=f"a folder with {', '.join(_SINGLE_FILES)} and files of rules",
        )
    added = read_yaml_folder(extra) if extra is not None else {}
    raw = read_record(PackFile, trees["pack.yaml"], trees["pack.yaml"].value)
    questionnaire = read_questionnaire(trees["questions.yaml"], providers)
    reader = _PackReader(raw, questionnaire)
    reader.check_pack(trees["pack.yaml"])
    needs = reader.needs(trees["pack.yaml"])
    directions = reader.directions(trees["pack.yaml"])
    rules = {
        rule.id: rule for name, tree in trees.items() if name not in _SINGLE_FILES for rule in reader.rules(tree, name)
    }
    reader.forget("rule")
    rules |= {rule.id: rule for name, tree in added.items() for rule in reader.rules(tree, name)}
    mistakes = reader.mistakes(trees["mistakes.yaml"]) if "mistakes.yaml" in trees else []
    steps = reader.steps(trees["roadmap.yaml"]) if "roadmap.yaml" in trees else []
    dimensions = reader.dimensions(trees["dimensions.yaml"]) if "dimensions.yaml" in trees else []
    reader.check_remedies(mistakes, steps, trees)
    known = (*rules, *(mistake.id for mistake in mistakes), *(step.id for step in steps))
    faq = reader.faq(trees["faq.yaml"], known) if "faq.yaml" in trees else []
    if reader.problems:
        raise InputError(reader.problems)
    ordered = tuple(rules[rule_id] for rule_id in sorted(rules))
    return Pack(
        raw.name,
        raw.version,
        raw.title,
        _digest(trees, added),
        raw.scale,
        raw.adoption_floor,
        raw.complexity_charge,
        raw.decisive_margin,
        raw.label_targets,
        raw.invoice,
        raw.ending,
        raw.strategies,
        questionnaire,
        ordered,
        tuple(mistakes),
        tuple(steps),
        tuple(dimensions),
        tuple(faq),
        tuple(needs),
        directions,
        reader.places,
    )


def _digest(trees: Mapping[str, Tree], added: Mapping[str, Tree]) -> str:
    """Return a digest of a pack's content: comments, layout, and the order of rules and files do not count."""
    single = {name: tree.value for name, tree in trees.items() if name in _SINGLE_FILES}
    rules = {
        raw["id"]: raw
        for group in (trees, added)
        for name, tree in group.items()
        if name not in _SINGLE_FILES or group is added
        for raw in tree.value["rules"]
    }
    content = json.dumps([single, rules], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _place(tree: Tree, path: KeyPath) -> Place:
    return replace(tree.place(*path), key=None)


class _PackReader:
    """Reads the parts of a pack and collects what is wrong in any of them."""

    def __init__(self, raw: PackFile, questionnaire: Questionnaire) -> None:
        self.raw = raw
        self.problems: list[Problem] = []
        self.domains: dict[str, Domain] = {**questionnaire.domains(), **derived_domains()}
        self.mistake_domains = {**self.domains, **derived_domains(*IN_MISTAKES)}
        self.roadmap_domains = {**self.domains, **derived_domains(*IN_ROADMAP)}
        self.places: dict[str, Callable[[], Place]] = {}
        self._ids: dict[str, set[str]] = {}
        self._broken = False

    def forget(self, what: str) -> None:
        """Forget the ids of one kind, so that a folder read later may use them again."""
        self._ids.pop(what, None)

    def check_pack(self, tree: Tree) -> None:
        if self.raw.complexity_charge < self.raw.adoption_floor:
            self._note(
                "the complexity charge is below the adoption floor: a technique could be adopted without "
                "ever changing the ranking.",
                tree,
                ("complexity_charge",),
                f"{self.raw.adoption_floor} or more",
            )
        if self.raw.decisive_margin < 1:
            self._note("the decisive margin must be at least 1.", tree, ("decisive_margin",))
        for index, strategy in enumerate(self.raw.strategies):
            if tuple(strategy.techniques) != (TECHNIQUES[0], *ADDS.get(strategy.id, ())):
                self._note(
                    f"'{strategy.id}' does not name its techniques.",
                    tree,
                    ("strategies", index),
                    "; ".join(", ".join((key + ": " + TECHNIQUES[0], *added)) for key, added in ADDS.items()),
                )
        if tuple(strategy.id for strategy in self.raw.strategies) != STRATEGIES:
            self._note(
                "all four strategies must be there, the simpler first.", tree, ("strategies",), ", ".join(STRATEGIES)
            )
        task_types = self.domains["task_type"].values
        for task_type in self.raw.label_targets:
            if task_type not in task_types:
                self._note(
                    f"unknown task type '{task_type}'.",
                    tree,
                    ("label_targets", task_type),
                    ", ".join(task_types),
                    nearest_name(task_type, task_types),
                )
        if "other" not in self.raw.label_targets:
            self._note("a label target for 'other' is needed.", tree, ("label_targets",))

    def needs(self, tree: Tree) -> list[Need]:
        found = []
        for index, raw in enumerate(self.raw.needs):
            path = ("needs", index)
            self._unique("need", raw.id, tree, path)
            found.append(
                Need(raw.id, raw.title, self._condition(raw.when, self.domains, tree, (*path, "when"), required=True))
            )
        return found

    def directions(self, tree: Tree) -> tuple[Direction, ...]:
        """Return what is declared of facts and techniques, each pair once; the fact must have an order."""
        ordered = tuple(name for name, domain in self.domains.items() if domain.kind in ("number", "bool", "choice"))
        seen: set[tuple[str, str]] = set()
        for index, raw in enumerate(self.raw.directions):
            path = ("directions", index)
            if raw.fact in self.domains and raw.fact not in ordered:
                self._note(
                    f"the values of '{raw.fact}' have no order.",
                    tree,
                    (*path, "fact"),
                    "numbers, truth values, choices",
                )
            else:
                self._one_of(raw.fact, ordered, "fact", tree, (*path, "fact"), list_all=False)
            self._one_of(raw.technique, TECHNIQUES, "technique", tree, (*path, "technique"))
            if (raw.fact, raw.technique) in seen:
                self._note(f"'{raw.fact}' and '{raw.technique}' are there twice.", tree, path)
            seen.add((raw.fact, raw.technique))
        return self.raw.directions

    def rules(self, tree: Tree, name: str) -> list[Rule]:
        found = []
        for index, raw in enumerate(self._records(RuleEntry, tree, "rules")):
            path = ("rules", index)
            self._unique("rule", raw.id, tree, path)
            when = self._condition(raw.when, self.domains, tree, (*path, "when"), required=True)
            if (raw.points is None) == (raw.gate is None):
                self._note(f"rule '{raw.id}' needs either points or a gate.", tree, path)
            for target, points in (raw.points or {}).items():
                if target not in STRATEGIES:
                    self._note(
                        f"'{target}' cannot be given points.",
                        tree,
                        (*path, "points", target),
                        ", ".join(STRATEGIES),
                        nearest_name(target, STRATEGIES),
                    )
                if not self.raw.scale.allows(points):
                    self._note(
                        f"{points} is not on the pack's scale.",
                        tree,
                        (*path, "points", target),
                        ", ".join(f"±{value}" for value in self.raw.scale.model_dump().values()),
                    )
            self._placeholders(raw.because, facts_of(when), tree, (*path, "because"))
            self.places[raw.id] = partial(_place, tree, path)
            found.append(
                Rule(
                    raw.id,
                    raw.title,
                    name.removesuffix(".yaml"),
                    when,
                    raw.points or {},
                    raw.gate,
                    raw.because,
                    raw.source,
                    raw.tests,
                )
            )
        return found

    def mistakes(self, tree: Tree) -> list[Mistake]:
        found = []
        for index, raw in enumerate(self._records(MistakeEntry, tree, "mistakes")):
            path = ("mistakes", index)
            self._unique("mistake", raw.id, tree, path)
            when = self._condition(raw.when, self.mistake_domains, tree, (*path, "when"), required=True)
            for strategy in raw.commits:
                self._one_of(strategy, STRATEGIES, "strategy", tree, (*path, "commits"))
            for key in ("because", "avoid"):
                self._placeholders(getattr(raw, key), (*facts_of(when), "strategy"), tree, (*path, key))
            found.append(
                Mistake(
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
        return found

    def check_remedies(self, mistakes: list[Mistake], steps: list[Step], trees: Mapping[str, Tree]) -> None:
        """Note remedies that move a step which is not there."""
        known = tuple(step.id for step in steps)
        for index, mistake in enumerate(mistakes):
            for name in mistake.remedy.moves:
                self._one_of(name, known, "step", trees["mistakes.yaml"], ("mistakes", index, "remedy", "moves"))

    def steps(self, tree: Tree) -> list[Step]:
        found = []
        for index, raw in enumerate(self._records(StepEntry, tree, "steps")):
            path = ("steps", index)
            self._unique("step", raw.id, tree, path)
            when = self._condition(raw.when, self.roadmap_domains, tree, (*path, "when"))
            for key in ("step", "why", "exit_criterion"):
                self._placeholders(getattr(raw, key), facts_of(when), tree, (*path, key))
            found.append(Step(raw.id, when, raw.step, raw.why, raw.exit_criterion, raw.cost, raw.first, raw.source))
        return found

    def dimensions(self, tree: Tree) -> list[Dimension]:
        found = []
        for index, raw in enumerate(self._records(DimensionEntry, tree, "dimensions")):
            cells: dict[str, tuple[Variant, ...]] = {}
            for strategy in STRATEGIES:
                path = ("dimensions", index, "cells", strategy)
                variants = []
                for number, variant in enumerate(raw.cells.get(strategy, ())):
                    when = self._condition(variant.when, self.domains, tree, (*path, number, "when"))
                    self._placeholders(variant.text, (*facts_of(when), *COST_FIELDS), tree, (*path, number, "text"))
                    variants.append(Variant(when, variant.text))
                if not variants or variants[-1].when != ALWAYS:
                    self._note(f"the last wording for '{strategy}' must have no 'when'.", tree, path)
                cells[strategy] = tuple(variants)
            for strategy in raw.cells:
                self._one_of(strategy, STRATEGIES, "strategy", tree, ("dimensions", index, "cells", strategy))
            found.append(Dimension(raw.id, raw.title, cells, raw.source))
        return found

    def faq(self, tree: Tree, known: tuple[str, ...]) -> list[FaqEntry]:
        found = []
        for index, entry in enumerate(self._records(FaqEntry, tree, "faq")):
            path = ("faq", index)
            self._unique("topic", entry.id, tree, path)
            if not entry.answer or not entry.sources:
                self._note(f"the answer to '{entry.id}' needs text and a source.", tree, path)
            for name in entry.see:
                self._one_of(name, known, "rule, mistake or step", tree, (*path, "see"))
            found.append(entry)
        return found

    def _records(self, model: Any, tree: Tree, key: str) -> tuple[Any, ...]:
        try:
            return read_records(model, tree, key)
        except InputError as error:
            self.problems.extend(error.problems)
            return ()

    def _condition(
        self,
        raw: Any,
        domains: Mapping[str, Domain],
        tree: Tree,
        path: tuple[str | int, ...],
        *,
        required: bool = False,
    ) -> Condition:
        self._broken = False
        if raw is None and not required:
            return ALWAYS
        try:
            return read_condition(raw, domains, tree, *path)
        except InputError as error:
            self._broken = True
            self.problems.extend(error.problems)
            return ALWAYS

    def _placeholders(self, text: str, known: Iterable[str], tree: Tree, path: tuple[str | int, ...]) -> None:
        """Check the facts that a text quotes, unless the condition before it could not be read."""
        if self._broken:
            return
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            self._note(f"the braces in this text do not match: {error}.", tree, path)
            return
        for name in names:
            self._one_of(name, tuple(known), "fact in braces (only facts that the condition reads)", tree, path)

    def _one_of(
        self,
        name: str,
        known: tuple[str, ...],
        what: str,
        tree: Tree,
        path: tuple[str | int, ...],
        *,
        list_all: bool = True,
    ) -> None:
        if name not in known:
            accepted = (", ".join(known) or "none") if list_all else None
            self._note(f"unknown {what}: '{one_line(name)}'.", tree, path, accepted, nearest_name(name, known))

    def _unique(self, what: str, name: str, tree: Tree, path: tuple[str | int, ...]) -> None:
        ids = self._ids.setdefault(what, set())
        if name in ids:
            self._note(f"the {what} id '{name}' is there twice.", tree, (*path, "id"))
        ids.add(name)

    def _note(
        self,
        message: str,
        tree: Tree,
        path: tuple[str | int, ...],
        accepted: str | None = None,
        nearest: str | None = None,
    ) -> None:
        self.problems.append(Problem(message, tree.place(*path), accepted, nearest))
