"""The one spider: the frontier says what to ask, this turns each answer into one item. It yields no Request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from scrapy import Spider
from scrapy.exceptions import IgnoreRequest
from twisted.internet.error import ConnectionRefusedError as TwistedConnectionRefused
from twisted.internet.error import DNSLookupError
from twisted.internet.error import TimeoutError as TwistedTimeout

from archive.errors import ArchiveError, NotWritable
from archive.frontier import Leased
from archive.model import Capture
from crawler.guard import RefusedRequest
from crawler.items import Answer, NoAnswer
from crawler.polite import DisallowedRequest
from crawler.run import SourceRun
from crawler.source import Source

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

__all__ = ["SiteSpider"]


class SiteSpider(Spider):
    """Subclassed for each source file by ``spiders.loader``; ``source`` is its Source."""

    source: ClassVar[Source]

    async def start(self) -> AsyncIterator[Answer | NoAnswer]:
        """What was kept but not read when the last process died: read from the WARC file, not fetched again."""
        run = SourceRun.of(self.crawler)
        for lease in run.frontier.kept():
            yield _from_archive(run, lease)

    def parse(self, response: Response) -> Iterator[Answer]:
        meta = response.meta
        content_type = response.headers.get("Content-Type")
        yield Answer(
            lease=cast(Leased, meta["lease"]),
            capture=cast(Capture, meta["capture"]),
            final_url=response.url,
            status=response.status,
            media_type=content_type.decode("latin-1") if content_type else None,
            body=response.body,
        )

    def failed(self, failure: Failure) -> Iterator[NoAnswer]:
        error = failure.value
        if isinstance(error, NotWritable):
            return
        lease: Leased = failure.request.meta["lease"]  # type: ignore[attr-defined]
        code, again = _transport(error)
        message = f"{lease.address}: {_words(error)}"
        yield NoAnswer(lease, code, message, again)


def _from_archive(run: SourceRun, lease: Leased) -> Answer | NoAnswer:
    try:
        capture = run.session.captures.load(lease.capture or 0)
        body = run.session.captures.payload(capture.id)
    except ArchiveError as error:
        return NoAnswer(lease, error.code, f"{lease.address}: {error}", again=True)
    return Answer(lease, capture, capture.final_url, capture.status or 200, capture.media_type, body)


def _transport(error: BaseException | None) -> tuple[str, bool]:
    """The issue code of a failed request, and whether another attempt may help."""
    if isinstance(error, RefusedRequest):
        return "refused", False
    if isinstance(error, DisallowedRequest):
        return "robots", False
    if isinstance(error, DNSLookupError):
        return "dns", True
    if isinstance(error, TwistedTimeout):
        return "timeout", True
    if isinstance(error, TwistedConnectionRefused):
        return "connection_refused", True
    if type(error).__name__ in ("DownloadCancelledError", "ResponseTooLarge") or "maxsize" in str(error).lower():
        return "too_large", False
    if isinstance(error, IgnoreRequest):
        return "ignored", False
    return "fetch", True


def _words(error: BaseException | None) -> str:
    text = str(error) or type(error).__name__
    return " ".join(text.split())[:300]
