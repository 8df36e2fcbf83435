"""A list page of an unknown site: the largest set of repeated siblings that hold a link, a title and a date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from typing import TypeAlias

from lxml.html import HtmlElement

from archive.model import Entry, Listing, Unaddressed
from crawler.extract.blocks import clean
from crawler.extract.columns import titled_cell
from crawler.extract.link_titles import link_title
from crawler.extract.list_dates import DATE, date_beside, date_of, day
from crawler.extract.paging import absolute, find_next, find_total, pagers, target
from crawler.extract.tree import attribute, hidden
from crawler.family import Page

__all__ = ["entry_of", "read_listing", "without_address"]

Offers: TypeAlias = dict[HtmlElement, tuple[str, str] | None]
TOOL = re.compile(r"[\s\[<«‹]*(?:首页?|第一页|[上前下后]一?页|[尾末]页|最后一页|返回|跳转|go)[\s\]>»›]*", re.I)
MORE = re.compile(
    r"[\s\[【(（<>»]*(?:详[情细]|更多|查看|阅读|全文|more|点击|下载|进入)\S{0,4}[\s\]】)）>»]*"
    r"|(?:继续阅读|阅读全文|continue reading|read more).*",
    re.I,
)
ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.I)
SKIPS = re.compile(r"#[A-Za-z]")  # to a place in the same page: #main
NO_TITLES = (MORE, TOOL, ADDRESS)
ASIDE = re.compile(
    r"(?:^|[-_ ])(?:hot\w*|side\w*|aside|menu\w*|nav\w*|sub-?nav|related?\w*|recommend\w*|rank\w*|foot\w*|links?|"
    r"friend\w*|yqlj|tuijian|rmwz|xgyd|xgwz|breadcrumb\w*)(?:$|[-_ ])",
    re.I,
)
ASIDE_WEIGHT = 0.2
NEAR_PAGING = 1.8
MOST_TITLE, DATED_WEIGHT = 40, 3  # characters of a title that count; what dates add to a list's score
MOST_SCORE = MOST_TITLE * (1 + DATED_WEIGHT) * NEAR_PAGING  # of one entry
ABOVE = 8  # ancestors of an entry whose names are looked at
LEVELS = 6  # how far above its link an entry may begin
FEWEST = 3
MOST_LINKS = 4  # links that an entry may have on average
LONGEST_ITEM = 400  # characters of one entry with its summary
SEARCH = re.compile(r"[?&](?:q|qt|kw|keyword\w*|searchword|wd|query)=[^&]", re.I)
MOSTLY = 0.7  # share of a search's hits that are marked up alike, or dated
DATED = 0.6  # share of entries with a date from which on a list is a dated one
NAV_TITLE = 8  # characters; shorter titles without dates are navigation


@dataclass(slots=True)
class _Group:
    """Siblings of one kind: the elements that hold one entry each."""

    items: dict[HtmlElement, list[HtmlElement]] = field(default_factory=dict)


def read_listing(page: Page) -> Listing | None:
    """The list that the page shows, with the next page by its links; None where no repeated entries are found."""
    best: tuple[float, tuple[Entry, ...]] = (0.0, ())
    paged = _paged(page.tree)
    offers: Offers = {}
    for group in sorted(_groups(page.tree), key=lambda group: -len(group.items)):
        if len(group.items) * MOST_SCORE < best[0]:
            break  # no smaller group can be better
        if _addresses(group) > MOST_LINKS * len(group.items):
            continue  # boxes of links, not entries
        entries = _entries(page, group, offers)
        placed = _placed(group, paged) if entries else 0.0
        score = placed * _score(entries, placed > 1)
        if score > best[0]:
            best = score, entries
    if not best[1]:
        return None
    return Listing(best[1], find_next(page), find_total(page), without_address(page))


def _addresses(group: _Group) -> int:
    """How many addresses the items hold: picture, title and [详情] of an entry lead to one."""
    return sum(len({target(link) for link in links}) for links in group.items.values())


def entry_of(
    page: Page, item: HtmlElement, links: Sequence[HtmlElement] = (), offers: Offers | None = None
) -> Entry | None:
    """One list item: its longest link is the entry, not a [详情] beside it; the full title may stand in @title.
    ``offers``: what the links of the page were found to say, so that each is read once."""
    offers = {} if offers is None else offers
    best: tuple[str, str] | None = None
    for link in links or list(item.iter("a")):
        if link not in offers:
            offers[link] = _offer(page, link)
        offer = offers[link]
        if offer and (best is None or len(offer[0]) > len(best[0])):
            best = offer
    best = best or _offer_of_row(page, item, links)
    return Entry(*best, date_of(item, *best)) if best else None


def _offer_of_row(page: Page, item: HtmlElement, links: Sequence[HtmlElement]) -> tuple[str, str] | None:
    """A table's row whose link says only 查看: the title stands in a cell of its own."""
    title = titled_cell(item)
    urls = (url for link in links if MORE.fullmatch(link_title(link)) and (url := absolute(page, target(link))))
    url = next(urls, None) if title else None
    return (title, url) if title and url else None


def _offer(page: Page, link: HtmlElement) -> tuple[str, str] | None:
    """The title and the address that a link gives, or None where it is no entry's."""
    url, title = absolute(page, target(link)), link_title(link)
    return (title, url) if url and title and not any(rule.fullmatch(title) for rule in NO_TITLES) else None


def without_address(page: Page) -> tuple[Unaddressed, ...]:
    """Dated entries that only a script opens: they are on the list, and no address leads to them."""
    found: dict[str, Unaddressed] = {}
    for link in page.tree.iter("a"):
        box = link.getparent()
        if box is None or box.tag == "body" or SKIPS.match(attribute(link, "href")):
            continue
        if hidden(link) or absolute(page, target(link)) or len(title := link_title(link)) < NAV_TITLE:
            continue
        row = box.getparent() if box.tag == "td" and box.getparent() is not None else box
        match = DATE.search(clean(" ".join(row.itertext()))[:LONGEST_ITEM].replace(title, ""))
        if match:
            found.setdefault(title, Unaddressed(title, day(match.group(1), match.group(2), match.group(3))))
    return tuple(found.values())


def _groups(tree: HtmlElement) -> list[_Group]:
    """Links by the set of siblings they stand in, at every level up to ``LEVELS`` above them. Lists that a site
    breaks into blocks of five are one set: the same kind of item under the same kind of parent."""
    groups: dict[tuple[object, ...], _Group] = {}
    for link in tree.iter("a"):
        href = target(link)
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


def _entries(page: Page, group: _Group, offers: Offers) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    items: dict[str, HtmlElement] = {}
    for item, links in group.items.items():
        entry = entry_of(page, item, links, offers)
        if entry and entry.url not in entries:
            entries[entry.url], items[entry.url] = entry, item
    if SEARCH.search(page.url or "") or _highlighted(group):
        entries = _organic(entries, {url: _steps(item, group.items[item][0]) for url, item in items.items()})
    if any(entry.date for entry in entries.values()):
        return _without_tools(tuple(entries.values()))
    for after in (True, False):
        dates = {url: date_beside(item, after) for url, item in items.items()}
        if 2 * sum(d is not None for d in dates.values()) > len(dates):
            return tuple(replace(entry, date=dates[url]) for url, entry in entries.items())
    return tuple(entries.values())


def _steps(item: HtmlElement, link: HtmlElement) -> tuple[object, ...]:
    """The tags from an entry down to its first link."""
    return tuple(a.tag for a in takewhile(lambda a: a is not item, link.iterancestors()))


def _highlighted(group: _Group) -> bool:
    """Whether most titles have a word of the query set off."""
    set_off = sum(any(link.find(f".//{tag}") is not None for link in links for tag in ("em", "font", "mark"))
                  for links in group.items.values())  # fmt: skip
    return set_off >= MOSTLY * len(group.items)


def _organic(entries: dict[str, Entry], steps: dict[str, tuple[object, ...]]) -> dict[str, Entry]:
    """A search's hits without the boxes that the site puts between them (a film, a directory): those are marked up
    otherwise, or have no date where all the hits have one."""
    usual, number = Counter(steps.values()).most_common(1)[0] if steps else ((), 0)
    dated = sum(entry.date is not None for entry in entries.values()) >= MOSTLY * len(entries)
    if number < MOSTLY * len(entries):
        return entries
    return {url: e for url, e in entries.items() if steps[url] == usual and (e.date or not dated)}


def _without_tools(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """A list of dated entries without the short links beside them that have no date (下一页, 相关图片)."""
    if sum(entry.date is not None for entry in entries) < DATED * len(entries):
        return entries
    return tuple(entry for entry in entries if entry.date or len(entry.title) >= NAV_TITLE)


def _paged(tree: HtmlElement) -> set[HtmlElement]:
    """The elements around what the page says of pages, up to the body."""
    around: set[HtmlElement] = set()
    for element in pagers(tree):
        around.update(a for a in (element, *element.iterancestors()) if a.tag not in ("body", "html"))
    return around


def _placed(group: _Group, paged: set[HtmlElement]) -> float:
    """What the list's place speaks for: next to the paging, or in a box named for hot, related or other links."""
    chain = list(islice(next(iter(group.items)).iterancestors(), ABOVE))
    weight = NEAR_PAGING if any(a in paged for a in chain[:LEVELS]) else 1.0
    names = (f"{a.get('class') or ''} {a.get('id') or ''}" for a in chain if a.tag not in ("body", "html"))
    return weight * (ASIDE_WEIGHT if any(ASIDE.search(name) for name in names) else 1.0)


def _score(entries: Sequence[Entry], paged: bool) -> float:
    """More entries, longer titles and dates make a list; short titles without dates make a menu. A list's last page
    (``paged``: it stands next to the paging) may hold one entry."""
    if not entries:
        return 0.0
    dated = sum(e.date is not None for e in entries) / len(entries)
    length = sum(min(len(e.title), MOST_TITLE) for e in entries)
    if dated < 0.5 and length / len(entries) < NAV_TITLE:
        return 0.0
    if len(entries) < FEWEST and dated < 1 and not paged:
        return 0.0
    return length * (1 + DATED_WEIGHT * dated)
