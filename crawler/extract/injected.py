"""The repair of injected readings carried into a page's tree, so that panel, title and body are read repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.blocks import SILENT
from crawler.extract.repair import is_injected, repair

__all__ = ["put_text", "repair_tree", "texts_of"]

GLOSSES = re.compile(
    "[\u3400-\u9fff](?:[(（\\[［【]\\s?[^\\s\\d()（）\u2e80-\uff40\uff5b-\uffff]{1,12}[1-5]?\\s?[)）\\]］】]"
    "|[a-zü\u00e0-\u01dc\uff41-\uff5a]{2,7})"
)
FEWEST = 3

MARK = "\x1e"  # between two texts of the tree; no page holds it (``tree.parse`` takes control characters out)


def repair_tree(tree: HtmlElement, visible: str) -> int:
    """Repair every text of the tree in place; how many readings were taken out (0: the tree is untouched).
    ``visible``: what a reader sees of it.

    All texts are repaired as one, because only the whole page tells whether readings were injected.
    """
    if len(list(islice(GLOSSES.finditer(visible), FEWEST))) < FEWEST:
        return 0  # nearly every page: no need to look at each text
    texts = list(texts_of(tree))
    joined = MARK.join(text for _, _, text in texts)
    if not is_injected(joined):
        return 0
    done = repair(joined)
    pieces = done.text.split(MARK)
    if not done.count or len(pieces) != len(texts):
        return 0
    for (element, part, _), piece in zip(texts, pieces, strict=True):
        put_text(element, part, piece)
    return done.count


def put_text(element: HtmlElement, part: str, text: str) -> None:
    """Put a text back where ``texts_of`` found it."""
    if part == "text":
        element.text = text
    elif part == "tail":
        element.tail = text
    else:
        element.set(part, text)


def texts_of(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str, str]]:
    """Every text that a reader may see, with its element and where it stands there: text, tail or an attribute."""
    for element in tree.iter():
        if element.tag == "meta" and element.get("content"):
            yield element, "content", element.get("content") or ""
        if element.text and (element.tag == "title" or element.tag not in SILENT):
            yield element, "text", element.text
        if element.tail and element is not tree:
            yield element, "tail", element.tail
