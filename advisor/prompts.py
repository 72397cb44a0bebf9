"""What front ends say about a question beside its own texts: the same words on a screen, line by line, and in help."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from advisor.conditions import Value, facts_of
from advisor.derived import DERIVED
from advisor.errors import InputError
from advisor.interview import Interview
from advisor.measured.measure import COUNTED, FORMS
from advisor.packs.pack import Pack
from advisor.printable import visible
from advisor.questions import Question
from advisor.quick import MOST
from advisor.replies import accepted
from advisor.sources import GIVEN, OFFERED
from advisor.wording import flat, number, say, some

CHOSEN: Final = ("choice", "bool", "strategies", "providers")
"""Kinds of questions whose answers are picked from a list."""

_MOST_RULES: Final = 6


def position(interview: Interview) -> str:
    """Return where the current question stands: `4 of 13`, by the way that the interview takes."""
    if interview.changing:
        count = interview.count + interview.ahead
        return "change" if count == 1 else f"{interview.count} of {count}"
    if interview.quick:
        return f"{interview.count} of at most {MOST}"
    place, count = interview.position
    return f"{place} of {count}"


def section_title(interview: Interview, question: Question) -> str:
    """Return the title of a question's section."""
    return next(entry.title for entry in interview.questionnaire.sections if entry.id == question.section)


def choices(question: Question) -> list[tuple[str, str]]:
    """Return what may be picked, each with its note, which may be empty."""
    if question.kind == "bool":
        return [("yes", ""), ("no", "")]
    notes = {choice.value: choice.note for choice in question.choices}
    return [(value, notes.get(value, "")) for value in question.domain.values] if question.kind in CHOSEN else []


def by_number(question: Question, line: str) -> str:
    """Return what numbers stand for, for questions with choices; anything else as it is."""
    values = question.domain.values
    if question.kind in ("choice", "strategies", "providers") and values:
        picked = [part.strip() for part in line.split(",")]
        if all(part.isdecimal() and part.isascii() and 1 <= int(part) <= len(values) for part in picked):
            return ", ".join(values[int(part) - 1] for part in picked)
    return line


def when_not_sure(question: Question, values: Mapping[str, Value], *, in_help: bool = False) -> str | None:
    """Return what costs take when the question is left open; None where they take nothing."""
    assumption = question.assumption
    if assumption is None:
        return None
    if question.kind == "text":
        return f"Not sure: {assumption.why[0].lower()}{assumption.why[1:]}"
    taken = assumption.value
    if assumption.table and assumption.by:
        by = values.get(assumption.by)
        taken = assumption.table.get(by, taken) if isinstance(by, str) else taken
    if taken is None:
        return "Not sure: costs work out a value of their own" + ("." if in_help else " (? says how).")
    return f"Not sure: costs assume {_grouped(taken)}."


def _grouped(text: str) -> str:
    return number(Decimal(text)) if text.isdecimal() and text.isascii() else flat(text)


def read_by(pack: Pack, name: str) -> str:
    """Return which rules read an answer, in one sentence."""
    through = {fact.id for fact in DERIVED if name in fact.inputs}
    rules = [
        rule.id for rule in pack.rules if name in facts_of(rule.when) or not through.isdisjoint(facts_of(rule.when))
    ]
    if not rules:
        return "No rule reads it."
    return f"Rules that read it: {some(rules, _MOST_RULES)}."


def hint_of(question: Question) -> str:
    """Return the hint of a question, and that it may be counted in a file where it may."""
    return " ".join(filter(None, (question.hint, COUNTED.get(question.id))))


def help_on(question: Question, values: Mapping[str, Value], pack: Pack | None) -> list[str]:
    """Return why a question is asked, what it accepts, what happens without an answer, and which rules it feeds."""
    listed = question.kind in CHOSEN and question.kind != "bool"
    lines = [question.why, *([] if listed else [f"Accepted: {accepted(question, typed=True)}." + _example(question)])]
    if question.id in FORMS:
        lines.append(FORMS[question.id])
    fallback = when_not_sure(question, values, in_help=True)
    if question.assumption is not None and fallback is not None:
        lines.append(fallback if question.kind == "text" else f"{fallback} {flat(question.assumption.why)}")
    return [*lines, read_by(pack, question.id)] if pack is not None else lines


def problem_words(question: Question, error: InputError) -> str:
    """Return what is wrong with an answer, what would be accepted, and an example."""
    problem = error.problems[0]
    nearest = f" Did you mean '{problem.nearest}'?" if problem.nearest else ""
    if problem.accepted and problem.accepted != accepted(question):
        return f"{problem.message}{nearest} Accepted: {problem.accepted.rstrip('.')}."
    return f"{problem.message}{nearest} Accepted: {accepted(question, typed=True)}.{_example(question)}"


def standing(interview: Interview, question: Question) -> tuple[str, str] | None:
    """Return the value that the question has or is offered, and where it comes from; None where there is neither."""
    given = interview.values.get(question.id)
    if given is not None:
        return visible(say(given)), interview.sources.get(question.id, GIVEN)
    if question.id in interview.offered:
        return visible(interview.offered[question.id]), OFFERED
    return None


def _example(question: Question) -> str:
    return f" Example: {question.example}" if question.example else ""
