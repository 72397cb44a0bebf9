"""The hooks, the GitHub action and the GitLab jobs: their scripts are taken from the files and run.

Stand-ins of `gh` and `curl` keep the comments in a file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from advisor.cli import app

ROOT = Path(__file__).resolve().parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "templates" / "init" / "gitlab.yml").read_text(encoding="utf-8"))
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / "templates" / "init" / "github.yml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ANSWERS: dict[str, Any] = {
    "as_of": "2026-11-23",
    "project": "Ticket router",
    "task_type": "routing",
    "queries_per_day": 20_000,
    "knowledge_needed": "none",
}
SHELLCHECK = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
GONE = "The change that this was about is no longer part of this"
needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "git", "jq"))), reason="the scripts of the action need bash, git and jq"
)


class Repository:
    """A pull request: a repository with two commits, and what GitHub or GitLab gives to a job."""

    def __init__(self, place: Path) -> None:
        self.place = place / "repository"
        self.bin = place / "bin"
        self.temp = place / "temp"
        self.comments_file = place / "comments.json"
        for folder in (self.place, self.bin, self.temp):
            folder.mkdir()
        self.comments_file.write_text("[]")
        self._tool("advise", f'exec "{sys.executable}" -m advisor "$@"\n')
        self._tool("python", f'exec "{sys.executable}" "$@"\n')
        for name, script in (("gh", "fake_gh.py"), ("curl", "fake_curl.py")):
            self._tool(name, f'exec "{sys.executable}" "{ROOT / "tests" / script}" "$@"\n')
        self.git("init", "--quiet", "--initial-branch", "main")
        self.write("docs/work.advise.json")
        self.advise("run", "docs/work.advise.json")
        self.commit()
        self.base = self.git("rev-parse", "HEAD").strip()

    def _tool(self, name: str, script: str) -> None:
        (self.bin / name).write_text(f"#!/usr/bin/env bash\n{script}")
        (self.bin / name).chmod(0o755)

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        return subprocess.check_output(["git", *who, *arguments], cwd=self.place, text=True)

    def write(self, name: str, **changes: Any) -> None:
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**ANSWERS, **changes}, indent=2) + "\n")

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A change")

    def advise(self, *arguments: str) -> None:
        subprocess.run([self.bin / "advise", *arguments], cwd=self.place, env=self.environment(), check=True)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.temp),
            "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
            "FAKE_GH": str(self.comments_file),
            **more,
        }

    def bash(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.place,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )

    def action(self, path: str = ".", args: str = "", token: str = "secret", pull: bool = True) -> dict[str, Any]:
        """Run the steps of the action one after another, as GitHub does; return its outputs, log and summary."""
        shutil.rmtree(self.temp)
        self.temp.mkdir()
        values = {
            "inputs.path": path,
            "inputs.args": args,
            "inputs.github-token": token,
            "github.event.pull_request.number": "7",
            "github.event.pull_request.base.sha": self.base,
        }
        log, code = "", 0
        output, summary = self.temp / "output", self.temp / "summary"
        for name in ("Check", "Figures", "Compare", "Comment", "Result"):
            if "pull_request" in STEPS[name].get("if", "") and not pull:
                continue
            outputs = self._outputs(output)
            known = {**values, "steps.check.outputs.code": outputs.get("code", "")}
            given = {key: _filled(text, known) for key, text in STEPS[name].get("env", {}).items()}
            ran = self.bash(
                STEPS[name]["run"],
                GITHUB_OUTPUT=str(output),
                GITHUB_STEP_SUMMARY=str(summary),
                GITHUB_REPOSITORY="team/design",
                RUNNER_TEMP=str(self.temp),
                **given,
            )
            log += ran.stdout + ran.stderr
            code = ran.returncode
            assert code == 0 or name == "Result", (name, log)
        return {**self._outputs(output), "code": code, "log": log, "summary": summary.read_text()}

    def _outputs(self, output: Path) -> dict[str, str]:
        lines = output.read_text().splitlines() if output.exists() else []
        return dict(line.split("=", 1) for line in lines)

    @property
    def comments(self) -> list[str]:
        return [entry["body"] for entry in json.loads(self.comments_file.read_text())]

    def requests(self) -> list[str]:
        """Return the requests that changed something since the last time this was asked."""
        log = self.comments_file.with_name("requests.txt")
        found = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return found


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], text)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


# What the files say.


def test_the_hooks_run_commands_that_exist_on_the_files_they_are_for() -> None:
    assert [hook["id"] for hook in HOOKS] == ["advise-check", "advise-run", "advise-rules-verify"]
    commands: Any = get_command(app)
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["require_serial"]
        found = commands
        for word in hook["entry"].split()[1:]:
            found = found.commands[word]
    check, run, verify = (re.compile(hook["files"]) for hook in HOOKS)
    assert all(check.search(f"docs/x.advise.{ending}") for ending in ("json", "md", "html"))
    assert not check.search(".x.advise.draft.json")
    assert run.search("x.advise.json")
    assert not run.search("x.advise.md")
    assert verify.search("house/rules.yaml")


def test_no_script_of_the_action_holds_an_expression() -> None:
    assert set(STEPS) == {"Install", "Check", "Figures", "Compare", "Comment", "Result"}
    for step in STEPS.values():
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


def test_everything_used_is_pinned_to_a_whole_version() -> None:
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    used += [step["uses"] for step in WORKFLOW["jobs"]["check"]["steps"] if "uses" in step]
    assert len(used) == 3
    assert all(re.search(r"@v\d+\.\d+\.\d+$", name) for name in used)


def test_every_input_is_used_and_every_output_is_set() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for name in ACTION["inputs"]:
        assert f"inputs.{name}" in text
    page = (ROOT / "docs" / "integrate.md").read_text(encoding="utf-8")
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"| `{name}` |" in page


def test_the_workflow_of_init_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", list(STEPS))
def test_the_scripts_of_the_action_are_bash(name: str) -> None:
    subprocess.run(["bash", "-n", "-c", STEPS[name]["run"]], check=True)


@pytest.mark.skipif(SHELLCHECK is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("name", [*STEPS, "GitLab"])
def test_the_scripts_are_clean_for_shellcheck(name: str) -> None:
    within = GITLAB["advise notes"]["script"][0].partition("'SCRIPT'\n")[2].removesuffix("SCRIPT\n")
    script = within if name == "GitLab" else STEPS[name]["run"]
    command = [str(SHELLCHECK), "--shell", "bash", "-"]
    ran = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


# The action.


@needs_tools
def test_a_pull_request_that_changes_nothing_passes_without_a_comment(repository: Repository) -> None:
    repository.commit()
    found = repository.action()
    assert (found["code"], found["changed"]) == (0, "false")
    assert found["recommendation"] == "prompt_engineering"
    assert float(found["monthly-cost"]) > 0
    assert "    1 document checked: 0 errors" in found["summary"]
    assert repository.requests() == []


@needs_tools
def test_a_comment_is_written_once_renewed_on_change_and_put_right_when_nothing_changes(repository: Repository) -> None:
    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.advise("run", "docs/work.advise.json")
    repository.commit()
    found = repository.action()
    assert (found["code"], found["changed"]) == (0, "true")
    assert repository.requests() == ["POST"]
    assert repository.comments[0].startswith("<!-- advise diff: ")
    assert repository.comments[0] in found["summary"]

    repository.action()
    assert repository.requests() == []

    repository.write("docs/work.advise.json", queries_per_day=80_000)
    repository.commit()
    assert repository.action()["code"] == 1
    assert repository.requests() == ["PATCH"]
    assert len(repository.comments) == 1

    repository.git("checkout", "--quiet", repository.base, "--", "docs")
    repository.commit()
    assert repository.action()["changed"] == "false"
    assert repository.requests() == ["PATCH"]
    assert repository.comments[0].splitlines()[1].startswith(GONE)
    repository.action()
    assert repository.requests() == []


@needs_tools
def test_a_failing_check_fails_the_action_after_everything_else(repository: Repository) -> None:
    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.commit()
    found = repository.action()
    assert found["code"] == 1
    assert "::error file=docs/work.advise.json,line=5,title=advise stale::" in found["log"]
    assert "    docs/work.advise.json:5: error stale" in found["summary"]
    assert repository.requests() == ["POST"]
    assert repository.action(args="--fail-on  flipped\n")["code"] == 0


@needs_tools
def test_outside_a_pull_request_only_the_check_runs(repository: Repository) -> None:
    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.commit()
    found = repository.action(pull=False)
    assert found["code"] == 1
    assert "changed" not in found
    assert repository.requests() == []


@needs_tools
def test_names_of_any_kind_are_handled(repository: Repository) -> None:
    names = ("two words", "line\n::error::break", "$(touch gone)", "-x", "`touch gone`", "a]b", "ü", "*")
    for name in names:
        repository.write(f"docs/{name}.advise.json")
    repository.commit()
    repository.base = repository.git("rev-parse", "HEAD").strip()
    for name in names:
        repository.write(f"docs/{name}.advise.json", queries_per_day=40_000)
    repository.commit()
    found = repository.action()
    assert repository.requests() == ["POST"] * len(names)
    assert not list(repository.place.rglob("gone"))
    assert not any(line.startswith("::error::") for line in found["log"].splitlines())
    assert found["recommendation"].split(",") == ["prompt_engineering"] * (len(names) + 1)
    repository.action()
    assert repository.requests() == []


@needs_tools
def test_inputs_are_words_and_never_commands(repository: Repository) -> None:
    repository.commit()
    found = repository.action(path="docs\n$(touch gone)\n; touch gone\n", args="$(touch gone) `touch gone`")
    assert found["code"] == 2
    assert not list(repository.place.rglob("gone"))


@needs_tools
def test_only_the_paths_asked_for_are_compared(repository: Repository) -> None:
    repository.write("other/more.advise.json")
    repository.advise("run", "other/more.advise.json")
    repository.commit()
    repository.base = repository.git("rev-parse", "HEAD").strip()
    for name in ("docs/work", "other/more"):
        repository.write(f"{name}.advise.json", queries_per_day=40_000)
    repository.commit()
    repository.action(path="other")
    assert len(repository.comments) == 1
    repository.action(path="docs/work.advise.md\nother\n")
    assert len(repository.comments) == 2


@needs_tools
def test_a_new_a_deleted_and_a_broken_file_are_no_comment(repository: Repository) -> None:
    repository.write("docs/broken.advise.json")
    repository.write("docs/old.advise.json")
    repository.commit()
    repository.base = repository.git("rev-parse", "HEAD").strip()
    repository.write("docs/new.advise.json")
    (repository.place / "docs" / "old.advise.json").unlink()
    (repository.place / "docs" / "broken.advise.json").write_text("{")
    repository.commit()
    found = repository.action()
    assert found["code"] == 2
    assert found["recommendation"] == "invalid,prompt_engineering,prompt_engineering"
    assert found["monthly-cost"].startswith("unknown,")
    assert "::warning title=advise diff::" in found["log"]
    assert repository.requests() == []


@needs_tools
def test_a_comment_stands_while_its_file_cannot_be_compared(repository: Repository) -> None:
    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.commit()
    repository.action()
    before = repository.comments
    (repository.place / "docs" / "work.advise.json").write_text("{")
    repository.commit()
    repository.action()
    assert repository.comments == before


@needs_tools
def test_a_comment_of_a_person_is_left_alone(repository: Repository) -> None:
    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.commit()
    repository.action()
    (ours,) = repository.comments
    theirs = {"id": 1, "body": ours.splitlines()[0] + "\nmine", "user": {"type": "User"}}
    repository.comments_file.write_text(json.dumps([theirs]))
    repository.action()
    assert repository.comments == [theirs["body"], ours]


@needs_tools
def test_a_token_that_may_not_comment_is_a_warning(repository: Repository) -> None:
    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.advise("run", "docs/work.advise.json")
    repository.commit()
    found = repository.action(token="of a fork")
    assert found["code"] == 0
    assert "::warning title=advise::" in found["log"]


# GitLab.


@needs_tools
def test_the_jobs_of_gitlab_check_and_note(repository: Repository) -> None:
    def notes() -> subprocess.CompletedProcess[str]:
        return repository.bash(
            GITLAB["advise notes"]["script"][0],
            ADVISE_NOTES_TOKEN="secret",
            CI_API_V4_URL="https://gitlab.example.org/api/v4",
            CI_PROJECT_ID="3",
            CI_MERGE_REQUEST_IID="7",
            CI_MERGE_REQUEST_DIFF_BASE_SHA=repository.base,
        )

    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.commit()
    assert repository.bash(GITLAB["advise check"]["script"][0]).returncode == 1
    ran = notes()
    assert ran.returncode == 0, ran.stderr
    assert repository.requests() == ["POST"]
    assert notes().returncode == 0
    assert repository.requests() == []
    repository.write("docs/work.advise.json", queries_per_day=80_000)
    repository.commit()
    assert notes().returncode == 0
    assert repository.requests() == ["PUT"]
    repository.git("checkout", "--quiet", repository.base, "--", "docs")
    repository.commit()
    assert notes().returncode == 0
    assert repository.requests() == ["PUT"]
    assert repository.comments[0].splitlines()[1].startswith(GONE)
    assert notes().returncode == 0
    assert repository.requests() == []


# pre-commit, where it is asked for: `just try-hooks`.


@pytest.mark.skipif("TRY_HOOKS" not in os.environ, reason="it installs this checkout; `just try-hooks` runs it")
def test_pre_commit_runs_the_hooks_of_this_checkout(repository: Repository) -> None:
    def hook(name: str, *options: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "pre_commit",
            "try-repo",
            str(ROOT),
            name,
            "--all-files",
            "--verbose",
            *options,
        ]
        environment = {**os.environ, "PRE_COMMIT_HOME": str(repository.temp)}
        environment.pop("PYTHONPATH", None)
        return subprocess.run(
            command, cwd=repository.place, env=environment, capture_output=True, text=True, check=False
        )

    passed = hook("advise-check")
    assert passed.returncode == 0, passed.stdout
    assert "1 document checked: 0 errors" in passed.stdout
    repository.write("docs/work.advise.json", queries_per_day=40_000)
    repository.git("add", "--all")
    failed = hook("advise-check")
    assert failed.returncode == 1
    assert "The answers changed: queries_per_day." in failed.stdout
    assert "files were modified by this hook" in hook("advise-run").stdout
    repository.git("add", "--all")
    assert hook("advise-check").returncode == 0
    (repository.place / "house").mkdir()
    (repository.place / "house" / "pack.yaml").write_text("name: house\nversion: '1'\n")
    (repository.place / "advise.toml").write_text('rules = "house"\n')
    repository.git("add", "--all")
    assert "house" in hook("advise-rules-verify").stdout
