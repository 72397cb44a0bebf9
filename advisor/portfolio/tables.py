"""Arrow tables: rows of a batch in them, Parquet files, and outcomes as they are written.

This module imports PyArrow, which the extra `arrow` installs; import it only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from advisor.answers import Answers
from advisor.errors import Place, fail
from advisor.portfolio.extra import parquet as pq
from advisor.portfolio.extra import pyarrow as pa
from advisor.portfolio.outcomes import AMOUNTS, FIELDS, Outcomes
from advisor.portfolio.part import Part, check_heads, checked
from advisor.questions import Questionnaire

_USD: Final = pa.decimal128(38, 2)
_TYPES: Final = {
    "row": pa.int64(),
    "project": pa.string(),
    "strategy": pa.string(),
    "verdict": pa.string(),
    "score": pa.int64(),
    "margin": pa.int64(),
    **dict.fromkeys(AMOUNTS, _USD),
    "mistakes": pa.list_(pa.string()),
}
SCHEMA: Final = pa.schema([(name, _TYPES[name]) for name in FIELDS])
"""The columns of a row that is written, amounts in USD."""


@dataclass(frozen=True)
class ArrowRows:
    """Rows in an Arrow batch: a column for each question, null where it has no answer, and the number of the first."""

    source: str
    number: int
    rows: pa.RecordBatch

    @property
    def weight(self) -> int:
        return int(self.rows.num_rows)

    def part(self, questionnaire: Questionnaire) -> Part:
        columns: dict[str, list[Any]] = {
            name: column.to_pylist() for name, column in zip(self.rows.schema.names, self.rows.columns, strict=True)
        }
        days = columns.get("as_of", ())
        odd = {position for position, day in enumerate(days) if day is not None}

        def read(position: int) -> Answers:
            values = {name: column[position] for name, column in columns.items() if column[position] is not None}
            if isinstance(values.get("as_of"), date):
                values["as_of"] = values["as_of"].isoformat()
            return checked(values, self.source, self.number + position, questionnaire)

        asked = {name: column for name, column in columns.items() if name != "as_of"}
        return Part(range(self.number, self.number + self.rows.num_rows), asked, read, odd)


def parquet_chunks(path: Path, questionnaire: Questionnaire, size: int) -> Iterator[ArrowRows]:
    """Yield the rows of a Parquet file in chunks; raises InputError for one that cannot be read."""
    number = 1
    try:
        with pq.ParquetFile(path) as file:
            check_heads(file.schema_arrow.names, questionnaire, Place(str(path)))
            for rows in file.iter_batches(batch_size=size):
                yield ArrowRows(str(path), number, rows)
                number += rows.num_rows
    except OSError as error:
        raise fail(f"cannot be read: {error.strerror or error}.", Place(str(path))) from None
    except pa.ArrowException as error:
        raise fail(f"is no Parquet file that can be read: {error}.", Place(str(path))) from None


def rows_in(path: Path) -> int:
    """Return how many rows a Parquet file that can be read has."""
    return int(pq.read_metadata(path).num_rows)


def to_arrow(made: Outcomes) -> pa.RecordBatch:
    """Return outcomes as an Arrow batch of `SCHEMA`, without bad rows."""
    rows = list(made.rows())
    return batch_of([number for number, _, _ in rows], [name for _, name, _ in rows], [it for _, _, it in rows])


def batch_of(numbers: Sequence[int], projects: Sequence[str | None], found: Sequence[Any]) -> pa.RecordBatch:
    """Return an Arrow batch of `SCHEMA` with a row for each outcome, or for None."""

    def column(name: str) -> list[Any]:
        return [None if it is None else getattr(it, name) for it in found]

    usd = [
        [None if it is None or (cents := it.usd[place]) is None else Decimal(cents).scaleb(-2) for it in found]
        for place in range(len(AMOUNTS))
    ]
    columns = [numbers, projects, *map(column, ("strategy", "verdict", "score", "margin")), *usd, column("mistakes")]
    return pa.RecordBatch.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )
