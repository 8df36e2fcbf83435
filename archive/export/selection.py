"""Which documents an export holds: their ids in a temporary table, and which copies are folded under which original.

All that follows reads ``temp.export_documents`` (id); only this file asks the search index. Where copies are folded,
``temp.export_copies`` (original, id, url, trust) has them and they stand in the first table no more.
SQLite keeps temporary tables on the disk once they are large, so that a million ids cost no memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from archive.conditions import conditions
from archive.query import parse_query

__all__ = ["Selection", "check", "selected"]

TABLES = (
    "CREATE TEMP TABLE export_documents (id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TEMP TABLE export_copies (original TEXT, id TEXT, url TEXT, trust TEXT, PRIMARY KEY (original, id)) "
    "WITHOUT ROWID",
)
CHOOSE = """
    INSERT INTO temp.export_documents
    SELECT d.id FROM search_rows s JOIN documents d ON d.id = s.document
    WHERE {where} AND d.withdrawn_at IS NULL AND d.current_rendition IS NOT NULL AND (d.trust = 'official' OR {all})
"""
COPIES = """
    SELECT d.id, d.duplicate_of, d.url, d.trust FROM temp.export_documents e JOIN documents d ON d.id = e.id
    WHERE d.duplicate_of IS NOT NULL ORDER BY d.id
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """``query`` in the language of search; empty: all. ``fold``: copies stand with their original, as ``copies``,
    where that is exported too; else on their own, so that folding never loses a document."""

    query: str = ""
    include_untrusted: bool = False
    fold: bool = False


def check(selection: Selection) -> None:
    """Raises QueryError where the query cannot be read."""
    conditions(parse_query(selection.query))


@contextmanager
def selected(conn: sqlite3.Connection, selection: Selection) -> Iterator[None]:
    """The temporary tables, as long as the block lasts. Raises QueryError."""
    found = conditions(parse_query(selection.query))
    _drop(conn)
    try:
        for table in TABLES:
            conn.execute(table)
        choose = CHOOSE.format(where=found.sql, all=int(selection.include_untrusted))
        conn.execute(choose, found.params)
        if selection.fold:
            _fold(conn)
        yield
    finally:
        _drop(conn)


def _drop(conn: sqlite3.Connection) -> None:
    for name in ("export_documents", "export_copies"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _fold(conn: sqlite3.Connection) -> None:
    """Move the copies whose original is selected too. The ties are held in memory: some 200 bytes a copy."""
    rows = conn.execute(COPIES).fetchall()
    copy_of = {row[0]: row[1] for row in rows}
    for id, _, url, trust in rows:
        original = _original(id, copy_of)
        chosen = conn.execute("SELECT 1 FROM temp.export_documents WHERE id = ?", [original]).fetchone()
        if original != id and chosen:
            conn.execute("INSERT INTO temp.export_copies VALUES (?, ?, ?, ?)", [original, id, url, trust])
    conn.execute("DELETE FROM temp.export_documents WHERE id IN (SELECT id FROM temp.export_copies)")


def _original(id: str, copy_of: dict[str, str]) -> str:
    """The end of a chain of copies; a ring of copies is nobody's copy."""
    seen = {id}
    at = id
    while at in copy_of:
        at = copy_of[at]
        if at in seen:
            return id
        seen.add(at)
    return at
