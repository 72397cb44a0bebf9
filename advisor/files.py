"""Reading what people wrote, with the line of everything, and writing without ever leaving half a file.

YAML scalars stay text here: the field that a scalar stands for decides its type (`no` in a text field is the text
"no"). JSON keeps its own types, numbers as `Decimal`. Both refuse duplicate keys.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from advisor import cache
from advisor.errors import InputError, Place, Problem, fail, nearest_name, one_line

MAX_FILE_BYTES = 4_000_000
"""Largest input file that is read; a questionnaire or a rule pack is a thousand times smaller."""

MAX_DEPTH = 40
"""Deepest nesting that is read."""

Path_ = tuple[str | int, ...]
_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset("tag:yaml.org,2002:" + name for name in ("map", "seq", "str", "int", "float", "bool", "null",
                                                                "timestamp", "value"))
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class Record(BaseModel):
    """A mapping from a data file: every key is known, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


RecordT = TypeVar("RecordT", bound=Record)


@dataclass(frozen=True)
class Tree:
    """A parsed file: plain `value`s (dict, list, text, Decimal, bool, None) and `place(path)` for any of them."""

    source: str
    value: Any
    locate: Callable[[Path_], tuple[int, int] | None]

    def place(self, *path: str | int) -> Place:
        """Return the place of the value under `path`, or of its nearest enclosing value that has one."""
        key = ".".join(str(part) for part in path) or None
        for end in range(len(path), -1, -1):
            if mark := self.locate(path[:end]):
                return Place(self.source, mark[0], mark[1], key)
        return Place(self.source, key=key)


def read_text(path: Path | str) -> str:
    """Return the UTF-8 text of a file, or of standard input for `-`.

    Raises InputError when it is missing, not a regular file, too large, unreadable or not UTF-8.
    """
    if str(path) == "-":
        return _decode(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), "standard input")
    place = Place(str(path))
    try:
        info = Path(path).stat()
        if stat.S_ISDIR(info.st_mode):
            raise fail("is a directory, a file is needed.", place)
        if not stat.S_ISREG(info.st_mode):
            raise fail("is not a regular file.", place, accepted="a regular file, or - for standard input")
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise fail("no such file.", place) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail(f"cannot be read: {reason}.", Place(one_line(path, 200))) from None
    return _decode(data, str(path))


def _decode(data: bytes, source: str) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise fail("the file is too large.", Place(source), accepted=f"at most {MAX_FILE_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fail("the file is not UTF-8 text.", Place(source, line), accepted="UTF-8") from None


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
        raise fail("the folder holds no YAML file." if folder.is_dir() else "no such folder.", Place(str(folder)),
                   accepted="a folder of YAML files")
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


def _locate(node: Any, path: Path_) -> tuple[int, int] | None:
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
            raise fail("anchors and aliases are not accepted; write the value out.", self._place(node))
        self.seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            self.problems.append(Problem(f"the tag {one_line(node.tag)} is not accepted.", self._place(node)))
        if isinstance(node, yaml.ScalarNode):
            return None if node.style is None and node.value in _NULLS else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, depth + 1) for child in node.value]
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem("a key must be text.", self._place(key_node)))
                continue
            if key_node.value in result:
                self.problems.append(Problem(f"the key '{one_line(key_node.value)}' is there twice.",
                                             self._place(key_node)))
            result[key_node.value] = self.value(child, depth + 1)
        return result

    def _place(self, node: Any) -> Place:
        return Place(self.source, node.start_mark.line + 1, node.start_mark.column + 1)


def _yaml_node(node: Any, path: Path_) -> Any:
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
        self.marks: dict[Path_, tuple[int, int]] = {}
        self._scalar = json.JSONDecoder(parse_int=self._number, parse_float=self._number,
                                        parse_constant=self._constant).raw_decode
        self._at = 0

    def document(self) -> Any:
        value = self._value((), 0)
        self._skip()
        if self._at < len(self.text):
            raise self._broken("there is text after the end of the document")
        return value

    def _value(self, path: Path_, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise fail("nested too deeply.", self._place(), accepted=f"at most {MAX_DEPTH} levels")
        self._skip()
        self.marks.setdefault(path, self._line_column(self._at))
        opening = self.text[self._at : self._at + 1]
        if opening == "{":
            return self._object(path, depth)
        if opening == "[":
            return [self._value((*path, index), depth + 1) for index in self._items("]")]
        return self._decode()

    def _object(self, path: Path_, depth: int) -> dict[str, Any]:
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
            raise self._broken(error.msg[0].lower() + error.msg[1:]) from None
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise fail("the text holds half of a surrogate pair.", self._place())
        return value

    def _number(self, digits: str) -> Decimal:
        if len(digits) > 40:
            raise fail("the number has too many digits.", self._place(), accepted="at most 40 characters")
        return Decimal(digits)

    def _constant(self, name: str) -> Any:
        raise fail(f"{name} is not a number.", self._place(), accepted="finite numbers")

    def _skip(self) -> None:
        while self.text[self._at : self._at + 1] in (" ", "\t", "\n", "\r"):
            self._at += 1

    def _line_column(self, at: int) -> tuple[int, int]:
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)

    def _place(self, at: int | None = None) -> Place:
        return Place(self.source, *self._line_column(self._at if at is None else at))

    def _broken(self, reason: str) -> InputError:
        return fail(f"this is not valid JSON: {reason}.", self._place())


def read_record(model: type[RecordT], tree: Tree, value: Any, *path: str | int) -> RecordT:
    """Validate one mapping of a tree against a model, with file:line:column for every error."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise InputError(_problem(model, tree, path, dict(detail)) for detail in error.errors()) from None


def read_records(model: type[RecordT], tree: Tree, key: str) -> tuple[RecordT, ...]:
    """Validate the list under `key` of a tree; all errors of all entries at once."""
    entries = tree.value.get(key) if isinstance(tree.value, dict) else None
    if not isinstance(entries, list):
        raise fail(f"a list under the key '{key}' is needed.", tree.place(key))
    records: list[RecordT] = []
    problems: list[Problem] = []
    for index, entry in enumerate(entries):
        try:
            records.append(model.model_validate(entry))
        except ValidationError as error:
            problems += [_problem(model, tree, (key, index), dict(detail)) for detail in error.errors()]
    if problems:
        raise InputError(problems)
    return tuple(records)


def _problem(model: type[Record], tree: Tree, path: Sequence[str | int], detail: Mapping[str, Any]) -> Problem:
    loc = tuple(detail["loc"])
    place = tree.place(*path, *loc)
    if detail["type"] == "extra_forbidden":
        name = str(loc[-1])
        known = list(model.model_fields) if len([part for part in loc if isinstance(part, str)]) == 1 else []
        return Problem(f"unknown key '{one_line(name)}'.", place, ", ".join(known) or None, nearest_name(name, known))
    if detail["type"] == "missing":
        return Problem(f"the key '{loc[-1]}' is missing.", place)
    message = str(detail["msg"])
    return Problem(f"{message[0].upper()}{message[1:]}, not {one_line(detail['input'])!r}.", place)


def write_atomically(path: Path, text: str, *, mode: int | None = None) -> bool:
    """Write a file so that readers see the old text or the new one, never a part; return whether it changed.

    Raises InputError when the folder or the file cannot be written; then nothing has changed.
    """
    data = text.encode("utf-8")
    temporary: Path | None = None
    try:
        target = path.resolve()
        if target.exists():
            if not target.is_file():
                raise fail("is not a regular file and cannot be replaced.", Place(str(path)))
            if target.read_bytes() == data:
                return False
            mode = stat.S_IMODE(target.stat().st_mode) if mode is None else mode
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:80]}.", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_default_mode() if mode is None else mode)
        temporary.replace(target)
        temporary = None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise fail(f"cannot be written: {reason}. Nothing was changed.", Place(one_line(path, 200))) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
    return True


def _default_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
