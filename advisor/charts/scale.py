"""Scales: from values to places on the page, round ticks, and ticks in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))

_FINEST = 1e-9
"""The smallest step of an axis: what is drawn is never finer."""


class Scale(Protocol):
    """From values to places."""

    def __call__(self, value: float) -> float:
        """Return the place of a value."""

    def ticks(self, most: int) -> list[float]:
        """Return at most so many round values of the domain, in order."""


@dataclass(frozen=True)
class Linear:
    """Equal steps of the value are equal steps on the page."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """Return at most so many round values of the domain, in order."""
        step = nice_step(self.high - self.low, most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [clamp(number * step, self.low, self.high) for number in range(first, last + 1)]


@dataclass(frozen=True)
class Logarithmic:
    """Equal factors of the value are equal steps on the page; the domain is above zero."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = math.log10(value / self.low) / math.log10(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """Return powers of ten of the domain, with their doubles and halves between where there is room."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        powers = range(first, last + 1)
        for factors in ((1, 2, 5), (1, 3), (1,)):
            found = [factor * 10.0**power for power in powers for factor in factors]
            inside = [value for value in found if self.low * (1 - 1e-9) <= value <= self.high * (1 + 1e-9)]
            if len(inside) <= most:
                break
        every = max(math.ceil(len(inside) / most), 1)
        return [clamp(value, self.low, self.high) for value in inside[::every]]


def nice_step(span: float, most: int) -> float:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten of which a span holds fewer than `most`."""
    rough = max(span / max(most - 1, 1), _FINEST)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))


def ceiling(value: float, most: int) -> float:
    """Return the round value at or above a positive one on which an axis from zero with so many ticks ends."""
    step = nice_step(value, most)
    return max(math.ceil(value / step - 1e-9), 1) * step


def clamp(value: float, low: float, high: float) -> float:
    """Return a value, or the end of the domain that it lies beyond."""
    return min(max(value, low), high)


def short(value: float) -> str:
    """Return a tick in words: `0`, `250`, `2.5k`, `10k`, `1.2M`."""
    for unit, letter in _UNITS:
        if abs(value) >= unit * (1 - 1e-9):
            return f"{value / unit:.3g}{letter}" if abs(value) < 1e15 else f"{value:.0e}"
    return f"{value:.3g}"
