"""What the reader takes: one stored answer with its circumstances. Light, so that who only hands pages over to the
workers need not load what reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = ["PageInput"]


@dataclass(frozen=True, slots=True)
class PageInput:
    """One stored answer to read.

    ``body``: the payload after content decoding (no gzip), still in the page's character encoding.
    ``url``: the listed address, None for a file without one; ``final_url``: after redirects.
    ``expected``: what the frontier took it for (None: find out). ``media_type``: the Content-Type header as
    sent, charset and all; ``text/plain`` for a text file (page text with its chrome, UTF-8, lines).
    ``fetched``: a capture of a live fetch backs it (trust may be official only then). ``captured_on``: its day.
    """

    body: bytes
    url: str | None = None
    final_url: str | None = None
    media_type: str | None = None
    status: int = 200
    expected: Literal["list", "article"] | None = None
    entry_title: str | None = None
    entry_date: str | None = None
    fetched: bool = True
    captured_on: date | None = None
