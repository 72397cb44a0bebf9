"""Arrow in and out: Parquet files in a batch, and the same columns under engines that hand over Arrow batches.

This module imports PyArrow, which the extra `arrow` installs; import it only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from advisor.answers import Answers
from advisor.errors import Place, fail
from advisor.portfolio.batch import Batch
from advisor.portfolio.outcomes import AMOUNTS, FIELDS, Outcomes
from advisor.portfolio.rows import Part, check_heads, checked
from advisor.questions import Questionnaire

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    raise fail("Arrow and Parquet need the package pyarrow.", accepted="pip install 'llm-advisor[arrow]'") from None

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

ERROR: Final = pa.field("error", pa.string())
"""What is wrong with a row of which nothing else comes; null where nothing is."""


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
    return _batch([number for number, _, _ in rows], [name for _, name, _ in rows], [it for _, _, it in rows])


def _batch(numbers: Sequence[int], projects: Sequence[str | None], found: Sequence[Any]) -> pa.RecordBatch:
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


@dataclass(frozen=True)
class Decider:
    """Decides Arrow batches of workloads, for engines that pass batches through a function; loads what it needs where
    it runs, so that it can be sent there.

    `as_of` is the day of all prices, as text; `rules` and `prices` are a pack and an overlay, as of the command line.
    Columns named in `keep` are passed through, in front of the others, to tell rows apart.
    """

    as_of: str
    rules: str | None = None
    prices: str | None = None
    keep: tuple[str, ...] = ()

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield an Arrow batch for each: kept columns, those of `SCHEMA`, and `error`, a row for every row.

        Raises InputError for a column that is no question.
        """
        deciding, number = self._batch, 1
        for rows in batches:
            kept = rows.select(list(self.keep))
            asked = rows.select([name for name in rows.schema.names if name not in self.keep])
            check_heads(asked.schema.names, deciding.pack.questionnaire, Place("Arrow"))
            made = deciding.decide(ArrowRows("row", number, asked).part(deciding.pack.questionnaire))
            number += rows.num_rows
            errors = [str(made.bad[position]) if position in made.bad else None for position in range(rows.num_rows)]
            found = _batch(made.numbers, made.projects, made.found)
            columns = [*kept.columns, *found.columns, pa.array(errors, ERROR.type)]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema(rows.schema))

    def reader(self, rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """Return what comes of rows that are read batch by batch."""
        return pa.RecordBatchReader.from_batches(self.schema(rows.schema), self(rows))

    def schema(self, rows: pa.Schema) -> pa.Schema:
        """Return the columns that come of rows with some columns."""
        return pa.schema([*(rows.field(name) for name in self.keep), *SCHEMA, ERROR])

    @cached_property
    def _batch(self) -> Batch:
        from advisor.answers import read_date
        from advisor.packs.reader import load_pack
        from advisor.pricebook.book import load_book

        book = load_book(overlay=Path(self.prices) if self.prices else None)
        pack = load_pack(providers=book.providers, extra=Path(self.rules) if self.rules else None)
        return Batch(pack, book, read_date(self.as_of, Place("as_of")), override=True)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is loaded where it runs."""
        return {name: value for name, value in vars(self).items() if name != "_batch"}
