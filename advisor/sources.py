"""Where the values of an interview come from: one ordered chain, the first source that speaks of a question wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeVar

from advisor.conditions import Value

COMMAND_LINE: Final = "command line"
MEASURED: Final = "measured"
DRAFT: Final = "draft"
ANSWERS_FILE: Final = "answers file"
OFFERED: Final = "offered"
TYPED: Final = "answered now"
GIVEN: Final = "given"
"""Stands for a source that has no name."""


T = TypeVar("T")


class Source(NamedTuple):
    """A source by name. It speaks of the questions that are keys of `values`; None takes an answer of a later one
    away."""

    name: str
    values: Mapping[str, Value]


def chained(sources: Iterable[Source]) -> tuple[dict[str, Value], dict[str, str]]:
    """Return the values of sources in the order of their rank, and for each value the name of its source."""
    values: dict[str, Value] = {}
    names: dict[str, str] = {}
    for source in sources:
        for key, value in source.values.items():
            if key not in names:
                values[key], names[key] = value, source.name
    kept: dict[str, Value] = {key: value for key, value in values.items() if value is not None}
    return kept, {key: names[key] for key in kept}


def changed(before: Mapping[str, T], after: Mapping[str, T]) -> dict[str, T | None]:
    """Return what answers, or notes, say differently from others before them; None stands for one that was taken
    away."""
    keys = [*before, *(key for key in after if key not in before)]
    return {key: after.get(key) for key in keys if after.get(key) != before.get(key)}
