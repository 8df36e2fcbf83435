"""What kind of answer a page is: a challenge, a page that says "not found", a script-only shell, a list, an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.model import Listing
from crawler.extract.blocks import Block
from crawler.extract.chrome import is_footer
from crawler.extract.paging import absolute, has_pager
from crawler.extract.region import Region
from crawler.extract.tree import attribute
from crawler.family import Page

__all__ = [
    "challenge_in",
    "is_article",
    "is_filled_by_script",
    "is_list",
    "is_portal",
    "is_shell",
    "leads_to_lists",
    "picture_type",
    "soft_404_in",
    "wrong_media",
]

CHALLENGE = re.compile(
    r"__jsl_clearance|acw_sc__v2|wzws[-_]?(?:challenge|waf|sessionid|confirm)|WZWSREL|yunsuo_session|security_session_verify|"
    r"cdn-cgi/challenge|challenge-platform|\$_ts\s*=\s*window|_\$jsvm|please\s+enable\s+javascript\s+(?:and|to)|"
    r"<title>\s*(?:安全验证|访问验证|人机验证|滑动验证|验证码|安全检测|just a moment)|请完成(?:安全|下列)验证|"
    r"(?:当前|您的)(?:访问|请求|IP)[^<]{0,12}(?:被拦截|被阻断|存在风险|疑似攻击|过于频繁)",
    re.I,
)
CHALLENGE_STATUS = frozenset({412, 521})  # what 瑞数 and 加速乐 answer before their script has run
SETS_COOKIE = re.compile(r"document\.cookie\s*=")
RELOADS = re.compile(r"location(?:\.href)?\s*=|location\.(?:reload|replace|assign)\s*\(")
CHALLENGE_TEXT = 400  # characters; more visible text than that is a page that only carries a WAF's script
MISSING = re.compile(
    r"(?:页面|网页|文件|文章|信息|内容|栏目|资源|地址|链接)\S{0,6}(?:不存在|已(?:被)?(?:删除|移除|下线|撤销)|未找到|没有找到|无法找到|找不到|失效|走丢|丢失|迷路|撤下|飞走)|"
    r"(?:找不到|没有找到|未找到)(?:您|你|该|此|相关|要|所)?\S{0,8}(?:页面?|网页|文件|信息|内容)|404\s*(?:not\s*found|error|错误|页面)|"
    r"(?:page|file)\s+not\s+found|http\s*(?:错误|error)\s*404|(?:该|此)(?:信息|文章|页面)(?:已|正在)(?:审核|下线|删除)",
    re.I,
)
ERROR_NAME = re.compile(r"/(?:404|error|notfound|errorpage|nopage)[^/]*$", re.I)
HOME = re.compile(r"/?(?:(?:index|default|home|main)\.\w+)?", re.I)
MOUNT = re.compile(r"id\s*=\s*[\"']?(?:app|root|__next|__nuxt|main-app|q-app)\b|ng-app|ng-view|<app-root|v-cloak", re.I)
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"), (b"MM\0*", "image/tiff"), (b"\0\0\1\0", "image/x-icon"),
)  # fmt: skip
FILES = (
    (b"%PDF-", "a PDF file"), (b"PK\x03\x04", "a ZIP or Office file"), (b"\xd0\xcf\x11\xe0", "an Office 97 file"),
    (b"Rar!", "a RAR file"), (b"7z\xbc\xaf", "a 7z file"), (b"\x1f\x8b", "gzip data that was not unpacked"),
    (b"PK\x05\x06", "an empty ZIP file"), (b"{\\rtf", "an RTF file"),
)  # fmt: skip
PLACES = re.compile(r"\{\{[^{}]*\}\}")
REFRESH = re.compile(r"\s*[0-3]\s*[;,]\s*url\s*=", re.I)
LEADING_ON = 80  # characters around a template's places, or of a page that only leads on
FEW_ENTRIES = 5
MANY_ENTRIES = 8
DATED = 0.6  # share of the entries
ARTICLE_TEXT = 150  # characters of running text that make an article in spite of a list beside it
PORTAL_LINKS = 80
ASKS = re.compile(r"\$\.(?:ajax|get|post|getJSON)\s*\(|\baxios\b|\bfetch\s*\(|XMLHttpRequest|\.jsonp\s*\(")
MARKUP = re.compile(r"href\s*=\s*\\?[\"']?\s*(?:\{\{|\$\{|<%|#=|[\"']\s*\+)")
MORE = re.compile(r"[\s\[【(（]*(?:查看)?(?:更多|more)[\s\]】)）>»+…\.]*", re.I)
BOXES = 3  # lists with a link to more of them


def picture_type(body: bytes) -> str | None:
    """The media type of a picture, by its first bytes."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for magic, kind in PICTURES if body.startswith(magic)), None)
    return None if found == "image/bmp" and b"\0" not in body[:20] else found


def wrong_media(body: bytes) -> str | None:
    """What the bytes are, if they are a file and no page."""
    return next((what for magic, what in FILES if body.startswith(magic)), None)


def challenge_in(text: str, visible: str, status: int) -> str | None:
    """The mark of a WAF or script challenge, or None."""
    if status in CHALLENGE_STATUS:
        return f"HTTP {status}"
    mark = CHALLENGE.search(text) if len(visible) < CHALLENGE_TEXT else None
    if mark:
        return mark.group()
    blind = not visible.strip() and SETS_COOKIE.search(text) and RELOADS.search(text)
    return "a script sets a cookie and asks again" if blind else None


def soft_404_in(said: Sequence[str], url: str | None, final_url: str | None) -> str | None:
    """Why the page says "not found" with status 200, or None. ``said``: what it says by itself (``failures``)."""
    if url and final_url and url != final_url:
        was, now = urlsplit(url), urlsplit(final_url)
        deep = not HOME.fullmatch(was.path) or bool(was.query)
        if deep and HOME.fullmatch(now.path) and not now.query:
            return f"redirected to the home page {final_url}"
        if ERROR_NAME.search(now.path):
            return f"redirected to the error page {final_url}"
    mark = next(filter(None, map(MISSING.search, said)), None)
    return f"the page says {mark.group()!r}" if mark else None


def is_shell(tree: HtmlElement, text: str, lines: Sequence[Block], region: Region | None) -> bool:
    """Whether the page is a script's empty frame: hardly any text and links, much script, a mount point; or its text
    is a template's places (``{{detail.title}}``); or it only leads on."""
    visible = sum(len(b.text) for b in lines)
    if visible < LEADING_ON and _leads_on(tree):
        return True
    if any("{{" in b.text for b in lines) and sum(len(PLACES.sub("", b.text)) for b in lines) < LEADING_ON:
        return True
    if visible >= 80 or sum(b.linked > 0 for b in lines) >= 3:
        return False
    script = sum(len(s.text or "") + 100 * bool(s.get("src")) for s in tree.iter("script"))
    return script > 3 * visible and (region is None or bool(MOUNT.search(text)))


def _leads_on(tree: HtmlElement) -> bool:
    """Whether the page sends its reader to another one at once."""
    refreshed = (m for m in tree.iter("meta") if attribute(m, "http-equiv").lower() == "refresh")
    return any(REFRESH.match(attribute(m, "content")) for m in refreshed)


def is_filled_by_script(tree: HtmlElement, region: Region | None) -> bool:
    """Whether a page is a frame for others: a frameset, or without any running text an empty list beside a script
    that asks for its entries and knows their markup."""
    if tree.find(".//frameset") is not None and (region is None or region.length < ARTICLE_TEXT):
        return True
    if region is not None:
        return False
    if any(attribute(frame, "src").startswith(("http", "/", "..")) for frame in tree.iter("iframe")):
        return True
    scripts = [script.text or "" for script in tree.iter("script")]
    return any(ASKS.search(text) for text in scripts) and any(MARKUP.search(text) for text in scripts)


def is_article(region: Region | None, lines: Sequence[Block]) -> bool:
    """Whether a trusted region holds running text enough: then no list beside it makes the page one."""
    return region is not None and region.trusted and _own_text(region, lines) >= ARTICLE_TEXT


def is_list(listing: Listing | None, page: Page, region: Region | None, lines: Sequence[Block]) -> bool:
    """Whether a page of unknown kind is a list: entries with dates or paging. Running text speaks against it, unless
    it stands among the entries (summaries)."""
    if listing is None or not listing.entries:
        return False
    boxes = 2 * BOXES if len(listing.entries) >= MANY_ENTRIES else BOXES
    if listing.next_url is None and _boxes(page.tree) >= boxes and not has_pager(page):
        return False  # a front page: lists, each with a link to more of it
    dated = sum(e.date is not None for e in listing.entries) / len(listing.entries)
    paged = listing.next_url is not None or has_pager(page)
    if len(listing.entries) < FEW_ENTRIES and not (dated == 1 and (paged or region is None)):
        return False  # the last page of a list may have few
    if dated < DATED and not paged:
        return False
    titles, prose = sum(len(e.title) for e in listing.entries), _own_text(region, lines)
    alone = prose < ARTICLE_TEXT and prose < titles
    return alone or (
        dated >= DATED and (paged or len(listing.entries) >= MANY_ENTRIES) and _among(listing, page, region)
    )


def _among(listing: Listing, page: Page, region: Region | None) -> bool:
    """Whether most entries are links inside the region of the running text."""
    if region is None or region.trusted:
        return False
    inside = {absolute(page, attribute(a, "href")) for a in region.element.iter("a")}
    return sum(e.url in inside for e in listing.entries) > len(listing.entries) / 2


def _own_text(region: Region | None, lines: Sequence[Block]) -> int:
    """Characters of running text in the region, links and short lines left out."""
    if region is None:
        return 0
    inside = set(region.element.iter())
    return sum(len(b.text) for b in lines if b.element in inside and b.linked < 0.3 * len(b.text) and len(b.text) > 25)


def _boxes(tree: HtmlElement) -> int:
    """How many lists lead to more of them."""
    texts = ("".join(a.itertext()).strip() or attribute(a, "title") for a in tree.iter("a"))
    return sum(len(text) < 12 and MORE.fullmatch(text) is not None for text in texts)


def leads_to_lists(tree: HtmlElement) -> bool:
    """Whether the page has several boxes that each lead to a list of their own."""
    return _boxes(tree) >= BOXES


def is_portal(tree: HtmlElement, lines: Sequence[Block], region: Region | None) -> bool:
    """Whether a page is a front page: several lists that each lead to more, or links everywhere and hardly any
    running text."""
    links = sum(1 for a in tree.iter("a") if a.get("href"))
    if region is None:
        return links >= FEW_ENTRIES
    if not region.trusted and leads_to_lists(tree) and _own_text(region, lines) < 2 * ARTICLE_TEXT:
        return True
    linked = sum(b.linked for b in lines)
    own = sum(len(b.text) - b.linked for b in lines if not is_footer(b.text))
    return links >= PORTAL_LINKS and linked > own and _own_text(region, lines) < ARTICLE_TEXT
