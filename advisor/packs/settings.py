"""The settings of a pack: its name, scale and constants, texts of the strategies, needs and directions.

Those of a user's own pack are laid over those of the built-in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from advisor.conditions import Domain
from advisor.errors import InputError, one_line
from advisor.packs.checker import PackChecker
from advisor.packs.files import AddedPackFile, NeedEntry, PackFile
from advisor.packs.layers import PACK, Layer, Spot, id_problems
from advisor.packs.pack import ADDS, TECHNIQUES, Direction, Need, Scale
from advisor.questions import STRATEGIES
from advisor.records import RecordT, read_record

UNVERSIONED: Final = "unversioned"
"""The version of a folder of rules without settings of its own."""

_SIMPLE: Final = ("scale", "adoption_floor", "complexity_charge", "decisive_margin", "invoice", "ending")
_LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class Settings:
    """What the settings files of a pack's layers say together, the scale of each layer, and the files' contents."""

    file: PackFile
    scales: tuple[Scale, ...]
    needs: tuple[Need, ...]
    directions: tuple[Direction, ...]
    written: tuple[Any, ...]


def read_settings(layers: tuple[Layer, ...], domains: Mapping[str, Domain], checker: PackChecker) -> Settings | None:
    """Return the settings of all layers as one, or None where they cannot be read; notes what is wrong in them."""
    has_own = len(layers) > 1 and PACK in layers[1].files
    base = _file(PackFile, layers[0], checker)
    added = _file(AddedPackFile, layers[1], checker) if has_own else None
    if base is None or (has_own and added is None):
        return None
    reader = _SettingsReader(layers, domains, checker)
    file = base if len(layers) == 1 else reader.over(base, added or _nameless(layers[1]))
    reader.check(file)
    files: list[PackFile | AddedPackFile] = [base] if added is None else [base, added]
    return Settings(
        file,
        (base.scale, file.scale),
        reader.needs([each.needs for each in files]),
        reader.directions([each.directions for each in files]),
        tuple(spot.tree.value for spot in reader.spots),
    )


def _nameless(layer: Layer) -> AddedPackFile:
    """Return the settings of a folder that has none: it goes under its own name."""
    return AddedPackFile(name=one_line(layer.folder.resolve().name, _LONGEST_NAME) or "/", version=UNVERSIONED)


def _file(model: type[RecordT], layer: Layer, checker: PackChecker) -> RecordT | None:
    tree = layer.files[PACK]
    try:
        return read_record(model, tree, tree.value)
    except InputError as error:
        checker.problems += error.problems
        return None


class _SettingsReader:
    def __init__(self, layers: tuple[Layer, ...], domains: Mapping[str, Domain], checker: PackChecker) -> None:
        self.spots = [Spot(layer.files[PACK]) for layer in layers if PACK in layer.files]
        self.domains = domains
        self.checker = checker

    def over(self, base: PackFile, added: AddedPackFile) -> PackFile:
        """Return the settings of one pack under those of another."""
        for key, text in (("name", added.name), ("version", added.version)):
            if not text.strip() or not text.isprintable() or len(text) > _LONGEST_NAME:
                self.checker.note(
                    f"'{one_line(text)}' cannot be the {key} of a pack.",
                    self.spots[-1].at(key),
                    f"one line of 1 to {_LONGEST_NAME} characters",
                )
        given = {key: getattr(added, key) for key in _SIMPLE if getattr(added, key) is not None}
        texts = {text.id: text for text in (*base.strategies, *added.strategies)}
        return base.model_copy(
            update={
                **given,
                "name": f"{base.name} + {added.name}",
                "version": f"{base.version} + {added.version}",
                "title": f"{base.title} + {added.title or added.name}",
                "label_targets": {**base.label_targets, **(added.label_targets or {})},
                "strategies": tuple(texts.values()),
            }
        )

    def check(self, file: PackFile) -> None:
        """Note what is wrong with the constants, label targets and strategy texts."""
        if file.complexity_charge < file.adoption_floor:
            self.checker.note(
                "the complexity charge is below the adoption floor: a technique could be adopted without "
                "ever changing the ranking.",
                self._spot("complexity_charge", "adoption_floor"),
                f"{file.adoption_floor} or more",
            )
        steps = tuple(file.scale.model_dump().values())
        if steps[0] < 1 or list(steps) != sorted(set(steps)):
            self.checker.note("the points of the scale must rise, from 1 or more.", self._spot("scale"))
        if file.adoption_floor < 1:
            self.checker.note("the adoption floor must be at least 1.", self._spot("adoption_floor"))
        if file.decisive_margin < 1:
            self.checker.note("the decisive margin must be at least 1.", self._spot("decisive_margin"))
        for spot in self.spots:
            self._check_strategies(spot)
            for task_type in spot.tree.value.get("label_targets") or {}:
                if "task_type" in self.domains:
                    known = self.domains["task_type"].values
                    self.checker.one_of(task_type, known, "task type", spot.at("label_targets", task_type))
        if "other" not in file.label_targets:
            self.checker.note("a label target for 'other' is needed.", self._spot("label_targets"))
        if tuple(strategy.id for strategy in file.strategies) != STRATEGIES:
            self.checker.note(
                "all four strategies must be there, the simpler first.", self._spot("strategies"), ", ".join(STRATEGIES)
            )

    def _check_strategies(self, spot: Spot) -> None:
        for index, raw in enumerate(spot.tree.value.get("strategies") or ()):
            if tuple(raw["techniques"]) != (TECHNIQUES[0], *ADDS.get(raw["id"], ())):
                self.checker.note(
                    f"'{one_line(raw['id'])}' does not name its techniques.",
                    spot.at("strategies", index),
                    "; ".join(", ".join((key + ": " + TECHNIQUES[0], *added)) for key, added in ADDS.items()),
                )

    def _spot(self, *keys: str) -> Spot:
        """Return where the first of some keys is set last."""
        for spot in reversed(self.spots):
            for key in keys:
                if key in spot.tree.value:
                    return spot.at(key)
        return self.spots[0].at(keys[0])

    def needs(self, layers: list[tuple[NeedEntry, ...]]) -> tuple[Need, ...]:
        found: dict[str, Need] = {}
        for spot, raws in zip(self.spots, layers, strict=True):
            seen: set[str] = set()
            for index, raw in enumerate(raws):
                here = spot.at("needs", index)
                self.checker.problems += id_problems("need", raw.id, here.at("id"), seen)
                when = self.checker.condition(raw.when, self.domains, here.at("when"))
                if when is not None:
                    found[raw.id] = Need(raw.id, raw.title, when)
        return tuple(found.values())

    def directions(self, layers: list[tuple[Direction, ...]]) -> tuple[Direction, ...]:
        """Return what is declared of facts and techniques, each pair once in a layer; the fact must have an order."""
        found: dict[tuple[str, str], Direction] = {}
        for spot, raws in zip(self.spots, layers, strict=True):
            seen: set[tuple[str, str]] = set()
            for index, raw in enumerate(raws):
                here, pair = spot.at("directions", index), (raw.fact, raw.technique)
                self._check_ordered(raw.fact, here.at("fact"))
                self.checker.one_of(raw.technique, TECHNIQUES, "technique", here.at("technique"))
                if pair in seen:
                    self.checker.note(f"'{raw.fact}' and '{raw.technique}' are there twice.", here)
                seen.add(pair)
                found[pair] = raw
        return tuple(found.values())

    def _check_ordered(self, fact: str, spot: Spot) -> None:
        ordered = [name for name, domain in self.domains.items() if domain.kind in ("number", "bool", "choice")]
        if fact in self.domains and fact not in ordered:
            self.checker.note(f"the values of '{fact}' have no order.", spot, "a number, a truth value or a choice")
        elif fact not in self.checker.unsure:
            self.checker.one_of(fact, ordered, "fact", spot, list_all=False)
