"""`advise run`: writes documents."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from advisor.cli import batching
from advisor.cli.door import AsOf, Ground, Grounds, Prices, Rules, Settings, put, style_of
from advisor.errors import Place, Problem, fail
from advisor.fingerprint import BUILT_IN

if TYPE_CHECKING:
    from advisor.assessment import Assessment
    from advisor.documents.bundle import Bundle
    from advisor.fingerprint import Form, Style


class Format(StrEnum):
    """What `run` writes."""

    md = "md"
    html = "html"
    json = "json"


class ChartChoice(StrEnum):
    """How charts are printed."""

    svg = "svg"
    mermaid = "mermaid"
    none = "none"


def run(
    context: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Answers files, or - for standard input.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="PATH", help="Where to write; - prints; with several files a folder."),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            envvar="ADVISE_FORMAT",
            help="A markdown document, a page of HTML, or the result as JSON; else md.",
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="NAME|PATH",
            envvar="ADVISE_TEMPLATE",
            help=f"{', '.join(BUILT_IN)}, or the path of your own; else {BUILT_IN[0]}.",
        ),
    ] = None,
    chart: Annotated[
        ChartChoice | None,
        typer.Option(
            "--chart",
            envvar="ADVISE_CHART",
            help="Pictures beside the document, blocks that a viewer draws, or none; printed documents: none.",
        ),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch", metavar="PATH", help="A file of many workloads, .jsonl, .csv or .parquet: a row out for each."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="With --batch: end at the first bad row.")] = False,
    summary: Annotated[
        Path | None,
        typer.Option("--summary", metavar="PATH", help="With --batch: where to write what it comes to, as markdown."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="With --batch: how many processes; else one for each core."),
    ] = None,
    as_of: AsOf = None,
    settings: Settings = None,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Write the recommendation for answers files."""
    if batch is not None:
        if files or settings or _typed(context, "form", "template", "chart"):
            beside = "-o, --strict, --summary, --jobs, --as-of, --rules and --prices"
            raise fail(f"goes with {beside} alone.", Place("--batch"))
        batching.batch(batch, batching.Options(output, summary, strict, jobs, as_of, rules, prices))
        return
    alone = {"--strict": strict, "--summary": summary, "--jobs": jobs}
    if any(alone.values()):
        raise fail("goes with --batch.", Place(next(name for name, given in alone.items() if given)))
    if not files:
        raise fail("nothing is named to run.", Place("run"), accepted="FILE..., or --batch PATH")
    from advisor.documents.placing import place
    from advisor.errors import InputError
    from advisor.files import write_atomically

    grounds = Grounds(rules, prices)
    bases = [grounds.of(file) for file in files]
    form = form or _format(bases)
    targets = _targets(files, output, form)
    press = _Press(form, template, chart, settings or [], len(files))
    made: list[tuple[Path | None, Bundle, str]] = []
    problems: list[Problem] = []
    for file, base, target in zip(files, bases, targets, strict=True):
        try:
            assessment = base.assess(base.answers(file, settings), as_of)
            made.append((target, press.made(file, target, base, assessment), _dated(assessment)))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    _keep_apart(files, targets)
    for target, found, dated in made:
        if target is None:
            typer.echo(dated[0].upper() + dated[1:] + ".", err=True)
            put(found.text)
        else:
            json = form is Format.json
            changed = write_atomically(target, found.text) if json else place(target, found.text, found.pictures)
            typer.echo(f"{'Wrote' if changed else 'Unchanged:'} {target} ({dated})", err=True)


def _typed(context: typer.Context, *options: str) -> bool:
    """Return whether any of some options stands on the command line, rather than in the environment."""
    sources = (context.get_parameter_source(option) for option in options)
    return any(source is not None and source.name == "COMMANDLINE" for source in sources)


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


PRINTED: Final = Path("printed.md")
"""Stands for the path of a document that is printed: beside it, in the working folder, lies nothing."""


@dataclass(frozen=True)
class _Press:
    """Makes what `run` writes of each answers file; what is None is as configured for that file."""

    form: Format
    template: str | None
    chart: ChartChoice | None
    settings: list[str]
    count: int

    def made(self, file: str, target: Path | None, base: Ground, assessment: Assessment) -> Bundle:
        """Return what is to be written for an answers file, with its fingerprint where one belongs under it."""
        from advisor.documents.bundle import Bundle, bundle, sealed_bundle

        if self.form is Format.json:
            from advisor.plain_json import dump
            from advisor.result import result_of

            return Bundle(dump(result_of(assessment).to_dict(), None if self.count > 1 else 2) + "\n", {})
        document = target or PRINTED
        style = self._style(base, document, printed=target is None)
        if file == "-":
            return bundle(assessment, style, document)
        from advisor.files import read_raw

        answers = Path(file).name, read_raw(file)
        return sealed_bundle(assessment, base.stock, answers, style, document, self.settings)

    def _style(self, base: Ground, document: Path, *, printed: bool) -> Style:
        """Return how a document is written; nothing lies beside one that is printed."""
        form: Form = "html" if self.form is Format.html else "md"
        alone = printed and form == "md"
        if alone and self.chart is ChartChoice.svg:
            raise fail(
                "a document that is printed has no pictures beside it.", Place("--chart svg"), accepted="-o FILE"
            )
        chart = self.chart.value if self.chart else base.settings.chart
        chart = "none" if alone and chart in (None, "svg") else chart
        template = self.template or base.settings.template
        return style_of(base.settings._replace(template=template, chart=chart), document, form)


def _dated(assessment: Assessment) -> str:
    return f"prices of {assessment.as_of}, {assessment.as_of_from}"


def _targets(files: list[str], output: str | None, form: Format) -> list[Path | None]:
    """Return where each document goes; None stands for standard output."""
    from advisor.answers import document_path, stem
    from advisor.files import is_folder

    if files.count("-") > 1:
        raise fail("standard input can be read once.", Place("-"))
    if output is not None and (not output or (output.endswith(("/", os.sep)) and not is_folder(Path(output)))):
        raise fail("no such folder.", Place(f"-o {output}"), accepted="a file, an existing folder, or -")
    if output == "-" or (output is None and form is Format.json):
        return [None] * len(files)
    if output is None:
        return [
            None if file == "-" else document_path(Path(file), "html" if form is Format.html else "md")
            for file in files
        ]
    path = Path(output)
    if len(files) == 1 and not is_folder(path):
        return [path]
    if not is_folder(path):
        raise fail("is not a folder, and there are several files.", Place(output), accepted="an existing folder, or -")
    stems = [stem(Path("workload" if file == "-" else file)) for file in files]
    ending = ".result.json" if form is Format.json else f".advise.{form.value}"
    return [path / f"{name}{ending}" for name in stems]


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
