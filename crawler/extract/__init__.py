"""Reading a page: bytes and a Source in, a Reading out. Pure: no scrapy, no file, no clock, no log.

``read`` is loaded at its first use: it brings lxml's HTML side, trafilatura and all rules with it, which only the
workers need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extract.input import MOST_PARTS, FurtherPage, PageInput
from crawler.extract.revision import reader_revision

if TYPE_CHECKING:
    from crawler.extract.page import read

__all__ = ["MOST_PARTS", "FurtherPage", "PageInput", "read", "reader_revision"]


def __getattr__(name: str) -> object:
    if name != "read":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from crawler.extract.page import read

    return read
