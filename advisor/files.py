"""Reading text safely, and writing without ever leaving half a file."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from advisor.errors import Place, fail, one_line

MAX_FILE_BYTES = 4_000_000
"""Largest input file that is read; a questionnaire or a rule pack is a thousand times smaller."""


def read_text(path: Path | str) -> str:
    """Return the UTF-8 text of a file, or of standard input for `-`.

    Raises InputError when it is missing, not a regular file, too large, unreadable or not UTF-8.
    """
    if str(path) == "-":
        if sys.stdin is None:
            raise fail("standard input is closed.", accepted="a file")
        return _decode(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), "standard input")
    place = Place(str(path))
    try:
        info = Path(path).stat()
        if stat.S_ISDIR(info.st_mode):
            raise fail("is a directory, a file is needed.", place)
        if not stat.S_ISREG(info.st_mode):
            raise fail("is not a regular file.", place, accepted="a regular file, or - for standard input")
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise fail("no such file.", place) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail(f"cannot be read: {reason}.", Place(one_line(path, 200))) from None
    return _decode(data, str(path))


def _decode(data: bytes, source: str) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise fail("the file is too large.", Place(source), accepted=f"at most {MAX_FILE_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fail("the file is not UTF-8 text.", Place(source, line), accepted="UTF-8") from None


def write_atomically(path: Path, text: str, *, mode: int | None = None) -> bool:
    """Write a file so that readers see the old text or the new one, never a part; return whether it changed.

    Raises InputError when the folder or the file cannot be written; then nothing has changed.
    """
    data = text.encode("utf-8")
    temporary: Path | None = None
    try:
        target = path.resolve()
        if target.exists():
            if not target.is_file():
                raise fail("is not a regular file and cannot be replaced.", Place(str(path)))
            if target.read_bytes() == data:
                return False
            mode = stat.S_IMODE(target.stat().st_mode) if mode is None else mode
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:80]}.", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_default_mode() if mode is None else mode)
        temporary.replace(target)
        temporary = None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise fail(f"cannot be written: {reason}. Nothing was changed.", Place(one_line(path, 200))) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
    return True


def _default_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
