"""`advise check`, the gate for pull requests; its simplest case is answered before this is imported (`quick`)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.check.findings import ALWAYS, CODES, FAIL_ON, Checked, exit_code
from advisor.cli.door import Prices, Rules, ground, put
from advisor.errors import Place, fail, nearest_name, one_line

if TYPE_CHECKING:
    from decimal import Decimal


class OutputFormat(StrEnum):
    """How findings are printed."""

    full = "full"
    concise = "concise"
    json = "json"
    github = "github"


def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Answers files, documents, or folders in which answers files are looked for."
        ),
    ],
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="CODE", help=f"What exits with 1; repeatable; else {', '.join(FAIL_ON)}."),
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found in good files.")
    ] = False,
    tolerance: Annotated[
        str, typer.Option("--tolerance", metavar="PERCENT", help="How far the cost of the recommendation may move.")
    ] = "10%",
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="The day of the warnings, YYYY-MM-DD; else today.")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what `advise run` would change in the documents.")] = False,
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
    from advisor.inputs import stock

    failing = _codes(fail_on)
    allowed = _share(tolerance)
    day = date.today() if today is None else read_date(today, Place("--today"))
    found = targets(paths)
    base = ground(rules, prices)
    judge = Judge(base.pack, base.book, stock(rules, prices), day, allowed, diff)
    checked = tuple(judge.check(target) for target in found)
    put(_printed(checked, failing, form, day))
    if code := exit_code(checked, frozenset() if exit_zero else failing):
        raise typer.Exit(code)


def _printed(checked: tuple[Checked, ...], failing: frozenset[str], form: OutputFormat, day: date) -> str:
    from advisor.check.github import github_of
    from advisor.check.text import text_of
    from advisor.check.to_json import json_of

    if form is OutputFormat.json:
        return json_of(checked, failing, day.isoformat())
    if form is OutputFormat.github:
        return github_of(checked, failing)
    return text_of(checked, failing, form is OutputFormat.concise)


def _codes(given: list[str] | None) -> frozenset[str]:
    """Return the codes that are to fail; several may stand in one option, with commas between them."""
    if given is None:
        return frozenset(FAIL_ON)
    known = [code for code in CODES if code != ALWAYS]
    names = [name.strip() for text in given for name in text.split(",")]
    for name in names:
        if name not in known:
            raise fail(
                f"no finding has the code '{one_line(name)}'.",
                Place("--fail-on"),
                accepted=", ".join(known),
                nearest=nearest_name(name, known),
            )
    return frozenset(names)


def _share(text: str) -> Decimal:
    """Return a share written as a percentage, with or without its sign: `10%` and `10` are 0.1."""
    from decimal import Decimal, InvalidOperation

    try:
        share = Decimal(text.removesuffix("%").strip()) / 100
    except InvalidOperation:
        share = Decimal(-1)
    if not (share.is_finite() and share >= 0):
        raise fail(f"'{one_line(text)}' is no percentage.", Place("--tolerance"), accepted="0 or more, such as 10%")
    return share
