"""The state of every URL: discovered, leased, kept, done or failed. The crawl's memory.

It lives in the archive, not in Scrapy's JOBDIR, so that discovery, the document and the URL's new state
commit together. The promise: *after the process dies for any reason, running the same command again
loses no data and fetches again at most what was in flight.*

    discovered ──lease──▶ leased ──answer stored──▶ kept ──read and stored──▶ done ──due──▶ discovered
                             └── no usable answer, ``attempts`` used up ──▶ failed ──due──▶ discovered

A ``kept`` URL is read again from its WARC record, never fetched again. Whether a ``done`` or ``failed``
URL is due is asked once, when a run opens. A *walk* is one pass over a column's list pages; it stays
open over a crash and is taken up where its last list page was committed.

Every method that writes takes the connection of an open transaction (``archive.database``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from archive.clock import stamp
from archive.identity import canonical_url
from archive.model import Entry

__all__ = ["COLUMNS", "Found", "Frontier", "Leased", "recheck_days"]

LIST, NEW, RECHECK = 0, 10, 20  # priorities: lists first (they are few and find the rest), then what is not held yet
WALK_STAYS_OPEN = timedelta(hours=24)  # an older unfinished walk starts again: its list has moved on
FIRST_RECHECK, LONGEST_RECHECK = 7, 56  # days; doubled while a page stays the same


@dataclass(frozen=True, slots=True)
class Leased:
    """A URL handed out for fetching. ``url`` is canonical, ``address`` what to ask for; ``attempts`` counts
    the failed ones so far; ``page`` is the number of a list page within its walk, from 1, or the one in the address of
    an article's further page (``archive.frontier_parts``)."""

    url: str
    address: str
    kind: Literal["list", "article", "part"]
    column: str | None
    walk: int | None
    page: int | None
    attempts: int
    entry_title: str | None
    entry_date: str | None
    capture: int | None = None


# An address that stands in two columns is read with the words of the column that found it: else each walk of the
# other one would look like a new title.
SAME_COLUMN = 'urls.source = excluded.source AND urls."column" = excluded."column"'
COLUMNS = 'url, address, kind, "column", walk, page, attempts, entry_title, entry_date, capture'
"""The columns of a Leased."""


def recheck_days(last: int | None, changed: bool) -> int:
    """Days until the next check: 7 after a change or a first visit, doubled while it stays the same, at most 56."""
    if changed or not last:
        return FIRST_RECHECK
    return min(last * 2, LONGEST_RECHECK)


class Frontier:
    """The URLs of one source within an open archive."""

    def __init__(self, conn: sqlite3.Connection, source: str) -> None:
        self.conn = conn
        self.source = source

    # -- opening a run ---------------------------------------------------------------------------------

    def release(self) -> int:
        """Free the leases that a dead run left. The caller holds the source's lock. Returns how many."""
        return self.conn.execute(
            "UPDATE urls SET state = 'discovered', leased_by = NULL, leased_at = NULL "
            "WHERE source = ? AND state = 'leased'",
            [self.source],
        ).rowcount

    def make_due(self, now: datetime, everything: bool) -> int:
        """Put the articles that are due (with ``everything``: all known ones) back to discovered; returns how many."""
        condition = "" if everything else "AND due_at <= :now"
        return self.conn.execute(
            f"""UPDATE urls SET state = 'discovered', priority = {RECHECK}, attempts = 0
                WHERE source = :source AND kind = 'article' AND state IN ('done', 'failed')
                    AND reason IS NOT 'withdrawn' {condition}""",
            {"source": self.source, "now": stamp(now)},
        ).rowcount

    def open_walks(
        self, columns: Sequence[tuple[str, str | None, str]], now: datetime, resumed_since: str | None = None
    ) -> None:
        """Start a walk at the first list page of each column ``(id, name, url)``, or take up the open one.

        ``resumed_since``: when the run that is being resumed began; a walk that it finished is not walked again.
        """
        for column, name, url in columns:
            self._put_column(column, name, url)
            if not self._walk_goes_on(column, now) and not self._walked_since(column, resumed_since, now):
                walk = self._new_walk(column, now)
                self.add_list_page(column, url, walk, 1, now)
        self._drop_columns([column for column, _, _ in columns])

    def _put_column(self, column: str, name: str | None, url: str) -> None:
        """A column whose address is another one than before is another list: nothing is known of its end."""
        self.conn.execute(
            """INSERT INTO columns (source, id, name, url) VALUES (?, ?, ?, ?)
               ON CONFLICT (source, id) DO UPDATE SET name = excluded.name, url = excluded.url,
                   walk_open = walk_open AND url = excluded.url,
                   walk_started_at = CASE WHEN url = excluded.url THEN walk_started_at END,
                   completed_at = CASE WHEN url = excluded.url THEN completed_at END""",
            [self.source, column, name, url],
        )

    def _drop_columns(self, known: list[str]) -> None:
        """Columns that the source file does not name any more are not walked on."""
        others = f"NOT IN ({','.join('?' * len(known))})"
        self.conn.execute(
            f"""UPDATE urls SET state = 'failed', reason = 'column removed from the source file' WHERE source = ?
                AND kind = 'list' AND state = 'discovered' AND "column" {others}""",
            [self.source, *known],
        )
        self.conn.execute(
            f"""UPDATE columns SET walk_open = 0, completed_at = CASE WHEN walk_open THEN NULL ELSE completed_at END
                WHERE source = ? AND id {others}""",
            [self.source, *known],
        )

    def _walk_goes_on(self, column: str, now: datetime) -> bool:
        row = self.conn.execute(
            """SELECT walk_started_at FROM columns c WHERE source = ? AND id = ? AND walk_open
               AND EXISTS (SELECT 1 FROM urls u WHERE u.source = c.source AND u."column" = c.id AND u.kind = 'list'
                   AND u.walk = c.walk AND u.state IN ('discovered', 'kept'))""",
            [self.source, column],
        ).fetchone()
        return row is not None and now - datetime.fromisoformat(row[0]) < WALK_STAYS_OPEN

    def _walked_since(self, column: str, since: str | None, now: datetime) -> bool:
        row = self.conn.execute(
            "SELECT walk_started_at FROM columns WHERE source = ? AND id = ? AND NOT walk_open "
            "AND walk_started_at >= ?",
            [self.source, column, since],
        ).fetchone()
        return row is not None and now - datetime.fromisoformat(row[0]) < WALK_STAYS_OPEN

    def _new_walk(self, column: str, now: datetime) -> int:
        """A walk that is still open was broken off: behind what it showed there may be entries that nobody saw, so
        that the next one must not stop at known entries; and what was left of it is not walked beside the new one."""
        walk: int = self.conn.execute("SELECT coalesce(max(walk), 0) + 1 FROM columns").fetchone()[0]
        self.conn.execute(
            """UPDATE columns SET walk = ?, walk_open = 1, walk_started_at = ?, next_url = url, pages = 0,
               completed_at = CASE WHEN walk_open THEN NULL ELSE completed_at END WHERE source = ? AND id = ?""",
            [walk, stamp(now), self.source, column],
        )
        self.conn.execute(
            """UPDATE urls SET state = 'done', reason = 'its walk began again' WHERE source = ? AND "column" = ?
               AND kind = 'list' AND state = 'discovered'""",
            [self.source, column],
        )
        return walk

    # -- handing out -----------------------------------------------------------------------------------

    def lease(self, run: int, limit: int, now: datetime) -> list[Leased]:
        """Hand out up to ``limit`` URLs to this run: list pages first, then new articles, then rechecks."""
        rows = self.conn.execute(
            f"SELECT {COLUMNS} FROM urls WHERE source = ? AND state = 'discovered' ORDER BY priority, due_at LIMIT ?",
            [self.source, limit],
        ).fetchall()
        self.conn.executemany(
            "UPDATE urls SET state = 'leased', leased_by = ?, leased_at = ? WHERE url = ?",
            [(run, stamp(now), row[0]) for row in rows],
        )
        return [Leased(*row) for row in rows]

    def kept(self) -> list[Leased]:
        """The URLs whose answer is stored but not read yet."""
        query = f"SELECT {COLUMNS} FROM urls WHERE source = ? AND state = 'kept' ORDER BY priority, url"
        return [Leased(*row) for row in self.conn.execute(query, [self.source])]

    def has_pending(self) -> bool:
        """Whether any URL waits to be fetched."""
        query = "SELECT EXISTS (SELECT 1 FROM urls WHERE source = ? AND state = 'discovered')"
        return bool(self.conn.execute(query, [self.source]).fetchone()[0])

    def pending(self) -> int:
        """How many URLs wait to be fetched."""
        query = "SELECT count(*) FROM urls WHERE source = ? AND state = 'discovered'"
        count: int = self.conn.execute(query, [self.source]).fetchone()[0]
        return count

    # -- what came of it -------------------------------------------------------------------------------

    def set_kept(self, url: str, capture: int) -> None:
        """The answer is in the WARC file; same transaction as its captures row."""
        self.conn.execute("UPDATE urls SET state = 'kept', capture = ? WHERE url = ?", [capture, url])

    def set_done(self, url: str, now: datetime, *, days: int | None, reason: str | None = None) -> None:
        """Read and stored. ``days``: when to look again; None: never of its own accord (list pages)."""
        due = None if days is None else stamp(now + timedelta(days=days))
        self.conn.execute(
            """UPDATE urls SET state = 'done', checked_at = ?, due_at = ?, interval_days = ?, reason = ?, attempts = 0,
               leased_by = NULL, leased_at = NULL WHERE url = ?""",
            [stamp(now), due, days, reason, url],
        )

    def set_failed(self, url: str, now: datetime, reason: str, *, days: int | None = 1) -> None:
        """No usable answer; looked at again after ``days`` (None: never)."""
        due = None if days is None else stamp(now + timedelta(days=days))
        self.conn.execute(
            """UPDATE urls SET state = 'failed', checked_at = ?, due_at = ?, reason = ?, attempts = attempts + 1,
               leased_by = NULL, leased_at = NULL WHERE url = ?""",
            [stamp(now), due, reason, url],
        )

    def recheck_in(self, url: str, now: datetime, *, days: int) -> None:
        """Look at a URL again ``days`` after ``now``, whatever its state."""
        self.conn.execute("UPDATE urls SET due_at = ? WHERE url = ?", [stamp(now + timedelta(days=days)), url])

    def count_attempt(self, url: str, reason: str) -> int:
        """One more failed attempt of a URL that stays leased; returns the number so far."""
        row = self.conn.execute(
            "UPDATE urls SET state = 'leased', attempts = attempts + 1, reason = ? WHERE url = ? RETURNING attempts",
            [reason, url],
        ).fetchone()
        return int(row[0]) if row else 0

    def interval(self, url: str) -> int | None:
        """The days between the last two checks, as set by ``set_done``."""
        row = self.conn.execute("SELECT interval_days FROM urls WHERE url = ?", [url]).fetchone()
        return row[0] if row else None

    # -- discovery -------------------------------------------------------------------------------------

    def add_list_page(self, column: str, address: str, walk: int, page: int, now: datetime) -> bool:
        """A list page to fetch in this walk; False where the walk has had it already (a paging loop)."""
        url = canonical_url(address)
        seen = self.conn.execute(
            "SELECT 1 FROM urls WHERE url = ? AND kind = 'list' AND walk = ?", [url, walk]
        ).fetchone()
        if seen:
            return False
        self.conn.execute(
            f"""INSERT INTO urls
                    (url, address, source, "column", kind, state, priority, walk, page, discovered_at, due_at)
                VALUES (?, ?, ?, ?, 'list', 'discovered', {LIST}, ?, ?, ?, ?)
                ON CONFLICT (url) DO UPDATE SET address = excluded.address, source = excluded.source,
                    "column" = excluded."column", kind = 'list', state = 'discovered', priority = {LIST},
                    walk = excluded.walk, page = excluded.page, attempts = 0, reason = NULL""",
            [url, address, self.source, column, walk, page, stamp(now), stamp(now)],
        )
        self.conn.execute(
            "UPDATE columns SET next_url = ?, pages = ? WHERE source = ? AND id = ?",
            [address, page, self.source, column],
        )
        return True

    def add_entries(self, column: str, entries: Iterable[Entry], walk: int, found_on: str, now: datetime) -> Found:
        """Record what a list page shows and queue the addresses that are new or listed with new words."""
        new = seen = 0
        for entry in entries:
            url = canonical_url(entry.url)
            before = self.conn.execute(
                'SELECT walk, title, date FROM entries WHERE source = ? AND "column" = ? AND url = ?',
                [self.source, column, url],
            ).fetchone()
            new += before is None
            seen += before is not None and before[0] == walk
            self._list(column, url, entry, walk, now)
            reworded = before is not None and (before[1], before[2]) != (entry.title, entry.date)
            self._queue(column, url, entry, found_on, reworded, now)
        return Found(new, seen)

    def _list(self, column: str, url: str, entry: Entry, walk: int, now: datetime) -> None:
        self.conn.execute(
            """INSERT INTO entries (source, "column", url, title, date, first_listed_at, last_listed_at, walk)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (source, "column", url) DO UPDATE SET title = excluded.title, date = excluded.date,
                   last_listed_at = excluded.last_listed_at, walk = excluded.walk""",
            [self.source, column, url, entry.title, entry.date, stamp(now), stamp(now), walk],
        )

    def _queue(self, column: str, url: str, entry: Entry, found_on: str, reworded: bool, now: datetime) -> None:
        at = stamp(now)
        self.conn.execute(
            f"""INSERT INTO urls (url, address, source, "column", kind, state, priority, discovered_at, listed_at,
                    found_on, due_at, entry_title, entry_date)
                VALUES (?, ?, ?, ?, 'article', 'discovered', {NEW}, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (url) DO UPDATE SET listed_at = excluded.listed_at,
                    entry_title = iif({SAME_COLUMN}, excluded.entry_title, entry_title),
                    entry_date = iif({SAME_COLUMN}, excluded.entry_date, entry_date)""",
            [url, entry.url, self.source, column, at, at, found_on, at, entry.title, entry.date],
        )
        if reworded:
            self.conn.execute(
                f"""UPDATE urls SET state = 'discovered', priority = {RECHECK}, attempts = 0
                    WHERE url = ? AND kind = 'article' AND state IN ('done', 'failed')
                        AND reason IS NOT 'withdrawn'""",
                [url],
            )

    # -- walks -----------------------------------------------------------------------------------------

    def walk_complete(self, column: str) -> bool:
        """Whether some walk of this column once reached its last page: only then may a walk stop early."""
        row = self.conn.execute(
            "SELECT completed_at FROM columns WHERE source = ? AND id = ?", [self.source, column]
        ).fetchone()
        return row is not None and row[0] is not None

    def is_walking(self, column: str, walk: int) -> bool:
        """Whether that walk of the column goes on; a page of an earlier one may still come in."""
        row = self.conn.execute(
            "SELECT 1 FROM columns WHERE source = ? AND id = ? AND walk = ? AND walk_open", [self.source, column, walk]
        ).fetchone()
        return row is not None

    def close_walk(self, column: str, now: datetime, *, reached_end: bool | None, total: int | None = None) -> None:
        """The walk is over. ``reached_end``: True at the last page, None at known entries, False where it had to stop
        before (a bound, a loop): the next walk must not stop at known entries then."""
        self.conn.execute(
            """UPDATE columns SET walk_open = 0, next_url = NULL, total = coalesce(?, total),
               completed_at = CASE WHEN ? IS NULL THEN completed_at WHEN ? THEN ? END WHERE source = ? AND id = ?""",
            [total, reached_end, reached_end, stamp(now), self.source, column],
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Of a list page's entries: ``new`` to this column, ``seen`` earlier in the same walk."""

    new: int
    seen: int
