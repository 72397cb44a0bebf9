"""The published JSON Schemas, each made from the types that read or write the thing it describes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from advisor.answers import answers_schema
from advisor.cases import Case
from advisor.check.contract import check_schema
from advisor.conditions import LIST_OPS, OPS
from advisor.contract import result_schema
from advisor.diff.contract import diff_schema
from advisor.explain.contract import explain_schema
from advisor.packs.files import PACK_FILES
from advisor.packs.pack import Pack
from advisor.pricebook.rows import PRICE_FILES
from advisor.records import DIALECT, PlainNumbers, Record
from advisor.whatif.contract import whatif_schema

_CONDITION: Final = {"$ref": "#/$defs/Condition"}
_SCALAR: Final = {"type": ["string", "number", "boolean"]}


class _CasesFile(Record):
    cases: tuple[Case, ...]


def schema(name: str, pack: Pack) -> dict[str, Any]:
    """Return a published schema by its name, one of `SCHEMAS`; that of answers follows the questions of a pack."""
    return SCHEMAS[name](pack)


def _any_of(title: str, files: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    """Return the schema of files that have one of several shapes."""
    parts = [
        TypeAdapter(each).json_schema(schema_generator=PlainNumbers, ref_template="#/$defs/{model}") for each in files
    ]
    shared = {name: entry for part in parts for name, entry in part.pop("$defs", {}).items()}
    names = [str(part.pop("title")).removeprefix("_") for part in parts]
    shared |= dict(zip(names, parts, strict=True))
    return {
        "$schema": DIALECT,
        "title": title,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in names],
        "$defs": {name: _tidy(shared[name]) for name in sorted(shared)},
    }


def _tidy(schema: Any, key: str = "") -> Any:
    """Return the schema without generated titles, conditions described wherever a key holds one.

    A text may be written as a plain number or truth value: the field decides how a scalar is read.
    """
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if key in ("when", "show"):
        return _CONDITION
    if schema.get("type") == "string" and "format" not in schema and "enum" not in schema:
        return {**schema, **_SCALAR}
    titled = {name: entry for name, entry in schema.items() if not (name == "title" and isinstance(entry, str))}
    return {name: _tidy(entry, name) for name, entry in titled.items()}


def _condition_schema() -> dict[str, Any]:
    properties: dict[str, Any] = {"fact": {"type": "string", "description": "A question id or a derived fact."}}
    for op in OPS:
        properties[op] = {"type": "array", "items": _SCALAR} if op in LIST_OPS or op == "between" else _SCALAR
    test = {
        "type": "object",
        "properties": properties,
        "required": ["fact"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": False,
    }

    def only(name: str, value: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "properties": {name: value}, "required": [name], "additionalProperties": False}

    many = {"type": "array", "items": _CONDITION}
    return {"anyOf": [test, only("all", many), only("any", many), only("not", _CONDITION)]}


def _rules() -> dict[str, Any]:
    schema = _any_of("A file of a rule pack", PACK_FILES)
    schema["$defs"]["Condition"] = _condition_schema()
    return schema


SCHEMAS: Final[dict[str, Callable[[Pack], dict[str, Any]]]] = {
    "answers": lambda pack: answers_schema(pack.questionnaire),
    "result": lambda pack: result_schema(),
    "explain": lambda pack: explain_schema(),
    "whatif": lambda pack: whatif_schema(),
    "check": lambda pack: check_schema(),
    "diff": lambda pack: diff_schema(),
    "rules": lambda pack: _rules(),
    "prices": lambda pack: _any_of("A file of the price book, or an overlay", PRICE_FILES),
    "cases": lambda pack: _any_of("Cases for back-testing", (_CasesFile,)),
}
"""Every published schema by name."""
