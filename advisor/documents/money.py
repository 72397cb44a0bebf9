"""What it costs: totals, rates, lines, months and break-evens, so that a reader can add up what is printed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from advisor.costs.alternatives import Alternative
from advisor.costs.break_even import BreakEven
from advisor.costs.ledger import KINDS, Kind, Line
from advisor.costs.projection import Cost
from advisor.costs.tuning import trained_tokens
from advisor.documents.parts import (
    BreakEvenView,
    LinesView,
    Row,
    Table,
)
from advisor.documents.setting import Setting
from advisor.documents.text import Markdown, cell, code, escape
from advisor.wording import NOT_ESTABLISHED, cents, number, plural, usd, usd_exact, usd_per_thousand

ON_PREMISES = (
    " The GPUs are priced at the typical market rate; the price table shows how far sellers differ. Embedding, "
    "reranking and the vector store are taken to run on the same machines."
)


class Money(Setting):
    """What it costs: totals, rates, lines, months and break-evens, so that a reader can add up what is printed."""

    def labour_words(self) -> Markdown:
        if not self.workload.labour_counts:
            return Markdown(
                "Labour is left out, because its hourly cost is answered with 0. That includes labelling "
                "and review. In most projects it is the larger part."
            )
        return Markdown(
            f"Labour is priced at {usd(self.workload.engineer_hourly_cost.value)} an hour; missing labels are bought "
            "by the piece and count as labour." + (ON_PREMISES if self.workload.on_premises else "")
        )

    def totals(self) -> Table:
        rows = []
        for name, cost in self.plans().items():
            if name in self.not_applicable:
                rows.append(Row((self.plan_name(name), *([Markdown("does not apply")] * 5))))
                continue
            if not cost.priced and not cost.lines:
                rows.append(Row((self.plan_name(name), *([Markdown(NOT_ESTABLISHED)] * 5))))
                continue
            parts = [Markdown(known_words(cost, kind)) for kind in KINDS]
            total, api = Markdown(known_words(cost)), Markdown(known_words(cost, api=True))
            rows.append(Row((self.plan_name(name), *parts, total, api)))
        heads = ("Option", "Build", "Run", "Maintain", f"Total, {self.months_words}", "Total without labour")
        return Table(heads, "lrrrrr", tuple(rows))

    def rates(self) -> Table:
        rows = []
        for name, cost in self.plans().items():
            if name in self.not_applicable:
                continue
            model = (
                Markdown("own GPUs")
                if self.workload.on_premises
                else (code(cost.plan.model.id) if cost.plan.model else Markdown("none"))
            )
            total = cost.total
            rows.append(
                Row(
                    (
                        self.plan_name(name),
                        model,
                        Markdown(
                            "not billed by use"
                            if self.workload.on_premises
                            else usd_per_thousand(total.per_request_usd)
                        ),
                        Markdown(usd(total.monthly_usd)),
                        Markdown(usd(total.maintain_monthly_usd)),
                        Markdown(self._spread_words(cost)),
                    )
                )
            )
        heads = (
            "Option",
            "Model",
            "Usage per 1,000 requests",
            "Run, a month of 30 days",
            "Maintain, a month",
            "Total, low to high",
        )
        return Table(heads, "llrrrr", tuple(rows))

    def _spread_words(self, cost: Cost) -> str:
        """Return the totals at both ends of all ranges, the expected one where nothing is a range."""
        if cost.spread is None:
            return usd(cost.printed_total)
        (low, high), total = cost.spread.horizon_usd, cost.printed()
        return f"{usd(min(low, total))} to {usd(max(high, total))}"

    def alternative(self, entry: Alternative) -> Markdown:
        state = "" if entry.applies else "Does not apply. "
        return Markdown(f"**{self.names[entry.id]}**: {state}{entry.because}")

    def lines(self, name: str, cost: Cost) -> LinesView:
        rows = [
            Row(
                (
                    Markdown(line.kind),
                    cell(escape(line.label)),
                    Markdown(_quantity(line)),
                    Markdown(usd_exact(line.unit_price_usd)),
                    Markdown(usd(line.amount_usd)),
                    code(line.rate.id),
                )
            )
            for line in cost.lines
        ]
        heads = ("Kind", "Line", "Quantity", "Unit price", "Amount", "Price row")
        total = known_words(cost) if cost.priced else f"{known_words(cost)}, as prices are missing"
        return LinesView(self.names[name], Table(heads, "llrrrl", tuple(rows)), total)

    def other_lines(self) -> Iterable[LinesView]:
        """Yield the lines of the plans that are not recommended."""
        for name, cost in self.plans().items():
            if name != self.recommendation.strategy and name not in self.not_applicable and cost.lines:
                yield self.lines(name, cost)

    def months(self) -> Table:
        wanted = {self.recommendation.strategy: self.it.recommended_cost, "current": self.it.alternatives[0].cost}
        if best := self.it.best_alternative:
            wanted[best.id] = best.cost
        wanted["fine_tuning"] = self.it.costs["fine_tuning"]
        wanted = {name: cost for name, cost in wanted.items() if cost.priced and cost.months}
        if not wanted:
            return Table(("Month",), "l", ())
        columns = {name: printed_months(cost) for name, cost in wanted.items()}
        first = next(iter(wanted.values()))
        rows = [
            Row((Markdown(month.month), *(Markdown(usd(column[index])) for column in columns.values())))
            for index, month in enumerate(first.months)
        ]
        return Table(("End of month", *(self.names[name] for name in wanted)), "l" + "r" * len(wanted), tuple(rows))

    def training_words(self) -> Markdown | None:
        cost = self.it.costs["fine_tuning"]
        training = next((line for line in cost.lines if line.id == "training" and line.kind == "build"), None)
        if training is None or self.workload.on_premises:
            return None
        workload = self.workload
        one = cents(training.amount_usd / workload.training_runs.value) if workload.training_runs.value else Decimal(0)
        words = (
            f"{number(workload.trained_examples)} examples{self._target_words()} × "
            f"{number(workload.example_tokens.value)} tokens × {number(workload.epochs.value)} epochs = "
            f"{number(trained_tokens(workload))} trained tokens; "
            f"at {usd(training.unit_price_usd)} per 1M that is {usd(one)} a run, and "
            f"{plural(number(workload.training_runs.value), 'run')} "
            f"{'is' if workload.training_runs.value == 1 else 'are'} planned."
        )
        labour = sum(
            (
                line.amount_usd
                for line in cost.lines
                if line.kind == "build" and line.id in ("tuning", "labels", "label_review")
            ),
            Decimal(0),
        )
        if labour and training.amount_usd:
            times = (labour / training.amount_usd).quantize(Decimal(1))
            place = "below" if times < 10 else "above" if times > 100 else "within"
            words += (
                f" People's work on data and tuning comes to {number(times)} times the training bill, {place} "
                "the 10 to 100 times that CostHawk's glossary (2026-03) gives for data preparation."
            )
        return Markdown(words)

    def _target_words(self) -> str:
        """Return where the number of examples comes from, where it is more than there are."""
        if not self.workload.missing_examples:
            return ", all of them, as an upper limit, since a fifth is held out,"
        target = self.pack.label_targets.get(self.workload.task_type, self.pack.label_targets["other"])
        return f" (the target for this kind of task: {escape(target.source.title)}, {target.source.date})"

    def break_evens(self) -> Iterable[BreakEvenView]:
        wanted = dict.fromkeys((self.recommendation.strategy, "fine_tuning"))
        for name in (name for name in wanted if name != "prompt_engineering"):
            for entry in self.it.break_evens[name]:
                against_current = entry.versus == "current"
                other = self.it.alternatives[0] if against_current else self.it.best_alternative
                if other is not None and other.applies and against_current == (other.id == "current"):
                    yield self._break_even(name, entry, other)

    def _break_even(self, name: str, entry: BreakEven, other: Alternative) -> BreakEvenView:
        mine, cost, theirs = self.it.costs[name], self.it.costs[name].total, other.cost.total
        extra = mine.printed("build") - other.cost.printed("build")
        versus = self.names[other.id] + (" (the best alternative)" if self.it.best_alternative is other else "")
        if entry.upfront_usd is None or entry.daily_usd is None:
            return BreakEvenView(self.names[name], versus, (), Markdown(entry.because))
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
        return BreakEvenView(self.names[name], versus, tuple(steps), self._break_even_verdict(entry))

    def _break_even_verdict(self, entry: BreakEven) -> Markdown:
        ahead = f"Ahead for good from {entry.month} on." if entry.month else f"Not within {self.months_words}."
        without = ""
        if self.workload.labour_counts and entry.month_api != entry.month:
            when = f"from {entry.month_api} on" if entry.month_api else f"not within {self.months_words}"
            without = f" Without labour: {when}."
        return Markdown(f"{ahead} {entry.because}{without}")


def known_words(cost: Cost, kind: Kind | None = None, *, api: bool = False) -> str:
    """Return an amount of a plan, of one kind if given; where prices are missing, what it comes to at least."""
    amount = cost.printed(kind, api=api)
    if not any(gap.kind in (kind, None) or kind is None for gap in cost.gaps):
        return usd(amount)
    return f"at least {usd(amount)}" if amount else NOT_ESTABLISHED


def _quantity(line: Line) -> str:
    return f"{number(line.quantity.quantize(Decimal('0.0001')))} × {line.unit}"


def printed_months(cost: Cost) -> list[Decimal]:
    """Return the cumulative amounts of a plan, ending on the printed total."""
    amounts = [cents(entry.cumulative_usd) for entry in cost.months]
    if amounts:
        amounts[-1] = cost.printed()
    return amounts


def _days(days: Decimal) -> str:
    if days < 2:
        hours = days * 24
        return f"{number(hours.quantize(Decimal('0.01')))} hours"
    return f"{number(days.quantize(Decimal('0.1')))} days"
