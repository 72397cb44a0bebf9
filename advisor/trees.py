"""Parsed files with the line of everything: YAML and JSON, both without duplicate keys.

YAML scalars stay text here: the field that a scalar stands for decides its type (`no` in a text field is the text
"no"). JSON keeps its own types, numbers as `Decimal`. Both are read value by value, so that a file which is nested too
deeply or holds too much is refused where that begins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any, Final

from advisor import cache
from advisor.errors import InputError, KeyPath, Place, Problem, fail
from advisor.files import read_text, yaml_files
from advisor.json_reader import JsonReader
from advisor.limits import MAX_FOLDER_CHARACTERS, MAX_NUMBER_LENGTH
from advisor.refusals import dotted
from advisor.yaml_reader import YamlReader

_READER: Final = 2
"""Counts the changes to what a YAML file may hold; what an earlier reader let pass is then read again."""


@dataclass(frozen=True)
class Tree:
    """A parsed file: plain `value`s (dict, list, text, Decimal, bool, None) and `place(path)` for any of them."""

    source: str
    value: Any
    locate: Callable[[KeyPath], tuple[int, int] | None]

    def place(self, *path: str | int) -> Place:
        """Return the place of the value under `path`, or of its nearest enclosing value that has one."""
        key = dotted(path)
        for end in range(len(path), -1, -1):
            if mark := self.locate(path[:end]):
                return Place(self.source, mark[0], mark[1], key)
        return Place(self.source, key=key)


def read_yaml_folder(folder: Path, but: Container[str] = ()) -> dict[str, Tree]:
    """Return the YAML files of a folder by name, those named in `but` left out.

    Raises InputError for whatever is wrong with the folder or in them.

    What was parsed once is kept in the cache under a digest of all texts; lines are then found again when needed.
    """
    texts: dict[str, str] = {}
    size = 0
    for path in yaml_files(folder):
        if path.name in but:
            continue
        texts[path.name] = read_text(path)
        size += len(texts[path.name])
        if size > MAX_FOLDER_CHARACTERS:
            raise fail(
                "the YAML files of the folder are too large.",
                Place(str(folder)),
                accepted=f"at most {MAX_FOLDER_CHARACTERS:,} characters together",
            )
    name = f"yaml-{_READER}-" + hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()[:32]
    kept = cache.load(name)
    if isinstance(kept, dict) and kept.keys() == texts.keys():
        return {key: _kept_tree(kept[key], text, str(folder / key)) for key, text in texts.items()}
    trees: dict[str, Tree] = {}
    problems: list[Problem] = []
    for key, text in texts.items():
        try:
            trees[key] = parse_yaml(text, str(folder / key))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    cache.keep(name, {key: tree.value for key, tree in trees.items()})
    return trees


def _kept_tree(value: Any, text: str, source: str) -> Tree:
    parsed = once(lambda: parse_yaml(text, source))
    return Tree(source, value, lambda path: parsed().locate(path))


def parse_yaml(text: str, source: str) -> Tree:
    """Parse one YAML document without anchors, aliases, tags or merge keys; scalars stay text, `null` becomes None.

    Raises InputError with file:line:column for what is not YAML, for what is not accepted, and beyond every limit.
    """
    reader = YamlReader(text, source)
    return Tree(source, _document(reader), reader.marks.get)


def parse_json(text: str, source: str, longest: int = MAX_NUMBER_LENGTH) -> Tree:
    """Parse JSON strictly: no NaN, no duplicate keys, numbers as Decimal of at most `longest` characters, lines of
    every key kept."""
    reader = JsonReader(text, source, longest)
    return Tree(source, _document(reader), reader.marks.get)


def _document(reader: YamlReader | JsonReader) -> Any:
    """Return the value of a document; raises InputError with all that was noted, and with what ended the reading."""
    try:
        value = reader.document()
    except InputError as error:
        raise InputError([*reader.problems, *error.problems]) from None
    if reader.problems:
        raise InputError(reader.problems)
    return value
