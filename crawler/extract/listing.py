"""A list page of an unknown site: the largest set of repeated siblings that hold a link, a title and a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from archive.model import Entry, Listing
from crawler.extract.blocks import clean
from crawler.extract.paging import absolute, find_next, find_total
from crawler.extract.tree import attribute, hidden
from crawler.family import Page

__all__ = ["entry_of", "printed_date", "read_listing", "without_address"]

DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
DATE_ALONE = re.compile(
    rf"[\s\[【(（]*(?:(?:发布|公开|更新)?(?:日期|时间)\s*[:：]?)?\s*{DATE.pattern}日?(?:\s+[\d:]+)?[\s\]】)）]*"
)
DAY_FIRST = re.compile(r"(?<![\d-])(\d{1,2})\s+((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})(?!\d|\s*[-./月]\s*\d)")
MONTH_DAY = re.compile(r"(?<![\d-])(\d{1,2})\s*[-./月]\s*(\d{1,2})(?![\d-])")
URL_DATE = re.compile(r"/t?((?:19|20)\d\d)[-/]?(\d{1,2})[-/]?(\d{1,2})(?=[/_.-])")
MORE = re.compile(r"[\s\[【(（<>»]*(?:详[情细]|更多|查看|阅读|全文|more|点击|下载|进入)\S{0,4}[\s\]】)）>»]*", re.I)
CUT = re.compile(r"(?:\.\.\.+|…+)\s*$")
BULLET = re.compile(r"^[\s·•●■◆▪>»\-—*]+(?=\S)")
LEVELS = 6  # how far above its link an entry may begin
FEWEST = 3
MOST_LINKS = 4  # links that an entry may have on average
LONGEST_ITEM = 400  # characters of one entry with its summary
NAV_TITLE = 8  # characters; shorter titles without dates are navigation


@dataclass(slots=True)
class _Group:
    """Siblings of one kind: the elements that hold one entry each."""

    items: dict[HtmlElement, list[HtmlElement]] = field(default_factory=dict)


def read_listing(page: Page) -> Listing | None:
    """The list that the page shows, with the next page by its links; None where no repeated entries are found."""
    best: tuple[float, tuple[Entry, ...]] = (0.0, ())
    for group in _groups(page.tree):
        if sum(map(len, group.items.values())) > MOST_LINKS * len(group.items):
            continue  # boxes of links, not entries
        entries = _entries(page, group)
        score = _score(entries)
        if score > best[0]:
            best = score, entries
    if not best[1]:
        return None
    return Listing(best[1], find_next(page), find_total(page))


def entry_of(page: Page, item: HtmlElement, links: Sequence[HtmlElement] = ()) -> Entry | None:
    """One list item: its longest link is the entry, not a [详情] beside it; the full title may stand in @title."""
    best: tuple[int, str, str] | None = None
    for link in links or list(item.iter("a")):
        url = absolute(page, attribute(link, "href"))
        title = _title(link)
        if url and title and not MORE.fullmatch(title) and (best is None or len(title) > best[0]):
            best = len(title), title, url
    if best is None:
        return None
    pieces = [clean(piece) for piece in item.itertext()]
    alone = next((m for piece in pieces if (m := DATE_ALONE.fullmatch(piece))), None)
    if alone:  # a date that stands alone beats one in a summary
        return Entry(best[1], best[2], _day(alone.group(1), alone.group(2), alone.group(3)))
    return Entry(best[1], best[2], printed_date(clean(" ".join(pieces)), best[1], best[2]))


def without_address(page: Page) -> tuple[str, ...]:
    """Titles of dated entries that only a script opens: they are on the list, and no address leads to them."""
    titles = []
    for link in page.tree.iter("a"):
        title, box = _title(link), link.getparent()
        if len(title) < NAV_TITLE or hidden(link) or absolute(page, attribute(link, "href")) or box is None:
            continue
        row = box.getparent() if box.tag == "td" and box.getparent() is not None else box
        if DATE.search(clean(" ".join(row.itertext()))[:LONGEST_ITEM].replace(title, "")):
            titles.append(title)
    return tuple(dict.fromkeys(titles))


def printed_date(text: str, title: str, url: str) -> str | None:
    """The day that an item prints outside its title: ``2025-10-14``, ``2020.04.22``, ``15 2024-06``, or ``06-01``
    where the address tells the year."""
    outside = text.replace(title, " ") if title else text
    for place in (outside, text):
        match = DATE.search(place)
        if match:
            return _day(match.group(1), match.group(2), match.group(3))
    match = DAY_FIRST.search(outside)
    if match:
        return _day(match.group(2), match.group(3), match.group(1))
    short, dated = MONTH_DAY.search(outside), URL_DATE.search(url)
    if short and dated and int(dated.group(2)) == int(short.group(1)):
        return _day(dated.group(1), short.group(1), short.group(2))
    return None


def _day(year: str, month: str, day: str) -> str | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _title(link: HtmlElement) -> str:
    text = BULLET.sub("", clean("".join(link.itertext())))
    full = clean(attribute(link, "title"))
    if text and full and (CUT.search(text) or full.startswith(text)):
        stem = CUT.sub("", text)
        if full.startswith(stem[:6]) or stem[:6] in full:
            return DATE.sub("", full).strip() if DATE.search(full) and not DATE.search(text) else full
    return text or full


def _groups(tree: HtmlElement) -> list[_Group]:
    """Links by the set of siblings they stand in, at every level up to ``LEVELS`` above them. Lists that a site
    breaks into blocks of five are one set: the same kind of item under the same kind of parent."""
    groups: dict[tuple[object, ...], _Group] = {}
    for link in tree.iter("a"):
        href = attribute(link, "href")
        if not href or href.startswith(("#", "javascript:")) or hidden(link):
            continue
        node: HtmlElement = link
        for _ in range(LEVELS):
            parent = node.getparent()
            if parent is None or node.tag in ("body", "html"):
                break
            key = (parent.getparent(), parent.tag, parent.get("class"), node.tag)
            groups.setdefault(key, _Group()).items.setdefault(node, []).append(link)
            node = parent
    return list(groups.values())


def _entries(page: Page, group: _Group) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for item, links in group.items.items():
        entry = entry_of(page, item, links)
        if entry and entry.url not in entries:
            entries[entry.url] = entry
    return tuple(entries.values())


def _score(entries: Sequence[Entry]) -> float:
    """More entries, longer titles and dates make a list; short titles without dates make a menu."""
    if not entries:
        return 0.0
    dated = sum(e.date is not None for e in entries) / len(entries)
    length = sum(min(len(e.title), 40) for e in entries)
    if dated < 0.5 and length / len(entries) < NAV_TITLE:
        return 0.0
    if len(entries) < FEWEST and dated < 1:
        return 0.0
    return length * (1 + 3 * dated)
