"""Whether the search index holds what the documents say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import archive.tokens
from archive.verify_warc import Damage

__all__ = ["check_index"]

ROWS = (
    """SELECT 'search row ' || s.id, 'is not in the search index: run `gongkai reextract`' FROM search_rows s
       LEFT JOIN search_index_docsize i ON i.id = s.id WHERE i.id IS NULL""",
    """SELECT 'search index ' || i.id, 'belongs to no document: run `gongkai reextract`'
       FROM search_index_docsize i LEFT JOIN search_rows s ON s.id = i.id WHERE s.id IS NULL""",
)
SHOWN = 1000


def check_index(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Reads only: FTS5's own ``integrity-check`` takes the write lock, which a crawl may need meanwhile."""
    own = getattr(archive.tokens, "check_index", _row_by_row)
    for where, message in own(conn):
        yield Damage("search_index", where, message, True)


def _row_by_row(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for query in ROWS:
        yield from conn.execute(f"{query} LIMIT {SHOWN}")
