"""Numbers of official letters (发文字号: agency code, year, serial) and the shape of index numbers (索引号).

Bracket styles seen: 〔2023〕 [2023] 【2023】 (2023) （2023） ﹝2023﹞; numbers without year: 国令第707号.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extract.dates import fold_digits

__all__ = ["DocumentNumber", "find_numbers", "is_index_number", "line_number", "read_number", "title_number"]

OPEN, CLOSE = r"[〔\[【(（﹝［〈]", r"[〕\]】)）﹞］〉]"
CODE = r"[\u3400-\u9fff](?:[\u3400-\u9fffA-Za-z]|[（(](?:办|党|试|函|法)[）)]){0,17}"
YEAR = r"(?:19|20)\d{2}"
DATED = (
    rf"(?P<code>{CODE})\s*{OPEN}\s*(?P<year>{YEAR})\s*年?\s*{CLOSE}"
    r"\s*第?\s*(?P<serial>\d{1,6}(?:-\d+)?)\s*号"  # 12-1 is a supplement's serial
)
PLAIN = (
    r"(?P<code2>[\u3400-\u9fff]{1,20}(?:令|公告|通告))"
    rf"\s*(?:(?P<year2>{YEAR})\s*年\s*)?第\s*(?P<serial2>\d{{1,6}})\s*号"  # 令 and 公告 are numbered without code
)
NUMBER = re.compile(rf"{DATED}|{PLAIN}")
# A citation's number follows words that are no agency code; the code starts after the last of them.
LEAD = re.compile(
    r".*(?:根据|按照|依据|依照|遵照|参照|印发的|下发的|转发的|关于|以及|通知|文件|详见|原|和|与|及|的)(?=..)"
)
AT_END = re.compile(r"[（(](?P<inner>[^（）()]{2,40}号)[)）]$")
INDEX = re.compile(r"(?=(?:\D*\d){4})[0-9A-Za-z\u3400-\u9fff][0-9A-Za-z\u3400-\u9fff()（）〔〕\[\]._/—\- ]{5,63}")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """``text`` as printed; ``code`` the agency code (国卫办基层函), ``year`` None where none is printed,
    ``serial`` without leading zeros."""

    text: str
    code: str
    year: int | None
    serial: str

    @property
    def canonical(self) -> str:
        """``code〔year〕serial号``, or ``code第serial号`` where no year is printed: equal for equal numbers."""
        return f"{self.code}〔{self.year}〕{self.serial}号" if self.year else f"{self.code}第{self.serial}号"


def find_numbers(text: str) -> tuple[DocumentNumber, ...]:
    """Every number that the text prints or cites, in order."""
    return tuple(_number(match) for match in NUMBER.finditer(fold_digits(text)))


def read_number(value: str) -> DocumentNumber | None:
    """The number that a labelled value holds, or None where the value is none (a date, the next label)."""
    found = find_numbers(value)
    return found[0] if found else None


def line_number(line: str) -> DocumentNumber | None:
    """The number that a line consists of (the head of a document), or None where it says more."""
    match = NUMBER.fullmatch(fold_digits(line).strip(" \t()（）"))
    return _number(match) if match else None


def title_number(title: str) -> DocumentNumber | None:
    """The number in parentheses at a title's end, the document's own: 处罚公开表（某罚决字〔2024〕36号）."""
    match = AT_END.search(title.strip())
    return line_number(match["inner"]) if match else None


def is_index_number(value: str) -> bool:
    """Whether the value has the shape of an index number: at least four digits, no sentence, no date."""
    return INDEX.fullmatch(fold_digits(value).strip()) is not None and not re.fullmatch(r"[\d\s年月日./-]{6,11}", value)


def _number(match: re.Match[str]) -> DocumentNumber:
    printed = match["code"] or match["code2"]
    code = LEAD.sub("", printed)
    year = match["year"] or match["year2"]
    serial = (match["serial"] or match["serial2"]).lstrip("0") or "0"
    text = match[0][len(printed) - len(code) :]
    return DocumentNumber(text, code, int(year) if year else None, serial)
