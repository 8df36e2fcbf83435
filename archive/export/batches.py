"""The selected documents as columns, some hundreds of documents at a time, in the order of their ids.

Columns and not rows, because that is what Parquet takes and what is counted fastest; ``Batch.records`` makes rows of
them. The two texts stay bytes as SQLite holds them (UTF-8): turning them into ``str`` and back would be a third of an
export's time. The values are those of ``archive.record.record_of_row``; a test holds the two together.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from archive.export.fields import TEXTS, export_fields
from archive.export.rights import rights_basis
from archive.model import METADATA_FIELDS
from archive.record import ARRAYS, EXPORT_KEYS, Record

__all__ = ["Batch", "batches"]

MOST_DOCUMENTS = 500
MOST_BYTES = 8_000_000  # of texts: a batch is also a row group, and is held twice while it is written

# CROSS JOIN keeps the order of the tables, so that rows come out by id and are never sorted with their texts.
READ = f"""
    SELECT d.id, d.source, d.url, 'article', r.title, CAST(r.text AS BLOB), CAST(r.markdown AS BLOB),
        {", ".join(f'r."{n}"' for n in METADATA_FIELDS if n != "title")}, r.attachments, r.date_claims, r.periods,
        d.trust, d.flags, v.number, c.fetched_at, d.first_seen_at, d.last_seen_at, d.gone_at, d.duplicate_of,
        d.import_path, d.trust_evidence, v.id, c.robots
    FROM temp.export_documents e CROSS JOIN documents d ON d.id = e.id
    CROSS JOIN renditions r ON r.id = d.current_rendition CROSS JOIN versions v ON v.id = r.version
    CROSS JOIN captures c ON c.id = r.capture
    ORDER BY e.id
"""
READ_KEYS = (*EXPORT_KEYS, "trust_evidence", "version_row", "robots")
FILES = """
    SELECT version, url, sha256, length, state FROM attachments WHERE version IN (SELECT value FROM json_each(?))
"""
COPIES = """
    SELECT original, id, url, trust FROM temp.export_copies WHERE original IN (SELECT value FROM json_each(?))
    ORDER BY original, id
"""
UNKNOWN = {"sha256": None, "length": None, "state": "listed"}

Column = Sequence[Any]  # values as JSON has them


@dataclass(frozen=True, slots=True)
class Batch:
    """``columns``: key → one value a document, all keys of ``export_fields`` in order; of TEXTS the UTF-8 bytes.
    ``robots``: what robots.txt said when each was captured."""

    columns: dict[str, Column]
    robots: Column

    def __len__(self) -> int:
        return len(self.robots)

    @property
    def length(self) -> int:
        """Bytes of the texts."""
        return sum(len(value) for key in TEXTS for value in self.columns[key])

    def records(self) -> Iterator[Record]:
        """The documents as rows, with texts as ``str``."""
        columns = self.columns | {key: [value.decode() for value in self.columns[key]] for key in TEXTS}
        names = tuple(columns)
        for row in zip(*columns.values(), strict=True):
            yield dict(zip(names, row, strict=True))

    def only(self, wanted: Sequence[bool]) -> Batch:
        """The documents for which ``wanted`` is true."""
        if all(wanted):
            return self
        kept = [at for at, is_wanted in enumerate(wanted) if is_wanted]
        columns: dict[str, Column] = {key: [column[at] for at in kept] for key, column in self.columns.items()}
        return Batch(columns, [self.robots[at] for at in kept])


def batches(conn: sqlite3.Connection, fold: bool) -> Generator[Batch, None, None]:
    """Every document of ``temp.export_documents``; a batch holds at least one."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    text, markdown = (READ_KEYS.index(key) for key in TEXTS)
    for row in conn.execute(READ):
        rows.append(row)
        size += len(row[text]) + len(row[markdown])
        if len(rows) == MOST_DOCUMENTS or size >= MOST_BYTES:
            yield _batch(conn, rows, fold)
            rows, size = [], 0
    if rows:
        yield _batch(conn, rows, fold)


def _batch(conn: sqlite3.Connection, rows: list[tuple[Any, ...]], fold: bool) -> Batch:
    read: dict[str, Column] = dict(zip(READ_KEYS, zip(*rows, strict=True), strict=True))
    versions, evidence, flags = read["version_row"], read["trust_evidence"], read["flags"]
    columns = {key: _arrays(read[key]) if key in ARRAYS else read[key] for key in EXPORT_KEYS}
    columns["attachments"] = _with_files(conn, columns["attachments"], versions)
    said = (read["trust"], flags, evidence, read["doc_type"], read["document_number"], read["content_source"])
    columns["rights_basis"] = [rights_basis(*values) for values in zip(*said, strict=True)]
    if fold:
        columns["copies"] = _copies(conn, read["id"])
    assert tuple(columns) == tuple(field.name for field in export_fields(fold))
    return Batch(columns, read["robots"])


def _arrays(stored: Column) -> Column:
    if stored.count("[]") == len(stored):
        return [[]] * len(stored)
    return [orjson.loads(value) if value and value != "[]" else [] for value in stored]


def _with_files(conn: sqlite3.Connection, links: Column, versions: Column) -> Column:
    """The links of each document with what is known of their files."""
    wanted = [version for version, found in zip(versions, links, strict=True) if found]
    if not wanted:
        return links
    files: dict[tuple[int, str], Record] = {}
    for version, url, sha256, length, state in conn.execute(FILES, [json.dumps(wanted)]):
        files[version, url] = {"sha256": sha256, "length": length, "state": state}
    return [
        [link | files.get((version, link["url"]), UNKNOWN) for link in found]
        for version, found in zip(versions, links, strict=True)
    ]


def _copies(conn: sqlite3.Connection, ids: Column) -> Column:
    found: dict[str, list[Record]] = {}
    for original, id, url, trust in conn.execute(COPIES, [json.dumps(ids)]):
        found.setdefault(original, []).append({"id": id, "url": url, "trust": trust})
    return [found.get(id, []) for id in ids]
