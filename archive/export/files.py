"""The files of an export: what is counted and digested while it is written, and the writers of JSON lines and CSV.

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
from typing import BinaryIO, Protocol

import orjson

from archive.export.batches import Batch

__all__ = ["CsvWriter", "ExportedFile", "JsonLinesWriter", "Writer", "Writing", "shard_name", "write_file"]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """``length`` in bytes, ``sha256`` of them all; ``documents`` 0 for a file about the export itself."""

    name: str
    documents: int
    length: int
    sha256: str


class Writing:
    """An open file with its digest and counts so far; also what pyarrow takes for a file."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.documents = self.length = 0
        self._digest = hashlib.sha256()
        self._file: BinaryIO = path.open("xb")

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self._digest.update(data)
        self.length += len(data)
        return len(data)

    def tell(self) -> int:
        return self.length

    def flush(self) -> None:
        self._file.flush()

    @property
    def closed(self) -> bool:
        return self._file.closed

    def close(self) -> None:
        """Bring the bytes to the disk."""
        if not self.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def done(self) -> ExportedFile:
        """Close the file and say what it is."""
        self.close()
        return ExportedFile(self.name, self.documents, self.length, self._digest.hexdigest())


class Writer(Protocol):
    """What turns batches into files of one format."""

    def write(self, batch: Batch) -> None: ...

    def close(self) -> tuple[ExportedFile, ...]:
        """The files, in order. To be called once, also after a failure."""
        ...


def shard_name(number: int, suffix: str) -> str:
    """``documents-00000.jsonl`` and on; the first is there also where there are no documents."""
    return f"documents-{number:05}.{suffix}"


def write_file(path: Path, data: bytes) -> ExportedFile:
    """A small file in one go."""
    writing = Writing(path)
    try:
        writing.write(data)
    finally:
        done = writing.done()
    return done


class JsonLinesWriter:
    """One JSON object a line; a file that has reached ``shard_bytes`` is followed by another."""

    def __init__(self, folder: Path, shard_bytes: int) -> None:
        self._folder, self._shard_bytes = folder, shard_bytes
        self._done: list[ExportedFile] = []
        self._writing = Writing(folder / shard_name(0, "jsonl"))

    def write(self, batch: Batch) -> None:
        for record in batch.records():
            if self._writing.length >= self._shard_bytes:
                self._done.append(self._writing.done())
                self._writing = Writing(self._folder / shard_name(len(self._done), "jsonl"))
            self._writing.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
            self._writing.documents += 1

    def close(self) -> tuple[ExportedFile, ...]:
        return (*self._done, self._writing.done())


class CsvWriter:
    """``documents.csv`` with a head row of ``names``."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._writing = Writing(folder / "documents.csv")
        self._writing.write(b"\xef\xbb\xbf" + _csv_row(names))

    def write(self, batch: Batch) -> None:
        for record in batch.records():
            self._writing.write(_csv_row(map(_cell, record.values())))
            self._writing.documents += 1

    def close(self) -> tuple[ExportedFile, ...]:
        return (self._writing.done(),)


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
