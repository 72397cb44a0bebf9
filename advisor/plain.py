"""The interview line by line: no redraw, no colour, no box drawing; works through a pipe and with a screen reader."""

from __future__ import annotations

from collections.abc import Callable

from advisor.asking import Left, Session
from advisor.errors import InputError
from advisor.interview import Interview
from advisor.packs.pack import Pack
from advisor.prompts import (
    by_number,
    choices,
    help_on,
    hint_of,
    position,
    problem_words,
    section_title,
    standing,
    when_not_sure,
)
from advisor.questions import Question
from advisor.review import Review
from advisor.sources import GIVEN, OFFERED, TYPED

HELP = "Enter: not sure (or the offered value). b: back. ?: why it is asked. q: save and leave."

Read = Callable[[], str]
"""Returns a line without its end; raises EOFError when there is none left."""

Write = Callable[[str], None]


def hold(session: Session, read: Read, write: Write, *, piped: bool, confirm: bool = True) -> None:
    """Ask every question, then show the page on which answers are checked, unless `confirm` is off.

    The end of a pipe on that page writes what was answered: whoever fed the pipe cannot press a key. Raises Left when
    the person leaves or the input ends before; the interview then holds what was answered.
    """
    interview = session.interview
    while True:
        if interview.current is not None:
            converse(interview, read, write, session.desk.pack, session.keep)
        if not confirm or _checked(session, read, write, piped):
            return


def converse(
    interview: Interview, read: Read, write: Write, pack: Pack | None = None, keep: Callable[[], str] = lambda: ""
) -> None:
    """Ask until no question is left; `keep` is called after every answer, and returns why it could not be kept. Raises
    Left as `hold` does."""
    write(HELP)
    section, warned = "", False
    while (question := interview.current) is not None:
        if question.section != section:
            section = question.section
            write(f"\n== {section_title(interview, question)} ==")
        write(_asked(interview, question))
        _take(interview, question, _next(read), write, pack)
        if (unsaved := keep()) and not warned:
            warned = True
            write(f"! Nothing is being saved: {unsaved}")


def _next(read: Read) -> str:
    try:
        return read().strip()
    except (EOFError, KeyboardInterrupt):
        raise Left from None


def _take(interview: Interview, question: Question, line: str, write: Write, pack: Pack | None) -> None:
    match line.lower():
        case "q":
            raise Left
        case "b":
            if not interview.back():
                write("This is the first question.")
        case "?":
            write("\n".join(help_on(question, interview.values, pack)))
        case "" if interview.values.get(question.id) is not None:
            interview.keep()
        case "" if question.id in interview.offered:
            interview.answer(interview.offered[question.id])
        case "" | "not sure":
            interview.not_sure()
        case _:
            try:
                interview.answer(by_number(question, line))
            except InputError as error:
                write(f"! {problem_words(question, error)}")


def _asked(interview: Interview, question: Question) -> str:
    unit = f" ({question.unit})" if question.unit else ""
    lines = [f"\n[{position(interview)}] {question.prompt}{unit}", f"  {hint_of(question)}"]
    if question.kind != "bool":
        lines += [
            f"  {index}. {value}" + (f" - {note}" if note else "")
            for index, (value, note) in enumerate(choices(question), 1)
        ]
    now = standing(interview, question)
    fallback = when_not_sure(question, interview.values)
    if now is not None:
        value, source = now
        known = f" Source: {source}." if source not in (TYPED, GIVEN) else ""
        lines.append(f"  Enter takes: {value}" if source == OFFERED else f"  Now: {value} (Enter keeps it){known}")
    elif fallback is not None:
        lines.append(f"  {fallback}")
    return "\n".join([*lines, f"{question.id}:"])


def _checked(session: Session, read: Read, write: Write, piped: bool) -> bool:
    """Show the page on which answers are checked and take what is typed; return whether all is to be written."""
    interview, page = session.interview, session.review()
    write(page_text(page))
    promise = session.desk.promise(session.answers)
    more = f" a: answer the {len(interview.rest)} that were not asked." if interview.rest else ""
    write(f"\nA number changes that answer.{more} b: back. q: save and leave. w: {promise}.")
    while True:
        write("check:")
        try:
            line = read().strip().lower()
        except EOFError:
            if piped and (TYPED in interview.sources.values() or interview.passed):
                return True
            raise Left from None
        except KeyboardInterrupt:
            raise Left from None
        if line in ("w", ""):
            try:
                session.desk.must_be_writable(session.answers)
            except InputError as error:
                if piped:
                    raise
                write(f"! {error}")
                continue
            return True
        if line == "q":
            raise Left
        if (line == "b" and interview.back()) or (line == "a" and interview.only(interview.rest)):
            return False
        if line.isdecimal() and line.isascii() and 1 <= int(line) <= len(page.rows):
            interview.change(page.rows[int(line) - 1].question.id)
            return False
        write(f"! '{line}' is neither a number from 1 to {len(page.rows)} nor a, b, q or w.")


def page_text(page: Review) -> str:
    """Return the page on which answers are checked, one line for each answer."""
    lines = ["\n== Check your answers ==", f"{page.counts}."]
    for section in page.sections:
        lines.append(f"\n{section.title}")
        lines += [f"  {row.number}. {row.question.id}: {row.words}" for row in section.rows]
    if page.hidden:
        lines.append("\nKept, but not counted, as the questions are not shown any more:")
        lines += [f"  {name}: {value}" for name, value in page.hidden]
    return "\n".join(lines)
