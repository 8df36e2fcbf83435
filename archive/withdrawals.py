"""Tombstones: which documents are withdrawn, and by what a crawl, an import, a merge or a rebuild knows them again.

A tombstone stands in the table ``tombstones`` and in a WARC ``resource`` record ``urn:gongkai:tombstone:<document>``
whose block is the same as JSON (sorted keys), so that a rebuilt archive honours it. What is signed is that JSON without
``signature`` and ``key``. One that was lifted stays, with ``lifted_at``.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from archive.captures import Append
from archive.clock import stamp
from archive.errors import CaptureDamaged
from archive.identity import canonical_url, document_id
from archive.index import reindex
from archive.signing import Signer, is_signed_by
from archive.warc_records import TOMBSTONE, Record

__all__ = [
    "Tombstone",
    "is_genuine",
    "is_withdrawn",
    "put_tombstone",
    "read_tombstone",
    "take_tombstone",
    "tombstone_columns",
    "tombstone_of",
    "withdrawn_answer",
    "withdrawn_payload",
]

ID = re.compile(r"[0-9a-f]{16}")
COLUMNS = "document, url, addresses, payloads, records, at, why, erased, lifted_at, signature, key"
PUT = f"INSERT OR REPLACE INTO tombstones ({COLUMNS}) VALUES ({', '.join('?' * 11)})"
ADDRESS = """
    SELECT document FROM tombstones t WHERE lifted_at IS NULL
    AND (document = ? OR EXISTS (SELECT 1 FROM json_each(t.addresses) a WHERE a.value = ?)) LIMIT 1
"""
PAYLOAD = """
    SELECT document FROM tombstones t WHERE lifted_at IS NULL
    AND EXISTS (SELECT 1 FROM json_each(t.payloads) p WHERE p.value = ?) LIMIT 1
"""
OTHERS = "SELECT EXISTS (SELECT 1 FROM documents WHERE id = ? AND withdrawn_at IS NULL)"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """``addresses`` are canonical; ``payloads``: SHA-256 of the captures' bodies, as they came and unpacked;
    ``records``: the erased WARC records; ``at`` and ``lifted_at``: UTC."""

    document: str
    url: str
    addresses: tuple[str, ...]
    payloads: tuple[str, ...]
    records: tuple[str, ...]
    at: str
    why: str
    erased: bool = False
    lifted_at: str | None = None
    signature: str | None = None
    key: str | None = None

    def to_bytes(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)

    def signed_bytes(self) -> bytes:
        plain = {name: value for name, value in asdict(self).items() if name not in ("signature", "key")}
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def is_withdrawn(conn: sqlite3.Connection, *named: str) -> str | None:
    """The withdrawn document that one of these ids or addresses (any form) belongs to; None: none."""
    for name in named:
        url = "" if ID.fullmatch(name) else _canonical(name)
        row = conn.execute(ADDRESS, [document_id(url) if url else name, url]).fetchone()
        if row:
            return str(row[0])
    return None


def withdrawn_payload(conn: sqlite3.Connection, sha256: str) -> str | None:
    """The withdrawn document whose body had this digest, as it came or unpacked; None: none."""
    row = conn.execute(PAYLOAD, [sha256]).fetchone()
    return str(row[0]) if row else None


def withdrawn_answer(
    conn: sqlite3.Connection, url: str, final_url: str, payloads: Iterable[str] = ()
) -> Tombstone | None:
    """The tombstone that forbids to take an answer up: of one of its addresses, or of its bytes where they would make a
    new document. A document of its own that has the same bytes is not meant."""
    document = is_withdrawn(conn, url, final_url)
    if document is None and not conn.execute(OTHERS, [document_id(_canonical(url))]).fetchone()[0]:
        document = next((found for sha256 in payloads if (found := withdrawn_payload(conn, sha256))), None)
    return tombstone_of(conn, document) if document else None


def tombstone_of(conn: sqlite3.Connection, document: str) -> Tombstone | None:
    """Also one that was lifted."""
    row = conn.execute(f"SELECT {COLUMNS} FROM tombstones WHERE document = ?", [document]).fetchone()
    return _of_row(row) if row else None


def put_tombstone(conn: sqlite3.Connection, append: Append, tombstone: Tombstone, signer: Signer | None) -> None:
    """Write the row and the record, signed where there is a signer (``Captures.appending``)."""
    tombstone = replace(tombstone, signature=None, key=None)
    if signer:
        tombstone = replace(tombstone, signature=signer.sign(tombstone.signed_bytes()), key=signer.public)
    append(f"{TOMBSTONE}{tombstone.document}", "application/json", tombstone.to_bytes(), stamp())
    _put(conn, tombstone)


def read_tombstone(record: Record) -> Tombstone:
    """Raises CaptureDamaged where the record holds none."""
    try:
        said = orjson.loads(record.block)
        lists = {name: tuple(said[name]) for name in ("addresses", "payloads", "records")}
        return Tombstone(**(said | lists))
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise CaptureDamaged(f"a tombstone that cannot be read: {error}") from error


def tombstone_columns(conn: sqlite3.Connection, schema: str = "main") -> list[str]:
    """The columns of the table of tombstones; none where an older archive has no such table."""
    return [row[1] for row in conn.execute(f"PRAGMA {schema}.table_info(tombstones)")]


def take_tombstone(conn: sqlite3.Connection, said: Mapping[str, Any]) -> None:
    """A tombstone as a WARC record or another archive says it: its document is withdrawn here too, or shown again where
    it is lifted; an older word than the one that is held changes nothing (inside a transaction)."""
    lists = {name: tuple(said.get(name) or ()) for name in ("addresses", "payloads", "records")}
    known = {name: said[name] for name in Tombstone.__slots__ if name in said}
    tombstone = Tombstone(**(known | lists | {"erased": bool(said.get("erased"))}))
    held = tombstone_of(conn, tombstone.document)
    if held is not None and (tombstone.lifted_at or tombstone.at) < (held.lifted_at or held.at):
        return
    if held is not None and held.erased and not tombstone.erased:  # an erasure is the last word
        return
    _put(conn, tombstone)
    if conn.execute("SELECT 1 FROM documents WHERE id = ?", [tombstone.document]).fetchone():
        reindex(conn, tombstone.document)


def is_genuine(tombstone: Tombstone) -> bool:
    """Whether it is not signed, or its signature fits."""
    if tombstone.signature is None and tombstone.key is None:
        return True
    return is_signed_by(tombstone.key or "", tombstone.signed_bytes(), tombstone.signature or "")


def _put(conn: sqlite3.Connection, tombstone: Tombstone) -> None:
    values = asdict(tombstone)
    for name in ("addresses", "payloads", "records"):
        values[name] = orjson.dumps(values[name]).decode()
    conn.execute(PUT, [int(value) if isinstance(value, bool) else value for value in values.values()])
    at, why = (None, None) if tombstone.lifted_at else (tombstone.at, tombstone.why)
    conn.execute("UPDATE documents SET withdrawn_at = ?, withdrawn_why = ? WHERE id = ?", [at, why, tombstone.document])


def _of_row(row: tuple[Any, ...]) -> Tombstone:
    document, url, addresses, payloads, records, at, why, erased, lifted_at, signature, key = row
    held, bodies, gone = (tuple(json.loads(value)) for value in (addresses, payloads, records))
    return Tombstone(document, url, held, bodies, gone, at, why, bool(erased), lifted_at, signature, key)


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url
