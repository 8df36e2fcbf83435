"""What becomes of an article: its document, at once where it is one page, else when the last of its pages is in.

An article whose pager names further pages stays ``kept`` until each of them is there or has failed; then all are read
as one, so that a page that comes late makes no version. Where one is missing, what is held is stored, ``truncated``; a
page that was held before stands in for one that fails today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import Capture, Pages, held_parts
from archive.clock import now
from archive.errors import ArchiveError
from archive.frontier import Leased, recheck_days
from archive.frontier_parts import add_parts, await_first, first_page, is_complete, parts_in
from archive.model import Issue, Reading
from crawler.extract import MOST_PARTS
from crawler.previous import not_compared, reading_previous
from crawler.whole import Steps, by_address, read_soon, reading_whole

if TYPE_CHECKING:
    from crawler.items import Answer
    from crawler.run import SourceRun

__all__ = ["FAILED_RECHECK", "set_done", "settle_article", "settle_part", "settle_when_complete"]

FAILED_RECHECK = 1  # days


async def settle_article(run: SourceRun, answer: Answer, reading: Reading) -> None:
    """Store the document, or ask for its further pages first."""
    if reading.part_of and _awaits_first(run, answer, reading.part_of):
        return
    if not reading.parts:
        await _store(run, answer.lease, answer.capture, reading)
        return
    walk = answer.capture.id
    with run.archive.transaction() as conn:
        add_parts(conn, run.source.id, answer.lease, walk, reading.parts[:MOST_PARTS], run.id, now())
    await settle_when_complete(run, walk)


def settle_part(run: SourceRun, answer: Answer, reading: Reading) -> None:
    """A further page is in; it may name others."""
    lease, walk = answer.lease, answer.lease.walk
    with run.archive.transaction() as conn:
        run.frontier.set_done(lease.url, now(), days=None)
        run.counts["answered"] += 1
        first = first_page(conn, walk) if walk is not None else None
        if walk is not None and first is not None:
            known = {part.number for part in parts_in(conn, walk)}
            named = [part for part in reading.parts if part.number not in known]
            add_parts(conn, run.source.id, first, walk, named[: max(MOST_PARTS - len(known), 0)], run.id, now())


async def settle_when_complete(run: SourceRun, walk: int | None) -> None:
    """Settle the article whose further pages make up ``walk``, if none of them is awaited any more."""
    conn = run.archive.conn
    first = first_page(conn, walk) if walk is not None and is_complete(conn, walk) else None
    if first is None or walk is None or walk in run.joining:
        return
    run.joining.add(walk)
    try:
        await _settle_whole(run, first, run.session.captures.load(walk))
    finally:
        run.joining.discard(walk)


def _awaits_first(run: SourceRun, answer: Answer, first: str) -> bool:
    """A list may lead to a later page. Where the first page is to be read yet, that decides; where not, this page is a
    document by itself, and an issue says so."""
    url = answer.lease.url
    with run.archive.transaction() as conn:
        if await_first(conn, url, first):
            run.frontier.set_done(url, now(), days=None)
            run.counts["answered"] += 1
            return True
        text = f"{answer.lease.address}: a later page of {first}, which does not lead to it"
        run.issue(Issue("part_alone", "info", text, url=answer.lease.address))
    return False


async def _settle_whole(run: SourceRun, first: Leased, capture: Capture) -> None:
    """All pages of one article as one document."""
    parts = parts_in(run.archive.conn, capture.id)
    spare = by_address(held_parts(run.archive.conn, first.address, capture.final_url))
    steps = reading_whole(run.session.captures, Pages(capture.id, parts), first.address, spare)
    reading = await _read(run, steps, first.address)
    if reading is None or reading.draft is None:
        issues = reading.issues if reading else ()
        reason = issues[0].code if issues else "capture_damaged"
        with run.archive.transaction():
            for issue in issues:
                run.issue(issue)
            run.archive.observe(first.url, "failed", now(), capture=capture.id, run=run.id, reason=reason)
            run.counts["failed"] += 1
            run.frontier.set_failed(first.url, now(), reason, days=FAILED_RECHECK)
        return
    await _store(run, first, capture, reading)


async def _store(run: SourceRun, lease: Leased, capture: Capture, reading: Reading) -> None:
    """Store the document; before that, where another reader read its last version, or read it with fewer pages, have
    that read again."""
    steps = reading_previous(run.archive.conn, run.session.captures, capture, lease.address, reading, run.reader)
    previous = await _read(run, steps, lease.address) if steps else None
    moment = now()
    with run.archive.transaction():
        stored = run.archive.put_reading(
            capture, reading, run.writing, previous, address=lease.address, final_url=capture.final_url
        )
        run.archive.observe(lease.url, stored.outcome, moment, capture=capture.id, run=run.id)
        for part in reading.parts:
            if part.capture is not None:
                run.archive.observe(part.url, stored.outcome, moment, capture=part.capture, run=run.id)
        for issue in (*reading.issues, *not_compared(stored, lease.address)):
            run.issue(issue)
        missing = any(part.capture is None for part in reading.parts)
        set_done(run, lease, changed=stored.outcome == "changed", missing=missing)
        run.counts["answered"] += 1
        run.counts["new" if stored.change == "created" else stored.outcome] += 1
    run.archive.index_many()


async def _read(run: SourceRun, steps: Steps, address: str) -> Reading | None:
    """What the steps come to; None (and an issue) where the first page's capture is damaged."""
    try:
        return await read_soon(run.session.pool, steps, run.source)
    except ArchiveError as error:
        with run.archive.transaction():
            run.issue(Issue(error.code, "error", str(error), url=address))
        return None


def set_done(run: SourceRun, lease: Leased, *, changed: bool, missing: bool = False) -> None:
    """Looked at again in some days; sooner where a further page is ``missing``, at first on the next day."""
    days = FAILED_RECHECK if changed and missing else recheck_days(run.frontier.interval(lease.url), changed)
    run.frontier.set_done(lease.url, now(), days=days)
