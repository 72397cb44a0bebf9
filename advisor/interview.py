"""The interview as a state machine that knows no terminal: what is asked, what was said, and the ways around.

There are three ways through it. The full way asks every question that is shown; a quick way asks those that a chooser
names; a detour asks a few and ends. Whichever way it was, the end is the page on which answers are checked: there
`current` is None, and `change` leads from it to a question and back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from advisor.conditions import Value
from advisor.errors import Place
from advisor.measured.measure import COUNTED
from advisor.questions import Question, Questionnaire
from advisor.replies import parse_text
from advisor.sources import MEASURED, TYPED

Chooser = Callable[[Mapping[str, Value], Sequence[str]], str | None]
"""Says which question a quick way asks next, after these answers and those that it asked; None when it is over."""


@dataclass
class Interview:
    """Asks one question after the other; which ones are shown follows from the answers so far.

    `current` is the question that is asked now, or None when there is none left. `offered` holds values that a front
    end may show as what Enter takes, `skipped` the questions that are settled elsewhere; `check` may refuse an answer
    that the questionnaire alone accepts. `sources` says where each value comes from; `passed` are the questions that
    were asked and left open; `measure` counts in a file what some questions ask for: values by question.
    Going back keeps later answers; a hidden answer is kept and not asked for.
    """

    questionnaire: Questionnaire
    values: dict[str, Value] = field(default_factory=dict)
    offered: Mapping[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    check: Callable[[Question, Value], None] = lambda question, value: None
    sources: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    measure: Callable[[Question, str], Mapping[str, Value]] | None = None
    chooser: Chooser | None = None
    _at: str | None = None
    _trail: list[str] = field(default_factory=list)
    _queue: list[str] | None = None
    _ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at = self._following(None)

    @property
    def current(self) -> Question | None:
        return None if self._at is None else self.questionnaire[self._at]

    @property
    def asked(self) -> list[Question]:
        """Return the questions that are shown now, in order, those left out by the caller excepted."""
        return [question for question in self.shown if question.id not in self.skipped]

    @property
    def shown(self) -> list[Question]:
        """Return all questions that are shown now, in order."""
        shown = self.questionnaire.shown(self.values)
        return [
            question
            for question in self.questionnaire.questions
            if shown[question.id] is not False and question.kind != "notes"
        ]

    @property
    def hidden(self) -> list[str]:
        """Return the answers that do not count, because their questions are not shown: kept, and listed."""
        shown = self.questionnaire.shown(self.values)
        return [name for name in self.questionnaire.ids if name in self.values and shown[name] is False]

    @property
    def settled(self) -> frozenset[str]:
        """Return the questions that were answered, or asked and left open."""
        return frozenset(self.values) | self.passed

    @property
    def rest(self) -> list[str]:
        """Return the questions that are shown and were neither answered nor left open."""
        return [question.id for question in self.asked if question.id not in self.settled]

    @property
    def ahead(self) -> int:
        """Return how many questions of a detour come after the current one."""
        return len(self._queue or ())

    @property
    def quick(self) -> bool:
        return self.chooser is not None

    @property
    def changing(self) -> bool:
        """Return whether this is a detour, from which the way leads back to where the answers are checked."""
        return self._queue is not None

    @property
    def position(self) -> tuple[int, int]:
        """Return the place of the current question among those shown, counted from 1, and how many are shown."""
        asked = [question.id for question in self.asked]
        return (asked.index(self._at) + 1 if self._at in asked else len(asked)), len(asked)

    @property
    def count(self) -> int:
        """Return how many questions a quick way or a detour has asked, the current one included."""
        return len(self._trail) + (self._at is not None)

    def answer(self, text: str) -> None:
        """Take an answer to the current question and go on; `@FILE` counts it, and what else the file tells.

        Raises InputError when the question does not accept it; the interview then stays where it is.
        """
        question = self._needed()
        before = self._shown_ids
        if self.measure is not None and text.startswith("@") and question.id in COUNTED:
            for name, value in self.measure(question, text[1:].strip()).items():
                self.values[name], self.sources[name] = value, MEASURED
                self.passed.discard(name)
            self._go_on(before)
            return
        value = parse_text(question, text, Place("answer", key=question.id))
        self.check(question, value)
        if question.id not in self.sources or self.values.get(question.id) != value:
            self.sources[question.id] = TYPED
        self.values[question.id] = value
        self.passed.discard(question.id)
        self._go_on(before)

    def not_sure(self) -> None:
        """Leave the current question unanswered and go on."""
        question = self._needed()
        before = self._shown_ids
        self.values.pop(question.id, None)
        self.sources.pop(question.id, None)
        self.passed.add(question.id)
        self._go_on(before)

    def keep(self) -> None:
        """Go on and leave the current answer, if any, as it is."""
        self._needed()
        self._go_on(self._shown_ids)

    def skip_settled(self) -> None:
        """Go on to the first question that was neither answered nor left open."""
        while (question := self.current) is not None and question.id in self.settled:
            self.keep()

    def back(self) -> bool:
        """Go to the question before; return whether there is one. Its answer is kept until another is given.

        From the first question of a detour this leads back to where the answers are checked, and from there to the
        last question of a detour that has just ended.
        """
        if self._at is None and self._ended and self._ended[-1] in self._shown_ids:
            *self._trail, self._at = self._ended
            self._queue, self._ended = [], []
            return True
        asked = [question.id for question in self.asked]
        if self.quick or self.changing:
            while self._trail:
                name = self._trail.pop()
                if name in self._shown_ids:
                    if self._queue is not None and self._at is not None:
                        self._queue.insert(0, self._at)
                    self._at = name
                    return True
            found = self.changing
            self._at = None if found else self._at
            self._queue = None
            return found
        ids = self.questionnaire.ids
        limit = len(ids) if self._at is None else ids.index(self._at)
        before = [name for name in asked if ids.index(name) < limit]
        if before:
            self._at = before[-1]
        return bool(before)

    def jump(self, question_id: str) -> bool:
        """Go to a question and on from there, the full way; return whether it is shown."""
        if question_id not in (question.id for question in self.asked):
            return False
        self.chooser = self._queue = None
        self._at = question_id
        return True

    def change(self, question_id: str) -> bool:
        """Ask one question and whatever becomes relevant by its answer, then be over; return whether it is shown."""
        return self.only([question_id])

    def only(self, ids: Iterable[str]) -> bool:
        """Ask some questions and whatever becomes relevant by their answers, then be over.

        Those that are not shown are left out; return whether any is asked.
        """
        asked = [name for name in ids if name in self._shown_ids]
        if not asked:
            return False
        self._trail, self._ended, self._queue, self._at = [], [], asked[1:], asked[0]
        return True

    def take_the_quick_way(self, chooser: Chooser, asked: Iterable[str] = ()) -> None:
        """Ask what a chooser names; `asked` are questions that this way has asked before."""
        self.chooser, self._trail, self._queue = chooser, [*asked], None
        self._at = chooser(self.values, self._trail)

    def finish(self) -> None:
        """Be over now; what was not asked stays open."""
        self._at, self._queue, self._trail, self._ended = None, None, [], []

    @property
    def _shown_ids(self) -> set[str]:
        return {question.id for question in self.shown}

    def _needed(self) -> Question:
        question = self.current
        if question is None:
            raise ValueError("the interview is over")
        return question

    def _go_on(self, before: set[str]) -> None:
        """Move on to the next question; `before` are those that were shown until now."""
        name = self._needed().id
        if self._queue is not None:
            self._trail.append(name)
            shown = [question.id for question in self.shown]
            new = [other for other in shown if other not in before and other not in self.settled]
            waiting = [other for other in self._queue if other in shown and other not in new]
            self._queue = [*new, *waiting]
            self._at = self._queue.pop(0) if self._queue else None
            if self._at is None:
                self._queue, self._trail, self._ended = None, [], self._trail
        elif self.chooser is not None:
            self._trail.append(name)
            self._at = self.chooser(self.values, self._trail)
        else:
            self._at = self._following(name)

    def _following(self, name: str | None) -> str | None:
        """Return the next question that is shown after one, on the full way."""
        ids = self.questionnaire.ids
        start = 0 if name is None else ids.index(name) + 1
        return next((question.id for question in self.asked if ids.index(question.id) >= start), None)
