"""The difference between two sides, put together once; every format is made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from advisor.contract import SCHEMA_VERSION, Amount, Provenance, Result
from advisor.costs.ledger import ZERO, exact
from advisor.diff.attribution import attribute
from advisor.diff.causes import pack_words, prices_words
from advisor.diff.contract import AddsUp, Cause, Difference, Lead, MovedBy, State, Step
from advisor.diff.outcomes import assumption_changes, line_changes, mistake_changes, rule_changes, score_changes
from advisor.diff.sides import Side
from advisor.diff.standing import Standing, bill, change, effect, of_result, recommended

_ANSWERS_UNKNOWN = (
    "A result does not hold the answers: which of them changed, and what each does, is told only where both sides are "
    "answers files."
)
_MIXED = "Several inputs changed, and results do not tell which of them does what."
_PROGRAM = "No input changed: the two results were made by different versions of the program, or by hand."
_UNPRICED = "A cost is not established in between, so the effects on cost do not sum to the whole change."


@exact
def difference(old: Side, new: Side) -> Difference:
    """Return what lies between two sides. Changes are attributed where the inputs of both are known."""
    before, after = of_result(old.result), of_result(new.result)
    moved = before.strategy != after.strategy
    over = before.strategy if moved else after.runner_up
    lead = Lead(after.strategy, over, before.lead(after.strategy, over), after.lead(after.strategy, over))
    steps, moved_by = _steps(old, new, lead, before, after)
    states = _state(old), _state(new)
    monthly, horizon = (
        change(before.bill.monthly_usd, after.bill.monthly_usd),
        change(before.bill.horizon_usd, after.bill.horizon_usd),
    )
    found = Difference(
        schema_version=SCHEMA_VERSION,
        kind="answers" if old.inputs and new.inputs else "results",
        changed=True,
        moved=moved,
        old=states[0],
        new=states[1],
        monthly_usd=monthly,
        monthly_share=_share(monthly, before.bill.monthly_usd),
        horizon_usd=horizon,
        lead=lead,
        moved_by=moved_by,
        steps=steps,
        adds_up=_adds_up(steps, lead, monthly, horizon),
        scores=score_changes(old.result, new.result),
        rules=rule_changes(old.result, new.result, steps),
        mistakes=mistake_changes(old.result, new.result, steps),
        lines=line_changes(old.result, new.result),
        assumptions=assumption_changes(old.result, new.result),
        limits=(),
    )
    found = replace(found, changed=_changed(found))
    return replace(found, limits=tuple(_limits(found)))


def _steps(
    old: Side, new: Side, lead: Lead, before: Standing, after: Standing
) -> tuple[tuple[Step, ...], MovedBy | None]:
    """Return what the changed inputs do. Of results, only a single changed input can be told to do anything: all."""
    if old.inputs and new.inputs:
        return attribute(old.inputs, new.inputs, lead.of, lead.over)
    causes = tuple(_digests(old.result, new.result))
    whole = effect(before, after, lead.of, lead.over) if len(causes) == 1 else None
    return tuple(Step((cause,), whole, whole) for cause in causes), None


def _digests(old: Result, new: Result) -> Iterable[Cause]:
    """Yield which inputs differ, by what a result tells of them."""
    was, now = old.provenance, new.provenance
    before, after = _prices(was), _prices(now)
    if before != after:
        yield Cause("prices", "prices", before, after, False, None)
    if old.as_of != new.as_of:
        yield Cause("as_of", "as_of", old.as_of, new.as_of, False, None)
    if was.pack_digest != now.pack_digest:
        yield Cause("rules", "rules", _pack(was), _pack(now), False, None)
    if was.answers_digest != now.answers_digest:
        yield Cause("answer", "answers", f"digest {was.answers_digest}", f"digest {now.answers_digest}", False, None)


def _prices(provenance: Provenance) -> str:
    book = provenance.price_book
    return prices_words(book.genai_prices, book.rows_digest)


def _pack(provenance: Provenance) -> str:
    return pack_words(provenance.pack, provenance.pack_version, provenance.pack_digest)


def _state(side: Side) -> State:
    result, entry = side.result, recommended(side.result)
    found, printed = result.recommendation, bill(entry.cost, entry.cost.lines)
    return State(
        side.file,
        result.project,
        result.as_of,
        found.strategy,
        found.verdict,
        found.score,
        found.runner_up,
        found.margin,
        entry.model,
        max(len(each.cost.months) for each in result.strategies),
        printed.upfront_usd,
        printed.monthly_usd,
        printed.horizon_usd,
        printed.known_usd,
        tuple(gap.why for gap in result.unpriced if gap.where == entry.strategy),
        result.provenance,
    )


def _share(monthly: Amount, before: Amount) -> Amount:
    """Return a change as a share of what was there before, to four decimals; None where that is nothing."""
    return (monthly / before).quantize(Decimal("0.0001")) if monthly is not None and before else None


def _adds_up(steps: tuple[Step, ...], lead: Lead, monthly: Amount, horizon: Amount) -> AddsUp:
    effects = [step.effect for step in steps]

    def sums(amounts: Iterable[Amount], total: Amount) -> bool:
        found = list(amounts)
        return total is not None and None not in found and sum((each or ZERO for each in found), ZERO) == total

    return AddsUp(
        None not in effects and sum(each.lead for each in effects if each) == lead.new - lead.old,
        sums((each.monthly_usd if each else None for each in effects), monthly),
        sums((each.horizon_usd if each else None for each in effects), horizon),
    )


def _changed(found: Difference) -> bool:
    """Return whether anything differs but the names of the files."""
    alike = replace(found.old, file="", project="", provenance=found.new.provenance)
    outcomes = (found.steps, found.rules, found.mistakes, found.lines, found.assumptions)
    return any(outcomes) or alike != replace(found.new, file="", project="")


def _limits(found: Difference) -> Iterable[str]:
    """Yield what could not be attributed."""
    causes = [cause for step in found.steps for cause in step.causes]
    if found.kind == "answers":
        if not (found.adds_up.monthly_usd and found.adds_up.horizon_usd) and found.steps:
            yield _UNPRICED
        return
    if any(cause.name == "answers" for cause in causes):
        yield _ANSWERS_UNKNOWN
    if len(causes) > 1:
        yield _MIXED
    if not causes and found.changed:
        yield _PROGRAM
