"""Reading text safely, and writing without ever leaving half a file."""

from __future__ import annotations

import codecs
import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from advisor.errors import Place, fail
from advisor.limits import MAX_FILE_BYTES, MAX_FOLDER_FILES, MAX_SHOWN_PATH

_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""Opening a FIFO that nobody writes to returns at once with this, instead of waiting."""

_WRITABLE = "a regular file or a free name, in a folder that can be written to"
_READABLE = "a regular file that can be read, or - for standard input"


def read_text(path: Path | str) -> str:
    """Return the UTF-8 text of a file of at most `MAX_FILE_BYTES`, or of standard input for `-`.

    Raises InputError when it is missing, not a regular file, too large, unreadable or not UTF-8. Never waits for a
    FIFO or a device, not even for one that takes the place of a file just before it is opened.
    """
    if str(path) == "-":
        return decode(_standard_input(), "standard input")
    return decode(read_raw(path), _place(path).source)


def read_large_text(path: Path, most: int) -> str:
    """Return the UTF-8 text of a file of at most so many bytes, with LF at line ends; raises as `read_text`."""
    text = decode(read_raw(path, most), _place(path).source, most)
    return text.replace("\r\n", "\n") if "\r" in text else text


def read_raw(path: Path | str, most: int = MAX_FILE_BYTES) -> bytes:
    """Return what a file holds, up to a byte more than the largest that is read; raises InputError as `read_text`."""
    place = _place(path)
    try:
        _need_regular(Path(path).stat(), place)
        with _opened(path) as stream:
            _need_regular(os.fstat(stream.fileno()), place)
            return stream.read(most + 1) or b""
    except FileNotFoundError:
        raise fail("no such file.", place, accepted=_READABLE) from None
    except (OSError, ValueError) as error:
        raise fail(f"cannot be read: {_reason(error)}.", place, accepted=_READABLE) from None


def yaml_files(folder: Path) -> list[Path]:
    """Return the YAML files of a folder by name; raises InputError when there are none, too many, or no folder."""
    place, accepted = _place(folder), "a folder of YAML files"
    try:
        found = sorted(islice((path for path in folder.iterdir() if path.name.endswith(".yaml")), MAX_FOLDER_FILES + 1))
    except FileNotFoundError:
        raise fail("no such folder.", place, accepted=accepted) from None
    except (OSError, ValueError) as error:
        raise fail(f"cannot be read as a folder: {_reason(error)}.", place, accepted=accepted) from None
    if not found:
        raise fail("the folder holds no YAML file.", place, accepted=accepted)
    if len(found) > MAX_FOLDER_FILES:
        raise fail("the folder holds too many YAML files.", place, accepted=f"at most {MAX_FOLDER_FILES}")
    return found


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; one that cannot be looked at, or has no possible name, is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _place(path: Path | str) -> Place:
    text = str(path)
    return Place(text if len(text) <= MAX_SHOWN_PATH else text[: MAX_SHOWN_PATH - 1] + "…")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _need_regular(info: os.stat_result, place: Place) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise fail("is a directory, a file is needed.", place, accepted=_READABLE)
    if not stat.S_ISREG(info.st_mode):
        raise fail("is not a regular file.", place, accepted=_READABLE)


def _opened(path: Path | str) -> IO[bytes]:
    return os.fdopen(os.open(path, _AT_ONCE), "rb")


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise fail("standard input is closed.", accepted="a file")
    try:
        return sys.stdin.buffer.read(MAX_FILE_BYTES + 1) or b""
    except (OSError, ValueError) as error:
        raise fail(f"cannot be read: {_reason(error)}.", Place("standard input"), accepted="a pipe or a file") from None


def decode(data: bytes, source: str, most: int = MAX_FILE_BYTES) -> str:
    """Return bytes as UTF-8 text; raises InputError, with `source` as the place, for what is too large or not UTF-8."""
    if len(data) > most:
        raise fail("the file is too large.", Place(source), accepted=f"at most {most:,} bytes")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise fail("the file is UTF-16 or UTF-32 text.", Place(source), accepted="UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8")
        place = Place(source, good.count("\n") + 1, len(good) - good.rfind("\n"))
        raise fail(f"the byte 0x{error.object[error.start]:02X} is not UTF-8 text.", place, accepted="UTF-8") from None


class _Draft(NamedTuple):
    """A new text that lies beside the file whose place it will take; `path` is how that was named."""

    path: Path
    temporary: Path
    target: Path


def write_atomically(path: Path, text: str, *, mode: int | None = None) -> bool:
    """Write a file so that readers see the old text or the new one, never a part; return whether it changed.

    Raises InputError when the folder or the file cannot be written, also where only the file itself is write-protected;
    then nothing has changed.
    """
    return write_together({path: text}, mode=mode)


def write_together(texts: Mapping[Path, str], folder: Path | None = None, *, mode: int | None = None) -> bool:
    """Write several files, each as `write_atomically`, or none of them; return whether any changed.

    `folder` is a folder for some of them that is made where it is not there. Raises InputError for the first file that
    cannot be written.
    """
    drafts: list[_Draft] = []
    made = False
    try:
        for path, text in texts.items():
            if path.parent == folder:
                made |= _made(folder)
            draft = _draft(path, text, mode)
            drafts += [draft] if draft else []
        for number, draft in enumerate(drafts):
            _put(draft, first=number == 0)
    finally:
        for draft in drafts:
            _remove(draft.temporary)
        if made and folder is not None:
            with contextlib.suppress(OSError):  # it goes if nothing was put into it
                folder.rmdir()
    return bool(drafts)


def _remove(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        temporary.unlink()


def _put(draft: _Draft, *, first: bool) -> None:
    """Give a new text its place; raises InputError where that fails, which only the first of several can undo."""
    try:
        draft.temporary.replace(draft.target)
    except OSError as error:
        changed = " Nothing was changed." if first else ""
        raise fail(f"cannot be written: {_reason(error)}.{changed}", _place(draft.path), accepted=_WRITABLE) from None


def _made(folder: Path) -> bool:
    """Make a folder, and return whether it was not there."""
    if is_folder(folder):
        return False
    try:
        folder.mkdir()
    except (OSError, ValueError) as error:
        why = f"the folder cannot be made: {_reason(error)}. Nothing was changed."
        raise fail(why, _place(folder), accepted="a free name, in a folder that can be written to") from None
    return True


def _draft(path: Path, text: str, mode: int | None) -> _Draft | None:
    """Return the new text of a file, written beside it; None where the file holds it already."""
    temporary: Path | None = None
    try:
        data = text.encode("utf-8")
        if (old := _regular_or_missing(path, _place(path))) is not None:
            if _holds(path, data):
                return None
            mode = stat.S_IMODE(old.st_mode) if mode is None else mode
        target = path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".advise-", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_default_mode() if mode is None else mode)
        draft, temporary = _Draft(path, temporary, target), None
    except (OSError, RuntimeError, ValueError) as error:
        why = f"cannot be written: {_reason(error)}. Nothing was changed."
        raise fail(why, _place(path), accepted=_WRITABLE) from None
    finally:
        if temporary is not None:
            _remove(temporary)
    return draft


def _regular_or_missing(path: Path, place: Place) -> os.stat_result | None:
    """Return what stands where a file is to be written, or None; raises when that must not or may not be replaced."""
    try:
        info = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(info.st_mode):
        raise fail(
            "is not a regular file and cannot be replaced. Nothing was changed.",
            place,
            accepted=_WRITABLE,
        )
    if not os.access(path, os.W_OK):
        raise PermissionError(0, "the file is write-protected")
    return info


def _holds(path: Path, data: bytes) -> bool:
    with _opened(path) as stream:
        return os.fstat(stream.fileno()).st_size == len(data) and stream.read(len(data) + 1) == data


def _default_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
