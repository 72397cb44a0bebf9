"""Batch files of every kind, read in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from advisor.errors import Place, fail
from advisor.portfolio.part import Chunk
from advisor.portfolio.rows import text_chunks
from advisor.questions import Questionnaire

ENDINGS: Final = (".jsonl", ".csv", ".parquet")
CHUNK: Final = 20_000
"""Rows that are decided side by side."""


def weight_of(path: Path) -> int:
    """Return how much there is to read in a file, about as its chunks weigh."""
    if path.suffix == ".parquet":
        from advisor.portfolio.tables import rows_in

        return rows_in(path)
    return path.stat().st_size


def chunks_of(path: Path, questionnaire: Questionnaire, size: int = CHUNK) -> Iterator[Chunk]:
    """Yield the rows of a file in chunks; raises InputError where the file itself cannot be read."""
    if path.suffix not in ENDINGS:
        raise fail("is of no kind that is read in a batch.", Place(str(path)), accepted=", ".join(ENDINGS))
    if path.suffix == ".parquet":
        from advisor.portfolio.tables import parquet_chunks

        return parquet_chunks(path, questionnaire, size)
    return text_chunks(path, questionnaire, size)
