"""The days that a summary or a plan covers: 2019年上半年工作总结 → 2019-01-01 to 2019-06-30. A title may name two:
2019年上半年工作总结和下半年工作思路 looks back on one half and ahead to the other.

The title says it, else the opening (2024年,某局在…下). An upload may wear a new year over an old text; where
the text speaks of another time as the present, no period is claimed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from archive.model import Period, PeriodKind
from crawler.extract.dates import fold_digits, read_range

__all__ = ["Covered", "find_period"]

DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
CHINESE_YEAR = re.compile(r"[一二][一二三四五六七八九〇]{3}(?=年)")
COVERING = re.compile(
    r"总结|小结|计划|规划|要点|思路|打算|工作安排|工作报告|年度报告|年报|工作情况|完成情况|进展情况|执行情况|情况汇报"
    r"|情况报告|情况的报告|述职|预算|决算"
)
SPANNING = re.compile(r"方案|行动|攻坚|工程|纲要")  # cover years only where the title names the first and the last
# News of a meeting about a plan, and letters that ask for plans, cover nothing themselves.
ABOUT = re.compile(r"召开|举行|举办|关于(?:开展|做好|报送|召开|组织|编制|征求|申报|加强|进一步|认真|切实|对)")
YEAR = r"(?P<year>(?:19|20)\d{2})"
YEARS = re.compile(rf"{YEAR}\s*年?\s*(?:[-—~～至到]+|──)\s*(?P<last>(?:19|20)\d{{2}})\s*(?:年|(?=[)）]))")
PLAN = re.compile(r"[“\"「]?十(?P<ones>[一二三四五六]?)五[”\"」]?(?=.{0,20}(?:规划|计划|总结|时期|期间))")
MONTHS = re.compile(r"(?P<first>\d{1,2})\s*月?份?\s*(?:[-—~～至到、]+)\s*(?P<last>\d{1,2})\s*月")
MONTH = re.compile(r"(?<!\d)(?P<month>\d{1,2})\s*月")
QUARTER = re.compile(r"第?(?P<quarter>[一二三四1-4])\s*季度")
OPENING = re.compile(
    rf"^(?:简述|摘要|概述)?[:：\s]*{YEAR}\s*年(?P<part>上半年|下半年|前三季度|第?[一二三四]季度|以来|来|度)?[,，]"
)
# What looks back; 计划执行情况 does too, so these words are looked for first.
SUMMARISES = re.compile(
    r"总结|小结|回顾|述职|决算|年报|年度报告|工作报告|(?:工作|完成|进展|执行|落实|实施|开展)情况|情况(?:的?报告|汇报)"
)
PLANS = re.compile(r"计划|规划|要点|思路|打算|安排|预算|方案|行动|攻坚|工程|纲要")
NEXT_YEAR = re.compile(r"明年|来年|次年|下一?年度?")
# Where a title's second period begins: …总结和下半年…, …总结及2024年…, …总结2024年….
SECOND = re.compile(
    r"(?:[和及与暨、,，;；\s]{1,4}|(?<=总结)|(?<=小结)|(?<=情况))"
    rf"(?=(?:19|20)\d{{2}}\s*年|[上下]半年|前三季度|第?[一二三四]季度|{NEXT_YEAR.pattern})"
)
HEAD, OPENING_LINES = 400, 3
LONGEST = 200  # characters of a title that may be two

# Congress → (first year, last year) in which a text speaks of it as the latest one.
CONGRESS = {
    "十六": (2002, 2007),
    "十七": (2007, 2012),
    "十八": (2012, 2017),
    "十九": (2017, 2022),
    "二十": (2022, 2027),
}
CITED = re.compile(r"(?:党的|党|中共)?(十六|十七|十八|十九|二十)(?:大|届[一二三四五六七]中)")
MASKED = re.compile(r"(?:20|二[〇零0])?(?:[XxＸｘ×*]{2})年")
OTHER_YEARS = 3


@dataclass(frozen=True, slots=True)
class Covered:
    """``start`` and ``end`` (``YYYY-MM-DD``, both or none), ``snippet`` the words that say so; ``conflict``: why a
    period that the title names is not claimed; ``periods``: all of them with their kind, first that one."""

    start: str | None = None
    end: str | None = None
    snippet: str | None = None
    where: str = "title"
    conflict: str | None = None
    periods: tuple[Period, ...] = ()


def find_period(title: str | None, body: str, summary: str | None = None) -> Covered:
    """The period of a summary or a plan; empty for other documents."""
    heading = _arabic(title or "")
    spanning = SPANNING.search(heading) and YEARS.search(heading)
    if title and (not (COVERING.search(title) or spanning) or ABOUT.search(title)):
        return Covered()
    first, rest = _parted(heading)
    opening = _opening(summary, body)
    if rest and opening is None and _span(first, None) is None:
        first, rest = rest, ""  # 工作总结和2024年工作计划: only the plan says its year
    covered = _span(first, None) or _span_with_year_of(opening, first) or opening
    if covered is None or covered.start is None or covered.end is None:
        return Covered()
    if covered is not opening and (why := _contradiction(int(covered.start[:4]), int(covered.end[:4]), body)):
        return Covered(conflict=why)
    period = Period(covered.start, covered.end, _kind(first) or "summary")
    ahead = _ahead(rest, period) if covered is not opening else None
    return replace(covered, periods=(period, ahead) if ahead else (period,))


def _parted(heading: str) -> tuple[str, str]:
    """The title's summary and its plan (or the other way round), each with its own period; "" where it is one paper."""
    for joint in SECOND.finditer(heading) if len(heading) <= LONGEST else ():
        parts = heading[: joint.start()], heading[joint.end() :]
        if all(map(_kind, parts)):
            return parts
    return heading, ""


def _ahead(rest: str, first: Period) -> Period | None:
    """The period of a title's second part; None for a plan that begins before what it follows ends."""
    year, kind = int(first.end[:4]), _kind(rest)
    later = NEXT_YEAR.match(rest)
    span = _span(f"{year + 1}年{rest[later.end() :]}" if later else rest, year) if rest else None
    if span is None or span.start is None or span.end is None or kind is None:
        return None
    behind = first.kind == "summary" and kind == "plan" and span.start <= first.end
    return None if behind or span.start == first.start else Period(span.start, span.end, kind)


def _kind(text: str) -> PeriodKind | None:
    if SUMMARISES.search(text):
        return "summary"
    return "plan" if PLANS.search(text) else None


def _arabic(text: str) -> str:
    """Chinese years in digits; the length stays."""
    return CHINESE_YEAR.sub(lambda m: m[0].translate(DIGITS), fold_digits(text))


def _span(text: str, year: int | None) -> Covered | None:
    """The first period that the text names; ``year`` where the text itself names none."""
    if days := read_range(text):
        return Covered(*days, snippet=text[:40])
    if many := YEARS.search(text):
        return _days(int(many["year"]), 1, int(many["last"]), 12, many[0])
    if plan := PLAN.search(text):
        named = re.search(rf"{YEAR}\s*年", text)
        if named is None:
            first = 2001 + 5 * (int((plan["ones"] or "〇").translate(DIGITS)))
            return _days(first, 1, first + 4, 12, plan[0])
    named = re.search(rf"{YEAR}\s*(?:年|(?=[^\d.-]{{0,12}}(?:总结|计划|要点|规划)))", text)
    if named is None and year is None:
        return None
    rest = text[named.end() :] if named else text
    number = int(named["year"]) if named else year
    part = _part(rest[:14])
    if number is None or (named is None and part is None):
        return None
    first, last, words = part or (1, 12, "")
    return _days(number, first, number, last, (named[0] if named else "") + words)


def _part(text: str) -> tuple[int, int, str] | None:
    """First and last month of the part of a year that the text begins with, and its words."""
    rules: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int]]], ...] = (
        (re.compile(r"度?上半年|度?半年"), lambda m: (1, 6)),
        (re.compile(r"度?下半年"), lambda m: (7, 12)),
        (re.compile(r"前三季度|[一1]\s*[-—至到]\s*三季度|1\s*[-—至到]\s*3季度"), lambda m: (1, 9)),
        (QUARTER, lambda m: _quarter(m["quarter"])),
        (MONTHS, lambda m: (int(m["first"]), int(m["last"]))),
        (MONTH, lambda m: (int(m["month"]), int(m["month"]))),
    )
    hits = [
        (match.start(), -len(match[0]), months(match), match[0])
        for rule, months in rules
        if (match := rule.search(text))
    ]
    for _, _, (first, last), words in sorted(hits):
        if 1 <= first <= last <= 12:
            return first, last, words
    return None


def _quarter(number: str) -> tuple[int, int]:
    last = 3 * int(number.translate(DIGITS))
    return last - 2, last


def _days(year: int, month: int, last_year: int, last_month: int, words: str) -> Covered | None:
    if last_year < year:
        return None
    last_day = monthrange(last_year, last_month)[1]
    return Covered(f"{year}-{month:02}-01", f"{last_year}-{last_month:02}-{last_day}", words.strip())


def _opening(summary: str | None, body: str) -> Covered | None:
    """A text that begins with its year: 2024年,某局在…下,…"""
    lines = [line for line in body.splitlines() if line.strip()][:OPENING_LINES]
    for where, line in [("summary", summary or ""), *(("opening", line) for line in lines)]:
        match = OPENING.search(_arabic(line.strip()))
        if match:
            words = match[0].rstrip(",，").replace("以来", "")
            covered = _span(words, None)
            return covered and Covered(covered.start, covered.end, line.strip()[:30], where)
    return None


def _span_with_year_of(opening: Covered | None, heading: str) -> Covered | None:
    """A title that names only the part of the year (上半年工作总结), over a text that begins with the year."""
    if opening is None or opening.start is None or not heading:
        return None
    return _span(heading, int(opening.start[:4]))


def _contradiction(first: int, last: int, body: str) -> str | None:
    """Why the text cannot be of the years ``first`` to ``last``, or None."""
    text = _arabic(body)
    cited = [CONGRESS[match] for match in CITED.findall(text)]
    if cited and max(cited)[1] < first - 1:
        return f"the title says {first}, the text speaks of the congress of {max(cited)[0]} as the latest"
    if cited and max(cited)[0] > last + 1:
        return f"the title says {last}, the text cites the congress of {max(cited)[0]}"
    if masked := MASKED.search(text[:HEAD]):
        return f"the title says {first}, the text is of a masked year ({masked[0]})"
    years = Counter(int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d{2})\s*年", text))
    if sum(years.values()) >= OTHER_YEARS and not any(first - 1 <= y <= last + 1 for y in years):
        return f"the title says {first}, the text speaks of {', '.join(map(str, sorted(years)))}"
    return None
