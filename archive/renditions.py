"""What one reader made of a version's captures: written to its row and read back from it.

Most documents are one page, one capture. An article that its site pages over several addresses is read from several:
``rendition_parts`` names the others, also those that did not come (capture null).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from archive.clock import stamp
from archive.model import METADATA_FIELDS, AttachmentLink, DateClaim, Draft, Metadata, Origin, Part, Reading
from archive.versions import Content, content_sha256, text_sha256

__all__ = [
    "ARRAYS",
    "ROW",
    "Pages",
    "Writing",
    "add_rendition",
    "as_json",
    "content_of",
    "last_pages",
    "plain_claim",
    "plain_origin",
    "stored_content",
]

ARRAYS = frozenset(n for n in METADATA_FIELDS if isinstance(getattr(Metadata(), n), tuple))
"""Metadata fields whose column holds a JSON array."""

ROW = (
    "version", "reader", "capture", "parts", "made_at", "content_sha256", "text_sha256", "encoding", "family", "text",
    "markdown", *(f'"{n}"' for n in METADATA_FIELDS), "origins", "date_claims", "periods", "flags",
    "attachments", "warnings", "unknown_labels",
)  # fmt: skip
"""The columns of a row that its ``row_sha256`` covers, in that order."""
INSERTED = (*ROW, "row_sha256")
INSERT = (
    f"INSERT INTO renditions ({', '.join(INSERTED)}) VALUES ({', '.join('?' * len(INSERTED))}) "
    "ON CONFLICT (version, reader, parts) DO UPDATE SET reader = excluded.reader RETURNING id"
)
SELECT_CONTENT = (
    f"SELECT text, attachments, {', '.join(f'{chr(34)}{n}{chr(34)}' for n in METADATA_FIELDS)} FROM renditions "
    "WHERE version = ? AND (? IS NULL OR reader = ?) ORDER BY id DESC LIMIT 1"
)


LAST_PAGES = """
    SELECT r.id, coalesce(r.capture, v.capture) FROM versions v LEFT JOIN renditions r ON r.version = v.id
    WHERE v.id = ? ORDER BY r.reader IS ? DESC, r.id DESC LIMIT 1
"""
PARTS = "SELECT number, url, capture FROM rendition_parts WHERE rendition = ? ORDER BY number"


@dataclass(frozen=True, slots=True)
class Pages:
    """The captures that a document is read from: its own address's, and its further pages in order."""

    capture: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """The circumstances of a write: which reader made the reading, in which run, at what moment (UTC)."""

    reader: str
    run: int | None
    now: datetime


def add_rendition(conn: sqlite3.Connection, version: int, capture: int, reading: Reading, writing: Writing) -> int:
    """Add what this reader made of a version's captures; returns its id. The same reader again changes nothing, unless
    it had more of the article's pages.

    Raises ValueError where the reading is not of an article.
    """
    draft = reading.draft
    if draft is None:
        raise ValueError("a rendition needs an article reading")
    held = sum(part.capture is not None for part in reading.parts)
    values: list[object] = [
        version, writing.reader, capture, held, stamp(writing.now), content_sha256(content_of(draft)),
        text_sha256(draft.text), reading.encoding, reading.family, draft.text, draft.markdown,
    ]  # fmt: skip
    for name in METADATA_FIELDS:
        value = getattr(draft.metadata, name)
        values.append(as_json(list(value)) if name in ARRAYS else value)
    values += [
        as_json({k: plain_origin(v) for k, v in draft.origins.items()}),
        as_json([plain_claim(c) for c in draft.date_claims]),
        as_json(draft.periods),
        as_json(list(draft.flags)),
        as_json(draft.attachments),
        as_json(list(draft.warnings)),
        as_json(list(draft.unknown_labels)),
    ]
    values.append(hashlib.sha256(orjson.dumps(values)).hexdigest())
    rendition = int(conn.execute(INSERT, values).fetchone()[0])
    conn.executemany(
        "INSERT OR IGNORE INTO rendition_parts (rendition, number, url, capture) VALUES (?, ?, ?, ?)",
        [(rendition, part.number, part.url, part.capture) for part in reading.parts],
    )
    return rendition


def last_pages(conn: sqlite3.Connection, version: int, reader: str | None = None) -> Pages:
    """The captures of the version's newest reading by ``reader``, else by anybody."""
    rendition, capture = conn.execute(LAST_PAGES, [version, reader]).fetchone()
    return Pages(capture, tuple(Part(*row) for row in conn.execute(PARTS, [rendition])))


def stored_content(conn: sqlite3.Connection, version: int, reader: str | None = None) -> Content | None:
    """The version's content as ``reader`` (None: the newest reader that did) reads it; None where it did not."""
    row = conn.execute(SELECT_CONTENT, [version, reader, reader]).fetchone()
    if row is None:
        return None
    fields: dict[str, Any] = {
        name: tuple(json.loads(value or "[]")) if name in ARRAYS else value
        for name, value in zip(METADATA_FIELDS, row[2:], strict=True)
    }
    return Content(row[0], Metadata(**fields), tuple(AttachmentLink(**a) for a in json.loads(row[1])))


def content_of(draft: Draft) -> Content:
    """What of a draft belongs to the publisher."""
    return Content(draft.text, draft.metadata, draft.attachments)


def plain_origin(origin: Origin) -> dict[str, str | float]:
    """An origin for JSON: the key ``confidence`` only where there is one, so that what was stored before it is read
    like what has none."""
    plain: dict[str, str | float] = {"rule": origin.rule, "where": origin.where, "snippet": origin.snippet}
    return plain if origin.confidence is None else plain | {"confidence": origin.confidence}


def plain_claim(claim: DateClaim) -> dict[str, object]:
    return {"role": claim.role, "date": claim.date, "origin": plain_origin(claim.origin)}


def as_json(value: object) -> str:
    return orjson.dumps(value).decode()
