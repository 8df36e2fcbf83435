"""What the archive holds of a document beside its record: where each value was read, its files, versions and captures;
and which captures may be shown at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.errors import UnknownDocument
from archive.identity import canonical_url, document_id
from archive.lookup import resolve

__all__ = [
    "File",
    "Held",
    "HeldCapture",
    "HeldVersion",
    "Withdrawn",
    "capture_document",
    "captures_of",
    "check_withdrawn",
    "held",
    "id_of",
    "versions_of",
]

MOST_CAPTURES = 200

READING = """
    SELECT r.id, v.id, r.reader, r.capture, r.origins, r.warnings, r.unknown_labels, r.made_at, c.payload_sha256,
        c.fetched_at, c.imported_at
    FROM versions v JOIN renditions r ON r.version = v.id JOIN captures c ON c.id = r.capture
    JOIN documents d ON d.id = v.document
    WHERE v.document = ? AND (v.number = ? OR (? IS NULL AND r.id = d.current_rendition)) ORDER BY r.id DESC LIMIT 1
"""
FILES = """
    SELECT name, url, media_type, sha256, length, text, state, capture FROM attachments WHERE version = ?
    ORDER BY "order"
"""
VERSIONS = """
    SELECT v.id, v.number, v.change, v.changed, v.not_before, v.first_seen_at, v.last_seen_at, v.capture, c.status,
        EXISTS (SELECT 1 FROM renditions r WHERE r.version = v.id) FROM versions v JOIN captures c ON c.id = v.capture
    WHERE v.document = ? ORDER BY v.number
"""
CAPTURES = """
    SELECT c.id, c.url, c.kind, c.fetched_at, c.imported_at, c.status, c.media_type, c.payload_length,
        c.payload_sha256, c.revisit_of, c.warc_file, c.captured_by
    FROM captures c WHERE c.id IN (
        SELECT id FROM (SELECT id FROM captures WHERE url = (SELECT url FROM documents WHERE id = :document)
            ORDER BY id DESC LIMIT :most)
        UNION SELECT capture FROM versions WHERE document = :document
        UNION SELECT r.capture FROM renditions r JOIN versions v ON v.id = r.version WHERE v.document = :document
        UNION SELECT p.capture FROM rendition_parts p JOIN renditions r ON r.id = p.rendition
            JOIN versions v ON v.id = r.version WHERE v.document = :document
        UNION SELECT capture FROM attachments WHERE document = :document
    ) ORDER BY c.id DESC LIMIT :most
"""
OWNERS = """
    SELECT document FROM versions WHERE capture = :capture
    UNION SELECT v.document FROM renditions r JOIN versions v ON v.id = r.version WHERE r.capture = :capture
    UNION SELECT v.document FROM rendition_parts p JOIN renditions r ON r.id = p.rendition
        JOIN versions v ON v.id = r.version WHERE p.capture = :capture
    UNION SELECT document FROM attachments WHERE capture = :capture
"""


class Withdrawn(UnknownDocument):
    """A document that was withdrawn: nothing of it is shown but its id and the day."""

    code = "withdrawn"

    def __init__(self, document: str, at: str) -> None:
        super().__init__(f"document {document} was withdrawn on {at[:10]}")
        self.document, self.at = document, at


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; ``text`` is what was read in it, None where nothing was."""

    name: str
    url: str
    media_type: str | None
    sha256: str | None
    length: int | None
    text: str | None
    state: str
    capture: int | None


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """A version; times UTC. ``status``: of the capture that proves it; ``readable``: it has a text."""

    id: int
    number: int
    change: str
    changed: tuple[str, ...]
    not_before: str | None
    seen_at: str
    last_seen_at: str
    capture: int
    status: int | None
    readable: bool


@dataclass(frozen=True, slots=True)
class HeldCapture:
    """One stored answer. ``at``: when it was fetched, else imported (UTC); ``revisit_of``: same bytes as that one."""

    id: int
    url: str
    kind: str
    fetched_at: str | None
    imported_at: str | None
    status: int | None
    media_type: str | None
    length: int
    sha256: str
    revisit_of: int | None
    warc_file: str
    captured_by: str

    @property
    def at(self) -> str | None:
        return self.fetched_at or self.imported_at


@dataclass(frozen=True, slots=True)
class Held:
    """The rendition that is shown: ``origins`` is field → rule, where, snippet, confidence."""

    reader: str
    made_at: str
    capture: int
    sha256: str
    captured_at: str | None
    origins: dict[str, dict[str, Any]]
    warnings: tuple[str, ...]
    unknown_labels: tuple[str, ...]
    files: tuple[File, ...]


def id_of(db: Database, named: str) -> str:
    """The document that an id, the beginning of one, or an address names. Raises Withdrawn, UnknownDocument."""
    check_withdrawn(db, named)
    return resolve(db, named)


def check_withdrawn(db: Database, document: str) -> None:
    row = db.execute("SELECT withdrawn_at FROM documents WHERE id = ?", [document]).fetchone()
    if row and row[0]:
        raise Withdrawn(document, row[0])


def held(db: Database, document: str, version: int | None = None) -> Held:
    """Raises UnknownDocument where there is no such version with a text."""
    row = db.execute(READING, [document, version, version]).fetchone()
    if row is None:
        raise UnknownDocument(f"document {document} has no version {version or ''} with a text")
    files = tuple(File(*found) for found in db.execute(FILES, [row[1]]))
    warnings, labels = tuple(json.loads(row[5])), tuple(json.loads(row[6]))
    return Held(row[2], row[7], row[3], row[8], row[9] or row[10], json.loads(row[4]), warnings, labels, files)


def versions_of(db: Database, document: str) -> tuple[HeldVersion, ...]:
    """All versions, oldest first."""
    rows = db.execute(VERSIONS, [document])
    return tuple(HeldVersion(*[*r[:3], tuple(json.loads(r[3])), *r[4:9], bool(r[9])]) for r in rows)


def captures_of(db: Database, document: str) -> tuple[HeldCapture, ...]:
    """What was captured of the document, newest first, at most ``MOST_CAPTURES``."""
    rows = db.execute(CAPTURES, {"document": document, "most": MOST_CAPTURES})
    return tuple(HeldCapture(*row) for row in rows)


def capture_document(db: Database, capture: int) -> str:
    """The document that a capture shows: only such captures are given out, and none of a withdrawn document.

    Raises Withdrawn; UnknownDocument for a capture that is not there or shows none (a list, a robots.txt).
    """
    row = db.execute("SELECT url, final_url FROM captures WHERE id = ?", [capture]).fetchone()
    if row is None:
        raise UnknownDocument(f"no capture {capture} in this archive")
    owners = [found[0] for found in db.execute(OWNERS, {"capture": capture})]
    for url in dict.fromkeys(row):
        owners += _at_address(db, url)
    for owner in owners:
        check_withdrawn(db, owner)
    if not owners:
        raise UnknownDocument(f"capture {capture} shows no document: only those of documents are given out")
    return str(owners[0])


def _at_address(db: Database, url: str) -> list[str]:
    try:
        canonical = canonical_url(url)
    except ValueError:
        return []
    found = db.execute(
        "SELECT id FROM documents WHERE id = ? UNION ALL SELECT document FROM aliases WHERE url = ?",
        [document_id(canonical), canonical],
    )
    return [row[0] for row in found]
