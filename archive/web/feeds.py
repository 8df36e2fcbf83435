"""Atom feeds (RFC 4287) of the changes, of one source's changes, and of a search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response

from archive.clock import stamp
from archive.history import ArchiveChange
from archive.web.change_stream import changes_page
from archive.web.dashboard import UnknownSource
from archive.web.pages import site_of
from archive.web.search_pages import query_of
from archive.web.searching import search
from archive.web.templating import shown

__all__ = ["changes_feed", "search_feed", "source_feed"]

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
SEEN = "SELECT first_seen_at FROM documents WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """``key`` makes the entry's id; ``path`` leads to it in this archive; ``at`` UTC."""

    key: str
    title: str
    path: str
    at: str
    summary: str


def changes_feed(request: Request) -> Response:
    with site_of(request).connections.reading() as db:
        found = changes_page(db, kind=request.query_params.get("kind") or None, limit=ENTRIES)
    return _atom(request, "gongkai: changes", (_of_change(change) for change in found.changes))


def source_feed(request: Request) -> Response:
    source = request.path_params["id"]
    with site_of(request).connections.reading() as db:
        row = db.execute("SELECT name FROM sources WHERE id = ?", [source]).fetchone()
        if row is None:
            raise UnknownSource(f"no source {source[:80]!r} in this archive")
        found = changes_page(db, source=source, limit=ENTRIES)
    return _atom(request, f"gongkai: {row[0]}", (_of_change(change) for change in found.changes))


def search_feed(request: Request) -> Response:
    query = query_of(request)
    with site_of(request).connections.reading() as db:
        hits = search(db, query, ENTRIES, fold=True).hits
        seen = {hit.id: db.execute(SEEN, [hit.id]).fetchone()[0] for hit in hits}
    entries = [Entry(h.id, h.title or h.url, f"doc/{h.id}", seen[h.id], h.snippet) for h in hits]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return _atom(request, f"gongkai: {query}", entries)


def _of_change(change: ArchiveChange) -> Entry:
    when = f"between {change.not_before} and {change.seen_at}" if change.not_before else f"seen first {change.seen_at}"
    path = f"doc/{change.id}" if change.change == "gone" else f"doc/{change.id}/v/{change.version}"
    summary = f"{change.change}, {when}. {change.url}"
    key = f"{change.id}:{change.version}"
    return Entry(key, f"{change.change}: {change.title or change.url}", path, change.seen_at, summary)


def _atom(request: Request, title: str, entries: Iterable[Entry]) -> Response:
    base = str(request.base_url)
    own = str(request.url.remove_query_params("token"))
    feed = Element("feed", {"xmlns": ATOM})
    written = list(entries)
    _say(feed, "id", f"urn:gongkai:feed:{quote(request.url.path + '?' + request.query_params.get('q', ''))}")
    _say(feed, "title", title)
    _say(feed, "updated", max((entry.at for entry in written), default=stamp()))
    SubElement(SubElement(feed, "author"), "name").text = "gongkai"
    SubElement(feed, "link", {"rel": "self", "href": own, "type": "application/atom+xml"})
    for entry in written:
        node = SubElement(feed, "entry")
        _say(node, "id", f"urn:gongkai:{entry.key}")
        _say(node, "title", entry.title)
        _say(node, "updated", entry.at)
        SubElement(node, "link", {"rel": "alternate", "href": base + entry.path, "type": "text/html"})
        _say(node, "summary", entry.summary)
    xml = tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(xml, media_type="application/atom+xml; charset=utf-8")


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = shown(text)
