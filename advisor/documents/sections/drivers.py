"""What decided: the reasons for and against, in points that add up to the margin."""

from __future__ import annotations

from functools import cached_property

from advisor.conditions import facts_of
from advisor.documents.sections.parts import Driver
from advisor.documents.sections.section import Section
from advisor.documents.setting import cited, prose
from advisor.documents.text import Markdown, code, escape
from advisor.recommendation import Reason
from advisor.wording import say_fact

MOST_REASONS = 4
"""Reasons for and against that are shown in full; more are unlikely to help a reader (Regulation B, comment
9(b)(2)-1)."""


class Drivers(Section):
    """What decided: the reasons for and against, in points that add up to the margin."""

    @cached_property
    def title(self) -> Markdown:
        """What the reasons speak for, and against what: `for Fine-tuning against RAG`."""
        runner_up = self.recommendation.runner_up
        against = f" against {self.names[runner_up]}" if runner_up else ""
        return Markdown(f"for {self.names[self.recommendation.strategy]}{against}")

    @cached_property
    def in_favour(self) -> tuple[Driver, ...]:
        """The reasons for it, at most four."""
        return tuple(map(self._driver, self._for[:MOST_REASONS]))

    @cached_property
    def against(self) -> tuple[Driver, ...]:
        """The reasons against it, at most four."""
        return tuple(map(self._driver, self._against[:MOST_REASONS]))

    @cached_property
    def rest(self) -> Markdown | None:
        """All other reasons in one line, with their sum; nothing where there are none."""
        reasons = self._for[MOST_REASONS:] + self._against[MOST_REASONS:]
        if not reasons:
            return None
        points = sum(reason.points for reason in reasons)
        many = "One other" if len(reasons) == 1 else f"The other {len(reasons)}"
        named = ", ".join(f"{self.rule(reason.rule)} {reason.points:+d}" for reason in reasons)
        return Markdown(f"{many}: {points:+d} ({named}).")

    @cached_property
    def sum(self) -> Markdown:
        """All contributions as a sum that gives the margin, or the score where nothing else is open."""
        recommendation = self.recommendation
        what = "score" if recommendation.margin is None else "margin"
        total = recommendation.score if recommendation.margin is None else recommendation.margin
        terms = " ".join(
            f"{'−' if reason.points < 0 else '+'} {abs(reason.points)}" for reason in recommendation.reasons
        )
        return Markdown(f"All of them add up to the {what}: {terms.removeprefix('+ ') or '0'} = {total}.")

    @cached_property
    def _for(self) -> list[Reason]:
        return [reason for reason in self.recommendation.reasons if reason.points > 0]

    @cached_property
    def _against(self) -> list[Reason]:
        return [reason for reason in self.recommendation.reasons if reason.points <= 0]

    def _driver(self, reason: Reason) -> Driver:
        return Driver(
            Markdown(f"{reason.points:+d}"),
            prose(reason.because),
            self.rule(reason.rule),
            self._answers(reason.rule),
            cited(reason.source),
        )

    def _answers(self, rule_id: str) -> Markdown:
        """Return what a rule reads, with its values; nothing for the complexity charge."""
        rule = next((rule for rule in self.pack.rules if rule.id == rule_id), None)
        read = () if rule is None else sorted(facts_of(rule.when))
        return Markdown(", ".join(f"{code(name)} {escape(say_fact(name, self.facts.get(name)))}" for name in read))
