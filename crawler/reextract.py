"""Reading stored captures again, without the network: a better rule improves the past.

Every version whose captures (an article may have several pages) the reader of now has not read gets a rendition by it,
never a version. Answers that once gave no document are tried again too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive import Capture, Pages, Writing, last_pages, show_rendition
from archive.clock import now
from archive.errors import ArchiveError, PayloadUnreadable
from archive.model import Issue, Reading
from archive.run_records import write_run_records
from crawler.extract import PageInput, reader_revision
from crawler.session import TOOL, Session
from crawler.source import Source
from crawler.whole import as_stored, page_of_pages

__all__ = ["reextract"]

WINDOW = 500  # captures looked up at a time


@dataclass(frozen=True, slots=True)
class _Task:
    """Captures to read: of a version (``version`` and ``document`` set), or one that gave no document."""

    pages: Pages
    version: int | None
    document: str | None
    address: str
    source: str | None


def reextract(home: Path, sources: Mapping[str, Source]) -> Counter[str]:
    """Read again what needs it; returns counts: renditions, unchanged, documents, unreadable, damaged.

    ``sources``: the source files by id; a capture of a source whose file is gone is read without one.
    """
    session = Session.of(home)
    try:
        archive = session.archive
        with archive.transaction():
            run, _ = archive.open_run(
                None, "reextract", tool_version=TOOL, reader=reader_revision(), toml_sha256=None, now=now()
            )
        counts = _Reextract(session, sources, run).all()
        archive.index_waiting()
        archive.link_copies()
        with archive.transaction():
            archive.close_run(run, "degraded" if counts["damaged"] else "ok", (), counts, now())
        write_run_records(archive.db, session.captures)
        session.close_books(run)
        return counts
    finally:
        session.close()


class _Reextract:
    def __init__(self, session: Session, sources: Mapping[str, Source], run: int) -> None:
        self.session, self.sources, self.run = session, sources, run
        self.counts: Counter[str] = Counter()
        self.readers = {source: reader_revision(sources.get(source or "")) for source in (*sources, None)}

    def all(self) -> Counter[str]:
        pool = self.session.pool
        waiting: list[tuple[_Task, Capture, PageInput, Future[Reading]]] = []
        for task in (*self._versions(), *self._without_document()):
            kept = self._load(task)
            if kept is None:
                continue
            capture, page = kept
            waiting.append((task, capture, page, pool.submit(page, self.sources.get(task.source or ""))))
            if len(waiting) > 4 * pool.workers:
                self._store(*waiting.pop(0))
        for each in waiting:
            self._store(*each)
        return self.counts

    def _reader(self, source: str | None) -> str:
        return self.readers.get(source) or self.readers[None]

    def _versions(self) -> Iterator[_Task]:
        """The captures of versions that the reader of now has not read."""
        last = 0
        while True:
            rows = self.session.archive.conn.execute(
                """SELECT v.id, v.document, d.url, d.source FROM versions v
                   JOIN documents d ON d.id = v.document
                   WHERE v.id > ? AND v.change NOT IN ('gone', 'moved', 'unlisted')
                       AND d.withdrawn_at IS NULL ORDER BY v.id LIMIT ?""",
                [last, WINDOW],
            ).fetchall()
            if not rows:
                return
            for version, document, url, source in rows:
                if self._is_read(version, source):
                    self.counts["unchanged"] += 1
                else:
                    pages = last_pages(self.session.archive.conn, version)
                    yield _Task(pages, version, document, url, source)
            last = rows[-1][0]

    def _is_read(self, version: int, source: str | None) -> bool:
        row = self.session.archive.conn.execute(
            "SELECT 1 FROM renditions WHERE version = ? AND reader = ?", [version, self._reader(source)]
        ).fetchone()
        return row is not None

    def _without_document(self) -> Iterator[_Task]:
        """The newest answers with status 200 that gave no document."""
        rows = self.session.archive.conn.execute(
            """SELECT u.capture, u.address, u.source FROM urls u JOIN captures c ON c.id = u.capture
               WHERE u.kind = 'article' AND u.state = 'failed' AND c.status = 200
                 AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.capture = u.capture)"""
        ).fetchall()
        for capture, address, source in rows:
            yield _Task(Pages(capture), None, None, address, source)

    def _load(self, task: _Task) -> tuple[Capture, PageInput] | None:
        captures = self.session.captures
        try:
            capture = captures.load(task.pages.capture)
            expected: Literal["article"] | None = "article" if capture.source else None
            page, damaged = page_of_pages(captures, task.pages, task.address, expected)
        except ArchiveError as error:
            self._damaged(Issue(error.code, "error", str(error), url=task.address), task)
            return None
        for issue in damaged:
            self._damaged(issue, task)
        return capture, page

    def _damaged(self, issue: Issue, task: _Task) -> None:
        self.counts["unreadable" if issue.code == PayloadUnreadable.code else "damaged"] += 1
        self._issue(issue, task)

    def _store(self, task: _Task, capture: Capture, page: PageInput, future: Future[Reading]) -> None:
        reading = as_stored(self.session.pool.result(future, page), task.address)
        archive = self.session.archive
        writing = Writing(self._reader(task.source), self.run, now())
        if reading.kind != "article" or reading.draft is None:
            self.counts["unreadable"] += 1
            if task.version is not None:
                text = f"{task.address}: read now as a page of kind {reading.kind}; the older rendition stays"
                self._issue(Issue("reading_lost", "warning", text, url=task.address), task)
            return
        with archive.transaction() as conn:
            if task.version is None or task.document is None:
                archive.put_reading(capture, reading, writing, address=task.address)
                self.counts["documents"] += 1
            else:
                show_rendition(conn, task.document, task.version, capture.id, reading, writing)
                self.counts["renditions"] += 1

    def _issue(self, issue: Issue, task: _Task) -> None:
        with self.session.archive.transaction():
            self.session.archive.put_issue(issue, run=self.run, source=task.source, now=now())
