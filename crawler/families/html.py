"""Static list pages of any content system: repeated entries with dates, and links to the next page
(``index_1.html``, ``list/2.htm``, 下一页). The family of last resort."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from archive.model import Listing
from crawler.extract.listing import read_listing
from crawler.extract.regions import Marks
from crawler.family import Page

__all__ = ["HTML", "HtmlFamily"]


class HtmlFamily:
    """Knows no content system: its lists are those that any reader sees."""

    name = "html"

    def score(self, page: Page) -> float:
        """Low and the same for every page, so that any real mark of another family wins."""
        return 0.05

    def content(self, marks: Marks) -> Sequence[HtmlElement]:
        return ()

    def listing(self, page: Page) -> Listing | None:
        return read_listing(page)


HTML = HtmlFamily()
