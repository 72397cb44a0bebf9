"""`advise run --batch`: a file of many workloads in, a row for each out."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from advisor.cli.door import ground, put
from advisor.errors import Place, fail

if TYPE_CHECKING:
    from advisor.portfolio.batch import Batch, Outcome
    from advisor.portfolio.rows import Row

Write = Callable[[str], None]


def batch(
    path: Path, output: str | None, strict: bool, as_of: str | None, rules: Path | None, prices: Path | None
) -> None:
    """Decide every row of a file and write what comes of it, in order, as it is decided.

    A bad row is reported with its line and left out; with `strict` the first one ends the run.
    """
    from advisor.answers import read_date
    from advisor.portfolio.batch import Batch
    from advisor.portfolio.rows import rows_of

    base = ground(rules, prices, path)
    day = read_date(as_of, Place("--as-of")) if as_of else date.today()
    deciding = Batch(base.pack, base.book, day, override=as_of is not None)
    ending = Path(output).suffix if output not in (None, "-") else ".jsonl"
    if ending not in (".jsonl", ".csv"):
        raise fail("is of no kind that a batch is written in.", Place(str(output)), accepted=".jsonl, .csv")
    if output not in (None, "-") and os.path.realpath(str(output)) == os.path.realpath(path):
        raise fail("is the file that the rows are read from.", Place(str(output)), accepted="another name")
    texts = _texts(rows_of(path, base.pack.questionnaire), deciding, _csv if ending == ".csv" else _json, strict=strict)
    first = next(texts, "")
    with _written(output) as write:
        write(_csv(None) + first if ending == ".csv" else first)
        for text in texts:
            write(text)


def _texts(
    parts: Iterable[list[Row]], deciding: Batch, line_of: Callable[[Outcome], str], *, strict: bool
) -> Iterator[str]:
    """Yield what is to be written of each part, then say how many rows there were; bad ones are told as they come."""
    from advisor.portfolio.batch import Bad

    done = bad = 0
    for part in parts:
        lines: list[str] = []
        for found in deciding.decide(part):
            if isinstance(found, Bad):
                if strict:
                    if lines:
                        yield "".join(lines)
                    raise found.problem
                bad += 1
                typer.echo("\n".join(f"error: {line}" for line in str(found.problem).splitlines()), err=True)
                continue
            done += 1
            lines.append(line_of(found))
        yield "".join(lines)
    left = f", {bad} bad" if bad else ""
    typer.echo(f"{done} rows decided{left}; prices of {deciding.as_of} where a row names no day.", err=True)


@contextmanager
def _written(output: str | None) -> Iterator[Write]:
    """Give what writes to a file or to standard output; what is written stays, whatever ends the run."""
    if output in (None, "-"):
        yield put
        return
    try:
        with Path(str(output)).open("w", encoding="utf-8", newline="") as file:

            def write(text: str) -> None:
                file.write(text)
                file.flush()

            yield write
    except OSError as error:
        raise fail(f"cannot be written: {error.strerror}.", Place(str(output))) from None


def _json(found: Outcome) -> str:
    from advisor.plain_json import dump

    return dump(found.to_dict(), None) + "\n"


def _csv(found: Outcome | None) -> str:
    """Return a row as CSV, the head without one; mistakes are separated by spaces."""
    from advisor.portfolio.batch import FIELDS

    cells: list[Any] = [*FIELDS]
    if found is not None:
        values = found.to_dict()
        cells = [values[field] for field in FIELDS[:-1]]
        cells.append(" ".join(values["mistakes"]))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow("" if cell is None else cell for cell in cells)
    return text.getvalue()
