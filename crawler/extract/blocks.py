"""The text of a part of the page as a reader sees it: paragraphs, headings, list items and tables, in order.

One walk over the tree, without recursion (pages nest deeper than Python may). Hidden parts, scripts and whatever
the caller dropped are not seen. ``marked`` keeps the borders of inline elements as U+001F, because a panel may
print label and value in two spans with nothing between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.tree import hidden

__all__ = ["BORDER", "INLINE", "SILENT", "Block", "blocks", "clean"]

BORDER = "\x1f"
SILENT = frozenset({
    "script", "style", "noscript", "template", "iframe", "select", "option", "button", "head", "title",
    "object", "embed", "video", "audio", "canvas", "svg", "map", "input",
})  # fmt: skip
PREFORMATTED = frozenset({"pre", "textarea", "listing", "xmp"})
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
    "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var",
    "wbr", "meta", "link", "ruby", "rt", "rp", "time", "bdi",
})  # fmt: skip
BORDERED = frozenset({"a", "b", "em", "font", "i", "label", "span", "strong", "u"})
HEADINGS = {f"h{n}": n for n in range(1, 7)}
MAY_HIDE = etree.XPath("descendant::*[@hidden or @style]")  # the few elements that ``hidden`` is asked of
SPACES = " \t\r\n\f\v\xa0\u2002\u2003\u2009\u3000"
SPACE = re.compile(f"[{SPACES}]+")
ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\xad]")
WIDE = re.compile("[\u2e80-\u9fff\uf900-\uffef]")
MAX_CELLS = 20_000  # a table beyond it is read cell by cell, as text

Kind = Literal["p", "heading", "item", "table"]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """``text`` one line (of a table: rows by newline, cells by tab); ``element`` the block element that holds it;
    ``level`` of a heading 1–6; ``linked`` characters of ``text`` that stand in links."""

    kind: Kind
    text: str
    element: HtmlElement
    marked: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    level: int = 0
    linked: int = 0


def clean(text: str) -> str:
    """White space as printed: runs become one space, a line break of the source between two Chinese characters
    nothing (a browser shows a space there, no writer meant one)."""
    if ZERO_WIDTH.search(text):
        text = ZERO_WIDTH.sub("", text)
    text = text.strip(SPACES)
    return SPACE.sub(_space if "\n" in text else " ", text)


def _space(match: re.Match[str]) -> str:
    run = match.group()
    if "\n" in run and not run.strip(" \t\r\n"):
        text, start, end = match.string, match.start(), match.end()
        if start and end < len(text) and WIDE.match(text[start - 1]) and WIDE.match(text[end]):
            return ""
    return " "


@dataclass(slots=True)
class _Line:
    """The line that is being collected."""

    pieces: list[str]
    linked: int = 0
    in_link: int = 0

    def add(self, text: str) -> None:
        self.pieces.append(text)
        if self.in_link:
            self.linked += len(text.strip())


def blocks(
    root: HtmlElement,
    dropped: Collection[HtmlElement] = frozenset(),
    rows_of: Callable[[HtmlElement], tuple[tuple[str, ...], ...]] | None = None,
) -> list[Block]:
    """The blocks of ``root`` without the ``dropped`` elements (their tails stay).

    ``rows_of`` turns a table of data into rows; it returns () for a table that only lays out the page, whose cells
    are then blocks of their own (as they are without ``rows_of``).
    """
    return list(_walk(root, dropped, rows_of))


def _walk(
    root: HtmlElement,
    dropped: Collection[HtmlElement],
    rows_of: Callable[[HtmlElement], tuple[tuple[str, ...], ...]] | None,
) -> Iterator[Block]:
    line, open_blocks, formatted = _Line([]), [root], 0
    walker = etree.iterwalk(root, events=("start", "end"))
    unseen = {*dropped, *(e for e in cast("list[HtmlElement]", MAY_HIDE(root)) if hidden(e))}
    skipped: HtmlElement | None = None
    for event, element in walker:
        tag = element.tag
        inline, bordered = _sort(tag)
        if event == "start":
            rows: tuple[tuple[str, ...], ...] = ()
            gone = tag in SILENT or element in unseen
            if tag == "textarea":
                gone = gone or element.get("readonly") is None  # a reader's own words
            elif tag == "table" and rows_of and not gone:
                rows = rows_of(element)
            if gone or rows:
                if not inline and tag not in SILENT:
                    yield from _end(line, open_blocks[-1])
                if rows:
                    yield Block("table", "\n".join("\t".join(row) for row in rows), element, rows=rows)
                walker.skip_subtree()
                skipped = element
                continue
            if tag == "br":
                yield from _end(line, open_blocks[-1])
            elif not inline:
                if line.pieces:
                    yield from _end(line, open_blocks[-1])
                open_blocks.append(element)
            elif bordered:
                line.pieces.append(BORDER)
                line.in_link += tag == "a"
            formatted += tag in PREFORMATTED
            if formatted:
                yield from _lines(line, element.text, open_blocks[-1])
            elif text := element.text:
                line.add(text)
        else:
            if element is skipped:
                skipped = None
            elif bordered:
                line.in_link -= tag == "a"
                line.pieces.append(BORDER)
            elif not inline and tag != "br":
                if line.pieces:
                    yield from _end(line, element)
                open_blocks.pop()
                formatted -= tag in PREFORMATTED
            if element is root:
                continue
            if formatted:
                yield from _lines(line, element.tail, open_blocks[-1])
            elif text := element.tail:
                line.add(text)
    yield from _end(line, root)


@cache
def _sort(tag: str) -> tuple[bool, bool]:
    """Whether a tag is inline (Word's o:p and st1:date stand inside words), and whether its borders are kept."""
    return tag in INLINE or ":" in tag, tag in BORDERED


def _lines(line: _Line, text: str | None, element: HtmlElement) -> Iterator[Block]:
    """Text in which a line break is one."""
    *whole, last = (text or "").split("\n")
    for piece in whole:
        line.add(piece)
        yield from _end(line, element)
    if last:
        line.add(last)


def _end(line: _Line, element: HtmlElement) -> Iterator[Block]:
    """Close the line that is being collected, if it holds anything."""
    if not line.pieces:
        return
    marked = clean("".join(line.pieces))
    line.pieces.clear()
    linked, line.linked = line.linked, 0
    text = marked
    if BORDER in marked:
        text = marked.replace(BORDER, "")
        text = (SPACE.sub(" ", text) if "  " in text else text).strip()
    if not text:
        return
    tag = element.tag
    level = HEADINGS.get(tag, 0)
    kind: Kind = "heading" if level else "item" if tag == "li" else "p"
    yield Block(kind, text, element, marked=marked, level=level, linked=min(linked, len(text)))
