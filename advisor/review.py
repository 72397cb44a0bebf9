"""The page on which answers are checked before anything is written: every question with its value and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from advisor.conditions import Value
from advisor.interview import Interview
from advisor.printable import visible
from advisor.questions import Question
from advisor.sources import GIVEN
from advisor.wording import say

State = Literal["given", "assumed", "open"]


class Row(NamedTuple):
    """A question that is shown, by its number on the page. `value` is the answer, or what costs assume without one;
    `state` says which of them it is, or that there is neither; `asked`, that it was asked and left open. `warning` is
    what a person should know of the answer before it is written."""

    number: int
    question: Question
    state: State
    value: Value
    source: str
    asked: bool = False
    warning: str = ""

    @property
    def gap(self) -> str:
        """How it is said that there is no answer."""
        return "not sure" if self.asked else "not answered"

    @property
    def words(self) -> str:
        """The value in words, with where it comes from: never by colour alone."""
        shown = visible(say(self.value))
        match self.state:
            case "given":
                return f"{shown} ({self.source})" + (f"; {self.warning}" if self.warning else "")
            case "assumed":
                return f"{self.gap}; costs assume {shown}"
            case _:
                return self.gap


class Section(NamedTuple):
    """Rows under a title."""

    title: str
    rows: tuple[Row, ...]


class Review(NamedTuple):
    """The page: sections with their rows, and the answers that do not count because their questions are not shown."""

    sections: tuple[Section, ...]
    hidden: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]

    @property
    def counts(self) -> str:
        """How many answers are given, assumed and open, in words."""
        states = [row.state for row in self.rows]
        given, assumed, left = (states.count(state) for state in ("given", "assumed", "open"))
        return f"{given} answered, {assumed} assumed by costs, {left} open"


def review_of(interview: Interview, assumed: Mapping[str, Value], warnings: Mapping[str, str]) -> Review:
    """Return the page for the answers so far; `assumed` is what costs take for questions without an answer, and
    `warnings` are what should be known of some answers."""
    sections: list[Section] = []
    count = 0
    for section in interview.questionnaire.sections:
        rows = []
        for question in (question for question in interview.shown if question.section == section.id):
            count += 1
            rows.append(_row(count, question, interview, assumed, warnings.get(question.id, "")))
        if rows:
            sections.append(Section(section.title, tuple(rows)))
    hidden = tuple((name, visible(say(interview.values[name]))) for name in interview.hidden)
    return Review(tuple(sections), hidden)


def _row(number: int, question: Question, interview: Interview, assumed: Mapping[str, Value], warning: str) -> Row:
    name = question.id
    if interview.values.get(name) is not None:
        return Row(
            number, question, "given", interview.values[name], interview.sources.get(name, GIVEN), warning=warning
        )
    if assumed.get(name) is not None:
        return Row(number, question, "assumed", assumed[name], "cost assumption", name in interview.passed, warning)
    return Row(number, question, "open", None, "", name in interview.passed, warning)
