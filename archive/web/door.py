"""Who is let in, and what every answer says to the browser: the outermost layer of the web page.

Only GET and HEAD; only the hosts by which this server is called, so that a page of another site cannot reach it by a
name that it lets point here (DNS rebinding); the token where one is asked for. Every answer, errors too, carries the
Content-Security-Policy of this module, unless it brings a stricter one of its own (the raw captures).
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["COOKIE", "CSP", "Door", "Entrance", "is_loopback"]

COOKIE = "gongkai_token"
KEPT = 30 * 86_400  # seconds for which a browser keeps the token
CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "private, no-cache",
}
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:\[\]/@\"'<>]+))(?::\d{1,5})?")
BY_PROGRAMS = ("/api/", "/feed/")  # a program that reads feeds keeps no cookies: its token may stay in the address
OPEN = ("/static/",)  # the style of the page that asks for the token


@dataclass(frozen=True, slots=True)
class Entrance:
    """``host``: the address that the server is bound to; ``token``: what a client must show, None: nothing."""

    host: str
    token: str | None = None

    def knows(self, host: str) -> bool:
        """Whether a Host header is one of this server's. A numeric address cannot be rebound, so all of them count
        where the server listens on every interface."""
        name = _name(host)
        if name in ("localhost", "127.0.0.1", "::1", self.host.strip("[]").lower()):
            return True
        if self.host not in ("0.0.0.0", "::"):
            return False
        return name == socket.gethostname().lower() or _address(name) is not None

    def admits(self, shown: str) -> bool:
        return self.token is None or hmac.compare_digest(self.token.encode(), shown.encode("utf-8", "replace"))


class Door:
    """ASGI layer; ``asking``: makes the page that asks for the token."""

    def __init__(self, app: ASGIApp, entrance: Entrance, asking: Callable[[Request], Response]) -> None:
        self.app, self.entrance, self.asking = app, entrance, asking

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._refused(scope)
        await (answer or self.app)(scope, receive, _dressed(send))

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to who may not pass, None for who may."""
        headers = Headers(scope=scope)
        if not self.entrance.knows(headers.get("host", "")):
            return PlainTextResponse("this server does not go by that name\n", 421)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("the archive is only read here\n", 405, {"Allow": "GET, HEAD"})
        if self.entrance.token is None or scope["path"].startswith(OPEN):
            return None
        given = QueryParams(scope["query_string"]).get("token", "")
        if given and self.entrance.admits(given):
            return None if scope["path"].startswith(BY_PROGRAMS) else self._welcome(scope)
        if any(self.entrance.admits(shown) for shown in _shown(headers)):
            return None
        return self.asking(Request(scope))

    def _welcome(self, scope: Scope) -> Response:
        """The same page without the token in its address; the browser keeps it in a cookie no script can read."""
        url = Request(scope).url.remove_query_params("token")
        answer = RedirectResponse(f"{url.path}{'?' + url.query if url.query else ''}", 303)
        answer.set_cookie(COOKIE, self.entrance.token or "", KEPT, httponly=True, samesite="strict")
        return answer


def is_loopback(host: str) -> bool:
    address = _address(host.strip("[]"))
    return host == "localhost" or (address is not None and address.is_loopback)


def _dressed(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return dressed


def _shown(headers: Headers) -> list[str]:
    """The tokens that a request shows: as a bearer, and in its cookie."""
    shown = []
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        shown.append(value.strip())
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        cookies = SimpleCookie()
    if COOKIE in cookies:
        shown.append(cookies[COOKIE].value)
    return shown


def _name(host: str) -> str:
    """The host of a Host header without its port, in lower case, an IPv6 address without brackets; "" for no host."""
    found = HOST.fullmatch(host.strip().lower())
    return (found[1] or found[2]) if found else ""


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
