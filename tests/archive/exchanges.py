"""Exchanges as a crawl would hand them to the archive: invented pages of an invented county."""

from __future__ import annotations

from archive.exchange import Exchange

SITE = "http://xxgk.qinghe.example"
SOFTWARE = "gongkai test"


def page(number: int, *, words: int = 40) -> bytes:
    """A notice whose text differs with its number."""
    lines = "".join(f"<p>第{n}项：青禾县第{number}号通知的安排，编号{number * 7919 + n}。</p>" for n in range(words))
    return f"<html><head><title>通知{number}</title></head><body>{lines}</body></html>".encode()


def exchange(number: int, body: bytes | None = None, **changes: object) -> Exchange:
    """The answer to the request for notice ``number``; ``changes`` replace fields of the Exchange."""
    fields: dict[str, object] = {
        "url": f"{SITE}/art/{number}.html",
        "at": "2026-11-21T08:00:00Z",
        "method": "GET",
        "request_headers": (("Host", "xxgk.qinghe.example"), ("User-Agent", SOFTWARE)),
        "status": 200,
        "reason": "OK",
        "protocol": "HTTP/1.1",
        "headers": (("Content-Type", "text/html; charset=utf-8"), ("Server", "qh")),
        "body": page(number) if body is None else body,
        "ip": "192.0.2.7",
        "note": {"mode": "full"},
    }
    return Exchange(**(fields | changes))  # type: ignore[arg-type]
