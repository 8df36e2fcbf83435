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
# createPageHTML(25, 0, "index", "html"): pages, current page from 0, name and ending of the files. The same script
# pages one long article under the article's own name (t2024…): that is no list.
CREATE = re.compile(
    r"createPageHTML\s*\(\s*[\"']?(\d+)[\"']?\s*,\s*[\"']?(\d+)[\"']?\s*,\s*[\"']([^\"']*)[\"']\s*,\s*[\"'](\w+)[\"']",
    re.I,
)
# UCAP's form: createPageHTML('page_div', 19, 1, 'list', 'shtml', 378) counts pages from 1; page 2 is list_2.
IN_BOX = re.compile(
    r"createPageHTML\s*\(\s*[\"'][\w-]*[a-z][\w-]*[\"']\s*,\s*[\"']?(\d+)[\"']?\s*,\s*[\"']?(\d+)[\"']?\s*,"
    r"\s*[\"']([^\"']*)[\"']\s*,\s*[\"'](\w+)[\"']",
    re.I,
)
LINE_COMMENT = re.compile(r"(?<![:\"'])//[^\n]*")
# The same paging written out in the page: var currentPage = 0; var countPage = 4; … "index_" + nextPage + ".html"
COUNT = re.compile(r"\bvar\s+countPage\s*=\s*(\d+)")
CURRENT = re.compile(r"\bvar\s+currentPage\s*=\s*(\d+)")
WRITTEN = re.compile(
    r"href=\\?[\"']\s*(\w+)[\"'+\s]*_[\"'+\s]*(?:nextPage|\(?\s*currentPage\s*\+\s*1\s*\)?)[\"'+\s]*\.[\"'+\s]*(\w+)"
)
PAGER = re.compile(r"\bPager\s*\(\s*\{([^{}]*\bsize\s*:\s*\d[^{}]*)\}\s*\)")
SETTING = re.compile(r"(\w+)\s*:\s*(?:[\"']([^\"']*)[\"']|(\d+))")
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
        href = _next_by_script(_live_scripts(page))
        href = _next_by_script(page.text) if href is None else href
        return replace(listing, next_url=absolute(page, href)) if href is not None else listing


TRS = TrsFamily()


def _live_scripts(page: Page) -> str:
    """The page's scripts without what is commented out: a template's dead call stands beside the one that counts."""
    return "\n".join(LINE_COMMENT.sub("", script.text or "") for script in page.tree.iter("script"))


def _next_by_script(text: str) -> str | None:
    """The next page's file by the paging script; "" on the last page, None where there is no such script."""
    match = CREATE.search(text)
    if match and not ARTICLE_NAME.match(match.group(3)):
        return _file(int(match.group(1)), int(match.group(2)), match.group(3), match.group(4))
    boxed = IN_BOX.search(text)
    if boxed and not ARTICLE_NAME.match(boxed.group(3)):
        pages, current = int(boxed.group(1)), int(boxed.group(2))
        return f"{boxed.group(3)}_{current + 1}.{boxed.group(4)}" if current < pages else ""
    count, now = COUNT.search(text), CURRENT.search(text)
    if count and now:
        written = WRITTEN.search(text)
        name, ending = written.groups() if written else ("index", "html")
        return _file(int(count.group(1)), int(now.group(1)), name, ending)
    pager = PAGER.search(text)
    if not pager:
        return None
    settings = {name: quoted or number for name, quoted, number in SETTING.findall(pager.group(1))}
    current = settings.get("current", "0")
    if not current.isdigit() or not settings.get("size", "").isdigit():
        return None
    return _file(int(settings["size"]), int(current), settings.get("prefix", "index"), settings.get("suffix", "html"))


def _file(pages: int, current: int, name: str, ending: str) -> str:
    return f"{name}_{current + 1}.{ending}" if current + 1 < pages else ""
