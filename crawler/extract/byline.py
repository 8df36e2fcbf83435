"""Dates without a label in the line under the title: ``2020年02月18日 09:15 来源：…``, ``( 2024-05-11)``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.blocks import Block
from crawler.extract.dates import fold_digits
from crawler.extract.metadata import Found
from crawler.extract.panel import place

__all__ = ["DATE", "bare_date", "is_byline", "is_date_line", "without_date"]

DATE = re.compile(
    r"(?<![\d-])(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?(?:\s*\d{1,2}\s*[:：时]\s*\d{2}(?:\s*[:：分]\s*\d{2}秒?)?分?)?"
)
TAIL = re.compile(rf"[\s（(【\[]*{DATE.pattern}[\s）)】\]]*$")
NAMED = re.compile(rf"{DATE.pattern}(?::\d\d)?\s+[\u4e00-\u9fff]{{2,10}}")
WHOLE = re.compile(rf"[\s（(【\[]*{DATE.pattern}(?::\d\d)?[\s）)】\]]*")
COUNTED = re.compile(r"\s*[（(\[【]?\s*(?:点击|浏览|阅读|访问)(?:次数|量|率|数)?\s*[:：]?\s*\d*\s*次?\s*[)）\]】]?")
LONGEST = 150  # characters; a longer line is text
ALONE = 12  # characters that may stand beside a date in a line without any label


def is_date_line(text: str) -> bool:
    """A line of nothing but a day and a time."""
    return len(text) <= 40 and WHOLE.fullmatch(text) is not None


def is_byline(text: str) -> bool:
    """A day and a time with a department or an author beside it: 2024-02-29 人事科."""
    return len(text) <= 40 and NAMED.fullmatch(text) is not None


def without_date(title: str) -> str:
    """A heading without the date printed behind it; a title that is a date and nothing else stays."""
    match = TAIL.search(title)
    bracketed = match is not None and match.group().strip()[:1] in "（([【" and match.start() > 0
    return title[: match.start()].rstrip() if match and bracketed else title


def bare_date(lines: Sequence[Block], bylines: Sequence[Block]) -> Found | None:
    """The first date in the lines around the title that no label claims. ``lines``: those from the title to the top
    of the body; ``bylines``: those of them that carry labels (what stands before the first label, or behind the
    credited source, has none)."""
    labelled = set(map(id, bylines))
    for number, block in enumerate(lines):
        if len(block.text) > LONGEST or 2 * block.linked > len(block.text):
            continue
        text = fold_digits(block.text)
        match = TAIL.search(text) if number == 0 else DATE.search(text)
        if match is None or (number == 0 and without_date(block.text) == block.text and len(block.text) > 30):
            continue
        beside = len(COUNTED.sub("", block.text)) - len(match.group())
        if id(block) in labelled or beside <= ALONE or number == 0:
            value = match.group().strip(" （()）【】[]")
            return Found("", "published_at", value, "byline", place(block.element))
    return None
