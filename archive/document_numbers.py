"""Numbers of official letters (发文字号) as the archive holds them, taken apart: agency code, year, serial.

    CODE〔YEAR〕SERIAL号     in any brackets; 第 before the serial is allowed; 12-1 is a supplement of 12
    CODE第SERIAL号            orders and announcements (令, 公告, 通告), which count on over the years

How a page's text is searched for such numbers is the reader's business (``crawler.extract.numbers``); here stands what
they count. Numbers are compared in the archive's searched form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.normal import normalise

__all__ = ["DocumentSerial", "parse_document_number"]

LONGEST = 80
CODE = r"[\u3400-\u9fff](?:[\u3400-\u9fffa-z]|\([\u3400-\u9fff]{1,4}\)){0,24}"
DATED = re.compile(
    rf"(?P<code>{CODE})\((?P<year>19[4-9]\d|20\d\d)年?\)第?(?P<serial>\d{{1,6}})(?:-(?P<part>\d{{1,3}}))?号?"
)
ORDER = re.compile(
    r"(?P<code>[\u3400-\u9fff]{1,24}(?:令|公告|通告))(?:(?P<year>19[4-9]\d|20\d\d)年)?第(?P<serial>\d{1,6})号"
)


@dataclass(frozen=True, slots=True)
class DocumentSerial:
    """``code``: the agency's, in the compared form. ``year`` None: the series counts on over the years."""

    code: str
    year: int | None
    serial: int
    part: int | None = None


def parse_document_number(text: str) -> DocumentSerial | None:
    """The parts of one document number (the value alone), or None where it has another shape."""
    if len(text) > LONGEST:
        return None
    form = normalise(text)
    if dated := DATED.fullmatch(form):
        part = int(dated["part"]) if dated["part"] else None
        return DocumentSerial(dated["code"], int(dated["year"]), int(dated["serial"]), part)
    if order := ORDER.fullmatch(form):
        return DocumentSerial(order["code"], int(order["year"]) if order["year"] else None, int(order["serial"]))
    return None
