"""A stored document, or one of its versions, as the record that is printed and exported."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from archive.errors import UnknownDocument
from archive.model import METADATA_FIELDS
from archive.record import Record, record_of_row

__all__ = ["RECORD_SELECT", "StoredRecord", "Tie", "stored_record"]

RECORD_SELECT = f"""
    SELECT d.id, d.source, d.url, 'article' AS kind, r.title, r.text, r.markdown,
        {", ".join(f'r."{n}"' for n in METADATA_FIELDS if n != "title")}, r.attachments, r.date_claims, r.periods,
        d.trust,
        CASE WHEN r.id = d.current_rendition THEN d.flags ELSE r.flags END AS flags, v.number AS version,
        c.fetched_at AS captured_at, d.first_seen_at, d.last_seen_at, d.gone_at, d.duplicate_of, d.import_path,
        (SELECT json_group_array(json_object('url', a.url, 'sha256', a.sha256, 'length', a.length, 'state', a.state))
         FROM attachments a WHERE a.version = r.version) AS files
    FROM documents d
"""
"""Columns of a record; to be followed by joins of ``renditions r``, ``versions v`` and ``captures c``."""
JOINS = """
    JOIN versions v ON v.document = d.id JOIN renditions r ON r.version = v.id JOIN captures c ON c.id = r.capture
    WHERE d.id = ? AND (? = v.number OR (? IS NULL AND r.id = d.current_rendition)) ORDER BY r.id DESC LIMIT 1
"""


TIES = """
    SELECT d.id, r.title, d.url, d.trust, t.evidence FROM relations t JOIN documents d ON d.id = t."{other}"
    LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE t."{this}" = ? AND t.kind = 'reposts' AND d.withdrawn_at IS NULL ORDER BY t.share DESC, d.id
"""
MOVES = """
    SELECT d.id, r.title, d.url, d.trust, v.moved_why FROM documents o JOIN versions v ON v.id = o.current_version
    JOIN documents d ON d.id = {shown}.{id} LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE {asked} = ? AND d.withdrawn_at IS NULL ORDER BY v.first_seen_at, d.id
"""
MOVED_TO = MOVES.format(shown="o", id="moved_to", asked="o.id")
MOVED_FROM = MOVES.format(shown="o", id="id", asked="o.moved_to")


@dataclass(frozen=True, slots=True)
class Tie:
    """Another document with this one's text, and how far it is the same."""

    id: str
    title: str | None
    url: str
    trust: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """``evidence``: why the trust is what it is; ``versions``: how many there are; ``originals``: the official document
    that this one copies (one or none); ``copies``: those that copy this one, most alike first;
    ``moved_to``: the one at the address where it stands now (one or none); ``moved_from``: those at its addresses of
    before."""

    record: Record
    evidence: tuple[str, ...]
    versions: int
    originals: tuple[Tie, ...] = ()
    copies: tuple[Tie, ...] = ()
    moved_to: tuple[Tie, ...] = ()
    moved_from: tuple[Tie, ...] = ()


def stored_record(db: Database, document: str, version: int | None = None) -> StoredRecord:
    """The document ``document`` (an id that exists) as it is shown, or its version of that number as last read.

    Raises UnknownDocument where there is no such version, or it has no text of its own (a page that is gone).
    """
    cursor = db.execute(f"{RECORD_SELECT} {JOINS}", [document, version, version])
    names = [c[0] for c in cursor.description]
    row = cursor.fetchone()
    evidence, versions = db.execute(
        "SELECT trust_evidence, (SELECT count(*) FROM versions WHERE document = d.id) FROM documents d WHERE id = ?",
        [document],
    ).fetchone()
    if row is None:
        raise UnknownDocument(_missing(db, document, version, versions))
    record = record_of_row(dict(zip(names, row, strict=True)))
    originals, copies = _ties(db, document, "from", "to"), _ties(db, document, "to", "from")
    moves = (tuple(Tie(*row) for row in db.execute(query, [document])) for query in (MOVED_TO, MOVED_FROM))
    return StoredRecord(record, tuple(json.loads(evidence)), versions, originals, copies, *moves)


def _ties(db: Database, document: str, this: str, other: str) -> tuple[Tie, ...]:
    return tuple(Tie(*row) for row in db.execute(TIES.format(this=this, other=other), [document]))


def _missing(db: Database, document: str, version: int | None, versions: int) -> str:
    if version is None:
        return f"document {document} has not been read yet: run `gongkai reextract`"
    found = db.execute("SELECT change FROM versions WHERE document = ? AND number = ?", [document, version]).fetchone()
    if found:
        return f"version {version} of {document} has no text: it says {found[0]!r}; `gongkai history` shows all"
    return f"document {document} has no version {version}; it has {versions}"
