"""The pages of ``official`` as a Hanweb-like system renders them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote

from tests.sites.markup import attachment_lines, paragraphs, table
from tests.sites.panels import EMPTY_TEMPLATE, label_cells, list_items, one_cell
from tests.sites.places import Place
from tests.sites.shelf import Article

__all__ = ["PER_PAGE", "FrontPage", "article_page", "column_page", "data_answer", "missing_page"]

PER_PAGE = 15
PROXY = "/module/web/jpage/dataproxy.jsp"


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What stands around every page: head, navigation, the newest documents, footer. ``today`` is printed."""

    place: Place
    columns: Mapping[str, str]
    today: date
    newest: tuple[Article, ...]
    host: str

    def wrap(self, title: str, middle: str, crumbs: str, tags: str = "") -> str:
        links = "".join(f'<li><a href="/col/col{c}/index.html">{name}</a></li>' for c, name in self.columns.items())
        newest = "".join(f'<li><a href="{a.path}">{escape(a.title[:18])}</a></li>' for a in self.newest)
        place = self.place
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="SiteName" content="{place.bureau}"><meta name="SiteDomain" content="{self.host.split("//")[1]}">
<meta name="SiteIDCode" content="{place.id_code}">{tags}
<script src="/script/jquery.js"></script><script src="/module/jslib/jpage/jpage.js"></script></head>
<body><div id="barrierfree_container">
<div class="top">今天是{self.today.year}年{self.today.month}月{self.today.day}日 <a href="/">设为首页</a> 加入收藏</div>
<div class="nav"><ul><li><a href="/index.html">首页</a></li>{links}</ul></div>
<div class="position">当前位置：<table><tr><td><a href="/">{place.bureau}</a></td>
<td> &gt; {crumbs}</td></tr></table></div>
{middle}
<div class="side"><h3>最新公开</h3><ul>{newest}</ul></div>
<div class="footer"><p>主办单位：{place.bureau} 地址：{place.name}临碧街道见山路8号</p>
<p>{place.icp} 网站标识码：{place.id_code} 建议使用1440*900分辨率浏览</p></div>
</div><a href="#" style="display:none">大汉版通发布系统</a></body></html>
"""


def _records(articles: Sequence[Article]) -> str:
    return "".join(
        f'<record><![CDATA[\n<li><a href="{a.path}" title="{escape(a.title)}" target="_blank">{_cut(a.title)}</a>'
        f'<span class="bt_time">{a.published_at:%Y-%m-%d}</span></li>]]></record>\n'
        for a in articles
    )


def _cut(title: str) -> str:
    return escape(title if len(title) <= 22 else f"{title[:20]}…")


def _next_group(column: str, group: int, held: int) -> str:
    """The link to the next group; empty behind the last one."""
    if (group + 1) * PER_PAGE >= held:
        return "<nextgroup><![CDATA[]]></nextgroup>"
    query = f"page={group + 1}&appid=1&appid=1&webid=38&path=/&columnid={column}&unitid=60{column}"
    query += f"&webname={quote('澜沂卫健')}&permissiontype=0"
    return f'<nextgroup><![CDATA[<a href="{PROXY}?{query}"></a>]]></nextgroup>'


def _datastore(head: str, articles: Sequence[Article]) -> str:
    return f"<datastore>\n{head}\n<recordset>\n{_records(articles)}</recordset>\n</datastore>"


def column_page(front: FrontPage, column: str, articles: Sequence[Article]) -> str:
    """The first page of a column; the list stands in a script, as data."""
    if column == "1203":
        head = f"<totalrecord>{len(articles)}</totalrecord><totalpage>{-(-len(articles) // PER_PAGE)}</totalpage>"
    else:
        head = _next_group(column, 0, len(articles))
    unit = f"60{column}"
    middle = f"""<div class="list"><h2>{front.columns[column]}</h2><div id="{unit}" class="default_pgContainer">
<script type="text/xml">{_datastore(head, articles[:PER_PAGE])}</script></div>
<script language="javascript">{_paging_script(column, unit, len(articles))}</script></div>"""
    name = front.columns[column]
    tags = f'<meta name="ColumnName" content="{name}"><meta name="ColumnType" content="政府信息公开">'
    return front.wrap(f"{front.place.bureau} {name}", middle, name, tags)


def _paging_script(column: str, unit: str, held: int) -> str:
    return (
        f"$('#{unit}').jpage({{themeName:'default',dataStore:dataStore,dataBefore:'<ul>',dataAfter:'</ul>',"
        f"openCookie:false,proxyUrl:'{PROXY}',perPage:{PER_PAGE},totalRecord:{held},groupSize:1,barPosition:'bottom',"
        f"ajaxParam:{{col:1,appid:1,webid:38,path:'/',columnid:{column},sourceContentType:1,unitid:'{unit}',"
        f"webname:'澜沂卫健',permissiontype:0}}}});"
    )


def data_answer(query: Mapping[str, str], articles: Sequence[Article]) -> str:
    """What ``dataproxy.jsp`` answers: a group by ``page``, or the records from ``startrecord`` to ``endrecord``."""
    xml = "<?xml version='1.0' encoding='UTF-8'?>"
    if "startrecord" in query:
        first, last = int(query["startrecord"]), int(query.get("endrecord", query["startrecord"]))
        return xml + _datastore(f"<totalrecord>{len(articles)}</totalrecord>", articles[first - 1 : last])
    group = int(query.get("page", "0"))
    shown = articles[group * PER_PAGE : (group + 1) * PER_PAGE]
    return xml + _datastore(_next_group(query.get("columnid", ""), group, len(articles)), shown)


def article_page(front: FrontPage, article: Article, views: int) -> str:
    """An article; ``views`` is the counter, another one at every request."""
    name = front.columns[article.column]
    middle = f"""<div class="article">{_panel(front, article)}
<h1 class="title">{escape(article.title)}</h1>
<table class="byline"><tr><td>发布日期：{article.published_at:%Y-%m-%d}</td><td>来源：{front.place.bureau_short}</td>
<td>访问次数：<span id="hits">{views}</span></td>
<td>字号：[ <a href="javascript:doZoom(18)">大</a> <a href="javascript:doZoom(16)">中</a>
<a href="javascript:doZoom(14)">小</a> ]</td></tr></table>
<div id="zoom"><!--ZJEG_RSS.content.begin--><meta name="ContentStart">
{paragraphs(article.body, tail=len(article.signature))}
{table(article.rows)}{attachment_lines(article.files)}
<meta name="ContentEnd"><!--ZJEG_RSS.content.end--></div>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> <a href="javascript:window.print()">打印本页</a>
<a href="javascript:window.close()">关闭窗口</a></div></div>"""
    tags = (
        f'<meta name="ColumnName" content="{name}"><meta name="ArticleTitle" content="{escape(article.title)}">'
        f'<meta name="PubDate" content="{article.published_at:%Y-%m-%d %H:%M}">'
        f'<meta name="ContentSource" content="{front.place.bureau_short}">'
        f'<meta name="Url" content="{front.host}{article.path}">'
    )
    crumbs = f'<a href="/col/col{article.column}/index.html">{name}</a>'
    return front.wrap(f"{front.place.bureau} {name} {article.title}", middle, crumbs, tags)


def _panel(front: FrontPage, article: Article) -> str:
    fields = [
        ("索引号", article.index_number or ""),
        ("组配分类", front.columns[article.column]),
        ("发布机构", front.place.bureau_short),
        ("生成日期", f"{article.issued_on}"),
        ("公开方式", "主动公开"),
    ]
    if article.document_number:
        fields.append(("文号", article.document_number))
    layout = {"1201": label_cells, "1202": one_cell, "1203": list_items}[article.column]
    return layout(fields) + (EMPTY_TEMPLATE if article.column == "1203" else "")


def missing_page(front: FrontPage) -> str:
    return front.wrap("页面不存在", "<div class='error'><p>抱歉，您访问的页面不存在或已被删除。</p></div>", "404")
