"""The keys of the wizard: the same in every kind of question."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent

from advisor.wizard.view import View

Handler = Callable[[KeyPressEvent], None]


def key_bindings(view: View, leave: Callable[[], None], act: Callable[[Callable[[], None]], None]) -> KeyBindings:
    """Return the bindings; `act` carries out a move so that whatever goes wrong in it reaches the caller of the
    wizard, `leave` ends it."""
    keys = KeyBindings()
    in_field = Condition(lambda: view.question is not None and not view.listed)
    in_list = ~in_field
    empty = Condition(lambda: not view.typed)
    helping = Condition(lambda: view.helping)
    free_text = Condition(lambda: view.question is not None and view.question.kind == "text")
    long = Condition(lambda: view.question is not None and view.question.kind == "model")
    checking = Condition(lambda: view.page == "check")

    def bind(move: Callable[[], None], *names: str, when: Any = True) -> None:
        for name in names:

            @keys.add(name, filter=when, eager=True)
            def _(event: KeyPressEvent) -> None:
                act(move)

    bind(view.enter, "enter", "tab")
    bind(view.back, "s-tab")
    bind(lambda: view.move(-1), "up")
    bind(lambda: view.move(1), "down")
    bind(lambda: view.move(-8), "pageup")
    bind(lambda: view.move(8), "pagedown")
    bind(view.toggle, "space", when=in_list)
    bind(view.help, "?", when=~free_text | empty)
    bind(view.help, "escape", when=helping)
    bind(lambda: None, "/", when=long & empty)
    bind(view.not_sure, "c-n")
    bind(view.finish, "c-f")
    bind(view.write, "w", when=checking)
    bind(view.ask_the_rest, "a", when=checking)
    for digit in "0123456789":
        bind(partial(view.digit, digit), digit, when=in_list)
    bind(leave, "c-c", "c-d", "<sigint>")
    bind(lambda: None, "<vt100-mouse-event>")  # no mouse is asked for, and pasted escapes may look like one

    @keys.add("c-z", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.suspend_to_background()

    return keys
