"""Reads a configuration, with the line of every key that is wrong. The standard library does, but for what is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from advisor.check.strictness import CHOICES, codes_of, share_of, unknown_code
from advisor.config import CHARTS, FORMATS, KEYS, SHARED_NAME, TEMPLATES, Config, shown
from advisor.inputs import read_bytes
from advisor.limits import MAX_FILE_BYTES

if TYPE_CHECKING:
    from advisor.errors import InputError, Problem

_OURS: Final = "tool.advise"
_NAME: Final = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_NAMES: Final = rf"({_NAME}(?:\s*\.\s*{_NAME})*)"
_HEADER: Final = re.compile(rf"\s*\[\s*{_NAMES}\s*\]")
_KEY: Final = re.compile(rf"\s*{_NAMES}\s*=")
_LONG_TEXT: Final = re.compile("\"\"\"|'''")
_AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class _Refused(Exception):
    """A value that a key does not take; `nearest` is what was likely meant."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


class _Wrong(NamedTuple):
    """What is wrong at a key: the message, what is accepted, and what was likely meant."""

    key: str
    message: str
    accepted: str
    nearest: str | None = None


def read(path: Path) -> Config:
    """Return what a file settles.

    Raises InputError for a file that cannot be read, that is no TOML or has no table of ours, and for every key that is
    not known or whose value is not accepted.
    """
    tables = tables_of(path)
    if tables is None:
        raise _fail(path, f"the file has no table {_OURS}.", f"[{_OURS}] with keys below it")
    values: dict[str, Any] = {}
    if wrong := tuple(_entries(tables, path.parent, values)):
        from advisor.errors import InputError

        raise InputError(_problems(path, wrong))
    return Config(**values)


def tables_of(path: Path) -> dict[str, Any] | None:
    """Return the keys and tables of a configuration; None for a `pyproject.toml` without any.

    Raises InputError for a file that cannot be read or is no TOML.
    """
    shared = path.name == SHARED_NAME
    try:
        data = read_bytes(path)
    except OSError as error:
        raise _fail(path, f"cannot be read: {error.strerror or 'no such file'}.", "a TOML file") from None
    if shared and b"advise" not in data:
        return None
    if len(data) > MAX_FILE_BYTES:
        raise _fail(path, "the file is too large.", f"at most {MAX_FILE_BYTES:,} bytes")
    tables = _parsed(path, data)
    if not shared:
        return tables
    tool = tables.get("tool")
    own = tool.get("advise") if isinstance(tool, dict) else None
    if own is None or isinstance(own, dict):
        return own
    raise _fail(path, f"{_OURS} is no table.", f"[{_OURS}] with keys below it")


def _parsed(path: Path, data: bytes) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _fail(path, "the file is not UTF-8 text.", "UTF-8") from None
    except RecursionError:
        raise _fail(path, "lists or tables lie too deep inside each other.") from None
    except ValueError as error:
        message = str(error)
        found = _AT.search(message)
        at = (int(found[1]), int(found[2])) if found and found[1] else (None, None)
        reason = _AT.sub(" at the end of the document" if found and not found[1] else "", message)
        raise _fail(path, f"this is not valid TOML: {reason[:1].lower()}{reason[1:]}.", at=at) from None


def _entries(tables: dict[str, Any], folder: Path, values: dict[str, Any]) -> Iterator[_Wrong]:
    """Put what the keys hold into `values`, under the names of `Config`, and yield what is wrong."""
    check = tables.get("check", {})
    yield from _unknown("", tables, ["check"])
    if isinstance(check, dict):
        yield from _unknown("check", check)
    else:
        yield _Wrong("check", "is no table.", "[check] with keys below it")
        check = {}
    for key in KEYS:
        table = check if key.table else tables
        if key.name in table:
            try:
                values[key.name.replace("-", "_")] = _READ[key.name](table[key.name], folder)
            except _Refused as error:
                yield _Wrong(key.dotted, str(error), key.takes, error.nearest)


def _unknown(table: str, keys: dict[str, Any], tables: list[str] | None = None) -> Iterator[_Wrong]:
    known = [*(key.name for key in KEYS if key.table == table), *(tables or ())]
    for name in keys:
        if name not in known:
            from advisor.errors import nearest_name

            elsewhere = next((key.dotted for key in KEYS if key.name == name), None)
            dotted = f"{table}.{name}" if table else name
            yield _Wrong(dotted, "no such key.", ", ".join(known), elsewhere or nearest_name(name, known))


def _path(value: Any, folder: Path) -> Path:
    path = Path(os.path.normpath(folder / _text(value)))
    if not os.path.lexists(path):
        raise _Refused(f"there is no '{_quoted(value)}' in the folder of this file.")
    return shown(path)


def _file(value: Any, folder: Path) -> Path:
    path = _path(value, folder)
    if path.is_dir():
        raise _Refused(f"'{_quoted(value)}' is a folder, a file is needed.")
    return path


def _folder(value: Any, folder: Path) -> Path:
    path = _path(value, folder)
    if not path.is_dir():
        raise _Refused(f"'{_quoted(value)}' is no folder.")
    return path


def _template(value: Any, folder: Path) -> str:
    text = _text(value)
    return text if text in TEMPLATES else str(_file(text, folder))


def _choice(choices: tuple[str, ...]) -> Callable[[Any, Path], str]:
    def read_choice(value: Any, folder: Path) -> str:
        text = _text(value)
        if text not in choices:
            raise _Refused(f"'{_quoted(text)}' is none of them.", _near(text, choices))
        return text

    return read_choice


def _fail_on(value: Any, folder: Path) -> frozenset[str]:
    texts = value if isinstance(value, list) else [value]
    names = codes_of(_text(text) for text in texts)
    if (name := unknown_code(names)) is not None:
        raise _Refused(f"no finding has the code '{_quoted(name)}'.", _near(name, CHOICES))
    return frozenset(names)


def _tolerance(value: Any, folder: Path) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = str(value) if number else _text(value)
    if share_of(text) is None:
        raise _Refused(f"'{_quoted(text)}' is no percentage.")
    return text


_READ: Final[dict[str, Callable[[Any, Path], Any]]] = {
    "rules": _folder,
    "prices": _file,
    "template": _template,
    "chart": _choice(CHARTS),
    "format": _choice(FORMATS),
    "fail-on": _fail_on,
    "tolerance": _tolerance,
}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise _Refused(f"{_quoted(value)!r} is no text that can stand here.")
    return value


def _quoted(value: Any) -> str:
    from advisor.errors import one_line

    return one_line(value)


def _near(text: str, known: tuple[str, ...]) -> str | None:
    from advisor.errors import nearest_name

    return nearest_name(text, known)


def _fail(
    path: Path, message: str, accepted: str | None = None, at: tuple[int | None, int | None] = (None, None)
) -> InputError:
    from advisor.errors import Place, fail

    return fail(message, Place(str(shown(path)), *at), accepted=accepted)


def _problems(path: Path, wrong: tuple[_Wrong, ...]) -> Iterator[Problem]:
    """Yield what is wrong with its place."""
    from advisor.errors import Place, Problem, one_line

    text = read_bytes(path).decode("utf-8-sig")
    prefix = f"{_OURS}." if path.name == SHARED_NAME else ""
    for entry in wrong:
        place = Place(str(shown(path)), _line(text, prefix + entry.key), None, one_line(entry.key))
        yield Problem(entry.message, place, entry.accepted, entry.nearest)


def _line(text: str, name: str) -> int | None:
    """Return the line at which a key or table stands; None in a text in which that cannot be told line by line."""
    if _LONG_TEXT.search(text):
        return None
    header = ""
    for number, line in enumerate(text.split("\n"), 1):
        if found := _HEADER.match(line):
            header = here = _bare(found[1])
        elif found := _KEY.match(line):
            here = f"{header}.{_bare(found[1])}" if header else _bare(found[1])
        else:
            continue
        if here == name or here.startswith(name + "."):
            return number
    return None


def _bare(names: str) -> str:
    return re.sub(r"[\s\"']", "", names)
