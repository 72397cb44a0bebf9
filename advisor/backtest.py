"""Agreement of the rules with published cases: what they would have recommended, and why where that was not right.

Today's prices do not judge old cases, so every fact made of money is unknown, and mistakes that need a price are left
out. What a case rejected stands in for what its design considered. A source tells of the mistakes that were made; those
that its authors saw and avoided by rejecting a strategy are found as well, and are not among the expected ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from advisor.cases import Case
from advisor.conditions import Value, evaluate, facts_of
from advisor.contract import as_plain
from advisor.derived import NEED_PRICES
from advisor.errors import InputError, Place, Problem, fail, nearest_name, one_line
from advisor.facts import unpriced_facts
from advisor.mistakes import planned
from advisor.packs.pack import Pack
from advisor.questions import STRATEGIES
from advisor.recommendation import Recommendation, recommend
from advisor.replies import as_typed, parse_text
from advisor.scoring import Scorer
from advisor.wording import percent, plural

_SHARE: Final = Decimal("0.0001")


@dataclass(frozen=True)
class Tally:
    """Cases whose first expected strategy is this one, and how many of them were hit."""

    cases: int
    hits: int


@dataclass(frozen=True)
class MistakeTally:
    """Mistakes that cases name, that the pack finds, and that both agree on, over all cases."""

    expected: int
    found: int
    both: int


@dataclass(frozen=True)
class Miss:
    """A case whose recommended strategy is not among the expected ones."""

    id: str
    expected: tuple[str, ...]
    got: str
    verdict: str


@dataclass(frozen=True)
class Backtest:
    """The agreement with a set of cases; `macro_recall` is the mean of the hit rates of the strategies with cases."""

    cases: int
    hits: int
    hit_rate: Decimal
    macro_recall: Decimal
    by_strategy: Mapping[str, Tally]
    mistakes: MistakeTally
    misses: tuple[Miss, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the contract of `advise backtest --json`."""
        plain: dict[str, Any] = as_plain(self)
        return plain


@dataclass(frozen=True)
class Judged:
    """A case with what the rules made of it. Of the mistakes that need no prices, `mistakes` are found, `expected` are
    named by the case, and `undecided` are those expected ones whose condition the answers of the case leave open."""

    case: Case
    recommendation: Recommendation
    mistakes: frozenset[str]
    expected: frozenset[str]
    undecided: frozenset[str]

    @property
    def hit(self) -> bool:
        return self.recommendation.strategy in self.case.expected


def judge(cases: Iterable[Case], pack: Pack, mask: Iterable[str] = (), *, mask_assumed: bool = False) -> list[Judged]:
    """Return every case with its recommendation, the answers in `mask` (and those that the source does not state) left
    open. Raises InputError for a masked answer that is no question, and for answers that the questionnaire refuses."""
    masked = frozenset(mask)
    for name in masked:
        if name not in pack.questionnaire.ids:
            raise fail(
                f"unknown question '{one_line(name)}'.",
                Place("--mask"),
                nearest=nearest_name(name, pack.questionnaire.ids),
            )
    judged: list[Judged] = []
    problems: list[Problem] = []
    for case in cases:
        try:
            hidden = masked | frozenset(case.assumed if mask_assumed else ())
            judged.append(_judged(case, pack, hidden))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return judged


def _judged(case: Case, pack: Pack, hidden: frozenset[str]) -> Judged:
    answers = case_answers(case, pack, hidden)
    base = unpriced_facts(pack.questionnaire, answers, pack.examples_needed)
    scorer = Scorer(pack, base)
    recommendation = recommend(scorer)
    plan = planned(scorer.strategies, recommendation.strategy, case.rejected)
    states = {
        mistake: evaluate(mistake.when, base.facts)
        for mistake in pack.mistakes
        if not needs_prices(facts_of(mistake.when))
    }
    found = {mistake.id for mistake, state in states.items() if state and set(mistake.commits) & set(plan)}
    priced = {mistake.id for mistake in pack.mistakes} - {mistake.id for mistake in states}
    expected = frozenset(case.mistakes) - priced
    undecided = expected & {mistake.id for mistake, state in states.items() if state is None}
    return Judged(case, recommendation, frozenset(found), expected, undecided)


def needs_prices(facts: Iterable[str]) -> bool:
    """Return whether a condition on some facts can only be decided with prices."""
    return not NEED_PRICES.isdisjoint(facts)


def case_answers(case: Case, pack: Pack, hidden: frozenset[str] = frozenset()) -> dict[str, Value]:
    """Return the typed answers of a case; all problems of the case at once."""
    answers: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, raw in case.answers.items():
        place = Place(case.id, key=name)
        if name not in pack.questionnaire.ids:
            near = nearest_name(name, pack.questionnaire.ids)
            problems.append(Problem(f"unknown question '{one_line(name)}'.", place, nearest=near))
        elif name not in hidden:
            try:
                answers[name] = parse_text(pack.questionnaire[name], as_typed(raw), place)
            except InputError as error:
                problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return answers


def backtest(judged: list[Judged], pack: Pack) -> Backtest:
    """Return the counts of judged cases; raises InputError when there is none."""
    if not judged:
        raise fail("there is no case.", Place("backtest"), accepted="a file with at least one case")
    tallies = {}
    for strategy in STRATEGIES:
        group = [entry for entry in judged if entry.case.expected[0] == strategy]
        if group:
            tallies[strategy] = Tally(len(group), sum(entry.hit for entry in group))
    hits = sum(entry.hit for entry in judged)
    recalls = [Decimal(tally.hits) / tally.cases for tally in tallies.values()]
    return Backtest(
        len(judged),
        hits,
        (Decimal(hits) / len(judged)).quantize(_SHARE),
        (sum(recalls, Decimal(0)) / len(recalls)).quantize(_SHARE),
        tallies,
        MistakeTally(
            sum(len(entry.expected) for entry in judged),
            sum(len(entry.mistakes) for entry in judged),
            sum(len(entry.expected & entry.mistakes) for entry in judged),
        ),
        tuple(
            Miss(entry.case.id, entry.case.expected, entry.recommendation.strategy, entry.recommendation.verdict)
            for entry in judged
            if not entry.hit
        ),
    )


def backtest_text(judged: list[Judged], result: Backtest) -> str:
    """Return the counts, the confusion table, the mistakes, and for each miss the reasons that decided."""
    found = result.mistakes
    lines = [
        f"{result.hits} of {plural(result.cases, 'case')} hit: {percent(result.hit_rate)}; mean over the strategies "
        f"{percent(result.macro_recall)}.",
        f"Mistakes: {found.expected} expected, {found.found} found, {found.both} in both.",
        "",
        *_confusion(judged),
        *_mistakes(judged),
    ]
    for entry in judged:
        if entry.hit:
            continue
        got = entry.recommendation
        lines += [
            "",
            f"{entry.case.id}: {entry.case.title}",
            f"  expected {' or '.join(entry.case.expected)}, got {got.strategy} ({got.verdict}, margin "
            f"{'none' if got.margin is None else got.margin} over {got.runner_up or 'nothing'})",
            *(f"  {reason.points:+d}  {reason.rule}" for reason in got.reasons),
        ]
    return "\n".join(lines) + "\n"


def _mistakes(judged: list[Judged]) -> list[str]:
    """Return a table of the mistakes that cases name or the pack finds; nothing where there is none."""
    names = sorted(set().union(*(entry.expected | entry.mistakes for entry in judged)))
    if not names:
        return []
    width = max(len("mistake"), *map(len, names))
    lines = ["", "mistake".ljust(width) + "  expected  found  both  undecided"]
    for name in names:
        groups = (
            [name in entry.expected for entry in judged],
            [name in entry.mistakes for entry in judged],
            [name in entry.expected & entry.mistakes for entry in judged],
            [name in entry.undecided for entry in judged],
        )
        cells = [str(sum(group)).rjust(size) for group, size in zip(groups, (8, 5, 4, 9), strict=True)]
        lines.append("  ".join([name.ljust(width), *cells]))
    return [*lines, "undecided: expected, but the case does not answer what decides it."]


def _confusion(judged: list[Judged]) -> list[str]:
    """Return a table of first expected strategies (rows) against recommended ones (columns)."""
    width = max(len(name) for name in STRATEGIES)
    lines = ["expected \\ got".ljust(width) + "  " + "  ".join(STRATEGIES)]
    for row in STRATEGIES:
        counts = [
            sum(entry.case.expected[0] == row and entry.recommendation.strategy == column for entry in judged)
            for column in STRATEGIES
        ]
        cells = [str(count).rjust(len(column)) for count, column in zip(counts, STRATEGIES, strict=True)]
        lines.append("  ".join([row.ljust(width), *cells]))
    return lines
