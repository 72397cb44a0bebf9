"""Scenarios: every range of answers, assumptions and prices drawn at random, the same draws for the same seed.

A range of an answer is drawn evenly, or evenly in its logarithm where its high end is ten times the low one or more,
so that half of the draws lie below what costs take for it. Assumptions and prices have a usual value inside their
range: half are drawn evenly below it and half above. Each range has a stream of its own, named after it, so that one
range more leaves the draws of the others as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal
from zlib import crc32

import numpy as np

from advisor.answers import Answers
from advisor.columns.costs import Price
from advisor.columns.doubt import Floats
from advisor.columns.frame import Entry, Frame, frame_of, seen
from advisor.conditions import Range, Test, Value, thresholds_of
from advisor.facts import FactBase, hidden_thresholds
from advisor.pricebook.book import Rate
from advisor.priced import Priced
from advisor.questions import Questionnaire
from advisor.workload import LEAST_TUNED_PROMPT, TUNED_PROMPT_SHARE, Number

_LOGARITHMIC: Final = 10.0
_HALF: Final = 0.5
_TUNED_SHARES: Final = (0.15, float(TUNED_PROMPT_SHARE), 0.50)
"""Which shares of the prompt an assumed tuned prompt is at least, usually and at most, as in `workload_reader`."""


@dataclass(frozen=True)
class Drawn:
    """A range that scenarios are drawn from."""

    kind: Literal["answer", "assumption", "price"]
    name: str
    low: Decimal
    high: Decimal


@dataclass
class Draws:
    """The draws of one seed, each made when it is first asked for; `drawn` says of which ranges."""

    count: int
    seed: int
    drawn: list[Drawn] = field(default_factory=list)
    _prices: dict[str, Floats] = field(default_factory=dict)

    def between(self, name: str, low: Floats | float, high: Floats | float) -> Floats:
        """Return numbers between two ends, which may differ from scenario to scenario."""
        even = self._even(name)
        wide = (np.asarray(low) > 0) & (np.asarray(high) >= _LOGARITHMIC * np.asarray(low))
        with np.errstate(divide="ignore", invalid="ignore"):
            logarithmic = np.exp(np.log(low) + (np.log(high) - np.log(low)) * even)
        return np.where(wide, logarithmic, low + (np.asarray(high) - low) * even)

    def around(self, name: str, low: Floats | float, usual: Floats | float, high: Floats | float) -> Floats:
        """Return numbers between two ends, half of them below a usual value and half above it."""
        even = self._even(name)
        below = low + (np.asarray(usual) - low) * 2 * even
        above = usual + (np.asarray(high) - usual) * (2 * even - 1)
        return np.where(even < _HALF, below, above)

    def _even(self, name: str) -> Floats:
        return np.random.default_rng([self.seed, crc32(name.encode())]).random(self.count)

    def price(self, rate: Rate) -> Price:
        """Return the price of a row in each scenario; one without a spread is the same in all."""
        if rate.spread is None or rate.spread[0] == rate.spread[1]:
            return float(rate.unit_usd)
        if rate.id not in self._prices:
            self.drawn.append(Drawn("price", rate.id, *rate.spread))
            low, high = map(float, rate.spread)
            self._prices[rate.id] = self.around(rate.id, low, float(rate.unit_usd), high)
        return self._prices[rate.id]


def frame_of_scenarios(priced: Priced, draws: Draws) -> Frame:
    """Return the scenarios of a workload: what is answered, with every range as one number."""
    questionnaire, answers = priced.questionnaire, priced.answers
    ranges = {name: value for name, value in priced.visible.items() if isinstance(value, Range)}
    base = frame_of([_without_ranges(answers)], questionnaire)
    entries = dict(base.entries)
    for name, value in ranges.items():
        draws.drawn.append(Drawn("answer", name, value.low, value.high))
        numbers = draws.between(name, float(value.low), float(value.high))
        entries[name] = Entry(np.rint(numbers) if questionnaire[name].domain.integer else numbers)
    frame = seen(Frame(draws.count, entries), questionnaire)
    return replace(frame, assumed=_assumed(priced, frame, draws))


def _assumed(priced: Priced, frame: Frame, draws: Draws) -> dict[str, Floats]:
    """Return the numbers that are assumed with a range, drawn from it."""
    if priced.workload.on_premises:
        return {}
    found: dict[str, Floats] = {}
    retrieved = priced.workload.retrieved_tokens
    if retrieved.origin == "assumed" and retrieved.low < retrieved.high:
        draws.drawn.append(Drawn("assumption", "retrieved_tokens", retrieved.low, retrieved.high))
        ends = float(retrieved.low), float(retrieved.value), float(retrieved.high)
        found["retrieved_tokens"] = draws.around("retrieved_tokens", *ends)
    tuned: Number = priced.workload.tuned_prompt_tokens
    if tuned.origin == "assumed" and tuned.low < tuned.high:
        draws.drawn.append(Drawn("assumption", "tuned_prompt_tokens", tuned.low, tuned.high))
        entry = frame["prompt_tokens"]
        prompt = np.where(entry.known, entry.values, float(priced.workload.prompt_tokens.value))
        low, usual, high = (
            np.minimum(prompt, np.maximum(float(LEAST_TUNED_PROMPT), prompt * share)) for share in _TUNED_SHARES
        )
        found["tuned_prompt_tokens"] = draws.around("tuned_prompt_tokens", low, usual, high)
    return found


def _without_ranges(answers: Answers) -> Answers:
    return replace(
        answers, values={key: value for key, value in answers.values.items() if not isinstance(value, Range)}
    )


def central_frame(priced: Priced, base: FactBase, tests: list[Test]) -> Frame:
    """Return the workload as the single path takes it: a range is its central number to costs, and to rules that too,
    unless a rule tells numbers inside it apart; then it is unknown."""
    values: dict[str, Value] = {}
    assumed: dict[str, Floats] = {}
    for name, value in priced.answers.values.items():
        if isinstance(value, Range):
            number = getattr(priced.workload, name, None)
            middle = number.value if isinstance(number, Number) else (value.low + value.high) / 2
            points = {*thresholds_of(tests, name), *hidden_thresholds(base, name, base.visible({}), tests)}
            if any(value.low <= point <= value.high for point in points):
                assumed[name] = np.array([float(middle)])
                continue
            value = middle
        values[name] = value
    frame = frame_of([replace(priced.answers, values=values)], priced.questionnaire)
    return replace(frame, assumed=assumed)


def widened(frame: Frame, changes: Mapping[str, Entry], rows: int, questionnaire: Questionnaire) -> Frame:
    """Return as many cases of one workload, with other answers to some questions."""
    return seen(replace(frame, rows=rows, entries={**_shown_again(frame), **changes}), questionnaire)


def _shown_again(frame: Frame) -> dict[str, Entry]:
    return {name: replace(entry, hidden=None) for name, entry in frame.entries.items()}
