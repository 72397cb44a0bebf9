"""The real command line inside the test process: `advise("run", "x.json")` goes through `advisor.cli.main`."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from unittest.mock import patch

from advisor.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def advise(*arguments: str | Path, stdin: bytes | None = b"", seconds: float = 20) -> Outcome:
    """Run a command as a user would, with `stdin` behind a pipe (None: closed); more than `seconds` is an error."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    source = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    argv = ["advise", *map(str, arguments)]
    code = -1
    with patch.multiple(sys, argv=argv, stdin=source, stdout=out, stderr=err), _limit(seconds):
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    texts = [stream.buffer.getvalue().decode() for stream in (out, err) if isinstance(stream.buffer, io.BytesIO)]
    return Outcome(code, *texts)


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every regular file of a folder with its bytes and the time of its last change."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
