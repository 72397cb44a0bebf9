"""Rows in text, as JSON Lines or CSV: chunks of a file as they stand, each turned into columns where it is decided.

A row that cannot be read is a bad row with its line; the rows before and after it are read all the same.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from advisor.answers import Answers, answers_from
from advisor.errors import InputError, Place, fail
from advisor.portfolio.part import Chunk, Part, check_heads, checked
from advisor.questions import Question, Questionnaire
from advisor.replies import parse_text

MAX_LINE: Final = 100_000
"""Characters of the longest row; one with every question answered has about 2,000."""

_NEARBY: Final = 256
"""Rows that a processor keeps at hand while their columns are gathered."""

_NOT_JSON: Final = "this is not valid JSON; the line may be cut off."

_PLAIN_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,9}))?")
"""Numbers in a cell that can be read in one way only, as they stand."""

_YES_OR_NO: Final = {"true": True, "false": False, "yes": True, "no": False}


@dataclass(frozen=True)
class JsonLines:
    """Lines of a JSON Lines file, with the line and the row number of the first."""

    source: str
    line: int
    number: int
    texts: list[str]

    @property
    def weight(self) -> int:
        return sum(map(len, self.texts))

    def part(self, questionnaire: Questionnaire) -> Part:
        ids = frozenset(questionnaire.ids) - {"notes"}
        columns: dict[str, list[Any]] = {}
        lines: list[int] = []
        odd: set[int] = set()
        problems: dict[int, InputError] = {}
        for start in range(0, len(self.texts), _NEARBY):
            done, rows = len(lines), []
            for line, text in enumerate(self.texts[start : start + _NEARBY], self.line + start):
                if text.isspace():
                    continue
                lines.append(line)
                try:
                    rows.append(_object(text))
                except ValueError as error:
                    said = error.args[0] if isinstance(error, _Refused) else _NOT_JSON
                    problems[done + len(rows)] = fail(said, Place(self.source, line))
                    rows.append({})
            names = set().union(*rows)
            strange = names - ids
            for position, row in enumerate(rows, done):
                if None in row.values() or (strange and not strange.isdisjoint(row)):
                    odd.add(position)
            for name in names & ids:
                if name not in columns:
                    columns[name] = [None] * done
            for name, column in columns.items():
                column += [row.get(name) for row in rows] if name in names else [None] * len(rows)

        def read(position: int) -> Answers:
            line = lines[position]
            return checked(_object(self.texts[line - self.line]), self.source, line, questionnaire)

        return Part(range(self.number, self.number + len(lines)), columns, read, odd, problems)


@dataclass(frozen=True)
class Cells:
    """Rows of a CSV file, each with its line or with what is wrong in it, and the number of the first."""

    source: str
    number: int
    heads: list[str]
    rows: list[tuple[int, list[str] | str]]

    @property
    def weight(self) -> int:
        return sum(len(cells) + sum(map(len, cells)) for _, cells in self.rows)

    def part(self, questionnaire: Questionnaire) -> Part:
        problems: dict[int, InputError] = {}
        kept: list[list[str]] = []
        for position, (line, cells) in enumerate(self.rows):
            if isinstance(cells, str) or len(cells) != len(self.heads):
                said = cells if isinstance(cells, str) else _miscounted(cells, self.heads)
                problems[position] = fail(said, Place(self.source, line))
                cells = [""] * len(self.heads)
            kept.append(cells)
        columns: dict[str, list[Any]] = {}
        odd: set[int] = set()
        for head, texts in zip(self.heads, zip(*kept, strict=True), strict=True):
            columns[head] = [None] * len(kept)
            plain = _plain_cells(questionnaire[head]) if head != "as_of" else None
            for position, text in enumerate(texts):
                if text and not text.isspace():
                    value = plain(text) if plain else None
                    if value is None:
                        odd.add(position)
                    columns[head][position] = value
        columns.pop("as_of", None)

        def read(position: int) -> Answers:
            line = self.rows[position][0]
            cells = zip(self.heads, kept[position], strict=True)
            return _typed({head: text for head, text in cells if text.strip()}, self.source, line, questionnaire)

        return Part(range(self.number, self.number + len(kept)), columns, read, odd - problems.keys(), problems)


def text_chunks(path: Path, questionnaire: Questionnaire, size: int) -> Iterator[Chunk]:
    """Yield the rows of a JSON Lines or CSV file in chunks; raises InputError where the file itself cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix == ".jsonl":
                yield from _json_lines(file, str(path), size)
            else:
                yield from _cells(file, str(path), questionnaire, size)
    except OSError as error:
        raise fail(f"cannot be read: {error.strerror}.", Place(str(path))) from None
    except UnicodeDecodeError as error:
        raise fail("is not valid UTF-8.", Place(str(path)), accepted=f"UTF-8; byte {error.start} is not") from None


def _json_lines(file: IO[str], source: str, size: int) -> Iterator[JsonLines]:
    line = number = 1
    texts: list[str] = []
    for text in file:
        texts.append(text)
        if len(texts) == size:
            yield JsonLines(source, line, number, texts)
            line, number, texts = line + size, number + sum(not text.isspace() for text in texts), []
    if texts:
        yield JsonLines(source, line, number, texts)


class _Refused(ValueError):
    """What is wrong with a JSON text that can be parsed."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("a key stands twice.")
    return found


def _no_number(word: str) -> Any:
    raise _Refused(f"{word} is no number.")


_PLAIN: Final = json.JSONDecoder(parse_constant=_no_number)
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _object(text: str) -> dict[str, Any]:
    """Return the object of a line; raises ValueError."""
    if len(text) > MAX_LINE:
        raise _Refused(f"the row is too long; at most {MAX_LINE:,} characters are read.")
    try:
        found, end = _PLAIN.raw_decode(text)
        if not isinstance(found, dict) or text.count(":") != len(found) or not text[end:].isspace():
            found = _DECODER.decode(text)  # which looks for keys that stand twice
    except RecursionError:
        raise ValueError from None
    if not isinstance(found, dict):
        raise _Refused("an object of question ids and answers is needed.")
    return found


def _cells(file: IO[str], source: str, questionnaire: Questionnaire, size: int) -> Iterator[Cells]:
    reader = csv.reader(file, strict=True)
    try:
        heads = next(reader, [])
    except csv.Error as error:
        raise fail(f"this is not valid CSV: {error}.", Place(source, 1)) from None
    check_heads(heads, questionnaire, Place(source, 1))
    number = 1
    rows: list[tuple[int, list[str] | str]] = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            rows.append((reader.line_num, f"this is not valid CSV: {error}."))
            continue
        if cells:
            rows.append((reader.line_num, cells))
        if rows and (cells is None or len(rows) == size):
            yield Cells(source, number, heads, rows)
            number, rows = number + len(rows), []
        if cells is None:
            return


def _miscounted(cells: list[str], heads: list[str]) -> str:
    return f"the row has {len(cells)} cells and the head {len(heads)}."


def _plain_cells(question: Question) -> Callable[[str], Any] | None:
    """Return what reads the plain cells of a column, and gives None for any other; None where all have to be typed."""
    match question.kind:
        case "number":
            return lambda text: float(text) if _PLAIN_NUMBER.fullmatch(text) else None
        case "choice":
            return {word: word for word in question.domain.values}.get
        case "bool":
            return _YES_OR_NO.get
        case "model":
            return lambda text: text if text == text.strip() else None
        case "text":
            return lambda text: text if text.isprintable() and text == text.strip() else None
        case _:
            return None


def _typed(cells: dict[str, str], source: str, line: int, questionnaire: Questionnaire) -> Answers:
    """Return the answers of cells, read as a person types them."""
    values = {
        head: text if head == "as_of" else parse_text(questionnaire[head], text, Place(source, line, key=head))
        for head, text in cells.items()
    }
    named, as_of = f"{source}:{line}", values.pop("as_of", None)
    day = answers_from({"as_of": as_of} if as_of else {}, questionnaire, named).as_of
    return Answers(named, values, {}, day)
