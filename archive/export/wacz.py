"""WACZ: the captures of the selected documents in one file that ReplayWeb.page opens (WACZ 1.1.1).

``documents.wacz`` is a ZIP file whose parts are stored, not packed again, with one fixed time: archive/*.warc.gz (the
records as the archive holds them, documents in the order of their ids), indexes/ (``archive.export.cdxj``),
pages/pages.jsonl and datapackage.json with the digest of each part. Of a document stand there the captures that its
shown text was read from: its own page's and its further pages', and with a revisit the record that it refers to. Index
and pages are gathered in temporary tables, so that memory does not grow with the number of documents.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
import zipfile
from calendar import timegm
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import orjson

from archive.addresses import find_document
from archive.capture_rows import Stored, places_of, stored_of
from archive.errors import CaptureDamaged
from archive.export.batches import Batch
from archive.export.cdxj import INDEX, SUMMARY, cdxj_line, index_blocks, summary_head, summary_line
from archive.export.files import ExportedFile
from archive.export.manifest import Uncaptured
from archive.export.warc_copy import Group, WarcFiles

__all__ = ["WaczWriter"]

NAME = "documents.wacz"
VERSION = "1.1.1"
FIXED = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP knows
# The same time in UTC as an "extended timestamp" (UT). It stands before a part and in the ZIP's list of parts, so that
# neither has extra fields without the other: ReplayWeb.page skips none before a part for which the list has none, and
# with sizes of 64 bits zipfile writes one before the part only.
FIXED_UTC = struct.pack("<2sHBi", b"UT", 5, 1, timegm(FIXED))
BLOCK = 1 << 20
TABLES = {
    "export_copied": "(id INTEGER PRIMARY KEY)",
    "export_cdx": "(line TEXT PRIMARY KEY) WITHOUT ROWID",
    "export_pages": "(number INTEGER PRIMARY KEY, line TEXT)",
}
CAPTURES = """
    SELECT d.id, 0, r.capture FROM documents d JOIN renditions r ON r.id = d.current_rendition
    WHERE d.id IN (SELECT value FROM json_each(?))
    UNION ALL
    SELECT d.id, p.number + 1, p.capture FROM documents d JOIN rendition_parts p ON p.rendition = d.current_rendition
    WHERE p.capture IS NOT NULL AND d.id IN (SELECT value FROM json_each(?))
    ORDER BY 1, 2
"""
SAID = "SELECT url, status, media_type FROM captures WHERE id = ?"


class WaczWriter:
    """Takes batches and copies their captures; ``uncaptured`` names the documents of which one could not be read."""

    def __init__(self, conn: sqlite3.Connection, warc_folder: Path, folder: Path, shard_bytes: int) -> None:
        self.uncaptured: list[Uncaptured] = []
        self._conn, self._shard_bytes = conn, shard_bytes
        for name, columns in TABLES.items():
            conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
            conn.execute(f"CREATE TEMP TABLE {name} {columns}")
        self._files = WarcFiles(warc_folder)
        self._path = folder / NAME
        self._zip = zipfile.ZipFile(self._path, "x")
        self._resources: list[dict[str, Any]] = []
        self._warc: _Part | None = None
        self._begun: set[str] = set()  # the archive's files whose warcinfo the current part holds
        self._documents = 0
        self._newest = ""

    def write(self, batch: Batch) -> None:
        ids = orjson.dumps(list(batch.columns["id"])).decode()
        wanted: dict[str, list[int]] = {}
        for document, _, capture in self._conn.execute(CAPTURES, [ids, ids]).fetchall():
            wanted.setdefault(document, []).append(capture)
        for id, title in zip(batch.columns["id"], batch.columns["title"], strict=True):
            try:
                pages = [self._capture(capture) for capture in wanted[id]]
            except CaptureDamaged as damage:
                self.uncaptured.append(Uncaptured(id, str(damage)))
                continue
            self._documents += 1
            self._page(id, title, *pages[0])

    def close(self) -> tuple[ExportedFile, ...]:
        try:
            self._files.close()
            self._warc = self._warc or self._begin_warc()  # one stands there also where there is nothing to copy
            self._end_warc()
            self._indexes()
            self._add("pages/pages.jsonl", self._pages())
            self._package()
        finally:
            self._zip.close()
            for name in TABLES:
                self._conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
        return (ExportedFile(NAME, self._documents, self._path.stat().st_size, _sha256(self._path)),)

    # -- archive/ --------------------------------------------------------------------------------------

    def _capture(self, capture: int) -> tuple[str, str]:
        """Copy a capture, unless it is there already; its address and time. Raises CaptureDamaged."""
        stored = stored_of(self._conn, capture)
        group = self._files.group(stored)
        place = group.answer.header("WARC-Target-URI"), group.answer.header("WARC-Date")
        if not self._is_new(capture):
            return place
        if stored.revisit_of is not None:
            held, full = self._referred(stored)
            if self._is_new(held):
                self._copy(held, full)
            self._conn.execute("INSERT INTO temp.export_copied VALUES (?) ON CONFLICT DO NOTHING", [held])
        self._copy(capture, group)
        self._conn.execute("INSERT INTO temp.export_copied VALUES (?)", [capture])
        return place

    def _is_new(self, capture: int) -> bool:
        return self._conn.execute("SELECT 1 FROM temp.export_copied WHERE id = ?", [capture]).fetchone() is None

    def _referred(self, stored: Stored) -> tuple[int, Group]:
        """The record that holds a revisit's payload: the one that it names, else another; never one of a withdrawn
        document's address."""
        damage = CaptureDamaged("no record holds its payload")
        for place in sorted(
            places_of(self._conn, stored.payload_sha256), key=lambda held: held.id != stored.revisit_of
        ):
            assert place.id is not None
            if self._is_withdrawn(place.id):
                damage = CaptureDamaged("only a withdrawn document's capture holds its payload")
                continue
            try:
                return place.id, self._files.group(place)
            except CaptureDamaged as error:
                damage = error
        raise damage

    def _is_withdrawn(self, capture: int) -> bool:
        (url,) = self._conn.execute("SELECT url FROM captures WHERE id = ?", [capture]).fetchone()
        document = find_document(self._conn, url)
        found = self._conn.execute("SELECT withdrawn_at FROM documents WHERE id = ?", [document]).fetchone()
        return bool(found and found[0])

    def _copy(self, capture: int, group: Group) -> None:
        if self._warc and self._warc.length >= self._shard_bytes:
            self._end_warc()
        warc = self._warc or self._begin_warc()
        file = stored_of(self._conn, capture).warc_file
        if file not in self._begun:
            warc.write(self._files.head(file))
            self._begun.add(file)
        self._index(capture, group, warc.length + group.offset, warc.name)
        warc.write(group.data)

    def _index(self, capture: int, group: Group, offset: int, warc: str) -> None:
        record = group.answer
        url, date = record.header("WARC-Target-URI"), record.header("WARC-Date")
        _, status, media_type = self._conn.execute(SAID, [capture]).fetchone()
        said = {
            "url": url.partition("#")[0],  # no reader asks for more
            "mime": "warc/revisit" if record.type == "revisit" else (media_type or "unk").partition(";")[0].strip(),
            "digest": record.header("WARC-Payload-Digest"),
            "length": str(group.length),
            "offset": str(offset),
            "filename": warc.rpartition("/")[2],
        }
        if status is not None:
            said["status"] = str(status)
        self._newest = max(self._newest, date)
        line = cdxj_line(url, date, said)
        self._conn.execute("INSERT INTO temp.export_cdx VALUES (?) ON CONFLICT DO NOTHING", [line])

    def _begin_warc(self) -> _Part:
        number = sum(resource["path"].startswith("archive/") for resource in self._resources)
        self._begun = set()
        self._warc = _Part(self._zip, f"archive/documents-{number:05}.warc.gz")
        return self._warc

    def _end_warc(self) -> None:
        if self._warc:
            self._resources.append(self._warc.close())
        self._warc = None

    # -- indexes/, pages/, datapackage.json ---------------------------------------------------------------

    def _page(self, id: str, title: str | None, url: str, date: str) -> None:
        line = orjson.dumps({"id": id, "url": url, "ts": date, "title": title or url}).decode()
        self._conn.execute("INSERT INTO temp.export_pages (line) VALUES (?)", [line])

    def _pages(self) -> Iterator[bytes]:
        yield orjson.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Documents"}) + b"\n"
        for (line,) in self._conn.execute("SELECT line FROM temp.export_pages ORDER BY number"):
            yield line.encode() + b"\n"

    def _indexes(self) -> None:
        """The index, and the summary that says where its blocks stand."""
        summary, part = [summary_head()], _Part(self._zip, f"indexes/{INDEX}")
        lines = (line for (line,) in self._conn.execute("SELECT line FROM temp.export_cdx ORDER BY line"))
        for first, data in index_blocks(lines):
            summary.append(summary_line(first, part.length, len(data)))
            part.write(data)
        self._resources.append(part.close())
        self._add(f"indexes/{SUMMARY}", summary)

    def _package(self) -> None:
        said: dict[str, Any] = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": "gongkai 公开: captures of Chinese government disclosure documents",
            "software": f"gongkai {version('gongkai')}",
            "resources": self._resources,
        }
        if self._newest:  # of the newest capture, not of the export: the same archive gives the same bytes
            said["created"] = self._newest
        data = orjson.dumps(said, option=orjson.OPT_INDENT_2)
        _Part(self._zip, "datapackage.json").whole([data])
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        _Part(self._zip, "datapackage-digest.json").whole([orjson.dumps(digest, option=orjson.OPT_INDENT_2)])

    def _add(self, path: str, chunks: Iterable[bytes]) -> None:
        self._resources.append(_Part(self._zip, path).whole(chunks))


class _Part:
    """One part of the ZIP file, while it is written; one at a time."""

    def __init__(self, target: zipfile.ZipFile, name: str) -> None:
        info = zipfile.ZipInfo(name, FIXED)
        info.extra = FIXED_UTC
        info.external_attr = 0o644 << 16
        info.create_system = 3  # Unix, also where the export runs elsewhere
        self.name, self.length = name, 0
        self._digest = hashlib.sha256()
        self._file: IO[bytes] = target.open(info, "w", force_zip64=True)

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.length += len(data)

    def close(self) -> dict[str, Any]:
        """The part as datapackage.json names it."""
        self._file.close()
        return {
            "name": self.name.rpartition("/")[2],
            "path": self.name,
            "hash": f"sha256:{self._digest.hexdigest()}",
            "bytes": self.length,
        }

    def whole(self, chunks: Iterable[bytes]) -> dict[str, Any]:
        for chunk in chunks:
            self.write(chunk)
        return self.close()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
