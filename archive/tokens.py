"""The search index's tokens: overlapping pairs of characters, and what keeps them in step with documents.

A value is written as every pair of neighbouring characters of its searched form (``archive.normal``) and
its last character alone: 工作总结 → ``工作 作总 总结 结``. A longer query is a phrase of pairs, a query of
one character a prefix; both are exact for every part of the text, punctuation included, because the
index's tokenizer splits at white space only and the searched form has none. The lone last character
also parts the two values of the ``numbers`` column: no phrase of pairs runs across it.

A document whose shown text changed waits in ``unindexed`` until a hundred do, its run ends or somebody searches: each
transaction that writes to the index adds a segment to it, and a hundred documents in one cost a quarter of what they
cost one by one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.database import transaction
from archive.normal import normalise

__all__ = [
    "await_index",
    "index_document",
    "index_waiting",
    "match_phrase",
    "reindex",
    "tokens",
    "unindex_document",
]

AT_ONCE = 100
IS_WAITING = "SELECT 1 FROM unindexed LIMIT 1 OFFSET ?"

SHOWN = """
    SELECT d.id, d.current_rendition, d.withdrawn_at, d.trust, d.flags, d.source, r.title, r.text,
        r.index_number, r.document_number, r.publisher, r.publisher_full, r.issuers,
        substr(coalesce(r.published_at, r.issued_on), 1, 10) AS day
    FROM documents d LEFT JOIN renditions r ON r.id = d.current_rendition WHERE d.id = ?
"""
INDEXED = """
    SELECT s.id, s.rendition, r.title, r.text, r.index_number, r.document_number
    FROM search_rows s JOIN renditions r ON r.id = s.rendition JOIN search_index_docsize i ON i.id = s.id
    WHERE s.document = ?
"""
PUT_ROW = """
    INSERT INTO search_rows (document, rendition, trust, flags, source, day, publisher, index_number,
        document_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (document) DO UPDATE SET rendition = excluded.rendition, trust = excluded.trust,
        flags = excluded.flags, source = excluded.source, day = excluded.day, publisher = excluded.publisher,
        index_number = excluded.index_number, document_number = excluded.document_number
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class _Indexed:
    """What stands in the index for a document, under which row and from which rendition."""

    row: int
    rendition: int
    words: tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """The tokens that go, and those that come."""

    old: _Indexed | None
    new: _Indexed | None


def tokens(text: str) -> str:
    """The tokens of one value, parted by spaces; empty where the searched form is."""
    form = normalise(text)
    return " ".join([*map(str.__add__, form, form[1:]), form[-1:]])


def match_phrase(form: str) -> str:
    """The FTS5 phrase that finds a searched form of at least one character wherever it stands."""
    pairs = " ".join(map(str.__add__, form, form[1:])) or form
    return '"' + pairs.replace('"', '""') + '"' + ("*" if len(form) == 1 else "")


def index_document(conn: sqlite3.Connection, row_id: int, title: str, text: str, numbers: Sequence[str]) -> None:
    """Write one document's tokens under ``row_id``, which must not be in the index yet."""
    conn.execute(
        "INSERT INTO search_index (rowid, title, text, numbers) VALUES (?, ?, ?, ?)",
        [row_id, *_columns(title, text, numbers)],
    )


def unindex_document(conn: sqlite3.Connection, row_id: int, title: str, text: str, numbers: Sequence[str]) -> None:
    """Take one document's tokens out; the values must be those it was indexed with, else the index is damaged."""
    conn.execute(
        "INSERT INTO search_index (search_index, rowid, title, text, numbers) VALUES ('delete', ?, ?, ?, ?)",
        [row_id, *_columns(title, text, numbers)],
    )


def await_index(conn: sqlite3.Connection, document: str) -> None:
    """Have the document indexed soon (same transaction as its change)."""
    conn.execute("INSERT OR IGNORE INTO unindexed (document) VALUES (?)", [document])


def index_waiting(db: Database, at_least: int = 1) -> None:
    """Index the documents that wait, if ``at_least`` so many do; transactions of its own."""
    while db.conn.execute(IS_WAITING, [at_least - 1]).fetchone():
        with transaction(db) as conn:
            waiting = conn.execute("SELECT document FROM unindexed LIMIT ?", [AT_ONCE]).fetchall()
            # All rows before all tokens: a write to a table between two of the index has it write a segment out.
            _rewrite(conn, [_put_row(conn, document) for (document,) in waiting])
            conn.executemany("DELETE FROM unindexed WHERE document = ?", waiting)


def reindex(conn: sqlite3.Connection, document_id: str) -> None:
    """Bring the index in step with a document: its shown rendition, or nothing where it is withdrawn.

    To be called in the transaction that withdraws the document, or some time after its shown rendition changed; the
    rendition that was indexed must still have its text. Trust, flags and withdrawal follow by themselves (trigger).
    """
    _rewrite(conn, [_put_row(conn, document_id)])


def _put_row(conn: sqlite3.Connection, document_id: str) -> _Rewritten:
    """Bring a document's row in step; what follows from it for the tokens."""
    shown = conn.execute(SHOWN, [document_id]).fetchone()
    old = _indexed(conn, document_id)
    if shown is None or shown[1] is None or shown[2] is not None:
        if old:
            conn.execute("DELETE FROM search_rows WHERE id = ?", [old.row])
        return _Rewritten(old, None)
    _, rendition, _, trust, flags, source, title, text, index_number, number, *publishers, day = shown
    row = [document_id, rendition, trust, flags, source, day, _publisher(*publishers), _form(index_number),
           _form(number)]  # fmt: skip
    row_id = conn.execute(PUT_ROW, row).fetchone()[0]
    new = _Indexed(row_id, rendition, _words(title, text, index_number, number))
    return _Rewritten(None, None) if old and old.words == new.words else _Rewritten(old, new)


def _rewrite(conn: sqlite3.Connection, changes: Sequence[_Rewritten]) -> None:
    for change in changes:
        if change.old:
            unindex_document(conn, change.old.row, *change.old.words)
        if change.new:
            index_document(conn, change.new.row, *change.new.words)


def _indexed(conn: sqlite3.Connection, document_id: str) -> _Indexed | None:
    row = conn.execute(INDEXED, [document_id]).fetchone()
    return _Indexed(row[0], row[1], _words(*row[2:])) if row else None


def _words(
    title: str | None, text: str, index_number: str | None, number: str | None
) -> tuple[str, str, tuple[str, ...]]:
    return title or "", text, tuple(n for n in (index_number, number) if n)


def _columns(title: str, text: str, numbers: Sequence[str]) -> tuple[str, str, str]:
    return tokens(title), tokens(text), " ".join(tokens(n) for n in numbers)


def _publisher(publisher: str | None, publisher_full: str | None, issuers: str | None) -> str:
    """All names of who disclosed or issued, searched form, parted by a line break (which no form holds)."""
    return "\n".join(normalise(name) for name in (publisher, publisher_full, *json.loads(issuers or "[]")) if name)


def _form(value: str | None) -> str | None:
    return normalise(value) if value else None
