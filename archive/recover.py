"""Setting right what a process left that died while it wrote: run at every start, before anything is fetched.

An unsealed WARC file whose lock is free has a dead writer. Its tail behind the committed length is read:
a whole group (metadata, request, response) gets its captures row, and its URL is ``kept``, to be read and
not fetched again; what is cut is cut off; then the file is sealed. Rows that point behind the end of
their file (a power cut took bytes that the database knew) become Issues and their URLs are fetched again.

Each step leaves a state from which the same steps go on, so dying in here does no harm either.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from archive.clock import stamp
from archive.database import transaction
from archive.errors import FilesAway, NotWritable
from archive.members import Gap, Member, scan
from archive.model import Issue
from archive.tails import Piece, bring_in, lose, walk, write_issue
from archive.warc_places import ELSEWHERE, locate, may_be_away, settle_brought, warc_files
from archive.warcfile import lock, sync_folder

__all__ = ["Recovered", "recover"]

AWAY = "{folder} does not hold {what}: mount the volume that it is on, or name its folder in {elsewhere}"
BATCH = 500  # groups a transaction: a whole file may have to be read in again after its database was lost


@dataclass(frozen=True, slots=True)
class Recovered:
    """``rows`` captures brought in, ``cut_bytes`` cut off the ends of files, and what a person should know."""

    rows: int = 0
    cut_bytes: int = 0
    issues: tuple[Issue, ...] = ()


def recover(db: Database, home: Path) -> Recovered:
    """Set every abandoned WARC file of ``home`` right; the Issues are also written into the archive.

    Files of living writers are left alone. Raises NotWritable where a file cannot be cut or read, FilesAway where files
    are not there that may be on a volume that is not mounted: nothing is written then.
    """
    settle_brought(home / "warc", {name for (name,) in db.execute("SELECT name FROM warc_files")})
    _refuse_without_files(db, home / "warc")
    done = [_recover_file(db, home / "warc", name) for name in _unsealed(db, home / "warc")]
    issues = tuple(issue for each in done for issue in each.issues)
    return Recovered(sum(each.rows for each in done), sum(each.cut_bytes for each in done), issues)


def _refuse_without_files(db: Database, folder: Path) -> None:
    """Where none of the sealed files is there, the folder is an empty mount point: nothing may be judged or written."""
    held = db.conn.execute(
        "SELECT name FROM warc_files WHERE committed_length > 0 AND sealed_at IS NOT NULL"
    ).fetchall()
    if held and not any(locate(folder, name).exists() for (name,) in held):
        what = f"any of the archive's {len(held)} finished files"
        raise FilesAway(AWAY.format(folder=folder, what=what, elsewhere=folder / ELSEWHERE))


def _unsealed(db: Database, folder: Path) -> list[str]:
    known = dict(db.conn.execute("SELECT name, sealed_at FROM warc_files").fetchall())
    found = {path.name for path in warc_files(folder)} - known.keys()
    return sorted(found | {name for name, sealed_at in known.items() if sealed_at is None})


def _recover_file(db: Database, folder: Path, name: str) -> Recovered:
    try:
        with locate(folder, name).open("r+b") as file:
            if lock(file.fileno()) and os.fstat(file.fileno()).st_nlink:
                return _Recovery(db, folder, name, file).run()
    except FileNotFoundError:
        return _missing(db, folder, name)
    except OSError as error:
        raise NotWritable(f"cannot set {folder / name} right: {error}; check its rights and the disk") from error
    return Recovered()


def _missing(db: Database, folder: Path, name: str) -> Recovered:
    """A row without a file: where captures stand in it they are lost, else the row goes. A file that may be on a volume
    that is not mounted is not lost."""
    if may_be_away(folder, name):
        raise FilesAway(AWAY.format(folder=folder, what=name, elsewhere=folder / ELSEWHERE))
    with transaction(db) as conn:
        conn.execute("DELETE FROM warc_files WHERE name = ? AND name NOT IN (SELECT warc_file FROM captures)", [name])
        lost = lose(conn, name, 0)
        conn.execute(
            "UPDATE warc_files SET committed_length = 0, records = 0, sealed_at = ? WHERE name = ?", [stamp(), name]
        )
    return Recovered(issues=tuple(lost))


class _Recovery:
    """One file, its lock held."""

    def __init__(self, db: Database, folder: Path, name: str, file: BinaryIO) -> None:
        self.db = db
        self.folder = folder
        self.name = name
        self.file = file
        self.size = os.fstat(file.fileno()).st_size
        self.rows = 0
        self.issues: list[Issue] = []
        self.damaged: list[Gap] = []
        self.sources: set[str] = set()  # that the captures brought in name

    def run(self) -> Recovered:
        query = "SELECT committed_length, sealed_at FROM warc_files WHERE name = ?"
        row = self.db.conn.execute(query, [self.name]).fetchone()
        if row is not None and row[1] is not None:  # its writer sealed it before we had the lock
            return Recovered()
        end = self._start(row[0]) if row else 0
        found = self._whole(end)
        while batch := list(itertools.islice(found, BATCH)):
            end = batch[-1].end
            with transaction(self.db) as conn:
                self._bring_in(conn, batch)
        return self._finish(end, row[0] if row else 0)

    def _whole(self, start: int) -> Iterator[Piece]:
        """Everything whole from ``start`` on. What is damaged before something whole is said and stays there; only
        what nothing follows is the rest of a record that was cut."""
        gap: Gap | None = None
        for piece in walk(self.file, self.name, start, self.size):
            if isinstance(piece, Gap):
                gap = gap or piece
                continue
            if gap is not None:
                self.damaged.append(gap)
                gap = None
            yield piece

    def _start(self, committed: int) -> int:
        """Where the known part of the file ends: the committed length, or less where the file is shorter."""
        if self.size >= committed:
            return committed
        query = (
            "SELECT max(warc_offset + warc_length) FROM captures WHERE warc_file = ? AND warc_offset + warc_length <= ?"
        )
        row = self.db.conn.execute(query, [self.name, self.size]).fetchone()
        known = int(row[0] or 0)
        records = sum(isinstance(found, Member) for found in scan(self.file, 0, known))
        with transaction(self.db) as conn:
            self.issues += lose(conn, self.name, known)
            conn.execute(
                "UPDATE warc_files SET committed_length = ?, records = ? WHERE name = ?", [known, records, self.name]
            )
        return known

    def _bring_in(self, conn: sqlite3.Connection, batch: list[Piece]) -> None:
        conn.execute(
            "INSERT INTO warc_files (name, created_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            [self.name, batch[0].made_at],
        )
        for piece in batch:
            self.issues += bring_in(conn, piece)
            self.rows += piece.exchange is not None
            self.sources |= {piece.filing.source} if piece.filing and piece.filing.source else set()
        conn.execute(
            "UPDATE warc_files SET committed_length = ?, records = records + ? WHERE name = ?",
            [batch[-1].end, sum(piece.records for piece in batch), self.name],
        )

    def _finish(self, end: int, committed: int) -> Recovered:
        """Cut the tail off, then seal; a file that holds nothing is removed."""
        cut = self.size - end
        if cut:
            self.file.truncate(end)
        os.fsync(self.file.fileno())
        with transaction(self.db) as conn:
            conn.execute("UPDATE warc_files SET sealed_at = ? WHERE name = ?", [stamp(), self.name])
            for gap in self.damaged:
                message = f"{self.name} at {gap.offset}: {gap.message}; what follows it was brought in"
                issue = Issue("warc_damaged", "error", message, data={"file": self.name})
                self.issues.append(write_issue(conn, issue))
            if self.rows or cut or self.issues:
                self._say(conn, cut, committed)
            if self._holds_nothing(conn):
                conn.execute("DELETE FROM warc_files WHERE name = ?", [self.name])
                locate(self.folder, self.name).unlink()
                sync_folder(self.folder)
        return Recovered(self.rows, cut, tuple(self.issues))

    def _say(self, conn: sqlite3.Connection, cut: int, committed: int) -> None:
        message = f"{self.name}: its writer died; {self.rows} captures brought in, {cut} bytes of a cut record removed"
        data = {"file": self.name, "rows": self.rows, "cut_bytes": cut, "committed": committed}
        self.issues.append(write_issue(conn, Issue("warc_recovered", "info", message, data=data)))
        unknown = sorted(self.sources - {name for (name,) in conn.execute("SELECT id FROM sources")})
        if unknown:
            message = f"{self.name}: captures of sources that the database does not know: {', '.join(unknown)}"
            self.issues.append(
                write_issue(conn, Issue("unknown_source", "warning", message, data={"sources": unknown}))
            )

    def _holds_nothing(self, conn: sqlite3.Connection) -> bool:
        row = conn.execute("SELECT records FROM warc_files WHERE name = ?", [self.name]).fetchone()
        used = conn.execute("SELECT 1 FROM captures WHERE warc_file = ? LIMIT 1", [self.name]).fetchone()
        return (row is None or row[0] <= 1) and used is None
