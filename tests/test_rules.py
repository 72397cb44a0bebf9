"""The built-in pack: its rules do what their own examples say, and a broken data file is refused where it is broken."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor import where
from advisor.answers import answers_from
from advisor.conditions import ALWAYS, Value, evaluate
from advisor.errors import InputError
from advisor.facts import FactBase, unpriced_facts
from advisor.packs.layers import NAMED_FILES
from advisor.packs.pack import Pack, Rule
from advisor.packs.reader import load_pack
from advisor.pricebook.reader import read_rows
from advisor.questions import STRATEGIES
from advisor.recommendation import Reason, recommend, score_reasons
from advisor.rule_tests.cases import case_facts
from advisor.scoring import Scorer, StrategyScore
from advisor.trees import Tree, parse_yaml, read_yaml_folder

PACK = load_pack()
RULES_BY_ID = {rule.id: rule for rule in PACK.rules}


def base_of(answers: Mapping[str, Value]) -> FactBase:
    return unpriced_facts(PACK.questionnaire, answers, PACK.examples_needed)


def entries(kind: str) -> list[Any]:
    return [
        pytest.param(rule, entry, id=f"{rule.id}-{index}")
        for rule in PACK.rules
        for index, entry in enumerate(getattr(rule.tests, kind))
    ]


@pytest.mark.parametrize(("rule", "entry"), entries("fires"))
def test_a_rule_fires_on_the_answers_it_names(rule: Rule, entry: dict[str, Any]) -> None:
    assert evaluate(rule.when, case_facts(PACK, rule, entry)) is True


@pytest.mark.parametrize(("rule", "entry"), entries("not_fires"))
def test_a_rule_does_not_fire_on_the_answers_it_excludes(rule: Rule, entry: dict[str, Any]) -> None:
    assert evaluate(rule.when, case_facts(PACK, rule, entry)) is not True


@pytest.mark.parametrize("rule", PACK.rules, ids=list(RULES_BY_ID))
def test_a_rule_carries_examples_points_on_the_scale_and_a_dated_source(rule: Rule) -> None:
    assert rule.tests.fires
    assert rule.tests.not_fires or rule.when == ALWAYS
    assert bool(rule.points) != bool(rule.gate)
    scale = set(PACK.scale.model_dump().values())
    assert {abs(points) for points in rule.points.values()} <= scale
    assert rule.source.title
    assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", rule.source.date)


@pytest.mark.parametrize("rule", [rule for rule in PACK.rules if rule.when != ALWAYS], ids=lambda rule: rule.id)
def test_a_rule_with_a_condition_stays_silent_when_nothing_is_answered(rule: Rule) -> None:
    assert evaluate(rule.when, base_of({}).facts) is not True


def test_the_published_scale_is_that_of_the_design() -> None:
    assert PACK.scale.model_dump() == {"hint": 1, "weak": 2, "fair": 3, "strong": 5, "decisive": 8}
    assert (PACK.adoption_floor, PACK.complexity_charge, PACK.decisive_margin) == (5, 5, 3)


def test_ids_are_unique_in_the_files_as_written() -> None:
    written = [
        raw["id"]
        for name, tree in read_yaml_folder(where.RULES).items()
        if name not in NAMED_FILES
        for raw in tree.value["rules"]
    ]
    assert sorted(written) == sorted(RULES_BY_ID)


@pytest.mark.parametrize("line", ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S15"])
def test_each_demand_on_rules_is_met_by_a_rule_that_refers_to_it(line: str) -> None:
    refs = {ref.strip() for rule in PACK.rules for ref in (rule.source.ref or "").split(",")}
    assert line in refs


WORKLOADS: list[dict[str, Any]] = [
    {},
    {
        "task_type": "classification",
        "task_breadth": "narrow",
        "prompting_tried": "yes_insufficient",
        "failing": "behaviour",
        "labelled_examples": 2000,
        "queries_per_day": 60_000,
        "requirement_change": "yearly",
        "knowledge_needed": "none",
        "output_format": "strict",
    },
    {
        "task_type": "qa",
        "knowledge_needed": "changing",
        "knowledge_tokens": 5_000_000,
        "failing": "knowledge",
        "citations_required": True,
        "prompting_tried": "no",
    },
    {
        "task_type": "chat",
        "knowledge_needed": "static",
        "failing": "both",
        "style_specific": True,
        "labelled_examples": [40, 4000],
        "prompting_tried": "yes_insufficient",
        "privacy": "on_premises",
    },
]

Outcome = tuple[tuple[StrategyScore, ...], tuple[Reason, ...], tuple[tuple[Reason, ...], ...]]


def conclusions(pack: Pack) -> list[Outcome]:
    found: list[Outcome] = []
    for workload in WORKLOADS:
        scorer = Scorer(pack, base_of(answers_from(workload, pack.questionnaire).values))
        # A rule's theme is the file it stands in; what it concludes must not depend on that.
        bare = tuple(
            replace(score, gates=tuple(replace(gate, theme="") for gate in score.gates)) for score in scorer.strategies
        )
        found.append(
            (bare, recommend(scorer).reasons, tuple(score_reasons(scorer, strategy) for strategy in STRATEGIES))
        )
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rules_and_files_changes_neither_scores_nor_reasons_nor_digest(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)

    def shuffled(folder: Path, but: Container[str]) -> dict[str, Tree]:
        trees = list(read_yaml_folder(folder, but).items())
        chance.shuffle(trees)
        mixed: dict[str, Tree] = {}
        for name, tree in trees:
            value = tree.value
            if name not in NAMED_FILES:
                value = {"rules": chance.sample(value["rules"], len(value["rules"]))}
            mixed[name] = Tree(tree.source, value, tree.locate)
        return mixed

    monkeypatch.setattr("advisor.packs.layers.read_yaml_folder", shuffled)
    pack = load_pack()
    assert pack.digest == PACK.digest
    assert conclusions(pack) == conclusions(PACK)


def test_the_names_of_rule_files_change_neither_scores_nor_reasons(rules_copy: Path) -> None:
    files = sorted(path for path in rules_copy.iterdir() if path.name not in NAMED_FILES and path.suffix == ".yaml")
    for index, path in enumerate(files):
        path.rename(rules_copy / f"theme-{len(files) - index:02}.yaml")
    assert conclusions(load_pack(rules_copy)) == conclusions(PACK)


def test_comments_and_layout_leave_the_digest_alone_and_content_changes_it(rules_copy: Path) -> None:
    path = rules_copy / "behaviour.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("# A remark.\n" + text.replace("\n- id:", "\n\n\n- id:"), encoding="utf-8")
    assert load_pack(rules_copy).digest == PACK.digest
    path.write_text(text.replace("points: {fine_tuning: 2}", "points: {fine_tuning: 1}"), encoding="utf-8")
    assert load_pack(rules_copy).digest != PACK.digest


def test_rules_of_an_extra_folder_are_added_and_replace_others_by_id(tmp_path: Path) -> None:
    rule = (
        "- id: {id}\n  title: Ours\n  when: {{fact: latency, eq: none}}\n  points: {{rag: 1}}\n"
        "  because: Ours.\n  source: {{title: Ours, date: '2026'}}\n"
    )
    (tmp_path / "own.yaml").write_text(
        "rules:\n" + rule.format(id="narrow-task") + rule.format(id="own"), encoding="utf-8"
    )
    pack = load_pack(extra=tmp_path)
    assert {rule.id for rule in pack.rules} == {*RULES_BY_ID, "own"}
    assert pack.rule("narrow-task").title == "Ours"
    assert pack.digest != PACK.digest


@pytest.fixture
def rules_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(where.RULES, tmp_path / "rules"))


@pytest.fixture
def prices_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(where.PRICING, tmp_path / "pricing"))


def refusal(path: Path, old: str, new: str, load: Callable[[Path], object]) -> list[str]:
    """Replace the first `old` of a file by `new`; return what loading the folder says of the place that » marks."""
    before, found, after = path.read_text(encoding="utf-8").partition(old)
    assert found, f"{path.name} holds no {old!r}"
    lead, mark, rest = new.partition("»")
    assert mark
    path.write_text(before + lead + rest + after, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path.parent)
    ahead = before + lead
    place = f"{path}:{ahead.count(chr(10)) + 1}:{len(ahead) - ahead.rfind(chr(10))}:"
    here = [str(problem) for problem in caught.value.problems if str(problem).startswith(place)]
    assert here, f"nothing is said of {place}, only:\n{caught.value}"
    return here


NARROW = "  when: {fact: task_breadth, eq: narrow}"
BECAUSE, BECAUSE_BROKEN = "because: >-\n    For {task_type}, the", "»because: >-\n    "
BROKEN_RULES = [
    # The file as YAML
    ("behaviour.yaml", NARROW + "\n  points:", NARROW[:-1] + "\n  points»:", "this is not valid YAML"),
    ("behaviour.yaml", NARROW, "»\twhen: 3", "this is not valid YAML"),
    ("behaviour.yaml", NARROW, NARROW + "\n  »title: Another", "the key 'title' is there twice"),
    ("behaviour.yaml", NARROW, "  when: {all: [»&a {fact: task_breadth, eq: narrow}, *a]}", "aliases are not accepted"),
    ("behaviour.yaml", NARROW, "  when: »!python/name:os.system {fact: task_breadth, eq: narrow}", "the tag"),
    ("behaviour.yaml", "rules:", "»rule:", "a list under the key 'rules' is needed"),
    # The keys of a rule
    (
        "behaviour.yaml",
        "  title: The task is narrow",
        "  title: The task is narrow\n  »becuase: x",
        "unknown key 'becuase'. Did you mean 'because'?",
    ),
    (
        "behaviour.yaml",
        "- id: narrow-task\n  title: The task is narrow",
        "- »id: narrow-task",
        "the key 'title' is missing",
    ),
    ("behaviour.yaml", "- id: narrow-task", "- »id: own-labels", "the rule id 'own-labels' is there twice"),
    ("economics.yaml", "- id: low-volume", "- »id: narrow-task", "the rule id 'narrow-task' is there twice"),
    ("behaviour.yaml", 'source: {title: "LoRA Land', 'source: {»titel: "LoRA Land', "unknown key 'titel'"),
    # Its condition
    ("behaviour.yaml", NARROW, "  when: {»fact: task_bredth, eq: narrow}", "Did you mean 'task_breadth'?"),
    ("behaviour.yaml", NARROW, "  when: {fact: task_breadth, »eq: narow}", "Did you mean 'narrow'?"),
    ("behaviour.yaml", NARROW, "  »when:", "condition"),
    ("economics.yaml", "{fact: queries_per_day, lt: 1000}", "{fact: queries_per_day, »lt: 1e13}", "outside the domain"),
    # Its points
    ("behaviour.yaml", "points: {fine_tuning: 3}", "points: {»fine_tuning: 4}", "4 is not on the pack's scale"),
    ("behaviour.yaml", "points: {fine_tuning: 3}", "points: {»fine_tuning: 0}", "0 is not on the pack's scale"),
    ("behaviour.yaml", "points: {fine_tuning: 3}", "points: {»fine_tuning: 2.5}", "integer"),
    ("behaviour.yaml", "points: {fine_tuning: 3}", "points: {»finetuning: 3}", "Did you mean 'fine_tuning'?"),
    ("behaviour.yaml", "- id: own-labels", "- »id: own-labels\n  gate: rag", "needs either points or a gate"),
    ("knowledge.yaml", "  gate: rag", "  »gate: prompt_engineering", "'rag' or 'fine_tuning'"),
    # Its text
    ("behaviour.yaml", BECAUSE, BECAUSE_BROKEN + "For {task_breadth}, the", "unknown fact in braces"),
    ("behaviour.yaml", BECAUSE, BECAUSE_BROKEN + "For {task_type.__class__}, the", "unknown fact in braces"),
    ("behaviour.yaml", BECAUSE, BECAUSE_BROKEN + "For {task_type, the", "the braces in this text do not match"),
    # The pack
    ("pack.yaml", "complexity_charge: 5", "»complexity_charge: 4", "below the adoption floor"),
    ("pack.yaml", "decisive_margin: 3", "»decisive_margin: 0", "at least 1"),
    ("pack.yaml", "decisive_margin: 3", "»decisive_margin: three", "valid integer"),
    ("pack.yaml", "  routing:\n    examples:", "  rooting:\n    »examples:", "Did you mean 'routing'?"),
    ("pack.yaml", "adoption_floor: 5", "adoption_floor: 5\n»adoption_roof: 5", "unknown key 'adoption_roof'"),
    (
        "pack.yaml",
        "id: rag\n  name: RAG\n  techniques: [prompt_engineering, rag]",
        "»id: rag\n  name: RAG\n  techniques: [prompt_engineering]",
        "'rag' does not name its techniques",
    ),
    # The questions
    ("questions.yaml", "- id: task_breadth", "- »id: task_type", "the question id 'task_type' is there twice"),
    ("questions.yaml", "  section: task\n", "  »section: tusk\n", "Did you mean 'task'?"),
    ("questions.yaml", "  type: bool", "  »type: boolean", "'bool'"),
    ("questions.yaml", "  hint: Pick", "  »hnt: Pick", "unknown key 'hnt'. Did you mean 'hint'?"),
    ("questions.yaml", "{value: narrow, note:", "{value: narrow, »nots:", "unknown key 'nots'"),
    (
        "questions.yaml",
        "show: {fact: knowledge_needed, in: [static, changing]}",
        "show: {»fact: latency, eq: realtime}",
        "unknown fact 'latency'",
    ),
    ("questions.yaml", "assumption: {value: other, why:", "assumption: »{value: othr, why:", "Did you mean 'other'?"),
    (
        "questions.yaml",
        "by: task_type\n    table: {agent: 8}",
        "»by: task_type\n    table: {agnt: 8}",
        "Did you mean 'agent'?",
    ),
    (
        "questions.yaml",
        "  min: 0\n  max: 10000000000\n  prompt: What does the last",
        "  »min: 5\n  max: 1\n  prompt: What does the last",
        "min",
    ),
    ("questions.yaml", "  max: 1\n", "  »max: one\n", "decimal"),
    # Mistakes, roadmap and comparison
    (
        "mistakes.yaml",
        'because: "Prompting tried so far: {prompting_tried}',
        '»because: "So far: {failing}',
        "unknown fact in braces",
    ),
    ("mistakes.yaml", "commits: [fine_tuning, rag_and_fine_tuning]", "commits: »[fine_tunning]", "'fine_tuning'"),
    ("mistakes.yaml", "- id: low_quality_data", "- »id: ft_before_prompting", "is there twice"),
    ("mistakes.yaml", "severity: high", "»severity: terrible", "'high', 'medium' or 'low'"),
    ("dimensions.yaml", "{fact: engineer_hourly_cost, eq: 0}", "{fact: engineer_hourly_cost, »eq: -1}", "outside"),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"), BROKEN_RULES, ids=[f"{name}-{message}" for name, _, _, message in BROKEN_RULES]
)
def test_a_broken_pack_is_refused_where_it_is_broken(
    rules_copy: Path, name: str, old: str, new: str, message: str
) -> None:
    assert any(message in said for said in refusal(rules_copy / name, old, new, load_pack))


def test_a_wrong_condition_does_not_draw_blame_on_the_text_of_its_rule(rules_copy: Path) -> None:
    path = rules_copy / "economics.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("{fact: queries_per_day, lt: 1000}", "{fact: queries_per_day, lt: many}"), encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        load_pack(rules_copy)
    assert [problem.message for problem in caught.value.problems] == ["'queries_per_day' is a number, not 'many'."]


def test_a_second_reading_from_the_cache_says_the_same(rules_copy: Path) -> None:
    path = rules_copy / "behaviour.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("eq: narrow", "eq: narow"), encoding="utf-8")
    line = text[: text.index("eq: narrow")].count("\n") + 1
    said = []
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            load_pack(rules_copy)
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert f"{path}:{line}:{NARROW.index('eq') + 1}:" in said[0]


def test_a_pack_or_price_book_without_its_files_is_refused(tmp_path: Path, rules_copy: Path, prices_copy: Path) -> None:
    (rules_copy / "pack.yaml").unlink()
    (prices_copy / "labour.yaml").unlink()
    (tmp_path / "empty").mkdir()
    loads: list[tuple[Callable[[Path], object], Path, str]] = [
        (load_pack, rules_copy, "the pack has no pack.yaml"),
        (read_rows, prices_copy, "the price book has no labour.yaml"),
        (load_pack, tmp_path / "empty", "the folder holds no YAML file"),
        (load_pack, tmp_path / "nowhere", "no such folder"),
    ]
    for load, folder, message in loads:
        with pytest.raises(InputError) as caught:
            load(folder)
        assert str(caught.value).startswith(f"{folder}: {message}")


GPU = "  typical: 3.99\n"
FIRST_RATE = "- id: openai/gpt-4o/input\n  model: openai/gpt-4o\n  provider: openai\n  kind: input\n"
BROKEN_PRICES = [
    ("gpu.yaml", GPU, "  »\ttypical: 3.99\n", "this is not valid YAML"),
    ("gpu.yaml", GPU, GPU + "  »typical: 4\n", "the key 'typical' is there twice"),
    ("gpu.yaml", GPU, "  »typicl: 3.99\n", "unknown key 'typicl'. Did you mean 'typical'?"),
    ("gpu.yaml", GPU, "  »typical: cheap\n", "decimal"),
    ("gpu.yaml", GPU, "  »typical: -1\n", "greater than or equal to 0"),
    ("gpu.yaml", GPU, "  »typical: .inf\n", "decimal"),
    ("gpu.yaml", "rows:", "»row:", "a list under the key 'rows' is needed"),
    ("gpu.yaml", "- id: market/h100-sxm/gpu", "- »id: market/h100-sxm/gpu\n  price: 3", "either a price or low"),
    (
        "gpu.yaml",
        "- id: market/h100-sxm/gpu\n  model: h100-sxm\n  provider: market\n  kind: gpu\n"
        "  unit: GPU-hour\n  low: 2.40\n",
        "- »id: market/h100-sxm/gpu\n  model: h100-sxm\n  provider: market\n  kind: gpu\n  unit: GPU-hour\n  low: 4\n",
        "must not fall",
    ),
    ("hosting.yaml", "  price: 0\n  free: true\n", "  price: »&zero 0\n  free: *zero\n", "aliases are not accepted"),
    ("hosting.yaml", "- id: openai/ft-gpt-4o/hosting", "- »id: openai/ft-gpt-4o-mini/hosting", "is there twice"),
    ("token_rates.yaml", FIRST_RATE, FIRST_RATE.replace("kind: input", "»kind: inputs"), "'input'"),
    ("token_rates.yaml", FIRST_RATE, FIRST_RATE.replace("id:", "»id:") + "  free: true\n", "free: true, and only that"),
    ("token_rates.yaml", "  effective_from: 2026-03-01\n", "  »effective_from: 2026-02-30\n", "valid date"),
    ("token_rates.yaml", "  confidence: C\n", "  »confidence: D\n", "'A', 'B' or 'C'"),
    ("models.yaml", "  base: openai/gpt-4o-mini\n", "  »bse: openai/gpt-4o-mini\n", "unknown key 'bse'"),
    ("availability.yaml", "  event: closed_to_new\n", "  »event: closed\n", "'closed_to_new'"),
    ("shortlist.yaml", "    from: 2026-03-01\n", "    »from: March\n", "valid date"),
    ("labour.yaml", "  hours: 24\n", "  »hours: a day\n", "decimal"),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"), BROKEN_PRICES, ids=[f"{name}-{message}" for name, _, _, message in BROKEN_PRICES]
)
def test_a_broken_price_file_is_refused_where_it_is_broken(
    prices_copy: Path, name: str, old: str, new: str, message: str
) -> None:
    assert any(message in said for said in refusal(prices_copy / name, old, new, read_rows))


def test_a_null_is_nothing_and_other_scalars_stay_text() -> None:
    tree = parse_yaml("a: null\nb:\nc: ~\nd: 'null'\ne: no\nf: 1e5\ng: 2026-11-23\nh: ''", "data.yaml")
    assert tree.value == {
        "a": None,
        "b": None,
        "c": None,
        "d": "null",
        "e": "no",
        "f": "1e5",
        "g": "2026-11-23",
        "h": "",
    }
