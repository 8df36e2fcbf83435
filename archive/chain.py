"""The hash chain: when a run closes, a manifest says what the archive took in since the last one, and carries the
digest of the last one. A changed, removed or added row no longer fits its line; a removed manifest breaks the chain.

A manifest (``gongkai-manifest/1``) is lines of JSON: a head, then one line a row (``archive.ledger``); its digest is
the SHA-256 of its bytes. It stands in the WARC file as ``resource`` record ``urn:gongkai:manifest:<number>``, its
signature in that record's head, and its digest in the table ``manifests``. Rows that come in while no run goes on, or
in a run that died, belong to the run that closes next. docs/trust.md describes the format and how to check it by hand.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson
from sqlite_utils import Database

from archive.captures import Captures, Place
from archive.clock import stamp
from archive.database import transaction
from archive.errors import CaptureDamaged
from archive.ledger import KINDS, Line, row_sha256, waiting_lines
from archive.renditions import ROW
from archive.run_records import origin_of
from archive.signing import Signer
from archive.warc_records import MANIFEST, Record

__all__ = [
    "FORMAT",
    "REBUILT",
    "SIGNED",
    "Manifest",
    "SeenManifest",
    "close_books",
    "is_manifest",
    "manifests",
    "mark_rebuilt",
    "read_lines",
    "restore_manifests",
    "seen_manifest",
    "signature_of",
]

FORMAT = "gongkai-manifest/1"
MEDIA_TYPE = "application/x-ndjson"
SIGNED = (SIGNATURE, KEY) = ("Gongkai-Signature", "Gongkai-Key")
"""Header fields of a signed manifest's record."""
MOST = 50_000  # lines of one manifest: what a process has in memory; a run that made more closes with several
AT_ONCE = 500
REBUILT = "rebuild"  # mode of the manifest that a rebuilt database begins with, and the note that it is due
COLUMNS = "number, run, mode, archive, previous, sha256, records, closed_at, signature, key, warc_file, warc_offset, " \
          "warc_length"  # fmt: skip
LAST = f"SELECT {COLUMNS} FROM manifests ORDER BY number DESC LIMIT 1"
RUN = "SELECT source, mode, started_at, finished_at, reader FROM runs WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A row of ``manifests``. ``archive``: its name (``archive.run_records``); ``run`` None: taken in without a run."""

    number: int
    run: int | None
    mode: str
    archive: str
    previous: str | None
    sha256: str
    records: int
    closed_at: str
    signature: str | None
    key: str | None
    warc_file: str
    warc_offset: int
    warc_length: int


@dataclass(frozen=True, slots=True)
class SeenManifest:
    """What a manifest's WARC record says, without its lines."""

    head: dict[str, object]
    sha256: str
    signed: dict[str, str]
    place: Place


def close_books(
    db: Database, captures: Captures, run: int | None = None, signer: Signer | None = None, *, mode: str = "adopted"
) -> list[Manifest]:
    """Take all rows that wait into manifests, those of before the chain first (mode ``adopted``).

    ``mode``: where there is no run. Transactions of its own, one a manifest; a file whose transaction failed goes on
    at the next closing. Raises NotWritable.
    """
    _fill(db, captures)
    closed: list[Manifest] = []
    rebuilt = db.conn.execute("SELECT 1 FROM unchained WHERE kind = ?", [REBUILT]).fetchone() is not None
    for adopted in (True, False):
        while db.conn.execute("SELECT 1 FROM unchained WHERE adopted = ? LIMIT 1", [adopted]).fetchone():
            with captures.appending() as (conn, append):
                lines = _lines(conn, adopted)
                of_run, how = (None, "adopted") if adopted else (run, mode)
                if rebuilt:
                    of_run, how = None, REBUILT if not closed else f"{REBUILT} continued"
                head = _head(conn, of_run, how, captures.software, lines)
                data = b"".join(orjson.dumps(head) + b"\n" if line is None else line + b"\n" for line in
                                (None, *(line.to_bytes() for line in lines)))  # fmt: skip
                signed = [(SIGNATURE, signer.sign(data)), (KEY, signer.public)] if signer else []
                place = append(f"{MANIFEST}{head['number']}", MEDIA_TYPE, data, head["closed_at"], signed)
                closed.append(_put(conn, head, hashlib.sha256(data).hexdigest(), place, dict(signed)))
                conn.execute("DELETE FROM unchained WHERE kind = ?", [REBUILT])
                _take_out(conn, adopted, lines)
    return closed


def manifests(conn: sqlite3.Connection, *, newest_first: bool = False) -> Iterator[Manifest]:
    order = "DESC" if newest_first else "ASC"
    return (Manifest(*row) for row in conn.execute(f"SELECT {COLUMNS} FROM manifests ORDER BY number {order}"))


def is_manifest(record: Record) -> bool:
    return record.type == "resource" and record.header("WARC-Target-URI").startswith(MANIFEST)


def read_lines(data: bytes) -> tuple[dict[str, object], Iterator[Line]]:
    """A manifest's head and its lines. Raises CaptureDamaged where the bytes are none of this format."""
    first, _, rest = data.partition(b"\n")
    try:
        head = orjson.loads(first)
    except orjson.JSONDecodeError as error:
        raise CaptureDamaged(f"no manifest: {error}") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise CaptureDamaged(f"no manifest of the format {FORMAT}")
    return head, _read(rest)


def seen_manifest(record: Record, place: Place) -> SeenManifest | None:
    """The manifest that a WARC record holds, without its lines; None where it holds none that can be read."""
    if not is_manifest(record):
        return None
    try:
        head, _ = read_lines(record.block)
    except CaptureDamaged:
        return None
    return SeenManifest(head, hashlib.sha256(record.block).hexdigest(), signature_of(record), place)


def restore_manifests(conn: sqlite3.Connection, found: Iterable[SeenManifest]) -> int:
    """Put the manifests of WARC records back into the table, in the order of their numbers, each that fits behind the
    last one; returns how many. What has no place in the chain is left to ``gongkai verify``."""
    restored = 0
    for seen in sorted(found, key=lambda one: (str(one.head["archive"]), one.head["number"])):
        last = conn.execute(LAST).fetchone()
        number, previous, archive = (last[0] + 1, last[5], last[3]) if last else (1, None, origin_of(conn))
        if (seen.head["number"], seen.head["previous"], seen.head["archive"]) == (number, previous, archive):
            _put(conn, seen.head, seen.sha256, seen.place, seen.signed)
            restored += 1
    return restored


def mark_rebuilt(conn: sqlite3.Connection) -> None:
    """The database was made again: the next manifest says so, and rows of before are held to nothing but their captures
    and tombstones."""
    for kind in KINDS:  # what was put in and taken out again on the way was never there
        conn.execute(
            f"""DELETE FROM unchained AS u WHERE u.kind = ? AND NOT EXISTS (
                SELECT 1 FROM {kind.table} t WHERE {kind.match})""",
            [kind.name],
        )
    conn.execute("INSERT OR IGNORE INTO unchained (kind, key) VALUES (?, 0)", [REBUILT])


def signature_of(record: Record) -> dict[str, str]:
    return {name: record.header(name) for name in SIGNED if record.header(name)}


def _read(rest: bytes) -> Iterator[Line]:
    for line in rest.splitlines():
        try:
            kind, key, sha256, *said = orjson.loads(line)
        except (orjson.JSONDecodeError, ValueError, TypeError) as error:
            raise CaptureDamaged(f"a line of the manifest cannot be read: {error}") from error
        yield Line(kind, key, sha256, tuple(said))


def _lines(conn: sqlite3.Connection, adopted: bool) -> list[Line]:
    lines: list[Line] = []
    for kind in KINDS:
        lines += waiting_lines(conn, kind, adopted, MOST - len(lines))
    return lines


def _head(conn: sqlite3.Connection, run: int | None, mode: str, software: str, lines: list[Line]) -> dict[str, object]:
    last = conn.execute(LAST).fetchone()
    source, run_mode, started, finished, reader = conn.execute(RUN, [run]).fetchone() or (None, mode, None, None, None)
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.kind] = counts.get(line.kind, 0) + 1
    return {
        "format": FORMAT, "number": last[0] + 1 if last else 1, "previous": last[5] if last else None,
        "archive": last[3] if last else origin_of(conn), "run": run, "source": source, "mode": run_mode,
        "started_at": started, "finished_at": finished, "closed_at": stamp(), "tool": software, "reader": reader,
        "records": counts,
    }  # fmt: skip


def _put(
    conn: sqlite3.Connection, head: dict[str, object], sha256: str, place: Place, signed: dict[str, str]
) -> Manifest:
    counts = head["records"]
    assert isinstance(counts, dict)
    values = (
        head["number"], head["run"], head["mode"], head["archive"], head["previous"], sha256,
        sum(counts.values()), head["closed_at"], signed.get(SIGNATURE), signed.get(KEY), place.warc_file, place.offset,
        place.length,
    )  # fmt: skip
    conn.execute(f"INSERT INTO manifests ({COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)
    return Manifest(*values)  # type: ignore[arg-type]


def _take_out(conn: sqlite3.Connection, adopted: bool, lines: list[Line]) -> None:
    if len(lines) < MOST:
        conn.execute("DELETE FROM unchained WHERE adopted = ?", [adopted])
    else:
        keys = ((line.kind, line.key) for line in lines)
        conn.executemany("DELETE FROM unchained WHERE kind = ? AND key = ?", keys)


def _fill(db: Database, captures: Captures) -> None:
    """Digests that rows lack: those of an older archive, or of a writer that does not make them."""
    for kind, query, digest in (("capture", LACKING_CAPTURES, captures.records_sha256), ("rendition", LACKING, None)):
        last = 0
        while rows := db.conn.execute(query, [kind, last, AT_ONCE]).fetchall():
            with transaction(db) as conn:
                for row in rows:
                    try:
                        sha256 = row_sha256(row[1:]) if digest is None else digest(row[0])
                    except CaptureDamaged:
                        continue  # its line will say "": nothing to compare with, and verify names the damage
                    table, column = ("captures", "records_sha256") if digest else ("renditions", "row_sha256")
                    conn.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", [sha256, row[0]])
            last = rows[-1][0]


LACKING_CAPTURES = """
    SELECT c.id FROM captures c JOIN unchained u ON u.kind = ? AND u.key = c.record_id
    WHERE c.records_sha256 IS NULL AND c.id > ? ORDER BY c.id LIMIT ?
"""
LACKING = f"""
    SELECT r.id, {", ".join(f"r.{name}" for name in ROW)} FROM renditions r JOIN unchained u
    ON u.kind = ? AND u.key = r.id WHERE r.row_sha256 IS NULL AND r.id > ? ORDER BY r.id LIMIT ?
"""
