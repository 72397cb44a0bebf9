"""Our two compilers as rows of an engine benchmark, and what unknown facts cost.

The benchmark is a script kept outside this repository: it makes rules and facts, checks every engine's scores against
its own interpreter and times them. It loads this file with `--path benchmarks --load engines`. Run on its own,
`python benchmarks/engines.py BENCH.py`, this file times what that script has no row for: facts of which a quarter is
unknown, and decimal numbers as the product holds them, against the reference interpreter.
"""

from __future__ import annotations

import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from advisor.compilers.columns import Columns, Decisions
from advisor.compilers.single import chosen, decider, scorer
from advisor.conditions import All, Condition, Domain, Test, evaluate

if __name__ == "__main__":
    sys.path.insert(0, str(Path(sys.argv[1]).parent))
    bench: Any = importlib.import_module(Path(sys.argv[1]).stem)
else:
    bench = importlib.import_module("engine_bench")

DOMAINS = {
    **{name: Domain("number", integer=whole) for name, (_, _, whole) in bench.NUMBERS.items()},
    **{name: Domain("choice", tuple(values)) for name, values in bench.ENUMS.items()},
    **{name: Domain("bool") for name in bench.BOOLS},
}


def condition_of(rule: Any) -> Condition:
    """Return what a rule of the benchmark asks, as a condition of ours."""
    return All(tuple(Test(part.name, "eq" if part.op == "is" else part.op, part.value) for part in rule.when))


def weights_of(rules: list[Any]) -> list[list[int]]:
    """Return for each option the points that the rules give to it."""
    return [[rule.points if rule.option == option else 0 for rule in rules] for option in range(len(bench.OPTIONS))]


@bench.adapter
class Single(bench.Adapter):
    name = "advise single"
    style = "cells; unknowns and fired rules included"

    def build(self, work: Any) -> None:
        self.decide = decider([condition_of(rule) for rule in work.rules], DOMAINS)
        self.score = scorer(weights_of(work.rules))
        self.ids = [rule.id for rule in work.rules]

    def one(self, fact: dict[str, Any]) -> list[int]:
        fired, _ = self.decide(fact)
        return self.score(fired)

    def fired(self, fact: dict[str, Any]) -> list[str]:
        fired, _ = self.decide(fact)
        return chosen(fired, self.ids)


@bench.adapter
class Batch(bench.Adapter):
    name = "advise columns"
    needs = ("numpy",)
    style = "vectorised, columns ready; unknowns and fired matrix included"
    batch_call = True
    cap = 10**9
    with_open = False

    def build(self, work: Any) -> None:
        self.compiled = Columns([condition_of(rule) for rule in work.rules], DOMAINS, weights_of(work.rules))

    def prepare(self, facts: list[dict[str, Any]]) -> Any:
        self.found: Decisions | None = None
        names = self.compiled.facts
        return {name: self.compiled.column(name, [fact[name] for fact in facts]) for name in names}, len(facts)

    def many(self, ready: Any) -> Any:
        columns, rows = ready
        self.found = self.compiled.decide(columns, rows, with_open=self.with_open, out=self.found)
        return self.found.scores

    def one(self, fact: dict[str, Any]) -> list[int]:
        return self.many(self.prepare([fact]))[0].tolist()


@bench.adapter
class BatchOpen(Batch):
    name = "advise columns + open matrix"
    style = "same, and which rules may still fire"
    with_open = True


def main() -> None:
    """Print what a decision costs with a quarter of the facts unknown, and with decimal numbers."""
    work = bench.make_workload(40, 10_000, 20261123)
    chance = random.Random(work.seed)
    plain = work.facts
    gaps = [{name: None if chance.random() < 0.25 else value for name, value in fact.items()} for fact in plain]
    rows = [
        *rows_of("all facts known", work.rules, plain),
        *rows_of("a quarter unknown", work.rules, gaps),
        *rows_of("a quarter unknown, decimal numbers", [decimal_rule(rule) for rule in work.rules], decimals(gaps)),
    ]
    print("| facts | decided by | us a decision | times the reference interpreter |\n|---|---|--:|--:|")
    for facts, how, spent, ratio in rows:
        print(f"| {facts} | {how} | {spent:,.3f} | {ratio:,.1f} |")


def rows_of(title: str, rules: list[Any], facts: list[dict[str, Any]]) -> list[tuple[str, str, float, float]]:
    """Time the interpreter and both compilers, after checking that they agree on each rule and sum."""
    conditions, weights = [condition_of(rule) for rule in rules], weights_of(rules)
    decide, score = decider(conditions, DOMAINS), scorer(weights)
    compiled = Columns(conditions, DOMAINS, weights)
    columns = {name: compiled.column(name, [fact[name] for fact in facts]) for name in compiled.facts}

    def interpret(fact: dict[str, Any]) -> tuple[list[bool | None], list[int]]:
        states = [evaluate(condition, fact) for condition in conditions]
        return states, [sum(point for state, point in zip(states, own, strict=True) if state) for own in weights]

    def one(fact: dict[str, Any]) -> tuple[int, int, list[int]]:
        fired, left = decide(fact)
        return fired, left, score(fired)

    few, found = facts[:1000], compiled.decide(columns, len(facts), with_open=True)
    assert found.open is not None
    for row, fact in enumerate(few):
        states, sums = interpret(fact)
        held, not_false = [state is True for state in states], [state is not False for state in states]
        assert one(fact) == (as_bits(held), as_bits(not_false), sums)
        assert (found.fired[:, row].tolist(), found.open[:, row].tolist()) == (held, not_false)
        assert found.scores[row].tolist() == sums
    slow = median_us(interpret, few)
    times = {
        "reference interpreter": slow,
        "advise single": median_us(one, few),
        "advise columns + open matrix": median_us(
            lambda _: compiled.decide(columns, len(facts), with_open=True, out=found), range(200)
        )
        / len(facts),
    }
    return [(title, how, spent, slow / spent) for how, spent in times.items()]


def as_bits(values: list[bool]) -> int:
    return sum(1 << number for number, value in enumerate(values) if value)


def median_us(call: Callable[[Any], object], given: Iterable[Any]) -> float:
    """Return the median time of a call; long loops would also time what else the machine does."""
    spans = []
    for value in given:
        start = time.perf_counter()
        call(value)
        spans.append(time.perf_counter() - start)
    return statistics.median(spans) * 1e6


def decimal_rule(rule: Any) -> Any:
    """Return a rule whose thresholds are decimal numbers, as those read from a pack are."""
    return bench.Rule(rule.id, tuple(map(decimal_condition, rule.when)), rule.option, rule.points)


def decimal_condition(part: Any) -> Any:
    return bench.Condition(part.name, part.op, Decimal(str(part.value))) if part.name in bench.NUMBERS else part


def decimals(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return facts whose numbers are decimal."""
    return [
        {
            name: Decimal(str(value)) if name in bench.NUMBERS and value is not None else value
            for name, value in row.items()
        }
        for row in facts
    ]


if __name__ == "__main__":
    main()
