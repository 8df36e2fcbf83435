"""The search as the page asks for it: hits, facets, a cursor."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlite_utils import Database

from archive.conditions import Conditions, conditions
from archive.errors import QueryError
from archive.model import Trust
from archive.query import Query, parse_query
from archive.search import Hit as PlainHit
from archive.search import search as plain_search
from archive.snippets import Span

__all__ = ["Facet", "FacetValue", "Hit", "Hits", "search"]

SHOWN = 12  # values of a facet
FIELDS = ("publisher", "source", "trust", "year")
TERMS = {"publisher": 'publisher:"{}"', "source": "source:{}", "trust": "trust:{}", "year": "after:{0} before:{0}"}
COUNTED = """
    SELECT s.publisher, s.source, s.trust, substr(s.day, 1, 4), count(*) FROM search_rows s WHERE {where}
    GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int
    term: str


@dataclass(frozen=True, slots=True)
class Facet:
    field: str
    values: tuple[FacetValue, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Hit:
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
    total: int
    exact: bool
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    next: str | None


def search(
    db: Database,
    query: str | Query,
    limit: int = 20,
    offset: int = 0,
    *,
    cursor: str | None = None,
    facets: bool = False,
    fold: bool = False,
) -> Hits:
    """Raises QueryError for a query or a cursor that cannot be read."""
    parsed = parse_query(query) if isinstance(query, str) else query
    start = offset if cursor is None else _offset(cursor)
    found = plain_search(db, parsed, limit, start)
    hits = [Hit(**{f.name: getattr(hit, f.name) for f in fields(PlainHit)}) for hit in found.hits]
    if fold:
        hits = _folded(db, hits)
    counted = _facets(db, conditions(parsed)) if facets else ()
    after = start + len(found.hits)
    return Hits(found.total, True, tuple(hits), counted, _cursor(after) if after < found.total else None)


def _folded(db: Database, hits: Sequence[Hit]) -> list[Hit]:
    here = {hit.id for hit in hits}
    return [_with_copies(db, hit) for hit in hits if hit.duplicate_of not in here]


def _with_copies(db: Database, hit: Hit) -> Hit:
    rows = db.execute('SELECT "from" FROM relations WHERE "to" = ? AND kind = \'reposts\' ORDER BY 1', [hit.id])
    values = {f.name: getattr(hit, f.name) for f in fields(Hit)}
    return Hit(**values | {"copies": tuple(row[0] for row in rows)})


def _facets(db: Database, found: Conditions) -> tuple[Facet, ...]:
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for *values, number in db.execute(COUNTED.format(where=found.sql), found.params):
        for field, value in zip(FIELDS, values, strict=True):
            if value:
                counts[field][value.split("\n")[-1]] += number
    return tuple(_facet(field, counts[field]) for field in FIELDS)


def _facet(field: str, counts: Counter[str]) -> Facet:
    values = sorted(counts.items()) if field == "year" else counts.most_common(SHOWN)
    return Facet(field, tuple(FacetValue(v, v, n, TERMS[field].format(v)) for v, n in values), True)


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def _offset(cursor: str) -> int:
    try:
        return max(0, int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
    except ValueError:
        raise QueryError(f"{cursor!r} is no cursor of this archive") from None
