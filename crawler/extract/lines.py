"""A text file (page text with its chrome, one block a line) read into a Reading: the same metadata, repair and
judgement as a page's tree, from lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from archive.model import Draft, Issue, Reading
from crawler.errors import NoContent
from crawler.extract.agencies import is_agency
from crawler.extract.blocks import BORDER
from crawler.extract.claims import of_copy
from crawler.extract.classify import doc_type
from crawler.extract.dates import find_dates
from crawler.extract.found import Found, Rule
from crawler.extract.labels import BYLINE_FIELDS, UNKNOWN, Hit, bare, field_of, hits, spelled_out, value_of
from crawler.extract.layout import Layout, find_layout
from crawler.extract.line_kinds import is_prose, is_tool
from crawler.extract.metadata import Clues, assemble
from crawler.extract.numbers import line_number
from crawler.extract.repair import repair
from crawler.extract.trust import TrustClues, judge
from crawler.source import Source

__all__ = ["read_lines"]

LABEL_LINE = 220  # characters; a longer line is text that happens to begin with a label
PANEL_LINE = 600  # characters; a whole panel in one line
HEAD_LINES = 60
SUMMARY = re.compile(r"^(?P<label>简述|内容概述|内容概要|内容摘要|摘要|概述|导读)\s*[:：]\s*(?P<value>.+)$")
SUMMARY_LINES = 12
SHORT = 10
# A byline that begins with its date and no label. A date with 年月日 alone in its line is the document's own.
BARE_DATE = re.compile(
    r"^[\[【(（]?(?P<value>(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}(?:日)?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|年\d{1,2}月\d{1,2}日\s*\d{1,2}[:：时]\d{2}(?:[:：]\d{2}|分)?))[\]】)）]?(?=$|\s+\S{2,8}\s*[:：]|\s*[|｜]|(?:\s+[\u3400-\u9fff]{2,12})+$)"
)
DATED_TITLE = re.compile(r"^.{10,80}[（(]\s*(?P<value>(?:19|20)\d\d-\d{1,2}-\d{1,2})\s*[)）]$")
UPLOADED = re.compile(
    r"(?P<label>上传(?:时间|日期|于))\s*[:：]?\s*(?P<value>\d{4}\D\d{1,2}\D\d{1,2}(?:日?\s*\d{1,2}:\d{2}(?::\d{2})?)?)"
)
ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.I)
FEW = 3  # lines of a file that lost its line ends
# The last value of a byline, and the counters and tools behind it.
BYLINE_END = re.compile(
    r"\s*(?!\S{31})\S{0,30}(?:\s+[\[【(（]?(?:(?:浏览|点击|阅读|访问)(?:次数|量|数)?|字[号体](?:大小)?|打印|关闭|分享|收藏|[大中小])\s*[:：]?\s*[\[【]?\s*\d*\s*次?[\]】)）]?(?=\s))*\s+"
)
CELLS = re.compile(r"\t+\s*|\s{2,}|\s*\|\s*")
OTHER_LABEL = re.compile(r"\s[\u4e00-\u9fff]{2,6}\s?[:：]")


def read_lines(text: str, url: str | None = None, source: Source | None = None) -> Reading:
    """Read one text file. ``text`` is decoded; ``url`` the page's address where it is known. Its trust is at most
    ``claimed``, for no fetch of ours backs it. A file without any body is of kind ``error``."""
    printed = _stripped(text)
    if not printed:
        return _without_body(url)
    repaired = repair("\n".join(printed))
    lines = repaired.text.split("\n")
    found, labelled, unknown = _labelled(lines)
    known = next((f.value for f in found if f.field == "title"), None)
    bylines = frozenset(_line(f) for f in found if f.rule in ("byline", "file"))
    layout = find_layout(lines, labelled, bylines, known)
    if not layout.body:
        return _without_body(url)
    found += _number_above(lines, layout, labelled)
    body = "\n".join(lines[n] for n in layout.body)
    chrome = "\n".join(line for n, line in enumerate(lines) if n not in layout.body)
    found = [f for f in found if _line(f) not in layout.body]
    made = assemble(Clues(tuple(found), layout.title, (), body, chrome, url), source)
    above = "\n".join(printed[: layout.body.start if layout.title_line is None else layout.title_line])
    judged = judge(
        TrustClues(url, url, False, source, made.metadata, body, chrome, above, repaired.count, is_text_import=True)
    )
    draft = Draft(
        url=url,
        text=body,
        markdown=body,
        metadata=made.metadata,
        origins=made.origins,
        date_claims=of_copy(made.date_claims, judged.trust),
        flags=judged.flags,
        unknown_labels=unknown,
        rejected=made.rejected,
        periods=made.periods,
    )
    issues = (*made.issues, *(_unknown_label(label, url) for label in unknown))
    return Reading("article", draft, None, judged.trust, judged.evidence, issues, family="text")


def _number_above(lines: Sequence[str], layout: Layout, labelled: frozenset[int]) -> list[Found]:
    """The number line above the text (云政办〔2022〕7号), as official paper is headed."""
    head = range(layout.body.start if layout.title else 0)
    above = (n for n in head if n not in labelled and n not in layout.body)
    number = next((n for n in above if line_number(lines[n])), None)
    return [] if number is None else [Found("", "document_number", lines[number], "lines", f"line {number + 1}")]


def _without_body(url: str | None) -> Reading:
    issue = Issue(NoContent.code, "error", "no document in this text: give the text of an article page", url=url)
    return Reading("error", issues=(issue,), family="text")


def _stripped(text: str) -> list[str]:
    """Lines without the white space around them, empty ones left out; signs that stand as entities of a page
    (&nbsp; &ldquo; &#20139;) as themselves."""
    text = ENTITY.sub(lambda match: unescape(match[0]), text)
    rows = text.removeprefix("\ufeff").replace("\r", "\n").replace("\u2028", "\n").split("\n")
    lines = [line for row in rows if (line := row.strip(" \t\u3000\u00a0\u200b\ufeff"))]
    return _parted(lines[0]) + lines[1:] if lines and len(lines) <= FEW else lines


def _parted(line: str) -> list[str]:
    """A page whose lines were all joined: title, byline and text, parted at the byline."""
    found = hits(line[:LABEL_LINE])
    if len(line) <= LABEL_LINE or len([hit for hit in found if hit.colon]) < 2 or found[0].start > LABEL_LINE // 2:
        return [line]
    end = BYLINE_END.match(line, found[-1].end)
    if end is None:
        return [line]
    pieces = (line[: found[0].start], line[found[0].start : end.end()], line[end.end() :])
    return [piece for part in pieces if (piece := part.strip())]


def _line(found: Found) -> int:
    return int(found.where.removeprefix("line ")) - 1


def _unknown_label(label: str, url: str | None) -> Issue:
    return Issue("unknown_label", "warning", f"the panel prints a label that no field knows: {label}", url=url)


def _labelled(lines: Sequence[str]) -> tuple[list[Found], frozenset[int], tuple[str, ...]]:
    """The labelled values, the numbers of the lines that hold them (or empty labels), unknown labels of panels."""
    found: list[Found] = []
    numbers: set[int] = set()
    unknown: dict[str, None] = {}
    for n, line in enumerate(lines):
        if n < SUMMARY_LINES and (match := SUMMARY.match(line)):
            found.append(Found(match["label"], "summary", match["value"], "lines", f"line {n + 1}"))
            numbers.add(n)
            continue
        if len(line) <= LABEL_LINE and (match := UPLOADED.search(line)):
            found.append(Found(match["label"], "published_at", match["value"], "file", f"line {n + 1}"))
            numbers.add(n)
        elif n < HEAD_LINES and (
            match := (BARE_DATE.match(line) if n not in numbers else None) or DATED_TITLE.match(line)
        ):
            found.append(Found("", "published_at", match["value"], "byline", f"line {n + 1}"))
            if match.start("value") < SHORT:
                numbers.add(n)
        if n + 1 < len(lines) and (row := _row_of_values(line, lines[n + 1], n)):
            found += row
            numbers |= {n, n + 1}
            continue
        marked, labels = _labels(line)
        if not labels:
            continue
        numbers.add(n)
        rule = _rule(labels)
        values = _values(marked, labels, rule, n)
        if not values and len(labels) == 1 and n + 1 < len(lines) and n < HEAD_LINES:
            values = _next_line(lines[n + 1], labels[0], rule, n)
            numbers.update(n + 1 for _ in values)
        found += values
        found += _unlabelled_date(marked, labels, n) if rule == "byline" else []
        if rule == "panel":
            unknown.update(dict.fromkeys(_unknown(marked)))
    return found, frozenset(numbers), tuple(unknown)


def _labels(line: str) -> tuple[str, list[Hit]]:
    """The labels of a line, written with colons or parted by white space alone (索引号 X 发布机构 Y), and the line as
    their places count."""
    if len(line) > PANEL_LINE:
        return line, []
    line = spelled_out(line)
    found = hits(line)
    if not found or found[0].start > 0:
        parted = re.sub(r"[\s\u00a0]", BORDER, line)
        apart = hits(parted)
        if apart and apart[0].start == 0 and len(apart) > len(found):
            line, found = parted, apart
    begins = bool(found) and found[0].start == 0
    if len(line) > LABEL_LINE and not (begins and len(found) >= 3):
        return line, []
    if is_prose(line) and len(found) < 2 and not (begins and found[0].colon and found[0].field):
        return line, []
    return line, found


def _rule(labels: Sequence[Hit]) -> Rule:
    return "byline" if {hit.field for hit in labels} <= {*BYLINE_FIELDS, ""} else "panel"


def _values(line: str, labels: Sequence[Hit], rule: Rule, number: int) -> list[Found]:
    ends = [*(hit.start for hit in labels[1:]), len(line)]
    values = [
        (hit, value_of(line, hit.end, _own_end(line, hit.end, end))) for hit, end in zip(labels, ends, strict=True)
    ]
    return [
        Found(hit.label, hit.field, value, rule, f"line {number + 1}") for hit, value in values if hit.field and value
    ]


def _unlabelled_date(line: str, labels: Sequence[Hit], number: int) -> list[Found]:
    """The date of a byline that labels only its source: 来源：某报 2016-08-11 08:13."""
    dates = list(find_dates(line))
    if (
        len(dates) != 1
        or any(hit.field != "content_source" for hit in labels if hit.field)
        or len(line) > LABEL_LINE // 2
    ):
        return []
    printed = line[dates[0].start : dates[0].end]
    return [Found("", "published_at", printed, "byline", f"line {number + 1}")]


def _own_end(line: str, start: int, end: int) -> int:
    """Where a value ends before a label that no field knows (责任编辑:某人 文字大小: 大 中 小)."""
    other = OTHER_LABEL.search(line, start, end)
    return other.start() if other else end


def _row_of_values(line: str, following: str, number: int) -> list[Found]:
    """A row of labels over a row of values, the cells parted by tabs or wide gaps."""
    labels, values = CELLS.split(line), CELLS.split(following)
    fields = [field_of(label) for label in labels]
    if len(fields) < 2 or len(labels) != len(values) or None in fields:
        return []
    return [
        Found(label, field, value, "panel", f"line {number + 2}")
        for label, field, value in zip(labels, fields, values, strict=True)
        if field and not hits(value)
    ]


def _next_line(line: str, label: Hit, rule: Rule, number: int) -> list[Found]:
    """A value below its label; a title below an empty 来源： is none."""
    if not label.field or is_prose(line) or is_tool(line) or hits(line) or field_of(line) or len(line) > 60:
        return []
    if label.field in BYLINE_FIELDS - {"published_at"} and not is_agency(line):
        return []
    if label.field not in ("title", "document_number") and len(line) > SHORT and (doc_type(line) or "关于" in line):
        return []
    return [Found(label.label, label.field, line, rule, f"line {number + 2}")]


def _unknown(marked: str) -> list[str]:
    known = {hit.label for hit in hits(marked)}
    labels = (bare(match.group(1)) for match in UNKNOWN.finditer(marked))
    return [label for label in labels if field_of(label) is None and not label.endswith(tuple(known))]
