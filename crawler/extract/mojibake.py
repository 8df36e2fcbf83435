"""UTF-8 text that somebody read as GBK and stored again as UTF-8 (涓哄垏瀹炲仛濂 for 为切实做好), put right.

Only a text whose way back is exact is put right: encoded as GBK it must be UTF-8 without an error. A character that
was lost on the way (U+FFFD) cannot be had back, and such a text stays as it is.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extract.injected import put_text, texts_of

__all__ = ["repair_mojibake"]

# What the bytes of ，。、的一 and of the commonest leads of UTF-8 become in GBK; no writer uses these characters much.
MARKS = re.compile("[锛銆鐨涓鍦鏄鍜鈥鏈浜瀹鍥鎴鐢鍙璇]")
FEWEST = 6  # marks in the page
SHARE = 0.05  # of the characters of a text


def repair_mojibake(tree: HtmlElement, visible: str) -> int:
    """Put every text of the tree right in place that can be; how many were (0: the tree is untouched). ``visible``:
    what a reader sees of it."""
    if len(MARKS.findall(visible)) < FEWEST:
        return 0
    done = 0
    for element, part, text in list(texts_of(tree)):
        right = _undone(text)
        if right is not None:
            put_text(element, part, right)
            done += 1
    return done


def _undone(text: str) -> str | None:
    """The text before it was misread, or None where it was not, or the way back is not exact."""
    if len(MARKS.findall(text)) < max(1, SHARE * len(text.strip())):
        return None
    try:
        return text.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return None
