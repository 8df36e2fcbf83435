"""The next page of a list, from its links, and the number of entries that the site says it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.attachments import base_of
from crawler.extract.remembered import remembered
from crawler.extract.tree import attribute
from crawler.family import Page

__all__ = ["absolute", "find_next", "find_total", "has_pager", "pagers", "target"]

BROKEN = re.compile(r"[\t\r\n]")
NO_PAGE = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.I)
NEXT = re.compile(
    r"[\s\[【(]*(?:下一?页|下页|后一?页|往后|更早\S{0,4}|较早\S{0,4}|next(?:\s*page)?|older(?:\s*posts)?)[\s\]】)>»›→.]*",
    re.I,
)
LONGEST_NEXT = 16  # characters
ARROW = re.compile(r"[>›»]")
NEXT_CLASS = re.compile(r"(?:^|[-_ ])(?:page)?-?next(?:page)?(?:$|[-_ ])", re.I)
DEAD = re.compile(r"(?:^|[-_ ])(?:disabled|nolink|nextdisabled|no)(?:$|[-_ ])", re.I)
SCRIPTED = re.compile(r"\bcreatePageHTML\s*\(\s*[\"']?\d|\bPager\s*\(\s*\{|\bcountPage\s*=|\.jpage\(|\.pagination\(")
OPTION = re.compile(r"第?\s*\d{1,4}\s*(?:页|/\s*\d+\s*页?)?")
NUMBER = re.compile(r"[\[【(（]?\s*(\d{1,4})\s*[\]】)）]?")
CURRENT = re.compile(r"(?:^|[-_ ])(?:active|cur|current|on|now|selected|this)(?:$|[-_ ])", re.I)
OPENS = re.compile(r"(?:location(?:\.href)?\s*=|open\s*\()\s*[\"']([^\"']+)[\"']")
QUOTED = re.compile(r"[\"']((?:https?://|/|\.{1,2}/)[^\"'\s]{2,200}|[\w./-]{1,120}\.s?html?(?:\?[^\"']*)?)[\"']")
TOTAL = re.compile(r"共\s*(?:有|计)?\s*(\d[\d,]*)\s*(?:条|篇|项|个?记录)")
PAGES = re.compile(r"共\s*\d[\d,]*\s*页|\d+\s*/\s*\d+\s*页?|第\s*\d+\s*页")


def absolute(page: Page, href: str) -> str | None:
    """The link's address; None for scripts, anchors, mail and what is no address. A page without address of its
    own keeps its links as they are."""
    href = BROKEN.sub("", href.strip())
    if not href or href.startswith("#") or NO_PAGE.match(href):
        return None
    return _joined("" if href.startswith(("http://", "https://")) else base_of(page.tree, page.url) or "", href)


@lru_cache(2048)  # the same few hundred links are asked of many times, on one page and on a site's other pages
def _joined(base: str, href: str) -> str | None:
    try:
        urlsplit(href)  # an address that cannot be taken apart is none
        return urljoin(base, href) if base else href
    except ValueError:
        return None


def find_next(page: Page) -> str | None:
    """The address of the next list page as a link gives it; None on the last page and where only a script knows."""
    for href in _offered(page):
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
            said = _is_next(text.strip()) or _counts_pages(text)
        else:
            said = False
        if said:
            yield element


@remembered
def _is_next(text: str) -> bool:
    return NEXT.fullmatch(text) is not None


@remembered
def _counts_pages(text: str) -> bool:
    return PAGES.search(text) is not None


def _same(full: str, own: str | None) -> bool:
    return own is not None and full.split("#")[0] == own.split("#")[0]


def _offered(page: Page) -> Iterator[str]:
    tree = page.tree
    for link in tree.iter("link", "a"):
        if (link.get("rel") or "").strip().lower() == "next":
            yield attribute(link, "href")
    arrows: list[str] = []
    for link in tree.iter("a"):
        text = "".join(link.itertext()).strip() or attribute(link, "title") or _pictured(link)
        name = link.get("class") or ""
        if len(text) >= LONGEST_NEXT or DEAD.search(name):
            continue
        if _is_next(text):
            yield target(link)
        elif ARROW.fullmatch(text) or (len(text) < 6 and NEXT_CLASS.search(name)):
            arrows.append(attribute(link, "href"))
    yield from arrows
    yield from _numbered(page)
    yield from _chosen(tree)


def target(link: HtmlElement) -> str:
    """Where a link leads: by its address, else by the address that its script opens (``open('/info/1.html')``)."""
    href = attribute(link, "href")
    if href and not href.startswith(("#", "javascript:")):
        return href
    script = attribute(link, "onclick") or href
    opened = OPENS.search(script) or QUOTED.search(script)
    return opened.group(1) if opened else href


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


def _numbered(page: Page) -> Iterator[str]:
    """The link with the number after the one that is no link, leads to this page, or is marked as the current one."""
    for link in page.tree.iter("a"):
        number = _number(link.text or "")
        if number is None:
            continue
        before, said = _before(link)
        if said is not None and said + 1 == number and (before is None or _current(page, before)):
            yield attribute(link, "href")


def _current(page: Page, element: HtmlElement) -> bool:
    inner = element if element.tag == "a" else element.find(".//a")
    full = absolute(page, attribute(inner, "href")) if inner is not None else None
    names = f"{attribute(element, 'class')} {attribute(inner, 'class') if inner is not None else ''}"
    return not full or _same(full, page.url) or CURRENT.search(names) is not None


@remembered
def _number(text: str) -> int | None:
    match = NUMBER.fullmatch(text.strip())
    return int(match.group(1)) if match else None


def _before(link: HtmlElement) -> tuple[HtmlElement | None, int | None]:
    """What stands before a page's number, and the number there: an element, or bare text such as ``[1]``."""
    parent, previous = link.getparent(), link.getprevious()
    if parent is None:
        return None, None
    bare = _number((previous.tail if previous is not None else parent.text) or "")
    if bare is not None:
        return None, bare
    before = previous if previous is not None else parent.getprevious()
    return before, _number("".join(before.itertext())) if before is not None else None
