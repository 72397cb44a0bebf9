"""Breaks the built-in pack on purpose, in many seeded ways, and counts what `rules test` and `rules verify` notice.

    python tests/mutants.py [COUNT]

prints what noticed each kind of break, and every break that nothing noticed. Breaks are made in the data, so that each
is what an author could have written.
"""

from __future__ import annotations

import copy
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from advisor import where
from advisor.errors import InputError
from advisor.packs.reader import load_pack
from advisor.pricebook.book import load_book
from advisor.rule_tests.cases import read_pack_cases
from advisor.rule_tests.runs import run_rule_tests
from advisor.trees import parse_yaml
from advisor.verify.report import verify

THEMES: Final = ("behaviour", "constraints", "data", "economics", "knowledge", "prompting")
OPPOSITE: Final = {
    "lt": "ge",
    "ge": "lt",
    "le": "gt",
    "gt": "le",
    "eq": "ne",
    "ne": "eq",
    "in": "not_in",
    "not_in": "in",
}
NEXT_TO: Final = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}
POINTS: Final = (1, 2, 3, 5, 8)

Rules = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Mutant:
    """One break: its kind, what was done in words, and the files of the broken pack."""

    kind: str
    what: str
    files: dict[str, Any]


def mutants(count: int, seed: int = 0) -> Iterator[Mutant]:
    """Yield breaks of the built-in pack, every kind in turn, each another one."""
    chance = random.Random(seed)
    whole = {path.name: parse_yaml(path.read_text(), path.name).value for path in where.RULES.glob("*.yaml")}
    seen: set[str] = set()
    kinds = list(KINDS.items())
    tries = 0
    while len(seen) < count:
        kind, make = kinds[tries % len(kinds)]
        tries += 1
        files = copy.deepcopy(whole)
        theme = chance.choice(THEMES)
        rules = files[f"{theme}.yaml"]["rules"]
        what = make(chance, rules, files)
        if what is not None and f"{kind}: {what}" not in seen:
            seen.add(f"{kind}: {what}")
            yield Mutant(kind, what, files)


def _tests(condition: Any) -> Iterator[dict[str, Any]]:
    if "fact" in condition:
        yield condition
    for key in ("all", "any"):
        for part in condition.get(key, ()):
            yield from _tests(part)
    if "not" in condition:
        yield from _tests(condition["not"])


def _lists(condition: Any) -> Iterator[tuple[dict[str, Any], str]]:
    for key in ("all", "any"):
        if len(condition.get(key, ())) > 1:
            yield condition, key
        for part in condition.get(key, ()):
            yield from _lists(part)


def _a_test(chance: random.Random, rules: list[dict[str, Any]], ops: tuple[str, ...] = ()) -> Any:
    """Return a rule, a comparison in it, and its operator; None where no rule has one with such an operator."""
    found = [
        (rule, test, op)
        for rule in rules
        for test in _tests(rule["when"])
        for op in test
        if op != "fact" and (not ops or op in ops)
    ]
    return chance.choice(found) if found else None


def _threshold(factor: Callable[[random.Random, Decimal], Decimal]) -> Callable[..., str | None]:
    def make(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
        found = _a_test(chance, rules, tuple(NEXT_TO))
        if found is None:
            return None
        rule, test, op = found
        before = Decimal(test[op])
        after = factor(chance, before)
        if after == before:
            return None
        test[op] = f"{after:f}"
        return f"{rule['id']}: {test['fact']} {op} {before} becomes {after}"

    return make


def _moved(chance: random.Random, value: Decimal) -> Decimal:
    return (value * chance.choice([Decimal("0.5"), Decimal("0.9"), Decimal("1.2"), Decimal(2)])).normalize()


def _outside(chance: random.Random, value: Decimal) -> Decimal:
    return Decimal(10) ** 16 * chance.choice((-1, 1))


def _operator(table: dict[str, str]) -> Callable[..., str | None]:
    def make(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
        found = _a_test(chance, rules, tuple(table))
        if found is None:
            return None
        rule, test, op = found
        test[table[op]] = test.pop(op)
        return f"{rule['id']}: {test['fact']} {op} becomes {table[op]}"

    return make


def _drop_rule(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    rule = rules.pop(chance.randrange(len(rules)))
    return f"{rule['id']} is left out"


def _drop_gate(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
    gates = [rule for rule in rules if "gate" in rule]
    if not gates:
        return None
    rule = chance.choice(gates)
    gate = rule.pop("gate")
    rule["points"] = {gate: "-3"}
    return f"{rule['id']} takes 3 points instead of closing {gate}"


def _other_gate(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
    gates = [rule for rule in rules if "gate" in rule]
    if not gates:
        return None
    rule = chance.choice(gates)
    rule["gate"] = "fine_tuning" if rule["gate"] == "rag" else "rag"
    return f"{rule['id']} closes {rule['gate']}"


def _double(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    rule = copy.deepcopy(chance.choice(rules))
    rule["id"] += "-again"
    rules.append(rule)
    return f"{rule['id']} is added"


def _same_id(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    rules.append(copy.deepcopy(chance.choice(rules)))
    return f"{rules[-1]['id']} is there twice"


def _points(change: Callable[[random.Random, int], int]) -> Callable[..., str | None]:
    def make(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
        scored = [rule for rule in rules if "points" in rule]
        if not scored:
            return None
        rule = chance.choice(scored)
        target = chance.choice(list(rule["points"]))
        before = int(rule["points"][target])
        after = change(chance, before)
        rule["points"][target] = str(after)
        return f"{rule['id']}: {target} {before} becomes {after}"

    return make


def _next_points(chance: random.Random, before: int) -> int:
    place = POINTS.index(abs(before))
    other = POINTS[min(len(POINTS) - 1, max(0, place + chance.choice((-1, 1))))]
    other = other if other != abs(before) else POINTS[place - 1 if place else 1]
    return other if before > 0 else -other


def _other_target(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
    scored = [rule for rule in rules if len(rule.get("points", ())) == 1]
    if not scored:
        return None
    rule = chance.choice(scored)
    ((target, points),) = rule["points"].items()
    other = chance.choice([name for name in ("prompt_engineering", "rag", "fine_tuning") if name != target])
    rule["points"] = {other: points}
    return f"{rule['id']}: points go to {other}"


def _misspelt(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    rule, test, _ = _a_test(chance, rules)
    place = chance.randrange(1, len(test["fact"]))
    test["fact"] = test["fact"][:place] + test["fact"][place + 1 :]
    return f"{rule['id']} reads {test['fact']}"


def _unknown_value(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
    found = _a_test(chance, rules, ("eq", "in"))
    if found is None:
        return None
    rule, test, op = found
    test[op] = "sometimes" if op == "eq" else [*test[op], "sometimes"]
    return f"{rule['id']}: {test['fact']} may be 'sometimes'"


def _value_lost(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
    found = [
        entry
        for rule in rules
        for test in _tests(rule["when"])
        for entry in [(rule, test)]
        if len(test.get("in", ())) > 1
    ]
    if not found:
        return None
    rule, test = chance.choice(found)
    lost = test["in"].pop(chance.randrange(len(test["in"])))
    return f"{rule['id']}: {test['fact']} no longer in {lost}"


def _part_lost(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
    found = [(rule, entry, key) for rule in rules for entry, key in _lists(rule["when"])]
    if not found:
        return None
    rule, entry, key = chance.choice(found)
    lost = entry[key].pop(chance.randrange(len(entry[key])))
    return f"{rule['id']}: {key} without {lost}"


def _other_list(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str | None:
    found = [(rule, entry, key) for rule in rules for entry, key in _lists(rule["when"])]
    if not found:
        return None
    rule, entry, key = chance.choice(found)
    entry["any" if key == "all" else "all"] = entry.pop(key)
    return f"{rule['id']}: {key} becomes the other"


def _negated(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    rule = chance.choice(rules)
    rule["when"] = {"not": rule["when"]}
    return f"{rule['id']}: not"


def _wrong_quote(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    rule = chance.choice(rules)
    rule["because"] += " See {horizon}."
    return f"{rule['id']} quotes {{horizon}}"


def _cases_lost(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    rule = chance.choice(rules)
    rule["tests"]["fires"] = []
    return f"{rule['id']} has no firing case"


def _constant(chance: random.Random, rules: list[dict[str, Any]], files: dict[str, Any]) -> str:
    key = chance.choice(("adoption_floor", "complexity_charge"))
    files["pack.yaml"][key] = str(int(files["pack.yaml"][key]) + chance.choice((-3, -2, -1, 1, 2, 3)))
    return f"{key} becomes {files['pack.yaml'][key]}"


KINDS: Final[dict[str, Callable[[random.Random, list[dict[str, Any]], dict[str, Any]], str | None]]] = {
    "threshold moved": _threshold(_moved),
    "threshold out of the domain": _threshold(_outside),
    "operator turned round": _operator(OPPOSITE),
    "operator loosened or tightened": _operator(NEXT_TO),
    "rule left out": _drop_rule,
    "gate turned into points": _drop_gate,
    "gate on the other technique": _other_gate,
    "rule doubled": _double,
    "same id twice": _same_id,
    "sign changed": _points(lambda chance, before: -before),
    "points a step up or down": _points(_next_points),
    "points off the scale": _points(lambda chance, before: before + chance.choice((4, 6, 7, -9))),
    "points to another technique": _other_target,
    "fact misspelt": _misspelt,
    "unknown value": _unknown_value,
    "value left out of a list": _value_lost,
    "part of a condition left out": _part_lost,
    "all and any exchanged": _other_list,
    "condition negated": _negated,
    "text quotes an unknown name": _wrong_quote,
    "cases lost": _cases_lost,
    "floor or charge changed": _constant,
}


def noticed_by(mutant: Mutant, providers: tuple[str, ...]) -> str | None:
    """Return what notices a break first: loading, `rules test` or a code of `rules verify`; None when nothing does."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, value in mutant.files.items():
            (folder / name).write_text(yaml.safe_dump(value, sort_keys=False, allow_unicode=True))
        try:
            pack = load_pack(folder, providers)
            if not run_rule_tests(pack, read_pack_cases(folder, pack)).passed:
                return "rules test"
            report = verify(pack)
        except InputError:
            return "loading"
    return next((entry.code for entry in report.findings if entry.severity != "info"), None)


def main(count: int) -> int:
    providers = tuple(load_book().providers)
    table: Counter[tuple[str, str]] = Counter()
    missed = []
    for mutant in mutants(count):
        by = noticed_by(mutant, providers)
        table[mutant.kind, by or "nothing"] += 1
        if by is None:
            missed.append(f"{mutant.kind}: {mutant.what}")
    for kind in KINDS:
        counts = ", ".join(f"{by} {found}" for (name, by), found in sorted(table.items()) if name == kind)
        print(f"{kind:32} {counts}")
    print(f"{count - len(missed)} of {count} noticed ({(count - len(missed)) / count:.1%}).", *missed, sep="\n  ")
    return int(len(missed) > 0.05 * count)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 220))
