"""`advise init`: what it writes, that it never writes over anything, and that what it wrote works."""

from __future__ import annotations

import json
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from command_line import Outcome, advise, snapshot

from advisor.config import KEYS, VARIABLES, Config
from advisor.config_search import Search

WRITTEN = [
    ".github/workflows/advise.yml",
    ".pre-commit-config.yaml",
    "advise.toml",
    "example.advise.json",
    "example.advise.md",
    "example.advise/cost-split.svg",
    "example.advise/cumulative-cost.svg",
    "example.advise/flips.svg",
    "example.advise/points.svg",
]


def done(outcome: Outcome, code: int = 0) -> Outcome:
    assert outcome.code == code, outcome
    assert "Traceback" not in outcome.err
    return outcome


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, the top of a repository."""
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    Path(".git").mkdir()
    return tmp_path


def test_an_empty_repository_gets_everything_and_passes_its_own_check(folder: Path) -> None:
    outcome = done(advise("init"))
    assert sorted(snapshot(folder)) == WRITTEN
    said = [line.split()[1].rstrip(":") for line in outcome.err.splitlines() if line.startswith("Wrote ")]
    assert sorted(said) == WRITTEN
    assert said[:3] == ["advise.toml", "example.advise.json", "example.advise.md"]
    assert outcome.out == ""
    assert "stale" not in done(advise("check", ".")).out
    assert json.loads(Path("example.advise.json").read_text())["as_of"] == date.today().isoformat()


def test_the_next_commands_are_ones_that_work(folder: Path) -> None:
    err = done(advise("init")).err
    commands = [line.split("  ")[1] for line in err.partition("Next:\n")[2].splitlines()]
    assert [command.split()[1] for command in commands] == ["new", "run", "check"]
    for command in commands[1:]:
        done(advise(*command.split()[1:]))
    done(advise(*commands[0].split()[1:], "--defaults"))


def test_running_it_twice_changes_nothing(folder: Path) -> None:
    done(advise("init"))
    before = snapshot(folder)
    outcome = done(advise("init"))
    assert snapshot(folder) == before
    assert "Wrote" not in outcome.err
    assert outcome.out == ""
    for name in WRITTEN:
        assert f"Left {name} as it is" in outcome.err


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_there_is_left_and_named(name: str, folder: Path) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("# ours\n" if not name.endswith("json") else "{}")
    before = Path(name).read_bytes()
    outcome = done(advise("init"))
    assert Path(name).read_bytes() == before
    assert f"Left {name} as it is" in outcome.err
    assert f"Wrote {name}" not in outcome.err
    assert ("To add to " in outcome.out) == (name in (".pre-commit-config.yaml", ".github/workflows/advise.yml"))


def test_half_an_example_is_not_made_whole(folder: Path) -> None:
    Path("example.advise.md").write_text("# Ours\n")
    done(advise("init"))
    assert not Path("example.advise.json").exists()


def test_a_dangling_link_is_not_written_through(folder: Path) -> None:
    Path(".pre-commit-config.yaml").symlink_to("elsewhere.yaml")
    assert ".pre-commit-config.yaml: no such file" in done(advise("init"), 2).err
    assert snapshot(folder) == {}


def test_an_addition_is_printed_as_yaml_unless_it_is_there(folder: Path) -> None:
    Path(".pre-commit-config.yaml").write_text("repos: []\n")
    (hook,) = yaml.safe_load(done(advise("init")).out)
    assert hook["hooks"][0]["entry"] == "advise check"
    Path(".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [hook]}))
    assert done(advise("init")).out == ""


@pytest.mark.parametrize(
    ("files", "options", "expected"),
    [
        ({}, (), ".github/workflows/advise.yml"),
        ({}, ("--ci", "gitlab"), ".gitlab-ci.yml"),
        ({}, ("--ci", "none"), None),
        ({".git/config": '[remote "origin"]\n\turl = git@gitlab.example.org:a/b.git\n'}, (), ".gitlab-ci.yml"),
        ({".git/config": '[remote "origin"]\n\turl = https://github.com/a/b\n'}, (), ".github/workflows/advise.yml"),
        ({".gitlab-ci.yml": "stages: [test]\n"}, ("--ci", "github"), ".github/workflows/advise.yml"),
    ],
    ids=str,
)
def test_the_ci_is_that_of_the_repository(
    files: dict[str, str], options: tuple[str, ...], expected: str | None, folder: Path
) -> None:
    for name, text in files.items():
        Path(name).write_text(text)
    done(advise("init", *options))
    ci = {".gitlab-ci.yml", ".github/workflows/advise.yml"}
    assert ci & (snapshot(folder).keys() - files) == ({expected} if expected else set())
    if expected:
        yaml.safe_load(Path(expected).read_text())


def test_gitlab_gets_printed_what_to_add_to_its_file(folder: Path) -> None:
    Path(".gitlab-ci.yml").write_text("stages: [test]\n")
    printed = yaml.safe_load(done(advise("init")).out)
    assert printed["advise check"]["script"] == ["advise check ."]
    assert not Path(".github").exists()


def test_a_folder_below_gets_answers_and_the_top_gets_the_checks(folder: Path) -> None:
    Path("docs/llm").mkdir(parents=True)
    done(advise("init", "docs/llm"))
    names = {name if name.startswith(".") else f"docs/llm/{name}" for name in WRITTEN}
    assert set(snapshot(folder)) == names
    done(advise("check", "."))


def test_outside_a_repository_everything_lies_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("team").mkdir()
    done(advise("init", "team"))
    assert set(snapshot(tmp_path)) == {f"team/{name}" for name in WRITTEN}


@pytest.mark.parametrize("name", ["advise.toml", "pyproject.toml"])
def test_a_configuration_that_holds_here_is_said_and_used(name: str, folder: Path) -> None:
    Path("docs").mkdir()
    Path("house").mkdir()
    Path("house/pack.yaml").write_text("name: house\nversion: '1'\n")
    Path(name).write_text(('rules = "house"' if name == "advise.toml" else '[tool.advise]\nrules = "house"') + "\n")
    outcome = done(advise("init", "docs"))
    assert f"Left {name} as it is: it holds for this folder." in outcome.err
    assert not Path("docs/advise.toml").exists()
    assert "+ house" in Path("docs/example.advise.md").read_text()
    done(advise("check", "docs"))


def test_the_configuration_names_every_key_and_settles_nothing(folder: Path) -> None:
    done(advise("init"))
    text = Path("advise.toml").read_text()
    assert Search().config("x.advise.json") == Config()
    given = "".join(
        line.removeprefix("# ") + "\n"
        for line in text.splitlines()
        if line.startswith("[") or (" = " in line and line.split()[1] in {key.name for key in KEYS})
    )
    tables = tomllib.loads(given)
    assert {key.dotted for key in KEYS} == {
        *(name for name in tables if name != "check"),
        *(f"check.{name}" for name in tables["check"]),
    }
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("name", ["file", "file/below", "file/below/it"])
def test_a_bad_folder_writes_nothing(name: str, folder: Path) -> None:
    Path("file").write_text("x")
    before = snapshot(folder)
    assert "is no folder" in done(advise("init", name), 2).err
    assert snapshot(folder) == before


def test_a_folder_that_is_not_there_is_made(folder: Path) -> None:
    done(advise("init", "docs/llm"))
    assert done(advise("check", "docs/llm")).code == 0
    assert Path("docs/llm/advise.toml").is_file()


def test_a_file_that_cannot_be_written_leaves_nothing_behind(folder: Path) -> None:
    Path(".github").write_text("a file")
    before = snapshot(folder)
    assert ".github/workflows/advise.yml: cannot be written" in done(advise("init"), 2).err
    assert snapshot(folder) == before


def test_a_broken_configuration_writes_nothing(folder: Path) -> None:
    Path("pyproject.toml").write_text("[tool.advise\n")
    assert "pyproject.toml:1" in done(advise("init"), 2).err
    assert sorted(snapshot(folder)) == ["pyproject.toml"]


def test_names_with_blanks_are_quoted_in_the_next_commands(folder: Path) -> None:
    Path("two words").mkdir()
    assert "advise run 'two words/example.advise.json'" in done(advise("init", "two words")).err


def test_a_work_tree_counts_as_a_repository(folder: Path) -> None:
    subprocess.run(["rmdir", ".git"], check=True)
    Path(".git").write_text("gitdir: /elsewhere\n")
    Path("docs").mkdir()
    done(advise("init", "docs"))
    assert Path(".github/workflows/advise.yml").exists()
