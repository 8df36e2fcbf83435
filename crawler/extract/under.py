"""The body by its place: what stands under the page's title and its line of dates, where no name and no running
text shows the body (a picture, a table of data, 见附件, an embedded file)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.agencies import split_agencies
from crawler.extract.blocks import Block, blocks
from crawler.extract.byline import DATE, is_date_line
from crawler.extract.chrome import is_chrome_element, is_footer, is_tool_line, starts_chrome
from crawler.extract.heading import window_title, without_site
from crawler.extract.labels import BYLINE_FIELDS, hits
from crawler.extract.tree import attribute, hidden

__all__ = ["Head", "find_head", "under_head"]

LEAST = 6  # characters of a title; shorter ones are names of columns
PART = 0.4  # share of the whole title that one of its lines holds
BELOW = 3  # lines under the title in which its date stands
LONGEST = 150  # characters of a line of dates
CLIMB = 8
MOST_SIBLINGS = 100
EMBEDDED = ("iframe", "embed", "object", "video", "audio")
UNSEEN = frozenset({"script", "style", "noscript", "template", "link", "meta", "br", "hr", "input", "select", "button"})
BESIDE_BODY = frozenset({*BYLINE_FIELDS, "summary", ""})
PIECES = frozenset({"p", "span", "font", "b", "strong", "a", "em", "i", "u", "img", "center", "ul", "ol", "table"})
"""Tags of which a body is made, against those that hold one."""
FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|pptx?|ofd|zip|rar|ceb)(?:$|[?#&])", re.I)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the page's title stands among the lines, and the line of dates under it, if there is one."""

    title: Block
    byline: Block | None


def find_head(
    tree: HtmlElement, lines: Sequence[Block], tags: Mapping[str, str], panels: Collection[HtmlElement] = ()
) -> Head | None:
    """The line that repeats ``<title>`` (or the page tag ArticleTitle), or a good part of it, is no link and stands
    in no panel; the first that has a date under it, else the first; None where no line does."""
    document_title = window_title(tree)
    named = [_folded(t) for t in (tags.get("articletitle", ""), without_site(document_title, tags)) if t]
    first: Head | None = None
    boxes = set(panels)
    for number, block in enumerate(lines):
        text = _folded(block.text)
        if len(text) < LEAST or 2 * block.linked > len(text) or not any(_repeats(text, name) for name in named):
            continue
        if panels and not boxes.isdisjoint(block.element.iterancestors()):
            continue
        byline = _dated(lines[number + 1 : number + 1 + BELOW])
        if split_agencies(block.text) and (byline is None or is_date_line(byline.text)):
            continue  # the site's name, or the signature under the document
        if byline is not None:
            return Head(block, byline)
        first = first or Head(block, None)
    return first


def _repeats(text: str, name: str) -> bool:
    return text in name and len(text) >= PART * len(name)


def _dated(below: Sequence[Block]) -> Block | None:
    """The line with a date, if it comes before any link to something else."""
    for block in below:
        if DATE.search(block.text) and len(block.text) <= LONGEST and 2 * block.linked <= len(block.text):
            return block
        if 2 * block.linked > len(block.text) and not is_tool_line(block.text):
            return None
    return None


def under_head(head: Head) -> HtmlElement | None:
    """The element that follows the title and its date: the first sibling, of them or of what holds them, that shows
    something; their own parent where the pieces of the body lie open beside them."""
    node = (head.byline or head.title).element
    for _ in range(CLIMB):
        parent = node.getparent()
        if parent is None or node.tag in ("body", "html"):
            return None
        if _says(node.tail):
            return parent
        for beside in islice(node.itersiblings(), MOST_SIBLINGS):
            if _shows(beside):
                whole = beside.tag in PIECES and parent.tag not in ("body", "html")
                return parent if whole else beside
            if _says(beside.tail):
                return parent
        node = parent
    return None


def _shows(element: HtmlElement) -> bool:
    if element.tag in UNSEEN or hidden(element) or is_chrome_element(element):
        return False
    held = blocks(element)
    if any(is_footer(b.text) for b in held):
        return False
    if held and all(is_tool_line(b.text) or starts_chrome(b.text) for b in held[:2]):
        return False
    if held and all(_is_byline(b) for b in held):
        return False
    if held:
        own = sum(len(DATE.sub("", b.text)) - b.linked for b in held)
        return own > sum(b.linked for b in held) / 2 or _offers_files(element)
    return any(_pictured(e) for e in element.iter("img", *EMBEDDED))


def _is_byline(block: Block) -> bool:
    """The line under the title, or a summary."""
    found = hits(block.marked) if len(block.text) <= LONGEST else []
    return bool(found) and all(hit.field in BESIDE_BODY for hit in found)


def _pictured(element: HtmlElement) -> bool:
    """A picture, a film, or a frame that shows a file (one of anything else counts visits or carries a banner)."""
    if element.tag == "img":
        return _large(element)
    if element.tag in ("video", "audio"):
        return True
    return FILE.search(attribute(element, "src") or attribute(element, "data")) is not None


def _large(element: HtmlElement) -> bool:
    """Not an icon or a spacer, as far as its attributes tell."""
    sizes = (attribute(element, "width"), attribute(element, "height"))
    return not any(size.isdigit() and int(size) < 40 for size in sizes)


def _offers_files(element: HtmlElement) -> bool:
    return any(FILE.search(attribute(a, "href")) for a in element.iter("a"))


def _says(text: str | None) -> bool:
    return bool(text and text.strip() and not is_tool_line(text.strip()))


def _folded(text: str) -> str:
    return "".join(text.split())
