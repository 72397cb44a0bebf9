"""`advise diff`: what lies between two states of one workload."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from advisor.cli.door import AsOf, Ground, Prices, Rules, ground, load, price_date, put
from advisor.errors import Place, fail

if TYPE_CHECKING:
    from advisor.diff.contract import Difference
    from advisor.diff.sides import Given, Side

BUILT_IN: Final = "built-in"
"""What `--old-rules` and `--old-prices` are told to leave out what `--rules` and `--prices` add; `./built-in` is a
folder of that name."""


class DiffFormat(StrEnum):
    """How a difference is printed."""

    text = "text"
    json = "json"
    markdown = "markdown"


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="An answers file, a result (`run --format json`), REVISION:PATH of Git, or -."
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same workload later, in any of these forms.")],
    form: Annotated[
        DiffFormat, typer.Option("--format", help="Text, JSON, or a comment for a pull request.")
    ] = DiffFormat.text,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when anything changed.")] = False,
    as_of: AsOf = None,
    rules: Rules = None,
    prices: Prices = None,
    old_as_of: Annotated[
        str | None, typer.Option("--old-as-of", metavar="DATE", help="--as-of for the old side alone.")
    ] = None,
    old_rules: Annotated[
        str | None,
        typer.Option("--old-rules", metavar="PACK", help=f"--rules for the old side alone; {BUILT_IN} for none."),
    ] = None,
    old_prices: Annotated[
        str | None,
        typer.Option("--old-prices", metavar="OVERLAY", help=f"--prices for the old side alone; {BUILT_IN} for none."),
    ] = None,
) -> None:
    """Say what changed between two states of one workload, and which change does what.

    In a pull request: advise diff main:x.advise.json x.advise.json --format markdown
    """
    from advisor.diff.difference import difference
    from advisor.diff.sides import read

    if old == new == "-":
        raise fail("standard input can be read once.", Place("-"))
    given = read(old), read(new)
    _need_inputs(given, {"--as-of": as_of, "--prices": prices}, only_old=False)
    _need_inputs(given, {"--old-as-of": old_as_of, "--old-prices": old_prices, "--old-rules": old_rules}, only_old=True)
    after = ground(rules, prices, given[0].path if new == "-" else given[1].path)
    settings = after.settings
    own = settings._replace(rules=_own(old_rules, settings.rules), prices=_own(old_prices, settings.prices))
    before = after if own == settings else load(own)
    sides = _side(given[0], before, old_as_of or as_of), _side(given[1], after, as_of)
    found = difference(*sides)
    days = dict.fromkeys(side.dated for side in sides)
    typer.echo(f"Prices of {', then of '.join(days)}.", err=True)
    put(_printed(found, form, after, given))
    if exit_code and found.changed:
        raise typer.Exit(1)


def _own(old: str | None, new: Path | None) -> Path | None:
    return new if old is None else None if old == BUILT_IN else Path(old)


def _need_inputs(given: tuple[Given, Given], options: dict[str, object], *, only_old: bool) -> None:
    """Raise InputError for an option about how a side is assessed where that side, or both, are results."""
    answered = [not side.is_result for side in (given[:1] if only_old else given)]
    for name, value in options.items():
        if value is not None and not any(answered):
            raise fail("a result stands as it is and is not assessed again.", Place(name), accepted="answers files")


def _side(given: Given, base: Ground, as_of: str | None) -> Side:
    from advisor.diff.sides import answered_side, result_side

    if given.is_result:
        return result_side(given)
    return answered_side(given, base.pack, base.book, lambda answers: price_date(answers, as_of))


def _printed(found: Difference, form: DiffFormat, base: Ground, given: tuple[Given, Given]) -> str:
    if form is DiffFormat.json:
        from advisor.diff.to_json import json_of

        return json_of(found)
    if form is DiffFormat.markdown:
        from advisor.diff.comment import comment_of

        return comment_of(found, base.pack.names, given[0].path if given[1].path == "-" else given[1].path)
    from advisor.diff.text import text_of

    return text_of(found, base.pack.names)
