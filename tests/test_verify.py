"""Each proof against looking at every world of small packs, and against packs that are broken on purpose."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
import reference
import yaml
from hypothesis import given
from hypothesis import strategies as st
from made_packs import made_rule, with_rules
from test_search import small_pack

from advisor.conditions import ALWAYS, All, AnyOf, Condition, Not, Value, facts_of
from advisor.conditions import Test as Comparison
from advisor.errors import Place
from advisor.packs.pack import Direction, Need, Pack, Rule
from advisor.packs.reader import load_pack
from advisor.pricebook.book import load_book
from advisor.questions import STRATEGIES
from advisor.rule_tests.cases import facts_of_answers
from advisor.trees import parse_yaml
from advisor.verify.conditions import unknown_quotes
from advisor.verify.directions import broken_directions
from advisor.verify.findings import TITLES, Finding, Report, Verdicts
from advisor.verify.ground import Ground
from advisor.verify.reach import exact_ties
from advisor.verify.report import PROOFS, case_text, report_json, report_text, verify

PACK: Pack = load_pack(providers=load_book().providers)


def test_the_built_in_pack_is_proved_without_an_error_or_a_warning() -> None:
    report = verify(PACK)
    assert [(entry.code, entry.message) for entry in report.findings if entry.severity != "info"] == []
    assert report.verdicts.undecided == 0
    assert report.verdicts.proved > 10 * len(PACK.rules)


# Against every world of small packs


def refuted(pack: Pack, code: str) -> set[str | None]:
    """Return the rules that a proof finds at fault (None for a finding about the pack)."""
    found = [entry for proof in PROOFS for entry in proof(Ground(pack)) if entry is not None and entry.code == code]
    assert not any(entry.undecided for entry in found)
    return {entry.rule.id if entry.rule else None for entry in found}


@given(st.integers(0, 2**32))
def test_rules_are_called_dead_idle_or_behind_a_gate_exactly_when_they_are_in_every_world(seed: int) -> None:
    pack, worlds = small_pack(random.Random(seed))
    seen = set(reference.every_world(pack, worlds))
    dead = {rule.id for rule in pack.rules if not any(rule.id in fired for fired in seen)}
    assert refuted(pack, "V01") == dead
    idle = {
        rule.id
        for rule in pack.rules
        if all(reference.winner(pack, fired) == reference.winner(pack, fired - {rule.id}) for fired in seen)
    }
    assert refuted(pack, "V02") == idle - dead
    closed = {(fired, rule.gate) for fired in seen for rule in pack.rules if rule.gate and rule.id in fired}
    behind = {
        rule.id
        for rule in pack.rules
        for technique in ("rag", "fine_tuning")
        if rule.points.get(technique, 0) > 0 and all((fired, technique) in closed for fired in seen if rule.id in fired)
    }
    assert refuted(pack, "V11") == behind - dead
    always = [technique for technique in ("rag", "fine_tuning") if all((fired, technique) in closed for fired in seen)]
    assert bool(refuted(pack, "V10")) is bool(always)


@given(st.integers(0, 2**32))
def test_rules_count_twice_or_cancel_exactly_when_they_do_in_every_world(seed: int) -> None:
    pack, worlds = small_pack(random.Random(seed))
    seen = set(reference.every_world(pack, worlds))
    fires = {rule.id: {fired for fired in seen if rule.id in fired} for rule in pack.rules}
    twice, cancelled = set(), set()
    for one, two in combinations(pack.rules, 2):
        if (dict(one.points), one.gate) == (dict(two.points), two.gate):
            inner, outer = (two, one) if fires[two.id] and fires[two.id] <= fires[one.id] else (one, two)
            if fires[inner.id] and fires[inner.id] <= fires[outer.id]:
                twice.add(inner.id)
        opposite = {name: -points for name, points in one.points.items()} == dict(two.points)
        if one.points and opposite and fires[one.id] == fires[two.id]:
            cancelled.add(one.id)
    found = [entry for proof in PROOFS for entry in proof(Ground(pack)) if entry is not None]
    said = {entry.rule.id for entry in found if entry.code == "V03" and entry.severity == "warning" and entry.rule}
    assert said == twice
    assert refuted(pack, "V04") == cancelled


@given(st.integers(0, 2**32))
def test_strategies_win_and_tie_exactly_where_they_do_in_some_world(seed: int) -> None:
    pack, worlds = small_pack(random.Random(seed))
    seen = set(reference.every_world(pack, worlds))
    report = verify(pack)
    messages = [entry.message for entry in report.findings if entry.code in ("V05", "V16")]
    winners = {reference.winner(pack, fired) for fired in seen}
    for strategy in STRATEGIES:
        assert any(f"'{strategy}' win" in message for message in messages) is (strategy not in winners)
    for simpler, other in combinations(STRATEGIES, 2):
        ties = any(
            reference.winner(pack, fired) == simpler
            and other in reference.eligible(pack, fired)
            and reference.scores(pack, fired)[simpler] == reference.scores(pack, fired)[other]
            for fired in seen
        )
        assert any(message.startswith(f"'{simpler}' and '{other}'") for message in messages) is ties
    pair = any(
        reference.scores(pack, fired)["rag_and_fine_tuning"]
        > max(reference.scores(pack, fired)[part] for part in parts)
        for fired in seen
        for parts in [("rag", "fine_tuning")]
    )
    assert bool(refuted(pack, "V12")) is not pair


@given(st.integers(0, 2**32), st.sampled_from(["helps", "hurts"]), st.sampled_from(["rag", "fine_tuning"]))
def test_a_direction_holds_exactly_when_no_step_of_the_fact_breaks_it(seed: int, more: Any, technique: str) -> None:
    chance = random.Random(seed)
    pack, worlds = small_pack(chance)
    single = [field for field in worlds.fields if len(field.facts) == 1 and field.facts[0] in ORDERED]
    if not single:
        return
    field = chance.choice(single)
    fact = field.facts[0]
    pack = replace(pack, directions=(Direction(fact=fact, technique=technique, more=more),))
    rest = replace(worlds, fields=tuple(other for other in worlds.fields if other is not field))
    values = sorted(value for cell in field.cells if isinstance(value := cell.facts[fact], Decimal | bool))
    rows = [list(reference.every_world(pack, replace(rest, certain={**rest.certain, fact: value}))) for value in values]
    points = [[reference.scores(pack, fired)[technique] for fired in row] for row in rows]
    sign = 1 if more == "helps" else -1
    holds = all(
        sign * (after - before) >= 0
        for low, high in combinations(points, 2)
        for before, after in zip(low, high, strict=True)
    )
    assert bool(refuted(pack, "V07")) is not holds


ORDERED = (
    "queries_per_day",
    "labelled_examples",
    "citations_required",
    "gpus",
    "tuning_saving_share",
    "target_quality",
)


# Packs broken on purpose


def is_(fact: str, value: Any) -> Condition:
    return Comparison(fact, "eq", value)


QA, CHAT, NARROW = is_("task_type", "qa"), is_("task_type", "chat"), is_("task_breadth", "narrow")
NO_KNOWLEDGE = is_("knowledge_needed", "none")
MANY_TOKENS = Comparison("knowledge_tokens", "ge", Decimal(1000))
BASE = (
    made_rule("start", ALWAYS, None, prompt_engineering=5),
    made_rule("knowledge", Not(NO_KNOWLEDGE), None, rag=8),
    made_rule("cited", is_("citations_required", False), None, rag=-3),
    made_rule("narrow", NARROW, None, fine_tuning=8),
)


def found_in(code: str, *rules: Rule, **changes: Any) -> list[Finding]:
    pack = replace(with_rules(PACK, [*BASE, *rules]), **changes)
    return [entry for entry in verify(pack).findings if entry.code == code]


@pytest.mark.parametrize(
    ("code", "rule", "words"),
    [
        ("V01", made_rule("x", All((NO_KNOWLEDGE, MANY_TOKENS)), None, rag=3), "no answers make this rule fire"),
        ("V02", made_rule("x", QA, None, prompt_engineering=1), "changes the recommendation in no case"),
        ("V03", made_rule("x", All((NARROW, QA)), None, fine_tuning=8), "fires only where 'narrow' fires"),
        ("V04", made_rule("x", NARROW, None, fine_tuning=-8), "takes back its points"),
        ("V05", made_rule("x", ALWAYS, None, prompt_engineering=8, rag=-8), "no answers make 'rag' win"),
        ("V08", made_rule("x", AnyOf((QA, All((QA, CHAT)))), None, rag=3), "never matters"),
        (
            "V08",
            made_rule("x", All((is_("knowledge_needed", "static"), Not(NO_KNOWLEDGE))), None, rag=3),
            "never matters",
        ),
        ("V10", made_rule("x", ALWAYS, "rag"), "a gate closes 'rag'"),
        ("V11", made_rule("x", NARROW, "fine_tuning"), "a gate closes that"),
        ("V12", made_rule("x", ALWAYS, None, rag_and_fine_tuning=-8, rag=-8), "never has more points"),
    ],
)
def test_a_fault_is_found_and_named(code: str, rule: Rule, words: str) -> None:
    assert not [entry for entry in found_in(code) if entry.severity != "info"]
    assert any(words in entry.message and entry.severity != "info" for entry in found_in(code, rule))


def test_a_need_that_only_prompting_meets_is_found() -> None:
    met, unmet = Need("narrow", "Narrow", NARROW), Need("none", "None", NO_KNOWLEDGE)
    rule = made_rule("x", NO_KNOWLEDGE, "fine_tuning")
    gate = made_rule("y", NO_KNOWLEDGE, "rag")
    assert found_in("V06", rule, gate, needs=(met,)) == []
    (found,) = found_in("V06", rule, gate, needs=(met, unmet))
    assert found.message == "only prompting is ever open where the need 'none' holds."


def test_a_broken_direction_comes_with_two_cases_that_differ_in_the_fact_alone() -> None:
    volume = made_rule("x", Comparison("queries_per_day", "ge", Decimal(500)), None, fine_tuning=-3)
    wanted = Direction(fact="queries_per_day", technique="fine_tuning", more="helps")
    (found,) = found_in("V07", volume, directions=(wanted,))
    low, high = found.witness
    below, above = low["queries_per_day"], high["queries_per_day"]
    assert isinstance(below, Decimal)
    assert isinstance(above, Decimal)
    assert below < Decimal(500) <= above
    assert {name: value for name, value in low.items() if name != "queries_per_day"} == {
        name: value for name, value in high.items() if name != "queries_per_day"
    }
    assert found_in("V07", volume, directions=(wanted.model_copy(update={"more": "hurts"}),)) == []


def test_a_reason_that_quotes_what_may_not_be_known_is_found_with_a_case() -> None:
    quoting = replace(made_rule("x", AnyOf((QA, NARROW)), None, rag=3), because="For {task_type}.")
    (found,) = found_in("V13", quoting)
    assert found.witness == ({"task_breadth": "narrow"},)
    assert found_in("V13", replace(quoting, when=All((QA, NARROW)))) == []


def test_a_tie_is_shown_with_a_case_that_can_be_replayed() -> None:
    pack = with_rules(PACK, [*BASE, made_rule("x", QA, None, prompt_engineering=3)])
    ties = [entry for entry in verify(pack).findings if entry.code == "V16"]
    assert [entry.severity for entry in ties] == ["info"] * len(ties)
    ground = Ground(pack)
    for entry in ties:
        (case,) = entry.witness
        names = {name for name, state in ground.states(case).items() if state}
        scores = reference.scores(pack, names)
        top = max(scores[name] for name in reference.eligible(pack, names))
        assert sum(scores[name] == top for name in reference.eligible(pack, names)) >= 2


def test_questions_and_values_that_nothing_reads_are_found_unless_declared_neutral() -> None:
    messages = [entry.message for entry in found_in("V09", mistakes=(), steps=(), dimensions=())]
    assert "no condition names the value 'strict' of 'output_format', and it is not declared neutral." in messages or (
        "nothing reads the question 'output_format': no rule, cost, mistake, step or text." in messages
    )
    assert not any("'queries_per_day'" in message for message in messages), "costs read it"


def test_every_code_has_a_proof_and_a_title() -> None:
    documented = {str(proof.__doc__).partition(":")[0] for proof in PROOFS}
    assert documented == set(TITLES)


def test_a_search_without_steps_leaves_properties_undecided_and_never_proves_them() -> None:
    report = verify(PACK, steps=1)
    assert report.verdicts.undecided > 0
    open_ = [entry for entry in report.findings if entry.undecided]
    assert {entry.code for entry in open_ if entry.severity == "info"} == {"V16"}
    assert all(entry.severity == "warning" for entry in open_ if entry.code != "V16")
    assert "not decided within the steps given" in report_text(PACK, report)


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ({}, "{}"),
        (
            {"failing": "knowledge", "tenant_isolation": True, "queries_per_day": Decimal("5E+4")},
            "{failing: knowledge, tenant_isolation: true, queries_per_day: 50000}",
        ),
        ({"prompting_tried": "no", "citations_required": False}, '{prompting_tried: "no", citations_required: false}'),
        (
            {"considering": ("rag", "fine_tuning"), "tuning_access": ()},
            "{considering: [rag, fine_tuning], tuning_access: []}",
        ),
        (
            {"current_model": "another one", "tuned_model": "ft:a, b"},
            '{current_model: another one, tuned_model: "ft:a, b"}',
        ),
        (
            {"monthly_growth": Decimal("-0.05"), "tuning_saving_share": Decimal("0.2"), "label_sufficiency": "pilot"},
            "{monthly_growth: -0.05, tuning_saving_share: 0.2, label_sufficiency: pilot}",
        ),
    ],
)
def test_a_case_is_printed_as_yaml_that_rules_can_carry(case: dict[str, Value], text: str) -> None:
    assert case_text(case) == text
    assert facts_read(PACK, text) == Ground(PACK).facts_of(case)
    assert all(yaml.safe_load(text)[name] == value for name, value in case.items() if isinstance(value, str))


@given(st.integers(0, 2**32))
def test_every_witness_can_be_pasted_as_a_case_and_means_the_same_facts(seed: int) -> None:
    pack, _ = small_pack(random.Random(seed))
    quoting = [replace(rule, because=f"For {{{fact}}}.") for rule in pack.rules for fact in facts_of(rule.when)[:1]]
    pack = replace(pack, rules=tuple(quoting), directions=PACK.directions)
    ground = Ground(pack)
    for proof in (unknown_quotes, broken_directions, exact_ties):
        for case in (case for entry in proof(ground) if entry is not None for case in entry.witness):
            assert facts_read(pack, case_text(case)) == ground.facts_of(case)


def facts_read(pack: Pack, text: str) -> Mapping[str, Value]:
    """Return the facts of a case as `rules test` reads it from a file."""
    return facts_of_answers(pack, parse_yaml(text, "own.yaml").value, lambda name: Place("own.yaml", key=name))


def test_what_a_replay_does_not_confirm_is_open_and_has_no_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    volume = made_rule("x", Comparison("queries_per_day", "ge", Decimal(500)), None, fine_tuning=-3)
    quoting = replace(made_rule("y", AnyOf((QA, NARROW)), None, rag=3), because="For {task_type}.")
    wanted = Direction(fact="queries_per_day", technique="fine_tuning", more="helps")
    pack = replace(with_rules(PACK, [*BASE, volume, quoting]), directions=(wanted,))
    monkeypatch.setattr(Ground, "facts_of", lambda ground, case: ground.base.facts)
    for proof in (unknown_quotes, broken_directions, exact_ties):
        found = [entry for entry in proof(Ground(pack)) if entry is not None]
        assert found
        assert all(entry.undecided and not entry.witness for entry in found)


def test_the_report_ends_with_the_pages_of_the_codes_found() -> None:
    report = Report(
        (Finding("V16", "info", "a"), Finding("V03", "info", "b"), Finding("V16", "info", "c")), Verdicts(0, 3, 0)
    )
    assert report_text(PACK, report).endswith("\nExplained in docs/verify: V03.md, V16.md.\n")
    assert "Explained" not in report_text(PACK, Report((), Verdicts(1, 0, 0)))


def test_what_can_happen_is_not_taken_for_proved_where_worlds_are_not_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.worlds.MOST_CELLS", 5)
    report = verify(PACK)
    assert {entry.code for entry in report.findings if entry.undecided} >= {"V01", "V02", "V05", "V06"}


def test_many_undecided_properties_are_told_in_one_line() -> None:
    text = report_text(PACK, verify(PACK, steps=1))
    assert " properties not decided within the steps given; --steps allows more." in text
    assert "warning V02" not in text


def test_the_report_says_where_a_rule_stands_and_json_has_the_contract() -> None:
    report = verify(
        replace(PACK, directions=(Direction(fact="queries_per_day", technique="fine_tuning", more="hurts"),))
    )
    plain: Mapping[str, Any] = report_json(PACK, report)
    assert list(plain) == ["findings", "verdicts"]
    assert all(
        list(entry) == ["code", "severity", "rule", "message", "location", "witness"] for entry in plain["findings"]
    )
    (broken,) = [entry for entry in plain["findings"] if entry["code"] == "V07"]
    assert len(broken["witness"]) == 2
    twice = next(entry for entry in plain["findings"] if entry["code"] == "V03")
    assert "economics.yaml:" in twice["location"]
