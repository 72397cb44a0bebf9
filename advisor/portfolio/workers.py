"""Chunks of a batch decided one after the other, or in several processes, and given back in their order."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

from advisor.errors import InputError, Place, fail
from advisor.portfolio.batch import Batch
from advisor.portfolio.outcomes import Outcomes
from advisor.portfolio.part import Chunk
from advisor.portfolio.tally import Tally, tally_of

MOST_PROCESSES: Final = 8
"""Processes that are started unasked, on however many cores: each takes up to 400 MiB."""


@dataclass(frozen=True)
class Work:
    """How chunks are decided: `ready` gives what decides them, `written` what is kept of the outcomes of one, as text
    or as an Arrow batch. With `strict` a chunk ends before its first bad row."""

    ready: Callable[[], Batch]
    written: Callable[[Outcomes], Any]
    strict: bool


@dataclass(frozen=True)
class Done:
    """What comes of a chunk: what is to be written of it, its bad rows in their order, what it comes to. `ended` is the
    bad row that ends it, before which everything is written; `weight` that of the chunk."""

    written: Any
    bad: list[InputError]
    tally: Tally
    weight: int
    ended: InputError | None = None


class _Worker:
    """Decides chunks; what it needs for that is loaded once."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.batch = work.ready()
        gc.freeze()

    def done(self, chunk: Chunk) -> Done:
        """Return what comes of a chunk."""
        made = self.batch.decide(chunk.part(self.batch.pack.questionnaire))
        if made.bad and self.work.strict:
            first = min(made.bad)
            before = made.before(first)
            return Done(self.work.written(before), [], tally_of(before), chunk.weight, made.bad[first])
        bad = [made.bad[position] for position in sorted(made.bad)]
        return Done(self.work.written(made), bad, tally_of(made), chunk.weight)


def decided(chunks: Iterable[Chunk], work: Work, processes: int | None = None) -> Iterator[Done]:
    """Yield what comes of chunks, in their order; one chunk, or one process, is decided in this one.

    `processes` are at most as many as there are cores, if it is not given.
    """
    count = processes or min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_PROCESSES
    )
    coming = iter(chunks)
    first = list(islice(coming, 2))
    if count == 1 or len(first) < 2:
        worker = _Worker(work)
        yield from (worker.done(chunk) for chunk in chain(first, coming))
        return
    with ProcessPoolExecutor(count, initializer=_start, initargs=(work,)) as pool:
        waiting: deque[Future[Done]] = deque()
        try:
            for chunk in chain(first, coming):
                waiting.append(pool.submit(_done, chunk))
                if len(waiting) > count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            said = "a process that decides rows was ended, perhaps for lack of memory."
            raise fail(said, Place("--batch"), accepted="fewer processes, as by --jobs 1") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_WORKER: _Worker | None = None


def _start(work: Work) -> None:
    """Get a process ready; an interrupt is the parent's business."""
    global _WORKER
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _WORKER = _Worker(work)


def _done(chunk: Chunk) -> Done:
    assert _WORKER is not None
    return _WORKER.done(chunk)
