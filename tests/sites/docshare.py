"""A document-sharing site: reposts of official texts and uploads that a machine altered and a page limit cut off.

Around each text stand the slogan, counters, share and coupon chrome, a download box with size, pages and ID.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from tests.sites.lists import Line, static_list
from tests.sites.markup import paragraphs
from tests.sites.official import written
from tests.sites.places import CITY
from tests.sites.server import Answer, Site
from tests.sites.shelf import Article, Shelf

__all__ = ["DocshareSite", "altered", "source_toml"]

PER_PAGE = 10
SWAPS = (("服务", "效劳"), ("项目", "工程"), ("基本", "根本"), ("巩固", "稳固"), ("达到", "到达"), ("发展", "开展"))
UPLOADED = datetime(2024, 6, 1, 20, 0)


def source_toml(base_url: str) -> str:
    """The source file of this site, served at ``base_url``."""
    return f"""name = "墨栈文库"
homepage = "{base_url}/"
family = "html"
seen_at = "a local test site"
schedule = "weekly"

[fetch]
delay = 0

[[columns]]
id = "docs"
name = "公文写作"
url = "{base_url}/list.html"

[expect]
documents = 5
fill = {{ title = 1.0 }}
"""


def altered(text: str) -> str:
    """The text as such uploads have it: word pairs swapped, numbers mangled, closing quotes turned."""
    for true, false in SWAPS:
        text = text.replace(true, false)
    text = re.sub(r"(?<!\d)\d{2}\.\d+%", "20230%", text, count=1)
    text = re.sub(r"每10万", "每10/2023万", text)
    return text.replace("”", "〞").replace("原则", "原那么")


class DocshareSite(Site):
    """Each third text is an altered upload, the others are reposts of ``originals`` (default: of the official site)."""

    id = "docshare"

    def __init__(self, port: int = 0, articles: int = 25, originals: Sequence[Article] | None = None) -> None:
        texts = originals or [written("official", 120, number) for number in range(3, 121, 3)]
        shelf = Shelf(lambda number: _copied(texts[number % len(texts)], number))
        shelf.fill(range(1, articles + 1))
        super().__init__(shelf, port)

    def source_toml(self) -> str:
        return source_toml(self.base_url)

    def page(self, path: str, query: dict[str, str]) -> Answer:
        article = self.shelf.at(path)
        if article is not None:
            shown = _upload_page(article) if "altered" in article.marks else _repost_page(article)
            return Answer(shown.encode())
        if path in ("/", "/index.html"):
            return Answer(_wrap("墨栈文库", "<p>今日上传 312 篇</p>").encode())
        return self._list(path)

    def _list(self, path: str) -> Answer:
        held = self.shelf.live()
        pages = -(-len(held) // PER_PAGE)
        names = ["/list.html", *(f"/list_{n}.html" for n in range(2, pages + 1))]
        if path not in names:
            return Answer(_wrap("找不到文档", "<p>文档不存在或已被删除</p>").encode(), 404)
        at = names.index(path)
        lines = [Line(a.path, a.title, f"{a.published_at:%Y-%m-%d}") for a in held[at * PER_PAGE : (at + 1) * PER_PAGE]]
        following = names[at + 1].removeprefix("/") if at + 1 < pages else None
        return Answer(static_list("公文写作 - 墨栈文库", lines, following).encode())


def _copied(original: Article, number: int) -> Article:
    """The copy of an official text; the upload's date is another one than the text's."""
    base = replace(
        original,
        number=number,
        path=f"/doc/{1860000 + number * 17}.html",
        column="docs",
        published_at=UPLOADED - timedelta(days=number * 5),
        index_number=None,
        files=(),
        rows=(),
    )
    if number % 3:
        return replace(base, title=f"{CITY.short}-{original.title}")
    lines = [altered(line) for line in base.body[2:]]
    lines = lines[: max(3, len(lines) * 2 // 3)]
    while len(lines) > 1 and len(lines[-1]) < 60:  # not in a heading: there a cut would not be one
        lines.pop()
    lines[-1] = lines[-1][: max(12, len(lines[-1]) * 2 // 3)].rstrip("。，、；")
    return replace(base, paragraphs=tuple(lines), addressed_to=None, signature=(), marks=("altered",))


def _wrap(title: str, middle: str) -> str:
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)} - 墨栈文库</title></head><body>
<div class="slogan">翰墨成栈，片纸不遗——墨栈文库◆收藏我，随时来看~</div>
<div class="nav"><a href="/">首页</a> <a href="/list.html">公文写作</a></div>
{middle}
<div class="foot">墨栈文库 版权归上传者所有 客服QQ：100000000</div></body></html>
"""


def _repost_page(a: Article) -> str:
    length = sum(map(len, a.body))
    return _wrap(
        a.title,
        f"""<div class="main"><h1>{escape(a.title)}</h1>
<div class="info">admin 分享 时间：{a.published_at:%Y-%m-%d} <a href="#">加入收藏</a>
共计{length}个字，预计阅读时长{length // 300 + 1}分钟</div>
<div class="content">
{paragraphs(a.body, tail=len(a.signature))}
</div>
<div class="coupon">微信扫码领取福利 <a href="#">领取优惠券</a></div>
<div class="share">将本文的Word文档下载到电脑 推荐度：★★★★★ <a href="#">点击下载文档</a> 文档为doc格式</div>
<div class="code">编号：{a.number * 7919}</div></div>""",
    )


def _upload_page(a: Article) -> str:
    return _wrap(
        f"{a.title}.docx",
        f"""<div class="main"><h1>{escape(a.title)}.docx</h1>
<div class="box"><a href="#">下载文档</a><p>ID：{1860000 + a.number}</p>
<p>大小：{20 + a.number}.52KB</p><p>页数：{a.number % 9 + 8}页</p>
<p>格式：DOCX</p><p>时间：{a.published_at:%Y-%m-%d}</p><p>收藏 分享赚钱</p></div>
<div class="tips">温馨提示：<br>1. 部分内容在线预览或有版式差异，文件下载后无此问题，请放心下载。<br>
2. 本文档由用户上传，版权归属用户，墨栈文库负责整理代发布。<br>3. 请先看清预览再下载。</div>
<div class="content">
{paragraphs(a.body)}
</div>
<div class="more">剩余{a.number % 9 + 4}页未读，下载后可阅读全文 <a href="#">立即下载</a></div>
<div class="also">你可能关注的文档 <a href="/list.html">更多</a></div></div>""",
    )
