"""The web page put together: its addresses, and what becomes of an error."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from archive.errors import ArchiveError, CaptureDamaged, PayloadUnreadable, QueryError, UnknownDocument
from archive.web import api, feeds
from archive.web.change_pages import changes_answer
from archive.web.connections import Connections, Memo
from archive.web.dashboard import UnknownSource
from archive.web.document_pages import capture_page, diff_page, document_page, raw_answer, warc_answer
from archive.web.door import Door, Entrance
from archive.web.held import Withdrawn
from archive.web.pages import Site, message, page
from archive.web.raw import RAW_CSP
from archive.web.search_pages import opensearch_page, search_page
from archive.web.source_pages import source_page, sources_page
from archive.web.templating import STATIC

__all__ = ["API_ROUTES", "create_app"]

THREADS = 8  # requests that are answered at once: more would share the same interpreter
STATUS = ((Withdrawn, 410), (UnknownDocument, 404), (UnknownSource, 404), (QueryError, 400), (CaptureDamaged, 410),
          (PayloadUnreadable, 413))  # fmt: skip
HEADINGS = {400: "bad_request", 404: "not_found", 410: "not_to_be_had", 413: "too_large"}


class Place(IntegerConvertor):
    """A number that SQLite can hold."""

    regex = "[0-9]{1,18}"


register_url_convertor("place", Place())

API_ROUTES = (
    Route("/api/search", api.api_search),
    Route("/api/documents/{id}", api.api_document),
    Route("/api/documents/{id}/history", api.api_history),
    Route("/api/changes", api.api_changes),
    Route("/api/sources", api.api_sources),
    Route("/api/openapi.json", api.api_openapi),
)
ROUTES = (
    Route("/", search_page),
    Route("/opensearch.xml", opensearch_page),
    Route("/doc/{id}", document_page),
    Route("/doc/{id}/v/{number:place}", document_page),
    Route("/doc/{id}/diff", diff_page),
    Route("/doc/{id}/capture/{capture:place}", capture_page),
    Route("/raw/{capture:place}", raw_answer),
    Route("/warc/{capture:place}", warc_answer),
    Route("/sources", sources_page),
    Route("/sources/{id}", source_page),
    Route("/changes", changes_answer),
    Route("/feed/changes.atom", feeds.changes_feed),
    Route("/feed/search.atom", feeds.search_feed),
    Route("/feed/source/{id}.atom", feeds.source_feed),
    Route("/feed/watch/{name}.atom", feeds.saved_feed),
    Route("/api", api.api_page),
    *API_ROUTES,
)


class Kept(StaticFiles):
    """Static files under a name that changes with them: browsers may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path.partition("/")[2], scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(home: Path, entrance: Entrance) -> ASGIApp:
    """The web page of the archive at ``home``, for who comes through ``entrance``."""
    connections = Connections(home)
    memo = Memo(connections)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        memo.close()
        connections.close()

    app = Starlette(
        routes=[*ROUTES, Mount("/static", Kept(directory=STATIC))],
        lifespan=lifespan,
        exception_handlers={
            ArchiveError: _archive_error,
            sqlite3.Error: _database_error,
            HTTPException: _http_error,
            500: _failure,
        },
    )
    app.state.site = Site(home, connections, memo)
    return Door(app, entrance, lambda request: _asking(app, request))


def _asking(app: Starlette, request: Request) -> Response:
    """The page that asks for the token; a program gets JSON."""
    request.scope["app"] = app
    if _by_program(request):
        return _error(request, 401, "token", "this archive asks for a token: Authorization: Bearer …, or ?token=…")
    return page(request, "token.html", 401, wrong="token" in request.query_params)


def _archive_error(request: Request, error: Exception) -> Response:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 503)
    return _error(request, status, getattr(error, "code", "archive"), str(error))


def _database_error(request: Request, error: Exception) -> Response:
    detail = f"archive.db cannot be read just now: {error}; `gongkai verify` says whether it is damaged"
    return _error(request, 503, "database", detail)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error(request, error.status_code, "http", error.detail)


def _failure(request: Request, error: Exception) -> Response:
    return _error(request, 500, "failure", "this page failed; the server's terminal says why")


def _error(request: Request, status: int, code: str, detail: str) -> Response:
    if _by_program(request):
        return api.answer({"error": {"code": code, "message": detail}}, status)
    answer = message(request, status, HEADINGS.get(status, "failed"), detail)
    if request.url.path.startswith("/raw/"):  # shown within the frame of the page that asked for the capture
        answer.headers["Content-Security-Policy"] = RAW_CSP
    return answer


def _by_program(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/feed/"))
