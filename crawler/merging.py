"""``gongkai merge OTHER``: another archive joined into this one.

What this archive's WARC files lack is brought from the other's, then the database is made from all of them, as if all
answers had come to one archive (``crawler.rebuild``): versions stand in the order of time and are compared under one
reader, and which of the two was merged into the other makes no difference. What is there already changes nothing. A
kill leaves this archive as it was; the other one is only read.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

from archive import Archive, Captures
from archive.carried import carry_over
from archive.clock import now, stamp
from archive.database import DATABASE, open_database
from archive.errors import ArchiveError
from archive.foreign_files import bring_files, free_name, lacks_captures, withdrawn_payloads
from archive.model import Issue
from archive.recover import recover
from archive.run_records import origin_of, write_run_records
from archive.staging import MERGED, SOURCE, TOMBSTONE
from archive.steps import Told
from archive.warc_places import BROUGHT, settle_brought, warc_files
from archive.withdrawals import tombstone_columns
from crawler.rebuild import alone, close_rebuilt, rebuild_from
from crawler.session import TOOL

__all__ = ["merge"]

TEMPORARY = "merging"
# Runs of the other archive that are over and that ours does not know so. ``main`` is the other, ``ours`` this one.
RUNS = """
    SELECT r.id FROM runs r WHERE r.finished_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ours.runs o
        WHERE coalesce(o.origin, (SELECT id FROM ours.origin)) = coalesce(r.origin, (SELECT id FROM origin))
        AND coalesce(o.number, o.id) = coalesce(r.number, r.id) AND o.started_at = r.started_at
        AND o.finished_at IS NOT NULL)
"""
CONFLICTS = """
    SELECT d.url, 'document_source', 'document ' || d.id || ' is of source ' || coalesce(d.source, 'none')
        || ' here and of ' || coalesce(o.source, 'none') || ' in the other archive'
    FROM older.documents o JOIN documents d ON d.id = o.id WHERE o.source IS NOT d.source
    UNION ALL
    SELECT s.homepage, 'source_differs', 'source ' || s.id || ' is ' || s.homepage || ' here and ' || o.homepage
        || ' in the other archive' FROM older.sources o JOIN sources s ON s.id = o.id WHERE o.homepage != s.homepage
"""


def merge(home: Path, other: Path, told: Told) -> Counter[str]:
    """Join the archive at ``other`` into the one at ``home``; returns counts (none: it held nothing new).

    Raises AlreadyRunning where something writes the archive at ``home``, SchemaTooNew or ArchiveError where the other
    cannot be read, FilesAway where its WARC files are not there.
    """
    if not (other / DATABASE).exists():
        raise ArchiveError(f"{other} holds no archive (no {DATABASE})")
    if home.resolve() == other.resolve():
        raise ArchiveError(f"{other} is this archive itself")
    Archive(home, create=False).close()
    temporary = home / TEMPORARY
    lock = alone(home)
    try:
        _copy_database(other, temporary)
        brought = _bring(home, other, temporary)
        if not brought:
            return Counter()
        files = {path.name: path for path in warc_files(home / "warc")} | brought
        counts = rebuild_from(home, files, told, lambda archive: _carry(archive, home, temporary))
        settle_brought(home / "warc", brought)
        close_rebuilt(home)
        counts["brought"] = len(brought)
        return counts
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        lock.release()


def _copy_database(other: Path, temporary: Path) -> None:
    """A copy of the other database, which may be brought up to the present schema."""
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    reading = sqlite3.connect(f"{(other / DATABASE).resolve().as_uri()}?mode=ro", uri=True)
    copy = sqlite3.connect(temporary / DATABASE)
    try:
        reading.backup(copy)
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{other / DATABASE} cannot be read: {error}") from error
    finally:
        copy.close()
        reading.close()


def _bring(home: Path, other: Path, temporary: Path) -> dict[str, Path]:
    """The files that this archive lacks, with one that says what the other's database knows of its runs."""
    warc, ours = home / "warc", Archive(home)
    theirs = open_database(temporary, create=False)
    try:
        recover(ours.db, home)
        for path in warc.glob(f"*{BROUGHT}"):  # of a merge that was killed
            path.unlink()
        theirs.execute("ATTACH ? AS ours", [str(home / DATABASE)])
        withdrawn = withdrawn_payloads(theirs.conn)
        runs = [row[0] for row in theirs.execute(RUNS).fetchall()]
        tombstones = _tombstones(theirs.conn)
        if not (runs or tombstones or lacks_captures(theirs.conn, withdrawn)):
            return {}
        brought = bring_files(theirs.conn, other / "warc", warc, withdrawn)
        theirs.conn.executemany("UPDATE main.runs SET recorded_at = NULL WHERE id = ?", [(run,) for run in runs])
        into = origin_of(ours.conn)
    finally:
        ours.close()
        if theirs.conn.in_transaction:
            theirs.execute("ROLLBACK")
        if any(row[1] == "ours" for row in theirs.execute("PRAGMA database_list").fetchall()):
            theirs.execute("DETACH ours")
    _write_records(Captures(theirs, temporary, software=TOOL), into, sorted(brought), tombstones)
    theirs.close()
    for path in warc_files(temporary / "warc"):
        name = free_name(warc, path.name, into[:8])
        shutil.copyfile(path, warc / f"{name}{BROUGHT}")
        brought[name] = warc / f"{name}{BROUGHT}"
    return brought


def _write_records(captures: Captures, into: str, files: list[str], tombstones: list[dict[str, object]]) -> None:
    """What the other database says and its WARC files may not: they may be older than these records."""
    conn, at = captures.db.conn, stamp()
    said = {"into": into, "origin": origin_of(conn), "files": files}
    captures.append_resource(f"{MERGED}{said['origin']}", "application/json", json.dumps(said).encode(), at)
    for source, toml, updated_at in conn.execute("SELECT id, toml, updated_at FROM sources").fetchall():
        captures.append_resource(f"{SOURCE}{source}", "application/toml", toml.encode(), updated_at)
    for tombstone in tombstones:
        moment = str(tombstone.get("lifted_at") or tombstone["at"])
        block = json.dumps(tombstone, ensure_ascii=False).encode()
        captures.append_resource(f"{TOMBSTONE}{tombstone['document']}", "application/json", block, moment)
    write_run_records(captures.db, captures)
    captures.close()


def _tombstones(conn: sqlite3.Connection) -> list[dict[str, object]]:
    """The tombstones of the other archive that ours has not, or otherwise."""
    names = tombstone_columns(conn)
    if not names:
        return []
    rows = set(conn.execute(f"SELECT {', '.join(names)} FROM main.tombstones").fetchall())
    if tombstone_columns(conn, "ours"):
        rows -= set(conn.execute(f"SELECT {', '.join(names)} FROM ours.tombstones").fetchall())
    found = [dict(zip(names, row, strict=True)) for row in sorted(rows, key=str)]
    for tombstone in found:
        for name in ("addresses", "payloads", "records"):
            tombstone[name] = json.loads(str(tombstone.get(name) or "[]"))
    return found


def _carry(archive: Archive, home: Path, temporary: Path) -> None:
    """Older readings of both, and an issue for what the two do not agree on."""
    for folder in (home, temporary):
        archive.conn.execute("ATTACH ? AS older", [str(folder / DATABASE)])
        with archive.transaction() as conn:
            carry_over(conn)
            if folder == temporary:
                for url, code, message in conn.execute(CONFLICTS).fetchall():
                    archive.put_issue(Issue(code, "warning", message, url=url), run=None, source=None, now=now())
        archive.conn.execute("DETACH older")
