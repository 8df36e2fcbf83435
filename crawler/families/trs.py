"""TRS WCM: ``t20240118_3539346.html``, paging by script (``createPageHTML`` or ``Pager``), ``.TRS_Editor``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from archive.model import Listing
from crawler.extract.listing import read_listing
from crawler.extract.paging import absolute
from crawler.extract.regions import KNOWN, Marks
from crawler.families.marks import Mark, weigh
from crawler.families.paging_script import live_scripts, scripted_pagers
from crawler.family import Page

__all__ = ["TRS", "TrsFamily"]

MARKS = (
    Mark(0.5, ("/t19", "/t20"), re.compile(r"/t(?:19|20)\d{6}_\d+\.s?html?")),
    Mark(0.5, ("createPageHTML", "countPage"), re.compile(r"createPageHTML\s*\(|var\s+countPage\s*=")),
    Mark(0.5, ("TRS_Editor", "TRS_UEDITOR", "TRS_PreAppend", "trs_editor_view", "trs_paper_default", "trs_web")),
    Mark(0.3, ("W019", "W020", "P019", "P020"), re.compile(r"[WP]0(?:19|20)\d{15,}\.\w{3,4}"), addresses=True),
    Mark(0.4, ("CurrChnlCls", "Pager"), re.compile(r"CurrChnlCls|Pager\s*\(\s*\{\s*size")),
)
BODY = dict(KNOWN)["trs"]
ARTICLE_NAME = re.compile(r"t(?:19|20)\d{6}_")


class TrsFamily:
    name = "trs"

    def score(self, page: Page) -> float:
        return weigh(MARKS, page)

    def content(self, marks: Marks) -> Sequence[HtmlElement]:
        return marks.find(BODY)

    def listing(self, page: Page) -> Listing | None:
        listing = read_listing(page)
        if listing is None:
            return None
        href = _next_by_script(live_scripts(page))
        href = _next_by_script(page.text) if href is None else href
        return replace(listing, next_url=absolute(page, href)) if href is not None else listing


TRS = TrsFamily()


def _next_by_script(text: str) -> str | None:
    """The next page's file by the paging script; "" on the last page, None where there is no such script. A script that
    pages an article under the article's own name says nothing of the list."""
    pager = next((pager for pager in scripted_pagers(text) if not ARTICLE_NAME.match(pager.name)), None)
    if pager is None:
        return None
    return pager.file(pager.current + 1) if pager.current + 1 < pager.pages else ""
