"""Withdrawing a document: hidden everywhere behind a tombstone, which can be lifted unless its payload was erased.

A withdrawn document keeps its rows and captures (``archive.erase`` takes them away). It leaves the search index and
its ties to copies, its addresses leave the frontier for good, and what a crawl or an import brings of it all the same
is not taken up (``archive.withdrawals``).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import orjson
from sqlite_utils import Database

from archive.captures import Captures
from archive.clock import stamp
from archive.duplicates import await_links
from archive.errors import ArchiveError, NotErasable
from archive.identity import canonical_url
from archive.index import await_index, reindex
from archive.signing import Signer
from archive.withdrawals import Tombstone, put_tombstone, tombstone_of

__all__ = ["content_captures", "lift", "restrict"]

READ = """
    SELECT c.id, c.payload_sha256, c.record_id FROM captures c WHERE c.id IN (
        SELECT v.capture FROM versions v WHERE v.document = :document AND v.change != 'gone'
        UNION SELECT r.capture FROM renditions r JOIN versions v ON v.id = r.version WHERE v.document = :document
        UNION SELECT p.capture FROM rendition_parts p JOIN renditions r ON r.id = p.rendition
            JOIN versions v ON v.id = r.version WHERE v.document = :document
        UNION SELECT o.capture FROM observations o, json_each(:addresses) a
            WHERE o.url = a.value AND o.outcome IN ('same', 'changed'))
"""
ALIASES = "SELECT url FROM aliases WHERE document = ? ORDER BY url"
WITHDRAWN = "withdrawn"
"""The reason of an address that is never fetched again."""


def restrict(
    db: Database, captures: Captures, document: str, why: str, now: datetime, signer: Signer | None = None
) -> Tombstone:
    """Hide a document behind a tombstone; one that has one keeps its date. ``why`` is shown to whoever asks for it."""
    conn = db.conn
    addresses = _addresses(conn, document)
    held = tombstone_of(conn, document)
    read = content_captures(conn, document, addresses)
    payloads = sorted({*_digests(captures, read), *(held.payloads if held else ())})
    url = conn.execute("SELECT url FROM documents WHERE id = ?", [document]).fetchone()[0]
    at = held.at if held and held.lifted_at is None else stamp(now)
    erased, records = (held.erased, held.records) if held else (False, ())
    tombstone = Tombstone(document, url, addresses, tuple(payloads), records, at, why, erased)
    with captures.appending() as (conn, append):
        if not erased:
            _hide(conn, document)
        put_tombstone(conn, append, tombstone, signer)
        if not erased:
            reindex(conn, document)
        _park(conn, addresses)
    return tombstone


def lift(db: Database, captures: Captures, document: str, now: datetime, signer: Signer | None = None) -> None:
    """Show a withdrawn document again; its addresses are due at once. Raises NotErasable where its payload is gone."""
    tombstone = tombstone_of(db.conn, document)
    if tombstone is None or tombstone.lifted_at is not None:
        raise ArchiveError(f"document {document} is not withdrawn")
    if tombstone.erased:
        raise NotErasable(f"document {document} was erased: there is nothing left to show")
    with captures.appending() as (conn, append):
        put_tombstone(conn, append, replace(tombstone, lifted_at=stamp(now)), signer)
        await_index(conn, document)
        await_links(conn, document)
        conn.executemany(
            "UPDATE urls SET reason = NULL, due_at = ? WHERE url = ? AND reason = ?",
            [(stamp(now), url, WITHDRAWN) for url in tombstone.addresses],
        )


def content_captures(conn: sqlite3.Connection, document: str, addresses: Iterable[str]) -> list[tuple[int, str, str]]:
    """Id, payload digest and record id of every capture that the document was read from or seen again in."""
    values = {"document": document, "addresses": orjson.dumps(list(addresses)).decode()}
    return conn.execute(READ, values).fetchall()


def _addresses(conn: sqlite3.Connection, document: str) -> tuple[str, ...]:
    own = conn.execute("SELECT url FROM documents WHERE id = ?", [document]).fetchone()[0]
    held = tombstone_of(conn, document)
    aliases = (url for (url,) in conn.execute(ALIASES, [document]))
    return tuple(dict.fromkeys((canonical_url(own), *aliases, *(held.addresses if held else ()))))


def _digests(captures: Captures, read: Iterable[tuple[int, str, str]]) -> Iterable[str]:
    """The digests by which the same bytes are known again, also where they come in another coding."""
    seen: set[str] = set()
    for capture, sha256, _ in read:
        if sha256 in seen:
            continue
        seen.add(sha256)
        yield sha256
        try:
            yield hashlib.sha256(captures.payload(capture)).hexdigest()
        except ArchiveError:
            continue  # damaged, erased or in an unknown coding: the digest of what came must do


def _hide(conn: sqlite3.Connection, document: str) -> None:
    """Copies lose their original and look for another one."""
    copies = conn.execute('SELECT "from" FROM relations WHERE "to" = ?', [document]).fetchall()
    conn.execute('DELETE FROM relations WHERE "from" = ? OR "to" = ?', [document, document])
    conn.execute("UPDATE documents SET duplicate_of = NULL WHERE duplicate_of = ? OR id = ?", [document, document])
    conn.execute("DELETE FROM unindexed WHERE document = ?", [document])
    for (other,) in (*copies, (document,)):
        await_links(conn, other)


def _park(conn: sqlite3.Connection, addresses: Iterable[str]) -> None:
    conn.executemany(
        """UPDATE urls SET state = 'done', due_at = NULL, reason = ?, leased_by = NULL, leased_at = NULL
           WHERE url = ? AND kind IN ('article', 'part')""",
        [(WITHDRAWN, url) for url in addresses],
    )
