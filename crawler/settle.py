"""What becomes of one answer: read it where reading is needed, store what it says, set its URL's new state.

One transaction for each answer: the observation, the document and its version or the list's entries, the
issues and the frontier's state commit together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from archive import find_document, unchanged_payload, withdrawn_answer
from archive.clock import now
from archive.frontier import Leased
from archive.frontier_parts import as_it_stands
from archive.model import Issue, Level, Outcome, Reading
from crawler.articles import FAILED_RECHECK, set_done, settle_article, settle_part, settle_when_complete
from crawler.errors import LoginRequired, Parked, SiteFailed
from crawler.items import Answer, NoAnswer
from crawler.lists import settle_list
from crawler.pages import page_of_capture

if TYPE_CHECKING:
    from crawler.run import SourceRun

__all__ = ["MOST_ATTEMPTS", "Retry", "settle_answer", "settle_no_answer"]

MOST_ATTEMPTS = 3
NOT_THERE: dict[int, Outcome] = {404: "not_found", 410: "gone"}
REFUSED = (401, 403, 407, 451)
UNREADABLE_RECHECK = 7  # days
PASSING = (SiteFailed.code, LoginRequired.code, Parked.code)  # what stands there today may be gone tomorrow

Retry = Callable[[Leased, int], None]


async def settle_answer(run: SourceRun, answer: Answer, retry: Retry) -> None:
    """Everything that follows from a stored answer."""
    lease = as_it_stands(run.archive.conn, answer.lease)
    answer = replace(answer, lease=lease)
    if lease.kind != "list" and _is_withdrawn(run, answer):
        _settle_withdrawn(run, answer)
        return
    if lease.kind == "article" and answer.status == 200 and _same_payload(run, answer):
        _settle_same(run, answer)
        return
    page = page_of_capture(answer.capture, answer.body, lease.address, "list" if lease.kind == "list" else "article")
    if lease.kind == "part" and lease.walk is not None:
        page = replace(page, first_page=run.session.captures.load(lease.walk).final_url)
    reading = await run.session.pool.read(page, run.source)
    answer = replace(answer, lease=as_it_stands(run.archive.conn, lease))  # others were settled while it was read
    await _settle(run, answer, reading, retry)
    if answer.lease.kind == "part":
        await settle_when_complete(run, answer.lease.walk)


async def _settle(run: SourceRun, answer: Answer, reading: Reading, retry: Retry) -> None:
    lease = answer.lease
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
    elif reading.kind != "article" or reading.draft is None:
        _settle_unreadable(run, answer, reading)
    elif lease.kind == "part":
        settle_part(run, answer, reading)
    else:
        await settle_article(run, answer, reading)


async def settle_no_answer(run: SourceRun, failure: NoAnswer, retry: Retry) -> None:
    """A request that brought nothing to store: another attempt, or failed with its reason."""
    lease = as_it_stands(run.archive.conn, failure.lease)
    if failure.again:
        _settle_attempt(run, lease, failure.code, failure.message, retry)
    else:
        _settle_refused(run, lease, failure)
    if lease.kind == "part":
        await settle_when_complete(run, lease.walk)


def _settle_refused(run: SourceRun, lease: Leased, failure: NoAnswer) -> None:
    """What no further attempt would bring."""
    moment = now()
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


def _is_withdrawn(run: SourceRun, answer: Answer) -> bool:
    payloads = (answer.capture.payload_sha256, hashlib.sha256(answer.body).hexdigest())
    return withdrawn_answer(run.archive.conn, answer.lease.url, answer.final_url, payloads) is not None


def _settle_withdrawn(run: SourceRun, answer: Answer) -> None:
    """An address that leads to a withdrawn document: nothing of it is taken up, and it is not asked for again."""
    lease, moment = answer.lease, now()
    with run.archive.transaction():
        run.archive.observe(lease.url, "refused", moment, capture=answer.capture.id, run=run.id, reason="withdrawn")
        text = f"{lease.address}: leads to a withdrawn document"
        run.issue(Issue("withdrawn", "info", text, url=lease.address))
        run.counts["answered"] += 1
        run.counts["withdrawn"] += 1
        run.frontier.set_done(lease.url, moment, days=None, reason="withdrawn")


def _settle_same(run: SourceRun, answer: Answer) -> None:
    """The bytes are those that this reader has read already: seen again, nothing to read."""
    moment = now()
    with run.archive.transaction():
        run.archive.put_same(answer.lease.url, moment)
        run.archive.observe(answer.lease.url, "same", moment, capture=answer.capture.id, run=run.id)
        set_done(run, answer.lease, changed=False)
        run.counts["answered"] += 1
        run.counts["same"] += 1


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


def _fail(run: SourceRun, lease: Leased, reason: str, *, days: int) -> None:
    run.frontier.set_failed(lease.url, now(), reason, days=days)
