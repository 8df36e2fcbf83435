"""Which document an address leads to: its own one, or one that it is an alias of for as long as both end alike.

Identity is the listed URL. Another address belongs to the same document while it and the document's own
address end at the same place: an alias that leads elsewhere today is a document of its own, not a change
of the old one.
"""

from __future__ import annotations

import sqlite3

from archive.identity import canonical_url, document_id

__all__ = ["add_aliases", "answers_elsewhere", "document_of", "find_document", "whole_of"]

FIND = "SELECT id FROM documents WHERE id = ? UNION ALL SELECT document FROM aliases WHERE url = ? LIMIT 1"
GOOD = "('same', 'changed', 'not_modified')"
LAST_END = f"""
    SELECT c.final_url FROM observations o JOIN captures c ON c.id = o.capture
    WHERE o.url = ? AND o.outcome IN {GOOD} ORDER BY o.id DESC LIMIT 1
"""


def find_document(conn: sqlite3.Connection, *urls: str) -> str | None:
    """The document that has one of these addresses (any form) as its own or as an alias; the first that has."""
    for canonical in dict.fromkeys(canonical_url(url) for url in urls):
        row = conn.execute(FIND, [document_id(canonical), canonical]).fetchone()
        if row:
            return str(row[0])
    return None


def document_of(conn: sqlite3.Connection, url: str, final_url: str) -> str | None:
    """The document that an answer belongs to which was asked for at ``url`` and came from ``final_url`` (any form).

    None: a new one. An alias counts while it ends where the document's own address ends.
    """
    asked, end = canonical_url(url), canonical_url(final_url)
    for canonical in dict.fromkeys((asked, end)):
        document = find_document(conn, canonical)
        if document and (document == document_id(canonical) or _ends_alike(conn, document, end)):
            return document
    return None


def whole_of(conn: sqlite3.Connection, url: str) -> str | None:
    """The document that this address (any form) is a further page of."""
    query = "SELECT document FROM aliases WHERE url = ? AND kind = 'part'"
    row = conn.execute(query, [canonical_url(url)]).fetchone()
    return str(row[0]) if row else None


def add_aliases(
    conn: sqlite3.Connection, document: str, url: str, final_url: str, since: str, parts: tuple[str, ...] = ()
) -> None:
    """These addresses lead to ``document`` from now on, but for one that is another document's own. ``parts``: those of
    its further pages."""
    for address, kind in ((url, "listed"), (final_url, "final"), *((part, "part") for part in parts)):
        canonical = canonical_url(address)
        own = document_id(canonical)
        if own == document:
            conn.execute("DELETE FROM aliases WHERE url = ?", [canonical])
        elif conn.execute("SELECT 1 FROM documents WHERE id = ?", [own]).fetchone() is None:
            conn.execute(
                """INSERT INTO aliases (url, document, kind, since) VALUES (?, ?, ?, ?)
                   ON CONFLICT (url) DO UPDATE SET document = excluded.document, kind = excluded.kind,
                       since = excluded.since WHERE document != excluded.document""",
                [canonical, document, kind, since],
            )


def answers_elsewhere(conn: sqlite3.Connection, document: str, url: str) -> bool:
    """Whether the last check of another address of the document than ``url`` (canonical) found it there. A further page
    alone is not the document."""
    own = conn.execute("SELECT url FROM documents WHERE id = ?", [document]).fetchone()[0]
    aliases = conn.execute("SELECT url FROM aliases WHERE document = ? AND kind != 'part'", [document]).fetchall()
    for other in {canonical_url(own), *(row[0] for row in aliases)} - {url}:
        last = conn.execute(
            f"SELECT outcome IN {GOOD} FROM observations WHERE url = ? ORDER BY id DESC LIMIT 1", [other]
        ).fetchone()
        if last and last[0]:
            return True
    return False


def _ends_alike(conn: sqlite3.Connection, document: str, end: str) -> bool:
    """Whether the document's own address is ``end`` (canonical), or ended there when it last answered."""
    own = canonical_url(conn.execute("SELECT url FROM documents WHERE id = ?", [document]).fetchone()[0])
    last = conn.execute(LAST_END, [own]).fetchone()
    return end == own or (last is not None and end == canonical_url(last[0]))
