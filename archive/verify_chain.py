"""The hash chain made again: every manifest against the one before it, its WARC record and its signature, every line
against its row, every row against its line.

The lines of all manifests are sorted in a temporary table on disk; memory holds one manifest at a time.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.captures import Place, parse_record
from archive.chain import REBUILT, SIGNED, Manifest, is_manifest, manifests, read_lines, signature_of
from archive.errors import CaptureDamaged
from archive.ledger import KINDS, Kind, Line, held_lines
from archive.members import read_member
from archive.signing import is_signed_by
from archive.verify_readings import Ticking
from archive.verify_warc import Damage
from archive.warc_places import locate
from archive.warc_records import Record
from archive.withdrawals import is_genuine, tombstone_of

__all__ = ["Chain", "check_chain"]

TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS chained (kind TEXT, key, sha256 TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID",
    "CREATE TEMP TABLE IF NOT EXISTS chained_fixed (kind TEXT, key, sha256 TEXT, PRIMARY KEY (kind, key, sha256)) "
    "WITHOUT ROWID",
    "DELETE FROM chained",
    "DELETE FROM chained_fixed",
)
FIXED = frozenset(kind.name for kind in KINDS if kind.fixed)
KNOWN = frozenset(kind.name for kind in KINDS)
MADE_AGAIN = frozenset(
    {"rendition", "version", "document", "alias", "attachment", "relation", "entry", "part", "capture"}
)
"""Kinds of rows that can be made again from the WARC files."""
NAMED = 3
SHOWN = 1000  # damages of one kind of row; more say nothing new
OPEN = """SELECT EXISTS (SELECT 1 FROM runs WHERE finished_at IS NULL)
    OR EXISTS (SELECT 1 FROM unchained WHERE kind = 'run')"""


@dataclass(frozen=True, slots=True)
class Chain:
    """``head``: digest of the last manifest, None where there is none; ``signed`` by ``keys``; ``rows`` that the
    manifests hold; ``waiting``: rows that no manifest holds yet; ``rebuilt_at``: when the database was made again from
    its WARC files: rows of before are held to nothing but their captures and tombstones."""

    manifests: int
    head: str | None
    signed: int
    keys: tuple[str, ...]
    rows: int
    waiting: int
    rebuilt_at: str | None = None


def check_chain(
    conn: sqlite3.Connection, folder: Path, loose: Iterable[Place], ticking: Ticking, *, head: str | None = None,
    key: str | None = None,
) -> tuple[Chain, list[Damage]]:  # fmt: skip
    """``loose``: manifest records that no row names; ``head``: the digest of a manifest that the chain must hold;
    ``key``: the public key (hex) that must have signed, from the first signed manifest on, or all of a chain that is
    not signed at all. Expects a read transaction, writes temporary tables only."""
    for statement in TABLES:
        conn.execute(statement)
    check = _ChainCheck(conn, folder, ticking, key)
    damages = list(check.links())
    if head is not None and head not in check.digests:
        damages.append(Damage("chain_head", "manifests", f"none has the digest {head}: the chain was cut or rewritten"))
    damages += check.loose(loose)
    for kind in KINDS:
        damages += _limited(check.rows(kind))
    damages += check.outside_a_run()
    damages += _tombstones(conn)
    return check.result(), damages


class _ChainCheck:
    def __init__(self, conn: sqlite3.Connection, folder: Path, ticking: Ticking, key: str | None) -> None:
        self.conn, self.folder, self.ticking, self.key = conn, folder, ticking, key
        self.last: Manifest | None = None
        self.digests: set[str] = set()
        self.keys: dict[str, int] = {}
        self.is_signed = conn.execute("SELECT 1 FROM manifests WHERE signature IS NOT NULL").fetchone() is not None
        self.held = 0
        self.waiting = 0
        self.rebuilt_at: str | None = None

    def result(self) -> Chain:
        head = self.last.sha256 if self.last else None
        signed = sum(self.keys.values())
        return Chain(len(self.digests), head, signed, tuple(self.keys), self.held, self.waiting, self.rebuilt_at)

    # -- the manifests -----------------------------------------------------------------------------------

    def links(self) -> Iterator[Damage]:
        for manifest in manifests(self.conn):
            self.ticking("manifests", manifest.number)
            where = f"manifest {manifest.number}"
            yield from (Damage("chain", where, message) for message in self._breaks(manifest))
            try:
                record = self._record(Place(manifest.warc_file, manifest.warc_offset, manifest.warc_length))
                yield from (Damage("chain", where, message) for message in self._differences(manifest, record))
                self._load(record, manifest)
            except (CaptureDamaged, OSError) as error:
                yield Damage("chain", where, f"its record cannot be read: {error}")
            self.last = manifest
            self.digests.add(manifest.sha256)
        if self.conn.execute("SELECT 1 FROM unchained WHERE kind = ?", [REBUILT]).fetchone():
            self._rebuilt(None)

    def _rebuilt(self, at: str | None) -> None:
        """Rows got other numbers: those of before are held to nothing but their captures and tombstones."""
        self.rebuilt_at = at
        self.conn.execute("DELETE FROM chained WHERE kind != 'tombstone'")
        self.conn.execute("DELETE FROM chained_fixed WHERE kind != 'capture'")

    def _breaks(self, manifest: Manifest) -> Iterator[str]:
        number, previous = (self.last.number, self.last.sha256) if self.last else (0, None)
        if manifest.number != number + 1:
            yield f"it follows number {number}: manifests are missing"
        elif manifest.previous != previous:
            yield "it does not carry the digest of the one before it"
        if self.last and manifest.archive != self.last.archive:
            yield "it belongs to another archive"

    def _differences(self, manifest: Manifest, record: Record) -> Iterator[str]:
        if not is_manifest(record) or hashlib.sha256(record.block).hexdigest() != manifest.sha256:
            yield "its record has another digest"
            return
        head, _ = read_lines(record.block)
        names = ("number", "run", "mode", "archive", "previous", "closed_at")
        counts = head["records"]
        lines = sum(counts.values()) if isinstance(counts, dict) else 0
        if lines != manifest.records or any(head[name] != getattr(manifest, name) for name in names):
            yield "its row says something else than its record"
        yield from self._signature(manifest, record)

    def _signature(self, manifest: Manifest, record: Record) -> Iterator[str]:
        if (manifest.signature, manifest.key) != tuple(signature_of(record).get(name) for name in SIGNED):
            yield "its row has another signature than its record"
        if manifest.signature is None or manifest.key is None:
            if self.keys or (self.key and not self.is_signed):
                yield "it is not signed" + (", those before it are" if self.keys else "")
            return
        if not is_signed_by(manifest.key, record.block, manifest.signature):
            yield "its signature does not fit"
        elif self.key not in (None, manifest.key):
            yield f"it is signed with another key: {manifest.key}"
        self.keys[manifest.key] = self.keys.get(manifest.key, 0) + 1

    def _record(self, place: Place) -> Record:
        with locate(self.folder, place.warc_file).open("rb") as file:
            return parse_record(read_member(file, place.offset).data)

    def _load(self, record: Record, manifest: Manifest) -> None:
        if manifest.mode == REBUILT:
            self._rebuilt(manifest.closed_at)
        _, lines = read_lines(record.block)
        fixed: list[tuple[str, int | str, str | None]] = []
        others: list[tuple[str, int | str, str | None]] = []
        for line in lines:
            (fixed if line.kind in FIXED else others).append((line.kind, line.key, line.sha256))
        self.conn.executemany("INSERT OR IGNORE INTO chained_fixed VALUES (?, ?, coalesce(?, 'none'))", fixed)
        self.conn.executemany("INSERT OR REPLACE INTO chained VALUES (?, ?, ?)", others)

    def loose(self, places: Iterable[Place]) -> Iterator[Damage]:
        """A manifest without a row is harmless where its writer died before it could be taken into the chain and
        another took its place: then the chain holds all that it says."""
        for place in places:
            where = f"{place.warc_file} at {place.offset}"
            try:
                head, lines = read_lines(self._record(place).block)
                number = head["number"]
                if self.last is not None and head["archive"] != self.last.archive:
                    continue  # of an archive that was merged into this one
                if self.last is None or any(not self._holds(line) for line in lines):
                    yield Damage(
                        "manifest_removed", where, f"manifest {number} stands here, the chain does not hold it"
                    )
            except (CaptureDamaged, OSError) as error:
                yield Damage("manifest_removed", where, f"a manifest that cannot be read: {error}")

    def _holds(self, line: Line) -> bool:
        table, sha256 = ("chained_fixed", line.sha256 or "none") if line.kind in FIXED else ("chained", None)
        query = f"SELECT 1 FROM {table} WHERE kind = ? AND key = ? AND (? IS NULL OR sha256 = ?)"
        return self.conn.execute(query, [line.kind, line.key, sha256, sha256]).fetchone() is not None

    # -- the rows ----------------------------------------------------------------------------------------

    def rows(self, kind: Kind) -> Iterator[Damage]:
        """Walk through lines and rows side by side, both in the order of their keys."""
        table = "chained_fixed" if kind.fixed else "chained"
        lines = self.conn.execute(f"SELECT key, nullif(sha256, 'none') FROM {table} WHERE kind = ? ORDER BY key",
                                  [kind.name])  # fmt: skip
        rows = held_lines(self.conn, kind)
        line, row, before = next(lines, None), next(rows, None), None
        done = 0
        while line is not None or row is not None:
            done += 1
            if done % 10_000 == 0:
                self.ticking(f"chained {kind.table}", done)
            if line is not None and line[0] == before:
                yield self._damage(kind, line[0], "two manifests say different things of it: it was rewritten")
                line = next(lines, None)
            elif row is None or (line is not None and _before(line[0], row.key)):
                assert line is not None
                yield from self._without_row(kind, *line)
                self.held += 1
                before, line = line[0], next(lines, None)
            elif line is None or _before(row.key, line[0]):
                yield from self._without_line(kind, row)
                row = next(rows, None)
            else:
                yield from self._both(kind, row, line[1])
                self.held += 1
                before, line, row = line[0], next(lines, None), next(rows, None)
        yield from self._waits_in_vain(kind)

    def _without_row(self, kind: Kind, key: int | str, sha256: str | None) -> Iterator[Damage]:
        if sha256 is None and kind.removable:
            return
        if not (kind.removable and self._is_waiting(kind, key)):
            yield self._damage(kind, key, "was removed: the chain holds it, the table does not")

    def _without_line(self, kind: Kind, row: Line) -> Iterator[Damage]:
        if not self._is_waiting(kind, row.key):
            yield self._damage(kind, row.key, "was put in behind the chain's back: no manifest holds it")

    def _both(self, kind: Kind, row: Line, sha256: str | None) -> Iterator[Damage]:
        if row.sha256 == sha256 or sha256 == "" or (not kind.fixed and self._is_waiting(kind, row.key)):
            return
        yield self._damage(kind, row.key, "was changed: it is not what the chain says")

    def _is_waiting(self, kind: Kind, key: int | str) -> bool:
        query = "SELECT 1 FROM unchained WHERE kind = ? AND key = ?"
        return self.conn.execute(query, [kind.name, key]).fetchone() is not None

    def _waits_in_vain(self, kind: Kind) -> Iterator[Damage]:
        """Rows that are noted for the next manifest and gone."""
        query = f"""SELECT u.key, EXISTS (SELECT 1 FROM {kind.table} t WHERE {kind.match}) FROM unchained u
                    WHERE u.kind = ?"""
        for key, held in self.conn.execute(query, [kind.name]):
            self.waiting += 1
            if not held and not kind.removable:
                yield self._damage(kind, key, "was removed: it waits for the chain, the table does not hold it")

    def outside_a_run(self) -> Iterator[Damage]:
        """While no run goes on, and none closed without its manifest, nothing may wait."""
        if not self.waiting or self.last is None or self.conn.execute(OPEN).fetchone()[0]:
            return
        some = self.conn.execute("SELECT kind || ' ' || key FROM unchained LIMIT ?", [NAMED]).fetchall()
        text = f"{self.waiting} rows were written outside a run ({', '.join(name for (name,) in some)} …)"
        yield Damage("unchained", "archive.db", f"{text}; the next run would take them into the chain")

    def _damage(self, kind: Kind, key: int | str, message: str) -> Damage:
        return Damage("chain_row", f"{kind.name} {key}", message, kind.name in MADE_AGAIN)


def _tombstones(conn: sqlite3.Connection) -> Iterator[Damage]:
    for (document,) in conn.execute("SELECT document FROM tombstones WHERE signature IS NOT NULL OR key IS NOT NULL"):
        tombstone = tombstone_of(conn, document)
        if tombstone is not None and not is_genuine(tombstone):
            yield Damage("chain", f"tombstone {document}", "its signature does not fit")


def _before(one: int | str, other: int | str) -> bool:
    """SQLite's order: numbers before text, text by its UTF-8 bytes."""
    if isinstance(one, int) != isinstance(other, int):
        return isinstance(one, int)
    return one.encode() < other.encode() if isinstance(one, str) and isinstance(other, str) else one < other  # type: ignore[operator]


def _limited(damages: Iterator[Damage]) -> Iterator[Damage]:
    """Goes through to the end, because counting does."""
    for number, damage in enumerate(damages):
        if number < SHOWN:
            yield damage
