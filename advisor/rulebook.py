"""The pack as a catalogue: every rule and mistake in one line, or one of them whole."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from advisor.conditions import All, AnyOf, Condition, Test
from advisor.contract import as_plain
from advisor.errors import Place, fail, nearest_name, one_line
from advisor.packs.pack import Mistake, Pack, Rule, Source
from advisor.wording import WIDTH, flat, say_test

Entry = Rule | Mistake


def entries(pack: Pack, theme: str | None = None) -> list[Entry]:
    """Return the rules by theme, then the mistakes; of one theme if given.

    Raises InputError for a theme that the pack does not have.
    """
    themes = {rule.theme: None for rule in pack.rules} | {"mistakes": None}
    if theme is not None and theme not in themes:
        raise fail(
            f"unknown theme '{one_line(theme)}'.",
            Place("--theme"),
            accepted=", ".join(sorted(themes)),
            nearest=nearest_name(theme, themes),
        )
    rules = sorted(pack.rules, key=lambda rule: (rule.theme, rule.id))
    found: list[Entry] = [*rules, *pack.mistakes]
    return [entry for entry in found if theme in (None, theme_of(entry))]


def entry(pack: Pack, name: str) -> Entry:
    """Return a rule or a mistake by id; raises InputError with the nearest name when there is none."""
    known = {found.id: found for found in entries(pack)}
    if name not in known:
        raise fail(
            f"the pack '{pack.name}' has no rule or mistake '{one_line(name)}'.",
            Place("rules show"),
            accepted="an id, as `advise rules list` prints them",
            nearest=nearest_name(name, known),
        )
    return known[name]


def theme_of(found: Entry) -> str:
    """Return the theme of a rule, which is the name of its file."""
    return "mistakes" if isinstance(found, Mistake) else found.theme


def effect_of(found: Entry) -> str:
    """Return in words what a rule or a mistake does when its condition is true."""
    if isinstance(found, Mistake):
        return f"{found.severity}: {', '.join(found.commits)}"
    return ", ".join(f"{name} {points:+d}" for name, points in found.points.items()) or f"closes {found.gate}"


def list_text(pack: Pack, found: list[Entry]) -> str:
    """Return a line for each, in groups by theme."""
    lines = [f"{pack.name} {pack.version}, digest {pack.digest}: {pack.title}"]
    theme = ""
    width = max(len(each.id) for each in found)
    for each in found:
        if theme_of(each) != theme:
            theme = theme_of(each)
            lines += ["", theme]
        lines.append(f"  {each.id.ljust(width)}  {each.title} ({effect_of(each)})")
    return "\n".join(lines) + "\n"


def show_text(found: Entry) -> str:
    """Return a rule or a mistake whole: condition, effect, reason, source, and the cases it was written with."""
    lines = [f"{found.id}: {found.title}", "", f"theme   {theme_of(found)}", f"effect  {effect_of(found)}", "when"]
    lines += [f"  {line}" for line in condition_text(found.when)]
    lines += ["because", _wrapped(found.because)]
    if isinstance(found, Mistake):
        lines += ["instead", _wrapped(found.avoid), "first, if it is recommended all the same"]
        lines += [_wrapped(found.remedy.step), _wrapped(f"Done when: {found.remedy.exit_criterion}")]
    lines += ["source", _wrapped(_source_text(found.source))]
    if isinstance(found, Rule):
        for name, cases in (("must fire on", found.tests.fires), ("must not fire on", found.tests.not_fires)):
            lines += [name, *(f"  {_case_text(case)}" for case in cases)] if cases else []
    return "\n".join(lines) + "\n"


def condition_text(condition: Condition) -> list[str]:
    """Return a condition as indented lines."""
    return list(_lines(condition, 0))


def _lines(condition: Condition, depth: int) -> Iterator[str]:
    pad = "  " * depth
    match condition:
        case Test():
            yield pad + say_test(condition)
        case All(()):
            yield f"{pad}always"
        case All(parts) | AnyOf(parts):
            yield f"{pad}{'all of' if isinstance(condition, All) else 'any of'}"
            for part in parts:
                yield from _lines(part, depth + 1)
        case _:
            yield f"{pad}not"
            yield from _lines(condition.part, depth + 1)


def to_json(pack: Pack, found: list[Entry]) -> dict[str, Any]:
    """Return rules and mistakes as plain values, conditions as they are written in a pack."""
    return {
        "pack": pack.name,
        "pack_version": pack.version,
        "pack_digest": pack.digest,
        "rules": [rule_json(each) for each in found if isinstance(each, Rule)],
        "mistakes": [rule_json(each) for each in found if isinstance(each, Mistake)],
    }


def rule_json(found: Entry) -> dict[str, Any]:
    """Return a rule or a mistake as plain values."""
    head = {"id": found.id, "title": found.title, "theme": theme_of(found), "when": condition_json(found.when)}
    tail = {"because": flat(found.because), "source": as_plain(found.source.model_dump())}
    if isinstance(found, Mistake):
        return {
            **head,
            "severity": found.severity,
            "commits": list(found.commits),
            "at_stake": found.at_stake,
            "avoid": flat(found.avoid),
            "remedy": {"step": flat(found.remedy.step), "exit_criterion": flat(found.remedy.exit_criterion)},
            **tail,
        }
    tests = {"fires": list(found.tests.fires), "not_fires": list(found.tests.not_fires)}
    return {**head, "points": dict(found.points), "gate": found.gate, **tail, "tests": tests}


def condition_json(condition: Condition) -> dict[str, Any]:
    """Return a condition in the form in which packs write it."""
    match condition:
        case Test(fact, op, constant):
            return {"fact": fact, op: list(constant) if isinstance(constant, tuple) else constant}
        case All(parts):
            return {"all": [condition_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_json(part) for part in parts]}
        case _:
            return {"not": condition_json(condition.part)}


def _wrapped(text: str) -> str:
    return textwrap.fill(flat(text), WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _source_text(source: Source) -> str:
    parts = (source.title, source.date, source.url, f"ref {source.ref}" if source.ref else None)
    return ", ".join(part for part in parts if part)


def _case_text(case: dict[str, Any]) -> str:
    said = ((name, " to ".join(value) if isinstance(value, list) else value) for name, value in case.items())
    return ", ".join(f"{name} = {value}" for name, value in said) or "no answers at all"
