"""Crawling several sources in one process: a few side by side, one archive, one reading pool, a graceful stop."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from archive.errors import ArchiveError
from archive.model import Mode
from crawler.errors import CrawlerError
from crawler.pool import beside_this_process
from crawler.run import SourceRun
from crawler.session import Session
from crawler.source import Source

__all__ = ["Finished", "Watcher", "crawl"]

SIDE_BY_SIDE = 4  # sources at a time in one process: one writer serves them all


@dataclass(frozen=True, slots=True)
class Finished:
    """How a source's run ended. ``verdict`` None: it was stopped or could not start; ``reasons`` say why."""

    source: str
    verdict: str | None
    reasons: tuple[str, ...]
    counts: dict[str, int]
    seconds: float


class Watcher(Protocol):
    """Sees the runs while they go on."""

    def started(self, run: SourceRun) -> None: ...

    def tick(self) -> None: ...

    def finished(self, outcome: Finished) -> None: ...


class _Crawl:
    def __init__(self, spiders: Sequence[type[Spider]], home: Path, mode: Mode, watcher: Watcher) -> None:
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        self.process = AsyncCrawlerProcess(settings)
        self.spiders, self.home, self.mode, self.watcher = spiders, home, mode, watcher
        self.outcomes: list[Finished] = []
        self.interrupted = False
        self._stopping: asyncio.Future[None] | None = None

    async def all(self) -> None:
        gate = asyncio.Semaphore(SIDE_BY_SIDE)
        ticking = asyncio.ensure_future(self._tick())
        try:
            await asyncio.gather(*(self._one(spider, gate) for spider in self.spiders))
        finally:
            ticking.cancel()
            if self._stopping is not None:
                self._stopping.cancel()

    async def _one(self, spider: type[Spider], gate: asyncio.Semaphore) -> None:
        async with gate:
            if self.interrupted:
                return
            source: Source = spider.source  # type: ignore[attr-defined]
            began = asyncio.get_running_loop().time()
            try:
                run = SourceRun(source, self.home, self.mode)
            except (CrawlerError, ArchiveError) as error:
                self._finish(Finished(source.id, None, (str(error),), {}, 0.0))
                return
            crawler = self.process.create_crawler(spider)
            run.attach(crawler)
            self.watcher.started(run)
            try:
                run.open()
                await self.process.crawl(crawler)
            except Exception as error:
                run.fatal = run.fatal or error
            run.close(finished=False)
            reasons = (str(run.fatal),) if run.fatal else tuple(run.reasons) if run.verdict else ("stopped",)
            took = asyncio.get_running_loop().time() - began
            self._finish(Finished(source.id, run.verdict, reasons, dict(run.counts), took))

    def _finish(self, outcome: Finished) -> None:
        self.outcomes.append(outcome)
        self.watcher.finished(outcome)

    async def _tick(self) -> None:
        while True:
            self.watcher.tick()
            await asyncio.sleep(0.5)

    def stop(self) -> None:
        """First signal: let what is in flight end, store it, stop. Second: stop at once (nothing stored is lost)."""
        if self.interrupted:
            os._exit(130)
        self.interrupted = True
        self._stopping = asyncio.ensure_future(self._stop())

    async def _stop(self) -> None:
        """Stop each crawler as soon as its engine runs: one that is told before would never come to its end."""
        while True:
            for crawler in tuple(self.process.crawlers):
                if crawler.crawling and crawler.engine is not None and crawler.engine.running:
                    await crawler.stop_async()
            await asyncio.sleep(0.1)


def crawl(spiders: Iterable[type[Spider]], home: Path, mode: Mode, watcher: Watcher) -> tuple[list[Finished], bool]:
    """Crawl the sources of these spider classes; returns how each ended, and whether a signal stopped it.

    Raises ArchiveError where the archive cannot be opened.
    """
    session = Session.of(home, workers=beside_this_process())
    try:
        job = _Crawl(list(spiders), home, mode, watcher)
        loop = asyncio.get_event_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, job.stop)
        whole = loop.create_task(job.all())
        whole.add_done_callback(lambda _: _stop_reactor())
        job.process.start(stop_after_crawl=False, install_signal_handlers=False)
        if not whole.cancelled() and (error := whole.exception()) is not None:
            raise error
        return job.outcomes, job.interrupted
    finally:
        session.close()


def _stop_reactor() -> None:
    from twisted.internet import reactor  # it exists only once the process was made

    cast(Any, reactor).stop()
