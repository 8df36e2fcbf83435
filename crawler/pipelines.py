"""Glue between Scrapy and the house: an item is settled, an exception becomes an Issue and state ``failed``."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any, cast

from scrapy.logformatter import LogFormatter

from archive.clock import now
from archive.errors import NotWritable
from archive.model import Issue
from crawler.items import Answer, NoAnswer
from crawler.pool import PoolBroken
from crawler.run import SourceRun
from crawler.settle import settle_answer, settle_no_answer

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.scheduler import FrontierScheduler

__all__ = ["QuietFormatter", "ReadAndStore"]


class ReadAndStore:
    """Item pipeline: one item in, everything it says stored."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = SourceRun.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReadAndStore:
        return cls(crawler)

    async def process_item(self, item: Answer | NoAnswer) -> Answer | NoAnswer:
        scheduler = cast("FrontierScheduler", self.crawler.engine.scheduler)
        try:
            if isinstance(item, Answer):
                await settle_answer(self.run, item, scheduler.retry)
            else:
                await settle_no_answer(self.run, item, scheduler.retry)
        except (NotWritable, PoolBroken) as error:
            self.run.stop(self.crawler, error)
        except Exception as error:
            self._failed(item, error)
        return item

    def _failed(self, item: Answer | NoAnswer, error: Exception) -> None:
        """Our own mistake: the capture stays, the URL is failed with its reason, the trace is in the issue."""
        lease = item.lease
        logging.getLogger(__name__).error("%s: %s", lease.address, error, exc_info=True)
        trace = "".join(traceback.format_exception(error))[-4000:]
        with self.run.archive.transaction():
            message = f"{type(error).__name__}: {error}"
            self.run.issue(Issue("internal", "error", message, url=lease.address, data={"trace": trace}))
            self.run.frontier.set_failed(lease.url, now(), "internal")
        self.run.counts["failed"] += 1


class QuietFormatter(LogFormatter):
    """Items carry whole pages: they are never printed. Failed downloads are Issue records already."""

    def crawled(self, *args: Any) -> None:  # type: ignore[override]
        return None

    def scraped(self, *args: Any) -> None:  # type: ignore[override]
        return None

    def download_error(self, *args: Any) -> None:  # type: ignore[override]
        return None
