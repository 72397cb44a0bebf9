"""Why, and why not: every rule with its state, and every condition with the value it read and how far it was off."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from advisor.answers import plain
from advisor.assessment import Assessment
from advisor.conditions import (
    All,
    AnyOf,
    Condition,
    NotApplicable,
    Range,
    Test,
    Value,
    ends_of,
    evaluate,
    evaluate_test,
)
from advisor.packs import Rule
from advisor.points import weight_for
from advisor.recommendation import score_reasons
from advisor.wording import OPERATORS, fill, plural, say_distance, say_fact

_STATES = {True: "fired", False: "not_fired", None: "unknown"}


@dataclass(frozen=True)
class ExplainedRule:
    """A rule as it stood: its state and its condition, one line a test."""

    rule: Rule
    state: bool | None
    because: str


def explained_rules(assessment: Assessment) -> list[ExplainedRule]:
    """Return every rule of the pack: fired first, then unknown, then the rest."""
    states, facts = assessment.scorer.states, assessment.facts
    order = {True: 0, None: 1, False: 2}
    rules = [ExplainedRule(rule, states[rule.id], fill(rule.because, facts)) for rule in assessment.pack.rules]
    return sorted(rules, key=lambda entry: (order[entry.state], entry.rule.theme, entry.rule.id))


def condition_tree(condition: Condition, facts: dict[str, Value]) -> dict[str, Any]:
    """Return a condition with its state, and for each test the value read, the constant and the distance."""
    state = _STATES[evaluate(condition, facts)]
    match condition:
        case Test(fact, op, constant):
            value = facts.get(fact)
            return {
                "fact": fact,
                "op": op,
                "constant": list(constant) if isinstance(constant, tuple) else constant,
                "value": None if isinstance(value, NotApplicable) else plain(value),
                "applicable": not isinstance(value, NotApplicable),
                "state": state,
                "distance": distance(condition, value),
            }
        case All(parts):
            return {"all": [condition_tree(part, facts) for part in parts], "state": state}
        case AnyOf(parts):
            return {"any": [condition_tree(part, facts) for part in parts], "state": state}
        case _:
            return {"not": condition_tree(condition.part, facts), "state": state}


def distance(test: Test, value: Value) -> Decimal | None:
    """Return how far a number is from the threshold that would turn a comparison over; None where there is no such."""
    if not isinstance(value, Decimal | Range) or test.op in ("in", "not_in"):
        return None
    constants: tuple[Decimal, ...] = test.constant if isinstance(test.constant, tuple) else (test.constant,)
    return min(abs(end - constant) for end in ends_of(value) for constant in constants)


def to_json(assessment: Assessment, rules: list[ExplainedRule]) -> dict[str, Any]:
    """Return the explanation as plain values."""
    facts = assessment.facts
    return {
        "recommendation": assessment.recommendation.strategy,
        "rules": [
            {
                "rule": entry.rule.id,
                "title": entry.rule.title,
                "theme": entry.rule.theme,
                "state": _STATES[entry.state],
                "points": dict(entry.rule.points),
                "gate": entry.rule.gate,
                "because": entry.because,
                "condition": condition_tree(entry.rule.when, facts),
                "source": entry.rule.source.model_dump(),
            }
            for entry in rules
        ],
    }


def to_text(assessment: Assessment, rules: list[ExplainedRule]) -> str:
    """Return the explanation as indented text."""
    facts = assessment.facts
    lines = []
    for entry in rules:
        points = ", ".join(f"{name} {value:+d}" for name, value in entry.rule.points.items())
        effect = points or f"closes {entry.rule.gate}"
        lines.append(f"{_STATES[entry.state].replace('_', ' '):<9}  {entry.rule.id}  ({effect})")
        lines.append(f"           {entry.rule.title}")
        lines += [f"           {line}" for line in _condition_lines(entry.rule.when, facts, 0)]
        source = entry.rule.source
        lines.append(f"           source: {source.title}, {source.date}" + (f", {source.url}" if source.url else ""))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _condition_lines(condition: Condition, facts: dict[str, Value], depth: int) -> list[str]:
    mark = {True: "yes", False: "no ", None: "?  "}[evaluate(condition, facts)]
    pad = "  " * depth
    match condition:
        case Test(fact, op, constant):
            shown = (
                ", ".join(say_fact(fact, part) for part in constant)
                if isinstance(constant, tuple)
                else (say_fact(fact, constant))
            )
            off = distance(condition, facts.get(fact))
            missed = off is not None and evaluate_test(condition, facts.get(fact)) is not True
            far = f", {say_distance(fact, off)} away" if missed and off is not None else ""
            return [f"{pad}{mark} {fact} {OPERATORS[op]} {shown}: is {say_fact(fact, facts.get(fact))}{far}"]
        case All(parts) | AnyOf(parts):
            word = "all of" if isinstance(condition, All) else "any of"
            if not parts:
                return [f"{pad}yes always"]
            return [
                f"{pad}{mark} {word}",
                *(line for part in parts for line in _condition_lines(part, facts, depth + 1)),
            ]
        case _:
            return [f"{pad}{mark} not", *_condition_lines(condition.part, facts, depth + 1)]


def why_not(assessment: Assessment, strategy: str) -> dict[str, Any]:
    """Return what keeps a strategy from being recommended, and which rules would have helped it."""
    scorer, recommendation = assessment.scorer, assessment.recommendation
    score = next(entry for entry in scorer.strategies if entry.strategy == strategy)
    facts = assessment.facts
    missing = [rule for rule in assessment.pack.rules if weight_for(strategy, rule) > 0 and not scorer.states[rule.id]]
    return {
        "strategy": strategy,
        "recommended": strategy == recommendation.strategy,
        "score": score.score,
        "behind": recommendation.score - score.score,
        "gates": [{"rule": rule.id, "because": fill(rule.because, facts)} for rule in score.gates],
        "below_floor": [
            {"technique": name, "points": points, "floor": assessment.pack.adoption_floor}
            for name, points in score.below_floor
        ],
        "reasons": [
            {"rule": reason.rule, "points": reason.points, "because": reason.because}
            for reason in score_reasons(scorer, strategy)
        ],
        "would_help": [
            {
                "rule": rule.id,
                "points": weight_for(strategy, rule),
                "state": _STATES[scorer.states[rule.id]],
                "condition": condition_tree(rule.when, facts),
            }
            for rule in sorted(missing, key=lambda rule: (-weight_for(strategy, rule), rule.id))
        ],
    }


def why_not_text(assessment: Assessment, strategy: str) -> str:
    """Return the same as text."""
    found = why_not(assessment, strategy)
    names = assessment.pack.names
    winner = names[assessment.recommendation.strategy]
    if found["recommended"]:
        return f"{names[strategy]} is recommended, with {plural(found['score'], 'point')}.\n"
    behind = found["behind"]
    place = (
        f"{behind} behind {winner}"
        if behind > 0
        else f"{-behind} ahead of {winner}"
        if behind < 0
        else (f"level with {winner}, which is simpler")
    )
    lines = [f"{names[strategy]} scores {plural(found['score'], 'point')}, {place}."]
    lines += [f"Ruled out by {gate['rule']}: {gate['because']}" for gate in found["gates"]]
    lines += [
        f"Below the floor: {names.get(entry['technique'], entry['technique'])} has {plural(entry['points'], 'point')}; "
        f"adopting it takes {entry['floor']}."
        for entry in found["below_floor"]
    ]
    lines += ["", "Its points:"]
    lines += [f"  {reason['points']:+d}  {reason['rule']}: {reason['because']}" for reason in found["reasons"]]
    lines += ["", "Rules that would have helped it:"]
    facts = assessment.facts
    for entry in found["would_help"]:
        rule = assessment.pack.rule(entry["rule"])
        lines.append(f"  {entry['points']:+d}  {rule.id} ({entry['state'].replace('_', ' ')})")
        lines += [f"      {line}" for line in _condition_lines(rule.when, facts, 0)]
    return "\n".join(lines) + "\n"
