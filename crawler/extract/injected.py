"""The repair of injected readings carried into a page's tree, so that panel, title and body are read repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.blocks import SILENT
from crawler.extract.repair import is_injected, repair
from crawler.extract.tree import whole_text

__all__ = ["repair_tree"]

GLOSSES = re.compile("[\u3400-\u9fff][(（]\\s?[^\\s\\d()（）\u2e80-\uffff]{1,12}\\s?[)）]")
FEWEST = 3

MARK = "\x1e"  # between two texts of the tree; no page holds it (``tree.parse`` takes control characters out)


def repair_tree(tree: HtmlElement) -> int:
    """Repair every text of the tree in place; how many readings were taken out (0: the tree is untouched).

    All texts are repaired as one, because only the whole page tells whether readings were injected.
    """
    if len(list(islice(GLOSSES.finditer(whole_text(tree)), FEWEST))) < FEWEST:
        return 0  # nearly every page: no need to look at each text
    texts = list(_texts(tree))
    joined = MARK.join(text for _, _, text in texts)
    if not is_injected(joined):
        return 0
    done = repair(joined)
    pieces = done.text.split(MARK)
    if not done.count or len(pieces) != len(texts):
        return 0
    for (element, part, _), piece in zip(texts, pieces, strict=True):
        if part == "text":
            element.text = piece
        elif part == "tail":
            element.tail = piece
        else:
            element.set(part, piece)
    return done.count


def _texts(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str, str]]:
    for element in tree.iter():
        if element.tag == "meta" and element.get("content"):
            yield element, "content", element.get("content") or ""
        if element.text and (element.tag == "title" or element.tag not in SILENT):
            yield element, "text", element.text
        if element.tail and element is not tree:
            yield element, "tail", element.tail
