"""One WARC file against its rows: every member to its end, every digest, offset, length and count."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive.captures import Place, parse_record
from archive.errors import CaptureDamaged
from archive.members import Gap, Member, scan
from archive.verify_filing import filed_differently
from archive.warc_places import absent_folders, locate
from archive.warc_records import (
    MANIFEST,
    TOMBSTONE,
    Record,
    erasure_of,
    is_erased,
    is_group,
    payload_of,
    record_uri,
)

__all__ = ["CheckedFile", "Damage", "WarcFile", "check_file"]

ROWS = """
SELECT c.warc_offset, c.id, c.url, c.warc_length, c.record_id, c.payload_sha256, c.payload_length, c.revisit_of,
    c.records_sha256,
    t.record_id, t.payload_sha256, t.revisit_of, t.payload_length
FROM captures c LEFT JOIN captures t ON t.id = c.revisit_of
WHERE c.warc_file = ? AND (c.warc_offset + c.warc_length <= ? OR ?)
"""
MANIFEST_ROW = "SELECT sha256 FROM manifests WHERE warc_file = ? AND warc_offset = ?"
TOMBSTONE_ROW = "SELECT 1 FROM tombstones WHERE document = ?"
ERASED_RECORDS = "SELECT r.value FROM tombstones t, json_each(t.records) r WHERE t.erased"
ERASED_BY = """
SELECT 1 FROM tombstones t, json_each(t.records) r WHERE t.document = ? AND t.erased AND r.value = ?
"""


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong. ``where``: file and byte offset, or table and row; ``rebuildable``: what is lost
    is held elsewhere, or can be made again from what is held."""

    kind: str
    where: str
    message: str
    rebuildable: bool = False


@dataclass(frozen=True, slots=True)
class WarcFile:
    """What the database says of a file."""

    name: str
    committed_length: int
    records: int
    sealed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A captures row, with what it says of its revisit's target."""

    id: int
    url: str
    length: int
    record_id: str
    payload_sha256: str
    payload_length: int
    revisit_of: int | None
    records_sha256: str | None
    target_record_id: str | None
    target_sha256: str | None
    target_revisit_of: int | None
    target_length: int | None


@dataclass(slots=True)
class CheckedFile:
    """What was found; each damage with the captures that it spoils. ``loose``: manifests that the database does not
    know, for ``archive.verify_chain`` to judge."""

    name: str
    length: int = 0
    records: int = 0
    revisits: int = 0
    unfinished: int = 0
    erased: int = 0
    loose: list[Place] = field(default_factory=list)
    damages: list[tuple[Damage, tuple[int, ...]]] = field(default_factory=list)

    def add(self, kind: str, at: int | None, message: str, *spoilt: Row) -> None:
        where = self.name if at is None else f"{self.name} at {at}"
        about = f" ({', '.join(row.url for row in spoilt[:3])}{' …' if len(spoilt) > 3 else ''})" if spoilt else ""
        self.damages.append((Damage(kind, where, message + about), tuple(row.id for row in spoilt)))


def check_file(conn: sqlite3.Connection, folder: Path, file: WarcFile) -> CheckedFile:
    """Read the file up to its committed length (a sealed one to its end) and compare it with its rows."""
    found = CheckedFile(file.name)
    query = conn.execute(ROWS, [file.name, file.committed_length, file.sealed])
    rows = {row[0]: Row(*row[1:]) for row in query.fetchall()}
    try:
        with locate(folder, file.name).open("rb") as opened:
            found.length = opened.seek(0, 2)
            _sizes(found, file)
            _FileCheck(conn, found, rows).read(opened, min(found.length, file.committed_length))
    except FileNotFoundError:
        if _still_known(conn, file.name):
            found.add("file_missing", None, _where(folder), *rows.values())
        return found
    except OSError as error:
        found.add("file_unreadable", None, str(error), *rows.values())
        return found
    for offset, row in rows.items():
        found.add("row_without_record", offset, "no whole record stands where the row says", row)
    if found.records != file.records and not found.damages:
        found.add("count", None, f"{found.records} records, but the database counts {file.records}")
    return found


def _sizes(found: CheckedFile, file: WarcFile) -> None:
    if found.length < file.committed_length:
        missing = file.committed_length - found.length
        found.add("cut", found.length, f"the file ends {missing} bytes too early")
    elif file.sealed and found.length > file.committed_length:
        found.add("tail", file.committed_length, f"{found.length - file.committed_length} bytes too many")
    else:
        found.unfinished = found.length - file.committed_length


def _where(folder: Path) -> str:
    """What a missing file may mean: a volume that is not mounted loses nothing."""
    absent = absent_folders(folder)
    if not absent:
        return "the file is not there"
    return f"the file is not there, and neither is {', '.join(map(str, absent))}: is its volume mounted?"


def _still_known(conn: sqlite3.Connection, name: str) -> bool:
    """A recovery that runs meanwhile removes files that hold nothing, and their rows."""
    return conn.execute("SELECT 1 FROM warc_files WHERE name = ?", [name]).fetchone() is not None


class _FileCheck:
    """Walks through the members and takes each row that fits out of ``rows``; what is left has no record."""

    def __init__(self, conn: sqlite3.Connection, found: CheckedFile, rows: dict[int, Row]) -> None:
        self.conn = conn
        self.found = found
        self.rows = rows
        self.group: list[Record] | None = []  # of the group that is open; None after damage, until the next group
        self.group_start = 0
        self.whole = hashlib.sha256()  # of the open group's records
        self.erased = {record for (record,) in conn.execute(ERASED_RECORDS)}

    def read(self, file: BinaryIO, end: int) -> None:
        for member in scan(file, 0, end):
            if isinstance(member, Gap):
                self._gap(member)
                continue
            self.found.records += 1
            try:
                self._record(member, parse_record(member.data))
            except CaptureDamaged as damage:
                self._spoilt("altered", member.offset, member.length, str(damage))
        if self.group:
            self.found.add("order", self.group_start, "metadata or request without its answer")

    def _gap(self, gap: Gap) -> None:
        self._spoilt("damaged", gap.offset, gap.length, f"{gap.message} ({gap.length} bytes)")

    def _spoilt(self, kind: str, offset: int, length: int, message: str) -> None:
        inside = [at for at in self.rows if offset <= at < offset + length]
        self.found.add(kind, offset, message, *(self.rows.pop(at) for at in inside))
        self.group = None

    def _record(self, member: Member, record: Record) -> None:
        if member.back == 0:
            self._begin(member)
        if self.group is not None:
            self.whole.update(member.data)
            self.group.append(record)
            if member.offset - member.back != self.group_start:
                self.found.add("order", member.offset, "the record belongs to another group")
        alone = member.back == 0 and (record.type == "resource" or (record.type == "warcinfo" and member.offset == 0))
        if alone:
            self.group = []
            self._alone(member, record)
        elif record.type not in ("metadata", "request") or is_erased(record):
            self._answer(member, record)

    def _alone(self, member: Member, record: Record) -> None:
        uri = record.header("WARC-Target-URI")
        if uri.startswith(MANIFEST):
            row = self.conn.execute(MANIFEST_ROW, [self.found.name, member.offset]).fetchone()
            if row is None:
                self.found.loose.append(Place(self.found.name, member.offset, member.length))
        elif uri.startswith(TOMBSTONE):
            document = uri.removeprefix(TOMBSTONE)
            if self.conn.execute(TOMBSTONE_ROW, [document]).fetchone() is None:
                self.found.add("tombstone_missing", member.offset, f"no row for the tombstone of document {document}")

    def _begin(self, member: Member) -> None:
        if self.group:
            self.found.add("order", self.group_start, "metadata or request without its answer")
        self.group, self.group_start, self.whole = [], member.offset, hashlib.sha256()

    def _answer(self, member: Member, record: Record) -> None:
        group, self.group = self.group, []
        if group is not None and not is_group(group):
            self.found.add("order", member.offset, "an answer without its metadata")
            group = None
        self.found.revisits += record.type == "revisit"
        row = self.rows.pop(member.offset, None)
        if row is None:
            self.found.add("record_without_row", member.offset, f"no row for {record.header('WARC-Target-URI')}")
            return
        erased = is_erased(record)
        for message in _erased_differences(self.conn, record, row) if erased else _differences(record, row):
            self.found.add("row_differs", member.offset, message, row)
        for message in _placed_differently(member, record, row):
            self.found.add("row_differs", member.offset, message, row)
        if erased:
            self.found.erased += 1
        elif row.record_id in self.erased:
            self.found.add("not_erased", member.offset, "its tombstone says erased, its bytes are there", row)
        elif group is not None:
            self._whole_group(member, group, row)

    def _whole_group(self, member: Member, group: list[Record], row: Row) -> None:
        if row.records_sha256 not in (None, self.whole.hexdigest()):
            self.found.add("row_differs", member.offset, "its records are not those that were kept", row)
        try:
            columns = filed_differently(self.conn, row.id, group)
        except CaptureDamaged as damage:
            self.found.add("altered", member.offset, str(damage), row)
            return
        if columns:
            self.found.add("row_differs", member.offset, f"the row has another {', '.join(columns)}", row)


def _placed_differently(member: Member, record: Record, row: Row) -> list[str]:
    rules = {
        "the row has another length": member.length == row.length,
        "the row has another record id": record.id == row.record_id,
        "the row has another URL": record.header("WARC-Target-URI") == record_uri(row.url),
    }
    return [message for message, holds in rules.items() if not holds]


def _erased_differences(conn: sqlite3.Connection, record: Record, row: Row) -> list[str]:
    """An erased record is in order where a tombstone names it."""
    said = erasure_of(record)
    if conn.execute(ERASED_BY, [said.document, row.record_id]).fetchone() is None:
        return [f"it was erased, but no tombstone of document {said.document} names it"]
    claims = (
        (said.payload_length, row.payload_length),
        (said.payload_sha256 or row.payload_sha256, row.payload_sha256),
        (said.records_sha256 or row.records_sha256, row.records_sha256),
    )
    if all(claimed == held for claimed, held in claims):
        return []
    return ["the row has another payload or digest than the record that stands for the erased one"]


def _differences(record: Record, row: Row) -> list[str]:
    """In which ways a record and its row say different things."""
    sha256 = record.header("WARC-Payload-Digest").removeprefix("sha256:")
    rules = {"the row has another payload digest": sha256 == row.payload_sha256}
    if record.type == "revisit":
        refers_to = record.header("WARC-Refers-To").strip("<>")
        rules["the revisit's target is not held"] = row.target_record_id is not None and row.target_revisit_of is None
        rules["the revisit refers to another record"] = refers_to == row.target_record_id
        payload = (row.payload_sha256, row.payload_length)
        rules["the revisit's target has another payload"] = (row.target_sha256, row.target_length) == payload
    else:
        body = payload_of(record)
        rules["the row takes a whole record for a revisit"] = row.revisit_of is None
        rules["the row has another payload length"] = len(body) == row.payload_length
        rules["the payload is not what its digest says"] = hashlib.sha256(body).hexdigest() == row.payload_sha256
    return [message for message, holds in rules.items() if not holds]
