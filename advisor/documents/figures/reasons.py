"""Charts of the reasoning: what speaks for the recommendation, and what would change it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final

from advisor.changes.flip_words import changes_of, nearest_first, say_end, say_now, with_unit
from advisor.changes.flips import Flip, values_of
from advisor.charts.diverging import DivergingChart, Item, diverging_chart
from advisor.charts.frame import Words
from advisor.charts.scale import Linear, Logarithmic, Scale, ceiling, clamp
from advisor.charts.track import Interval, Label, Track, TrackChart, track_chart
from advisor.conditions import Range, ends_of
from advisor.documents.figures.figure import Figure
from advisor.documents.setting import Setting
from advisor.questions import STRATEGIES, Question
from advisor.recommendation import Reason
from advisor.scoring import CHARGE
from advisor.wording import flat, plural, say

MOST_REASONS: Final = 10
"""Bars up to which each reason has its own."""

MOST_TRACKS: Final = 10

FAR: Final = 20
"""From which ratio of the values to be shown on a track is logarithmic."""


class ReasonFigures(Setting):
    """Charts of the reasoning: what speaks for the recommendation, and what would change it."""

    def points(self) -> Figure | None:
        """Return the points of each reason, adding up to the margin or the score; None where there is no reason."""
        found = self.recommendation
        if not found.reasons:
            return None
        winner, rival = self.names[found.strategy], found.runner_up and self.names[found.runner_up]
        total = found.score if found.margin is None else found.margin
        title = f"Points for {winner} against {rival}" if rival else f"Points for {winner}"
        alt = self._points_words(winner, rival, total)
        decisive = f"decisive from {self.pack.decisive_margin}"
        last = Item("Margin", f"the sum of all; {decisive}", total) if rival else Item("Score", "the sum of all", total)
        left = f"← for {rival}" if rival else "← against"
        sides = (left if any(reason.points < 0 for reason in found.reasons) else "", f"for {winner} →")
        chart = DivergingChart(Words("points", title, alt), sides, tuple(self._items()), last)
        return Figure("points", title, alt, diverging_chart(chart))

    def _items(self) -> Iterator[Item]:
        reasons = self.recommendation.reasons
        shown = reasons if len(reasons) <= MOST_REASONS else reasons[: MOST_REASONS - 1]
        for reason in sorted(shown, key=lambda reason: -reason.points):
            yield Item(reason.rule, self._title(reason), reason.points)
        if rest := reasons[len(shown) :]:
            names = ", ".join(f"{reason.rule} {reason.points:+d}" for reason in rest)
            yield Item(f"the other {len(rest)}", names, sum(reason.points for reason in rest))

    def _title(self, reason: Reason) -> str:
        return "Two techniques instead of one" if reason.rule == CHARGE else flat(self.pack.rule(reason.rule).title)

    def _points_words(self, winner: str, rival: str | None, total: int) -> str:
        points = [reason.points for reason in self.recommendation.reasons]
        up, down = [value for value in points if value > 0], [value for value in points if value < 0]
        speaks = f"{plural(sum(up), 'point')} from {plural(len(up), 'reason')} for it"
        against = f"{-sum(down)} from {len(down)} against" if down else "none against"
        if rival is None:
            return f"{winner} has {plural(total, 'point')}, and no other strategy is open: {speaks}, {against}."
        lead = f"is {plural(total, 'point')} ahead of {rival}" if total else f"ties with {rival}"
        return f"{winner} {lead}: {speaks}, {against}."

    def flips(self) -> Figure | None:
        """Return which values of which answers change the recommendation; None where none does."""
        found = nearest_first(self.it.flips)
        if not found:
            return None
        shown = found[:MOST_TRACKS]
        used = [name for name in STRATEGIES if any(name == part.strategy for flip in shown for part in flip.intervals)]
        tracks = tuple(self._track(flip, used) for flip in shown)
        title = "What would change the recommendation"
        alt = self._flips_words(found)
        words = Words("flips", title, alt, tuple(self._flips_notes(found)))
        entries = tuple((self.names[name], STRATEGIES.index(name)) for name in used)
        return Figure("flips", title, alt, track_chart(TrackChart(words, entries, tracks)))

    def _flips_words(self, found: list[Flip]) -> str:
        first, count = found[0], len(found)
        question = self.pack.questionnaire[first.answer]
        values, strategy = changes_of(first, question, self.recommendation.strategy)[0]
        nearest = f"{self.names[strategy]} if {first.answer} is {values} (now {say_now(first, question)})"
        if count == 1:
            return f"One answer can change the recommendation: {nearest}."
        return f"{count} of {len(self.it.flips)} answers can each change the recommendation; the nearest: {nearest}."

    def _flips_notes(self, found: list[Flip]) -> Iterator[str]:
        nearest = ", the nearest change first" if len(found) > 1 else ""
        yield f"A pin marks the answer as it is, two pins a range. One answer is changed at a time{nearest}."
        if len(found) > MOST_TRACKS:
            yield f"{plural(len(found) - MOST_TRACKS, 'further answer')} can change it, too, from farther away."
        others = len(self.it.flips) - len(found)
        if others:
            which = "the one other answer" if others == 1 else f"any of the other {others} answers"
            yield f"No value of {which} changes the recommendation by itself."
        searched = [flip.answer for flip in found[:MOST_TRACKS] if not flip.exact]
        if searched:
            yield f"Searched, not proved: {', '.join(searched)}."

    def _track(self, flip: Flip, used: list[str]) -> Track:
        question = self.pack.questionnaire[flip.answer]
        if question.domain.kind == "number":
            return _number_track(flip, question, used)
        values = values_of(question.domain)
        size = len(values)
        ends = [(values.index(part.low), values.index(part.high) + 1, part.strategy) for part in flip.intervals]
        intervals = tuple(Interval(low / size, high / size, used.index(name)) for low, high, name in ends)
        labels = tuple(Label((place + 0.5) / size, words) for place, words in enumerate(map(say, values)))
        now = (values.index(flip.now) + 0.5) / size
        return Track(flip.answer, f"now {say_now(flip, question)}", intervals, labels, (now,))


def _number_track(flip: Flip, question: Question, used: list[str]) -> Track:
    """Return the track of a number: a part of its domain that holds the present answer and every change."""
    assert isinstance(flip.now, Decimal | Range)
    nows = [float(value) for value in ends_of(flip.now)]
    edges = [right.low for _, right in pairwise(flip.closed) if isinstance(right.low, Decimal)]
    view, opens = _view(question, [*nows, *(float(edge) for edge in edges)])
    places = [0.0, *(_share(view, float(edge)) for edge in edges), 1.0]
    intervals = tuple(
        Interval(low, high, used.index(part.strategy))
        for (low, high), part in zip(pairwise(places), flip.closed, strict=True)
    )
    labels = [Label(_share(view, float(edge)), say_end(edge, question)) for edge in edges]
    ends = [
        Label(place, say_end(_decimal(end), question), spare=True) for place, end in ((0.0, view.low), (1.0, view.high))
    ]
    now = with_unit(say_now(flip, question), ends_of(flip.now)[-1], question)
    places_now = tuple(_share(view, at) for at in nows)
    log = isinstance(view, Logarithmic)
    return Track(flip.answer, f"now {now}", intervals, (*labels, *ends), places_now, opens, log)


def _view(question: Question, values: list[float]) -> tuple[Linear | Logarithmic, tuple[bool, bool]]:
    """Return the scale of a track, and at which ends the domain goes on beyond it."""
    domain = question.domain
    low = None if domain.low is None else float(domain.low)
    high = None if domain.high is None else float(domain.high)
    positive = [value for value in values if value > 0]
    if low is not None and low >= 0 and positive and high != 1 and max(positive) > FAR * min(positive):
        first = 10.0 ** math.floor(math.log10(min(positive) / 1.5))
        last = 10.0 ** math.ceil(math.log10(max(positive) * 1.5))
        last = last if high is None else min(last, high)
        return Logarithmic(first, last, 0.0, 1.0), (low < first, high is None or last < high)
    top = ceiling(max([*positive, 1e-6]) * 1.25, 6)
    last = high if high is not None and high <= 4 * top else top
    first = low if low is not None else min(*values, 0.0) * 1.25
    return Linear(first, last, 0.0, 1.0), (low is None, high is None or last < high)


def _share(view: Scale, value: float) -> float:
    assert isinstance(view, Linear | Logarithmic)
    return view(clamp(value, view.low, view.high))


def _decimal(value: float) -> Decimal:
    """Return an end of a track as a number to print."""
    return Decimal(f"{value:.6g}")
