"""`docs/costs.md` has a formula for every cost line, and the formulas give what the lines of real results count.

`UPDATE_GOLDEN=1` writes the table of the page again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from cost_lines import EXAMPLES, FORMULAS, ON_PREMISES, VARIANTS, WORDS, Plan, plans
from gallery import assessed

from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.wording import amount, number

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "costs.md"
BEGIN, END = "<!-- lines -->\n", "<!-- /lines -->\n"
SHOWN = (
    ("support-classifier", "as answered"),
    ("brand-voice-writer", "as answered"),
    ("operations-agent", "as answered"),
    ("support-knowledge-base", "as answered"),
    ("on-premises-extractor", "as answered"),
    ("support-knowledge-base", "half in batch"),
    ("prototype", "data to be made"),
    ("prototype", "from scratch"),
    ("prototype", "a fee for each request"),
)
"""Where the worked numbers of the page are looked for, in this order."""

GROUPS = {
    "Lines of serving": ("request_fee", "batch_output_tokens", "hosting", "gpu_hours"),
    "Lines of retrieval": ("query_embedding", "index_rewrite"),
    "Lines of tuning": ("training", "labels"),
    "Lines of people's hours": ("label_review", "requirement_change"),
}
"""The first and the last line of each group on the page."""


def worked(line_id: str, found: list[tuple[str, Plan]]) -> str:
    """Return a row of the table: the formula of a line, and the first real line of some cents that it gives."""
    for where, plan in found:
        match plan.lines(line_id):
            case [line] if line.amount_usd >= Decimal("0.05"):
                counted = number(line.quantity.quantize(Decimal("1e-6")).normalize())
                said = f"{counted} × {number(line.unit_price_usd)} = {amount(line.amount_usd)}"
                if not FORMULAS[line_id]:
                    counts = "what a month's bill is short of the store's minimum, as a share of it"
                    return f"| `{line_id}` | {counts} | {line.unit} | {where}: {said} |"
                filled = plan.substituted(line_id)
                own = f"; on your own GPUs {ON_PREMISES[line_id]}" if line_id in ON_PREMISES else ""
                first = "" if filled.replace(",", "") == counted.replace(",", "") else f"{filled} = {counted}; "
                return f"| `{line_id}` | {plan.formula(line_id)}{own} | {line.unit} | {where}: {first}{said} |"
    raise AssertionError(f"no workload has the line {line_id}")


def table(pack: Pack, book: PriceBook) -> Iterator[str]:
    """Yield the lines of the page between its marks."""
    found: list[tuple[str, Plan]] = []
    idle: list[tuple[str, Plan]] = []
    for example, variant in SHOWN:
        assessment = assessed(example, VARIANTS[variant], pack, book)
        where = f"`{example}`" + (f" with `{'`, `'.join(VARIANTS[variant])}`" if VARIANTS[variant] else "")
        applies = {entry.id: entry.applies for entry in assessment.alternatives}
        for plan in plans(assessment):
            name = pack.names.get(plan.id, plan.id.replace("_", " "))
            (found if applies.get(plan.id, True) else idle).append((f"{where}, {name}", plan))
    found += idle
    ids = list(FORMULAS)
    for name, ends in GROUPS.items():
        yield from ("", f"### {name}", "", "| Line | Counts | Unit | Worked, USD |", "| --- | --- | --- | --- |")
        for line_id in ids[ids.index(ends[0]) : ids.index(ends[-1]) + 1]:
            yield worked(line_id, found)
    yield from ("", "### Symbols", "", "| Symbol | Stands for |", "| --- | --- |")
    yield from (f"| {symbol} | {words} |" for symbol, words in WORDS.items())
    yield ""


def test_the_page_has_a_formula_and_a_worked_number_for_every_line(pack: Pack, book: PriceBook) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    renewed = head + BEGIN + "\n".join(table(pack, book)) + "\n" + END + rest.partition(END)[2]
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(renewed, encoding="utf-8")
        text = renewed
    assert text == renewed
    assert [line for line in FORMULAS if f"\n| `{line}` | " not in text] == []


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_formulas_give_what_the_lines_count(example: str, variant: str, pack: Pack, book: PriceBook) -> None:
    for plan in plans(assessed(example, VARIANTS[variant], pack, book)):
        for line_id in {line.id for line in plan.cost.lines if FORMULAS[line.id]}:
            counted = sum(line.quantity for line in plan.lines(line_id))
            assert abs(plan.quantity(line_id) - counted) <= Decimal("1e-9") * max(1, counted), f"{plan.id}: {line_id}"


def test_every_symbol_of_a_formula_is_explained_and_no_other() -> None:
    used = {name for formula in FORMULAS.values() for name in re.findall(r"[a-z_]{4,}", formula)}
    assert used == set(WORDS)
