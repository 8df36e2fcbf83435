"""A run of the past that is gone through again: its answers come from the WARC files, its clock stands where it stood.

Everything that a crawl decides when it settles an answer is decided by the same code (``crawler.settle`` and what it
calls); only the beginning and the end of a run are taken from its record, where there is one.
"""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from functools import cached_property
from pathlib import Path

from archive import Archive, Writing
from archive.clock import parse_moment
from archive.model import Reading
from archive.past_runs import PastRun, put_issues
from archive.store import INTERRUPTED
from crawler.extract import PageInput
from crawler.pool import ReadingPool
from crawler.run import SourceRun
from crawler.session import Session
from crawler.source import Source

__all__ = ["ReadAheadPool", "RebuildSession", "ReplayedRun"]


class ReadAheadPool(ReadingPool):
    """A pool that can be told what will be asked for; ``submit`` then hands out the reading that is under way."""

    def __init__(self) -> None:
        super().__init__()
        self._expected: dict[PageInput, tuple[Source | None, Future[Reading]]] = {}

    def expect(self, page: PageInput, source: Source | None) -> None:
        if page not in self._expected:
            self._expected[page] = (source, super().submit(page, source))
        while len(self._expected) > 16 * self.workers:  # what nobody asked for
            del self._expected[next(iter(self._expected))]

    def submit(self, page: PageInput, source: Source | None) -> Future[Reading]:
        known = self._expected.pop(page, None)
        return known[1] if known and known[0] is source else super().submit(page, source)


class RebuildSession(Session):
    """The database that is being made, under its own name, over the archive's own WARC files, which it only reads.
    The caller holds the archive's lock alone."""

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.workers, self.users = home, None, 1
        self.archive = Archive(home, name=name)

    @cached_property
    def pool(self) -> ReadAheadPool:
        return ReadAheadPool()

    def close(self) -> None:
        if "pool" in self.__dict__:
            self.pool.close()
        self.archive.close()


class ReplayedRun(SourceRun):
    """``read_at``: the real moment of reading, which the renditions name."""

    def __init__(self, session: Session, past: PastRun, read_at: datetime) -> None:
        self.past, self.read_at, self.taken_up = past, read_at, False
        self.session = session
        self.id = 0

    def take_up(self, source: Source) -> None:
        """The run began here, or went on after it was broken off, with this source file."""
        self._set_up(source, self.session, self.past.mode)
        self.open()
        self.taken_up = True

    def _begin(self, moment: datetime) -> tuple[int, str | None]:
        return self.past.row, self.past.started_at if self.taken_up else None

    def _write_provenance(self, at: str) -> None:
        """It stands there already."""

    @property
    def writing(self) -> Writing:
        return Writing(self.reader, self.id, self.read_at)

    def end(self) -> None:
        """The run was over here: with the end that its record says, else judged as it would have been."""
        said = self.past.said
        if said is None or said.reasons != (INTERRUPTED,):
            self._finish()
        if said is not None and said.verdict is not None and said.finished_at is not None:
            with self.archive.transaction() as conn:
                self.archive.close_run(self.id, said.verdict, said.reasons, said.counts, parse_moment(said.finished_at))
                put_issues(conn, self.past)
