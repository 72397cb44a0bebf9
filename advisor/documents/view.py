"""What templates may print about an assessment, every number already in words."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.answers import project_name
from advisor.assessment import Assessment
from advisor.costs.ledger import exact
from advisor.documents.basis import Basis
from advisor.documents.changes import Changes
from advisor.documents.fitting import Fitting
from advisor.documents.leaving import Leaving
from advisor.documents.money import Money
from advisor.documents.parts import BreakEvenView, LinesView, MistakeView, ReasonView, RuledOutView, StepView, Table
from advisor.documents.reasoning import Reasoning
from advisor.documents.summary import Summary
from advisor.documents.text import Markdown
from advisor.wording import plural


@dataclass(frozen=True, repr=False, eq=False)
class View:
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
    leaving: Markdown | None
    followers: Table
    carries_over: Markdown
    money: Markdown
    repaid: Markdown | None
    limits: Markdown | None
    invoice_line: Markdown | None
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
    fits: Table
    invoice: tuple[Markdown, ...]
    mistakes: tuple[MistakeView, ...]
    mistakes_named: tuple[Markdown, ...]
    mistakes_undecided: Markdown | None
    mistakes_checked: str
    roadmap: tuple[StepView, ...]
    assumptions: Table
    unpriced: tuple[Markdown, ...]
    answers: Table
    ignored: tuple[Markdown, ...]
    open_words: Markdown
    constants: Markdown
    change: Markdown
    changes_lead: Markdown
    changes: tuple[Markdown, ...]
    changes_table: Table
    searched: Markdown | None
    unchanged: Markdown | None
    unchanged_names: Markdown | None
    next_question: Markdown | None
    prices: Table
    work: Table
    provenance: tuple[Markdown, ...]


@exact
def view_of(assessment: Assessment) -> View:
    """Return what templates may print about an assessment. Printed totals are sums of printed lines."""
    summary, reasoning = Summary(assessment), Reasoning(assessment)
    money, fitting, basis = Money(assessment), Fitting(assessment), Basis(assessment)
    leaving, changes = Leaving(assessment), Changes(assessment)
    recommended = assessment.recommendation.strategy
    strategy = assessment.pack.strategy(recommended)
    in_favour, against, rest = reasoning.reasons()
    return View(
        project=project_name(assessment.answers),
        as_of=assessment.as_of.isoformat(),
        as_of_from=assessment.as_of_from,
        name=strategy.name,
        summary=Markdown(strategy.summary),
        verdict=summary.verdict(),
        verdict_words=summary.verdict_words(),
        margin_words=summary.margin_words(),
        runs_on=summary.runs_on(assessment.recommended_cost),
        leaving=leaving.headline(),
        followers=leaving.table(),
        carries_over=leaving.carries_over(),
        money=summary.money(),
        repaid=summary.repaid(),
        limits=fitting.line(),
        invoice_line=fitting.invoice_line(),
        warnings=tuple(summary.warnings()),
        first_experiment=summary.first_experiment(),
        dimensions=reasoning.dimensions(),
        scores=reasoning.scores(),
        reasons_title=reasoning.reasons_title(),
        reasons_for=in_favour,
        reasons_against=against,
        reasons_rest=rest,
        reasons_sum=reasoning.reasons_sum(),
        ruled_out=tuple(reasoning.ruled_out()),
        horizon=summary.months_words,
        labour_words=money.labour_words(),
        totals=money.totals(),
        rates=money.rates(),
        alternatives=tuple(money.alternative(entry) for entry in assessment.alternatives),
        lines=money.lines(recommended, assessment.recommended_cost),
        other_lines=tuple(money.other_lines()),
        months=money.months(),
        training_words=money.training_words(),
        break_evens=tuple(money.break_evens()),
        fits=fitting.table(),
        invoice=tuple(fitting.invoice()),
        mistakes=tuple(reasoning.mistakes()),
        mistakes_named=tuple(reasoning.mistakes_named()),
        mistakes_undecided=reasoning.undecided_mistakes(),
        mistakes_checked=plural(len(assessment.pack.mistakes), "known mistake"),
        roadmap=tuple(reasoning.steps()),
        assumptions=basis.assumptions(),
        unpriced=tuple(basis.unpriced()),
        answers=basis.answers(),
        ignored=tuple(basis.ignored()),
        open_words=basis.open_words(),
        constants=basis.constants(),
        change=changes.nearest(),
        changes_lead=changes.lead(),
        changes=changes.lines(),
        changes_table=changes.table(),
        searched=changes.searched(),
        unchanged=changes.unchanged(),
        unchanged_names=changes.unchanged_names(),
        next_question=changes.next_question(),
        prices=basis.prices(),
        work=basis.work(),
        provenance=tuple(basis.provenance()),
    )
