"""The files of an export: one writer a format, each counting and digesting what it writes.

JSON lines are UTF-8, one object a line, ``\\n``; a file is closed when it has passed the shard size. CSV is
one file, UTF-8 with BOM (Excel reads it right), RFC 4180 with ``\\r\\n`` between rows and the line breaks of
texts inside quotes. A CSV array is joined by `` | ``, an attachment is written ``name url``, a date claim
``role date``, a period ``kind start end``, a copy as its URL. Values are never changed to disarm spreadsheet
formulas: the table is data, and a text that begins with ``=`` or ``-`` must come back as it was; open it as text
where that is a risk.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from archive.record import EXPORT_KEYS, Record

__all__ = ["ExportedFile", "write_csv", "write_jsonl"]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """``length`` in bytes, ``sha256`` of them all."""

    name: str
    documents: int
    length: int
    sha256: str


class _Writing:
    """An open file with its digest and counts so far."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.documents = self.length = 0
        self._digest = hashlib.sha256()
        self._file: BinaryIO = path.open("xb")

    def write(self, data: bytes, documents: int = 1) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.length += len(data)
        self.documents += documents

    def close(self) -> ExportedFile:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return ExportedFile(self.name, self.documents, self.length, self._digest.hexdigest())


def write_jsonl(records: Iterable[Record], folder: Path, shard_bytes: int) -> tuple[ExportedFile, ...]:
    """``documents-00000.jsonl`` and on; the first is there also where there are no documents."""
    done: list[ExportedFile] = []
    writing = _Writing(folder / "documents-00000.jsonl")
    try:
        for record in records:
            if writing.length >= shard_bytes:
                done.append(writing.close())
                writing = _Writing(folder / f"documents-{len(done):05}.jsonl")
            writing.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    finally:
        last = writing.close()
    return (*done, last)


def write_csv(records: Iterable[Record], folder: Path, fold: bool) -> tuple[ExportedFile, ...]:
    """``documents.csv`` with a head row."""
    keys = (*EXPORT_KEYS, "copies") if fold else EXPORT_KEYS
    writing = _Writing(folder / "documents.csv")
    try:
        writing.write(b"\xef\xbb\xbf" + _csv_row(keys), 0)
        for record in records:
            writing.write(_csv_row(_cell(record[key]) for key in keys))
    finally:
        last = writing.close()
    return (last,)


def _csv_row(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " | ".join(_item(item) for item in value)
    return "" if value is None else str(value)


def _item(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    shown = [item.get(key) for key in ("name", "role", "date", "kind", "start", "end", "url")]
    return " ".join(str(part) for part in shown if part)
