"""The mistakes that apply, each with the money at stake and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from advisor.conditions import evaluate, facts_of
from advisor.derived import NEED_PRICES
from advisor.documents.sections.parts import MistakeFound
from advisor.documents.sections.section import Section
from advisor.documents.setting import cited, prose
from advisor.documents.text import Markdown
from advisor.mistakes import FoundMistake
from advisor.wording import plural, usd


class Mistakes(Section):
    """The mistakes that apply, each with the money at stake and what to do instead."""

    @cached_property
    def found(self) -> tuple[MistakeFound, ...]:
        """The mistakes, those that the recommendation itself makes first."""
        recommended = self.recommendation.strategy
        ordered = sorted(self.it.mistakes, key=lambda found: recommended not in found.committed_by)
        return tuple(map(self._found, ordered))

    @cached_property
    def checked(self) -> Markdown:
        """How many mistakes are looked for."""
        return Markdown(plural(len(self.pack.mistakes), "known mistake"))

    @cached_property
    def overlap(self) -> Markdown | None:
        """That the amounts at stake must not be added; nothing where there is at most one."""
        staked = [found for found in self.it.mistakes if found.at_stake_usd is not None]
        return Markdown("Amounts at stake may hold one another, so they do not add up.") if len(staked) > 1 else None

    @cached_property
    def undecided(self) -> Markdown | None:
        """The mistakes that could not be looked for, because an answer is missing; nothing where there are none."""
        found = {entry.mistake.id for entry in self.it.mistakes}
        plan = self.it.plan
        of = {name: {**self.it.priced_facts, **self.it.plan_facts.of(name)} for name in plan}
        titles = [
            prose(mistake.title)
            for mistake in self.pack.mistakes
            if mistake.id not in found
            and any(evaluate(mistake.when, of[name]) is None for name in plan if name in mistake.commits)
            and not NEED_PRICES.issuperset(facts_of(mistake.when))
        ]
        return Markdown("Undecided for lack of an answer: " + "; ".join(titles) + ".") if titles else None

    def named(self) -> Iterator[Markdown]:
        """Yield the mistakes by title, those that come with the recommendation apart from the others."""
        recommended = self.recommendation.strategy
        with_it = [prose(found.mistake.title) for found in self.it.mistakes if recommended in found.committed_by]
        others = [prose(found.mistake.title) for found in self.it.mistakes if recommended not in found.committed_by]
        if with_it:
            remedies = "Its remedy is a precondition" if len(with_it) == 1 else "Their remedies are preconditions"
            yield Markdown(f"**Mistakes that come with it:** {'; '.join(with_it)}. {remedies} in the rollout.")
        if others:
            yield Markdown(f"**Mistakes in what else is planned:** {'; '.join(others)}.")

    def at_stake(self, found: FoundMistake) -> Markdown | None:
        """Return the money at stake; a build total is the sum of its printed lines, as everywhere."""
        if found.at_stake_usd is None:
            return None
        whole_build = found.mistake.at_stake == "tuning_build"
        amount = usd(self.it.costs[found.staked_by].printed("build") if whole_build else found.at_stake_usd)
        one = len(found.committed_by) == 1
        return Markdown(amount if one else f"{amount}, {self.names[found.staked_by]}")

    def _found(self, found: FoundMistake) -> MistakeFound:
        return MistakeFound(
            prose(found.mistake.title),
            Markdown(found.mistake.severity),
            self._committed(found),
            prose(found.because),
            prose(found.avoid),
            self.at_stake(found),
            cited(found.source),
        )

    def _committed(self, found: FoundMistake) -> Markdown:
        by_role: dict[str, list[str]] = {}
        for name in found.committed_by:
            by_role.setdefault(self._role(name), []).append(self.names[name])
        return Markdown("; ".join(f"{', '.join(names)} ({role})" for role, names in by_role.items()))

    def _role(self, strategy: str) -> str:
        """Return how a strategy comes to be in the plan."""
        considering = self.it.answers.values.get("considering")
        if strategy == self.recommendation.strategy:
            return "recommended"
        considered = isinstance(considering, tuple) and strategy in considering
        return "considered" if considered else "ahead in points, but ruled out"
