"""The desk at which an interview is held: its pack, prices and files, and how its outcome is written.

What assesses and what writes documents is imported when it is needed: the first question does not wait for it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from advisor.answers import SCHEMA_ADDRESS, Answers, document_path, project_name, read_answers, stem, to_json
from advisor.conditions import Value
from advisor.drafts import Draft, DraftFile, draft_of
from advisor.errors import InputError, Place, fail, one_line
from advisor.files import is_folder, read_text, write_atomically
from advisor.fingerprint import Style
from advisor.naming import ENDING
from advisor.packs.pack import Pack
from advisor.questions import Question
from advisor.trees import parse_json

if TYPE_CHECKING:
    from advisor.assessment import Assessment
    from advisor.inputs import Stock
    from advisor.pricebook.book import PriceBook

Task = Literal["new", "edit"]
"""Whether answers are written for the first time, or over a file that is there."""


def answers_path(file: Path) -> Path:
    """Return the answers file that a name means: `NAME`, `NAME.json` or `NAME.advise.json`."""
    stem(file)
    if any("\ud800" <= character <= "\udfff" or character == "\0" for character in str(file)):
        raise fail("the name of the file is not valid text.", Place(ascii(str(file))), accepted="UTF-8")
    return file if file.name.endswith(".json") else file.with_name(file.name + ENDING)


def must_be_free(file: Path) -> None:
    """Raise InputError unless the files of a new interview can be written, before anything is asked."""
    if not is_folder(file.parent):
        raise fail("cannot be written: no such folder.", Place(str(file)))
    for path in (file, document_path(file)):
        _must_be_new(path)


def must_agree(file: Path | None, resume: bool, again: str) -> None:
    """Raise InputError where there is no draft to go on from, or one that would be written over."""
    draft = draft_of(file)
    there = _is_there(draft)
    if resume and not there:
        raise fail("there is no draft to go on from.", Place(str(draft)))
    if not resume and there:
        raise fail(
            "a draft is there already; nothing was changed.",
            Place(str(draft)),
            accepted=f"{again}, or delete the draft",
        )


def _must_be_new(path: Path, named_after_project: bool = False) -> None:
    if _is_there(path):
        name = (
            "another project, after which the file is named (--set project=NAME)"
            if named_after_project
            else "another name"
        )
        raise fail(
            "exists already; nothing was changed.",
            Place(str(path)),
            accepted=f"{name}, `advise edit` to change its answers, or `advise run` to renew its document",
        )


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError as error:
        raise fail(f"cannot be written: {error.strerror}.", Place(one_line(path, 200))) from None


def again(task: Task, file: Path | None, plain: bool, own: tuple[str, ...]) -> str:
    """Return the command that goes on with an interview from its draft."""
    options = [*(["--plain"] if plain else []), "--resume", *own]
    name = [] if file is None else [str(file)]
    words = [*options, "--", *name] if name and name[0].startswith("-") else [*name, *options]
    return shlex.join(["advise", task, *words])


@dataclass(frozen=True)
class Desk:
    """What an interview needs at hand: `stock` gives the digests of pack and prices, `style` how the document is
    written, `as_of` is the day of all prices and `as_of_from` where it comes from, `again` the command to go on with,
    and `before` what the answers file said when its edit began.
    """

    pack: Pack
    book: PriceBook
    stock: Callable[[], Stock]
    style: Callable[[], Style]
    task: Task
    file: Path | None
    as_of: date
    as_of_from: str
    again: str
    draft_file: DraftFile
    before: Answers | None = None

    def check(self, question: Question, value: Value) -> None:
        """Raise InputError for a model that the price book does not know."""
        if question.kind == "model" and isinstance(value, str):
            resolve = self.book.resolve_tuned if question.id == "tuned_model" else self.book.resolve
            resolve(value, Place("answer", key=question.id))

    def target(self, answers: Answers) -> Path:
        """Return the answers file that will be written."""
        return self.file or Path(_slug(project_name(answers)) + ENDING)

    def warnings(self, answers: Answers) -> Mapping[str, str]:
        """Return what should be known of the models that are answered: that one stops serving, and when."""
        kinds = {question.id: question.kind for question in self.pack.questionnaire.questions}
        models = {name: str(value) for name, value in answers.values.items() if kinds[name] == "model"}
        said = {name: self.book.ending_words(value, self.as_of) for name, value in models.items()}
        return {name: words for name, words in said.items() if words}

    def promise(self, answers: Answers) -> str:
        """Return what the last key does: `Write support-bot.advise.json and .md`."""
        target = self.target(answers)
        document = document_path(target)
        return f"Write {one_line(target.name)} and {document.suffix}"

    def assumed(self, answers: Answers) -> Mapping[str, Value]:
        """Return what costs assume for questions without an answer; nothing where a model is unknown."""
        from advisor.costs.ledger import exact
        from advisor.priced import Priced

        priced = Priced(answers, self.pack.questionnaire, self.pack.examples_needed, self.book, self.as_of)
        try:
            found = exact(lambda: (*priced.workload.assumed, *priced.models.assumed))()
        except InputError:
            return {}
        return {entry.answer: entry.value for entry in found}

    def assess(self, answers: Answers) -> Assessment:
        """Return the assessment of answers; raises InputError for a model that the price book does not know."""
        from advisor.assessment import assess

        return assess(answers, self.pack, self.book, self.as_of, self.as_of_from)

    def must_be_writable(self, answers: Answers) -> None:
        """Raise InputError where the files of these answers are there already, or were changed by somebody else."""
        target = self.target(answers)
        if self.task == "new":
            for path in (target, document_path(target)):
                _must_be_new(path, self.file is None)
        elif self.before and read_answers(target, self.pack.questionnaire).digest != self.before.digest:
            raise fail("has changed since it was read; nothing was written over it.", Place(str(target)))

    def finish(self, answers: Answers) -> tuple[Path, Path, Assessment]:
        """Write the answers file and the document, or neither; return both with the assessment."""
        from advisor.documents.bundle import sealed_bundle
        from advisor.documents.placing import place

        self.must_be_writable(answers)
        target = self.target(answers)
        document = document_path(target)
        answers = replace(answers, source=str(target))
        assessment = self.assess(answers)
        before = read_text(target) if self.task == "edit" else None
        written = to_json(answers, self.pack.questionnaire, _schema_named(before, target))
        said = target.name, written.encode("utf-8", "surrogatepass")
        made = sealed_bundle(assessment, self.stock(), said, self.style(), document)
        write_atomically(target, written)
        try:
            place(document, made.text, made.pictures)
        except InputError:
            if before is None:
                target.unlink(missing_ok=True)
            else:
                write_atomically(target, before)
            raise
        self.draft_file.path.unlink(missing_ok=True)
        return target, document, assessment

    def save(self, draft: Draft) -> Path:
        """Keep what was answered so far, readable by its owner only."""
        self.draft_file.write(draft, self.pack.questionnaire)
        return self.draft_file.path


def _schema_named(before: str | None, target: Path) -> str | None:
    """Return the address of the schema that an answers file names, which an edit leaves as it is."""
    return SCHEMA_ADDRESS if before is None else parse_json(before, str(target)).value.get("$schema")


def _slug(name: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in name.lower()).split()
    return "-".join(words)[:60] or "workload"
