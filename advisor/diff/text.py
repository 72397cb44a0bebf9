"""A difference as text for a terminal: no colour, no line beyond `WIDTH` that can be broken."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from advisor.diff.contract import Difference, Effect, Step
from advisor.diff.tables import (
    LINE_HEADS,
    STATE_HEADS,
    Cells,
    assumption_rows,
    line_rows,
    mistake_title,
    score_rows,
    state_rows,
)
from advisor.diff.words import FOOT, TURNED, Words, plus, signed_points
from advisor.printable import visible
from advisor.wording import WIDTH, flat

_INDENT: Final = "  "
_LEFT: Final = 57
"""Columns for a changed input, left of its figures."""


_LABEL: Final = 52
"""Columns for the name of a cost line."""


def text_of(found: Difference, names: Mapping[str, str]) -> str:
    """Return what differs: the conclusion, both sides beside each other, what changed with its effect, and why."""
    words = Words(found, names, visible, visible)
    lines = [*_wrapped(_headline(words)), *_wrapped(words.cost())]
    if found.changed:
        lines += ["", *_table(STATE_HEADS, state_rows(words)), *_steps(words), *_alone(words), *_rules(words)]
        lines += [*_mistakes(words), *_lines(words), *_assumptions(words)]
        lines += [line for text in (*found.limits, FOOT) for line in ("", *_wrapped(text))]
    return "\n".join(lines) + "\n"


def _headline(words: Words) -> str:
    moved_by = words.moved_by()
    return f"{visible(words.found.new.project)}: {words.recommendation()}." + (f" {moved_by}" if moved_by else "")


def _steps(words: Words) -> Iterator[str]:
    found = words.found
    if not found.steps:
        return
    yield ""
    if any(step.effect is None for step in found.steps):
        yield "What changed:"
        for step in found.steps:
            yield from _wrapped(words.step(step), _INDENT, _INDENT * 2)
        return
    if effective := words.effective():
        yield from _wrapped(f"What changed, each applied after those above it. Lead: {words.lead()}.")
        yield _figures("", ("a month, USD", f"{words.span()}, USD", "lead"))
    for step, effect in effective:
        yield from _step(step, effect, words)
    if len(effective) > 1:
        whole = plus(found.monthly_usd), plus(found.horizon_usd), signed_points(found.lead.new - found.lead.old)
        yield _figures(f"{_INDENT}all together", whole)
    if idle := words.idle():
        yield from [*([""] if effective else []), *_wrapped(idle)]


def _alone(words: Words) -> Iterator[str]:
    apart = words.apart()
    if apart:
        yield ""
        yield "By itself, with all else as before, this has another effect:"
    for step, effect in apart:
        yield from _step(step, effect, words)


def _step(step: Step, effect: Effect, words: Words) -> Iterator[str]:
    first, *rest = _wrapped(words.step(step), _INDENT, _INDENT * 2, _LEFT)
    yield _figures(first, (plus(effect.monthly_usd), plus(effect.horizon_usd), signed_points(effect.lead)))
    yield from rest
    if outcome := words.outcome(effect):
        yield from _wrapped(outcome, _INDENT * 2)


def _figures(text: str, figures: tuple[str, str, str]) -> str:
    monthly, horizon, lead = figures
    return f"{text:<{_LEFT}}{monthly:>17}{horizon:>19}{lead:>6}".rstrip()


def _rules(words: Words) -> Iterator[str]:
    if rows := score_rows(words):
        yield ""
        yield "Points:"
    for name, before, after, change in rows:
        yield from _wrapped(f"{name} {change}: {before} → {after}", _INDENT, _INDENT * 2)
    if words.found.rules:
        yield ""
        yield "Rules that turned, with what that makes of the points:"
    for rule in words.found.rules:
        through = f" (through {words.through(rule.causes)})" if rule.causes else ""
        head = f"{visible(rule.rule)} {TURNED[rule.change]}: {words.points(rule)}{through}"
        yield from _wrapped(head, _INDENT, _INDENT * 2)
        yield from _wrapped(visible(rule.because), _INDENT * 2)


def _mistakes(words: Words) -> Iterator[str]:
    if words.found.mistakes:
        yield ""
        yield "Mistakes:"
    for index, mistake in enumerate(words.found.mistakes):
        yield from _wrapped(mistake_title(words, index), _INDENT, _INDENT * 2)
        if mistake.change == "started":
            yield from _wrapped(visible(f"{mistake.because} {mistake.avoid}"), _INDENT * 2)


def _lines(words: Words) -> Iterator[str]:
    rows = line_rows(words)
    if rows:
        yield ""
        yield from _wrapped(words.lines_lead())
        yield from _table(LINE_HEADS, [(_cut(label), *cells) for label, *cells in rows])


def _cut(label: str) -> str:
    return label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"


def _assumptions(words: Words) -> Iterator[str]:
    rows = assumption_rows(words)
    if rows:
        yield ""
        yield "Assumed otherwise, as it is not answered:"
    for name, before, after in rows:
        yield from _wrapped(f"{name}: {before} → {after}", _INDENT, _INDENT * 2)


def _table(heads: Cells, rows: Sequence[Cells]) -> list[str]:
    cells = [heads, *rows]
    widths = [max(len(row[index]) for row in cells) for index in range(len(heads))]
    lines = []
    for first, *others in cells:
        columns = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        lines.append(_INDENT + "  ".join(columns).rstrip())
    return lines


def _wrapped(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> list[str]:
    """Return a text broken to a width, the lines after the first indented like it or by `rest`."""
    after = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        flat(text),
        width,
        initial_indent=first,
        subsequent_indent=after,
        break_long_words=False,
        break_on_hyphens=False,
    )
