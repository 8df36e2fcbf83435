"""What the hash chain says of each row: one line a row, as a run's manifest holds it.

A line is a JSON array ``[kind, key, digest]``. The digest is the SHA-256 of a JSON array of the row's covered columns
(UTF-8, no spaces, in the order of ``KINDS``), None where the row is no longer there. A capture's digest is that of its
WARC records instead, and its line also says address, date and payload digest, so that it can be checked from the WARC
files alone. Not covered is what each further check changes (``last_seen_at``, the frontier) and what is made again
from the rest (search index, sketches).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from archive.renditions import ROW

__all__ = ["KINDS", "Key", "Kind", "Line", "held_lines", "row_sha256", "waiting_lines"]

Key = int | str


@dataclass(frozen=True, slots=True)
class Kind:
    """``key``: SQL for a row's key, ``match``: SQL that finds the row ``t`` of ``u.key``; ``fixed``: such a row is
    never rewritten; ``removable``: the archive itself may delete one."""

    name: str
    table: str
    key: str
    match: str
    columns: tuple[str, ...]
    fixed: bool = False
    removable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """``said``: what a capture's line says besides."""

    kind: str
    key: Key
    sha256: str | None
    said: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        return orjson.dumps([self.kind, self.key, self.sha256, *self.said])


def _kind(
    name: str, table: str, columns: str, *, key: str = "t.id", fixed: bool = False, removable: bool = False
) -> Kind:
    return Kind(name, table, key, f"{key} = u.key", tuple(columns.split()), fixed, removable)


KINDS: tuple[Kind, ...] = (
    _kind("run", "runs", "source source_toml_sha256 tool_version reader mode started_at finished_at counts verdict "
          "reasons"),
    _kind("source", "sources", "name publisher homepage family region seen_at verified schedule toml"),
    _kind("capture", "captures", "records_sha256 url date payload_sha256", key="t.record_id", fixed=True),
    _kind("observation", "observations", "url at outcome capture run reason", fixed=True),
    _kind("document", "documents", "url source column trust trust_evidence flags current_version current_rendition "
          "first_seen_at gone_at moved_to unlisted_at withdrawn_at withdrawn_why duplicate_of import_path"),
    _kind("alias", "aliases", "document kind", key="t.url", removable=True),
    _kind("version", "versions", "document number first_seen_at capture content_sha256 change changed not_before "
          "moved_to moved_why"),
    _kind("rendition", "renditions", "row_sha256", fixed=True),
    _kind("part", "rendition_parts", "rendition number url capture", fixed=True),
    Kind("attachment", "attachments", "t.version || '/' || t.\"order\"",
         "t.version = CAST(substr(u.key, 1, instr(u.key, '/') - 1) AS INTEGER) "
         "AND t.\"order\" = CAST(substr(u.key, instr(u.key, '/') + 1) AS INTEGER)",
         ("document", "name", "url", "media_type", "sha256", "length", "text", "capture", "state")),
    Kind("entry", "entries", 'json_array(t.source, t."column", t.url)',
         "t.source = json_extract(u.key, '$[0]') AND t.\"column\" = json_extract(u.key, '$[1]') "
         "AND t.url = json_extract(u.key, '$[2]')", ("title", "date", "first_listed_at")),
    Kind("relation", "relations", 'json_array(t."from", t."to", t.kind)',
         "t.\"from\" = json_extract(u.key, '$[0]') AND t.\"to\" = json_extract(u.key, '$[1]') "
         "AND t.kind = json_extract(u.key, '$[2]')", ("evidence", "share"), removable=True),
    _kind("issue", "issues", "run source url code level message data at"),
    _kind("tombstone", "tombstones", "url addresses payloads records at why erased lifted_at", key="t.document"),
)  # fmt: skip
DATE = "coalesce(t.fetched_at, t.imported_at)"
FINISHED = {"run": "WHERE t.finished_at IS NOT NULL"}  # one that goes on is taken in when it closes


def row_sha256(values: tuple[object, ...]) -> str:
    """The digest of a row's covered columns."""
    return hashlib.sha256(orjson.dumps(values)).hexdigest()


def held_lines(conn: sqlite3.Connection, kind: Kind) -> Iterator[Line]:
    """What a manifest of now would say of every row, ordered by key."""
    query = f"SELECT {kind.key}, {_columns(kind)} FROM {kind.table} t {FINISHED.get(kind.name, '')} ORDER BY 1"
    return (_line(kind, row) for row in conn.execute(query))


def waiting_lines(conn: sqlite3.Connection, kind: Kind, adopted: bool, limit: int) -> Iterator[Line]:
    """The rows that wait for a manifest, also those that are gone meanwhile."""
    query = f"""SELECT u.key, {_columns(kind)} FROM (SELECT key FROM unchained WHERE kind = ? AND adopted = ?
                ORDER BY key LIMIT ?) u LEFT JOIN {kind.table} t ON {kind.match}"""
    return (_line(kind, row) for row in conn.execute(query, [kind.name, adopted, limit]))


def _columns(kind: Kind) -> str:
    if kind.name == "rendition":
        missing = ", ".join(f"CASE WHEN t.row_sha256 IS NULL THEN t.{name} END" for name in ROW)
        return f"t.id, t.row_sha256, {missing}"
    names = (DATE if name == "date" and kind.name == "capture" else f't."{name}"' for name in kind.columns)
    return f"t.rowid, {', '.join(names)}" if kind.name not in ("alias", "entry") else f"t.url, {', '.join(names)}"


def _line(kind: Kind, row: tuple[object, ...]) -> Line:
    key, present, values = row[0], row[1], row[2:]
    assert isinstance(key, int | str)
    if present is None:
        return Line(kind.name, key, None)
    if kind.name == "capture":
        records, *said = (None if value is None else str(value) for value in values)
        return Line(kind.name, key, records or "", tuple(value or "" for value in said))
    if kind.name == "rendition":
        return Line(kind.name, key, str(values[0]) if values[0] else row_sha256(values[1:]))
    return Line(kind.name, key, row_sha256(values))
