"""An export from beginning to end: into ``DIR.partial``, its manifest last, then renamed to ``DIR``.

What stands under its final name is therefore always whole. The same archive gives the same bytes again:
order by id, fixed keys, no time of export anywhere.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from archive.errors import ExportExists, NotWritable
from archive.export.files import write_csv, write_jsonl
from archive.export.manifest import Manifest, as_json
from archive.export.selection import Selection, records
from archive.index import index_waiting
from archive.record import Record

__all__ = ["FORMATS", "export"]

FORMATS = ("jsonl", "csv")
SHARD_BYTES = 256 * 1024 * 1024  # some 20,000 documents: a file that editors and upload forms still take
OURS = re.compile(r"documents(-\d{5})?\.(jsonl|csv)|manifest\.json")


def export(
    db: Database,
    folder: str | os.PathLike[str],
    format: str = "jsonl",
    selection: Selection | None = None,
    *,
    shard_bytes: int = SHARD_BYTES,
) -> Manifest:
    """Write the selected documents (default: all official ones) into the new folder ``folder``.

    ``format`` is one of FORMATS. ``shard_bytes``: a jsonl file that has reached it is followed by another.
    Raises ExportExists, QueryError, NotWritable, ValueError for an unknown format; then no folder is left.
    """
    if format not in FORMATS:
        raise ValueError(f"no export format {format!r}; there are {', '.join(FORMATS)}")
    chosen = selection or Selection()
    target = Path(folder)
    if os.path.lexists(target):
        raise ExportExists(f"{target} is already there: give another folder, or remove it first")
    index_waiting(db)
    try:
        with _partial(target) as partial, _snapshot(db):
            tally = _Tally()
            counted = tally.counting(records(db, chosen))
            if format == "jsonl":
                files = write_jsonl(counted, partial, shard_bytes)
            else:
                files = write_csv(counted, partial, chosen.fold)
            manifest = Manifest(
                format, chosen, tally.documents, tally.folded, tally.gone, dict(sorted(tally.trust.items())), files
            )
            (partial / "manifest.json").write_bytes(as_json(manifest))
    except OSError as error:
        raise NotWritable(f"cannot export to {target}: {error}; check the path, its rights and the disk") from error
    return manifest


class _Tally:
    """Counts records as they pass."""

    def __init__(self) -> None:
        self.documents = self.folded = self.gone = 0
        self.trust: dict[str, int] = {}

    def counting(self, passing: Iterable[Record]) -> Iterator[Record]:
        for record in passing:
            self.documents += 1
            self.folded += len(record.get("copies", ()))
            self.gone += record["gone_at"] is not None
            self.trust[record["trust"]] = self.trust.get(record["trust"], 0) + 1
            yield record


@contextmanager
def _snapshot(db: Database) -> Iterator[None]:
    """One state of the archive throughout, whatever a crawl commits meanwhile."""
    conn: sqlite3.Connection = db.conn
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """An empty ``DIR.partial`` that becomes ``DIR`` when the block ends well and vanishes when it fails.

    What an interrupted export left there is cleared; a running one holds a lock on it. Raises ExportExists
    where another export is writing it or it holds something else.
    """
    partial = target.with_name(target.name + ".partial")
    partial.mkdir(parents=True, exist_ok=True)
    lock = os.open(partial, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _clear(partial, lock)
        try:
            yield partial
            partial.rename(target)
        except BaseException:
            with suppress(OSError):
                shutil.rmtree(partial)
            raise
    finally:
        os.close(lock)


def _clear(partial: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ExportExists(f"another export is writing {partial}: wait for it, or give another folder") from None
    found = sorted(partial.iterdir())
    strange = [path.name for path in found if not OURS.fullmatch(path.name)]
    if strange:
        raise ExportExists(f"{partial} holds {strange[0]}, which no export wrote: move it away, or give another folder")
    for path in found:
        path.unlink()
