"""Raw captures: every answer goes into a WARC/1.1 file first, then into a captures row, and is read back from there.

The only file that knows warcio: it writes and reads the heads of WARC records. ``archive.warc_records`` says
which records a capture has, ``archive.members`` how one is packed, ``archive.warcfile`` where it is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from sqlite_utils import Database
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from archive.capture_rows import Stored, find_held, insert_capture, load_capture, places_of, stored_of
from archive.clock import stamp
from archive.coding import decode_content
from archive.database import transaction
from archive.errors import CaptureDamaged
from archive.exchange import Exchange
from archive.members import Member, pack, read_member
from archive.model import Capture
from archive.run_records import origin_of
from archive.warc_places import locate
from archive.warc_records import (
    Filing,
    Held,
    Record,
    Robots,
    capture_records,
    digest,
    exchange_of,
    make_record,
    new_record_id,
    payload_of,
)
from archive.warcfile import WarcWriter
from archive.warclog import WarcLog

__all__ = [
    "BODY_LIMIT",
    "Append",
    "CaptureKind",
    "Captures",
    "Exchange",
    "Place",
    "parse_head",
    "parse_record",
    "record_bytes",
]

CaptureKind = Literal["page", "list", "article", "part", "robots", "redirect", "import"]
Also = Callable[[sqlite3.Connection, Capture], None]
Fields = Sequence[tuple[str, str]]

ERASED_BY = """
    SELECT t.document, t.at FROM tombstones t, json_each(t.records) r WHERE t.erased AND r.value = ? LIMIT 1
"""
MAX_BYTES = 1_000_000_000  # the size at which the WARC standard advises to begin a new file
BODY_LIMIT = 20_000_000  # bytes of a decoded body; the largest disclosure pages seen have 5 MB
VERSIONS = ["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"]
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: bytes within ``warc_file``."""

    warc_file: str
    offset: int
    length: int


Append = Callable[..., Place]
"""``append(uri, media_type, payload, at, more)``: ``more`` are header fields of the record besides the usual ones."""


def record_bytes(record: Record) -> bytes:
    """The record as it stands in a WARC/1.1 file, not yet packed."""
    head = StatusAndHeaders("", list(record.headers), protocol="WARC/1.1").to_bytes()
    return bytes(head) + record.block + b"\r\n\r\n"


def parse_head(head: bytes) -> tuple[tuple[str, str], ...] | None:
    """The header fields of a record, from ``WARC/1.x`` to the blank line; None where these bytes are none."""
    try:
        parsed = StatusAndHeadersParser(VERSIONS).parse(io.BytesIO(head))
    except (StatusAndHeadersParserException, EOFError):
        return None
    return tuple((name, value) for name, value in parsed.headers)


def parse_record(data: bytes) -> Record:
    """Undo ``record_bytes``. Raises CaptureDamaged where length, end or a digest is not what the head says."""
    end = data.find(b"\r\n\r\n") + 4
    headers = parse_head(data[:end])
    if headers is None:
        raise CaptureDamaged("the member holds no WARC record")
    record = Record(headers, data[end:-4])
    if record.header("Content-Length") != str(len(record.block)) or not data.endswith(b"\r\n\r\n"):
        raise CaptureDamaged("the record has not the length that it says")
    if record.header("WARC-Block-Digest") != digest(record.block):
        raise CaptureDamaged("the record's block digest does not fit")
    if record.type in ("response", "resource") and record.header("WARC-Payload-Digest") != digest(payload_of(record)):
        raise CaptureDamaged("the record's payload digest does not fit")
    return record


class Captures:
    """The captures of an open archive. Writes into one WARC file of its own, made at the first ``keep``.

    ``software`` is what warcinfo and ``captured_by`` name. One object a process; not for several threads.
    """

    def __init__(self, db: Database, home: Path, *, software: str, max_bytes: int = MAX_BYTES) -> None:
        self.db = db
        self.folder = home / "warc"
        self.software = software
        self.log = WarcLog(db, self.folder, max_bytes, self._opening)
        self._warcinfo = ""

    def keep(
        self,
        exchange: Exchange,
        *,
        kind: CaptureKind,
        source: str | None = None,
        column: str | None = None,
        run: int | None = None,
        final_url: str | None = None,
        media_type: str | None = None,
        entry_title: str | None = None,
        entry_date: str | None = None,
        imported_at: str | None = None,
        captured_by: str | None = None,
        import_path: str | None = None,
        robots: Robots | None = None,
        rendered: bool = False,
        terms_url: str | None = None,
        whole: bool = False,
        also: Also | None = None,
    ) -> Capture:
        """Store one answer: WARC records, flushed, then one transaction with the row and ``also(conn, capture)``.

        When ``also`` raises, its own writes are undone, the raw answer and its row stay, and the error goes on.
        ``whole``: in full, also where another record holds the payload already.
        ``final_url`` defaults to the URL, ``media_type`` to the Content-Type header, ``captured_by`` to ``software``.
        Raises NotWritable; then nothing half-written is left.
        """
        filing = Filing(
            kind, final_url or exchange.url, captured_by or self.software, source, column, run,
            media_type or exchange.header("Content-Type"), entry_title, entry_date, exchange.at, imported_at,
            import_path, robots, rendered, terms_url,
        )  # fmt: skip
        stored, records = self._append(exchange, filing, whole)
        try:
            return self._commit(exchange, filing, stored, records, also)
        except BaseException:
            if also is not None:
                with contextlib.suppress(Exception):  # then the tail stays for recover(); the first error goes on
                    self._commit(exchange, filing, stored, records, None)
            raise

    def append_resource(self, uri: str, media_type: str, payload: bytes, at: str) -> None:
        """Write something that is no capture, such as a run's source TOML, as a ``resource`` record."""
        with self.appending() as (_, append):
            append(uri, media_type, payload, at)

    @contextmanager
    def appending(self) -> Iterator[tuple[sqlite3.Connection, Append]]:
        """A transaction that writes ``resource`` records and rows together: its connection, and what appends one.

        Where it fails behind an append, the record stays behind the file's committed length, for ``archive.recover``.
        """
        writer = self.log.ready()
        with transaction(self.db) as conn:
            yield conn, partial(self._append_resource, conn, writer)
        self.log.committed()

    def _append_resource(
        self, conn: sqlite3.Connection, writer: WarcWriter, uri: str, media_type: str, payload: bytes, at: str,
        more: Fields = (),
    ) -> Place:  # fmt: skip
        extra = [("WARC-Target-URI", uri), ("WARC-Date", at), ("WARC-Warcinfo-ID", f"<{self._warcinfo}>"), *more]
        extra.append(("WARC-Payload-Digest", digest(payload)))
        member = pack(record_bytes(make_record("resource", new_record_id(), media_type, payload, extra)))
        offset = writer.append(member)
        self.log.count(conn, 1)
        return Place(writer.name, offset, len(member))

    def records_sha256(self, capture_id: int) -> str:
        """The digest of a capture's records as they stand in the file. Raises CaptureDamaged."""
        return hashlib.sha256(b"".join(member.data for member in self.members(capture_id))).hexdigest()

    def load(self, capture_id: int) -> Capture:
        return load_capture(self.db.conn, capture_id)

    def payload(self, capture_id: int, limit: int = BODY_LIMIT) -> bytes:
        """The body as the page's character encoding has it: no chunks, no gzip; at most ``limit`` bytes.

        Raises CaptureDamaged when no whole record holds it, PayloadUnreadable beyond the limit or for a coding
        that is neither gzip nor deflate.
        """
        capture = self.load(capture_id)
        coding = ", ".join(value for name, value in capture.headers if name.lower() == "content-encoding")
        return decode_content(self._body(self._readable(capture_id)), coding, limit)

    def group(self, capture_id: int) -> bytes:
        """The capture's records, packed as they stand in the WARC file. Raises CaptureDamaged."""
        stored = self._readable(capture_id)
        last = self._member(stored)
        with locate(self.folder, stored.warc_file).open("rb") as file:
            file.seek(stored.offset - last.back)
            return file.read(last.back + last.length)

    def exchange(self, capture_id: int) -> Exchange:
        """The whole exchange as it was kept. Raises CaptureDamaged."""
        stored = self._readable(capture_id)
        return exchange_of([parse_record(member.data) for member in self._group(stored)], self._body(stored))

    def close(self) -> None:
        """Seal the file; the next ``keep`` begins a new one."""
        self.log.close()

    def _append(self, exchange: Exchange, filing: Filing, in_full: bool) -> tuple[Stored, int]:
        """Write the group; where it stands, and how many records it has."""
        writer = self.log.ready()
        sha256 = hashlib.sha256(exchange.body).hexdigest()
        held = None if in_full else self._held(exchange, sha256)
        date = exchange.at or filing.imported_at or stamp()
        group, length, whole = b"", 0, hashlib.sha256()
        records = capture_records(exchange, filing, date, sha256, held, self._warcinfo)
        for record in records:
            data = record_bytes(record)
            whole.update(data)
            member = pack(data, back=len(group))
            group, length = group + member, len(member)
        offset = writer.append(group) + len(group) - length
        revisit_of = held.id if held else None
        stored = Stored(None, writer.name, offset, length, records[-1].id, sha256, len(exchange.body), revisit_of,
                        whole.hexdigest())  # fmt: skip
        return stored, len(records)

    def _commit(self, exchange: Exchange, filing: Filing, stored: Stored, records: int, also: Also | None) -> Capture:
        with transaction(self.db) as conn:
            capture = insert_capture(conn, exchange, filing, stored)
            self.log.count(conn, records)
            if also is not None:
                also(conn, capture)
        self.log.committed()
        return capture

    def _opening(self, name: str, at: str) -> bytes:
        """The warcinfo record of a new file."""
        self._warcinfo = new_record_id()
        lines = [f"software: {self.software}", "format: WARC File Format 1.1", f"conformsTo: {CONFORMS_TO}"]
        lines.append(f"isPartOf: {origin_of(self.db.conn)}")
        block = "".join(f"{line}\r\n" for line in lines).encode()
        extra = [("WARC-Date", at), ("WARC-Filename", name)]
        return pack(record_bytes(make_record("warcinfo", self._warcinfo, "application/warc-fields", block, extra)))

    def _held(self, exchange: Exchange, sha256: str) -> Held | None:
        """The record that holds this payload already, if it can still be read: never a reference to damage."""
        found = find_held(self.db.conn, exchange.url, sha256, len(exchange.body))
        if found is None:
            return None
        try:
            self._own_payload(found[1])
        except CaptureDamaged:
            return None
        return found[0]

    def _readable(self, capture_id: int) -> Stored:
        """Where a capture stands. What was erased is not read, although another record may hold the same payload."""
        stored = stored_of(self.db.conn, capture_id)
        row = self.db.conn.execute(ERASED_BY, [stored.record_id]).fetchone()
        if row:
            raise CaptureDamaged(f"capture {capture_id} was erased on {row[1][:10]} with document {row[0]}")
        return stored

    def _body(self, stored: Stored) -> bytes:
        """The payload, from whichever record still holds it whole: its own, else one with the same digest."""
        if stored.payload_length == 0:
            return b""
        first = stored.revisit_of or stored.id
        places = sorted(places_of(self.db.conn, stored.payload_sha256), key=lambda place: place.id != first)
        damage = CaptureDamaged("no record holds its payload")
        for place in places:
            try:
                return self._own_payload(place)
            except CaptureDamaged as error:
                damage = error
        raise CaptureDamaged(f"capture {stored.id}: {damage}; `gongkai verify` tells what else is damaged")

    def _own_payload(self, stored: Stored) -> bytes:
        payload = payload_of(parse_record(self._member(stored).data))
        if hashlib.sha256(payload).hexdigest() != stored.payload_sha256:
            raise CaptureDamaged(f"{stored.warc_file} at {stored.offset}: another payload than the one that was kept")
        return payload

    def members(self, capture_id: int) -> list[Member]:
        """The members of a capture's records, in their order. Raises CaptureDamaged."""
        return self._group(stored_of(self.db.conn, capture_id))

    def _group(self, stored: Stored) -> list[Member]:
        last = self._member(stored)
        group: list[Member] = []
        at = stored.offset - last.back
        with locate(self.folder, stored.warc_file).open("rb") as file:
            while at < stored.offset:
                member = read_member(file, at, stored.offset)
                group.append(member)
                at += member.length
        return [*group, last]

    def _member(self, stored: Stored) -> Member:
        try:
            with locate(self.folder, stored.warc_file).open("rb") as file:
                member = read_member(file, stored.offset)
        except OSError as error:
            raise CaptureDamaged(f"{stored.warc_file} cannot be read: {error}") from error
        except CaptureDamaged as damage:
            raise CaptureDamaged(f"{stored.warc_file} at {stored.offset}: {damage}") from damage
        if member.length != stored.length:
            raise CaptureDamaged(f"{stored.warc_file} at {stored.offset}: the record has another length")
        return member
