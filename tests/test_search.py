"""The prover agrees with looking at every world, and with a solver where there are too many of them."""

from __future__ import annotations

import random
from decimal import Decimal
from math import prod

import oracle
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from made_packs import made_rules, with_rules

from advisor.compilers.cells import CellTable, compile_cells
from advisor.conditions import Range, Value
from advisor.facts import unpriced_facts
from advisor.outcomes import Outcomes
from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack
from advisor.pricebook.book import load_book
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer
from advisor.search import Goal, Search, Undecided
from advisor.worlds import Worlds, all_cases, completions

pytestmark = pytest.mark.usefixtures("few_scenarios")

PACK: Pack = load_pack(providers=load_book().providers)
FACTS = sorted(
    {
        *("task_type", "labelled_examples", "label_sufficiency", "knowledge_needed", "knowledge_tokens"),
        *("knowledge_fits_prompt", "knowledge_change", "knowledge_change_per_year", "citations_required"),
        *("queries_per_day", "current_quality", "target_quality", "quality_gap", "privacy", "gpus", "considering"),
        *("tuning_access", "tunable_model_available", "tuning_saving_share", "current_model", "failing", "latency"),
    }
)
MOST_WORLDS = 600
seeds = st.integers(0, 2**32)


def worlds_of(pack: Pack) -> Worlds:
    base = unpriced_facts(pack.questionnaire, {}, pack.examples_needed)
    return all_cases(base, [rule.when for rule in pack.rules])


def small_pack(chance: random.Random) -> tuple[Pack, Worlds]:
    """Return a pack of a few rules whose worlds can all be looked at."""
    while True:
        facts = chance.sample(FACTS, chance.randint(1, 4))
        pack = with_rules(PACK, made_rules(chance, PACK, facts, chance.randint(1, 7)))
        worlds = worlds_of(pack)
        if prod(len(field.cells) for field in worlds.fields) <= MOST_WORLDS:
            return pack, worlds


def compiled(pack: Pack, worlds: Worlds) -> CellTable:
    return compile_cells([rule.when for rule in pack.rules], worlds)


@given(seeds)
def test_winners_and_ends_of_scores_are_those_of_looking_at_every_world(seed: int) -> None:
    pack, worlds = small_pack(random.Random(seed))
    seen = set(reference.every_world(pack, worlds))
    search, outcomes = Search(compiled(pack, worlds)), Outcomes(pack)
    winners = {reference.winner(pack, fired) for fired in seen}
    for strategy in STRATEGIES:
        world = search.first(list(outcomes.wins(strategy)))
        assert (world is not None) is (strategy in winners), strategy
        if world is not None:
            names = {pack.rules[number].id for number in search.table.fired(world)}
            assert names in seen
            assert reference.winner(pack, names) == strategy
        values = [reference.scores(pack, fired)[strategy] for fired in seen]
        charge = pack.complexity_charge if strategy == "rag_and_fine_tuning" else 0
        low, high = search.ends(outcomes.score(strategy))
        assert (low - charge, high - charge) == (min(values), max(values)), strategy


@given(seeds)
def test_every_world_of_a_table_fires_what_the_reference_says(seed: int) -> None:
    chance = random.Random(seed)
    pack, worlds = small_pack(chance)
    table = compiled(pack, worlds)
    for _ in range(20):
        chosen = [chance.randrange(len(field.cells)) for field in worlds.fields]
        facts = dict(worlds.certain)
        for field, number in zip(worlds.fields, chosen, strict=True):
            facts |= field.cells[number].facts
        kinds = [table.kind_of[field][number] for field, number in enumerate(chosen)]
        assert {pack.rules[number].id for number in table.fired(kinds)} == reference.fired(pack, facts)
        live = [
            box.condition
            for box in table.boxes
            if all(box.allowed.get(field, -1) >> kind & 1 for field, kind in enumerate(kinds))
        ]
        assert len(live) == len(set(live)), "boxes of one condition overlap"


@given(seeds)
def test_intervals_and_possible_strategies_are_exact_over_all_completions(seed: int) -> None:
    chance = random.Random(seed)
    while True:
        facts = chance.sample(FACTS, chance.randint(2, 5))
        pack = with_rules(PACK, made_rules(chance, PACK, facts, chance.randint(2, 7)))
        known = {name: chance.choice(values) for name, values in ANSWERS.items() if chance.random() < 0.5}
        base = unpriced_facts(PACK.questionnaire, known, PACK.examples_needed)
        worlds = completions(base, [rule.when for rule in pack.rules])
        if prod(len(field.cells) for field in worlds.fields) <= MOST_WORLDS:
            break
    seen = set(reference.every_world(pack, worlds))
    scorer = Scorer(pack, base)
    assert set(scorer.possible) == {reference.winner(pack, fired) for fired in seen}
    for entry in scorer.strategies:
        values = [reference.scores(pack, fired)[entry.strategy] for fired in seen]
        assert entry.interval == (min(values), max(values))


ANSWERS: dict[str, tuple[Value, ...]] = {
    "task_type": ("qa", "classification"),
    "labelled_examples": (Decimal(40), Decimal(700), Range(Decimal(10), Decimal(600))),
    "knowledge_needed": ("none", "static", "changing"),
    "knowledge_tokens": (Decimal(1000), Decimal(10**6), Range(Decimal(1000), Decimal(300_000))),
    "knowledge_change": ("weekly", "yearly"),
    "citations_required": (True, False),
    "queries_per_day": (Decimal(500), Decimal(100_000), Range(Decimal(10), Decimal(10**5))),
    "current_quality": (Decimal("0.5"), Decimal("0.9")),
    "target_quality": (Decimal("0.95"),),
    "privacy": ("none", "on_premises"),
    "failing": ("none", "both", "cost"),
    "latency": ("none", "realtime"),
}


def made_goals(chance: random.Random, count: int) -> list[Goal]:
    goals = []
    for _ in range(chance.randint(1, 4)):
        weights = tuple(chance.choice((-5, -3, 0, 0, 1, 2, 5, 8)) for _ in range(count))
        goals.append(Goal(weights, chance.randint(-6, 2 * count)))
    return goals


@settings(max_examples=20)
@given(seeds)
def test_larger_packs_agree_with_a_solver(seed: int) -> None:
    chance = random.Random(seed)
    pack = with_rules(PACK, made_rules(chance, PACK, FACTS, chance.choice((12, 20, 40))))
    table = compiled(pack, worlds_of(pack))
    search = Search(table)
    for _ in range(3):
        goals = made_goals(chance, len(pack.rules))
        try:
            world = search.find(goals)
        except Undecided:
            continue
        other = oracle.find(table, goals)
        assert (world is None) is (other is None)
        if world is not None:
            assert all(search.value(goal.weights, world) >= goal.at_least for goal in goals)


def test_the_built_in_pack_agrees_with_a_solver_on_every_strategy_and_hardly_anything_is_left_undecided() -> None:
    table = compiled(PACK, worlds_of(PACK))
    search, outcomes = Search(table), Outcomes(PACK)
    for strategy in STRATEGIES:
        for goals in outcomes.wins(strategy):
            assert (search.find(goals) is None) is (oracle.find(table, goals) is None)


def test_a_search_that_may_not_look_far_says_so_and_its_bounds_stay_wide_enough() -> None:
    chance = random.Random(7)
    pack = with_rules(PACK, made_rules(chance, PACK, FACTS, 20))
    search, patient = (Search(compiled(pack, worlds_of(pack)), steps) for steps in (1, 200_000))
    weights = tuple(chance.choice((-5, 3, 8)) for _ in pack.rules)
    with pytest.raises(Undecided):
        search.find([Goal(weights, 0), Goal(tuple(-weight for weight in weights), 0)])
    (low, high), (least, most) = search.ends(weights), patient.ends(weights)
    assert low <= least <= most <= high
