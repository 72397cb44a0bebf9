"""Arrow in and out, for engines that pass batches through a function.

This module imports PyArrow, which the extra `arrow` installs; import it only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from advisor.errors import Place
from advisor.portfolio.batch import Batch
from advisor.portfolio.extra import pyarrow as pa
from advisor.portfolio.part import check_heads
from advisor.portfolio.tables import SCHEMA, ArrowRows, batch_of

ERROR: Final = pa.field("error", pa.string())
"""What is wrong with a row of which nothing else comes; null where nothing is."""


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
            found = batch_of(made.numbers, made.projects, made.found)
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
