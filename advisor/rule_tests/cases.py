"""Whole-pack cases: answers, and what the pack must make of them. Only `rules test` and the prover read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

from advisor.condition_reader import bounds_of
from advisor.conditions import Domain, Value
from advisor.derived import derived_domains
from advisor.errors import InputError, Place, Problem, fail, nearest_name, one_line
from advisor.facts import unpriced_facts
from advisor.files import read_text, yaml_files
from advisor.packs.checker import PackChecker
from advisor.packs.files import CaseEntry
from advisor.packs.layers import CASES, Spot, read_part
from advisor.packs.pack import Pack, Rule
from advisor.questions import STRATEGIES
from advisor.replies import as_typed, parse_text
from advisor.scoring import Scorer
from advisor.trees import parse_yaml


@dataclass(frozen=True)
class PackCase:
    """Facts, and what a pack must make of them; None where the case does not say. `place` is where it stands."""

    id: str
    title: str
    facts: Mapping[str, Value]
    strategy: str
    fires: tuple[str, ...] | None
    scores: Mapping[str, int] | None
    ruled_out: Mapping[str, tuple[str, ...]] | None
    place: Place


@dataclass(frozen=True)
class Outcome:
    """What a pack makes of some facts: the winner, all scores, the rules that fire, and the gates that close a
    technique."""

    strategy: str
    scores: Mapping[str, int]
    fires: tuple[str, ...]
    ruled_out: Mapping[str, tuple[str, ...]]


def read_pack_cases(folder: Path, pack: Pack, names: Pack | None = None) -> tuple[PackCase, ...]:
    """Return the cases in a folder of a pack, none where it has no such file.

    They may name the rules of `names`, where that is another pack: the one that they were written for.
    Raises InputError with file:line:column for everything that is wrong in them.
    """
    if not any(path.name == CASES for path in yaml_files(folder)):
        return ()
    path = folder / CASES
    tree = parse_yaml(read_text(path), str(path))
    checker = PackChecker()
    found: list[PackCase] = []
    for entry in read_part(CaseEntry, [[tree]], "cases", "case", checker.problems):
        raw, spot = entry.record, entry.spot
        _check_names(raw, names or pack, spot, checker)
        try:
            facts = facts_of_answers(pack, raw.answers, partial(spot.line, "answers"))
        except InputError as error:
            checker.problems += error.problems
            continue
        found.append(
            PackCase(raw.id, raw.title, facts, raw.strategy, raw.fires, raw.scores, raw.ruled_out, spot.line())
        )
    if checker.problems:
        raise InputError(checker.problems)
    return tuple(found)


def _check_names(raw: CaseEntry, pack: Pack, spot: Spot, checker: PackChecker) -> None:
    gates: dict[str, list[str]] = {"rag": [], "fine_tuning": []}
    for rule in pack.rules:
        if rule.gate is not None:
            gates[rule.gate].append(rule.id)
    rules = [rule.id for rule in pack.rules]
    checker.one_of(raw.strategy, STRATEGIES, "strategy", spot.at("strategy"))
    for index, name in enumerate(raw.fires or ()):
        checker.one_of(name, rules, "rule", spot.at("fires", index), list_all=False)
    for name in raw.scores or {}:
        checker.one_of(name, STRATEGIES, "strategy", spot.at("scores", name))
    for technique, names in (raw.ruled_out or {}).items():
        here = spot.at("ruled_out", technique)
        checker.one_of(technique, gates, "technique that a gate can close", here)
        for index, name in enumerate(names):
            checker.one_of(name, gates.get(technique, rules), f"gate of {technique}", here.at(index))


def outcome_of(pack: Pack, facts: Mapping[str, Value]) -> Outcome:
    """Return what a pack makes of some facts."""
    scorer = Scorer(pack, unpriced_facts(pack.questionnaire, {}, pack.examples_needed))
    states = scorer.states_of(facts)
    fired = tuple(scorer.fired(states))
    closed = {technique: tuple(rule.id for rule in fired if rule.gate == technique) for technique in STRATEGIES}
    return Outcome(
        scorer.winner(states),
        {strategy: scorer.score(strategy, states) for strategy in STRATEGIES},
        tuple(rule.id for rule in fired),
        {technique: gates for technique, gates in closed.items() if gates},
    )


def case_facts(pack: Pack, rule: Rule, case: Mapping[str, Any]) -> dict[str, Value]:
    """Return the facts of a case that a rule carries; raises InputError for what it names and there is not."""
    kinds = (("fires", rule.tests.fires), ("not_fires", rule.tests.not_fires))
    path = next(((kind, at) for kind, cases in kinds for at, each in enumerate(cases) if each is case), ())
    return facts_of_answers(pack, case, lambda name: pack.place_of(rule.id, *(("tests", *path, name) if path else ())))


def facts_of_answers(pack: Pack, answers: Mapping[str, Any], place: Callable[[str], Place]) -> dict[str, Value]:
    """Return the facts of some answers of a data file; derived facts that are given win over what follows from them.

    Raises InputError, with `place` of each name, for everything that is neither an answer nor a fact.
    """
    answered: dict[str, Value] = {}
    given: dict[str, Value] = {}
    problems: list[Problem] = []
    derived = derived_domains()
    known = (*pack.questionnaire.ids, *derived)
    for name, raw in answers.items():
        text = as_typed(raw)
        try:
            if name in derived:
                given[name] = _derived_value(text, derived[name], place(name))
            elif name in pack.questionnaire.ids:
                answered[name] = parse_text(pack.questionnaire[name], text, place(name))
            else:
                raise fail(f"unknown fact '{one_line(name)}'.", place(name), nearest=nearest_name(name, known))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return {**unpriced_facts(pack.questionnaire, answered, pack.examples_needed).facts, **given}


def _derived_value(text: str, domain: Domain, place: Place) -> Value:
    if domain.kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if domain.kind == "number":
        with suppress(InvalidOperation):
            number, low, high = Decimal(text), domain.low, domain.high
            if number.is_finite() and (low is None or low <= number) and (high is None or number <= high):
                return number
    elif text in domain.values:
        return text
    accepted = "true, false" if domain.kind == "bool" else bounds_of(domain)
    raise fail(f"'{one_line(text)}' is no value of this fact.", place, accepted=accepted)
