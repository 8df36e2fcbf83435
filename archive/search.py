"""Finding documents: parsed query in, hits out.

Order: documents with all words in the title or a number first (side by side before apart), then those with the words
side by side, then the others; within each official documents before others, the newer before the older. Nothing is
scored and nothing sorted: the index's rows are numbered in that order (``archive.ranking``), so that a word that
stands in most documents costs no more than a rare one. Pages that are gone are found too and say so; withdrawn ones
never. Copies can be folded under the document that they copy, where that is a hit itself.
"""

from __future__ import annotations

import functools
import html
import re
import sqlite3
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from sqlite_utils import Database

from archive.conditions import conditions
from archive.errors import QueryError
from archive.facets import Facet, survey
from archive.index import index_waiting
from archive.model import Trust
from archive.query import Query, Words, parse_query
from archive.scan import Scan, rows_of, scan
from archive.snippets import Span, marked, matches, snippet

__all__ = ["Hit", "Hits", "hit_object", "search"]

COPY_OF = """
    SELECT o.id FROM search_rows s JOIN documents d ON d.id = s.document
    JOIN search_rows o ON o.document = d.duplicate_of
    WHERE s.id = ?
"""
COPIES = "SELECT s.id, s.document FROM documents d JOIN search_rows s ON s.document = d.id WHERE d.duplicate_of = ?"
SHOWN = """
    SELECT d.id, d.url, d.source, d.trust, d.gone_at, d.duplicate_of, r.title, r.text, r.published_at, r.issued_on,
        coalesce(r.publisher_full, r.publisher) AS publisher, r.index_number, r.document_number
    FROM search_rows s JOIN documents d ON d.id = s.document JOIN renditions r ON r.id = s.rendition
    WHERE s.id = ? AND d.withdrawn_at IS NULL
"""
CURSOR = re.compile(r"(\d)\.(\d{1,14})")
LONGEST_TITLE = 300  # characters of a title in which hits are looked for


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document. Dates as stored (Asia/Shanghai); ``gone_at`` UTC, None while the page is there.
    ``highlights`` and ``title_highlights`` are spans (start, end) of ``snippet`` and ``title``. ``copies``: ids of the
    hits that are folded under this one."""

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
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """``total`` counts all that was found, copies too; ``exact`` False: there are more. ``next``: the cursor of the
    following page, None on the last."""

    total: int
    exact: bool
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...] = ()
    next: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a hit stands in the order: which tier, which row."""

    tier: int
    row: int


def search(
    db: Database, query: str | Query, limit: int = 20, offset: int = 0, *, cursor: str | None = None,
    facets: bool = False, fold: bool = False, seconds: float | None = None, waiting: bool = True,
) -> Hits:  # fmt: skip
    """The documents that a query means, best first; the empty query means all.

    ``cursor``: the page behind the one that gave it (``offset`` counts from there). ``seconds``: time for counting
    many hits (``archive.facets``). ``waiting`` False: documents that wait to be indexed are left to others, and nothing
    is written. Raises QueryError where the text cannot be read as a query, or for a cursor that none is.
    """
    parsed = parse_query(query) if isinstance(query, str) else query
    found, words = conditions(parsed), parsed.words
    start = _place(cursor) if cursor else None
    if waiting:
        index_waiting(db)
    conn: sqlite3.Connection = db.conn
    scanned = scan(conn, found)
    surveyed = survey(conn, scanned, seconds, facets=facets)
    with closing(_places(conn, scanned, start, fold)) as places:
        page = list(islice(places, offset, offset + limit + 1))
    shown = (_hit(conn, place, scanned, words, fold) for place in page[:limit])
    hits = tuple(hit for hit in shown if hit is not None)
    following = f"{page[limit - 1].tier}.{page[limit - 1].row}" if len(page) > limit else None
    return Hits(surveyed.total, surveyed.exact, hits, surveyed.facets, following)


def _place(cursor: str) -> _Place:
    found = CURSOR.fullmatch(cursor)
    if not found:
        raise QueryError(f"{cursor!r} is no cursor of a page of hits: take it from `next` of the page before")
    return _Place(int(found[1]), int(found[2]))


def _places(conn: sqlite3.Connection, scanned: Scan, start: _Place | None, fold: bool) -> Generator[_Place]:
    """The hits behind ``start``, in order, as far as somebody asks for them."""
    for tier, rows in enumerate(_tiers(conn, scanned, start)):
        for row in rows:
            if not (fold and _is_folded(conn, scanned, row)):
                yield _Place(tier, row)


def _tiers(conn: sqlite3.Connection, scanned: Scan, start: _Place | None) -> Iterator[Iterable[int]]:
    """The rows of each tier from ``start`` on. Where all hits are known, the last tier is what the others left."""
    found, better = scanned.found, set[int]()
    for tier, match in enumerate(found.tiers):
        first = start.row + 1 if start and tier == start.tier else 0
        left_out = start is not None and tier < start.tier
        if not scanned.whole:
            yield () if left_out else rows_of(conn, found, match, first)
        elif tier < len(found.tiers) - 1:
            rows = list(rows_of(conn, found, match))
            better.update(rows)
            yield () if left_out else rows[bisect_left(rows, first) :]
        else:
            at = bisect_left(scanned.rows, first)
            yield (row for row in islice(scanned.rows, at, None) if row not in better)


def _is_folded(conn: sqlite3.Connection, scanned: Scan, row: int) -> bool:
    original = conn.execute(COPY_OF, [row]).fetchone()
    return original is not None and scanned.holds(conn, original[0])


def _hit(conn: sqlite3.Connection, place: _Place, scanned: Scan, words: tuple[Words, ...], fold: bool) -> Hit | None:
    cursor = conn.execute(SHOWN, [place.row])
    row = cursor.fetchone()
    if row is None:  # withdrawn a moment ago
        return None
    values: dict[str, Any] = dict(zip((c[0] for c in cursor.description), row, strict=True))
    shown = snippet(values.pop("text"), [w.form for w in words if not w.in_title])
    copies = conn.execute(COPIES, [values["id"]]).fetchall() if fold else []
    return Hit(
        **values,
        snippet=shown.text,
        highlights=shown.highlights,
        title_highlights=matches((values["title"] or "")[:LONGEST_TITLE], [w.form for w in words]),
        copies=tuple(document for row, document in copies if scanned.holds(conn, row)),
    )


def hit_object(hit: Hit) -> dict[str, Any]:
    """A hit as JSON has it; its snippet is HTML with the hits in ``<mark>``."""
    escape = functools.partial(html.escape, quote=False)
    said = asdict(hit)
    del said["highlights"], said["title_highlights"]
    said["snippet"] = marked(hit.snippet, hit.highlights, lambda s: f"<mark>{escape(s)}</mark>", escape)
    return said
