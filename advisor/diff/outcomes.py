"""What differs between two results: rules and their points, mistakes, cost lines, assumptions. Nothing is run again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor.contract import CostLine, MistakeResult, Result, Strategy, StrategyResult
from advisor.costs.ledger import KINDS, ZERO
from advisor.diff.contract import (
    AssumptionChange,
    LineChange,
    MistakeChange,
    RuleChange,
    RulePoints,
    Step,
    StrategyChange,
)
from advisor.diff.standing import recommended
from advisor.questions import STRATEGIES
from advisor.wording import cents

_GATE: Final = 99
"""Sorts what closes a strategy before everything that has points."""


@dataclass(frozen=True)
class Firing:
    """A rule that fires in a result: its points by strategy, the strategies that it closes, and why it fires."""

    points: dict[str, int]
    closes: tuple[Strategy, ...]
    because: str

    def same(self, other: Firing) -> bool:
        return (self.points, self.closes) == (other.points, other.closes)


def score_changes(old: Result, new: Result) -> tuple[StrategyChange, ...]:
    """Return where every strategy stands on both sides."""
    pairs = zip(old.strategies, new.strategies, strict=True)
    return tuple(
        StrategyChange(before.strategy, before.score, after.score, _ruled_out(before), _ruled_out(after))
        for before, after in pairs
    )


def _ruled_out(entry: StrategyResult) -> tuple[str, ...]:
    return (*(gate.rule for gate in entry.gates), *(below.technique for below in entry.below_floor))


def rule_changes(old: Result, new: Result, steps: tuple[Step, ...]) -> tuple[RuleChange, ...]:
    """Return the rules that fire on one side only or with other points: gates first, then by points."""
    before, after = _firing(old), _firing(new)
    found = [
        _rule_change(name, before.get(name), after.get(name), steps)
        for name in dict.fromkeys((*after, *before))
        if name not in before or name not in after or not before[name].same(after[name])
    ]

    def weight(entry: RuleChange) -> int:
        return _GATE if entry.closes else max((abs(each.new - each.old) for each in entry.points), default=0)

    return tuple(sorted(found, key=lambda entry: (-weight(entry), entry.rule)))


def _rule_change(name: str, before: Firing | None, after: Firing | None, steps: tuple[Step, ...]) -> RuleChange:
    was, now = (firing.points if firing else {} for firing in (before, after))
    points = tuple(
        RulePoints(strategy, was.get(strategy, 0), now.get(strategy, 0))
        for strategy in STRATEGIES
        if was.get(strategy, 0) != now.get(strategy, 0)
    )
    shown = after or before
    assert shown is not None
    if before and after:
        causes = _names(step for step in steps if any(cause.kind == "rules" for cause in step.causes))
        return RuleChange(name, "points", points, shown.closes, shown.because, causes)
    turned = (
        step for step in steps if step.effect and name in (*step.effect.rules_started, *step.effect.rules_stopped)
    )
    return RuleChange(name, "started" if after else "stopped", points, shown.closes, shown.because, _names(turned))


def _firing(result: Result) -> dict[str, Firing]:
    """Return every rule that fires, and the complexity charge, by name."""
    points: dict[str, dict[str, int]] = {}
    closes: dict[str, list[Strategy]] = {}
    because: dict[str, str] = {}
    for entry in result.strategies:
        for reason in entry.reasons:
            points.setdefault(reason.rule, {})[entry.strategy] = reason.points
            because.setdefault(reason.rule, reason.because)
        for gate in entry.gates:
            closes.setdefault(gate.rule, []).append(entry.strategy)
            because.setdefault(gate.rule, gate.because)
    return {name: Firing(points.get(name, {}), tuple(closes.get(name, ())), text) for name, text in because.items()}


def mistake_changes(old: Result, new: Result, steps: tuple[Step, ...]) -> tuple[MistakeChange, ...]:
    """Return the mistakes that apply on one side only or with other money at stake, in the order of the results."""
    before, after = ({entry.id: entry for entry in result.mistakes} for result in (old, new))
    return tuple(_mistake_changes(before, after, steps))


def _mistake_changes(
    before: dict[str, MistakeResult], after: dict[str, MistakeResult], steps: tuple[Step, ...]
) -> Iterator[MistakeChange]:
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        shown = now or was
        assert shown is not None
        stake, later = (None if at is None or at.at_stake_usd is None else cents(at.at_stake_usd) for at in (was, now))
        if was and now and stake == later:
            continue
        turned = (
            step
            for step in steps
            if step.effect and name in (*step.effect.mistakes_started, *step.effect.mistakes_stopped)
        )
        yield MistakeChange(
            name,
            "at_stake" if was and now else "started" if now else "stopped",
            shown.severity,
            shown.because,
            shown.avoid,
            stake,
            later,
            _names(turned),
        )


def line_changes(old: Result, new: Result) -> tuple[LineChange, ...]:
    """Return the cost lines of the recommended strategies whose printed amount differs. They sum to the change of the
    total."""
    before, after = (_by_line(recommended(result).cost.lines) for result in (old, new))
    found = [_line_change(before.get(key, []), after.get(key, [])) for key in dict.fromkeys((*after, *before))]
    changed = [entry for entry in found if entry.change_usd]
    return tuple(sorted(changed, key=lambda entry: KINDS.index(entry.kind)))


def _by_line(lines: Iterable[CostLine]) -> dict[tuple[str, str, str, bool], list[CostLine]]:
    """Return the lines that stand for the same thing together: one that changes its price row is two."""
    found: dict[tuple[str, str, str, bool], list[CostLine]] = {}
    for line in lines:
        found.setdefault((line.kind, line.id, line.unit, line.labour), []).append(line)
    return found


def _line_change(before: list[CostLine], after: list[CostLine]) -> LineChange:
    old, new = (sum((cents(line.amount_usd) for line in lines), ZERO) for lines in (before, after))
    shown = (after or before)[0]
    by_price = _by_price(before, after, new - old)
    by_quantity = None if by_price is None else new - old - by_price
    return LineChange(shown.id, shown.kind, shown.label, shown.labour, old, new, new - old, by_price, by_quantity)


def _by_price(before: list[CostLine], after: list[CostLine], change: Decimal) -> Decimal | None:
    """Return what of a change the price makes, at the old quantity: all where that stays. None without a quantity."""
    quantity, later = (sum((line.quantity for line in lines), ZERO) for lines in (before, after))
    if not quantity or not later:
        return None
    if quantity == later:
        return change
    old, new = (sum((line.amount_usd for line in lines), ZERO) for lines in (before, after))
    return cents(new / later * quantity - old)


def assumption_changes(old: Result, new: Result) -> tuple[AssumptionChange, ...]:
    """Return what costs assume otherwise, or on one side only."""
    before, after = ({entry.answer: entry.value for entry in result.assumptions} for result in (old, new))
    names = dict.fromkeys((*after, *before))
    return tuple(
        AssumptionChange(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def _names(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(step.name for step in steps)
