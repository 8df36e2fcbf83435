"""What a CMS family is: marks to recognise it by, where its body stands, how its lists page.

A family is one file in ``crawler/families`` with one object that fulfils ``Family``. Everything in it
is pure: a parsed page in, values out. ``detect`` scores a page against all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast

from lxml import etree
from lxml.html import HtmlElement

from archive.model import Listing
from crawler.extract.regions import Marks

__all__ = ["Family", "Page", "detect"]

ADDRESSES = etree.XPath("//@href | //@src | //@oldsrc", smart_strings=False)


@dataclass(frozen=True)
class Page:
    """A decoded and parsed answer. ``url`` is its final address, absolute, or None for a file without one;
    ``text`` the decoded source; ``tree`` the parsed document (of ``text``), never None."""

    url: str | None
    text: str
    tree: HtmlElement

    @cached_property
    def addresses(self) -> str:
        """The page's own address and all that it links to or loads, a line each, as written."""
        return "\n".join((self.url or "", *map(str, cast("list[str]", ADDRESSES(self.tree)))))


class Family(Protocol):
    """``name`` is what a source file says in ``family``."""

    name: str

    def score(self, page: Page) -> float:
        """0 (not this CMS) to 1 (certainly), from marks in addresses, scripts and class names."""
        ...

    def content(self, marks: Marks) -> Sequence[HtmlElement]:
        """The body regions that this CMS knows, best first; empty where the page has none."""
        ...

    def listing(self, page: Page) -> Listing | None:
        """The list that the page shows, or None where this family sees no list in it."""
        ...


def detect(page: Page, families: Iterable[Family]) -> tuple[Family | None, float]:
    """The family with the highest score and that score; (None, 0.0) where none has any mark."""
    best: tuple[Family | None, float] = (None, 0.0)
    for family in families:
        score = family.score(page)
        if score > best[1]:
            best = (family, score)
    return best
