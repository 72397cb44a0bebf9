"""The projection of a plan: what it builds, runs and maintains over the horizon, and the totals that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from advisor.costs.labour import add_requirement_changes, add_work, build_hours, existing_work
from advisor.costs.ledger import (
    MILLION,
    ZERO,
    Gap,
    Kind,
    Ledger,
    Line,
    Month,
    MonthTotal,
    calendar_months,
    cents,
    occurrences,
    standard_month,
)
from advisor.costs.retrieval import Retrieval
from advisor.costs.run import (
    CallTokens,
    Service,
    add_gpus,
    add_service,
    add_tokens,
    service,
    tuned_tokens,
    untuned_tokens,
)
from advisor.costs.tuning import add_data, add_run, add_self_hosted_run
from advisor.pricebook.book import Model, PriceBook
from advisor.workload import Workload

_USD: Final = Decimal("1e-10")


@dataclass(frozen=True)
class Plan:
    """A strategy or alternative to be priced: on which model, with retrieval or tuning, building what by hand."""

    id: str
    model: Model | None
    retrieval: bool = False
    tuning: bool = False
    work: tuple[str, ...] = ()
    batched: bool = True


@dataclass(frozen=True)
class Totals:
    """The totals of a cost, all lines or without labour; None where a line has no price."""

    upfront_usd: Decimal | None
    monthly_usd: Decimal | None
    maintain_monthly_usd: Decimal | None
    per_request_usd: Decimal | None
    horizon_usd: Decimal | None


@dataclass(frozen=True)
class Cost:
    """What a plan costs. `known_usd` is the part that is priced; `ends` names the month in which its model stops;
    `build_hours` are the hours of our own people before it runs, priced or not."""

    plan: Plan
    total: Totals
    api: Totals
    known_usd: Decimal
    months: tuple[MonthTotal, ...]
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    ends: date | None = None
    build_hours: Decimal = ZERO

    @property
    def priced(self) -> bool:
        return not self.gaps

    def printed(self, kind: Kind | None = None, *, api: bool = False) -> Decimal:
        """Return the sum of the printed lines, each rounded to the cent, so that a reader can add up what is shown."""
        return sum(
            (
                cents(line.amount_usd)
                for line in self.lines
                if (kind is None or line.kind == kind) and not (api and line.labour)
            ),
            ZERO,
        )

    @property
    def printed_total(self) -> Decimal | None:
        """Return the total that documents print for this plan, None where a price is missing."""
        return self.printed() if self.priced else None


@dataclass(frozen=True)
class Projector:
    """Prices plans for one workload on one day."""

    book: PriceBook
    workload: Workload
    as_of: date

    def cost(self, plan: Plan) -> Cost:
        """Return the projection of a plan."""
        if plan.model is None and not self.workload.on_premises:
            gap = (Gap("model", "no model can be tuned by this customer on this date"),)
            nothing = Totals(None, None, None, None, None)
            return Cost(plan, nothing, nothing, ZERO, (), (), gap, None, self._build_hours(plan))
        ledger = Ledger()
        months = calendar_months(self.as_of, self.workload.months, self.workload.monthly_growth.value)
        ends = self._ends(plan.model)
        if ends is not None and not plan.tuning and plan.id != "current" and ends <= months[-1].end:
            ledger.gaps["model"] = Gap(
                "model", f"{plan.model.id if plan.model else ''} stops serving on {ends}, before the horizon ends"
            )
        self._build(ledger, plan)
        for month in months:
            if ends is None or month.start <= ends or plan.tuning or plan.id != "current":
                self._serve(ledger, plan, month)
                self._maintain(ledger, plan, month, ends)
        standard, request = Ledger(), Ledger()
        self._serve(standard, plan, standard_month(self.as_of), upkeep=False)
        self._requests(request, plan, MILLION)
        return Cost(
            plan,
            self._totals(ledger, standard, request, api=False),
            self._totals(ledger, standard, request, api=True),
            ledger.total(),
            ledger.month_totals(months),
            tuple(_in_kind_order(ledger)),
            tuple(ledger.gaps.values()),
            ends,
            self._build_hours(plan),
        )

    def _build_hours(self, plan: Plan) -> Decimal:
        return build_hours(self.book, self.workload, plan.work, tuning=plan.tuning)

    def _totals(self, ledger: Ledger, standard: Ledger, request: Ledger, *, api: bool) -> Totals:
        if ledger.gaps:
            return Totals(None, None, None, None, None)
        maintain = (ledger.total("maintain", api=api) / self.workload.months).quantize(_USD)
        return Totals(
            ledger.total("build", api=api),
            standard.total("run", api=api),
            maintain,
            request.total(api=api) / MILLION,
            ledger.total(api=api),
        )

    def _tokens(self, plan: Plan) -> CallTokens:
        tokens: Callable[..., CallTokens] = tuned_tokens if plan.tuning else untuned_tokens
        return tokens(self.workload, retrieval=plan.retrieval)

    def _service(self, plan: Plan) -> Service:
        assert plan.model is not None
        return service(self.workload, plan.model, self._tokens(plan), batched=plan.batched)

    def _gpu(self) -> str:
        return self.book.role("gpu", self.as_of).model

    def _build(self, ledger: Ledger, plan: Plan) -> None:
        for work in plan.work:
            if work not in existing_work(self.workload):
                add_work(ledger, self.book, self.workload, work, 0, "build")
        if plan.retrieval and not self.workload.on_premises:
            Retrieval(self.book, self.workload, self.as_of).add_build(ledger, self.as_of)
        if plan.tuning:
            add_data(ledger, self.book, self.workload, self.as_of)
            self._train(ledger, plan, 0, "build", self.as_of, self.workload.training_runs.value)

    def _train(self, ledger: Ledger, plan: Plan, month: int, kind: Kind, day: date, times: Decimal) -> None:
        if self.workload.on_premises:
            add_self_hosted_run(ledger, self.book, self._gpu(), month, kind, day, times)
        else:
            assert plan.model is not None
            add_run(ledger, self.book, self.workload, plan.model, self._tokens(plan), month, kind, day, times)

    def _serve(self, ledger: Ledger, plan: Plan, month: Month, *, upkeep: bool = True) -> None:
        if self.workload.on_premises:
            add_gpus(ledger, self.book, self.workload, self._gpu(), month)
            return
        add_service(ledger, self.book, self.workload, self._service(plan), month)
        if plan.retrieval:
            Retrieval(self.book, self.workload, self.as_of).add_month(ledger, month, upkeep=upkeep)

    def _requests(self, ledger: Ledger, plan: Plan, requests: Decimal) -> None:
        """Add what a number of requests costs at as-of prices, counting lines billed by use."""
        if self.workload.on_premises:
            return
        calls = requests * self.workload.calls_per_request.value
        add_tokens(ledger, self.book, self._service(plan), calls, 1, self.as_of)
        if plan.retrieval:
            Retrieval(self.book, self.workload, self.as_of).add_calls(ledger, calls, 1, self.as_of)

    def _maintain(self, ledger: Ledger, plan: Plan, month: Month, ends: date | None) -> None:
        add_requirement_changes(ledger, self.book, self.workload, month)
        if plan.retrieval:
            add_work(ledger, self.book, self.workload, "rag_upkeep", month.number, "maintain")
        if plan.tuning:
            times = occurrences(month.number, self.workload.retrain_per_year.value)
            if ends is not None and (ends.year, ends.month) == (month.start.year, month.start.month):
                times += 1
            self._train(ledger, plan, month.number, "maintain", month.start, times)
            add_work(ledger, self.book, self.workload, "retrain", month.number, "maintain", times)

    def ends_within(self, model: Model) -> date | None:
        """Return when a model stops serving, if that is announced and lies before the end of the horizon."""
        ends = self._ends(model)
        months = calendar_months(self.as_of, self.workload.months, ZERO)
        return ends if ends is not None and ends <= months[-1].end else None

    def _ends(self, model: Model | None) -> date | None:
        """Return when a model stops serving, if that is announced."""
        if model is None or self.workload.on_premises:
            return None
        event = self.book.availability(model, self.as_of, frozenset(self.book.providers)).ends
        return event.date if event else None


def _in_kind_order(ledger: Ledger) -> list[Line]:
    order = {"build": 0, "run": 1, "maintain": 2}
    return sorted(ledger.lines.values(), key=lambda line: order[line.kind])
