"""Reading a batch file: JSON Lines or CSV, a workload a row, each kept as it stands until it is checked.

A row that cannot be read is a bad row with its line; the rows before and after it are read all the same.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from advisor.answers import Answers, answers_from
from advisor.errors import InputError, Place, fail
from advisor.questions import Questionnaire
from advisor.replies import check_value, parse_text

ENDINGS: Final = (".jsonl", ".csv")
CHUNK: Final = 20_000
MAX_LINE: Final = 100_000
"""Characters of the longest row; one with every question answered has about 2,000."""


@dataclass(frozen=True)
class Row:
    """A row: its number, the first being 1, and its line. `answers` are checked; `problem` says why they are not."""

    number: int
    line: int
    answers: Answers | None
    problem: InputError | None = None


def rows_of(path: Path, questionnaire: Questionnaire) -> Iterator[list[Row]]:
    """Yield the rows of a file in parts; raises InputError where the file itself cannot be read."""
    if path.suffix not in ENDINGS:
        raise fail("is of no kind that is read in a batch.", Place(str(path)), accepted=", ".join(ENDINGS))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            read = _json_rows if path.suffix == ".jsonl" else _csv_rows
            part: list[Row] = []
            for row in read(file, str(path), questionnaire):
                part.append(row)
                if len(part) == CHUNK:
                    yield part
                    part = []
            if part:
                yield part
    except OSError as error:
        raise fail(f"cannot be read: {error.strerror}.", Place(str(path))) from None
    except UnicodeDecodeError as error:
        raise fail("is not valid UTF-8.", Place(str(path)), accepted=f"UTF-8; byte {error.start} is not") from None


def _json_rows(file: IO[str], source: str, questionnaire: Questionnaire) -> Iterator[Row]:
    number = 0
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        number += 1
        try:
            values = _object(text, source, line)
            yield Row(number, line, _checked(values, source, line, questionnaire))
        except InputError as error:
            yield Row(number, line, None, error)


def _object(text: str, source: str, line: int) -> dict[str, Any]:
    place = Place(source, line)
    if len(text) > MAX_LINE:
        raise fail("the row is too long.", place, accepted=f"at most {MAX_LINE:,} characters")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise fail("a key stands twice.", place)
        return found

    def refused(word: str) -> Any:
        raise fail(f"{word} is no number.", place)

    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=refused)
    except (ValueError, RecursionError):
        raise fail("this is not valid JSON; the line may be cut off.", place) from None
    if not isinstance(found, dict):
        raise fail("an object of question ids and answers is needed.", place)
    return found


def _csv_rows(file: IO[str], source: str, questionnaire: Questionnaire) -> Iterator[Row]:
    reader = csv.reader(file, strict=True)
    try:
        heads = next(reader, [])
    except csv.Error as error:
        raise fail(f"this is not valid CSV: {error}.", Place(source, 1)) from None
    unknown = [head for head in heads if head not in (*questionnaire.ids, "as_of")]
    if unknown or len(set(heads)) < len(heads) or "notes" in heads:
        wrong = (
            unknown[0]
            if unknown
            else "notes"
            if "notes" in heads
            else next(head for head in heads if heads.count(head) > 1)
        )
        raise fail(
            f"the column '{wrong}' is unknown, or there twice.", Place(source, 1), accepted="ids of the questionnaire"
        )
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Row(
                number, reader.line_num, None, fail(f"this is not valid CSV: {error}.", Place(source, reader.line_num))
            )
            continue
        if not cells:
            continue
        number += 1
        line = reader.line_num
        try:
            if len(cells) != len(heads):
                raise fail(f"the row has {len(cells)} cells and the head {len(heads)}.", Place(source, line))
            values = {
                head: cell if head == "as_of" else parse_text(questionnaire[head], cell, Place(source, line, key=head))
                for head, cell in zip(heads, cells, strict=True)
                if cell.strip()
            }
            as_of = values.pop("as_of", None)
            answers = answers_from({"as_of": as_of} if as_of else {}, questionnaire, f"{source}:{line}")
            yield Row(number, line, Answers(f"{source}:{line}", values, {}, answers.as_of))
        except InputError as error:
            yield Row(number, line, None, error)


def _checked(values: dict[str, Any], source: str, line: int, questionnaire: Questionnaire) -> Answers:
    """Return the answers of a row. What is wrong, and what is no answer, is left to the reader of answers files, which
    names the place of everything; nearly every row does without."""
    named = f"{source}:{line}"
    place = Place(source, line)
    if "notes" in values:
        return answers_from(values, questionnaire, named)
    try:
        found = {key: check_value(questionnaire[key], raw, place) for key, raw in values.items()}
        return Answers(named, {key: found[key] for key in questionnaire.ids if key in found})
    except (KeyError, InputError):
        return answers_from(values, questionnaire, named)
