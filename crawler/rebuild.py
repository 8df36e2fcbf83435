"""``gongkai reextract --rebuild``: the database made again from the WARC files alone.

It is made beside the old one, under another name, and put in its place when it is whole; until then nothing is touched,
and a kill leaves what was there. The WARC files are only read. While it runs nothing else may write the archive.
"""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import os
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from archive import Archive, Captures
from archive.chain import close_books, mark_rebuilt, restore_manifests
from archive.clock import now, stamp
from archive.database import DATABASE
from archive.errors import ArchiveError
from archive.model import Issue
from archive.past_runs import Happening, happenings, put_runs
from archive.signing import configured_signer
from archive.staging import Staged, gather
from archive.steps import Told
from archive.warc_places import warc_files
from archive.warcfile import sync_folder
from crawler.lock import AlreadyRunning, ArchiveLock
from crawler.pages import page_of_capture
from crawler.replay import Replay
from crawler.replayed_run import RebuildSession
from crawler.session import TOOL

__all__ = ["DatabaseThere", "alone", "close_rebuilt", "rebuild", "rebuild_from"]

MAKING, STAGE = "archive.db.rebuilding", "archive.db.rebuilding-stage"
AHEAD = 4  # happenings that are looked at before their time, for each worker
UNCHANGED = """
SELECT c.payload_sha256 = (SELECT p.payload_sha256 FROM stage.captures e JOIN captures p ON p.id = e.capture
    WHERE e.url = s.url AND e.settles AND e.capture < s.capture ORDER BY e.capture DESC LIMIT 1)
FROM stage.captures s JOIN captures c ON c.id = s.capture WHERE s.capture = ?
"""


Carry = Callable[[Archive], None]


def carry_nothing(archive: Archive) -> None:
    """The WARC files are all there is."""


class DatabaseThere(ArchiveError):
    """There is a database, and nobody said that another one may take its place."""

    code = "database_there"


def rebuild(home: Path, told: Told, *, replace: bool = False) -> Counter[str]:
    """Make ``home/archive.db`` from the WARC files; returns counts of what was made. ``told(what, done, of)`` hears how
    far it is. ``replace``: an existing database is moved to ``archive.db.replaced-<moment>`` in the end.

    Raises DatabaseThere, AlreadyRunning where something writes the archive, ArchiveError where there is no WARC file.
    """
    database = home / DATABASE
    if database.exists() and not replace:
        raise DatabaseThere(
            f"{database} is there: to make it again from the WARC files, say --replace too (the old one is then kept "
            f"as {DATABASE}.replaced-…), or move it away"
        )
    if not warc_files(home / "warc"):
        raise ArchiveError(f"{home / 'warc'} holds no WARC file of an archive: there is nothing to rebuild from")
    lock = alone(home)
    try:
        counts = rebuild_from(home, {path.name: path for path in warc_files(home / "warc")}, told)
        close_rebuilt(home)
        return counts
    finally:
        lock.release()


def alone(home: Path) -> ArchiveLock:
    """No crawl, import or other rebuild writes this archive as long as the lock is held. Raises AlreadyRunning."""
    lock = ArchiveLock(home, alone=True)
    for path in warc_files(home / "warc"):
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.release()
                raise AlreadyRunning(f"{path.name} is being written by another process: wait for it") from None
    return lock


def close_rebuilt(home: Path) -> None:
    """The manifest that holds the new database's rows (inside ``alone``). Where it cannot be written, the next run's
    does."""
    signer = configured_signer()
    archive = Archive(home)
    captures = Captures(archive.db, home, software=TOOL)
    try:
        close_books(archive.db, captures, signer=signer)
    finally:
        captures.close()
        archive.close()


def rebuild_from(home: Path, files: Mapping[str, Path], told: Told, carry: Carry = carry_nothing) -> Counter[str]:
    """Make the database from these files, by their names, and put it in the place of the one that is there, if any
    (inside ``alone``). ``carry`` may bring rows into it that no WARC file holds."""
    remove_begun(home)
    counts = _make(home, files, told, carry)
    _put_in_place(home)
    return counts


def _make(home: Path, files: Mapping[str, Path], told: Told, carry: Carry) -> Counter[str]:
    session = RebuildSession(home, MAKING)
    try:
        staged = gather(session.archive, home / STAGE, files, lambda done, of: told("bytes read", done, of))
        with session.archive.transaction() as conn:
            put_runs(conn)
        replay = Replay(session, now())
        asyncio.run(_all(replay, told))
        counts = _finish(session, staged, replay.counts)
        carry(session.archive)
        _close_off(session.archive)
        return counts
    finally:
        session.close()


async def _all(replay: Replay, told: Told) -> None:
    conn = replay.conn
    of = conn.execute("SELECT count(*) FROM stage.sorted").fetchone()[0]
    for done, happening in enumerate(_looking_ahead(replay, happenings(conn))):
        if done % 20 == 0:
            told("checks", done, of)
        await replay.happen(happening)
    told("checks", of, of)


def _looking_ahead(replay: Replay, coming: Iterator[Happening]) -> Iterator[Happening]:
    """The same happenings, each a few others after its page was given to the workers."""
    window: deque[Happening] = deque()
    for happening in coming:
        window.append(happening)
        _expect(replay, happening)
        if len(window) > AHEAD * replay.session.pool.workers:
            yield window.popleft()
    yield from window


def _expect(replay: Replay, happening: Happening) -> None:
    """Have a page read before its time, where it will most likely have to be read."""
    if happening.what != "answer" or happening.capture is None or happening.run is None:
        return
    source = replay.source_of(happening.run)
    query = "SELECT kind, address, settles FROM stage.captures WHERE capture = ?"
    kind, address, settles = replay.conn.execute(query, [happening.capture]).fetchone()
    if source is None or not settles or kind not in ("article", "list"):
        return
    if kind == "article" and replay.conn.execute(UNCHANGED, [happening.capture]).fetchone()[0]:
        return
    captures = replay.session.captures
    with suppress(ArchiveError):  # it is told when its time has come
        capture, body = captures.load(happening.capture), captures.payload(happening.capture)
        page = page_of_capture(capture, body, address, "list" if kind == "list" else "article")
        replay.session.pool.expect(page, source)


def _finish(session: RebuildSession, staged: Staged, counts: Counter[str]) -> Counter[str]:
    """What waits is indexed and linked, what was in flight is free again."""
    archive, conn = session.archive, session.archive.conn
    archive.index_waiting()
    archive.link_copies()
    counts["files"], counts["captures"] = staged.files, staged.captures
    counts["damaged"] = len(staged.issues)
    for table in ("documents", "versions", "runs"):
        counts[table] = conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    with archive.transaction():
        conn.execute("UPDATE urls SET state = 'discovered', leased_by = NULL, leased_at = NULL WHERE state = 'leased'")
        conn.execute(
            """UPDATE runs SET recorded_at = r.at FROM stage.records r JOIN stage.runs s ON s.origin = r.origin
               AND s.number = r.number AND s.started_at = r.started_at WHERE s.row = runs.id AND r.over"""
        )
        message = f"the database was made again from {staged.files} WARC files with {staged.captures} captures"
        restore_manifests(conn, staged.manifests)
        mark_rebuilt(conn)
        archive.put_issue(Issue("rebuilt", "info", message, data=dict(counts)), run=None, source=None, now=now())
    conn.execute("DETACH stage")
    return counts


def _close_off(archive: Archive) -> None:
    """All in one file. Raises ArchiveError where it is not what a database of an archive must be."""
    conn = archive.conn
    conn.execute("PRAGMA foreign_keys = ON")
    if wrong := conn.execute("PRAGMA foreign_key_check").fetchone():
        raise ArchiveError(f"the new database is not whole ({wrong}): this is a mistake in gongkai, please report it")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _put_in_place(home: Path) -> None:
    """The new database takes its name, all at once; an old one keeps another name."""
    making, database = home / MAKING, home / DATABASE
    fd = os.open(making, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
    if database.exists():
        _keep_old(home)
    making.replace(database)
    sync_folder(home)
    remove_begun(home)


def _keep_old(home: Path) -> None:
    """The old database under another name, with what its journal holds: into the file where it can be read, else
    beside it."""
    database, kept = home / DATABASE, home / f"{DATABASE}.replaced-{stamp().replace(':', '').replace('-', '')}"
    with suppress(sqlite3.DatabaseError):
        conn = sqlite3.connect(database, timeout=5)
        try:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            conn.close()
    os.link(database, kept)
    journal = Path(f"{database}-wal")
    if journal.exists():
        os.link(journal, f"{kept}-wal")
        journal.unlink()
    Path(f"{database}-shm").unlink(missing_ok=True)


def remove_begun(home: Path) -> None:
    """What a rebuild that was killed left."""
    for name, end in itertools.product((MAKING, STAGE), ("", "-wal", "-shm", "-journal")):
        (home / f"{name}{end}").unlink(missing_ok=True)
