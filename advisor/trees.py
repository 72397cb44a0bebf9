"""Parsed files with the line of everything: YAML and JSON, both without duplicate keys.

YAML scalars stay text here: the field that a scalar stands for decides its type (`no` in a text field is the text
"no"). JSON keeps its own types, numbers as `Decimal`. Both are read value by value, so that a file which is nested too
deeply or holds too much is refused where that begins.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache as once
from pathlib import Path
from typing import Any, Final

import yaml

from advisor import cache
from advisor.errors import InputError, Place, Problem, fail, one_line
from advisor.files import read_text, yaml_files
from advisor.limits import (
    MAX_DATA_EXPONENT,
    MAX_DEPTH,
    MAX_EXPONENT,
    MAX_FOLDER_CHARACTERS,
    MAX_JSON_VALUES,
    MAX_KEYS,
    MAX_NUMBER_LENGTH,
    MAX_SHOWN_KEY,
    MAX_YAML_VALUES,
)

_READER: Final = 2
"""Counts the changes to what a YAML file may hold; what an earlier reader let pass is then read again."""

KeyPath = tuple[str | int, ...]
_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_NUMBER: Final = re.compile(r"\s*[-+]?[\d_.]+(?:[eE][-+]?[\d_]+)?\s*")
_CONTROL: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_BLANKS: Final = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True)
class Tree:
    """A parsed file: plain `value`s (dict, list, text, Decimal, bool, None) and `place(path)` for any of them."""

    source: str
    value: Any
    locate: Callable[[KeyPath], tuple[int, int] | None]

    def place(self, *path: str | int) -> Place:
        """Return the place of the value under `path`, or of its nearest enclosing value that has one."""
        key = _dotted(path)
        for end in range(len(path), -1, -1):
            if mark := self.locate(path[:end]):
                return Place(self.source, mark[0], mark[1], key)
        return Place(self.source, key=key)


def _dotted(path: KeyPath) -> str | None:
    return one_line(".".join(one_line(part) for part in path), MAX_SHOWN_KEY) or None


def read_yaml_folder(folder: Path) -> dict[str, Tree]:
    """Return the YAML files of a folder by name; raises InputError for whatever is wrong with the folder or in them.

    What was parsed once is kept in the cache under a digest of all texts; lines are then found again when needed.
    """
    texts: dict[str, str] = {}
    size = 0
    for path in yaml_files(folder):
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
    trees = {key: parse_yaml(text, str(folder / key)) for key, text in texts.items()}
    cache.keep(name, {key: tree.value for key, tree in trees.items()})
    return trees


def _kept_tree(value: Any, text: str, source: str) -> Tree:
    parsed = once(lambda: parse_yaml(text, source))
    return Tree(source, value, lambda path: parsed().locate(path))


def parse_yaml(text: str, source: str) -> Tree:
    """Parse one YAML document without anchors, aliases, tags or merge keys; scalars stay text, `null` becomes None.

    Raises InputError with file:line:column for what is not YAML, for what is not accepted, and beyond every limit.
    """
    reader = _YamlReader(text, source)
    return Tree(source, _document(reader), reader.marks.get)


class _YamlReader:
    """Turns the events of a YAML file into plain values and notes what a data file must not contain."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.marks: dict[KeyPath, tuple[int, int]] = {}
        self._count = 0
        if found := _CONTROL.search(text):
            line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
            raise _control(found[0], Place(source, line, column))
        self._events: Iterator[Any] = yaml.parse(text, Loader=_YamlLoader)

    def document(self) -> Any:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise fail("the file is empty.", Place(self.source))
        value = self._value(self._next(), (), 0)
        self._next()
        following = self._next()
        if not isinstance(following, yaml.StreamEndEvent):
            raise fail("a second document begins here.", self._place(following), accepted="one document in a file")
        return value

    def _next(self) -> Any:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.source) if mark is None else Place(self.source, mark.line + 1, mark.column + 1)
            if "nesting depth" in str(error.problem):
                raise _too_deep(place) from None
            raise fail(f"this is not valid YAML: {error.problem or error.context}.", place) from None
        except yaml.YAMLError as error:
            raise fail(f"this is not valid YAML: {one_line(error, 120)}.", Place(self.source)) from None

    def _value(self, event: Any, path: KeyPath, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise _too_deep(self._place(event))
        self._check(event)
        if isinstance(event, yaml.ScalarEvent):
            self.marks.setdefault(path, _mark(event))
            return self._scalar(event, path)
        self.marks[path] = _mark(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        items: list[Any] = []
        while not isinstance(child := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(child, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: KeyPath, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        count = 0
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            self._check(event)
            count += 1
            if not isinstance(event, yaml.ScalarEvent):
                raise fail("a key must be text.", self._place(event))
            key, place = event.value, self._place(event)
            if key in result:
                self.problems.append(Problem(f"the key '{one_line(key)}' is there twice.", place))
            if key == "<<" and not event.style:
                self.problems.append(Problem("merge keys (<<) are not accepted; write the keys out.", place))
            if count > MAX_KEYS:
                raise _too_many_keys(place)
            self.marks[(*path, key)] = _mark(event)
            result[key] = self._value(self._next(), (*path, key), depth + 1)
        return result

    def _check(self, event: Any) -> None:
        self._count += 1
        if self._count > MAX_YAML_VALUES:
            raise _too_many_values(self._place(event), MAX_YAML_VALUES)
        if event.anchor is not None:
            raise fail("anchors and aliases are not accepted; write the value out.", self._place(event))
        if event.tag is not None:
            self.problems.append(Problem(f"the tag {one_line(event.tag)} is not accepted.", self._place(event)))
        if isinstance(event, yaml.ScalarEvent) and event.style == '"' and (found := _CONTROL.search(event.value)):
            raise _control(found[0], self._place(event))

    def _scalar(self, event: Any, path: KeyPath) -> str | None:
        text: str = event.value
        if not event.style and text in _NULLS:
            return None
        if _NUMBER.fullmatch(text):
            if len(text) > MAX_NUMBER_LENGTH:
                raise _too_long(Place(self.source, *self.marks[path], _dotted(path)))
            if not _within_reach(text):
                raise fail(
                    f"the number {text.strip()} is out of reach.",
                    Place(self.source, *self.marks[path], _dotted(path)),
                    accepted=f"0, and numbers from 1e-{MAX_EXPONENT} to below 1e{MAX_DATA_EXPONENT + 1}",
                )
        return text

    def _place(self, event: Any) -> Place:
        return Place(self.source, *_mark(event))


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _within_reach(text: str) -> bool:
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return True
    return -MAX_EXPONENT <= number.adjusted() <= MAX_DATA_EXPONENT


def _too_deep(place: Place) -> InputError:
    return fail("nested too deeply.", place, accepted=f"at most {MAX_DEPTH} levels")


def _control(character: str, place: Place) -> InputError:
    return fail(f"the control character U+{ord(character):04X} stands here.", place, accepted="printable text")


def _too_long(place: Place) -> InputError:
    return fail("the number has too many digits.", place, accepted=f"at most {MAX_NUMBER_LENGTH} characters")


def _too_many_keys(place: Place) -> InputError:
    return fail("there are too many keys.", place, accepted=f"at most {MAX_KEYS:,} in one mapping")


def _too_many_values(place: Place, limit: int) -> InputError:
    return fail("the file holds too many values.", place, accepted=f"at most {limit:,} keys and values")


def parse_json(text: str, source: str) -> Tree:
    """Parse JSON strictly: no NaN, no duplicate keys, numbers as Decimal, lines of every key kept."""
    reader = _JsonReader(text, source)
    return Tree(source, _document(reader), reader.marks.get)


def _document(reader: _YamlReader | _JsonReader) -> Any:
    """Return the value of a document; raises InputError with all that was noted, and with what ended the reading."""
    try:
        value = reader.document()
    except InputError as error:
        raise InputError([*reader.problems, *error.problems]) from None
    if reader.problems:
        raise InputError(reader.problems)
    return value


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
        self._count = 0
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
            raise _too_deep(self._value_place())
        self._skip()
        self._path = path
        self._count += 1
        if self._count > MAX_JSON_VALUES:
            raise _too_many_values(self._place(), MAX_JSON_VALUES)
        self.marks.setdefault(path, self._line_column(self._at))
        opening = self.text[self._at : self._at + 1]
        if opening == "{":
            return self._object(path, depth)
        if opening == "[":
            return [self._value((*path, index), depth + 1) for index in self._items("]")]
        return self._decode()

    def _object(self, path: KeyPath, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for count in self._items("}"):
            self._skip()
            start = self._at
            if self.text[start : start + 1] != '"':
                raise self._broken("a key in double quotes is expected")
            key = self._decode()
            if key in result:
                place = Place(self.source, *self._line_column(start), _dotted((*path, key)))
                self.problems.append(Problem(f"the key '{one_line(key)}' is there twice.", place))
            if count == MAX_KEYS:
                raise _too_many_keys(Place(self.source, *self._line_column(start)))
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
        if isinstance(value, str) and _SURROGATE.search(value):
            raise fail("the text holds half of a surrogate pair.", self._value_place())
        return value

    def _number(self, digits: str) -> Decimal:
        if len(digits) > MAX_NUMBER_LENGTH:
            raise _too_long(self._value_place())
        try:
            number = Decimal(digits)
        except InvalidOperation:
            return Decimal("Infinity")
        if not number:
            return Decimal(0)
        return Decimal("NaN") if number.adjusted() < -MAX_EXPONENT else number

    def _constant(self, name: str) -> Any:
        raise fail(f"{name} is not a number.", self._value_place(), accepted="finite numbers")

    def _skip(self) -> None:
        if found := _BLANKS.match(self.text, self._at):
            self._at = found.end()

    def _line_column(self, at: int) -> tuple[int, int]:
        line = bisect_left(self._line_ends, at)
        return line + 1, at - (self._line_ends[line - 1] if line else -1)

    def _place(self) -> Place:
        return Place(self.source, *self._line_column(self._at))

    def _value_place(self) -> Place:
        """Return the place of the value that is being read, with its key."""
        return Place(self.source, *self._line_column(self._at), _dotted(self._path))

    def _broken(self, reason: str) -> InputError:
        return fail(f"this is not valid JSON: {reason}.", self._place())
