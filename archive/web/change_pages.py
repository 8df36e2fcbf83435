"""The stream of changes: what was created, changed, gone, restored, each within an interval."""

from __future__ import annotations

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from archive.web.change_stream import KINDS, changes_page
from archive.web.pages import page, path_with, site_of

__all__ = ["changes_answer"]


def changes_answer(request: Request) -> Response:
    asked = request.query_params
    kind, source = asked.get("kind") or None, asked.get("source") or None
    with site_of(request).connections.reading() as db:
        found = changes_page(db, kind=kind, source=source, cursor=asked.get("cursor"))
        known = [row[0] for row in db.execute("SELECT id FROM sources ORDER BY id")]
    return page(
        request,
        "changes.html",
        days=[(day, list(group)) for day, group in groupby(found.changes, key=lambda change: change.seen_at[:10])],
        kinds=KINDS,
        kind=kind,
        source=source,
        sources=known,
        next_page=path_with(request, cursor=found.next, lang=None) if found.next else None,
        first_page=path_with(request, cursor=None, lang=None) if asked.get("cursor") else None,
    )
