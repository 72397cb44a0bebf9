"""The two sides of a difference as they are read: answers with what they are assessed on, or a result as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from advisor.answers import Answers, check_answers
from advisor.assessment import Assessment, assess
from advisor.contract import SCHEMA_VERSION, Result
from advisor.diff.revisions import path_in, read_revision
from advisor.errors import InputError, Problem, fail, one_line
from advisor.files import read_text
from advisor.limits import MAX_RESULT_NUMBER_LENGTH
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.questions import STRATEGIES
from advisor.result import result_of
from advisor.trees import Tree, parse_json

_LARGEST: Final = 30
"""Power of ten beyond which no number of a result can be an amount."""


@dataclass(frozen=True)
class Inputs:
    """All that a recommendation follows from."""

    answers: Answers
    pack: Pack
    book: PriceBook
    as_of: date
    as_of_from: str = "given"

    def assess(self) -> Assessment:
        return assess(self.answers, self.pack, self.book, self.as_of, self.as_of_from)


@dataclass(frozen=True)
class Side:
    """One side: its file and the path in the comment's tag, its result, and the inputs where these are known."""

    file: str
    path: str
    result: Result
    inputs: Inputs | None

    @property
    def dated(self) -> str:
        """Return the day of prices and where it comes from."""
        where_from = self.inputs.as_of_from if self.inputs else "as in the result"
        return f"{one_line(self.result.as_of)}, {where_from}"


@dataclass(frozen=True)
class Given:
    """A file that was given for one side, with its text; whether it holds a result is seen by its keys."""

    file: str
    path: str
    tree: Tree
    text: str

    @property
    def is_result(self) -> bool:
        value = self.tree.value
        return isinstance(value, dict) and ("recommendation" in value or "schema_version" in value)

    def answers(self, pack: Pack) -> Answers:
        """Return the answers; raises InputError with the place of whatever is wrong in them."""
        tree = parse_json(self.text, self.tree.source)
        return replace(check_answers(tree, pack.questionnaire), source=self.path)


def read(reference: str) -> Given:
    """Return what stands in a file, on standard input (`-`), or in a file at a Git revision (`main:x.advise.json`).

    Raises InputError where there is none, or where it is no JSON.
    """
    name, path = ("standard input" if reference == "-" else reference), path_in(reference)
    text = read_text(reference) if path is None else read_revision(reference)
    return Given(name, path or reference, parse_json(text, name, MAX_RESULT_NUMBER_LENGTH), text)


def answered_side(given: Given, pack: Pack, book: PriceBook, day: Callable[[Answers], tuple[date, str]]) -> Side:
    """Return the side of an answers file, assessed; `day` says as of when, and where that comes from."""
    answers = given.answers(pack)
    inputs = Inputs(answers, pack, book, *day(answers))
    return Side(given.file, given.path, result_of(inputs.assess()), inputs)


def result_side(given: Given) -> Side:
    """Return the side of a result as `advise run --format json` prints it.

    Raises InputError for a result of another version, and for what no result can hold.
    """
    from pydantic import TypeAdapter, ValidationError

    tree = given.tree
    version = tree.value.get("schema_version")
    if version != SCHEMA_VERSION:
        shown = one_line(version) if "schema_version" in tree.value else "none"
        raise fail(
            f"a result of schema version {shown} cannot be read.",
            tree.place("schema_version"),
            accepted=f'what `advise run --format json` prints, of schema version "{SCHEMA_VERSION}"',
        )
    try:
        # What would change a recommendation is no part of a difference, so nothing of it has to be right.
        result = TypeAdapter(Result).validate_python({**tree.value, "flips": (), "next_question": None})
    except ValidationError as error:
        raise InputError(
            Problem(f"is not as in a result: {detail['msg'].lower()}.", tree.place(*detail["loc"]))
            for detail in error.errors()
        ) from None
    _check(result, tree)
    return Side(given.file, given.path, result, None)


def _check(result: Result, tree: Tree) -> None:
    """Raise InputError where a result contradicts itself or holds a number that no sum can hold."""
    if tuple(entry.strategy for entry in result.strategies) != STRATEGIES:
        raise fail("are not the four strategies.", tree.place("strategies"), accepted=", ".join(STRATEGIES))
    for path, number in _numbers(tree.value, ()):
        if number.is_finite() and number.adjusted() <= _LARGEST:
            continue
        raise fail("the number is out of bounds.", tree.place(*path))


def _numbers(value: Any, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], Decimal]]:
    if isinstance(value, Decimal):
        return [(path, value)]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in inner for found in _numbers(item, (*path, key))]
