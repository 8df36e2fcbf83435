"""Reading a page: bytes and a Source in, a Reading out. Pure: no scrapy, no file, no clock, no log."""

from __future__ import annotations

from crawler.extract.page import PageInput, read, reader_revision

__all__ = ["PageInput", "read", "reader_revision"]
