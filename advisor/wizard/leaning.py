"""Where the answers so far lean, worked out behind the questions: the panel's content, and the thread that makes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.answers import Answers
from advisor.desk import Desk
from advisor.limits import ENOUGH_ANSWERED
from advisor.wording import NOT_ESTABLISHED, usd

if TYPE_CHECKING:
    from advisor.recommendation import Recommendation
    from advisor.scoring import StrategyScore


@dataclass(frozen=True)
class Leaning:
    """The order of the strategies by points, those that are ruled out last; `monthly` is what the leader costs.

    `settled` says that no open answer can change the leader, which is proved; `enough` that so much is answered that
    the order is worth looking at. `next_question` is the most telling open one, None while it is not known.
    """

    order: tuple[StrategyScore, ...]
    names: dict[str, str]
    recommendation: Recommendation
    decisive: int
    monthly: str
    model: str
    settled: bool
    enough: bool
    next_question: str | None = None


def leaning_of(desk: Desk, answers: Answers) -> tuple[Leaning, Callable[[], Leaning]]:
    """Return where answers lean, and what adds the most telling question, which takes longer.

    Raises InputError for a model that the price book does not know.
    """
    it = desk.assess(answers)
    found = it.recommendation
    order = sorted(
        it.scorer.strategies, key=lambda score: (score.strategy != found.strategy, not score.eligible, -score.score)
    )
    total = it.recommended_cost.total.monthly_usd
    model = it.recommended_cost.plan.model
    settled = found.possible_strategies == (found.strategy,)
    volume = answers.values.get("queries_per_day") is not None

    monthly = f"{usd(total)} a month to run" if total is not None else f"an amount that is {NOT_ESTABLISHED}"

    def leaning(question: str | None = None) -> Leaning:
        return Leaning(
            tuple(order),
            desk.pack.names,
            found,
            desk.pack.decisive_margin,
            monthly + ("" if volume else ", volume assumed"),
            "" if model is None else model.id,
            settled,
            settled or it.answered_share >= ENOUGH_ANSWERED,
            question,
        )

    def with_question() -> Leaning:
        question = it.next_question
        return leaning(question.answer if question else None)

    return leaning(), with_question


class Watcher:
    """Works out where answers lean in a thread of its own, the latest answers only; `changed` is called after each."""

    def __init__(self, desk: Desk, changed: Callable[[], None]) -> None:
        self.latest: Leaning | None = None
        self._desk = desk
        self._changed = changed
        self._wanted: Answers | None = None
        self._wake = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="leaning", daemon=True)
        self._thread.start()

    def look_at(self, answers: Answers) -> None:
        """Ask for the leaning of other answers; returns at once."""
        with self._wake:
            self._wanted = answers
            self._wake.notify()

    def stop(self) -> None:
        """End the thread once it has finished what it is at."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._wanted is None and not self._stopped:
                    self._wake.wait()
                if self._stopped:
                    return
                answers, self._wanted = self._wanted, None
            assert answers is not None
            try:
                self.latest, more = leaning_of(self._desk, answers)
                self._changed()
                if self._wanted is None and not self._stopped and not self.latest.settled:
                    self.latest = more()
                    self._changed()
            except Exception:  # the panel is no reason to end an interview; the same is met when files are written
                self.latest = None
                self._changed()
