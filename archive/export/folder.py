"""An export from beginning to end: into ``DIR.partial``, its manifest last, then renamed to ``DIR``.

What stands under its final name is therefore always whole. The same archive gives the same bytes again:
order by id, fixed keys, no time of export anywhere.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlite_utils import Database

from archive.errors import ExportExists, NotWritable
from archive.export.batches import Batch, batches
from archive.export.card import CARD, card
from archive.export.croissant import CROISSANT, croissant
from archive.export.digests import DigestWriter
from archive.export.earlier import Earlier, earlier_export
from archive.export.fields import export_fields
from archive.export.figures import Figures, gaps_of
from archive.export.files import CsvWriter, ExportedFile, JsonLinesWriter, Writer, write_file
from archive.export.manifest import MANIFEST, Manifest, Uncaptured, as_json
from archive.export.partial import partial_folder
from archive.export.removed import write_removed
from archive.export.selection import Selection, check, selected
from archive.index import index_waiting
from archive.turns import short_turns

__all__ = ["FORMATS", "export"]

FORMATS = ("jsonl", "csv", "parquet", "wacz")
AHEAD = 2  # batches that wait to be written
CACHE = -8192  # kB, for an export: each document is read once, in no order that a cache could serve
SHARD_BYTES = 256 * 1024 * 1024  # some 20,000 documents: a file that editors and upload forms still take


def export(
    db: Database,
    folder: str | os.PathLike[str],
    format: str | None = None,
    selection: Selection | None = None,
    *,
    since: Path | None = None,
    warc_folder: Path | None = None,
    shard_bytes: int = SHARD_BYTES,
) -> Manifest:
    """Write the selected documents (default: all official ones) into the new folder ``folder``.

    ``format`` is one of FORMATS (None: jsonl, or that of ``since``). ``since``: the manifest.json of an earlier export;
    only what is new or changed after it is written. ``warc_folder``: where the archive's WARC files are, for wacz.
    ``shard_bytes``: a file that has reached it is followed by another (csv is always one).
    Raises ExportExists, ManifestMismatch, QueryError, NotWritable, ValueError for an unknown format; then no folder is
    left.
    """
    if format not in (None, *FORMATS):
        raise ValueError(f"no export format {format!r}; there are {', '.join(FORMATS)}")
    chosen, target = selection or Selection(), Path(folder)
    check(chosen)
    if os.path.lexists(target):
        raise ExportExists(f"{target} is already there: give another folder, or remove it first")
    earlier = earlier_export(since, format, chosen) if since else None
    as_format = format or (earlier.format if earlier else FORMATS[0])
    index_waiting(db)
    try:
        with partial_folder(target) as partial, _snapshot(db), selected(db.conn, chosen):
            return _Export(db.conn, partial, as_format, chosen, earlier, warc_folder, shard_bytes).run()
    except OSError as error:
        raise NotWritable(f"cannot export to {target}: {error}; check the path, its rights and the disk") from error


@dataclass(frozen=True, slots=True)
class _Export:
    """One export, while its snapshot and its temporary tables last."""

    conn: sqlite3.Connection
    folder: Path
    format: str
    selection: Selection
    earlier: Earlier | None
    warc_folder: Path | None
    shard_bytes: int

    def run(self) -> Manifest:
        """All files, the manifest last."""
        figures = Figures()
        digests = DigestWriter(self.folder, self.earlier.digests() if self.earlier else None)
        writer = self._writer()

        def take(batch: Batch) -> None:
            new = batch.only(digests.write(batch))
            if len(new):
                figures.add(new)
                writer.write(new)

        try:
            with closing(batches(self.conn, self.selection.fold)) as passing:  # an open cursor keeps its tables locked
                _hand_over(passing, take, beside=self.format != "wacz")
        finally:
            digest_file = digests.close()
            files = writer.close()
        removed_file, removed = write_removed(self.conn, self.folder, digests.left())
        manifest = Manifest(
            self.format, self.selection, self.earlier.sha256 if self.earlier else None, figures.documents,
            digests.documents, digests.unchanged, removed, figures.folded, figures.gone,
            dict(sorted(figures.by_trust.items())), dict(sorted(figures.by_rights.items())), files,
            (digest_file, removed_file), _uncaptured(writer),
        )  # fmt: skip
        return self._described(manifest, figures)

    def _writer(self) -> Writer:
        fields = export_fields(self.selection.fold)
        if self.format == "csv":
            return CsvWriter(self.folder, [field.name for field in fields])
        if self.format == "parquet":
            from archive.export.parquet import ParquetWriter  # half a second to load

            return ParquetWriter(self.folder, self.shard_bytes, fields)
        if self.format == "wacz":
            from archive.export.wacz import WaczWriter

            if self.warc_folder is None:
                raise ValueError("a wacz export needs the folder of the WARC files")
            return WaczWriter(self.conn, self.warc_folder, self.folder, self.shard_bytes)
        return JsonLinesWriter(self.folder, self.shard_bytes)

    def _described(self, manifest: Manifest, figures: Figures) -> Manifest:
        """Write what tells people and programs about the files; the manifest names all of it."""
        gaps = gaps_of(self.conn, figures.by_source)
        about: list[ExportedFile] = [*manifest.about]
        about.append(write_file(self.folder / CROISSANT, croissant(manifest, figures)))
        about.append(write_file(self.folder / CARD, card(manifest, figures, gaps)))
        whole = replace(manifest, about=tuple(about))
        write_file(self.folder / MANIFEST, as_json(whole))
        return whole


def _hand_over(passing: Iterable[Batch], take: Callable[[Batch], None], *, beside: bool) -> None:
    """Give each batch to ``take``; ``beside``: in a thread, while the next one is read (not where both use the
    database).

    Reading, digests and packing are C code that lets other threads run, so that two cores are busy.
    """
    if not beside:
        for batch in passing:
            take(batch)
        return
    with ThreadPoolExecutor(1, "export") as thread, short_turns(), _no_search_for_cycles():
        taken: deque[Future[None]] = deque()
        for batch in passing:
            if len(taken) == AHEAD:
                taken.popleft().result()
            taken.append(thread.submit(take, batch))
        for last in taken:
            last.result()


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows come and go by the million and never refer to each other: Python would look through them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _uncaptured(writer: Writer) -> tuple[Uncaptured, ...]:
    return tuple(getattr(writer, "uncaptured", ()))


@contextmanager
def _snapshot(db: Database) -> Iterator[None]:
    """One state of the archive throughout, whatever a crawl commits meanwhile."""
    conn: sqlite3.Connection = db.conn
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    cached = conn.execute("PRAGMA cache_size").fetchone()[0]
    conn.execute(f"PRAGMA cache_size = {CACHE}")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")
        conn.execute(f"PRAGMA cache_size = {cached}")
