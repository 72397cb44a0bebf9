"""What is wrong in a pack: collected part by part, each problem with its place."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Any

from advisor.condition_reader import read_condition
from advisor.conditions import ALWAYS, Condition, Domain, facts_of
from advisor.errors import InputError, Problem, nearest_name, one_line
from advisor.packs.layers import Spot


class PackChecker:
    """Notes problems. Facts in `unsure` belong to questions that could not be read: what names them is not blamed."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.unsure: frozenset[str] = frozenset()

    def note(self, message: str, spot: Spot, accepted: str | None = None, nearest: str | None = None) -> None:
        self.problems.append(Problem(message, spot.place, accepted, nearest))

    def one_of(self, name: str, known: Iterable[str], what: str, spot: Spot, *, list_all: bool = True) -> None:
        """Note a name that is not among those known; the message lists them unless they are many."""
        names = tuple(known)
        if name not in names:
            accepted = (", ".join(names) or "none") if list_all else None
            self.note(f"unknown {what}: '{one_line(name)}'.", spot, accepted, nearest_name(name, names))

    def condition(self, raw: Any, domains: Mapping[str, Domain], spot: Spot) -> Condition | None:
        """Return a condition, or None where it is wrong or names a fact that is not known for sure."""
        if self.unsure and _names_any(raw, self.unsure):
            return None
        try:
            return read_condition(raw, domains, spot.tree, *spot.path)
        except InputError as error:
            self.problems += error.problems
            return None

    def optional_condition(self, raw: Any, domains: Mapping[str, Domain], spot: Spot) -> Condition | None:
        """Return a condition that holds always where nothing is written."""
        return ALWAYS if raw is None else self.condition(raw, domains, spot)

    def quotes(self, text: str, when: Condition | None, spot: Spot, also: Iterable[str] = ()) -> None:
        """Check that a text quotes only facts that its condition reads; nothing is said where that is not known."""
        if when is None:
            return
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            self.note(f"the braces in this text do not match: {error}.", spot)
            return
        for name in names:
            self.one_of(name, (*facts_of(when), *also), "fact in braces (only facts that the condition reads)", spot)


def _names_any(raw: Any, names: frozenset[str]) -> bool:
    """Return whether a condition as written tests one of some facts."""
    if isinstance(raw, dict):
        fact = raw.get("fact")
        return (isinstance(fact, str) and fact in names) or any(_names_any(part, names) for part in raw.values())
    return isinstance(raw, list) and any(_names_any(part, names) for part in raw)
