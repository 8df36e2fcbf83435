"""What stands in the tail of a WARC file behind its committed length, and how it gets into the database.

Reading knows no database; ``bring_in``, ``lose`` and ``write_issue`` write within the caller's transaction.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.capture_rows import Stored, insert_capture
from archive.captures import Place, parse_record
from archive.chain import restore_manifests, seen_manifest
from archive.clock import stamp
from archive.errors import CaptureDamaged
from archive.exchange import Exchange
from archive.identity import canonical_url
from archive.members import Gap, Member, scan
from archive.model import Issue
from archive.warc_records import (
    Filing,
    Record,
    erasure_of,
    exchange_of,
    filing_of,
    is_erased,
    is_group,
    note_of,
    payload_of,
)

__all__ = ["Piece", "bring_in", "lose", "pieces", "walk", "write_issue"]

NOT_SETTLING = ("redirect", "robots")  # kinds of answers that are not the answer to the URL that was leased


@dataclass(frozen=True, slots=True)
class Piece:
    """Something whole in a tail: a group, or (``exchange`` None) a ``record`` that is no capture, at ``place``. The
    exchange's body is left out. ``refers_to``: record id that a revisit points at, else ""."""

    end: int
    records: int
    made_at: str
    exchange: Exchange | None = None
    filing: Filing | None = None
    stored: Stored | None = None
    refers_to: str = ""
    place: Place | None = None
    record: Record | None = None
    erased: bool = False


def pieces(file: BinaryIO, name: str, start: int, end: int) -> Iterator[Piece]:
    """Whole things from ``start`` on, up to the first that is cut, damaged or out of order."""
    for piece in walk(file, name, start, end):
        if isinstance(piece, Gap):
            return
        yield piece


def walk(file: BinaryIO, name: str, start: int, end: int) -> Iterator[Piece | Gap]:
    """Whole things from ``start`` to ``end``, and a Gap for each stretch that is damaged or out of order."""
    pending = _Group()
    members = 0
    for member in scan(file, start, end):
        piece = member if isinstance(member, Gap) else _piece(member, pending, members + 1, name)
        members += 1
        if piece is not None:
            members = 0
            yield piece
        if isinstance(piece, Gap):
            pending.begin()


class _Group:
    """The records of the group that is open, and the digest of their bytes."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.records: list[Record] = []
        self.whole = hashlib.sha256()

    def add(self, record: Record, data: bytes) -> None:
        self.records.append(record)
        self.whole.update(data)


def _piece(member: Member, pending: _Group, members: int, name: str) -> Piece | Gap | None:
    """What a member completes; None where more of its group is to come."""
    try:
        record = parse_record(member.data)
        if member.back == 0:
            pending.begin()
        elif not pending.records:
            return Gap(member.offset, member.length, "the beginning of the record's group is missing")
        pending.add(record, member.data)
        if member.back == 0 and record.type in ("warcinfo", "resource"):
            end, place = member.offset + member.length, Place(name, member.offset, member.length)
            return Piece(end, members, record.header("WARC-Date"), place=place, record=record)
        records = pending.records
        return _group(records, member, members, name, pending.whole.hexdigest()) if is_group(records) else None
    except CaptureDamaged as damage:
        return Gap(member.offset, member.length, str(damage))


def _group(records: list[Record], last: Member, members: int, name: str, whole: str) -> Piece:
    """Raises CaptureDamaged where the metadata record cannot be read."""
    answer, note = records[-1], note_of(records)
    end = last.offset + last.length
    if is_erased(answer):
        said = erasure_of(answer)
        stored = Stored(None, name, last.offset, last.length, answer.id, said.payload_sha256, said.payload_length, None,
                        said.records_sha256 or None)  # fmt: skip
        exchange = dataclasses.replace(exchange_of(records, b""), status=said.status)
        return Piece(end, members, answer.header("WARC-Date"), exchange, filing_of(note), stored, erased=True)
    body = payload_of(answer)
    stored = Stored(
        None, name, last.offset, last.length, answer.id,
        answer.header("WARC-Payload-Digest").removeprefix("sha256:"), len(body), None, whole,
    )  # fmt: skip
    refers_to = answer.header("WARC-Refers-To").strip("<>") if answer.type == "revisit" else ""
    exchange = exchange_of(records, b"")
    return Piece(end, members, answer.header("WARC-Date"), exchange, filing_of(note), stored, refers_to)


def bring_in(conn: sqlite3.Connection, piece: Piece) -> list[Issue]:
    """The row of a whole group, and its URL's state; an Issue where a part of it could not be told."""
    exchange, filing, stored = piece.exchange, piece.filing, piece.stored
    if piece.record is not None and piece.place is not None and (seen := seen_manifest(piece.record, piece.place)):
        restore_manifests(conn, [seen])
    if exchange is None or filing is None or stored is None:
        return []
    issues: list[Issue] = []
    if piece.refers_to:
        query = "SELECT id, payload_length FROM captures WHERE record_id = ?"
        row = conn.execute(query, [piece.refers_to]).fetchone()
        if row is None:
            issues.append(_lost(conn, None, exchange.url, f"it refers to {piece.refers_to}, which is not held"))
        else:
            stored = dataclasses.replace(stored, revisit_of=row[0], payload_length=row[1])
    capture = insert_capture(conn, exchange, _with_known_names(conn, filing, exchange.at), stored)
    if not issues and filing.kind not in NOT_SETTLING and exchange.note.get("final") is not False:
        _keep_url(conn, str(exchange.note.get("url") or exchange.url), capture.id)
    return issues


def _with_known_names(conn: sqlite3.Connection, filing: Filing, at: str | None) -> Filing:
    """Without a source and run that the database does not know: it was lost, or made anew with the same numbers
    for other runs. The metadata record goes on saying them."""
    source = conn.execute("SELECT id FROM sources WHERE id = ?", [filing.source]).fetchone()
    run = conn.execute(
        "SELECT id FROM runs WHERE id = ? AND source IS ? AND started_at <= coalesce(?, started_at)",
        [filing.run, filing.source, at],
    ).fetchone()
    return dataclasses.replace(filing, source=source and source[0], run=run and run[0])


def _keep_url(conn: sqlite3.Connection, url: str, capture: int) -> None:
    names = {url}
    with contextlib.suppress(ValueError):  # an address that has no canonical form stands under its own name
        names.add(canonical_url(url))
    for name in names:
        conn.execute(
            "UPDATE urls SET state = 'kept', capture = ?, leased_by = NULL, leased_at = NULL "
            "WHERE url = ? AND state IN ('leased', 'discovered')",
            [capture, name],
        )


def lose(conn: sqlite3.Connection, name: str, end: int) -> list[Issue]:
    """An Issue for each capture behind ``end`` of its file and for each revisit of one; fetch their URLs again."""
    rows = conn.execute(
        """WITH gone (id) AS (SELECT id FROM captures WHERE warc_file = ? AND warc_offset + warc_length > ?)
           SELECT id, url FROM captures WHERE id IN gone OR revisit_of IN gone""",
        [name, end],
    ).fetchall()
    for capture, _ in rows:
        conn.execute(
            "UPDATE urls SET state = 'discovered', capture = NULL, leased_by = NULL, leased_at = NULL, "
            "reason = 'capture lost' WHERE capture = ?",
            [capture],
        )
    return [_lost(conn, capture, url, f"{name} ends before it; its URL is fetched again") for capture, url in rows]


def _lost(conn: sqlite3.Connection, capture: int | None, url: str, why: str) -> Issue:
    return write_issue(
        conn, Issue("capture_lost", "error", f"a stored answer is lost: {why}", url=url, data={"capture": capture})
    )


def write_issue(conn: sqlite3.Connection, issue: Issue) -> Issue:
    conn.execute(
        "INSERT INTO issues (run, source, url, code, level, message, data, at) VALUES (NULL, NULL, ?, ?, ?, ?, ?, ?)",
        [issue.url, issue.code, issue.level, issue.message, json.dumps(dict(issue.data)), stamp()],
    )
    return issue
