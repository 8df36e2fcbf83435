"""Labels in a printed line: where ``索 引 号：`` stands, which field it names, and where its value ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.vocab import FIELD_BY_NAME, LABELS
from crawler.extract.blocks import BORDER, clean
from crawler.extract.remembered import remembered

__all__ = [
    "BYLINE_FIELDS",
    "UNKNOWN",
    "Hit",
    "bare",
    "field_of",
    "hits",
    "in_simplified",
    "looks_like_label",
    "rank",
    "spaced",
    "spelled_out",
    "value_of",
]

BYLINE_FIELDS = frozenset({"published_at", "content_source", "editor", "column"})
"""What the line under a title says too; these alone make no panel."""

BYLINE_ONLY = {
    **dict.fromkeys(("时间", "日期", "信息时间", "添加时间", "发稿时间", "更新时间", "更新日期"), "published_at"),
    **dict.fromkeys(("稿源", "来源于", "来自", "Source", "source"), "content_source"),
    **dict.fromkeys(
        (
            "作者",
            "发布人",
            "发布者",
            "信息发布",
            "撰稿",
            "审核",
            "供稿",
            "记者",
            "通讯员",
            "摄影",
            "文/图",
            "图/文",
            "评论",
            "网址",
            "原文链接",
            "正文",
        ),
        "",
    ),
}
"""Labels that only a byline uses; "" is a label whose value belongs to no field."""

COLON = ":：∶﹕︰"
GAP = rf"[\s{BORDER}]*"
_spelled = "|".join(GAP.join(label) for label in sorted([*LABELS, *BYLINE_ONLY], key=len, reverse=True))
# A label's second language, right behind it: 索引号 Index No., 发布机构 / Publisher, 来源(Source).
ENGLISH = (
    r"[ \u00a0]{0,4}[/／(（]?[ \u00a0]{0,4}(?:(?:Index|No|Number|Ref|Reference|Doc|Document|File|Title|Name|Subject"
    r"|Category|Class|Classification|Type|Topic|Keywords?|Publisher|Publish(?:ed|ing)?|Publication|Releas(?:ed?|ing)"
    r"|Issu(?:er|ed?|ing)|Source|Authority|Agency|Department|Organi[sz]ation|Institution|Unit|by|on|of|Date|Time"
    r"|Effective|Expiry|Validity|Editor|Summary|Abstract)(?![A-Za-z])[. \u00a0]{0,4}){1,4}[)）]?"
)
SHUT = r"[\]】]?"  # [发文机构] some bureau: the bracket does what a colon does
LABEL = re.compile(rf"(?:{_spelled})(?={GAP}{SHUT}{GAP}[{COLON}]|{GAP}{SHUT}{GAP}(?:{BORDER}|$)|{GAP}[\]】]|{ENGLISH})")
TAIL = re.compile(ENGLISH)
SPACED = re.compile(rf"{BORDER}?({_spelled})[ \u3000]+(?=\S)")
AFTER = re.compile(rf"(?:{ENGLISH})?{GAP}{SHUT}{GAP}[{COLON}]?[\s{BORDER}]*")
UNKNOWN = re.compile(
    rf"(?:^|[\s{BORDER}|])([\u4e00-\u9fff][\u4e00-\u9fff {BORDER}（）()]{{0,14}}[\u4e00-\u9fff）)])\s*[{COLON}]"
)
BEFORE = re.compile(r"[\w\u4e00-\u9fff“《〈]")
DATED_END = re.compile(
    r"(?<=[\u4e00-\u9fff）)\w])[\s|｜]+(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?(?:\s+[\d:：时分秒]+)?\s*$"
)
# What stands in the same line as a byline's values and is none: counters, tools, social buttons.
STOP = re.compile(
    rf"(?:^|[\s{BORDER}|【\[（(])(?:浏览|点击|阅读|访问|字\s*号|字\s*体|打印|分享|收藏|保护视力|视力保护|责任编辑|关闭|"
    r"[大中小](?=[\s\x1f|】]|$)|我要|语音|朗读|评论\s*[（(\d]|手机(?:看|查看|浏览)|扫一扫|A[+-](?=[\s\x1f\]】]|$))"
)
GLUED = re.compile(rf"(?<=\w|[)）】\]])(?:{_spelled}|(?:浏览|点击|阅读|访问|字[号体])(?:次数|量|数)?)(?=\s*[{COLON}])")
BRACKETED = re.compile(rf"[\[【]\s*(?P<label>{_spelled})\s*[\]】]\s*[{COLON}]?")
GLUED_AT_MOST = 160
# The characters of labels that Traditional pages write otherwise; a label is translated, its value never.
TRADITIONAL = str.maketrans(
    "發佈時間來機構號題標責編輯關鍵詞類對開單位體屬態實廢終據簽錄訊稱綱種產傳審瀏覽點擊閱讀訪問",
    "发布时间来机构号题标责编辑关键词类对开单位体属态实废终据签录讯称纲种产传审浏览点击阅读访问",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One label in a line: ``start`` and ``end`` of it with its colon; ``field`` "" where it names none; ``english``:
    its translation stands behind it."""

    label: str
    field: str
    start: int
    end: int
    colon: bool
    english: bool = False


def in_simplified(marked: str) -> str:
    """The line with the characters of labels in Simplified script, each in its place."""
    return marked.translate(TRADITIONAL)


def bare(text: str) -> str:
    """A label as the table of fields writes it: without white space, borders and colon."""
    return re.sub(rf"[\s{BORDER}{COLON}]+", "", text)


def field_of(text: str) -> str | None:
    """The field that a whole cell names, or None."""
    return LABELS.get(bare(text)) if len(text) < 24 else None


def looks_like_label(text: str) -> bool:
    """Whether a cell is a label, known or not: short, and ends in a colon or stands in the table of fields."""
    stripped = text.replace(BORDER, "").strip()
    return field_of(text) is not None or (1 < len(stripped) <= 16 and stripped[-1] in COLON)


def hits(marked: str) -> list[Hit]:
    """The known labels of a line (``Block.marked``), in order. One inside a word or a sentence is none: it stands
    at the start or after a border, a space or a bracket, and a colon or a border follows."""
    return list(_all_hits(marked))


@remembered
def _all_hits(marked: str) -> tuple[Hit, ...]:
    return tuple(_hits(marked))


def _hits(marked: str) -> Iterator[Hit]:
    taken = 0
    for match in LABEL.finditer(marked):
        if match.start() < taken:
            continue  # the second language of the label before it
        before = marked[match.start() - 1] if match.start() else BORDER
        after = AFTER.match(marked, match.end())
        assert after is not None  # every part of it may be empty
        colon = any(c in after.group() for c in COLON)
        boxed = before in "[【" and any(c in after.group() for c in "]】")
        english = TAIL.match(marked, match.end()) is not None
        alone = boxed or english or before == BORDER or not marked[: match.start()].strip(BORDER + " ")
        if BEFORE.match(before) or not (colon or alone):
            continue
        label, taken = bare(match.group()), after.end()
        yield Hit(label, LABELS.get(label) or BYLINE_ONLY.get(label, ""), match.start(), after.end(), colon, english)


def spaced(marked: str) -> Hit | None:
    """The label that a line begins with where only a space parts it from its value (发布机构 某局). Running text begins
    like this too: it takes several such lines to make a panel."""
    match = SPACED.match(marked)
    if match is None:
        return None
    label = bare(match.group(1))
    return Hit(label, LABELS[label], 0, match.end(), colon=False) if LABELS.get(label) else None


def value_of(marked: str, start: int, end: int) -> str:
    """The value between a label's end and the next label: as printed, without counters and tools behind it."""
    raw = marked[start:end]
    stop = STOP.search(raw)
    if stop:
        raw = raw[: stop.start()]
    unknown = UNKNOWN.search(raw)
    if unknown:
        raw = raw[: unknown.start() + _words_before(unknown.group())]
    value = clean(raw.replace(BORDER, "")).strip("|｜· ").rstrip("【[(（")
    value = DATED_END.sub("", value) or value
    value = value if "【" in value else value.rstrip("】 ")
    value = value if "[" in value else value.rstrip("] ")
    return value if "(" in value or "（" in value else value.rstrip(")） ")


def _words_before(found: str) -> int:
    """How much of an unknown label with spaces in it is the end of the value before it: 某报 记者：, not 撰 稿 人："""
    pieces = re.findall(rf"[^\s{BORDER}|]+|[\s{BORDER}|]+", found)
    long = [n for n, piece in enumerate(pieces[:-1]) if len(piece) > 1 and not re.match(rf"[\s{BORDER}|]", piece)]
    return sum(map(len, pieces[: long[-1] + 1])) if long else 0


def spelled_out(line: str) -> str:
    """The line with its labels as other pages print them: ``[ 索引号 ] 1`` with a colon, 發布日期 in Simplified script,
    and with a space before a label that stands right behind the value before it (2020-10-12来源：某局浏览：3次)."""
    line = BRACKETED.sub(lambda match: f" {bare(match['label'])}：", line).lstrip()
    plain = line.translate(TRADITIONAL)
    if plain != line:
        for hit in reversed(hits(plain)):
            line = line[: hit.start] + plain[hit.start : hit.end] + line[hit.end :]
    if len(line) > GLUED_AT_MOST or not any(hit.start == 0 and hit.colon for hit in hits(line)):
        return line
    return _parted(line)


def _parted(line: str) -> str:
    starts = {match.start() for match in LABEL.finditer(line)}
    for match in reversed(list(GLUED.finditer(line))):
        whole = not any(start < match.start() < start + 6 and start in starts for start in starts)
        if whole and LABELS.get(bare(match[0]), "published_at") in BYLINE_FIELDS:
            line = f"{line[: match.start()]} {line[match.start() :]}"
    return line


def rank(field: str, label: str) -> int:
    """The place of a label among those of its field, the best name first (成文日期 before 发文日期)."""
    printed = FIELD_BY_NAME[field].printed
    return printed.index(label) if label in printed else len(printed)
