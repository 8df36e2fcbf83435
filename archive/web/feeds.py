"""Atom feeds of the changes, of one source's changes, of a search, and of saved searches."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from archive.changes import ArchiveChange
from archive.changes_feed import change_entry
from archive.feeds import Feed, FeedEntry, atom, entry_id, feed_id
from archive.search import Hit
from archive.watch import feed as watch_feed
from archive.watch import saved
from archive.web.change_stream import changes_page
from archive.web.dashboard import UnknownSource
from archive.web.pages import site_of
from archive.web.search_pages import query_of
from archive.web.searching import search

__all__ = ["changes_feed", "saved_feed", "search_feed", "source_feed"]

ENTRIES = 50
SEEN = "SELECT first_seen_at FROM documents WHERE id = ?"


def changes_feed(request: Request) -> Response:
    kind = request.query_params.get("kind") or None
    with site_of(request).connections.reading() as db:
        found = changes_page(db, kind=kind, limit=ENTRIES).changes
    title = f"公开信息变更 Changes{f': {kind}' if kind else ''}"
    return _answer(request, feed_id("changes", kind or ""), title, [_of_change(request, change) for change in found])


def source_feed(request: Request) -> Response:
    source = request.path_params["id"]
    with site_of(request).connections.reading() as db:
        row = db.execute("SELECT name FROM sources WHERE id = ?", [source]).fetchone()
        if row is None:
            raise UnknownSource(f"no source {source[:80]!r} in this archive")
        found = changes_page(db, source=source, limit=ENTRIES).changes
    return _answer(request, feed_id("source", source), row[0], [_of_change(request, change) for change in found])


def search_feed(request: Request) -> Response:
    query = query_of(request)
    with site_of(request).connections.reading() as db:
        hits = search(db, query, ENTRIES, fold=True).hits
        seen = {hit.id: db.execute(SEEN, [hit.id]).fetchone()[0] for hit in hits}
    entries = [_of_hit(request, hit, seen[hit.id]) for hit in hits]
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    return _answer(request, feed_id("query", query), f"公开信息检索 Search: {query}", entries)


def saved_feed(request: Request) -> Response:
    """Of a search that ``gongkai watch`` keeps. Raises QueryError where there is none of that name."""
    with site_of(request).connections.reading() as db:
        feed = watch_feed(db, saved(db, request.path_params["name"]), self_url=_own(request))
    return _atom(feed)


def _of_change(request: Request, change: ArchiveChange) -> FeedEntry:
    path = f"doc/{change.id}" if change.change in ("gone", "moved") else f"doc/{change.id}/v/{change.version}"
    return change_entry(change, f"{request.base_url}{path}")


def _of_hit(request: Request, hit: Hit, seen: str) -> FeedEntry:
    return FeedEntry(
        entry_id(hit.id), hit.title or hit.url, seen, hit.snippet, hit.publisher, f"{request.base_url}doc/{hit.id}",
        source=hit.url,
    )  # fmt: skip


def _answer(request: Request, id: str, title: str, entries: list[FeedEntry]) -> Response:
    return _atom(Feed(id, title, tuple(entries), self_url=_own(request), link=str(request.base_url)))


def _own(request: Request) -> str:
    return str(request.url.remove_query_params("token"))


def _atom(feed: Feed) -> Response:
    return Response(atom(feed), media_type="application/atom+xml; charset=utf-8")
