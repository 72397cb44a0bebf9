"""`advise check`: nothing is found while nothing changed, and what changed is named."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Outcome, advise, snapshot
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from advisor.check.findings import ALWAYS, CODES, FAIL_ON
from advisor.fingerprint import (
    Due,
    Fingerprint,
    Headline,
    Inputs,
    Parts,
    Style,
    Versions,
    opened,
    sealed,
    without_front,
)

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.advise.json"))
FOUND = re.compile(r": (error|warning) ([a-z-]+): ")
ANSWERS: dict[str, Any] = {
    "version": "1",
    "as_of": "2026-11-23",
    "project": "Ticket router",
    "task_type": "routing",
    "queries_per_day": 20_000,
    "knowledge_needed": "none",
}
BEFORE_ANY_WARNING = "2026-06-01"
PACK = {"pack.yaml": "name: house\nversion: '1'\n"}


def write(name: str = "work.advise.json", **changes: Any) -> None:
    """Write an answers file; a value of None takes an answer away."""
    answers = {key: value for key, value in {**ANSWERS, **changes}.items() if value is not None}
    Path(name).write_text(json.dumps(answers, indent=2))


def done(outcome: Outcome, code: int = 0) -> Outcome:
    assert outcome.code == code, outcome
    assert "Traceback" not in outcome.err
    return outcome


def codes(outcome: Outcome, severity: str = "error") -> list[str]:
    return [code for found, code in FOUND.findall(outcome.out) if found == severity]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with an answers file and its document in it."""
    monkeypatch.chdir(tmp_path)
    write()
    done(advise("run", "work.advise.json"))
    return tmp_path


def change_document(old: str, new: str, name: str = "work.advise.md") -> None:
    text = Path(name).read_text()
    assert old in text
    Path(name).write_text(text.replace(old, new))


# While nothing changed.


def test_right_after_run_nothing_fails_for_any_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file in EXAMPLES:
        shutil.copy(file, tmp_path)
    done(advise("run", *sorted(path.name for path in tmp_path.iterdir()), seconds=60))
    for day in ("2026-11-25", "2027-11-25", "2031-01-01"):
        outcome = done(advise("check", ".", "--today", day))
        assert codes(outcome) == []
        assert f"{len(EXAMPLES)} documents checked: 0 errors" in outcome.out
    assert codes(outcome, "warning").count("review-due") == len(EXAMPLES)


def test_the_documents_of_the_examples_are_what_their_answers_give() -> None:
    assert codes(done(advise("check", ROOT / "examples"))) == []


def test_a_document_dated_by_the_clock_or_by_an_option_keeps_its_day(folder: Path) -> None:
    write(as_of=None)
    done(advise("run", "work.advise.json"))
    write("dated.advise.json")
    done(advise("run", "dated.advise.json", "--as-of", "2026-10-01"))
    Path("house").mkdir()
    Path("house/pack.yaml").write_text(PACK["pack.yaml"])
    outcome = done(advise("check", ".", "--today", "2027-11-23", "--rules", "house"))
    assert "stale" not in outcome.out


def test_checking_changes_no_file(folder: Path) -> None:
    write(queries_per_day=1)
    before = snapshot(folder)
    done(advise("check", ".", "--diff"), 1)
    assert snapshot(folder) == before


@pytest.mark.parametrize("path", ["work.advise.json", "work.advise.md", ".", "../{}"])
def test_a_file_a_document_and_a_folder_mean_the_same(path: str, folder: Path) -> None:
    outcome = done(advise("check", path.format(folder.name), "work.advise.json", "--today", BEFORE_ANY_WARNING))
    assert outcome.out.startswith(("1 document checked", "2 documents checked") if ".." in path else "1 document")


def test_line_ends_of_another_system_are_no_change(folder: Path) -> None:
    for path in (path for path in folder.rglob("*") if path.is_file()):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(done(advise("check", "."))) == []


def test_the_layout_of_the_answers_is_a_warning(folder: Path) -> None:
    Path("work.advise.json").write_text(json.dumps(ANSWERS))
    outcome = done(advise("check", "."))
    assert codes(outcome, "warning")[0] == "inputs-changed"
    assert "The answers changed: only their layout, or the name of their file." in outcome.out


# What changed.


@pytest.mark.parametrize(
    ("changes", "expected", "named"),
    [
        ({"queries_per_day": 21_000}, ["stale"], "queries_per_day"),
        ({"queries_per_day": 40_000}, ["stale", "cost-moved"], "queries_per_day"),
        ({"knowledge_needed": "changing", "citations_required": True}, ["stale", "flipped"], "citations_required"),
        ({"project": "Other"}, ["stale"], "answers"),
        ({"as_of": "2026-10-01"}, ["stale"], "answers"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_changed_answer_is_named(changes: dict[str, Any], expected: list[str], named: str, folder: Path) -> None:
    write(**changes)
    outcome = done(advise("check", "work.advise.json"), 1)
    assert codes(outcome)[: len(expected)] == expected
    assert named in outcome.out
    assert "edited by hand" not in outcome.out
    done(advise("run", "work.advise.json"))
    assert codes(done(advise("check", "work.advise.json"))) == []


def test_a_single_changed_answer_is_found_in_its_line(folder: Path) -> None:
    write(queries_per_day=21_000)
    line = Path("work.advise.json").read_text().splitlines().index('  "queries_per_day": 21000,') + 1
    assert f"work.advise.json:{line}: error stale" in done(advise("check", "."), 1).out


def test_a_flip_names_both_strategies_and_both_costs(folder: Path) -> None:
    write(knowledge_needed="changing", citations_required=True)
    outcome = done(advise("check", "."), 1)
    assert "flipped from Prompt engineering to RAG." in outcome.out
    old, new = re.findall(r"USD [\d,.]+ over 12 months \((.*?)\)", outcome.out)
    assert (old, new) == ("Prompt engineering", "RAG")


def test_a_rule_that_matters_is_named(folder: Path) -> None:
    shown = json.loads(done(advise("run", "work.advise.json", "--format", "json")).out)
    rule = next(entry["rule"] for entry in shown["recommendation"]["reasons"] if entry["rule"] != "complexity_charge")
    Path("house").mkdir()
    Path("house/pack.yaml").write_text(PACK["pack.yaml"])
    done(advise("check", ".", "--rules", "house"))
    Path("house/rules.yaml").write_text(own_rule(rule))
    outcome = done(advise("check", ".", "--rules", "house"), 1)
    assert codes(outcome)[0] == "stale"
    assert re.search(rf"The rules changed: .*{rule}", outcome.out)


def own_rule(name: str) -> str:
    return (
        f"rules:\n  - id: {name}\n    title: Another one\n    when: {{fact: task_type, eq: routing}}\n"
        "    points: {rag: 1}\n    because: Because of the house.\n"
        "    source: {title: House, date: 2026-11-01}\n"
        "    tests: {fires: [{task_type: routing}], not_fires: [{task_type: summarization}]}\n"
    )


def test_a_price_that_matters_is_named_and_one_that_does_not_is_a_warning(folder: Path) -> None:
    shown = json.loads(done(advise("run", "work.advise.json", "--format", "json")).out)
    lines = shown["strategies"][0]["cost"]["lines"]
    row = next(line["price_ref"] for line in lines if line["price_ref"].endswith("/output"))
    model = row.removeprefix("genai-prices/").removesuffix("/output")
    Path("own.yaml").write_text(own_price(model, "output", 99))
    outcome = done(advise("check", ".", "--prices", "own.yaml"), 1)
    assert codes(outcome)[:2] == ["stale", "cost-moved"]
    assert re.search(f"The prices changed: .*{row}", outcome.out)
    Path("own.yaml").write_text(own_price("anthropic/claude-opus-4-0", "batch_output", 99))
    outcome = done(advise("check", ".", "--prices", "own.yaml"))
    assert "inputs-changed" in codes(outcome, "warning")
    assert "The prices changed: none behind the amounts." in outcome.out


def own_price(model: str, kind: str, value: int) -> str:
    return (
        f"rows:\n  - id: own/{kind}\n    provider: {model.partition('/')[0]}\n    model: {model}\n    kind: {kind}\n"
        f"    price: {value}\n    unit: 1M tokens\n    source_title: Contract\n    source_url: https://c.example\n"
        "    verified_at: 2026-11-01\n    confidence: A\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("**Use prompt", "**Use no prompt"),
        ('"strategy": "prompt_engineering"', '"strategy": "rag"'),
        ('"since": "', '"since": "9'),
        ('"as_of": "2026-11-23"', '"as_of": "9999-12-31"'),
        ('"months": 12', '"months": "many"'),
        ("\n-->\n", "\n-->\nMore.\n"),
        ("<!-- advise fingerprint\n{", "<!-- advise fingerprint\n["),
        ("<!-- advise fingerprint", "<!-- fingerprint"),
    ],
)
def test_a_document_edited_by_hand_is_stale(old: str, new: str, folder: Path) -> None:
    change_document(old, new)
    outcome = done(advise("check", "work.advise.md"), 1)
    assert codes(outcome)[0] == "stale"
    assert "edited by hand" in outcome.out or "no fingerprint" in outcome.out


def test_a_document_of_answers_set_on_the_command_line_is_not_what_the_file_gives(folder: Path) -> None:
    done(advise("run", "work.advise.json", "--set", "queries_per_day=21000"))
    outcome = done(advise("check", "."), 1)
    assert "The answers changed: queries_per_day." in outcome.out


def test_a_missing_document_fails(folder: Path) -> None:
    Path("work.advise.md").unlink()
    assert codes(done(advise("check", "."), 1)) == ["missing-document"]


def test_the_interview_writes_a_document_that_passes(folder: Path) -> None:
    done(advise("new", "fresh", "--defaults", "--set", "queries_per_day=20k"))
    assert codes(done(advise("check", "fresh.advise.json"))) == []


def test_what_is_invalid_exits_with_2_and_the_others_are_checked(folder: Path) -> None:
    write("bad.advise.json", queries_per_day="many", task_type="dancing")
    write("other.advise.json", current_model="gpt-none")
    write(queries_per_day=21_000)
    outcome = done(advise("check", ".", "--exit-zero"), 2)
    assert codes(outcome) == ["invalid", "invalid", "invalid", "stale"]
    assert re.search(r"bad\.advise\.json:5: error invalid: task_type: ", outcome.out)


@pytest.mark.parametrize(
    "path", ["missing.advise.json", "missing.advise.md", "empty", "-", ".advise.json", "a\0missing"]
)
def test_a_path_without_answers_exits_with_2(path: str, folder: Path) -> None:
    Path("empty").mkdir()
    outcome = advise("check", path)
    assert outcome.code == 2
    assert "missing" in outcome.out + outcome.err or "answers file" in outcome.err


def test_hidden_folders_are_not_looked_at(folder: Path) -> None:
    Path(".venv/lib").mkdir(parents=True)
    write(".venv/lib/other.advise.json")
    Path("deep/er").mkdir(parents=True)
    write("deep/er/other.advise.json")
    assert "2 documents checked" in done(advise("check", "."), 1).out


@pytest.mark.parametrize("data", [b"\xff\xfe", None], ids=["no text", "a folder"])
def test_a_document_that_cannot_be_read_is_invalid(data: bytes | None, folder: Path) -> None:
    Path("work.advise.md").unlink()
    if data is None:
        Path("work.advise.md").mkdir()
    else:
        Path("work.advise.md").write_bytes(data)
    assert codes(done(advise("check", "work.advise.json"), 2)) == ["invalid"]


# Options.


def test_only_what_is_asked_for_fails(folder: Path) -> None:
    write(queries_per_day=40_000)
    done(advise("check", "."), 1)
    done(advise("check", ".", "--exit-zero"))
    done(advise("check", ".", "--fail-on", "flipped"))
    done(advise("check", ".", "--fail-on", "flipped", "--tolerance", "10000", "--fail-on", "cost-moved"))
    done(advise("check", ".", "--fail-on", "flipped,cost-moved"), 1)
    done(advise("check", ".", "--fail-on", "flipped,review-due", "--today", "2028-01-01"), 1)


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (("--fail-on", "flip"), "Did you mean 'flipped'?"),
        (("--tolerance", "much"), "0 or more, such as 10%"),
        (("--tolerance=-1",), "0 or more, such as 10%"),
        (("--tolerance", "nan"), "0 or more, such as 10%"),
        (("--today", "tomorrow"), "YYYY-MM-DD"),
    ],
)
def test_a_wrong_option_says_what_is_accepted(option: tuple[str, ...], says: str, folder: Path) -> None:
    assert says in done(advise("check", ".", *option), 2).err


def test_the_difference_is_what_run_would_change(folder: Path) -> None:
    write(queries_per_day=21_000)
    outcome = done(advise("check", ".", "--diff"), 1)
    assert "-| `queries_per_day` | 20,000 requests a day | given |  |" in outcome.out
    assert "+| `queries_per_day` | 21,000 requests a day | given |  |" in outcome.out


def test_the_calendar_alone_fails_only_where_it_is_asked_to(folder: Path) -> None:
    outcome = done(advise("check", ".", "--today", "2099-12-31"))
    assert codes(outcome) == []
    assert "review-due" in codes(outcome, "warning")
    done(advise("check", ".", "--today", "2099-12-31", "--fail-on", "review-due"), 1)


def test_each_warning_of_the_calendar_comes_on_its_day(folder: Path) -> None:
    assert "review-due" not in done(advise("check", ".", "--today", "2027-02-21")).out
    assert "review-due: the review was due by 2027-02-21." in done(advise("check", ".", "--today", "2027-02-22")).out


def test_models_that_end_or_close_are_told_from_the_day_that_is_known(folder: Path) -> None:
    classifier = json.loads((ROOT / "examples" / "support-classifier.advise.json").read_text())
    chosen = {"tuned_model": "ft:azure/gpt-4.1-mini", "tuning_access": ["azure"]}
    Path("tuned.advise.json").write_text(json.dumps(classifier | chosen))
    done(advise("run", "tuned.advise.json"))
    on_the_day, later = (
        done(advise("check", "tuned.advise.json", "--today", day)).out for day in ("2026-11-23", "2027-04-15")
    )
    assert "model-retiring: openai/gpt-4o stops serving on 2027-01-14, within the horizon." in on_the_day
    assert "tuning-closed" not in on_the_day
    assert "tuning-closed: ft:azure/gpt-4.1-mini can no longer be tuned (last new job, 2027-04-14)." in later


# Output formats.


def test_json_keeps_to_its_schema_and_tells_the_same_as_the_text(folder: Path) -> None:
    write(queries_per_day=40_000)
    write("bad.advise.json", task_type="dancing")
    options = ("check", ".", "--today", "2027-06-01")
    text = codes(done(advise(*options), 2))
    found = json.loads(done(advise(*options, "--diff", "--output-format", "json"), 2).out)
    Draft202012Validator(json.loads(done(advise("schema", "check")).out)).validate(found)
    errors = [e["code"] for d in found["documents"] for e in d["findings"] if e["severity"] == "error"]
    assert errors == text
    assert found["documents"][1]["diff"].startswith("--- work.advise.md")


def test_concise_has_a_line_for_each_finding(folder: Path) -> None:
    write(queries_per_day=40_000)
    lines = done(advise("check", ".", "--output-format", "concise"), 1).out.splitlines()
    assert all(FOUND.search(line) for line in lines[:-1])
    assert lines[-1].startswith("1 document checked: 2 errors")


def test_github_gets_a_workflow_command_for_each_finding(folder: Path) -> None:
    name = "a,b:c%.advise.json"
    write(name)
    done(advise("run", name))
    write(name, queries_per_day=40_000)
    lines = done(advise("check", name, "--output-format", "github"), 1).out.splitlines()
    assert lines[0].startswith("::error file=a%2Cb%3Ac%25.advise.json,line=6,title=advise stale::")
    assert "%0AThe answers changed: queries_per_day." in lines[0]
    assert all(re.match(r"::(error|warning) file=", line) for line in lines)


def test_a_name_full_of_control_characters_stays_on_its_line(folder: Path) -> None:
    name = "a\n::error::b\x1b.advise.json"
    write(name)
    for form in ("full", "concise", "github"):
        out = done(advise("check", name, "--output-format", form), 1).out
        assert not any(line.startswith("::error::") for line in out.splitlines())
        assert "\x1b" not in out or form == "github"


# The quick way.


def run_check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys\nsys.argv = ['advise', *sys.argv[1:]]\nfrom advisor.__main__ import main\n"
        "try:\n    main()\nfinally:\n    print(sorted(sys.modules), file=sys.stderr)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code, "check", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


THIRD_PARTY = ("typer", "click", "pydantic", "yaml", "jinja2", "numpy", "genai_prices", "importlib.metadata")


def test_the_unchanged_case_imports_nothing_from_third_parties(folder: Path) -> None:
    quick = run_check(folder, ".")
    assert quick.returncode == 0, quick.stderr
    loaded = set(json.loads(quick.stderr.replace("'", '"')))
    bare = [name for name in loaded if name.partition(".")[0] not in (*sys.stdlib_module_names, "advisor", "__main__")]
    at_start = json.loads(
        subprocess.check_output(
            [sys.executable, "-c", "import sys, json; print(json.dumps(sorted(sys.modules)))"], text=True
        )
    )
    assert set(bare) <= set(at_start)
    assert not loaded & set(THIRD_PARTY)


def test_the_quick_way_prints_what_the_whole_command_prints(folder: Path) -> None:
    assert run_check(folder, ".").stdout == done(advise("check", ".")).out


def test_the_quick_way_leaves_to_the_command_what_can_fail(folder: Path) -> None:
    write(queries_per_day=21_000)
    slow = run_check(folder, ".")
    assert slow.returncode == 1
    assert codes(Outcome(1, slow.stdout, "")) == ["stale"]
    assert run_check(folder, "missing.advise.json").returncode == 2
    assert run_check(folder).returncode == 2


# The fingerprint.


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(str)
FINGERPRINTS = st.builds(
    Fingerprint,
    st.integers(1, 9),
    st.builds(Style, st.sampled_from(("md", "html")), WORDS, st.sampled_from(("svg", "mermaid", "none"))),
    DAYS,
    st.booleans(),
    DAYS,
    st.builds(Headline, WORDS, WORDS, st.integers(1, 60), st.just("12.50"), st.booleans()),
    st.builds(Inputs, *[WORDS] * 5),
    st.builds(Versions, *[WORDS] * 4),
    st.builds(Parts, *[st.dictionaries(WORDS, WORDS, max_size=3)] * 3),
    st.dictionaries(st.from_regex(r"[a-z][a-z-]{0,9}", fullmatch=True), WORDS, max_size=3),
    st.lists(st.builds(Due, WORDS, WORDS, WORDS)).map(tuple),
)


@given(FINGERPRINTS)
def test_a_fingerprint_is_one_hidden_block_whatever_its_texts_hold(fingerprint: Fingerprint) -> None:
    *_, last = MarkdownIt("commonmark").parse(sealed("# Title\n", fingerprint))
    assert last.type == "html_block"
    assert last.content.startswith("<!--")
    assert last.content.index("-->") == len(last.content) - len("-->\n")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), FINGERPRINTS)
def test_a_fingerprint_is_read_as_it_was_written(text: str, fingerprint: Fingerprint) -> None:
    document = sealed(text, fingerprint)
    assert opened(document) == (text, fingerprint, True)
    assert document.count("-->") == text.count("-->") + 1


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), FINGERPRINTS, st.data())
def test_any_edit_of_a_document_is_noticed(text: str, fingerprint: Fingerprint, data: st.DataObject) -> None:
    document = sealed(text, fingerprint)
    at = data.draw(st.integers(0, len(document) - 1))
    put = data.draw(st.sampled_from(["", "x", "0", '"', "}"]).filter(lambda put: put != document[at]))
    found, read, intact = opened(document[:at] + put + document[at + 1 :])
    assert (without_front(found), read) == (without_front(text), fingerprint) or not intact


def test_every_code_has_a_line_in_the_page() -> None:
    page = (ROOT / "docs" / "check.md").read_text()
    for code, meaning in CODES.items():
        severity = "exit 2" if code == ALWAYS else "error" if code in FAIL_ON else "warning"
        assert f"| `{code}` | {severity} | {meaning} |" in page
