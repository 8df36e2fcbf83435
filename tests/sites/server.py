"""A local web site: answers by path, a log of its visits, and a control address.

``Site`` serves on 127.0.0.1 in a thread of its own. In-process callers use its methods; another process asks
``POST /__control__?change=3&remove=1&restore=1&add=2&day=4`` (each optional, done in that order; the answer is
JSON: the paths touched) and ``GET /__log__`` (JSON lines). Neither of the two is logged.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.sites.shelf import Article, Shelf

__all__ = ["Answer", "Site", "Visit"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers. ``delay``: seconds before the first byte. ``cut``: the connection is closed after that
    many bytes of the body, though all were promised. ``etag``: sent, and 304 answered to who has it."""

    body: bytes
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    cut: int | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. ``at``: seconds since the epoch; ``path`` with its query."""

    at: float
    method: str
    path: str
    status: int


class Site:
    """The base of all sites: subclasses say ``id``, fill a ``Shelf`` and write ``page``."""

    id = "site"

    def __init__(self, shelf: Shelf, port: int = 0) -> None:
        self.shelf = shelf
        self.day = 0
        self.log: list[Visit] = []
        self._server = _Server(("127.0.0.1", port), _Answering, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:<port>``, no slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def page(self, path: str, query: dict[str, str]) -> Answer:
        """The answer for a path; subclasses write it."""
        raise KeyError(path)

    def source_toml(self) -> str:
        """The source file that crawls this site; subclasses write it."""
        raise NotImplementedError(f"{type(self).__name__} has no source file")

    def change(self, n: int) -> list[str]:
        """``n`` documents are corrected by their publisher; returns their paths (as do the next three)."""
        return _paths(self.shelf.change(n))

    def remove(self, n: int) -> list[str]:
        return _paths(self.shelf.remove(n))

    def restore(self, n: int) -> list[str]:
        return _paths(self.shelf.restore(n))

    def add(self, n: int) -> list[str]:
        return _paths(self.shelf.add(n))

    def fetches(self, path: str) -> int:
        """How often that path (with its query) was asked for."""
        return sum(visit.path == path for visit in self.log)

    def control(self, query: dict[str, str]) -> dict[str, object]:
        """Do what a control request says; ValueError for a word or number that it cannot be."""
        verbs = {"change": self.change, "remove": self.remove, "restore": self.restore, "add": self.add}
        unknown = set(query) - {*verbs, "day"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        done: dict[str, object] = {verb: act(int(query[verb])) for verb, act in verbs.items() if verb in query}
        if "day" in query:
            self.day = int(query["day"])
            done["day"] = self.day
        return done


def _paths(articles: list[Article]) -> list[str]:
    return [article.path for article in articles]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], site: Site) -> None:
        self.site = site
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is everyday life here (crawlers are killed on purpose): no traceback."""


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 30

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.path == "/__log__":
            self._send(Answer(self._log_lines(), media_type="application/x-ndjson"))
        elif parts.path == "/__control__":
            self._send(self._controlled(query))
        else:
            self._visit(parts.path, query)

    def _visit(self, path: str, query: dict[str, str]) -> None:
        site = self.server.site
        answer = self._unless_held(site.page(path, query))
        site.log.append(Visit(time.time(), self.command, self.path, answer.status))
        if answer.delay:
            time.sleep(answer.delay)
        self._send(answer)

    def _unless_held(self, answer: Answer) -> Answer:
        if answer.etag and self.headers.get("If-None-Match") == answer.etag:
            return Answer(b"", 304, answer.media_type, etag=answer.etag)
        return answer

    def _controlled(self, query: dict[str, str]) -> Answer:
        if self.command != "POST":
            return Answer(b'{"error": "POST only"}', 405, "application/json")
        try:
            done, status = self.server.site.control(query), 200
        except ValueError as error:
            done, status = {"error": str(error)}, 400
        return Answer(json.dumps(done).encode(), status, "application/json")

    def _log_lines(self) -> bytes:
        lines = [
            json.dumps({"time": v.at, "method": v.method, "path": v.path, "status": v.status})
            for v in list(self.server.site.log)
        ]
        return "".join(f"{line}\n" for line in lines).encode()

    def _send(self, answer: Answer) -> None:
        """Head and body in one write: two would wait for each other's acknowledgement."""
        head = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}", "Server: local"]
        head += [f"Content-Type: {answer.media_type}"] if answer.media_type else []
        head += [f"ETag: {answer.etag}"] if answer.etag else []
        head += [f"{name}: {value}" for name, value in answer.headers]
        head += [] if answer.status == 304 else [f"Content-Length: {len(answer.body)}"]
        body = b"" if self.command == "HEAD" else answer.body[: answer.cut]
        with contextlib.suppress(OSError):
            self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)
        if answer.cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """The visits are kept in ``Site.log``; nothing goes to stderr."""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # 521 is no registered status, and that is what such a WAF sends
        return "Unknown"
