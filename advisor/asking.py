"""The front of `advise new`: where its files go, the conversation, and that nothing typed is ever lost."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.answers import Answers, document_path, project_name, stem, to_json
from advisor.assessment import Assessment, assess
from advisor.conditions import Value
from advisor.documents.bundle import bundle, fingerprinted
from advisor.documents.placing import place
from advisor.errors import InputError, Place, Problem, Stopped, fail, one_line
from advisor.files import is_folder, write_atomically
from advisor.fingerprint import Style
from advisor.inputs import Stock
from advisor.interview import Interview
from advisor.measured.answered import answered_anew
from advisor.naming import ENDING
from advisor.packs.pack import Pack
from advisor.plain import Left, converse
from advisor.pricebook.book import PriceBook
from advisor.questions import Question


def answers_path(file: Path) -> Path:
    """Return the answers file that a name means: `NAME`, `NAME.json` or `NAME.advise.json`."""
    stem(file)
    if any("\ud800" <= character <= "\udfff" or character == "\0" for character in str(file)):
        raise fail("the name of the file is not valid text.", Place(ascii(str(file))), accepted="UTF-8")
    return file if file.name.endswith(".json") else file.with_name(file.name + ENDING)


def draft_of(file: Path | None) -> Path:
    """Return where an interview keeps what was answered before its end."""
    return Path(".workload.advise.draft.json") if file is None else file.with_name(f".{stem(file)}.advise.draft.json")


def must_be_free(file: Path | None, resume: bool, options: tuple[str, ...] = ()) -> None:
    """Raise InputError unless the files of an interview can be written, before anything is asked."""
    draft = draft_of(file)
    if file is not None:
        if not is_folder(file.parent):
            raise fail("cannot be written: no such folder.", Place(str(file)))
        for path in (file, document_path(file)):
            _must_be_new(path)
    there = _is_there(draft)
    if resume and not there:
        raise fail("there is no draft to go on from.", Place(str(draft)))
    if not resume and there:
        raise fail(
            "a draft is there already; nothing was changed.",
            Place(str(draft)),
            accepted=f"{_again(file, options)}, or delete the draft",
        )


def _must_be_new(path: Path) -> None:
    if _is_there(path):
        raise fail(
            "exists already; nothing was changed.",
            Place(str(path)),
            accepted="another name, or `advise run` to renew the document of an answers file",
        )


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError as error:
        raise fail(f"cannot be written: {error.strerror}.", Place(one_line(path, 200))) from None


def _again(file: Path | None, own: tuple[str, ...]) -> str:
    options = ["--plain", "--resume", *own]
    name = [] if file is None else [str(file)]
    words = [*options, "--", *name] if name and name[0].startswith("-") else [*name, *options]
    return shlex.join(["advise", "new", *words])


@dataclass(frozen=True)
class Desk:
    """What an interview needs at hand: `stock` has the digests of pack and prices, `style` is how the document is
    written, `given` are the questions settled on the command line, `options` those that the next commands need too."""

    pack: Pack
    book: PriceBook
    stock: Stock
    style: Style
    file: Path | None
    given: frozenset[str]
    options: tuple[str, ...] = ()

    @property
    def again(self) -> str:
        """Return the command that goes on with the interview."""
        return _again(self.file, self.options)

    def check(self, question: Question, value: Value) -> None:
        """Raise InputError for a model that the price book does not know."""
        if question.kind == "model" and isinstance(value, str):
            resolve = self.book.resolve_tuned if question.id == "tuned_model" else self.book.resolve
            resolve(value, Place("answer", key=question.id))

    def finish(self, answers: Answers) -> tuple[Path, Path, Assessment]:
        """Write the answers file and the document, or neither; return both with the assessment."""
        target = self.file or Path(_slug(project_name(answers)) + ENDING)
        document = document_path(target)
        for path in (target, document):
            _must_be_new(path)
        answers = replace(answers, source=str(target))
        assert answers.as_of is not None
        assessment = assess(answers, self.pack, self.book, answers.as_of, "from the answers file")
        written = to_json(answers, self.pack.questionnaire)
        said = written.encode("utf-8", "surrogatepass")
        inputs = self.stock.inputs(target.name, said, self.style, document)
        made = bundle(assessment, self.style, document)
        text = fingerprinted(made, assessment, inputs, self.style)
        write_atomically(target, written)
        try:
            place(document, text, made.pictures)
        except InputError:
            target.unlink(missing_ok=True)
            raise
        draft_of(self.file).unlink(missing_ok=True)
        return target, document, assessment

    def save(self, answers: Answers) -> Path:
        """Keep what was answered so far, readable by its owner only."""
        draft = draft_of(self.file)
        write_atomically(draft, to_json(answers, self.pack.questionnaire), mode=0o600)
        return draft


def ask(desk: Desk, start: Answers, write: Callable[[str], None]) -> tuple[Path, Path, Assessment]:
    """Hold the interview and write its outcome. Whatever ends it early leaves a draft.

    Raises Stopped when the person leaves, InputError when what was answered cannot be written.
    """
    offered = {} if "project" in start.values else {"project": project_name(start)}
    interview = Interview(desk.pack.questionnaire, dict(start.values), offered, desk.given, desk.check)
    interview.skip_answered()
    try:
        converse(interview, _read_line, lambda text: write(text + "\n"))
        return desk.finish(answered_anew(start, interview.values))
    except Left:
        draft = _keep(desk, answered_anew(start, interview.values), write)
        raise Stopped(f"Stopped. The answers so far are in {draft}; go on with: {desk.again}") from None
    except InputError as error:
        draft = _keep(desk, answered_anew(start, interview.values), write, error.problems)
        kept = Problem(f"the answers are kept; go on with: {desk.again}", Place(str(draft)))
        raise InputError([*error.problems, kept]) from None
    except BaseException:
        _keep(desk, answered_anew(start, interview.values), write)
        raise


def _keep(desk: Desk, answers: Answers, write: Callable[[str], None], problems: Iterable[Problem] = ()) -> Path:
    """Save a draft and return it; what cannot be saved is printed instead, and InputError says so."""
    try:
        return desk.save(answers)
    except InputError as error:
        write(to_json(answers, desk.pack.questionnaire))
        printed = Problem("the answers are printed above; save them as the answers file.")
        raise InputError([*problems, *error.problems, printed]) from None


def _read_line() -> str:
    if sys.stdin is None:
        raise EOFError
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _slug(name: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in name.lower()).split()
    return "-".join(words)[:60] or "workload"
