"""Pages that a site sends in place of what was asked for, with status 200: down for maintenance, a database that
failed, a login wall, a domain that is for sale. They are evidence of a check, never documents.

An article may speak of all this. So only pages with little text of their own count (links are chrome), and only
lines that say it by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.errors import FetchError, LoginRequired, Parked, SiteFailed
from crawler.extract.blocks import Block
from crawler.extract.chrome import is_footer
from crawler.extract.tree import attribute

__all__ = ["Failure", "failure_in", "said_alone", "says_nothing_found"]

MOST_TEXT = 400  # characters outside links and the footer; the longest such page seen has 180
LONGEST_LINE = 60  # characters of a line that says it by itself; a sentence that speaks of it is longer
ENTRY = 8  # characters of a link that is an entry's title
FAILED = re.compile(
    r"(?:网站|系统|服务器?|平台|栏目|页面|本站)\S{0,6}(?:维护|升级|改版|建设|调整)(?:中|，|,|。|！|!|$)"
    r"|(?:正在|系统|暂停)(?:维护|升级|改版)|暂停(?:访问|服务)"
    r"|(?:数据库|服务器)\S{0,8}(?:失败|出错|错误|异常|繁忙)|内部错误"
    r"|\b(?:Internal Server Error|Service (?:Temporarily )?Unavailable|Bad Gateway|Gateway Time-?out|Server Error in)\b"
    r"|\bHTTP Status 50\d|\bmysqli?_connect\(\)|\bFatal error\b|\bORA-\d{5}|Error Warning!"
    r"|\bSQLSTATE\[|Microsoft OLE DB",
    re.I,
)
SERVER = re.compile(
    r"^(?:Apache Tomcat\S* - Error report|HTTP Status 50\d|Error 50\d|50\d (?:Internal|Bad|Service|Gateway)"
    r"|Runtime Error|Server Error in |IIS \S+ Detailed Error - 50\d|JBWEB\d+: Error)",
    re.I,
)
LOGIN = re.compile(
    r"(?:请|需|须|先)\S{0,6}登[录陆]|登[录陆]后(?:才|方)?(?:可|能)?\S{0,4}(?:查看|访问|浏览|阅读)|仅限\S{0,8}登[录陆]"
)
PARKED = re.compile(
    r"域名\S{0,8}(?:出售|转让|停放|待售|已过期|到期|未备案)|domain\s*(?:name)?\s*(?:is\s*|may\s*be\s*)?for\s*sale"
    r"|buy\s+this\s+domain|this\s+domain\s+(?:has\s+expired|is\s+parked)",
    re.I,
)
NOTHING = re.compile(
    r"(?:没有|未能?|暂未)(?:找到|搜索到|检索到|查询到|查到)[^\n。]{0,60}(?:结果|信息|内容|数据|记录|文件|文档)|(?:搜索|检索|查询)结果为空"
    r"|(?:该|本|此)栏目\S{0,4}(?:暂无|没有|无)\S{0,3}(?:内容|信息|数据|文章)|^暂无(?:相关)?(?:内容|信息|数据|记录|文章)[。！!]?$"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """``code`` of ``crawler.errors``; ``why`` quotes the page."""

    code: str
    why: str


def said_alone(title: str, lines: Sequence[Block]) -> list[str]:
    """The title and the short lines of a page that has hardly any text of its own; else nothing."""
    own = [b for b in lines if 2 * b.linked < len(b.text) and not is_footer(b.text)]
    if sum(len(b.text) for b in own) > MOST_TEXT:
        return []
    return [title, *(b.text for b in own if len(b.text) <= LONGEST_LINE and not _in_entry(b))]


def _in_entry(block: Block) -> bool:
    """Whether the line belongs to an entry of a list: an answer there may be that the information does not exist."""
    row = next((a for a in (block.element, *block.element.iterancestors()) if a.tag in ("tr", "li")), None)
    return row is not None and any(len("".join(a.itertext()).strip()) >= ENTRY for a in row.iter("a"))


def failure_in(tree: HtmlElement, said: Sequence[str], window: str) -> Failure | None:
    """Why the page is none of the site's pages, or None. ``said``: what it says by itself; ``window``: the window's
    title, in which a server's own report (with a long trace below it) names itself."""
    if said_by_server := SERVER.search(window):
        return Failure(SiteFailed.code, said_by_server.group())
    rules: tuple[tuple[type[FetchError], re.Pattern[str]], ...] = ((Parked, PARKED), (SiteFailed, FAILED))
    for error, pattern in rules:
        if match := next(filter(None, map(pattern.search, said)), None):
            return Failure(error.code, match.group())
    asks = any(attribute(field, "type").lower() == "password" for field in tree.iter("input"))
    match = next(filter(None, map(LOGIN.search, said)), None) if asks else None
    return Failure(LoginRequired.code, match.group()) if match else None


def says_nothing_found(lines: Sequence[Block]) -> bool:
    """Whether a search says that it found nothing."""
    return any(NOTHING.search(line) for line in said_alone("", lines))
