"""An interview from its start to the files that it writes, whatever asks the questions; nothing typed is ever lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.answers import Answers, to_json
from advisor.desk import Desk
from advisor.drafts import Draft
from advisor.errors import InputError, Place, Problem, Stopped
from advisor.interview import Interview
from advisor.measured.answered import answered_anew
from advisor.quick import NAME, QuickWay
from advisor.review import Review, review_of
from advisor.sources import ANSWERS_FILE, DRAFT, TYPED

if TYPE_CHECKING:
    from advisor.assessment import Assessment


class Left(Exception):
    """The person left the interview, or the input ended."""


@dataclass
class Session:
    """An interview at a desk. `start` holds what is not asked: notes and the date."""

    desk: Desk
    interview: Interview
    start: Answers
    _unsaved: list[InputError] = field(default_factory=list)

    @property
    def answers(self) -> Answers:
        """The answers so far, in the order of the questions; what was measured and then changed says so no more."""
        values = self.interview.values
        ordered = {key: values[key] for key in self.interview.questionnaire.ids if key in values}
        return answered_anew(self.start, ordered)

    @property
    def draft(self) -> Draft:
        return Draft(self.answers, tuple(self.interview.passed), self.interview.quick, self.desk.before)

    @property
    def quick_way(self) -> QuickWay:
        """The quick way of this interview; a file's name is name enough."""
        named = frozenset() if self.desk.file is None else frozenset({NAME})
        return QuickWay(self.desk.pack, self.interview.skipped | named)

    @property
    def begun(self) -> bool:
        """Whether there is anything that a draft should keep: not yet where nothing was answered, or changed."""
        said = set(self.interview.sources.values()) - {ANSWERS_FILE}
        return bool(self.interview.passed or (said if self.desk.task == "new" else said & {TYPED, DRAFT}))

    @property
    def unsaved(self) -> str:
        """Why no draft can be saved; nothing where one can."""
        return str(self._unsaved[0]) if self._unsaved else ""

    def keep(self) -> str:
        """Save a draft; return why that cannot be done, nothing where it can."""
        if self.begun and not self._unsaved:
            try:
                self.desk.save(self.draft)
            except InputError as error:
                self._unsaved.append(error)
        return self.unsaved

    def review(self) -> Review:
        """Return the page on which the answers are checked."""
        return review_of(self.interview, self.desk.assumed(self.answers), self.desk.warnings(self.answers))


Front = Callable[[Session], None]
"""Asks until everything is answered and checked; raises Left when the person leaves."""


def ask(session: Session, front: Front, write: Callable[[str], None]) -> tuple[Path, Path, Assessment]:
    """Hold the interview and write its outcome. Whatever ends it early leaves a draft.

    Raises Stopped when the person leaves, InputError when what was answered cannot be written.
    """
    desk = session.desk
    try:
        front(session)
        return desk.finish(session.answers)
    except Left:
        if not session.begun:
            what = "answered" if desk.task == "new" else "changed"
            raise Stopped(f"Stopped. Nothing was {what}.") from None
        draft = _keep(session, write)
        raise Stopped(f"Stopped. The answers so far are in {draft};\ngo on with: {desk.again}") from None
    except InputError as error:
        draft = _keep(session, write, error.problems)
        kept = Problem(f"the answers are kept; go on with: {desk.again}", Place(str(draft)))
        raise InputError([*error.problems, kept]) from None
    except BaseException:
        if session.begun:
            _keep(session, write)
        raise


def _keep(session: Session, write: Callable[[str], None], problems: Iterable[Problem] = ()) -> Path:
    """Save a draft and return it; what cannot be saved is printed instead, and InputError says so."""
    try:
        return session.desk.save(session.draft)
    except InputError as error:
        write(to_json(session.answers, session.desk.pack.questionnaire))
        printed = Problem("the answers are printed above; save them as the answers file.")
        raise InputError([*problems, *error.problems, printed]) from None


def read_line() -> str:
    """Return the next line of standard input without its end; raises EOFError when there is none."""
    if sys.stdin is None:
        raise EOFError
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode("utf-8", "surrogateescape").rstrip("\r\n")
