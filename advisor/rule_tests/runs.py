"""The cases of a pack, run: those that rules carry and those of the whole pack, and what they leave untried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from advisor.conditions import Value, evaluate, evaluate_test, tests_of
from advisor.contract import as_plain
from advisor.errors import InputError, Problem
from advisor.packs.pack import Pack, Rule
from advisor.rule_tests.cases import Outcome, PackCase, case_facts, outcome_of
from advisor.wording import say_test

_STATES: Final = {True: "fired", False: "did not fire", None: "unknown"}


@dataclass(frozen=True)
class Failure:
    """A case in which its rule does not do what it says: the case, what was expected, what came, the scores there, and
    which other rules fire there. `place` is file:line:column of the rule."""

    rule: str
    place: str
    case: str
    expected: str
    actual: str
    scores: Mapping[str, int]
    also_fired: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What a whole-pack case says; None where it does not say."""

    strategy: str
    fires: tuple[str, ...] | None
    scores: Mapping[str, int] | None
    ruled_out: Mapping[str, tuple[str, ...]] | None


@dataclass(frozen=True)
class Differing:
    """A rule that a case does not name though it fires, or names though it does not, and where the rule stands."""

    rule: str
    place: str
    fires: bool


@dataclass(frozen=True)
class CaseFailure:
    """A whole-pack case with another outcome than it says."""

    case: str
    title: str
    place: str
    expected: Expected
    actual: Outcome
    differing: tuple[Differing, ...]


@dataclass(frozen=True)
class Coverage:
    """How many of its own cases make a rule fire and how many leave it silent, and which whole-pack cases it fires
    in."""

    rule: str
    fires: int
    silent: int
    pack_cases: tuple[str, ...]


@dataclass(frozen=True)
class Untried:
    """A comparison of a rule that no case of the rule makes true, or none makes false."""

    rule: str
    comparison: str
    never: str


@dataclass(frozen=True)
class RuleTestReport:
    """What running the cases of a pack showed.

    `untested` are rules without a firing or without a silent case. `moved` are cases of the built-in pack, of its rules
    in `moved_rules`, that turn out otherwise under an own pack; they are told, and are no failures.
    """

    rules: int
    cases: int
    pack_cases: int
    failures: tuple[Failure, ...]
    failed_cases: tuple[CaseFailure, ...]
    moved_rules: tuple[Failure, ...]
    moved: tuple[CaseFailure, ...]
    untested: tuple[str, ...]
    untried: tuple[Untried, ...]
    coverage: tuple[Coverage, ...]

    @property
    def passed(self) -> bool:
        return not (self.failures or self.failed_cases or self.untested)


def run_rule_tests(
    pack: Pack, cases: tuple[PackCase, ...] = (), below: Pack | None = None, cases_below: tuple[PackCase, ...] = ()
) -> RuleTestReport:
    """Run the cases of every rule of a pack, and whole-pack cases.

    `below` is the built-in pack under an own one, and `cases_below` are its cases, read with the own pack.
    Raises InputError for everything that the rules' cases name and there is not.
    """
    runs = list(_runs(pack))
    known = () if below is None else below.rules
    failures = [_failure(pack, run) for run in runs if (run.state is True) != run.must]
    settled = {rule.id for rule in known if rule in pack.rules}
    outcomes = {case.id: outcome_of(pack, case.facts) for case in cases}
    return RuleTestReport(
        len(pack.rules),
        len(runs),
        len(cases),
        tuple(failure for failure in failures if failure.rule not in settled),
        _failed(pack, cases),
        tuple(failure for failure in failures if failure.rule in settled),
        _failed(pack, cases_below),
        tuple(rule.id for rule in pack.rules if not _tested(rule)),
        tuple(entry for rule in pack.rules for entry in _untried(rule, runs)),
        tuple(_coverage(rule, runs, outcomes) for rule in pack.rules if rule.id not in settled),
    )


@dataclass(frozen=True)
class _Run:
    """A case that a rule carries, its facts, and the rule's state there."""

    rule: Rule
    case: Mapping[str, Any]
    must: bool
    facts: Mapping[str, Value]
    state: bool | None


def _runs(pack: Pack) -> Iterator[_Run]:
    problems: list[Problem] = []
    for rule in pack.rules:
        cases = [*((case, True) for case in rule.tests.fires), *((case, False) for case in rule.tests.not_fires)]
        for case, must in cases:
            try:
                facts = case_facts(pack, rule, case)
            except InputError as error:
                problems += error.problems
                continue
            yield _Run(rule, case, must, facts, evaluate(rule.when, facts))
    if problems:
        raise InputError(problems)


def _tested(rule: Rule) -> bool:
    """Return whether a rule has a firing case, and a silent one unless it always fires."""
    always = not list(tests_of(rule.when))
    return bool(rule.tests.fires) and (always or bool(rule.tests.not_fires))


def _failure(pack: Pack, run: _Run) -> Failure:
    outcome = outcome_of(pack, run.facts)
    return Failure(
        run.rule.id,
        str(pack.place_of(run.rule.id)),
        ", ".join(f"{name} = {value}" for name, value in run.case.items()) or "no answers at all",
        "fires" if run.must else "does not fire",
        _STATES[run.state],
        outcome.scores,
        tuple(name for name in outcome.fires if name != run.rule.id),
    )


def _failed(pack: Pack, cases: tuple[PackCase, ...]) -> tuple[CaseFailure, ...]:
    """Return the cases with another outcome than they say."""
    found: list[CaseFailure] = []
    for case in cases:
        actual = outcome_of(pack, case.facts)
        named = actual.fires if case.fires is None else case.fires
        differing = [
            Differing(name, str(pack.place_of(name)), name in actual.fires)
            for name in sorted({*named} ^ {*actual.fires})
        ]
        if differing or not _as_said(case, actual):
            expected = Expected(case.strategy, case.fires, case.scores, case.ruled_out)
            found.append(CaseFailure(case.id, case.title, str(case.place), expected, actual, tuple(differing)))
    return tuple(found)


def _as_said(case: PackCase, actual: Outcome) -> bool:
    """Return whether winner, scores and closed techniques are those of a case, as far as it names them."""
    scores = case.scores or {}
    closed = {technique: set(gates) for technique, gates in actual.ruled_out.items()}
    said = None if case.ruled_out is None else {name: set(gates) for name, gates in case.ruled_out.items() if gates}
    same_scores = all(actual.scores[strategy] == score for strategy, score in scores.items())
    return case.strategy == actual.strategy and same_scores and said in (None, closed)


def _coverage(rule: Rule, runs: list[_Run], outcomes: Mapping[str, Outcome]) -> Coverage:
    own = [run.state for run in runs if run.rule is rule]
    return Coverage(
        rule.id,
        own.count(True),
        len(own) - own.count(True),
        tuple(name for name, outcome in outcomes.items() if rule.id in outcome.fires),
    )


def _untried(rule: Rule, runs: list[_Run]) -> Iterator[Untried]:
    seen = [run.facts for run in runs if run.rule is rule]
    for test in dict.fromkeys(tests_of(rule.when)):
        states = {evaluate_test(test, facts.get(test.fact)) for facts in seen}
        for state, words in ((True, "true"), (False, "false")):
            if state not in states:
                yield Untried(rule.id, say_test(test), words)


def report_json(report: RuleTestReport) -> dict[str, Any]:
    """Return the report as plain values."""
    plain: dict[str, Any] = as_plain(report)
    return plain
