"""Reading the price files and a user's overlay, and checking them as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from advisor import where
from advisor.errors import InputError, Place, Problem, fail, nearest_name
from advisor.files import read_text
from advisor.pricebook.rows import ROLES, WORK, Aliases, Event, Labour, Overlay, PriceRow, Rows, Shortlist
from advisor.records import read_record, read_records
from advisor.trees import Tree, parse_yaml, read_yaml_folder

_NOT_PRICES: Final = ("models.yaml", "availability.yaml", "shortlist.yaml", "labour.yaml")


def read_rows(folder: Path = where.PRICING, overlay: Path | None = None) -> Rows:
    """Read and check a folder of price files, and a user's file of rows that add to or replace them by id.

    Raises InputError with file:line:column for whatever is wrong.
    """
    trees = read_yaml_folder(folder)
    for name in _NOT_PRICES:
        if name not in trees:
            raise fail(f"the price book has no {name}.", Place(str(folder)))
    problems: list[Problem] = []
    prices: dict[str, PriceRow] = {}
    for name, tree in trees.items():
        if name not in _NOT_PRICES:
            for index, row in enumerate(read_records(PriceRow, tree, "rows")):
                if row.id in prices:
                    problems.append(Problem(f"the row '{row.id}' is there twice.", tree.place("rows", index, "id")))
                prices[row.id] = row
    models = read_record(Aliases, trees["models.yaml"], trees["models.yaml"].value)
    shortlist = read_record(Shortlist, trees["shortlist.yaml"], trees["shortlist.yaml"].value)
    roles = shortlist.roles
    problems.extend(_missing(ROLES, roles, "role", trees["shortlist.yaml"]))
    labour = {entry.id: entry for entry in read_records(Labour, trees["labour.yaml"], "labour")}
    problems.extend(_missing(WORK, labour, "kind of work", trees["labour.yaml"]))
    if problems:
        raise InputError(problems)
    events = read_records(Event, trees["availability.yaml"], "events")
    own = Overlay.model_construct()
    if overlay is not None:
        trees["overlay"] = parse_yaml(read_text(overlay), str(overlay))
        own = _read_overlay(trees["overlay"])
    return Rows(
        (*own.rows, *(row for row in prices.values() if row.id not in own_ids(own))),
        tuple(({row.id: row for row in models.models} | {row.id: row for row in own.models}).values()),
        models.aliases,
        events,
        roles,
        shortlist.tiers,
        labour | {entry.id: entry for entry in own.labour},
        hashlib.sha256("\n".join(repr(tree.value) for tree in trees.values()).encode()).hexdigest()[:16],
        own_ids(own),
        own.discounts,
        {name: trees["overlay"].place("discounts", name) for name in own.discounts},
    )


def _read_overlay(tree: Tree) -> Overlay:
    """Read a user's file of own prices; raises InputError with file:line:column for what is wrong in it."""
    overlay = read_record(Overlay, tree, tree.value)
    seen: set[str] = set()
    problems = []
    for index, row in enumerate(overlay.rows):
        if row.id in seen:
            problems.append(Problem(f"the row '{row.id}' is there twice.", tree.place("rows", index, "id")))
        seen.add(row.id)
    for index, work in enumerate(overlay.labour):
        if work.id not in WORK:
            place = tree.place("labour", index, "id")
            problems.append(
                Problem(f"unknown kind of work '{work.id}'.", place, ", ".join(WORK), nearest_name(work.id, WORK))
            )
    if problems:
        raise InputError(problems)
    return overlay


def own_ids(overlay: Overlay) -> frozenset[str]:
    """Return the ids of a user's own rows."""
    return frozenset(row.id for row in overlay.rows)


def _missing(needed: tuple[str, ...], found: Mapping[str, object], what: str, tree: Tree) -> list[Problem]:
    return [Problem(f"the {what} '{name}' is missing.", tree.place()) for name in needed if name not in found]
