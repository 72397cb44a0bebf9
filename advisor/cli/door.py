"""What every command needs at the door: options, the pack and price book it stands on, the clock, standard output."""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import completing
from advisor.config import Config
from advisor.config_search import Search
from advisor.errors import Place, fail
from advisor.fingerprint import BUILT_IN, Form, Style

if TYPE_CHECKING:
    from advisor.answers import Answers
    from advisor.assessment import Assessment
    from advisor.inputs import Stock
    from advisor.packs.pack import Pack
    from advisor.pricebook.book import PriceBook

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Date of all prices, YYYY-MM-DD; else that of the answers file, else today."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        autocompletion=completing.settings,
        help="Answer a question, over the file; repeatable.",
    ),
]
Rules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="PACK",
        envvar="ADVISE_RULES",
        readable=False,
        help="A folder of rules, questions and texts that add to or replace the built-in ones by id.",
    ),
]
Prices = Annotated[
    Path | None,
    typer.Option(
        "--prices",
        metavar="OVERLAY",
        envvar="ADVISE_PRICES",
        readable=False,
        help="A YAML file of price rows that add to or replace the built-in ones by id.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


SEARCH: ContextVar[Search] = ContextVar("search")
"""How configuration is found: what the options before the command say."""


@dataclass(frozen=True)
class Ground:
    """The pack and the price book that a command stands on, and the settings by which they were chosen: what the
    command line and the environment say, and below them the configuration."""

    pack: Pack
    book: PriceBook
    settings: Config

    @cached_property
    def stock(self) -> Stock:
        """The digests of all this, for fingerprints."""
        from advisor.inputs import stock

        return stock(self.settings.rules, self.settings.prices)

    def answers(self, file: Path | str | None, settings: list[str] | None) -> Answers:
        from advisor.answers import Answers, read_answers, with_settings

        questionnaire = self.pack.questionnaire
        read = Answers("answers") if file is None else read_answers(file, questionnaire)
        return with_settings(read, settings or (), questionnaire)

    def assess(self, answers: Answers, as_of: str | None) -> Assessment:
        from advisor.assessment import assess

        day, where_from = price_date(answers, as_of)
        return assess(answers, self.pack, self.book, day, where_from)


class Grounds:
    """What a command stands on, file by file: each has the configuration nearest to it, below the options."""

    def __init__(self, rules: Path | None, prices: Path | None) -> None:
        self.rules = rules
        self.prices = prices
        self._loaded: dict[Config, Ground] = {}

    def of(self, file: Path | str | None) -> Ground:
        """Return what holds for a file, or in the working directory; raises InputError for a bad configuration."""
        config = SEARCH.get().config(file)
        settings = config._replace(rules=self.rules or config.rules, prices=self.prices or config.prices)
        if settings not in self._loaded:
            self._loaded[settings] = load(settings)
        return self._loaded[settings]


def ground(rules: Path | None, prices: Path | None, file: Path | str | None = None) -> Ground:
    """Load the rules and prices of a command that reads at most one file."""
    return Grounds(rules, prices).of(file)


def load(settings: Config) -> Ground:
    """Load the built-in rules and prices with what is laid over them."""
    from advisor.packs.reader import load_pack
    from advisor.pricebook.book import load_book

    book = load_book(overlay=settings.prices)
    return Ground(load_pack(providers=book.providers, extra=settings.rules), book, settings)


def style_of(settings: Config, document: Path, form: Form = "md") -> Style:
    """Return how a document is written; an own template is named by its path from the document's folder."""
    from advisor.documents.templates import template_named

    chosen = settings.template or BUILT_IN[0]
    file = template_named(chosen).file
    name = chosen if file is None else Path(os.path.relpath(file, document.parent)).as_posix()
    return Style(form, name, settings.chart or "svg")


def price_date(answers: Answers, given: str | None) -> tuple[date, str]:
    """Return the date of all prices and where it comes from: the option, the answers file, or the clock."""
    if given is not None:
        from advisor.answers import read_date
        from advisor.assessment import FROM_OPTION

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
