"""What plans cost, for many workloads at once: the formulas of `costs`, summed up over months instead of line by line.

A cost here has no lines, and no atoms rounded to 10 decimals: amounts agree with those of the single path to far less
than a cent, which the tests hold. Where a price is missing, a case is not priced and its amounts mean nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from advisor.columns.calendar import Calendar
from advisor.columns.doubt import Bits, Doubt, Floats
from advisor.columns.frame import Codes, taken
from advisor.columns.numbers import Numbers
from advisor.costs.ledger import Month, standard_month, until
from advisor.costs.projection import Plan
from advisor.costs.retrieval import (
    CANDIDATES,
    CHANGED_SHARE,
    CHUNK_TOKENS,
    DIMENSIONS,
    GIGABYTE,
    INDEX_OVERHEAD,
    MIN_READ_UNITS,
    OVERLAP_TOKENS,
    write_units,
)
from advisor.costs.tuning import HELD_OUT_SHARE, SELF_HOSTED_RUN_HOURS, label_rate
from advisor.pricebook.base import library_name
from advisor.pricebook.book import Model, PriceBook, Rate
from advisor.workload import MIN_CACHED_PREFIX

_MILLION: Final = 1e6
_NEVER: Final[Bits] = np.zeros(1, np.bool_)

Price = Floats | float


def typical(rate: Rate) -> Price:
    """Return the typical price of a row."""
    return float(rate.unit_usd)


class Tokens(NamedTuple):
    """The tokens of one model call, by purpose."""

    prompt: Floats
    input: Floats
    retrieved: Floats
    output: Floats

    @property
    def sent(self) -> Floats:
        return self.prompt + self.input + self.retrieved


@dataclass
class PlanCost:
    """What a plan costs in every case: USD that are built, run and maintained over the horizon, labour apart, and
    `monthly`, a month of 30 days at stated volume. `by_month` are what falls into a month, by its number, `last` being
    that of the longest horizon."""

    build: Any = 0.0
    build_labour: Any = 0.0
    run: Any = 0.0
    hosting: Any = 0.0
    maintain: Any = 0.0
    maintain_labour: Any = 0.0
    retraining: Any = 0.0
    monthly: Any = 0.0
    hours: Any = 0.0
    unpriced: Bits = field(default_factory=lambda: _NEVER)
    by_month: list[Callable[[int], Any]] = field(default_factory=list)
    last: int = 0

    @property
    def priced(self) -> Bits:
        return ~self.unpriced

    @property
    def upfront(self) -> Any:
        return self.build + self.build_labour

    @property
    def maintained(self) -> Any:
        return self.maintain + self.maintain_labour

    @property
    def horizon(self) -> Any:
        return self.upfront + self.run + self.maintained

    @property
    def horizon_api(self) -> Any:
        return self.build + self.run + self.maintain

    def in_month(self, number: int) -> Any:
        """Return what is run and maintained in one month; nothing where that lies beyond every horizon."""
        return sum(part(number) for part in self.by_month) if number <= self.last else 0.0

    def gap(self, where: Any) -> None:
        """Note where something has to be paid whose price is not known."""
        self.unpriced = self.unpriced | where


class Costing:
    """Prices plans for many workloads on one day. `price` gives what a row costs, in each case or in all of them.

    Everything that decides which lines there are and that is not a number is the same in all cases: the models of a
    plan, and whether GPUs of one's own serve it.
    """

    def __init__(
        self,
        book: PriceBook,
        numbers: Numbers,
        as_of: date,
        doubt: Doubt,
        *,
        on_premises: bool,
        price: Callable[[Rate], Price] = typical,
    ) -> None:
        self.book = book
        self.numbers = numbers
        self.as_of = as_of
        self.doubt = doubt
        self.on_premises = on_premises
        self.price = price
        self._known_tiers: dict[str, list[Decimal]] = {}
        self.calendar = Calendar(as_of, numbers.months, numbers["monthly_growth"], doubt)

    def take(self, rows: Codes) -> Costing:
        """Return what prices plans for some of the cases; doubts are its own."""
        numbers, price = self.numbers.take(rows), self.price

        def some(rate: Rate) -> Price:
            found = price(rate)
            return taken(found, rows) if isinstance(found, np.ndarray) else found

        return Costing(self.book, numbers, self.as_of, Doubt(len(rows)), on_premises=self.on_premises, price=some)

    def cost(self, plan: Plan, cached: Floats | None = None) -> PlanCost:
        """Return what a plan costs; `cached` is the share of the prompt read from the cache, where it is given."""
        cost = PlanCost(hours=self._build_hours(plan), last=self.calendar.all[-1].number)
        if plan.model is None and not self.on_premises:
            cost.gap(np.ones(1, np.bool_))
            return cost
        ends = self.ends(plan.model)
        if not plan.tuning and plan.id != "current":
            cost.gap(self.calendar.ends_before(ends))
        self._build(cost, plan)
        if self.on_premises:
            self._gpus(cost)
        else:
            assert plan.model is not None
            self._serve(cost, plan, plan.model, cached, ends if plan.id == "current" else None)
            if plan.retrieval:
                self._retrieve(cost)
        self._maintain(cost, plan, ends)
        return cost

    def ends(self, model: Model | None) -> date | None:
        """Return when a model stops serving, if that is announced."""
        event = None if model is None or self.on_premises else self.book.ends(model, self.as_of)
        return event.date if event else None

    def tokens(self, plan: Plan) -> Tokens:
        """Return the tokens of a call."""
        numbers = self.numbers
        retrieved = numbers["retrieved_tokens"] if plan.retrieval else np.zeros(1)
        knowledge = numbers["knowledge_tokens"] if plan.knowledge else 0.0
        full = Tokens(
            numbers["prompt_tokens"] + knowledge, numbers["input_tokens"], retrieved, numbers["output_tokens"]
        )
        short = Tokens(numbers["tuned_prompt_tokens"], full.input, retrieved, numbers["tuned_output_tokens"])
        if plan.tuning:
            return short
        if plan.model is None or not plan.model.tuned:
            return full
        tuned = numbers.tuned_tokens_answered
        prompt, output = (np.where(tuned, here, there) for here, there in zip(short[::3], full[::3], strict=True))
        return Tokens(prompt, full.input, retrieved, output)

    # Prices

    def _rate(
        self, model: str, kind: str, day: date, sent: Floats | None = None, *, batch: bool = False
    ) -> Price | None:
        """Return the price of a kind on a day, by the size of the request where that decides it."""
        first = self.book.rate(model, kind, day, batch=batch)
        if first is None:
            return None
        price = self.price(first)
        if sent is not None:
            for tier in self._tiers(model):
                above = self.book.rate(model, kind, day, input_tokens=tier + 1, batch=batch)
                if above is not None and above.unit_usd != first.unit_usd:
                    price = np.where(sent > float(tier), self.price(above), price)
        return price

    def _tiers(self, model: str) -> list[Decimal]:
        if model not in self._known_tiers:
            known = self.book.resolve(model)
            listed = self.book.base.find(library_name(model)) if known.tuned else None
            self._known_tiers[model] = sorted(
                self.book.tiers(known) | (self.book.base.tiers(listed) if listed else set())
            )
        return self._known_tiers[model]

    def _needed(self, cost: PlanCost, price: Price | None, where: Any = True) -> Price:
        """Return a price, noting where it is needed and not known."""
        if price is None:
            cost.gap(np.atleast_1d(where))
            return 0.0
        return price

    def _reached(self, number: int) -> Bits:
        """Return where the horizon reaches a month; it always reaches the day of prices, 0."""
        return self.numbers.months >= number

    # Work

    def _hours(self, work: str, times: Any = 1.0) -> Any:
        """Return the hours of some work, done a number of times."""
        row = self.book.labour(work)
        each = float(row.hours) if row.hours is not None else float(row.minutes or 0) / 60
        return each * times

    def _due(self, work: str) -> Any:
        """Return 1 where some work is still to be done, 0 where it exists."""
        existing = {"prompt": self.numbers.prompt_exists, "evaluation_set": self.numbers.evaluation_set_exists}
        return 1.0 - existing[work] if work in existing else 1.0

    def _build_hours(self, plan: Plan) -> Any:
        hours = sum(self._hours(work, self._due(work)) for work in plan.work)
        return hours + (self._hours("label_review", self.numbers.examples_to_review) if plan.tuning else 0.0)

    def _build(self, cost: PlanCost, plan: Plan) -> None:
        numbers, hourly = self.numbers, self.numbers["engineer_hourly_cost"]
        cost.build_labour = cost.hours * hourly
        if plan.retrieval and not self.on_premises:
            knowledge = numbers["knowledge_tokens"]
            cost.build = cost.build + self._embedding(cost, knowledge, self.as_of)
            cost.build = cost.build + self._writing(cost, knowledge, self.as_of)
        if plan.tuning:
            paid = (hourly > 0) & (numbers.missing_examples > 0)
            for kind, where in (("label_reasoning", paid & numbers.reasoning), ("label", paid & ~numbers.reasoning)):
                if where.any():
                    rate = label_rate(self.book, kind, self.as_of)
                    each = self._needed(cost, None if rate is None else self.price(rate), where)
                    cost.build_labour = cost.build_labour + np.where(where, numbers.missing_examples * each, 0.0)
            runs = numbers["training_runs"]
            cost.build = cost.build + runs * self._run(cost, plan, self.as_of, runs > 0)

    def _run(self, cost: PlanCost, plan: Plan, day: date, where: Any) -> Any:
        """Return what one training run costs, its evaluation included; `where` says where there is any."""
        numbers = self.numbers
        if self.on_premises:
            gpu = self.book.rate(self._gpu, "gpu", day)
            return float(SELF_HOSTED_RUN_HOURS) * self._needed(cost, None if gpu is None else self.price(gpu), where)
        assert plan.model is not None
        model, tokens = plan.model.id, self.tokens(plan)
        trained = numbers.trained_examples * numbers["example_tokens"] * numbers["epochs"]
        total = trained * self._needed(cost, self._rate(model, "training", day), where)
        cases = numbers.trained_examples * float(HELD_OUT_SHARE)
        for count, kind in ((tokens.sent, "input"), (tokens.output, "output")):
            price = self._needed(cost, self._rate(model, kind, day, tokens.sent), where & (count != 0))
            total = total + cases * count * price
        return total / _MILLION

    # Serving

    def _serve(self, cost: PlanCost, plan: Plan, model: Model, cached: Floats | None, last: date | None) -> None:
        """Add the tokens of every call, and hosting by the hour."""
        numbers, calendar, calls = self.numbers, self.calendar, self.numbers.calls_per_day
        tokens = self.tokens(plan)
        share = self.cached_share(tokens, model) if cached is None else cached
        batch = numbers["batchable_share"] if plan.batch_share is None else np.array([float(plan.batch_share)])
        known: dict[int, tuple[Any, Price]] = {}

        def prices(day: date, number: int = 0) -> tuple[Any, Price]:
            """Return the USD of a day's calls and of an hour of hosting from a month on, 0 being the day of prices."""
            period = self.book.period(model.id, day)
            if period not in known or number == 0:
                seen = PlanCost()
                hosting: Price = 0.0
                if model.tuned:
                    hosting = self._needed(seen, self._rate(model.id, "hosting", day))
                known[period] = self._per_call(seen, model.id, tokens, share, batch, day) * calls, hosting
                cost.gap(seen.unpriced & self._reached(number))
            return known[period]

        parts: dict[int, list[Month]] = {}
        for part in calendar.parts(self.book.steps(model.id, self.as_of, calendar.all[-1].end), last):
            parts.setdefault(part.number, []).append(part)

        def in_month(number: int) -> Any:
            volume, alive = calendar.volume[number - 1], calendar.alive[number - 1]
            return sum(
                tokens_usd * (volume * float(part.days)) + hosting * (alive * float(part.hours))
                for part in parts.get(number, ())
                for tokens_usd, hosting in [prices(part.start, number)]
            )

        periods: dict[int, list[Month]] = {}
        for part in (part for found in parts.values() for part in found):
            periods.setdefault(self.book.period(model.id, part.start), []).append(part)
        for found in periods.values():
            tokens_usd, hosting = prices(found[0].start, found[0].number)
            days, hours = calendar.served(tuple(found))
            cost.run = cost.run + tokens_usd * days + hosting * hours
            cost.hosting = cost.hosting + hosting * hours
        standard = standard_month(self.as_of)
        tokens_usd, hosting = prices(self.as_of)
        cost.monthly = cost.monthly + tokens_usd * float(standard.days) + hosting * float(standard.hours)
        cost.by_month.append(in_month)

    def cached_share(self, tokens: Tokens, model: Model) -> Floats:
        """Return which share of a prompt is read from the cache, as `costs.run.cached_share` does for one case."""
        share, assumed = self.numbers["cached_share"], self.numbers.assumed["cached_share"]
        minimum = self.book.cache_minimum(model, self.as_of)
        too_short = tokens.prompt < float(MIN_CACHED_PREFIX if minimum is None else minimum)
        known = ~assumed & (tokens.prompt >= self.numbers["prompt_tokens"])
        return np.where(too_short & ~known, 0.0, share)

    def _per_call(self, cost: PlanCost, model: str, tokens: Tokens, cached: Floats, batch: Floats, day: date) -> Any:
        """Return the USD of one call on a day, a share of them in batch where batch has prices."""

        def rate(kind: str, *, batch: bool = False) -> Price | None:
            return self._rate(model, kind, day, tokens.sent, batch=batch)

        fee = rate("request")
        usd = self._classes(cost, tokens, cached, rate) / _MILLION
        if batch.any() and rate("input", batch=True) is not None and rate("output", batch=True) is not None:
            share = cached if rate("cached_input", batch=True) is not None else np.zeros(1)
            batched = self._classes(cost, tokens, share, lambda kind: rate(kind, batch=True)) / _MILLION
            usd = usd * (1 - batch) + batched * batch
        return usd if fee is None else usd + fee / 1000

    def _classes(self, cost: PlanCost, tokens: Tokens, cached: Floats, rate: Callable[[str], Price | None]) -> Any:
        """Return USD per million calls: each class of tokens at its price."""
        read = rate("cached_input")
        from_cache = tokens.prompt * cached if read is not None else np.zeros(1)
        fresh = tokens.prompt - from_cache
        told, written = rate("input"), rate("cache_write")
        sent = tokens.input + tokens.retrieved
        usd = from_cache * (read if read is not None else 0.0)
        if told is None:
            kept = (from_cache != 0) if written is not None else _NEVER
            cost.gap((sent != 0) | ((fresh != 0) & ~kept))
        plain = 0.0 if told is None else told
        usd = usd + fresh * (plain if written is None else np.where(from_cache != 0, written, plain)) + sent * plain
        return usd + tokens.output * self._needed(cost, rate("output"), tokens.output != 0)

    @cached_property
    def _gpu(self) -> str:
        return self.book.role("gpu", self.as_of).model

    def _gpus(self, cost: PlanCost) -> None:
        """Add GPUs of one's own, which serve every call whatever their number."""
        calendar, gpus = self.calendar, self.numbers["gpus"]

        def price(day: date, number: int = 0) -> Price:
            rate = self.book.rate(self._gpu, "gpu", day)
            return self._needed(cost, None if rate is None else self.price(rate), self._reached(number))

        parts: dict[int, list[Month]] = {}
        for part in calendar.parts(self.book.steps(self._gpu, self.as_of, calendar.all[-1].end)):
            parts.setdefault(part.number, []).append(part)

        def in_month(number: int) -> Any:
            hours = sum(float(part.hours) * price(part.start, number) for part in parts[number])
            return gpus * calendar.alive[number - 1] * hours

        cost.run = cost.run + sum(in_month(month.number) for month in calendar.all)
        cost.monthly = cost.monthly + gpus * float(standard_month(self.as_of).hours) * price(self.as_of)
        cost.by_month.append(in_month)

    # Retrieval

    def _retrieve(self, cost: PlanCost) -> None:
        """Add a plan's queries, its store up to the minimum, and knowledge that changes."""
        calendar, numbers, store = self.calendar, self.numbers, self._store
        knowledge, calls = numbers["knowledge_tokens"], numbers.calls_per_day
        owners = [role.model for role in self._roles]
        steps = sorted({day for name in owners for day in self.book.steps(name, self.as_of, calendar.all[-1].end)})
        size = self._chunks(knowledge) * float(DIMENSIONS * 4 * INDEX_OVERHEAD / GIGABYTE)
        parts: dict[int, list[Month]] = {}
        for part in calendar.parts(steps):
            parts.setdefault(part.number, []).append(part)

        known: dict[tuple[int, ...], tuple[Bits, Any, Any]] = {}

        def day_usd(cost: PlanCost, day: date) -> tuple[Any, Any]:
            """Return what a day's queries cost at stated volume, while the prices of a day hold."""
            period = tuple(self.book.period(owner, day) for owner in owners)
            if period not in known:
                seen = PlanCost()
                used, read = self._queries(seen, calls, size, day)
                known[period] = seen.unpriced, used, read
            unpriced, used, read = known[period]
            cost.gap(unpriced)
            return used, read

        def month_usd(cost: PlanCost, parts: list[Month], start: date, volume: Any, upkeep: Any) -> tuple[Any, Any]:
            """Return what runs and what is maintained in a month; `upkeep` are tokens of knowledge that change."""
            run: Any = 0.0
            billed, maintained = run, run
            total = sum(part.days for part in parts)
            for part in parts:
                used, read = day_usd(cost, part.start)
                days = volume * float(part.days)
                price = self._needed(cost, self._rate(store, "vector_storage", part.start))
                stored = size * (float(part.days / total) * price)
                billed = billed + read * days + stored
                run = run + used * days
            run = run + billed
            if upkeep is not None:
                embedded = self._embedding(cost, upkeep, start)
                written = self._writing(cost, upkeep, start)
                billed, maintained = billed + written, embedded + written
            if self.book.gap(store, "vector_minimum", start):
                cost.gap(np.ones(1, np.bool_))
            minimum = self._rate(store, "vector_minimum", start)
            if minimum is not None:
                run = run + np.maximum(minimum - billed, 0.0)
            return run, maintained

        changed = numbers.knowledge_changes
        by_number: dict[int, tuple[Any, Any]] = {}

        def in_month(number: int) -> tuple[Any, Any]:
            if number not in by_number:
                month, alive = calendar.all[number - 1], calendar.alive[number - 1]
                times = calendar.events_in(changed, number, number)
                share = knowledge * float(CHANGED_SHARE) * times if times.any() else None
                seen = PlanCost()
                run, maintained = month_usd(seen, parts[number], month.start, calendar.volume[number - 1], share)
                cost.gap(seen.unpriced & self._reached(number))
                by_number[number] = run * alive, maintained * alive
            return by_number[number]

        for month in calendar.all:
            run, maintained = in_month(month.number)
            cost.run, cost.maintain = cost.run + run, cost.maintain + maintained
        standard = standard_month(self.as_of)
        monthly, _ = month_usd(cost, [standard], self.as_of, 1.0, None)
        cost.monthly = cost.monthly + monthly
        cost.by_month.append(lambda number: sum(in_month(number)))

    @cached_property
    def _roles(self) -> tuple[Any, ...]:
        return tuple(self.book.role(name, self.as_of) for name in ("embedding", "reranker", "vector_store"))

    @property
    def _store(self) -> str:
        return str(self._roles[2].model)

    def _queries(self, cost: PlanCost, calls: Any, size: Any, day: date) -> tuple[Any, Any]:
        """Return what some queries cost to embed and rerank, and what the store bills for reading."""
        embedding, reranker, store = (role.model for role in self._roles)
        asked = self.numbers["input_tokens"]
        used = calls * asked / _MILLION * self._needed(cost, self._rate(embedding, "embedding", day))
        rate = self.book.rate(reranker, "rerank", day)
        if rate is not None and rate.unit == "1K searches":
            quantity = calls / 1000
        else:
            quantity = calls * float(CANDIDATES) * (float(CHUNK_TOKENS) + asked) / _MILLION
        used = used + quantity * self._needed(cost, None if rate is None else self.price(rate))
        units = calls * np.maximum(size, float(MIN_READ_UNITS)) / _MILLION
        return used, units * self._needed(cost, self._rate(store, "vector_read", day))

    def _chunks(self, tokens: Any) -> Any:
        count = tokens / float(CHUNK_TOKENS - OVERLAP_TOKENS)
        self.doubt.whole(count)
        return np.ceil(count)

    def _embedding(self, cost: PlanCost, tokens: Any, day: date) -> Any:
        overlapping = tokens * float(CHUNK_TOKENS / (CHUNK_TOKENS - OVERLAP_TOKENS)) / _MILLION
        return overlapping * self._needed(cost, self._rate(self._roles[0].model, "embedding", day))

    def _writing(self, cost: PlanCost, tokens: Any, day: date) -> Any:
        units = self._chunks(tokens) * float(write_units(Decimal(1))) / _MILLION
        return units * self._needed(cost, self._rate(self._store, "vector_write", day))

    # Upkeep

    def _maintain(self, cost: PlanCost, plan: Plan, ends: date | None) -> None:
        """Add changed requirements, upkeep of an index, and retraining."""
        calendar, numbers = self.calendar, self.numbers
        hourly, changes = numbers["engineer_hourly_cost"], numbers.requirement_changes
        upkeep = self._hours("rag_upkeep") if plan.retrieval else 0.0
        adapting = self._hours("requirement_change")
        last = calendar.all[-1].number
        if plan.id == "current":
            last = len(until(calendar.all, ends))
        hours = adapting * calendar.events(changes, last) + upkeep * numbers.months

        def labour(number: int) -> Any:
            times = calendar.events_in(changes, number, number) if number <= last else 0.0
            return hourly * (adapting * times + upkeep * calendar.alive[number - 1])

        cost.by_month.append(labour)
        if plan.tuning:
            self._retrain(cost, plan, calendar.number_of(ends))
            hours = hours + self._hours("retrain") * self._retrainings(1, last, calendar.number_of(ends))
        cost.maintain_labour = cost.maintain_labour + hourly * hours

    def _retrainings(self, first: int, last: int, forced: int) -> Any:
        """Return how many retrainings fall into some months, the one included that the end of a model forces."""
        times = self.calendar.events_in(self.numbers["retrain_per_year"], first, last)
        return times + self.calendar.alive[forced - 1] if first <= forced <= last else times

    def _retrain(self, cost: PlanCost, plan: Plan, forced: int) -> None:
        calendar, numbers = self.calendar, self.numbers
        owner = self._gpu if self.on_premises else plan.model.id if plan.model else ""
        spans: list[tuple[int, int, date]] = []
        period = None
        for month in calendar.all:
            if (now := self.book.period(owner, month.start)) != period:
                spans.append((month.number, month.number, month.start))
                period = now
            else:
                spans[-1] = (spans[-1][0], month.number, spans[-1][2])
        work = self._hours("retrain") * numbers["engineer_hourly_cost"]
        each = []
        for first, last, day in spans:
            times = self._retrainings(first, last, forced)
            each.append((first, last, self._run(cost, plan, day, times > 0)))
            cost.maintain = cost.maintain + times * each[-1][2]
            cost.retraining = cost.retraining + times * (each[-1][2] + work)

        def in_month(number: int) -> Any:
            usd = next(usd for first, last, usd in each if first <= number <= last)
            return self._retrainings(number, number, forced) * (usd + work)

        cost.by_month.append(in_month)
