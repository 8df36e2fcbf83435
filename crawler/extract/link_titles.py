"""What an entry's link gives as the entry's title: its text without marks, dates and summary, or the full title in
@title where the text is cut."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extract.blocks import BORDER, Block, blocks, clean
from crawler.extract.list_dates import DATE, DATE_ALONE
from crawler.extract.tree import attribute

__all__ = ["link_title"]

CUT = re.compile(r"(?:\.\.\.+|…+)\s*$")
BULLET = re.compile(r"^(?:[\s·•●■◆▪>»\-—*]+|\d{1,3}[、．.](?!\d)\s*)+(?=\S)")
BADGES = frozenset({"最新", "热门", "公告", "通知", "推荐", "头条", "重要", "置顶", "新", "热", "荐", "NEW", "new"})
PINNED = re.compile(
    r"^(?:[\[【(（]\s*(?:置顶|顶|热|新|荐)\s*[\]】)）]|置顶(?=\S{6}))\s*|\s*[\[【(（]?(?:\bnew!?|置顶)[\]】)）]?$", re.I
)
NAMED = re.compile(
    r"(?:文章)?标\s*题\s*[:：]\s*([^\r\n]+?)\s*(?=[\r\n]|作\s*者\s*[:：]|(?:更新|发布|录入)\S{0,2}[:：]|$)"
)
TITLED = re.compile(r"(?:^|[-_ ])\w*(?:title|tit|bt|biaoti)\w*(?:$|[-_ ])", re.I)


def link_title(link: HtmlElement) -> str:
    """The title, "" where the link shows none."""
    text = PINNED.sub("", BULLET.sub("", _linked_text(link).removeprefix(_badge(link))))
    full = clean(attribute(link, "title"))
    if named := NAMED.search(attribute(link, "title")):
        full = clean(named.group(1))
    if text and full and (CUT.search(text) or full.startswith(text)):
        stem = CUT.sub("", text)
        if full.startswith(stem[:6]) or stem[:6] in full:
            return DATE.sub("", full).strip() if DATE.search(full) and not DATE.search(text) else full
    return text or full


def _without_badge(block: Block) -> str:
    pieces = [piece for piece in map(clean, block.marked.split(BORDER)) if piece]
    return block.text.removeprefix(pieces[0]) if len(pieces) > 1 and pieces[0] in BADGES else block.text


def _badge(link: HtmlElement) -> str:
    """A mark in an element of its own before the title: 最新, 公告."""
    if not len(link) or (link.text or "").strip():
        return ""
    text = clean("".join(link[0].itertext())) if isinstance(link[0].tag, str) else ""  # not a comment
    return text if text in BADGES else ""


def _linked_text(link: HtmlElement) -> str:
    """The text of a link; where it holds a whole entry (title, summary, date), the title's part of it."""
    text = clean("".join(link.itertext()))
    if not len(link) or not (DATE.search(text) or link.find("p") is not None or link.find("div") is not None):
        return text
    inner = [b for b in blocks(link) if not DATE_ALONE.fullmatch(b.text)]
    if not inner:
        return text
    if len(inner) > 1:
        titled = (b for b in inner if b.kind == "heading" or TITLED.search(attribute(b.element, "class")))
        return _without_badge(next(titled, inner[0]))
    pieces = [piece for piece in map(clean, inner[0].marked.split(BORDER)) if piece]
    kept = [piece for piece in pieces if not DATE_ALONE.fullmatch(piece)]
    longest = max(kept, key=len, default="")
    if len(kept) < len(pieces) and len(longest) >= 2 * (sum(map(len, kept)) - len(longest)):
        return longest  # date, department and title in one link
    return clean("".join(kept)) or text
