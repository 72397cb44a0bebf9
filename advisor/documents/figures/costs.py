"""Charts of cost: what it comes to month by month, and what each total is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from advisor.charts.bar import Bar, BarChart, bar_chart
from advisor.charts.frame import Words
from advisor.charts.line import Crossing, Curve, LineChart, line_chart, logarithmic
from advisor.costs.break_even import BreakEven
from advisor.costs.ledger import KINDS
from advisor.costs.projection import Cost
from advisor.documents.figures.figure import Figure
from advisor.documents.sections.costs import known_words, printed_months
from advisor.documents.setting import ALTERNATIVES, Setting
from advisor.questions import STRATEGIES
from advisor.wording import percent, usd

MOST_LINES: Final = 6
"""Lines that a reader can follow in one chart."""

MOST_NAMES: Final = 12
"""Months that a mermaid axis can name without writing one over another."""

FLATTENS: Final = 6
"""A strategy that comes to more than this many times the lines that matter is named below the chart, not drawn."""

_SERIES: Final = {**{name: number for number, name in enumerate(STRATEGIES)}, "current": 4}
_OTHER: Final = 5


class CostFigures(Setting):
    """Charts of cost: what it comes to month by month, and what each total is made of."""

    def cumulative(self) -> Figure | None:
        """Return cumulative cost by month; None where no plan is fully priced."""
        plans = self._drawn_plans()
        curves = {name: self._curve(cost, minor=name not in self._majors()) for name, cost in plans.items()}
        curves = {name: curve for name, curve in curves.items() if len(curve.points) > 1}
        if not curves:
            return None
        beyond = self._beyond(curves)
        shown = self._merged({name: curve for name, curve in curves.items() if name not in beyond})
        title = f"Cumulative cost over {self.months_words}"
        alt = self._cumulative_words()
        notes = tuple(self._cumulative_notes(plans, beyond))
        words = Words("cumulative-cost", title, alt, notes)
        months = tuple(month.month for month in next(iter(plans.values())).months)
        chart = LineChart(words, "USD", months, tuple(shown), tuple(self._crossings(curves)))
        whole = {name: plans[name] for name in curves if name not in beyond and not curves[name].stops}
        mermaid = _mermaid(title, months, {self.names[name]: printed_months(cost) for name, cost in whole.items()})
        ended = [f"Not drawn, as it ends: {self.names[name]}." for name in curves if curves[name].stops]
        legend = " ".join((self._legend(months, whole), *ended, *notes)) if mermaid else None
        return Figure("cumulative-cost", title, alt, line_chart(chart), mermaid, legend)

    def _majors(self) -> list[str]:
        """Return the plans that matter most, which decide how the chart is scaled."""
        best = self.it.best_alternative
        named = (self.recommendation.strategy, self.recommendation.runner_up, "current", best.id if best else None)
        return [name for name in named if name is not None]

    def _drawn_plans(self) -> dict[str, Cost]:
        """Return the plans that have a line, those that matter most first."""
        plans = self.plans()
        order = dict.fromkeys((*self._majors(), *STRATEGIES))
        found = {name: plans[name] for name in order if plans[name].priced and plans[name].months}
        return dict(list(found.items())[:MOST_LINES])

    def _curve(self, cost: Cost, *, minor: bool) -> Curve:
        """Return the line of a plan: what is built at the start, then the printed amounts at the ends of months."""
        name = cost.plan.id
        points = tuple((x, float(y)) for x, y in ((0.0, cost.printed("build")), *_ends(cost)))
        strong, stops = name == self.recommendation.strategy, points[-1][0] < len(cost.months)
        remarks = [usd(cost.printed())]
        remarks += [f"ends {cost.ends}"] if stops else []
        remarks += ["recommended"] if strong else []
        label = (ALTERNATIVES.get(name, self.names[name]), ", ".join(remarks))
        return Curve(label, _SERIES.get(name, _OTHER), points, strong, stops, minor)

    def _merged(self, curves: dict[str, Curve]) -> Iterator[Curve]:
        """Yield the lines, those that run alike as one that carries the names of all."""
        groups: dict[tuple[tuple[float, float], ...], list[Curve]] = {}
        for curve in curves.values():
            groups.setdefault(curve.points, []).append(curve)
        for first, *others in groups.values():
            also = tuple(f"and {other.label[0]}" for other in others)
            label = (first.label[0], *also, *first.label[1:])
            minor = all(curve.minor for curve in (first, *others))
            yield replace(first, label=label, minor=minor)

    def _beyond(self, curves: dict[str, Curve]) -> set[str]:
        """Return the lines that would flatten the ones that matter."""
        majors = [curve.points[-1][1] for curve in curves.values() if not curve.minor]
        if not majors or logarithmic(curves.values()):
            return set()
        return {name for name, curve in curves.items() if curve.minor and curve.end[1] > FLATTENS * max(majors)}

    def _crossings(self, curves: dict[str, Curve]) -> Iterator[Crossing]:
        """Yield the months from which the recommended plan stays ahead, where it was behind before."""
        mine = curves.get(self.recommendation.strategy)
        by_month: dict[str, list[str]] = {}
        for entry, other in self._break_evens():
            if entry.month is not None and other in curves and mine is not None:
                by_month.setdefault(entry.month, []).append(self.names[other])
        months = [month.month for month in self.it.recommended_cost.months]
        for month, others in by_month.items():
            place = months.index(month) + 1
            if place > 1 and mine is not None:
                yield Crossing(place, mine.points[place][1], f"ahead of {' and '.join(others)} from {month} on")

    def _break_evens(self) -> list[tuple[BreakEven, str]]:
        """Return the break-evens of the recommended plan against what applies, each with the other plan."""
        best, current = self.it.best_alternative, self.it.alternatives[0]
        found = []
        for entry in self.it.break_evens[self.recommendation.strategy]:
            other = current if entry.versus == "current" else best
            if other is not None and other.applies and (entry.versus == "current") == (other.id == "current"):
                found.append((entry, other.id))
        return found

    def _cumulative_words(self) -> str:
        cost, best = self.it.recommended_cost, self.it.best_alternative
        name = self.names[self.recommendation.strategy]
        if cost.printed_total is None:
            return f"The total of {name} is not established, because prices are missing; lines show what is priced."
        words = f"{name} comes to {usd(cost.printed_total)} over {self.months_words}"
        if best is not None:
            more = cost.printed_total - best.cost.printed()
            than = f"{usd(abs(more))} {'more' if more > 0 else 'less'} than" if more else "as much as"
            words += f", {than} the cheapest alternative ({self.names[best.id]})"
        if not cost.plan.retrieval and not cost.plan.tuning:
            return f"{words}."
        ahead = [f"{self.names[other]} from {entry.month} on" for entry, other in self._break_evens() if entry.month]
        behind = [self.names[other] for entry, other in self._break_evens() if not entry.month]
        words += f"; it stays ahead of {' and of '.join(ahead)}" if ahead else ""
        return f"{words}; it does not get ahead for good of {', or of '.join(behind)}." if behind else f"{words}."

    def _cumulative_notes(self, plans: dict[str, Cost], beyond: set[str]) -> Iterator[str]:
        if beyond:
            named = ", ".join(f"{self.names[name]} ({usd(plans[name].printed())})" for name in plans if name in beyond)
            yield f"Not drawn, as it would flatten the other lines: {named}."
        unpriced = [self.names[name] for name in (*STRATEGIES, "current") if not self.plans()[name].priced]
        if unpriced:
            yield f"Not drawn, as prices are missing: {', '.join(unpriced)}."

    def _legend(self, months: tuple[str, ...], plans: dict[str, Cost]) -> str:
        """Return which line is which, by the order in which they end."""
        down = sorted(plans.items(), key=lambda entry: -entry[1].printed())
        named = ", ".join(f"{self.names[name]} ({usd(cost.printed())})" for name, cost in down)
        return f"Lines at the end of {months[-1]}, the highest first: {named}."

    def split(self) -> Figure | None:
        """Return what each total is made of; None where nothing of any plan is priced."""
        plans = {name: cost for name, cost in self.plans().items() if name not in self.not_applicable}
        bars = tuple(self._bar(name, cost) for name, cost in plans.items())
        if not any(bar.parts for bar in bars):
            return None
        title = f"What each option costs over {self.months_words}"
        alt = self._split_words()
        notes = (
            () if self.workload.labour_counts else ("Labour is left out, because its hourly cost is answered with 0.",)
        )
        chart = BarChart(Words("cost-split", title, alt, notes), "USD", ("Build", "Run", "Maintain"), bars)
        return Figure("cost-split", title, alt, bar_chart(chart))

    def _bar(self, name: str, cost: Cost) -> Bar:
        strong = name == self.recommendation.strategy
        model = "own GPUs" if self.workload.on_premises else cost.plan.model.id if cost.plan.model else "no model"
        until = (
            f"until {cost.ends}" if name == "current" and cost.ends and self.names[name] != ALTERNATIVES[name] else ""
        )
        remark = ", ".join(part for part in ("recommended" if strong else until, model) if part)
        parts = tuple(float(cost.printed(kind)) for kind in KINDS) if cost.lines else ()
        total = known_words(cost)
        return Bar(
            ALTERNATIVES.get(name, self.names[name]), remark, parts, total, self._labour(cost), cost.priced, strong
        )

    def _labour(self, cost: Cost) -> str:
        whole = cost.printed()
        if not self.workload.labour_counts or not whole:
            return ""
        labour = whole - cost.printed(api=True)
        return f"{percent(labour / whole)} labour" if cost.priced else f"{usd(labour)} of it labour"

    def _split_words(self) -> str:
        cost = self.it.recommended_cost
        name = self.names[self.recommendation.strategy]
        if not cost.lines:
            return f"The cost of {name} is not established."
        words = f"{name} comes to {known_words(cost)} over {self.months_words}"
        words += f": {known_words(cost, 'build')} to build, {known_words(cost, 'run')} to run"
        words += f", {known_words(cost, 'maintain')} to maintain"
        if not self.workload.labour_counts:
            return f"{words}, labour left out."
        return f"{words}; {usd(cost.printed() - cost.printed(api=True))} of it is labour."


def _ends(cost: Cost) -> Iterator[tuple[float, Decimal]]:
    """Yield cumulative amounts at the ends of months, up to the day on which the current model stops."""
    last = cost.ends if cost.plan.id == "current" else None
    for number, (month, amount) in enumerate(zip(cost.months, printed_months(cost), strict=True)):
        start = _first_day(month.month)
        if last is not None and start > last:
            return
        cut = last is not None and (last - start).days + 1 < int(month.days)
        yield number + (((last - start).days + 1) / int(month.days) if cut and last else 1.0), amount


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _mermaid(title: str, months: tuple[str, ...], lines: dict[str, list[Decimal]]) -> str | None:
    """Return the body of a mermaid chart; None where there are no two points to join, or no line. Its axis has names
    only where there are few enough to be read."""
    if len(months) < 2 or not lines:
        return None
    names = ", ".join(f'"{month}"' for month in months)
    axis = (
        f'"End of month" [{names}]' if len(months) <= MOST_NAMES else f'"Month, 1 is {months[0]}" 1 --> {len(months)}'
    )
    highest = max(amount for amounts in lines.values() for amount in amounts)
    body = [
        "xychart-beta",
        f'    title "{title}"',
        f"    x-axis {axis}",
        f'    y-axis "USD" 0 --> {max(highest, Decimal(1)):f}',
    ]
    for name, amounts in lines.items():
        body.append(f'    line "{_quoted(name)}" [{", ".join(f"{amount:f}" for amount in amounts)}]')
    return "\n".join(body)


def _quoted(name: str) -> str:
    """Return a name for a mermaid text: nothing that ends it, is markup, or starts an entity."""
    kept = "".join(letter if letter.isprintable() and letter not in '"`<>&#;\\[]{}|' else " " for letter in name)
    return " ".join(kept.split()) or "unnamed"
