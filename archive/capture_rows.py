"""The captures table: how a stored group becomes its row, and a row a Capture.

Plain SQL on the connection, because a row is written for every answer of a crawl.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.model import Capture
from archive.warc_records import Filing, Held, record_uri

__all__ = [
    "Stored",
    "address",
    "find_held",
    "insert_capture",
    "load_capture",
    "places_of",
    "stored_of",
    "stored_text",
]

INSERT = """
INSERT INTO captures (url, final_url, source, "column", run, kind, fetched_at, imported_at, captured_by, status,
    media_type, headers, ip, warc_file, warc_offset, warc_length, record_id, payload_sha256, payload_length,
    revisit_of, rendered, robots, terms_url, entry_title, entry_date, import_path, records_sha256)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
"""
SELECT = """
SELECT id, url, final_url, source, "column", run, fetched_at, imported_at, captured_by, status, media_type, headers,
    ip, warc_file, warc_offset, warc_length, payload_sha256, rendered, robots, terms_url, entry_title, entry_date,
    import_path
FROM captures WHERE id = ?
"""
PLACE = "id, warc_file, warc_offset, warc_length, record_id, payload_sha256, payload_length, revisit_of, records_sha256"


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the last record of a group stands (bytes within ``warc_file``) and what its payload is: sha256 and
    length of the body after de-chunking, still content-encoded. ``id``: the captures row, None before it is there.
    ``records_sha256``: of the group's records, unpacked; None in a row from before it was kept."""

    id: int | None
    warc_file: str
    offset: int
    length: int
    record_id: str
    payload_sha256: str
    payload_length: int
    revisit_of: int | None
    records_sha256: str | None = None


def insert_capture(conn: sqlite3.Connection, exchange: Exchange, filing: Filing, stored: Stored) -> Capture:
    """Write the row, within the caller's transaction."""
    url, final_url = address(exchange.url), address(filing.final_url)
    media_type, import_path = stored_text(filing.media_type), stored_text(filing.import_path)
    entry_title, entry_date = stored_text(filing.entry_title), stored_text(filing.entry_date)
    values = (
        url, final_url, filing.source, filing.column, filing.run, filing.kind, exchange.at, filing.imported_at,
        filing.captured_by, exchange.status, media_type, json.dumps(exchange.headers), exchange.ip, stored.warc_file,
        stored.offset, stored.length, stored.record_id, stored.payload_sha256, stored.payload_length,
        stored.revisit_of, int(filing.rendered), filing.robots, filing.terms_url, entry_title, entry_date, import_path,
        stored.records_sha256,
    )  # fmt: skip
    row = conn.execute(INSERT, values).lastrowid
    assert row is not None
    return Capture(
        row, url, final_url, filing.source, filing.column, filing.run, exchange.at, filing.imported_at,
        filing.captured_by, exchange.status, media_type, exchange.headers, exchange.ip, stored.warc_file,
        stored.offset, stored.length, stored.payload_sha256, filing.rendered,
        filing.robots, filing.terms_url, entry_title, entry_date, import_path,
    )  # fmt: skip


def load_capture(conn: sqlite3.Connection, capture_id: int) -> Capture:
    """Raises ArchiveError where there is no such row."""
    row = conn.execute(SELECT, [capture_id]).fetchone()
    if row is None:
        raise ArchiveError(f"no capture {capture_id} in this archive")
    headers = tuple((name, value) for name, value in json.loads(row[11]))
    values = [*row[:11], headers, *row[12:17], bool(row[17]), *row[18:]]
    return Capture(*values)


def stored_of(conn: sqlite3.Connection, capture_id: int) -> Stored:
    """Raises ArchiveError where there is no such row."""
    row = conn.execute(f"SELECT {PLACE} FROM captures WHERE id = ?", [capture_id]).fetchone()
    if row is None:
        raise ArchiveError(f"no capture {capture_id} in this archive")
    return Stored(*row)


def places_of(conn: sqlite3.Connection, payload_sha256: str) -> list[Stored]:
    """Every record that should hold this payload in full, newest first."""
    query = f"SELECT {PLACE} FROM captures WHERE payload_sha256 = ? AND revisit_of IS NULL ORDER BY id DESC"
    return [Stored(*row) for row in conn.execute(query, [payload_sha256])]


def find_held(conn: sqlite3.Connection, url: str, payload_sha256: str, length: int) -> tuple[Held, Stored] | None:
    """The newest full record of this payload; an empty payload counts only under the same URL.

    A record behind the end of its file (lost in a power cut) does not count. Two queries, because a site that
    answers ten thousand addresses with one page, or with none, must not be looked through each time.
    """
    which, values = "payload_sha256 = ?", [payload_sha256]
    if length == 0:
        which, values = "+payload_sha256 = ? AND url = ?", [payload_sha256, address(url)]
    row = conn.execute(
        f"""SELECT url, coalesce(fetched_at, imported_at), {PLACE} FROM captures
            WHERE {which} AND revisit_of IS NULL AND payload_length = {length:d}
            AND warc_offset + warc_length <= (SELECT committed_length FROM warc_files WHERE name = warc_file)
            ORDER BY id DESC LIMIT 1""",
        values,
    ).fetchone()
    if row is None:
        return None
    stored = Stored(*row[2:])
    return Held(row[2], stored.record_id, row[0], row[1]), stored


def stored_text(value: str | None) -> str | None:
    """SQLite holds no lone surrogates (a file name or title in another encoding): they are written as ``\\udcxx``."""
    return value if value is None or value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def address(url: str) -> str:
    """A URL as its column holds it."""
    try:
        url.encode()
    except UnicodeEncodeError:
        return record_uri(url)
    return url
