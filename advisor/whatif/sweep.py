"""One answer over a range, or over all its values: what wins and what it costs at each, and where that changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor.assessment import Assessment
from advisor.changes.axis import Axis
from advisor.changes.flips import FlipInterval, values_of
from advisor.conditions import Range, Value
from advisor.cost_facts import cost_facts
from advisor.costs.ledger import exact
from advisor.errors import Place, fail, nearest_name, one_line
from advisor.priced import Priced
from advisor.questions import STRATEGIES, Question, Questionnaire
from advisor.recommendation import Recommendation, recommend
from advisor.replies import parse_text
from advisor.scoring import Scorer

POINTS: Final = 9
_LOGARITHMIC: Final = 10


@dataclass(frozen=True)
class Point:
    """What comes of one value: the recommendation, and the USD over the horizon of each strategy, None without a
    price."""

    value: Value
    recommendation: Recommendation
    monthly_usd: Decimal | None
    horizon_usd: dict[str, Decimal | None]


@dataclass(frozen=True)
class Sweep:
    """Points in order, and the stretches between which the winner changes; `exact` says that none can be hidden."""

    question: str
    points: tuple[Point, ...]
    stretches: tuple[FlipInterval, ...]
    exact: bool


def read_sweep(text: str, questionnaire: Questionnaire) -> tuple[Question, Range | None]:
    """Return the question and the range that `K=a..b` names, or all values of `K`; raises InputError."""
    key, equals, span = text.partition("=")
    if key not in questionnaire.ids:
        near = nearest_name(key, questionnaire.ids)
        accepted = "the ids of the questionnaire (see `advise schema answers`)"
        raise fail(f"unknown question '{one_line(key)}'.", Place("--sweep"), accepted=accepted, nearest=near)
    question = questionnaire[key]
    place = Place("--sweep", key=key)
    if question.domain.kind == "number":
        value = parse_text(question, span, place) if equals else None
        if not isinstance(value, Range):
            raise fail("a number is swept over a range.", place, accepted=f"{key}=low..high")
        return question, value
    if question.domain.kind not in ("choice", "bool") or equals:
        accepted = (
            f"--sweep {key}"
            if question.domain.kind in ("choice", "bool")
            else "a number, a choice or a yes-or-no question"
        )
        raise fail("cannot be swept like this.", place, accepted=accepted)
    return question, None


@exact
def sweep_of(assessment: Assessment, question: Question, within: Range | None) -> Sweep:
    """Return what an answer does over a range, all others held as they are."""
    probe = assessment.sensitivity.probe
    assert probe.priced is not None
    if within is None:
        values: list[Value] = [*values_of(question.domain)]
        points = tuple(_point(probe.priced, question.id, value, assessment) for value in values)
        runs = tuple(FlipInterval(point.value, point.value, point.recommendation.strategy) for point in points)  # type: ignore[arg-type]
        return Sweep(question.id, points, runs, exact=True)
    axis = Axis(probe, question.id, within)
    stretches = tuple(FlipInterval(found.low, found.high, found.strategy) for found in axis.stretches())
    points = tuple(_point(probe.priced, question.id, value, assessment) for value in _values(within, question))
    return Sweep(question.id, points, stretches, axis.exact)


def _values(within: Range, question: Question) -> Iterator[Decimal]:
    """Yield numbers of two digits from one end of a range to the other, evenly in their logarithm over a wide one."""
    low, high = within.low, within.high
    wide = low > 0 and high / low >= _LOGARITHMIC
    seen: set[Decimal] = set()
    for step in range(POINTS):
        share = Decimal(step) / (POINTS - 1)
        value = low * (high / low) ** share if wide else low + (high - low) * share
        if 0 < step < POINTS - 1:
            value = Decimal(f"{round(value, 1 - value.adjusted()):f}") if value else value
        else:
            value = low if step == 0 else high
        if question.domain.integer:
            value = value.to_integral_value()
        if low <= value <= high and value not in seen:
            seen.add(value)
            yield value


def _point(priced: Priced, question: str, value: Value, assessment: Assessment) -> Point:
    other = priced.replaced(question, value)
    found = recommend(Scorer(assessment.pack, other.fact_base(cost_facts(other))))
    costs = {name: other.strategy(name).total for name in STRATEGIES}
    horizon = {name: total.horizon_usd for name, total in costs.items()}
    return Point(value, found, costs[found.strategy].monthly_usd, horizon)
