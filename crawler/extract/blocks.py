"""The text of a part of the page as a reader sees it: paragraphs, headings, list items and tables, in order.

One walk over the tree, without recursion (pages nest deeper than Python may). Hidden parts, scripts and whatever
the caller dropped are not seen. ``marked`` keeps the borders of inline elements as U+001F, because a panel may
print label and value in two spans with nothing between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal

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
SPACES = " \t\r\n\f\v\xa0\u2002\u2003\u2009\u3000"
SPACE = re.compile(f"[{SPACES}]+")
ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\xad]")
WIDE = "[\u2e80-\u9fff\uf900-\uffef]"
BROKEN = re.compile(rf"(?<={WIDE})[ \t\r]*\n[ \t\r\n]*(?={WIDE})")
MAX_CELLS = 20_000  # a table beyond it is read cell by cell, as text

Kind = Literal["p", "heading", "item", "table"]
Rows = tuple[tuple[str, ...], ...]

# What a tag does to the line, in an order in which one comparison tells most: the first four end it.
BREAKS, BLOCK, FORMATTED, TABLE, INLINES, BORDERS, LINKS, SILENCES = range(8)


@dataclass(slots=True, eq=False)  # not frozen: thousands are made, and a frozen one takes three times as long
class Block:
    """Never changed once made. ``text`` one line (of a table: rows by newline, cells by tab); ``element`` the block
    element that holds it; ``level`` of a heading 1–6; ``linked`` characters of ``text`` that stand in links."""

    kind: Kind
    text: str
    element: HtmlElement
    marked: str = ""
    rows: Rows = ()
    level: int = 0
    linked: int = 0


def clean(text: str) -> str:
    """White space as printed: runs become one space, a line break of the source between two Chinese characters
    nothing (a browser shows a space there, no writer meant one)."""
    if ZERO_WIDTH.search(text):
        text = ZERO_WIDTH.sub("", text)
    text = text.strip(SPACES)
    if "\n" in text:
        text = BROKEN.sub("", text)
    return SPACE.sub(" ", text)


def blocks(
    root: HtmlElement,
    dropped: Collection[HtmlElement] = frozenset(),
    rows_of: Callable[[HtmlElement], Rows] | None = None,
) -> list[Block]:
    """The blocks of ``root`` without the ``dropped`` elements (their tails stay).

    ``rows_of`` turns a table of data into rows; it returns () for a table that only lays out the page, whose cells
    are then blocks of their own (as they are without ``rows_of``).
    """
    lines = _Lines()
    if len(root):
        styled = [e for e in root.iterdescendants() if e.get("style") or e.get("hidden") is not None]
        _walk(root, {*dropped, *filter(hidden, styled)}, rows_of, lines)
    elif (sort := _sort(root.tag)) == FORMATTED:
        _walk(root, dropped, rows_of, lines)
    elif sort != SILENCES:  # a cell, mostly
        lines.add(root.text or "")
    lines.end(root)
    return lines.found


@dataclass(slots=True)
class _Lines:
    """The line that is being collected, and the blocks so far. ``linked``: characters of the line in links."""

    pieces: list[str] = field(default_factory=list)
    found: list[Block] = field(default_factory=list)
    linked: int = 0
    in_link: int = 0

    def add(self, text: str) -> None:
        if self.pieces or not text.isspace():
            self.pieces.append(text)
            if self.in_link:
                self.linked += len(text.strip())

    def add_formatted(self, text: str, element: HtmlElement) -> None:
        """Text in which a line break is one."""
        *whole, last = text.split("\n")
        for piece in whole:
            self.add(piece)
            self.end(element)
        self.add(last)

    def end(self, element: HtmlElement) -> None:
        """Close the line, if it holds anything."""
        if not self.pieces:
            return
        marked = "".join(self.pieces).strip(SPACES)
        self.pieces.clear()
        linked, self.linked = self.linked, 0
        text = marked.replace(BORDER, "")
        if "  " in text or not text.isprintable():  # else nothing is to be cleaned: of spaces only ASCII's is printable
            marked = clean(marked)
            text = SPACE.sub(" ", marked.replace(BORDER, ""))
        if text := text.strip():
            tag = element.tag
            level = HEADINGS.get(tag, 0)
            kind: Kind = "heading" if level else "item" if tag == "li" else "p"
            self.found.append(Block(kind, text, element, marked, (), level, min(linked, len(text))))

    def add_table(self, rows: Rows, element: HtmlElement) -> None:
        self.found.append(Block("table", "\n".join(map("\t".join, rows)), element, rows=rows))


def _walk(
    root: HtmlElement, unseen: Collection[HtmlElement], rows_of: Callable[[HtmlElement], Rows] | None, lines: _Lines
) -> None:
    """The hottest loop of all reading: nothing is called here that need not be."""
    pieces, open_blocks, formatted, skipped = lines.pieces, [root], 0, None
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        sort = SORTS[tag] if tag in SORTS else _sort(tag)
        if event == "start":
            gone = sort == SILENCES or element in unseen or (tag == "textarea" and element.get("readonly") is None)
            rows = rows_of(element) if sort == TABLE and rows_of and not gone else ()
            if gone or rows:
                if sort <= TABLE:
                    lines.end(open_blocks[-1])
                if rows:
                    lines.add_table(rows, element)
                walker.skip_subtree()
                skipped = element
                continue
            if sort <= TABLE:
                if pieces:
                    lines.end(open_blocks[-1])
                if sort != BREAKS:
                    open_blocks.append(element)
                    formatted += sort == FORMATTED
            elif sort != INLINES:
                pieces.append(BORDER)
                lines.in_link += sort == LINKS
            text = element.text
        else:
            if element is skipped:
                skipped = None
            elif sort <= TABLE:
                if sort != BREAKS:
                    if pieces:
                        lines.end(element)
                    open_blocks.pop()
                    formatted -= sort == FORMATTED
            elif sort != INLINES:
                pieces.append(BORDER)
                lines.in_link -= sort == LINKS
            text = element.tail if element is not root else None
        if text and (pieces or not text.isspace()):
            if formatted:
                lines.add_formatted(text, open_blocks[-1])
            else:
                pieces.append(text)
                if lines.in_link:
                    lines.linked += len(text.strip())


SORTS: dict[str, int] = {}
MOST_TAGS = 1000  # remembered: a hostile page may make up any number of them


def _sort(tag: str) -> int:
    """What the tag does to the line; a textarea without ``readonly`` holds a reader's own words. Word's o:p and
    st1:date stand inside words."""
    if tag in SILENT:
        sort = SILENCES
    elif tag in INLINE or ":" in tag:
        sort = LINKS if tag == "a" else BORDERS if tag in BORDERED else INLINES
    else:
        sort = {"br": BREAKS, "table": TABLE}.get(tag, FORMATTED if tag in PREFORMATTED else BLOCK)
    if len(SORTS) < MOST_TAGS:
        SORTS[tag] = sort
    return sort
