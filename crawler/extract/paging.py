"""The next page of a list, from its links, and the number of entries that the site says it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.html import HtmlElement

from crawler.extract.attachments import base_of
from crawler.extract.tree import attribute
from crawler.family import Page

__all__ = ["absolute", "find_next", "find_total", "has_pager", "pagers"]

NEXT = re.compile(r"[\s\[【(]*(?:下一?页|下页|后一?页|往后|next(?:\s*page)?)[\s\]】)>»›→.]*", re.I)
ARROW = re.compile(r"[>›»]")
NEXT_CLASS = re.compile(r"(?:^|[-_ ])(?:page)?-?next(?:page)?(?:$|[-_ ])", re.I)
DEAD = re.compile(r"(?:^|[-_ ])(?:disabled|nolink|nextdisabled|no)(?:$|[-_ ])", re.I)
SCRIPTED = re.compile(r"\bcreatePageHTML\s*\(\s*[\"']?\d|\bPager\s*\(\s*\{|\bcountPage\s*=|\.jpage\(|\.pagination\(")
OPTION = re.compile(r"第?\s*\d{1,4}\s*(?:页|/\s*\d+\s*页?)?")
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
    return next(pagers(page.tree), None) is not None


def pagers(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that say something of pages: 共 3 页, 下一页 (a link or not), or a paging script."""
    for element in tree.iter():
        text = element.text
        if not text:
            continue
        if element.tag == "script":
            said = SCRIPTED.search(text) is not None
        elif len(text) < 200:
            said = NEXT.fullmatch(text.strip()) is not None or PAGES.search(text) is not None
        else:
            said = False
        if said:
            yield element


def _same(full: str, own: str | None) -> bool:
    return own is not None and full.split("#")[0] == own.split("#")[0]


def _offered(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("link", "a"):
        if attribute(link, "rel").lower() == "next":
            yield attribute(link, "href")
    arrows: list[str] = []
    for link in tree.iter("a"):
        text = "".join(link.itertext()).strip() or attribute(link, "title") or _pictured(link)
        name = attribute(link, "class")
        if DEAD.search(name):
            continue
        if len(text) < 16 and NEXT.fullmatch(text):
            yield attribute(link, "href")
        elif ARROW.fullmatch(text) or (NEXT_CLASS.search(name) and len(text) < 6):
            arrows.append(attribute(link, "href"))
    yield from arrows
    yield from _numbered(tree)
    yield from _chosen(tree)


def _pictured(link: HtmlElement) -> str:
    picture = link.find(".//img")
    return (attribute(picture, "alt") or attribute(picture, "title")) if picture is not None else ""


def _chosen(tree: HtmlElement) -> Iterator[str]:
    """The option after the chosen one, of a box of pages (第2页, 2): its value is an address."""
    for box in tree.iter("select"):
        options = list(box.iter("option"))
        numbers = [OPTION.fullmatch("".join(o.itertext()).strip()) for o in options]
        if len(options) < 2 or not all(numbers):
            continue
        chosen = next((n for n, o in enumerate(options) if o.get("selected") is not None), None)
        if chosen is not None and chosen + 1 < len(options) and not attribute(options[chosen + 1], "value").isdigit():
            yield attribute(options[chosen + 1], "value")


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
