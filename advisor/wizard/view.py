"""What the screen shows beside the interview itself: the page, the cursor in a list, what is picked, a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from advisor.asking import Session
from advisor.errors import InputError, Place
from advisor.interview import Interview
from advisor.printable import visible
from advisor.prompts import CHOSEN, choices, problem_words
from advisor.questions import Question
from advisor.replies import parse_text
from advisor.review import Review
from advisor.wizard.models import matching, model_names
from advisor.wording import say

Page = Literal["way", "question", "check", "done"]

_State = tuple[str, tuple[str, ...], int]
"""What is typed, what is picked, and where the cursor stands."""

WAYS = (
    ("Quick", "at most eight questions, those that matter most for this workload"),
    ("Full", "every question that applies; Enter leaves one open"),
)


class View:
    """Turns keys into moves of an interview. Every move clears the message of the one before."""

    def __init__(self, session: Session, *, choose: bool, confirm: bool) -> None:
        self.session = session
        self.confirm = confirm
        self.page: Page = "way" if choose else "question"
        self.cursor = 0
        self.picked: list[str] = []
        self.typed = ""
        self.number = ""
        self.message = ""
        self.helping = False
        self.review: Review | None = None
        self.anchor = 0
        self.changed = False
        self.entered: Callable[[], None] = lambda: None
        self._names: dict[str, list[str]] = {}
        self._arrived = self._state
        self._unsent: dict[str, _State] = {}
        if not choose:
            self._arrive()

    @property
    def interview(self) -> Interview:
        return self.session.interview

    @property
    def question(self) -> Question | None:
        return self.interview.current if self.page == "question" else None

    @property
    def listed(self) -> bool:
        """Whether answers are picked from a short list by number."""
        return self.question is not None and self.question.kind in CHOSEN

    @property
    def several(self) -> bool:
        """Whether more than one entry of the list may be picked."""
        return self.question is not None and self.question.kind in ("strategies", "providers")

    @property
    def entries(self) -> list[tuple[str, str]]:
        """What may be picked on this page, each with a note."""
        if self.page == "way":
            return [*WAYS]
        question = self.question
        if question is None:
            return []
        if question.kind == "model":
            return [(name, "") for name in matching(self._models(question.id), self.typed)]
        return choices(question)

    @property
    def rows(self) -> int:
        """How many places the cursor has on this page."""
        if self.page == "check":
            assert self.review is not None
            return len(self.review.rows) + 1
        unsure = self.question is not None and (self.listed or self.question.kind == "model")
        return len(self.entries) + (unsure and not (self.several and self.picked))

    @property
    def echo(self) -> str:
        """A number as it was understood, grouped; nothing while it is not one."""
        question = self.question
        if question is None or question.kind != "number" or not self.typed.strip():
            return ""
        try:
            return say(parse_text(question, self.typed, Place("answer")))
        except InputError:
            return ""

    @property
    def _state(self) -> _State:
        return self.typed, tuple(self.picked), self.cursor

    def move(self, by: int) -> None:
        """Move the cursor, around the ends."""
        self._clear()
        self.helping = False
        self.number = ""
        if self.rows:
            self.cursor = (self.cursor + by) % self.rows

    def type(self, text: str) -> None:
        """Take what stands in the field now."""
        if text != self.typed:
            self.typed, self.message, self.helping = text, "", False
            if self.question is not None and self.question.kind == "model":
                self.cursor = 0 if text and self.entries else len(self.entries)

    def digit(self, digit: str) -> None:
        """Go to an entry by its number, which may have two digits; 0 is "not sure"."""
        self._clear()
        self.helping = False
        if self.page == "check":
            assert self.review is not None
            number = self.number + digit
            self.number = number if 1 <= int(number) <= len(self.review.rows) else digit.strip("0")
            if self.number:
                self.cursor = int(self.number) - 1
            return
        count = len(self.entries)
        number = self.number + digit
        if not 1 <= int(number) <= count:
            number = digit
        elif self.number and self.several:  # 1, then 10: the first digit was not meant by itself
            self.toggle()
        self.number = number
        if int(number) == 0 and self.page == "question":
            self.cursor = count
        elif 1 <= int(number) <= count:
            self.cursor = int(number) - 1
            if self.several:
                self.toggle()

    def toggle(self) -> None:
        """Pick the entry under the cursor, or put it back."""
        self.message = ""
        if self.several and self.cursor < len(self.entries):
            value = self.entries[self.cursor][0]
            if value in self.picked:
                self.picked.remove(value)
            else:
                self.picked.append(value)

    def help(self) -> None:
        """Show why the question is asked, or hide it."""
        self.helping = not self.helping

    def enter(self) -> None:
        """Take what is chosen or typed and go on; while help is shown, hide it."""
        self._clear()
        if self.helping:
            self.helping = False
        elif self.page == "way":
            if self.cursor == 0:
                self.interview.take_the_quick_way(self.session.quick_way)
            self.page = "question"
            self._arrive()
        elif self.page == "check":
            self._enter_check()
        elif (question := self.question) is not None and self._taken(question):
            self._moved()

    def _taken(self, question: Question) -> bool:
        """Take what is typed or picked; return whether it is accepted, or say why it is not."""
        self._unsent.pop(question.id, None)
        try:
            self._enter_question(question)
        except InputError as error:
            self.message = problem_words(question, error)
            return False
        return True

    def not_sure(self) -> None:
        """Leave the question open."""
        if self.question is not None:
            self.interview.not_sure()
            self._moved()

    def back(self) -> None:
        """Go to the question before; what was typed or picked here and not entered is there again on the way back."""
        if self.question is not None and self._state != self._arrived:
            self._unsent[self.question.id] = self._state
        if self.page == "question" and not self.interview.back():
            self.message = "This is the first question."
            return
        if self.page == "check" and not self.interview.back():
            self.message = "There is no question before."
            return
        if self.page != "way":
            self._moved()

    def finish(self) -> None:
        """Leave the rest open and go to the page on which answers are checked; what was typed or picked is taken."""
        question = self.question
        if question is not None:
            if self._state != self._arrived and not self._taken(question):
                return
            self.interview.finish()
            self._moved()

    def ask_the_rest(self) -> None:
        """Ask, from the page where answers are checked, what was not asked yet."""
        if self.page == "check" and self.interview.only(self.interview.rest):
            self.page = "question"
            self._arrive()

    def write(self) -> None:
        """Be done if what is checked can be written, else say why not."""
        try:
            self.session.desk.must_be_writable(self.session.answers)
        except InputError as error:
            self.message = str(error)
        else:
            self.page = "done"

    def _enter_question(self, question: Question) -> None:
        unsure = self.cursor >= len(self.entries)
        if self.several:
            text = ", ".join(value for value, _ in self.entries if value in self.picked)
        elif self.listed:
            text = "" if unsure else self.entries[self.cursor][0]
        elif question.kind == "model":
            text = self.typed.strip() if unsure else self.entries[self.cursor][0]
        else:
            text = self.typed.strip()
        if text.lower() == "not sure":
            self.interview.not_sure()
        elif text:
            self.interview.answer(text)
        elif self.listed:
            self.interview.not_sure()
        elif question.id in self.interview.values:
            self.interview.keep()
        elif question.id in self.interview.offered:
            self.interview.answer(self.interview.offered[question.id])
        else:
            self.interview.not_sure()

    def _enter_check(self) -> None:
        assert self.review is not None
        if self.cursor >= len(self.review.rows):
            self.write()
            return
        self.anchor, self.changed = self.cursor, True
        if self.interview.change(self.review.rows[self.cursor].question.id):
            self.page = "question"
            self._arrive()

    def _moved(self) -> None:
        """Save what was answered, and show what comes next."""
        self.session.keep()
        self.page = "question"
        self._arrive()
        if self.session.unsaved:
            self.message = f"Nothing is being saved: {self.session.unsaved}"

    def _arrive(self) -> None:
        self._clear()
        self.helping, self.typed, self.number, self.picked, self.cursor = False, "", "", [], 0
        question = self.interview.current
        if question is None:
            self.page = "check" if self.confirm else "done"
            self.review = self.session.review()
            self.cursor = self.anchor if self.changed else self._first_gap(self.review)
            self.changed = False
        else:
            self._place_cursor(question)
            self._arrived = self._state
            self.typed, picked, self.cursor = self._unsent.get(question.id, self._arrived)
            self.picked = [*picked]
        self.entered()

    def _first_gap(self, page: Review) -> int:
        """Return the place of the first answer that is open, or of the last entry where there is none."""
        return next((place for place, row in enumerate(page.rows) if row.state != "given"), len(page.rows))

    def _place_cursor(self, question: Question) -> None:
        """Put the cursor on the answer that stands, else on "not sure", so that Enter alone answers nothing."""
        value = self.interview.values.get(question.id)
        if question.kind == "text" and isinstance(value, str):
            self.typed = visible(value)
        names = [name for name, _ in self.entries]
        self.picked = [*value] if isinstance(value, tuple) else []
        standing = say(value) if value is not None and not isinstance(value, tuple) else None
        if question.kind == "model" and standing not in names:
            self.cursor = len(names)
        else:
            self.cursor = names.index(standing) if standing in names else 0 if self.picked else len(names)

    def _models(self, question: str) -> list[str]:
        if question not in self._names:
            desk = self.session.desk
            self._names[question] = model_names(desk.book, question, desk.as_of)
        return self._names[question]

    def _clear(self) -> None:
        self.message = ""
