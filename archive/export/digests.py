"""``digests.tsv``: every document that an export selects, with the digest of its record; and how a later export
tells by it what is new.

A head line, then a line a document, ordered by id: id, sha256 and last_seen_at with a tab between. ``sha256`` is over
the record's values, in the order of the manifest's fields, as one JSON array (UTF-8, no blanks), with ``text`` and
``markdown`` replaced by their own SHA-256 in hex and without ``last_seen_at``: that a page was looked at again and
found the same is no change, and would make every update a full export. It is the same in every format. An update
(``--since-manifest``) lists all documents that its selection has now, not only those that it writes, so that it can be
the base of the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson

from archive.export.batches import Batch
from archive.export.fields import TEXTS
from archive.export.files import ExportedFile, Writing

__all__ = ["DIGESTS", "DigestWriter", "Digested", "digested", "read_digests"]

DIGESTS = "digests.tsv"
HEAD = b"id\tsha256\tlast_seen_at\n"
UNDIGESTED = "last_seen_at"

Digested = tuple[str, str]  # id and sha256


def digested(batch: Batch) -> list[str]:
    """The digest of each document's record."""
    columns = {key: column for key, column in batch.columns.items() if key != UNDIGESTED}
    for key in TEXTS:
        columns[key] = [hashlib.sha256(text).hexdigest() for text in columns[key]]
    rows = zip(*columns.values(), strict=True)
    return [hashlib.sha256(orjson.dumps(row)).hexdigest() for row in rows]


def read_digests(path: Path) -> Iterator[Digested]:
    """Id and digest of every document, ordered by id."""
    with path.open("rb") as file:
        next(file, None)
        for line in file:
            id, sha256, _ = line.decode().split("\t")
            yield id, sha256


class DigestWriter:
    """Writes the file, and compares it as it goes with the one of an earlier export (``old``, ordered by id).

    Knows no database: a batch is compared while the next one is read.
    """

    def __init__(self, folder: Path, old: Iterator[Digested] | None) -> None:
        self._old = old
        self._ahead = next(old, None) if old else None
        self._writing = Writing(folder / DIGESTS)
        self._writing.write(HEAD)
        self._left: list[str] = []
        self.documents = self.unchanged = 0

    def write(self, batch: Batch) -> Sequence[bool]:
        """Which documents of the batch are new or changed: all of them, where there is no earlier export."""
        ids, now = batch.columns["id"], digested(batch)
        rows = zip(ids, now, batch.columns[UNDIGESTED], strict=True)
        self._writing.write("".join(f"{id}\t{sha256}\t{seen}\n" for id, sha256, seen in rows).encode())
        new = [self._before(id) != sha256 for id, sha256 in zip(ids, now, strict=True)]
        self.documents += len(batch)
        self.unchanged += len(new) - sum(new)
        return new

    def close(self) -> ExportedFile:
        """To be called once, also after a failure."""
        return self._writing.done()

    def left(self) -> Sequence[str]:
        """After the last batch: what the earlier export held and this one does not, ordered by id."""
        self._before(None)
        return self._left

    def _before(self, id: str | None) -> str | None:
        """The earlier digest of a document; those before it that are not met any more have left."""
        while self._old and self._ahead and (id is None or self._ahead[0] < id):
            self._left.append(self._ahead[0])
            self._ahead = next(self._old, None)
        if not self._old or not self._ahead or self._ahead[0] != id:
            return None
        sha256 = self._ahead[1]
        self._ahead = next(self._old, None)
        return sha256
