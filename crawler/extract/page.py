"""The order in which a page is read, nothing else: decode → kind → list, or panel → content →
metadata → attachments → repair → judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive.model import Reading
from crawler.source import Source

__all__ = ["PageInput", "read", "reader_revision"]


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


def read(page: PageInput, source: Source | None = None) -> Reading:
    """Read one answer. Never raises on bad input: what cannot be read is a Reading of kind ``error`` with an
    Issue whose code is that of ``crawler.errors``."""
    raise NotImplementedError


def reader_revision(source: Source | None = None) -> str:
    """``gongkai <version> rules <16 hex>``: the digest covers every file that decides what is read (extract,
    families, decode, vocab), the versions of lxml, trafilatura, chardet, opencc and pypinyin, and what the
    Source says about reading. Two equal revisions read the same bytes alike."""
    raise NotImplementedError
