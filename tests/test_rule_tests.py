"""`advise rules test`: what it runs, what it finds untried, and how a failing case is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import advise

from advisor.packs import Pack
from advisor.rule_tests import run_rule_tests

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
        ("[{querys_per_day: 5}]", "rules test:house-rule.querys_per_day: unknown fact"),
        ("[{label_sufficiency: lots}]", "Accepted: too_few, pilot, enough."),
        ("[{knowledge_fits_prompt: perhaps}]", "Accepted: true, false."),
        ("[{quality_gap: wide}]", "Accepted: a number."),
        ("[{queries_per_day: many}]", "'many' is not an answer"),
    ],
)
def test_a_case_that_names_what_there_is_not_is_refused(fires: str, says: str, tmp_path: Path) -> None:
    folder = pack_with(tmp_path, "{fact: queries_per_day, ge: 10}", fires, "[{}]")
    outcome = advise("rules", "test", "--rules", folder)
    assert outcome.code == 2
    assert says in outcome.err
