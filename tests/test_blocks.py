"""Bars of block characters: to an eighth of a column, never wider than asked for, nothing above zero unseen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.blocks import Bar, bars

ENTRIES = [
    Bar("RAG", Decimal(80), "80.00"),
    Bar("Fine-tuning", Decimal(10), "10.00"),
    Bar("Both", None, "at least 3.00"),
]


def test_bars_are_drawn_to_an_eighth_and_an_unknown_one_has_none() -> None:
    assert bars(ENTRIES, 38) == [
        "RAG          ██████████          80.00",
        "Fine-tuning  █▎                  10.00",
        "Both                     at least 3.00",
    ]


def test_without_unicode_they_are_of_number_signs() -> None:
    assert bars(ENTRIES, 38, unicode=False)[:2] == [
        "RAG          ##########          80.00",
        "Fine-tuning  #                   10.00",
    ]


@pytest.mark.parametrize("unicode", [True, False])
@given(st.lists(st.decimals(0, 10**9, places=2), min_size=1, max_size=6), st.integers(30, 120))
def test_bars_fit_and_every_amount_above_zero_shows(unicode: bool, amounts: list[Decimal], width: int) -> None:
    lines = bars([Bar("x", amount, "1.00") for amount in amounts], width, unicode=unicode)
    assert max(map(len, lines)) <= width
    for line, amount in zip(lines, amounts, strict=True):
        assert bool(set(line) & set("█▏▎▍▌▋▊▉#")) == (amount > 0)
