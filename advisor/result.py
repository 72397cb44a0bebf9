"""The public result: an assessment put into the JSON contract, and `advise`, which does it all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from advisor import contract
from advisor.answers import Answers, answers_from, project_name, read_answers, read_date
from advisor.assessment import Assessment, assess, review_by
from advisor.changes.to_json import flips_json, next_question_json
from advisor.costs.alternatives import Alternative
from advisor.costs.break_even import BreakEven
from advisor.costs.ledger import exact
from advisor.costs.projection import Cost
from advisor.errors import Place
from advisor.packs.pack import Pack, Source
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook, load_book
from advisor.recommendation import score_reasons
from advisor.scoring import StrategyScore
from advisor.wording import fill


def advise(
    answers: Mapping[str, Any] | str | os.PathLike[str],
    *,
    as_of: str | date | None = None,
    rules: str | os.PathLike[str] | None = None,
    prices: str | os.PathLike[str] | None = None,
) -> contract.Result:
    """Return the recommendation for one workload.

    `answers` is a mapping of question ids to answers, or the path of an answers file. `as_of` is the date of all
    prices; without it that of the answers counts, else today. `rules` names a folder of an own pack that adds to
    or replaces the built-in one by id, `prices` an overlay of rows and discounts.
    Raises InputError (from `advisor.errors`) for anything that is wrong in them.
    """
    book = load_book(overlay=Path(prices) if prices else None)
    pack = load_pack(providers=book.providers, extra=Path(rules) if rules else None)
    if isinstance(answers, Mapping):
        read = answers_from(answers, pack.questionnaire)
    else:
        read = read_answers(Path(answers), pack.questionnaire)
    day = read_date(as_of, Place("as_of")) if isinstance(as_of, str) else as_of
    return result_of(assess(read, pack, book, day or read.as_of or date.today()))


@exact
def result_of(assessment: Assessment) -> contract.Result:
    """Return an assessment as the JSON contract has it."""
    scorer, recommendation = assessment.scorer, assessment.recommendation
    pack = assessment.pack
    return contract.Result(
        project=project_name(assessment.answers),
        as_of=assessment.as_of.isoformat(),
        schema_version=contract.SCHEMA_VERSION,
        recommendation=contract.Recommendation(
            strategy=_strategy_name(recommendation.strategy),
            techniques=pack.strategy(recommendation.strategy).techniques,
            verdict=recommendation.verdict,
            score=recommendation.score,
            runner_up=None if recommendation.runner_up is None else _strategy_name(recommendation.runner_up),
            margin=recommendation.margin,
            decisive_margin=pack.decisive_margin,
            answered_share=assessment.answered_share,
            possible_strategies=tuple(_strategy_name(name) for name in recommendation.possible_strategies),
            first_rank_share=_first_rank(assessment),
            reasons=tuple(
                contract.Contribution(reason.rule, reason.points, reason.because, _source(reason.source))
                for reason in recommendation.reasons
            ),
        ),
        strategies=tuple(_strategy(assessment, score) for score in scorer.strategies),
        alternatives=tuple(
            contract.AlternativeResult(entry.id, entry.applies, entry.because, model_of(entry.cost), _cost(entry.cost))
            for entry in assessment.alternatives
        ),
        mistakes=tuple(
            contract.MistakeResult(
                found.mistake.id,
                found.mistake.severity,
                tuple(_strategy_name(name) for name in found.committed_by),
                found.because,
                found.avoid,
                found.at_stake_usd,
                _source(found.source),
            )
            for found in assessment.mistakes
        ),
        roadmap=tuple(
            contract.RoadmapResult(step.step, step.why, step.exit_criterion, step.cost_usd)
            for step in assessment.roadmap
        ),
        assumptions=tuple(
            contract.AssumptionResult(entry.answer, entry.value, entry.why) for entry in assessment.assumed
        ),
        unpriced=_unpriced(assessment),
        flips=flips_json(assessment.flips),
        next_question=next_question_json(assessment.next_question),
        provenance=_provenance(assessment, pack, assessment.book, assessment.answers),
    )


def _first_rank(assessment: Assessment) -> contract.FirstRankShare | None:
    """Return in which share of scenarios the recommendation comes first, where an answer is a range."""
    found = assessment.sensitivity.scenarios
    if found is None:
        return None
    share = found.share_of(assessment.recommendation.strategy)
    return contract.FirstRankShare(share.share, found.scenarios, found.seed, share.standard_error)


def _provenance(assessment: Assessment, pack: Pack, book: PriceBook, answers: Answers) -> contract.Provenance:
    prices = contract.PriceBookVersion(book.base.version, book.rows.digest, book.oldest_row)
    return contract.Provenance(
        pack.name,
        pack.version,
        pack.digest,
        answers.digest,
        prices,
        review_by(assessment.as_of, assessment.ending).isoformat(),
    )


def _strategy_name(strategy: str) -> contract.Strategy:
    return cast("contract.Strategy", strategy)


def _source(source: Source) -> contract.Source:
    return contract.Source(source.title, source.url, source.date, source.ref)


def model_of(cost: Cost) -> str | None:
    """Return what a plan runs on as results name it; None where no model can be tuned."""
    if any(line.id == "gpu_hours" for line in cost.lines):
        return "self-hosted"
    return cost.plan.model.id if cost.plan.model else None


def _strategy(assessment: Assessment, score: StrategyScore) -> contract.StrategyResult:
    cost = assessment.costs[score.strategy]
    floor = assessment.pack.adoption_floor
    facts = assessment.facts
    return contract.StrategyResult(
        strategy=_strategy_name(score.strategy),
        score=score.score,
        interval=score.interval,
        eligible=score.eligible,
        gates=tuple(contract.Gate(rule.id, fill(rule.because, facts), _source(rule.source)) for rule in score.gates),
        below_floor=tuple(contract.BelowFloor(name, points, floor) for name, points in score.below_floor),
        reasons=tuple(
            contract.Points(reason.rule, reason.points, reason.because, _source(reason.source))
            for reason in score_reasons(assessment.scorer, score.strategy)
        ),
        model=model_of(cost),
        cost=_cost(cost, assessment.break_evens[score.strategy], assessment.best_alternative),
    )


def _cost(cost: Cost, break_evens: tuple[BreakEven, ...] = (), best: Alternative | None = None) -> contract.Cost:
    total, api = cost.total, cost.api
    return contract.Cost(
        total.upfront_usd,
        total.monthly_usd,
        total.maintain_monthly_usd,
        total.per_request_usd,
        total.horizon_usd,
        api.upfront_usd,
        api.monthly_usd,
        api.maintain_monthly_usd,
        api.per_request_usd,
        api.horizon_usd,
        cost.known_usd,
        contract.Spread(cost.spread.upfront_usd, cost.spread.monthly_usd, cost.spread.horizon_usd)
        if cost.spread
        else None,
        tuple(
            contract.MonthAmounts(entry.month, entry.build_usd, entry.run_usd, entry.maintain_usd, entry.cumulative_usd)
            for entry in cost.months
        ),
        tuple(
            contract.CostLine(
                line.id,
                line.kind,
                line.label,
                line.quantity,
                line.unit,
                line.unit_price_usd,
                line.amount_usd,
                line.rate.id,
                line.labour,
            )
            for line in cost.lines
        ),
        tuple(
            contract.BreakEven(
                entry.versus,
                entry.requests,
                entry.days,
                entry.days_api,
                entry.month,
                entry.month_api,
                entry.reachable,
                _against(entry, best),
            )
            for entry in break_evens
        ),
    )


def _against(entry: BreakEven, best: Alternative | None) -> str:
    """Return why a break-even is as it is, with the name of the best alternative."""
    return f"Against {best.id}: {entry.because}" if best and entry.versus == "best_alternative" else entry.because


def _unpriced(assessment: Assessment) -> tuple[contract.Unpriced, ...]:
    costs = {**assessment.costs, **{entry.id: entry.cost for entry in assessment.alternatives}}
    return tuple(contract.Unpriced(name, gap.line, gap.why) for name, cost in costs.items() for gap in cost.gaps)
