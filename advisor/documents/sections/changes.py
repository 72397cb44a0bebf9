"""What would change the recommendation: the nearest change of each answer, and the question to ask next."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Final

from advisor.changes.flip_words import changes_of, nearest_first, say_interval, say_now
from advisor.changes.flips import Flip
from advisor.documents.sections.parts import Row, Table
from advisor.documents.sections.section import Section
from advisor.documents.text import Markdown, cell, code, escape
from advisor.wording import either, joined, number, percent, say

MOST_CHANGES: Final = 6
"""Changes that are named before the table of all of them."""

MOST_NAMES: Final = 8
"""Answers without a change up to which they are named in the text; more are named below the table."""


class Changes(Section):
    """What would change the recommendation: the nearest change of each answer, and the question to ask next."""

    @cached_property
    def _nearest(self) -> list[Flip]:
        return nearest_first(self.it.flips)

    def nearest(self, most: int) -> Markdown:
        """Return the nearest changes in one line, at most so many."""
        if not self.it.flips:
            return Markdown("nothing is answered that could be answered otherwise")
        if not self._nearest:
            return Markdown("no other value of a single number, choice or yes-or-no answer changes it")
        return Markdown("; ".join(self._line(flip).replace("**", "") for flip in self._nearest[:most]))

    @cached_property
    def lines(self) -> tuple[Markdown, ...]:
        """The nearest change of each answer, the nearest first, at most six."""
        return tuple(self._line(flip) for flip in self._nearest[:MOST_CHANGES])

    @cached_property
    def lead(self) -> Markdown:
        """What the lines say, or that there are none."""
        count = len(self._nearest)
        if not self.it.flips:
            return Markdown("Nothing is answered yet that could be answered otherwise.")
        if not count:
            return Markdown(
                "No other value of a single number, choice or yes-or-no answer changes the recommendation, all others "
                "held as they are. Lists and names of models are not tried."
            )
        which = f"The {MOST_CHANGES} nearest of {count} changes" if count > MOST_CHANGES else "The nearest changes"
        which = "The only change" if count == 1 else which
        return Markdown(
            f"{which}, one answer at a time, all others held as they are and costs worked out anew wherever they "
            "decide:"
        )

    def _line(self, flip: Flip) -> Markdown:
        question = self.pack.questionnaire[flip.answer]
        leads = "; ".join(
            f"**{self.names[strategy]}** if {code(flip.answer)} is {escape(values)}"
            for values, strategy in changes_of(flip, question, self.recommendation.strategy)
        )
        return Markdown(f"{leads} (now {escape(say_now(flip, question))})")

    @cached_property
    def table(self) -> Table:
        """Every interval of the answers that change the recommendation, and what wins there."""
        rows = []
        for flip in self.it.flips:
            if len(flip.intervals) < 2:
                continue
            question = self.pack.questionnaire[flip.answer]
            words = "; ".join(
                f"{escape(say_interval(interval, question))}: {self.names[interval.strategy]}"
                for interval in flip.intervals
            )
            proof = "exact" if flip.exact else "searched"
            now = cell(escape(say_now(flip, question)))
            rows.append(Row((code(flip.answer), now, cell(words), Markdown(proof))))
        heads = ("Answer", "Now", "What wins", "Proof")
        return Table(tuple(map(Markdown, heads)), "llll", tuple(rows))

    @cached_property
    def searched(self) -> Markdown | None:
        """What an interval that is not exact may hide; nothing where all are."""
        if all(flip.exact for flip in self.it.flips):
            return None
        names = ", ".join(code(flip.answer) for flip in self.it.flips if not flip.exact)
        return Markdown(
            f"Searched, not proved: {names}. Costs were looked at in places only; the changes named are right to a "
            "millionth, but another could lie between those places."
        )

    @cached_property
    def unchanged(self) -> Markdown | None:
        """How many answers change nothing by themselves; nothing where none does."""
        names = self._unchanging()
        if not names or not self._nearest:
            return None
        which = either(names) if len(names) <= MOST_NAMES else f"any of the other {len(names)} answers"
        return Markdown(f"No value of {which} changes the recommendation by itself.")

    @cached_property
    def unchanged_names(self) -> Markdown | None:
        """The names of the answers without a change where they are too many for the text."""
        names = self._unchanging()
        return (
            Markdown(f"Answers of which no value changes it: {', '.join(names)}.") if len(names) > MOST_NAMES else None
        )

    def _unchanging(self) -> list[str]:
        return [code(flip.answer) for flip in self.it.flips if flip.nearest is None]

    @cached_property
    def first_rank(self) -> Markdown | None:
        """In which share of scenarios the recommendation comes first; nothing where no answer is a range."""
        found = self.it.sensitivity.scenarios
        if found is None:
            return None
        ranges = (entry for entry in found.drawn if entry.kind == "answer")
        drawn = joined(f"{code(entry.name)} from {say(entry.low)} to {say(entry.high)}" for entry in ranges)
        first, *others = sorted((entry for entry in found.shares if entry.share), key=lambda entry: -entry.share)
        error = f" (± {percent(first.standard_error)})" if first.standard_error else ""
        rest = "".join(f", {self.names[entry.strategy]} in {percent(entry.share)}" for entry in others)
        return Markdown(
            f"With {drawn}, and prices and assumptions over their ranges, {self.names[first.strategy]} comes first in "
            f"{percent(first.share)}{error} of {number(Decimal(found.scenarios))} scenarios drawn at random{rest}."
        )

    @cached_property
    def next_question(self) -> Markdown | None:
        """The question to answer next, and why; nothing where none would help."""
        found = self.it.next_question
        if found is None:
            return None
        prompt = self.pack.questionnaire[found.answer].prompt
        return Markdown(f"**{escape(prompt)}** {escape(found.why)}")
