"""What conditions and the texts beside them say too much: parts that never matter, facts quoted where none is known."""

from __future__ import annotations

import string
from collections.abc import Iterator

from advisor.compilers.cells import compile_cells
from advisor.conditions import All, AnyOf, Condition, Not, NotApplicable, evaluate, tests_of
from advisor.packs.pack import Rule
from advisor.search import Undecided
from advisor.verify.findings import Case, Checked, Finding, unconfirmed, undecided
from advisor.verify.ground import Ground
from advisor.wording import say_test


def idle_parts(ground: Ground) -> Iterator[Checked]:
    """V08: leaving out any part of a condition makes its rule fire in other cases than before."""
    for rule in ground.pack.rules:
        for part, rest in _lighter(rule.when):
            yield _part(ground, rule, part, rest)


def _part(ground: Ground, rule: Rule, part: Condition, rest: Condition) -> Checked:
    words = " / ".join(say_test(test) for test in tests_of(part)) or "an empty list"
    table = compile_cells((rule.when, rest), ground.worlds)
    search = ground.search_of(table)
    try:
        matters = any(
            search.find((ground.true(one), ground.false(other))) is not None for one, other in ((0, 1), (1, 0))
        )
    except Undecided:
        return undecided("V08", f"this part of the condition ever matters: {words}", rule)
    message = f"this part of the condition never matters, whatever else is answered: {words}."
    return None if matters else Finding("V08", "warning", message, rule)


def _lighter(condition: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Yield each part of a condition with what is left of the condition without it."""
    match condition:
        case Not(part):
            for inner, rest in _lighter(part):
                yield inner, Not(rest)
        case All(parts) | AnyOf(parts):
            for index, part in enumerate(parts):
                before, after = parts[:index], parts[index + 1 :]
                yield part, type(condition)((*before, *after))
                for inner, rest in _lighter(part):
                    yield inner, type(condition)((*before, rest, *after))


def unknown_quotes(ground: Ground) -> Iterator[Checked]:
    """V13: wherever a rule fires, the facts that its reason quotes are known and apply."""
    for number, rule in enumerate(ground.pack.rules):
        for fact in dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(rule.because) if name):
            yield _quote(ground, number, rule, fact)


def _quote(ground: Ground, number: int, rule: Rule, fact: str) -> Checked:
    field = next((index for index, field in enumerate(ground.worlds.fields) if fact in field.facts), None)
    if field is None:
        return None

    def unknown(case: Case) -> bool:
        facts = ground.facts_of(case)
        value = facts.get(fact)
        return evaluate(rule.when, facts) is True and (value is None or isinstance(value, NotApplicable))

    for box in ground.table.boxes:
        if box.condition != number:
            continue
        for cell, kind in zip(ground.worlds.fields[field].cells, ground.table.kind_of[field], strict=True):
            value = cell.facts[fact]
            if box.allowed.get(field, -1) >> kind & 1 and (value is None or isinstance(value, NotApplicable)):
                others = [
                    kinds[next(kind for kind in range(len(kinds)) if box.allowed.get(index, -1) >> kind & 1)]
                    for index, kinds in enumerate(ground.table.kinds)
                ]
                case = ground.smallest(ground.case_of_cells([*others[:field], cell, *others[field + 1 :]]), unknown)
                if case is None:
                    return unconfirmed("V13", f"'{fact}', which its reason quotes, is known wherever it fires", rule)
                message = f"its reason quotes '{fact}', which may not be known where the rule fires."
                return Finding("V13", "warning", message, rule, (case,))
    return None
