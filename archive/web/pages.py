"""What every page needs: the archive behind the request, and a template filled in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from archive.web.connections import Connections, Memo
from archive.web.language import COOKIE, LANGUAGES, language_of, translator
from archive.web.templating import fill

__all__ = ["Site", "message", "page", "path_with", "site_of"]

YEAR = 365 * 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Site:
    """The archive that a server shows."""

    home: Path
    connections: Connections
    memo: Memo


def site_of(request: Request) -> Site:
    return cast(Site, request.app.state.site)


def page(request: Request, template: str, status: int = 200, /, **context: Any) -> Response:
    """The template as an answer; ``?lang=`` is remembered in a cookie."""
    language = language_of(request)
    others = [(name, path_with(request, lang=name)) for name in LANGUAGES if name != language]
    html = fill(template, t=translator(language), lang=language, languages=others, path=request.url.path, **context)
    answer = HTMLResponse(html, status, {"Vary": "Accept-Language, Cookie"})
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(COOKIE, language, YEAR, httponly=True, samesite="strict")
    return answer


def message(request: Request, status: int, key: str, detail: str = "") -> Response:
    """A page that says one thing: ``key`` names its heading in the strings, ``detail`` is added as it is."""
    return page(request, "message.html", status, key=key, detail=detail)


def path_with(request: Request, **changes: str | None) -> str:
    """This page's address with some of its parameters changed (None: left out)."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in changes and k != "token"]
    query = urlencode([*kept, *((k, v) for k, v in changes.items() if v is not None)])
    return request.url.path + (f"?{query}" if query else "")
