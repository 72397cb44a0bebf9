"""The interview line by line: no redraw, no colour, no box drawing; works through a pipe and with a screen reader."""

from __future__ import annotations

from collections.abc import Callable

from advisor.errors import InputError
from advisor.interview import Interview
from advisor.questions import Question
from advisor.replies import accepted
from advisor.wording import say

HELP = "Enter: not sure (or the offered value). b: back. ?: why it is asked. q: save and leave."


class Left(Exception):
    """The person left the interview, or the input ended."""


def converse(interview: Interview, read: Callable[[], str], write: Callable[[str], None]) -> None:
    """Ask every question; `read` returns a line without its end and raises EOFError when there is none left.

    Raises Left when the person leaves or the input ends; the interview then holds what was answered.
    """
    write(HELP)
    section = ""
    while (question := interview.current) is not None:
        if question.section != section:
            section = question.section
            title = next(entry.title for entry in interview.questionnaire.sections if entry.id == section)
            write(f"\n== {title} ==")
        write(_asked(interview, question))
        try:
            line = read().strip()
        except (EOFError, KeyboardInterrupt):
            raise Left from None
        _take(interview, question, line, write)


def _take(interview: Interview, question: Question, line: str, write: Callable[[str], None]) -> None:
    match line.lower():
        case "q":
            raise Left
        case "b":
            if not interview.back():
                write("This is the first question.")
        case "?":
            write(
                f"{question.why}\nAccepted: {accepted(question)}."
                + (f" Example: {question.example}" if question.example else "")
            )
        case "" if interview.values.get(question.id) is not None:
            interview.keep()
        case "" if question.id in interview.offered:
            interview.answer(interview.offered[question.id])
        case "" | "not sure":
            interview.not_sure()
        case _:
            try:
                interview.answer(_by_number(question, line))
            except InputError as error:
                problem = error.problems[0]
                nearest = f" Did you mean '{problem.nearest}'?" if problem.nearest else ""
                example = f" Example: {question.example}" if question.example else ""
                write(f"! {problem.message}{nearest} Accepted: {accepted(question)}.{example}")


def _by_number(question: Question, line: str) -> str:
    """Return the value behind a number, for questions with choices."""
    values = question.domain.values
    if question.kind in ("choice", "strategies", "providers") and values:
        picked = [part.strip() for part in line.split(",")]
        if all(part.isdecimal() and part.isascii() and 1 <= int(part) <= len(values) for part in picked):
            return ", ".join(values[int(part) - 1] for part in picked)
    return line


def _asked(interview: Interview, question: Question) -> str:
    place, count = interview.position
    unit = f" ({question.unit})" if question.unit else ""
    lines = [f"\n[{place} of {count}] {question.prompt}{unit}", f"  {question.hint}"]
    notes = {choice.value: choice.note for choice in question.choices}
    if question.kind in ("choice", "strategies", "providers"):
        lines += [
            f"  {index}. {value}" + (f" - {notes[value]}" if value in notes else "")
            for index, value in enumerate(question.domain.values, 1)
        ]
    given = interview.values.get(question.id)
    if given is not None:
        lines.append(f"  Now: {say(given)} (Enter keeps it)")
    elif question.id in interview.offered:
        lines.append(f"  Enter takes: {interview.offered[question.id]}")
    return "\n".join([*lines, f"{question.id}:"])
