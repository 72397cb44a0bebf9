"""Samples and training examples, one JSON object a line, in the shapes that people have them in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from advisor.errors import InputError, Place, Problem, fail
from advisor.limits import MAX_RECORDS

SHAPES: Final = (
    '{"input": "…", "output": "…"}, also with "instruction"; {"prompt": "…", "completion": "…"}; '
    'or {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}'
)
_INSTRUCTING: Final = ("system", "developer")
_ANSWERING: Final = "assistant"
_ROLES: Final = (*_INSTRUCTING, "user", _ANSWERING, "tool", "function")


class Record(NamedTuple):
    """One call: the fixed instructions, what came in, and what was answered. `other` counts parts that are no text."""

    instructions: str
    input: str
    output: str
    other: int = 0


class Records(NamedTuple):
    """The records of a file, and how many of its lines are blank."""

    records: tuple[Record, ...]
    blank: int


class _Refused(Exception):
    """What is wrong with a line."""


def records_of(text: str, source: str) -> Records:
    """Read one record a line; raises InputError with every line that is none. Messages never quote what a line holds.

    In a conversation the last message of the assistant is the output, system and developer messages are the
    instructions, and all others are the input.
    """
    if text.lstrip().startswith("["):
        raise fail("is a JSON list; an object a line is needed.", Place(source), accepted=f"a line each: {SHAPES}")
    lines = text.removesuffix("\n").split("\n")
    found: list[Record] = []
    problems: list[Problem] = []
    blank = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            blank += 1
            continue
        if len(found) + len(problems) == MAX_RECORDS:
            raise fail("the file has too many lines.", Place(source, number), accepted=f"at most {MAX_RECORDS:,}")
        try:
            found.append(_record(line))
        except _Refused as refused:
            problems.append(Problem(str(refused), Place(source, number)))
    if problems:
        raise InputError([*problems[:-1], replace(problems[-1], accepted=SHAPES)])
    if not found:
        raise fail("holds no example.", Place(source), accepted=f"a line each: {SHAPES}")
    return Records(tuple(found), blank)


def _record(line: str) -> Record:
    try:
        raw = json.loads(line, parse_int=float)
    except json.JSONDecodeError as error:
        raise _Refused(f"this is not valid JSON, from column {error.pos + 1} on.") from None
    except RecursionError:
        raise _Refused("the lists and objects are nested too deeply.") from None
    if not isinstance(raw, dict):
        raise _Refused("an object is needed.")
    if "messages" in raw:
        return _conversation(raw["messages"])
    for given, answered in (("input", "output"), ("prompt", "completion")):
        if given in raw and answered in raw:
            return Record(_field(raw, "instruction"), _field(raw, given), _field(raw, answered))
    raise _Refused("none of the accepted shapes.")


def _field(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str):
        raise _Refused(f"'{key}' is not a text.")
    return _whole(value)


def _conversation(raw: Any) -> Record:
    if not isinstance(raw, list):
        raise _Refused("'messages' is not a list.")
    said: list[tuple[str, str]] = []
    other = 0
    for message in raw:
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            raise _Refused(f"a message is no object with a role of {', '.join(_ROLES)}.")
        text, left = _content(message.get("content"))
        said.append((message["role"], text))
        other += left + bool(message.get("tool_calls"))
    if not said or said[-1][0] != _ANSWERING:
        raise _Refused("the last message is not the assistant's, so there is no output.")
    instructions = "\n".join(text for role, text in said if role in _INSTRUCTING)
    before = "\n".join(text for role, text in said[:-1] if role not in _INSTRUCTING)
    return Record(instructions, before, said[-1][1], other)


def _content(raw: Any) -> tuple[str, int]:
    """Return the text of a message, and how many of its parts are no text."""
    if raw is None:
        return "", 0
    if isinstance(raw, str):
        return _whole(raw), 0
    if not isinstance(raw, list):
        raise _Refused("the content of a message is neither a text nor a list of parts.")
    texts = [part["text"] for part in raw if isinstance(part, dict) and isinstance(part.get("text"), str)]
    return _whole("\n".join(texts)), len(raw) - len(texts)


def _whole(text: str) -> str:
    """Return a text with a mark for every half of a surrogate pair, as cutting logs leaves behind."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
