"""`advise whatif`: what would change the answer, other answers beside it, one answer over a range."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from advisor.cli import completing
from advisor.cli.door import AsJson, AsOf, Prices, Rules, Settings, ground, put
from advisor.errors import Place, fail
from advisor.printable import speaks_unicode
from advisor.whatif import SCENARIOS, SEED


def whatif(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An answers file, or - for standard input.")],
    others: Annotated[
        list[str] | None,
        typer.Argument(metavar="[K=V]...", autocompletion=completing.settings, help="Other answers, set beside these."),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option("--sweep", metavar="K=a..b", help="One number over a range; of a choice, --sweep K tries all."),
    ] = None,
    scenarios: Annotated[
        int, typer.Option("--scenarios", metavar="N", min=100, max=1_000_000, help="How many scenarios are drawn.")
    ] = SCENARIOS,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, max=2**32 - 1, help="The same seed draws the same scenarios.")
    ] = SEED,
    as_of: AsOf = None,
    settings: Settings = None,
    as_json: AsJson = False,
    rules: Rules = None,
    prices: Prices = None,
) -> None:
    """Say what would change the answer: ranges drawn at random, the fewest other answers, what is still open."""
    from advisor.answers import with_settings
    from advisor.plain_json import dump
    from advisor.whatif import to_json
    from advisor.whatif.page import WhatIf
    from advisor.whatif.sweep import read_sweep, sweep_of
    from advisor.whatif.sweep_text import side_by_side, sweep_text
    from advisor.whatif.text import whatif_text

    if sweep is not None and others:
        raise fail("--sweep and other answers do not go together.", Place("whatif"), accepted="one of the two")
    base = ground(rules, prices, file)
    swept = None if sweep is None else read_sweep(sweep, base.pack.questionnaire)
    answers = base.answers(file, settings)
    then = with_settings(answers, others, base.pack.questionnaire) if others else None
    assessment = base.assess(answers, as_of)
    if swept is not None:
        found = sweep_of(assessment, *swept)
        shown = sweep_text(found, assessment, unicode=speaks_unicode(sys.stdout))
        text = dump(to_json.sweep_json(found, assessment).to_dict()) + "\n" if as_json else shown
    elif then is not None:
        other = base.assess(then, as_of)
        made = to_json.comparison_json(assessment, other, others or ())
        text = dump(made.to_dict()) + "\n" if as_json else side_by_side(assessment, other, tuple(others or ()))
    else:
        page = WhatIf(assessment, scenarios, seed)
        text = dump(to_json.whatif_json(page).to_dict()) + "\n" if as_json else whatif_text(page)
    typer.echo(f"Prices of {assessment.as_of}, {assessment.as_of_from}.", err=True)
    put(text)
