"""What speaks for and against each option: the rules that fired for it, its money, and what closes it."""

from __future__ import annotations

from functools import cached_property

from advisor.costs.alternatives import Alternative
from advisor.costs.projection import Cost
from advisor.documents.parts import Weighed
from advisor.documents.section import Section
from advisor.documents.setting import cited, prose
from advisor.documents.text import Markdown, escape
from advisor.recommendation import Reason, score_reasons
from advisor.scoring import CHARGE, StrategyScore
from advisor.wording import fill, plural, tenths, usd

MOST_SHOWN = 5
"""Rules for and against an option that are listed one by one; the rest are counted."""


class ProsAndCons(Section):
    """What speaks for and against each option: the rules that fired for it, its money, and what closes it."""

    @cached_property
    def strategies(self) -> tuple[Weighed, ...]:
        """The strategies, each with its points; those add up to its score."""
        return tuple(map(self._strategy, self.it.scorer.strategies))

    @cached_property
    def alternatives(self) -> tuple[Weighed, ...]:
        """The alternatives that apply, held against the recommendation."""
        return tuple(self._alternative(entry) for entry in self.it.alternatives if entry.applies)

    @cached_property
    def ruled_out(self) -> tuple[Markdown, ...]:
        """The strategies that are not open, with their points and every reason why; those closed alike together."""
        alike: dict[str, list[str]] = {}
        for score in self.it.scorer.strategies:
            if not score.eligible:
                named = f"**{self.names[score.strategy]}** ({self._standing(score)})"
                alike.setdefault(" ".join(self._why_closed(score)), []).append(named)
        return tuple(Markdown(f"{' and '.join(names)}: {why}") for why, names in alike.items())

    def _strategy(self, score: StrategyScore) -> Weighed:
        reasons = score_reasons(self.it.scorer, score.strategy)
        good = [reason for reason in reasons if reason.points > 0]
        bad = [reason for reason in reasons if reason.points < 0]
        return Weighed(
            self.plan_name(score.strategy),
            self._standing(score),
            self._listed("Good", good),
            (self._effort(score.strategy, self.it.costs[score.strategy]),),
            (*self._closed(score), *self._listed("Bad", bad)),
        )

    def _standing(self, score: StrategyScore) -> Markdown:
        low, high = score.interval
        points = plural(score.score, "point") + (f" ({low} to {high} with what is open)" if low != high else "")
        if score.strategy == self.recommendation.strategy:
            return Markdown(f"{points}, recommended")
        if score.eligible:
            return Markdown(f"{points}, open")
        lead = score.score - self.recommendation.score
        return Markdown(f"{points}, " + (f"ahead by {lead}, but ruled out" if lead > 0 else "ruled out"))

    def _listed(self, word: str, reasons: list[Reason]) -> tuple[Markdown, ...]:
        titles = {rule.id: rule.title for rule in self.pack.rules}
        titles[CHARGE] = "Two techniques have to be built and run instead of one"
        lines = [
            Markdown(f"{word} ({reason.points:+d}): {prose(titles[reason.rule])} ({self.rule(reason.rule)})")
            for reason in reasons[:MOST_SHOWN]
        ]
        rest = reasons[MOST_SHOWN:]
        if rest:
            named = ", ".join(f"{self.rule(reason.rule)} {reason.points:+d}" for reason in rest)
            points = sum(reason.points for reason in rest)
            lines.append(Markdown(f"{word} ({points:+d}): {plural(len(rest), 'rule')} more: {named}"))
        return tuple(lines)

    def _effort(self, name: str, cost: Cost) -> Markdown:
        weeks = f"{tenths(self.it.fits[name].build_weeks)} weeks of work for one person"
        if not cost.priced:
            return Markdown(f"Neutral: {weeks}; its total is not established")
        build, total = usd(cost.printed("build")), usd(cost.printed_total)
        return Markdown(f"Neutral: {weeks}, {build} to build, {total} over {self.months_words}")

    def _why_closed(self, score: StrategyScore) -> tuple[str, ...]:
        """Return every reason why a strategy is not open: gates with their sources, techniques below the floor."""
        gates = [
            f"{prose(fill(rule.because, self.facts))} ({self.rule(rule.id)}; {cited(rule.source)})"
            for rule in score.gates
        ]
        return (*gates, *self._below_floor(score))

    def _below_floor(self, score: StrategyScore) -> list[str]:
        return [
            f"{self.names[name]} earns {plural(points, 'point')} by itself and needs {self.pack.adoption_floor} to be "
            f"adopted{self._earned(name)}."
            for name, points in score.below_floor
        ]

    def _closed(self, score: StrategyScore) -> tuple[Markdown, ...]:
        """Return the same in short, as lines of a list."""
        gates = [f"{prose(rule.title)} ({self.rule(rule.id)})" for rule in score.gates]
        return tuple(Markdown(f"Bad, ruled out: {why}") for why in (*gates, *self._below_floor(score)))

    def _earned(self, technique: str) -> str:
        """Return the rules that make up a technique's points."""
        scorer = self.it.scorer
        fired = [rule for rule in scorer.fired(scorer.states) if rule.points.get(technique)]
        named = ", ".join(f"{self.rule(rule.id)} {rule.points[technique]:+d}" for rule in fired)
        return f" ({named})" if named else ""

    def _alternative(self, entry: Alternative) -> Weighed:
        cost, mine = entry.cost, self.it.recommended_cost
        because = (Markdown(f"Neutral: {escape(entry.because)}"),)
        name = self.names[entry.id]
        if not cost.priced or not mine.priced:
            return Weighed(name, Markdown("alternative"), (), because, (Markdown("Bad: its price is not established"),))
        more = cost.printed() - mine.printed()
        words = f"{usd(abs(more))} {'more' if more > 0 else 'less'} than the recommendation over {self.months_words}"
        good, bad = ((), (Markdown(f"Bad: {words}"),)) if more > 0 else ((Markdown(f"Good: {words}"),), ())
        return Weighed(name, Markdown("alternative"), good, because, bad)
