"""`advise whatif`: scenarios, fewest changes, what settles it, what answers are worth, robustness - against the single
path, case by case."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import advise

from advisor.answers import Answers, read_answers
from advisor.assessment import Assessment, assess
from advisor.columns.street import Street
from advisor.conditions import Range, Value
from advisor.costs.ledger import exact
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.questions import STRATEGIES
from advisor.recommendation import recommend
from advisor.scoring import Scorer
from advisor.whatif.drawing import Draws, central_frame, frame_of_scenarios
from advisor.whatif.page import WhatIf
from advisor.whatif.robust import robustness_of
from advisor.whatif.smallest import winner_of
from advisor.whatif.spread import spread_of

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("support-classifier", "too-close-to-call", "legal-research", "prototype")


def assessed(name: str, pack: Pack, book: PriceBook, **changes: Value) -> Assessment:
    answers = read_answers(ROOT / "examples" / f"{name}.advise.json", pack.questionnaire)
    answers = replace(answers, values={**answers.values, **changes})
    assert answers.as_of is not None
    return assess(answers, pack, book, answers.as_of)


def between(low: float, high: float) -> Range:
    return Range(Decimal(str(low)), Decimal(str(high)))


RANGES: dict[str, Value] = {
    "queries_per_day": between(1_000, 200_000),
    "output_tokens": between(100, 400),
    "labelled_examples": between(20, 3_000),
    "monthly_growth": between(0, 0.1),
}


@exact
def test_every_scenario_is_what_the_single_path_makes_of_its_numbers(pack: Pack, book: PriceBook) -> None:
    it = assessed(
        "too-close-to-call", pack, book, **RANGES, retrieved_tokens=Decimal(4000), tuned_prompt_tokens=Decimal(400)
    )
    priced = it.sensitivity.probe.priced
    assert priced is not None
    draws = Draws(40, seed=3)
    frame = frame_of_scenarios(priced, draws)
    assert {entry.name for entry in draws.drawn} == set(RANGES)
    spread = spread_of(priced, pack, count=40, seed=3)
    winners: list[str] = []
    for case in range(40):
        drawn = {name: Decimal(str(frame[name].values[case])) for name in RANGES}
        values: dict[str, Value] = {**priced.answers.values, **drawn}
        own = replace(priced, answers=replace(priced.answers, values=values))
        winners.append(winner_of(own, it.sensitivity.probe))
    assert len(set(winners)) > 1
    for share in spread.shares:
        assert share.share == round(Decimal(winners.count(share.strategy)) / 40, 4)


def test_a_range_is_drawn_within_its_ends_and_by_the_rule_for_wide_ones(pack: Pack, book: PriceBook) -> None:
    draws = Draws(4_000, seed=1)
    for low, high, middle in ((1.0, 5.0, 3.0), (1.0, 100.0, 10.0)):
        numbers = draws.between(f"{low}-{high}", low, high)
        assert low <= numbers.min()
        assert numbers.max() <= high
        assert np.median(numbers) == pytest.approx(middle, rel=0.06)
    around = draws.around("usual", 2.0, 3.0, 11.0)
    assert (around.min() >= 2.0, around.max() <= 11.0) == (True, True)
    assert (around < 3.0).mean() == pytest.approx(0.5, abs=0.03)


def test_the_same_seed_gives_the_same_bytes_and_another_one_nearly_the_same(pack: Pack, book: PriceBook) -> None:
    it = assessed("too-close-to-call", pack, book, **RANGES)
    one, again, other = (WhatIf(it, seed=seed).spread for seed in (1, 1, 2))
    assert one == again
    assert one != other
    for here, there in zip(one.shares, other.shares, strict=True):
        error = max(here.standard_error, there.standard_error, Decimal("0.0001"))
        assert abs(here.share - there.share) < 6 * error


def test_one_range_more_leaves_the_draws_of_the_others(pack: Pack, book: PriceBook) -> None:
    draws = [Draws(100, seed=1) for _ in range(2)]
    frames = []
    for draw, changes in zip(draws, (dict(list(RANGES.items())[1:]), RANGES), strict=True):
        priced = assessed("too-close-to-call", pack, book, **changes).sensitivity.probe.priced
        assert priced is not None
        frames.append(frame_of_scenarios(priced, draw))
    assert (frames[0]["output_tokens"].values == frames[1]["output_tokens"].values).all()


def test_bands_lie_between_the_low_and_the_high_end_and_in_order(pack: Pack, book: PriceBook) -> None:
    ranges = {name: RANGES[name] for name in ("queries_per_day", "output_tokens", "monthly_growth")}
    it = assessed("legal-research", pack, book, **ranges)
    for band in WhatIf(it, scenarios=2_000).spread.bands:
        cost = it.costs[band.strategy]
        if band.horizon_usd is None or cost.spread is None:
            continue
        low, high = cost.spread.horizon_usd
        assert list(band.horizon_usd) == sorted(band.horizon_usd)
        assert low - 1 <= band.horizon_usd[0]
        assert band.horizon_usd[-1] <= high + 1


@pytest.mark.parametrize("name", NAMES)
def test_a_set_of_changes_leads_where_it_is_said_to(name: str, pack: Pack, book: PriceBook) -> None:
    it = assessed(name, pack, book)
    page = WhatIf(it)
    for found in page.smallest:
        assert found.strategy != it.recommendation.strategy
        if not found.changes:
            continue
        changed = {change.question: change.value for change in found.changes}
        assert len(changed) == len(found.changes) <= 3
        there = assessed(name, pack, book, **changed)
        assert there.recommendation.strategy == found.strategy
        for change in found.changes:
            without = {key: value for key, value in changed.items() if key != change.question}
            assert assessed(name, pack, book, **without).recommendation.strategy != found.strategy or not without


@pytest.mark.parametrize("name", NAMES)
def test_a_single_answer_comes_before_a_pair(name: str, pack: Pack, book: PriceBook) -> None:
    """What flips show of one answer, the smallest sets do with one answer."""
    it = assessed(name, pack, book)
    read = {flip.answer for flip in it.flips if it.sensitivity.probe.is_read(flip.answer)}
    single = {run.strategy for flip in it.flips if flip.answer in read for run in flip.intervals}
    for found in WhatIf(it).smallest:
        if found.strategy in single:
            assert len(found.changes) == 1


@pytest.mark.parametrize("name", NAMES)
def test_what_settles_it_does_so_alone_and_none_of_it_can_be_left_out(name: str, pack: Pack, book: PriceBook) -> None:
    it = assessed(name, pack, book)
    kept = WhatIf(it).sufficient
    settled = it.recommendation.possible_strategies == (it.recommendation.strategy,)
    assert (kept is not None) == settled
    if kept is None:
        return

    def possible(names: tuple[str, ...]) -> tuple[str, ...]:
        answered = {key: value for key, value in it.scorer.base.answered.items() if key in names}
        unknown = dict.fromkeys(it.scorer.base.costs)
        return Scorer(pack, replace(it.scorer.base, answered=answered, costs=unknown)).possible

    assert possible(kept) == (it.recommendation.strategy,)
    for name in kept:
        assert possible(tuple(other for other in kept if other != name)) != (it.recommendation.strategy,)
    chance = random.Random(1)
    for _ in range(5):
        given = {key: it.answers.values[key] for key in kept}
        filled = _completed(Answers("filled", given), pack, chance)
        there = assess(filled, pack, book, it.as_of)
        assert there.recommendation.strategy == it.recommendation.strategy


def _completed(answers: Answers, pack: Pack, chance: random.Random) -> Answers:
    values: dict[str, Any] = dict(answers.values)
    for question in pack.questionnaire.questions:
        if question.id not in values and question.kind in ("choice", "bool"):
            values[question.id] = chance.choice(question.domain.values or (True, False))
    return replace(answers, values=values)


def test_open_answers_are_worth_what_they_lower_the_chance_by(pack: Pack, book: PriceBook) -> None:
    openness = WhatIf(assessed("support-classifier", pack, book)).openness
    first = openness.worths[0]
    assert first.question == "small_model_tried"
    assert Decimal("0.2") < first.falls_by <= openness.chance
    known = WhatIf(assessed("support-classifier", pack, book, small_model_tried="no")).openness
    assert known.chance < openness.chance - first.falls_by / 2
    settled = WhatIf(assessed("legal-research", pack, book)).openness
    assert settled.chance == 0
    assert not settled.worths


@exact
@pytest.mark.parametrize("name", NAMES)
def test_a_workload_with_ranges_is_one_case_as_the_single_path_takes_it(name: str, pack: Pack, book: PriceBook) -> None:
    chance = random.Random(5)
    for _ in range(12):
        it = assessed(name, pack, book, **{key: RANGES[key] for key in RANGES if chance.random() < 0.6})
        probe = it.sensitivity.probe
        assert probe.priced is not None
        frame = central_frame(probe.priced, probe.scorer.base, list(probe.tests))
        decided = Street(pack, book, it.as_of).decide(frame)
        fired = {rule.id for rule, state in zip(pack.rules, decided.fired[:, 0], strict=True) if state}
        assert fired == {rule.id for rule in it.scorer.fired(it.scorer.states)}
        for place, strategy in enumerate(STRATEGIES):
            total = it.costs[strategy].total.horizon_usd
            assert total is not None
            assert decided.horizon[0, place] == pytest.approx(float(total), rel=1e-11)


def test_narrowing_a_range_is_worth_something_where_a_threshold_lies_in_it(pack: Pack, book: PriceBook) -> None:
    wide = between(4_000, 500_000)
    known: dict[str, Value] = {"failing": "none", "small_model_tried": "yes_insufficient"}
    openness = WhatIf(assessed("too-close-to-call", pack, book, queries_per_day=wide, **known)).openness
    worths = {worth.question: worth for worth in openness.worths}
    assert worths["queries_per_day"].narrowed
    assert worths["queries_per_day"].falls_by > Decimal("0.05")


def test_points_are_moved_one_step_of_the_scale_and_counted(pack: Pack, book: PriceBook) -> None:
    scorer = assessed("too-close-to-call", pack, book).scorer
    found = robustness_of(scorer, draws=3_000)
    assert found.same + sum(share for _, share in found.others) == 1
    scale = [0, *pack.scale.weights]
    chance, same = random.Random(2), 0
    now = recommend(scorer).strategy
    for _ in range(300):
        rules = tuple(replace(rule, points=_moved(rule.points, scale, chance)) for rule in pack.rules)
        moved = Scorer(replace(pack, rules=rules), scorer.base)
        same += moved.winner(scorer.states) == now
    assert same / 300 == pytest.approx(float(found.same), abs=0.12)


def _moved(points: Any, scale: list[int], chance: random.Random) -> dict[str, int]:
    found = {}
    for name, value in points.items():
        place = scale.index(abs(value)) + chance.choice((-1, 0, 1))
        found[name] = scale[min(place, len(scale) - 1)] * (1 if value > 0 else -1)
    return found


def test_a_result_carries_the_first_rank_share_where_an_answer_is_a_range(tmp_path: Path) -> None:
    file = tmp_path / "work.advise.json"
    example = json.loads((ROOT / "examples" / "too-close-to-call.advise.json").read_text())
    file.write_text(json.dumps({**example, "queries_per_day": [1_000, 200_000]}))
    outcome = advise("run", file, "--format", "json")
    share = json.loads(outcome.out)["recommendation"]["first_rank_share"]
    assert (share["n"], share["seed"]) == (10_000, 1)
    assert 0 < share["share"] < 1
    document = advise("run", file, "-o", "-").out
    assert "scenarios drawn at random, " in document
    file.write_text(json.dumps(example))
    assert json.loads(advise("run", file, "--format", "json").out)["recommendation"]["first_rank_share"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sweep", "queries_per_dya=1..2"), "Did you mean 'queries_per_day'?"),
        (("--sweep", "queries_per_day"), "Accepted: queries_per_day=low..high"),
        (("--sweep", "queries_per_day=5"), "a number is swept over a range"),
        (("--sweep", "queries_per_day=1..x"), "is not an answer to 'queries_per_day'"),
        (("--sweep", "task_type=qa"), "Accepted: --sweep task_type"),
        (("--sweep", "current_model"), "cannot be swept like this"),
        (("queries_per_day",), "is not KEY=VALUE"),
        (("task_tpye=qa",), "Did you mean 'task_type'?"),
        (("--sweep", "task_type", "queries_per_day=5"), "do not go together"),
        (("--scenarios", "5"), "--scenarios"),
    ],
)
def test_bad_words_are_refused(words: tuple[str, ...], said: str) -> None:
    outcome = advise("whatif", ROOT / "examples" / "too-close-to-call.advise.json", *words)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""


def test_a_sweep_ends_where_flips_say_and_says_what_each_value_costs(pack: Pack, book: PriceBook) -> None:
    file = ROOT / "examples" / "too-close-to-call.advise.json"
    swept = json.loads(advise("whatif", file, "--sweep", "queries_per_day=1k..1M", "--json").out)
    assert [run["strategy"] for run in swept["intervals"]] == ["prompt_engineering", "fine_tuning"]
    assert swept["intervals"][1]["from"] == 50_000
    assert [swept["points"][place]["value"] for place in (0, -1)] == [1_000, 1_000_000]
    for point in swept["points"]:
        it = assessed("too-close-to-call", pack, book, queries_per_day=Decimal(str(point["value"])))
        assert point["state"]["strategy"] == it.recommendation.strategy
        totals = {entry["strategy"]: entry["horizon_usd"] for entry in point["state"]["costs"]}
        for name in STRATEGIES:
            total = it.costs[name].total.horizon_usd
            assert total is not None
            assert totals[name] == pytest.approx(float(total), abs=1e-6)


def test_other_answers_stand_beside_those_of_the_file(pack: Pack, book: PriceBook) -> None:
    file = ROOT / "examples" / "too-close-to-call.advise.json"
    before = file.read_bytes()
    found = json.loads(advise("whatif", file, "queries_per_day=60k", "--json").out)
    assert (found["now"]["strategy"], found["then"]["strategy"]) == ("prompt_engineering", "fine_tuning")
    assert "The recommendation changes to Fine-tuning." in advise("whatif", file, "queries_per_day=60k").out
    assert "The recommendation stays." in advise("whatif", file, "queries_per_day=4001").out
    assert file.read_bytes() == before
