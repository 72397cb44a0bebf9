"""What every command needs at the door: options, the pack and price book it stands on, the clock, standard output."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.errors import Place, fail

if TYPE_CHECKING:
    from advisor.answers import Answers
    from advisor.assessment import Assessment
    from advisor.packs.pack import Pack
    from advisor.pricebook.book import PriceBook

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
    typer.Option(
        "--rules",
        metavar="PACK",
        readable=False,
        help="A folder of rules, questions and texts that add to or replace the built-in ones by id.",
    ),
]
Prices = Annotated[
    Path | None,
    typer.Option(
        "--prices",
        metavar="OVERLAY",
        readable=False,
        help="A YAML file of price rows that add to or replace the built-in ones by id.",
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
    from advisor.packs.reader import load_pack
    from advisor.pricebook.book import load_book

    book = load_book(overlay=prices)
    return Ground(load_pack(providers=book.providers, extra=rules), book)


def price_date(answers: Answers, given: str | None) -> tuple[date, str]:
    """Return the date of all prices and where it comes from: the option, the answers file, or the clock."""
    from advisor.answers import read_date
    from advisor.assessment import FROM_OPTION

    if given is not None:
        return read_date(given, Place("--as-of")), FROM_OPTION
    if answers.as_of is not None:
        return answers.as_of, "from the answers file"
    return date.today(), "today, as the answers name no date"


def put(text: str) -> None:
    """Write to standard output as UTF-8; a reader that went away is no error, a full disk is."""
    if sys.stdout is None:
        raise fail("standard output is closed.", accepted="-o with a file")
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
