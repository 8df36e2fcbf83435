"""One run of one source: its lock, its row, its frontier, what it counted, and how it ended.

Every Scrapy component of the source's crawler gets the same run with ``SourceRun.of(crawler)``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

from archive import SourceRow, Writing, home_folder
from archive.clock import now, stamp
from archive.errors import ArchiveError
from archive.frontier_parts import release_parts
from archive.model import Issue, Mode
from archive.resumed import run_so_far
from archive.run_records import write_run, write_run_records
from crawler.extract import reader_revision
from crawler.health import judge
from crawler.lock import SourceLock
from crawler.session import TOOL, Session
from crawler.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["SourceRun"]

GONE_RECHECK = 28  # days


class SourceRun:
    """Opened by the scheduler, closed when the spider closes. ``counts`` are the whole run's, but for
    ``fetched``, which is this process's; ``joining``: the first pages' captures of articles whose pages are being read
    as one; ``fatal`` is why the run had to stop (a full disk); ``verdict`` stays None for a run that did not come to
    its end."""

    _of_crawler: ClassVar[WeakKeyDictionary[Crawler, SourceRun]] = WeakKeyDictionary()

    def __init__(self, source: Source, home: Path, mode: Mode) -> None:
        session = Session.of(home)
        try:
            self.lock = SourceLock(home, source.id)
        except BaseException:
            session.close()
            raise
        self._set_up(source, session, mode)

    def _set_up(self, source: Source, session: Session, mode: Mode) -> None:
        self.source, self.session, self.mode = source, session, mode
        self.archive = session.archive
        self.frontier = self.archive.frontier(source.id)
        self.reader = reader_revision(source)
        self.counts: Counter[str] = Counter()
        self.reasons: list[str] = []
        self.joining: set[int] = set()
        self.fatal: Exception | None = None
        self._closed = False
        self.verdict: str | None = None
        self.id = 0

    @classmethod
    def of(cls, crawler: Crawler) -> SourceRun:
        """The run of this crawler; one is begun for ``scrapy crawl``, which knows nothing of runs."""
        run = cls._of_crawler.get(crawler)
        if run is None:
            source: Source = crawler.spidercls.source  # type: ignore[attr-defined]
            run = cls(source, home_folder(), "recent")
            cls._of_crawler[crawler] = run
        return run

    def attach(self, crawler: Crawler) -> None:
        self._of_crawler[crawler] = self

    def open(self) -> None:
        """Begin the run, or take up an unfinished one: free dead leases, mark what is due, start the walks. Nothing
        where it is open already."""
        if self.id:
            return
        moment = now()
        with self.archive.transaction():
            self.archive.put_source(_row(self.source), moment)
            self.frontier.release()
            release_parts(self.archive.conn, self.source.id)
            self.id, resumed = self._begin(moment)
            if resumed is not None:
                self.reasons, so_far = run_so_far(self.archive.conn, self.id)
                self.counts.update(so_far)
            else:
                self.counts["due"] = self.frontier.make_due(moment, everything=self.mode == "full")
            columns = [(c.id, c.name, c.url) for c in self.source.columns]
            self.frontier.open_walks(columns, moment, resumed_since=resumed)
        self._write_provenance(stamp(moment))

    def _begin(self, moment: datetime) -> tuple[int, str | None]:
        """The run's number and, where it is taken up, when it began (inside a transaction)."""
        return self.archive.open_run(
            self.source.id, self.mode, tool_version=TOOL, reader=self.reader,
            toml_sha256=self.source.toml_sha256, now=moment,
        )  # fmt: skip

    def _write_provenance(self, at: str) -> None:
        """The source file, the reader's revision and the run go into the WARC file: it explains itself, and the
        database can be made from it again. So do the runs that are over and could not be written there."""
        captures, conn = self.session.captures, self.archive.conn
        toml, reader = self.source.toml.encode(), self.reader.encode()
        captures.append_resource(f"urn:gongkai:source:{self.source.id}", "application/toml", toml, at)
        captures.append_resource(f"urn:gongkai:reader:{self.id}", "text/plain", reader, at)
        write_run(conn, captures, self.id, at)
        write_run_records(self.archive.db, captures)

    @property
    def writing(self) -> Writing:
        return Writing(self.reader, self.id, now())

    def issue(self, issue: Issue) -> None:
        """Record an issue (inside a transaction) and count it."""
        self.archive.put_issue(issue, run=self.id, source=self.source.id, now=now())
        self.counts["issues"] += 1
        self.counts[f"issue/{issue.code}"] += 1

    def fail(self, reason: str) -> None:
        """Note why the run has failed whatever else comes (inside a transaction: it outlives this process)."""
        self.reasons.append(reason)
        self.archive.note_reasons(self.id, self.reasons)

    def stop(self, crawler: Crawler, error: Exception) -> None:
        """End the crawl: the disk is full or the archive cannot be written. The run is taken up later."""
        if self.fatal is not None:
            return
        self.fatal = error
        engine = crawler.engine
        assert engine is not None
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason="not_writable"))

    def close(self, *, finished: bool) -> None:
        """Judge and close the run. One that was stopped, or whose machine failed, is left open to be taken up."""
        if self._closed:
            return
        self._closed = True
        try:
            if finished and self.id and self.fatal is None:
                self._finish()
                write_run_records(self.archive.db, self.session.captures)
                self._close_books()
        finally:
            self.lock.release()
            self.session.close()

    def _close_books(self) -> None:
        """The run's manifest. Where it cannot be written (a disk that is full by now), the next one holds its rows."""
        try:
            self.session.close_books(self.id)
        except ArchiveError as error:
            with contextlib.suppress(ArchiveError), self.archive.transaction():
                self.issue(Issue("not_chained", "warning", f"the run's manifest could not be written: {error}"))

    def _finish(self) -> None:
        self.archive.index_waiting()
        self.archive.link_copies()
        with self.archive.transaction():
            self._mark_gone()
            verdict, reasons = judge(self.archive.conn, self.source, self.counts, self.reasons, now())
            self.archive.close_run(self.id, verdict, reasons, self.counts, now())
        self.verdict, self.reasons = verdict, list(reasons)

    def _mark_gone(self) -> None:
        """The pages that were not there, judged now that it is known whether the site answers: it does where a list
        came. What is gone is looked at more rarely, what stands at another address now is moved."""
        if not self.counts["lists"]:
            return
        for check in self.archive.mark_gone(self.id):
            self.frontier.recheck_in(check.url, check.at, days=GONE_RECHECK)
            self.counts["gone"] += check.newly
            self.counts["missing"] -= check.newly
        for move in self.archive.find_moves(self.source.id, self.id):
            self.counts["moved"] += 1
            self.counts["gone"] -= move.newly


def _row(source: Source) -> SourceRow:
    return SourceRow(
        id=source.id, name=source.name, homepage=source.homepage, toml=source.toml, toml_sha256=source.toml_sha256,
        publisher=source.publisher, family=source.family, region=source.region, seen_at=source.seen_at,
        verified=source.verified.isoformat() if source.verified else None, schedule=source.schedule,
    )  # fmt: skip
