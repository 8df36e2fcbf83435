"""What one process holds open: the archive, its capture files and the reading pool. One writer per process.

Opening also recovers what a dead process left behind, before anything is fetched.
"""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from archive import Archive, Captures, close_books, configured_signer
from archive.recover import recover
from crawler.lock import ArchiveLock
from crawler.pool import ReadingPool

__all__ = ["TOOL", "Session"]

TOOL = f"gongkai {version('gongkai')}"


class Session:
    """``Session.of(home)`` is this process's one for that archive; users say ``close`` when they are done, and
    the last one closes it. Raises NotWritable, SchemaTooNew, KeyUnusable or ArchiveError."""

    _open: ClassVar[dict[Path, Session]] = {}

    def __init__(self, home: Path, workers: int | None) -> None:
        self.home, self.workers = home, workers
        self.signer = configured_signer()  # a key that cannot be used stops the command before it does anything
        self.lock = ArchiveLock(home)
        try:
            self.archive = Archive(home)
            self.recovered = recover(self.archive.db, home)
        except BaseException:
            self.lock.release()
            raise
        self.users = 0

    @classmethod
    def of(cls, home: Path, *, workers: int | None = None) -> Session:
        """``workers`` of the reading pool, for the one that opens it (None: one a core, see ``crawler.pool``)."""
        key = home.resolve()
        session = cls._open.get(key) or cls(home, workers)
        cls._open[key] = session
        session.users += 1
        return session

    @cached_property
    def captures(self) -> Captures:
        return Captures(self.archive.db, self.home, software=TOOL)

    @cached_property
    def pool(self) -> ReadingPool:
        return ReadingPool(self.workers)

    def close_books(self, run: int) -> None:
        """Write the manifest of a run that was closed. Raises NotWritable; the next closing takes its rows then."""
        close_books(self.archive.db, self.captures, run, self.signer)

    def close(self) -> None:
        self.users -= 1
        if self.users > 0:
            return
        self._open.pop(self.home.resolve(), None)
        if "pool" in self.__dict__:
            self.pool.close()
        if "captures" in self.__dict__:
            self.captures.close()
        self.archive.close()
        self.lock.release()
