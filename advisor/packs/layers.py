"""The folders of a pack over each other: the built-in one below, a user's own above it, which replaces by id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Generic

from advisor.errors import InputError, KeyPath, Place, Problem, fail, nearest_name, one_line
from advisor.records import NamedT, each_record
from advisor.trees import Tree, read_yaml_folder

PACK, QUESTIONS, MISTAKES, ROADMAP = "pack.yaml", "questions.yaml", "mistakes.yaml", "roadmap.yaml"
DIMENSIONS, FAQ, CASES = "dimensions.yaml", "faq.yaml", "cases.yaml"
NAMED_FILES: Final = (PACK, QUESTIONS, MISTAKES, ROADMAP, DIMENSIONS, FAQ, CASES)
"""The files of a pack whose name says what they hold; every other file holds rules."""

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True)
class Spot:
    """A value of a pack's file. `place` finds its line, which reads a cached file once more."""

    tree: Tree
    path: KeyPath = ()

    def at(self, *inner: str | int) -> Spot:
        return Spot(self.tree, (*self.path, *inner))

    @property
    def place(self) -> Place:
        return self.tree.place(*self.path)

    def line(self, *inner: str | int) -> Place:
        """Return file, line and column, of a value inside if given, without the key."""
        return replace(self.at(*inner).place, key=None)


@dataclass(frozen=True)
class Entry(Generic[NamedT]):
    """One entry of a pack's file: as read, as written, where it stands, and in which layer, counted from 0."""

    record: NamedT
    raw: Mapping[str, Any]
    spot: Spot
    level: int


@dataclass(frozen=True)
class Layer:
    """The parsed files of one folder by name."""

    folder: Path
    files: Mapping[str, Tree]

    def named(self, name: str) -> list[Tree]:
        return [self.files[name]] if name in self.files else []

    def of_rules(self) -> list[Tree]:
        """Return the files of any other name, as far as they hold rules."""
        return [tree for name, tree in self.files.items() if name not in NAMED_FILES and _holds(tree, "rules")]


def read_layers(folder: Path, extra: Path | None) -> tuple[Layer, ...]:
    """Parse the files of a pack, and those of a folder over it; all errors of both at once.

    Raises InputError, also where a pack that stands alone has no settings or no questions.
    """
    layers: list[Layer] = []
    problems: list[Problem] = []
    for each in (folder,) if extra is None else (folder, extra):
        try:
            layers.append(Layer(each, read_yaml_folder(each, but=(CASES,))))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    for name in (PACK, QUESTIONS):
        if name not in layers[0].files:
            raise fail(
                f"the pack has no {name}.",
                place=Place(str(folder)),
                accepted=f"a folder with {', '.join(NAMED_FILES)} and files of rules",
            )
    return tuple(layers)


class Part(Generic[NamedT]):
    """The entries of one kind by id, those of a later layer in place of earlier ones or after them.

    `ids` also holds the names of entries that could not be read, so that what refers to them is not blamed.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry[NamedT]] = {}
        self.ids: dict[str, None] = {}

    def __iter__(self) -> Iterator[Entry[NamedT]]:
        return iter(self.entries.values())

    @property
    def broken(self) -> frozenset[str]:
        """Return the ids of entries that could not be read."""
        return frozenset(self.ids) - frozenset(self.entries)


def read_part(
    model: type[NamedT],
    layers: Iterable[Sequence[Tree]],
    key: str,
    what: str,
    problems: list[Problem],
    beside: Sequence[str] = (),
) -> Part[NamedT]:
    """Read the lists under `key` of some files of each layer, and note what is wrong in them.

    An id may be there once in a layer; a later layer may use it again.
    """
    part: Part[NamedT] = Part()
    for level, trees in enumerate(layers):
        seen: set[str] = set()
        for tree in trees:
            raws = tree.value.get(key) if isinstance(tree.value, dict) else None
            part.ids |= dict.fromkeys(name for name in map(_id_of, raws if isinstance(raws, list) else ()) if name)
            for index, record in each_record(model, tree, key, beside, problems):
                spot = Spot(tree, (key, index))
                name = record.id
                problems += id_problems(what, name, spot.at("id"), seen)
                part.entries[name] = Entry(record, tree.value[key][index], spot, level)
    return part


def id_problems(what: str, name: str, spot: Spot, seen: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with an id, given those seen before it in the same layer, and add it to them."""
    if name in seen:
        yield Problem(f"the {what} id '{one_line(name)}' is there twice.", spot.place)
    seen.add(name)
    if not _ID.fullmatch(name):
        yield Problem(
            f"'{one_line(name)}' cannot be an id.", spot.place, "lower-case words joined by hyphens or underscores"
        )


def _holds(tree: Tree, key: str) -> bool:
    return isinstance(tree.value, dict) and key in tree.value


def _id_of(raw: Any) -> str | None:
    name = raw.get("id") if isinstance(raw, dict) else None
    return name if isinstance(name, str) else None


def stray_files(layer: Layer) -> Iterator[Problem]:
    """Yield a problem for each file that holds no rules and has no name that says what it holds."""
    for name, tree in layer.files.items():
        if name not in NAMED_FILES and not _holds(tree, "rules"):
            yield Problem(
                "a list under the key 'rules' is needed.",
                tree.place("rules"),
                f"rules in a file of any name, all else in {', '.join(NAMED_FILES)}",
                nearest_name(name, NAMED_FILES),
            )
