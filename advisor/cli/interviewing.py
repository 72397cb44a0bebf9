"""`advise new` and `advise edit`: the interview, on a terminal or line by line, and the files that it writes."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from advisor.cli import completing
from advisor.cli.door import SEARCH, Prices, Rules, Settings, ground, price_date, put, style_of
from advisor.cli.measuring import NOTHING_MEASURED, Knowledge, Measured, PromptFile, Samples, TrainingSet, lay
from advisor.errors import InputError, Place, fail, nearest_name, one_line
from advisor.printable import speaks_unicode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.answers import Answers
    from advisor.asking import Session
    from advisor.conditions import Value
    from advisor.desk import Task
    from advisor.drafts import Draft, DraftFile
    from advisor.measured.measure import Measure
    from advisor.questions import Question, Questionnaire

Plain = Annotated[bool, typer.Option("--plain", help="Line by line, without redraw; works through a pipe.")]
Defaults = Annotated[bool, typer.Option("--defaults", help="Ask nothing; what is not set stays open.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the draft that was saved.")]
Asks = Annotated[
    list[str] | None,
    typer.Option(
        "--ask",
        metavar="KEY",
        autocompletion=completing.question_ids,
        help="Ask this question only, and what its answer brings up; repeatable.",
    ),
]


def new(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="The answers file to write, NAME.advise.json; else named after the project."
        ),
    ] = None,
    plain: Plain = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Ask at most eight questions, those that matter most here.")
    ] = False,
    defaults: Defaults = False,
    resume: Resume = False,
    settings: Settings = None,
    asks: Asks = None,
    prompt_file: PromptFile = None,
    samples: Samples = None,
    knowledge: Knowledge = None,
    training_set: TrainingSet = None,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Ask the questions, write the answers file and the recommendation."""
    from advisor.desk import answers_path, must_be_free

    file = None if file is None else answers_path(file)
    if file is not None:
        must_be_free(file)
    measured = Measured(prompt_file, samples, knowledge, training_set)
    said = (*(settings or ()),), (*(asks or ()),)
    Call("new", file, plain, quick, defaults, resume, *said, measured, rules, prices).hold()


def edit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The answers file to change.")],
    plain: Plain = False,
    defaults: Defaults = False,
    resume: Resume = False,
    settings: Settings = None,
    asks: Asks = None,
    prompt_file: PromptFile = None,
    samples: Samples = None,
    knowledge: Knowledge = None,
    training_set: TrainingSet = None,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Check the answers of a file, change some, and write it and the recommendation again."""
    from advisor.desk import answers_path

    file = file if file.is_file() else answers_path(file)
    measured = Measured(prompt_file, samples, knowledge, training_set)
    said = (*(settings or ()),), (*(asks or ()),)
    Call("edit", file, plain, False, defaults, resume, *said, measured, rules, prices).hold()


class _Start(NamedTuple):
    """What an interview begins with: `values` and the name of the `sources` of each; `given`, the questions that the
    command line answers; the draft, and what the answers file says before an edit."""

    answers: Answers
    values: dict[str, Value]
    sources: dict[str, str]
    given: frozenset[str]
    draft: Draft
    draft_file: DraftFile
    before: Answers | None


@dataclass(frozen=True)
class Call:
    """One call of `new` or `edit`, as it stands on the command line."""

    task: Task
    file: Path | None
    plain: bool = False
    quick: bool = False
    defaults: bool = False
    resume: bool = False
    settings: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    measured: Measured = NOTHING_MEASURED
    rules: Path | None = None
    prices: Path | None = None

    def hold(self) -> None:
        """Hold the interview, write what comes of it, and say what to do next."""
        from advisor.asking import ask, read_line
        from advisor.closing import closing
        from advisor.desk import must_agree

        by_line = self.plain or is_accessible()
        must_agree(self.file, self.resume, self._again)
        session = self.session()
        silent = self.defaults and not self.asks
        if not silent and not self.plain and not _is_terminal():
            raise self._no_terminal(session)
        if silent:
            outcome = session.desk.finish(session.answers)
        elif by_line:
            from advisor.plain import hold

            piped = not (sys.stdin is not None and sys.stdin.isatty())
            outcome = ask(
                session,
                lambda it: hold(it, read_line, lambda text: put(text + "\n"), piped=piped, confirm=not self.defaults),
                put,
            )
        else:
            from advisor.wizard import hold as on_screen

            choose = self.task == "new" and not (self.quick or self.resume or self.asks)
            outcome = ask(session, lambda it: on_screen(it, choose=choose, confirm=not self.defaults), put)
        seen = sys.stderr is not None and sys.stderr.isatty()
        columns = shutil.get_terminal_size((80, 24)).columns if seen else None
        typer.echo(closing(*outcome, self._own, columns=columns, unicode=speaks_unicode(sys.stderr)), err=True)

    @property
    def _own(self) -> tuple[str, ...]:
        """The options that the commands after this one need as well; what is configured needs none."""
        search = SEARCH.get()
        given = (("--rules", self.rules), ("--prices", self.prices), ("--config", search.named))
        words = [word for option, path in given if path is not None for word in (option, str(path))]
        return (*words, *(["--isolated"] if search.isolated and not os.environ.get("ADVISE_ISOLATED") else []))

    @property
    def _again(self) -> str:
        """The command that goes on from the draft."""
        from advisor.desk import again

        asks = [word for name in self.asks for word in ("--ask", name)]
        return again(self.task, self.file, self.plain or is_accessible(), (*asks, *self._own))

    def session(self) -> Session:
        """Return the interview at its first question, or where its draft, its file or its options have it begin."""
        from advisor.answers import document_path, project_name
        from advisor.asking import Session
        from advisor.desk import Desk
        from advisor.interview import Interview
        from advisor.measured.answered import with_measures

        base = ground(self.rules, self.prices, self.file)
        questionnaire = base.pack.questionnaire
        asks = _known(self.asks, questionnaire.ids)
        start = self._start(questionnaire)
        day, day_from = price_date(start.answers, None)
        document = document_path(self.file or Path("workload"))
        desk = Desk(
            base.pack,
            base.book,
            lambda: base.stock,
            lambda: style_of(base.settings, document),
            self.task,
            self.file,
            day,
            day_from,
            self._again,
            start.draft_file,
            start.before,
        )
        interview = Interview(
            questionnaire,
            start.values,
            {} if "project" in start.values else {"project": project_name(start.answers)},
            start.given - {*asks},
            desk.check,
            start.sources,
            set(start.draft.passed),
        )
        session = Session(desk, interview, start.answers)

        def measure(question: Question, path: str) -> Mapping[str, Value]:
            found = _counted(question, path)
            session.start = with_measures(session.answers, found, (), questionnaire)
            return {entry.question: session.start.values[entry.question] for entry in found}

        interview.measure = measure
        if asks:
            if not interview.only(asks):
                raise fail("is not asked, given the other answers.", Place("--ask", key=asks[0]))
        elif self.task == "edit":
            interview.finish()
        elif self.quick or start.draft.quick:
            settled = [key for key in questionnaire.ids if key in interview.settled and key not in interview.skipped]
            interview.take_the_quick_way(session.quick_way, settled)
        else:
            interview.skip_settled()
        return session

    def _start(self, questionnaire: Questionnaire) -> _Start:
        """Return what is answered before anything is asked: by options, counted files, the draft, the answers file."""
        from advisor.answers import Answers, read_answers, with_settings
        from advisor.drafts import Draft, DraftFile, draft_of
        from advisor.sources import ANSWERS_FILE, COMMAND_LINE, DRAFT, MEASURED, Source, chained, changed

        before = read_answers(self.file, questionnaire) if self.task == "edit" and self.file else None
        kept = before or Answers("answers")
        draft_file = DraftFile(draft_of(self.file))
        draft = draft_file.read(questionnaire) if self.resume else Draft(kept)
        if before and draft.before and before.digest != draft.before.digest:
            said = f"{self.file} has changed since the draft was begun; the draft is laid over what it says now."
            typer.echo(said, err=True)
        left = draft.over(kept)
        start = with_settings(left, self.settings, questionnaire)
        start = replace(start, source=str(self.file or "workload"))
        measures = self.measured.measures()
        set_here = [setting.partition("=")[0] for setting in self.settings]
        start = lay(start, measures, set_here, questionnaire)
        counted = [measure.question for measure in measures if measure.question not in set_here]
        values, sources = chained(
            [
                Source(COMMAND_LINE, {key: start.values.get(key) for key in set_here}),
                Source(MEASURED, {key: start.values.get(key) for key in counted}),
                Source(DRAFT, changed(kept.values, left.values)),
                Source(ANSWERS_FILE, kept.values),
            ]
        )
        if self.task == "new":
            start = replace(start, as_of=start.as_of or date.today())
        return _Start(start, values, sources, frozenset((*set_here, *counted)), draft, draft_file, before)

    def _no_terminal(self, session: Session) -> Exception:
        interview = session.interview
        missing = [name for name in interview.questionnaire.ids if name not in interview.values and name != "notes"]
        names = self.asks or missing
        return fail(
            "there is no terminal to ask in. Use --plain, which reads a line for each question, or --defaults with "
            f"--set KEY=VALUE. Nothing is answered for: {', '.join(names)}."
        )


def _counted(question: Question, path: str) -> list[Measure]:
    """Return what a file tells of a question; raises InputError for one that cannot be counted."""
    from advisor.measured.measure import FORMS

    try:
        found = Measured.of(question.id, Path(path)).measures()
    except InputError as error:
        problem = error.problems[0]
        place = f"{problem.place}: " if problem.place else ""
        raise fail(f"{place}{problem.message}", Place("answer"), accepted=FORMS[question.id]) from None
    if question.id not in {measure.question for measure in found}:
        raise fail(f"'{one_line(path)}' does not tell it.", Place("answer"), accepted=FORMS[question.id])
    return found


def _known(asks: tuple[str, ...], ids: tuple[str, ...]) -> tuple[str, ...]:
    for name in asks:
        if name not in ids or name == "notes":
            raise fail(
                f"unknown question '{one_line(name)}'.",
                Place("--ask"),
                accepted="the ids of the questionnaire (see `advise schema answers`)",
                nearest=nearest_name(name, ids),
            )
    return asks


def is_accessible() -> bool:
    """Return whether the environment asks for lines instead of a screen that is drawn again and again."""
    return os.environ.get("ACCESSIBLE", "") not in ("", "0") or os.environ.get("TERM") == "dumb"


def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
