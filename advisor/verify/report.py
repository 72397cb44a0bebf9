"""All proofs, run and told: the findings of a pack, as text and as JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from advisor.answers import plain
from advisor.conditions import Value
from advisor.packs.pack import Pack
from advisor.plain_json import dump
from advisor.search import STEPS
from advisor.verify.cases import half_tried_comparisons, untested_rules
from advisor.verify.conditions import idle_parts, unknown_quotes
from advisor.verify.directions import broken_directions
from advisor.verify.effects import cancelling_pairs, double_counts, idle_rules
from advisor.verify.findings import TITLES, Case, Checked, Report, Verdicts
from advisor.verify.ground import Ground
from advisor.verify.reach import (
    closed_techniques,
    dead_rules,
    exact_ties,
    idle_combination,
    points_behind_gates,
    unmet_needs,
    unreachable_strategies,
)
from advisor.verify.uses import unused_inputs
from advisor.wording import plural

PROOFS: Final[tuple[Callable[[Ground], Iterator[Checked]], ...]] = (
    dead_rules,
    idle_rules,
    double_counts,
    cancelling_pairs,
    unreachable_strategies,
    unmet_needs,
    broken_directions,
    idle_parts,
    unused_inputs,
    closed_techniques,
    points_behind_gates,
    idle_combination,
    unknown_quotes,
    untested_rules,
    half_tried_comparisons,
    exact_ties,
)
"""The properties of a pack, V01 to V16."""

MOST_UNDECIDED: Final = 3
"""Undecided properties of one code that are printed one by one."""

_WORST_FIRST: Final = ("error", "warning", "info")
_BARE: Final = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+)*")
_NOT_TEXT: Final = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def verify(pack: Pack, steps: int = STEPS) -> Report:
    """Return what holds of a pack for every set of answers, each search ending after `steps` steps.

    Raises InputError for a case of a rule that names what there is not.
    """
    ground = Ground(pack, steps)
    checked = [entry for proof in PROOFS for entry in proof(ground)]
    found = [entry for entry in checked if entry is not None]
    open_ = sum(entry.undecided for entry in found)
    verdicts = Verdicts(len(checked) - len(found), len(found) - open_, open_)
    return Report(tuple(sorted(found, key=lambda entry: _WORST_FIRST.index(entry.severity))), verdicts)


def report_text(pack: Pack, report: Report) -> str:
    """Return the findings, each with its witness, the counts, and where the codes found are explained."""
    open_ = Counter(entry.code for entry in report.findings if entry.undecided)
    many = [code for code, count in sorted(open_.items()) if count > MOST_UNDECIDED]
    lines = [
        f"{code}: {open_[code]} properties not decided within the steps given; --steps allows more." for code in many
    ]
    for entry in report.findings:
        if entry.undecided and entry.code in many:
            continue
        where = f"{pack.place_of(entry.rule.id)}: " if entry.rule else ""
        about = f"{entry.rule.id}: " if entry.rule else ""
        lines.append(f"{where}{entry.severity} {entry.code} ({TITLES[entry.code]}) {about}{entry.message}")
        lines += [f"  case: {case_text(case)}" for case in entry.witness]
    counts = report.verdicts
    found = {severity: sum(entry.severity == severity for entry in report.findings) for severity in _WORST_FIRST}
    lines.append(
        f"{pack.name} {pack.version}: {plural(len(pack.rules), 'rule')}; {counts.proved} proved, {counts.refuted} "
        f"refuted, {counts.undecided} undecided; {plural(found['error'], 'error')}, "
        f"{plural(found['warning'], 'warning')}, {found['info']} for information."
    )
    if report.findings:
        pages = sorted({f"{entry.code}.md" for entry in report.findings})
        lines.append(f"Explained in docs/verify: {', '.join(pages)}.")
    return "\n".join(lines) + "\n"


def case_text(case: Case) -> str:
    """Return a case as a rule's `tests` have it: a YAML mapping on one line."""
    return "{" + ", ".join(f"{name}: {_flow(value)}" for name, value in case.items()) + "}"


def _flow(value: Value) -> str:
    """Return a value in YAML's flow style; text is quoted where a reader of YAML could take it for something else."""
    match value:
        case tuple():
            return f"[{', '.join(map(_flow, value))}]"
        case str():
            return value if _BARE.fullmatch(value) and value.lower() not in _NOT_TEXT else dump(value)
        case _:
            return dump(plain(value))


def report_json(pack: Pack, report: Report) -> dict[str, Any]:
    """Return the findings and the counts as plain values (DESIGN section 8). A witness is a list of cases: one, or the
    two between which a declared direction is broken; null where what is refuted is that there is a case."""
    counts = report.verdicts
    return {
        "findings": [
            {
                "code": entry.code,
                "severity": entry.severity,
                "rule": entry.rule.id if entry.rule else None,
                "message": entry.message,
                "location": str(pack.place_of(entry.rule.id)) if entry.rule else None,
                "witness": [{name: plain(value) for name, value in case.items()} for case in entry.witness] or None,
            }
            for entry in report.findings
        ],
        "verdicts": {"proved": counts.proved, "refuted": counts.refuted, "undecided": counts.undecided},
    }
