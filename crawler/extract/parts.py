"""The parts of an official document within its text: number line, head (issuer and date under the title),
addressee line, signature block at the end, and the day from which it holds. Layout: 《党政机关公文格式》 GB/T 9704."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.model import Origin
from crawler.extract.agencies import fold, split_agencies
from crawler.extract.dates import find_dates
from crawler.extract.numbers import line_number

__all__ = ["Parts", "read_parts"]

HEAD_LINES = 8
TAIL_LINES = 8
SIGNATORIES = 6  # bodies over one date; more stand in documents of many ministries, printed two in a line
ADDRESSEE = re.compile(r"^(?P<to>[^。；;！？]{3,200})[：:]$")
BODIES = re.compile(r"政府|[局委办厅院部会]|单位|公司|各|学校|中心|组织|委员|企业")
NOT_BODIES = re.compile(r"如下|附件|以下|通知|是$|联系|电话|要求|包括|日期|时间|地点")
SPLIT = re.compile(r"[、，,;；]\s*(?![^（(]*[)）])")  # 各地（州、市）政府 is one
WRAPPED = re.compile(r"^[(（〔\[]\s*|\s*[)）〕\]]$")
LONGEST_DATE = 24  # characters
YEAR_BEGINS = tuple("12１２一二")
PUBLIC = ("（此件", "(此件")  # 此件公开发布 stands right below the date
PRINTED_ON = re.compile(r"印发|通过|发布|修正|修订|施行|起|截止|编辑|来源|时间|日期")
# The document's own clause: 本办法自2021年5月1日起施行. 自印发之日起 names no day.
IN_FORCE = re.compile(
    r"本(?:[\u3400-\u9fff]{2,8}?)?(?:通知|办法|细则|意见|规定|方案|条例|规则|公告|通告|决定|标准|预案|制度|规范|措施|政策|规程|批复)"
    r"从?自?(?P<day>\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日)\s?(?:[（(][^）)]{1,12}[）)])?起?(?:正式)?(?:施行|实施|执行|生效)"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Every value with its origin; None and empty where the text has no such part. Days are ``YYYY-MM-DD``."""

    document_number: tuple[str, Origin] | None = None
    addressed_to: tuple[tuple[str, ...], Origin] | None = None
    issuers: tuple[tuple[str, ...], Origin] | None = None
    signed_on: tuple[str, Origin] | None = None
    effective_on: tuple[str, Origin] | None = None


def read_parts(body: str, title: str | None = None) -> Parts:
    """Find the parts; ``title`` is skipped where the text repeats it."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    head = [line for line in lines[:HEAD_LINES] if fold(line) != fold(title or "")]
    issuers, signed = _head(head)
    if signed is None:
        issuers, signed = _signature(lines, issuers)
    return Parts(_number(head), _addressee(head), issuers, signed, _in_force(lines))


def _number(head: list[str]) -> tuple[str, Origin] | None:
    for line in head[:4]:
        if number := line_number(line):
            return number.text, Origin("number line", "head", line)
    return None


def _addressee(head: list[str]) -> tuple[tuple[str, ...], Origin] | None:
    for line in head[:6]:
        match = ADDRESSEE.match(line)
        if (
            match
            and BODIES.search(line)
            and not NOT_BODIES.search(line)
            and not re.match(r"[一二三四五六七八九十（(]", line)
        ):
            names = tuple(part.strip() for part in SPLIT.split(match["to"]) if part.strip())
            return names, Origin("addressee line", "head", line[:60])
    return None


def _in_force(lines: list[str]) -> Signed:
    for line in lines:
        if "本" in line and (match := IN_FORCE.search(line)) and (found := next(find_dates(match["day"]), None)):
            return found.day, Origin("clause on its coming into force", "body", match[0])
    return None


Named = tuple[tuple[str, ...], Origin] | None
Signed = tuple[str, Origin] | None


def _head(head: list[str]) -> tuple[Named, Signed]:
    """Issuer and date directly under the title, before any sentence: (2019年8月13日)."""
    issuers: Named = None
    for line in head[:4]:
        if day := _date_line(line):
            return issuers, (day, Origin("date under the title", "head", line))
        if names := split_agencies(line):
            issuers = names, Origin("body under the title", "head", line)
        elif not line_number(line):
            break
    return issuers, None


def _signature(lines: list[str], head: Named) -> tuple[Named, Signed]:
    """The bodies over a date line; the first such block is the document's own, later ones are an attachment's."""
    for at, line in enumerate(lines):
        day = _date_line(line)
        if day and at:
            names = _signatories(lines[max(0, at - SIGNATORIES) : at])
            if names or at >= len(lines) - 3 or lines[at + 1].startswith(PUBLIC):
                snippet = " ".join([*names, line])
                issuers = (names, Origin("signature", "end", snippet)) if names else head
                return issuers, (day, Origin("signature", "end", snippet))
        if together := _one_line(line) if at >= len(lines) - TAIL_LINES else None:
            names, day = together
            return (names, Origin("signature", "end", line)), (day, Origin("signature", "end", line))
    return (_unsigned_end(lines) or head), None


def _signatories(above: list[str]) -> tuple[str, ...]:
    """The names in the lines directly over a date, top to bottom."""
    names: list[str] = []
    for line in reversed(above):
        found = split_agencies(re.sub(r"[（(](?:盖?章|印章|公章)[)）]", "", line))
        if not found:
            break
        names[:0] = found
    return tuple(names)


def _date_line(line: str) -> str | None:
    """The day, where the line is a date and nothing else (in parentheses or not)."""
    if len(line) > 2 * LONGEST_DATE:
        return None
    bare = WRAPPED.sub("", line)
    if len(bare) > LONGEST_DATE or bare[:1] not in YEAR_BEGINS:
        return None
    found = next(find_dates(bare), None)
    return found.day if found and found.start == 0 and found.end == len(bare) else None


def _one_line(line: str) -> tuple[tuple[str, ...], str] | None:
    """A block in one line: 临江市卫生健康局 2020年3月1日."""
    line = WRAPPED.sub("", line) if line.endswith((")", "）")) else line
    if len(line) > 60 or PRINTED_ON.search(line):
        return None
    found = next(find_dates(line), None)
    if found is None or found.end < len(line.rstrip("。")):
        return None
    names = split_agencies(line[: found.start])
    return (names, found.day) if names else None


def _unsigned_end(lines: list[str]) -> Named:
    """A signature without a date: the last line is the name of a body."""
    names = split_agencies(lines[-1]) if len(lines) > 2 else ()
    return (names, Origin("signature", "end", lines[-1])) if names else None
