"""A sweep, and two sets of answers side by side, as plain text."""

from __future__ import annotations

from decimal import Decimal

from advisor.answers import project_name
from advisor.assessment import Assessment
from advisor.blocks import Bar, bars
from advisor.changes.flip_words import say_interval
from advisor.questions import STRATEGIES
from advisor.whatif.sweep import Sweep
from advisor.whatif.text import aligned
from advisor.wording import NOT_ESTABLISHED, VERDICTS, amount, plural, say

_WIDTH = 80


def sweep_text(sweep: Sweep, it: Assessment, *, unicode: bool = True) -> str:
    """Return where the winner changes, a table of the values tried, and what the winner of each costs as bars."""
    names, question = it.pack.names, it.pack.questionnaire[sweep.question]
    months = plural(it.workload.months, "month")
    unit = f" ({question.unit})" if question.unit else ""
    rows: list[tuple[str, ...]] = [(sweep.question, "recommended", "verdict", "margin", "a month", months)]
    charted = []
    for point in sweep.points:
        found = point.recommendation
        total = point.horizon_usd[found.strategy]
        margin = "-" if found.margin is None else str(found.margin)
        rows.append(
            (
                say(point.value),
                names[found.strategy],
                VERDICTS[found.verdict],
                margin,
                _usd(point.monthly_usd),
                _usd(total),
            )
        )
        charted.append(Bar(say(point.value), total, names[found.strategy]))
    lines = [
        f"{project_name(it.answers)}: {sweep.question}{unit} swept, all other answers held, at prices of {it.as_of}",
        "",
    ]
    if sweep.points[0].value != sweep.points[-1].value and question.domain.kind == "number":
        proof = "" if sweep.exact else " (searched, not proved)"
        lines += [f"{names[run.strategy]}: {say_interval(run, question)}{proof}" for run in sweep.stretches]
        lines.append("")
    lines += aligned(rows)
    chart = bars(charted, _WIDTH, unicode=unicode)
    return "\n".join([*lines, "", f"What the recommended one costs over {months}, USD:", *chart]) + "\n"


def side_by_side(now: Assessment, then: Assessment, settings: tuple[str, ...]) -> str:
    """Return what other answers make of a workload, beside what it is now."""
    names = now.pack.names
    months = plural(now.workload.months, "month")

    def said(it: Assessment) -> tuple[str, str, str]:
        found = it.recommendation
        return names[found.strategy], VERDICTS[found.verdict], "-" if found.margin is None else str(found.margin)

    rows: list[tuple[str, ...]] = [("", "now", "then", "")]
    rows += [
        (label, here, there, "")
        for label, here, there in zip(("recommended", "verdict", "margin"), said(now), said(then), strict=True)
    ]
    rows.append((f"USD over {months}", "", "", "difference"))
    for name in STRATEGIES:
        here, there = now.costs[name].printed_total, then.costs[name].printed_total
        moved = "-" if here is None or there is None else f"{there - here:+,.2f}"
        rows.append((f"  {names[name]}", _usd(here), _usd(there), moved))
    monthly = [it.recommended_cost.total.monthly_usd for it in (now, then)]
    moved = "-" if None in monthly else f"{monthly[1] - monthly[0]:+,.2f}"  # type: ignore[operator]
    rows.append(("a month of the recommended", *map(_usd, monthly), moved))
    head = f"{project_name(now.answers)} with {', '.join(settings)}, at prices of {now.as_of}"
    changed = now.recommendation.strategy != then.recommendation.strategy
    last = (
        f"The recommendation changes to {names[then.recommendation.strategy]}."
        if changed
        else "The recommendation stays."
    )
    return "\n".join([head, "", *aligned(rows), "", last]) + "\n"


def _usd(usd: Decimal | None) -> str:
    return NOT_ESTABLISHED if usd is None else amount(usd)
