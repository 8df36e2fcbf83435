"""Parquet files: one schema whatever the documents hold, one row group a batch, zstd. The only file that knows pyarrow.

Nothing that differs between two exports of one archive goes in: no time, no name. The bytes are the same as long as
pyarrow's release is (it writes its own name into the footer).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from archive.export.batches import Batch
from archive.export.fields import TEXTS, ExportField, Shape
from archive.export.files import ExportedFile, Writing, shard_name

__all__ = ["ParquetWriter"]

PLAIN = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
LEVEL = 1  # of invented texts of 3,000 characters: a quarter less time than level 3, for files 5 % larger
FEW_VALUES = ("source", "kind", "trust", "publisher", "doc_type", "validity", "disclosure", "rights_basis", "column")
"""Columns worth a dictionary: a few hundred values at most."""
ORDERED = ("id", "source", "trust", "published_at", "issued_on", "captured_at", "rights_basis")
"""Columns whose least and greatest value let a reader skip row groups; of texts they would be whole texts."""


class ParquetWriter:
    """``documents-00000.parquet`` and on; a file that has reached ``shard_bytes`` is followed by another."""

    def __init__(self, folder: Path, shard_bytes: int, fields: Iterable[ExportField]) -> None:
        self._folder, self._shard_bytes = folder, shard_bytes
        self._schema = pa.schema([(f.name, _type(f.shape, f.repeated)) for f in fields])
        self._done: list[ExportedFile] = []
        self._open()

    def write(self, batch: Batch) -> None:
        if self._writing.documents and self._writing.length >= self._shard_bytes:
            self._close()
            self._open()
        arrays = [_column(field.name, batch.columns[field.name], field.type) for field in self._schema]
        self._parquet.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=len(batch))
        self._writing.documents += len(batch)

    def close(self) -> tuple[ExportedFile, ...]:
        self._close()
        return tuple(self._done)

    def _open(self) -> None:
        self._writing = Writing(self._folder / shard_name(len(self._done), "parquet"))
        self._parquet = pq.ParquetWriter(
            self._writing,
            self._schema,
            compression="zstd",
            compression_level=LEVEL,
            use_dictionary=list(FEW_VALUES),
            write_statistics=list(ORDERED),
            store_schema=False,
        )

    def _close(self) -> None:
        try:
            self._parquet.close()
        finally:
            self._done.append(self._writing.done())


def _column(name: str, values: Sequence[Any], kind: Any) -> Any:
    """Of texts, which come as UTF-8, the one copy that is needed: pyarrow's own way doubles its buffer as it grows and
    checks each text again."""
    if name not in TEXTS:
        return pa.array(values, kind)
    offsets = array("i", accumulate(map(len, values), initial=0))
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets), pa.py_buffer(b"".join(values)))


def _type(shape: Shape, repeated: bool) -> Any:
    kind = PLAIN[shape] if isinstance(shape, str) else _struct(shape)
    return pa.list_(kind) if repeated else kind


def _struct(parts: Sequence[tuple[str, Shape]]) -> Any:
    return pa.struct([(name, _type(part, False)) for name, part in parts])
