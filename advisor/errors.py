"""What a user can get wrong, and how it is said.

A `Problem` says what is wrong, where, what is accepted and how to mend it. An `InputError` carries one or more
problems; the command line prints them without a traceback and exits with 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from advisor.limits import MAX_SHOWN_PROBLEM, MAX_SHOWN_PROBLEMS
from advisor.printable import printable

KeyPath = tuple[str | int, ...]
"""The keys and positions that lead to a value of a parsed file."""


@dataclass(frozen=True)
class Place:
    """A place in an input: a file (or what stands for one), a 1-based line and column, and the key."""

    source: str
    line: int | None = None
    column: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        parts = [self.source]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        if self.key:
            parts.append(self.key)
        return ":".join(parts)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, what is accepted, and the name that was likely meant."""

    message: str
    place: Place | None = None
    accepted: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        if self.nearest:
            text += f" Did you mean '{self.nearest}'?"
        if self.accepted:
            text += f" Accepted: {self.accepted}."
        return text


class AdviseError(Exception):
    """Base of everything that is shown to a user without a traceback."""

    exit_code = 2


class InputError(AdviseError):
    """Bad input, with every problem found, not only the first one.

    Its text has one printable line for each problem, up to `MAX_SHOWN_PROBLEMS` of them, and then counts the rest.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [printable(str(problem)[:MAX_SHOWN_PROBLEM]) for problem in self.problems[:MAX_SHOWN_PROBLEMS]]
        if rest := len(self.problems) - len(lines):
            lines.append(f"and {rest:,} more.")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Pass on to another process what it was made of."""
        return InputError, (self.problems,)


class Stopped(AdviseError):
    """The user left before the end; the text names the draft that holds what was answered so far."""

    exit_code = 130


def fail(
    message: str, place: Place | None = None, *, accepted: str | None = None, nearest: str | None = None
) -> InputError:
    """Return an `InputError` with a single problem, to be raised by the caller."""
    return InputError([Problem(message, place, accepted, nearest)])


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like `name`, or None when nothing comes close."""
    candidates = list(known)
    by_lower = {candidate.lower(): candidate for candidate in reversed(candidates)}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def one_line(value: object, limit: int = 60) -> str:
    """Return a value as it may be quoted inside a message: one line, no control characters, not too long."""
    text = "".join(character if character.isprintable() else "\ufffd" for character in str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"
