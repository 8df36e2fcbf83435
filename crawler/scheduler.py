"""Frontier → Scrapy: our SCHEDULER. It hands out what the archive's frontier leases and holds nothing that
the archive does not know, but the follow-ups of redirects and the attempts that wait their seconds."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from archive.clock import now
from archive.frontier import Leased
from crawler.run import SourceRun

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

__all__ = ["FrontierScheduler"]

BATCH = 8  # leased at a time: little enough that a kill gives few leases back
WAIT = 0.5  # seconds before the second attempt; quadrupled for each further one


class FrontierScheduler(BaseScheduler):
    """One per crawler. ``retry`` keeps a URL leased in memory until its time has come."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = SourceRun.of(crawler)
        self.queue: deque[Leased] = deque()
        self.direct: deque[Request] = deque()
        self.waiting = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        self.run.open()

    def close(self, reason: str) -> None:
        """Ends the run: a reason other than ``finished`` leaves it open, to be taken up."""
        self.run.close(finished=reason in ("finished", "start_error"))

    def has_pending_requests(self) -> bool:
        return bool(self.queue or self.direct or self.waiting or self.run.frontier.has_pending())

    def enqueue_request(self, request: Request) -> bool:
        """A request from within: a redirect's next hop, or a retry whose time has come."""
        self.waiting -= bool(request.meta.pop("waited", False))
        self.direct.append(request)
        return True

    def next_request(self) -> Request | None:
        if self.direct:
            return self.direct.popleft()
        if not self.queue and self.run.frontier.has_pending():
            with self.run.archive.transaction():
                self.queue.extend(self.run.frontier.lease(self.run.id, BATCH, now()))
        if not self.queue:
            return None
        return _request(self.queue.popleft(), self.crawler.spider)

    def retry(self, lease: Leased, attempts: int) -> None:
        """Ask again in a while; the URL stays leased."""
        request = _request(lease, self.crawler.spider)
        request.meta["waited"] = True
        self.waiting += 1
        engine = self.crawler.engine
        assert engine is not None
        asyncio.get_running_loop().call_later(WAIT * 4 ** (attempts - 1), engine.crawl, request)


def _request(lease: Leased, spider: Any) -> Request:
    """The request of a lease; its answer comes to ``spider.parse``, its failure to ``spider.failed``."""
    return Request(lease.address, callback=spider.parse, errback=spider.failed, dont_filter=True, meta={"lease": lease})
