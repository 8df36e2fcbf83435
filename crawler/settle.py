"""What becomes of one answer: read it where reading is needed, store what it says, set its URL's new state.

One transaction for each answer: the observation, the document and its version or the list's entries, the
issues and the frontier's state commit together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from archive import find_document, unchanged_payload, unread_capture
from archive.clock import now
from archive.errors import ArchiveError
from archive.frontier import Leased, recheck_days
from archive.model import Issue, Level, Outcome, Reading
from crawler.errors import LoginRequired, Parked, SiteFailed
from crawler.items import Answer, NoAnswer
from crawler.lists import settle_list
from crawler.pages import page_of_capture
from crawler.previous import not_compared, previous_page

if TYPE_CHECKING:
    from crawler.run import SourceRun

__all__ = ["MOST_ATTEMPTS", "Retry", "settle_answer", "settle_no_answer"]

MOST_ATTEMPTS = 3
NOT_THERE: dict[int, Outcome] = {404: "not_found", 410: "gone"}
REFUSED = (401, 403, 407, 451)
INDEXED_AT_ONCE = 100  # documents
FAILED_RECHECK, UNREADABLE_RECHECK = 1, 7  # days
PASSING = (SiteFailed.code, LoginRequired.code, Parked.code)  # what stands there today may be gone tomorrow

Retry = Callable[[Leased, int], None]


async def settle_answer(run: SourceRun, answer: Answer, retry: Retry) -> None:
    """Everything that follows from a stored answer."""
    lease = answer.lease
    if lease.kind == "article" and answer.status == 200 and _same_payload(run, answer):
        _settle_same(run, answer)
        return
    page = page_of_capture(answer.capture, answer.body, lease.address, lease.kind)
    reading = await run.session.pool.read(page, run.source)
    if reading.kind == "challenge":
        _settle_refusal(run, answer, "challenged", reading)
    elif answer.status in NOT_THERE:
        _settle_missing(run, answer, NOT_THERE[answer.status])
    elif answer.status in REFUSED:
        _settle_refusal(run, answer, "refused", reading)
    elif answer.status != 200:
        _settle_attempt(run, lease, "http_status", f"status {answer.status}", retry, capture=answer.capture.id)
    elif reading.kind == "soft_404":
        _settle_missing(run, answer, "soft_404")
    elif lease.kind == "list" and reading.kind != "error":
        with run.archive.transaction():
            settle_list(run, answer, reading)
    elif reading.kind == "article" and reading.draft is not None:
        await _settle_article(run, answer, reading)
    else:
        _settle_unreadable(run, answer, reading)


def settle_no_answer(run: SourceRun, failure: NoAnswer, retry: Retry) -> None:
    """A request that brought nothing to store: another attempt, or failed with its reason."""
    if failure.again:
        _settle_attempt(run, failure.lease, failure.code, failure.message, retry)
        return
    moment, lease = now(), failure.lease
    outcome: Outcome = "refused" if failure.code in ("refused", "robots") else "failed"
    with run.archive.transaction():
        run.archive.observe(lease.url, outcome, moment, capture=None, run=run.id, reason=failure.code)
        run.issue(Issue(failure.code, "warning", failure.message, url=lease.address))
        if lease.kind == "list":
            _list_failed(run, lease, failure.message)
        run.counts["failed"] += 1
        _fail(run, lease, failure.code, days=7)


def _same_payload(run: SourceRun, answer: Answer) -> bool:
    return unchanged_payload(run.archive.conn, answer.lease.url, answer.capture, run.reader)


def _settle_same(run: SourceRun, answer: Answer) -> None:
    """The bytes are those that this reader has read already: seen again, nothing to read."""
    moment = now()
    with run.archive.transaction():
        run.archive.put_same(answer.lease.url, moment)
        run.archive.observe(answer.lease.url, "same", moment, capture=answer.capture.id, run=run.id)
        _done(run, answer.lease, changed=False)
        run.counts["answered"] += 1
        run.counts["same"] += 1


async def _settle_article(run: SourceRun, answer: Answer, reading: Reading) -> None:
    """Store the document; before that, where another reader read its last version, have that read again."""
    unread = unread_capture(run.archive.conn, answer.lease.address, answer.final_url, run.reader)
    previous = await _read_again(run, unread, answer) if unread is not None else None
    moment = now()
    with run.archive.transaction():
        stored = run.archive.put_reading(
            answer.capture, reading, run.writing, previous, address=answer.lease.address, final_url=answer.final_url
        )
        run.archive.observe(answer.lease.url, stored.outcome, moment, capture=answer.capture.id, run=run.id)
        for issue in (*reading.issues, *not_compared(stored, answer.lease.address)):
            run.issue(issue)
        _done(run, answer.lease, changed=stored.outcome == "changed")
        run.counts["answered"] += 1
        run.counts["new" if stored.change == "created" else stored.outcome] += 1
    run.archive.index_waiting(INDEXED_AT_ONCE)


async def _read_again(run: SourceRun, capture: int, answer: Answer) -> Reading | None:
    """The last version's capture under the reader of now; None (and an issue) where it is damaged."""
    try:
        page = previous_page(run.session.captures, capture, answer.lease.address)
    except ArchiveError as error:
        with run.archive.transaction():
            run.issue(Issue(error.code, "error", str(error), url=answer.lease.address))
        return None
    return await run.session.pool.read(page, run.source)


def _settle_missing(run: SourceRun, answer: Answer, outcome: Outcome) -> None:
    """404, 410 or a soft 404: an observation. Whether the page is gone is judged when the run closes."""
    lease, moment = answer.lease, now()
    with run.archive.transaction():
        run.archive.observe(lease.url, outcome, moment, capture=answer.capture.id, run=run.id)
        known = find_document(run.archive.conn, lease.url) is not None
        level: Level = "info" if known else "warning"
        run.issue(Issue(outcome, level, f"{lease.address}: not there (status {answer.status})", url=lease.address))
        run.counts["answered"] += 1
        run.counts["missing"] += 1
        if lease.kind == "list":
            _list_failed(run, lease, f"the list answered {outcome}")
        _fail(run, lease, outcome, days=FAILED_RECHECK)


def _settle_refusal(run: SourceRun, answer: Answer, outcome: Outcome, reading: Reading) -> None:
    """A challenge, a login wall or a plain refusal: evidence, never a document, never a deletion."""
    lease, moment = answer.lease, now()
    with run.archive.transaction():
        run.archive.observe(lease.url, outcome, moment, capture=answer.capture.id, run=run.id)
        text = (
            f"{lease.address}: {'a challenge page' if outcome == 'challenged' else 'refused'} (status {answer.status})"
        )
        code = "challenged" if outcome == "challenged" else "refused_by_site"
        run.issue(Issue(code, "warning", text, url=lease.address))
        if lease.kind == "list":
            _list_failed(run, lease, f"the list was {outcome}")
        run.counts["failed"] += 1
        _fail(run, lease, outcome, days=FAILED_RECHECK)


def _settle_unreadable(run: SourceRun, answer: Answer, reading: Reading) -> None:
    """An answer that is no document: typed, kept, looked at again when it is due."""
    lease, moment = answer.lease, now()
    issues = reading.issues or (_not_a_document(lease, reading),)
    with run.archive.transaction():
        run.archive.observe(lease.url, "failed", moment, capture=answer.capture.id, run=run.id, reason=issues[0].code)
        for issue in issues:
            run.issue(issue)
        run.counts["answered"] += 1
        run.counts["unreadable"] += 1
        if lease.kind == "list":
            _list_failed(run, lease, issues[0].message)
        _fail(run, lease, issues[0].code, days=FAILED_RECHECK if issues[0].code in PASSING else UNREADABLE_RECHECK)


def _not_a_document(lease: Leased, reading: Reading) -> Issue:
    codes = {"shell": "needs_rendering", "image": "wrong_media"}
    text = f"{lease.address}: a document was expected, this is a page of kind {reading.kind}"
    return Issue(codes.get(reading.kind, "not_a_document"), "warning", text, url=lease.address)


def _settle_attempt(
    run: SourceRun, lease: Leased, code: str, message: str, retry: Retry, *, capture: int | None = None
) -> None:
    """A failure that may pass: try again, and after the last attempt say so."""
    moment = now()
    with run.archive.transaction():
        run.archive.observe(lease.url, "failed", moment, capture=capture, run=run.id, reason=code)
        attempts = run.frontier.count_attempt(lease.url, code)
        if attempts >= MOST_ATTEMPTS:
            text = f"{lease.address}: {message} ({attempts} attempts)"
            run.issue(Issue(code, "error", text, url=lease.address))
            if lease.kind == "list":
                _list_failed(run, lease, message)
            run.counts["failed"] += 1
            _fail(run, lease, code, days=FAILED_RECHECK)
    if attempts < MOST_ATTEMPTS:
        retry(lease, attempts)


def _list_failed(run: SourceRun, lease: Leased, message: str) -> None:
    """A walk that cannot go on begins again in the next run; without its first page the run has failed."""
    if lease.page == 1:
        run.fail(f"column {lease.column}: {message}")
    else:
        run.counts["broken_walks"] += 1


def _done(run: SourceRun, lease: Leased, *, changed: bool) -> None:
    days = recheck_days(run.frontier.interval(lease.url), changed)
    run.frontier.set_done(lease.url, now(), days=days)


def _fail(run: SourceRun, lease: Leased, reason: str, *, days: int) -> None:
    run.frontier.set_failed(lease.url, now(), reason, days=days)
