"""The next page of a list, from its links, and the number of entries that the site says it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.html import HtmlElement

from crawler.extract.attachments import base_of
from crawler.extract.tree import attribute
from crawler.family import Page

__all__ = ["absolute", "find_next", "find_total", "has_pager"]

NEXT = re.compile(r"[\s\[【(]*(?:下一?页|下页|后一?页|往后|next(?:\s*page)?)[\s\]】)>»›→.]*", re.I)
ARROW = re.compile(r"[>›»]")
NEXT_CLASS = re.compile(r"(?:^|[-_ ])(?:page)?-?next(?:page)?(?:$|[-_ ])", re.I)
DEAD = re.compile(r"(?:^|[-_ ])(?:disabled|nolink|nextdisabled|no)(?:$|[-_ ])", re.I)
NUMBER = re.compile(r"\d{1,4}")
TOTAL = re.compile(r"共\s*(?:有|计)?\s*(\d[\d,]*)\s*(?:条|篇|项|个?记录)")
PAGES = re.compile(r"共\s*\d[\d,]*\s*页|\d+\s*/\s*\d+\s*页?|第\s*\d+\s*页")


def absolute(page: Page, href: str) -> str | None:
    """The link's address; None for scripts, anchors, mail and what is no address. A page without address of its
    own keeps its links as they are."""
    href = re.sub(r"[\t\r\n]", "", href.strip())
    if not href or href.startswith("#") or re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", href, re.I):
        return None
    base = base_of(page.tree, page.url)
    try:
        return urljoin(base, href) if base else href
    except ValueError:
        return None


def find_next(page: Page) -> str | None:
    """The address of the next list page as a link gives it; None on the last page and where only a script knows."""
    for href in _offered(page.tree):
        full = absolute(page, href)
        if full and not _same(full, page.url):
            return full
    return None


def find_total(page: Page) -> int | None:
    """共 1183 条: the number of entries, in all pages."""
    match = TOTAL.search(" ".join(t.strip() for t in page.tree.itertext() if t and len(t) < 200))
    return int(match.group(1).replace(",", "")) if match else None


def has_pager(page: Page) -> bool:
    """Whether the page says anything of pages."""
    return any(PAGES.search(t) for t in page.tree.itertext() if t and len(t) < 200)


def _same(full: str, own: str | None) -> bool:
    return own is not None and full.split("#")[0] == own.split("#")[0]


def _offered(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("link", "a"):
        if attribute(link, "rel").lower() == "next":
            yield attribute(link, "href")
    arrows: list[str] = []
    for link in tree.iter("a"):
        text = "".join(link.itertext()).strip() or attribute(link, "title")
        name = attribute(link, "class")
        if DEAD.search(name):
            continue
        if len(text) < 16 and NEXT.fullmatch(text):
            yield attribute(link, "href")
        elif ARROW.fullmatch(text) or (NEXT_CLASS.search(name) and len(text) < 6):
            arrows.append(attribute(link, "href"))
    yield from arrows
    yield from _numbered(tree)


def _numbered(tree: HtmlElement) -> Iterator[str]:
    """The link with the number after the one that is no link (or is marked as the current one)."""
    for link in tree.iter("a"):
        text = (link.text or "").strip()
        parent = link.getparent()
        if (text != "2" and not NUMBER.fullmatch(text)) or parent is None:
            continue
        before = link.getprevious()
        before = before if before is not None else parent.getprevious()
        if before is None:
            continue
        said = "".join(before.itertext()).strip()
        inner = before if before.tag == "a" else before.find(".//a")
        live = inner is not None and absolute(Page(None, "", tree), attribute(inner, "href"))
        if NUMBER.fullmatch(said) and int(said) + 1 == int(text) and not live:
            yield attribute(link, "href")
