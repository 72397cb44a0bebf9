"""What would change the recommendation: the open question whose answer is likeliest to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advisor.conditions import Value
from advisor.facts import open_questions
from advisor.scoring import Scorer
from advisor.worlds import kinds_of_answers


@dataclass(frozen=True)
class NextQuestion:
    """The open question whose answer is likeliest to change the recommendation.

    `chance_of_change` is the share of its kinds of answers that do, every one counted alike, costs held as they are.
    `leads_to` maps those answers to what they would recommend.
    """

    answer: str
    why: str
    chance_of_change: Decimal
    leads_to: tuple[tuple[Value, str], ...]


def next_question(scorer: Scorer, names: dict[str, str]) -> NextQuestion | None:
    """Return the most telling open question, or None when no single one changes the recommendation."""
    now = scorer.winner(scorer.states)
    best: NextQuestion | None = None
    for question in open_questions(scorer.base.questionnaire, scorer.base.answered):
        values = kinds_of_answers(scorer.base, question, (rule.when for rule in scorer.pack.rules))
        outcomes = [(value, scorer.winner(scorer.states_with(question, value))) for value in values]
        changed = tuple((value, strategy) for value, strategy in outcomes if strategy != now)
        if not changed:
            continue
        share = (Decimal(len(changed)) / len(values)).quantize(Decimal("0.01"))
        if best is None or share > best.chance_of_change:
            best = NextQuestion(question, _why(question, now, changed, len(values), names), share, changed)
    return best


def _why(question: str, now: str, changed: tuple[tuple[Value, str], ...], count: int, names: dict[str, str]) -> str:
    others = list(dict.fromkeys(names[strategy] for _, strategy in changed))
    return (
        f"{len(changed)} of the {count} kinds of answers to '{question}' would move the recommendation from "
        f"{names[now]} to {' or '.join(others)}."
    )
