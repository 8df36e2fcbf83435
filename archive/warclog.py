"""The present WARC file of this process and how much of it the database knows.

A file is made at the first use, left for a new one when it is full, and sealed when it is left. A tail
that the database does not know (its transaction failed) is never written behind: the file is left as it
is, for ``archive.recover`` to bring in, and the next answer goes into a new file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from archive.clock import stamp
from archive.database import transaction
from archive.warcfile import WarcWriter

__all__ = ["WarcLog"]


class WarcLog:
    """``opening(name, at)``: the bytes that a new file begins with (its warcinfo record, packed)."""

    def __init__(self, db: Database, folder: Path, max_bytes: int, opening: Callable[[str, str], bytes]) -> None:
        self.db = db
        self.folder = folder
        self.max_bytes = max_bytes
        self.opening = opening
        self._writer: WarcWriter | None = None
        self._known = 0  # bytes of the file that the database knows
        self._sequence = 1

    def ready(self) -> WarcWriter:
        """The file to append to: the present one, or a new one. Raises NotWritable."""
        writer = self._writer
        if writer is not None and self._settled(writer) and writer.length < self.max_bytes:
            return writer
        self.close()
        writer = WarcWriter(self.folder, sequence=self._sequence)
        try:
            self._begin(writer)
        except BaseException:
            writer.close()
            raise
        self._sequence = writer.sequence + 1
        self._writer, self._known = writer, writer.length
        return writer

    def count(self, conn: sqlite3.Connection, records: int) -> None:
        """Write into the caller's transaction that the file is ``records`` records longer; then ``committed``."""
        assert self._writer is not None
        conn.execute(
            "UPDATE warc_files SET committed_length = ?, records = records + ? WHERE name = ?",
            [self._writer.length, records, self._writer.name],
        )

    def committed(self) -> None:
        """The transaction of ``count`` went through."""
        assert self._writer is not None
        self._known = self._writer.length

    def close(self) -> None:
        """Bring the file to the disk, seal it and free its lock; with an unknown tail: free the lock only."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            if self._settled(writer):
                writer.sync()
                with transaction(self.db) as conn:
                    conn.execute("UPDATE warc_files SET sealed_at = ? WHERE name = ?", [stamp(), writer.name])
        finally:
            writer.close()

    def _settled(self, writer: WarcWriter) -> bool:
        return writer.length == self._known and not writer.broken

    def _begin(self, writer: WarcWriter) -> None:
        at = stamp()
        writer.append(self.opening(writer.name, at))
        with transaction(self.db) as conn:
            conn.execute(
                "INSERT INTO warc_files (name, created_at, committed_length, records) VALUES (?, ?, ?, 1)",
                [writer.name, at, writer.length],
            )
