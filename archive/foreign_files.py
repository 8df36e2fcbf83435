"""The WARC records of another archive that this one lacks, brought in beside its own files, under names that are free.

A file of which a part is held already (it grew since the last merge) comes from there on. What was withdrawn in either
archive is left out, record by record. Nothing is written into the other archive.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Set
from pathlib import Path
from typing import BinaryIO

from archive.errors import FilesAway
from archive.members import scan
from archive.warc_places import BROUGHT, locate
from archive.withdrawals import tombstone_columns

__all__ = ["bring_files", "free_name", "lacks_captures", "withdrawn_payloads"]

# ``main`` is the other archive's database, ``ours`` this one's.
LACKED = """
    SELECT c.warc_file, f.committed_length,
        (SELECT coalesce(max(h.warc_offset + h.warc_length), 0) FROM captures h
         WHERE h.warc_file = c.warc_file AND h.record_id IN (SELECT record_id FROM ours.captures))
    FROM captures c JOIN warc_files f ON f.name = c.warc_file
    WHERE c.record_id NOT IN (SELECT record_id FROM ours.captures)
        AND c.payload_sha256 NOT IN (SELECT value FROM json_each(?))
    GROUP BY c.warc_file ORDER BY c.warc_file
"""
CAPTURED_AT = """
    SELECT DISTINCT c.payload_sha256 FROM main.observations o JOIN main.captures c ON c.id = o.capture
    WHERE o.url IN (SELECT value FROM json_each(?)) AND c.payload_length > 0
"""
LEFT_OUT = """
    SELECT warc_offset FROM captures WHERE warc_file = ? AND payload_sha256 IN (SELECT value FROM json_each(?))
"""


def withdrawn_payloads(conn: sqlite3.Connection) -> frozenset[str]:
    """Digests of the payloads that one of the two archives has withdrawn, and of whatever else the other archive
    captured at those addresses."""
    found: set[str] = set()
    for schema in ("main", "ours"):
        if not tombstone_columns(conn, schema):
            continue
        query = f"SELECT payloads, addresses FROM {schema}.tombstones WHERE lifted_at IS NULL"
        for payloads, addresses in conn.execute(query).fetchall():
            found.update(json.loads(payloads or "[]"))
            found.update(row[0] for row in conn.execute(CAPTURED_AT, [addresses or "[]"]))
    return frozenset(found)


def lacks_captures(conn: sqlite3.Connection, withdrawn: Set[str]) -> bool:
    """Whether the other archive has captures that ours has not."""
    return conn.execute(LACKED, [json.dumps(sorted(withdrawn))]).fetchone() is not None


def bring_files(conn: sqlite3.Connection, theirs: Path, ours: Path, withdrawn: Set[str]) -> dict[str, Path]:
    """Copy what is lacked from the folder ``theirs`` into ``ours``; returns the copies by the names that they will have
    (``archive.warc_places.settle_brought``). Raises FilesAway where a file is not there."""
    brought = {}
    listed = json.dumps(sorted(withdrawn))
    for name, end, start in conn.execute(LACKED, [listed]).fetchall():
        source = locate(theirs, name)
        left_out = {row[0] for row in conn.execute(LEFT_OUT, [name, listed]) if row[0] >= start}
        mark = hashlib.sha256(f"{name} {start} {sorted(left_out)}".encode()).hexdigest()[:8]
        new = free_name(ours, name, mark, own=not start and not left_out)
        try:
            _copy(source, ours / f"{new}{BROUGHT}", start, end, left_out)
        except FileNotFoundError:
            raise FilesAway(f"{source} is not there: mount the volume that the other archive's files are on") from None
        brought[new] = ours / f"{new}{BROUGHT}"
    return brought


def free_name(folder: Path, name: str, mark: str, *, own: bool = True) -> str:
    """``name`` where it may be kept (``own``) and is free, else one with ``mark`` in it."""
    if own and not (folder / name).exists() and not (folder / f"{name}{BROUGHT}").exists():
        return name
    return name.replace(".warc.gz", f"-{mark}.warc.gz")


def _copy(source: Path, copy: Path, start: int, end: int, left_out: Set[int]) -> None:
    with source.open("rb") as reading, copy.open("wb") as writing:
        for offset, length in _groups(reading, start, end, left_out):
            reading.seek(offset)
            writing.write(reading.read(length))
        writing.flush()
        os.fsync(writing.fileno())


def _groups(file: BinaryIO, start: int, end: int, left_out: Set[int]) -> Iterator[tuple[int, int]]:
    """Offset and length of each group of records to be copied; damage stands for itself."""
    begun, length, skipped = start, 0, False
    for piece in scan(file, start, end):
        if getattr(piece, "back", 0) == 0 and length:
            if not skipped:
                yield begun, length
            begun, length, skipped = piece.offset, 0, False
        length += piece.length
        skipped |= piece.offset in left_out
    if length and not skipped:
        yield begun, length
