"""Why not: what keeps a strategy from being recommended and what would change that, or end it where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from advisor.assessment import Assessment, assess
from advisor.errors import InputError
from advisor.explain.trials import Change, Standing, Trial, standing
from advisor.explain.turns import Turn, turn
from advisor.packs.pack import ADDS, Rule
from advisor.points import weight_for
from advisor.recommendation import Reason, score_reasons
from advisor.scoring import StrategyScore


@dataclass(frozen=True)
class Stake:
    """A rule that would help the strategy asked about if it turned, or harm it where that one is recommended.

    `margin` is what its lead over the other strategy would gain, in points; `gate` says that the rule opens or closes a
    strategy instead.
    """

    turn: Turn
    margin: int
    gate: bool


@dataclass(frozen=True)
class WhyNot:
    """What keeps a strategy from being recommended.

    `versus` is the strategy that it is held against: the recommended one or, for the recommended one itself, the
    runner-up, None where nothing else is eligible. `lead` is its score less that of `versus`, `short` the points that
    would put it first if nothing else stood in its way, 0 where its points suffice. `stakes` are ordered by how many
    facts would have to change, then gates, then points. `changing` are the changes that change the recommendation, in
    the order of stakes, each once and none that only adds to another which leads to the same strategy; changed answers
    were assessed anew, costs and all.
    """

    strategy: str
    recommended: bool
    score: StrategyScore
    now: Standing
    versus: str | None
    lead: int | None
    short: int
    reasons: tuple[Reason, ...]
    would_help: tuple[Rule, ...]
    stakes: tuple[Stake, ...]
    changing: tuple[Trial, ...]


def why_not(assessment: Assessment, strategy: str) -> WhyNot:
    """Return what keeps a strategy from being recommended, or, of the recommended one, what would end that."""
    scorer, recommendation = assessment.scorer, assessment.recommendation
    now = standing(scorer, scorer.states)
    recommended = strategy == recommendation.strategy
    versus = recommendation.runner_up if recommended else recommendation.strategy
    score = next(entry for entry in scorer.strategies if entry.strategy == strategy)
    missing = [rule for rule in assessment.pack.rules if weight_for(strategy, rule) > 0 and not scorer.states[rule.id]]
    names = list(now.scores)
    short = 0 if recommended else max(0, now.behind(strategy) + (names.index(strategy) > names.index(now.strategy)))
    judge = _Judge(strategy, versus, recommended, score, now)
    found = [judge.stake(turn(scorer, rule)) for rule in assessment.pack.rules]
    stakes = tuple(sorted((stake for stake in found if stake is not None), key=_order))
    return WhyNot(
        strategy,
        recommended,
        score,
        now,
        versus,
        None if versus is None else now.scores[strategy] - now.scores[versus],
        short,
        score_reasons(scorer, strategy),
        tuple(sorted(missing, key=lambda rule: (-weight_for(strategy, rule), rule.id))),
        stakes,
        _changing(assessment, stakes),
    )


def _changing(assessment: Assessment, stakes: Iterable[Stake]) -> tuple[Trial, ...]:
    """Return the changes that change the recommendation when the answers are really changed."""
    found: list[Trial] = []
    tried: set[frozenset[Change]] = set()
    now = assessment.recommendation.strategy
    for trial in (trial for stake in stakes for trial in stake.turn.trials if trial.standing.strategy != now):
        changes = frozenset(trial.changes)
        if changes not in tried:
            tried.add(changes)
            real = _really(assessment, trial)
            if real is not None and real.standing.strategy != now and not any(map(real.adds_to, found)):
                found.append(real)
    return tuple(found)


def _really(assessment: Assessment, trial: Trial) -> Trial | None:
    """Return where changed answers lead with costs worked out anew; a fact of money that is supposed stays supposed."""
    if not all(change.answer for change in trial.changes):
        return trial
    changes = {change.name: change.value for change in trial.changes}
    answers = replace(assessment.answers, values={**assessment.answers.values, **changes})
    try:
        scorer = assess(answers, assessment.pack, assessment.book, assessment.as_of).scorer
    except InputError:  # a model that stands for any other one
        return None
    return Trial(trial.changes, standing(scorer, scorer.states))


def _order(stake: Stake) -> tuple[int, bool, int, str]:
    return stake.turn.steps or 0, not stake.gate, -abs(stake.margin), stake.turn.rule.id


@dataclass(frozen=True)
class _Judge:
    """Says what a turned rule would mean to one strategy."""

    strategy: str
    versus: str | None
    recommended: bool
    score: StrategyScore
    now: Standing

    def stake(self, found: Turn) -> Stake | None:
        """Return what is at stake with a rule; None where nothing turns it or it works in the other direction."""
        gain = found.points.get(self.strategy, 0)
        margin = gain - (found.points.get(self.versus, 0) if self.versus else 0)
        gate = self._gate(found)
        floor = any(
            found.rule.points.get(technique, 0) * (1 if found.to else -1) > 0 for technique, _ in self.score.below_floor
        )
        if self.recommended:
            ended = any(end.strategy != self.strategy for end in (found.alone, *(t.standing for t in found.trials)))
            matters = margin < 0 or gate or ended
        else:
            matters = margin > 0 or gate or floor or found.alone.strategy == self.strategy
        return Stake(found, margin, gate) if matters and found.ways else None

    def _gate(self, found: Turn) -> bool:
        """Return whether turning a gate helps the strategy, or harms it where it is the recommended one."""
        own, other = ADDS[self.strategy], ADDS[self.versus] if self.versus else ()
        if found.rule.gate is None:
            return False
        if self.recommended:
            return found.to and found.rule.gate in own
        return found.rule.gate in other and found.rule.gate not in own if found.to else found.rule.gate in own
