"""What fails a check: the codes that do, and how far a cost may move. The standard library alone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from advisor.check.findings import ALWAYS, CODES

CHOICES: Final = tuple(code for code in CODES if code != ALWAYS)
"""The codes that may be asked to fail."""

PERCENTAGE: Final = "0 or more, such as 10%"
"""What a tolerance may be."""

TOLERANCE: Final = "10%"
"""The tolerance where none is given."""


def codes_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the codes named in texts; several may stand in one of them, with commas between."""
    return tuple(name.strip() for text in texts for name in text.split(","))


def unknown_code(names: Iterable[str]) -> str | None:
    """Return the first name that no finding has as its code, or None."""
    return next((name for name in names if name not in CHOICES), None)


def share_of(text: str) -> Decimal | None:
    """Return a share written as a percentage, with or without its sign: `10%` and `10` are 0.1; None for anything
    else."""
    try:
        share = Decimal(text.removesuffix("%").strip()) / 100
    except InvalidOperation:
        return None
    return share if share.is_finite() and share >= 0 else None
