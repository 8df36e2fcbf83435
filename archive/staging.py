"""What all WARC files of an archive say, gathered in the order in which it stands there: the first step of making the
database again (``gongkai reextract --rebuild``).

The captures get their rows at once. What their records say besides (run, frontier address) and what the ``resource``
records say (source files, runs, checks, tombstones) goes into tables of a second file, attached as ``stage``, from
which ``archive.past_runs`` puts the runs together. Nothing is written into a WARC file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from archive.capture_rows import insert_capture
from archive.chain import SeenManifest, seen_manifest
from archive.database import transaction
from archive.errors import NotWritable
from archive.identity import canonical_url, document_id
from archive.members import Gap
from archive.model import Issue
from archive.run_records import CHECKS, RUN, RunRow
from archive.store import Archive
from archive.tails import Piece, walk, write_issue
from archive.warc_records import Record

__all__ = ["MERGED", "SOURCE", "TOMBSTONE", "Staged", "gather", "is_withdrawn"]

SOURCE, READER, TOMBSTONE = "urn:gongkai:source:", "urn:gongkai:reader:", "urn:gongkai:tombstone:"
MERGED = "urn:gongkai:merged:"
"""What a merge says of the other archive: ``into`` and ``origin`` (names of archives), ``files`` of it that do not say
whose they are."""
BATCH = 500  # records a transaction
SETTLING = ("list", "article", "part", "import")
TABLES = """
CREATE TABLE stage.captures (
    capture INTEGER PRIMARY KEY, file TEXT NOT NULL, origin TEXT NOT NULL, number INTEGER, source TEXT,
    at TEXT NOT NULL, kind TEXT NOT NULL, settles INTEGER NOT NULL, url TEXT, address TEXT, page INTEGER, mode TEXT,
    refers_to TEXT, run INTEGER, done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE stage.files (name TEXT PRIMARY KEY, origin TEXT NOT NULL);
CREATE TABLE stage.tomls (source TEXT, sha256 TEXT, toml TEXT, at TEXT, PRIMARY KEY (source, sha256));
CREATE TABLE stage.records (id INTEGER PRIMARY KEY, origin TEXT, number INTEGER, source TEXT, started_at TEXT,
    at TEXT, over INTEGER, said TEXT);
CREATE TABLE stage.readers (id INTEGER PRIMARY KEY, file TEXT, origin TEXT, number INTEGER, source TEXT, at TEXT,
    reader TEXT, toml_sha256 TEXT);
CREATE TABLE stage.checks (origin TEXT, number INTEGER, started_at TEXT, seq INTEGER, url TEXT, at TEXT, outcome TEXT,
    record_id TEXT, reason TEXT, first TEXT, run INTEGER, PRIMARY KEY (origin, number, started_at, seq));
CREATE TABLE stage.issues (origin TEXT, number INTEGER, started_at TEXT, seq INTEGER, source TEXT, url TEXT, code TEXT,
    level TEXT, message TEXT, data TEXT, at TEXT, run INTEGER, PRIMARY KEY (origin, number, started_at, seq));
CREATE TABLE stage.merged ("into" TEXT, origin TEXT, file TEXT);
CREATE TABLE stage.tombstones (id INTEGER PRIMARY KEY, document TEXT NOT NULL, at TEXT NOT NULL, said TEXT NOT NULL);
"""
PUT_CAPTURE = """
INSERT INTO stage.captures
    (capture, file, origin, number, source, at, kind, settles, url, address, page, mode, refers_to)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(slots=True)
class Staged:
    """``issues``: what could not be read; they are written into the archive too."""

    files: int = 0
    captures: int = 0
    issues: list[Issue] = field(default_factory=list)
    manifests: list[SeenManifest] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    name: str
    origin: str = ""
    created_at: str = ""
    end: int = 0  # behind the last whole thing
    records: int = 0
    last_at: str = ""
    toml: tuple[str, str] = ("", "")  # source and digest of the last source file that was met


def gather(archive: Archive, stage: Path, files: Mapping[str, Path], told: Callable[[int, int], None]) -> Staged:
    """Read the WARC files (by their names) into the empty ``archive`` and the new file ``stage``, which stays attached.

    ``told(bytes, of)`` hears how far it is. Foreign keys are off until ``archive.past_runs`` has put the rows in that
    they name. Raises NotWritable where a file cannot be read or written.
    """
    conn = archive.conn
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("PRAGMA synchronous = OFF")  # what is half done when the machine stops is thrown away and begun again
    conn.execute("ATTACH ? AS stage", [str(stage)])
    conn.execute("PRAGMA stage.journal_mode = MEMORY")
    conn.execute("PRAGMA stage.synchronous = OFF")
    for statement in filter(str.strip, TABLES.split(";")):
        conn.execute(statement)
    sizes = {name: path.stat().st_size for name, path in files.items()}
    staged, done = Staged(len(files)), 0
    for name in sorted(files):
        try:
            hears = partial(_tell, told, done, sum(sizes.values()))
            _Gathering(archive, staged, name, files[name], hears).run(sizes[name])
        except OSError as error:
            raise NotWritable(f"cannot read {files[name]}: {error}; check its rights and the disk") from error
        done += sizes[name]
    _resolve_revisits(archive, staged)
    return staged


def _tell(told: Callable[[int, int], None], before: int, of: int, read: int) -> None:
    told(before + read, of)


class _Gathering:
    def __init__(self, archive: Archive, staged: Staged, name: str, path: Path, told: Callable[[int], None]) -> None:
        self.archive, self.staged, self.path, self.told = archive, staged, path, told
        self.file = _File(name)
        self.gap: Gap | None = None  # damage is told when something whole follows it, else it is a tail

    def run(self, size: int) -> None:
        with self.path.open("rb") as file:
            found = walk(file, self.file.name, 0, size)
            while True:
                with transaction(self.archive.db) as conn:
                    if not self._batch(conn, found):
                        break
                self.told(self.file.end)
        with transaction(self.archive.db) as conn:
            self._finish(conn, size)

    def _batch(self, conn: sqlite3.Connection, found: Iterator[Piece | Gap]) -> bool:
        for _ in range(BATCH):
            piece = next(found, None)
            if piece is None:
                return False
            if isinstance(piece, Gap):
                self._damaged(conn)
                self.gap = piece
            else:
                self._damaged(conn)
                self._piece(conn, piece)
        return True

    def _damaged(self, conn: sqlite3.Connection) -> None:
        """Say what is damaged before something whole; a damaged tail may be the rest of a record that was cut."""
        gap, self.gap = self.gap, None
        if gap is not None:
            self._issue(conn, "warc_damaged", f"{self.file.name} at {gap.offset}: {gap.message} ({gap.length} bytes)")

    def _issue(self, conn: sqlite3.Connection, code: str, message: str) -> None:
        data = {"file": self.file.name}
        self.staged.issues.append(write_issue(conn, Issue(code, "error", message, data=data)))

    def _piece(self, conn: sqlite3.Connection, piece: Piece) -> None:
        file = self.file
        file.end, file.last_at = piece.end, piece.made_at
        file.records += piece.records
        if piece.exchange is not None:
            self._capture(conn, piece)
        elif piece.record is not None and piece.record.type == "warcinfo":
            file.created_at, file.origin = piece.made_at, _part_of(piece.record)
        elif piece.record is not None:
            if piece.place is not None and (seen := seen_manifest(piece.record, piece.place)):
                self.staged.manifests.append(seen)
            self._resource(conn, piece.record, piece.made_at)

    def _capture(self, conn: sqlite3.Connection, piece: Piece) -> None:
        exchange, filing, stored = piece.exchange, piece.filing, piece.stored
        assert exchange is not None
        assert filing is not None
        assert stored is not None
        capture = insert_capture(conn, exchange, dataclasses.replace(filing, run=None), stored)
        self.staged.captures += 1
        note = exchange.note
        final = note.get("final") is not False and filing.kind in SETTLING and not piece.erased
        address = str(note.get("address") or exchange.url)
        url = str(note.get("url") or "") or _canonical(address)
        conn.execute(PUT_CAPTURE, [
            capture.id, self.file.name, self.file.origin, filing.run, filing.source, piece.made_at, filing.kind,
            final and bool(url), url, address, note.get("page"), note.get("mode"), piece.refers_to or None,
        ])  # fmt: skip

    def _resource(self, conn: sqlite3.Connection, record: Record, at: str) -> None:
        uri = record.header("WARC-Target-URI")
        try:
            if uri.startswith(SOURCE):
                self._toml(conn, uri.removeprefix(SOURCE), record.block.decode(), at)
            elif uri.startswith(READER):
                number, (source, sha256) = int(uri.removeprefix(READER)), self.file.toml
                conn.execute(
                    "INSERT INTO stage.readers (file, origin, number, source, at, reader, toml_sha256)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        self.file.name,
                        self.file.origin,
                        number,
                        source or None,
                        at,
                        record.block.decode(),
                        sha256 or None,
                    ],
                )
            elif uri.startswith(RUN) and uri.endswith(CHECKS):
                _put_checks(conn, orjson.loads(record.block))
            elif uri.startswith(RUN):
                _put_run(conn, orjson.loads(record.block), at)
            elif uri.startswith(MERGED):
                said = orjson.loads(record.block)
                names = said["files"] or [None]
                rows = [(said["into"], said["origin"], name) for name in names]
                conn.executemany("INSERT INTO stage.merged VALUES (?, ?, ?)", rows)
            elif uri.startswith(TOMBSTONE):
                conn.execute(
                    "INSERT INTO stage.tombstones (document, at, said) VALUES (?, ?, ?)",
                    [uri.removeprefix(TOMBSTONE), at, json.dumps(orjson.loads(record.block), ensure_ascii=False)],
                )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self._issue(conn, "record_unreadable", f"{self.file.name}: {uri}: {type(error).__name__}: {error}")

    def _toml(self, conn: sqlite3.Connection, source: str, toml: str, at: str) -> None:
        self.file.toml = source, hashlib.sha256(toml.encode()).hexdigest()
        conn.execute(
            "INSERT INTO stage.tomls VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
            [*self.file.toml, toml, at],
        )

    def _finish(self, conn: sqlite3.Connection, size: int) -> None:
        """The file's row. One with bytes behind its last whole record stays unsealed: the next crawl looks at them."""
        file = self.file
        if not file.records:
            return
        sealed_at = file.last_at if file.end == size else None
        conn.execute(
            "INSERT INTO warc_files (name, created_at, committed_length, records, sealed_at) VALUES (?, ?, ?, ?, ?)",
            [file.name, file.created_at or file.last_at, file.end, file.records, sealed_at],
        )
        conn.execute("INSERT INTO stage.files VALUES (?, ?)", [file.name, file.origin])
        if self.gap is not None:
            message = f"{file.name}: {size - file.end} bytes behind its last whole record: {self.gap.message}"
            self._issue(conn, "warc_damaged", message)


def _put_run(conn: sqlite3.Connection, said: dict[str, Any], at: str) -> None:
    row = RunRow.of(said)
    conn.execute(
        "INSERT INTO stage.records (origin, number, source, started_at, at, over, said) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [row.origin, row.number, row.source, row.started_at, at, row.finished_at is not None, json.dumps(said)],
    )


def _put_checks(conn: sqlite3.Connection, said: dict[str, Any]) -> None:
    head = [said["origin"], said["number"], said["started_at"]]
    conn.executemany(
        "INSERT OR REPLACE INTO stage.checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [[*head, *check] for check in said.get("checks", ())],
    )
    conn.executemany(
        "INSERT OR REPLACE INTO stage.issues VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [[*head, *issue] for issue in said.get("issues", ())],
    )


def _resolve_revisits(archive: Archive, staged: Staged) -> None:
    """Revisits point at the record that holds their payload, or at another one that holds the same; where none is left,
    an issue says so, and the answer is not taken for an empty one."""
    nothing = hashlib.sha256(b"").hexdigest()
    with transaction(archive.db) as conn:
        for same in ("t.record_id = s.refers_to", "t.payload_sha256 = captures.payload_sha256"):
            conn.execute(
                f"""UPDATE captures SET revisit_of = t.id, payload_length = t.payload_length
                    FROM stage.captures s JOIN captures t ON {same.replace("captures.", "c.")}
                    JOIN stage.captures ts ON ts.capture = t.id AND ts.refers_to IS NULL
                    JOIN captures c ON c.id = s.capture
                    WHERE s.capture = captures.id AND s.refers_to IS NOT NULL AND captures.revisit_of IS NULL"""
            )
        lost = conn.execute(
            """UPDATE captures SET payload_length = -1 WHERE revisit_of IS NULL AND payload_sha256 != ?
               AND id IN (SELECT capture FROM stage.captures WHERE refers_to IS NOT NULL)
               RETURNING id, url, warc_file, warc_offset""",
            [nothing],
        ).fetchall()
        for capture, url, name, offset in lost:
            conn.execute("UPDATE stage.captures SET settles = 0 WHERE capture = ?", [capture])
            if is_withdrawn(conn, url):
                continue
            message = f"a stored answer is lost: {name} at {offset} refers to a record that is not held"
            staged.issues.append(write_issue(conn, Issue("capture_lost", "error", message, url=url)))


def is_withdrawn(conn: sqlite3.Connection, url: str) -> bool:
    """Whether a tombstone (its last word) stands for the document at this address: then nothing of it is missed."""
    document = document_id(_canonical(url) or url)
    row = conn.execute(
        """SELECT said FROM stage.tombstones WHERE document = ? OR EXISTS (
               SELECT 1 FROM json_each(said, '$.addresses') WHERE value IN (?, ?)) ORDER BY at DESC, id DESC LIMIT 1""",
        [document, url, _canonical(url)],
    ).fetchone()
    return row is not None and json.loads(row[0]).get("lifted_at") is None


def _part_of(record: Record) -> str:
    for line in record.block.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "ispartof":
            return value.strip()
    return ""


def _canonical(url: str) -> str | None:
    try:
        return canonical_url(url)
    except ValueError:
        return None
