"""Every digest in the database made again from the columns that it covers: readings, addresses, source files.

Reads the tables row by row; nothing but the row at hand is held in memory.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from archive.identity import canonical_url, document_id
from archive.ledger import row_sha256
from archive.model import METADATA_FIELDS, AttachmentLink, Metadata
from archive.renditions import ARRAYS, ROW
from archive.verify_warc import Damage
from archive.versions import Content, content_sha256, text_sha256

__all__ = ["Ticking", "check_readings"]

Ticking = Callable[[str, int], None]
"""``ticking(what, done)``: called once in a while."""

EVERY = 1000  # rows between two ticks
AGAIN = "run `gongkai reextract` to read its captures again"
ERASED = "d.id IN (SELECT document FROM tombstones WHERE erased)"
RENDITIONS = f"""
    SELECT r.id, d.id, {ERASED}, r.row_sha256, {", ".join(f"r.{name}" for name in ROW)} FROM renditions r
    LEFT JOIN versions v ON v.id = r.version LEFT JOIN documents d ON d.id = v.document ORDER BY r.id
"""
NAMES = tuple(name.strip('"') for name in ROW)
CONTENT = {n: i for i, n in enumerate(NAMES)}
SEEN = """
    SELECT o.id, o.url, CASE o.outcome WHEN 'changed' THEN c.final_url END FROM observations o
    JOIN captures c ON c.id = o.capture
    WHERE o.outcome IN ('same', 'changed') AND c.kind IN ('article', 'part', 'import') ORDER BY o.id
"""
LEADS = """SELECT EXISTS (SELECT 1 FROM documents WHERE id = :id) OR EXISTS (SELECT 1 FROM aliases WHERE url = :url)
    OR EXISTS (SELECT 1 FROM tombstones WHERE document = :id)"""


def check_readings(conn: sqlite3.Connection, ticking: Ticking) -> Iterator[Damage]:
    """Damages of the rows' own digests."""
    for done, (rendition, document, erased, sha256, *row) in enumerate(conn.execute(RENDITIONS)):
        if done % EVERY == 0:
            ticking("readings", done)
        yield from _rendition(rendition, document, erased, sha256, tuple(row))
    yield from _documents(conn, ticking)
    yield from _addresses(conn, ticking)
    for source, toml, sha256 in conn.execute("SELECT id, toml, toml_sha256 FROM sources WHERE toml_sha256 != ''"):
        if hashlib.sha256(toml.encode()).hexdigest() != sha256:
            yield Damage("source_edited", f"source {source}", "its TOML is not what its digest says", True)


def _rendition(
    rendition: int, document: str | None, erased: bool, sha256: str | None, row: tuple[Any, ...]
) -> Iterator[Damage]:
    where = f"rendition {rendition}" + (f" of document {document}" if document else "")
    if erased:
        if row[CONTENT["text"]] or row[CONTENT["markdown"]] or row[CONTENT["title"]]:
            text = f"the document is erased, its text is not: run `gongkai restrict {document} --erase` again"
            yield Damage("not_erased", where, text, True)
        return
    message = _edited(row)
    if message is None and sha256 is not None and row_sha256(row) != sha256:
        message = "the row is not what its digest says"
    if message is not None:
        yield Damage("edited", where, f"{message}; {AGAIN}", True)


def _edited(row: tuple[Any, ...]) -> str | None:
    text, said = row[CONTENT["text"]], row[CONTENT["text_sha256"]]
    if said and text_sha256(text) != said:
        return "its text is not what its digest says"
    said = row[CONTENT["content_sha256"]]
    if not said:
        return None
    try:
        if content_sha256(_content(row)) != said:
            return "its metadata or attachments are not what their digest says"
    except (ValueError, TypeError) as error:
        return f"a column holds no JSON of its kind ({error})"
    return None


def _content(row: tuple[Any, ...]) -> Content:
    fields: dict[str, Any] = {}
    for name in METADATA_FIELDS:
        value = row[CONTENT[name]]
        fields[name] = tuple(json.loads(value or "[]")) if name in ARRAYS else value
    attachments = tuple(AttachmentLink(**one) for one in json.loads(row[CONTENT["attachments"]]))
    return Content(row[CONTENT["text"]], Metadata(**fields), attachments)


def _documents(conn: sqlite3.Connection, ticking: Ticking) -> Iterator[Damage]:
    for done, (document, url) in enumerate(conn.execute("SELECT id, url FROM documents")):
        if done % EVERY == 0:
            ticking("documents", done)
        if _id(url) != document:
            yield Damage("document_differs", f"document {document}", f"its id is not that of its address {url}", False)


def _addresses(conn: sqlite3.Connection, ticking: Ticking) -> Iterator[Damage]:
    """Each check that found a document leads to one, by the address that was asked for and by the one that answered."""
    for done, (observation, asked, answered) in enumerate(conn.execute(SEEN)):
        if done % EVERY == 0:
            ticking("checks", done)
        for url in dict.fromkeys(url for url in (asked, answered) if url):
            if not _leads_to_a_document(conn, url):
                message = f"found a document at {url}, which leads to none now: a document or an alias is missing"
                yield Damage("address_lost", f"observation {observation}", message, True)


def _leads_to_a_document(conn: sqlite3.Connection, url: str) -> bool:
    found: int = conn.execute(LEADS, {"id": _id(url), "url": _canonical(url)}).fetchone()[0]
    return bool(found)


def _id(url: str) -> str:
    return document_id(_canonical(url))


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url
