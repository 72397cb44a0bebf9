"""`advise compare`, `explain` and `backtest`: what reads answers or cases and prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import completing
from advisor.cli.door import AsJson, AsOf, Prices, Rules, Settings, ground, price_date, put
from advisor.errors import Place, fail, one_line

if TYPE_CHECKING:
    from datetime import date

    from advisor.answers import Answers
    from advisor.pricebook.book import PriceBook


def compare(
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="An answers file.")] = None,
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            autocompletion=completing.models,
            help="A model; the first is the baseline; repeatable.",
        ),
    ] = None,
    all_tunable: Annotated[
        bool, typer.Option("--all-tunable", help="Add every priced model that can be tuned, cheapest first.")
    ] = False,
    tier: Annotated[
        str | None, typer.Option("--tier", metavar="TIER", help="Add the models of a tier: small, mid or large.")
    ] = None,
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="NAME", help="Add a provider's text models, cheapest first.")
    ] = None,
    settings: Settings = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a markdown table.")] = False,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Set models side by side on one workload; without --model, the current model is the baseline."""
    from advisor.compare import compare as compare_models
    from advisor.compare_text import to_markdown, to_table
    from advisor.plain_json import dump
    from advisor.workload_reader import workload_of

    if as_json and as_markdown:
        raise fail("--json and --markdown do not go together.", Place("compare"))
    base = ground(rules, prices, file)
    answers = base.answers(file, settings)
    day, where_from = price_date(answers, as_of)
    named = models or [_baseline(answers, base.book, day)]
    picked = _picked(base.book, answers, day, all_tunable, tier, provider)
    if not models and not picked:
        raise fail(
            "no model is named.",
            Place("--model"),
            accepted="--model once for each model, the baseline first, and --all-tunable, --tier or --provider",
        )
    workload = workload_of(answers, base.pack.questionnaire, base.pack.examples_needed)
    comparison = compare_models(named, answers, workload, base.book, day, picked)
    typer.echo(f"Prices of {day}, {where_from}.", err=True)
    if as_json:
        put(dump(comparison.to_dict()) + "\n")
    else:
        put(to_markdown(comparison) if as_markdown else to_table(comparison))


def _baseline(answers: Answers, book: PriceBook, day: date) -> str:
    """Return what models are compared with where none is named: the answered current model, else the shortlist's."""
    current = answers.values.get("current_model")
    return current if isinstance(current, str) else book.role("current", day).model


def _picked(
    book: PriceBook, answers: Answers, day: date, all_tunable: bool, tier: str | None, provider: str | None
) -> list[str]:
    from advisor import selection

    given = answers.values.get("tuning_access")
    access = frozenset(given) if isinstance(given, tuple) else None
    found = selection.all_tunable(book, day, access) if all_tunable else []
    found += selection.tier(book, tier, day) if tier is not None else []
    return found + (selection.of_provider(book, provider, day, access) if provider is not None else [])


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An answers file, or - for standard input.")],
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="ID", help="The full story of this rule; repeatable."),
    ] = None,
    why_not: Annotated[
        str | None,
        typer.Option(
            "--why-not",
            metavar="STRATEGY",
            help="What keeps a strategy from being recommended, and what would change that.",
        ),
    ] = None,
    as_of: AsOf = None,
    settings: Settings = None,
    as_json: AsJson = False,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Show every rule: fired, not fired or unknown, with each condition and the value it read."""
    from advisor.explain import rules as explaining
    from advisor.explain import why_not as missing
    from advisor.explain.rules_text import rules_text, stories_text
    from advisor.explain.to_json import rules_json, why_not_json
    from advisor.explain.why_not_text import why_not_text
    from advisor.plain_json import dump

    if rule and why_not is not None:
        raise fail("--rule and --why-not do not go together.", Place("explain"), accepted="one of the two")
    if why_not is not None:
        _check_strategy(why_not)
    base = ground(rules, prices, file)
    named = explaining.rules_named(base.pack, rule or (), Place("--rule"))
    assessment = base.assess(base.answers(file, settings), as_of)
    if why_not is not None:
        found = missing.why_not(assessment, why_not)
        text = dump(why_not_json(assessment, found)) + "\n" if as_json else why_not_text(assessment, found)
    else:
        entries = explaining.explained(assessment, named or explaining.all_rules(assessment))
        shown = stories_text if named else rules_text
        text = dump(rules_json(assessment, entries)) + "\n" if as_json else shown(assessment, entries)
    typer.echo(f"Prices of {assessment.as_of}, {assessment.as_of_from}.", err=True)
    put(text)


def _check_strategy(name: str) -> None:
    from advisor.errors import nearest_name
    from advisor.questions import STRATEGIES

    if name not in STRATEGIES:
        raise fail(
            f"unknown strategy '{one_line(name)}'.",
            Place("--why-not"),
            accepted=", ".join(STRATEGIES),
            nearest=nearest_name(name, STRATEGIES),
        )


def backtest(
    cases: Annotated[Path, typer.Argument(metavar="CASES", help="A YAML file of cases.")],
    mask: Annotated[
        list[str] | None,
        typer.Option("--mask", metavar="ANSWER", help="Leave an answer open; repeatable."),
    ] = None,
    mask_assumed: Annotated[
        bool, typer.Option("--mask-assumed", help="Leave open what a case's source does not state.")
    ] = False,
    as_json: AsJson = False,
    rules: Rules = None,
) -> None:
    """Hold the rules against published cases: how often they agree, and why where they do not."""
    from advisor import backtest as testing
    from advisor.cases import read_cases
    from advisor.plain_json import dump

    pack = ground(rules, None, cases).pack
    judged = testing.judge(read_cases(cases), pack, mask or (), mask_assumed=mask_assumed)
    result = testing.backtest(judged, pack)
    put(dump(result.to_dict()) + "\n" if as_json else testing.backtest_text(judged, result))
