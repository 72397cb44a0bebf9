"""A difference as a markdown comment for a pull request; whatever others wrote is escaped as in documents.

Its first line is a hidden tag by which a later run finds the comment that it has to bring up to date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from advisor.diff.contract import Difference, Effect, Step
from advisor.diff.tables import (
    LINE_HEADS,
    SCORE_HEADS,
    STATE_HEADS,
    Cells,
    assumption_rows,
    line_rows,
    mistake_title,
    score_rows,
    state_rows,
)
from advisor.diff.words import FOOT, TURNED, Words, plus, signed_points
from advisor.documents.text import code, escape


def comment_of(found: Difference, names: Mapping[str, str], path: str) -> str:
    """Return the comment. `path` is the answers file that it is about, which the tag and the footnote name."""
    words = Words(found, {name: str(escape(text)) for name, text in names.items()}, _code, escape)
    lines = [tag_of(path), *_headline(words)]
    if found.changed:
        lines += ["", *_table(STATE_HEADS, "lrrr", state_rows(words)), *_steps(words), *_apart(words), *_rules(words)]
        lines += [*_mistakes(words), *_lines(words), *_assumptions(words)]
        lines += [line for text in found.limits for line in ("", escape(text))]
    return "\n".join([*lines, "", _foot(words, path)]) + "\n"


def tag_of(path: str) -> str:
    """Return the hidden tag of the comment on an answers file, another one for every path.

    An absolute path differs from machine to machine, so only its file name counts.
    """
    return f"<!-- advise diff: {quote(_shown(path), safe='/._-').replace('--', '-%2D')} -->"


def _shown(path: str) -> str:
    pure = PurePath(path)
    return pure.name if pure.is_absolute() else pure.as_posix()


def _headline(words: Words) -> Iterator[str]:
    moved_by = words.moved_by()
    yield f"### {words.free(words.found.new.project)}: {words.recommendation()}"
    yield ""
    yield f"{moved_by} {words.cost()}" if moved_by else words.cost()


def _steps(words: Words) -> Iterator[str]:
    found = words.found
    if not found.steps:
        return
    yield ""
    if any(step.effect is None for step in found.steps):
        yield "**What changed**"
        yield ""
        yield from (f"- {words.step(step)}" for step in found.steps)
        return
    if rows := [_row(step, effect, words) for step, effect in words.effective()]:
        yield f"**What changed**, each applied after those above it; the lead is {words.lead()}"
        yield ""
        if len(rows) > 1:
            lead = signed_points(found.lead.new - found.lead.old)
            rows.append(("all together", plus(found.monthly_usd), plus(found.horizon_usd), lead, ""))
        yield from _table(_step_heads(words), "lrrrl", rows)
    if idle := words.idle():
        yield from ["", idle] if rows else [idle]


def _step_heads(words: Words) -> Cells:
    return "", "A month, USD", f"Over {words.span()}, USD", "Lead", "Recommendation"


def _row(step: Step, effect: Effect, words: Words) -> Cells:
    figures = plus(effect.monthly_usd), plus(effect.horizon_usd), signed_points(effect.lead)
    return words.step(step), *figures, words.outcome(effect) or ""


def _apart(words: Words) -> Iterator[str]:
    rows = [_row(step, effect, words) for step, effect in words.apart()]
    if rows:
        table = _table(_step_heads(words), "lrrrl", rows)
        yield from _folded("What each does by itself, with all else as before, where that differs", table)


def _rules(words: Words) -> Iterator[str]:
    if rows := score_rows(words):
        yield ""
        yield from _table(SCORE_HEADS, "lllr", rows)
    rows = [
        (words.code(rule.rule), TURNED[rule.change], words.points(rule), words.through(rule.causes))
        for rule in words.found.rules
    ]
    if rows:
        yield ""
        yield from _table(("Rule", "", "Points", "Through"), "llll", rows)
        why = [f"- {words.code(rule.rule)}: {words.free(rule.because)}" for rule in words.found.rules]
        yield from _folded("Why these rules fire", why)


def _mistakes(words: Words) -> Iterator[str]:
    if words.found.mistakes:
        yield ""
        yield "**Mistakes**"
        yield ""
    for index, mistake in enumerate(words.found.mistakes):
        more = f". {words.free(mistake.because)} {words.free(mistake.avoid)}" if mistake.change == "started" else ""
        yield f"- {mistake_title(words, index)}{more}"


def _lines(words: Words) -> Iterator[str]:
    if rows := line_rows(words):
        yield from _folded("Cost lines that differ", [words.lines_lead(), "", *_table(LINE_HEADS, "lrrrr", rows)])


def _assumptions(words: Words) -> Iterator[str]:
    if rows := assumption_rows(words):
        table = _table(("Not answered", "Assumed before", "Assumed after"), "lll", rows)
        yield from _folded("What costs assume otherwise", table)


def _foot(words: Words, path: str) -> str:
    old, new = words.free(words.found.old.as_of), words.free(words.found.new.as_of)
    days = new if old == new else f"{old}, then {new}"
    return f"<sub>Prices of {days}. {FOOT} Answers: {escape(_shown(path))}.</sub>"


def _code(text: str) -> str:
    """Return an identifier in code style, without the sign that may begin mathematics."""
    return code(text.replace("$", ""))


def _folded(summary: str, lines: Sequence[str]) -> list[str]:
    return ["", f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]


def _table(heads: Cells, align: str, rows: Sequence[Cells]) -> list[str]:
    rule = "|".join(" ---: " if letter == "r" else " --- " for letter in align)
    return [
        "| " + " | ".join(heads) + " |",
        f"|{rule}|",
        *("| " + " | ".join(_cell(text) for text in row) + " |" for row in rows),
    ]


def _cell(text: str) -> str:
    return " ".join(text.split())
