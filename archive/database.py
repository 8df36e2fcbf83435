"""Opening archive.db: one connection, its pragmas, and the only way to write.

One writer per process and no ``await`` inside a transaction. Write transactions begin IMMEDIATE with
a busy timeout, because a deferred one that turns into a writer fails at once with "database is
locked". ``with conn:`` of sqlite-utils is no transaction; ``Archive.transaction()`` is.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from archive.errors import ArchiveError, NotWritable
from archive.schema import check_schema, migrate

__all__ = ["DATABASE", "home_folder", "open_database", "transaction"]

DATABASE = "archive.db"
BUSY_SECONDS = 60.0  # a nightly crawl may hold the lock through a checkpoint of a large journal
CHECKPOINT = 8000  # pages (32 MB) of the journal, eight times SQLite's own: the same pages change with every document


def home_folder(given: str | os.PathLike[str] | None = None) -> Path:
    """The archive's folder: ``given``, else ``GONGKAI_HOME``, else ``./data``."""
    return Path(given or os.environ.get("GONGKAI_HOME") or "data")


def open_database(home: Path, *, create: bool = True, name: str = DATABASE) -> Database:
    """Open (and migrate) ``home/archive.db``, or the one that is made beside it under another ``name``; raises
    NotWritable, SchemaTooNew or ArchiveError."""
    path = home / name
    if not path.exists():
        _check_nothing_lost(home, name)
        if not create:
            raise ArchiveError(f"no archive at {home}: crawl or import something first, or give --home")
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "warc").is_symlink():  # to a volume that may not be mounted: what needs no capture works
            (home / "warc").mkdir(exist_ok=True)
        conn = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        check_schema(Database(conn))  # before the first thing that writes: a newer file is left as it is
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA cache_size = -65536")
        conn.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        db = Database(conn)
        migrate(db)
    except (OSError, sqlite3.OperationalError) as error:
        raise NotWritable(
            f"cannot open the archive at {home}: {error}; check the path, its rights and the disk"
        ) from error
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path} is no gongkai archive or is damaged: {error}") from error
    return db


def _check_nothing_lost(home: Path, name: str) -> None:
    """A new database beside WARC files would look sound and hold nothing of them."""
    if name == DATABASE and any((home / "warc").glob("*.warc*")):
        raise ArchiveError(
            f"{home / name} is not there, but WARC files are: `gongkai reextract --rebuild` makes it again from them"
        )


@contextmanager
def transaction(db: Database) -> Iterator[sqlite3.Connection]:
    """A write transaction: BEGIN IMMEDIATE, then COMMIT, or ROLLBACK when the block raises.

    Raises NotWritable when the disk is full, the file cannot be written, or another process does not let go of it.
    """
    conn = db.conn
    try:
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield conn
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise
    except sqlite3.OperationalError as error:
        if any(word in str(error) for word in ("full", "readonly", "disk I/O", "unable to open")):
            raise NotWritable(f"cannot write the archive: {error}; free space or rights, then run again") from error
        if "locked" in str(error):
            raise NotWritable(
                f"another process holds the archive for {BUSY_SECONDS:.0f} s: {error}; run again"
            ) from error
        raise
