"""The cases that rules carry, run: which rules fire as they say they do, and what their cases leave untried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from advisor.conditions import Domain, Test, Value, evaluate, evaluate_test, tests_of
from advisor.contract import as_plain
from advisor.derived import derived_domains
from advisor.errors import InputError, Place, fail, nearest_name, one_line
from advisor.facts import unpriced_facts
from advisor.packs import Pack, Rule
from advisor.questions import STRATEGIES
from advisor.replies import as_typed, parse_text
from advisor.scoring import Scorer
from advisor.wording import OPERATORS, plural, say_fact

_STATES: Final = {True: "fired", False: "did not fire", None: "unknown"}


@dataclass(frozen=True)
class Failure:
    """A case in which its rule does not do what it says: the case, what was expected, what came, the scores there, and
    which other rules fire there."""

    rule: str
    case: str
    expected: str
    actual: str
    scores: Mapping[str, int]
    also_fired: tuple[str, ...]


@dataclass(frozen=True)
class Untried:
    """A comparison of a rule that no case of the rule makes true, or none makes false."""

    rule: str
    comparison: str
    never: str


@dataclass(frozen=True)
class RuleTestReport:
    """What running the cases of a pack showed. `untested` are rules without a firing or without a silent case."""

    rules: int
    cases: int
    failures: tuple[Failure, ...]
    untested: tuple[str, ...]
    untried: tuple[Untried, ...]


def run_rule_tests(pack: Pack) -> RuleTestReport:
    """Run the cases of every rule of a pack; raises InputError for a case that names what there is not."""
    failures: list[Failure] = []
    count = 0
    for rule in pack.rules:
        for case, must in _cases(rule):
            count += 1
            facts = case_facts(pack, rule, case)
            state = evaluate(rule.when, facts)
            if (state is True) != must:
                failures.append(_failure(pack, rule, case, facts, must, state))
    return RuleTestReport(
        len(pack.rules),
        count,
        tuple(failures),
        tuple(rule.id for rule in pack.rules if not _tested(rule)),
        tuple(entry for rule in pack.rules for entry in _untried(pack, rule)),
    )


def _cases(rule: Rule) -> Iterator[tuple[dict[str, Any], bool]]:
    yield from ((case, True) for case in rule.tests.fires)
    yield from ((case, False) for case in rule.tests.not_fires)


def _tested(rule: Rule) -> bool:
    """Return whether a rule has a firing case, and a silent one unless it always fires."""
    always = not list(tests_of(rule.when))
    return bool(rule.tests.fires) and (always or bool(rule.tests.not_fires))


def case_facts(pack: Pack, rule: Rule, case: Mapping[str, Any]) -> dict[str, Value]:
    """Return the facts of a case; derived facts that are given win over what follows from its answers."""
    answers: dict[str, Value] = {}
    given: dict[str, Value] = {}
    derived = derived_domains()
    for name, raw in case.items():
        place = Place("rules test", key=f"{rule.id}.{name}")
        text = as_typed(raw)
        if name in derived:
            given[name] = _derived_value(text, derived[name], place)
        elif name in pack.questionnaire.ids:
            answers[name] = parse_text(pack.questionnaire[name], text, place)
        else:
            known = (*pack.questionnaire.ids, *derived)
            raise fail(f"unknown fact '{one_line(name)}'.", place, nearest=nearest_name(name, known))
    return {**unpriced_facts(pack.questionnaire, answers, pack.examples_needed).facts, **given}


def _derived_value(text: str, domain: Domain, place: Place) -> Value:
    if domain.kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if domain.kind == "number":
        try:
            return Decimal(text)
        except InvalidOperation:
            pass
    elif text in domain.values:
        return text
    raise _wrong(text, domain, place)


def _wrong(text: str, domain: Domain, place: Place) -> InputError:
    accepted = {"bool": "true, false", "number": "a number"}.get(domain.kind, ", ".join(domain.values))
    return fail(f"'{one_line(text)}' is no value of this fact.", place, accepted=accepted)


def _failure(
    pack: Pack, rule: Rule, case: dict[str, Any], facts: dict[str, Value], must: bool, state: bool | None
) -> Failure:
    states = {other.id: evaluate(other.when, facts) for other in pack.rules}
    scorer = Scorer(pack, unpriced_facts(pack.questionnaire, {}, pack.examples_needed))
    return Failure(
        rule.id,
        ", ".join(f"{name} = {value}" for name, value in case.items()) or "no answers at all",
        "fires" if must else "does not fire",
        _STATES[state],
        {strategy: scorer.score(strategy, states) for strategy in STRATEGIES},
        tuple(name for name, fired in states.items() if fired and name != rule.id),
    )


def _untried(pack: Pack, rule: Rule) -> Iterator[Untried]:
    seen = [case_facts(pack, rule, case) for case, _ in _cases(rule)]
    for test in dict.fromkeys(tests_of(rule.when)):
        states = {evaluate_test(test, facts.get(test.fact)) for facts in seen}
        for state, words in ((True, "true"), (False, "false")):
            if state not in states:
                yield Untried(rule.id, _words(test), words)


def _words(test: Test) -> str:
    parts = test.constant if isinstance(test.constant, tuple) else (test.constant,)
    return f"{test.fact} {OPERATORS[test.op]} {', '.join(say_fact(test.fact, part) for part in parts)}"


def report_text(pack: Pack, report: RuleTestReport) -> str:
    """Return the failures in full, what no case tries, and the counts."""
    lines: list[str] = []
    for entry in report.failures:
        lines += [
            f"{entry.rule}: {entry.case}",
            f"  expected: {entry.expected}; actual: {entry.actual}",
            "  scores: " + ", ".join(f"{name} {score}" for name, score in entry.scores.items()),
            f"  also fired: {', '.join(entry.also_fired) or 'nothing'}",
        ]
    lines += [f"{name}: has no firing case or no silent one" for name in report.untested]
    lines += [f"{entry.rule}: no case makes '{entry.comparison}' {entry.never}" for entry in report.untried]
    counts = (
        f"{plural(len(report.failures), 'case')} failed",
        f"{plural(len(report.untested), 'rule')} without both kinds",
        f"{plural(len(report.untried), 'comparison')} half tried",
    )
    total = f"{plural(report.rules, 'rule')}, {plural(report.cases, 'case')}"
    lines.append(f"{pack.name} {pack.version}: {total}; {', '.join(counts)}.")
    return "\n".join(lines) + "\n"


def report_json(report: RuleTestReport) -> dict[str, Any]:
    """Return the report as plain values."""
    plain: dict[str, Any] = as_plain(report)
    return plain
