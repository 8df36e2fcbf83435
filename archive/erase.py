"""Erasing the payload of a withdrawn document: out of the WARC files, the database, its free pages and its journal.

Each WARC record of an answer that held it is overwritten in place by a member of exactly the same length, so that no
offset moves: a ``metadata`` record (``application/x-gongkai-erased``) with the same record id that names the tombstone
and the digests of what stood there; titles that a list printed leave the capture's own metadata record. What other
documents have in common with it (the same bytes at another address) is first written anew for them.

Every step can be taken again, and a death at any point leaves an erasure that the same command completes: what is to be
overwritten with what stands in ``overwrites`` before the first byte is, and ``gongkai verify`` says "not erased" until
all is done. The tombstone comes first, the chain's manifest last.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive.captures import Captures, parse_record, record_bytes
from archive.database import transaction
from archive.errors import CaptureDamaged, NotErasable, NotWritable
from archive.members import Member, pack_to_length
from archive.model import METADATA_FIELDS
from archive.renditions import ARRAYS
from archive.restrict import content_captures, restrict
from archive.signing import Signer
from archive.warc_places import locate
from archive.warc_records import ERASED, Erasure, Record, digest, is_erased
from archive.withdrawals import Tombstone, put_tombstone

__all__ = ["Erased", "erase"]

# What of a capture's metadata record may tell of the document, what stays, and what stays where there is room.
TOLD = frozenset({"entry_title", "entry_date", "import_path", "resource_headers"})
NOTED = frozenset({"kind", "final_url", "captured_by", "source", "column", "run", "fetched_at", "imported_at"})
NOTED_BESIDES = frozenset({"media_type", "robots", "rendered", "terms_url", "unescaped_url", "url", "address", "final",
                           "mode"})  # fmt: skip
AT_ADDRESSES = """
    SELECT c.id, c.payload_sha256, c.record_id FROM captures c WHERE c.kind NOT IN ('list', 'robots', 'redirect')
    AND (c.status IS NULL OR c.status = 200) AND (c.id IN (SELECT o.capture FROM observations o, json_each(?) a
        WHERE o.url = a.value) OR c.url IN (SELECT value FROM json_each(?)))
"""
SHARED = """
    SELECT c.id FROM captures c WHERE c.payload_sha256 = ? AND c.payload_length > 0
    AND c.record_id NOT IN (SELECT r.value FROM tombstones t, json_each(t.records) r) AND c.id NOT IN ({own})
    ORDER BY c.revisit_of IS NOT NULL, c.id
"""
SHARERS = """
    SELECT DISTINCT v.document FROM versions v JOIN captures c ON c.id = v.capture
    WHERE c.payload_sha256 = ? AND v.document != ? AND v.document NOT IN (SELECT document FROM tombstones WHERE erased)
"""


@dataclass(frozen=True, slots=True)
class Erased:
    """``captures`` whose records were overwritten; ``sharers``: other documents that go on holding the same bytes."""

    captures: int
    sharers: tuple[str, ...]


def erase(
    db: Database, captures: Captures, document: str, why: str, now: datetime, signer: Signer | None = None
) -> Erased:
    """Withdraw a document and erase its payload. Raises NotErasable where that cannot be done now; nothing that other
    documents hold is lost."""
    tombstone = restrict(db, captures, document, why, now, signer)
    own = _own_captures(db.conn, tombstone)
    sharers = _write_shared_anew(db, captures, document, own)
    _plan(db, captures, tombstone, own, signer)
    _overwrite(db, captures.folder, document)
    _blank(db, tombstone, [capture for capture, _, _ in own])
    _scrub(db)
    return Erased(len(own), sharers)


def _own_captures(conn: sqlite3.Connection, tombstone: Tombstone) -> list[tuple[int, str, str]]:
    """The captures that held the document, read or not."""
    known = orjson.dumps(tombstone.addresses).decode()
    spelled = [f"{scheme}{url}" for url in tombstone.addresses for scheme in ("http:", "https:", "")]
    rows = conn.execute(AT_ADDRESSES, [known, orjson.dumps([*spelled, tombstone.url]).decode()]).fetchall()
    found = {row[0]: row for row in (*rows, *content_captures(conn, tombstone.document, tombstone.addresses))}
    return [found[id] for id in sorted(found)]


def _write_shared_anew(
    db: Database, captures: Captures, document: str, own: list[tuple[int, str, str]]
) -> tuple[str, ...]:
    """Where captures of others refer to a payload that goes, one of them gets it in full."""
    mine = [capture for capture, _, _ in own]
    sharers: dict[str, None] = {}
    for sha256 in dict.fromkeys(sha256 for _, sha256, _ in own):
        query = SHARED.format(own=", ".join("?" * len(mine)))
        others = [id for (id,) in db.conn.execute(query, [sha256, *mine])]
        if others and not any(_holds(captures, id) for id in others):
            _keep_anew(captures, others[0])
        sharers |= dict.fromkeys(id for (id,) in db.conn.execute(SHARERS, [sha256, document]))
    return tuple(sharers)


def _holds(captures: Captures, capture: int) -> bool:
    """Whether the capture's own record has the payload in full."""
    try:
        record = parse_record(captures.members(capture)[-1].data)
    except CaptureDamaged:
        return False
    return record.type in ("response", "resource")


def _keep_anew(captures: Captures, capture: int) -> None:
    try:
        exchange, row = captures.exchange(capture), captures.load(capture)
    except CaptureDamaged:
        return  # it is lost already, whatever is erased
    captures.keep(
        replace(exchange, note={**exchange.note, "written_anew_of": capture}),
        kind=_kind(captures.db.conn, capture), source=row.source, column=row.column, run=row.run,
        final_url=row.final_url, media_type=row.media_type, entry_title=row.entry_title, entry_date=row.entry_date,
        imported_at=row.imported_at, captured_by=row.captured_by, import_path=row.import_path, robots=row.robots,
        rendered=row.rendered, terms_url=row.terms_url, whole=True,
    )  # fmt: skip


def _kind(conn: sqlite3.Connection, capture: int) -> Any:
    return conn.execute("SELECT kind FROM captures WHERE id = ?", [capture]).fetchone()[0]


def _plan(
    db: Database, captures: Captures, tombstone: Tombstone, own: list[tuple[int, str, str]], signer: Signer | None
) -> None:
    """The tombstone that names the records, and what each is to be overwritten with, in one transaction."""
    missing = [capture for capture, _, record in own if record not in tombstone.records]
    if tombstone.erased and not missing:
        return
    plans = [plan for capture in missing for plan in _plans(db, captures, tombstone.document, capture)]
    records = tuple(dict.fromkeys((*tombstone.records, *(record for _, _, record in own))))
    with captures.appending() as (conn, append):
        put_tombstone(conn, append, replace(tombstone, erased=True, records=records), signer)
        conn.executemany(
            "INSERT INTO overwrites (document, warc_file, warc_offset, length, back, data) VALUES (?, ?, ?, ?, ?, ?)",
            plans,
        )


def _plans(db: Database, captures: Captures, document: str, capture: int) -> Iterator[tuple[object, ...]]:
    """Raises NotErasable where a record is damaged or leaves no room."""
    conn = db.conn
    file, payload, length, known, status = conn.execute(
        "SELECT warc_file, payload_sha256, payload_length, records_sha256, status FROM captures WHERE id = ?", [capture]
    ).fetchone()
    try:
        members = captures.members(capture)
        records = [parse_record(member.data) for member in members]
        whole = known or captures.records_sha256(capture)
    except CaptureDamaged as damage:
        raise NotErasable(f"capture {capture} cannot be erased: {damage}; `gongkai verify` says what is damaged") from (
            damage
        )
    if is_erased(records[-1]):
        return
    with transaction(db):
        conn.execute("UPDATE captures SET records_sha256 = ? WHERE id = ?", [whole, capture])
    digests = ((payload, whole), (payload, ""), ("", ""))
    erasures = [Erasure(document, length, body, group, status) for body, group in digests]
    if TOLD & json.loads(records[0].block).keys():
        notes: tuple[frozenset[str], ...] = (NOTED_BESIDES, frozenset())
        yield (document, file, *_fitting(members[0], [_without_titles(records[0], besides) for besides in notes]))
    yield (document, file, *_fitting(members[-1], [_erased(records[-1], erasure) for erasure in erasures]))


def _fitting(member: Member, records: Iterable[Record]) -> tuple[int, int, int, bytes]:
    """Offset, length, back and bytes of the first of these records that fits into the member's place."""
    for record in records:
        data = record_bytes(record)
        try:
            pack_to_length(data, member.length, member.back)
        except ValueError:
            continue
        return member.offset, member.length, member.back, data
    raise NotErasable(f"the record at {member.offset} is too short for what must stand in its place")


def _without_titles(record: Record, besides: frozenset[str]) -> Record:
    note = {name: value for name, value in json.loads(record.block).items() if name in NOTED | besides}
    return _rewritten(record, "metadata", record.header("Content-Type"), orjson.dumps(note), ["WARC-Concurrent-To"])


def _erased(record: Record, erasure: Erasure) -> Record:
    said = {name: value for name in Erasure.__slots__ if (value := getattr(erasure, name)) not in (None, "")}
    return _rewritten(record, "metadata", ERASED, orjson.dumps(said), [])


def _rewritten(record: Record, kind: str, media_type: str, block: bytes, kept: list[str]) -> Record:
    names = ["WARC-Record-ID", "WARC-Target-URI", "WARC-Date", *kept]
    headers = [("WARC-Type", kind), *((name, record.header(name)) for name in names)]
    headers += [("WARC-Block-Digest", digest(block)), ("Content-Type", media_type), ("Content-Length", str(len(block)))]
    return Record(tuple(headers), block)


def _overwrite(db: Database, folder: Path, document: str) -> None:
    query = "SELECT warc_file, warc_offset, length, back, data FROM overwrites WHERE document = ? ORDER BY id"
    for name, offset, length, back, data in db.conn.execute(query, [document]).fetchall():
        member = pack_to_length(data, length, back)
        try:
            with locate(folder, name).open("r+b") as file:
                file.seek(offset)
                file.write(member)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NotWritable(
                f"cannot overwrite {folder / name}: {error}; give it write rights, then run the same command again"
            ) from error


def _blank(db: Database, tombstone: Tombstone, own: list[int]) -> None:
    """Whatever of the document stands in rows; digests and ids stay."""
    document = tombstone.document
    fields = ", ".join(f'"{name}" = {QUOTED_EMPTY if name in ARRAYS else "NULL"}' for name in METADATA_FIELDS)
    urls = [*tombstone.addresses, tombstone.url]
    spelled = orjson.dumps([*urls, *(f"{s}{url}" for url in tombstone.addresses for s in ("http:", "https:"))]).decode()
    db.conn.execute("PRAGMA secure_delete = ON")
    with transaction(db) as conn:
        conn.execute(
            f"""UPDATE renditions SET text = '', markdown = '', {fields}, origins = '{{}}', date_claims = '[]',
                periods = '[]', flags = '[]', attachments = '[]', warnings = '[]', unknown_labels = '[]'
                WHERE version IN (SELECT id FROM versions WHERE document = ?)""",
            [document],
        )
        conn.execute("UPDATE attachments SET name = '', url = '', text = NULL WHERE document = ?", [document])
        conn.execute("UPDATE documents SET trust_evidence = '[]', import_path = NULL WHERE id = ?", [document])
        conn.executemany(
            """UPDATE captures SET headers = '[]', entry_title = NULL, entry_date = NULL, import_path = NULL
               WHERE id = ?""",
            [(capture,) for capture in own],
        )
        for statement in IN_LISTS:
            conn.execute(statement, [spelled])
        for table in ("unlinked", "unindexed"):
            conn.execute(f"DELETE FROM {table} WHERE document = ?", [document])
        conn.execute("DELETE FROM sketch_bands WHERE sketch = (SELECT id FROM sketches WHERE document = ?)", [document])
        conn.execute("DELETE FROM sketches WHERE document = ?", [document])
        conn.execute("DELETE FROM overwrites WHERE document = ?", [document])


QUOTED_EMPTY = "'[]'"
IN_LISTS = (
    "UPDATE urls SET entry_title = NULL, entry_date = NULL WHERE url IN (SELECT value FROM json_each(?))",
    "UPDATE entries SET title = NULL, date = NULL WHERE url IN (SELECT value FROM json_each(?))",
    "UPDATE issues SET message = 'erased', data = '{}' WHERE url IN (SELECT value FROM json_each(?))",
)


def _scrub(db: Database) -> None:
    """Nothing of what was deleted in the index's segments, in free pages or in the journal. Rewrites the whole file."""
    conn = db.conn
    for (table,) in conn.execute(
        "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    ).fetchall():
        conn.execute(f'INSERT INTO "{table}" ("{table}") VALUES (\'optimize\')')
    try:
        conn.execute("VACUUM")
        busy = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise NotErasable(f"the erased text may still stand in free pages of archive.db: {error}; {AGAIN}") from error
    if busy:
        raise NotErasable(f"another process reads archive.db, whose journal still holds the erased text; {AGAIN}")


AGAIN = "run the same command again when no other does"
