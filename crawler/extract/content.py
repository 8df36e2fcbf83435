"""The body's text and Markdown from its region. The only file that knows trafilatura.

The text is taken from the page's own tree: trafilatura loses tables, one-table bodies, very short lines and
「附件：…」 lines even inside the right region. It is asked where nothing names the region: which lines are the article.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.blocks import SILENT, Block, blocks
from crawler.extract.byline import is_byline, is_date_line
from crawler.extract.chrome import COUNTERS, is_chrome_element, is_footer, is_prose, is_tool_line, starts_chrome
from crawler.extract.tables import markdown_table, table_rows

__all__ = ["Body", "kept_by_trafilatura", "read_body"]

MOST_LINES = 3000  # beyond it trafilatura takes seconds (100,000 short paragraphs: six)
BOX_SHARE = 0.34  # chrome by its name may hold at most this part of the region: names lie
BOX_LENGTH = 160  # … or this many characters
HEAD_LINES = 12  # lines at the top of a region in which title and byline may stand
SAME_BEGINNING = 16  # characters by which a line is known as the byline
COPY_ALIKE = 0.8
MIN_COPY = 15
LISTED_DAY = re.compile(r"\s*[\[(（【]?\s*(?:\d{4}\s*[-./年])?\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?\s*[\])）】]?\s*$")
BULLETS = re.compile(r"^(?=[#>+-])")
SPECIAL = re.compile(r"([\\`*_<\[\]])")


@dataclass(frozen=True, slots=True)
class Body:
    """``text``: paragraphs by newline, table rows one a line with cells by tab. ``image_only``: the region holds a
    picture and no text. ``shown``: the blocks that were taken; ``left``: lines of the region that were not."""

    text: str
    markdown: str
    image_only: bool
    shown: tuple[Block, ...]
    left: tuple[Block, ...]


def read_body(
    region: HtmlElement,
    dropped: Collection[HtmlElement],
    titles: Collection[str],
    bylines: Collection[str],
    trusted: bool,
    lines: Sequence[Block] | None = None,
) -> Body:
    """The document's text in ``region``. ``lines``: its blocks, if they were read before;
    ``dropped``: elements that are no text (panel); ``titles`` and ``bylines``:
    lines that are left out at the top; ``trusted``: the region holds the body alone, so that only lines which are
    chrome beyond doubt are cut from it, and a title that is a paragraph of the document stays."""
    boxes = _boxes(region)
    whole = list(lines) if lines else blocks(region)
    inside = boxes.union(dropped).intersection(region.iter()) if dropped else boxes
    data = {table: rows for table in region.iter("table") if (rows := table_rows(table))}
    everything = blocks(region, inside, lambda table: data.get(table, ())) if inside or data else whole
    heads, dates = set(map(_folded, titles)), set(map(_folded, bylines))
    both = _cut(everything, heads, dates, trusted)
    body = _once(both, heads | dates)
    while (len(body) < len(both) or not trusted) and body and _folded(body[-1].text) in heads | dates:
        body.pop()  # title and byline of the copy that was left out
    body = [b for b in body if not is_tool_line(b.text)]
    tables = "\n".join(b.text for b in body if b.kind == "table")
    taken = {b.text for b in body}
    left = tuple(b for b in whole if b.text not in taken and b.text not in tables)
    text = "\n".join(_line(b) for b in body).strip()
    picture = not text and region.find(".//img") is not None
    return Body(text, _markdown(body), picture, tuple(body), left)


def kept_by_trafilatura(tree: HtmlElement, lines: Sequence[Block]) -> list[Block]:
    """Those of the lines that trafilatura takes for the article. Attributes are taken off first: a tag with many of
    them hangs it, and class names of content systems mislead it."""
    if len(lines) > MOST_LINES:
        return list(lines)
    bare = deepcopy(tree)
    etree.strip_elements(bare, *(tag for tag in SILENT if tag not in ("head", "title")), with_tail=False)
    for element in bare.iter():
        element.attrib.clear()
    text = trafilatura.extract(bare, fast=True, include_tables=True, include_comments=False, deduplicate=False)
    kept = _folded(text or "")
    return [line for line in lines if _folded(line.text) in kept]


def _folded(text: str) -> str:
    return "".join(text.split())


def _line(block: Block) -> str:
    if block.kind == "table" or "次" not in block.text:
        return block.text
    return COUNTERS.sub("", block.text).rstrip()


def _boxes(region: HtmlElement) -> set[HtmlElement]:
    """Elements inside the region that are named as chrome and are small enough to be it."""
    length = len("".join(region.itertext()))
    most = max(BOX_LENGTH, BOX_SHARE * length)
    return {
        element
        for element in region.iter("div", "p", "span", "ul", "table", "dl", "section", "h2", "h3", "h4", "a")
        if element is not region and is_chrome_element(element) and len("".join(element.itertext())) <= most
    }


def _cut(body: list[Block], titles: set[str], bylines: set[str], trusted: bool) -> list[Block]:
    """Without title and byline at the top and without chrome at the end."""
    start = _start(body, titles, bylines, trusted)
    end = _end(body, start, trusted)
    while end > start and (starts_chrome(body[end - 1].text) or is_tool_line(body[end - 1].text)):
        end -= 1
    return body[start : _before_links(body, start, end)]


def _before_links(body: Sequence[Block], start: int, end: int) -> int:
    """``end`` without a closing list of links that a line such as 推荐阅读 heads; files under 附件 stay."""
    head = end
    while head > start and body[head - 1].linked >= 0.9 * len(LISTED_DAY.sub("", body[head - 1].text)):
        head -= 1
    return head - 1 if start < head < end and starts_chrome(body[head - 1].text) else end


def _end(body: Sequence[Block], start: int, trusted: bool) -> int:
    """The number of the first line behind the document: a footer, or (in a region that was only guessed) a line that
    begins like chrome, with no running text of weight behind it."""
    behind = sum(len(b.text) - b.linked for b in body[start:])
    for number in range(start, len(body)):
        block = body[number]
        behind -= len(block.text) - block.linked
        if block.kind == "table" or len(block.text) >= 200 or behind >= 400:
            continue
        if is_footer(block.text):
            more = any(is_footer(b.text) for b in body[number + 1 : number + 7])
            if more or (behind < 60 and "ICP" in block.text):
                return number
        elif not trusted and starts_chrome(block.text) and behind < 300:
            return number
    return len(body)


def _start(body: list[Block], titles: set[str], bylines: set[str], trusted: bool) -> int:
    """The number of the first line that belongs to the document."""
    start, head = 0, body[:HEAD_LINES]
    begun = {byline[:SAME_BEGINNING] for byline in bylines}  # its tools may have been dropped from the region's line
    under = [n for n, b in enumerate(head) if _folded(b.text)[:SAME_BEGINNING] in begun or starts_chrome(b.text)]
    for number, block in enumerate(head):
        title = _folded(block.text) in titles
        if title and trusted and block.kind != "heading" and not any(n > number for n in under):
            break  # the document's own first line, which the page repeats over it
        dated = ((start > 0 or not trusted) and is_date_line(block.text)) or (start > 0 and is_byline(block.text))
        if title or dated or number in under or is_tool_line(block.text):
            start = number + 1
        elif trusted or is_prose(block):
            break
    return start


def _once(body: list[Block], heads: set[str]) -> list[Block]:
    """One copy of an article that stands twice in its region (desktop and mobile, or for screen readers). ``heads``:
    title and byline, which stand between the copies and in neither."""
    first = next((i for i, b in enumerate(body) if len(b.text) >= MIN_COPY), None)
    if first is None:
        return body
    again = next((i for i in range(first + 1, len(body)) if body[i].text == body[first].text), None)
    if again is None or again - first < 2:
        return body
    one, two = {b.text for b in body[first:again]}, {b.text for b in body[again:]}
    one = {text for text in one if _folded(text) not in heads}
    if len(one & two) < COPY_ALIKE * min(len(one), len(two)):
        return body
    lead = again - first  # short lines before the copy's first long one belong to the copy
    return body[:lead] if body[lead].text == body[0].text else body[:again]


def _markdown(body: Sequence[Block]) -> str:
    parts = []
    for block in body:
        if block.kind == "table":
            parts.append(markdown_table(block.rows))
            continue
        line = BULLETS.sub(r"\\", SPECIAL.sub(r"\\\1", _line(block)))
        prefix = "#" * max(2, block.level) + " " if block.kind == "heading" else "- " if block.kind == "item" else ""
        parts.append(prefix + line)
    return "\n\n".join(parts).strip()
