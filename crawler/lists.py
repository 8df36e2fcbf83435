"""What becomes of a list page: its entries, the next page, and the rules by which a walk stops.

A walk stops at the last page; in recent mode at a page without entries that are new to its column, once the
column has been walked to its end; at a paging loop; at ``max_pages``. A first page without entries fails the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import canonical_url
from archive.clock import now
from archive.frontier import Found
from archive.model import Entry, Issue, Listing, Outcome, Reading
from crawler.errors import EmptyListing, PagingLoop
from crawler.source import allows

if TYPE_CHECKING:
    from crawler.items import Answer
    from crawler.run import SourceRun

__all__ = ["settle_list"]

MOST_PAGES = 10_000  # of one column, where the source file names no bound


def settle_list(run: SourceRun, answer: Answer, reading: Reading) -> None:
    """Store a list page (inside a transaction)."""
    lease, moment = answer.lease, now()
    run.frontier.set_done(lease.url, moment, days=None)
    run.counts["answered"] += 1
    for issue in reading.issues:
        run.issue(issue)
    walking = run.frontier.is_walking(lease.column or "", lease.walk or 0)
    listing = reading.listing or Listing(())
    run.counts["lists"] += bool(listing.entries)  # a page without any proves nothing of the site
    if not listing.entries and walking:
        _empty(run, answer, reading)
        return
    entries = _own(run, listing.entries, answer.final_url)
    found = run.frontier.add_entries(lease.column or "", entries, lease.walk or 0, lease.address, moment)
    run.counts["found"] += found.new
    outcome: Outcome = "changed" if found.new else "same"
    run.archive.observe(lease.url, outcome, moment, capture=answer.capture.id, run=run.id)
    if not walking:
        return
    # The second page may repeat the first once: a column page and its data proxy's page=1 hold the same records.
    if found.seen == len(entries) and (lease.page or 1) > 2 and entries:
        _loop(run, answer, "shows only entries that this walk has seen already")
    else:
        _go_on(run, answer, listing, found)


def _go_on(run: SourceRun, answer: Answer, listing: Listing, found: Found) -> None:
    """Ask for the next page, or close the walk. Entries that this walk has seen say nothing of what was known."""
    lease, moment = answer.lease, now()
    column, page, bound = lease.column or "", lease.page or 1, run.source.fetch.max_pages or MOST_PAGES
    if listing.next_url is None:
        run.frontier.close_walk(column, moment, reached_end=True, total=listing.total)
    elif run.mode != "full" and not found.new and not found.seen and run.frontier.walk_complete(column):
        run.frontier.close_walk(column, moment, reached_end=None, total=listing.total)
    elif page >= bound:
        run.frontier.close_walk(column, moment, reached_end=False if found.new else None, total=listing.total)
        text = f"column {column}: stopped after {page} list pages (max_pages)"
        run.issue(Issue("max_pages", "info", text, url=lease.address))
    elif not _is_own(run, listing.next_url):
        run.frontier.close_walk(column, moment, reached_end=False)
        text = f"column {column}: the next page {listing.next_url} is no address on the source's hosts"
        run.issue(Issue("foreign_entry", "warning", text, url=lease.address))
    elif not run.frontier.add_list_page(column, listing.next_url, lease.walk or 0, page + 1, moment):
        _loop(run, answer, f"leads back to {listing.next_url}")


def _is_own(run: SourceRun, url: str) -> bool:
    try:
        return bool(canonical_url(url)) and allows(run.source, url)
    except ValueError:  # a script put something else together
        return False


def _own(run: SourceRun, entries: tuple[Entry, ...], page: str) -> list[Entry]:
    """The entries on the source's own hosts, each address once; the others become issues."""
    own: dict[str, Entry] = {}
    for entry in entries:
        try:
            canonical = canonical_url(entry.url)
        except ValueError:
            run.issue(Issue("bad_entry", "warning", f"{page}: {entry.url!r} is no address", url=page))
            continue
        if allows(run.source, entry.url):
            own.setdefault(canonical, entry)
        else:
            text = f"entry {entry.title!r} leads to another host: {entry.url}"
            run.issue(Issue("foreign_entry", "info", text, url=entry.url))
    return list(own.values())


def _empty(run: SourceRun, answer: Answer, reading: Reading) -> None:
    """No entries: a failure on the first page, the end of the walk on a later one (with an issue)."""
    lease = answer.lease
    first = (lease.page or 1) == 1
    run.archive.observe(lease.url, "failed", now(), capture=answer.capture.id, run=run.id, reason=EmptyListing.code)
    text = f"column {lease.column}: no entries on {lease.address} (read as {reading.kind})"
    run.issue(Issue(EmptyListing.code, "error" if first else "warning", text, url=lease.address))
    run.frontier.close_walk(lease.column or "", now(), reached_end=None if first else False)
    if first:
        run.fail(f"column {lease.column}: its first list page has no entries")


def _loop(run: SourceRun, answer: Answer, what: str) -> None:
    lease = answer.lease
    text = f"column {lease.column}: {lease.address} {what}"
    run.issue(Issue(PagingLoop.code, "warning", text, url=lease.address))
    run.frontier.close_walk(lease.column or "", now(), reached_end=False)
