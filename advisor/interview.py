"""The interview as a state machine that knows no terminal: what is asked, what was said, and the ways around."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from advisor.conditions import Value
from advisor.errors import Place
from advisor.questions import Question, Questionnaire
from advisor.replies import parse_text


@dataclass
class Interview:
    """Asks one question after the other; which ones are shown follows from the answers so far.

    `current` is the question that is asked now, or None when there is none left. `offered` holds values that a front
    end may show as what Enter takes, `skipped` the questions that are settled elsewhere; `check` may refuse an answer
    that the questionnaire alone accepts. Going back keeps later answers; a hidden answer is kept and not asked for.
    """

    questionnaire: Questionnaire
    values: dict[str, Value] = field(default_factory=dict)
    offered: Mapping[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    check: Callable[[Question, Value], None] = lambda question, value: None
    _at: int = 0

    def __post_init__(self) -> None:
        self._settle()

    @property
    def current(self) -> Question | None:
        questions = self.questionnaire.questions
        return questions[self._at] if self._at < len(questions) else None

    @property
    def asked(self) -> list[Question]:
        """Return the questions that are shown now, in order, those left out by the caller excepted."""
        shown = self.questionnaire.shown(self.values)
        return [
            question
            for question in self.questionnaire.questions
            if shown[question.id] is not False and question.kind != "notes" and question.id not in self.skipped
        ]

    @property
    def position(self) -> tuple[int, int]:
        """Return the place of the current question among those shown, counted from 1, and how many are shown."""
        asked = [question.id for question in self.asked]
        current = self.current
        return (asked.index(current.id) + 1 if current else len(asked)), len(asked)

    def answer(self, text: str) -> None:
        """Take an answer to the current question and go on.

        Raises InputError when the question does not accept it; the interview then stays where it is.
        """
        question = self._needed()
        value = parse_text(question, text, Place("answer", key=question.id))
        self.check(question, value)
        self.values[question.id] = value
        self._at += 1
        self._settle()

    def not_sure(self) -> None:
        """Leave the current question unanswered and go on."""
        self.values.pop(self._needed().id, None)
        self._at += 1
        self._settle()

    def keep(self) -> None:
        """Go on and leave the current answer, if any, as it is."""
        self._needed()
        self._at += 1
        self._settle()

    def skip_answered(self) -> None:
        """Go on to the first question without an answer."""
        while (question := self.current) is not None and question.id in self.values:
            self.keep()

    def back(self) -> bool:
        """Go to the question before; return whether there is one. Its answer is kept until another is given."""
        asked = [question.id for question in self.asked]
        ids = self.questionnaire.ids
        before = [name for name in asked if ids.index(name) < self._at]
        if not before:
            return False
        self._at = ids.index(before[-1])
        return True

    def jump(self, question_id: str) -> bool:
        """Go to a question; return whether it is shown."""
        if question_id not in (question.id for question in self.asked):
            return False
        self._at = self.questionnaire.ids.index(question_id)
        return True

    def _needed(self) -> Question:
        question = self.current
        if question is None:
            raise ValueError("the interview is over")
        return question

    def _settle(self) -> None:
        """Move on to the next question that is shown."""
        shown = {question.id for question in self.asked}
        while self.current is not None and self.current.id not in shown:
            self._at += 1
