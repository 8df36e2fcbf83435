"""The further pages of an article that its site pages over several addresses, as the article's own pager names them.

Only what is sure: the same address with another page number in it (``t2019_1.html`` → ``t2019_1_1.html``, ``5.html`` →
``5_2.html``, ``?id=5`` → ``?id=5&page=2``), named by a paging script under the article's own name or linked by a pager
(a number, 上一页, 下一页, 尾页) in the body or under it. 下一篇 is another article, ``index_1.html`` a page of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from archive.model import Part
from crawler.extract.blocks import Block
from crawler.extract.input import MOST_PARTS
from crawler.extract.paging import absolute, target
from crawler.extract.region import Region
from crawler.families.paging_script import ScriptedPager, live_scripts, may_page, scripted_pagers
from crawler.family import Page

__all__ = ["ArticlePages", "find_article_pages"]

CLIMB = 5  # ancestors of the body whose following elements may hold its pager
MOST_SIBLINGS = 40
LISTS = re.compile(r"(?:index|default|list|more|main|home|node|channel|col)(?:[-_]?\d+)*", re.I)
SUFFIX = re.compile(r"(?P<base>.+)[-_](?P<number>[1-9]\d{0,2})")
PAGE_PARAMETER = re.compile(r"pn|pg|i?page|cur(?:rent)?_?page|page_?(?:no|num|index|number)", re.I)
NUMBER = re.compile(r"[0-9]{1,4}")
LABEL = re.compile(
    r"[\s\[【(（<«‹]*(?:第?\s*(?P<number>\d{1,3})\s*页?|首页|第一页|上一?页|前一?页|下一?页|后一?页|尾页|末页|最后一?页|next|prev(?:ious)?)"
    r"[\s\]】)）>»›]*",
    re.I,
)
PAGER_WORDS = re.compile(
    r"(?:[\s\d\[\]【】()（）<>«»‹›|/.…·:：,，\-—共第页次上下一前后首尾末最转到跳分条]|next|prev(?:ious)?)+", re.I
)
LONGEST_PAGER = 300  # characters: a bar of a hundred numbers
MOSTLY_LINKS = 0.5  # share of the body's text; beyond it the body is a list


@dataclass(frozen=True, slots=True)
class ArticlePages:
    """``further``: the pages behind this one; ``first``: the address of the first page, None where this is it;
    ``boxes``: the elements of the pager, which are no text of the document."""

    further: tuple[Part, ...]
    first: str | None = None
    boxes: tuple[HtmlElement, ...] = ()


@dataclass(frozen=True, slots=True)
class _Address:
    """An address taken apart: all but the page's number must agree for two to be pages of one article."""

    host: str
    folder: str
    stem: str
    ending: str
    query: tuple[tuple[str, str], ...]
    parameter: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class _Link:
    """A link of a pager: the number in its address and the one that is printed (None: 下一页 and the like)."""

    element: HtmlElement
    url: str
    number: int
    printed: int | None


def find_article_pages(
    page: Page, region: Region | None, lines: Sequence[Block], first: str | None = None
) -> ArticlePages | None:
    """What the page's own pager says; None where it has none, or none that is sure. ``first``: the address of the first
    page, where its pager is known to have named this page."""
    own = _address(page.url) if page.url else None
    if own is None or region is None or LISTS.fullmatch(own.stem):
        return None
    found = _scripted(page, own) or _linked(page, own, region.element, first)
    return found if found and not _is_list(region, lines, found.boxes) else None


def _address(url: str) -> _Address | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    folder, _, file = parts.path.rpartition("/")
    stem, dot, ending = file.rpartition(".")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    at = next((n for n, (k, v) in enumerate(pairs) if PAGE_PARAMETER.fullmatch(k) and NUMBER.fullmatch(v)), None)
    rest = tuple(sorted(pair for n, pair in enumerate(pairs) if n != at))
    name, number = (pairs[at][0].lower(), int(pairs[at][1])) if at is not None else (None, None)
    host = parts.netloc.lower()
    return _Address(host, folder, stem if dot else file, ending if dot else "", rest, name, number)


def _is_list(region: Region, lines: Sequence[Block], boxes: Iterable[HtmlElement]) -> bool:
    """Whether the body is made of links: then the pager is that of a list, though an article was expected."""
    pager = {inner for box in boxes for inner in box.iter()}
    inside = set(region.element.iter())
    held = [block for block in lines if block.element in inside and block.element not in pager]
    return sum(b.linked for b in held) > MOSTLY_LINKS * sum(len(b.text) for b in held)


# -- by script -------------------------------------------------------------------------------------------


def _scripted(page: Page, own: _Address) -> ArticlePages | None:
    """The pages of a script's pager that bears this article's name."""
    name = _shared(own)
    if not (f'"{name}' in page.text or f"'{name}" in page.text) or not may_page(page.text):
        return None  # the calls are looked for where their words and the name stand: a search costs ten times as much
    for text in (live_scripts(page), page.text):
        for pager in scripted_pagers(text):
            if pager.pages > 1 and own.stem == pager.file(pager.current).rpartition(".")[0]:
                further = (_of_script(page, pager, n) for n in range(pager.current + 1, pager.pages))
                first = absolute(page, pager.file(0)) if pager.current else None
                return ArticlePages(tuple(islice(filter(None, further), MOST_PARTS + 1)), first)
    return None


def _of_script(page: Page, pager: ScriptedPager, number: int) -> Part | None:
    url = absolute(page, pager.file(number))
    return Part(pager.number(number), url) if url else None


# -- by links --------------------------------------------------------------------------------------------


def _linked(page: Page, own: _Address, region: HtmlElement, first: str | None) -> ArticlePages | None:
    here = (page.url or "").split("#")[0]
    offered = [(a, full, printed) for a, full, printed in _labelled(page, region, _shared(own)) if full != here]
    if not offered:
        return None
    for base, number in _bases(own, _address(first) if first else None):
        links = [_Link(a, full, n, p) for a, full, p in offered if (n := _of_file(own, base, full)) is not None]
        if first and number:
            found = ArticlePages(_in_order(link for link in links if link.number > number), first) if links else None
        else:
            found = _named_later(links, number) if number else _named_first(links)
        if found:
            return _with_boxes(found, links, region)
    links = [_Link(a, full, n, p) for a, full, p in offered if (n := _of_query(own, full)) is not None]
    queried = _by_query(links, own.page, first)
    return _with_boxes(queried, links, region) if queried else None


def _bases(own: _Address, first: _Address | None) -> Iterator[tuple[str, int]]:
    """The names that the pages may have in common, with this page's own number, 0 for the first page. Of a page that
    ``first`` named, only those that fit both."""
    if own.stem:
        yield own.stem, 0
    split = SUFFIX.fullmatch(own.stem)
    if split and (first is None or re.fullmatch(re.escape(split["base"]) + r"(?:[-_]\d{1,3})?", first.stem)):
        yield split["base"], int(split["number"])


def _shared(own: _Address) -> str:
    """What the file names of all pages begin with."""
    split = SUFFIX.fullmatch(own.stem)
    return split["base"] if split else own.stem


def _labelled(page: Page, region: HtmlElement, shared: str) -> Iterator[tuple[HtmlElement, str, int | None]]:
    """The links of pagers in the body and under it: element, address, printed number. ``shared``: what the addresses of
    all pages hold, unless they differ in their query alone; most links do not, and are not looked at."""
    for link in _links(region):
        address = f"{link.get('href') or ''} {link.get('onclick') or ''}"
        if "?" not in address and (not shared or shared not in address):
            continue
        text = "".join(link.itertext()).strip()
        match = LABEL.fullmatch(text) if len(text) < 16 else None
        full = absolute(page, target(link)) if match else None
        if match and full:
            yield link, full.split("#")[0], int(match["number"]) if match["number"] else None


def _links(region: HtmlElement) -> Iterator[HtmlElement]:
    yield from region.iter("a")
    for node in islice((region, *region.iterancestors()), CLIMB):
        if node.tag in ("body", "html"):
            return
        for beside in islice(node.itersiblings(), MOST_SIBLINGS):
            yield from beside.iter("a")


def _of_file(own: _Address, base: str, url: str) -> int | None:
    """The number in the name of a page's file, 0 for the base itself; None for what is no page of it."""
    other = _address(url)
    if other is None or _place(other) != _place(own) or (other.parameter, other.page) != (own.parameter, own.page):
        return None
    if other.stem == base:
        return 0
    match = SUFFIX.fullmatch(other.stem)
    return int(match["number"]) if match and match["base"] == base else None


def _of_query(own: _Address, url: str) -> int | None:
    """The number in the page parameter; None for another address. The first page may have none: -1 then."""
    other = _address(url)
    if other is None or _place(other) != _place(own) or other.stem != own.stem:
        return None
    if own.parameter and other.parameter and own.parameter != other.parameter:
        return None
    return other.page if other.page is not None else -1


def _place(address: _Address) -> tuple[object, ...]:
    return address.host, address.folder, address.ending, address.query


def _named_first(links: Sequence[_Link]) -> ArticlePages | None:
    """This is the first page: ``base.html``, and the second is ``base_1.html`` or ``base_2.html``."""
    shift = _shift(links)
    if shift is None:
        return None
    behind = _in_order(link for link in links if link.number >= 2 - shift)
    return ArticlePages(behind) if behind and behind[0].number == 2 - shift else None


def _named_later(links: Sequence[_Link], own: int) -> ArticlePages | None:
    """This is ``base_N.html``: a later page where the base itself is linked as one, or one of a row that is numbered
    through (``base_1``, ``base_2``) and printed with those numbers."""
    behind = _in_order(link for link in links if link.number > own)
    base = next((link.url for link in links if link.number == 0), None)
    if base is not None:
        return ArticlePages(behind, base)
    printed = [link for link in links if link.printed is not None]
    through = bool(printed) and all(link.printed == link.number for link in printed)
    near = next((link.url for link in links if link.number == (2 if own == 1 else 1)), None)
    return ArticlePages(behind, None if own == 1 else near) if through and near else None


def _by_query(links: Sequence[_Link], own: int | None, first: str | None) -> ArticlePages | None:
    """This is page ``own`` (None: the first, whose address names none) of one address with a page parameter."""
    if own is not None:
        behind = _in_order(link for link in links if link.number > own)
        before = min((link for link in links if link.number < min(own, 2)), key=lambda link: link.number, default=None)
        if links and (first or before):
            return ArticlePages(behind, first or (before.url if before else None))
        return ArticlePages(behind) if own < 2 and behind and behind[0].number == own + 1 else None
    shift = _shift(links)
    behind = _in_order(link for link in links if shift is not None and link.number >= 2 - shift)
    return ArticlePages(behind) if behind and behind[0].number == 2 - (shift or 0) else None


def _shift(links: Sequence[_Link]) -> int | None:
    """On a first page: by how much the printed numbers are larger than those of the addresses, 0 or 1; where none is
    printed, by the second page's address; None where the numbers tell of something else."""
    shifts = {link.printed - link.number for link in links if link.printed is not None and link.number > 0}
    if not shifts:
        return 1 if any(link.number == 1 for link in links) else 0
    return shifts.pop() if shifts <= {0} or shifts <= {1} else None


def _in_order(links: Iterable[_Link]) -> tuple[Part, ...]:
    by_number: dict[int, Part] = {}
    for link in links:
        by_number.setdefault(link.number, Part(link.number, link.url))
    return tuple(by_number[number] for number in sorted(by_number)[: MOST_PARTS + 1])


def _with_boxes(found: ArticlePages, links: Sequence[_Link], region: HtmlElement) -> ArticlePages:
    boxes = dict.fromkeys(_box(link.element, region) for link in links)
    return ArticlePages(found.further, found.first, tuple(boxes))


def _box(link: HtmlElement, region: HtmlElement) -> HtmlElement:
    """The largest element around a pager's link that holds nothing but the pager."""
    box = link
    for node in link.iterancestors():
        text = "".join(node.itertext())
        if node is region or len(text) > LONGEST_PAGER or not PAGER_WORDS.fullmatch(text):
            break
        box = node
    return box
