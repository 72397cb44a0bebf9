"""Explanations as text for a terminal: no colour, no line beyond `WIDTH` that can be broken."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from advisor.assessment import Assessment
from advisor.changes.flip_words import changes_of, nearest_first, say_now
from advisor.conditions import All, AnyOf, Condition, Test, Value, evaluate, evaluate_test
from advisor.explain.need_text import say_change, say_far, say_need
from advisor.explain.rules import ExplainedRule
from advisor.explain.trials import Change, Standing, Trial
from advisor.explain.turns import TriedWay, Turn
from advisor.packs.pack import Rule
from advisor.rulebook import effect_of
from advisor.wording import WIDTH, either, flat, plural, say_fact, say_test

_STATES = {True: "fired", False: "not fired", None: "unknown"}
_MARKS = {True: "yes", False: "no ", None: "?  "}


def rules_text(assessment: Assessment, rules: Sequence[ExplainedRule]) -> str:
    """Return every rule with its state, its condition and the values read, after a line that counts them and what
    would change the recommendation."""
    lines = [*_counts(assessment, rules), *_changes(assessment)]
    return "\n".join([*lines, *(line for entry in rules for line in _short(entry, assessment))])


def stories_text(assessment: Assessment, rules: Sequence[ExplainedRule]) -> str:
    """Return the full story of some rules."""
    return "\n".join("\n".join(_story(entry, assessment)) + "\n" for entry in rules)


def wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """Return a text broken to the width of a terminal, the lines after the first indented like it or by `rest`."""
    after = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        flat(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=after,
        break_long_words=False,
        break_on_hyphens=False,
    )


def way_lines(way: TriedWay, indent: str) -> list[str]:
    """Return the needs of a way, each readable alone, and the answers that bring about what is derived."""
    lines = []
    for position, need in enumerate(way.needs):
        tried = (trial.changes[position] for trial in way.trials)
        through = [change for change in tried if change.answer and change.name != need.fact]
        example = f", for example with {changes_text([(change,) for change in through])}" if through else ""
        lines += wrapped(("and " if position else "") + say_need(need) + example, indent, indent + "  ")
    return lines


def ways_lines(turn: Turn, indent: str) -> list[str]:
    """Return the nearest ways to turn a rule, one below the other."""
    lines: list[str] = []
    for position, way in enumerate(turn.ways):
        lines += ([f"{indent}or"] if position else []) + way_lines(way, indent)
    return lines


def changes_text(changes: Iterable[Sequence[Change]]) -> str:
    """Return alternative changes in words: `failing = behaviour or both, or task_type = qa`."""
    found: dict[str, list[str]] = {}
    for group in changes:
        *before, last = [say_change(change) for change in group]
        head, _, value = last.rpartition(" = ")
        found.setdefault(" and ".join([*before, head]), []).append(value)
    return ", or ".join(f"{head} = {either(dict.fromkeys(values))}" for head, values in found.items())


def standing_text(standing: Standing, names: Mapping[str, str]) -> str:
    """Return who is recommended, and by how much."""
    winner = names[standing.strategy]
    if standing.runner_up is None:
        return f"{winner}, the only strategy open"
    if not standing.margin:
        return f"{winner}, level with {names[standing.runner_up]} but simpler"
    return f"{winner}, {plural(standing.margin, 'point')} ahead of {names[standing.runner_up]}"


def _counts(assessment: Assessment, rules: Sequence[ExplainedRule]) -> list[str]:
    def of(state: bool | None) -> int:
        return sum(entry.state is state for entry in rules)

    near = sum(entry.turn.near_miss for entry in rules)
    recommendation = assessment.recommendation
    over = recommendation.runner_up
    lead = f", {plural(recommendation.margin, 'point')} ahead of {assessment.pack.names[over]}" if over else ""
    text = (
        f"{plural(len(rules), 'rule')}: {of(True)} fired, {of(None)} unknown, {of(False)} not fired; {near} of those"
        f" that did not fire are one fact away. Recommended: {assessment.pack.names[recommendation.strategy]}{lead}."
    )
    return [*wrapped(text), ""]


def _changes(assessment: Assessment) -> list[str]:
    """Return the nearest change of each answer, the nearest first, and the question to ask next."""
    lines, names, questions = [], assessment.pack.names, assessment.pack.questionnaire
    for flip in nearest_first(assessment.flips):
        question = questions[flip.answer]
        for values, strategy in changes_of(flip, question, assessment.recommendation.strategy):
            proof = "" if flip.exact else ", searched and not proved"
            text = f"{flip.answer} {values} (now {say_now(flip, question)}{proof}): {names[strategy]}"
            lines += wrapped(text, "  ", "    ")
    found = assessment.next_question
    lines = ["One answer changed, all others held, costs worked out anew:", *lines, ""] if lines else []
    return [*lines, *wrapped(f"Ask next: {found.why}"), ""] if found else lines


def _short(entry: ExplainedRule, assessment: Assessment) -> Iterator[str]:
    rule = entry.rule
    far = f", {_steps(entry.turn)}" if entry.turn.to else ""
    yield f"{_STATES[entry.state]:<9}  {rule.id}  ({effect_of(rule)}){far}"
    indent = " " * 11
    yield f"{indent}{rule.title}"
    yield from condition_lines(rule.when, assessment.facts, indent)
    yield from wrapped(_source(rule), f"{indent}source: ", indent + "  ")
    yield ""


def _story(entry: ExplainedRule, assessment: Assessment) -> Iterator[str]:
    rule, turn, names = entry.rule, entry.turn, assessment.pack.names
    recommendation = assessment.recommendation
    over = recommendation.runner_up
    of_what = (
        f"the margin of {plural(recommendation.margin, 'point')} of {names[recommendation.strategy]} over {names[over]}"
        if over
        else f"the {plural(recommendation.score, 'point')} of {names[recommendation.strategy]}, the only strategy open"
    )
    yield from wrapped(f"{rule.id}: {rule.title}")
    yield ""
    yield f"theme    {rule.theme}"
    yield f"effect   {effect_of(rule)}"
    yield f"state    {_STATES[entry.state]}" + (f", {_steps(turn)}" if turn.to else "")
    yield from wrapped(
        f"{entry.contribution:+d} of {of_what}" if entry.contribution else f"nothing to {of_what}", "adds     "
    )
    yield from wrapped(standing_text(entry.without, names), "without  ")
    yield "when"
    yield from condition_lines(rule.when, assessment.facts, "  ")
    yield "would fire if" if turn.to else "would no longer fire if"
    yield from ways_lines(turn, "  ") or ["  nothing: it never does" if turn.to else "  nothing: it always fires"]
    if turn.ways:
        yield "which leads to"
        yield from _outcomes(turn, names)
    yield "because" if entry.state else "because, where it fires"
    yield from wrapped(entry.because if entry.state else rule.because, "  ")
    yield "source"
    yield from wrapped(_source(rule), "  ")
    cases = f"{len(rule.tests.fires)} must fire it, {len(rule.tests.not_fires)} must not"
    yield from wrapped(f"{cases} (`advise rules show {rule.id}` lists them)", "cases    ")


def _outcomes(turn: Turn, names: Mapping[str, str]) -> Iterator[str]:
    """Yield where the changes that turn a rule lead, alike ones together, and where the rule alone would."""
    found: dict[str, list[Trial]] = {}
    for trial in turn.trials:
        found.setdefault(standing_text(trial.standing, names), []).append(trial)
    for text, tried in found.items():
        yield from wrapped(f"{changes_text(trial.changes for trial in tried)}: {text}", "  ", "    ")
    alone = standing_text(turn.alone, names)
    if alone not in found:
        yield from wrapped(f"this rule alone turned, all others as they are: {alone}", "  ", "    ")


def _steps(turn: Turn) -> str:
    if turn.steps is None:
        return "out of reach"
    return "one fact away" if turn.steps == 1 else f"{turn.steps} facts away"


def _source(rule: Rule) -> str:
    return ", ".join(part for part in (rule.source.title, rule.source.date, rule.source.url) if part)


def condition_lines(condition: Condition, facts: Mapping[str, Value], pad: str) -> list[str]:
    """Return a condition as an indented tree: what holds, what does not, each value read and how far off it is."""
    mark = _MARKS[evaluate(condition, facts)]
    match condition:
        case Test(fact):
            value = facts.get(fact)
            far = "" if evaluate_test(condition, value) else say_far(condition, value)
            return wrapped(f"{say_test(condition)}: is {say_fact(fact, value)}{far}", f"{pad}{mark} ")
        case All(()):
            return [f"{pad}yes always"]
        case All(parts) | AnyOf(parts):
            word = "all of" if isinstance(condition, All) else "any of"
            return [
                f"{pad}{mark} {word}",
                *(line for part in parts for line in condition_lines(part, facts, pad + "  ")),
            ]
        case _:
            return [f"{pad}{mark} not", *condition_lines(condition.part, facts, pad + "  ")]
