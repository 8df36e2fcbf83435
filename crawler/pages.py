"""A stored answer as the reader takes it: the same PageInput whether it was just fetched or is years old."""

from __future__ import annotations

from datetime import date
from typing import Literal

from archive import Capture
from crawler.extract import PageInput

__all__ = ["page_of_capture"]


def page_of_capture(
    capture: Capture, body: bytes, address: str, expected: Literal["list", "article"] | None = "article"
) -> PageInput:
    """``body``: the payload after content decoding; ``address``: the listed URL, or a urn for a file without one."""
    named = not address.startswith("urn:")
    saved_text = capture.fetched_at is None and (capture.media_type or "").startswith("text/plain")
    return PageInput(
        body=body,
        url=address if named else None,
        final_url=capture.final_url if named else None,
        media_type=capture.media_type,
        status=capture.status or 200,
        expected=expected,
        entry_title=capture.entry_title,
        entry_date=capture.entry_date,
        fetched=capture.status is not None or (capture.fetched_at is None and named and not saved_text),
        captured_on=date.fromisoformat(capture.fetched_at[:10]) if capture.fetched_at else None,
    )
