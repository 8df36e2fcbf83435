"""A copy of the archive that is sound by itself, made while a crawl may be writing.

The database is copied in one step by SQLite's own backup (a snapshot; writers go on), then each WARC file up to the
length that the snapshot knows: an answer's bytes are in the file before its row is committed. The copied database takes
its name last, so that a copy which is made again, and killed, is still what it was. A second run copies what is new.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.database import DATABASE
from archive.errors import ArchiveError, NotWritable
from archive.run_records import origin_of
from archive.steps import Told
from archive.warc_places import locate
from archive.warcfile import sync_folder

__all__ = ["BackedUp", "WarcCopy", "backup", "copy_file"]

COPYING = ".copying"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class BackedUp:
    """``copied`` and ``held`` WARC files (new or longer; there already), ``bytes`` written, ``missing``: files that the
    archive has and that are not there to be copied (a volume that is not mounted)."""

    copied: int
    held: int
    bytes: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WarcCopy:
    """A WARC file and how much of it is to be copied."""

    name: str
    length: int
    sealed: bool


def backup(db: Database, home: Path, target: Path, told: Told, *, link: bool = False) -> BackedUp:
    """Copy the archive at ``home`` into the folder ``target``, which is made. ``link``: sealed WARC files are linked
    (hard links: no space, the same disk).

    Raises ArchiveError where the target holds something else than a copy of this archive, NotWritable where it cannot
    be written.
    """
    if target.resolve() == home.resolve():
        raise ArchiveError(f"{target} is the archive itself: name another folder")
    _check_target(db.conn, target)
    try:
        (target / "warc").mkdir(parents=True, exist_ok=True)
        copying = target / f"{DATABASE}{COPYING}"
        _copy_database(db.conn, copying)
        done = _copy_files(home / "warc", target / "warc", _files(copying), told, link)
        copying.replace(target / DATABASE)
        sync_folder(target)
    except OSError as error:
        raise NotWritable(f"cannot write the copy at {target}: {error}; check its rights and the disk") from error
    return done


def _check_target(conn: sqlite3.Connection, target: Path) -> None:
    """An earlier copy of this archive, or nothing."""
    database = target / DATABASE
    if not database.exists():
        if target.exists() and any(path.name not in ("warc", f"{DATABASE}{COPYING}") for path in target.iterdir()):
            raise ArchiveError(f"{target} is no copy of this archive, and not empty: name another folder")
        return
    other = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        same = origin_of(other) == origin_of(conn)
    except sqlite3.DatabaseError:
        same = False
    finally:
        other.close()
    if not same:
        raise ArchiveError(f"{target} holds another archive: name another folder")


def _copy_database(conn: sqlite3.Connection, copying: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{copying}{end}").unlink(missing_ok=True)
    copy = sqlite3.connect(copying)
    try:
        conn.backup(copy)  # all pages in one step: a snapshot, whoever writes meanwhile
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()
    _sync(copying)


def _files(database: Path) -> list[WarcCopy]:
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        query = "SELECT name, committed_length, sealed_at IS NOT NULL FROM warc_files ORDER BY name"
        return [WarcCopy(name, length, bool(sealed)) for name, length, sealed in conn.execute(query)]
    finally:
        conn.close()


def _copy_files(warc: Path, target: Path, files: list[WarcCopy], told: Told, link: bool) -> BackedUp:
    of, done, copied, written, missing = sum(file.length for file in files), 0, 0, 0, []
    for file in files:
        source = locate(warc, file.name)
        try:
            there = source.stat()
        except FileNotFoundError:
            missing.append(file.name)
            continue
        new = copy_file(source, there, target / file.name, file, link)
        copied, written, done = copied + (new is not None), written + (new or 0), done + file.length
        told("bytes", done, of)
    sync_folder(target)
    return BackedUp(copied, len(files) - copied - len(missing), written, tuple(missing))


def copy_file(source: Path, there: os.stat_result, copy: Path, file: WarcCopy, link: bool) -> int | None:
    """Bytes written; None where the copy is what it should be. A sealed file that was written since (something was
    erased in it) is copied anew."""
    held = copy.stat() if copy.exists() else None
    if held and (held.st_ino, held.st_dev) == (there.st_ino, there.st_dev):
        return None
    if not file.sealed:
        return _extend(source, copy, file.length)
    if held and (held.st_size, held.st_mtime_ns) == (file.length, there.st_mtime_ns):
        return None
    beside = copy.with_name(f"{copy.name}{COPYING}")
    beside.unlink(missing_ok=True)
    if link:
        os.link(source, beside)
    else:
        _extend(source, beside, file.length)
        shutil.copystat(source, beside)
    beside.replace(copy)
    return 0 if link else file.length


def _extend(source: Path, copy: Path, length: int) -> int | None:
    """Append what the copy lacks up to ``length``; a file that is being written only grows."""
    with source.open("rb") as reading, copy.open("ab") as writing:
        start = writing.tell()
        if start >= length:
            writing.truncate(length)
            return None if start == length else 0
        reading.seek(start)
        rest = length - start
        while rest and (data := reading.read(min(rest, BLOCK))):
            writing.write(data)
            rest -= len(data)
        writing.flush()
        os.fsync(writing.fileno())
    if rest:
        raise OSError(f"{source} ends {rest} bytes too early; `gongkai verify` says more")
    return length - start


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
