"""The frontier while the past is gone through again: what a URL was leased as when its answer came."""

from __future__ import annotations

import sqlite3

from archive.clock import now, stamp
from archive.frontier import COLUMNS, Leased
from archive.past_runs import PastRun

__all__ = ["as_kept", "as_leased", "awaited_parts", "first_capture", "outcome_of"]

# The chain that led to an address may be broken (a list page is damaged, or is read otherwise today): then the capture
# says what it was asked for as.
PUT = """
INSERT INTO urls
    (url, address, source, "column", kind, state, walk, page, discovered_at, due_at, entry_title, entry_date)
SELECT :url, :address, :source, c."column", :kind, 'leased',
    (SELECT walk FROM columns WHERE source = :source AND id = c."column" AND :kind = 'list'), s.page, :at, :at,
    c.entry_title, c.entry_date
FROM (SELECT 1) LEFT JOIN captures c ON c.id = :capture LEFT JOIN stage.captures s ON s.capture = c.id
WHERE true ON CONFLICT (url) DO NOTHING
"""
# Captures of further pages that came; those that a check calls failed happen by themselves.
PARTS = """
SELECT s.capture FROM urls u JOIN stage.captures s ON s.url = u.url
WHERE u.kind = 'part' AND u.walk = :walk AND u.state IN ('discovered', 'leased') AND s.settles AND NOT s.done
  AND s.run IN (:run, (SELECT run FROM stage.captures WHERE capture = :walk))
  AND NOT EXISTS (SELECT 1 FROM stage.checks k JOIN captures c ON c.record_id = k.record_id
      WHERE c.id = s.capture AND k.outcome NOT IN ('same', 'changed'))
ORDER BY s.capture LIMIT 1
"""


def as_kept(conn: sqlite3.Connection, run: PastRun, capture: int) -> Leased:
    """The lease that a capture answers, its URL ``kept`` (inside a transaction)."""
    url, address, kind = conn.execute(
        "SELECT url, address, kind FROM stage.captures WHERE capture = ?", [capture]
    ).fetchone()
    _put(conn, run, url, address, kind, capture)
    conn.execute("UPDATE urls SET state = 'kept', capture = ? WHERE url = ?", [capture, url])
    conn.execute("UPDATE stage.captures SET done = 1 WHERE capture = ?", [capture])
    return _lease(conn, url)


def as_leased(conn: sqlite3.Connection, run: PastRun, url: str) -> Leased:
    """The lease of a URL (canonical) that brought no answer (inside a transaction)."""
    _put(conn, run, url, f"http:{url}", "article", None)
    conn.execute("UPDATE urls SET state = 'leased' WHERE url = ?", [url])
    return _lease(conn, url)


def awaited_parts(conn: sqlite3.Connection, run: PastRun, walk: int) -> int | None:
    """The next capture of a further page that the article with the first page's capture ``walk`` awaits."""
    row = conn.execute(PARTS, {"walk": walk, "run": run.id}).fetchone()
    return row[0] if row else None


def first_capture(conn: sqlite3.Connection, run: PastRun, first: str) -> int | None:
    """The capture of an article's first page (canonical) in this run that was not settled yet."""
    row = conn.execute(
        """SELECT capture FROM stage.captures WHERE run = ? AND url = ? AND settles AND NOT done
           ORDER BY capture DESC LIMIT 1""",
        [run.id, first],
    ).fetchone()
    return row[0] if row else None


def outcome_of(conn: sqlite3.Connection, run: PastRun, capture: int) -> str | None:
    """What the answer was found to be, this time."""
    row = conn.execute(
        "SELECT outcome FROM observations WHERE capture = ? AND run = ? ORDER BY id DESC LIMIT 1", [capture, run.row]
    ).fetchone()
    return row[0] if row else None


def _put(conn: sqlite3.Connection, run: PastRun, url: str, address: str, kind: str, capture: int | None) -> None:
    values = {
        "url": url,
        "address": address,
        "kind": kind,
        "source": run.source,
        "capture": capture,
        "at": stamp(now()),
    }
    conn.execute(PUT, values)


def _lease(conn: sqlite3.Connection, url: str) -> Leased:
    return Leased(*conn.execute(f"SELECT {COLUMNS} FROM urls WHERE url = ?", [url]).fetchone())
