"""The day that a list prints beside an entry, in all the forms that lists have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.blocks import BORDER, blocks, clean
from crawler.extract.columns import dated_cell
from crawler.extract.tree import hidden, whole_text

__all__ = ["DATE", "DATE_ALONE", "date_beside", "date_of", "day", "printed_date"]

DIGITS = re.compile(r"\d\s*[-./年月]\s*\d|\d{4}|\d\s+\d")  # without them no date
DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
YEAR_APART = re.compile(r"(?<!\d)((?:19|20)\d\d)\s+(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
DATE_ALONE = re.compile(
    rf"[\s\[【(（]*(?:(?:发布|公开|更新)?(?:日期|时间)\s*[:：]?)?\s*{DATE.pattern}日?(?:\s+[\d:]+)?[\s\]】)）]*"
)
DAY_FIRST = re.compile(r"(?<![\d-])(\d{1,2})\s+((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})(?!\d|\s*[-./月]\s*\d)")
MONTH_DAY = re.compile(r"(?<![\d-])(\d{1,2})\s*[-./月]\s*(\d{1,2})(?![\d-])")
URL_DATE = re.compile(r"/t?((?:19|20)\d\d)[-/]?(\d{1,2})[-/]?(\d{1,2})(?=[/_.-])")
COMPACT = re.compile(r"(20[0-3]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
HINTS = etree.XPath("descendant-or-self::*/@title")
BESIDE = 2  # siblings of an entry among which its date is looked for


def date_of(item: HtmlElement, title: str, url: str) -> str | None:
    """The day (``YYYY-MM-DD``) inside one entry, or None where it prints none with a year. ``title`` and ``url`` are
    the entry's: a date in the title is none of the list, an address may tell the year of a day."""
    if DIGITS.search(whole_text(item)):
        headed = dated_cell(item)
        pieces = [headed] if headed else [clean(piece) for piece in _shown(item)]
        alone = next((m for piece in pieces if (m := DATE_ALONE.fullmatch(piece))), None)
        if alone is None and (packed := next(filter(None, map(COMPACT.fullmatch, pieces)), None)):
            return day(packed.group(1), packed.group(2), packed.group(3))
        if alone:  # a date that stands alone beats one in a summary
            return day(alone.group(1), alone.group(2), alone.group(3))
        if printed := printed_date(clean(" ".join(pieces)), title, url):
            return printed
    return _hinted_date(item, title)


def _hinted_date(item: HtmlElement, title: str) -> str | None:
    """The day in a @title: of 昨天 beside the entry, or of a link whose hint tells title, author and day."""
    for hint in cast("list[str]", HINTS(item)):
        match = DATE.search(str(hint).replace(title, ""))
        if match:
            return day(match.group(1), match.group(2), match.group(3))
    return None


def _shown(item: HtmlElement) -> Iterable[str]:
    """The texts of an entry that a reader sees: many carry a hidden panel."""
    if not any(hidden(e) for e in item.iterdescendants()):
        return (str(piece) for piece in item.itertext())
    return (piece for block in blocks(item) for piece in block.marked.split(BORDER))


def printed_date(text: str, title: str, url: str) -> str | None:
    """The day that an item prints outside its title: ``2025-10-14``, ``2020.04.22``, ``15 2024-06``, or ``06-01``
    where the address tells the year."""
    outside = text.replace(title, " ") if title else text
    for place in (outside, text):
        match = DATE.search(place)
        if match:
            return day(match.group(1), match.group(2), match.group(3))
    match = YEAR_APART.search(outside)
    if match:
        return day(match.group(1), match.group(2), match.group(3))
    match = DAY_FIRST.search(outside)
    if match:
        return day(match.group(2), match.group(3), match.group(1))
    short = MONTH_DAY.search(outside)
    dated = URL_DATE.finditer(url) if short else ()  # /202002/t20200207_1.html: several may look like one
    year = next((d.group(1) for d in dated if short and int(d.group(2)) == int(short.group(1))), None)
    return day(year, short.group(1), short.group(2)) if short and year else None


def day(year: str, month: str, day: str) -> str | None:
    """``YYYY-MM-DD``, or None for a day that no calendar has."""
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{year}-{int(month):02d}-{int(day):02d}"


def date_beside(item: HtmlElement, after: bool) -> str | None:
    """The date that stands behind (or before) an entry among its siblings: ``dt`` and ``dd``, link and ``span``."""
    row = item.getparent() if item.tag == "td" else None
    headed = dated_cell(row) if row is not None else None
    if headed and (said := DATE.search(headed)):
        return day(said.group(1), said.group(2), said.group(3))
    if after and (said := DATE_ALONE.fullmatch(clean(item.tail or ""))):
        return day(said.group(1), said.group(2), said.group(3))
    for number, beside in enumerate(item.itersiblings(preceding=not after)):
        if number >= BESIDE or beside.tag == "a" or beside.find(".//a") is not None:
            return None
        match = DATE_ALONE.fullmatch(clean("".join(beside.itertext())))
        if match:
            return day(match.group(1), match.group(2), match.group(3))
    return None
