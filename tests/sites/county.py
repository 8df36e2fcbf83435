"""A county health bureau on a TRS-like system: static pages in GB18030 that say they are UTF-8.

Lists page by script only (``createPageHTML``); articles stand at ``./202401/t20240118_3539346.html`` with the
body in a nested ``.TRS_Editor``, a line of date, views, source and editor, and a summary. The files are
static, so they carry an ETag.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from html import escape

from tests.sites.files import docx
from tests.sites.markup import attachment_lines, paragraphs
from tests.sites.places import COUNTY
from tests.sites.server import Answer, Site
from tests.sites.shelf import Article, File, Shelf
from tests.sites.wording import Writer
from tests.sites.words import WORKS

__all__ = ["COLUMNS", "PER_PAGE", "CountySite", "source_toml"]

COLUMNS = {"gzzj": "工作总结", "tzgg": "通知公告"}
PER_PAGE = 12
NEWEST = datetime(2024, 5, 28, 15, 40)
EDITORS = ("林澄", "苏禾", "顾遥")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def source_toml(base_url: str) -> str:
    """The source file of this site, served at ``base_url``."""
    columns = "".join(
        f'\n[[columns]]\nid = "{name}"\nname = "{shown}"\nurl = "{base_url}/zwgk/{name}/index.html"\n'
        for name, shown in COLUMNS.items()
    )
    return f"""name = "{COUNTY.bureau}"
publisher = "{COUNTY.bureau}"
homepage = "{base_url}/"
family = "trs"
region = "{COUNTY.region}"
seen_at = "a local test site"
schedule = "daily"

[fetch]
delay = 0
{columns}
[expect]
documents = 10
fill = {{ title = 1.0, published_at = 1.0 }}
"""


class CountySite(Site):
    """``articles``: how many to begin with, half of them in each column."""

    id = "county"

    def __init__(self, port: int = 0, articles: int = 80, seed: str = "county") -> None:
        shelf = Shelf(partial(_written, seed, articles))
        shelf.fill(range(1, articles + 1))
        super().__init__(shelf, port)

    def source_toml(self) -> str:
        return source_toml(self.base_url)

    def page(self, path: str, query: dict[str, str]) -> Answer:
        article = self.shelf.at(path)
        if article is not None:
            return _answer(_article_page(article))
        if path in ("/", "/index.html"):
            return _answer(_wrap(f"{COUNTY.bureau}", "<p>欢迎访问</p>"))
        for held in self.shelf.live():
            for file in held.files:
                if file.path == path:
                    return Answer(file.body, media_type=file.media_type)
        return self._list(path)

    def _list(self, path: str) -> Answer:
        folder, _, name = path.rpartition("/")
        column = folder.removeprefix("/zwgk/")
        number = {"index.html": "0"}.get(name, name.removeprefix("index_").removesuffix(".html"))
        articles = self.shelf.live(column) if column in COLUMNS else []
        pages = -(-len(articles) // PER_PAGE)
        if not number.isdigit() or int(number) >= pages or name == "index_0.html":
            return _answer(_wrap("404", "<p>您访问的页面不存在</p>"), status=404)
        shown = articles[int(number) * PER_PAGE : (int(number) + 1) * PER_PAGE]
        return _answer(_list_page(column, shown, pages, int(number)))


def _answer(page: str, status: int = 200) -> Answer:
    """The page in GB18030, whatever header and meta say."""
    body = page.encode("gb18030")
    return Answer(body, status, etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"' if status == 200 else None)


def _wrap(title: str, middle: str, tags: str = "") -> str:
    menu = "".join(f'<li><a href="/zwgk/{name}/index.html">{shown}</a></li>' for name, shown in COLUMNS.items())
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{escape(title)}</title>
<meta name="SiteName" content="{COUNTY.bureau}"><meta name="SiteIDCode" content="{COUNTY.id_code}">{tags}
<script src="/images/menu.js"></script></head><body>
<div class="top">欢迎访问{COUNTY.bureau}网站 <a href="#">登录</a> <a href="#">注册</a></div>
<div class="menu"><ul><li><a href="/index.html">网站首页</a></li>{menu}</ul></div>
{middle}
<div class="foot"><p>主办单位：{COUNTY.name}人民政府办公室 版权所有</p>
<p>地址：{COUNTY.name}河湾镇广济路21号 邮编：000723</p>
<p>{COUNTY.icp} 网站标识码：{COUNTY.id_code}</p><p>建议使用1440*768分辨率 IE9.0及以上版本浏览器</p></div>
</body></html>
"""


def _list_page(column: str, articles: list[Article], pages: int, current: int) -> str:
    lines = "\n".join(
        f'<li><a href=".{a.path.removeprefix(f"/zwgk/{column}")}" target="_blank">{escape(a.title)}</a>'
        f"<span>{a.published_at:%Y-%m-%d}</span></li>"
        for a in articles
    )
    middle = f"""<div class="dz">当前位置：<a href="/index.html" class="CurrChnlCls">首页</a> &gt;
<a href="./" class="CurrChnlCls">{COLUMNS[column]}</a></div>
<div class="right_list"><ul>
{lines}
</ul><div class="page"><script>createPageHTML({pages}, {current}, "index", "html");</script></div></div>"""
    return _wrap(f"{COLUMNS[column]}-{COUNTY.bureau}", middle)


def _article_page(a: Article) -> str:
    middle = f"""<div class="dz">当前位置：<a href="/index.html" class="CurrChnlCls">首页</a> &gt;
<a href="../" class="CurrChnlCls">{COLUMNS[a.column]}</a></div>
<div class="xxy"><h1 class="z1">{escape(a.title)}</h1>
<div class="z2">日期：{a.published_at:%Y-%m-%d} 浏览量：{a.number * 13 % 900 + 11} 来源：{COUNTY.bureau}
责任编辑：{a.editor} 文字大小：
<a href="javascript:;">大</a> <a href="javascript:;">中</a> <a href="javascript:;">小</a></div>
<div class="z0">简述：{escape(a.summary or "")}</div>
<div class="z3"><div class="TRS_Editor"><style type="text/css">.TRS_Editor P{{line-height:1.5;font-size:16pt;}}</style>
<div class="TRS_Editor">
{paragraphs(a.body, style="text-align: justify;", tail=len(a.signature))}
</div></div></div>
<div class="fj">{attachment_lines(a.files)}</div>
<div class="close"><a href="javascript:window.print();">打印</a>
<a href="javascript:window.close();">关闭</a></div></div>"""
    tags = (
        f'<meta name="ColumnName" content="{COLUMNS[a.column]}"><meta name="ArticleTitle" content="{escape(a.title)}">'
        f'<meta name="PubDate" content="{a.published_at:%Y-%m-%d %H:%M}">'
        f'<meta name="ContentSource" content="{COUNTY.bureau}">'
    )
    return _wrap(f"{a.title}-{COUNTY.bureau}", middle, tags)


def _written(seed: str, articles: int, number: int) -> Article:
    writer = Writer(f"{seed}-{number}", COUNTY.short, COUNTY.towns)
    published = NEWEST + _since(number - articles)
    column = list(COLUMNS)[number % 2]
    place = f"/zwgk/{column}/{published:%Y%m}"
    path = f"{place}/t{published:%Y%m%d}_{3500000 + number * 3}.html"
    shape = _summary if column == "gzzj" else _notice
    return shape(writer, number, path, published)


def _since(position: int) -> timedelta:
    """How long before (or after) the newest of the first articles: eleven days each, then an hour each."""
    return timedelta(days=position * 11, minutes=position % 37) if position <= 0 else timedelta(hours=position)


def _summary(writer: Writer, number: int, path: str, published: datetime) -> Article:
    year = published.year - 1
    return Article(
        number=number,
        path=path,
        column="gzzj",
        title=f"{COUNTY.bureau}{year}年{WORKS[number % len(WORKS)]}工作总结",
        issued_on=published.date(),
        published_at=published,
        paragraphs=tuple(writer.report(f"{year}年", sections=2)),
        summary=f"{year}年，{COUNTY.bureau}在县委、县政府领导下，{writer.sentence()}",
        editor=EDITORS[number % len(EDITORS)],
    )


def _notice(writer: Writer, number: int, path: str, published: datetime) -> Article:
    work = WORKS[(number * 2) % len(WORKS)]
    signed = published - timedelta(days=2)
    name = f"P0{published:%Y%m%d}{number:06d}.docx"
    file = File(f"{work}报名表.docx", f"{path.rpartition('/')[0]}/{name}", DOCX, docx([work, writer.sentence()]))
    return Article(
        number=number,
        path=path,
        column="tzgg",
        title=f"关于开展{signed.year}年{work}工作的通知",
        issued_on=signed.date(),
        published_at=published,
        paragraphs=tuple(writer.notice(work)),
        addressed_to="各乡镇卫生院，县直各医疗卫生单位",
        signature=(COUNTY.bureau, f"{signed.year}年{signed.month}月{signed.day}日"),
        document_number=None,
        summary=writer.sentence(),
        editor=EDITORS[number % len(EDITORS)],
        files=(file,) if number % 4 == 1 else (),
    )
