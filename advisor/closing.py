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
from advisor.documents.text import unescaped
from advisor.questions import STRATEGIES
from advisor.wording import bare, plural

_WIDEST = 80


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
    file = shlex.join([str(written), *own])
    follow = [f"advise explain {file}", f"advise edit {file}", f"advise run {file} --format html"]
    return "\n".join(
        [
            f"Wrote {written} and {document}.",
            line if columns is None else fill(line, columns - 1, break_on_hyphens=False),
            "",
            f"Cost over {months}, build included, USD:",
            *chart,
            "",
            "Next:",
            *(f"  {command}" for command in follow),
        ]
    )


def _costs(assessment: Assessment) -> list[Bar]:
    """Return the total of every strategy; one without all its prices has no bar and says what is known at least."""
    costs, names = assessment.costs, assessment.pack.names
    return [Bar(names[name], costs[name].printed_total, bare(known_words(costs[name]))) for name in STRATEGIES]
