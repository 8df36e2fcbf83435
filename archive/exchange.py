"""One request and its answer, and how HTTP messages are written to and read from bytes without loss.

Header lines may hold any bytes. ``header_text`` turns them into text that ``header_bytes`` turns back
into the same bytes; whoever fills an Exchange uses it, then the WARC file holds what the server sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

__all__ = [
    "Exchange",
    "Headers",
    "head_of",
    "header_bytes",
    "header_text",
    "read_head",
    "read_request",
    "request_block",
    "split_message",
]

Headers = tuple[tuple[str, str], ...]

# A stored body is no longer chunked: a reader that believed this header would take body bytes for chunk sizes.
UNTRUE_HEADER, KEPT_AS = "transfer-encoding", "X-Orig-Transfer-Encoding"
LINE_BREAKS = re.compile(r"[\r\n]+\s*")
STATUS_LINE = re.compile(r"(\S+)[ \t]+(\d{1,9})(?:[ \t]+(.*))?$", re.DOTALL)
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and what came back.

    ``at``: UTC ``YYYY-MM-DDThh:mm:ssZ``, None for an import that does not say. ``method``: "" where no request
    is known (an import). ``status``: None for a saved file that is no HTTP answer (kept as ``resource``).
    ``body``: after de-chunking, still content-encoded.

    ``note``: JSON-able context for the metadata record, beside the captures row's own names (source, column, run,
    kind …), which win over it. ``url`` in it is the frontier's URL where that is not ``url``; ``final: false``
    says that this answer does not settle that URL (a redirect on the way, a refusal that is tried again);
    ``truncated`` is a reason of WARC-Truncated (length, time, disconnect).
    """

    url: str
    at: str | None
    method: str
    request_headers: Headers
    status: int | None
    reason: str
    protocol: str
    headers: Headers
    body: bytes
    ip: str | None = None
    note: Mapping[str, object] = field(default_factory=dict)

    def header(self, name: str) -> str | None:
        """The first response header of that name, in any letter case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def header_text(raw: bytes) -> str:
    """Header bytes as text: UTF-8, other bytes as lone surrogates (``surrogateescape``)."""
    return raw.decode("utf-8", "surrogateescape")


def header_bytes(text: str) -> bytes:
    """The bytes that ``header_text`` came from; a surrogate that it never makes is written as ``?``."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def head_of(exchange: Exchange) -> bytes:
    """Status line and headers of the answer, with the blank line."""
    first = f"{exchange.protocol or 'HTTP/1.1'} {exchange.status} {exchange.reason}"
    return _head(first, ((KEPT_AS if k.lower() == UNTRUE_HEADER else k, v) for k, v in exchange.headers))


def request_block(exchange: Exchange) -> bytes:
    """The request as it went out, as far as it is known; request bodies are not kept."""
    host, target = _host_and_target(exchange.url)
    headers = list(exchange.request_headers)
    if host and not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", host))
    return _head(f"{exchange.method} {target} HTTP/1.1", headers)


def split_message(block: bytes) -> tuple[bytes, bytes]:
    """Head and body of an HTTP message; a message without a blank line is all head."""
    end = END_OF_HEAD.search(block)
    return (block, b"") if end is None else (block[: end.start()], block[end.end() :])


def read_head(head: bytes) -> tuple[str, int | None, str, Headers]:
    """Protocol, status, reason and headers; status None where the first line is no status line."""
    first, headers = _lines(head)
    found = STATUS_LINE.match(first)
    if found is None:
        return "", None, first, headers
    return found[1], int(found[2]), found[3] or "", headers


def read_request(block: bytes) -> tuple[str, Headers]:
    """Method and headers of a request."""
    first, headers = _lines(split_message(block)[0])
    return first.partition(" ")[0], headers


def _head(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [first, *(f"{LINE_BREAKS.sub('', name)}: {value}" for name, value in headers)]
    return b"\r\n".join(header_bytes(LINE_BREAKS.sub(" ", line)) for line in lines) + b"\r\n\r\n"


def _lines(head: bytes) -> tuple[str, Headers]:
    first, *rest = header_text(head).replace("\r\n", "\n").split("\n")
    unfolded: list[str] = []
    for line in rest:
        if line[:1] in (" ", "\t") and unfolded:
            unfolded[-1] += " " + line.strip(" \t")
        elif line:
            unfolded.append(line)
    pairs = (line.partition(":") for line in unfolded)
    named = ((name.rstrip(" \t"), value.strip(" \t")) for name, _, value in pairs)
    return first, tuple((UNTRUE_HEADER.title() if k == KEPT_AS else k, v) for k, v in named)


def _host_and_target(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # an address that is none, such as http://[1/
        return "", url
    return parts.netloc.rpartition("@")[2], (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
