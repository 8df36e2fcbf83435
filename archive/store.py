"""The Archive: one open archive and everything that is written into its tables after a capture was read.

Documents, versions, renditions, observations, issues and runs go in here and nowhere else. Methods that
write take the connection of an open transaction, so that a page's document, what its list discovered and
its URL's new state commit together or not at all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from archive.addresses import find_document
from archive.clock import stamp
from archive.database import DATABASE, open_database, transaction
from archive.documents import Stored, put_draft, seen_again
from archive.duplicates import link_copies
from archive.frontier import Frontier
from archive.identity import canonical_url
from archive.index import AT_ONCE, index_waiting
from archive.lifecycle import GoneCheck, mark_gone
from archive.model import Capture, Issue, Mode, Outcome, Reading, Verdict
from archive.moves import Move, find_moves
from archive.renditions import Writing

__all__ = ["INTERRUPTED", "Archive", "SourceRow"]

INTERRUPTED = "interrupted and not taken up again"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What the archive keeps of a source file."""

    id: str
    name: str
    homepage: str
    toml: str
    toml_sha256: str
    publisher: str | None = None
    family: str | None = None
    region: str | None = None
    seen_at: str | None = None
    verified: str | None = None
    schedule: str | None = None


class Archive:
    """An open archive. Raises NotWritable, SchemaTooNew or ArchiveError when it cannot be opened."""

    def __init__(self, home: Path, *, create: bool = True, name: str = DATABASE) -> None:
        self.home = home
        self.db: Database = open_database(home, create=create, name=name)

    @property
    def conn(self) -> sqlite3.Connection:
        return self.db.conn

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """BEGIN IMMEDIATE … COMMIT; no ``await`` inside."""
        return transaction(self.db)

    def close(self) -> None:
        self.db.close()

    def frontier(self, source: str) -> Frontier:
        return Frontier(self.conn, source)

    # -- sources and runs ------------------------------------------------------------------------------

    def put_source(self, row: SourceRow, now: datetime) -> None:
        """Insert or update a source's row."""
        names = ("id", "name", "homepage", "toml", "toml_sha256", "publisher", "family", "region", "seen_at",
                 "verified", "schedule")  # fmt: skip
        sets = ", ".join(f"{n} = excluded.{n}" for n in (*names[1:], "updated_at"))
        self.conn.execute(
            f"INSERT INTO sources ({', '.join(names)}, updated_at) VALUES ({', '.join('?' * len(names))}, ?) "
            f"ON CONFLICT (id) DO UPDATE SET {sets}",
            [*(getattr(row, n) for n in names), stamp(now)],
        )

    def open_run(
        self, source: str | None, mode: Mode, *, tool_version: str, reader: str, toml_sha256: str | None, now: datetime
    ) -> tuple[int, str | None]:
        """Begin a run, or take up the unfinished one of the same source and mode.

        Returns the run's id and, for a resumed one, when it began. An unfinished run of another mode is closed
        as failed: nobody will finish it.
        """
        row = self.conn.execute(
            "SELECT id, mode, started_at FROM runs WHERE source IS ? AND finished_at IS NULL ORDER BY id DESC LIMIT 1",
            [source],
        ).fetchone()
        if row and row[1] == mode and source is not None:
            return row[0], row[2]
        if row:
            self.close_run(row[0], "failed", [INTERRUPTED], {}, now)
        cursor = self.conn.execute(
            "INSERT INTO runs (source, source_toml_sha256, tool_version, reader, mode, started_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [source, toml_sha256, tool_version, reader, mode, stamp(now)],
        )
        return int(cursor.lastrowid or 0), None

    def close_run(
        self, run: int, verdict: Verdict, reasons: Iterable[str], counts: Mapping[str, int], now: datetime
    ) -> None:
        self.conn.execute(
            "UPDATE runs SET finished_at = ?, verdict = ?, reasons = ?, counts = ? WHERE id = ?",
            [stamp(now), verdict, json.dumps(list(reasons), ensure_ascii=False), json.dumps(dict(counts)), run],
        )

    def note_reasons(self, run: int, reasons: Iterable[str]) -> None:
        """Why a run that goes on will have failed; a run that takes it up finds them there."""
        self.conn.execute(
            "UPDATE runs SET reasons = ? WHERE id = ?", [json.dumps(list(reasons), ensure_ascii=False), run]
        )

    # -- what is noticed -------------------------------------------------------------------------------

    def put_issue(self, issue: Issue, *, run: int | None, source: str | None, now: datetime) -> None:
        """Record an issue; ``run`` and ``source`` say where it came up."""
        self.conn.execute(
            "INSERT INTO issues (run, source, url, code, level, message, data, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [run, source, issue.url, issue.code, issue.level, issue.message,
             json.dumps(dict(issue.data), ensure_ascii=False, default=str), stamp(now)],
        )  # fmt: skip

    def observe(
        self,
        url: str,
        outcome: Outcome,
        now: datetime,
        *,
        capture: int | None,
        run: int | None,
        reason: str | None = None,
    ) -> None:
        """One check of ``url`` (any form) and what came of it."""
        self.conn.execute(
            "INSERT INTO observations (url, at, outcome, capture, run, reason) VALUES (?, ?, ?, ?, ?, ?)",
            [canonical_url(url), stamp(now), outcome, capture, run, reason],
        )

    # -- documents -------------------------------------------------------------------------------------

    def put_reading(
        self,
        capture: Capture,
        reading: Reading,
        writing: Writing,
        previous: Reading | None = None,
        *,
        address: str | None = None,
        final_url: str | None = None,
    ) -> Stored:
        """Store what an article page was read as; see ``archive.documents``.

        ``address``: the listed URL, the document's identity, where the capture was of a redirect's end.
        """
        known_as = replace(capture, url=address or capture.url, final_url=final_url or capture.final_url)
        return put_draft(self.conn, known_as, reading, writing, previous)

    def put_same(self, url: str, now: datetime) -> None:
        """The document of ``url`` was seen again as it was."""
        document = find_document(self.conn, url)
        if document is not None:
            seen_again(self.conn, document, stamp(now))

    def index_waiting(self) -> None:
        """Index the documents that changed (``archive.index``), in transactions of its own."""
        index_waiting(self.db)

    def index_many(self) -> None:
        """The same, once so many wait that it is worth a transaction."""
        index_waiting(self.db, AT_ONCE)

    def link_copies(self) -> int:
        """Link the documents that changed to their originals or copies (``archive.duplicates``), in transactions of its
        own."""
        return link_copies(self.db)

    def mark_gone(self, run: int) -> list[GoneCheck]:
        """Judge the failed checks of a run whose site answered otherwise (``archive.lifecycle``)."""
        return mark_gone(self.conn, run)

    def find_moves(self, source: str, run: int) -> list[Move]:
        """Tell documents that are gone from those that only moved to another address (``archive.moves``)."""
        return find_moves(self.conn, source, run)
