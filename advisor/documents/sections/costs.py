"""What it costs: totals, rates, lines, months and break-evens, so that a reader can add up what is printed."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from advisor.costs.ledger import KINDS, Kind, Line
from advisor.costs.projection import Cost
from advisor.costs.tuning import trained_tokens
from advisor.documents.sections.fitting import Fitting
from advisor.documents.sections.parts import Lines, Row, Table
from advisor.documents.sections.section import Section
from advisor.documents.text import Markdown, cell, code, escape, in_html
from advisor.wording import NOT_ESTABLISHED, amount, bare, cents, number, plural, usd, usd_exact, usd_per_thousand

ON_PREMISES = (
    " The GPUs are priced at the typical market rate; the price table shows how far sellers differ. Embedding, "
    "reranking and the vector store are taken to run on the same machines."
)


class Costs(Section):
    """What it costs: totals, rates, lines, months and break-evens, so that a reader can add up what is printed."""

    @cached_property
    def labour_words(self) -> Markdown:
        """How labour is priced, or that it is left out."""
        if not self.workload.labour_counts:
            return Markdown(
                "Labour is left out, because its hourly cost is answered with 0. That includes labelling "
                "and review. In most projects it is the larger part."
            )
        return Markdown(
            f"Labour is priced at {usd(self.workload.engineer_hourly_cost.value)} an hour; missing labels are bought "
            "by the piece and count as labour." + (ON_PREMISES if self.workload.on_premises else "")
        )

    @cached_property
    def totals(self) -> Table:
        """Build, run, maintain and total over the horizon of every option, with and without labour."""
        rows = []
        for name, cost in self.plans().items():
            if name in self.not_applicable:
                continue
            if not cost.priced and not cost.lines:
                rows.append(Row((self.plan_name(name), *([Markdown(NOT_ESTABLISHED)] * 5))))
                continue
            parts = [Markdown(bare(known_words(cost, kind))) for kind in KINDS]
            total, api = Markdown(bare(known_words(cost))), Markdown(bare(known_words(cost, api=True)))
            rows.append(Row((self.plan_name(name), *parts, total, api)))
        columns = ("Option", "Build, USD", "Run, USD", "Maintain, USD", "Total, USD", "Total without labour, USD")
        return Table(tuple(map(Markdown, columns)), "lrrrrr", tuple(rows))

    @cached_property
    def rates(self) -> Table:
        """The model of each, what it costs for each request and a month, and its total at both ends of all ranges."""
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
                            else bare(usd_per_thousand(total.per_request_usd))
                        ),
                        Markdown(amount(total.monthly_usd)),
                        Markdown(amount(total.maintain_monthly_usd)),
                        Markdown(bare(self._spread_words(cost))),
                    )
                )
            )
        columns = (
            "Option",
            "Model",
            "Billed by use, USD per 1,000 requests",
            "Run, USD a month",
            "Maintain, USD a month",
            "Total, low to high, USD",
        )
        return Table(tuple(map(Markdown, columns)), "llrrrr", tuple(rows))

    def _spread_words(self, cost: Cost) -> str:
        """Return the totals at both ends of all ranges, the expected one where nothing is a range."""
        if cost.spread is None:
            return usd(cost.printed_total)
        (low, high), total = cost.spread.horizon_usd, cost.printed()
        return f"{usd(min(low, total))} to {usd(max(high, total))}"

    @cached_property
    def alternatives(self) -> tuple[Markdown, ...]:
        """What each alternative is, or why it does not apply."""
        return tuple(
            Markdown(f"**{self.names[it.id]}**: {'' if it.applies else 'Does not apply. '}{escape(it.because)}")
            for it in self.it.alternatives
        )

    @cached_property
    def unpriced(self) -> tuple[Markdown, ...]:
        """The prices that are not established, and are counted nowhere."""
        gaps = ((self.names[name], gap.why) for name, cost in self.plans().items() for gap in cost.gaps)
        return tuple(Markdown(f"{name}: {escape(why)}.") for name, why in gaps)

    @cached_property
    def lines(self) -> Lines:
        """The lines of the recommendation."""
        return self._lines(self.recommendation.strategy, self.it.recommended_cost)

    @cached_property
    def fits(self) -> Table:
        """What each strategy takes of budgets and deadline; no rows where none is answered."""
        return Fitting(self.it).table()

    @cached_property
    def invoice(self) -> tuple[Markdown, ...]:
        """How much of the invoice the answers explain, and what the difference usually is."""
        return tuple(Fitting(self.it).invoice())

    @cached_property
    def horizon(self) -> Markdown:
        """Over which time costs are projected: `12 months`."""
        return Markdown(self.months_words)

    @cached_property
    def as_of(self) -> Markdown:
        """The day of all prices."""
        return Markdown(self.it.as_of.isoformat())

    def _lines(self, name: str, cost: Cost) -> Lines:
        rows = [
            Row(
                (
                    Markdown(line.kind),
                    cell(escape(line.label)),
                    Markdown(_quantity(line)),
                    Markdown(bare(usd_exact(line.unit_price_usd))),
                    Markdown(amount(line.amount_usd)),
                    code(line.rate.id),
                )
            )
            for line in cost.lines
        ]
        columns = ("Kind", "Line", "Quantity", "Unit price, USD", "Amount, USD", "Price row")
        total = known_words(cost) if cost.priced else f"{known_words(cost)}, as prices are missing"
        summary = in_html(f"{self.plain_names[name]}, line by line")
        return Lines(
            self.names[name], summary, Table(tuple(map(Markdown, columns)), "llrrrl", tuple(rows)), Markdown(total)
        )

    @cached_property
    def other_lines(self) -> tuple[Lines, ...]:
        """The lines of every other plan."""
        return tuple(
            self._lines(name, cost)
            for name, cost in self.plans().items()
            if name != self.recommendation.strategy and name not in self.not_applicable and cost.lines
        )

    @cached_property
    def months(self) -> Table:
        """Cumulative cost month by month: the recommendation, the current model, the best alternative, tuning."""
        wanted = {self.recommendation.strategy: self.it.recommended_cost, "current": self.it.alternatives[0].cost}
        if best := self.it.best_alternative:
            wanted[best.id] = best.cost
        wanted["fine_tuning"] = self.it.costs["fine_tuning"]
        wanted = {name: cost for name, cost in wanted.items() if cost.priced and cost.months}
        if not wanted:
            return Table((Markdown("Month"),), "l", ())
        columns = {name: printed_months(cost) for name, cost in wanted.items()}
        first = next(iter(wanted.values()))
        rows = [
            Row((Markdown(month.month), *(Markdown(amount(column[index])) for column in columns.values())))
            for index, month in enumerate(first.months)
        ]
        heads = (Markdown("End of month, USD"), *(self.names[name] for name in wanted))
        return Table(heads, "l" + "r" * len(wanted), tuple(rows))

    @cached_property
    def training_words(self) -> Markdown | None:
        """The training bill of fine-tuning as a formula with numbers put in; nothing where nothing is trained."""
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


def known_words(cost: Cost, kind: Kind | None = None, *, api: bool = False) -> str:
    """Return an amount of a plan, of one kind if given; where prices are missing, what it comes to at least."""
    known = cost.printed(kind, api=api)
    if not any(gap.kind in (kind, None) or kind is None for gap in cost.gaps):
        return usd(known)
    return f"at least {usd(known)}" if known else NOT_ESTABLISHED


def _quantity(line: Line) -> str:
    return f"{number(line.quantity.quantize(Decimal('0.0001')))} × {escape(line.unit)}"


def printed_months(cost: Cost) -> list[Decimal]:
    """Return the cumulative amounts of a plan, ending on the printed total."""
    amounts = [cents(entry.cumulative_usd) for entry in cost.months]
    if amounts:
        amounts[-1] = cost.printed()
    return amounts
