"""When what is built has repaid itself, worked with the numbers put in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from advisor.costs.alternatives import Alternative
from advisor.costs.break_even import BreakEven
from advisor.documents.sections.parts import Payback
from advisor.documents.sections.section import Section
from advisor.documents.text import Markdown, escape
from advisor.wording import number, usd


class BreakEvens(Section):
    """When what is built has repaid itself, worked with the numbers put in."""

    @cached_property
    def entries(self) -> tuple[Payback, ...]:
        """The recommendation and fine-tuning against the current model and the best alternative, where these apply."""
        return tuple(self._entries())

    def _entries(self) -> Iterator[Payback]:
        wanted = dict.fromkeys((self.recommendation.strategy, "fine_tuning"))
        for name in (name for name in wanted if name != "prompt_engineering"):
            for entry in self.it.break_evens[name]:
                against_current = entry.versus == "current"
                other = self.it.alternatives[0] if against_current else self.it.best_alternative
                if other is not None and other.applies and against_current == (other.id == "current"):
                    yield self._break_even(name, entry, other)

    def _break_even(self, name: str, entry: BreakEven, other: Alternative) -> Payback:
        mine, cost, theirs = self.it.costs[name], self.it.costs[name].total, other.cost.total
        extra = mine.printed("build") - other.cost.printed("build")
        best = " (the cheapest alternative)" if self.it.best_alternative is other else ""
        versus = Markdown(self.names[other.id] + best)
        if entry.upfront_usd is None or entry.daily_usd is None:
            return Payback(self.names[name], versus, (), escape(entry.because))
        steps = [
            Markdown(
                f"Extra to build: {usd(mine.printed('build'))} − {usd(other.cost.printed('build'))} = {usd(extra)}."
            ),
            Markdown(
                f"Saved a day: ({usd(theirs.monthly_usd)} − {usd(cost.monthly_usd)}) ÷ 30 − "
                f"({usd(cost.maintain_monthly_usd)} − {usd(theirs.maintain_monthly_usd)}) × 12 ÷ 365 = "
                f"{usd(entry.daily_usd)}."
            ),
        ]
        if entry.days is not None and entry.requests is not None and entry.days > 0:
            steps.append(
                Markdown(
                    f"{usd(extra)} ÷ {usd(entry.daily_usd)} a day = {_days(entry.days)}, "
                    f"or {number(entry.requests)} requests."
                )
            )
        return Payback(self.names[name], versus, tuple(steps), self._break_even_verdict(entry))

    def _break_even_verdict(self, entry: BreakEven) -> Markdown:
        ahead = f"Ahead for good from {entry.month} on." if entry.month else f"Not within {self.months_words}."
        without = ""
        if self.workload.labour_counts and entry.month_api != entry.month:
            when = f"from {entry.month_api} on" if entry.month_api else f"not within {self.months_words}"
            without = f" Without labour: {when}."
        return Markdown(f"{ahead} {escape(entry.because)}{without}")


def _days(days: Decimal) -> str:
    if days < 2:
        hours = days * 24
        return f"{number(hours.quantize(Decimal('0.01')))} hours"
    return f"{number(days.quantize(Decimal('0.1')))} days"
