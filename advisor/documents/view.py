"""What templates may print about an assessment: plain texts and tables, every number already in words.

Fields of type `Markdown` are printed as they are, `str` is escaped. Printed totals are sums of printed lines.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from advisor.answers import project_name
from advisor.assessment import Assessment, review_by
from advisor.conditions import NotApplicable, Range, Value, evaluate
from advisor.costs.alternatives import Alternative
from advisor.costs.break_even import BreakEven
from advisor.costs.ledger import Line, cents, exact
from advisor.costs.projection import Cost
from advisor.costs.tuning import trained_tokens
from advisor.documents.text import Markdown, cell, code, escape, link
from advisor.packs import Source
from advisor.pricebook.book import NOT_DATED, Rate
from advisor.recommendation import Reason
from advisor.wording import NOT_ESTABLISHED, fill, number, plural, say, say_fact, usd, usd_per_thousand

MOST_REASONS = 4
"""Reasons for and against that are shown in full; more than four are unlikely to help a reader (Regulation B, comment
9(b)(2)-1)."""


class Row(NamedTuple):
    """A row of a table."""

    cells: tuple[Markdown, ...]


class Table(NamedTuple):
    """A table: heads, one letter of alignment (l or r) each, and rows."""

    heads: tuple[str, ...]
    align: str
    rows: tuple[Row, ...]


class ReasonView(NamedTuple):
    """A reason: signed points, text, rule id and source."""

    points: Markdown
    because: Markdown
    rule: Markdown
    source: Markdown


class RuledOutView(NamedTuple):
    """A strategy that is not open: its score in words, and every reason why."""

    name: str
    standing: Markdown
    because: tuple[Markdown, ...]


class LinesView(NamedTuple):
    """The lines of one plan, and the total that they add up to."""

    name: str
    table: Table
    total: str


class BreakEvenView(NamedTuple):
    """A break-even, worked with the numbers put in."""

    name: str
    versus: str
    steps: tuple[Markdown, ...]
    verdict: Markdown


class MistakeView(NamedTuple):
    """A mistake that applies."""

    title: str
    severity: str
    committed_by: str
    because: Markdown
    avoid: Markdown
    at_stake: str | None
    source: Markdown


class StepView(NamedTuple):
    """A step of the roadmap."""

    step: Markdown
    why: Markdown
    exit_criterion: Markdown
    cost: str | None
    label: str


class View(NamedTuple):
    """Everything that a template can print."""

    project: str
    as_of: str
    as_of_from: str
    name: str
    summary: Markdown
    verdict: str
    verdict_words: Markdown
    margin_words: Markdown
    runs_on: Markdown
    money: Markdown
    warnings: tuple[Markdown, ...]
    first_experiment: Markdown | None
    dimensions: Table
    scores: Table
    reasons_title: str
    reasons_for: tuple[ReasonView, ...]
    reasons_against: tuple[ReasonView, ...]
    reasons_rest: Markdown | None
    reasons_sum: Markdown
    ruled_out: tuple[RuledOutView, ...]
    horizon: str
    labour_words: Markdown
    totals: Table
    rates: Table
    alternatives: tuple[Markdown, ...]
    lines: LinesView
    other_lines: tuple[LinesView, ...]
    months: Table
    training_words: Markdown | None
    break_evens: tuple[BreakEvenView, ...]
    mistakes: tuple[MistakeView, ...]
    mistakes_named: str
    mistakes_checked: str
    roadmap: tuple[StepView, ...]
    assumptions: Table
    unpriced: tuple[Markdown, ...]
    answers: Table
    ignored: tuple[Markdown, ...]
    open_words: Markdown
    next_question: Markdown | None
    prices: Table
    work: Table
    provenance: tuple[Markdown, ...]


@exact
def view_of(assessment: Assessment) -> View:
    """Return what templates may print about an assessment."""
    return _Viewer(assessment).view()


class _Viewer:
    """Puts an assessment into words, one section after the other."""

    def __init__(self, assessment: Assessment) -> None:
        self.it = assessment
        self.pack = assessment.pack
        self.workload = assessment.workload
        self.recommendation = assessment.recommendation
        self.facts = assessment.facts
        self.names = {strategy.id: strategy.name for strategy in self.pack.strategies}
        self.names |= {"current": "Current model, as it is", "switch_model": "Smaller model, untuned"}
        self.months_words = f"{self.workload.months} months"

    def view(self) -> View:
        it, recommendation = self.it, self.recommendation
        strategy = self.pack.strategy(recommendation.strategy)
        in_favour = [reason for reason in recommendation.reasons if reason.points > 0]
        against = [reason for reason in recommendation.reasons if reason.points < 0]
        return View(
            project=project_name(it.answers),
            as_of=it.as_of.isoformat(),
            as_of_from=it.as_of_from,
            name=strategy.name,
            summary=Markdown(strategy.summary),
            verdict={"clear": "clear", "likely": "likely", "too_close": "too close to call"}[recommendation.verdict],
            verdict_words=self._verdict_words(),
            margin_words=self._margin_words(),
            runs_on=self._runs_on(it.recommended_cost),
            money=self._money(),
            warnings=tuple(self._warnings()),
            first_experiment=self._first_experiment(),
            dimensions=self._dimensions(),
            scores=self._scores(),
            reasons_title=self._reasons_title(),
            reasons_for=tuple(self._reason(reason) for reason in in_favour[:MOST_REASONS]),
            reasons_against=tuple(self._reason(reason) for reason in against[:MOST_REASONS]),
            reasons_rest=_rest(in_favour[MOST_REASONS:] + against[MOST_REASONS:]),
            reasons_sum=self._reasons_sum(),
            ruled_out=tuple(self._ruled_out()),
            horizon=self.months_words,
            labour_words=self._labour_words(),
            totals=self._totals(),
            rates=self._rates(),
            alternatives=tuple(self._alternative(entry) for entry in it.alternatives),
            lines=self._lines(recommendation.strategy, it.recommended_cost),
            other_lines=tuple(self._lines(name, cost) for name, cost in self._plans().items()
                              if name != recommendation.strategy and cost.lines),
            months=self._months(),
            training_words=self._training_words(),
            break_evens=tuple(self._break_evens()),
            mistakes=tuple(self._mistakes()),
            mistakes_named="; ".join(found.mistake.title for found in it.mistakes),
            mistakes_checked=plural(len(self.pack.mistakes), "known mistake"),
            roadmap=tuple(self._steps()),
            assumptions=self._assumptions(),
            unpriced=tuple(self._unpriced()),
            answers=self._answers(),
            ignored=tuple(self._ignored()),
            open_words=self._open_words(),
            next_question=None if it.next_question is None else self._next_question(),
            prices=self._prices(),
            work=self._work(),
            provenance=tuple(self._provenance()),
        )

    def _plans(self) -> dict[str, Cost]:
        return {**self.it.costs, **{entry.id: entry.cost for entry in self.it.alternatives}}

    # What the first screen says.

    def _verdict_words(self) -> Markdown:
        recommendation = self.recommendation
        if recommendation.verdict == "clear":
            return Markdown("No answer that is still open can change it.")
        others = [self.names[name] for name in recommendation.possible_strategies if name != recommendation.strategy]
        words = f"The answers still open could move it to {_or(others)}." if others else ""
        if recommendation.verdict == "likely":
            return Markdown(words or "It could not be shown that no open answer changes it.")
        if recommendation.strategy not in recommendation.possible_strategies:
            return Markdown("It rests on answers that are missing: once they are given, something else wins. " + words)
        first = f"Read it as a tie between {self.names[recommendation.strategy]}"
        rival = f" and {self.names[recommendation.runner_up]}" if recommendation.runner_up else ""
        return Markdown(f"{first}{rival}; the simpler or stronger of the two is named first. {words}".strip())

    def _margin_words(self) -> Markdown:
        recommendation = self.recommendation
        points = plural(recommendation.score, "point")
        if recommendation.runner_up is None or recommendation.margin is None:
            return Markdown(f"{points}; no other strategy is open")
        rival = self.names[recommendation.runner_up]
        return Markdown(f"{points}, {recommendation.margin} ahead of {rival} "
                        f"(decisive from {self.pack.decisive_margin})")

    def _runs_on(self, cost: Cost) -> Markdown:
        if self.workload.on_premises:
            return Markdown(f"{plural(number(self.workload.gpus.value), 'GPU')} of your own, not sized here")
        return code(cost.plan.model.id) if cost.plan.model else Markdown("no model that you can tune")

    def _money(self) -> Markdown:
        cost = self.it.recommended_cost
        if not cost.priced:
            return Markdown(f"At least {usd(cost.printed())} over {self.months_words}; the total is not established, "
                            "because prices are missing (see Assumptions)")
        total = cost.total
        words = f"{usd(cost.printed_total)} over {self.months_words}"
        if self.workload.labour_counts:
            words += f" ({usd(cost.printed(api=True))} of it without labour)"
        return Markdown(f"{words}: {usd(cost.printed('build'))} to build, {usd(total.monthly_usd)} a month to run, "
                        f"{usd(total.maintain_monthly_usd)} a month to maintain")

    def _warnings(self) -> Iterable[Markdown]:
        current = self.it.alternatives[0]
        if current.cost.ends and not current.applies:
            yield Markdown(current.because)
        cost = self.it.recommended_cost
        if cost.plan.tuning and cost.ends:
            yield Markdown(f"{code(cost.plan.model.id if cost.plan.model else '')} stops serving on {cost.ends}; "
                           "one forced re-tune is priced in that month.")
        for entry in self.it.assumed:
            if entry.answer == "tuned_model" and self.it.answers.values.get("tuned_model"):
                yield Markdown(f"Tuned model: {entry.why}.")
        if self.it.answers.values.get("queries_per_day") is None:
            yield Markdown("The volume is not answered: costs stand on an assumed "
                           f"{number(self.workload.queries_per_day.value)} requests a day and earn no points.")

    def _first_experiment(self) -> Markdown | None:
        step = next((step for step in self.it.roadmap if step.experiment), None)
        return None if step is None else Markdown(f"{step.step}{_last_sentence(step.why)}")

    # Options, scores and reasons.

    def _dimensions(self) -> Table:
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
        hours = sum((line.quantity for line in cost.lines if line.kind == "build" and line.rate.unit == "hour"
                     and line.labour), Decimal(0))
        weeks = (hours / 40).quantize(Decimal("0.1"))
        return {"upfront_usd": usd(cost.printed("build") if cost.priced else None),
                "per_thousand_usd": usd_per_thousand(cost.total.per_request_usd),
                "build_hours": number(hours.quantize(Decimal(1))), "build_weeks": number(weeks)}

    def _scores(self) -> Table:
        rows = []
        for score in self.it.scorer.strategies:
            low, high = score.interval
            state = "recommended" if score.strategy == self.recommendation.strategy else (
                "open" if score.eligible else "ruled out")
            rows.append(Row((Markdown(self.names[score.strategy]), Markdown(str(score.score)),
                             Markdown(f"{low} to {high}"), Markdown(state))))
        return Table(("Strategy", "Points", "Possible with open answers", "State"), "lrrl", tuple(rows))

    def _reasons_title(self) -> str:
        runner_up = self.recommendation.runner_up
        return f"for {self.names[self.recommendation.strategy]}" + (
            f" against {self.names[runner_up]}" if runner_up else "")

    def _reason(self, reason: Reason) -> ReasonView:
        return ReasonView(Markdown(f"{reason.points:+d}"), Markdown(_prose(reason.because)), code(reason.rule),
                          self._source(reason.source))

    def _reasons_sum(self) -> Markdown:
        recommendation = self.recommendation
        what = "score" if recommendation.margin is None else "margin"
        total = recommendation.score if recommendation.margin is None else recommendation.margin
        terms = " ".join(f"{'−' if reason.points < 0 else '+'} {abs(reason.points)}"
                         for reason in recommendation.reasons)
        return Markdown(f"All of them add up to the {what}: {terms.removeprefix('+ ') or '0'} = {total}.")

    def _ruled_out(self) -> Iterable[RuledOutView]:
        best = self.recommendation.score
        for score in self.it.scorer.strategies:
            if score.eligible:
                continue
            lead = score.score - best
            standing = Markdown(f"{plural(score.score, 'point')}, " + (
                f"ahead by {lead}, but ruled out" if lead > 0 else "ruled out"))
            because = [Markdown(f"{_prose(fill(rule.because, self.facts))} ({code(rule.id)})") for rule in score.gates]
            because += [Markdown(f"{self.names[name]} earns {plural(points, 'point')} by itself and needs "
                                 f"{self.pack.adoption_floor} to be adopted.") for name, points in score.below_floor]
            yield RuledOutView(self.names[score.strategy], standing, tuple(because))

    def _source(self, source: Source) -> Markdown:
        if not source.title:
            return Markdown("")
        return Markdown(f"{link(source.title, source.url)}, {escape(source.date)}")

    # Money.

    def _labour_words(self) -> Markdown:
        if not self.workload.labour_counts:
            return Markdown("Labour is left out, because its hourly cost is answered with 0. That includes labelling "
                            "and review. In most projects it is the larger part.")
        return Markdown(f"Labour counts {usd(self.workload.engineer_hourly_cost.value)} an hour, and labels where "
                        "examples are missing.")

    def _totals(self) -> Table:
        rows = []
        for name, cost in self._plans().items():
            if not cost.priced and not cost.lines:
                rows.append(Row((self._plan_name(name), *([Markdown(NOT_ESTABLISHED)] * 5))))
                continue
            total = usd(cost.printed()) if cost.priced else f"at least {usd(cost.printed())}"
            api = usd(cost.printed(api=True)) if cost.priced else f"at least {usd(cost.printed(api=True))}"
            parts = [Markdown(usd(cost.printed(kind))) for kind in ("build", "run", "maintain")]
            rows.append(Row((self._plan_name(name), *parts, Markdown(total), Markdown(api))))
        heads = ("Option", "Build", "Run", "Maintain", f"Total, {self.months_words}", "Total without labour")
        return Table(heads, "lrrrrr", tuple(rows))

    def _plan_name(self, name: str) -> Markdown:
        words = self.names[name]
        return Markdown(f"**{words}**" if name == self.recommendation.strategy else words)

    def _rates(self) -> Table:
        rows = []
        for name, cost in self._plans().items():
            model = Markdown("own GPUs") if self.workload.on_premises else (
                code(cost.plan.model.id) if cost.plan.model else Markdown("none"))
            total = cost.total
            rows.append(Row((self._plan_name(name), model, Markdown(usd_per_thousand(total.per_request_usd)),
                             Markdown(usd(total.monthly_usd)), Markdown(usd(total.maintain_monthly_usd)))))
        heads = ("Option", "Model", "Usage per 1,000 requests", "Run, a month of 30 days", "Maintain, a month")
        return Table(heads, "llrrr", tuple(rows))

    def _alternative(self, entry: Alternative) -> Markdown:
        state = "" if entry.applies else "Does not apply. "
        return Markdown(f"**{self.names[entry.id]}**: {state}{entry.because}")

    def _lines(self, name: str, cost: Cost) -> LinesView:
        rows = [Row((Markdown(line.kind), cell(escape(line.label)), Markdown(_quantity(line)),
                     Markdown(_unit_price(line)), Markdown(usd(line.amount_usd)), code(line.rate.id)))
                for line in cost.lines]
        heads = ("Kind", "Line", "Quantity", "Unit price", "Amount", "Price row")
        total = usd(cost.printed()) if cost.priced else f"at least {usd(cost.printed())}, as prices are missing"
        return LinesView(self.names[name], Table(heads, "llrrrl", tuple(rows)), total)

    def _months(self) -> Table:
        wanted = {self.recommendation.strategy: self.it.recommended_cost}
        wanted |= {entry.id: entry.cost for entry in self.it.alternatives if entry.applies}
        wanted = {name: cost for name, cost in wanted.items() if cost.priced and cost.months}
        if not wanted:
            return Table(("Month",), "l", ())
        columns = {name: _printed_months(cost) for name, cost in wanted.items()}
        first = next(iter(wanted.values()))
        rows = [Row((Markdown(month.month), *(Markdown(usd(column[index])) for column in columns.values())))
                for index, month in enumerate(first.months)]
        return Table(("End of month", *(self.names[name] for name in wanted)), "l" + "r" * len(wanted), tuple(rows))

    def _training_words(self) -> Markdown | None:
        cost = self.it.costs["fine_tuning"]
        training = next((line for line in cost.lines if line.id == "training" and line.kind == "build"), None)
        if training is None or self.workload.on_premises:
            return None
        workload = self.workload
        one = cents(training.amount_usd / workload.training_runs.value) if workload.training_runs.value else Decimal(0)
        words = (f"{number(workload.trained_examples)} examples × {number(workload.example_tokens.value)} tokens × "
                 f"{number(workload.epochs.value)} epochs = {number(trained_tokens(workload))} trained tokens; "
                 f"at {usd(training.unit_price_usd)} per 1M that is {usd(one)} a run, and "
                 f"{number(workload.training_runs.value)} runs are planned.")
        labour = sum((line.amount_usd for line in cost.lines
                      if line.kind == "build" and line.id in ("tuning", "labels", "label_review")), Decimal(0))
        if labour and training.amount_usd:
            times = (labour / training.amount_usd).quantize(Decimal(1))
            place = "below" if times < 10 else "above" if times > 100 else "within"
            words += (f" People's work on data and tuning comes to {number(times)} times the training bill, {place} "
                      "the 10 to 100 times that the seed document (2026-03) gives for data preparation.")
        return Markdown(words)

    def _break_evens(self) -> Iterable[BreakEvenView]:
        for name in dict.fromkeys((self.recommendation.strategy, "fine_tuning")):
            for entry in self.it.break_evens[name]:
                other = self.it.alternatives[0] if entry.versus == "current" else self.it.best_alternative
                if other is not None and not (entry.versus == "best_alternative" and other.id == "current"):
                    yield self._break_even(name, entry, other)

    def _break_even(self, name: str, entry: BreakEven, other: Alternative) -> BreakEvenView:
        cost, theirs = self.it.costs[name].total, other.cost.total
        versus = self.names[other.id] + (" (the best alternative)" if self.it.best_alternative is other else "")
        if entry.upfront_usd is None or entry.daily_usd is None:
            return BreakEvenView(self.names[name], versus, (), Markdown(entry.because))
        steps = [Markdown(f"Extra to build: {usd(cost.upfront_usd)} − {usd(theirs.upfront_usd)} = "
                          f"{usd(entry.upfront_usd)}."),
                 Markdown(f"Saved a day: ({usd(theirs.monthly_usd)} − {usd(cost.monthly_usd)}) ÷ 30 − "
                          f"({usd(cost.maintain_monthly_usd)} − {usd(theirs.maintain_monthly_usd)}) × 12 ÷ 365 = "
                          f"{usd(entry.daily_usd)}.")]
        if entry.days is not None and entry.requests is not None and entry.days > 0:
            steps.append(Markdown(f"{usd(entry.upfront_usd)} ÷ {usd(entry.daily_usd)} a day = {_days(entry.days)}, "
                                  f"or {number(entry.requests)} requests."))
        return BreakEvenView(self.names[name], versus, tuple(steps), self._break_even_verdict(entry))

    def _break_even_verdict(self, entry: BreakEven) -> Markdown:
        ahead = f"Ahead for good from {entry.month} on." if entry.month else f"Not within {self.months_words}."
        if self.workload.labour_counts and (entry.month_api != entry.month):
            without = f"from {entry.month_api} on" if entry.month_api else f"not within {self.months_words}"
            ahead += f" Without labour: {without}."
        return Markdown(f"{ahead} {entry.because}")

    # Mistakes and the way ahead.

    def _mistakes(self) -> Iterable[MistakeView]:
        for found in self.it.mistakes:
            who = ", ".join(self.names[name] + (" (recommended)" if name == self.recommendation.strategy else "")
                            for name in found.committed_by)
            yield MistakeView(found.mistake.title, found.mistake.severity, who, Markdown(_prose(found.because)),
                              Markdown(_prose(found.avoid)),
                              None if found.at_stake_usd is None else usd(found.at_stake_usd),
                              self._source(found.source))

    def _steps(self) -> Iterable[StepView]:
        for step in self.it.roadmap:
            label = "Precondition" if step.precondition else "First experiment" if step.experiment else ""
            yield StepView(Markdown(_prose(step.step)), Markdown(_prose(step.why)),
                           Markdown(_prose(step.exit_criterion)), usd(step.cost_usd) if step.cost_usd else None, label)

    # What it all rests on.

    def _assumptions(self) -> Table:
        rows = [Row((code(entry.answer), cell(escape(_assumed(entry.value))), cell(escape(entry.why))))
                for entry in self.it.assumed]
        return Table(("Answer", "Assumed", "Why"), "lll", tuple(rows))

    def _unpriced(self) -> Iterable[Markdown]:
        for name, cost in self._plans().items():
            for gap in cost.gaps:
                yield Markdown(f"{self.names[name]}: {escape(gap.why)}.")

    def _answers(self) -> Table:
        questionnaire, given = self.pack.questionnaire, self.it.answers
        visible = given.visible(questionnaire)
        assumed = {entry.answer: entry.value for entry in self.it.assumed}
        rows = []
        for question in questionnaire.questions:
            if question.kind == "notes":
                continue
            value, state = _answer_state(visible.get(question.id), question.id, assumed)
            words = f"{value} {question.unit}" if question.unit and state in ("given", "range", "assumed") else value
            note = given.notes.get(question.id, "")
            rows.append(Row((code(question.id), cell(escape(words)), Markdown(state), cell(escape(note)))))
        return Table(("Question", "Answer", "State", "Note"), "llll", tuple(rows))

    def _ignored(self) -> Iterable[Markdown]:
        visible = self.it.answers.visible(self.pack.questionnaire)
        for name, value in self.it.answers.values.items():
            if isinstance(visible[name], NotApplicable):
                yield Markdown(f"{code(name)} = {escape(say(value))}: the question does not apply, given the other "
                               "answers; the answer is kept and ignored.")

    def _open_words(self) -> Markdown:
        share = (self.it.answered_share * 100).quantize(Decimal(1))
        possible = [self.names[name] for name in self.recommendation.possible_strategies]
        return Markdown(f"{share} % of the questions that rules or costs read are answered. Given what is open, the "
                        f"answer could still be {_or(possible)}.")

    def _next_question(self) -> Markdown:
        found = self.it.next_question
        assert found is not None
        prompt = self.pack.questionnaire[found.answer].prompt
        outcomes = "; ".join(f"{say(value)} → {self.names[strategy]}" for value, strategy in found.leads_to[:4])
        return Markdown(f"**{prompt}** ({code(found.answer)}) {found.why} {outcomes}. Costs are held as they are.")

    def _prices(self) -> Table:
        rates: dict[str, Rate] = {}
        for cost in self._plans().values():
            rates.update({f"{line.rate.id} {line.rate.unit_usd}": line.rate for line in cost.lines if not _hours(line)})
        rows = []
        for rate in sorted(rates.values(), key=lambda rate: (rate.id, rate.unit_usd)):
            date = rate.verified_at if rate.dated else f"{rate.verified_at}, not dated for {self.it.as_of}"
            if rate.verified_at == NOT_DATED:
                date = f"not dated (genai-prices {self.it.book.base.version})"
            note = f" {escape(rate.note)}" if rate.note else ""
            rows.append(Row((code(rate.id), Markdown(f"{_money(rate.unit_usd)} per {rate.unit}"),
                             cell(f"{link(rate.source_title, rate.source_url)}{note}"), Markdown(date),
                             Markdown(rate.confidence))))
        return Table(("Price row", "Price", "Source", "Verified", "Grade"), "lrlll", tuple(rows))

    def _work(self) -> Table:
        work: dict[str, tuple[str, Rate]] = {}
        for cost in self._plans().values():
            work.update({line.rate.id: (line.label, line.rate) for line in cost.lines if _hours(line)})
        rows = []
        for label, rate in work.values():
            labour = self.it.book.labour(rate.id.removeprefix("labour/"))
            hours = (f"{number(labour.in_hours)} h" if labour.minutes is None else
                     f"{number(labour.minutes)} minutes")
            rows.append(Row((Markdown(label), Markdown(hours), cell(escape(labour.why)))))
        return Table(("Work", "Assumed", "Why"), "lrl", tuple(rows))

    def _provenance(self) -> Iterable[Markdown]:
        book = self.it.book
        yield Markdown(f"Rules: {escape(self.pack.title)}, {code(self.pack.name)} {self.pack.version}, digest "
                       f"{code(self.pack.digest)}")
        yield Markdown(f"Answers: digest {code(self.it.answers.digest)}")
        yield Markdown(f"Prices: genai-prices {book.base.version} under our own rows, digest "
                       f"{code(book.rows.digest)}, oldest row verified on {book.oldest_row}")
        yield Markdown(f"Review by {review_by(self.it.as_of)}")


def _rest(reasons: list[Reason]) -> Markdown | None:
    if not reasons:
        return None
    points = sum(reason.points for reason in reasons)
    many = "One other" if len(reasons) == 1 else f"The other {len(reasons)}"
    return Markdown(f"{many}: {points:+d}.")


def _or(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " or " + names[-1]


def _prose(text: str) -> str:
    """Return text of the pack on one line, a bare dollar sign made harmless."""
    return " ".join(text.split()).replace("$", "USD ")


def _last_sentence(why: str) -> str:
    """Return the sentence with the totals that the roadmap adds to the reason of the experiment."""
    marker = why.rfind(" Over ")
    return why[marker:] if marker >= 0 else ""


def _quantity(line: Line) -> str:
    return f"{number(line.quantity.quantize(Decimal('0.0001')))} × {line.unit}"


def _money(amount: Decimal) -> str:
    """Return a unit price with as many decimals as it has, at least two."""
    text = number(amount)
    decimals = len(text.partition(".")[2])
    return f"USD {text}" if decimals >= 2 else usd(amount)


def _unit_price(line: Line) -> str:
    return _money(line.unit_price_usd)


def _printed_months(cost: Cost) -> list[Decimal]:
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


def _hours(line: Line) -> bool:
    return line.rate.id.startswith("labour/")


def _assumed(value: Decimal | str | tuple[str, ...]) -> str:
    return say(value)


def _answer_state(
    value: Value, name: str, assumed: Mapping[str, Decimal | str | tuple[str, ...]]
) -> tuple[str, str]:
    if isinstance(value, NotApplicable):
        return "", "not applicable"
    if value is None:
        return (_assumed(assumed[name]), "assumed") if name in assumed else ("", "not answered")
    return say_fact(name, value), "range" if isinstance(value, Range) else "given"
