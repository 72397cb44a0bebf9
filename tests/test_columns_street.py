"""Costs, scores and winners on columns are those of the single path, on random workloads, day by day."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from workloads import workloads

from advisor.answers import Answers
from advisor.columns.frame import Frame, frame_of, seen
from advisor.columns.street import Decided, Street
from advisor.conditions import Range
from advisor.cost_facts import cost_facts
from advisor.costs.ledger import exact
from advisor.costs.projection import Cost
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.priced import Priced
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer

COUNT = int(os.environ.get("COLUMN_CASES", "40"))
DAYS = [date(2026, 3, 1), date(2026, 11, 25), date(2027, 6, 30)]


@exact
def single(answers: Answers, pack: Pack, book: PriceBook, day: date) -> tuple[Scorer, list[Cost]]:
    """Return what the single path makes of one workload."""
    priced = Priced(answers, pack.questionnaire, pack.examples_needed, book, day)
    scorer = Scorer(pack, priced.fact_base(cost_facts(priced)))
    return scorer, [priced.strategy(name) for name in STRATEGIES]


def amounts(decided: Decided, case: int, place: int) -> list[float]:
    tables = (decided.upfront, decided.monthly, decided.horizon, decided.horizon_api)
    return [float(table[case, place]) for table in tables]


def differences(decided: Decided, case: int, scorer: Scorer, costs: list[Cost]) -> Iterator[Any]:
    """Yield what columns and the single path say differently of one workload."""
    pack = scorer.pack
    fired = {rule.id for rule, state in zip(pack.rules, decided.fired[:, case], strict=True) if state}
    expected = {rule.id for rule in scorer.fired(scorer.states)}
    if fired != expected:
        yield "fired", fired ^ expected
    scores = [scorer.score(name, scorer.states) for name in STRATEGIES]
    if scores != decided.scores[case].tolist():
        yield "scores", scores
    winner = scorer.winner(scorer.states)
    if winner != STRATEGIES[decided.winner[case]]:
        yield "winner", winner
    opened = [scorer.obstacles(name, scorer.states) == ((), ()) for name in STRATEGIES]
    others = [score for name, score, able in zip(STRATEGIES, scores, opened, strict=True) if able and name != winner]
    margin = scores[STRATEGIES.index(winner)] - max(others) if others else -1
    if (opened, margin) != (decided.open[case].tolist(), decided.margin[case]):
        yield "margin", margin
    for place, cost in enumerate(costs):
        total = cost.total
        wanted = [total.upfront_usd, total.monthly_usd, total.horizon_usd, cost.api.horizon_usd]
        found = amounts(decided, case, place)
        if None in wanted:
            if not all(map(np.isnan, found)):
                yield "priced", STRATEGIES[place]
        elif not np.allclose(found, [float(amount or 0) for amount in wanted], rtol=1e-12, atol=1e-6):
            yield STRATEGIES[place], found


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_columns_and_the_single_path_agree(seed: int, day: date, pack: Pack, book: PriceBook) -> None:
    cases = workloads(seed, COUNT, pack.questionnaire, book)
    decided = Street(pack, book, day).decide(frame_of(cases, pack.questionnaire))
    for case, answers in enumerate(cases):
        found = list(differences(decided, case, *single(answers, pack, book, day)))
        assert not found or decided.doubtful[case], (answers.values, found)
    assert decided.doubtful.mean() < 0.03


def test_what_all_cases_share_may_be_said_once(pack: Pack, book: PriceBook) -> None:
    (answers,) = workloads(5, 1, pack.questionnaire, book)
    alone = frame_of([answers], pack.questionnaire)
    volumes = replace(alone["queries_per_day"], values=np.array([10.0, 5e4, 1e6]))
    spread = seen(Frame(3, {**alone.entries, "queries_per_day": volumes}), pack.questionnaire)
    decided = Street(pack, book, DAYS[1]).decide(spread)
    for case, volume in enumerate((10, 50_000, 1_000_000)):
        own = replace(answers, values={**answers.values, "queries_per_day": Decimal(volume)})
        assert not list(differences(decided, case, *single(own, pack, book, DAYS[1])))


def test_a_range_stands_in_no_column(pack: Pack) -> None:
    answers = Answers("workload", {"queries_per_day": Range(Decimal(1), Decimal(2))})
    with pytest.raises(ValueError, match="queries_per_day"):
        frame_of([answers], pack.questionnaire)
