"""What pages work out by hand for the support classifier is what its document says, and the sums are right.

`UPDATE_GOLDEN=1` writes the figures of the pages again.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from cost_lines import evaluated
from worked import BLOCKS

from advisor.answers import read_answers
from advisor.assessment import Assessment, assess
from advisor.documents.markdown import render
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.wording import number

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = {"read-a-recommendation.md": 6, "scoring.md": 2}
"""The pages with worked figures, and how many blocks each has at least."""

BLOCK = re.compile(r"^<!-- worked: (\S+) -->\n.*?^<!-- /worked -->$", re.M | re.S)


@pytest.fixture(scope="module")
def classifier(pack: Pack, book: PriceBook) -> Assessment:
    answers = read_answers(ROOT / "examples" / "support-classifier.advise.json", pack.questionnaire)
    assert answers.as_of is not None
    return assess(answers, pack, book, answers.as_of)


def block(name: str, found: Assessment) -> str:
    lines = list(BLOCKS[name](found))
    body = "\n".join(lines) if lines[0].startswith("|") else "\n".join(("```text", *lines, "```"))
    return f"<!-- worked: {name} -->\n\n{body}\n\n<!-- /worked -->"


@pytest.mark.parametrize("name", PAGES)
def test_the_figures_of_a_page_are_those_of_the_example(name: str, classifier: Assessment) -> None:
    path = DOCS / name
    text = path.read_text(encoding="utf-8")
    renewed, count = BLOCK.subn(lambda found: block(found[1], classifier), text)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(renewed, encoding="utf-8")
        text = renewed
    assert text == renewed
    assert count >= PAGES[name]


@pytest.mark.parametrize("name", [name for name in BLOCKS if name != "scores"])
def test_every_sum_that_is_worked_out_is_right(name: str, classifier: Assessment) -> None:
    for line in BLOCKS[name](classifier):
        left, right = re.sub(r"^(\S+ )+ +|^no labour ", "", line).rsplit(" = ", 1)
        difference = evaluated(left, {}) - Decimal(right.replace(",", ""))
        assert abs(difference) <= Decimal("0.01"), line


@pytest.mark.parametrize("name", [name for name in BLOCKS if name != "scores"])
def test_every_result_that_is_worked_out_is_in_the_document(name: str, classifier: Assessment) -> None:
    document = render(classifier)
    for line in BLOCKS[name](classifier):
        if not line.startswith(("calls", "1,000", "build", "run", "maintain")):
            assert line.rsplit(" = ", 1)[1].removeprefix("-") in document, line


def test_what_the_page_says_in_words_of_the_example_is_so(classifier: Assessment) -> None:
    page = (DOCS / "read-a-recommendation.md").read_text(encoding="utf-8")
    assert f"{number(classifier.workload.queries_per_day.value)} support tickets a day" in page
    assert f"below {classifier.pack.decisive_margin} points" in page
    for quoted in ("Fine-tuning, line by line", "Which strategy wins at which value", "Assumptions", "Prices"):
        assert f'"{quoted}"' in page
        assert quoted in render(classifier)
