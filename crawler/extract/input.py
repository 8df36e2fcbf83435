"""What the reader takes: one stored answer with its circumstances. Light, so that who only hands pages over to the
workers need not load what reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = ["MOST_PARTS", "FurtherPage", "PageInput"]

MOST_PARTS = 100
"""Further pages of one article that are asked for. Where there are more, a reading names one more, which is missing."""


@dataclass(frozen=True, slots=True)
class PageInput:
    """One stored answer to read.

    ``body``: the payload after content decoding (no gzip), still in the page's character encoding.
    ``url``: the listed address, None for a file without one; ``final_url``: after redirects.
    ``expected``: what the frontier took it for (None: find out). ``media_type``: the Content-Type header as
    sent, charset and all; ``text/plain`` for a text file (page text with its chrome, UTF-8, lines).
    ``fetched``: a capture of a live fetch backs it (trust may be official only then). ``captured_on``: its day.
    ``further``: the other pages of the same article that are held, in order; they are read with it, as one document,
    where its own pager names them. ``first_page``: the address (after redirects) of the article whose pager named this
    page as a later one.
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
    further: tuple[FurtherPage, ...] = ()
    first_page: str | None = None


@dataclass(frozen=True, slots=True)
class FurtherPage:
    """A later page of an article. ``number`` and ``capture`` as in ``archive.model.Part``."""

    number: int
    capture: int
    page: PageInput
