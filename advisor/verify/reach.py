"""What can come about at all: rules that fire, strategies that win, needs that are met, techniques that are open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.outcomes import Goals
from advisor.packs.pack import ADDS, PAIR, Rule
from advisor.questions import STRATEGIES
from advisor.search import Undecided
from advisor.verify.findings import Case, Checked, Finding, Severity, unconfirmed, undecided
from advisor.verify.ground import Ground


def dead_rules(ground: Ground) -> Iterator[Checked]:
    """V01: some answers make each rule fire."""
    for number, rule in enumerate(ground.pack.rules):
        yield _possible(ground, "V01", [(ground.true(number),)], "no answers make this rule fire", rule)


def unreachable_strategies(ground: Ground) -> Iterator[Checked]:
    """V05: some answers make each strategy win."""
    for strategy in STRATEGIES:
        yield _possible(ground, "V05", list(ground.outcomes.wins(strategy)), f"no answers make '{strategy}' win")


def unmet_needs(ground: Ground) -> Iterator[Checked]:
    """V06: where a declared need holds, some answers open something beyond prompting."""
    for number, need in enumerate(ground.pack.needs, len(ground.pack.rules)):
        ways = [(ground.true(number), *ground.outcomes.open(technique)) for technique in ADDS[PAIR]]
        yield _possible(ground, "V06", ways, f"only prompting is ever open where the need '{need.id}' holds")


def closed_techniques(ground: Ground) -> Iterator[Checked]:
    """V10: some answers leave each technique without a gate that closes it."""
    for technique in ADDS[PAIR]:
        ways = [(ground.outcomes.ungated(technique),)]
        yield _possible(ground, "V10", ways, f"whatever is answered, a gate closes '{technique}'")


def points_behind_gates(ground: Ground) -> Iterator[Checked]:
    """V11: each rule that can fire and gives points to a technique does so somewhere where no gate closes that."""
    for number, rule in enumerate(ground.pack.rules):
        if not ground.table.of_condition(number):  # it never fires, which V01 says
            continue
        for technique in ADDS[PAIR]:
            if rule.points.get(technique, 0) > 0:
                ways = [(ground.true(number), ground.outcomes.ungated(technique))]
                message = f"whenever this rule gives points to '{technique}', a gate closes that"
                yield _possible(ground, "V11", ways, message, rule, "warning")


def idle_combination(ground: Ground) -> Iterator[Checked]:
    """V12: some answers give the pair more points than each of its parts."""
    ways = [tuple(ground.outcomes.beats(PAIR, part) for part in ADDS[PAIR])]
    yield _possible(ground, "V12", ways, f"'{PAIR}' never has more points than each of its parts", None, "warning")


def exact_ties(ground: Ground) -> Iterator[Checked]:
    """V16: no two strategies tie for the first place. A tie goes to the simpler one, so it is information only."""
    for index, simpler in enumerate(STRATEGIES):
        for other in STRATEGIES[index + 1 :]:
            yield _tie(ground, simpler, other)


def _tie(ground: Ground, simpler: str, other: str) -> Checked:
    outcomes = ground.outcomes
    level = (
        *(goal for technique in ADDS[other] for goal in outcomes.open(technique)),
        outcomes.beats(other, simpler, by=0),
    )
    try:
        world = ground.search.first([(*goals, *level) for goals in outcomes.wins(simpler)])
    except Undecided:
        return undecided("V16", f"'{simpler}' and '{other}' can tie for the first place")
    if world is None:
        return None

    def tie(case: Case) -> bool:
        scorer, states = ground.scorer, ground.states(case)
        able = scorer.obstacles(other, states) == ((), ())
        level = scorer.score(simpler, states) == scorer.score(other, states)
        return able and level and scorer.winner(states) == simpler

    case = ground.smallest(ground.case_of(world), tie)
    claim = f"'{simpler}' and '{other}' can tie for the first place"
    if case is None:
        return unconfirmed("V16", claim)
    return Finding("V16", "info", f"{claim}, which goes to the simpler one.", witness=(case,))


def _possible(
    ground: Ground,
    code: str,
    ways: Sequence[Goals],
    otherwise: str,
    rule: Rule | None = None,
    severity: Severity = "error",
) -> Checked:
    """Return None when one of some ways can come about, else what follows from that."""
    try:
        world = ground.search.first(ways)
    except Undecided:
        return undecided(code, otherwise, rule)
    if world is None:
        return Finding(code, severity, f"{otherwise}.", rule)
    return None if ground.worlds.exact else unconfirmed(code, otherwise, rule)
