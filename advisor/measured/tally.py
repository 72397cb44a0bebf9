"""The tokens of many texts: all counted, or, of very much text, an evenly spread part of it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from advisor.measured.method import Method

Tokens = int | Fraction
"""Tokens of a text: a whole number where it was counted, a fraction where that follows from others."""

BLOCK: Final = 4_096
"""Characters of a block, where only every so-many-th block is counted."""


class Tally:
    """Counts texts one by one. `expected` is about how many characters there will be in all.

    Beyond what the method counts, every `step`-th block of text is counted, and all of it is taken to have as many
    tokens a character as those blocks have.
    """

    def __init__(self, method: Method, expected: int) -> None:
        self.method = method
        self.step = 1 if method.most is None else max(1, -(-expected // method.most))
        self.lengths: list[int] = []
        self._tokens = 0
        self._counted = 0
        self._blocks = 0
        self._exact: list[int] = []

    def add(self, text: str) -> None:
        """Count a text, or its share of blocks."""
        self.lengths.append(len(text))
        if self.step == 1:
            self._exact.append(self.method.count(text))
            return
        for start in range(0, len(text), BLOCK):
            if self._blocks % self.step == 0:
                block = text[start : start + BLOCK]
                self._tokens += self.method.count(block)
                self._counted += len(block)
            self._blocks += 1

    @property
    def characters(self) -> int:
        return sum(self.lengths)

    @property
    def tokens(self) -> list[Tokens]:
        """Return the tokens of each text, in order."""
        if self.step == 1:
            return list(self._exact)
        rate = Fraction(self._tokens, self._counted or 1)
        return [rate * length for length in self.lengths]

    @property
    def words(self) -> str:
        """Return how much of the text was counted, where that is not all of it."""
        return "" if self.step == 1 else f"; 1 in {self.step:,} blocks of up to {BLOCK:,} characters counted"


def tally(texts: Iterable[str], method: Method) -> Tally:
    """Return the count of texts that are at hand."""
    held = list(texts)
    result = Tally(method, sum(map(len, held)))
    for text in held:
        result.add(text)
    return result
