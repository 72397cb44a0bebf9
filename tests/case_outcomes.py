"""Prints the whole-pack cases of the built-in pack with what it makes of them now, to be read and pasted by a person.

Renewing a case is a judgement: nothing writes `rules/cases.yaml` but an editor.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Any

from advisor import where
from advisor.packs.files import CaseEntry
from advisor.packs.layers import CASES, read_part
from advisor.packs.reader import load_pack
from advisor.rule_tests.cases import Outcome, facts_of_answers, outcome_of
from advisor.trees import parse_yaml


def main(wanted: list[str]) -> None:
    pack = load_pack()
    path = where.RULES / CASES
    for entry in read_part(CaseEntry, [[parse_yaml(path.read_text(encoding="utf-8"), str(path))]], "cases", "case", []):
        if not wanted or entry.record.id in wanted:
            facts = facts_of_answers(pack, entry.record.answers, entry.spot.line)
            print(written(entry.record, outcome_of(pack, facts)))


def written(case: CaseEntry, outcome: Outcome) -> str:
    """Return a case as the file has it, with the outcome that the pack gives it."""
    closed = {technique: list(gates) for technique, gates in outcome.ruled_out.items()}
    parts = [
        f"- id: {case.id}",
        f"  title: {case.title}",
        _wrapped("answers: ", flow(case.answers)),
        f"  strategy: {outcome.strategy}",
        _wrapped("fires: ", flow(list(outcome.fires))),
        _wrapped("scores: ", flow(dict(outcome.scores))),
        _wrapped("ruled_out: ", flow(closed)),
    ]
    return "\n".join(parts)


def flow(value: Any) -> str:
    """Return a value in YAML's flow style; a bare `no` is quoted for readers of YAML 1.1."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case _:
            return '"no"' if value == "no" else str(value)


def _wrapped(key: str, text: str) -> str:
    """Return a value in lines that break between items only."""
    held = text.replace(": ", ":\u00a0")
    lines = textwrap.fill(key + held, 116, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    return lines.replace("\u00a0", " ")


if __name__ == "__main__":
    main(sys.argv[1:])
