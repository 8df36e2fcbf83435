"""What a document was at each time, and what changed between.

A change lies between two observations: it was not there at ``not_before`` and was there at ``seen_at``
(both UTC); the captures ``before`` and ``after`` prove both ends. Two versions are compared as one reader read
both, so that a better rule never looks like a publisher's change; where no reader read both, ``same_reader`` is
False and part of the difference may be ours.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.diff import SentenceChange, sentence_diff
from archive.model import Change
from archive.proofs import Moved, Proof, moved_from, moved_to, proofs_of
from archive.renditions import stored_content
from archive.versions import Content, changed_fields, text_sha256

__all__ = ["Difference", "FieldChange", "Step", "history"]

VERSIONS = """
    SELECT v.id, v.number, v.change, v.changed, v.not_before, v.first_seen_at AS seen_at, v.last_seen_at, c.url,
        c.fetched_at, c.status, c.warc_file, c.warc_offset, c.payload_sha256
    FROM versions v JOIN captures c ON c.id = v.capture WHERE v.document = ? ORDER BY v.number
"""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A metadata field or the list of attachments, before and after; arrays joined by `` | ``."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What ``reader`` sees changed from one version to the next, metadata and attachments apart from the text."""

    reader: str
    same_reader: bool
    fields: tuple[FieldChange, ...]
    text: tuple[SentenceChange, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A version, the captures that prove it, and how it differs from the last one that had content. Times UTC.

    ``not_before`` None: never seen without it. ``fetched_at`` None: an import that does not say.
    ``difference`` None: nothing to compare (the first version, or a page that is gone).
    ``before``: the last capture of the state before; None: never seen otherwise. ``after``: the first of this state. A
    page is gone at ``seen_at``, which is the check that confirmed it; ``after`` is the first check that missed it.
    ``moved_to``: where the document went (a version ``moved``); ``moved_from``, of the first version: where it was.
    """

    number: int
    change: Change
    changed: tuple[str, ...]
    not_before: str | None
    seen_at: str
    last_seen_at: str
    url: str
    fetched_at: str | None
    status: int | None
    warc_file: str
    warc_offset: int
    payload_sha256: str
    difference: Difference | None
    before: Proof | None
    after: Proof
    moved_to: Moved | None = None
    moved_from: tuple[Moved, ...] = ()


def history(db: Database, document: str) -> tuple[Step, ...]:
    """All versions of a document, oldest first."""
    steps: list[Step] = []
    previous: int | None = None
    for row in _rows(db, VERSIONS, [document]):
        version = row.pop("id")
        old, new = _pair(db.conn, previous, version)
        row |= _proven(db.conn, version, row)
        row["moved_from"] = () if steps else moved_from(db.conn, document)
        steps.append(Step(**row, difference=_difference(old, new) if old and new else None))
        previous = version if new else previous
    return tuple(steps)


def _proven(conn: sqlite3.Connection, version: int, row: dict[str, Any]) -> dict[str, Any]:
    """The captures of both ends. Where an older capture was imported later, the row does not say when its state was
    last seen, but the capture does."""
    before, after = proofs_of(conn, version)
    not_before = row["not_before"] or (before.at if before and before.at < row["seen_at"] else None)
    went = moved_to(conn, version) if row["change"] == "moved" else None
    return {"before": before, "after": after, "not_before": not_before, "moved_to": went}


def _rows(db: Database, sql: str, params: list[object]) -> Iterator[dict[str, Any]]:
    """Rows by column name, ``changed`` as a tuple."""
    cursor = db.execute(sql, params)
    names = [c[0] for c in cursor.description]
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        yield row | {"changed": tuple(json.loads(row["changed"]))}


@dataclass(frozen=True, slots=True)
class _Read:
    """A version's content as one reader read it."""

    reader: str
    content: Content


def _pair(conn: sqlite3.Connection, before: int | None, after: int) -> tuple[_Read | None, _Read | None]:
    """The readings of two versions to compare: the newest reader's that read both, else the newest of each."""
    old = _readers(conn, before) if before is not None else []
    new = _readers(conn, after)
    shared = [reader for reader in new if reader in old][:1]
    return _read(conn, before, shared or old), _read(conn, after, shared or new)


def _readers(conn: sqlite3.Connection, version: int) -> list[str]:
    """Who read a version, the newest reading first."""
    return [
        row[0] for row in conn.execute("SELECT reader FROM renditions WHERE version = ? ORDER BY id DESC", [version])
    ]


def _read(conn: sqlite3.Connection, version: int | None, readers: list[str]) -> _Read | None:
    content = stored_content(conn, version, readers[0]) if version is not None and readers else None
    return _Read(readers[0], content) if content else None


def _difference(old: _Read, new: _Read) -> Difference:
    a, b = old.content, new.content
    fields = [
        FieldChange(n, _plain(getattr(a.metadata, n)), _plain(getattr(b.metadata, n)))
        for n in changed_fields(a.metadata, b.metadata)
    ]
    if _files(a) != _files(b):
        fields.append(FieldChange("attachments", _files(a), _files(b)))
    text = () if text_sha256(a.text) == text_sha256(b.text) else sentence_diff(a.text, b.text)
    return Difference(new.reader, old.reader == new.reader, tuple(fields), text)


def _plain(value: str | tuple[str, ...] | None) -> str | None:
    return (" | ".join(value) or None) if isinstance(value, tuple) else value


def _files(content: Content) -> str | None:
    return " | ".join(f"{a.name} {a.url}" for a in content.attachments) or None
