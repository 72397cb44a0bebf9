"""Which inputs differ between two states, in the order in which they are applied, and how each is applied.

The order is declared: prices, the day of prices, the rules, then the answers in the order of the questions, then notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from advisor.answers import plain
from advisor.conditions import NotApplicable, Value
from advisor.diff.contract import Cause, CauseKind, Plain
from advisor.diff.sides import Inputs
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.wording import some

MOST_NAMED: Final = 6
"""How many changed rules or rows are named; the rest are counted."""


def causes_of(old: Inputs, new: Inputs) -> tuple[Cause, ...]:
    """Return every input that differs, in the order in which they are applied."""
    return (*_of_prices(old, new), *_of_rules(old, new), *_of_answers(old, new), *_of_notes(old, new))


def applied(state: Inputs, causes: Iterable[Cause], new: Inputs) -> Inputs:
    """Return a state in which some causes are as in the new one."""
    values = dict(state.answers.values)
    for cause in causes:
        match cause.kind:
            case "prices":
                state = replace(state, book=new.book)
            case "as_of":
                state = replace(state, as_of=new.as_of, as_of_from=new.as_of_from)
            case "rules":
                state = replace(state, pack=new.pack)
            case "answer":
                values[cause.name] = new.answers.values.get(cause.name)
            case "note":
                pass
    return replace(state, answers=replace(state.answers, values=values))


def fitting(state: Inputs, sides: tuple[Inputs, Inputs]) -> Inputs:
    """Return a state with only those answers that its pack can read, in the order of its questions: those that one of
    the sides gave to a question with the same answers."""
    asked = state.pack.questionnaire

    def fits(name: str, value: Value) -> bool:
        return any(
            name in side.pack.questionnaire.ids
            and side.pack.questionnaire[name].domain == asked[name].domain
            and side.answers.values.get(name) == value
            for side in sides
        )

    given = {name: value for name in asked.ids if (value := state.answers.values.get(name)) is not None}
    kept = {name: value for name, value in given.items() if fits(name, value)}
    return replace(state, answers=replace(state.answers, values=kept))


def _of_prices(old: Inputs, new: Inputs) -> Iterator[Cause]:
    if _prices(old.book) != _prices(new.book):
        yield _cause("prices", "prices", _prices(old.book), _prices(new.book), detail=_changed_rows(old.book, new.book))
    if old.as_of != new.as_of:
        yield _cause("as_of", "as_of", old.as_of.isoformat(), new.as_of.isoformat())


def _of_rules(old: Inputs, new: Inputs) -> Iterator[Cause]:
    if old.pack.digest != new.pack.digest:
        yield _cause("rules", "rules", _pack(old.pack), _pack(new.pack), detail=_changed_rules(old.pack, new.pack))


def _of_answers(old: Inputs, new: Inputs) -> Iterator[Cause]:
    before, after = old.answers.values, new.answers.values
    hidden = [_hidden(state) for state in (old, new)]
    for name in dict.fromkeys((*new.pack.questionnaire.ids, *old.pack.questionnaire.ids)):
        if name != "notes" and before.get(name) != after.get(name):
            ignored = all(before_or_after.get(name, True) for before_or_after in hidden)
            yield _cause("answer", name, _plain(before.get(name)), _plain(after.get(name)), ignored=ignored)


def _of_notes(old: Inputs, new: Inputs) -> Iterator[Cause]:
    before, after = old.answers.notes, new.answers.notes
    for name in dict.fromkeys((*new.pack.questionnaire.ids, *old.pack.questionnaire.ids)):
        if before.get(name) != after.get(name):
            yield _cause("note", name, before.get(name), after.get(name))


def _cause(
    kind: CauseKind, name: str, old: Plain, new: Plain, *, ignored: bool = False, detail: str | None = None
) -> Cause:
    return Cause(kind, name, old, new, ignored, detail)


def _hidden(state: Inputs) -> Mapping[str, bool]:
    visible = state.answers.visible(state.pack.questionnaire)
    return {name: isinstance(value, NotApplicable) for name, value in visible.items()}


def _plain(value: Value) -> Plain:
    found: Any = plain(value)
    return tuple(found) if isinstance(found, list) else found


def prices_words(genai_prices: str, rows_digest: str) -> str:
    """Return prices by the version of the library and the digest of the rows over it."""
    return f"genai-prices {genai_prices}, own rows {rows_digest}"


def pack_words(name: str, version: str, digest: str) -> str:
    """Return a pack by name, version and digest."""
    return f"{name} {version}, digest {digest}"


def _prices(book: PriceBook) -> str:
    return prices_words(book.base.version, book.rows.digest)


def _pack(pack: Pack) -> str:
    return pack_words(pack.name, pack.version, pack.digest)


def _changed_rows(old: PriceBook, new: PriceBook) -> str | None:
    """Return which price rows, tuned models and discounts differ."""
    before, after = _rows(old), _rows(new)
    return _listed("rows", [name for name in {**after, **before} if before.get(name) != after.get(name)])


def _rows(book: PriceBook) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for price in book.rows.prices:
        found.setdefault(price.id, []).append(price)
    for model in book.rows.models:
        found.setdefault(model.id, []).append(model)
    found |= {f"labour/{name}": [work] for name, work in book.rows.labour.items()}
    return {**found, **{f"discount of {name}": [share] for name, share in book.rows.discounts.items()}}


def _changed_rules(old: Pack, new: Pack) -> str | None:
    """Return which rules and mistakes were added, taken away, or work in another way; texts alone do not count."""
    before, after = _working(old), _working(new)
    both = [name for name in after if name in before and before[name] != after[name]]
    parts = [
        _listed("added", [name for name in after if name not in before]),
        _listed("removed", [name for name in before if name not in after]),
        _listed("changed", both),
    ]
    return "; ".join(part for part in parts if part) or None


def _working(pack: Pack) -> dict[str, object]:
    rules = {rule.id: (rule.when, dict(rule.points), rule.gate) for rule in pack.rules}
    return {**rules, **{each.id: (each.when, each.commits, each.severity, each.at_stake) for each in pack.mistakes}}


def _listed(what: str, names: list[str]) -> str | None:
    return f"{what}: {some(names, MOST_NAMED)}" if names else None
