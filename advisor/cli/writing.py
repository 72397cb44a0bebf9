"""`advise new` and `advise run`: what writes answers files and documents."""

from __future__ import annotations

import os
import shlex
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli.door import AsOf, Ground, Grounds, Prices, Rules, Settings, ground, put
from advisor.errors import Place, Problem, fail

if TYPE_CHECKING:
    from advisor.assessment import Assessment
    from advisor.fingerprint import Inputs


class Format(StrEnum):
    """What `run` writes."""

    md = "md"
    json = "json"


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
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Ask the questions, write the answers file and the recommendation."""
    from dataclasses import replace

    from advisor.asking import Desk, answers_path, ask, draft_of, must_be_free

    file = None if file is None else answers_path(file)
    own = _repeated(rules, prices)
    must_be_free(file, resume, own)
    base = ground(rules, prices, file)
    start = base.answers(draft_of(file) if resume else None, settings)
    start = replace(start, source=str(file or "workload"), as_of=start.as_of or date.today())
    asks = not defaults
    if asks and not plain and (sys.stdin is None or not sys.stdin.isatty()):
        missing = [key for key in base.pack.questionnaire.ids if key not in start.values and key != "notes"]
        raise fail(
            "there is no terminal to ask in. Use --plain, which reads a line for each question, or --defaults with "
            f"--set KEY=VALUE. Nothing is answered for: {', '.join(missing)}."
        )
    given = frozenset(setting.partition("=")[0] for setting in settings or ())
    desk = Desk(base.pack, base.book, base.stock, file, given, own)
    written, document, assessment = ask(desk, start, put) if asks else desk.finish(start)
    typer.echo(f"Wrote {written} and {document}.\n{_headline(assessment)}", err=True)
    again = shlex.join([str(written), *own])
    typer.echo(f"Next: advise run {again} | advise explain {again} | advise run {again} --format json", err=True)


def _repeated(rules: Path | None, prices: Path | None) -> tuple[str, ...]:
    """Return the options that the commands after this one need as well; what is configured needs none."""
    given = (("--rules", rules), ("--prices", prices))
    return tuple(word for option, path in given if path is not None for word in (option, str(path)))


def _headline(assessment: Assessment) -> str:
    from advisor.documents.view import view_of

    view = view_of(assessment)
    return f"Recommendation: {view.name} ({view.verdict}). {view.margin_words}. {view.money}."


def run(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Answers files, or - for standard input.")],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="PATH", help="Where to write; - prints; with several files a folder."),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format", envvar="ADVISE_FORMAT", help="A markdown document, or the result as JSON.  [default: md]"
        ),
    ] = None,
    as_of: AsOf = None,
    settings: Settings = None,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Write the recommendation for answers files."""
    from advisor.errors import InputError
    from advisor.files import read_raw, write_atomically

    grounds = Grounds(rules, prices)
    bases = [grounds.of(file) for file in files]
    form = form or _format(bases)
    targets = _targets(files, output, form)
    made: list[tuple[Path | None, str, str]] = []
    problems: list[Problem] = []
    for file, base, target in zip(files, bases, targets, strict=True):
        try:
            has_fingerprint = form is not Format.json and file != "-"
            inputs = base.stock.inputs(Path(file).name, read_raw(file), settings or ()) if has_fingerprint else None
            assessment = base.assess(base.answers(file, settings), as_of)
            made.append((target, _rendered(assessment, form, len(files), inputs), _dated(assessment)))
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


def _format(bases: list[Ground]) -> Format:
    """Return the format that is configured; raises InputError where files that are run together have two of them."""
    formats = {base.settings.format or Format.md.value for base in bases}
    if len(formats) > 1:
        raise fail(
            "the configurations of these files ask for different formats.",
            Place("--format"),
            accepted="--format with one of them, or a run for each",
        )
    return Format(formats.pop())


def _rendered(assessment: Assessment, form: Format, count: int, inputs: Inputs | None) -> str:
    if form is Format.json:
        from advisor.plain_json import dump
        from advisor.result import result_of

        return dump(result_of(assessment).to_dict(), None if count > 1 else 2) + "\n"
    from advisor.documents.markdown import render

    return render(assessment, inputs)


def _dated(assessment: Assessment) -> str:
    return f"prices of {assessment.as_of}, {assessment.as_of_from}"


def _targets(files: list[str], output: str | None, form: Format) -> list[Path | None]:
    """Return where each document goes; None stands for standard output."""
    from advisor.answers import document_path
    from advisor.files import is_folder

    ending = ".json" if form is Format.json else ".md"
    if files.count("-") > 1:
        raise fail("standard input can be read once.", Place("-"))
    if output is not None and (not output or (output.endswith(("/", os.sep)) and not is_folder(Path(output)))):
        raise fail("no such folder.", Place(f"-o {output}"), accepted="a file, an existing folder, or -")
    if output == "-" or (output is None and form is Format.json):
        return [None] * len(files)
    if output is None:
        return [None if file == "-" else document_path(Path(file)) for file in files]
    path = Path(output)
    if len(files) == 1 and not is_folder(path):
        return [path]
    if not is_folder(path):
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
