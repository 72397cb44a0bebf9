"""Reads JSON strictly, with the place of every key and an early stop beyond every limit."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from advisor.errors import InputError, KeyPath, Place, Problem, fail, one_line
from advisor.limits import MAX_DEPTH, MAX_EXPONENT, MAX_JSON_VALUES, MAX_KEYS, MAX_NUMBER_LENGTH
from advisor.refusals import dotted, too_deep, too_long, too_many_keys, too_many_values

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_BLANKS: Final = re.compile(r"[ \t\n\r]*")


class JsonReader:
    """Walks objects and lists itself, to know where things are, and leaves scalars to the standard decoder."""

    def __init__(self, text: str, source: str, longest: int = MAX_NUMBER_LENGTH) -> None:
        self.text = text
        self.source = source
        self.longest = longest
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
            raise too_deep(self._value_place())
        self._skip()
        self._path = path
        self._count += 1
        if self._count > MAX_JSON_VALUES:
            raise too_many_values(self._place(), MAX_JSON_VALUES)
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
                place = Place(self.source, *self._line_column(start), dotted((*path, key)))
                self.problems.append(Problem(f"the key '{one_line(key)}' is there twice.", place))
            if count == MAX_KEYS:
                raise too_many_keys(Place(self.source, *self._line_column(start)))
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
        if len(digits) > self.longest:
            raise too_long(self._value_place(), self.longest)
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
        return Place(self.source, *self._line_column(self._at), dotted(self._path))

    def _broken(self, reason: str) -> InputError:
        return fail(f"this is not valid JSON: {reason}.", self._place())
