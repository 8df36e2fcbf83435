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
from archive.readings import FieldChange, Readings, changes_of_fields, readings
from archive.versions import text_sha256

__all__ = ["Difference", "Step", "history"]

VERSIONS = """
    SELECT v.id, v.number, v.change, v.changed, v.not_before, v.first_seen_at AS seen_at, v.last_seen_at, c.url,
        c.fetched_at, c.status, c.warc_file, c.warc_offset, c.payload_sha256,
        EXISTS (SELECT 1 FROM renditions r WHERE r.version = v.id) AS has_content
    FROM versions v JOIN captures c ON c.id = v.capture WHERE v.document = ? ORDER BY v.number
"""


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
        version, has_content = row.pop("id"), row.pop("has_content")
        read = readings(db.conn, previous, version) if previous is not None else None
        row |= _proven(db.conn, version, row)
        row["moved_from"] = () if steps else moved_from(db.conn, document)
        steps.append(Step(**row, difference=_difference(read) if read else None))
        previous = version if has_content else previous
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


def _difference(read: Readings) -> Difference:
    a, b = read.before, read.after
    text = () if text_sha256(a.text) == text_sha256(b.text) else sentence_diff(a.text, b.text)
    return Difference(read.reader, read.same_reader, changes_of_fields(a, b), text)
