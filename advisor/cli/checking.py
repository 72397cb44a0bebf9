"""`advise check`, the gate for pull requests; its simplest case is answered before this is imported (`quick`)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.check.findings import FAIL_ON, Checked, exit_code
from advisor.check.strictness import CHOICES, PERCENTAGE, TOLERANCE, codes_of, share_of, unknown_code
from advisor.cli.door import Grounds, Prices, Rules, put
from advisor.errors import Place, fail, nearest_name, one_line

if TYPE_CHECKING:
    from decimal import Decimal


class OutputFormat(StrEnum):
    """How findings are printed."""

    full = "full"
    concise = "concise"
    json = "json"
    github = "github"
    sarif = "sarif"


def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Answers files, documents, or folders in which answers files are looked for."
        ),
    ],
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="CODE",
            envvar="ADVISE_FAIL_ON",
            help=f"What exits with 1; repeatable; else {', '.join(FAIL_ON)}.",
        ),
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found in good files.")
    ] = False,
    tolerance: Annotated[
        str | None,
        typer.Option(
            "--tolerance",
            metavar="PERCENT",
            envvar="ADVISE_TOLERANCE",
            help=f"How far the cost of the recommendation may move; else {TOLERANCE}.",
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="The day of the warnings, YYYY-MM-DD; else today.")
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what would change in documents that are written anew.")
    ] = False,
    form: Annotated[
        OutputFormat, typer.Option("--output-format", help="How findings are printed.")
    ] = OutputFormat.full,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Check that documents are what their answers, rules and prices give."""
    from advisor.answers import read_date
    from advisor.check.judge import Judge
    from advisor.check.targets import targets

    asked = None if fail_on is None else _codes(fail_on)
    share = None if tolerance is None else _share(tolerance)
    day = date.today() if today is None else read_date(today, Place("--today"))
    grounds = Grounds(rules, prices)
    checked = []
    for target in targets(paths):
        base = grounds.of(target.answers)
        allowed = _share(base.settings.tolerance or TOLERANCE) if share is None else share
        failing = asked or base.settings.fail_on or frozenset(FAIL_ON)
        checked.append(Judge(base.pack, base.book, base.stock, day, allowed, failing, diff).check(target))
    put(_printed(tuple(checked), form, day))
    if code := exit_code(tuple(checked), exit_zero):
        raise typer.Exit(code)


def _printed(checked: tuple[Checked, ...], form: OutputFormat, day: date) -> str:
    from advisor.check.github import github_of
    from advisor.check.sarif import sarif_of
    from advisor.check.text import text_of
    from advisor.check.to_json import json_of

    if form is OutputFormat.json:
        return json_of(checked, day.isoformat())
    if form is OutputFormat.github:
        return github_of(checked)
    if form is OutputFormat.sarif:
        return sarif_of(checked)
    return text_of(checked, form is OutputFormat.concise)


def _codes(given: list[str]) -> frozenset[str]:
    """Return the codes that are to fail; several may stand in one option, with commas between them."""
    names = codes_of(given)
    if (name := unknown_code(names)) is not None:
        raise fail(
            f"no finding has the code '{one_line(name)}'.",
            Place("--fail-on"),
            accepted=", ".join(CHOICES),
            nearest=nearest_name(name, CHOICES),
        )
    return frozenset(names)


def _share(text: str) -> Decimal:
    if (share := share_of(text)) is None:
        raise fail(f"'{one_line(text)}' is no percentage.", Place("--tolerance"), accepted=PERCENTAGE)
    return share
