"""Finding documents: parsed query in, hits out.

Order: documents with all words in the title, then official ones before others, then the newer before the
older, then by id. Nothing is scored: a word that stands in most documents must not cost a second. Pages
that are gone are found too and say so; withdrawn ones never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.conditions import Conditions, conditions
from archive.model import Trust
from archive.query import Query, parse_query
from archive.snippets import Span, matches, snippet
from archive.tokens import index_waiting

__all__ = ["Hit", "Hits", "search"]

COUNT = "SELECT count(*) FROM search_rows s WHERE {where}"
ORDERED = """
    SELECT s.id FROM search_rows s WHERE {where}
    ORDER BY {titled} s.trust = 'official' DESC, s.day DESC, s.document LIMIT ? OFFSET ?
"""
TITLED = "s.id IN (SELECT rowid FROM search_index WHERE search_index MATCH ?) DESC,"
SHOWN = """
    SELECT d.id, d.url, d.source, d.trust, d.gone_at, d.duplicate_of, r.title, r.text, r.published_at, r.issued_on,
        coalesce(r.publisher_full, r.publisher) AS publisher, r.index_number, r.document_number
    FROM search_rows s JOIN documents d ON d.id = s.document JOIN renditions r ON r.id = s.rendition WHERE s.id = ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document. Dates as stored (Asia/Shanghai); ``gone_at`` UTC, None while the page is there.
    ``highlights`` and ``title_highlights`` are spans (start, end) of ``snippet`` and ``title``."""

    id: str
    title: str | None
    url: str
    source: str | None
    trust: Trust
    published_at: str | None
    issued_on: str | None
    publisher: str | None
    index_number: str | None
    document_number: str | None
    gone_at: str | None
    duplicate_of: str | None
    snippet: str
    highlights: tuple[Span, ...]
    title_highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """``total`` counts all that was found, ``hits`` is the part from ``offset`` on."""

    total: int
    hits: tuple[Hit, ...]


def search(db: Database, query: str | Query, limit: int = 20, offset: int = 0) -> Hits:
    """The documents that a query means, best first; the empty query means all.

    Raises QueryError where the text cannot be read as a query.
    """
    parsed = parse_query(query) if isinstance(query, str) else query
    found = conditions(parsed)
    index_waiting(db)
    total = int(db.execute(COUNT.format(where=found.sql), found.params).fetchone()[0])
    rows = _ordered(db, found, limit, offset)
    return Hits(total, tuple(_hit(db, row, parsed) for row in rows))


def _ordered(db: Database, found: Conditions, limit: int, offset: int) -> Sequence[int]:
    titled = [found.title_match] if found.title_match else []
    sql = ORDERED.format(where=found.sql, titled=TITLED if titled else "")
    return [row[0] for row in db.execute(sql, [*found.params, *titled, limit, offset])]


def _hit(db: Database, row: int, query: Query) -> Hit:
    cursor = db.execute(SHOWN, [row])
    values: dict[str, Any] = dict(zip((c[0] for c in cursor.description), cursor.fetchone(), strict=True))
    shown = snippet(values.pop("text"), [w.form for w in query.words if not w.in_title])
    return Hit(
        **values,
        snippet=shown.text,
        highlights=shown.highlights,
        title_highlights=matches(values["title"] or "", [w.form for w in query.words]),
    )
