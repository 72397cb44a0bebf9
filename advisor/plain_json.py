"""JSON with amounts in plain notation: a `Decimal` becomes a number without an exponent and without padding."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def plain_number(value: Decimal) -> str:
    """Return a number in plain notation: no exponent, no trailing zeros, no negative zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def dump(value: Any, indent: int | None = 2, _level: int = 0) -> str:
    """Return JSON text of mappings, sequences, text, bool, None, int and Decimal; one line when `indent` is None.

    Lists of scalars stay on one line. Raises TypeError for anything else, floats included.
    """
    if isinstance(value, Decimal):
        return plain_number(value)
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        parts = [
            f"{json.dumps(str(key), ensure_ascii=False)}: {dump(item, indent, _level + 1)}"
            for key, item in value.items()
        ]
        return _joined("{", parts, "}", indent, _level)
    if isinstance(value, list | tuple):
        parts = [dump(item, indent, _level + 1) for item in value]
        flat = not any(isinstance(item, Mapping | list | tuple) for item in value)
        return _joined("[", parts, "]", None if flat else indent, _level)
    raise TypeError(f"{type(value).__name__} has no place in this JSON")


def _joined(opening: str, parts: list[str], closing: str, indent: int | None, level: int) -> str:
    if not parts or indent is None:
        return opening + ", ".join(parts) + closing
    outer, inner = "\n" + " " * indent * level, "\n" + " " * indent * (level + 1)
    return opening + inner + ("," + inner).join(parts) + outer + closing
