"""What a document was at each time, and what changed between.

A change lies between two observations: it was not there at ``not_before`` and was there at ``seen_at``
(both UTC); the captures ``before`` and ``after`` prove both ends. Two versions are compared as one reader read
both, so that a better rule never looks like a publisher's change; where no reader read both, ``same_reader`` is
False and part of the difference may be ours.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.diff import SentenceChange, sentence_diff
from archive.model import Change
from archive.proofs import Moved, Proof, moved_from, moved_to, proofs_of
from archive.renditions import stored_content
from archive.versions import Content, changed_fields, text_sha256

__all__ = [
    "ArchiveChange",
    "Difference",
    "FieldChange",
    "SentenceChange",
    "Step",
    "changes",
    "changes_of",
    "history",
    "sentence_diff",
]

EXACT = 3000  # sentences; in longer texts frequent ones (table cells) are no anchors, else the time grows by the square
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+[”’」』）)]*|[^。！？；\n]+")

VERSIONS = """
    SELECT v.id, v.number, v.change, v.changed, v.not_before, v.first_seen_at AS seen_at, v.last_seen_at, c.url,
        c.fetched_at, c.status, c.warc_file, c.warc_offset, c.payload_sha256
    FROM versions v JOIN captures c ON c.id = v.capture WHERE v.document = ? ORDER BY v.number
"""
EVENTS_OF = """
    SELECT d.id, r.title, d.url, d.source, d.trust, v.number AS version, v.change, v.changed, v.not_before,
        v.first_seen_at AS seen_at
    FROM search_rows s CROSS JOIN versions v ON v.document = s.document JOIN documents d ON d.id = v.document
    LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE d.withdrawn_at IS NULL AND v.id > ? AND {where} ORDER BY v.id DESC LIMIT ?
"""
EVENTS = """
    SELECT d.id, r.title, d.url, d.source, d.trust, v.number AS version, v.change, v.changed, v.not_before,
        v.first_seen_at AS seen_at
    FROM versions v JOIN documents d ON d.id = v.document LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE d.withdrawn_at IS NULL AND v.first_seen_at >= ? ORDER BY v.first_seen_at DESC, v.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence that stayed (``=``), went (``-``) or came (``+``), in the order of the text."""

    op: Literal["=", "-", "+"]
    text: str


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


def changes(db: Database, since: str = "", limit: int = -1) -> Iterator[ArchiveChange]:
    """The changes seen at ``since`` (UTC, the beginning of an ISO time will do) or later, newest first.

    ``limit``: that many at most; -1: all.
    """
    return (ArchiveChange(**row) for row in _rows(db, EVENTS, [since, limit]))


def changes_of(
    db: Database, where: str, params: Sequence[str | int], *, after_version: int = 0, limit: int = -1
) -> Iterator[ArchiveChange]:
    """The changes of the documents that fulfil a condition on ``search_rows s`` (``archive.conditions``), stored after
    the version of that row, the last stored first."""
    rows = _rows(db, EVENTS_OF.format(where=where), [after_version, *params, limit])
    return (ArchiveChange(**row) for row in rows)


def sentence_diff(before: str, after: str) -> tuple[SentenceChange, ...]:
    """Two texts compared sentence by sentence; white space at a sentence's ends does not count."""
    old, new = _sentences(before), _sentences(after)
    found: list[SentenceChange] = []
    many = max(len(old), len(new)) > EXACT
    for op, i, j, k, m in SequenceMatcher(None, old, new, autojunk=many).get_opcodes():
        if op == "equal":
            found += [SentenceChange("=", s) for s in new[k:m]]
        else:
            found += [SentenceChange("-", s) for s in old[i:j]] + [SentenceChange("+", s) for s in new[k:m]]
    return tuple(found)


def _sentences(text: str) -> list[str]:
    return [s for found in SENTENCE.findall(text) if (s := found.strip())]


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
