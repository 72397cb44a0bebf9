"""The projection of a plan: what it builds, runs and maintains over the horizon, and the totals that follow."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from advisor.costs.labour import add_requirement_changes, add_work, build_hours, existing_work
from advisor.costs.ledger import (
    KINDS,
    MILLION,
    ZERO,
    Gap,
    Kind,
    Ledger,
    Line,
    Month,
    MonthTotal,
    calendar_months,
    exact,
    occurrences,
    standard_month,
    until,
)
from advisor.costs.retrieval import Retrieval
from advisor.costs.run import (
    CallTokens,
    Service,
    add_gpus,
    add_service,
    add_tokens,
    cached_share,
    tuned_tokens,
    untuned_tokens,
)
from advisor.costs.tuning import add_data, add_run, add_self_hosted_run
from advisor.pricebook.book import Model, PriceBook
from advisor.wording import cents
from advisor.workload import Workload

_USD: Final = Decimal("1e-10")


@dataclass(frozen=True)
class Plan:
    """A strategy or alternative to be priced: on which model, with retrieval or tuning, building what by hand.

    `knowledge` puts all the knowledge into the prompt, `batch_share` is the share of calls in batch (None: as answered)
    and `cached_share` that of the prompt read from cache (None: as answered or assumed).
    """

    id: str
    model: Model | None
    retrieval: bool = False
    tuning: bool = False
    knowledge: bool = False
    work: tuple[str, ...] = ()
    batch_share: Decimal | None = None
    cached_share: Decimal | None = None

    @property
    def key(self) -> PlanKey:
        """Return what tells this plan from every other."""
        model = self.model.id if self.model else None
        flags = (self.retrieval, self.tuning, self.knowledge)
        return self.id, model, flags, self.work, self.batch_share, self.cached_share


PlanKey = tuple[str, str | None, tuple[bool, bool, bool], tuple[str, ...], Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Totals:
    """The totals of a cost, all lines or without labour; None where a line has no price."""

    upfront_usd: Decimal | None
    monthly_usd: Decimal | None
    maintain_monthly_usd: Decimal | None
    per_request_usd: Decimal | None
    horizon_usd: Decimal | None


@dataclass(frozen=True)
class Spread:
    """The totals with every range of answers and price rows at its cheap and at its dear end, never above and never
    below the expected ones."""

    upfront_usd: tuple[Decimal, Decimal]
    monthly_usd: tuple[Decimal, Decimal]
    horizon_usd: tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Cost:
    """What a plan costs. `known_usd` is the part that is priced; `ends` is the last day of service of its model, where
    announced; `build_hours` are the hours of our own people before it runs, priced or not. `spread_of` works out the
    spread."""

    plan: Plan
    total: Totals
    api: Totals
    known_usd: Decimal
    months: tuple[MonthTotal, ...]
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    ends: date | None = None
    build_hours: Decimal = ZERO
    spread_of: Callable[[], Spread | None] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def spread(self) -> Spread | None:
        """The totals at both ends of all ranges, None where there is no range behind them."""
        return self.spread_of() if self.spread_of else None

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
    """Prices plans for one workload on one day, each of them once. `known` are those that have been priced."""

    book: PriceBook
    workload: Workload
    as_of: date
    known: dict[PlanKey, Cost] = field(default_factory=dict, compare=False, repr=False)

    def cost(self, plan: Plan) -> Cost:
        """Return the projection of a plan, with its spread, which is worked out when it is asked for."""
        cost = self.expected(plan)
        return replace(cost, spread_of=lambda: exact(self._spread)(plan, cost)) if cost.priced else cost

    def expected(self, plan: Plan) -> Cost:
        """Return the projection of a plan at central values and typical prices."""
        if plan.key not in self.known:
            self.known[plan.key] = self._project(plan)
        return self.known[plan.key]

    def _project(self, plan: Plan) -> Cost:
        if plan.model is None and not self.workload.on_premises:
            gap = (Gap("model", "no model can be tuned by this customer on this date"),)
            nothing = Totals(None, None, None, None, None)
            return Cost(plan, nothing, nothing, ZERO, (), (), gap, None, self._build_hours(plan))
        ledger = Ledger()
        months = self._months
        ends = self._ends(plan.model)
        if ends is not None and not plan.tuning and plan.id != "current" and ends <= months[-1].end:
            why = f"{plan.model.id if plan.model else ''} stops serving on {ends}, before the horizon ends"
            ledger.gaps["model"] = Gap("model", why, "run")
        self._build(ledger, plan)
        served = months if plan.id != "current" else until(months, ends)
        alike: dict[Hashable, Ledger] = {}
        for month in served:
            shape = self._shape(plan, month)
            if shape not in alike:
                alike[shape] = Ledger()
                self._serve(alike[shape], plan, month)
            ledger.repeat(month.number, alike[shape])
            self._maintain(ledger, plan, month, ends)
        standard, request = self._standard(plan), Ledger()
        self._requests(request, plan, MILLION)
        ledger.gaps = {**standard.gaps, **request.gaps, **ledger.gaps}
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

    def monthly_usd(self, plan: Plan) -> Decimal:
        """Return what a month of 30 days costs to run, without projecting any other; every line needs a price."""
        return self._standard(plan).total("run")

    def _standard(self, plan: Plan) -> Ledger:
        ledger = Ledger()
        self._serve(ledger, plan, standard_month(self.as_of), upkeep=False)
        return ledger

    def _spread(self, plan: Plan, cost: Cost) -> Spread | None:
        """Return the totals at both ends of all ranges, None where there is no range behind them."""
        if not self.workload.has_ranges and not any(line.rate.spread for line in cost.lines):
            return None
        low, high = (projector.expected(plan).total for projector in self._ends_of_ranges)

        def ends(name: str) -> tuple[Decimal, Decimal]:
            values = [value for totals in (low, cost.total, high) if (value := getattr(totals, name)) is not None]
            return min(values), max(values)

        spread = Spread(ends("upfront_usd"), ends("monthly_usd"), ends("horizon_usd"))
        return None if spread.horizon_usd[0] == spread.horizon_usd[1] else spread

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
        serves_tuned = plan.model is not None and plan.model.tuned and self.workload.tuned_tokens_answered
        if plan.tuning or serves_tuned:
            return tuned_tokens(self.workload, retrieval=plan.retrieval)
        return untuned_tokens(self.workload, retrieval=plan.retrieval, knowledge=plan.knowledge)

    def _service(self, plan: Plan) -> Service:
        assert plan.model is not None
        tokens = self._tokens(plan)
        minimum = self.book.cache_minimum(plan.model, self.as_of)
        cached = cached_share(self.workload, tokens, minimum) if plan.cached_share is None else plan.cached_share
        batched = self.workload.batchable_share.value if plan.batch_share is None else plan.batch_share
        return Service(plan.model, tokens, cached, batched)

    @cached_property
    def _ends_of_ranges(self) -> tuple[Projector, Projector]:
        """Return what prices plans with every range at its cheap and at its dear end."""
        low, high = self.workload.at("low"), self.workload.at("high")
        return Projector(self.book.low, low, self.as_of), Projector(self.book.high, high, self.as_of)

    @cached_property
    def _months(self) -> list[Month]:
        return calendar_months(self.as_of, self.workload.months, self.workload.monthly_growth.value)

    @cached_property
    def _retrieval(self) -> Retrieval:
        return Retrieval(self.book, self.workload, self.as_of)

    def _gpu(self) -> str:
        return self.book.role("gpu", self.as_of).model

    def _build(self, ledger: Ledger, plan: Plan) -> None:
        for work in plan.work:
            if work not in existing_work(self.workload):
                add_work(ledger, self.book, self.workload, work, 0, "build")
        if plan.retrieval and not self.workload.on_premises:
            self._retrieval.add_build(ledger, self.as_of)
        if plan.tuning:
            add_data(ledger, self.book, self.workload, self.as_of)
            self._train(ledger, plan, 0, "build", self.as_of, self.workload.training_runs.value)

    def _train(self, ledger: Ledger, plan: Plan, month: int, kind: Kind, day: date, times: Decimal) -> None:
        if self.workload.on_premises:
            add_self_hosted_run(ledger, self.book, self._gpu(), month, kind, day, times)
        else:
            assert plan.model is not None
            add_run(ledger, self.book, self.workload, plan.model, self._tokens(plan), month, kind, day, times)

    def _shape(self, plan: Plan, month: Month) -> Hashable:
        """Return all that makes serving in one month cost something else than in another."""
        owners = [self._gpu()] if self.workload.on_premises else [plan.model.id] if plan.model else []
        changes = ZERO
        if plan.retrieval and not self.workload.on_premises:
            owners += self._retrieval.owners
            changes = occurrences(month.number, self.workload.knowledge_changes)
        steps = any(self.book.steps(name, month.start, month.end) for name in owners)
        prices = month.number if steps else tuple(self.book.period(name, month.start) for name in owners)
        return month.days, month.growth, changes, prices

    def _serve(self, ledger: Ledger, plan: Plan, month: Month, *, upkeep: bool = True) -> None:
        if self.workload.on_premises:
            add_gpus(ledger, self.book, self.workload, self._gpu(), month)
            return
        add_service(ledger, self.book, self.workload, self._service(plan), month)
        if plan.retrieval:
            self._retrieval.add_month(ledger, month, upkeep=upkeep)

    def _requests(self, ledger: Ledger, plan: Plan, requests: Decimal) -> None:
        """Add what a number of requests costs at as-of prices, counting lines billed by use."""
        if self.workload.on_premises:
            return
        calls = requests * self.workload.calls_per_request.value
        add_tokens(ledger, self.book, self._service(plan), calls, 1, self.as_of)
        if plan.retrieval:
            self._retrieval.add_calls(ledger, calls, 1, self.as_of)

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
        return ends if ends is not None and ends <= self._months[-1].end else None

    def _ends(self, model: Model | None) -> date | None:
        """Return when a model stops serving, if that is announced."""
        if model is None or self.workload.on_premises:
            return None
        event = self.book.ends(model, self.as_of)
        return event.date if event else None


def _in_kind_order(ledger: Ledger) -> list[Line]:
    return sorted(ledger.lines.values(), key=lambda line: KINDS.index(line.kind))
