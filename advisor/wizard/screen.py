"""What stands on the screen: lines above and below the field, from the view and the room that there is."""

from __future__ import annotations

from typing import NamedTuple

from advisor.prompts import help_on, hint_of, position, section_title, standing, when_not_sure
from advisor.questions import Question
from advisor.review import Row
from advisor.sources import OFFERED
from advisor.wizard.lines import CURSOR, Line, Marks, cut, width_of, window, wrapped
from advisor.wizard.models import price_words
from advisor.wizard.view import View

_NOTES_FROM = 60
"""Columns from which the note of a choice stands beside it; below that, only that of the one under the cursor."""

_BEFORE_NOTE = 7
"""Columns beside the name of a choice before its note."""

_MODEL = 32
"""Columns of a model's name where its price stands beside it."""

_AT_ONCE = 8
"""Entries of a filtered list that are shown at once."""


class Screen(NamedTuple):
    """The lines above and below the field; `field` says whether there is one."""

    above: list[Line]
    field: bool
    below: list[Line]


def screen(view: View, columns: int, rows: int, marks: Marks) -> Screen:
    """Return what is shown on a screen of some columns and rows."""
    if view.page == "check":
        return _check(view, columns, rows, marks)
    if view.page == "way":
        return _way(view, columns, rows, marks)
    question = view.question
    if question is None:
        return Screen([], False, [])
    return _question(view, question, columns, rows, marks)


def _way(view: View, columns: int, rows: int, marks: Marks) -> Screen:
    head = [
        _head("advise", "", columns),
        [],
        *wrapped("How much do you want to say?", columns, "class:prompt"),
        *wrapped("Answers can be changed and added to later, in the file or with advise edit.", columns, "class:muted"),
        [],
    ]
    tail = _keys(["1-2 or arrows choose", "Enter next", "Ctrl-C leave"], columns)
    body, note = _entries(view, columns, rows - len(head) - len(tail) - 2, marks)
    return Screen([*head, *body, *note, [], *tail], False, [])


def _question(view: View, question: Question, columns: int, rows: int, marks: Marks) -> Screen:
    interview = view.interview
    unit = f" ({question.unit})" if question.unit else ""
    head = [
        _head(section_title(interview, question), position(interview), columns),
        [],
        *wrapped(question.prompt + unit, columns, "class:prompt"),
    ]
    if view.helping:
        return _help(view, question, head, columns, rows, marks)
    head += [
        *wrapped(hint_of(question), columns, "class:muted"),
        *_standing(view, question, columns),
    ]
    tail = [*_problem(view, columns), [], *_keys(_hints(view, question), columns)]
    room = rows - len(tail) - 3
    if len(head) > room - 3:
        head = [*head[: max(4, room - 4)], [("class:muted", marks.more)]]
    if view.listed:
        body, note = _entries(view, columns, room - len(head), marks)
        return Screen([*head, [], *body, *note, *tail], False, [])
    below: list[Line] = []
    if question.kind == "model":
        body, note = _entries(view, columns, min(_AT_ONCE + 2, room - len(head) - 1), marks)
        below = [*body, *note]
    elif view.echo and view.echo != view.typed.strip():
        below = [[("class:muted", cut(f"  = {view.echo}{unit}", columns))]]
    return Screen([*head, []], True, [*below, *tail])


def _help(view: View, question: Question, head: list[Line], columns: int, rows: int, marks: Marks) -> Screen:
    """Return why a question is asked, in place of what may be answered, as much as there is room for."""
    said = help_on(question, view.interview.values, view.session.desk.pack)
    lines = [line for text in said for line in [[], *wrapped(text, columns, "class:help")]]
    tail = [[], *_keys(["?, Esc or Enter back to the question", "Ctrl-C save and leave"], columns)]
    room = max(3, rows - len(head) - len(tail) - 2)
    left_out: list[Line] = [[("class:muted", marks.more)]] if len(lines) > room else []
    return Screen([*head, *lines[:room], *left_out, *tail], False, [])


def _head(title: str, place: str, columns: int) -> Line:
    """Return the first line: the section, and the position at the right end."""
    title = cut(title, max(1, columns - width_of(place) - 2))
    gap = " " * max(1, columns - width_of(title) - width_of(place))
    return [("class:title", title), ("", gap), ("class:muted", place)]


def _standing(view: View, question: Question, columns: int) -> list[Line]:
    now = standing(view.interview, question)
    if now is not None:
        value, source = now
        words = f"Enter takes: {value}" if source == OFFERED else f"Now: {value} ({source}); Enter keeps it"
        return wrapped(words, columns, "class:standing")
    fallback = when_not_sure(question, view.interview.values)
    return wrapped(fallback, columns, "class:muted") if fallback and not view.listed else []


def _entries(view: View, columns: int, room: int, marks: Marks) -> tuple[list[Line], list[Line]]:
    """Return the list with its cursor, as much of it as there is room for, and the note that had none beside it."""
    entries, question = view.entries, view.question
    in_full = _in_full(view, columns, marks)
    if in_full and len(in_full) <= room:
        return in_full, []
    beside = columns >= _NOTES_FROM
    long = question is not None and question.kind == "model"
    widest = 0 if long else max((width_of(name) for name, _ in entries), default=0)

    def row(index: int) -> Line:
        if index == len(entries):
            words = ("" if long else " 0 ") + _unsure(view)
        else:
            name, note = entries[index]
            if long and question is not None:
                note = price_words(view.session.desk.book, name, question.id, view.session.desk.as_of)
            box = (marks.on if name in view.picked else marks.off) + " " if view.several else ""
            padded = name + " " * ((_MODEL if long else widest) - width_of(name)) if note and beside else name
            words = ("" if long else f"{index + 1:>2} ") + box + padded + (f"  {note}" if note and beside else "")
        return _entry(words, index == view.cursor, columns, marks)

    below = _note(view, entries, columns, widest + _BEFORE_NOTE if beside else columns)
    shown = 0 if view.cursor == len(entries) and not view.typed else view.cursor
    pinned = [row(len(entries))] if view.rows > len(entries) and not long else []
    count = len(entries) if pinned else view.rows
    return [*window(count, row, shown, max(3, room - len(below) - len(pinned)), marks.more), *pinned], below


def _in_full(view: View, columns: int, marks: Marks) -> list[Line]:
    """Return a short list with every note in full, beside its entry or under it; nothing for a list of models."""
    if view.question is not None and view.question.kind == "model":
        return []
    entries = view.entries
    start = 7 + max((width_of(name) for name, _ in entries), default=0) + (4 if view.several else 0)
    beside = columns >= _NOTES_FROM
    lines: list[Line] = []
    for index, (name, note) in enumerate(entries):
        box = (marks.on if name in view.picked else marks.off) + " " if view.several else ""
        head = f"{index + 1:>2} {box}{name}"
        if beside:
            first, *rest = wrapped(note, columns - start) or [[("", "")]]
            head += " " * (start - 2 - width_of(head)) + first[0][1]
            indent = " " * start
        else:
            rest, indent = wrapped(note, columns - 7), " " * 7
        here = index == view.cursor
        lines.append(_entry(head, here, columns, marks))
        lines += [[("class:cursor" if here else "", indent + text)] for [(_, text)] in rest]
    if view.rows > len(entries):
        lines.append(_entry(" 0 " + _unsure(view), view.cursor == len(entries), columns, marks))
    return lines


def _note(view: View, entries: list[tuple[str, str]], columns: int, start: int) -> list[Line]:
    """Return the note of the entry under the cursor, where notes that begin at a column do not all fit beside theirs;
    always of as many lines, so that nothing jumps."""
    cut_off = [
        wrapped(f"{name}: {note}", columns, "class:muted", "     ")
        for name, note in entries
        if start + width_of(note) > columns
    ]
    if not any(cut_off):
        return []
    name, note = entries[view.cursor] if view.cursor < len(entries) else ("", "")
    note = f"{name}: {note}" if note else ""
    shown = wrapped(note, columns, "class:muted", "     ")
    return [*shown, *([] for _ in range(max(map(len, cut_off)) - len(shown)))]


def _unsure(view: View) -> str:
    """Return what the last entry of a list says: what happens when nothing is picked from it."""
    question = view.question
    assert question is not None
    if view.several:
        return "Nothing picked"
    if question.kind == "model":
        return "As typed" if view.typed.strip() else "Keep or leave open"
    fallback = when_not_sure(question, view.interview.values)
    return fallback.rstrip(".") if fallback else "Not sure"


def _entry(words: str, here: bool, columns: int, marks: Marks, style: str = "") -> Line:
    text = cut(f"{marks.cursor if here else ' '} {words}", columns, marks.more)
    return [CURSOR, ("class:cursor", text)] if here else [(style, text)]


def _problem(view: View, columns: int) -> list[Line]:
    return wrapped(f"! {view.message}", columns, "class:problem") if view.message else []


def _hints(view: View, question: Question) -> list[str]:
    hints = ["Enter next", "Shift-Tab back"]
    if view.several:
        hints = ["arrows move", "Space or digits pick", *hints]
    elif view.listed:
        hints = ["digits or arrows choose", *hints]
    elif question.kind == "model":
        hints = ["type or / to filter", "arrows choose", *hints]
    unsure = [] if view.listed else ["Ctrl-N not sure"]
    why = [] if question.kind == "text" and view.typed else ["? why"]
    return [*hints, *unsure, *why, "Ctrl-F check answers", "Ctrl-C save and leave"]


def _keys(hints: list[str], columns: int) -> list[Line]:
    """Return the key hints, never broken inside one."""
    lines: list[str] = []
    for hint in hints:
        if lines and width_of(lines[-1]) + len(hint) + 3 <= columns:
            lines[-1] += f" · {hint}"
        else:
            lines.append(hint)
    return [[("class:keys", cut(line, columns))] for line in lines]


def _check(view: View, columns: int, rows: int, marks: Marks) -> Screen:
    page = view.review
    assert page is not None
    head = [
        _head("Check your answers", f"{len(page.rows)} questions", columns),
        *wrapped(page.counts, columns, "class:muted"),
    ]
    for name, value in page.hidden:
        head += [[("class:muted", cut(f"Kept, not counted, its question is not shown: {name} = {value}", columns))]]
    lines: list[Line] = []
    where = 0
    for section in page.sections:
        lines.append([("class:title", cut(section.title, columns))])
        for row in section.rows:
            here = row.number - 1 == view.cursor
            if row.number - 1 == (view.anchor if view.cursor >= len(page.rows) else view.cursor):
                where = len(lines)
            style = "" if row.state == "given" else "class:muted"
            lines.append(_entry(_row_words(row, columns), here, columns, marks, style))
    promise = view.session.desk.promise(view.session.answers)
    last = view.cursor >= len(page.rows)
    under = page.rows[view.cursor].question.prompt if not last else ""
    tail = [
        *_problem(view, columns),
        *([[]] if len(lines) <= rows - len(head) - 8 else []),
        *_promise(promise, last, columns, marks),
        *(wrapped(under, columns, "class:muted") or [[]]),
        *_keys(
            [
                "digits or arrows go to an answer",
                "Enter change it",
                *([f"a ask the {len(view.interview.rest)} left"] if view.interview.rest else []),
                "w write",
                "Shift-Tab back",
                "Ctrl-C save and leave",
            ],
            columns,
        ),
    ]
    room = rows - len(head) - len(tail) - 2
    body = window(len(lines), lines.__getitem__, where, room, marks.more)
    return Screen([*head, *([] if len(lines) > room else [[]]), *body, *tail], False, [])


def _promise(promise: str, here: bool, columns: int, marks: Marks) -> list[Line]:
    """Return the last entry, which says what it does, on as many lines as that takes."""
    first, *rest = wrapped(promise, columns - 5)
    more = [[("class:cursor" if here else "", "     " + text) for _, text in line] for line in rest]
    return [_entry("w  " + "".join(text for _, text in first), here, columns, marks), *more]


def _row_words(row: Row, columns: int) -> str:
    name = row.question.id
    width = 24 if columns >= _NOTES_FROM else 15
    padded = cut(name, width) + " " * (width - width_of(name))
    if columns >= _NOTES_FROM:
        return f"{row.number:>2} {padded} {row.words}"
    return f"{row.number:>2} {padded} {row.words.replace(f'{row.gap}; costs assume', 'assumed:')}"
