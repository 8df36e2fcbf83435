"""The last version's captures, to be read again by the reader of now: versions compare captures under one reader, and
articles under the same pages."""

from __future__ import annotations

import sqlite3

from archive import Capture, Captures, Stored, unread_pages
from archive.model import Issue, Reading
from crawler.whole import Steps, by_address, reading_whole

__all__ = ["not_compared", "reading_previous"]


def reading_previous(
    conn: sqlite3.Connection, captures: Captures, capture: Capture, address: str, reading: Reading, reader: str
) -> Steps | None:
    """Steps to read the last version of the document that ``reading`` is of, where that is needed before they can be
    compared; a further page that did not come then is read as it came now."""
    unread = unread_pages(conn, address, capture.final_url, reader, reading.parts)
    return reading_whole(captures, unread, address, by_address(reading.parts)) if unread else None


def not_compared(stored: Stored, address: str) -> tuple[Issue, ...]:
    """The issue of a page that reads otherwise today, where nobody can tell whether its publisher changed it."""
    if stored.compared:
        return ()
    text = f"{address}: the last capture cannot be read by today's reader: the new text is shown, without a version"
    return (Issue("not_compared", "warning", text, url=address, data={"document": stored.document}),)
