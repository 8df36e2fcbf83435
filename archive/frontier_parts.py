"""The further pages of articles in the frontier: awaited by their first page, which is settled when the last is in.

An article whose pager names further pages stays ``kept`` while they are fetched. They are rows of kind ``part``; their
``walk`` is the capture of the first page that asked for them, as a list page's walk is a pass over its column: another
capture of the first page asks for them anew, the same one (read again after a crash) finds them where they were.

Every function that writes takes the connection of an open transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from archive.clock import stamp
from archive.frontier import COLUMNS, Leased
from archive.identity import canonical_url
from archive.model import Part

__all__ = ["add_parts", "as_it_stands", "await_first", "first_page", "is_complete", "parts_in", "release_parts"]

PART = 5  # priority: what is begun is finished before new articles, behind the lists
ALONE = "its first page did not name it"
OPEN = "('discovered', 'leased', 'kept')"
ADD = f"""
INSERT INTO urls (url, address, source, "column", kind, state, priority, walk, page, discovered_at, found_on, due_at)
VALUES (:url, :address, :source, :column, 'part', 'discovered', {PART}, :walk, :page, :at, :first, :at)
ON CONFLICT (url) DO UPDATE SET kind = 'part', walk = excluded.walk, page = excluded.page, found_on = excluded.found_on,
    priority = excluded.priority, attempts = iif(state IN ('leased', 'kept'), attempts, 0),
    state = CASE WHEN state IN ('leased', 'kept') THEN state
                 WHEN state = 'done' AND capture IN (SELECT id FROM captures WHERE run = :run) THEN state
                 ELSE 'discovered' END
WHERE kind != 'list' AND (kind != 'part' OR walk IS NOT excluded.walk)
"""


def add_parts(
    conn: sqlite3.Connection, source: str, first: Leased, walk: int, parts: Iterable[Part], run: int, now: datetime
) -> None:
    """Ask for the further pages that ``first`` awaits. One that this pass has, or that this run fetched (as an entry
    of a list) and stored, is not asked for again."""
    for part in parts:
        url = canonical_url(part.url)
        if url != first.url:
            values = {"url": url, "address": part.url, "source": source, "column": first.column, "walk": walk}
            conn.execute(ADD, values | {"page": part.number, "first": first.url, "run": run, "at": stamp(now)})


def parts_in(conn: sqlite3.Connection, walk: int) -> tuple[Part, ...]:
    """The further pages of a pass, in order; ``capture`` None: not there yet, or failed."""
    query = """SELECT page, address, CASE WHEN state = 'done' THEN capture END FROM urls
               WHERE kind = 'part' AND walk = ? ORDER BY page"""
    return tuple(Part(*row) for row in conn.execute(query, [walk]))


def is_complete(conn: sqlite3.Connection, walk: int) -> bool:
    """Whether no further page of the pass is awaited any more."""
    query = f"SELECT NOT EXISTS (SELECT 1 FROM urls WHERE kind = 'part' AND walk = ? AND state IN {OPEN})"
    return bool(conn.execute(query, [walk]).fetchone()[0])


def first_page(conn: sqlite3.Connection, walk: int) -> Leased | None:
    """The first page that awaits the pages of this pass; None where it does not (any more)."""
    row = conn.execute(
        f"""SELECT {COLUMNS} FROM urls WHERE capture = ? AND kind = 'article' AND state = 'kept'
            AND url = (SELECT found_on FROM urls WHERE kind = 'part' AND walk = ? LIMIT 1)""",
        [walk, walk],
    ).fetchone()
    return Leased(*row) if row else None


def as_it_stands(conn: sqlite3.Connection, lease: Leased) -> Leased:
    """The lease with what was learnt since it was given: an article's address may be a further page of another."""
    if lease.kind != "article":
        return lease
    row = conn.execute(f"SELECT {COLUMNS} FROM urls WHERE url = ? AND kind = 'part'", [lease.url]).fetchone()
    return Leased(*row) if row else lease


def await_first(conn: sqlite3.Connection, url: str, first: str) -> bool:
    """Make the article ``url`` (canonical), which was read, a further page of ``first`` (any form) where that is yet to
    be read: True then."""
    row = conn.execute(
        f"""SELECT url FROM urls WHERE url = ? AND kind = 'article' AND state IN {OPEN}
            AND NOT EXISTS (SELECT 1 FROM urls WHERE url = ? AND reason = '{ALONE}')""",
        [canonical_url(first), url],
    ).fetchone()
    if row is None or row[0] == url:
        return False
    conn.execute("UPDATE urls SET kind = 'part', walk = NULL, found_on = ? WHERE url = ?", [row[0], url])
    return True


def release_parts(conn: sqlite3.Connection, source: str) -> None:
    """Pages that awaited a first page which came without naming them, or did not come, are articles by themselves and
    await it no more; they are read from their captures."""
    conn.execute(
        f"""UPDATE urls SET kind = 'article', state = 'kept', reason = '{ALONE}'
            WHERE source = ? AND kind = 'part' AND walk IS NULL
            AND NOT EXISTS (SELECT 1 FROM urls f WHERE f.url = urls.found_on AND f.state IN {OPEN})""",
        [source],
    )
