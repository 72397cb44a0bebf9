"""The command line: reads files and the clock, calls the rooms, prints. Data on stdout, messages on stderr.

Exit codes: 0 done; 2 bad usage or bad input; 130 stopped, with a draft saved.
"""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from advisor.errors import AdviseError, Place, Problem, Stopped, fail

if TYPE_CHECKING:
    from advisor.answers import Answers
    from advisor.assessment import Assessment
    from advisor.packs import Pack
    from advisor.pricebook.book import PriceBook

app = typer.Typer(
    name="advise",
    help="Should this LLM workload stay with prompting, add retrieval, be fine-tuned, or combine them - and what does "
    "it cost?",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


DEBUG: list[bool] = []
"""Holds something when a traceback was asked for."""


class Format(StrEnum):
    """What `run` writes."""

    md = "md"
    json = "json"


class SchemaName(StrEnum):
    """What `schema` prints."""

    answers = "answers"
    result = "result"


AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Date of all prices, YYYY-MM-DD; else that of the answers file, else today."
    ),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Answer a question, over the file; repeatable.")
]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", metavar="PACK", help="A folder of rules that add to or replace the built-in ones by id."),
]
Prices = Annotated[
    Path | None,
    typer.Option(
        "--prices", metavar="OVERLAY", help="A YAML file of price rows that add to or replace the built-in ones by id."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True)
class Ground:
    """The pack and the price book that a command stands on."""

    pack: Pack
    book: PriceBook

    def answers(self, file: Path | str | None, settings: list[str] | None) -> Answers:
        from advisor.answers import Answers, read_answers, with_settings

        questionnaire = self.pack.questionnaire
        read = Answers("answers") if file is None else read_answers(file, questionnaire)
        return with_settings(read, settings or (), questionnaire)

    def assess(self, answers: Answers, as_of: str | None) -> Assessment:
        from advisor.assessment import assess

        day, where_from = price_date(answers, as_of)
        return assess(answers, self.pack, self.book, day, where_from)


def ground(rules: Path | None, prices: Path | None) -> Ground:
    """Load the rules and prices of a command."""
    from advisor.pack_reader import load_pack
    from advisor.pricebook.book import load_book

    book = load_book(overlay=prices)
    return Ground(load_pack(providers=book.providers, extra=rules), book)


def price_date(answers: Answers, given: str | None) -> tuple[date, str]:
    """Return the date of all prices and where it comes from: the option, the answers file, or the clock."""
    from advisor.answers import read_date

    if given is not None:
        return read_date(given, Place("--as-of")), "given with --as-of"
    if answers.as_of is not None:
        return answers.as_of, "from the answers file"
    return date.today(), "today, as the answers name no date"


def put(text: str) -> None:
    """Write to standard output as UTF-8; a reader that went away is no error, a full disk is."""
    try:
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            stream.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(0) from None
        raise fail(f"standard output cannot be written: {error.strerror}.") from None


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where something fails.")] = False,
) -> None:
    if debug:
        DEBUG.append(True)
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"advise {version_of('llm-advisor')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        new(None)


@app.command()
def new(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="The answers file to write, NAME.advise.json; else named after the project."
        ),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line, without redraw; works through a pipe.")] = False,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing; what is not set stays open.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the draft that was saved.")] = False,
    settings: Settings = None,
) -> None:
    """Ask the questions, write the answers file and the recommendation."""
    from dataclasses import replace

    from advisor.asking import Desk, answers_path, ask, draft_of, must_be_free

    file = None if file is None else answers_path(file)
    must_be_free(file, resume)
    base = ground(None, None)
    start = base.answers(draft_of(file) if resume else None, settings)
    start = replace(start, source=str(file or "workload"), as_of=start.as_of or date.today())
    asks = not defaults
    if asks and not plain and (sys.stdin is None or not sys.stdin.isatty()):
        missing = [key for key in base.pack.questionnaire.ids if key not in start.values and key != "notes"]
        raise fail(
            "there is no terminal to ask in. Use --plain, which reads a line for each question, or --defaults with "
            f"--set KEY=VALUE. Nothing is answered for: {', '.join(missing)}."
        )
    desk = Desk(base.pack, base.book, file, frozenset(setting.partition("=")[0] for setting in settings or ()))
    written, document, assessment = ask(desk, start, put) if asks else desk.finish(start)
    typer.echo(f"Wrote {written} and {document}.\n{_headline(assessment)}", err=True)
    typer.echo(
        f"Next: advise run {shlex.quote(str(written))} | advise explain {shlex.quote(str(written))} | "
        f"advise run {shlex.quote(str(written))} --format json",
        err=True,
    )


def _headline(assessment: Assessment) -> str:
    from advisor.documents.view import view_of

    view = view_of(assessment)
    return f"Recommendation: {view.name} ({view.verdict}). {view.margin_words}. {view.money}."


@app.command()
def run(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Answers files, or - for standard input.")],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="PATH", help="Where to write; - prints; with several files a folder."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="A markdown document, or the result as JSON.")] = Format.md,
    as_of: AsOf = None,
    settings: Settings = None,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Write the recommendation for answers files."""
    from advisor.errors import InputError
    from advisor.files import write_atomically

    base = ground(rules, prices)
    targets = _targets(files, output, form)
    made: list[tuple[Path | None, str, str]] = []
    problems: list[Problem] = []
    for file, target in zip(files, targets, strict=True):
        try:
            assessment = base.assess(base.answers(file, settings), as_of)
            made.append((target, _rendered(assessment, form, len(files)), _dated(assessment)))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    _keep_apart(files, targets)
    for target, text, dated in made:
        if target is None:
            typer.echo(dated[0].upper() + dated[1:] + ".", err=True)
            put(text)
        else:
            changed = write_atomically(target, text)
            typer.echo(f"{'Wrote' if changed else 'Unchanged:'} {target} ({dated})", err=True)


def _rendered(assessment: Assessment, form: Format, count: int) -> str:
    if form is Format.json:
        from advisor.plain_json import dump
        from advisor.result import result_of

        return dump(result_of(assessment).to_dict(), None if count > 1 else 2) + "\n"
    from advisor.documents.markdown import render

    return render(assessment)


def _dated(assessment: Assessment) -> str:
    return f"prices of {assessment.as_of}, {assessment.as_of_from}"


def _targets(files: list[str], output: str | None, form: Format) -> list[Path | None]:
    """Return where each document goes; None stands for standard output."""
    from advisor.answers import document_path

    ending = ".json" if form is Format.json else ".md"
    if files.count("-") > 1:
        raise fail("standard input can be read once.", Place("-"))
    if output is not None and (not output or (output.endswith(("/", os.sep)) and not Path(output).is_dir())):
        raise fail("no such folder.", Place(f"-o {output}"), accepted="a file, an existing folder, or -")
    if output == "-" or (output is None and form is Format.json):
        return [None] * len(files)
    if output is None:
        return [None if file == "-" else document_path(Path(file)) for file in files]
    path = Path(output)
    if len(files) == 1 and not path.is_dir():
        return [path]
    if not path.is_dir():
        raise fail("is not a folder, and there are several files.", Place(output), accepted="an existing folder, or -")
    names = [document_path(Path("workload" if file == "-" else file)).with_suffix(ending).name for file in files]
    return [path / name for name in names]


def _keep_apart(files: list[str], targets: list[Path | None]) -> None:
    """Raise InputError where a document would be written over an answers file or over another document."""
    inputs = {os.path.realpath(file) for file in files if file != "-"}
    seen: set[str] = set()
    for target in targets:
        if target is None:
            continue
        path = os.path.realpath(target)
        if path in inputs:
            raise fail(
                "is an answers file and would be overwritten by what is made of it.",
                Place(str(target)),
                accepted="another name",
            )
        if path in seen:
            raise fail("two documents would be written here.", Place(str(target)), accepted="a file for each")
        seen.add(path)


@app.command()
def compare(
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="An answers file.")] = None,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="MODEL", help="A model; the first is the baseline; repeatable."),
    ] = None,
    settings: Settings = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    prices: Prices = None,
) -> None:
    """Set models side by side on one workload."""
    from advisor.compare import compare as compare_models
    from advisor.compare import to_table
    from advisor.plain_json import dump
    from advisor.workload import workload_of

    if not models:
        raise fail("no model is named.", Place("--model"), accepted="--model once for each model, the baseline first")
    if len(set(models)) < len(models):
        raise fail("a model is named twice.", Place("--model"))
    base = ground(None, prices)
    answers = base.answers(file, settings)
    day, where_from = price_date(answers, as_of)
    workload = workload_of(answers, base.pack.questionnaire, base.pack.examples_needed)
    comparison = compare_models(models, answers, workload, base.book, day)
    typer.echo(f"Prices of {day}, {where_from}.", err=True)
    put(dump(comparison.to_dict()) + "\n" if as_json else to_table(comparison))


@app.command()
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An answers file, or - for standard input.")],
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only this rule.")] = None,
    why_not: Annotated[
        str | None, typer.Option("--why-not", metavar="STRATEGY", help="What keeps a strategy from being recommended.")
    ] = None,
    as_of: AsOf = None,
    settings: Settings = None,
    as_json: AsJson = False,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Show every rule: fired, not fired or unknown, with each condition and the value it read."""
    from advisor import explain as explaining
    from advisor.errors import nearest_name
    from advisor.plain_json import dump
    from advisor.questions import STRATEGIES

    if why_not is not None and why_not not in STRATEGIES:
        raise fail(
            f"unknown strategy '{why_not}'.",
            Place("--why-not"),
            accepted=", ".join(STRATEGIES),
            nearest=nearest_name(why_not, STRATEGIES),
        )
    if rule is not None and why_not is not None:
        raise fail("--rule and --why-not do not go together.", Place("explain"))
    base = ground(rules, prices)
    if rule is not None:
        base.pack.rule(rule, Place("--rule"))
    assessment = base.assess(base.answers(file, settings), as_of)
    if why_not is not None:
        found: Any = explaining.why_not(assessment, why_not)
        text = explaining.why_not_text(assessment, why_not)
    else:
        wanted = [entry for entry in explaining.explained_rules(assessment) if rule in (None, entry.rule.id)]
        found, text = explaining.to_json(assessment, wanted), explaining.to_text(assessment, wanted)
    typer.echo(f"Prices of {assessment.as_of}, {assessment.as_of_from}.", err=True)
    put(dump(found) + "\n" if as_json else text)


@app.command()
def schema(
    name: Annotated[SchemaName, typer.Argument(help="Which contract.")],
    rules: Rules = None,
) -> None:
    """Print the JSON Schema of answers files or of results."""
    from advisor.plain_json import dump

    if name is SchemaName.result and rules is not None:
        raise fail("the schema of results is the same for every pack.", Place("--rules"))
    if name is SchemaName.answers:
        from advisor.answers import answers_schema

        put(dump(answers_schema(ground(rules, None).pack.questionnaire)) + "\n")
    else:
        from advisor.contract import result_schema

        put(dump(result_schema()) + "\n")


def main() -> NoReturn:
    """Run the command line; expected failures are printed without a traceback."""
    try:
        app(prog_name="advise")
    except AdviseError as error:
        if DEBUG:
            traceback.print_exc()
        prefix = "" if isinstance(error, Stopped) else "error: "
        for line in str(error).splitlines():
            print(prefix + line.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(0)
