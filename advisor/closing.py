"""What is said after an interview: the files, the recommendation in one line, what each strategy costs, what to do."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from advisor.assessment import Assessment
from advisor.blocks import Bar, bars
from advisor.costs.ledger import exact
from advisor.documents.sections.costs import known_words
from advisor.documents.sections.headline import Headline
from advisor.documents.setting import ALTERNATIVES
from advisor.documents.text import unescaped
from advisor.limits import ENOUGH_ANSWERED
from advisor.questions import STRATEGIES
from advisor.wording import bare, percent, plural

_WIDEST = 80
_CLOSED = " *"
"""Marks a strategy that is ruled out."""


@exact
def closing(
    written: Path, document: Path, assessment: Assessment, own: Sequence[str], *, columns: int | None, unicode: bool
) -> str:
    """Return the last words; `own` are the options that the next commands need too. Without `columns`, as behind a
    pipe, no line is broken."""
    it = Headline(assessment)
    line = unescaped(f"Recommendation: {it.name} ({it.verdict}). {it.margin}. {it.cost}.")
    chart = bars(_costs(assessment), min(columns or _WIDEST, _WIDEST), unicode=unicode)
    months = plural(assessment.workload.months, "month")
    name = str(written)
    file = shlex.join([f"./{name}" if name.startswith("-") else name, *own])
    steps = [
        (f"advise edit {file}", "answer what is open, or change an answer"),
        (f"advise explain {file}", "every rule, with what it read"),
        (f"advise run {file} --format html", "a page to pass on"),
    ]
    closed = [_CLOSED + " ruled out as things stand"] if any(_CLOSED in line for line in chart) else []

    def broken(text: str) -> str:
        return text if columns is None else fill(text, columns - 1, break_on_hyphens=False)

    return "\n".join(
        [
            f"Wrote {written} and {document}.",
            *map(broken, (line, *_warnings(assessment))),
            "",
            broken(f"Cost over {months}, build included, USD:"),
            *chart,
            *closed,
            "",
            f"Next: read {document}, then",
            *(line for command, why in steps for line in (f"  {command}", f"      {why}")),
        ]
    )


def _warnings(assessment: Assessment) -> list[str]:
    """Return what should not be overlooked: that little was answered, and that a model ends."""
    share, found = assessment.answered_share, []
    if share < ENOUGH_ANSWERED:
        found.append(
            f"Too few answers to rely on it: {percent(share)} of what rules and costs read is answered, the rest is "
            "unknown or assumed."
        )
    if assessment.ending is not None:
        found.append(f"{assessment.models.current.id} stops serving on {assessment.ending.day}.")
    return found


def _costs(assessment: Assessment) -> list[Bar]:
    """Return the total of every strategy, then what there is without one; one without all its prices has no bar and
    says what is known at least."""
    names, scores = assessment.pack.names, {score.strategy: score for score in assessment.scorer.strategies}
    found = [(names[name] + ("" if scores[name].eligible else _CLOSED), assessment.costs[name]) for name in STRATEGIES]
    found += [(ALTERNATIVES[entry.id], entry.cost) for entry in assessment.alternatives if entry.applies]
    return [Bar(name, cost.printed_total, bare(known_words(cost))) for name, cost in found]
