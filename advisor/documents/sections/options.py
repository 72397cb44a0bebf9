"""The options side by side: points, verdict and money of each, and what they are like for this workload."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from advisor.conditions import evaluate
from advisor.costs.break_even import break_even
from advisor.costs.projection import Cost
from advisor.documents.sections.costs import known_words
from advisor.documents.sections.parts import Row, Table
from advisor.documents.sections.section import Section
from advisor.documents.setting import prose
from advisor.documents.text import Markdown, cell
from advisor.wording import amount, bare, fill, number, tenths, usd, usd_per_thousand


class Options(Section):
    """The options side by side: points, verdict and money of each, and what they are like for this workload."""

    @cached_property
    def table(self) -> Table:
        """Every strategy and every alternative that applies: points, verdict, total, what a request costs to
        run with everything in it, and the difference to the cheapest alternative."""
        best = self.it.best_alternative
        heads = ["Option", "Points", "Verdict", f"Total, {self.months_words}, USD", "Run, USD per 1,000 requests"]
        if best is not None:
            heads.append(f"Against {self.names[best.id]}, USD")
        rows = []
        for name, cost in self.plans().items():
            if name in self.not_applicable:
                continue
            cells = [
                self.plan_name(name),
                self._points(name),
                self._verdict(name),
                Markdown(bare(known_words(cost))),
                self._run(cost),
            ]
            if best is not None:
                cells.append(Markdown("-" if name == best.id else self._against(cost, best.cost)))
            rows.append(Row(tuple(cells)))
        return Table(tuple(map(Markdown, heads)), "lrlrrr"[: len(heads)], tuple(rows))

    def _points(self, name: str) -> Markdown:
        score = next((score for score in self.it.scorer.strategies if score.strategy == name), None)
        if score is None:
            return Markdown("-")
        return Markdown(str(score.score))

    def _verdict(self, name: str) -> Markdown:
        score = next((score for score in self.it.scorer.strategies if score.strategy == name), None)
        if name == self.recommendation.strategy:
            return Markdown("recommended")
        if score is not None:
            return Markdown("open" if score.eligible else "ruled out")
        return Markdown("today" if name == "current" else "alternative")

    def _run(self, cost: Cost) -> Markdown:
        return Markdown(bare(usd_per_thousand(self._all_in_per_request(cost))))

    def _against(self, cost: Cost, other: Cost) -> str:
        """Return what an option costs more or less than another, and the month from which it stays ahead."""
        if not cost.priced:
            return "not comparable"
        more = cost.printed() - other.printed()
        if not more:
            return "the same"
        found = break_even(cost, other, "best_alternative", self.workload.queries_per_day.value)
        ahead = f", ahead from {found.month}" if found.month and more < 0 else ""
        return f"{'+' if more > 0 else '−'}{amount(abs(more))}{ahead}"

    @cached_property
    def dimensions(self) -> Table:
        """The strategies over the dimensions of the pack: cost, time, knowledge, format, fit and quality."""
        rows = []
        for dimension in self.pack.dimensions:
            cells = []
            for name in self.it.costs:
                variant = next(variant for variant in dimension.cells[name] if evaluate(variant.when, self.facts))
                cells.append(cell(prose(fill(variant.text, self.facts, self._cost_words(name)))))
            rows.append(Row((prose(dimension.title), *cells)))
        return Table((Markdown("Dimension"), *(self.names[name] for name in self.it.costs)), "lllll", tuple(rows))

    def _cost_words(self, name: str) -> dict[str, str]:
        cost = self.it.costs[name]
        return {
            "upfront_usd": usd(cost.printed("build") if cost.priced else None),
            "per_thousand_usd": usd_per_thousand(self._all_in_per_request(cost)),
            "build_hours": number(cost.build_hours.quantize(Decimal(1))),
            "build_weeks": tenths(self.it.fits[name].build_weeks),
        }

    def _all_in_per_request(self, cost: Cost) -> Decimal | None:
        """Return what a request costs to run at this volume, hosting, storage and minimums included."""
        requests = self.workload.queries_per_day.value * 30
        monthly = cost.total.monthly_usd
        return None if monthly is None or not requests else monthly / requests
