"""The open question whose answer is likeliest to change the recommendation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from advisor.changes.axis import Axis
from advisor.changes.flip_words import say_interval
from advisor.changes.flips import KINDS, FlipInterval, values_of
from advisor.changes.probe import Probe
from advisor.conditions import Range
from advisor.costs.ledger import exact
from advisor.facts import open_questions
from advisor.wording import either
from advisor.workload import Number


@dataclass(frozen=True)
class NextQuestion:
    """The question and why. `chance_of_change` is the share of its kinds of answers that change the recommendation,
    each counted alike; `leads_to` are those kinds, each with what it would recommend.

    A kind of a number is a stretch of its domain, or of the range that is answered, on which no rule changes and one
    strategy wins. A number that no rule reads is tried over the range that costs assume for it, if there is one.
    """

    answer: str
    why: str
    chance_of_change: Decimal
    leads_to: tuple[FlipInterval, ...]


@exact
def next_question(probe: Probe, names: Mapping[str, str]) -> NextQuestion | None:
    """Return the most telling open question, the first of equals, or None when no single one changes anything.

    Lists and names of models are not tried, nor is what may turn out not to be asked: what decides that comes first.
    """
    probe.rest()
    best: NextQuestion | None = None
    base = probe.scorer.base
    shown = base.questionnaire.shown(base.answered)
    for question in open_questions(base.questionnaire, base.answered):
        if base.questionnaire[question].domain.kind not in KINDS or not shown[question]:
            continue
        kinds = tuple(_kinds(probe, question))
        changing = tuple(kind for kind in kinds if kind.strategy != probe.now)
        share = (Decimal(len(changing)) / max(1, len(kinds))).quantize(Decimal("0.01"))
        if changing and (best is None or share > best.chance_of_change):
            best = NextQuestion(question, _why(probe, question, changing, len(kinds), names), share, changing)
    return best


def _kinds(probe: Probe, question: str) -> Iterator[FlipInterval]:
    domain = probe.questionnaire[question].domain
    if domain.kind != "number":
        yield from (FlipInterval(value, value, probe.winner(question, value)) for value in values_of(domain))
        return
    answer = probe.scorer.base.answered.get(question)
    within = answer if isinstance(answer, Range) else None
    if within is None and not probe.is_read(question):
        within = _assumed(probe, question)
        if within is None:
            return
    for stretch in Axis(probe, question, within).kinds():
        yield FlipInterval(stretch.low, stretch.high, stretch.strategy)


def _assumed(probe: Probe, question: str) -> Range | None:
    """Return the range that costs assume for a number, None where they assume a single one or do not read it."""
    number = getattr(probe.priced.workload, question, None) if probe.priced else None
    return Range(number.low, number.high) if isinstance(number, Number) and number.low < number.high else None


def _why(probe: Probe, question: str, changing: tuple[FlipInterval, ...], count: int, names: Mapping[str, str]) -> str:
    entry = probe.questionnaire[question]
    ranged = isinstance(probe.scorer.base.answered.get(question), Range)
    by_strategy: dict[str, list[str]] = {}
    for kind in changing:
        by_strategy.setdefault(names[kind.strategy], []).append(say_interval(kind, entry))
    leads = "; ".join(f"{either(values)} to {name}" for name, values in by_strategy.items())
    state = "is answered with a range" if ranged else "is not answered"
    return (
        f"'{question}' {state}, and {len(changing)} of its {count} kinds of answers would move the recommendation away "
        f"from {names[probe.now]}: {leads}."
    )
