"""The real program in a pseudo-terminal, behind an emulator that shows what a person sees."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pexpect
import pyte

ROOT = Path(__file__).resolve().parent.parent

_ANSWERS = {"\x1b[6n": "\x1b[1;1R"}
"""What a terminal is asked for, and what it answers: where its cursor stands."""


class Terminal:
    """A terminal of some columns and rows in which `advise` runs with some arguments."""

    def __init__(
        self, *arguments: str, columns: int = 100, rows: int = 30, env: Mapping[str, str] | None = None
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        plain = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "ADVISE_ISOLATED": "1"}
        self._process: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            ["-m", "advisor", *arguments],
            dimensions=(rows, columns),
            env={**kept, **plain, **(env or {})},
            timeout=20,
        )
        self._process.delaybeforesend = None

    @property
    def buffer(self) -> Any:
        """The cells of the screen, by row and column, with their colours."""
        return self._screen.buffer

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def press(self, *keys: str) -> Terminal:
        """Press keys one after the other."""
        for key in keys:
            self._process.send(key)
            self._read(0.05)
        return self

    def see(self, wanted: str, seconds: float = 20) -> Terminal:
        """Wait until some text is on the screen; raises AssertionError with what is there instead."""
        end = time.monotonic() + seconds
        while wanted not in self.text:
            assert time.monotonic() < end, f"never saw {wanted!r} in:\n{self.text}"
            self._read(0.02)
        return self

    def end(self) -> int:
        """Wait for the end; return the exit code, negative for a signal."""
        while self._process.isalive():
            self._read(0.1)
        self._read(0.1)
        self._process.close()
        signal = self._process.signalstatus
        return -signal if signal else int(self._process.exitstatus or 0)

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    def kill(self) -> int:
        """Kill the program as `kill -9` does."""
        self._process.kill(9)
        return self.end()

    def _read(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                data = self._process.read_nonblocking(65536, timeout=left)
            except pexpect.TIMEOUT:
                return
            except pexpect.EOF:
                return
            self.raw += data
            self._stream.feed(data)
            for asked, answer in _ANSWERS.items():
                if asked.encode() in data:
                    self._process.send(answer)
