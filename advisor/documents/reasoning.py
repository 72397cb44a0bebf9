"""Why: the comparison of options, scores, reasons, what is ruled out, mistakes and the way ahead."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from advisor.conditions import evaluate, facts_of
from advisor.costs.projection import Cost
from advisor.derived import NEED_PRICES
from advisor.documents.parts import (
    MistakeView,
    ReasonView,
    Row,
    RuledOutView,
    StepView,
    Table,
)
from advisor.documents.setting import Setting, prose
from advisor.documents.text import Markdown, cell, code, escape, link
from advisor.mistakes import FoundMistake
from advisor.packs.pack import Source
from advisor.recommendation import Reason
from advisor.wording import fill, number, plural, tenths, usd, usd_per_thousand

MOST_REASONS = 4
"""Reasons for and against that are shown in full; more are unlikely to help a reader (Regulation B, comment
9(b)(2)-1)."""


class Reasoning(Setting):
    """Why: the comparison of options, scores, reasons, what is ruled out, mistakes and the way ahead."""

    def dimensions(self) -> Table:
        rows = []
        for dimension in self.pack.dimensions:
            cells = []
            for name in self.it.costs:
                variant = next(variant for variant in dimension.cells[name] if evaluate(variant.when, self.facts))
                cells.append(cell(fill(variant.text, self.facts, self._cost_words(name))))
            rows.append(Row((Markdown(dimension.title), *cells)))
        return Table(("Dimension", *(self.names[name] for name in self.it.costs)), "lllll", tuple(rows))

    def _cost_words(self, name: str) -> dict[str, str]:
        cost = self.it.costs[name]
        return {
            "upfront_usd": usd(cost.printed("build") if cost.priced else None),
            "per_thousand_usd": usd_per_thousand(self._all_in_per_request(cost)),
            "build_hours": number(cost.build_hours.quantize(Decimal(1))),
            "build_weeks": tenths(self.it.fits[name].build_weeks),
        }

    def scores(self) -> Table:
        rows = []
        for score in self.it.scorer.strategies:
            low, high = score.interval
            state = (
                "recommended"
                if score.strategy == self.recommendation.strategy
                else ("open" if score.eligible else "ruled out")
            )
            rows.append(
                Row(
                    (
                        Markdown(self.names[score.strategy]),
                        Markdown(str(score.score)),
                        Markdown(f"{low} to {high}"),
                        Markdown(state),
                    )
                )
            )
        return Table(("Strategy", "Points", "Possible with open answers", "State"), "lrrl", tuple(rows))

    def reasons_title(self) -> str:
        runner_up = self.recommendation.runner_up
        return f"for {self.names[self.recommendation.strategy]}" + (
            f" against {self.names[runner_up]}" if runner_up else ""
        )

    def reasons(self) -> tuple[tuple[ReasonView, ...], tuple[ReasonView, ...], Markdown | None]:
        """Return the reasons for, those against, and the rest of both in one line."""
        for_, against = (
            [reason for reason in self.recommendation.reasons if (reason.points > 0) is sign] for sign in (True, False)
        )
        shown = [tuple(self._reason(reason) for reason in side[:MOST_REASONS]) for side in (for_, against)]
        return shown[0], shown[1], _rest(for_[MOST_REASONS:] + against[MOST_REASONS:])

    def _reason(self, reason: Reason) -> ReasonView:
        return ReasonView(
            Markdown(f"{reason.points:+d}"),
            Markdown(prose(reason.because)),
            code(reason.rule),
            self._source(reason.source),
        )

    def reasons_sum(self) -> Markdown:
        recommendation = self.recommendation
        what = "score" if recommendation.margin is None else "margin"
        total = recommendation.score if recommendation.margin is None else recommendation.margin
        terms = " ".join(
            f"{'−' if reason.points < 0 else '+'} {abs(reason.points)}" for reason in recommendation.reasons
        )
        return Markdown(f"All of them add up to the {what}: {terms.removeprefix('+ ') or '0'} = {total}.")

    def ruled_out(self) -> Iterable[RuledOutView]:
        best = self.recommendation.score
        for score in self.it.scorer.strategies:
            if score.eligible:
                continue
            lead = score.score - best
            standing = Markdown(
                f"{plural(score.score, 'point')}, " + (f"ahead by {lead}, but ruled out" if lead > 0 else "ruled out")
            )
            because = [
                Markdown(f"{prose(fill(rule.because, self.facts))} ({code(rule.id)}; {self._source(rule.source)})")
                for rule in score.gates
            ]
            because += [
                Markdown(
                    f"{self.names[name]} earns {plural(points, 'point')} by itself and needs "
                    f"{self.pack.adoption_floor} to be adopted{self._earned(name)}."
                )
                for name, points in score.below_floor
            ]
            yield RuledOutView(self.names[score.strategy], standing, tuple(because))

    def _earned(self, technique: str) -> str:
        """Return the rules that make up a technique's points."""
        scorer = self.it.scorer
        fired = [rule for rule in scorer.fired(scorer.states) if rule.points.get(technique)]
        named = ", ".join(f"{code(rule.id)} {rule.points[technique]:+d}" for rule in fired)
        return f" ({named})" if named else ""

    def undecided_mistakes(self) -> Markdown | None:
        """Return the mistakes that could not be looked for, because an answer is missing."""
        found = {entry.mistake.id for entry in self.it.mistakes}
        plan = self.it.plan
        of = {name: {**self.it.priced_facts, **self.it.plan_facts.of(name)} for name in plan}
        titles = [
            mistake.title
            for mistake in self.pack.mistakes
            if mistake.id not in found
            and any(evaluate(mistake.when, of[name]) is None for name in plan if name in mistake.commits)
            and not NEED_PRICES.issuperset(facts_of(mistake.when))
        ]
        return Markdown("Undecided for lack of an answer: " + "; ".join(titles) + ".") if titles else None

    def mistakes_named(self) -> Iterable[Markdown]:
        """Yield the titles of the mistakes, those that come with the recommendation apart from the others."""
        recommended = self.recommendation.strategy
        with_it = [found.mistake.title for found in self.it.mistakes if recommended in found.committed_by]
        others = [found.mistake.title for found in self.it.mistakes if recommended not in found.committed_by]
        if with_it:
            yield Markdown(
                f"**Mistakes that come with it:** {'; '.join(with_it)}. "
                + ("Its remedy is a precondition" if len(with_it) == 1 else "Their remedies are preconditions")
                + " in the roadmap."
            )
        if others:
            yield Markdown(f"**Mistakes in what else is planned:** {'; '.join(others)}.")

    def _committed(self, found: FoundMistake) -> str:
        by_role: dict[str, list[str]] = {}
        for name in found.committed_by:
            by_role.setdefault(self._role(name), []).append(self.names[name])
        return "; ".join(f"{', '.join(names)} ({role})" for role, names in by_role.items())

    def _source(self, source: Source) -> Markdown:
        if not source.title:
            return Markdown("")
        return Markdown(f"{link(source.title, source.url)}, {escape(source.date)}")

    def mistakes(self) -> Iterable[MistakeView]:
        recommended = self.recommendation.strategy
        for found in sorted(self.it.mistakes, key=lambda found: recommended not in found.committed_by):
            yield MistakeView(
                found.mistake.title,
                found.mistake.severity,
                self._committed(found),
                Markdown(prose(found.because)),
                Markdown(prose(found.avoid)),
                self._at_stake(found),
                self._source(found.source),
            )

    def _all_in_per_request(self, cost: Cost) -> Decimal | None:
        """Return what a request costs to run at this volume, hosting, storage and minimums included."""
        requests = self.workload.queries_per_day.value * 30
        monthly = cost.total.monthly_usd
        return None if monthly is None or not requests else monthly / requests

    def _role(self, strategy: str) -> str:
        """Return how a strategy comes to be in the plan."""
        considering = self.it.answers.values.get("considering")
        if strategy == self.recommendation.strategy:
            return "recommended"
        considered = isinstance(considering, tuple) and strategy in considering
        return "considered" if considered else "ahead in points, but ruled out"

    def _at_stake(self, found: FoundMistake) -> str | None:
        """Return the money at stake; a build total is the sum of its printed lines, as everywhere."""
        if found.at_stake_usd is None:
            return None
        whole_build = found.mistake.at_stake == "tuning_build"
        amount = usd(self.it.costs[found.staked_by].printed("build") if whole_build else found.at_stake_usd)
        return amount if len(found.committed_by) == 1 else f"{amount} ({self.names[found.staked_by]})"

    def steps(self) -> Iterable[StepView]:
        first = next((step.id for step in self.it.roadmap if step.totals), None)
        for step in self.it.roadmap:
            marks = (("precondition", step.precondition), ("first experiment", step.id == first))
            label = ", ".join(name for name, holds in marks if holds).capitalize()
            yield StepView(
                Markdown(prose(step.step)),
                Markdown(prose(step.why)),
                Markdown(prose(step.exit_criterion)),
                usd(step.cost_usd) if step.cost_usd else None,
                label,
                self._source(step.source),
            )


def _rest(reasons: list[Reason]) -> Markdown | None:
    if not reasons:
        return None
    points = sum(reason.points for reason in reasons)
    many = "One other" if len(reasons) == 1 else f"The other {len(reasons)}"
    named = ", ".join(f"{code(reason.rule)} {reason.points:+d}" for reason in reasons)
    return Markdown(f"{many}: {points:+d} ({named}).")
