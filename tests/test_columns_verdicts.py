"""Verdicts on columns are those of the search, by the built-in rules and by rules of other shapes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from workloads import workloads

from advisor.answers import Answers
from advisor.columns import verdicts
from advisor.columns.frame import frame_of
from advisor.columns.street import Street
from advisor.columns.verdicts import OPEN, VERDICTS, searched
from advisor.cost_facts import cost_facts
from advisor.costs.ledger import exact
from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook
from advisor.priced import Priced
from advisor.questions import STRATEGIES
from advisor.recommendation import recommend
from advisor.scoring import Scorer

COUNT = max(1200, 4 * int(os.environ.get("COLUMN_CASES", "0")))
DAY = date(2026, 11, 25)

RULE = """- id: {name}
  title: A rule
  when: {when}
  points: {{{points}}}
  because: It is so.
  source: {{title: House, date: "2026-01"}}
  tests: {{fires: [{fires}], not_fires: [{{}}]}}
"""
OTHER = [
    ("a-list", "{fact: considering, in: [rag]}", "rag: 3", "{considering: [rag]}"),
    ("a-name", "{fact: small_model, eq: openai/gpt-6-luna}", "fine_tuning: -5", "{small_model: openai/gpt-6-luna}"),
    (
        "a-list-and-an-answer",
        "{all: [{fact: considering, in: [fine_tuning]}, {fact: failing, eq: behaviour}]}",
        "fine_tuning: 8",
        "{considering: [fine_tuning], failing: behaviour}",
    ),
    ("not-an-answer", "{not: {fact: latency, in: [interactive, realtime]}}", "rag: 3", "{latency: none}"),
    (
        "three-answers",
        "{all: [{fact: latency, ne: none}, {fact: task_breadth, eq: narrow}, {fact: privacy, ne: none}]}",
        "fine_tuning: 8",
        "{latency: realtime, task_breadth: narrow, privacy: regulated}",
    ),
]


@pytest.fixture(scope="module")
def other(book: PriceBook, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "pack.yaml").write_text('name: house\nversion: "1"\ntitle: House rules\n')
    rules = (RULE.format(name=name, when=when, points=points, fires=fires) for name, when, points, fires in OTHER)
    (folder / "house.yaml").write_text("rules:\n" + "".join(rules))
    return load_pack(providers=book.providers, extra=folder)


def check(pack: Pack, book: PriceBook, seed: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Assert that columns and the search they leave the rest to say what the single path says; return verdicts."""
    cases = workloads(seed, count, pack.questionnaire, book)
    decided = Street(pack, book, DAY, whole=True).decide(frame_of(cases, pack.questionnaire))
    for case, answers in enumerate(cases):
        if decided.doubtful[case]:
            continue
        priced = Priced(answers, pack.questionnaire, pack.examples_needed, book, DAY)
        found = exact(lambda priced=priced: recommend(Scorer(pack, priced.fact_base(cost_facts(priced)))))()
        winner = STRATEGIES[decided.winner[case]]
        assert found.strategy == winner
        if decided.verdict[case] != OPEN:
            assert VERDICTS[decided.verdict[case]] == found.verdict, answers
        elif decided.costs_free[case]:
            assert searched(case, decided.known, answers, pack, winner) == found.verdict, answers
    return decided.verdict


def test_by_the_built_in_rules(pack: Pack, book: PriceBook) -> None:
    found = check(pack, book, 31, 120)
    assert (found == OPEN).mean() < 0.05


def test_by_rules_that_read_lists_names_and_what_does_not_apply(other: Pack, book: PriceBook) -> None:
    check(other, book, 32, 60)


def unpriced(answers: Answers) -> Answers:
    """Return answers without models but one that a rule names, so that many of them are priced at once, and without the
    list that rules read, so that it is open in all."""
    left_out = {"current_model", "small_model", "tuned_model", "tuning_access", "considering"}
    kept = {key: value for key, value in answers.values.items() if key not in left_out}
    if answers.values.get("small_model") == "openai/gpt-6-luna":
        kept["small_model"] = "openai/gpt-6-luna"
    return replace(answers, values=kept)


@pytest.mark.parametrize("rules", ["built in", "other"])
def test_what_bounds_prove_the_search_proves(
    rules: str, pack: Pack, other: Pack, book: PriceBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "STAGES", ((0, 0), (0, 6)))
    own = pack if rules == "built in" else other
    cases = [unpriced(case) for case in workloads(33, COUNT, own.questionnaire, book)]
    decided = Street(own, book, DAY, whole=True).decide(frame_of(cases, own.questionnaire))
    assert {VERDICTS[place] for place in set(decided.verdict.tolist()) - {OPEN}} == {"clear", "too_close"}
    proved = np.flatnonzero((decided.verdict == verdicts.CLEAR) & decided.costs_free & ~decided.doubtful).tolist()
    assert len(proved) > 100
    for case in proved:
        found = searched(case, decided.known, cases[case], own, STRATEGIES[decided.winner[case]])
        assert found == "clear", cases[case]
