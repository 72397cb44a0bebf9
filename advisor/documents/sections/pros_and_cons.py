"""What speaks for and against each option: the rules that fired for it, its money, and what closes it."""

from __future__ import annotations

from functools import cached_property

from advisor.costs.projection import Cost
from advisor.documents.sections.parts import Weighed
from advisor.documents.sections.section import Section
from advisor.documents.setting import cited, prose
from advisor.documents.text import Markdown, escape
from advisor.packs.pack import ADDS, PAIR
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
        found = [self._alternative(it.id, it.cost, it.because) for it in self.it.alternatives if it.applies]
        if self.it.retrieval_on_small is not None:
            because = "Retrieval as recommended, on the smaller model, if it passes on the evaluation set."
            found.append(self._alternative("rag_on_small", self.it.retrieval_on_small, because))
        return tuple(found)

    @cached_property
    def ruled_out(self) -> tuple[Markdown, ...]:
        """The strategies that are not open, with their points and every reason why; those closed alike together."""
        alike: dict[str, list[str]] = {}
        for score in self.it.scorer.strategies:
            if not score.eligible:
                named = f"**{self.names[score.strategy]}** ({_points(score)})"
                alike.setdefault(" ".join(self._why_closed(score)), []).append(named)
        return tuple(Markdown(f"{' and '.join(names)}: {why}") for why, names in alike.items())

    def _strategy(self, score: StrategyScore) -> Weighed:
        reasons = score_reasons(self.it.scorer, score.strategy)
        if score.strategy == PAIR:
            return self._pair(score, reasons)
        good = [reason for reason in reasons if reason.points > 0]
        bad = [reason for reason in reasons if reason.points < 0]
        return Weighed(
            self.plan_name(score.strategy),
            self._standing(score),
            self._listed("Good", good),
            (self._effort(score.strategy, self.it.costs[score.strategy]),),
            (*self._closed(score), *self._listed("Bad", bad)),
        )

    def _pair(self, score: StrategyScore, reasons: tuple[Reason, ...]) -> Weighed:
        """Return the pair by what it adds to both techniques; their own reasons stand under each."""
        own = {rule.id for rule in self.pack.rules if PAIR in rule.points} | {CHARGE}
        left = [reason for reason in reasons if reason.rule in own]
        both = " and ".join(
            f"{self.names[name]} {self.it.scorer.score(name, self.it.scorer.states):+d}" for name in ADDS[PAIR]
        )
        sums = Markdown(f"Neutral: what speaks for and against both techniques adds up: {both}")
        return Weighed(
            self.plan_name(PAIR),
            self._standing(score),
            self._listed("Good", [reason for reason in left if reason.points > 0]),
            (sums, self._effort(PAIR, self.it.costs[PAIR])),
            (*self._closed(score), *self._listed("Bad", [reason for reason in left if reason.points < 0])),
        )

    def _standing(self, score: StrategyScore) -> Markdown:
        points = _points(score)
        if score.strategy == self.recommendation.strategy:
            return Markdown(f"{points}; recommended")
        if score.eligible:
            return Markdown(f"{points}; open")
        lead = score.score - self.recommendation.score
        return Markdown(f"{points}; " + (f"ahead by {lead}, but ruled out" if lead > 0 else "ruled out"))

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

    def _alternative(self, plan: str, cost: Cost, why: str) -> Weighed:
        name, mine = self.names[plan], self.it.recommended_cost
        because = (Markdown(f"Neutral: {escape(why)}"),)
        if not cost.priced or not mine.priced:
            return Weighed(name, Markdown("alternative"), (), because, (Markdown("Bad: its price is not established"),))
        more = cost.printed() - mine.printed()
        if not more:
            same = Markdown(f"Neutral: it costs the same as the recommendation over {self.months_words}")
            return Weighed(name, Markdown("alternative"), (), (*because, same), ())
        words = f"{usd(abs(more))} {'more' if more > 0 else 'less'} than the recommendation over {self.months_words}"
        good, bad = ((), (Markdown(f"Bad: {words}"),)) if more > 0 else ((Markdown(f"Good: {words}"),), ())
        return Weighed(name, Markdown("alternative"), good, because, bad)


def _points(score: StrategyScore) -> str:
    """Return a score in words, with what answers that are still open could make of it."""
    low, high = score.interval
    points = plural(score.score, "point")
    return points if low == high == score.score else f"{points}, {low} to {high} depending on open answers"
