"""What `advise rules test` prints: failing cases in full, what no case tries, and the counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.packs.pack import Pack
from advisor.questions import STRATEGIES
from advisor.rule_tests.runs import CaseFailure, Failure, RuleTestReport
from advisor.wording import plural


def report_text(pack: Pack, report: RuleTestReport) -> str:
    """Return the whole report as text."""
    lines = [line for failure in report.failures for line in _rule_case(failure)]
    lines += [line for failure in report.failed_cases for line in _pack_case(failure)]
    lines += [f"{name}: has no firing case or no silent one" for name in report.untested]
    lines += [f"{entry.rule}: no case makes '{entry.comparison}' {entry.never}" for entry in report.untried]
    nowhere = [entry.rule for entry in report.coverage if not entry.pack_cases] if report.pack_cases else []
    lines += [f"{name}: fires in no whole-pack case" for name in nowhere]
    if report.moved_rules or report.moved:
        lines.append("Built-in cases that turn out otherwise under this pack, for information:")
        lines += [f"  {entry.rule}: {entry.case}: {entry.actual}" for entry in report.moved_rules]
        lines += [f"  {_moved(entry)}" for entry in report.moved]
    lines += _counts(pack, report)
    return "\n".join(lines) + "\n"


def _rule_case(failure: Failure) -> Iterator[str]:
    yield f"{failure.rule}: {failure.case} ({failure.place})"
    yield f"  expected: {failure.expected}; actual: {failure.actual}"
    yield f"  scores: {', '.join(f'{name} {score}' for name, score in failure.scores.items())}"
    yield f"  also fired: {', '.join(failure.also_fired) or 'nothing'}"


def _pack_case(failure: CaseFailure) -> Iterator[str]:
    expected, actual = failure.expected, failure.actual
    yield f"{failure.case}: {failure.title} ({failure.place})"
    yield f"  expected: {expected.strategy}; actual: {actual.strategy}"
    yield "  scores: " + ", ".join(_score(name, expected.scores or {}, actual.scores) for name in STRATEGIES)
    if expected.ruled_out is not None and _closed(expected.ruled_out) != _closed(actual.ruled_out):
        yield f"  ruled out: {_closed(actual.ruled_out)}; expected: {_closed(expected.ruled_out)}"
    for rule in failure.differing:
        does = "fires and is not named" if rule.fires else "is named and does not fire"
        yield f"  {rule.rule} {does} ({rule.place})"


def _moved(failure: CaseFailure) -> str:
    """Return in one line how a built-in case turns out under an own pack."""
    was, now = failure.expected, failure.actual
    winner = f"{was.strategy} stays" if was.strategy == now.strategy else f"{was.strategy} becomes {now.strategy}"
    scores = [
        f"{name} {score} becomes {now.scores[name]}"
        for name, score in (was.scores or {}).items()
        if score != now.scores[name]
    ]
    rules = [f"{rule.rule} {'fires' if rule.fires else 'is silent'}" for rule in failure.differing]
    return f"{failure.case}: {'; '.join([winner, *scores, *rules])}"


def _score(strategy: str, expected: Mapping[str, int], actual: Mapping[str, int]) -> str:
    said = expected.get(strategy, actual[strategy])
    return f"{strategy} {actual[strategy]}" + (f" instead of {said}" if said != actual[strategy] else "")


def _closed(ruled_out: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{name} by {', '.join(sorted(gates))}" for name, gates in sorted(ruled_out.items())) or "nothing"


def _counts(pack: Pack, report: RuleTestReport) -> Iterator[str]:
    failed = len(report.failures) + len(report.failed_cases)
    in_cases = sum(bool(entry.pack_cases) for entry in report.coverage)
    counts = [
        f"{plural(failed, 'case')} failed",
        f"{plural(len(report.untested), 'rule')} without both kinds",
        f"{plural(len(report.untried), 'comparison')} half tried",
    ]
    total = f"{plural(report.rules, 'rule')} with {plural(report.cases, 'case')}"
    whole = f"{plural(report.pack_cases, 'case')} of the whole pack in which {in_cases} of them fire"
    yield f"{pack.name} {pack.version}: {total}, {whole}; {', '.join(counts)}."
