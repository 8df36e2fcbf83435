"""Keep: every answer goes into a WARC file, and into its captures row, before anything looks at it.

A downloader middleware nearest to the downloader, so that it sees the payload as it was sent (still
compressed), and hands it on as the archive unpacks it: an answer reads the same today and from its record in
years. The final answer to a lease moves its URL to ``kept`` in the transaction of the captures row.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from archive import Capture, Exchange, header_text, withdrawn_answer
from archive.captures import BODY_LIMIT
from archive.clock import stamp
from archive.coding import decode_content
from archive.errors import NotWritable, PayloadUnreadable
from archive.frontier import Leased
from crawler.run import SourceRun

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.http.headers import Headers

__all__ = ["Keep"]

REDIRECTS = (301, 302, 303, 307, 308)


class Keep:
    """Puts the Capture into ``request.meta["capture"]``. Stops the crawl when an answer cannot be stored."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = SourceRun.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Keep:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises NotWritable when the answer cannot be stored; nothing more is fetched then. Raises
        PayloadUnreadable, once it is stored, where it cannot be unpacked within the limit."""
        lease: Leased | None = request.meta.get("lease")
        hop = response.status in REDIRECTS and "Location" in response.headers
        try:
            request.meta["capture"] = self._keep(request, response, lease, hop)
        except NotWritable as error:
            self.run.stop(self.crawler, error)
            raise
        self.run.counts["fetched"] += lease is not None and not hop
        return response.replace(body=_unpacked(response))

    def _keep(self, request: Request, response: Response, lease: Leased | None, hop: bool) -> Capture:
        def settle(conn: sqlite3.Connection, capture: Capture) -> None:
            if lease is not None and not hop:
                self.run.frontier.set_kept(lease.url, capture.id)

        return self.run.session.captures.keep(
            self._exchange(request, response, lease, hop),
            kind="robots" if lease is None else "redirect" if hop else lease.kind,
            source=self.run.source.id,
            column=lease.column if lease else None,
            run=self.run.id,
            final_url=response.url,
            entry_title=lease.entry_title if lease else None,
            entry_date=lease.entry_date if lease else None,
            robots=request.meta.get("robots"),
            also=settle,
        )

    def _is_erased(self, lease: Leased, response: Response) -> bool:
        """What was erased must not come in again by another way: a redirect, a new address, the same bytes."""
        tombstone = withdrawn_answer(self.run.archive.conn, lease.url, response.url, _digests(response))
        return tombstone is not None and tombstone.erased

    def _exchange(self, request: Request, response: Response, lease: Leased | None, hop: bool) -> Exchange:
        note: dict[str, object] = {"mode": self.run.mode}
        if lease is not None:
            note |= {"url": lease.url, "address": lease.address, "final": not hop}
            note |= {} if lease.page is None else {"page": lease.page}
        erased = lease is not None and self._is_erased(lease, response)
        if erased:
            note["body"] = "not kept: the document was erased"
        return Exchange(
            url=request.url,
            at=stamp(),
            method=request.method,
            request_headers=_lines(request.headers),
            status=response.status,
            reason=_reason(response.status),
            protocol=response.protocol or "HTTP/1.1",
            headers=_lines(response.headers),
            body=b"" if erased else response.body,
            ip=str(response.ip_address) if response.ip_address else None,
            note=note,
        )


def _digests(response: Response) -> Iterator[str]:
    yield hashlib.sha256(response.body).hexdigest()
    with contextlib.suppress(PayloadUnreadable):
        yield hashlib.sha256(_unpacked(response)).hexdigest()


def _unpacked(response: Response) -> bytes:
    coding = ", ".join(value for name, value in _lines(response.headers) if name.lower() == "content-encoding")
    return decode_content(response.body, coding, BODY_LIMIT)


def _lines(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple((header_text(name), header_text(value)) for name, values in headers.items() for value in values)


def _reason(status: int) -> str:
    """Scrapy does not hand on the words behind the status; the standard ones stand in for them."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
