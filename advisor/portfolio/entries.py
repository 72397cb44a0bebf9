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

_NUMBERS: Final = frozenset((int, float, Decimal, type(None)))
_WRONG: Final = -2


def entry_of(question: Question, values: Sequence[Any], known: Callable[[str], bool]) -> tuple[Entry, set[int]]:
    """Return a column of answers, None being unknown, and the positions of those that have to be looked at alone.

    `known` tells whether the name of a model is one. What is found wanting is unknown in the column.
    """
    match question.kind:
        case "number":
            return _numbers(question, values)
        case "choice":
            return _words(values, question.domain.values, str)
        case "bool":
            return _words(values, (False, True), bool)
        case "model":
            return _names(values, known)
        case _:
            return _lists(question, values)


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
    wrong: set[int] = set()
    if not _NUMBERS.issuperset(map(type, values)):
        wrong = {position for position, value in enumerate(values) if type(value) not in _NUMBERS}
        values = [None if position in wrong else value for position, value in enumerate(values)]
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


def _words(values: Sequence[Any], words: Sequence[Any], kind: type) -> tuple[Entry, set[int]]:
    wrong: set[int] = set()
    if not {kind, type(None)}.issuperset(map(type, values)):
        wrong = {position for position, value in enumerate(values) if value is not None and type(value) is not kind}
        values = [None if position in wrong else value for position, value in enumerate(values)]
    places: dict[Any, int] = {None: -1, **{word: place for place, word in enumerate(words)}}
    codes = np.fromiter(map(places.get, values, repeat(_WRONG)), np.int64, len(values))
    return _coded(codes, tuple(words), wrong)


def _names(values: Sequence[Any], known: Callable[[str], bool]) -> tuple[Entry, set[int]]:
    wrong: set[int] = set()
    if not {str, type(None)}.issuperset(map(type, values)):
        wrong = {position for position, value in enumerate(values) if value is not None and type(value) is not str}
        values = [None if position in wrong else value for position, value in enumerate(values)]
    words = tuple(name for name in dict.fromkeys(values) if name is not None and known(name))
    places: dict[Any, int] = {None: -1, **{word: place for place, word in enumerate(words)}}
    codes = np.fromiter(map(places.get, values, repeat(_WRONG)), np.int64, len(values))
    return _coded(codes, words, wrong)


def _lists(question: Question, values: Sequence[Any]) -> tuple[Entry, set[int]]:
    """Return lists that were looked at already, as tuples; others have to be."""
    wrong = {position for position, value in enumerate(values) if value is not None and type(value) is not tuple}
    kept = [None if position in wrong else value for position, value in enumerate(values)]
    words = tuple(value for value in dict.fromkeys(kept) if value is not None)
    places: dict[Any, int] = {None: -1, **{word: place for place, word in enumerate(words)}}
    return Entry(np.fromiter(map(places.__getitem__, kept), np.int64, len(kept)), words), wrong


def _coded(codes: Any, words: tuple[Any, ...], wrong: set[int]) -> tuple[Entry, set[int]]:
    out = codes == _WRONG
    if out.any():
        wrong |= set(np.flatnonzero(out).tolist())
        codes[out] = -1
    return Entry(codes, words), wrong
