"""The wizard's one inline application: a field between lines above and below it, and the panel beside them."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from advisor.asking import Left, Session
from advisor.printable import speaks_unicode
from advisor.wizard.keys import key_bindings
from advisor.wizard.leaning import Watcher
from advisor.wizard.lines import ASCII, UNICODE, fragments
from advisor.wizard.panel import FROM_COLUMNS, WIDTH, panel
from advisor.wizard.screen import Screen, screen
from advisor.wizard.view import View

STYLE = Style.from_dict(
    {
        "title": "bold",
        "prompt": "bold",
        "cursor": "bold ansicyan",
        "leader": "bold",
        "muted": "ansibrightblack",
        "keys": "ansibrightblack",
        "standing": "ansigreen",
        "problem": "bold ansired",
        "help": "",
    }
)

_GAP = 3
_WIDEST = 110
"""Columns beyond which lines are no longer read easily."""

_SWITCH = 0.0005
"""Seconds after which the thread behind the panel lets a key be answered."""


class Wizard:
    """One interview on the terminal."""

    def __init__(self, session: Session, *, choose: bool, confirm: bool) -> None:
        self._unicode = speaks_unicode(sys.stdout)
        self._marks = UNICODE if self._unicode else ASCII
        self._session = session
        self._left = False
        self._drawn: tuple[int, Screen] | None = None
        self.view = View(session, choose=choose, confirm=confirm)
        self._field = Buffer(multiline=False, on_text_changed=lambda field: self.view.type(field.text))
        self.view.entered = self._entered
        self.application: Application[None] = self._application()
        self.application.after_render += self._drawn_first
        self.watcher = Watcher(session.desk, self.application.invalidate)

    def run(self) -> None:
        """Show it until everything is answered and checked; raises Left when the person leaves."""
        self._entered()
        with _lively(), _signals(self._stopped):
            try:
                if self.view.page != "done":
                    self.application.run(set_exception_handler=False)
            except (EOFError, KeyboardInterrupt):
                raise Left from None
            finally:
                self.watcher.stop()
        if self._left:
            raise Left

    def _application(self) -> Application[None]:
        listing = FormattedTextControl(lambda: self._text("above"), focusable=True, show_cursor=True)
        self._above = Window(listing, dont_extend_height=True, always_hide_cursor=Condition(self._has_field))
        field = VSplit(
            [
                Window(FormattedTextControl(f"{self._marks.cursor} "), width=2, height=1),
                Window(BufferControl(self._field), height=1),
            ]
        )
        self._below = Window(FormattedTextControl(lambda: self._text("below")), dont_extend_height=True)
        main = HSplit(
            [
                self._above,
                ConditionalContainer(field, Condition(lambda: self._screen.field)),
                ConditionalContainer(self._below, Condition(lambda: bool(self._screen.below))),
            ],
            width=lambda: Dimension.exact(self._columns),
        )
        beside = ConditionalContainer(
            Window(FormattedTextControl(self._panel), width=WIDTH + _GAP, dont_extend_height=True),
            Condition(lambda: self._with_panel),
        )
        return Application(
            Layout(VSplit([main, beside, Window()]), focused_element=self._above),
            key_bindings=key_bindings(self.view, self._leave, self._act),
            style=STYLE,
            color_depth=colour_depth(),
            erase_when_done=True,
            full_screen=False,
        )

    @property
    def _with_panel(self) -> bool:
        return self.application.output.get_size().columns >= FROM_COLUMNS and self.view.page == "question"

    @property
    def _columns(self) -> int:
        """The columns of the questions: one is left free, as a full last column makes some terminals wrap."""
        columns = min(self.application.output.get_size().columns, _WIDEST) - 1
        return columns - WIDTH - _GAP if self._with_panel else max(10, columns)

    @property
    def _screen(self) -> Screen:
        """The screen as it is in the drawing that is going on: its parts are asked for one by one."""
        drawing = self.application.render_counter
        if self._drawn is None or self._drawn[0] != drawing:
            rows = self.application.output.get_size().rows
            self._drawn = drawing, screen(self.view, self._columns, rows, self._marks)
        return self._drawn[1]

    def _has_field(self) -> bool:
        return self.view.question is not None and not self.view.listed

    def _text(self, part: str) -> StyleAndTextTuples:
        return self._guarded(lambda: fragments(getattr(self._screen, part), self._unicode))

    def _panel(self) -> StyleAndTextTuples:
        def make() -> StyleAndTextTuples:
            shown = self._screen
            height = len(shown.above) + shown.field + len(shown.below)
            lines = panel(self.watcher.latest, self.view.interview)
            lines += [[] for _ in range(height - len(lines))]
            bar = ("class:muted", f" {self._marks.bar} ")
            return fragments([[bar, *line] for line in lines], self._unicode)

        return self._guarded(make)

    def _guarded(self, make: Callable[[], StyleAndTextTuples]) -> StyleAndTextTuples:
        """Return what is made; an error in it ends the wizard and reaches its caller."""
        try:
            return make()
        except Exception as error:
            self._end(error)
            return []

    def _act(self, move: Callable[[], None]) -> None:
        """Carry out a move; an error in it ends the wizard and reaches its caller."""
        try:
            move()
        except Exception as error:
            self._end(error)
            return
        if self.view.page == "done":
            self._end(None)

    def _end(self, error: Exception | None) -> None:
        if self.application.is_running and not (self.application.future and self.application.future.done()):
            if error is None:
                self.application.exit()
            else:
                self.application.exit(exception=error)

    def _drawn_first(self, application: Application[None]) -> None:
        """Begin to look at the answers once the first question is there: it does not wait for that."""
        if application.render_counter == 1 and self.view.page == "question":
            self.watcher.look_at(self._session.answers)

    def _stopped(self) -> None:
        """Leave on a signal, which may come at any moment."""
        if self.application.loop is not None:
            self.application.loop.call_soon_threadsafe(self._leave)

    def _leave(self) -> None:
        self._left = True
        self._end(None)

    def _entered(self) -> None:
        """Follow the view to another page: empty the field, focus what takes keys, look at the answers anew."""
        self._field.reset(Document(self.view.typed))
        layout = self.application.layout
        layout.focus(self._field if self._has_field() else self._above)
        if self.application.render_counter:
            self.watcher.look_at(self._session.answers)


def colour_depth() -> ColorDepth | None:
    """Return how many colours are used: none with NO_COLOR, at least a few with CLICOLOR_FORCE."""
    if os.environ.get("NO_COLOR"):
        return ColorDepth.MONOCHROME
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return ColorDepth.DEPTH_8_BIT
    return ColorDepth.MONOCHROME if os.environ.get("CLICOLOR") == "0" else None


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Leave as by Ctrl-C when the terminal is closed or the program is told to end, so that the terminal is restored
    and it is said how to go on."""
    wanted = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        wanted = []
    before = {number: signal.signal(number, lambda *_: stop()) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _lively() -> Iterator[None]:
    """Let keys be answered at once while answers are assessed, and collect garbage, which the door has turned off."""
    before, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH)
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        if not collects:
            gc.disable()
