"""The JSON interface: the same searches, documents, changes and sources as the pages. Described by ``openapi.py``."""

from __future__ import annotations

from dataclasses import asdict

import orjson
from starlette.requests import Request
from starlette.responses import Response

from archive.errors import QueryError
from archive.history import history
from archive.search import hit_object
from archive.stored import stored_record
from archive.web.change_stream import changes_page
from archive.web.held import held, id_of, versions_of
from archive.web.openapi import MOST, description
from archive.web.pages import page, site_of
from archive.web.search_pages import query_of
from archive.web.searching import search
from archive.web.source_pages import source_states

__all__ = [
    "answer",
    "api_changes",
    "api_document",
    "api_history",
    "api_openapi",
    "api_page",
    "api_search",
    "api_sources",
]


def answer(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


def api_search(request: Request) -> Response:
    asked = request.query_params
    query, limit = query_of(request), _limit(request)
    facets, fold = asked.get("facets") == "1", asked.get("fold") == "1"
    with site_of(request).connections.reading() as db:
        found = search(db, query, limit, cursor=asked.get("cursor"), facets=facets, fold=fold)
    return answer(
        {
            "query": query,
            "total": found.total,
            "exact": found.exact,
            "hits": [hit_object(hit) for hit in found.hits],
            "facets": [asdict(facet) for facet in found.facets],
            "next": found.next,
        }
    )


def api_document(request: Request) -> Response:
    with site_of(request).connections.reading() as db:
        document = id_of(db, request.path_params["id"])
        number = request.query_params.get("version")
        if number is not None and not number.isdecimal():
            raise QueryError(f"a version is a number, not {number[:20]!r}")
        version = int(number) if number else None
        stored, reading = stored_record(db, document, version), held(db, document, version)
        versions = [asdict(v) | {"id": None} for v in versions_of(db, document)]
    for one in versions:
        del one["id"]
    return answer(
        stored.record
        | {
            "trust_evidence": stored.evidence,
            "originals": [asdict(tie) for tie in stored.originals],
            "copies": [asdict(tie) for tie in stored.copies],
            "versions": versions,
            "origins": reading.origins,
            "reader": reading.reader,
            "capture": reading.capture,
            "payload_sha256": reading.sha256,
        }
    )


def api_history(request: Request) -> Response:
    with site_of(request).connections.reading() as db:
        document = id_of(db, request.path_params["id"])
        steps = [asdict(step) for step in history(db, document)]
    return answer({"id": document, "steps": steps})


def api_changes(request: Request) -> Response:
    asked = request.query_params
    with site_of(request).connections.reading() as db:
        found = changes_page(
            db, kind=asked.get("kind"), source=asked.get("source"), since=asked.get("since"),
            cursor=asked.get("cursor"), limit=_limit(request),
        )  # fmt: skip
    return answer({"changes": [asdict(change) for change in found.changes], "next": found.next})


def api_sources(request: Request) -> Response:
    return answer({"sources": [asdict(state) for state in source_states(site_of(request))]})


def api_openapi(request: Request) -> Response:
    return answer(description(str(request.base_url)))


def api_page(request: Request) -> Response:
    return page(request, "api.html", description=description(str(request.base_url)))


def _limit(request: Request) -> int:
    said = request.query_params.get("limit", "20")
    if not said.isdecimal() or not 1 <= int(said[:9]) <= MOST:
        raise QueryError(f"limit is a number from 1 to {MOST}, not {said[:20]!r}")
    return int(said)
