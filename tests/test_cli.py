"""The commands as a user meets them: what goes to which stream, which files are written, and what is never lost."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Outcome, advise, snapshot
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from advisor.fingerprint import opened
from advisor.packs.pack import Pack

ANSWERS: dict[str, Any] = {
    "as_of": "2026-11-23",
    "project": "Ticket router",
    "task_type": "routing",
    "queries_per_day": 20_000,
    "knowledge_needed": "none",
    "considering": ["fine_tuning"],
}
EXAMPLES = ("prototype", "support-classifier", "support-knowledge-base")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with the answers file `work.advise.json` in it."""
    monkeypatch.chdir(tmp_path)
    write("work.advise.json")
    return tmp_path


def write(name: str, **changes: Any) -> None:
    """Write an answers file; a value of None takes an answer away."""
    answers = {key: value for key, value in {**ANSWERS, **changes}.items() if value is not None}
    Path(name).write_text(json.dumps(answers, indent=2))


def done(outcome: Outcome) -> Outcome:
    assert outcome.code == 0, outcome
    assert "Traceback" not in outcome.err
    return outcome


# Writing documents.


def test_run_writes_the_document_beside_the_file_and_names_it(folder: Path) -> None:
    outcome = done(advise("run", "work.advise.json"))
    assert outcome.out == ""
    assert "work.advise.md" in outcome.err
    assert Path("work.advise.md").read_text().startswith("---\nstatus: proposed\n---\n\n# ")
    pictures = [f"work.advise/{name}.svg" for name in ("cost-split", "cumulative-cost", "flips", "points")]
    assert sorted(snapshot(folder)) == ["work.advise.json", "work.advise.md", *pictures]


@pytest.mark.parametrize("name", ["plain.json", "no-ending", "two words.advise.json", "a.b.json"])
def test_run_writes_beside_a_file_of_any_name(name: str, folder: Path) -> None:
    write(name)
    stem = name.removesuffix(".json").removesuffix(".advise")
    assert f"{stem}.advise.md" in done(advise("run", name)).err
    assert Path(f"{stem}.advise.md").exists()


def test_run_in_another_folder_writes_beside_the_file(folder: Path) -> None:
    Path("deep").mkdir()
    write("deep/work.advise.json")
    assert "deep/work.advise.md" in done(advise("run", "deep/work.advise.json")).err
    assert not Path("work.advise.md").exists()


def test_run_twice_changes_nothing_and_says_so(folder: Path) -> None:
    done(advise("run", "work.advise.json"))
    before = snapshot(folder)
    outcome = done(advise("run", "work.advise.json"))
    assert snapshot(folder) == before
    assert "Unchanged" in outcome.err


def test_a_new_document_follows_the_umask_and_an_old_one_keeps_its_mode(folder: Path) -> None:
    before = os.umask(0o027)
    try:
        done(advise("run", "work.advise.json"))
        assert stat.S_IMODE(Path("work.advise.md").stat().st_mode) == 0o640
        Path("work.advise.md").chmod(0o664)
        done(advise("run", "work.advise.json", "--set", "gpus=2", "--set", "queries_per_day=7"))
        assert stat.S_IMODE(Path("work.advise.md").stat().st_mode) == 0o664
    finally:
        os.umask(before)


def test_a_document_behind_a_link_is_renewed_and_the_link_stays(folder: Path) -> None:
    Path("kept.md").write_text("old")
    Path("work.advise.md").symlink_to("kept.md")
    done(advise("run", "work.advise.json"))
    assert Path("work.advise.md").is_symlink()
    assert Path("kept.md").read_text().startswith("---\nstatus: proposed\n---\n\n# ")


def test_minus_o_minus_prints_the_same_document_and_writes_nothing(folder: Path) -> None:
    before = snapshot(folder)
    printed = done(advise("run", "work.advise.json", "-o", "-")).out
    assert snapshot(folder) == before
    done(advise("run", "work.advise.json", "--chart", "none"))
    assert Path("work.advise.md").read_text() == printed


def test_minus_o_names_the_document(folder: Path) -> None:
    outcome = done(advise("run", "work.advise.json", "-o", "else.md"))
    assert "else.md" in outcome.err
    assert {path for path in snapshot(folder) if "/" not in path} == {"else.md", "work.advise.json"}
    assert "](else/cumulative-cost.svg)" in Path("else.md").read_text()
    assert Path("else/cumulative-cost.svg").is_file()


def test_several_files_are_written_beside_each_or_into_a_folder(folder: Path) -> None:
    write("other.advise.json", project="Other")
    done(advise("run", "work.advise.json", "other.advise.json"))
    assert {"work.advise.md", "other.advise.md"} < snapshot(folder).keys()
    Path("out").mkdir()
    outcome = done(advise("run", "work.advise.json", "other.advise.json", "-o", "out"))
    assert sorted(path.name for path in Path("out").glob("*.md")) == ["other.advise.md", "work.advise.md"]
    assert sorted(path.name for path in Path("out").iterdir() if path.is_dir()) == ["other.advise", "work.advise"]
    assert outcome.err.index("work.advise.md") < outcome.err.index("other.advise.md")


def test_several_files_need_a_folder(folder: Path) -> None:
    write("other.advise.json")
    before = snapshot(folder)
    outcome = advise("run", "work.advise.json", "other.advise.json", "-o", "one.md")
    assert outcome.code == 2
    assert "folder" in outcome.err
    assert snapshot(folder) == before


@pytest.mark.parametrize("output", [(), ("-o", "out")], ids=["beside", "folder"])
def test_two_files_never_share_a_document(output: tuple[str, ...], folder: Path) -> None:
    Path("out").mkdir()
    write("work.json", project="Another")
    before = snapshot(folder)
    outcome = advise("run", "work.json", "work.advise.json", *output)
    assert outcome.code == 2
    assert "work.advise.md" in outcome.err or "out" in outcome.err
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("-o", "work.advise.json"),
        ("-o", "./work.advise.json"),
        ("-o", "link.json"),
        ("--format", "json", "-o", "."),
        ("--format", "json", "-o", "work.advise.json"),
    ],
    ids=" ".join,
)
def test_an_answers_file_is_never_overwritten_by_what_is_made_of_it(arguments: tuple[str, ...], folder: Path) -> None:
    Path("link.json").symlink_to("work.advise.json")
    before = Path("work.advise.json").read_bytes()
    advise("run", "work.advise.json", *arguments)
    assert Path("work.advise.json").read_bytes() == before


def test_nothing_is_written_when_one_of_several_files_is_bad(folder: Path) -> None:
    Path("bad.advise.json").write_text("{")
    before = snapshot(folder)
    assert advise("run", "work.advise.json", "bad.advise.json").code == 2
    assert snapshot(folder) == before


def test_a_failing_write_leaves_the_old_document_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("work.advise.md").write_bytes(b"old")
    before = snapshot(folder)

    def full(source: str | Path, target: str | Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    outcome = advise("run", "work.advise.json")
    assert outcome.code == 2
    assert "work.advise.md: cannot be written: No space left on device" in outcome.err
    assert snapshot(folder) == before


# Results as JSON.


def test_format_json_prints_one_result_and_writes_nothing(folder: Path) -> None:
    before = snapshot(folder)
    outcome = done(advise("run", "work.advise.json", "--format", "json"))
    result = json.loads(outcome.out)
    assert result["project"] == "Ticket router"
    assert result["schema_version"] == "1.0"
    assert snapshot(folder) == before


def test_format_json_prints_an_object_a_line_for_several_files(folder: Path) -> None:
    write("other.advise.json", project="Other")
    outcome = done(advise("run", "other.advise.json", "work.advise.json", "--format", "json"))
    lines = outcome.out.splitlines()
    assert [json.loads(line)["project"] for line in lines] == ["Other", "Ticket router"]


def test_numbers_of_a_result_have_no_exponent(folder: Path) -> None:
    out = done(advise("run", "work.advise.json", "--format", "json", "--set", "queries_per_day=1e9")).out
    assert not re.search(r"[:\[ ]-?[0-9.]+[eE][+-]?[0-9]+[,\]}\n]", out)


def test_schema_of_answers_accepts_the_examples_and_refuses_what_the_reader_refuses(examples: Path) -> None:
    schema = json.loads(done(advise("schema", "answers")).out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for name in EXAMPLES:
        validator.validate(json.loads((examples / f"{name}.advise.json").read_text()))
    refused: list[object] = [
        {"queries_per_dya": 1},
        {"queries_per_day": -1},
        {"queries_per_day": [1, 2, 3]},
        {"gpus": 1.5},
        [],
        {"task_type": "qq"},
        {"considering": ["finetuning"]},
        {"notes": {"nope": "x"}},
        {"version": "2"},
        {"citations_required": "yes"},
        {"project": 7},
        {"$schema": 7},
        {"horizon_months": 0},
    ]
    for bad in refused:
        with pytest.raises(ValidationError):
            validator.validate(bad)
        assert advise("run", "-", stdin=json.dumps(bad).encode()).code == 2, bad


def test_schema_of_results_accepts_results(examples: Path) -> None:
    schema = json.loads(done(advise("schema", "result")).out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    files = [examples / f"{name}.advise.json" for name in EXAMPLES]
    results = [json.loads(line) for line in done(advise("run", *files, "--format", "json")).out.splitlines()]
    for result in (*results, json.loads(done(advise("run", "-", "--format", "json", stdin=b"{}")).out)):
        validator.validate(result)
    with pytest.raises(ValidationError):
        validator.validate({**results[0], "extra": 1})
    with pytest.raises(ValidationError):
        validator.validate({key: value for key, value in results[0].items() if key != "recommendation"})


# Where answers and dates come from.


def test_minus_reads_standard_input(folder: Path) -> None:
    before = snapshot(folder)
    text = Path("work.advise.json").read_bytes()
    outcome = done(advise("run", "-", stdin=text))
    assert outcome.out == opened(done(advise("run", "work.advise.json", "-o", "-")).out)[0]
    assert snapshot(folder) == before
    assert "fired" in done(advise("explain", "-", stdin=text)).out
    assert "openai/gpt-4o" in done(advise("compare", "-", "--model", "gpt-4o", stdin=text)).out


def test_a_byte_order_mark_is_read_over(folder: Path) -> None:
    text = Path("work.advise.json").read_bytes()
    assert done(advise("run", "-", stdin=b"\xef\xbb\xbf" + text)).out == done(advise("run", "-", stdin=text)).out


def test_set_overrides_the_file_and_an_empty_value_takes_an_answer_away(folder: Path) -> None:
    def project(*settings: str) -> str:
        arguments = [part for setting in settings for part in ("--set", setting)]
        out = done(advise("run", "work.advise.json", "--format", "json", *arguments)).out
        name: str = json.loads(out)["project"]
        return name

    assert project() == "Ticket router"
    assert project("project=Mail router") == "Mail router"
    assert project("project=a=b") == "a=b"
    assert project("project=first", "project=last") == "last"
    assert project("project=") == "work"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("500k", 500_000),
        ("1.2M", 1_200_000),
        ("1_000", 1000),
        ("1,000", 1000),
        ("2e3", 2000),
        ("200..500", [200, 500]),
        ("[200, 500]", [200, 500]),
    ],
)
def test_set_takes_numbers_as_people_write_them(written: str, number: object, folder: Path) -> None:
    write("file.advise.json", queries_per_day=number)
    settings = ("--set", f"queries_per_day={written}")
    (of_settings, *_), (of_file, *_) = (
        opened(done(advise("run", *arguments, "-o", "-")).out)
        for arguments in (("work.advise.json", *settings), ("file.advise.json",))
    )
    assert of_settings == of_file


def test_the_date_of_prices_is_the_option_else_the_files_else_today_and_is_named(folder: Path) -> None:
    write("undated.advise.json", as_of=None)
    outcome = done(advise("run", "work.advise.json", "--as-of", "2026-03-15"))
    assert "2026-03-15" in outcome.err
    assert "--as-of" in outcome.err
    outcome = done(advise("run", "work.advise.json"))
    assert "2026-11-23" in outcome.err
    assert "from the answers file" in outcome.err
    days = {date.today()}
    outcome = done(advise("run", "undated.advise.json"))
    days.add(date.today())
    assert any(day.isoformat() in outcome.err for day in days)
    assert "today" in outcome.err


def test_the_date_of_prices_is_in_the_result_and_changes_the_models(folder: Path) -> None:
    out = done(advise("run", "work.advise.json", "--format", "json", "--as-of", "2026-03-15")).out
    early = json.loads(out)
    late = json.loads(done(advise("run", "work.advise.json", "--format", "json")).out)
    assert (early["as_of"], late["as_of"]) == ("2026-03-15", "2026-11-23")
    assert (early["alternatives"][0]["model"], late["alternatives"][0]["model"]) == (
        "openai/gpt-4o",
        "openai/gpt-6.1-terra",
    )


# Explaining and comparing.


def test_explain_shows_every_rule_with_its_state_and_the_values_read(folder: Path, pack: Pack) -> None:
    text = done(advise("explain", "work.advise.json")).out
    assert all(rule.id in text for rule in pack.rules)
    assert {"fired", "not fired", "unknown"} <= {line[:9].strip() for line in text.splitlines()}
    assert "is 20,000" in text


def test_explain_json_has_every_rule_and_the_distance_to_its_threshold(folder: Path, pack: Pack) -> None:
    found = json.loads(done(advise("explain", "work.advise.json", "--json")).out)
    assert sorted(entry["rule"] for entry in found["rules"]) == sorted(rule.id for rule in pack.rules)
    assert {entry["state"] for entry in found["rules"]} == {"fired", "not_fired", "unknown"}
    tests = [part for entry in found["rules"] for part in comparisons_in(entry["condition"])]
    assert any(
        part["fact"] == "queries_per_day"
        and part["value"] == 20_000
        and part["distance"] == abs(part["constant"] - 20_000)
        for part in tests
    )


def comparisons_in(condition: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tests at the leaves of an explained condition."""
    if "fact" in condition:
        return [condition]
    parts = condition.get("all") or condition.get("any") or ([condition["not"]] if "not" in condition else [])
    return [test for part in parts for test in comparisons_in(part)]


def test_explain_of_one_rule_shows_only_that(folder: Path) -> None:
    found = json.loads(done(advise("explain", "work.advise.json", "--rule", "narrow-task", "--json")).out)
    assert [entry["rule"] for entry in found["rules"]] == ["narrow-task"]
    text = done(advise("explain", "work.advise.json", "--rule", "narrow-task")).out
    assert "narrow-task" in text
    assert "prompting-first" not in text


def test_why_not_names_the_gate_that_rules_a_strategy_out(folder: Path) -> None:
    found = json.loads(done(advise("explain", "work.advise.json", "--why-not", "rag", "--json")).out)
    assert [gate["rule"] for gate in found["gates"]] == ["no-knowledge-needed"]
    assert found["recommended"] is False
    text = done(advise("explain", "work.advise.json", "--why-not", "rag")).out
    assert "no-knowledge-needed" in text


def test_compare_sets_models_side_by_side_with_the_first_as_baseline() -> None:
    arguments = (
        "compare",
        "--set",
        "queries_per_day=1000",
        "--as-of",
        "2026-11-23",
        "--model",
        "gpt-4o",
        "--model",
        "gpt-4o-mini",
    )
    first, second = json.loads(done(advise(*arguments, "--json")).out)["models"]
    assert (first["resolved_id"], second["resolved_id"]) == ("openai/gpt-4o", "openai/gpt-4o-mini")
    assert first["saving_monthly_usd"] == 0
    assert second["saving_monthly_usd"] == pytest.approx(first["monthly_usd"] - second["monthly_usd"])
    table = done(advise(*arguments)).out
    assert "gpt-4o-mini" in table
    assert "2026-11-23" in table


def test_every_command_has_help() -> None:
    listing = done(advise("--help")).out
    for command in ("new", "run", "compare", "explain", "schema"):
        assert command in listing
        assert f"advise {command}" in done(advise(command, "--help")).out
    assert re.fullmatch(r"advise [0-9.]+\n", done(advise("--version")).out)


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        left = subprocess.run(
            [sys.executable, "-m", "advisor", "run", "work.advise.json", "-o", "-"],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
            check=False,
        )
    finally:
        os.close(writing)
    assert left.returncode == 0
    assert left.stderr == "Prices of 2026-11-23, from the answers file.\n"


def test_a_full_disk_under_standard_output_is_said_without_a_traceback(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        left = subprocess.run(
            [sys.executable, "-m", "advisor", "run", "work.advise.json", "-o", "-"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
            check=False,
        )
    assert left.returncode == 2
    assert "Traceback" not in left.stderr
    assert "No space left" in left.stderr


# The interview.


def lines_for(pack: Pack, **said: str) -> bytes:
    """Return what a person types: these answers, Enter for all other questions, with some to spare."""
    return "".join(said.get(name, "") + "\n" for name in pack.questionnaire.ids if name != "notes").encode()


def piped(*arguments: str, stdin: bytes) -> Outcome:
    """Run a command in a process of its own, through pipes."""
    process = subprocess.run(
        [sys.executable, "-m", "advisor", *arguments], input=stdin, capture_output=True, timeout=30, check=False
    )
    return Outcome(process.returncode, process.stdout.decode(), process.stderr.decode())


def after_words(outcome: Outcome) -> list[str]:
    """Return the command that a stopped interview names to go on with, without `advise`."""
    program, *arguments = shlex.split(outcome.err.strip().rpartition("go on with: ")[2])
    assert program == "advise"
    return arguments


def test_an_interview_through_a_pipe_writes_answers_and_document(folder: Path, pack: Pack) -> None:
    outcome = piped("new", "fresh", "--plain", stdin=lines_for(pack, project="My router", queries_per_day="20k") * 2)
    assert outcome.code == 0, outcome.err
    written = json.loads(Path("fresh.advise.json").read_text())
    assert (written["project"], written["queries_per_day"]) == ("My router", 20_000)
    assert date.fromisoformat(written["as_of"]) <= date.today()
    assert "My router" in Path("fresh.advise.md").read_text()
    assert "fresh.advise.json" in outcome.err
    assert "fresh.advise.md" in outcome.err
    before = snapshot(folder)
    done(advise("run", "fresh.advise.json"))
    assert snapshot(folder) == before


def test_an_interview_that_ends_early_leaves_a_draft_to_go_on_from(folder: Path, pack: Pack) -> None:
    stopped = piped("new", "fresh", "--plain", stdin=b"My router\nrouting\n")
    assert stopped.code == 130
    assert "Traceback" not in stopped.err
    draft = next(Path().glob(".*draft*"))
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert draft.name in stopped.err
    assert not Path("fresh.advise.json").exists()
    outcome = piped(*after_words(stopped), stdin=lines_for(pack))
    assert outcome.code == 0, outcome.err
    written = json.loads(Path("fresh.advise.json").read_text())
    assert (written["project"], written["task_type"]) == ("My router", "routing")
    assert not draft.exists()


@pytest.mark.parametrize("name", ["two words", "it's", "$HOME", "-dash", "deep/work"])
def test_the_command_to_go_on_with_works_as_it_is_printed(name: str, folder: Path, pack: Pack) -> None:
    Path("deep").mkdir()
    stopped = advise("new", "--plain", "--", name, stdin=b"My router\nq\n")
    assert stopped.code == 130
    done(advise(*after_words(stopped), stdin=lines_for(pack)))
    assert json.loads(Path(f"{name}.advise.json").read_text())["project"] == "My router"


def test_an_interview_without_a_file_is_named_after_the_project(folder: Path, pack: Pack) -> None:
    stopped = advise("new", "--plain", stdin=b"My Router, v2\nq\n")
    assert stopped.code == 130
    done(advise(*after_words(stopped), stdin=lines_for(pack)))
    assert {"my-router-v2.advise.json", "my-router-v2.advise.md"} < snapshot(folder).keys()


def test_an_interview_says_what_it_does_not_accept_and_asks_again(folder: Path, pack: Pack) -> None:
    outcome = advise("new", "fresh", "--plain", stdin=b"x\nclasification\n2\n?\nb\nb\n\n\nq\n")
    assert outcome.code == 130
    assert "clasification" in outcome.out
    assert "Accepted: classification, extraction" in outcome.out
    assert json.loads(next(Path().glob(".*draft*")).read_text())["task_type"] == "extraction"


def test_settings_are_not_asked_for(folder: Path, pack: Pack) -> None:
    outcome = done(advise("new", "fresh", "--plain", "--set", "queries_per_day=5k", stdin=lines_for(pack)))
    assert "\nqueries_per_day:" not in outcome.out
    assert json.loads(Path("fresh.advise.json").read_text())["queries_per_day"] == 5000


def test_defaults_ask_nothing_and_leave_out_what_is_not_set(folder: Path) -> None:
    outcome = done(advise("new", "fresh", "--defaults", "--set", "queries_per_day=5k"))
    assert outcome.out == ""
    written = json.loads(Path("fresh.advise.json").read_text())
    assert list(written) == ["$schema", "version", "as_of", "queries_per_day"]


@pytest.mark.parametrize("arguments", [("new", "fresh"), ("new",), ()], ids=["new FILE", "new", "advise"])
def test_without_a_terminal_the_missing_keys_and_both_ways_out_are_named(
    arguments: tuple[str, ...], folder: Path, pack: Pack
) -> None:
    before = snapshot(folder)
    outcome = advise(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert all(name in outcome.err for name in pack.questionnaire.ids if name != "notes")
    assert "--plain" in outcome.err
    assert "--defaults" in outcome.err
    assert "--set" in outcome.err
    assert snapshot(folder) == before


def test_without_a_terminal_what_is_set_is_not_missing(folder: Path) -> None:
    missing = advise("new", "fresh", "--set", "task_breadth=narrow").err
    assert "task_breadth" not in missing
    assert "task_type" in missing


@pytest.mark.parametrize("way", [("--defaults",), ("--plain",)], ids=" ".join)
@pytest.mark.parametrize("there", ["fresh.advise.json", "fresh.advise.md"])
def test_new_overwrites_nothing(there: str, way: tuple[str, ...], folder: Path, pack: Pack) -> None:
    Path(there).write_text("{}")
    before = snapshot(folder)
    outcome = advise("new", "fresh", *way, stdin=lines_for(pack))
    assert outcome.code == 2
    assert f"{there}: exists already" in outcome.err
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("arguments", "said", "taken"),
    [
        pytest.param(("new", "fresh", "--plain"), {"current_model": "gpt-4oo"}, None, id="unknown model"),
        pytest.param(("new", "--plain"), {}, "my-router.advise.json", id="name taken"),
        pytest.param(("new", "nowhere/fresh", "--plain"), {}, None, id="no such folder"),
        pytest.param(("new", "fresh", "--plain"), {"considering": "\udcff"}, None, id="not UTF-8"),
    ],
)
def test_what_was_typed_is_never_lost(
    arguments: tuple[str, ...], said: dict[str, str], taken: str | None, folder: Path, pack: Pack
) -> None:
    """Either the fault is met before the first question, or the answers end up in a file."""
    if taken:
        Path(taken).write_text("{}")
    lines = {**said, "project": "My router"}
    stdin = "".join(lines.get(name, "") + "\n" for name in pack.questionnaire.ids if name != "notes")
    outcome = advise(*arguments, stdin=stdin.encode(errors="surrogateescape") + b"\n" * 5)
    kept = any(b"My router" in content for content, _ in snapshot(folder).values())
    assert kept or "project:" not in outcome.out, outcome.err


def test_a_second_start_does_not_throw_the_draft_away(folder: Path) -> None:
    advise("new", "fresh", "--plain", stdin=b"My router\nrouting\n")
    outcome = advise("new", "fresh", "--plain", stdin=b"")
    assert "--resume" in outcome.err
    assert any(b"My router" in content for content, _ in snapshot(folder).values())


def test_an_interrupted_interview_leaves_a_draft(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["My router"])

    def read() -> str:
        for line in typed:
            return line
        raise KeyboardInterrupt

    monkeypatch.setattr("advisor.asking.read_line", read)
    outcome = advise("new", "fresh", "--plain")
    assert outcome.code == 130
    assert after_words(outcome) == ["new", "fresh.advise.json", "--plain", "--resume"]
    assert "My router" in next(Path().glob(".*draft*")).read_text()


def test_the_check_page_of_the_lines_changes_an_answer_by_number(folder: Path) -> None:
    outcome = done(advise("new", "fresh", "--plain", "--ask", "project", stdin=b"My router\n2\nqa\n99\nw\n"))
    assert "  1. project: My router (answered now)\n" in outcome.out
    assert "task_type: not answered; costs assume other\n" in outcome.out
    assert "upfront_budget: not answered\n" in outcome.out
    assert "w: Write fresh.advise.json and .md." in outcome.out
    assert "! '99' is neither a number" in outcome.out
    assert json.loads(Path("fresh.advise.json").read_text())["task_type"] == "qa"


def test_what_is_hidden_by_a_change_is_kept_and_listed(folder: Path) -> None:
    settings = ("--set", "knowledge_needed=changing", "--set", "knowledge_tokens=2M")
    outcome = done(advise("new", "fresh", "--plain", *settings, "--ask", "knowledge_needed", stdin=b"none\nw\n"))
    assert "Kept, but not counted" in outcome.out
    assert "  knowledge_tokens: 2,000,000\n" in outcome.out
    assert json.loads(Path("fresh.advise.json").read_text())["knowledge_tokens"] == 2_000_000


@pytest.mark.parametrize(("stdin", "code"), [(b"2\nqa\n", 0), (b"", 130)], ids=["answered", "nothing"])
def test_the_end_of_a_pipe_at_the_check_page_writes_what_was_answered(stdin: bytes, code: int, folder: Path) -> None:
    assert advise("edit", "work.advise.json", "--plain", stdin=stdin).code == code
    assert Path("work.advise.md").exists() == (code == 0)


def test_edit_changes_what_is_set_and_leaves_the_rest_as_it_is(folder: Path) -> None:
    write("work.advise.json", **{"$schema": "docs/answers.json", "notes": {"task_type": "by mail"}})
    before = json.loads(Path("work.advise.json").read_text())
    outcome = done(advise("edit", "work.advise.json", "--defaults", "--set", "queries_per_day=5k"))
    assert "Wrote work.advise.json and work.advise.md." in outcome.err
    assert json.loads(Path("work.advise.json").read_text()) == {**before, "version": "1", "queries_per_day": 5000}
    kept = snapshot(folder)
    done(advise("run", "work.advise.json"))
    assert snapshot(folder) == kept


def test_an_edit_that_stops_leaves_the_file_alone_and_goes_on_from_its_draft(folder: Path) -> None:
    before = Path("work.advise.json").read_bytes()
    stopped = advise("edit", "work.advise.json", "--plain", stdin=b"3\nbroad\nq\n")
    assert stopped.code == 130
    assert after_words(stopped) == ["edit", "work.advise.json", "--plain", "--resume"]
    assert Path("work.advise.json").read_bytes() == before
    outcome = done(advise(*after_words(stopped), stdin=b"w\n"))
    assert "task_breadth: broad (draft)" in outcome.out
    assert "task_type: routing (answers file)" in outcome.out
    assert json.loads(Path("work.advise.json").read_text())["task_breadth"] == "broad"


def test_what_the_file_says_by_now_stands_under_the_draft_of_an_edit(folder: Path) -> None:
    write("work.advise.json", notes={"task_type": "by mail"})
    stopped = advise("edit", "work.advise.json", "--plain", stdin=b"3\nbroad\n2\nnot sure\nq\n")
    answers = json.loads(Path("work.advise.json").read_text())
    later = {**answers, "task_breadth": "moderate", "deadline_weeks": 9, "notes": {"task_type": "by phone"}}
    Path("work.advise.json").write_text(json.dumps({**later, "task_type": "qa"}))
    outcome = done(advise(*after_words(stopped), stdin=b"w\n"))
    assert "work.advise.json has changed since the draft was begun; the draft is laid over" in outcome.err
    assert "task_breadth: broad (draft)" in outcome.out
    assert "deadline_weeks: 9 (answers file)" in outcome.out
    del later["task_type"]
    assert json.loads(Path("work.advise.json").read_text()) == {**later, "version": "1", "task_breadth": "broad"}


def test_an_edit_does_not_write_over_a_file_that_changed_meanwhile(folder: Path) -> None:
    settings = ("--set", "task_breadth=broad")
    call = ["edit", "work.advise.json", "--plain", *settings]
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", *call], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    while b"check:" not in process.stdout.readline():
        pass
    changed = {**json.loads(Path("work.advise.json").read_text()), "deadline_weeks": 9}
    Path("work.advise.json").write_text(json.dumps(changed))
    process.stdin.write(b"w\n")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"work.advise.json: has changed since it was read; nothing was written over it." in said
    assert json.loads(Path("work.advise.json").read_text()) == changed
    done(advise("edit", "work.advise.json", "--plain", "--resume", stdin=b"w\n"))
    assert json.loads(Path("work.advise.json").read_text()) == {**changed, "version": "1", "task_breadth": "broad"}


def test_looking_at_the_answers_and_leaving_leaves_no_draft_behind(folder: Path) -> None:
    before = snapshot(folder)
    stopped = advise("edit", "work.advise.json", "--plain", stdin=b"3\n?\nb\nq\n")
    assert stopped.code == 130
    assert "Nothing was changed" in stopped.err
    assert snapshot(folder) == before


def test_edit_needs_a_file(folder: Path) -> None:
    outcome = advise("edit", "nothing", "--plain")
    assert outcome.code == 2
    assert "nothing.advise.json: no such file" in outcome.err


@pytest.mark.parametrize(
    ("asks", "said"),
    [(("task_tpye",), "Did you mean 'task_type'?"), (("gpus",), "is not asked, given the other answers")],
)
def test_ask_names_questions_that_can_be_asked(asks: tuple[str, ...], said: str, folder: Path) -> None:
    options = [word for name in asks for word in ("--ask", name)]
    outcome = advise("new", "fresh", "--plain", "--set", "privacy=none", *options)
    assert outcome.code == 2
    assert said in outcome.err


def test_ask_with_defaults_asks_that_and_nothing_else(folder: Path) -> None:
    outcome = done(advise("new", "fresh", "--plain", "--defaults", "--ask", "task_type", stdin=b"qa\n"))
    assert outcome.out.count("]") == 1
    assert "check:" not in outcome.out
    assert json.loads(Path("fresh.advise.json").read_text())["task_type"] == "qa"


def test_the_quick_way_by_lines_asks_at_most_eight(folder: Path) -> None:
    outcome = done(advise("new", "fresh", "--plain", "--quick", stdin=b"qa\nnone\n" + b"\n" * 7))
    assert outcome.out.count("of at most 8]") == 8
    assert "queries_per_day:\n" in outcome.out
    assert json.loads(Path("fresh.advise.json").read_text())["knowledge_needed"] == "none"


def test_the_lines_ask_the_rest_from_the_check_page(folder: Path, pack: Pack) -> None:
    outcome = done(advise("new", "fresh", "--plain", "--ask", "task_type", stdin=b"qa\na\n" + b"\n" * 60))
    assert "a: answer the" in outcome.out
    assert outcome.out.count("deadline_weeks:\n") == 1


def test_what_follows_an_interview_is_named_with_a_chart_of_costs(folder: Path) -> None:
    outcome = done(advise("new", "fresh", "--defaults", "--set", "queries_per_day=5k"))
    lines = outcome.err.splitlines()
    assert lines[0] == "Wrote fresh.advise.json and fresh.advise.md."
    assert lines[1].startswith("Recommendation: ")
    chart = lines[lines.index("Cost over 12 months, build included, USD:") + 1 :][:4]
    assert [line.split("  ")[0] for line in chart][:2] == ["Prompt engineering", "RAG *"]
    assert " * ruled out as things stand" in lines
    assert all("█" in line for line in chart)
    commands = [line.strip() for line in lines if line.startswith("  advise ")]
    assert [command.split()[1] for command in commands] == ["edit", "explain", "run"]
    for command in commands[1:]:
        done(advise(*shlex.split(command)[1:]))
