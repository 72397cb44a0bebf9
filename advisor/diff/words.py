"""A difference in words: the sentences and cells that text and comment share, each with its own way to mark names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor.conditions import Range
from advisor.contract import Amount
from advisor.diff.contract import Cause, Difference, Effect, Plain, RuleChange, State, Step
from advisor.packs.pack import PAIR
from advisor.wording import NOT_ESTABLISHED, joined, percent, plural, say, usd

MOST_SHOWN: Final = 60
"""Characters of an answer or a note that are shown; JSON holds all of it."""

FOOT: Final = "Costs are projections at list or overlay prices, not quotes."


TURNED: Final = {"started": "fires now", "stopped": "fires no longer", "points": "fires with other points"}


@dataclass(frozen=True)
class Words:
    """Says a difference: `names` are the strategies' names, `code` marks an identifier, `free` what others wrote."""

    found: Difference
    names: Mapping[str, str]
    code: Callable[[str], str]
    free: Callable[[str], str]

    def recommendation(self) -> str:
        """Return what happens to the recommendation, as the end of a sentence."""
        before, after = self.names[self.found.old.strategy], self.names[self.found.new.strategy]
        if self.found.moved:
            return f"the recommendation moves from {before} to {after}"
        return f"the recommendation stays with {after}" if self.found.changed else f"nothing changed, it is {after}"

    def moved_by(self) -> str | None:
        """Return what moves the recommendation, where that is known."""
        by = self.found.moved_by
        if by is None or len(self.found.steps) == 1:
            return None
        if by.alone:
            first, *others = [self.code(name) for name in by.alone]
            return f"{first} alone does it" + (f", and so does {joined(others, 'or')}" if others else "") + "."
        return f"{joined([self.code(name) for name in by.together])} do it together, and not without each other."

    def cost(self) -> str:
        """Return what the recommendation costs now, and how that differs, in one sentence."""
        old, new = self.found.old, self.found.new
        if None not in (new.monthly_usd, new.horizon_usd) and _bill(old) == _bill(new):
            return f"It costs {usd(new.monthly_usd)} a month and {whole(new)}, as before."
        by = f" ({signed_percent(self.found.monthly_share)})" if self.found.monthly_share else ""
        monthly = _moved(self.found.monthly_usd, f"{usd(new.monthly_usd)} a month", usd(old.monthly_usd)) + by
        alike = old.months == new.months
        horizon = _moved(self.found.horizon_usd if alike else None, whole(new), total(old) if alike else whole(old))
        head = "It costs" if new.monthly_usd is not None else "Its cost is"
        return f"{head} {monthly}; {horizon}."

    def margin(self, state: State) -> str:
        if state.margin is None or state.runner_up is None:
            return f"{plural(state.score, 'point')}, nothing else is open"
        return f"{state.margin} over {self.names[state.runner_up]}"

    def lead(self) -> str:
        """Return whose points the lead counts."""
        lead = self.found.lead
        over = f" over {self.names[lead.over]}" if lead.over else ""
        return f"points of {self.names[lead.of]}{over}"

    def cause(self, cause: Cause) -> str:
        """Return a changed input with what it was and is."""
        name = {"as_of": "day of prices", "note": f"note on {self.code(cause.name)}"}.get(cause.kind)
        if cause.kind in ("prices", "rules"):
            return f"{cause.kind} ({self.free(cause.detail)})" if cause.detail else cause.kind
        ignored = " (not asked here, ignored)" if cause.ignored else ""
        return f"{name or self.code(cause.name)}: {self._value(cause.old)} → {self._value(cause.new)}{ignored}"

    def _value(self, value: Plain) -> str:
        text = spoken(value)
        return self.free(text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…")

    def span(self) -> str:
        """Return over how long the horizon's amounts run, as the head of a column."""
        old, new = self.found.old, self.found.new
        return months(new) if old.months == new.months else "the horizon"

    def step(self, step: Step) -> str:
        return ", together with ".join(self.cause(cause) for cause in step.causes)

    def effective(self) -> list[tuple[Step, Effect]]:
        """Return the steps that change a figure, a rule or a mistake, with what they do."""
        return [(step, step.effect) for step in self.found.steps if step.effect and not _idle(step.effect)]

    def idle(self) -> str | None:
        """Return the inputs that changed without any effect here, as the sentence that lists them."""
        idle = [self.step(step) for step in self.found.steps if step.effect and _idle(step.effect)]
        return f"Changed without effect on points, cost or mistakes: {'; '.join(idle)}." if idle else None

    def apart(self) -> list[tuple[Step, Effect]]:
        """Return the steps that do something else by themselves than after those before them."""
        return [
            (step, step.alone)
            for step in self.found.steps
            if step.alone and _figures(step.alone) != _figures(step.effect)
        ]

    def outcome(self, effect: Effect) -> str | None:
        """Return what a step does beside moving figures: another strategy, or another model for the same one."""
        if effect.strategy_before != effect.strategy_after:
            return f"moves the recommendation to {self.names[effect.strategy_after]}"
        if effect.model_before != effect.model_after:
            before, after = (
                self.code(name) if name else "no model" for name in (effect.model_before, effect.model_after)
            )
            return f"moves {self.names[effect.strategy_after]} from {before} to {after}"
        return None

    def points(self, rule: RuleChange) -> str:
        """Return what a rule that turned makes of the points, and what it closes or no longer closes."""
        parts = []
        moved = {each.strategy: each for each in rule.points}
        by_parts = sum(each.new - each.old for name, each in moved.items() if name in ("rag", "fine_tuning"))
        for name, each in moved.items():
            if name == PAIR and each.new - each.old == by_parts:
                continue
            change = f"{each.old} → {each.new}" if rule.change == "points" else f"{each.new - each.old:+d}"
            parts.append(f"{self.names[name]} {change}")
        closed = [self.names[name] for name in rule.closes if name != PAIR or len(rule.closes) == 1]
        if closed:
            parts.append(f"{'no longer closes' if rule.change == 'stopped' else 'closes'} {', '.join(closed)}")
        return ", ".join(parts)

    def lines_lead(self) -> str:
        return "Cost lines of the recommendation over the horizon; a price that changed counts at the quantity before."

    def through(self, causes: Iterable[str]) -> str:
        return ", ".join(self.code(name) for name in causes)


def spoken(value: Plain) -> str:
    """Return an answer in words; a range as `low to high`."""
    if not isinstance(value, tuple):
        return say(value)
    ends = [end for end in value if isinstance(end, Decimal)]
    return say(Range(*ends)) if len(ends) == 2 else say(tuple(name for name in value if isinstance(name, str)))


def _idle(effect: Effect) -> bool:
    names = (effect.rules_started, effect.rules_stopped, effect.mistakes_started, effect.mistakes_stopped)
    moved = effect.strategy_before != effect.strategy_after or effect.model_before != effect.model_after
    return not (moved or effect.scores or any(names)) and effect.monthly_usd == effect.horizon_usd == 0


def _figures(effect: Effect | None) -> object:
    if effect is None:
        return None
    return effect.monthly_usd, effect.horizon_usd, effect.lead, effect.strategy_before != effect.strategy_after


def _bill(state: State) -> tuple[Amount, Amount, int]:
    return state.monthly_usd, state.horizon_usd, state.months


def _moved(change: Amount, now: str, before: str) -> str:
    """Return what something costs and how much that is more or less; without that, what it cost before."""
    if change is None:
        return f"{now}, before {before}"
    return f"{now}, {usd(abs(change))} {'more' if change > 0 else 'less'}" if change else f"{now}, as before"


def whole(state: State) -> str:
    """Return the total with its horizon: `USD 1,200.00 over 12 months`."""
    return f"{total(state)} over {months(state)}"


def total(state: State) -> str:
    """Return the total over the horizon, or the part that is known."""
    if state.horizon_usd is not None:
        return usd(state.horizon_usd)
    return f"at least {usd(state.known_usd)}" if state.known_usd else NOT_ESTABLISHED


def months(state: State) -> str:
    return plural(state.months, "month")


def signed(amount: Amount) -> str:
    """Return a change of money with its sign: `USD +12.00`; 0 for none."""
    if amount is None:
        return NOT_ESTABLISHED
    return f"USD {amount:+,.2f}" if amount else "0"


def plus(amount: Amount) -> str:
    """Return a change of USD with its sign, for columns whose head names the currency."""
    if amount is None:
        return NOT_ESTABLISHED
    return f"{amount:+,.2f}" if amount else "0"


def signed_percent(share: Decimal) -> str:
    return ("+" if share > 0 else "") + percent(share)


def signed_points(points: int) -> str:
    return f"{points:+d}" if points else "0"
