"""The panel beside the questions: where the answers so far lean, in words and numbers, never by colour alone."""

from __future__ import annotations

from advisor.interview import Interview
from advisor.wizard.leaning import Leaning
from advisor.wizard.lines import Line, cut, width_of, wrapped

WIDTH = 30
"""Columns of the panel."""

FROM_COLUMNS = 80
"""Columns from which there is room for it."""


def panel(leaning: Leaning | None, interview: Interview) -> list[Line]:
    """Return the lines of the panel; nothing but its title before anything is known.

    A strategy that is ruled out for now, and that answers could still open, is `not yet`.
    """
    lines: list[Line] = [[("class:title", "Leaning so far")]]
    if leaning is None:
        return [*lines, [("class:muted", "nothing yet")]]
    style = "" if leaning.enough else "class:muted"
    if not leaning.enough:
        lines += wrapped("Too early to tell: few answers.", WIDTH, "class:muted")
    for place, score in enumerate(leaning.order, 1):
        shut = "not yet" if score.strategy in leaning.recommendation.possible_strategies else "closed"
        points = str(score.score) if score.eligible else f"{score.score} {shut}"
        name = cut(f"{place}. {leaning.names[score.strategy]}", WIDTH - len(points) - 1)
        gap = " " * (WIDTH - width_of(name) - len(points))
        first = place == 1 and leaning.enough
        lines.append([("class:leader" if first else style, name + gap + points)])
    margin = leaning.recommendation.margin
    alone = "No other is open." if leaning.settled else "No other is open yet."
    ahead = alone if margin is None else f"Margin {margin}, decisive from {leaning.decisive}."
    lines += [[("", "")], *wrapped(ahead, WIDTH, style)]
    lines += wrapped(f"The first costs {leaning.monthly}.", WIDTH, style)
    if leaning.settled:
        lines += [[("", "")], *wrapped("No open answer can change this. Ctrl-F: finish.", WIDTH, "class:leader")]
    elif leaning.next_question and leaning.next_question not in interview.passed:
        asked = interview.questionnaire[leaning.next_question].prompt
        lines += [[("", "")], *wrapped(f"Most telling next: {asked}", WIDTH, style)]
    return lines
