"""The last version's capture, to be read again by the reader of now: versions compare captures under one reader."""

from __future__ import annotations

from archive import Captures, Stored
from archive.model import Issue
from crawler.extract import PageInput
from crawler.pages import page_of_capture

__all__ = ["not_compared", "previous_page"]


def previous_page(captures: Captures, capture: int, address: str) -> PageInput:
    """The stored answer as the reader takes it. Raises ArchiveError where it is damaged."""
    return page_of_capture(captures.load(capture), captures.payload(capture), address)


def not_compared(stored: Stored, address: str) -> tuple[Issue, ...]:
    """The issue of a page that reads otherwise today, where nobody can tell whether its publisher changed it."""
    if stored.compared:
        return ()
    text = f"{address}: the last capture cannot be read by today's reader: the new text is shown, without a version"
    return (Issue("not_compared", "warning", text, url=address, data={"document": stored.document}),)
