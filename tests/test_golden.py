"""Every command on every example, held against files that a reviewer can read; `just golden` writes them again.

`tests/golden/EXAMPLE/` holds what the commands print for an example (its document lies beside its answers, in
`examples/`), `tests/golden/commands/` what needs no answers, `docs/schemas/` the published schemas.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from command_line import advise
from jsonschema import Draft202012Validator

from advisor.fingerprint import opened

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
SCHEMAS = ROOT / "docs" / "schemas"
EXAMPLES = sorted(path.name.removesuffix(".advise.json") for path in (ROOT / "examples").glob("*.advise.json"))
STRATEGIES = ("prompt_engineering", "rag", "fine_tuning", "rag_and_fine_tuning")
DAY = ("--as-of", "2026-11-25")

COMMANDS = {
    "help.txt": ("--help",),
    "help-new.txt": ("new", "--help"),
    "help-edit.txt": ("edit", "--help"),
    "help-run.txt": ("run", "--help"),
    "help-compare.txt": ("compare", "--help"),
    "help-explain.txt": ("explain", "--help"),
    "help-whatif.txt": ("whatif", "--help"),
    "help-check.txt": ("check", "--help"),
    "help-init.txt": ("init", "--help"),
    "help-diff.txt": ("diff", "--help"),
    "help-rules.txt": ("rules", "--help"),
    "help-rules-list.txt": ("rules", "list", "--help"),
    "help-rules-show.txt": ("rules", "show", "--help"),
    "help-prices.txt": ("prices", "--help"),
    "help-prices-list.txt": ("prices", "list", "--help"),
    "help-prices-show.txt": ("prices", "show", "--help"),
    "help-schema.txt": ("schema", "--help"),
    "help-faq.txt": ("faq", "--help"),
    "help-backtest.txt": ("backtest", "--help"),
    "help-prices-check.txt": ("prices", "check", "--help"),
    "prices-check.txt": ("prices", "check", *DAY),
    "backtest.txt": ("backtest", "tests/cases/dev.yaml"),
    "backtest.json": ("backtest", "tests/cases/dev.yaml", "--json"),
    "compare-picks.txt": ("compare", "examples/support-classifier.advise.json", "--all-tunable", "--tier", "small"),
    "compare-picks.md": (
        "compare",
        "examples/support-classifier.advise.json",
        "--all-tunable",
        "--tier",
        "small",
        "--markdown",
    ),
    "rules-list.txt": ("rules", "list"),
    "rules-list.json": ("rules", "list", "--json"),
    "rules-list-data.txt": ("rules", "list", "--theme", "data"),
    "help-rules-test.txt": ("rules", "test", "--help"),
    "help-rules-verify.txt": ("rules", "verify", "--help"),
    "rules-test.txt": ("rules", "test"),
    "rules-show-rule.txt": ("rules", "show", "scale-repays-training"),
    "rules-show-gate.json": ("rules", "show", "labels-too-few", "--json"),
    "rules-show-mistake.txt": ("rules", "show", "ft_before_prompting"),
    "prices-list.txt": ("prices", "list", *DAY),
    "prices-list-pinecone.json": ("prices", "list", "--provider", "pinecone", "--json", *DAY),
    "prices-show-step.txt": ("prices", "show", "gemini-4-argon", *DAY),
    "prices-show-tuned.txt": ("prices", "show", "ft:gpt-4o-mini", *DAY),
    "prices-show-tuned.json": ("prices", "show", "ft:gpt-4o-mini", "--json", *DAY),
    "prices-show-service.txt": ("prices", "show", "pinecone/standard", *DAY),
    "faq.txt": ("faq",),
    "faq.json": ("faq", "--json"),
    **{
        f"faq-{topic}.txt": ("faq", topic)
        for topic in ("examples", "duration", "data-privacy", "deprecation", "cost", "roi", "open-models", "caching")
    },
}


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERMINAL_WIDTH", "100")


def printed(*arguments: str) -> str:
    outcome = advise(*arguments)
    assert outcome.code == 0, outcome.err
    return outcome.out


def compare_with(path: Path, text: str) -> None:
    """Assert that a golden file holds a text, or write it where UPDATE_GOLDEN is set."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} is missing; `just golden` writes it"
    assert text == path.read_text(encoding="utf-8")


def published(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_run_gives_for_an_example(name: str, tmp_path: Path) -> None:
    file = f"examples/{name}.advise.json"
    published("answers").validate(json.loads(Path(file).read_text(encoding="utf-8")))
    text = printed("run", file, "--format", "json")
    published("result").validate(json.loads(text))
    compare_with(GOLDEN / name / "result.json", text)
    printed("run", file, "-o", str(tmp_path))
    made = {str(path.relative_to(tmp_path)): path for path in tmp_path.rglob("*") if path.is_file()}
    for place, path in made.items():
        compare_with(ROOT / "examples" / place, path.read_text(encoding="utf-8"))
    pictures = (ROOT / "examples" / f"{name}.advise").iterdir()
    assert {f"{name}.advise/{path.name}" for path in pictures} == set(made) - {f"{name}.advise.md"}


@pytest.mark.parametrize("template", ["brief", "design-doc"])
def test_what_the_other_templates_give(template: str) -> None:
    text = printed("run", "examples/support-classifier.advise.json", "-o", "-", "--template", template)
    compare_with(GOLDEN / "templates" / f"{template}.md", opened(text)[0])


def test_what_charts_that_a_viewer_draws_give() -> None:
    text = printed(
        "run", "examples/support-classifier.advise.json", "-o", "-", "--template", "brief", "--chart", "mermaid"
    )
    compare_with(GOLDEN / "templates" / "brief-mermaid.md", opened(text)[0])


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_explain_gives_for_an_example(name: str) -> None:
    file = f"examples/{name}.advise.json"
    compare_with(GOLDEN / name / "explain.txt", printed("explain", file))
    text = printed("explain", file, "--json")
    published("explain").validate(json.loads(text))
    compare_with(GOLDEN / name / "explain.json", text)
    for strategy in STRATEGIES:
        compare_with(GOLDEN / name / f"why-not-{strategy}.txt", printed("explain", file, "--why-not", strategy))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_whatif_gives_for_an_example(name: str) -> None:
    file = f"examples/{name}.advise.json"
    compare_with(GOLDEN / name / "whatif.txt", printed("whatif", file))
    compare_with(GOLDEN / name / "whatif-more-volume.txt", printed("whatif", file, "queries_per_day=250k"))
    compare_with(GOLDEN / name / "whatif-volume.txt", printed("whatif", file, "--sweep", "queries_per_day=100..1M"))
    others = (("queries_per_day=250k",), ("--sweep", "queries_per_day=100..1M")) if name == EXAMPLES[0] else ()
    for words in ((), *others):
        published("whatif").validate(json.loads(printed("whatif", file, *words, "--json")))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_compare_gives_for_an_example(name: str) -> None:
    file = f"examples/{name}.advise.json"
    result = json.loads(printed("run", file, "--format", "json"))
    used = {entry["strategy"]: entry["model"] for entry in result["strategies"]}
    small = next(entry["model"] for entry in result["alternatives"] if entry["id"] == "switch_model")
    models = [used["prompt_engineering"], small, used["fine_tuning"]]
    if "self-hosted" in models:
        models = ["gpt-6.1-terra", "gpt-6-luna"]
    chosen = [word for model in models for word in ("--model", model)]
    compare_with(GOLDEN / name / "compare.txt", printed("compare", file, *chosen))
    compare_with(GOLDEN / name / "compare.json", printed("compare", file, *chosen, "--json"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_new_with_the_answers_of_an_example_writes_that_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = json.loads((ROOT / "examples" / f"{name}.advise.json").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    said = {key: value for key, value in answers.items() if key not in ("$schema", "version", "as_of", "notes")}
    settings = [word for key, value in said.items() for word in ("--set", f"{key}={_typed(value)}")]
    assert advise("new", name, "--defaults", *settings).code == 0
    written = json.loads((tmp_path / f"{name}.advise.json").read_text(encoding="utf-8"))
    assert {key: written[key] for key in said} == said
    assert set(written) == {*said, "$schema", "version", "as_of"}


def _typed(value: object) -> str:
    if isinstance(value, list):
        separator = ".." if all(isinstance(item, int | float) for item in value) else ","
        return separator.join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_prints_without_answers(name: str) -> None:
    compare_with(GOLDEN / "commands" / name, printed(*COMMANDS[name]))


@pytest.mark.parametrize(
    "name", ["answers", "result", "explain", "whatif", "check", "diff", "rules", "prices", "cases"]
)
def test_the_published_schemas_are_what_the_command_prints(name: str) -> None:
    text = printed("schema", name)
    Draft202012Validator.check_schema(json.loads(text))
    compare_with(SCHEMAS / f"{name}.schema.json", text)


def test_the_page_on_explain_shows_what_the_command_prints() -> None:
    page = ROOT / "docs" / "explain.md"

    def shown(found: re.Match[str]) -> str:
        return f"{found[1]}\n\n```text\n{printed(*found[2].split())}```\n"

    block = re.compile(r"(<!-- output: ([^\n]*) -->)\n\n```text\n.*?```\n", re.DOTALL)
    text, count = block.subn(shown, page.read_text(encoding="utf-8"))
    assert count == 2
    compare_with(page, text)


def test_no_golden_file_is_left_over() -> None:
    folders = {path.name for path in GOLDEN.iterdir()}
    assert folders == {*EXAMPLES, "commands", "diff", "templates"}
    assert {path.name for path in (GOLDEN / "commands").iterdir()} == set(COMMANDS)
    files = {"result.json", "explain.txt", "explain.json", "compare.txt", "compare.json"}
    files |= {"whatif.txt", "whatif-more-volume.txt", "whatif-volume.txt"}
    files |= {f"why-not-{strategy}.txt" for strategy in STRATEGIES}
    for name in EXAMPLES:
        assert {path.name for path in (GOLDEN / name).iterdir()} == files
