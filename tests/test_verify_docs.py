"""The page of each code: its example gives the finding that it shows, and what it says to do instead takes it away.

`UPDATE_GOLDEN=1 pytest tests/test_verify_docs.py` writes into the pages what their examples print now.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from command_line import advise

from advisor.verify.findings import TITLES

PAGES = Path(__file__).resolve().parent.parent / "docs" / "verify"
SECTIONS = ["What it says", "Why it matters", "Example", "What to do instead"]
COMMAND = "$ advise rules verify --rules example\n"
FILE = re.compile(r"^`(example/[\w.]+)`:\n\n```yaml\n(.*?)^```$", re.M | re.S)
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.M | re.S)

Finding = tuple[str, ...]
"""A line of the report, and the cases below it."""


def findings(printed: str) -> list[Finding]:
    """Return what a report says, finding by finding; its last lines are entries of their own."""
    return [tuple(entry.splitlines()) for entry in re.split(r"\n(?! )", printed.strip("\n"))]


def about(code: str, printed: str, before: set[str]) -> list[Finding]:
    """Return the findings of a code whose first line is not among those printed before."""
    named = re.compile(rf"^(?:\S+: )?(?:error|warning|info) {code} \(")
    return [entry for entry in findings(printed) if named.match(entry[0]) and entry[0] not in before]


def shortened(printed: str, kept: list[Finding]) -> str:
    """Return a report with three dots for each run of findings that are left out."""
    lines: list[str] = []
    for entry in findings(printed):
        if entry in kept:
            lines += entry
        elif lines[-1:] != ["..."]:
            lines.append("...")
    return "\n".join(lines) + "\n"


def lay(part: str) -> None:
    """Write the files that a part of a page shows."""
    for name, text in FILE.findall(part):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def before() -> set[str]:
    """Return the lines that the built-in pack alone gives."""
    return {entry[0] for entry in findings(advise("rules", "verify").out)}


@pytest.mark.parametrize("code", TITLES)
def test_the_example_of_a_page_gives_its_finding_and_the_mended_one_does_not(
    code: str, before: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = PAGES / f"{code}.md"
    page = path.read_text(encoding="utf-8")
    example, instead = page.partition("\n## Example\n")[2].split("\n## What to do instead\n")
    assert page.count("```") == 2 * (len(FILE.findall(page)) + len(CONSOLE.findall(page)))

    lay(example)
    outcome = advise("rules", "verify", "--rules", "example")
    assert outcome.err == ""
    found = about(code, outcome.out, before)
    shown = COMMAND + shortened(outcome.out, found)
    assert found, outcome.out + outcome.err
    assert outcome.code == (0 if code == "V16" else 1)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(CONSOLE.sub(lambda _: shown, page), encoding="utf-8")
    else:
        assert CONSOLE.findall(example) == [shown]

    lay(instead)
    mended = advise("rules", "verify", "--rules", "example")
    assert (mended.code, mended.err) == (0, ""), mended.out
    assert about(code, mended.out, before) == []
    cases = advise("rules", "test", "--rules", "example")
    assert cases.code == 0, cases.out + cases.err


def test_every_code_has_a_page_with_its_title_and_all_sections_and_a_line_in_the_table() -> None:
    assert sorted(path.stem for path in PAGES.glob("V*.md")) == sorted(TITLES)
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    for code, title in TITLES.items():
        page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {code}: {title}\n")
        assert re.findall(r"^## (.*)$", page, re.M) == SECTIONS
        assert re.search(rf"^\| \[{code}\]\({code}\.md\) \| .*\| {title} \|", index, re.M), code


def test_links_between_the_pages_lead_somewhere() -> None:
    for path in PAGES.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (PAGES / target).exists(), f"{path.name}: {target}"
