"""Where float64 is not enough: the cases in which something that decides lies within rounding of a boundary."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]

RELATIVE: Final = 1e-11
"""Which part of a number rounding may have changed: columns lose far less, a thousand sums of 1e-16 each."""

_WHOLE: Final = 1e-9


class Doubt:
    """Marks cases; `cases` holds one truth value for each."""

    def __init__(self, rows: int) -> None:
        self.cases: Bits = np.zeros(rows, np.bool_)

    def add(self, where: Any) -> None:
        """Mark the cases of a column of truth values."""
        self.cases |= where

    def near(self, left: Any, right: Any, scale: Any, where: Any = True) -> None:
        """Mark where two amounts are as good as equal, compared with how large what they were made of is."""
        self.add((np.abs(left - right) < RELATIVE * np.abs(scale)) & where)

    def whole(self, numbers: Any) -> None:
        """Mark where a number that is going to be cut to a whole one is nearly, but not exactly, whole."""
        away = np.abs(numbers - np.rint(numbers))
        self.add((away > 0) & (away < _WHOLE))
