"""Is the archive what it says it is? Every byte of every WARC file, every row, and the hash chain over both.

``warcio check`` passes over a cut file and a flipped byte; this does not. Nothing is repaired and nothing
written. An archive may be verified while a crawl writes it: what is behind a file's committed length is
the writer's business (or ``archive.recover``'s) until the file is sealed, and the database is read as it
stood when its turn came. What this proves and what it cannot: docs/trust.md.
"""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.index import check_index
from archive.tails import pieces
from archive.verify_chain import Chain, check_chain
from archive.verify_readings import Ticking, check_readings
from archive.verify_rows import check_rows
from archive.verify_warc import CheckedFile, Damage, WarcFile, check_file
from archive.warc_places import warc_files
from archive.warcfile import lock

__all__ = ["Damage", "Verification", "verify"]

COUNTED = ("captures", "documents", "versions", "renditions", "attachments")


@dataclass(frozen=True, slots=True)
class Verification:
    """``checked``: how many files, bytes, records, revisits, erased records and rows of each table were looked at;
    ``unfinished_bytes``: tails of files that a writer has not sealed, which are no damage."""

    checked: Mapping[str, int]
    damages: tuple[Damage, ...]
    chain: Chain | None = None

    @property
    def sound(self) -> bool:
        return not self.damages


def verify(
    db: Database, home: Path, *, chain_only: bool = False, head: str | None = None, key: str | None = None,
    ticking: Ticking = lambda what, done: None,
) -> Verification:  # fmt: skip
    """Read everything that ``home`` holds. Raises nothing for damage, whatever it is: it is in the result.

    ``chain_only``: leave out what the chain does not speak of (the search index, rows against rows). ``head``, ``key``:
    see ``archive.verify_chain``.
    """
    folder = home / "warc"
    counts: Counter[str] = Counter()
    damages: list[Damage] = []
    chain = None
    try:
        files = list(_files(db.conn, folder, ticking))
        counts.update(_totals(files))
        damages += _with_rebuildable(db.conn, files)
        damages += _unknown_files(db.conn, folder, counts)
        with _snapshot(db.conn):
            damages += [] if chain_only else [*check_rows(db.conn), *_index(db.conn)]
            damages += check_readings(db.conn, ticking)
            loose = [place for file in files for place in file.loose]
            chain, found = check_chain(db.conn, folder, loose, ticking, head=head, key=key)
            damages += found
            counts.update({table: _count(db.conn, table) for table in COUNTED})
    except sqlite3.DatabaseError as error:
        damages.append(Damage("database", "archive.db", f"cannot be read: {error}", True))
    return Verification(dict(counts), tuple(damages), chain)


@contextmanager
def _snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One state of the database for everything that is compared with something else in it."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


def _files(conn: sqlite3.Connection, folder: Path, ticking: Ticking) -> Iterator[CheckedFile]:
    for done, file in enumerate(_warc_files(conn)):
        ticking("WARC files", done)
        yield check_file(conn, folder, file)


def _index(conn: sqlite3.Connection) -> Iterator[Damage]:
    for where, message in check_index(conn):
        yield Damage("search_index", where, f"{message}: run `gongkai reextract`", True)


def _warc_files(conn: sqlite3.Connection) -> list[WarcFile]:
    rows = conn.execute("SELECT name, committed_length, records, sealed_at IS NOT NULL FROM warc_files ORDER BY name")
    return [WarcFile(name, length, records, bool(sealed)) for name, length, records, sealed in rows.fetchall()]


def _totals(files: list[CheckedFile]) -> dict[str, int]:
    return {
        "warc_files": len(files),
        "bytes": sum(f.length for f in files),
        "records": sum(f.records for f in files),
        "revisits": sum(f.revisits for f in files),
        "erased": sum(f.erased for f in files),
        "unfinished_bytes": sum(f.unfinished for f in files),
    }


def _with_rebuildable(conn: sqlite3.Connection, files: list[CheckedFile]) -> Iterator[Damage]:
    """The damages of the files; one is rebuildable where every payload in it is held whole by another record."""
    bad = {capture for file in files for _, captures in file.damages for capture in captures}
    for damage, captures in (found for file in files for found in file.damages):
        yield dataclasses.replace(damage, rebuildable=all(_held_elsewhere(conn, c, bad) for c in captures))


def _held_elsewhere(conn: sqlite3.Connection, capture: int, bad: set[int]) -> bool:
    rows = conn.execute(
        """SELECT o.id FROM captures c JOIN captures o ON o.payload_sha256 = c.payload_sha256
           WHERE c.id = ? AND o.revisit_of IS NULL AND o.record_id NOT IN
               (SELECT r.value FROM tombstones t, json_each(t.records) r WHERE t.erased)""",
        [capture],
    )
    return any(row[0] not in bad for row in rows)


def _unknown_files(conn: sqlite3.Connection, folder: Path, counts: Counter[str]) -> Iterator[Damage]:
    """Files of ours that hold answers of which the database knows nothing, and that no living process writes.

    A file without an answer is what a writer leaves that dies while it begins: unfinished, no damage.
    """
    known = {name for (name,) in conn.execute("SELECT name FROM warc_files")}
    for path in [path for path in warc_files(folder) if path.name not in known]:
        try:
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                free = lock(file.fileno()) and os.fstat(file.fileno()).st_nlink
                answers = any(piece.exchange for piece in pieces(file, path.name, 0, size)) if free else False
        except FileNotFoundError:
            continue
        if conn.execute("SELECT 1 FROM warc_files WHERE name = ?", [path.name]).fetchone():
            continue  # made, or brought in, since we looked
        counts["unfinished_bytes"] += size
        if answers:
            yield Damage("file_without_row", path.name, "the database does not know it; the next crawl adds it", True)


def _count(conn: sqlite3.Connection, table: str) -> int:
    count: int = conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return count
