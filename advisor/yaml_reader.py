"""Reads one YAML document event by event, with the place of everything and an early stop beyond every limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import yaml

from advisor.errors import KeyPath, Place, Problem, fail, one_line
from advisor.limits import MAX_DATA_EXPONENT, MAX_DEPTH, MAX_EXPONENT, MAX_KEYS, MAX_NUMBER_LENGTH, MAX_YAML_VALUES
from advisor.refusals import control, dotted, too_deep, too_long, too_many_keys, too_many_values

_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_NUMBER: Final = re.compile(r"\s*[-+]?[\d_.]+(?:[eE][-+]?[\d_]+)?\s*")
_CONTROL: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class YamlReader:
    """Turns the events of a YAML file into plain values and notes what a data file must not contain."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.marks: dict[KeyPath, tuple[int, int]] = {}
        self._count = 0
        if found := _CONTROL.search(text):
            line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
            raise control(found[0], Place(source, line, column))
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
                raise too_deep(place) from None
            raise fail(f"this is not valid YAML: {error.problem or error.context}.", place) from None
        except yaml.YAMLError as error:
            raise fail(f"this is not valid YAML: {one_line(error, 120)}.", Place(self.source)) from None

    def _value(self, event: Any, path: KeyPath, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise too_deep(self._place(event))
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
                raise too_many_keys(place)
            self.marks[(*path, key)] = _mark(event)
            result[key] = self._value(self._next(), (*path, key), depth + 1)
        return result

    def _check(self, event: Any) -> None:
        self._count += 1
        if self._count > MAX_YAML_VALUES:
            raise too_many_values(self._place(event), MAX_YAML_VALUES)
        if event.anchor is not None:
            raise fail("anchors and aliases are not accepted; write the value out.", self._place(event))
        if event.tag is not None:
            self.problems.append(Problem(f"the tag {one_line(event.tag)} is not accepted.", self._place(event)))
        if isinstance(event, yaml.ScalarEvent) and event.style == '"' and (found := _CONTROL.search(event.value)):
            raise control(found[0], self._place(event))

    def _scalar(self, event: Any, path: KeyPath) -> str | None:
        text: str = event.value
        if not event.style and text in _NULLS:
            return None
        if _NUMBER.fullmatch(text):
            if len(text) > MAX_NUMBER_LENGTH:
                raise too_long(Place(self.source, *self.marks[path], dotted(path)), MAX_NUMBER_LENGTH)
            if not _within_reach(text):
                raise fail(
                    f"the number {text.strip()} is out of reach.",
                    Place(self.source, *self.marks[path], dotted(path)),
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
