"""What-if as plain text: a page that is read in a minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from advisor.answers import project_name
from advisor.assessment import Assessment
from advisor.changes.flip_words import changes_of, nearest_first, say_now, with_unit
from advisor.explain.rules_text import wrapped
from advisor.whatif.drawing import Drawn
from advisor.whatif.kinds import Change
from advisor.whatif.page import WhatIf
from advisor.whatif.smallest import Smallest
from advisor.wording import VERDICTS, amount, joined, number, percent, plural, say

MOST_FLIPS: Final = 6
MOST_WORTHS: Final = 4


def whatif_text(page: WhatIf) -> str:
    """Return the whole page."""
    it = page.assessment
    head = f"{project_name(it.answers)}, at prices of {it.as_of}"
    parts = [[head, _now(it)], _spread(page), _flips(it), _smallest(page), _settled(page), _open(page), _robust(page)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _now(it: Assessment) -> str:
    found, names = it.recommendation, it.pack.names
    ahead = "no other is open" if found.margin is None else f"{found.margin} ahead of {names[found.runner_up or '']}"
    return f"{names[found.strategy]} ({VERDICTS[found.verdict]}): {plural(found.score, 'point')}, {ahead}."


def _spread(page: WhatIf) -> list[str]:
    """Return shares and cost bands; without a range there is nothing to draw."""
    spread, it = page.spread, page.assessment
    if not spread.drawn:
        return ["How far it holds: no answer, assumption or price that counts here is a range."]
    months = plural(it.workload.months, "month")
    rows: list[tuple[str, ...]] = [("", "first", "10 %", "50 %", "90 %")]
    for share, band in zip(spread.shares, spread.bands, strict=True):
        error = f" ± {_points(share.standard_error)}" if share.standard_error else ""
        costs = ("not established",) * 3 if band.horizon_usd is None else tuple(map(amount, band.horizon_usd))
        rows.append((it.pack.names[share.strategy], percent(share.share) + error, *costs))
    count = number(Decimal(spread.scenarios))
    return [
        f"How far it holds: {count} scenarios (seed {spread.seed}); which comes first, and what it costs over {months}",
        "at most in 10, 50 and 90 % of them, USD",
        *("  " + line for line in aligned(rows)),
        *wrapped(f"Drawn: {'; '.join(_drawn(spread.drawn))}.", "  ", "    "),
    ]


def _drawn(drawn: Sequence[Drawn]) -> Iterator[str]:
    """Yield the ranges of answers and assumptions, and how many rows of prices have one."""
    for entry in drawn:
        if entry.kind != "price":
            assumed = " (assumed)" if entry.kind == "assumption" else ""
            yield f"{entry.name} {say(entry.low)} to {say(entry.high)}{assumed}"
    prices = sum(entry.kind == "price" for entry in drawn)
    if prices:
        yield f"{plural(prices, 'price')} that sellers differ in"


def _flips(it: Assessment) -> list[str]:
    lines: list[str] = []
    names, questions = it.pack.names, it.pack.questionnaire
    found = nearest_first(it.flips)
    for flip in found[:MOST_FLIPS]:
        for values, strategy in changes_of(flip, questions[flip.answer], it.recommendation.strategy):
            proof = "" if flip.exact else ", searched and not proved"
            now = say_now(flip, questions[flip.answer])
            lines += wrapped(f"{names[strategy]} if {flip.answer} is {values} (now {now}{proof})", "  ", "    ")
    if not lines:
        return ["One answer changed: no other value of a single answer leads elsewhere."]
    more = (
        [f"  and {plural(len(found) - MOST_FLIPS, 'more answer')}: see advise explain"]
        if len(found) > MOST_FLIPS
        else []
    )
    return ["One answer changed, all others held:", *lines, *more]


def _smallest(page: WhatIf) -> list[str]:
    """Return the smallest sets for the strategies that no single answer leads to."""
    it = page.assessment
    single = {interval.strategy for flip in it.flips for interval in flip.intervals}
    lines: list[str] = []
    for entry in page.smallest:
        if entry.strategy in single:
            continue
        lines += wrapped(f"{it.pack.names[entry.strategy]}: {_set(entry, it)}", "  ", "    ")
    return ["Fewest answers that lead elsewhere, where one changed does not:", *lines] if lines else []


def _set(entry: Smallest, it: Assessment) -> str:
    if not entry.changes:
        return "no set of up to three answers was found"
    proof = "" if entry.least else "; fewer were tried, not every three"
    return f"{joined(_change(change, it) for change in entry.changes)}{proof}"


def _change(change: Change, it: Assessment) -> str:
    question = it.pack.questionnaire[change.question]
    value = (
        with_unit(number(change.value), change.value, question)
        if isinstance(change.value, Decimal)
        else say(change.value)
    )
    now = it.answers.values.get(change.question)
    return f"{change.question} {value}" + (f" (now {say(now)})" if now is not None else " (now open)")


def _settled(page: WhatIf) -> list[str]:
    it, found = page.assessment, page.sufficient
    name = it.pack.names[it.recommendation.strategy]
    if found is None:
        others = [
            it.pack.names[other]
            for other in it.recommendation.possible_strategies
            if other != it.recommendation.strategy
        ]
        return [f"Not settled: the open answers could still lead to {joined(others, 'or')}."] if others else []
    if not found:
        return [f"Settled: {name}, whatever is answered."]
    return wrapped(
        f"Settled by {joined(found)}: as these are answered, {name} wins whatever is said elsewhere.", "", "  "
    )


def _open(page: WhatIf) -> list[str]:
    openness, it = page.openness, page.assessment
    cases = number(Decimal(openness.completions))
    if not openness.chance:
        lines = [f"Open answers: given at random, they changed it in none of {cases} cases."]
    else:
        error = _points(openness.standard_error)
        lines = wrapped(
            f"Open answers: given at random, they change it in {percent(openness.chance)} ± {error} of {cases} cases.",
            "",
            "  ",
        )
        for worth in openness.worths[:MOST_WORTHS]:
            what = f"narrowing {worth.question}" if worth.narrowed else f"knowing {worth.question}"
            lines.append(f"  {what} lowers that by {_points(worth.falls_by)} points")
    found = it.next_question
    return [*lines, *(wrapped(f"Ask next: {found.why}", "  ", "    ") if found else [])]


def _robust(page: WhatIf) -> list[str]:
    robust, names = page.robustness, page.assessment.pack.names
    others = "; ".join(f"{names[name]} in {percent(share)}" for name, share in robust.others)
    error = f" ± {_points(robust.standard_error)}" if robust.standard_error else ""
    share = f"{percent(robust.same)}{error} of {number(Decimal(robust.draws))} draws"
    moved = "with every weight moved at random by up to one step of its scale, the recommendation is the same in"
    return wrapped(f"Points of the rules: {moved} {share}{f' ({others})' if others else ''}.", "", "  ")


def _points(share: Decimal) -> str:
    """Return a share as percentage points, to one decimal."""
    return number((share * 100).quantize(Decimal("0.1")))


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows in columns, the first from the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        ).rstrip()
        for first, *rest in rows
    ]
