"""Copies of an official document: here those whose text is the same to the letter.

A copy (repost, hijacked mirror, page of unknown standing) with the text of an official document gets a
``reposts`` relation and is folded under it in search and export. 转发 and 印发 are acts of their own and are
never folded: two official documents with one text stay two.
"""

from __future__ import annotations

import sqlite3

__all__ = ["link_copies"]

SHORTEST = 200  # characters; shorter texts (见附件, one-line notices) are alike without being copies
COPIES = "('repost', 'hijacked', 'unknown', 'claimed')"


def link_copies(conn: sqlite3.Connection, document: str) -> None:
    """Link ``document`` to its official original, or its copies to it, by the digest of the shown text."""
    row = conn.execute(
        """SELECT d.trust, r.text_sha256, length(r.text) FROM documents d
           JOIN renditions r ON r.id = d.current_rendition WHERE d.id = ?""",
        [document],
    ).fetchone()
    if row is None or row[2] < SHORTEST:
        return
    trust, sha, _ = row
    if trust == "official":
        for copy in _with_text(conn, sha, f"d.trust IN {COPIES}"):
            _link(conn, copy, document)
    else:
        originals = _with_text(conn, sha, "d.trust = 'official'")
        if originals:
            _link(conn, document, originals[0])


def _with_text(conn: sqlite3.Connection, sha: str, condition: str) -> list[str]:
    rows = conn.execute(
        f"""SELECT d.id FROM renditions r JOIN documents d ON d.current_rendition = r.id
            WHERE r.text_sha256 = ? AND {condition} ORDER BY d.first_seen_at, d.id""",
        [sha],
    )
    return [row[0] for row in rows]


def _link(conn: sqlite3.Connection, copy: str, original: str) -> None:
    conn.execute("UPDATE documents SET duplicate_of = ? WHERE id = ?", [original, copy])
    conn.execute(
        """INSERT OR IGNORE INTO relations ("from", "to", kind, evidence) VALUES (?, ?, 'reposts', 'same text')""",
        [copy, original],
    )
