"""A document whose address changed is *moved*, not gone and new.

Looked for when a run closes, among the documents of a source that are gone: another official document of the same
source, seen first after this one and not long before it was last seen, which has the same text and title, or the same
index number and nearly the same text. A copy on another source is no move, nor are two addresses that were both there
from the first crawl on. A document takes the place of one other only, but for such as have its very text. What moved
stays gone at its address (``gone_at``); when it comes back there, it is restored.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.duplicates import likeness
from archive.sketch import plain

__all__ = ["Move", "find_moves"]

OVERLAP = 56  # days that both addresses may have answered: the longest that a check takes to come (archive.frontier)
SHORT = 200  # characters; shorter texts (见附件) are alike without being one
NEARLY = 0.8  # of the shorter text's runs, and of its numbers
FEW = 5  # documents that may have one index number: more, and it is none (无, 见文末)
LAST_CONTENT = "('created', 'text', 'metadata', 'attachment', 'restored')"

LOST = """
    SELECT d.id, d.current_version, d.first_seen_at, d.last_seen_at, r.text_sha256, r.title, r.index_number,
        coalesce(r.issued_on, r.published_at) AS day
    FROM documents d JOIN renditions r ON r.id = d.current_rendition
    WHERE d.source = ? AND d.gone_at IS NOT NULL AND d.moved_to IS NULL AND d.withdrawn_at IS NULL
      AND d.trust = 'official' ORDER BY d.last_seen_at, d.id
"""
HASHES = f"""
    SELECT text_sha256 FROM renditions WHERE text_sha256 != '' AND version =
        (SELECT id FROM versions WHERE document = ? AND change IN {LAST_CONTENT} ORDER BY number DESC LIMIT 1)
"""
# CROSS JOIN: from the few readings to their documents, never through all documents of the source.
FOUND = f"""
    SELECT d.id, d.first_seen_at, s.title, s.index_number, coalesce(s.issued_on, s.published_at),
        max(r.text_sha256 IN (SELECT value FROM json_each(:hashes)))
    FROM renditions r CROSS JOIN versions v ON v.id = r.version CROSS JOIN documents d ON d.id = v.document
    CROSS JOIN renditions s ON s.id = d.current_rendition
    WHERE {{by}} AND d.source = :source AND d.id != :id AND d.trust = 'official' AND d.gone_at IS NULL
      AND d.withdrawn_at IS NULL AND d.first_seen_at > :first
      AND julianday(d.first_seen_at) >= julianday(:last) - {OVERLAP}
      AND NOT EXISTS (SELECT 1 FROM captures a JOIN captures b ON a.run = b.run
          WHERE a.id = (SELECT capture FROM versions WHERE document = d.id ORDER BY number LIMIT 1)
            AND b.id = (SELECT capture FROM versions WHERE document = :id ORDER BY number LIMIT 1))
    GROUP BY d.id ORDER BY d.first_seen_at, d.id LIMIT {FEW + 1}
"""
BY_TEXT = FOUND.format(
    by="r.text_sha256 IN (SELECT value FROM json_each(:hashes)) AND (s.title = :title OR s.index_number = :number)"
)
BY_NUMBER = FOUND.format(by="r.index_number = :number")
TEXT = "SELECT r.text FROM documents d JOIN renditions r ON r.id = d.current_rendition WHERE d.id = ?"


@dataclass(frozen=True, slots=True)
class Move:
    """A document that went to the address of another one. ``why``: "same text and title", and the like. ``newly``: it
    is this run that found it gone."""

    document: str
    to: str
    why: str
    newly: bool


@dataclass(frozen=True, slots=True)
class _Lost:
    """A document that is gone, as it was last."""

    id: str
    version: int
    first_seen_at: str
    last_seen_at: str
    text_sha256: str
    title: str | None
    index_number: str | None
    day: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A document that may be it. ``same_text``: one of its readings has the very text."""

    id: str
    first_seen_at: str
    title: str | None
    index_number: str | None
    day: str | None
    same_text: int


def find_moves(conn: sqlite3.Connection, source: str, run: int) -> list[Move]:
    """Mark the documents of ``source`` that are gone and stand at another address; returns them. Part of the
    transaction in which ``run`` is closed, after what is gone was marked (``archive.lifecycle``)."""
    lost = [_Lost(*row) for row in conn.execute(LOST, [source])]
    offers = [(share, old, new, why) for old in lost for share, new, why in _offers(conn, source, old)]
    moves: dict[str, Move] = {}
    for share, old, new, why in sorted(offers, key=lambda o: (-o[0], o[2].first_seen_at, o[2].id, o[1].id)):
        if old.id not in moves and (_is_free(conn, new.id) or (share >= 1.0 and _only_same_text(conn, new.id, old))):
            moves[old.id] = Move(old.id, new.id, why, _put_move(conn, old, new, why, run))
    return list(moves.values())


def _offers(conn: sqlite3.Connection, source: str, old: _Lost) -> Iterator[tuple[float, _Found, str]]:
    """The documents that may be it: how sure (1: the same text; 2: and index number), and why."""
    hashes = [row[0] for row in conn.execute(HASHES, [old.id])]
    asked = {
        "id": old.id, "source": source, "first": old.first_seen_at, "last": old.last_seen_at, "title": old.title,
        "number": old.index_number, "hashes": json.dumps(hashes),
    }  # fmt: skip
    for new in (_Found(*row) for row in conn.execute(BY_TEXT, asked)):
        if new.index_number is not None and new.index_number == old.index_number:
            yield 2.0, new, "same text and index number"
        elif (length := len(plain(_text(conn, old.id)))) >= SHORT or (length and old.day and old.day == new.day):
            yield 1.0, new, "same text and title"
    if old.index_number is None:
        return
    numbered = [_Found(*row) for row in conn.execute(BY_NUMBER, asked)]
    for new in numbered if len(numbered) <= FEW else ():
        text, other = _text(conn, old.id), _text(conn, new.id)
        like = likeness(text, other)
        alike = like.share >= NEARLY and like.numbers >= NEARLY * like.of
        if not new.same_text and alike and (len(plain(text)) >= SHORT or old.title == new.title):
            yield like.share * 0.99, new, f"same index number, {like.evidence}"


def _text(conn: sqlite3.Connection, document: str) -> str:
    text: str = conn.execute(TEXT, [document]).fetchone()[0]
    return text


def _is_free(conn: sqlite3.Connection, new: str) -> bool:
    return conn.execute("SELECT 1 FROM documents WHERE moved_to = ? LIMIT 1", [new]).fetchone() is None


def _only_same_text(conn: sqlite3.Connection, new: str, old: _Lost) -> bool:
    """Whether all that moved to ``new`` had the text of ``old``."""
    rows = conn.execute(
        "SELECT r.text_sha256 FROM documents d JOIN renditions r ON r.id = d.current_rendition WHERE d.moved_to = ?",
        [new],
    )
    return all(row[0] == old.text_sha256 for row in rows)


def _put_move(conn: sqlite3.Connection, old: _Lost, new: _Found, why: str, run: int) -> bool:
    """Said by the version ``gone`` of this very run (True), which nobody has seen yet, else by another one after it."""
    conn.execute("UPDATE documents SET moved_to = ? WHERE id = ?", [new.id, old.id])
    cursor = conn.execute(
        """UPDATE versions SET change = 'moved', changed = '["address"]', moved_to = ?, moved_why = ?
           WHERE id = ? AND change = 'gone' AND (SELECT run FROM captures WHERE id = versions.capture) = ?""",
        [new.id, why, old.version, run],
    )
    if cursor.rowcount:
        return True
    cursor = conn.execute(
        """INSERT INTO versions (document, number, first_seen_at, last_seen_at, capture, content_sha256, change,
               changed, not_before, moved_to, moved_why)
           SELECT document, number + 1, max(first_seen_at, :seen), max(first_seen_at, :seen), capture, content_sha256,
               'moved', '["address"]', not_before, :new, :why FROM versions WHERE id = :version""",
        {"seen": new.first_seen_at, "new": new.id, "why": why, "version": old.version},
    )
    conn.execute("UPDATE documents SET current_version = ? WHERE id = ?", [cursor.lastrowid, old.id])
    return False
