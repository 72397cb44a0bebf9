"""Rows of a batch as columns of answers: each column is checked at once; what is not plain is told by its position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any, Final

import numpy as np

from advisor.columns.frame import Entry
from advisor.limits import MAX_TEXT
from advisor.questions import Question

_NUMBERS: Final = (int, float, Decimal, type(None))
_WRONG: Final = -2


def entry_of(question: Question, values: Sequence[Any], known: Callable[[str], bool]) -> tuple[Entry, set[int]]:
    """Return a column of answers, None being unknown, and the positions of those that have to be looked at alone.

    `known` tells whether the name of a model is one. What is found wanting is unknown in the column.
    """
    kind: type
    words: Sequence[Any] | None = None
    match question.kind:
        case "number":
            return _numbers(question, values)
        case "choice":
            kind, words = str, question.domain.values
        case "bool":
            kind, words = bool, (False, True)
        case "model":
            kind = str
        case _:
            kind = tuple  # a list that was looked at already
    kept, wrong = _only(values, kind, type(None))
    if words is None:
        words = [word for word in dict.fromkeys(kept) if word is not None and (kind is tuple or known(word))]
    places: dict[Any, int] = {None: -1, **{word: place for place, word in enumerate(words)}}
    codes = np.fromiter(map(places.get, kept, repeat(_WRONG)), np.int64, len(kept))
    out = codes == _WRONG
    if out.any():
        wrong |= set(np.flatnonzero(out).tolist())
        codes[out] = -1
    return Entry(codes, tuple(words)), wrong


def _only(values: Sequence[Any], *kinds: type) -> tuple[Sequence[Any], set[int]]:
    """Return the values of some types, None in the place of others, and the positions of these."""
    if set(kinds).issuperset(map(type, values)):
        return values, set()
    wrong = {position for position, value in enumerate(values) if type(value) not in kinds}
    return [None if position in wrong else value for position, value in enumerate(values)], wrong


def odd_texts(values: Sequence[Any]) -> set[int]:
    """Return the positions of texts that have to be looked at alone."""
    return {
        position
        for position, text in enumerate(values)
        if text is not None and not (type(text) is str and len(text) <= MAX_TEXT and (text.isascii() or _valid(text)))
    }


def _valid(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _numbers(question: Question, values: Sequence[Any]) -> tuple[Entry, set[int]]:
    values, wrong = _only(values, *_NUMBERS)
    try:
        numbers = np.array(values, np.float64)
    except OverflowError:
        wrong |= {position for position, value in enumerate(values) if isinstance(value, int) and abs(value) > 1e300}
        numbers = np.array([None if position in wrong else value for position, value in enumerate(values)], np.float64)
    unknown = np.isnan(numbers)
    if unknown.sum() != values.count(None):
        wrong |= {position for position, value in enumerate(values) if value is not None and unknown[position]}
    domain = question.domain
    with np.errstate(invalid="ignore"):
        out = np.isinf(numbers)
        if domain.low is not None:
            out |= numbers < float(domain.low)
        if domain.high is not None:
            out |= numbers > float(domain.high)
        if domain.integer:
            out |= (numbers != np.rint(numbers)) & ~unknown
    if out.any():
        wrong |= set(np.flatnonzero(out).tolist())
        numbers[out] = np.nan
    return Entry(numbers), wrong
