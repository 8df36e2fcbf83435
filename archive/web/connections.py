"""Reading the archive while a crawl writes: read-only connections, a snapshot a request, and what is costly remembered.

Each connection is lent to one request at a time. A snapshot lasts as long as its request, so that the journal can be
folded back into the file; a query that takes longer than ``LONGEST`` is given up.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from archive.errors import ArchiveError

__all__ = ["Connections", "Memo"]

T = TypeVar("T")
LONGEST = 20.0  # seconds of one request in the database
BUSY_SECONDS = 5.0  # readers wait for nobody in WAL mode, but for the moment in which the file is opened or recovered
STEPS = 100_000  # of SQLite's machine between two looks at the clock: some milliseconds
CACHE_KB = 16_384
MAPPED = 1 << 30  # bytes of the file that are read without a copy


class Connections:
    """Read-only connections to ``home/archive.db``, made when asked for and kept for the next."""

    def __init__(self, home: Path) -> None:
        self.path = home / "archive.db"
        self._idle: list[_Reader] = []
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection within one read transaction. Raises ArchiveError where there is no archive."""
        reader = self._take()
        try:
            reader.begin()
            yield reader.db
        except sqlite3.Error:
            reader.close()
            raise
        except BaseException:
            self._give_back(reader)
            raise
        self._give_back(reader)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()

    def _give_back(self, reader: _Reader) -> None:
        reader.end()
        with self._lock:
            self._idle.append(reader)

    def _take(self) -> _Reader:
        file = _file(self.path)
        while True:
            with self._lock:
                reader = self._idle.pop() if self._idle else None
            if reader is None:
                return _Reader(self.path, file)
            if reader.file == file:
                return reader
            reader.close()  # the file was replaced: by a rebuild, or by a backup that was put in its place


class Memo:
    """Answers that are costly, kept while the database stays the same, and a few seconds longer while it changes
    with every page of a crawl. Several who ask for one thing at once wait for one answer."""

    KEPT = 256

    def __init__(self, connections: Connections, *, fresh: float = 5.0, patience: float = 20.0) -> None:
        """``fresh``: seconds in which an answer is given again although the database has changed; ``patience``: times
        the seconds that it took to make, likewise."""
        self.fresh, self.patience = fresh, patience
        self._path = connections.path
        self._watch: _Reader | None = None
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _Answer] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            answer = self._kept.setdefault(key, _Answer())
            self._kept.move_to_end(key)
            if len(self._kept) > self.KEPT:
                self._kept.popitem(last=False)
            version = self._version()
        with answer.lock:
            age = time.monotonic() - answer.at
            if not answer.made or (version != answer.version and age > max(self.fresh, self.patience * answer.took)):
                began = time.monotonic()
                answer.value, answer.version, answer.made = make(), version, True
                answer.at = time.monotonic()
                answer.took = answer.at - began
            value: T = answer.value
            return value

    def close(self) -> None:
        with self._lock:
            if self._watch:
                self._watch.close()
            self._watch = None
            self._kept.clear()

    def _version(self) -> tuple[object, ...]:
        file = _file(self._path)
        if self._watch is None or self._watch.file != file:
            if self._watch:
                self._watch.close()
            self._watch = _Reader(self._path, file)
        return (file, self._watch.db.execute("PRAGMA data_version").fetchone()[0])


class _Answer:
    """One remembered answer; ``lock`` is held while it is made."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made = False
        self.value: Any = None
        self.version: tuple[object, ...] = ()
        self.at = self.took = 0.0


class _Reader:
    """One read-only connection; ``file`` tells which file it was opened on."""

    def __init__(self, path: Path, file: tuple[int, int]) -> None:
        self.file = file
        conn = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        conn.execute("PRAGMA query_only = ON")
        conn.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        conn.execute(f"PRAGMA mmap_size = {MAPPED}")
        self.db = Database(conn)
        self._until = 0.0

    def begin(self) -> None:
        self._until = time.monotonic() + LONGEST
        self.db.conn.set_progress_handler(lambda: int(time.monotonic() > self._until), STEPS)
        self.db.conn.execute("BEGIN")

    def end(self) -> None:
        self.db.conn.execute("ROLLBACK")
        self.db.conn.set_progress_handler(None, 0)

    def close(self) -> None:
        self.db.close()


def _file(path: Path) -> tuple[int, int]:
    """Which file stands at the path."""
    try:
        status = path.stat()
    except OSError as error:
        raise ArchiveError(f"no archive at {path.parent}: {error.strerror}") from error
    return status.st_dev, status.st_ino
