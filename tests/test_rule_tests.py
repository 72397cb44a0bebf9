"""`advise rules test`: what it runs, what it finds untried, and how a failing case is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import advise

from advisor import where
from advisor.packs.pack import Pack
from advisor.questions import STRATEGIES
from advisor.rule_tests.cases import read_pack_cases
from advisor.rule_tests.runs import run_rule_tests

RULE = """rules:
- id: house-rule
  title: Ours
  when: {when}
  points: {{rag: 1}}
  because: We say so.
  source: {{title: Ours, date: "2026"}}
  tests:
    fires: {fires}
    not_fires: {not_fires}
"""


def pack_with(folder: Path, when: str, fires: str, not_fires: str) -> Path:
    text = RULE.format(when=when, fires=fires, not_fires=not_fires)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_built_in_rule_does_what_its_cases_say_and_no_comparison_is_left_untried(pack: Pack) -> None:
    report = run_rule_tests(pack)
    assert report.passed
    assert report.rules == len(pack.rules)
    assert report.cases > 3 * report.rules
    assert (report.failures, report.untested, report.untried) == ((), (), ())


@pytest.mark.parametrize(
    ("fires", "not_fires", "says"),
    [
        ("[{queries_per_day: 5}]", "[{}]", "expected: fires; actual: did not fire"),
        ("[{queries_per_day: 50}]", "[{queries_per_day: 60}]", "expected: does not fire; actual: fired"),
        ("[{}]", "[]", "expected: fires; actual: unknown"),
        ("[{queries_per_day: 50}]", "[]", "house-rule: has no firing case or no silent one"),
    ],
)
def test_a_failing_or_missing_case_is_shown_and_exits_with_1(
    fires: str, not_fires: str, says: str, tmp_path: Path
) -> None:
    folder = pack_with(tmp_path, "{fact: queries_per_day, ge: 10}", fires, not_fires)
    outcome = advise("rules", "test", "--rules", folder)
    assert outcome.code == 1
    assert says in outcome.out
    found = json.loads(advise("rules", "test", "--rules", folder, "--json").out)
    assert found["failures"] or found["untested"] == ["house-rule"]


def test_a_failing_case_shows_scores_and_what_else_fires(tmp_path: Path) -> None:
    folder = pack_with(
        tmp_path, "{fact: queries_per_day, ge: 10}", "[{queries_per_day: 5, task_breadth: broad}]", "[{}]"
    )
    out = advise("rules", "test", "--rules", folder).out
    assert "house-rule: queries_per_day = 5, task_breadth = broad" in out
    assert "scores: prompt_engineering 5, rag 0, fine_tuning -13, rag_and_fine_tuning -18" in out
    assert "also fired: broad-task, low-volume, prompting-first" in out


def test_a_comparison_that_no_case_turns_over_is_named(tmp_path: Path) -> None:
    when = "{any: [{fact: queries_per_day, ge: 10}, {fact: task_breadth, eq: broad}]}"
    folder = pack_with(tmp_path, when, "[{queries_per_day: 50}]", "[{queries_per_day: 5, task_breadth: narrow}]")
    outcome = advise("rules", "test", "--rules", folder)
    assert outcome.code == 0
    assert "house-rule: no case makes 'task_breadth = broad' true" in outcome.out


@pytest.mark.parametrize(
    ("fires", "says"),
    [
        ("[{querys_per_day: 5}]", "own.yaml:9:14: unknown fact 'querys_per_day'"),
        ("[{label_sufficiency: lots}]", "Accepted: too_few, pilot, enough."),
        ("[{knowledge_fits_prompt: perhaps}]", "Accepted: true, false."),
        ("[{quality_gap: wide}]", "Accepted: numbers from -1 to 1."),
        ("[{queries_per_day: many}]", "'many' is not an answer"),
    ],
)
def test_a_case_that_names_what_there_is_not_is_refused(fires: str, says: str, tmp_path: Path) -> None:
    folder = pack_with(tmp_path, "{fact: queries_per_day, ge: 10}", fires, "[{}]")
    outcome = advise("rules", "test", "--rules", folder)
    assert outcome.code == 2
    assert says in outcome.err


def test_every_built_in_rule_fires_in_a_whole_pack_case_and_every_strategy_wins_in_one(pack: Pack) -> None:
    cases = read_pack_cases(where.RULES, pack)
    report = run_rule_tests(pack, cases)
    assert report.failed_cases == ()
    assert report.pack_cases == len(cases) >= 25
    assert [entry.rule for entry in report.coverage if not entry.pack_cases] == []
    assert {case.strategy for case in cases} == set(STRATEGIES)
    assert all(case.fires and case.ruled_out is not None and len(case.scores or {}) == 4 for case in cases)


@pytest.mark.parametrize("change", ["points", "drop", "gate"])
def test_a_change_of_any_rule_is_noticed_by_a_whole_pack_case(change: str, pack: Pack) -> None:
    cases = read_pack_cases(where.RULES, pack)
    unnoticed = []
    for rule in pack.rules:
        others = tuple(other for other in pack.rules if other is not rule)
        match change:
            case "points" if rule.points:
                target = next(iter(rule.points))
                changed = replace(rule, points={**rule.points, target: rule.points[target] + 1})
                rules = (*others, changed)
            case "gate" if rule.gate:
                rules = (*others, replace(rule, gate=None, points={rule.gate: -8}))
            case "drop":
                rules = others
            case _:
                continue
        if not run_rule_tests(replace(pack, rules=rules), cases).failed_cases:
            unnoticed.append(rule.id)
    assert unnoticed == []


CASES = """cases:
- id: our-case
  title: A narrow task
  answers: {{task_breadth: narrow, queries_per_day: 50}}
  strategy: {strategy}
  fires: [{fires}]
  scores: {{rag: {rag}}}
  ruled_out: {{{ruled_out}}}
"""
FIRING = "house-rule, low-volume, narrow-task, prompting-first"


def own_pack(folder: Path, **changes: str) -> Path:
    """Return a pack with a rule and a whole-pack case that holds, but for the changes."""
    pack_with(folder, "{fact: queries_per_day, ge: 10}", "[{queries_per_day: 50}]", "[{queries_per_day: 5}]")
    said = {"strategy": "prompt_engineering", "fires": FIRING, "rag": "1", "ruled_out": "", **changes}
    (folder / "cases.yaml").write_text(CASES.format(**said), encoding="utf-8")
    return folder


def test_the_cases_of_an_own_pack_hold_and_what_it_moves_in_the_built_in_ones_is_no_failure(tmp_path: Path) -> None:
    outcome = advise("rules", "test", "--rules", own_pack(tmp_path))
    assert outcome.code == 0, outcome.out
    assert "Built-in cases that turn out otherwise under this pack, for information:" in outcome.out
    assert "changing-documents: rag stays; rag 26 becomes 27; " in outcome.out
    assert "house-rule fires" in outcome.out
    found = json.loads(advise("rules", "test", "--rules", tmp_path, "--json").out)
    assert found["failed_cases"] == []
    assert found["pack_cases"] == 1
    assert "changing-documents" in [entry["case"] for entry in found["moved"]]
    assert {"rule": "house-rule", "fires": 1, "silent": 1, "pack_cases": ["our-case"]} in found["coverage"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"strategy": "rag"}, "expected: rag; actual: prompt_engineering"),
        ({"rag": "2"}, "rag 1 instead of 2, fine_tuning -2"),
        ({"ruled_out": "rag: [no-knowledge-needed]"}, "ruled out: nothing; expected: rag by no-knowledge-needed"),
        ({"fires": FIRING.replace("house-rule, ", "")}, "house-rule fires and is not named ("),
        ({"fires": FIRING + ", broad-task"}, "broad-task is named and does not fire ("),
    ],
)
def test_a_failing_whole_pack_case_shows_what_was_said_and_what_came(
    changes: dict[str, str], says: str, tmp_path: Path
) -> None:
    outcome = advise("rules", "test", "--rules", own_pack(tmp_path, **changes))
    assert outcome.code == 1
    assert f"our-case: A narrow task ({tmp_path / 'cases.yaml'}:2:3)" in outcome.out
    assert says in outcome.out
    found = json.loads(advise("rules", "test", "--rules", tmp_path, "--json").out)
    assert [entry["case"] for entry in found["failed_cases"]] == ["our-case"]
    assert [entry["rule"] for entry in found["coverage"]] == ["house-rule"]


def test_all_that_a_pack_s_cases_name_and_there_is_not_is_told_at_once(tmp_path: Path) -> None:
    folder = own_pack(
        tmp_path, strategy="tuning", fires="house-rul", ruled_out="prompt_engineering: [], rag: [labels-too-few]"
    )
    text = (folder / "cases.yaml").read_text(encoding="utf-8")
    (folder / "cases.yaml").write_text(text.replace("narrow,", "narow,").replace("queries", "querys"), encoding="utf-8")
    outcome = advise("rules", "test", "--rules", folder)
    assert outcome.code == 2
    said = outcome.err.splitlines()
    for line, part in [
        (4, "narow is not an answer to 'task_breadth'. Did you mean 'narrow'?"),
        (4, "unknown fact 'querys_per_day'. Did you mean 'queries_per_day'?"),
        (5, "unknown strategy: 'tuning'."),
        (6, "unknown rule: 'house-rul'. Did you mean 'house-rule'?"),
        (8, "unknown technique that a gate can close: 'prompt_engineering'. Accepted: rag, fine_tuning."),
        (8, "unknown gate of rag: 'labels-too-few'"),
    ]:
        assert any(f"cases.yaml:{line}:" in each and part in each for each in said), (part, outcome.err)


def test_built_in_cases_that_name_a_gate_which_an_own_pack_replaces_are_told_and_no_errors(tmp_path: Path) -> None:
    folder = own_pack(tmp_path)
    (folder / "gate.yaml").write_text(
        'rules:\n- id: prompting-not-tried\n  title: Not tried\n  when: {fact: prompting_tried, eq: "no"}\n'
        "  points: {fine_tuning: -5}\n  because: Nobody knows yet.\n  source: {title: Our own, date: 2026-11}\n"
        '  tests: {fires: [{prompting_tried: "no"}], not_fires: [{}]}\n'
    )
    outcome = advise("rules", "test", "--rules", folder)
    assert outcome.code == 0, outcome.out + outcome.err
    assert "Built-in cases that turn out otherwise" in outcome.out
