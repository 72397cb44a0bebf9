"""The worth of an answer: by how much knowing it lowers the chance that answering everything changes the
recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from advisor.changes.probe import Probe
from advisor.columns.frame import Entry, Frame
from advisor.columns.street import Street
from advisor.conditions import Range
from advisor.questions import STRATEGIES, Questionnaire
from advisor.whatif import SEED
from advisor.whatif.drawing import Draws, widened
from advisor.whatif.kinds import coded, kinds_of

COMPLETIONS: Final = 4_096
PARTS: Final = 4
"""Into how many parts a range is cut, to see what narrowing it is worth."""


@dataclass(frozen=True)
class Worth:
    """By how much the chance of a change falls once a question is answered, or a range narrowed to a quarter."""

    question: str
    narrowed: bool
    falls_by: Decimal


@dataclass(frozen=True)
class Openness:
    """`chance` is the share of completions with another winner than now; `worths` are the answers that lower it, the
    most telling first."""

    completions: int
    seed: int
    chance: Decimal
    standard_error: Decimal
    worths: tuple[Worth, ...]


def openness_of(probe: Probe, street: Street, frame: Frame, *, count: int = COMPLETIONS, seed: int = SEED) -> Openness:
    """Return what answering everything that is open could change, and what single answers are worth.

    A completion gives every open question that a rule reads one of its kinds of answers, each as likely, and every
    range one of its points. What an answer is worth follows from what would be recommended with that answer alone: how
    much more often that is what a completion with the same answer recommends.
    """
    questionnaire = probe.questionnaire
    drawn = _drawn(probe, frame, Draws(count, seed))
    completed = {entry.question: entry.entry for entry in drawn}
    winner = street.decide(widened(frame, completed, count, questionnaire)).winner
    chance = float((winner != STRATEGIES.index(probe.now)).mean())
    said = _said_alone(drawn, street, frame, questionnaire) if chance else {}
    worths = []
    for entry in drawn if chance else ():
        left = float((winner != said[entry.question][entry.places]).mean())
        worths.append(Worth(entry.question, entry.narrowed, round(Decimal(chance - left), 4)))
    return Openness(
        count,
        seed,
        round(Decimal(chance), 4),
        round(Decimal((chance * (1 - chance) / count) ** 0.5), 4),
        tuple(sorted((worth for worth in worths if worth.falls_by > 0), key=lambda worth: -worth.falls_by)),
    )


def _said_alone(
    drawn: list[_Drawn], street: Street, frame: Frame, questionnaire: Questionnaire
) -> dict[str, NDArray[np.int64]]:
    """Return for every open question what is recommended with each kind of answer to it, all others left open."""
    count = sum(len(entry.kinds) for entry in drawn)
    columns: dict[str, Entry] = {}
    first = 0
    places: dict[str, slice] = {}
    for entry in drawn:
        places[entry.question] = slice(first, first + len(entry.kinds))
        values = np.broadcast_to(frame[entry.question].values, count).copy()
        values[places[entry.question]] = entry.kinds
        columns[entry.question] = Entry(values, entry.entry.words)
        first += len(entry.kinds)
    winner = street.decide(widened(frame, columns, count, questionnaire)).winner
    return {name: winner[place] for name, place in places.items()}


class _Drawn(NamedTuple):
    """An open question: its answer in every completion, the kinds of answers, and of which kind each one is."""

    question: str
    entry: Entry
    kinds: NDArray[Any]
    places: NDArray[np.int64]
    narrowed: bool


def _drawn(probe: Probe, frame: Frame, draws: Draws) -> list[_Drawn]:
    base = probe.scorer.base
    shown = base.questionnaire.shown(base.answered)
    found = []
    for question in base.questionnaire.questions:
        name, answer = question.id, base.answered.get(question.id)
        if shown[name] is False or not probe.is_read(name):
            continue
        if isinstance(answer, Range):
            numbers = draws.between(name, float(answer.low), float(answer.high))
            numbers = np.rint(numbers) if question.domain.integer else numbers
            edges = np.quantile(numbers, [part / PARTS for part in range(1, PARTS)])
            middles = np.quantile(numbers, [(part + 0.5) / PARTS for part in range(PARTS)])
            found.append(_Drawn(name, Entry(numbers), middles, np.searchsorted(edges, numbers), True))
        elif answer is None and (kinds := kinds_of(probe, question)):
            entry = frame[name]
            table = np.array([coded(entry, kind) for kind in kinds]).astype(entry.values.dtype)
            places = np.random.default_rng([draws.seed, crc32(name.encode()), 1]).integers(0, len(kinds), draws.count)
            found.append(_Drawn(name, Entry(table[places], entry.words), table, places, False))
    return found
