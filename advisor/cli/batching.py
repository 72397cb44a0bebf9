"""`advise run --batch`: a file of many workloads in, a row for each out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from advisor.cli.door import Ground, ground, load, put
from advisor.config import Config
from advisor.errors import Place, Stopped, fail

if TYPE_CHECKING:
    from advisor.portfolio.batch import Batch
    from advisor.portfolio.tally import Tally
    from advisor.portfolio.workers import Done


class Options(NamedTuple):
    """What was asked for: where rows are written, and their summary; how many processes decide them."""

    output: str | None = None
    summary: Path | None = None
    strict: bool = False
    jobs: int | None = None
    as_of: str | None = None
    rules: Path | None = None
    prices: Path | None = None


def batch(path: Path, options: Options) -> None:
    """Decide every row of a file and write what comes of it, in order, as it is decided.

    A bad row is reported with its line and left out; with `strict` the first one ends the run.
    """
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")  # each process has a core to itself; NumPy reads it once
    from advisor.answers import read_date
    from advisor.portfolio.files import ENDINGS, chunks_of
    from advisor.portfolio.tally import Tally
    from advisor.portfolio.workers import Work, decided

    base = ground(options.rules, options.prices, path)
    day = read_date(options.as_of, Place("--as-of")) if options.as_of else date.today()
    output = None if options.output == "-" else options.output
    ending = Path(output).suffix if output else ".jsonl"
    if ending not in ENDINGS:
        raise fail("is of no kind that a batch is written in.", Place(str(output)), accepted=", ".join(ENDINGS))
    for target in (output, options.summary):
        if target and os.path.realpath(target) == os.path.realpath(path):
            raise fail("is the file that the rows are read from.", Place(str(target)), accepted="another name")
    if output and options.summary and os.path.realpath(output) == os.path.realpath(options.summary):
        raise fail("is where the rows are written.", Place(str(options.summary)), accepted="another name")
    _LOADED[base.settings] = base
    ready = partial(_deciding, base.settings, day, override=options.as_of is not None)
    work = Work(ready, _form(ending), options.strict)
    parts = decided(chunks_of(path, base.pack.questionnaire), work, options.jobs)
    tally = Tally()
    told = _told(parts, tally)
    written = 0
    try:
        first = next(told, None)
        with _written(output, ending) as write, _bar(path, first, shown=bool(output) or not sys.stdout.isatty()) as bar:
            for part in () if first is None else chain([first], told):
                write(part.written)
                written += part.tally.rows
                bar.update(part.weight)
    except KeyboardInterrupt:
        raise Stopped(f"Stopped; {written:,} rows are written.") from None
    left = f", {tally.bad:,} bad" if tally.bad else ""
    typer.echo(f"{tally.rows:,} rows decided{left}; prices of {day} where a row names no day.", err=True)
    if options.summary is not None:
        _summarise(options.summary, path.name, tally, base, day)


def _summarise(target: Path, name: str, tally: Tally, base: Ground, day: date) -> None:
    """Write what a batch comes to."""
    from advisor.files import write_atomically
    from advisor.portfolio.summary import Summed, summary_of

    prices = f"genai-prices {base.book.base.version}, own rows {base.book.rows.digest}"
    write_atomically(target, summary_of(Summed(name, tally, base.pack, day, prices)))
    typer.echo(f"Wrote {target}.", err=True)


_LOADED: dict[Config, Ground] = {}
"""What was loaded here: a process that is forked from this one has it, one that is spawned loads it again."""


def _deciding(settings: Config, day: date, *, override: bool) -> Batch:
    """Return what decides rows, in the process that does."""
    from advisor.portfolio.batch import Batch

    base = _LOADED.get(settings) or load(settings)
    return Batch(base.pack, base.book, day, override=override)


def _form(ending: str) -> Callable[[Any], Any]:
    """Return how outcomes are written in a file of some ending."""
    if ending == ".parquet":
        from advisor.portfolio.tables import to_arrow

        return to_arrow
    from advisor.portfolio.outcomes import Outcomes

    return Outcomes.csv if ending == ".csv" else Outcomes.json_lines


def _told(parts: Iterable[Done], tally: Tally) -> Iterator[Done]:
    """Yield parts to be written, and tell of bad rows as they come; raises the bad row that ends them."""
    for part in parts:
        tally.merge(part.tally)
        for problem in part.bad:
            typer.echo("\n".join(f"error: {line}" for line in str(problem).splitlines()), err=True)
        if part.ended is None or part.tally.rows:
            yield part
        if part.ended is not None:
            raise part.ended


def _bar(path: Path, first: Done | None, *, shown: bool) -> AbstractContextManager[Any]:
    """Return a progress bar on standard error, if that is a terminal, where there is more than the first part."""
    from advisor.portfolio.files import weight_of

    total = weight_of(path)
    hidden = not shown or first is None or total < 2 * first.weight or not sys.stderr.isatty()
    return typer.progressbar(length=total, hidden=hidden, file=sys.stderr, label=path.name)


@contextmanager
def _written(output: str | None, ending: str) -> Iterator[Callable[[Any], None]]:
    """Give what writes to a file or to standard output; what is written stays, whatever ends the run."""
    from advisor.portfolio.outcomes import csv_head

    if output is None:
        yield put
        return
    try:
        if ending == ".parquet":
            from advisor.portfolio.extra import parquet
            from advisor.portfolio.tables import SCHEMA

            with parquet.ParquetWriter(output, SCHEMA) as table:
                yield table.write_batch
            return
        with Path(output).open("w", encoding="utf-8", newline="") as file:

            def write(text: str) -> None:
                file.write(text)
                file.flush()

            if ending == ".csv":
                write(csv_head())
            yield write
    except OSError as error:
        raise fail(f"cannot be written: {error.strerror}.", Place(output)) from None
