"""What-if as the JSON contract has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import cast

from advisor.answers import project_name
from advisor.assessment import Assessment
from advisor.changes.to_json import flips_json, next_question_json
from advisor.contract import SCHEMA_VERSION, FlipInterval, Point, Strategy
from advisor.recommendation import Recommendation
from advisor.result import result_of
from advisor.whatif import contract
from advisor.whatif.page import WhatIf
from advisor.whatif.sweep import Sweep


def whatif_json(page: WhatIf) -> contract.WhatIf:
    """Return all parts of a page."""
    result = result_of(page.assessment)
    spread, openness, robustness = page.spread, page.openness, page.robustness
    return contract.WhatIf(
        result.project,
        result.as_of,
        SCHEMA_VERSION,
        result.recommendation,
        contract.Scenarios(
            spread.scenarios,
            spread.seed,
            tuple(contract.DrawnRange(entry.kind, entry.name, entry.low, entry.high) for entry in spread.drawn),
            tuple(
                contract.FirstRank(_name(entry.strategy), entry.share, entry.standard_error) for entry in spread.shares
            ),
            tuple(
                contract.CostBand(
                    _name(entry.strategy),
                    _percentiles(entry.upfront_usd),
                    _percentiles(entry.monthly_usd),
                    _percentiles(entry.horizon_usd),
                )
                for entry in spread.bands
            ),
        ),
        flips_json(page.assessment.flips),
        tuple(
            contract.SmallestChange(
                _name(entry.strategy),
                tuple(contract.OtherAnswer(change.question, change.value) for change in entry.changes),
                entry.least,
            )
            for entry in page.smallest
        ),
        page.sufficient,
        contract.OpenAnswers(
            openness.completions,
            openness.seed,
            openness.chance,
            openness.standard_error,
            tuple(contract.ValueOfAnswer(entry.question, entry.narrowed, entry.falls_by) for entry in openness.worths),
        ),
        next_question_json(page.assessment.next_question),
        contract.RuleRobustness(
            robustness.draws,
            robustness.seed,
            robustness.same,
            robustness.standard_error,
            tuple(contract.OtherShare(_name(name), share) for name, share in robustness.others),
        ),
    )


def _percentiles(amounts: tuple[Decimal, ...] | None) -> contract.Percentiles | None:
    return None if amounts is None else contract.Percentiles(*amounts)


def _name(strategy: str) -> Strategy:
    return cast("Strategy", strategy)


def sweep_json(sweep: Sweep, it: Assessment) -> contract.Sweep:
    """Return a sweep."""
    points = (
        contract.SweepPoint(
            cast("Point", point.value), _state(point.recommendation, point.monthly_usd, point.horizon_usd)
        )
        for point in sweep.points
    )
    runs = (FlipInterval(run.low, run.high, _name(run.strategy)) for run in sweep.stretches)
    project, day = project_name(it.answers), it.as_of.isoformat()
    return contract.Sweep(project, day, SCHEMA_VERSION, sweep.question, tuple(points), tuple(runs), sweep.exact)


def comparison_json(now: Assessment, then: Assessment, settings: Iterable[str]) -> contract.Comparison:
    """Return two assessments side by side."""
    states = (
        _state(
            it.recommendation,
            it.recommended_cost.total.monthly_usd,
            {name: cost.total.horizon_usd for name, cost in it.costs.items()},
        )
        for it in (now, then)
    )
    return contract.Comparison(
        project_name(now.answers), now.as_of.isoformat(), SCHEMA_VERSION, tuple(settings), *states
    )


def _state(found: Recommendation, monthly: Decimal | None, costs: Mapping[str, Decimal | None]) -> contract.State:
    totals = tuple(contract.StrategyTotal(_name(name), total) for name, total in costs.items())
    return contract.State(_name(found.strategy), found.verdict, found.score, found.margin, monthly, totals)
