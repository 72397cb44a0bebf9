"""`--why-not` as text: where a strategy stands, what is in its way, and what would have to be different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.assessment import Assessment
from advisor.explain.rules_text import changes_text, ways_lines, wrapped
from advisor.explain.trials import Trial
from advisor.explain.turns import Turn
from advisor.explain.why_not import Stake, WhyNot
from advisor.rulebook import effect_of
from advisor.wording import fill, plural

HELD = "Elsewhere costs are held as they are, also where an answer that they read is changed."


def why_not_text(assessment: Assessment, found: WhyNot) -> str:
    """Return what keeps a strategy from being recommended and what would change that; for the winner, what ends it."""
    names = assessment.pack.names
    lines = [*wrapped(_headline(found, names)), *_obstacles(assessment, found)]
    lines += ["", *_outlook(found, names), "", "Its points:" if found.reasons else "Its points: none"]
    for reason in found.reasons:
        lines += wrapped(f"{reason.rule}: {reason.because}", f"  {reason.points:+3d}  ")
    near = [stake for stake in found.stakes if stake.turn.steps == 1]
    far = [stake for stake in found.stakes if stake.turn.steps != 1]
    lines += _table("One fact away", near, found, names)
    lines += _table("More than one fact away", far, found, names)
    if found.stakes:
        lines += ["", HELD]
    return "\n".join(lines) + "\n"


def _headline(found: WhyNot, names: Mapping[str, str]) -> str:
    name, points = names[found.strategy], plural(found.score.score, "point")
    if found.recommended:
        ahead = "and nothing else is open"
        if found.versus:
            other = names[found.versus]
            ahead = f"{found.lead} ahead of {other}" if found.lead else f"level with {other}, but is simpler"
        return f"{name} is recommended: it has {points}, {ahead}."
    winner, behind = names[found.now.strategy], found.now.behind(found.strategy)
    if not found.short:
        place = f"{-behind} more than {winner}" if behind else f"level with {winner}"
        return f"{name} is not recommended: it has {points}, {place}, but is ruled out."
    place = f"{behind} behind {winner}" if behind else f"level with {winner}, which is simpler"
    more = plural(found.short, "more point")
    return f"{name} is not recommended: it has {points}, {place}. {more} would put it first in points."


def _obstacles(assessment: Assessment, found: WhyNot) -> Iterator[str]:
    names, floor = assessment.pack.names, assessment.pack.adoption_floor
    for gate in found.score.gates:
        yield from wrapped(f"{gate.id}: {fill(gate.because, assessment.facts)}", "  ruled out by   ")
    for technique, points in found.score.below_floor:
        yield from wrapped(
            f"{names.get(technique, technique)} has {plural(points, 'point')}; adopting it takes {floor}, "
            f"{floor - points} more",
            "  below floor    ",
        )


def _outlook(found: WhyNot, names: Mapping[str, str]) -> Iterator[str]:
    """Yield which single changes would change the recommendation, or how near the best of them comes."""
    leading: dict[str, list[Trial]] = {}
    for trial in found.changing:
        leading.setdefault(trial.standing.strategy, []).append(trial)
    if not found.stakes:
        yield "No rule can be turned that would change that."
    elif found.strategy not in leading and not found.recommended:
        yield from wrapped(
            f"None of the changes below would by itself make it the recommendation{_best(found, names)}."
        )
    elif not leading:
        yield "None of the changes below would by itself end that."
    for strategy, tried in sorted(leading.items(), key=lambda item: item[0] != found.strategy):
        yield f"Each line would make {names[strategy]} the recommendation, costs worked out anew:"
        singles = [trial.changes for trial in tried if len(trial.changes) == 1]
        several = [trial.changes for trial in tried if len(trial.changes) > 1]
        for name in dict.fromkeys(changes[0].name for changes in singles):
            yield from wrapped(changes_text(changes for changes in singles if changes[0].name == name), "  ", "    ")
        for changes in several:
            yield from wrapped(f"together, {changes_text([changes])}", "  ", "    ")


def _best(found: WhyNot, names: Mapping[str, str]) -> str:
    tried = [trial for stake in found.stakes for trial in stake.turn.trials]
    best = min(tried, key=lambda trial: (trial.standing.behind(found.strategy), len(trial.changes)), default=None)
    if best is None or best.standing.behind(found.strategy) >= found.now.behind(found.strategy):
        return ""
    behind, winner = best.standing.behind(found.strategy), names[best.standing.strategy]
    place = (
        f"{behind} behind {winner}" if behind > 0 else f"level with {winner}" if not behind else "ahead but ruled out"
    )
    return f"; the best of them, {changes_text([best.changes])}, leaves it {place}"


def _table(title: str, stakes: list[Stake], found: WhyNot, names: Mapping[str, str]) -> Iterator[str]:
    if not stakes:
        return
    over = f" over {names[found.versus]}" if found.versus else ""
    yield ""
    yield from wrapped(f"{title}, with the points that the lead of {names[found.strategy]}{over} would gain:")
    for stake in stakes:
        turn = stake.turn
        points = "gate" if stake.gate else f"{stake.margin:+4d}"
        verb = "would fire" if turn.to else "would no longer fire"
        yield from wrapped(f"{turn.rule.id} {verb} ({effect_of(turn.rule)})", f"  {points}  ", " " * 10)
        yield from ways_lines(turn, " " * 8)
        yield from (line for text in _leads_to(turn, found, names) for line in wrapped(text, " " * 8, " " * 10))


def _leads_to(turn: Turn, found: WhyNot, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what else would be recommended if a rule turned."""
    tried = [trial for trial in turn.trials if trial.standing.strategy != found.now.strategy]
    for strategy in dict.fromkeys(trial.standing.strategy for trial in tried):
        leading = [trial.changes for trial in tried if trial.standing.strategy == strategy]
        only = "" if len(leading) == len(turn.trials) else f" with {changes_text(leading)}"
        yield f"then {names[strategy]} is recommended{only}"
    if turn.alone.strategy not in {found.now.strategy, *(trial.standing.strategy for trial in tried)}:
        but = "; the rules that turn with it prevent that" if turn.trials else ""
        yield f"this rule alone would make {names[turn.alone.strategy]} the recommendation{but}"
