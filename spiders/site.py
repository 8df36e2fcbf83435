"""The one spider: the frontier says what to ask, this turns each answer into one item. It yields no Request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, ClassVar, cast
from urllib.parse import urlsplit

from scrapy import Spider

from archive.errors import NotWritable
from archive.frontier import Leased
from archive.model import Capture
from crawler.guard import refused_names
from crawler.items import Answer, NoAnswer
from crawler.kept import answer_from_archive
from crawler.run import SourceRun
from crawler.source import Source
from crawler.transport import failure_code

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
            yield answer_from_archive(run, lease)

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
        code, again = failure_code(error)
        words = _words(error)
        if (refusal := refused_names.get(urlsplit(failure.request.url).hostname or "")) is not None:  # type: ignore[attr-defined]
            code, again, words = "refused", False, refusal
        message = f"{lease.address}: {words}"
        yield NoAnswer(lease, code, message, again)


def _words(error: BaseException | None) -> str:
    text = str(error) or type(error).__name__
    return " ".join(text.split())[:300]
