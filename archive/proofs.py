"""Which captures prove a change: the last one that showed the document as it was, the first that showed it as it is.

An answer whose bytes are those of the time before is a capture too (a revisit), and so is the refusal of a page that
is gone. Imports have captures with the time that their WARC file says, else that of the import.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.identity import canonical_url

__all__ = ["Moved", "Proof", "last_missing", "moved_from", "moved_to", "proofs_of"]

GOOD = "('same', 'changed', 'not_modified')"
NOT_THERE = "('not_found', 'gone', 'soft_404')"
LEFT = ("gone", "moved")
SEEN = "coalesce(c.fetched_at, c.imported_at, o.at)"
COLUMNS = "c.id, c.url, {seen}, c.status, c.warc_file, c.warc_offset, c.payload_sha256"
OBSERVED = f"""
    SELECT {COLUMNS.format(seen=SEEN)} FROM observations o JOIN captures c ON c.id = o.capture
    WHERE o.url IN (SELECT value FROM json_each(:addresses)) AND o.outcome IN {{outcomes}} AND {SEEN} {{when}} :at
"""
LAST_SEEN = f"{OBSERVED.format(outcomes=GOOD, when='<=')} ORDER BY {SEEN} DESC, o.id DESC LIMIT 1"
LAST_MISSING = f"{OBSERVED.format(outcomes=NOT_THERE, when='<')} ORDER BY {SEEN} DESC, o.id DESC LIMIT 1"
# A check of a run whose lists did not come says nothing (archive.lifecycle).
FIRST_MISSING = f"""
    {OBSERVED.format(outcomes=NOT_THERE, when="<=")} AND {SEEN} > :since
      AND (o.run = :run OR EXISTS (SELECT 1 FROM runs r WHERE r.id = o.run AND json_extract(r.counts, '$.lists') > 0))
    ORDER BY {SEEN}, o.id LIMIT 1
"""
CAPTURE = f"""
    SELECT {COLUMNS.format(seen="coalesce(c.fetched_at, c.imported_at, '')")} FROM captures c WHERE c.id = ?
"""
FIRST_CAPTURE = "SELECT capture FROM versions WHERE document = ? ORDER BY number LIMIT 1"
LEAVING = "SELECT moved_to, moved_why FROM versions WHERE id = ? AND moved_to IS NOT NULL"
ARRIVING = """
    SELECT v.document, v.moved_why FROM versions v JOIN documents d ON d.id = v.document
    WHERE d.moved_to = ? AND v.moved_to = d.moved_to AND d.withdrawn_at IS NULL ORDER BY v.first_seen_at, v.id
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """A stored answer and where it stands. ``at``: when it was fetched, else imported (UTC)."""

    capture: int
    url: str
    at: str
    status: int | None
    warc_file: str
    warc_offset: int
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The document at the other end of a move, why it is held to be the same, and the first capture there (of the one
    that it moved to) or the last one (of the one that it came from)."""

    id: str
    url: str
    why: str
    proof: Proof


def moved_to(conn: sqlite3.Connection, version: int) -> Moved | None:
    """Where a version ``moved`` says that its document went."""
    row = conn.execute(LEAVING, [version]).fetchone()
    if row is None:
        return None
    url = conn.execute("SELECT url FROM documents WHERE id = ? AND withdrawn_at IS NULL", [row[0]]).fetchone()
    if url is None:
        return None
    return Moved(row[0], url[0], row[1], _of_capture(conn, conn.execute(FIRST_CAPTURE, [row[0]]).fetchone()[0]))


def moved_from(conn: sqlite3.Connection, document: str) -> tuple[Moved, ...]:
    """The documents that moved to this one and did not come back since."""
    found = []
    for old, why in conn.execute(ARRIVING, [document]).fetchall():
        url, seen = conn.execute("SELECT url, last_seen_at FROM documents WHERE id = ?", [old]).fetchone()
        last = conn.execute(FIRST_CAPTURE, [old]).fetchone()[0]
        proof = _one(conn, LAST_SEEN, _addresses(conn, old), at=seen) or _of_capture(conn, last)
        found.append(Moved(old, url, why, proof))
    return tuple(found)


def proofs_of(conn: sqlite3.Connection, version: int) -> tuple[Proof | None, Proof]:
    """The captures before and after the change that a version is; None: never seen otherwise."""
    document, number, change, seen, not_before, capture = conn.execute(
        "SELECT document, number, change, first_seen_at, not_before, capture FROM versions WHERE id = ?", [version]
    ).fetchone()
    after = _of_capture(conn, capture)
    if change == "created" or number == 1:
        return None, after
    left, last = conn.execute(
        "SELECT change, capture FROM versions WHERE document = ? AND number < ? ORDER BY number DESC LIMIT 1",
        [document, number],
    ).fetchone()
    addresses = _addresses(conn, document)
    if left in LEFT and change not in LEFT:
        return _one(conn, LAST_MISSING, addresses, at=seen) or _of_capture(conn, last), after
    before = _one(conn, LAST_SEEN, addresses, at=not_before or "") or _of_capture(conn, last)
    if change in LEFT:
        run = conn.execute("SELECT run FROM captures WHERE id = ?", [capture]).fetchone()[0]
        after = _one(conn, FIRST_MISSING, addresses, at=seen, since=not_before or "", run=run) or after
    return before, after


def last_missing(conn: sqlite3.Connection, document: str, before: str) -> str | None:
    """When (UTC) the document was last found not to be there, before that moment."""
    proof = _one(conn, LAST_MISSING, _addresses(conn, document), at=before)
    return proof.at if proof else None


def _one(conn: sqlite3.Connection, query: str, addresses: Iterable[str], **values: object) -> Proof | None:
    row = conn.execute(query, {"addresses": json.dumps(list(addresses)), **values}).fetchone()
    return Proof(*row) if row else None


def _of_capture(conn: sqlite3.Connection, capture: int) -> Proof:
    return Proof(*conn.execute(CAPTURE, [capture]).fetchone())


def _addresses(conn: sqlite3.Connection, document: str) -> list[str]:
    """The canonical addresses of a document; those of its further pages are not its own."""
    own = conn.execute("SELECT url FROM documents WHERE id = ?", [document]).fetchone()[0]
    aliases = conn.execute("SELECT url FROM aliases WHERE document = ? AND kind != 'part'", [document])
    return [canonical_url(own), *(row[0] for row in aliases)]
