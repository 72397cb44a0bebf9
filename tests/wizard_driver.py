"""The wizard without a terminal: keys go in through a pipe, and what would be on the screen can be read."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from advisor.asking import Left, Session
from advisor.cli.interviewing import Call
from advisor.wizard.application import Wizard
from advisor.wizard.lines import UNICODE
from advisor.wizard.screen import screen
from advisor.wizard.view import View

ENTER, BACK, UP, DOWN, LEAVE, UNSURE, FINISH = "\r", "\x1b[Z", "\x1b[A", "\x1b[B", "\x03", "\x0e", "\x06"


def session(file: Path | None, *settings: str, task: str = "new", asks: Iterable[str] = ()) -> Session:
    """Return a session as the command line starts it."""
    return Call("edit" if task == "edit" else "new", file, settings=tuple(settings), asks=tuple(asks)).session()


def play(it: Session, *keys: str, choose: bool = False, confirm: bool = True) -> bool:
    """Play keys to the end of the wizard, which they must reach; return whether the person left."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("".join(keys))
        try:
            Wizard(it, choose=choose, confirm=confirm).run()
        except Left:
            return True
    return False


def seconds_to_answer(it: Session, keys: Iterable[str]) -> list[float]:
    """Return how long each key took until the screen was drawn again, with the panel at work all the time."""
    drawn = threading.Event()
    times: list[float] = []
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        wizard = Wizard(it, choose=False, confirm=True)
        wizard.application.after_render += lambda _: drawn.set()

        def press() -> None:
            drawn.wait(10)
            for key in keys:
                wizard.watcher.look_at(it.answers)
                time.sleep(0.02)
                drawn.clear()
                start = time.perf_counter()
                pipe.send_text(key)
                drawn.wait(10)
                times.append(time.perf_counter() - start)
            pipe.send_text(LEAVE)

        thread = threading.Thread(target=press)
        thread.start()
        with contextlib.suppress(Left):
            wizard.run()
        thread.join(10)
    return times


def text_of(view: View, columns: int = 80, rows: int = 24) -> list[str]:
    """Return the lines of the screen, the field as `<...>`."""
    shown = screen(view, columns, rows, UNICODE)
    lines = [*shown.above, *([[("", f"<{view.typed}>")]] if shown.field else []), *shown.below]
    return ["".join(text for _, text in line) for line in lines]
