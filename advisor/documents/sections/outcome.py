"""The decision: what is chosen and why, what follows from it, and how to tell that it was right."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from advisor.assessment import review_by
from advisor.conditions import Range
from advisor.documents.sections.changes import Changes
from advisor.documents.sections.headline import Headline
from advisor.documents.sections.mistakes import Mistakes
from advisor.documents.sections.rollout import Rollout
from advisor.documents.sections.section import Section
from advisor.documents.setting import prose
from advisor.documents.text import Markdown, code
from advisor.wording import number, say, tenths, usd

MOST_WATCHED = 3
"""Changes that a reader is asked to watch for."""


class Outcome(Section):
    """The decision: what is chosen and why, what follows from it, and how to tell that it was right."""

    @cached_property
    def chosen(self) -> Markdown:
        """The chosen option with its justification in points."""
        headline, name = Headline(self.it), self.names[self.recommendation.strategy]
        chosen = f'Chosen option: "{name}" on {headline.runs_on}'
        if self.recommendation.margin == 0 and self.recommendation.runner_up:
            rival = self.names[self.recommendation.runner_up]
            return Markdown(f"{chosen}, because it is the simpler one: in points it ties with {rival}.")
        weighs = f" What weighs most: {self._foremost}." if self._foremost else ""
        return Markdown(f"{chosen}, because it leads in points: {headline.margin}.{weighs}")

    @cached_property
    def _foremost(self) -> str | None:
        """The reason that speaks most for it, by the title of its rule; None where none does."""
        first = self.recommendation.reasons[0] if self.recommendation.reasons else None
        rule = next((rule for rule in self.pack.rules if first and rule.id == first.rule), None)
        return f"{prose(rule.title)} ({self.rule(rule.id)})" if rule and first and first.points > 0 else None

    @cached_property
    def summary(self) -> Markdown:
        """What the strategy is, in the words of the pack."""
        return prose(self.pack.strategy(self.recommendation.strategy).summary)

    @cached_property
    def consequences(self) -> tuple[Markdown, ...]:
        """What follows for money, time and upkeep, and the mistakes that come with it: good, neutral or bad."""
        return tuple(self._consequences())

    def _consequences(self) -> Iterator[Markdown]:
        if self._foremost:
            yield Markdown(f"Good, because it meets what weighs most: {self._foremost}.")
        yield from self._against_others()
        cost, fit = self.it.recommended_cost, self.it.fits[self.recommendation.strategy]
        if cost.build_hours:
            hours, weeks = number(cost.build_hours.quantize(1)), tenths(fit.build_weeks)
            yield Markdown(f"Neutral, because it takes {hours} hours of work, about {weeks} weeks for one person.")
        maintain = cost.total.maintain_monthly_usd
        if cost.priced and maintain:
            amount, total = usd(maintain), usd(cost.printed("maintain"))
            yield Markdown(f"Bad, because it has to be kept up: {amount} a month, {total} over {self.months_words}.")
        mistakes = Mistakes(self.it)
        for found in self.it.mistakes:
            if self.recommendation.strategy in found.committed_by:
                stake = mistakes.at_stake(found)
                money = f" ({stake} at stake)" if stake else ""
                yield Markdown(f"Bad, because a known mistake comes with it: {prose(found.mistake.title)}{money}.")

    def _against_others(self) -> Iterator[Markdown]:
        """Yield what it costs over the horizon beside today's system and the best alternative, where both are known."""
        cost = self.it.recommended_cost
        found = (self.it.alternatives[0], self.it.best_alternative)
        others = {entry.id: entry.cost for entry in found if entry is not None and entry.applies}
        if self.it.retrieval_on_small is not None:
            others["rag_on_small"] = self.it.retrieval_on_small
        for plan, other in others.items():
            if not cost.priced or not other.priced:
                continue
            more = cost.printed() - other.printed()
            cheapest = self.it.best_alternative is not None and plan == self.it.best_alternative.id
            name, best = self.names[plan], " (the cheapest alternative)" if cheapest else ""
            if more == 0:
                yield Markdown(f"Neutral, because it costs the same as {name}{best} over {self.months_words}.")
            else:
                word, than = ("Bad", "more") if more > 0 else ("Good", "less")
                yield Markdown(
                    f"{word}, because it costs {usd(abs(more))} {than} than {name}{best} over {self.months_words}."
                )

    @cached_property
    def confirmation(self) -> tuple[Markdown, ...]:
        """What to measure with its threshold, and when to look at the decision again."""
        return tuple(self._confirmation())

    def _confirmation(self) -> Iterator[Markdown]:
        yield self._quality()
        first = Rollout(self.it).first_experiment
        if first is not None:
            yield Markdown(f"**First experiment:** {first.exit_criterion}")
        monthly = self.it.recommended_cost.total.monthly_usd
        if monthly is not None:
            volume = number(self.workload.queries_per_day.value)
            yield Markdown(
                f"**Cost:** 30 days at {volume} requests a day come to no more than 10 % over {usd(monthly)} to run."
            )
        yield self._revisit()

    def _quality(self) -> Markdown:
        target = self.facts.get("target_quality")
        if isinstance(target, Decimal | Range):
            wanted = say(target, "share")
            return Markdown(
                f"**Quality:** at least {wanted} on the held-out evaluation set, before and after each change."
            )
        return Markdown(
            f"**Quality:** {code('target_quality')} is not answered, so there is no threshold yet. Agree on one for "
            "the held-out evaluation set before the first experiment."
        )

    def _revisit(self) -> Markdown:
        day = review_by(self.it.as_of, self.it.ending)
        why = "before the current model ends" if self.it.ending and day == self.it.ending.day else "when prices are old"
        flips = Changes(self.it).nearest(MOST_WATCHED)
        return Markdown(f"**Look at it again:** by {day}, {why}; and at once when an answer changes: {flips}.")
