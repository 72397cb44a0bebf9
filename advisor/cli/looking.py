"""`advise compare` and `advise explain`: what reads answers files and prints."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from advisor.cli.door import AsJson, AsOf, Prices, Rules, Settings, ground, price_date, put
from advisor.errors import Place, fail


def compare(
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="An answers file.")] = None,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="MODEL", help="A model; the first is the baseline; repeatable."),
    ] = None,
    settings: Settings = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    prices: Prices = None,
) -> None:
    """Set models side by side on one workload."""
    from advisor.compare import compare as compare_models
    from advisor.compare import to_table
    from advisor.plain_json import dump
    from advisor.workload import workload_of

    if not models:
        raise fail("no model is named.", Place("--model"), accepted="--model once for each model, the baseline first")
    if len(set(models)) < len(models):
        raise fail("a model is named twice.", Place("--model"))
    base = ground(None, prices)
    answers = base.answers(file, settings)
    day, where_from = price_date(answers, as_of)
    workload = workload_of(answers, base.pack.questionnaire, base.pack.examples_needed)
    comparison = compare_models(models, answers, workload, base.book, day)
    typer.echo(f"Prices of {day}, {where_from}.", err=True)
    put(dump(comparison.to_dict()) + "\n" if as_json else to_table(comparison))


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An answers file, or - for standard input.")],
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only this rule.")] = None,
    why_not: Annotated[
        str | None, typer.Option("--why-not", metavar="STRATEGY", help="What keeps a strategy from being recommended.")
    ] = None,
    as_of: AsOf = None,
    settings: Settings = None,
    as_json: AsJson = False,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Show every rule: fired, not fired or unknown, with each condition and the value it read."""
    from advisor import explain as explaining
    from advisor.errors import nearest_name
    from advisor.plain_json import dump
    from advisor.questions import STRATEGIES

    if why_not is not None and why_not not in STRATEGIES:
        raise fail(
            f"unknown strategy '{why_not}'.",
            Place("--why-not"),
            accepted=", ".join(STRATEGIES),
            nearest=nearest_name(why_not, STRATEGIES),
        )
    if rule is not None and why_not is not None:
        raise fail("--rule and --why-not do not go together.", Place("explain"))
    base = ground(rules, prices)
    if rule is not None:
        base.pack.rule(rule, Place("--rule"))
    assessment = base.assess(base.answers(file, settings), as_of)
    if why_not is not None:
        found: Any = explaining.why_not(assessment, why_not)
        text = explaining.why_not_text(assessment, why_not)
    else:
        wanted = [entry for entry in explaining.explained_rules(assessment) if rule in (None, entry.rule.id)]
        found, text = explaining.to_json(assessment, wanted), explaining.to_text(assessment, wanted)
    typer.echo(f"Prices of {assessment.as_of}, {assessment.as_of_from}.", err=True)
    put(dump(found) + "\n" if as_json else text)
