"""A local site that pages its long articles, as content systems do: by a script, by links, by 下一页 alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.crawler.smallsite import NAME, Page, SmallSite, listing
from tests.sites.server import Answer

__all__ = ["PagedSite", "links", "onward", "paged", "script"]

Pager = Callable[[str, int, int], str]
LINES = (
    "苇渡县各镇按季度汇总家庭医生签约情况，并于次月五日前报送。",
    "村卫生室的药品目录由县级统一核定，缺货的应当在三日内补齐。",
    "巡回诊疗车每月到偏远村组不少于两次，行程提前一周张贴。",
)


def script(name: str, page: int, pages: int) -> str:
    return f'<div class="fy"><script>createPageHTML({pages}, {page}, "{name}", "html");</script></div>'


def links(name: str, page: int, pages: int) -> str:
    bar = [f"<span>{n + 1}</span>" if n == page else f'<a href="{file(name, n)}">{n + 1}</a>' for n in range(pages)]
    before = f'<a href="{file(name, page - 1)}">上一页</a>' if page else "上一页"
    behind = f'<a href="{file(name, page + 1)}">下一页</a>' if page + 1 < pages else "下一页"
    return f'<p align="center">共{pages}页 {before} {" ".join(bar)} {behind}</p>'


def onward(name: str, page: int, pages: int) -> str:
    """Each page knows its neighbours alone."""
    before = f'<a href="{file(name, page - 1)}">上一页</a>' if page else ""
    return f"<p>{before} " + (f'<a href="{file(name, page + 1)}">下一页</a></p>' if page + 1 < pages else "</p>")


def file(name: str, page: int) -> str:
    return f"{name}_{page}.html" if page else f"{name}.html"


def paged(title: str, name: str, pager: Pager, notes: Sequence[str], chrome: str = "") -> dict[str, Page]:
    """The pages of one article, a note on each; the last one is signed."""
    return {
        f"/d/{file(name, n)}": _page(title, pager(name, n, len(notes)), note, n, n + 1 == len(notes), chrome)
        for n, note in enumerate(notes)
    }


def _page(title: str, pager: str, note: str, number: int, last: bool, chrome: str) -> Answer:
    lines = (f"第{'一二三四五六七八九'[number % 9]}部分（{number}）。{LINES[number % 3]}", note)
    body = "".join(f"<p>{line}</p>" for line in lines)
    signed = "<p>苇渡县卫生健康局</p><p>2024年4月30日</p>" if last else ""
    offered = f'<p>附件：<a href="/files/{number}.pdf">附表{number}.pdf</a></p>'
    return Answer(
        f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title} - {NAME}</title></head>
<body><div class="nav"><a href="/">首页</a></div><h1>{title}</h1>
<div class="info">发布时间：2024-05-06 来源：{NAME} {chrome}</div>
<div id="zoom">{body}{signed}{offered}{pager}</div>
<div class="near">上一篇：<a href="/d/near_2.html">苇渡县门诊安排</a>
下一篇：<a href="/d/near_3.html">苇渡县疫苗安排</a></div>
<div class="foot">主办单位：{NAME}</div></body></html>
""".encode()
    )


class PagedSite(SmallSite):
    """``articles``: name → title, what the list shows; their pages are put into ``pages``."""

    def list(self, articles: dict[str, str]) -> None:
        self.pages["/list.html"] = listing([(f"/d/{name}.html", title) for name, title in articles.items()])
