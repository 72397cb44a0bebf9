"""The command line: reads files and the clock, calls the rooms, prints. Data on stdout, messages on stderr.

Exit codes: 0 done; 1 a check failed; 2 bad usage or bad input; 130 stopped, with a draft saved.
"""

from __future__ import annotations

import os
import sys
import traceback
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from advisor.cli import catalogue, checking, completing, differing, interviewing, looking, starting, trying, writing
from advisor.cli.door import SEARCH
from advisor.config_search import Search
from advisor.errors import AdviseError, Stopped


class Root(TyperGroup):
    """The command without a subcommand; its options on configuration may stand behind a subcommand as well."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        front: list[str] = []
        rest: list[str] = []
        words = iter(args)
        for word in words:
            if word == "--":
                rest += [word, *words]
            elif word == "--config":
                front += [word, *islice(words, 1)]
            else:
                (front if word == "--isolated" or word.startswith("--config=") else rest).append(word)
        if front[-1:] == ["--config"]:  # nothing follows it, and it must not take the name of the command
            rest = []
        return super().parse_args(ctx, [*front, *rest])


app = typer.Typer(
    name="advise",
    cls=Root,
    help="Should this LLM workload stay with prompting, add retrieval, be fine-tuned, or combine them - and what does "
    "it cost?",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(interviewing.new)
app.command()(interviewing.edit)
app.command()(writing.run)
app.command()(looking.compare)
app.command()(looking.explain)
app.command()(trying.whatif)
app.command()(checking.check)
app.command()(differing.diff)
app.command()(starting.init)
app.command()(looking.backtest)
app.add_typer(catalogue.rules, name="rules")
app.add_typer(catalogue.prices, name="prices")
app.command()(catalogue.schema)
app.command()(catalogue.faq)

DEBUG: list[bool] = []
"""Holds something when a traceback was asked for."""


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where something fails.")] = False,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="PATH",
            envvar="ADVISE_CONFIG",
            readable=False,
            help="The configuration, instead of the advise.toml or pyproject.toml nearest to the file.",
        ),
    ] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", envvar="ADVISE_ISOLATED", help="Read no configuration.")
    ] = False,
) -> None:
    SEARCH.set(Search(config, isolated))
    if debug:
        DEBUG.append(True)
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"advise {version_of('llm-advisor')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        rules, prices = (
            Path(text) if (text := os.environ.get(f"ADVISE_{name}")) else None for name in ("RULES", "PRICES")
        )
        interviewing.new(None, rules=rules, prices=prices)


def main() -> NoReturn:
    """Run the command line; expected failures are printed without a traceback."""
    completing.rejoin(os.environ)
    try:
        app(prog_name="advise")
    except AdviseError as error:
        if DEBUG:
            traceback.print_exc()
        prefix = "" if isinstance(error, Stopped) else "error: "
        for line in str(error).splitlines():
            print(prefix + line.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:  # what typer itself prints: --help and --version on a full disk
        if DEBUG:
            traceback.print_exc()
        where = f"{error.filename}: " if error.filename else "standard output cannot be written: "
        print(f"error: {where}{error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(2)
    sys.exit(0)
