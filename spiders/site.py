"""The one spider: the frontier says what to ask, this turns each answer into one item. It yields no Request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, ClassVar, cast
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from archive.errors import ArchiveError, NotWritable, PayloadUnreadable
from archive.frontier import Leased
from archive.model import Capture
from crawler.guard import RefusedRequest, refused_names
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
        words = _words(error)
        if (refusal := refused_names.get(urlsplit(failure.request.url).hostname or "")) is not None:  # type: ignore[attr-defined]
            code, again, words = "refused", False, refusal
        message = f"{lease.address}: {words}"
        yield NoAnswer(lease, code, message, again)


def _from_archive(run: SourceRun, lease: Leased) -> Answer | NoAnswer:
    try:
        capture = run.session.captures.load(lease.capture or 0)
        body = run.session.captures.payload(capture.id)
    except ArchiveError as error:
        return NoAnswer(lease, error.code, f"{lease.address}: {error}", again=not isinstance(error, PayloadUnreadable))
    return Answer(lease, capture, capture.final_url, capture.status or 200, capture.media_type, body)


CODES: tuple[tuple[type[BaseException], str, bool], ...] = (
    (RefusedRequest, "refused", False),
    (DisallowedRequest, "robots", False),
    (IgnoreRequest, "ignored", False),
    (DownloadCancelledError, "too_large", False),
    (CannotResolveHostError, "dns", True),
    (DownloadTimeoutError, "timeout", True),
    (DownloadConnectionRefusedError, "connection_refused", True),
    (ResponseDataLossError, "data_loss", True),
    (PayloadUnreadable, PayloadUnreadable.code, False),
    (ValueError, "bad_address", False),  # a redirect to something that is no address
)
"""Exception, the issue code it becomes, and whether another attempt may help; anything else is ``fetch``, again."""


def _transport(error: BaseException | None) -> tuple[str, bool]:
    return next(((code, again) for kind, code, again in CODES if isinstance(error, kind)), ("fetch", True))


def _words(error: BaseException | None) -> str:
    text = str(error) or type(error).__name__
    return " ".join(text.split())[:300]
