"""Reading pages in worker processes, with limits: 20 s and 1 GiB a page, then it is an issue, not a lost page.

Workers are spawned, deaf to SIGINT and SIGTERM (the parent decides; a worker that ends at a moment of its own may hold
the lock of the pool's pipe, and the others would wait a minute for it), die with their parent, and are killed one at
a time.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import resource_tracker
from pathlib import Path

from pebble import CONSTS, ProcessExpired, ProcessPool

from archive.model import Issue, Reading
from crawler.errors import CrawlerError, ExtractError, TimedOut, TooLarge
from crawler.extract import PageInput
from crawler.source import Source

__all__ = ["PoolBroken", "ReadingPool", "beside_this_process"]

CONSTS.term_timeout = 0.0  # the workers are deaf to SIGTERM and hold nothing: they are killed at once

SECONDS = 20.0
MOST_WORKERS = 4
MEMORY = 1 << 30  # bytes a worker may grow by
PAGES_A_WORKER = 5_000  # then it is replaced: lxml and trafilatura keep caches
PR_SET_PDEATHSIG = 1
BROKEN = (
    "the reading processes ended as soon as they were started (too little memory, or the system is going down): "
    "what was fetched is kept; run the same command again"
)


class PoolBroken(CrawlerError):
    """No worker lives. It says nothing about the pages: the run ends and is taken up later."""

    code = "pool_broken"


class ReadingPool:
    """``read`` one page and await it, or ``submit`` it and ask for its ``result``.

    ``workers``: default one a core, at most 4.
    """

    def __init__(self, workers: int | None = None, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.workers = workers or min(os.cpu_count() or 1, MOST_WORKERS)
        self.seconds = seconds
        resource_tracker.ensure_running()  # it would lift the mask of ``_deaf`` where the first worker started it
        self._pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=PAGES_A_WORKER,
            initializer=_limit,
            initargs=(memory, os.getpid()),
            context=multiprocessing.get_context("spawn"),
        )

    def submit(self, page: PageInput, source: Source | None) -> Future[Reading]:
        try:
            with _deaf():
                future: Future[Reading] = self._pool.schedule(_read, args=(page, source), timeout=self.seconds)
        except RuntimeError as error:  # what pebble says once it has given up
            raise PoolBroken(BROKEN) from error
        return future

    async def read(self, page: PageInput, source: Source | None) -> Reading:
        """The reading; of kind ``error`` with a typed issue when a limit was hit or the worker died.

        Raises PoolBroken where no worker can be started."""
        future = self.submit(page, source)
        try:
            return await asyncio.wrap_future(future)
        except BrokenProcessPool as error:
            raise PoolBroken(BROKEN) from error
        except Exception as error:
            return _failed(error, page)

    def result(self, future: Future[Reading], page: PageInput) -> Reading:
        """The outcome of ``submit``, waiting for it; never raises for what a page can cause, but PoolBroken."""
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise PoolBroken(BROKEN) from error
        except Exception as error:
            return _failed(error, page)

    def close(self) -> None:
        """Stop the workers at once; what they were reading is lost (its capture is not)."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def beside_this_process() -> int:
    """Workers for a parent that fetches and stores meanwhile and keeps a core busy alone: one core is left to it."""
    return max(1, min((os.cpu_count() or 1) - 1, MOST_WORKERS))


@contextmanager
def _deaf() -> Iterator[None]:
    """The pool's threads, and the workers that they start, take the signal mask of this thread and keep it: a stop that
    goes to every process (Ctrl-C at a terminal, systemd) is the parent's business from a worker's first instant on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read(page: PageInput, source: Source | None) -> Reading:
    from archive.duplicates import sketch_of  # in the worker alone: the parent reads and sketches nothing
    from crawler.extract import read

    try:
        reading = read(page, source)
        return replace(reading, sketch=sketch_of(reading.draft.text)) if reading.draft else reading
    except MemoryError:
        raise TooLarge(f"reading the page took more than {MEMORY >> 20} MiB of memory") from None


def _failed(error: Exception, page: PageInput) -> Reading:
    problem: ExtractError
    if isinstance(error, (FutureTimeout, TimeoutError)):
        problem = TimedOut(f"reading the page took more than {SECONDS:.0f} s; its capture is kept")
    elif isinstance(error, ExtractError):
        problem = error
    elif isinstance(error, ProcessExpired):
        problem = TooLarge("the reading process died, most likely out of memory; the capture is kept")
    else:
        problem = ExtractError(f"reading failed: {type(error).__name__}: {error}")
    return Reading("error", issues=(Issue(problem.code, "error", str(problem), url=page.url),))


def _limit(memory: int, parent: int) -> None:
    """Set up a worker: death with the parent, a bound on its memory."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    with suppress(ImportError, ValueError, OSError):
        import resource

        bound = _address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def _die_with(parent: int) -> None:
    """Where the kernel does not tell: look whether the parent is still there."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _address_space() -> int:
    """Bytes of address space in use now (Linux), or 1 GiB where that cannot be told."""
    try:
        statm = Path("/proc/self/statm").read_text("ascii")
        return int(statm.split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 30
