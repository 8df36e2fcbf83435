"""Pages that others saved, into the archive: in at Keep, then through the same reading and storing as a crawl.

A file without address is ``urn:sha256:…`` of its bytes: importing it twice changes nothing, an edited file is a
new document. An imported file has no invented fetch time; a record of somebody's WARC file keeps its date,
address and record id.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from archive import Capture, Exchange, Pages, Writing, canonical_url, held_parts, text_urn, whole_of, withdrawn_answer
from archive.clock import now, stamp
from archive.errors import ArchiveError
from archive.model import Issue, Reading
from archive.read_warc import Foreign, read_warc
from archive.run_records import write_run, write_run_records
from crawler.errors import UnusableInput
from crawler.extract import PageInput, reader_revision
from crawler.files import PAGES, WARCS, files_of, page_of_file
from crawler.previous import not_compared, reading_previous
from crawler.session import TOOL, Session
from crawler.whole import by_address, read_now, reading_whole

__all__ = ["Import", "Imported", "KeptPage", "import_paths"]

READABLE = ("text/html", "application/xhtml", "text/plain", "text/xml", "application/xml")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one page. ``result``: created, changed, same, held (nothing new), joined (a further page
    of an article, part of its document), skipped or failed."""

    path: str
    result: str
    document: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that is in a WARC file and is to be read. ``url`` may be a urn."""

    capture: Capture
    page: PageInput
    path: str
    url: str


@dataclass(frozen=True, slots=True)
class _Paged:
    """One of several pages of an article; ``later``: not the first."""

    capture: Capture
    path: str
    url: str
    later: bool


def _now(capture: Capture) -> datetime:
    return now()


@dataclass(slots=True)
class Import:
    """An import into an open run. ``moment``: when a capture's page is seen (now, but for what was imported in the
    past and is read again); ``read_at``: when it is read, where the clock does not stand there."""

    session: Session
    urls: dict[str, str]
    run: int
    counts: Counter[str] = field(default_factory=Counter)
    reader: str = field(default_factory=reader_revision)
    paged: list[_Paged] = field(default_factory=list)
    moment: Callable[[Capture], datetime] = _now
    read_at: datetime | None = None

    def paths(self, paths: Iterable[Path]) -> Iterator[Imported]:
        for path in files_of(paths, PAGES + WARCS):
            kept = self._warc(path) if path.name.lower().endswith(WARCS) else self._file(path)
            yield from self.store(kept)
        yield from self.put_paged()

    def store(self, kept: Iterable[KeptPage | Imported]) -> Iterator[Imported]:
        """Read what was kept, a few at a time in the workers, and store it in order, but for the pages of articles that
        have several (``put_paged``)."""
        waiting: list[tuple[KeptPage, Future[Reading]]] = []
        pool = self.session.pool
        for item in kept:
            if isinstance(item, Imported):
                yield item
                continue
            waiting.append((item, pool.submit(item.page, None)))
            if len(waiting) > 4 * pool.workers:
                yield from self._put(*waiting.pop(0))
        for item, future in waiting:
            yield from self._put(item, future)

    def _put(self, kept: KeptPage, future: Future[Reading]) -> Iterator[Imported]:
        """Store what a page was read as; one of several pages of an article waits for the others."""
        reading = self.session.pool.result(future, kept.page)
        if reading.kind == "article" and (reading.parts or reading.part_of):
            self.paged.append(_Paged(kept.capture, kept.path, kept.url, later=reading.part_of is not None))
        else:
            yield self._put_reading(kept.capture, kept.path, kept.url, reading)

    def put_paged(self) -> Iterator[Imported]:
        """The articles of several pages: each first page with the captures nearest to it of those that its pager names;
        then the later pages that no first page named."""
        joined: set[int] = set()
        for one in sorted(self.paged, key=lambda one: one.later):
            if one.capture.id in joined:
                continue
            known = whole_of(self.session.archive.conn, one.url) if one.later else None
            if known is not None:
                yield self._without_first(one, known)
                continue
            reading = self._read_whole(one)
            done = self._put_reading(one.capture, one.path, one.url, reading)
            yield done
            parts = {part.capture for part in reading.parts}
            joined |= {other.capture.id for other in self.paged if other.capture.id in parts}
            yield from (self._joined(other, done) for other in self.paged if other.capture.id in parts)
        self.paged.clear()

    def _read_whole(self, one: _Paged) -> Reading:
        captures, conn = self.session.captures, self.session.archive.conn
        near = sorted(self.paged, key=lambda other: -_apart(one.capture, other.capture))  # the nearest comes last
        spare = by_address(held_parts(conn, one.url, one.capture.final_url))
        spare |= {canonical_url(other.url): other.capture.id for other in near if other.capture.id != one.capture.id}
        steps = reading_whole(captures, Pages(one.capture.id), one.url, spare, expected=None)
        return read_now(self.session.pool, steps, None)

    def _without_first(self, one: _Paged, document: str) -> Imported:
        """Alone it tells nothing of a document of several pages: whether it is new, or another one than before."""
        message = f"{one.path}: a further page of document {document}; import it together with the first page"
        with self.session.archive.transaction():
            self._put_issue(Issue("part_alone", "warning", message, url=one.url))
        self.counts["skipped"] += 1
        return Imported(one.path, "skipped", None, message)

    def _joined(self, part: _Paged, whole: Imported) -> Imported:
        self.counts["joined"] += 1
        return Imported(part.path, "joined", whole.document)

    def _put_reading(self, capture: Capture, path: str, url: str, reading: Reading) -> Imported:
        previous = self._previous(capture, url, reading) if reading.kind == "article" else None
        archive, moment = self.session.archive, self.moment(capture)
        with archive.transaction():
            for issue in reading.issues:
                self._put_issue(replace(issue, url=issue.url or url))
            if reading.draft is None or reading.kind != "article":
                return self._no_document(capture, path, url, reading)
            writing = Writing(self.reader, self.run, self.read_at or now())
            stored = archive.put_reading(capture, reading, writing, previous, address=url)
            archive.observe(url, stored.outcome, moment, capture=capture.id, run=self.run)
            for part in reading.parts:
                if part.capture is not None:
                    archive.observe(part.url, stored.outcome, moment, capture=part.capture, run=self.run)
            for issue in not_compared(stored, url):
                self._put_issue(issue)
        result = stored.change or stored.outcome
        self.counts[result] += 1
        return Imported(path, result, stored.document)

    def _previous(self, capture: Capture, url: str, reading: Reading) -> Reading | None:
        """The last version of the page's document as the reader of now reads it, where another reader made it."""
        archive, captures = self.session.archive, self.session.captures
        steps = reading_previous(archive.conn, captures, capture, url, reading, self.reader)
        try:
            return read_now(self.session.pool, steps, None) if steps else None
        except ArchiveError as error:
            with archive.transaction():
                self._put_issue(Issue(error.code, "error", str(error), url=url))
            return None

    def _put_issue(self, issue: Issue) -> None:
        self.session.archive.put_issue(issue, run=self.run, source=None, now=now())

    def _no_document(self, capture: Capture, path: str, url: str, reading: Reading) -> Imported:
        message = reading.issues[0].message if reading.issues else f"a page of kind {reading.kind}, no document"
        archive = self.session.archive
        if not reading.issues:
            issue = Issue("not_a_document", "info", f"{path}: {message}", url=url)
            self._put_issue(issue)
        archive.observe(url, "failed", self.moment(capture), capture=capture.id, run=self.run, reason=reading.kind)
        result = "failed" if reading.kind == "error" else "skipped"
        self.counts[result] += 1
        return Imported(path, result, None, message)

    def _file(self, path: Path) -> Iterator[KeptPage | Imported]:
        try:
            page = page_of_file(path, self.urls)
        except UnusableInput as error:
            yield self._unusable(str(path), error)
            return
        url = page.url or text_urn(page.body)
        media_type = page.media_type or "text/html"
        exchange = Exchange(url, None, "", (), None, "", "", (("Content-Type", media_type),), page.body)
        yield self._keep(exchange, page, str(path), TOOL)

    def _warc(self, path: Path) -> Iterator[KeptPage | Imported]:
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

    def _foreign(self, found: Foreign, path: Path) -> KeptPage | Imported:
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

    def _keep(self, exchange: Exchange, page: PageInput, path: str, captured_by: str) -> KeptPage | Imported:
        captures, conn = self.session.captures, self.session.archive.conn
        payloads = {hashlib.sha256(body).hexdigest() for body in (exchange.body, page.body)}
        withdrawn = withdrawn_answer(conn, exchange.url, page.final_url or exchange.url, payloads)
        if withdrawn is not None:
            return self._withdrawn(withdrawn.document, exchange.url, path)
        held = _held(conn, exchange, page)
        if held is not None:
            self.counts["held"] += 1
            return Imported(path, "held", held)
        capture = captures.keep(
            exchange, kind="import", run=self.run, imported_at=stamp(), captured_by=captured_by, import_path=path
        )
        return KeptPage(capture, page, path, exchange.url)

    def _withdrawn(self, document: str, url: str, path: str) -> Imported:
        message = f"{path}: document {document} was withdrawn; it is not taken in again"
        with self.session.archive.transaction():
            self._put_issue(Issue("withdrawn", "info", message, url=url))
        self.counts["skipped"] += 1
        return Imported(path, "skipped", None, message)

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
        write_run(archive.conn, session.captures, run, stamp())
        job = Import(session, urls, run)
        yield from job.paths(paths)
        archive.index_waiting()
        archive.link_copies()
        with archive.transaction():
            archive.close_run(run, "degraded" if job.counts["failed"] else "ok", (), job.counts, now())
        write_run_records(archive.db, session.captures)
        session.close_books(run)
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


def _apart(one: Capture, other: Capture) -> float:
    """Seconds between two captures; 0 where one does not say when it was made."""
    if one.fetched_at is None or other.fetched_at is None:
        return 0.0
    return abs((datetime.fromisoformat(one.fetched_at) - datetime.fromisoformat(other.fetched_at)).total_seconds())


def _media(found: Foreign) -> str:
    return (found.exchange.header("Content-Type") or "").split(";")[0].strip().lower()
