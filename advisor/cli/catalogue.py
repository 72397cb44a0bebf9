"""`advise rules`, `prices`, `schema` and `faq`: what the product stands on, in lists and one by one."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from advisor.cli.door import AsJson, Prices, Rules, ground, load, put
from advisor.config import Config
from advisor.errors import Place, fail

rules = typer.Typer(
    help="Rules and mistakes: list them, show one whole, run the rules' cases, or prove what holds of them.",
    no_args_is_help=True,
)
prices = typer.Typer(help="Prices: list our own rows, show all of a model, or check them.", no_args_is_help=True)

OnDay = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day of prices and ages, YYYY-MM-DD; else today."),
]


class SchemaName(StrEnum):
    """What `schema` prints."""

    answers = "answers"
    result = "result"
    explain = "explain"
    whatif = "whatif"
    check = "check"
    diff = "diff"
    rules = "rules"
    prices = "prices"
    cases = "cases"


@rules.command("list")
def rules_list(
    theme: Annotated[str | None, typer.Option("--theme", metavar="THEME", help="Only one theme.")] = None,
    as_json: AsJson = False,
    pack: Rules = None,
) -> None:
    """List every rule and mistake with its effect."""
    from advisor import rulebook
    from advisor.plain_json import dump

    base = ground(pack, None)
    found = rulebook.entries(base.pack, theme)
    put(dump(rulebook.to_json(base.pack, found)) + "\n" if as_json else rulebook.list_text(base.pack, found))


@rules.command("show")
def rules_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="A rule or a mistake.")],
    as_json: AsJson = False,
    pack: Rules = None,
) -> None:
    """Show one rule or mistake: condition, effect, reason, source and cases."""
    from advisor import rulebook
    from advisor.plain_json import dump

    found = rulebook.entry(ground(pack, None).pack, name)
    put(dump(rulebook.rule_json(found)) + "\n" if as_json else rulebook.show_text(found))


@rules.command("test")
def rules_test(as_json: AsJson = False, pack: Rules = None) -> None:
    """Run the cases of all rules and of the whole pack; a failing case, or a rule without both kinds, is an error."""
    from advisor import where
    from advisor.plain_json import dump
    from advisor.rule_tests.cases import read_pack_cases
    from advisor.rule_tests.runs import report_json, run_rule_tests
    from advisor.rule_tests.text import report_text

    base = ground(pack, None)
    tested = base.pack
    if base.settings.rules is None:
        report = run_rule_tests(tested, read_pack_cases(where.RULES, tested))
    else:
        below = load(Config()).pack
        built_in = read_pack_cases(where.RULES, tested, below)
        report = run_rule_tests(tested, read_pack_cases(base.settings.rules, tested), below, built_in)
    put(dump(report_json(report)) + "\n" if as_json else report_text(tested, report))
    if not report.passed:
        raise typer.Exit(1)


@rules.command("verify")
def rules_verify(
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps",
            metavar="N",
            min=1,
            help="After how many steps a search gives up; all together may take twenty times as many.",
        ),
    ] = None,
    as_json: AsJson = False,
    pack: Rules = None,
) -> None:
    """Prove what holds of the rules for every set of answers; an error or a warning exits with 1."""
    from advisor.plain_json import dump
    from advisor.search import STEPS
    from advisor.verify import report as proofs

    base = ground(pack, None).pack
    found = proofs.verify(base, steps or STEPS)
    put(dump(proofs.report_json(base, found)) + "\n" if as_json else proofs.report_text(base, found))
    if not found.clean:
        raise typer.Exit(1)


@prices.command("list")
def prices_list(
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Only one provider.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only one kind of price.")] = None,
    as_of: OnDay = None,
    as_json: AsJson = False,
    overlay: Prices = None,
) -> None:
    """List the own price rows with source and age."""
    from advisor import pricelist
    from advisor.plain_json import dump

    day, book = _day(as_of), ground(None, overlay).book
    entries = pricelist.row_entries(book, day, provider=provider, kind=kind)
    put(dump(pricelist.rows_json(book, entries, day)) + "\n" if as_json else pricelist.rows_text(book, entries, day))


@prices.command("show")
def prices_show(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model, or a service such as pinecone/standard.")],
    as_of: OnDay = None,
    as_json: AsJson = False,
    overlay: Prices = None,
) -> None:
    """Show every price that a model or service is billed with, now and as announced."""
    from advisor import pricelist
    from advisor.plain_json import dump

    day = _day(as_of)
    entry = pricelist.model_entry(ground(None, overlay).book, model, day)
    put(dump(pricelist.model_json(entry, day)) + "\n" if as_json else pricelist.model_text(entry, day))


@prices.command("check")
def prices_check(
    as_of: OnDay = None,
    as_json: AsJson = False,
    overlay: Prices = None,
) -> None:
    """Check the price book: overlapping dates fail; old rows and prices that differ elsewhere are warnings."""
    from advisor import pricecheck
    from advisor.plain_json import dump

    day, book = _day(as_of), ground(None, overlay).book
    found = pricecheck.check_prices(book, day)
    put(dump(pricecheck.check_json(found, day)) + "\n" if as_json else pricecheck.check_text(book, found, day))
    if any(entry.severity == "error" for entry in found):
        raise typer.Exit(1)


def _day(given: str | None) -> date:
    from advisor.answers import read_date

    return date.today() if given is None else read_date(given, Place("--as-of"))


def schema(
    name: Annotated[SchemaName, typer.Argument(help="Which contract.")],
    pack: Rules = None,
) -> None:
    """Print a JSON Schema: of answers, results, explanations, checks, differences, rule packs, price files or cases."""
    from advisor.plain_json import dump
    from advisor.schemas import schema as schema_of

    if name is not SchemaName.answers and pack is not None:
        raise fail(f"the schema of {name.value} is the same for every pack.", Place("--rules"))
    base = ground(pack, None) if name is SchemaName.answers else load(Config())
    put(dump(schema_of(name.value, base.pack)) + "\n")


def faq(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="Without one, the topics are listed.")] = None,
    as_json: AsJson = False,
    pack: Rules = None,
) -> None:
    """Answer a frequent question, with dated sources."""
    from advisor import faq as answers
    from advisor.plain_json import dump

    base = ground(pack, None).pack
    entries = base.faq if topic is None else (answers.topic(base, topic),)
    if as_json:
        put(dump(answers.faq_json(entries)) + "\n")
    else:
        put(answers.topics_text(base) if topic is None else answers.answer_text(entries[0]))
