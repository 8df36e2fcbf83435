"""The scripts that write a pager: how many pages there are, which one this is, and what their files are called.

TRS and its kin print the same calls for the pages of a list (``index``) and for those of one long article, under the
article's own name (``t20240118_1``): whose pages they are is told by the name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.family import Page

__all__ = ["ScriptedPager", "live_scripts", "may_page", "scripted_pagers"]

WORDS = ("PageHTML", "pageHTML", "PageHtml", "pagehtml", "countPage", "Pager")

# createPageHTML(25, 0, "index", "html"): pages, current page from 0, name and ending of the files.
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


@dataclass(frozen=True, slots=True)
class ScriptedPager:
    """``pages`` in all; ``current`` counts from 0; ``shift``: the number in the second page's file name (1 or 2)."""

    pages: int
    current: int
    name: str
    ending: str
    shift: int = 1

    def number(self, page: int) -> int:
        """The number in the file name of a page (from 0); 0 for the first, which has none."""
        return page - 1 + self.shift if page else 0

    def file(self, page: int) -> str:
        """The file name of a page, counted from 0."""
        return f"{self.name}_{self.number(page)}.{self.ending}" if page else f"{self.name}.{self.ending}"


def may_page(text: str) -> bool:
    """Whether any of the scripts can stand in a page: words are found ten times faster than the calls."""
    return any(word in text for word in WORDS)


def live_scripts(page: Page) -> str:
    """The page's scripts without what is commented out: a template's dead call stands beside the one that counts."""
    return "\n".join(LINE_COMMENT.sub("", script.text or "") for script in page.tree.iter("script"))


def scripted_pagers(text: str) -> Iterator[ScriptedPager]:
    """At most one of each form, the most telling first."""
    if match := CREATE.search(text):
        yield ScriptedPager(int(match[1]), int(match[2]), match[3], match[4])
    if match := IN_BOX.search(text):
        yield ScriptedPager(int(match[1]), int(match[2]) - 1, match[3], match[4], shift=2)
    count, now = COUNT.search(text), CURRENT.search(text)
    if count and now:
        written = WRITTEN.search(text)
        name, ending = written.groups() if written else ("index", "html")
        yield ScriptedPager(int(count[1]), int(now[1]), name, ending)
    if match := PAGER.search(text):
        settings = {name: quoted or number for name, quoted, number in SETTING.findall(match[1])}
        current, size = settings.get("current", "0"), settings.get("size", "")
        if current.isdigit() and size.isdigit():
            name, ending = settings.get("prefix", "index"), settings.get("suffix", "html")
            yield ScriptedPager(int(size), int(current), name, ending)
