"""Configuration: where it is found, what counts most, and what is said of a bad one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
from command_line import Outcome, advise
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from advisor.check.findings import FAIL_ON
from advisor.cli import app
from advisor.cli.writing import ChartChoice, Format
from advisor.config import CHARTS, FORMATS, KEYS, NAME, SHARED_NAME, VARIABLES, Config
from advisor.config_search import Search, nearest
from advisor.errors import InputError

ROOT = Path(__file__).resolve().parent.parent
ANSWERS: dict[str, Any] = {
    "as_of": "2026-11-23",
    "project": "Ticket router",
    "task_type": "routing",
    "queries_per_day": 20_000,
    "knowledge_needed": "none",
}
RULE = (
    "rules:\n  - id: house-rule\n    title: The house wants retrieval\n    when: {fact: task_type, eq: routing}\n"
    "    points: {rag: 8}\n    because: Because of the house.\n    source: {title: House, date: 2026-11-01}\n"
    "    tests: {fires: [{task_type: routing}], not_fires: [{task_type: summarisation}]}\n"
)
PRICE = (
    "rows:\n  - id: own/output\n    provider: openai\n    model: openai/gpt-6.1-terra\n"
    "    kind: output\n    price: 99\n    unit: 1M tokens\n"
    "    source_title: Contract\n    source_url: https://c.example\n    verified_at: 2026-11-01\n"
    "    confidence: A\n"
)


def done(outcome: Outcome, code: int = 0) -> Outcome:
    assert outcome.code == code, outcome
    assert "Traceback" not in outcome.err
    return outcome


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def pack(folder: str) -> None:
    put(f"{folder}/pack.yaml", f"name: {Path(folder).name}\nversion: '1'\n")
    put(f"{folder}/rules.yaml", RULE)


def answers(path: str = "docs/work.advise.json") -> None:
    put(path, json.dumps(ANSWERS))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, the top of a repository, with an answers file in `docs`, own rules and own prices."""
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    Path(".git").mkdir()
    answers()
    pack("house")
    put("own.yaml", PRICE)
    return tmp_path


def packs_of(path: str = "docs/work.advise.json", *options: str) -> str:
    """Return the name of the pack that a run stands on."""
    found = json.loads(done(advise(*options, "run", path, "--format", "json")).out)
    return str(found["provenance"]["pack"])


# Where it is found.


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"advise.toml": ""}, "advise.toml"),
        ({"docs/advise.toml": "", "advise.toml": ""}, "docs/advise.toml"),
        ({"pyproject.toml": "[tool.advise]\n"}, "pyproject.toml"),
        ({"pyproject.toml": "[tool.advise]\n", "advise.toml": ""}, "advise.toml"),
        ({"pyproject.toml": "[project.scripts]\nadvise = 'x:y'\n", "../advise.toml": ""}, None),
        ({"docs/pyproject.toml": "[project]\nname = 'x'\n", "advise.toml": ""}, "advise.toml"),
        ({"docs/pyproject.toml": "broken = \n", "advise.toml": ""}, "advise.toml"),
        ({"pyproject.toml": "[tool]\nadvise.chart = 'svg'\n"}, "pyproject.toml"),
        ({"pyproject.toml": '["tool" . "advise"]\n'}, "pyproject.toml"),
        ({"../advise.toml": ""}, None),
        ({"docs/advise.toml/keep": "", "advise.toml": ""}, "advise.toml"),
    ],
    ids=str,
)
def test_the_nearest_file_counts_up_to_the_top_of_the_repository(
    files: dict[str, str], expected: str | None, tmp_path: Path
) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "docs").mkdir()
    for name, text in files.items():
        path = tmp_path / "repository" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = nearest(tmp_path / "repository" / "docs")
    assert found == (None if expected is None else tmp_path / "repository" / expected)


def test_the_top_of_a_work_tree_has_a_file_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "advise.toml").write_text("")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / ".git").write_text("gitdir: elsewhere\n")
    assert nearest(tmp_path / "tree") is None


def test_the_same_file_gives_the_same_bytes_from_any_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("docs/advise.toml", 'rules = "../house"\nprices = "../own.yaml"\n')
    put("elsewhere/advise.toml", 'rules = "nowhere"\n')
    made = []
    for place, path in ((".", "docs/work.advise.json"), ("docs", "work.advise.json"), ("elsewhere", None)):
        monkeypatch.chdir(folder / place)
        done(advise("run", path or folder / "docs" / "work.advise.json"))
        made.append((folder / "docs" / "work.advise.md").read_bytes())
        done(advise("check", path or folder / "docs" / "work.advise.json"))
    assert len(set(made)) == 1
    assert b"+ house" in made[0]
    assert b"own/output" in made[0]


def test_each_of_several_files_has_its_own(folder: Path) -> None:
    answers("other/work.advise.json")
    put("docs/advise.toml", 'rules = "../house"\n[check]\nfail-on = "flipped"\n')
    put("other/advise.toml", "")
    found = done(advise("run", "docs/work.advise.json", "other/work.advise.json", "--format", "json")).out
    assert [json.loads(line)["provenance"]["pack"] for line in found.splitlines()] == [
        "built-in + house",
        "built-in",
    ]
    done(advise("run", "docs/work.advise.json", "other/work.advise.json"))
    done(advise("check", "."))
    for name in ("docs", "other"):
        Path(name, "work.advise.md").write_text("# By hand\n")
    printed = done(advise("check", "."), 1).out
    assert "docs/work.advise.md: warning stale" in printed
    assert "other/work.advise.md: error stale" in printed
    done(advise("check", "docs"))


def test_files_whose_configurations_ask_for_different_formats_are_not_run_together(folder: Path) -> None:
    answers("other/work.advise.json")
    put("docs/advise.toml", 'format = "json"\n')
    both = ("run", "docs/work.advise.json", "other/work.advise.json")
    assert "different formats" in done(advise(*both), 2).err
    assert not Path("other/work.advise.md").exists()
    done(advise(*both, "--format", "md"))


def test_template_chart_and_format_are_as_configured_and_as_asked(folder: Path) -> None:
    put("house/own.md.j2", "# Ours: {{ headline.name }}\n")
    put("docs/advise.toml", 'template = "../house/own.md.j2"\nchart = "none"\nformat = "html"\n')
    done(advise("run", "docs/work.advise.json"))
    assert "<h1" in Path("docs/work.advise.html").read_text()
    assert "Ours: " in Path("docs/work.advise.html").read_text()
    done(advise("check", "docs"))
    Path("docs/work.advise.html").unlink()
    done(advise("run", "docs/work.advise.json", "--template", "brief", "--chart", "mermaid", "--format", "md"))
    assert "Ours" not in Path("docs/work.advise.md").read_text()
    assert '"chart": "mermaid"' in Path("docs/work.advise.md").read_text()
    done(advise("check", "docs"))
    done(advise("new", "docs/fresh", "--defaults"))
    assert Path("docs/fresh.advise.md").read_text().startswith("# Ours: ")
    assert not Path("docs/fresh.advise").exists()
    done(advise("check", "docs"))


def test_a_printed_document_leaves_out_the_pictures_that_are_configured(folder: Path) -> None:
    put(NAME, 'chart = "svg"\n')
    assert "![" not in done(advise("run", "docs/work.advise.json", "-o", "-")).out
    assert done(advise("run", "docs/work.advise.json", "-o", "-", "--chart", "svg"), 2).err.startswith("error: --chart")


def test_a_difference_stands_on_the_configuration_of_the_newer_side(folder: Path) -> None:
    put("old.advise.json", json.dumps(ANSWERS))
    put("docs/advise.toml", 'rules = "../house"\n')
    both = ("diff", "old.advise.json", "docs/work.advise.json", "--exit-code")
    done(advise(*both))
    assert "house-rule" in done(advise(*both, "--old-rules", "built-in"), 1).out


@pytest.mark.parametrize(
    ("command", "shows"),
    [
        (("rules", "list"), "house-rule"),
        (("rules", "show", "house-rule"), "The house wants retrieval"),
        (("rules", "test"), "house"),
        (("prices", "list", "--as-of", "2026-11-25"), "own/output"),
        (("explain", "docs/work.advise.json"), "house-rule"),
        (("explain", "-"), "house-rule"),
    ],
    ids=" ".join,
)
def test_every_command_stands_on_it(command: tuple[str, ...], shows: str, folder: Path) -> None:
    put(SHARED_NAME, '[tool.advise]\nrules = "house"\nprices = "own.yaml"\n')
    assert shows in advise(*command, stdin=json.dumps(ANSWERS).encode()).out
    assert shows not in advise("--isolated", *command, stdin=json.dumps(ANSWERS).encode()).out


def test_a_schema_that_is_the_same_for_every_pack_does_not_read_one(folder: Path) -> None:
    put(NAME, 'rules = "missing"\n')
    done(advise("schema", "result"))
    assert "missing" in done(advise("schema", "answers"), 2).err


def test_new_writes_what_check_passes(folder: Path) -> None:
    put(NAME, 'rules = "house"\nprices = "own.yaml"\n')
    outcome = done(advise("new", "fresh", "--defaults", "--set", "task_type=routing"))
    assert "--rules" not in outcome.err
    done(advise("check", "fresh.advise.json"))
    done(advise("--isolated", "new", "bare", "--defaults", "--rules", "house", "--prices", "own.yaml"))
    done(advise("check", "bare.advise.json"))


# What counts most.


def test_command_line_beats_environment_beats_file_beats_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert packs_of() == "built-in"
    put(NAME, 'rules = "house"\n')
    assert packs_of() == "built-in + house"
    pack("env")
    monkeypatch.setenv("ADVISE_RULES", "env")
    assert packs_of() == "built-in + env"
    pack("line")
    found = done(advise("run", "docs/work.advise.json", "--format", "json", "--rules", "line")).out
    assert json.loads(found)["provenance"]["pack"] == "built-in + line"


def test_the_bare_command_reads_the_environment_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISE_RULES", "nowhere")
    assert "nowhere: no such folder" in done(advise(), 2).err


@pytest.mark.parametrize("chain", ["file", "environment", "line"])
def test_what_fails_a_check_follows_the_chain(chain: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done(advise("run", "docs/work.advise.json"))
    Path("docs/work.advise.md").write_text("# By hand\n")
    put(NAME, '[check]\nfail-on = ["flipped"]\n')
    if chain != "file":
        monkeypatch.setenv("ADVISE_FAIL_ON", "stale,flipped")
    done(advise("check", "docs", *(("--fail-on", "flipped") if chain == "line" else ())), chain == "environment")


@pytest.mark.parametrize("chain", ["file", "environment", "line"])
def test_the_tolerance_follows_the_chain(chain: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done(advise("run", "docs/work.advise.json"))
    put("docs/work.advise.json", json.dumps(ANSWERS | {"queries_per_day": 40_000}))
    put(NAME, "[check]\nfail-on = 'cost-moved'\ntolerance = 10000\n")
    if chain != "file":
        monkeypatch.setenv("ADVISE_TOLERANCE", "1%")
    done(advise("check", "docs", *(("--tolerance", "10000%") if chain == "line" else ())), chain == "environment")


def test_a_named_configuration_replaces_the_nearest_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(NAME, 'rules = "docs"\n')
    put("ci/strict.toml", 'rules = "../house"\n')
    assert packs_of("docs/work.advise.json", "--config", "ci/strict.toml") == "built-in + house"
    assert packs_of("docs/work.advise.json", "--isolated") == "built-in"
    for options in (("--config", "ci/strict.toml"), ("--config=ci/strict.toml",)):
        found = done(advise("run", "--format", "json", *options, "docs/work.advise.json")).out
        assert json.loads(found)["provenance"]["pack"] == "built-in + house"
    assert "--config: no such file" in done(advise("--isolated", "run", "--", "--config"), 2).err
    assert "--config" in done(advise("run", "docs/work.advise.json", "--config"), 2).err
    monkeypatch.setenv("ADVISE_CONFIG", "ci/strict.toml")
    assert packs_of() == "built-in + house"


# What is wrong in it.


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('rulse = "x"', "advise.toml:2:rulse: no such key. Did you mean 'rules'? Accepted: rules, prices, template"),
        ("[check]\nfail_on = 'stale'", "advise.toml:3:check.fail_on: no such key. Did you mean 'fail-on'?"),
        ("[chek]\ntolerance = 1", "advise.toml:2:chek: no such key. Did you mean 'check'?"),
        ("fail-on = 'stale'", "advise.toml:2:fail-on: no such key. Did you mean 'check.fail-on'?"),
        ("[check]\nrules = 'house'", "advise.toml:3:check.rules: no such key. Did you mean 'rules'?"),
        ("check.tolerence = 1", "advise.toml:2:check.tolerence: no such key. Did you mean 'tolerance'?"),
        ("rules = 3", "advise.toml:2:rules: '3' is no text"),
        ("rules = ''", "advise.toml:2:rules: "),
        ("prices = 'gone.yaml'", "advise.toml:2:prices: there is no 'gone.yaml' in the folder of this file."),
        (
            "chart = 'svgg'",
            "advise.toml:2:chart: 'svgg' is none of them. Did you mean 'svg'? Accepted: svg, mermaid, none",
        ),
        ("check = 3", "advise.toml:2:check: is no table."),
        (
            "[check]\nfail-on = ['stal']",
            "advise.toml:3:check.fail-on: no finding has the code 'stal'. Did you mean 'stale'?",
        ),
        ("[check]\nfail-on = [1]", "advise.toml:3:check.fail-on: '1' is no text"),
        ("[check]\ntolerance = 'much'", "advise.toml:3:check.tolerance: 'much' is no percentage."),
        ("[check]\ntolerance = true", "advise.toml:3:check.tolerance: 'True' is no text"),
        ("[check]\ntolerance = nan", "advise.toml:3:check.tolerance: 'nan' is no percentage."),
        ("rules = [\n", "advise.toml: this is not valid TOML"),
        ("= 1", "advise.toml:2:1: this is not valid TOML"),
        ("notes = '''\nrulse = 1\n'''\nrulse = 1", "advise.toml:rulse: no such key."),
        ("a = " + "[" * 100_000, "advise.toml: "),
        ("\x1b", "advise.toml:2:1: this is not valid TOML"),
    ],
    ids=lambda value: value[:20],
)
def test_a_bad_configuration_is_told_with_its_line(text: str, says: str, folder: Path) -> None:
    put(NAME, f"# A comment: rulse = 1\n{text}\n")
    for command in ("run", "check", "explain"):
        error = done(advise(command, "docs/work.advise.json"), 2).err
        assert says in error
        assert "\x1b" not in error
    assert not Path("docs/work.advise.md").exists()


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    put(SHARED_NAME, "[tool.advise]\nrulse = 1\n\n[tool.advise.check]\ntolerance = 'much'\n")
    error = done(advise("check", "docs"), 2).err
    assert "pyproject.toml:2:rulse" in error
    assert "pyproject.toml:5:check.tolerance" in error


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("gone.toml", None, "gone.toml: cannot be read: no such file."),
        ("odd.toml", b"\xff", "is not UTF-8 text"),
        ("pyproject.toml", b"[project]\n", "has no table tool.advise"),
        ("pyproject.toml", b"[tool]\nadvise = 3\n", "tool.advise is no table"),
    ],
)
def test_a_named_file_has_to_be_one(name: str, data: bytes | None, says: str, folder: Path) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    assert says in done(advise("--config", name, "run", "docs/work.advise.json"), 2).err


def test_marks_and_line_ends_of_another_system_do_not_matter(folder: Path) -> None:
    Path(NAME).write_bytes(b"\xef\xbb\xbfrules = 'house'\r\n[check]\r\ntolerance = '5%'\r\n")
    found = Search().config("docs/work.advise.json")
    assert found == Config(rules=Path("house"), tolerance="5%")


@given(
    st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans() | st.lists(st.text()), max_size=3)
)
def test_nothing_that_is_toml_ends_in_a_traceback(values: dict[str, Any]) -> None:
    text = "".join(f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in values.items())
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    with tempfile.TemporaryDirectory() as place:
        Path(place, NAME).write_text(text, encoding="utf-8")
        try:
            Search().config(Path(place, "x.advise.json"))
        except InputError:
            return


# The quick way of `check`.


def modules(folder: Path, *arguments: str, **environment: str) -> tuple[int, set[str]]:
    """Return the exit code of a check in a process of its own, and the modules that it imported."""
    code = (
        "import sys\nsys.argv = ['advise', *sys.argv[1:]]\nfrom advisor.__main__ import main\n"
        "try:\n    main()\nfinally:\n    print(sorted(sys.modules), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "check", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, set(json.loads(ran.stderr.splitlines()[-1].replace("'", '"')))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[project]\nname = 'x'\n"},
        {"pyproject.toml": "[tool.advise]\nrules = 'house'\nprices = 'own.yaml'\n"},
        {"advise.toml": "rules = 'house'\n[check]\nfail-on = ['stale']\ntolerance = '5%'\n"},
    ],
    ids=str,
)
def test_a_configuration_keeps_the_quick_way_quick(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        put(name, text)
    done(advise("run", "docs/work.advise.json"))
    code, loaded = modules(folder, "docs")
    assert code == 0
    assert not loaded & {"typer", "pydantic", "yaml", "jinja2", "numpy", "advisor.errors", "importlib.metadata"}


def test_the_quick_way_never_answers_for_other_rules(folder: Path) -> None:
    done(advise("run", "docs/work.advise.json"))
    put(NAME, 'rules = "house"\n')
    assert modules(folder, "docs")[0] == 1
    assert modules(folder, "docs", ADVISE_ISOLATED="1")[0] == 0
    Path(NAME).unlink()
    assert modules(folder, "docs", ADVISE_RULES="house")[0] == 1
    put(NAME, "rules = 3\n")
    assert modules(folder, "docs")[0] == 2


def test_the_quick_way_leaves_a_warning_that_is_asked_to_fail(folder: Path) -> None:
    put("docs/work.advise.json", json.dumps(ANSWERS | {"as_of": "2025-11-23"}))
    done(advise("run", "docs/work.advise.json"))
    assert modules(folder, "docs")[0] == 0
    put(NAME, "[check]\nfail-on = ['review-due', 'stale']\n")
    assert modules(folder, "docs")[0] == 1


# The page, the options and the environment.


def options() -> dict[str, list[str]]:
    """Return the environment variables of every option, over all commands."""
    found: dict[str, list[str]] = {}
    commands: list[Any] = [get_command(app)]
    while commands:
        command = commands.pop()
        commands += getattr(command, "commands", {}).values()
        for parameter in command.params:
            for name in parameter.opts:
                found.setdefault(name, []).append(str(parameter.envvar))
    return found


def test_every_key_has_its_option_and_its_variable() -> None:
    found = options()
    assert all(key.variable in found[key.option] for key in KEYS)
    assert tuple(Format) == FORMATS
    assert tuple(ChartChoice) == CHARTS
    used = {name for names in found.values() for name in names} - {"None"}
    assert used == set(VARIABLES)


def test_every_key_has_its_heading_in_the_page() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    headings = [line.removeprefix("### `").removesuffix("`") for line in page.splitlines() if line.startswith("### ")]
    assert headings == [key.dotted for key in KEYS]
    for key in KEYS:
        section = page.partition(f"### `{key.dotted}`\n")[2].partition("\n### ")[0]
        for said in (key.does, key.takes, key.option, key.variable, f"{key.name} = {key.example}"):
            assert said in " ".join(section.split()), (key.dotted, said)
    for code in FAIL_ON:
        assert code in page


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.dotted)
def test_the_example_of_every_key_is_accepted(key: Any, tmp_path: Path) -> None:
    table = f"[{key.table}]\n" if key.table else ""
    (tmp_path / NAME).write_text(f"{table}{key.name} = {key.example}\n")
    (tmp_path / "our-rules").mkdir()
    (tmp_path / "our-prices.yaml").touch()
    found = Search().config(tmp_path / "x.advise.json")
    assert getattr(found, key.name.replace("-", "_")) is not None
