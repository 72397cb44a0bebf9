"""Every heuristic of the rules is in the product: `docs/heuristics.md` says where, and this test follows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.packs.pack import Pack

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "heuristics.md").read_text(encoding="utf-8")
LINES = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if re.match(r"\| H\d+ ", line)}
HEURISTICS = [f"H{number}" for number in range(1, 19)]


def entries(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, the id and the ref of every source in the pack that can name a heuristic."""
    for kind, found in (
        ("rule", pack.rules),
        ("mistake", pack.mistakes),
        ("step", pack.steps),
        ("dimension", pack.dimensions),
    ):
        for entry in found:
            yield kind, entry.id, entry.source.ref or ""
    for topic in pack.faq:
        for source in topic.sources:
            yield "topic", topic.id, source.ref or ""


def referring(pack: Pack, heuristic: str) -> set[tuple[str, str]]:
    """Return the kind and id of what has a heuristic in its source."""
    return {(kind, name) for kind, name, ref in entries(pack) if heuristic in re.findall(r"\bH\d+\b", ref)}


def test_the_page_has_a_line_for_every_heuristic_in_order() -> None:
    assert list(LINES) == HEURISTICS


@pytest.mark.parametrize("heuristic", HEURISTICS)
def test_a_line_names_exactly_what_refers_to_its_heuristic(heuristic: str, pack: Pack) -> None:
    named = set(re.findall(r"(rule|mistake|step|dimension|topic) `([^`]+)`", LINES[heuristic]))
    assert named == referring(pack, heuristic)
    assert named


def test_no_source_refers_to_a_heuristic_that_the_page_does_not_have(pack: Pack) -> None:
    found = {heuristic for _, _, ref in entries(pack) for heuristic in re.findall(r"\bH\d+\b", ref)}
    assert found == set(LINES)


def test_everything_the_page_names_exists(pack: Pack) -> None:
    known = {name for _, name, _ in entries(pack)}
    below = PAGE.partition("## What is not a rule")[2].partition("## What the cases show")[0]
    quoted = set(re.findall(r"`([a-z]+(?:[-_][a-z]+)+)`", below))
    assert quoted
    assert quoted <= known


def test_what_is_not_a_rule_speaks_of_heuristics_and_demands_that_there_are() -> None:
    below = PAGE.partition("## What is not a rule")[2]
    assert set(re.findall(r"\*\*(H\d+)", below)) <= set(HEURISTICS)
    without_rule = {name for name, line in LINES.items() if "rule `" not in line}
    assert without_rule <= set(re.findall(r"\*\*(H\d+)", below))
