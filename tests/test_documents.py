"""Documents: golden files of the examples, the README's excerpt, and what every document must and must not hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from advisor.answers import read_answers
from advisor.assessment import Assessment, assess
from advisor.documents.markdown import render
from advisor.documents.view import view_of
from advisor.fingerprint import opened
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.advise.json"))
SECTIONS = [
    "Options",
    "Reasons",
    "Ruled out",
    "What would change this",
    "Costs",
    "Break-even",
    "Mistakes",
    "Roadmap",
    "Assumptions",
    "Answers",
    "Prices and provenance",
]


def assessed(file: Path, pack: Pack, book: PriceBook) -> Assessment:
    answers = read_answers(file, pack.questionnaire)
    assert answers.as_of is not None
    return assess(answers, pack, book, answers.as_of)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_the_document_of_an_example_is_what_its_answers_give(file: Path, pack: Pack, book: PriceBook) -> None:
    golden = file.with_name(file.name.replace(".json", ".md")).read_text(encoding="utf-8")
    assert render(assessed(file, pack, book)) == opened(golden)[0]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_a_document_has_its_sections_and_no_wide_table(file: Path, pack: Pack, book: PriceBook) -> None:
    document = render(assessed(file, pack, book))
    ends = ["When the current model ends"] if assessed(file, pack, book).ending else []
    assert re.findall(r"^## (.*)$", document, re.MULTILINE) == ends + SECTIONS
    assert "$" not in document
    assert not re.search(r"(USD|\|) None", document.replace("| None needed", "").replace("| None of", ""))
    rows = [line for line in document.splitlines() if line.startswith("|")]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) <= 7 for row in rows)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_the_printed_total_is_the_sum_of_printed_lines_everywhere(file: Path, pack: Pack, book: PriceBook) -> None:
    assessment = assessed(file, pack, book)
    view = view_of(assessment)
    lines = [Decimal(row.cells[4].removeprefix("USD ").replace(",", "")) for row in view.lines.table.rows]
    total = f"USD {sum(lines, Decimal(0)):,}"
    assert view.lines.total == total
    recommended = next(row for row in view.totals.rows if row.cells[0].startswith("**"))
    assert recommended.cells[4] == total
    assert view.months.rows[-1].cells[1] == total
    assert view.money.startswith(total)


def test_every_price_row_of_a_line_stands_in_the_price_table(pack: Pack, book: PriceBook) -> None:
    for file in EXAMPLES:
        assessment = assessed(file, pack, book)
        listed = {row.cells[0].strip("`") for row in view_of(assessment).prices.rows}
        used = {
            line.rate.id
            for cost in assessment.costs.values()
            for line in cost.lines
            if not line.rate.id.startswith("labour/")
        }
        assert used <= listed


def test_the_excerpt_of_the_readme_is_real() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    document = (ROOT / "examples" / "support-classifier.advise.md").read_text(encoding="utf-8")
    excerpt = readme.partition("<!-- excerpt:")[2].partition("## Quick start")[0].splitlines()[1:]
    lines = [line for line in excerpt if line]
    assert len(lines) > 8
    assert all(line in document.splitlines() for line in lines)


def test_the_quick_start_is_one_block_of_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Quick start")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 1
    assert len(blocks[0].strip().splitlines()) == 2


def test_the_same_bytes_under_another_hash_seed_time_zone_and_folder(tmp_path: Path) -> None:
    file = ROOT / "examples" / "support-knowledge-base.advise.json"
    printed = set()
    for seed, zone in (("1", "Pacific/Kiritimati"), ("2", "America/Los_Angeles")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "advisor", "run", str(file), "-o", "-"]
        printed.add(subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True).stdout)
    assert printed == {file.with_name("support-knowledge-base.advise.md").read_bytes()}
