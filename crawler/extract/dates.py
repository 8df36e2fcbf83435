"""Printed dates → ``YYYY-MM-DD`` or ``YYYY-MM-DDThh:mm[:ss]+08:00`` (Asia/Shanghai), precision kept.

Reads the forms that disclosure pages print: 2024-06-25 10:03:27, 2020年09月15日 09时32分, 2021/09/06,
2020.7.4, 二〇二〇年七月二十四日 (also with U+25CB for 〇), full-width digits and U+2236 for the colon. A
document number (〔2023〕10号), an index number or an address never yields a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

__all__ = ["PrintedDate", "find_dates", "fold_digits", "read_date", "read_range"]

SHANGHAI = timezone(timedelta(hours=8))

# One character for one character, so that offsets hold in the text as it stands.
FOLDED = {
    **dict(zip("０１２３４５６７８９", "0123456789", strict=True)),
    **dict.fromkeys("：∶︰﹕", ":"),
    **dict.fromkeys("－‐‑–", "-"),
    **dict.fromkeys("\u3000\u00a0", " "),
    **dict.fromkeys("○◯零Ｏ", "〇"),
    "／": "/",
    "．": ".",
}
FOLD = str.maketrans(FOLDED)

CLOCK = (
    r"(?:(?:\s*T|\s*(?P<half>上午|下午|晚上)?\s*)(?P<hour>\d{1,2})\s?[:时点]\s?(?P<minute>\d{2})"
    r"(?:\s?[:分]\s?(?P<second>\d{2})(?!\d)(?:\.\d+)?秒?|分)?(?P<zone>Z|[+-]\d{2}:?\d{2})?(?![\d:]))?"
)
# Not inside a code or an address (…/2020/7/24/…, AB-2020-07-04-001), not a number such as 2020-1-2号.
ARABIC = (
    r"(?<![0-9A-Za-z./_-])(?P<year>(?:19|20)\d{2})(?:"
    r"\s?年\s?(?P<m1>\d{1,2})\s?月\s?(?P<d1>\d{1,2})(?:\s?[日号]|(?!\d))"
    r"|\s?(?P<sep>[-/.])\s?(?P<m2>\d{1,2})\s?(?P=sep)\s?(?P<d2>\d{1,2})(?!\d(?!\d[:时])|\s?号|[-/._][0-9A-Za-z](?!\d{3}[-/.年])))"
)
NUMERAL = "一二三四五六七八九"
CHINESE = (
    rf"(?P<cy>[一二][{NUMERAL}〇]{{3}})\s?年"
    rf"\s?(?P<cm>[元{NUMERAL}十]{{1,2}})\s?月"  # 元月 is January
    rf"\s?(?P<cd>[廿{NUMERAL}十]{{1,3}})\s?日"
)
DATE = re.compile(rf"(?:{ARABIC}|{CHINESE}){CLOCK}")
TO = re.compile(r"\s*(?:至|到|—+|-+|~|～|―+|──)\s*")
REST = re.compile(
    r"(?:(?P<year>(?:19|20)\d{2})\s?[年/.-]\s?)?(?P<month>\d{1,2})\s?[月/.-]\s?(?P<day>\d{1,2})\s?日?(?!\d)"
)
DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """``value`` as the module says; ``start`` and ``end`` are offsets in the text that was searched."""

    value: str
    start: int
    end: int

    @property
    def day(self) -> str:
        """``YYYY-MM-DD``"""
        return self.value[:10]


def fold_digits(text: str) -> str:
    """Full-width digits and look-alike signs to plain ones; the length stays, so offsets hold."""
    return text.translate(FOLD)


def find_dates(text: str) -> Iterator[PrintedDate]:
    """Every printed day in the order of the text; days that no calendar has (2023-02-30) are left out."""
    for match in DATE.finditer(fold_digits(text)):
        value = _value(match)
        if value is not None:
            yield PrintedDate(value, match.start(), match.end())


def read_date(text: str) -> str | None:
    """The first printed date of the text, or None."""
    return next((found.value for found in find_dates(text)), None)


def read_range(text: str) -> tuple[str, str] | None:
    """The first span of days (2024年3月1日至5月31日), both ``YYYY-MM-DD``, or None."""
    folded = fold_digits(text)
    for found in find_dates(text):
        to = TO.match(folded, found.end)
        rest = REST.match(folded, to.end()) if to else None
        last = rest and _day(int(rest["year"] or found.day[:4]), int(rest["month"]), int(rest["day"]))
        if last and last >= found.day:
            return found.day, last
    return None


def _value(match: re.Match[str]) -> str | None:
    if match["cy"]:
        day = _day(int("".join(DIGITS[c] for c in match["cy"])), _number(match["cm"]), _number(match["cd"]))
    else:
        day = _day(int(match["year"]), int(match["m1"] or match["m2"]), int(match["d1"] or match["d2"]))
    if day is None or match["hour"] is None:
        return day
    return _with_clock(day, match)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _number(chinese: str) -> int:
    """一 … 三十一, 元 (the first month), 廿 (twenty); 0 where it is no such number."""
    if chinese == "元":
        return 1
    tens, ten, ones = chinese.replace("廿", "二十").rpartition("十")
    if any(len(part) > 1 for part in (tens, ones)):
        return 0
    head = int(DIGITS.get(tens, "1" if ten else "0"))
    return head * 10 + int(DIGITS.get(ones, "0"))


def _with_clock(day: str, match: re.Match[str]) -> str:
    """The moment, or the day alone where the clock shows no time of day (24:00, 25:61)."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"] in ("下午", "晚上") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        return day
    moment = datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:{second:02}")
    if match["zone"]:
        moment = _to_shanghai(moment, match["zone"])
    precision = "seconds" if match["second"] else "minutes"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "+08:00"


def _to_shanghai(moment: datetime, zone: str) -> datetime:
    """A page tag may hold a time with its zone; pages themselves print local time."""
    hours, minutes = (0, 0) if zone == "Z" else (int(zone[1:3]), int(zone[-2:]))
    if hours > 14 or minutes > 59:
        return moment
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return moment.replace(tzinfo=timezone(offset)).astimezone(SHANGHAI)
