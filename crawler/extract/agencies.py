"""Names of public bodies: is it one, which ones does a title begin with, which full name does a short one mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from crawler.extract.remembered import remembered

__all__ = ["agencies_of_title", "fold", "full_name", "is_agency", "place_of", "split_agencies"]

SUFFIX = (
    "委员会|人民政府|政府|办公室|办公厅|国务院|检察院|法院|管委会|领导小组|指挥部|办事处|红十字会|联合会|[总联分协学商工]会|党组|党委|工委|常委会|支队|大队|总队"
    "|(?:卫健|卫计|发改|教|编|农|纪|经信|科|住建|国资|监|健|区|县|市|省|州)委|[局厅部署委院]|中心|公司|集团|银行|大学|学院|学校|医院|[馆所站社]"
)
NAME = r"[\u3400-\u9fff](?:[\u3400-\u9fff]|[“”\"·](?=[\u3400-\u9fff])|[（(][\u3400-\u9fff]{1,12}[)）]){1,38}?"
AGENCY = re.compile(
    rf"(?:{NAME})(?:{SUFFIX})(?:办公室|党组|党委|[（(][\u3400-\u9fff]{{1,12}}[)）])?|国务院|财政部|公安部"
)
NOT_A_NAME = re.compile(
    r"关于|转发|印发|批转|召开|举行|开展|进行|加强|推进|落实|深入|通知如下|全面|我[局委县市区省]|以及|为了?(?!民)|提高|完成|不断|切实"
    r"|附件|联系|负责|主要|按照|根据|^[一二三四五六七八九十]、|首页|公开|信息[网栏]"
)
TITLE_HEAD = re.compile(
    r"^(?P<names>.{2,60}?)(?=关于|(?:19|20)\d\d|二[〇○零]|转发|印发|批转|发布|上半年|下半年|“?十[一二三四]?五|对.{2,40}的答复|[一二三四]季度)"
)
YEAR_FIRST = re.compile(
    r"^(?:19|20)\d\d年(?:度|上半年|下半年|[1-9一二三四]季度)?(?P<names>[^\d]{4,40}?)(?=(?:部门|单位|年度|重点|主要)?(?:工作|政府信息|预算|决算|总结|计划|法治))"
)
SPLIT = re.compile(r"[、，,;；\s]+")
PLACED = 5  # 卫生局 alone names nobody
LEVEL = "省市县区州盟旗镇乡"
PLACE = re.compile(rf"^(?P<place>(?:[\u3400-\u9fff]{{2,8}}?(?:自治[区州县旗]|[{LEVEL}]|地区|新区)){{1,4}})(?=.)")
NATIONAL = re.compile(r"^(?:国家|全国|中华人民共和国|中国|中共中央|国务院|最高人民|教育部|财政部|公安部|民政部)")


@remembered
def fold(text: str) -> str:
    """NFKC without white space: how printed values are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_agency(text: str) -> bool:
    """Whether the whole text is the name of one public body (spaces inside are ignored)."""
    name = "".join(text.split())
    return 3 <= len(name) <= 42 and AGENCY.fullmatch(name) is not None and NOT_A_NAME.search(name) is None


def split_agencies(text: str) -> tuple[str, ...]:
    """The bodies of a joint line (A、B or A B), in order; empty where a part of it is no name of a body."""
    squeezed = re.sub(r"(?<=^[\u3400-\u9fff])\s+(?=[\u3400-\u9fff]\s)", "", text.strip())
    parts = [part for part in SPLIT.split(squeezed) if part]
    if parts and all(is_agency(part) for part in parts):
        return tuple(parts)
    return ("".join(text.split()),) if is_agency(text) else ()


def agencies_of_title(title: str) -> tuple[str, ...]:
    """The bodies that a title begins with (A局2024年…, A、B关于…); empty where it begins with something else."""
    match = YEAR_FIRST.match(title.strip()) or TITLE_HEAD.match(title.strip())
    names = split_agencies(match["names"].strip("：:《 ")) if match else ()
    return names if all(len(name) >= PLACED or NATIONAL.match(name) for name in names) else ()


def place_of(name: str) -> str | None:
    """The place that a name begins with (东海省临江市 of 东海省临江市卫生健康局), or None."""
    match = PLACE.match(name)
    return match["place"] if match else None


def full_name(short: str, candidates: Iterable[str]) -> str | None:
    """The full name that ``short`` means: itself where it begins with its place; else a longer candidate that
    ends with it; else the place of a candidate and the rest. None where nothing tells the place.

    ``candidates``: names that the page or its source prints, best first. 市卫生健康委员会 on a page of
    临江市卫生健康委员会 is the latter, and so it is on one of 临江市人民政府.
    """
    short = "".join(short.split())
    if NATIONAL.match(short) or (place_of(short) and short[0] not in LEVEL):
        return short
    names = ["".join(name.split()) for name in candidates if name]
    for name in names:
        if name != short and name.endswith(short) and short[0] in LEVEL:
            return name
    for name in names:
        place = place_of(name)
        if place and is_agency(short):
            whole = _joined(place, short)
            if whole:
                return whole
    return None


def _joined(place: str, short: str) -> str | None:
    """临江市 + 市卫健委 → 临江市卫健委; None where the levels differ (临江市 + 省卫健委)."""
    if short[0] not in LEVEL:
        return place + short
    return place + short[1:] if place.endswith(short[0]) else None
