"""Pages that others saved, into the archive: in at Keep, then through the same reading and storing as a crawl.

A file without address is ``urn:sha256:…`` of its bytes: importing it twice changes nothing, an edited file is a
new document. An imported file has no invented fetch time; a record of somebody's WARC file keeps its date,
address and record id.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from archive import Capture, Exchange, Writing, canonical_url, text_urn, unread_capture
from archive.clock import now, stamp
from archive.errors import ArchiveError
from archive.model import Issue, Reading
from archive.read_warc import Foreign, read_warc
from crawler.errors import UnusableInput
from crawler.extract import PageInput, reader_revision
from crawler.files import PAGES, WARCS, files_of, page_of_file
from crawler.previous import not_compared, previous_page
from crawler.session import TOOL, Session

__all__ = ["Imported", "import_paths"]

READABLE = ("text/html", "application/xhtml", "text/plain", "text/xml", "application/xml")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one page. ``result``: created, changed, same, held (nothing new), skipped or failed."""

    path: str
    result: str
    document: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    capture: Capture
    page: PageInput
    path: str
    url: str


@dataclass(slots=True)
class _Import:
    session: Session
    urls: dict[str, str]
    run: int
    counts: Counter[str] = field(default_factory=Counter)
    reader: str = field(default_factory=reader_revision)

    def paths(self, paths: Iterable[Path]) -> Iterator[Imported]:
        for path in files_of(paths, PAGES + WARCS):
            kept = self._warc(path) if path.name.lower().endswith(WARCS) else self._file(path)
            yield from self._store(kept)

    def _store(self, kept: Iterable[_Kept | Imported]) -> Iterator[Imported]:
        """Read what was kept, a few at a time in the workers, and store it in order."""
        waiting: list[tuple[_Kept, Future[Reading]]] = []
        pool = self.session.pool
        for item in kept:
            if isinstance(item, Imported):
                yield item
                continue
            waiting.append((item, pool.submit(item.page, None)))
            if len(waiting) > 4 * pool.workers:
                yield self._put(*waiting.pop(0))
        for item, future in waiting:
            yield self._put(item, future)

    def _put(self, kept: _Kept, future: Future[Reading]) -> Imported:
        reading = self.session.pool.result(future, kept.page)
        previous = self._previous(kept) if reading.kind == "article" else None
        archive, moment = self.session.archive, now()
        with archive.transaction():
            for issue in reading.issues:
                self._put_issue(replace(issue, url=issue.url or kept.url))
            if reading.draft is None or reading.kind != "article":
                return self._no_document(kept, reading)
            writing = Writing(self.reader, self.run, moment)
            stored = archive.put_reading(kept.capture, reading, writing, previous, address=kept.url)
            archive.observe(kept.url, stored.outcome, moment, capture=kept.capture.id, run=self.run)
            for issue in not_compared(stored, kept.url):
                self._put_issue(issue)
        result = stored.change or stored.outcome
        self.counts[result] += 1
        return Imported(kept.path, result, stored.document)

    def _previous(self, kept: _Kept) -> Reading | None:
        """The last version of the page's document as the reader of now reads it, where another reader made it."""
        capture = unread_capture(self.session.archive.conn, kept.url, kept.capture.final_url, self.reader)
        if capture is None:
            return None
        try:
            page = previous_page(self.session.captures, capture, kept.url)
        except ArchiveError as error:
            with self.session.archive.transaction():
                self._put_issue(Issue(error.code, "error", str(error), url=kept.url))
            return None
        return self.session.pool.result(self.session.pool.submit(page, None), page)

    def _put_issue(self, issue: Issue) -> None:
        self.session.archive.put_issue(issue, run=self.run, source=None, now=now())

    def _no_document(self, kept: _Kept, reading: Reading) -> Imported:
        message = reading.issues[0].message if reading.issues else f"a page of kind {reading.kind}, no document"
        archive = self.session.archive
        if not reading.issues:
            issue = Issue("not_a_document", "info", f"{kept.path}: {message}", url=kept.url)
            self._put_issue(issue)
        archive.observe(kept.url, "failed", now(), capture=kept.capture.id, run=self.run, reason=reading.kind)
        result = "failed" if reading.kind == "error" else "skipped"
        self.counts[result] += 1
        return Imported(kept.path, result, None, message)

    def _file(self, path: Path) -> Iterator[_Kept | Imported]:
        try:
            page = page_of_file(path, self.urls)
        except UnusableInput as error:
            yield self._unusable(str(path), error)
            return
        url = page.url or text_urn(page.body)
        media_type = page.media_type or "text/html"
        exchange = Exchange(url, None, "", (), None, "", "", (("Content-Type", media_type),), page.body)
        yield self._keep(exchange, page, str(path), TOOL)

    def _warc(self, path: Path) -> Iterator[_Kept | Imported]:
        skipped: Counter[str] = Counter()
        try:
            for found in read_warc(path):
                if isinstance(found, Issue):
                    yield self._issue(found, str(path))
                elif (media := _media(found)) in READABLE and found.exchange.status in (None, 200):
                    yield self._foreign(found, path)
                else:
                    skipped[media or "no media type"] += 1
        except (ArchiveError, OSError) as error:
            yield self._unusable(str(path), error)
        if skipped:
            what = ", ".join(f"{n} {media}" for media, n in sorted(skipped.items()))
            issue = Issue("skipped_records", "info", f"{path}: not imported: {what}", data=dict(skipped))
            with self.session.archive.transaction():
                self._put_issue(issue)
            yield Imported(str(path), "skipped", None, f"not imported: {what}")

    def _foreign(self, found: Foreign, path: Path) -> _Kept | Imported:
        exchange = found.exchange
        page = PageInput(
            body=found.body,
            url=exchange.url,
            final_url=exchange.url,
            media_type=exchange.header("Content-Type"),
            status=exchange.status or 200,
            fetched=exchange.status is not None,
            captured_on=date.fromisoformat(exchange.at[:10]) if exchange.at else None,
        )
        return self._keep(exchange, page, str(path), found.captured_by)

    def _keep(self, exchange: Exchange, page: PageInput, path: str, captured_by: str) -> _Kept | Imported:
        captures = self.session.captures
        held = _held(self.session.archive.conn, exchange, page)
        if held is not None:
            self.counts["held"] += 1
            return Imported(path, "held", held)
        capture = captures.keep(
            exchange, kind="import", run=self.run, imported_at=stamp(), captured_by=captured_by, import_path=path
        )
        return _Kept(capture, page, path, exchange.url)

    def _issue(self, issue: Issue, path: str) -> Imported:
        with self.session.archive.transaction():
            self._put_issue(issue)
        self.counts["failed"] += 1
        return Imported(path, "failed", None, issue.message)

    def _unusable(self, path: str, error: Exception) -> Imported:
        return self._issue(Issue(getattr(error, "code", "input"), "error", str(error)), path)


def import_paths(paths: Iterable[Path], home: Path, urls: dict[str, str]) -> Iterator[Imported]:
    """Import files and folders; yields what became of each page. Raises UnusableInput before anything is done
    where a path is not there, ArchiveError where the archive cannot be written."""
    paths = list(files_of(paths, PAGES + WARCS))
    session = Session.of(home)
    try:
        archive = session.archive
        with archive.transaction():
            run, _ = archive.open_run(
                None, "import", tool_version=TOOL, reader=reader_revision(), toml_sha256=None, now=now()
            )
        job = _Import(session, urls, run)
        yield from job.paths(paths)
        archive.index_waiting()
        archive.link_copies()
        with archive.transaction():
            archive.close_run(run, "degraded" if job.counts["failed"] else "ok", (), job.counts, now())
    finally:
        session.close()


def _held(conn: sqlite3.Connection, exchange: Exchange, page: PageInput) -> str | None:
    """The document that this very page made at an earlier import, if there is one."""
    row = conn.execute(
        """SELECT o.url, d.id FROM observations o JOIN captures c ON c.id = o.capture
           LEFT JOIN documents d ON d.id = (SELECT document FROM versions WHERE capture = c.id LIMIT 1)
           WHERE o.url = ? AND c.payload_sha256 = ? AND c.fetched_at IS ? ORDER BY o.id LIMIT 1""",
        [canonical_url(exchange.url), hashlib.sha256(exchange.body).hexdigest(), exchange.at],
    ).fetchone()
    return (row[1] or "") if row else None


def _media(found: Foreign) -> str:
    return (found.exchange.header("Content-Type") or "").split(";")[0].strip().lower()
