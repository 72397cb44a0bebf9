"""`advise diff`: effects sum to the whole change, the cause of a moved recommendation is named, text stays text."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from command_line import Outcome, advise
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from advisor.answers import Answers, answers_from
from advisor.diff.comment import comment_of, tag_of
from advisor.diff.contract import Difference, diff_schema
from advisor.diff.difference import difference
from advisor.diff.sides import Inputs, Side
from advisor.diff.text import text_of
from advisor.diff.to_json import json_of
from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook, load_book
from advisor.result import result_of

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.name.removesuffix(".advise.json") for path in (ROOT / "examples").glob("*.advise.json"))
GOLDEN = ROOT / "tests" / "golden" / "diff"
PAGE = ROOT / "docs" / "diff.md"
VALIDATOR = Draft202012Validator(diff_schema())
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

OLDER: dict[str, dict[str, Any]] = {
    "support-classifier": {
        "as_of": "2026-03-16",
        "prompting_tried": "no",
        "queries_per_day": 200000,
        "labelled_examples": 2000,
        "current_model": "gpt-4o-mini",
    },
    "support-knowledge-base": {"knowledge_tokens": 100000, "retrieved_tokens": None, "horizon_months": 24},
}
"""Answers as they were before, for two examples; None was not answered."""


@lru_cache(maxsize=1)
def ground() -> tuple[Pack, PriceBook]:
    book = load_book()
    return load_pack(providers=book.providers), book


def example(name: str, **changes: Any) -> dict[str, Any]:
    """Return the answers of an example with some replaced, or taken out by None."""
    answers = json.loads((ROOT / "examples" / f"{name}.advise.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return {key: value for key, value in {**answers, **changes}.items() if value is not None}


def side(answers: dict[str, Any], file: str = "x.advise.json") -> Side:
    pack, book = ground()
    return side_of(answers_from(answers, pack.questionnaire, file), pack, book)


def side_of(answers: Answers, pack: Pack, book: PriceBook) -> Side:
    inputs = Inputs(answers, pack, book, answers.as_of or date(2026, 11, 23))
    return Side(answers.source, answers.source, result_of(inputs.assess()), inputs)


def differing(old: dict[str, Any], new: dict[str, Any]) -> Difference:
    return difference(side(old), side(new))


def names() -> dict[str, str]:
    return ground()[0].names


def write(path: Path, answers: dict[str, Any]) -> Path:
    path.write_text(json.dumps(answers, default=float), encoding="utf-8")
    return path


def assert_sums(found: Difference) -> None:
    """Assert that all effects sum to the whole, figure by figure, and that steps follow each other."""
    effects = [step.effect for step in found.steps if step.effect]
    assert len(effects) == len(found.steps)
    strategies = [found.old.strategy, *(effect.strategy_after for effect in effects)]
    assert [effect.strategy_before for effect in effects] == strategies[:-1]
    assert strategies[-1] == found.new.strategy
    assert sum(effect.lead for effect in effects) == found.lead.new - found.lead.old
    scores = {entry.strategy: entry.new_score - entry.old_score for entry in found.scores}
    for strategy, points in scores.items():
        assert sum(each.points for effect in effects for each in effect.scores if each.strategy == strategy) == points
        turned = [each for rule in found.rules for each in rule.points if each.strategy == strategy]
        assert sum(each.new - each.old for each in turned) == points
    for figure in ("monthly_usd", "horizon_usd"):
        amounts = [getattr(effect, figure) for effect in effects]
        whole = getattr(found, figure)
        adds = None not in amounts and whole is not None and sum(amounts, Decimal(0)) == whole
        assert getattr(found.adds_up, figure) == adds
        assert adds or None in amounts or whole is None
    if found.horizon_usd is not None:
        assert sum((line.change_usd for line in found.lines), Decimal(0)) == found.horizon_usd


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "as_of": st.sampled_from(["2026-03-16", "2026-08-01", "2026-11-25"]),
    "task_type": st.sampled_from(["classification", "qa", "chat", "agent", "code"]),
    "prompting_tried": st.sampled_from([None, "no", "yes_insufficient", "yes_good_enough"]),
    "failing": st.sampled_from([None, "none", "knowledge", "behaviour", "both", "cost"]),
    "queries_per_day": st.sampled_from([None, 50, 20000, [1000, 90000]]),
    "knowledge_needed": st.sampled_from([None, "none", "static", "changing"]),
    "labelled_examples": st.sampled_from([None, 20, 3000]),
    "privacy": st.sampled_from([None, "regulated", "on_premises"]),
    "horizon_months": st.sampled_from([None, 3, 24]),
    "tuning_access": st.sampled_from([None, [], ["openai"]]),
    "current_model": st.sampled_from([None, "gpt-4o-mini", "gpt-6-luna"]),
}


@settings(max_examples=12)
@given(st.sampled_from(EXAMPLES), st.fixed_dictionaries({}, optional=CHANGES))
def test_effects_sum_to_the_whole_and_the_other_way_round_to_its_opposite(name: str, changes: dict[str, Any]) -> None:
    old, new = example(name), example(name, **changes)
    there, back = differing(old, new), differing(new, old)
    for found in (there, back):
        assert_sums(found)
        VALIDATOR.validate(json.loads(json_of(found)))
        assert "$" not in comment_of(found, names(), "x.advise.json")
        assert max(map(len, text_of(found, names()).splitlines())) <= 130
    assert there.changed == back.changed
    for figure in ("monthly_usd", "horizon_usd"):
        opposite = getattr(back, figure)
        assert getattr(there, figure) == (None if opposite is None else -opposite)


@pytest.mark.parametrize("name", EXAMPLES)
def test_equal_states_do_not_differ(name: str) -> None:
    found = differing(example(name), example(name))
    assert not found.changed
    assert not found.moved
    assert (found.steps, found.rules, found.mistakes, found.lines, found.limits) == ((), (), (), (), ())
    assert "nothing changed" in text_of(found, names())


def kinds(found: Difference) -> list[tuple[str, str]]:
    return [(cause.kind, cause.name) for step in found.steps for cause in step.causes]


def test_the_one_change_that_moves_the_recommendation_is_named() -> None:
    found = differing(example("support-classifier", **OLDER["support-classifier"]), example("support-classifier"))
    assert found.moved_by is not None
    assert (found.moved_by.alone, found.moved_by.together) == (("prompting_tried",), ())
    assert [rule.causes for rule in found.rules] == [("prompting_tried",), ("prompting_tried",)]
    gone = next(entry for entry in found.mistakes if entry.mistake == "ft_before_prompting")
    assert (gone.change, gone.causes) == ("stopped", ("prompting_tried",))


def test_changes_that_move_it_only_together_are_named_together() -> None:
    old = example("support-classifier", prompting_tried="no", failing=None, queries_per_day=100, labelled_examples=20)
    found = differing(old, example("support-classifier"))
    assert found.moved_by is not None
    assert found.moved_by.alone == ()
    assert set(found.moved_by.together) == {"prompting_tried", "labelled_examples"}
    assert "do it together, and not without each other" in text_of(found, names())


def test_causes_come_in_the_declared_order() -> None:
    new = example("support-classifier", as_of="2026-11-25", data_quality="noisy", task_breadth="broad", project="Other")
    new["notes"] = {"queries_per_day": "By the invoice."}
    assert kinds(differing(example("support-classifier"), new)) == [
        ("as_of", "as_of"),
        ("answer", "project"),
        ("answer", "task_breadth"),
        ("answer", "data_quality"),
        ("note", "queries_per_day"),
        ("note", "prompt_tokens"),
    ]


def test_what_has_no_effect_is_said_to_have_none() -> None:
    new = example("support-classifier", project="Other", knowledge_tokens=5, considering=["fine_tuning"])
    new["notes"] = {}
    found = differing(example("support-classifier"), new)
    assert [cause.name for step in found.steps for cause in step.causes if cause.ignored] == ["knowledge_tokens"]
    text = " ".join(text_of(found, names()).split())
    assert "Changed without effect on points, cost or mistakes: project: Support ticket classifier → Other" in text
    assert "knowledge_tokens: not answered → 5 (not asked here, ignored)" in text
    assert found.horizon_usd == 0


def test_an_unknown_cost_is_never_a_number(tmp_path: Path) -> None:
    overlay = tmp_path / "prices.yaml"
    overlay.write_text(
        "rows:\n- {id: ours/luna/output, model: openai/gpt-6-luna, provider: openai, kind: output, unit: 1M tokens,\n"
        "   source_title: Contract, verified_at: 2026-11-01, confidence: A, note: Still being negotiated.}\n",
        encoding="utf-8",
    )
    file = write(tmp_path / "x.advise.json", example("prototype", current_model="gpt-6-luna", as_of="2026-11-25"))
    more = write(tmp_path / "y.advise.json", example("prototype", current_model="gpt-6-luna", as_of="2026-11-26"))
    sides = (file, more, "--prices", overlay, "--old-prices", "built-in")
    found = json.loads(advise("diff", *sides, "--format", "json").out, parse_float=Decimal)
    effects = [step["effect"] for step in found["steps"]]
    assert [(effect["monthly_usd"], effect["horizon_usd"]) for effect in effects] == [(None, None), (None, None)]
    assert (found["monthly_usd"], found["new"]["horizon_usd"]) == (None, None)
    assert found["new"]["known_usd"] > 0
    assert found["adds_up"] == {"lead": True, "monthly_usd": False, "horizon_usd": False}
    text = " ".join(advise("diff", *sides).out.split())
    assert "It costs not established" not in text
    assert re.search(r"at least USD [\d,.]+ over 12 months, before USD", text)
    assert "do not sum to the whole change" in text


def test_another_horizon_is_not_compared_as_if_it_were_the_same() -> None:
    found = differing(example("support-classifier"), example("support-classifier", horizon_months=24))
    assert (found.old.months, found.new.months) == (12, 24)
    assert re.search(r"over 24 months, before USD [\d,.]+ over 12 months", " ".join(text_of(found, names()).split()))
    assert "the horizon, USD" in text_of(found, names())


def test_rules_of_an_own_pack_are_a_cause(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "rules:\n- id: we-tune\n  title: We tune\n  when: {fact: task_type, eq: classification}\n"
        "  points: {rag: 8}\n  because: We | <b>like</b> it.\n  source: {title: Us, date: '2026'}\n",
        encoding="utf-8",
    )
    file = ROOT / "examples" / "support-classifier.advise.json"
    outcome = advise("diff", file, file, "--rules", tmp_path, "--old-rules", "built-in", "--format", "json")
    found = json.loads(outcome.out, parse_float=Decimal)
    assert [(cause["kind"], cause["detail"]) for step in found["steps"] for cause in step["causes"]] == [
        ("rules", "added: we-tune")
    ]
    assert [(rule["rule"], rule["change"], rule["causes"]) for rule in found["rules"]] == [
        ("we-tune", "started", ["rules"])
    ]
    assert {rule["strategy"]: rule["new"] for rule in found["rules"][0]["points"]} == {
        "rag": 8,
        "rag_and_fine_tuning": 8,
    }


def test_an_answer_that_only_one_pack_asks_for_is_no_obstacle(tmp_path: Path, pack: Pack, book: PriceBook) -> None:
    (tmp_path / "questions.yaml").write_text(
        "questions:\n- {id: languages, section: task, type: number, min: 1, max: 200, integer: true,\n"
        "   prompt: How many?, hint: All of them., why: Because., unit: languages}\n",
        encoding="utf-8",
    )
    own = load_pack(providers=book.providers, extra=tmp_path)
    answers = example("support-classifier")
    with_languages = side_of(answers_from({**answers, "languages": 3}, own.questionnaire), own, book)
    plain = side_of(answers_from(answers, pack.questionnaire), pack, book)
    for found in (difference(plain, with_languages), difference(with_languages, plain)):
        assert kinds(found) == [("rules", "rules"), ("answer", "languages")]
        assert_sums(found)


def overlay(folder: Path) -> Path:
    path = folder / "prices.yaml"
    path.write_text("discounts: {azure: 0.5, openai: 0.5}\n", encoding="utf-8")
    return path


def test_prices_of_an_overlay_are_a_cause(tmp_path: Path) -> None:
    file = ROOT / "examples" / "support-classifier.advise.json"
    outcome = advise("diff", file, file, "--prices", overlay(tmp_path), "--old-prices", "built-in", "--format", "json")
    found = json.loads(outcome.out, parse_float=Decimal)
    assert [cause["detail"] for step in found["steps"] for cause in step["causes"]] == [
        "rows: discount of azure, discount of openai"
    ]
    assert found["monthly_usd"] == found["steps"][0]["effect"]["monthly_usd"] < 0
    assert all(line["by_quantity_usd"] == 0 for line in found["lines"])


def test_what_cannot_be_assessed_by_itself_is_one_step_with_the_next(pack: Pack) -> None:
    book, own = ground()[1], load_book()
    own.rows = replace(book.rows, aliases={**book.rows.aliases, "our-model": "gpt-4o"}, digest="other")
    answers = example("support-classifier", current_model="our-model")
    old = side_of(answers_from(answers, pack.questionnaire), pack, own)
    new = side_of(answers_from(example("support-classifier"), pack.questionnaire), pack, book)
    found = difference(old, new)
    assert [step.name for step in found.steps] == ["prices + current_model"]
    assert found.steps[0].alone is not None
    assert_sums(found)


def result_file(folder: Path, name: str, answers: dict[str, Any]) -> Path:
    file = write(folder / f"{name}.advise.json", answers)
    path = folder / f"{name}.json"
    path.write_text(advise("run", file, "--format", "json").out, encoding="utf-8")
    return path


def test_results_are_compared_without_being_made_again(tmp_path: Path) -> None:
    old, new = (
        result_file(tmp_path, "old", example("support-classifier", **OLDER["support-classifier"])),
        result_file(tmp_path, "new", example("support-classifier")),
    )
    outcome = advise("diff", old, new, "--format", "json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out, parse_float=Decimal)
    VALIDATOR.validate(found)
    assert found["kind"] == "results"
    assert [cause["name"] for step in found["steps"] for cause in step["causes"]] == ["as_of", "answers"]
    assert [step["effect"] for step in found["steps"]] == [None, None]
    assert len(found["limits"]) == 2
    assert sum(line["change_usd"] for line in found["lines"]) == found["horizon_usd"]
    mixed = json.loads(advise("diff", old, tmp_path / "new.advise.json", "--format", "json").out, parse_float=Decimal)
    for key in ("kind", "lead", "rules", "lines", "limits", "horizon_usd"):
        assert mixed[key] == found[key] or key == "rules"
    for form in ("text", "markdown"):
        assert "does not hold the answers" in " ".join(advise("diff", old, new, "--format", form).out.split())


def test_the_only_input_that_differs_between_results_does_all_of_it(tmp_path: Path) -> None:
    old = result_file(tmp_path, "old", example("support-classifier", as_of=None))
    new = tmp_path / "new.json"
    answers = tmp_path / "old.advise.json"
    old.write_text(advise("run", answers, "--format", "json", "--as-of", "2026-03-16").out, encoding="utf-8")
    new.write_text(advise("run", answers, "--format", "json", "--as-of", "2026-11-23").out, encoding="utf-8")
    found = json.loads(advise("diff", old, new, "--format", "json").out, parse_float=Decimal)
    assert [step["effect"]["horizon_usd"] for step in found["steps"]] == [found["horizon_usd"]]
    assert (found["limits"], found["adds_up"]["horizon_usd"]) == ([], True)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a work tree whose branch `main` has the classifier as it was, and whose file is as it is."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "docs").mkdir()
    before = example("support-classifier", **OLDER["support-classifier"])
    file = write(tmp_path / "docs" / "tickets.advise.json", before)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "as it was")
    write(file, example("support-classifier"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("old", ["main:docs/tickets.advise.json", "HEAD:./docs/tickets.advise.json"])
def test_a_side_may_be_a_revision(repository: Path, old: str) -> None:
    outcome = advise("diff", old, "docs/tickets.advise.json", "--format", "markdown")
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("<!-- advise diff: docs/tickets.advise.json -->\n")
    assert "moves from Prompt engineering to Fine-tuning" in outcome.out


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("main:nowhere.advise.json", "path 'nowhere.advise.json' does not exist in 'main'"),
        ("nowhere:docs/tickets.advise.json", "invalid object name 'nowhere'"),
        ("--output=x:docs/tickets.advise.json", "Git finds no such revision"),
        ("main:docs", "Git finds no such revision"),
        ("main:\x1b[31m", "Git finds no such revision"),
    ],
)
def test_an_unknown_revision_is_told(repository: Path, old: str, said: str) -> None:
    outcome = advise("diff", "--", old, "docs/tickets.advise.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert "Accepted: a file, -, or REVISION:PATH" in outcome.err
    assert "\x1b" not in outcome.err


def test_a_revision_without_git_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository / "empty"))
    outcome = advise("diff", "main:docs/tickets.advise.json", "docs/tickets.advise.json")
    assert outcome.code == 2
    assert "Git is not installed" in outcome.err


def test_a_file_whose_name_looks_like_a_revision_is_that_file(repository: Path) -> None:
    write(repository / "main:x.json", example("support-classifier"))
    assert "nothing changed" in advise("diff", "main:x.json", "docs/tickets.advise.json").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not valid JSON"),
        ("[]", "an object of question ids and answers is needed"),
        ('{"prompting_tryed": "no"}', "Did you mean 'prompting_tried'?"),
        ('{"schema_version": "9.9"}', "schema version 9.9 cannot be read"),
        ('{"recommendation": {}}', "schema version none cannot be read"),
        ('{"schema_version": "1.0", "recommendation": 5}', "is not as in a result"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    good = write(tmp_path / "good.advise.json", example("prototype"))
    for sides in ((tmp_path / "bad.json", good), (good, tmp_path / "bad.json")):
        outcome = advise("diff", *sides)
        assert (outcome.code, outcome.out) == (2, "")
        assert said in outcome.err
        assert "bad.json" in outcome.err


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("strategies", 0, "cost", "lines", 0, "amount_usd"), "1e999999"),
        (("recommendation", "strategy"), '"magic"'),
        (("strategies",), "[]"),
        (("strategies", 1, "score"), "1.5"),
        (("mistakes",), '{"a": 1}'),
    ],
)
def test_a_result_that_no_run_prints_is_refused(tmp_path: Path, path: tuple[Any, ...], value: str) -> None:
    good = result_file(tmp_path, "good", example("prototype"))
    result = json.loads(good.read_text(encoding="utf-8"))
    inner = result
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = "MARK"
    (tmp_path / "bad.json").write_text(json.dumps(result).replace('"MARK"', value), encoding="utf-8")
    outcome = advise("diff", good, tmp_path / "bad.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "bad.json" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-", "-"), "standard input can be read once"),
        (("nowhere.json", "nowhere.json"), "no such file"),
        (("{r}", "{r}", "--as-of", "2026-03-16"), "--as-of: a result stands as it is"),
        (("{r}", "{a}", "--old-rules", "x"), "--old-rules: a result stands as it is"),
        (("{a}", "{a}", "--old-as-of", "soon"), "is not a day"),
    ],
)
def test_options_that_cannot_be_followed_are_told(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    result = result_file(tmp_path, "r", example("prototype"))
    filled = [word.format(r=result, a=tmp_path / "r.advise.json") for word in arguments]
    outcome = advise("diff", *filled)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_the_exit_code_says_whether_anything_changed_only_where_asked(tmp_path: Path) -> None:
    old = write(tmp_path / "old.advise.json", example("prototype"))
    new = write(tmp_path / "new.advise.json", example("prototype", project="Other"))
    assert [advise("diff", old, new).code, advise("diff", old, new, "--exit-code").code] == [0, 1]
    assert advise("diff", old, old, "--exit-code").code == 0
    piped = advise("diff", "-", new, "--exit-code", stdin=old.read_bytes())
    assert piped.code == 1
    assert "nothing changed" not in piped.out


HOSTILE = "# <img src=x> | `x` [a](javascript:b) {{ 7*7 }} $5 @you --> \u202e\x1b[31m\n- end"


def test_free_text_stays_text_in_every_format() -> None:
    new = example("support-classifier", project=HOSTILE)
    new["notes"] = {"queries_per_day": HOSTILE}
    found = differing(example("support-classifier"), new)
    comment = comment_of(found, {**names(), "rag": HOSTILE}, HOSTILE)
    tokens = PARSER.parse(comment)
    inner = [child for token in tokens for child in token.children or ()]
    assert not [token for token in inner if token.type in ("link_open", "image")]
    html = [token.content for token in inner if token.type == "html_inline"]
    assert set(html) <= {"<sub>", "</sub>"}
    assert all(re.match(r"<!-- advise|</?details>", token.content) for token in tokens if token.type == "html_block")
    assert not re.search(r"[$\x1b\u202e]|49", comment)
    assert not re.search(r"[\x1b\u202e]", text_of(found, names()))
    VALIDATOR.validate(json.loads(json_of(found)))


def test_a_tag_is_one_comment_and_another_for_every_file() -> None:
    paths = ["a/x.advise.json", "b/x.advise.json", "a--x", "a-x", "a b", "a%20b", "-->", "é"]
    tags = [tag_of(path) for path in paths]
    assert len(set(tags)) == len(paths)
    assert all(re.fullmatch(r"<!-- advise diff: (?:(?!--)[\w%./-])+ -->", tag, re.ASCII) for tag in tags)
    assert tag_of("/somewhere/else/x.advise.json") == "<!-- advise diff: x.advise.json -->"


def compare_with(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", OLDER)
@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("markdown", "md"), ("json", "json")])
def test_what_diff_gives_for_an_example(
    name: str, form: str, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    old = write(Path("old.advise.json"), example(name, **OLDER[name]))
    new = write(Path(f"{name}.advise.json"), example(name))
    outcome: Outcome = advise("diff", old, new, "--format", form)
    assert outcome.code == 0, outcome.err
    compare_with(GOLDEN / f"{name}.{ending}", outcome.out)
    if form == "json":
        published = json.loads((ROOT / "docs" / "schemas" / "diff.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(published).validate(json.loads(outcome.out))


def test_no_golden_difference_is_left_over() -> None:
    endings = ("txt", "md", "json")
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.{ending}" for name in OLDER for ending in endings}


def test_the_page_on_diff_shows_what_the_command_prints(repository: Path) -> None:
    def shown(found: re.Match[str]) -> str:
        outcome = advise(*found[2].split())
        assert outcome.code == 0, outcome.err
        return f"{found[1]}\n\n```{found[3]}\n{outcome.out}```\n"

    block = re.compile(r"(<!-- output: ([^\n]*) -->)\n\n```(text|markdown)\n.*?```\n", re.DOTALL)
    text, count = block.subn(shown, PAGE.read_text(encoding="utf-8"))
    assert count == 2
    compare_with(PAGE, text)
