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
from advisor.documents.bundle import bundle
from advisor.documents.markdown import render
from advisor.documents.sections.basis import Basis
from advisor.documents.sections.costs import Costs
from advisor.documents.sections.headline import Headline
from advisor.fingerprint import Style, opened
from advisor.naming import pictures_folder
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.advise.json"))
SECTIONS = [
    "Considered Options",
    "Context and Problem Statement",
    "Decision Drivers",
    "Decision Outcome",
    "Mistakes to Avoid",
    "What Would Change This",
    "Cost Projection",
    "Pros and Cons of the Options",
    "Rollout",
    "More Information",
]


def assessed(file: Path, pack: Pack, book: PriceBook) -> Assessment:
    answers = read_answers(file, pack.questionnaire)
    assert answers.as_of is not None
    return assess(answers, pack, book, answers.as_of)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_the_document_of_an_example_is_what_its_answers_give(file: Path, pack: Pack, book: PriceBook) -> None:
    document = file.with_name(file.name.replace(".json", ".md"))
    made = bundle(assessed(file, pack, book), Style(), document)
    assert made.text == opened(document.read_text(encoding="utf-8"))[0]
    folder = pictures_folder(document)
    assert made.pictures == {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_a_document_has_its_sections_and_no_wide_table(file: Path, pack: Pack, book: PriceBook) -> None:
    document = render(assessed(file, pack, book))
    assert re.findall(r"^## (.*)$", document, re.MULTILINE) == SECTIONS
    assert ("### When the current model ends" in document) == (assessed(file, pack, book).ending is not None)
    assert "$" not in document
    assert not re.search(r"(USD|\|) None", document.replace("| None needed", "").replace("| None of", ""))
    rows = [line for line in document.splitlines() if line.startswith("|")]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) <= 7 for row in rows)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_the_printed_total_is_the_sum_of_printed_lines_everywhere(file: Path, pack: Pack, book: PriceBook) -> None:
    assessment = assessed(file, pack, book)
    costs, headline = Costs(assessment), Headline(assessment)
    lines = [Decimal(row.cells[4].replace(",", "")) for row in costs.lines.table.rows]
    total = f"{sum(lines, Decimal(0)):,}"
    assert costs.lines.total == f"USD {total}"
    recommended = next(row for row in costs.totals.rows if row.cells[0].startswith("**"))
    assert recommended.cells[4] == total
    assert costs.months.rows[-1].cells[1] == total
    assert f"USD {total} over" in headline.cost


def test_every_price_row_of_a_line_stands_in_the_price_table(pack: Pack, book: PriceBook) -> None:
    for file in EXAMPLES:
        assessment = assessed(file, pack, book)
        listed = {row.cells[0].strip("`") for row in Basis(assessment).prices.rows}
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
    lines = [line for line in excerpt if line and not line.startswith("![")]
    assert len(lines) > 8
    assert all(line in document.splitlines() for line in lines)


def test_the_quick_start_is_one_block_of_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Quick start")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 1
    assert len(blocks[0].strip().splitlines()) == 2


SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8"},
)


def test_the_same_bytes_under_another_hash_seed_time_zone_locale_and_folder(tmp_path: Path) -> None:
    name = "support-knowledge-base.advise"
    file = ROOT / "examples" / f"{name}.json"
    found = []
    for number, surroundings in enumerate(SURROUNDINGS):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {**os.environ, **surroundings, "PYTHONPATH": str(ROOT)}
        for form in ("md", "html"):
            command = [sys.executable, "-m", "advisor", "run", str(file), "-o", ".", "--format", form]
            subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=True)
        made = sorted(path for path in folder.rglob("*") if path.is_file())
        found.append({str(path.relative_to(folder)): path.read_bytes() for path in made})
    assert found[0] == found[1]
    written = {place: data for place, data in found[0].items() if not place.endswith(".html")}
    assert written == {place: (file.parent / place).read_bytes() for place in written}
    assert {f"{name}.md", f"{name}/cumulative-cost.svg"} < written.keys()
