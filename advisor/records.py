"""Mappings of data files as typed records, with file:line:column for whatever is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import GenerateJsonSchema

from advisor.errors import InputError, Problem, nearest_name, one_line
from advisor.trees import Tree


class Record(BaseModel):
    """A mapping from a data file: every key is known, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Record):
    """A record that others refer to by its id."""

    id: str


DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""The dialect of every published JSON Schema."""


class PlainNumbers(GenerateJsonSchema):
    """JSON Schemas in which a `Decimal` is a number, without the text form that pydantic would accept as well."""

    def decimal_schema(self, schema: Any) -> dict[str, Any]:
        return {"type": "number"}


RecordT = TypeVar("RecordT", bound=Record)
NamedT = TypeVar("NamedT", bound=Named)


def read_record(model: type[RecordT], tree: Tree, value: Any, *path: str | int) -> RecordT:
    """Validate one mapping of a tree against a model, with file:line:column for every error."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise InputError(_problem(model, tree, path, dict(detail)) for detail in error.errors()) from None


def read_records(model: type[RecordT], tree: Tree, key: str, beside: Sequence[str] = ()) -> tuple[RecordT, ...]:
    """Validate the list under `key` of a tree, which may hold no other keys but those in `beside`; all errors of all
    entries at once."""
    problems: list[Problem] = []
    records = tuple(record for _, record in each_record(model, tree, key, beside, problems))
    if problems:
        raise InputError(problems)
    return records


def each_record(
    model: type[RecordT], tree: Tree, key: str, beside: Sequence[str], problems: list[Problem]
) -> Iterator[tuple[int, RecordT]]:
    """Yield the valid entries of the list under `key` of a tree with their positions, and note what is wrong in it."""
    entries = tree.value.get(key) if isinstance(tree.value, dict) else None
    if isinstance(tree.value, dict) and key in tree.value:
        known = (key, *beside)
        problems += [
            Problem(f"unknown key '{one_line(name)}'.", tree.place(name), ", ".join(known), nearest_name(name, known))
            for name in tree.value
            if name not in known
        ]
    if not isinstance(entries, list):
        problems.append(Problem(f"a list under the key '{key}' is needed.", tree.place(key)))
        return
    for index, entry in enumerate(entries):
        try:
            yield index, read_record(model, tree, entry, key, index)
        except InputError as error:
            problems += error.problems


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
