"""Parsed files with the line of everything: YAML and JSON, both without duplicate keys.

YAML scalars stay text here: the field that a scalar stands for decides its type (`no` in a text field is the text
"no"). JSON keeps its own types, numbers as `Decimal`.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from advisor import cache
from advisor.errors import InputError, Place, Problem, fail, one_line
from advisor.files import read_text

MAX_DEPTH = 40
"""Deepest nesting that is read."""

MAX_NUMBER_LENGTH = 40
"""Characters of the longest number that is read."""

MAX_EXPONENT = 30
"""Numbers nearer to 0 than 1e-30, other than 0, are taken for slips of the pen."""

KeyPath = tuple[str | int, ...]
_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "value")
)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


@dataclass(frozen=True)
class Tree:
    """A parsed file: plain `value`s (dict, list, text, Decimal, bool, None) and `place(path)` for any of them."""

    source: str
    value: Any
    locate: Callable[[KeyPath], tuple[int, int] | None]

    def place(self, *path: str | int) -> Place:
        """Return the place of the value under `path`, or of its nearest enclosing value that has one."""
        key = ".".join(str(part) for part in path) or None
        for end in range(len(path), -1, -1):
            if mark := self.locate(path[:end]):
                return Place(self.source, mark[0], mark[1], key)
        return Place(self.source, key=key)


def parse_yaml(text: str, source: str) -> Tree:
    """Parse one YAML document without anchors, aliases or tags; scalars stay text, `null` becomes None."""
    node = _compose(text, source)
    reader = _YamlReader(source)
    value = reader.value(node, 0)
    if reader.problems:
        raise InputError(reader.problems)
    return Tree(source, value, lambda path: _locate(node, path))


def read_yaml_folder(folder: Path) -> dict[str, Tree]:
    """Return the YAML files of a folder by name.

    What was parsed once is kept in the cache under a digest of all texts; lines are then found again when needed.
    """
    texts = {path.name: read_text(path) for path in sorted(folder.glob("*.yaml"))}
    if not texts:
        raise fail(
            "the folder holds no YAML file." if folder.is_dir() else "no such folder.",
            Place(str(folder)),
            accepted="a folder of YAML files",
        )
    name = "yaml-" + hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()[:32]
    kept = cache.load(name)
    if isinstance(kept, dict) and kept.keys() == texts.keys():
        return {key: _kept_tree(kept[key], text, str(folder / key)) for key, text in texts.items()}
    trees = {key: parse_yaml(text, str(folder / key)) for key, text in texts.items()}
    cache.keep(name, {key: tree.value for key, tree in trees.items()})
    return trees


def _kept_tree(value: Any, text: str, source: str) -> Tree:
    composed = lru_cache(maxsize=1)(_compose)
    return Tree(source, value, lambda path: _locate(composed(text, source), path))


def _compose(text: str, source: str) -> Any:
    try:
        node = yaml.compose(text, Loader=_YamlLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(source, mark.line + 1, mark.column + 1) if mark else Place(source)
        raise fail(f"this is not valid YAML: {error.problem or error.context}.", place) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise fail(f"this is not valid YAML: {one_line(error, 120)}.", Place(source)) from None
    if node is None:
        raise fail("the file is empty.", Place(source))
    return node


def _locate(node: Any, path: KeyPath) -> tuple[int, int] | None:
    found = _yaml_node(node, path)
    return (found.start_mark.line + 1, found.start_mark.column + 1) if found else None


class _YamlReader:
    """Turns composed nodes into plain values and notes what a data file must not contain."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def value(self, node: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise fail("nested too deeply.", self._place(node), accepted=f"at most {MAX_DEPTH} levels")
        if id(node) in self.seen:
            raise fail("aliases are not accepted; write the value out.", self._place(node))
        self.seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            self.problems.append(Problem(f"the tag {one_line(node.tag)} is not accepted.", self._place(node)))
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in _NULLS else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, depth + 1) for child in node.value]
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem("a key must be text.", self._place(key_node)))
                continue
            if key_node.value in result:
                self.problems.append(
                    Problem(f"the key '{one_line(key_node.value)}' is there twice.", self._place(key_node))
                )
            result[key_node.value] = self.value(child, depth + 1)
        return result

    def _place(self, node: Any) -> Place:
        return Place(self.source, node.start_mark.line + 1, node.start_mark.column + 1)


def _yaml_node(node: Any, path: KeyPath) -> Any:
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key if isinstance(child, yaml.ScalarNode) else child) for key, child in node.value}
            if part not in pairs:
                return None
            node = pairs[part]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return None
    return node


def parse_json(text: str, source: str) -> Tree:
    """Parse JSON strictly: no NaN, no duplicate keys, numbers as Decimal, lines of every key kept."""
    reader = _JsonReader(text, source)
    value = reader.document()
    if reader.problems:
        raise InputError(reader.problems)
    return Tree(source, value, lambda path: reader.marks.get(path))


class _JsonReader:
    """Walks objects and lists itself, to know where things are, and leaves scalars to the standard decoder."""

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.problems: list[Problem] = []
        self.marks: dict[KeyPath, tuple[int, int]] = {}
        self._scalar = json.JSONDecoder(
            parse_int=self._number, parse_float=self._number, parse_constant=self._constant
        ).raw_decode
        self._at = 0
        self._path: KeyPath = ()
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> Any:
        if not self.text.strip():
            raise fail("the file is empty.", Place(self.source), accepted="an object of question ids and answers")
        value = self._value((), 0)
        self._skip()
        if self._at < len(self.text):
            raise self._broken("there is text after the end of the document")
        return value

    def _value(self, path: KeyPath, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self._path = tuple(part for part in path[:1] if isinstance(part, str))
            raise fail("nested too deeply.", self._value_place(), accepted=f"at most {MAX_DEPTH} levels")
        self._skip()
        self._path = path
        self.marks.setdefault(path, self._line_column(self._at))
        opening = self.text[self._at : self._at + 1]
        if opening == "{":
            return self._object(path, depth)
        if opening == "[":
            return [self._value((*path, index), depth + 1) for index in self._items("]")]
        return self._decode()

    def _object(self, path: KeyPath, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for _ in self._items("}"):
            self._skip()
            start = self._at
            if self.text[start : start + 1] != '"':
                raise self._broken("a key in double quotes is expected")
            key = self._decode()
            if key in result:
                place = Place(self.source, *self._line_column(start), ".".join(str(part) for part in (*path, key)))
                self.problems.append(Problem(f"the key '{one_line(key)}' is there twice.", place))
            self.marks[(*path, key)] = self._line_column(start)
            self._skip()
            if self.text[self._at : self._at + 1] != ":":
                raise self._broken("':' is expected after a key")
            self._at += 1
            result[key] = self._value((*path, key), depth + 1)
        return result

    def _items(self, closing: str) -> Iterator[int]:
        self._at += 1
        self._skip()
        if self.text[self._at : self._at + 1] == closing:
            self._at += 1
            return
        index = 0
        while True:
            yield index
            index += 1
            self._skip()
            following = self.text[self._at : self._at + 1]
            if following not in (",", closing) or not following:
                raise self._broken(f"',' or '{closing}' is expected")
            self._at += 1
            if following == closing:
                return

    def _decode(self) -> Any:
        try:
            value, self._at = self._scalar(self.text, self._at)
        except json.JSONDecodeError as error:
            self._at = error.pos
            reason = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
            if "control character" in reason:
                reason = "a line break or control character stands inside a text; write \\n"
            raise self._broken(reason) from None
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise fail("the text holds half of a surrogate pair.", self._value_place())
        return value

    def _number(self, digits: str) -> Decimal:
        if len(digits) > MAX_NUMBER_LENGTH:
            raise fail(
                "the number has too many digits.",
                self._value_place(),
                accepted=f"at most {MAX_NUMBER_LENGTH} characters",
            )
        try:
            number = Decimal(digits)
        except InvalidOperation:
            return Decimal("Infinity")
        return Decimal("NaN") if number and number.adjusted() < -MAX_EXPONENT else number

    def _constant(self, name: str) -> Any:
        raise fail(f"{name} is not a number.", self._value_place(), accepted="finite numbers")

    def _skip(self) -> None:
        while self.text[self._at : self._at + 1] in (" ", "\t", "\n", "\r"):
            self._at += 1

    def _line_column(self, at: int) -> tuple[int, int]:
        line = bisect_left(self._line_ends, at)
        return line + 1, at - (self._line_ends[line - 1] if line else -1)

    def _place(self) -> Place:
        return Place(self.source, *self._line_column(self._at))

    def _value_place(self) -> Place:
        """Return the place of the value that is being read, with its key."""
        key = ".".join(str(part) for part in self._path) or None
        return Place(self.source, *self._line_column(self._at), key)

    def _broken(self, reason: str) -> InputError:
        return fail(f"this is not valid JSON: {reason}.", self._place())
