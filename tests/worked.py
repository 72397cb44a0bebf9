"""Figures of the support classifier, worked out by hand for `docs/read-a-recommendation.md` and `docs/scoring.md`.

Each block is made from the assessment, with the figures that its document prints. That every equation in them holds is
tested apart, by `tests/test_worked_pages.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from advisor.assessment import Assessment
from advisor.costs.ledger import Kind, Line
from advisor.costs.projection import Cost
from advisor.points import weight_for
from advisor.scoring import StrategyScore
from advisor.wording import amount, number, usd_exact


def line_by_line(found: Assessment) -> Iterator[str]:
    """The input tokens of the recommendation: a line of the document, from the answers to its amount."""
    cost = found.recommended_cost
    line = next(line for line in cost.lines if line.id == "input_tokens")
    days = sum((month.days for month in cost.months), Decimal(0))
    volume, tokens = found.workload.calls_per_day, found.workload.input_tokens.value
    yield f"calls     {number(volume)} × {number(days)} = {number(volume * days)}"
    yield f"tokens    {number(volume * days)} × {number(tokens)} ÷ 1,000,000 = {number(line.quantity)}"
    yield f"amount    {number(line.quantity)} × {price(line.unit_price_usd)} = {amount(line.amount_usd)}"


def total(found: Assessment) -> Iterator[str]:
    """The total of the recommendation, from the printed lines."""
    cost = found.recommended_cost
    kinds: tuple[Kind, ...] = ("build", "run", "maintain")
    for kind in kinds:
        yield f"{kind:9} {_sum(line for line in cost.lines if line.kind == kind)} = {amount(cost.printed(kind))}"
    yield f"total     {' + '.join(amount(cost.printed(kind)) for kind in kinds)} = {amount(cost.printed())}"
    labour = sum((line.amount_usd for line in cost.lines if line.labour), Decimal(0))
    yield f"no labour {amount(cost.printed())} − {amount(labour)} = {amount(cost.printed(api=True))}"


def month(found: Assessment) -> Iterator[str]:
    """A month of 30 days, from the price of 1,000 requests and the hosting."""
    cost = found.recommended_cost
    hosting = next(line for line in cost.lines if line.id == "hosting")
    rates = {line.id: line.unit_price_usd for line in cost.lines}
    workload, requests = found.workload, found.workload.queries_per_day.value
    assert cost.total.per_request_usd is not None
    thousand = number(cost.total.per_request_usd * 1000)
    tokens = f"{number(workload.input_tokens.value)} × {price(rates['input_tokens'])}"
    tokens += f" + {number(workload.tuned_output_tokens.value)} × {price(rates['output_tokens'])}"
    fee = f"720 × {price(hosting.unit_price_usd)}"
    yield f"1,000 requests   ({tokens}) ÷ 1,000 = {thousand}"
    yield f"a month to run   {number(requests)} × 30 × {thousand} ÷ 1,000 + {fee} = {amount(cost.total.monthly_usd)}"
    upkeep = cost.total.maintain_monthly_usd
    yield f"to maintain      {amount(cost.printed('maintain'))} ÷ {found.workload.months} = {amount(upkeep)}"


def training(found: Assessment) -> Iterator[str]:
    """The training bill."""
    workload = found.workload
    line = next(line for line in found.recommended_cost.lines if line.id == "training")
    per_run = workload.trained_examples * workload.example_tokens.value * workload.epochs.value
    counts = (workload.trained_examples, workload.example_tokens.value, workload.epochs.value)
    run = per_run / 1_000_000 * line.unit_price_usd
    yield f"tokens    {' × '.join(map(number, counts))} = {number(per_run)}"
    yield f"one run   {number(per_run)} × {price(line.unit_price_usd)} ÷ 1,000,000 = {amount(run)}"
    yield f"all runs  {amount(run)} × {number(workload.training_runs.value)} = {amount(line.amount_usd)}"


def break_even(found: Assessment) -> Iterator[str]:
    """What is built against what a day saves, against the best alternative."""
    mine, best = found.recommended_cost, found.best_alternative
    assert best is not None
    extra = mine.printed("build") - best.cost.printed("build")
    yield f"extra     {amount(mine.printed('build'))} − {amount(best.cost.printed('build'))} = {amount(extra)}"
    run, kept = (_pair(mine, best.cost, name) for name in ("monthly_usd", "maintain_monthly_usd"))
    (run_mine, run_best), (kept_mine, kept_best) = run, kept
    saved = (run_best - run_mine) / 30 - (kept_mine - kept_best) * 12 / 365
    shown = f"({amount(run_best)} − {amount(run_mine)}) ÷ 30 − ({amount(kept_mine)} − {amount(kept_best)}) × 12 ÷ 365"
    yield f"a day     {shown} = {amount(saved)}"


def margin(found: Assessment) -> Iterator[str]:
    """The margin as a sum of contributions, and as the difference of two scores."""
    said = found.recommendation
    assert said.runner_up is not None
    assert said.margin is not None
    runner_up = next(score for score in found.scorer.strategies if score.strategy == said.runner_up)
    terms = [entry.points for entry in said.reasons]
    yield f"reasons   {_signed(terms)} = {said.margin}"
    yield f"scores    {said.score} − {runner_up.score} = {said.margin}".replace("− -", "+ ")


def scores(found: Assessment) -> Iterator[str]:
    """The points of every rule that fired, strategy by strategy, down to what is open."""
    strategies = found.scorer.strategies
    yield from (
        "| | " + " | ".join(found.pack.names[each.strategy] for each in strategies) + " |",
        "| --- |" + " ---: |" * 4,
    )
    for rule in sorted(found.scorer.fired(found.scorer.states), key=lambda rule: (rule.theme, rule.id)):
        if rule.points:
            points = [weight_for(each.strategy, rule) for each in strategies]
            cells = " | ".join(f"{each:+d}" if each else "" for each in points)
            yield f"| [`{rule.id}`](rules/{rule.theme}.md#{rule.id}) | {cells} |"
    yield f"| complexity charge | | | | -{found.pack.complexity_charge} |"
    yield "| **score** | " + " | ".join(f"**{each.score}**" for each in strategies) + " |"
    yield "| with all that is open | " + " | ".join("{} to {}".format(*each.interval) for each in strategies) + " |"
    yield "| closed by | " + " | ".join(_closed(each) for each in strategies) + " |"


def _closed(score: StrategyScore) -> str:
    gates = [f"[`{rule.id}`](rules/{rule.theme}.md#{rule.id})" for rule in score.gates]
    below = [f"{name} below the floor with {points}" for name, points in score.below_floor]
    return "; ".join((*gates, *below)) or "-"


BLOCKS: Final[dict[str, Callable[[Assessment], Iterator[str]]]] = {
    "line": line_by_line,
    "total": total,
    "month": month,
    "training": training,
    "break-even": break_even,
    "margin": margin,
    "scores": scores,
}


def price(unit_price_usd: Decimal) -> str:
    """Return a unit price as documents print it."""
    return usd_exact(unit_price_usd).removeprefix("USD ")


def _sum(lines: Iterator[Line]) -> str:
    return " + ".join(amount(line.amount_usd) for line in lines)


def _pair(mine: Cost, other: Cost, name: str) -> tuple[Decimal, Decimal]:
    values = getattr(mine.total, name), getattr(other.total, name)
    assert None not in values
    return values


def _signed(terms: list[int]) -> str:
    first, *rest = terms
    return str(first) + "".join(f" {'+' if term >= 0 else '−'} {abs(term)}" for term in rest)
