"""`docs/facts.md` lists every derived fact as it is declared; `UPDATE_GOLDEN=1` writes it again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from advisor.conditions import Domain
from advisor.derived import DERIVED, IN_MISTAKES, IN_ROADMAP, DerivedFact
from advisor.wording import number

PAGE = Path(__file__).resolve().parent.parent / "docs" / "facts.md"
WRITTEN_OUT = ("id", "domain", "meaning", "inputs", "assumes", "cost", "form")
HEADS = ("Fact", "Type and domain", "Meaning", "Follows", "Also takes")
PARTS = (
    ("For every condition", "Rules, mistakes and the roadmap may test these.", DERIVED),
    (
        "For mistakes",
        "Each strategy of the plan has its own; only the conditions of mistakes may test them.",
        IN_MISTAKES,
    ),
    ("For the roadmap", "These come after the recommendation; only the conditions of steps may test them.", IN_ROADMAP),
)
INTRODUCTION = """\
# Derived facts

Conditions test answers by the ids of their questions, and the facts below, which are computed. What a fact follows
has to be answered: where it is open, the fact is unknown unless every value would give the same, and a rule that needs
it does not fire. The rest it takes as answered or as assumed. A fact made of money takes all that costs read. Where a
question does not apply, what follows from it does not apply either, and its tests are false.

This page is held to the declarations in `advisor/derived.py` by a test; `just golden` writes it again.
"""


def domain_text(domain: Domain) -> str:
    match domain.kind:
        case "bool":
            return "true or false"
        case "choice":
            return ", ".join(f"`{value}`" for value in domain.values)
        case _:
            low, high = (end if end is None else number(end) for end in (domain.low, domain.high))
            return f"number, {low or 'any'} to {high or 'any'}"


def cell(value: Any) -> str:
    """Return the value of any other field of a fact, so that a field added to the declaration appears here."""
    if isinstance(value, Domain):
        return domain_text(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return ", ".join(cell(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {cell(part)}" for key, part in value.items())
    return "" if value is None else str(value)


def row(fact: DerivedFact, others: Iterable[str]) -> str:
    taken = [f"`{name}`" for name in fact.assumes] + (["what costs read"] if fact.cost else [])
    cells = [
        f"`{fact.id}`",
        domain_text(fact.domain),
        fact.meaning,
        ", ".join(f"`{name}`" for name in fact.inputs),
        ", ".join(taken),
        *(cell(getattr(fact, name)) for name in others),
    ]
    return f"| {' | '.join(cells)} |"


def page() -> str:
    others = [field.name for field in fields(DerivedFact) if field.name not in WRITTEN_OUT]
    heads = [*HEADS, *(name.replace("_", " ").capitalize() for name in others)]
    text = [INTRODUCTION]
    for title, note, facts in PARTS:
        table = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *(row(fact, others) for fact in facts)]
        text.append(f"## {title}\n\n{note}\n\n" + "\n".join(table) + "\n")
    return "\n".join(text)


def test_the_page_lists_every_derived_fact_as_it_is_declared() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_fact_is_declared_once() -> None:
    ids = [fact.id for _, _, facts in PARTS for fact in facts]
    assert len(ids) == len(set(ids))
