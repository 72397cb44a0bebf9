"""An independent answer to the questions of `advisor.search`: the same worlds and goals, put to the solver clingo."""

from __future__ import annotations

from collections.abc import Sequence

import clingo

from advisor.compilers.cells import CellTable
from advisor.search import Goal, World


def program(table: CellTable, goals: Sequence[Goal]) -> str:
    """Return worlds and goals as a logic program: a kind of cell for each field, boxes that hold it, sums of points."""
    lines = []
    for field, kinds in enumerate(table.kinds):
        lines.append(f"1 {{ cell({field},0..{len(kinds) - 1}) }} 1.")
    for index, box in enumerate(table.boxes):
        parts = []
        for field, mask in box.allowed.items():
            allowed = [kind for kind in range(len(table.kinds[field])) if mask >> kind & 1]
            lines.append(f"in({index},{field}) :- cell({field},({';'.join(map(str, allowed))})).")
            parts.append(f"in({index},{field})")
        lines.append(f"true({box.condition})" + (f" :- {', '.join(parts)}." if parts else "."))
    for number, goal in enumerate(goals):
        lines += [f"weight({number},{condition},{weight})." for condition, weight in enumerate(goal.weights) if weight]
        lines.append(f":- #sum {{ W,C : weight({number},C,W), true(C) }} < {goal.at_least}.")
    return "\n".join([*lines, "#show cell/2."])


def find(table: CellTable, goals: Sequence[Goal]) -> World | None:
    """Return a world in which every goal is reached, or None when there is none."""
    control = clingo.Control(["--warn=none"])
    control.add("base", [], program(table, goals))
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        for model in handle:
            chosen = {symbol.arguments[0].number: symbol.arguments[1].number for symbol in model.symbols(shown=True)}
            return tuple(chosen[field] for field in range(len(table.kinds)))
    return None
