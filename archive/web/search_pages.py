"""The search page: form, facets, years, hits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.errors import ArchiveError, QueryError
from archive.facets import Facet
from archive.lookup import resolve
from archive.search import Hits
from archive.web.charts import Bar, bars, every_year
from archive.web.pages import page, path_with, site_of
from archive.web.searching import search
from archive.web.terms import holds, with_term, without_term

__all__ = ["opensearch_page", "query_of", "search_page"]

PER_PAGE = 20
LONGEST_QUERY = 4000
NAMED = re.compile(r"https?://\S+|[0-9a-f]{16}")
WIDTH, HEIGHT = 900.0, 56.0
COPIES = """
    SELECT d.id, d.trust, d.url, r.title FROM documents d LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE d.id IN ({marks}) AND d.withdrawn_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet as a link; ``chosen``: it is asked for, and the link takes it out."""

    label: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Copy:
    id: str
    trust: str
    url: str
    title: str | None


def search_page(request: Request) -> Response:
    query = query_of(request)
    site = site_of(request)
    with site.connections.reading() as db:
        if NAMED.fullmatch(query) and (document := _named(db, query)):
            return RedirectResponse(f"/doc/{document}", 303)
        try:
            found = _search(request, db, query)
        except QueryError as error:
            return page(request, "search.html", 400, error=str(error), **_empty(query))
        copies = _copies(db, (copy for hit in found.hits for copy in hit.copies))
    return page(request, "search.html", **_shown(request, query, found), copies=copies, error=None)


def query_of(request: Request) -> str:
    """The query of the address, without control characters. Raises QueryError where it is absurdly long."""
    query = " ".join(request.query_params.get("q", "").replace("\0", " ").split())
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"the query has {len(query):,} characters; {LONGEST_QUERY:,} are taken")
    return query


def opensearch_page(request: Request) -> Response:
    """What a browser reads to offer this archive among its search engines."""
    base = str(request.base_url).rstrip("/")
    xml = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>gongkai</ShortName>'
        "<Description>公开</Description><InputEncoding>UTF-8</InputEncoding>"
        f'<Url type="text/html" template="{base}/?q={{searchTerms}}"/></OpenSearchDescription>\n'
    )
    return Response(xml, media_type="application/opensearchdescription+xml")


def _search(request: Request, db: Database, query: str) -> Hits:
    cursor = request.query_params.get("cursor")
    fold = request.query_params.get("fold") != "0"

    def found() -> Hits:
        return search(db, query, PER_PAGE, cursor=cursor, facets=True, fold=fold)

    # Everybody begins at the first page of everything, whose facets count the whole archive.
    return site_of(request).memo.get(("first page", fold), found) if not query and cursor is None else found()


def _named(db: Database, named: str) -> str | None:
    """The document whose id or address was typed into the search field."""
    try:
        return resolve(db, named)
    except ArchiveError:
        return None


def _copies(db: Database, ids: Iterable[str]) -> dict[str, Copy]:
    wanted = list(dict.fromkeys(ids))
    rows = db.execute(COPIES.format(marks=",".join("?" * len(wanted))), wanted) if wanted else []
    return {row[0]: Copy(*row) for row in rows}


def _empty(query: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"facets": [], "years": (), "year_labels": (), "first_page": None, "next_page": None}
    return nothing | {"query": query, "found": None, "copies": {}, "everything": None, "fold": True}


def _shown(request: Request, query: str, found: Hits) -> dict[str, Any]:
    facets = [(f, [_choice(request, query, *v) for v in _values(f)]) for f in found.facets if f.field != "year"]
    years, labels = _years(request, query, found.facets)
    fold = request.query_params.get("fold") != "0"
    return {
        "query": query,
        "found": found,
        "facets": [(facet, choices) for facet, choices in facets if choices],
        "years": years,
        "year_labels": labels,
        "next_page": path_with(request, cursor=found.next, lang=None) if found.next else None,
        "first_page": path_with(request, cursor=None, lang=None) if request.query_params.get("cursor") else None,
        "fold": fold,
        "everything": path_with(request, fold="0" if fold else None, cursor=None, lang=None),
    }


def _values(facet: Facet) -> list[tuple[str, int, str]]:
    return [(value.label, value.count, value.term) for value in facet.values]


def _choice(request: Request, query: str, label: str, count: int, term: str) -> Choice:
    chosen = holds(query, term)
    changed = without_term(query, term) if chosen else with_term(query, term)
    return Choice(label, count, path_with(request, q=changed, cursor=None, lang=None), chosen)


def _years(request: Request, query: str, facets: Iterable[Facet]) -> tuple[tuple[tuple[Bar, Choice], ...], list[Bar]]:
    """The histogram: each bar with its link, and the bars whose year is printed below."""
    values = {v.value: v for facet in facets if facet.field == "year" for v in facet.values}
    drawn = bars(every_year({year: value.count for year, value in values.items()}), WIDTH, HEIGHT)
    linked = []
    for bar in drawn:
        term = values[bar.label].term if bar.label in values else f"after:{bar.label} before:{bar.label}"
        linked.append((bar, _choice(request, query, bar.label, bar.count, term)))
    every = max(1, -(-len(drawn) // 12))
    return tuple(linked), [bar for bar in drawn if bar.place % every == 0]
