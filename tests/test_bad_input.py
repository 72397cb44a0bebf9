"""Bad input: exit 2, one clear message with the place and what is accepted, no traceback, nothing written."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import Outcome, advise, snapshot

OLD_DOCUMENT = b"An older document.\n"
GOOD = '{"as_of": "2026-11-23", "queries_per_day": 300}'
PYTHON_WORDS = re.compile(r"Traceback|File \"|\bNone\b|\bDecimal\b|<class|Error:|\b(?:Value|Type)Error\b")


@dataclass(frozen=True)
class Bad:
    """The text of an answers file, where its fault lies (`line`, `key`) and what the message has to say."""

    name: str
    text: str | bytes
    line: int | None
    key: str | None
    says: tuple[str, ...]
    unsaid: str | None = None


def member(key: str, value: str) -> str:
    """Return an answers file with one member on its third line."""
    return f'{{\n  "project": "Harmless",\n  "{key}": {value}\n}}\n'


def number(name: str, value: str, *says: str) -> Bad:
    return Bad(name, member("queries_per_day", value), 3, "queries_per_day", says)


BOUNDS = "from 0 to 1,000,000,000"
BAD_FILES = [
    Bad("broken JSON", '{\n  "project": "x",\n  "queries_per_day": \n}\n', 4, None, ("not valid JSON",)),
    Bad("text after the end", GOOD + "\nx", 2, None, ("not valid JSON",)),
    Bad("comma after the last member", '{\n"project": "x",\n}', 3, None, ("not valid JSON",)),
    Bad("single quotes", "{'project': 'x'}", 1, None, ("not valid JSON", "double quotes")),
    Bad("never closed", '{"project": "x"', 1, None, ("not valid JSON",)),
    Bad("unknown key", member("queries_per_dya", "5"), 3, "queries_per_dya", ("Did you mean 'queries_per_day'?",)),
    Bad("unknown key unlike any other", member("zzzz", "5"), 3, "zzzz", ("unknown key", "Accepted:")),
    Bad("duplicate key", '{\n "queries_per_day": 5,\n "queries_per_day": 6}', 3, "queries_per_day", ("twice",)),
    Bad("duplicate key, escaped", '{\n "project": "a",\n "proj\\u0065ct": "b"}', 3, "project", ("twice",)),
    number("text for a number", '"many"', "many", BOUNDS),
    number("true for a number", "true", "true", BOUNDS),
    number("null for a number", "null", "null", BOUNDS),
    number("object for a number", '{"low": 1}', BOUNDS),
    number("negative", "-5", "-5", BOUNDS),
    number("1e30", "1e30", BOUNDS),
    number("exponent out of reach", "1e9999999", BOUNDS),
    number("exponent that no Decimal has", "1e999999999999999999999", "Accepted:"),
    number("negative exponent that no Decimal has", "1e-999999999999999999999", "Accepted:"),
    number("5,000 digits", "1" + "0" * 5000, "digits", "Accepted:"),
    number("NaN", "NaN", "NaN", "Accepted:"),
    number("Infinity", "Infinity", "Infinity", "Accepted:"),
    number("-Infinity", "-Infinity", "-Infinity", "Accepted:"),
    number("NaN in a range", "[1, NaN]", "NaN", "Accepted:"),
    number("range upside down", "[500, 200]", "upside down", "low ≤ high"),
    number("list of three", "[1, 2, 3]", "range [low, high]"),
    number("list of one", "[1]", "range [low, high]"),
    number("empty list", "[]", "range [low, high]"),
    number("range of texts", '["1", "2"]', "range [low, high]"),
    number("range out of bounds", "[1, 1e12]", BOUNDS),
    Bad("part of a month", member("horizon_months", "1.5"), 3, "horizon_months", ("whole number", "from 1 to 60")),
    Bad("number for a text", member("notes", '{"gpus": 3}'), 3, "notes.gpus", ("4000",)),
    Bad("note on no question", member("notes", '{"gpuss": "x"}'), 3, "notes.gpuss", ("Did you mean 'gpus'?",)),
    Bad("notes that are a list", member("notes", "[]"), 3, "notes", ("object", "Accepted:")),
    Bad("4,001 characters", member("notes", f'{{"gpus": "{"x" * 4001}"}}'), 3, "notes.gpus", ("at most 4000",)),
    Bad("text for yes or no", member("citations_required", '"yes"'), 3, "citations_required", ("true, false",)),
    Bad("1 for yes or no", member("citations_required", "1"), 3, "citations_required", ("true, false",)),
    Bad(
        "unknown choice",
        member("task_type", '"clasification"'),
        3,
        "task_type",
        ("Did you mean 'classification'?", "extraction"),
    ),
    Bad("true for a choice", member("privacy", "true"), 3, "privacy", ("none, regulated, on_premises",)),
    Bad(
        "unknown model",
        member("current_model", '"gpt-4oo"'),
        3,
        "current_model",
        ("gpt-4oo", "Did you mean 'gpt-4o'?", "Accepted:"),
    ),
    Bad(
        "unknown tuned model",
        member("tuned_model", '"ft:gpt-4o-mimi"'),
        3,
        "tuned_model",
        ("Did you mean 'ft:gpt-4o-mini'?", "Accepted:"),
    ),
    Bad("number for a model", member("current_model", "4"), 3, "current_model", ("model id", "gpt-4o")),
    Bad(
        "unknown strategy",
        member("considering", '["rag", "finetuning"]'),
        3,
        "considering",
        ("Did you mean 'fine_tuning'?", "prompt_engineering, rag, fine_tuning, rag_and_fine_tuning"),
    ),
    Bad("strategy outside a list", member("considering", '"rag"'), 3, "considering", ("a list of",), "mean 'rag'"),
    Bad("strategy twice", member("considering", '["rag", "rag"]'), 3, "considering", ("a list of",)),
    Bad("unknown provider", member("tuning_access", '["openia"]'), 3, "tuning_access", ("Did you mean 'openai'?",)),
    Bad("day in words", member("as_of", '"yesterday"'), 3, "as_of", ("YYYY-MM-DD",)),
    Bad("no such day", member("as_of", '"2026-02-30"'), 3, "as_of", ("YYYY-MM-DD",)),
    Bad("day of a week", member("as_of", '"2026-W47-1"'), 3, "as_of", ("YYYY-MM-DD",)),
    Bad("day with blanks", member("as_of", '"20261123  "'), 3, "as_of", ("YYYY-MM-DD",)),
    Bad("day as a number", member("as_of", "20261123"), 3, "as_of", ("YYYY-MM-DD",)),
    Bad("unknown version", member("version", '"2"'), 3, "version", ('"1"',)),
    Bad("no version", member("version", "null"), 3, "version", ('"1"', "null")),
    Bad("number for the schema", member("$schema", "7"), 3, "$schema", ("Accepted:",)),
    Bad("empty file", "", None, None, ("empty",)),
    Bad("blank file", " \n\n", None, None, ("empty",)),
    Bad("top-level list", '[{"queries_per_day": 5}]', 1, None, ("object",)),
    Bad("top-level null", "null", 1, None, ("object",)),
    Bad("not UTF-8", b'{\n"project": "caf\xe9"}', 2, None, ("UTF-8",)),
    Bad("UTF-16", GOOD.encode("utf-16"), None, None, ("UTF-8",)),
    Bad("NUL byte", b'{\n"project": "a\0b"}', 2, None, ("not valid JSON",)),
    Bad("NUL bytes around", b"\0\0\0", 1, None, ("not valid JSON",)),
    Bad(
        "half a surrogate pair",
        member("project", '"\\ud83d"')
        .replace('"Harmless"', '"x"', 1)
        .replace('"project": "x",', '"as_of": "2026-11-23",'),
        3,
        "project",
        ("surrogate",),
    ),
    Bad("half a pair in a key", '{\n"\\udc00": 1}', 2, None, ("surrogate",)),
    Bad("100,000 lists deep", "[" * 100_000, 1, None, ("deep", "at most")),
    Bad("100,000 objects deep", '{"a":' * 100_000, 1, "a", ("deep", "at most")),
    Bad(
        "an answer 100,000 deep",
        member("queries_per_day", "[" * 100_000 + "]" * 100_000),
        3,
        "queries_per_day",
        ("deep", "at most"),
    ),
    Bad("5 MB", member("project", '"' + "x" * 5_000_000 + '"'), None, None, ("too large", "at most")),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with a good answers file and an older document beside the names that are used."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.advise.json").write_text(GOOD)
    for name in ("good", "bad"):
        (tmp_path / f"{name}.advise.md").write_bytes(OLD_DOCUMENT)
    return tmp_path


def assert_refused(outcome: Outcome, *says: str, problems: int = 1) -> None:
    """Assert exit code 2 and a message of our own that says all this, one line a problem."""
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    assert len(lines) == problems
    assert all(line.startswith("error: ") for line in lines), outcome.err
    assert not PYTHON_WORDS.search(outcome.err), outcome.err
    assert all(len(line) < 1100 and line.isprintable() for line in lines), outcome.err
    for words in says:
        assert words in outcome.err


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.name)
def test_a_bad_answers_file_is_refused_with_its_place_and_what_is_accepted(bad: Bad, folder: Path) -> None:
    file = folder / "bad.advise.json"
    file.write_bytes(bad.text if isinstance(bad.text, bytes) else bad.text.encode())
    before = snapshot(folder)
    outcome = advise("run", "bad.advise.json")
    assert_refused(outcome, *bad.says)
    line = "(?::[0-9]+){0,2}" if bad.line is None else f":{bad.line}(?::[0-9]+)?"
    key = "" if bad.key is None else rf":{re.escape(bad.key)}(?:\.[0-9]+)*"
    assert re.match(rf"error: bad\.advise\.json{line}{key}: ", outcome.err), outcome.err
    assert bad.unsaid is None or bad.unsaid not in outcome.err
    assert snapshot(folder) == before


def test_all_problems_of_all_files_are_named_at_once(folder: Path) -> None:
    Path("bad.advise.json").write_text('{\n"queries_per_day": -1,\n"gpus": "two",\n"current_model": "gpt-4o"}')
    Path("worse.advise.json").write_text("[")
    before = snapshot(folder)
    outcome = advise("run", "good.advise.json", "bad.advise.json", "worse.advise.json", "missing.json")
    assert_refused(outcome, "bad.advise.json:2", "bad.advise.json:3", "worse.advise.json:1", "missing.json", problems=4)
    assert snapshot(folder) == before


def test_all_unknown_models_are_named_at_once(folder: Path) -> None:
    Path("bad.advise.json").write_text('{\n"current_model": "gpt-4oo",\n"small_model": "gpt-4o-minni"}')
    assert_refused(advise("run", "bad.advise.json"), "current_model", "small_model", problems=2)


@pytest.mark.parametrize("stdin", [b"", b"\n", b"[", b'{"gpus": NaN}', b"\xff"], ids=repr)
def test_bad_answers_on_standard_input_are_refused(stdin: bytes, folder: Path) -> None:
    before = snapshot(folder)
    for command in ("run", "explain"):
        assert_refused(advise(command, "-", stdin=stdin), "standard input")
    assert_refused(advise("compare", "-", "--model", "gpt-4o", stdin=stdin), "standard input")
    assert snapshot(folder) == before


def test_a_closed_standard_input_is_refused(folder: Path) -> None:
    assert_refused(advise("run", "-", stdin=None), "standard input")
    assert_refused(advise("new", "fresh", stdin=None), "terminal")


RUN = ("run", "good.advise.json")
EXPLAIN = ("explain", "good.advise.json")
MODELS = ("compare", "good.advise.json")
BAD_ARGUMENTS: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("missing file", ("run", "missing.advise.json"), ("missing.advise.json: no such file",)),
    ("missing file, explain", ("explain", "missing.advise.json"), ("missing.advise.json: no such file",)),
    ("missing file, compare", ("compare", "missing.advise.json", "--model", "gpt-4o"), ("missing.advise.json",)),
    ("folder that is missing", ("run", "nowhere/x.advise.json"), ("nowhere/x.advise.json: no such file",)),
    ("file for a folder", ("run", "good.advise.json/x.json"), ("good.advise.json/x.json",)),
    ("directory", ("run", "folder"), ("folder: is a directory",)),
    ("this directory", ("run", "."), ("directory",)),
    ("the directory above", ("run", ".."), ("directory",)),
    ("root directory", ("run", "/"), ("directory",)),
    ("no name", ("run", ""), ()),
    ("NUL in a name", ("run", "a\0b"), ()),
    ("name that is too long", ("run", "x" * 5000), ()),
    ("FIFO", ("run", "fifo"), ("fifo: is not a regular file", "Accepted:")),
    ("FIFO as document", (*RUN, "-o", "fifo"), ("fifo: is not a regular file",)),
    ("device as document", (*RUN, "-o", "/dev/null"), ("/dev/null: is not a regular file",)),
    ("symlink loop", ("run", "loop"), ("loop: cannot be read",)),
    ("output folder is missing", (*RUN, "-o", "nowhere/x.md"), ("nowhere/x.md: cannot be written", "Nothing was")),
    ("output folder is a file", (*RUN, "-o", "good.advise.md/x.md"), ("good.advise.md/x.md: cannot be written",)),
    ("output folder takes no files", (*RUN, "-o", "/proc/x.md"), ("/proc/x.md: cannot be written",)),
    (
        "document where a folder is",
        ("run", "good.advise.json", "-o", "folder/../folder/inner"),
        ("inner/good.advise.md: is not a regular file",),
    ),
    ("several files, one document", ("run", "good.advise.json", "other.json", "-o", "x.md"), ("x.md", "a folder", "-")),
    ("--set without =", (*RUN, "--set", "gpus"), ("--set: 'gpus' is not KEY=VALUE",)),
    ("--set with nothing", (*RUN, "--set", ""), ("--set", "KEY=VALUE")),
    ("--set with no key", (*RUN, "--set", "=5"), ("--set",)),
    ("--set of an unknown key", (*RUN, "--set", "queris_per_day=5"), ("--set", "Did you mean 'queries_per_day'?")),
    ("--set of a strange key", (*RUN, "--set", "zzzz=5"), ("--set", "zzzz", "schema answers")),
    ("--set of notes", (*RUN, "--set", "notes=x"), ("--set", "notes")),
    ("--set of a word for a number", (*RUN, "--set", "gpus=two"), ("--set:gpus: 'two'", "from 1")),
    ("--set of a negative number", (*RUN, "--set", "gpus=-2"), ("--set:gpus", "-2", "from 1")),
    ("--set of 1e99", (*RUN, "--set", "queries_per_day=1e99"), ("--set:queries_per_day", BOUNDS)),
    ("--set of 5,000 digits", (*RUN, "--set", "queries_per_day=" + "9" * 5000), ("--set:queries_per_day", BOUNDS)),
    ("--set of NaN", (*RUN, "--set", "queries_per_day=nan"), ("--set:queries_per_day", BOUNDS)),
    ("--set of inf", (*RUN, "--set", "queries_per_day=inf"), ("--set:queries_per_day", BOUNDS)),
    ("--set upside down", (*RUN, "--set", "gpus=5..2"), ("--set:gpus", "upside down")),
    ("--set of three ends", (*RUN, "--set", "gpus=1..2..3"), ("--set:gpus", "range [low, high]")),
    ("--set of half a character", (*RUN, "--set", "project=a\udcffb"), ("--set:project",)),
    (
        "--set of an unknown model",
        (*RUN, "--set", "current_model=gpt-4oo"),
        ("--set:current_model", "Did you mean 'gpt-4o'?"),
    ),
    ("--as-of no day", (*RUN, "--as-of", "2026-13-01"), ("--as-of: '2026-13-01'", "YYYY-MM-DD")),
    ("--as-of a week", (*RUN, "--as-of", "2026-W47-1"), ("--as-of", "YYYY-MM-DD")),
    ("--as-of nothing", (*RUN, "--as-of", ""), ("--as-of", "YYYY-MM-DD")),
    ("--as-of another age", (*RUN, "--as-of", "1926-01-01"), ("--as-of", "from 2000 to 2100")),
    ("--rules is missing", (*RUN, "--rules", "nowhere"), ("nowhere: no such folder", "Accepted:")),
    ("--rules without rules", (*RUN, "--rules", "folder"), ("folder: the folder holds no YAML file",)),
    ("--prices is missing", (*RUN, "--prices", "nowhere.yaml"), ("nowhere.yaml: no such file",)),
    ("--prices is a folder", (*RUN, "--prices", "folder"), ("folder: is a directory",)),
    ("--prices is no list of rows", (*RUN, "--prices", "good.advise.md"), ("good.advise.md",)),
    ("unknown rule", (*EXPLAIN, "--rule", "prompting-frist"), ("Did you mean 'prompting-first'?",)),
    ("strange rule", (*EXPLAIN, "--rule", "zzzz"), ("--rule", "zzzz", "Accepted:")),
    (
        "unknown strategy",
        (*EXPLAIN, "--why-not", "finetuning"),
        ("--why-not", "Did you mean 'fine_tuning'?", "prompt_engineering, rag, fine_tuning, rag_and_fine_tuning"),
    ),
    ("compare without --model", MODELS, ("--model: no model is named", "Accepted:")),
    (
        "compare an unknown model",
        (*MODELS, "--model", "gpt-4o", "--model", "gpt-4oo"),
        ("--model", "gpt-4oo", "Did you mean 'gpt-4o'?"),
    ),
    ("compare nothing", (*MODELS, "--model", ""), ("--model", "Accepted:")),
    ("new over an answers file", ("new", "good", "--defaults"), ("good.advise.json: exists already", "Accepted:")),
    ("new over a folder", ("new", "folder.json", "--defaults"), ("folder.json", "exists")),
    ("new in a folder that is missing", ("new", "nowhere/x", "--defaults"), ("nowhere", "cannot be written")),
    ("new without a name", ("new", "", "--defaults"), ()),
    ("new on this folder", ("new", ".", "--defaults"), ()),
    ("new with half a character", ("new", "fresh", "--defaults", "--set", "project=a\udcffb"), ("--set:project",)),
    (
        "new with an unknown model",
        ("new", "fresh", "--defaults", "--set", "current_model=gpt-4oo"),
        ("--set:current_model", "Did you mean 'gpt-4o'?"),
    ),
    ("new without a draft", ("new", "fresh", "--plain", "--resume"), ("no draft",)),
]


@pytest.mark.parametrize(("arguments", "says"), [pytest.param(*rest, id=name) for name, *rest in BAD_ARGUMENTS])
def test_bad_arguments_are_refused(arguments: tuple[str, ...], says: tuple[str, ...], folder: Path) -> None:
    os.mkfifo("fifo")
    Path("loop").symlink_to("loop")
    Path("folder/inner/good.advise.md").mkdir(parents=True)
    Path("folder.json").mkdir()
    Path("other.json").write_text(GOOD)
    before = snapshot(folder)
    assert_refused(advise(*arguments, seconds=10), *says)
    assert snapshot(folder) == before


USAGE: list[tuple[tuple[str, ...], str]] = [
    (("run",), "FILE"),
    (("explain",), "FILE"),
    (("explain", "good.advise.json", "good.advise.json"), "good.advise.json"),
    (("run", "good.advise.json", "--format", "xml"), "--format"),
    (("run", "good.advise.json", "--frob"), "--frob"),
    (("run", "good.advise.json", "--set"), "--set"),
    (("schema", "questions"), "answers"),
    (("frob",), "frob"),
]


@pytest.mark.parametrize(("arguments", "says"), USAGE, ids=lambda value: value if isinstance(value, str) else None)
def test_wrong_usage_is_refused(arguments: tuple[str, ...], says: str, folder: Path) -> None:
    before = snapshot(folder)
    outcome = advise(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert says in outcome.err
    assert "Traceback" not in outcome.err
    assert snapshot(folder) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_what_may_not_be_read_or_written_is_refused(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir()
    (closed / "x.advise.json").write_text(GOOD)
    (closed / "x.advise.json").chmod(0)
    assert_refused(advise("run", "closed/x.advise.json"), "closed/x.advise.json: cannot be read")
    closed.chmod(0o555)
    assert_refused(advise("run", "good.advise.json", "-o", "closed"), "closed/good.advise.md: cannot be written")
    closed.chmod(0o755)


def test_a_long_list_is_refused_without_delay(folder: Path) -> None:
    Path("bad.advise.json").write_text(member("queries_per_day", "[" + "0," * 150_000 + "0]"))
    assert_refused(advise("run", "bad.advise.json", seconds=5), "queries_per_day", "range [low, high]")


@pytest.mark.parametrize("exponent", ["-999999999", "-9999"])
def test_a_number_with_an_absurd_exponent_is_answered_at_once(exponent: str, folder: Path) -> None:
    """In a process of its own: formatting such a number would neither end nor hear a signal."""
    Path("bad.advise.json").write_text(member("queries_per_day", f"1e{exponent}"))
    before = snapshot(folder)

    def little_memory() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    done = subprocess.run(
        [sys.executable, "-m", "advisor", "run", "bad.advise.json"],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
        preexec_fn=little_memory,
    )
    assert_refused(Outcome(done.returncode, done.stdout, done.stderr), "queries_per_day", "Accepted:")
    assert snapshot(folder) == before
