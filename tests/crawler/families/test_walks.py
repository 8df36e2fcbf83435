"""Columns of many layouts, walked page by page as a crawl walks them: every entry, its title, its date, and an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from archive.model import Entry
from crawler.extract.page import PageInput, read

HOST = "http://www.weitang.example.gov.cn"
PER_PAGE, COUNT = 10, 24
NAV = "".join(f"<li><a href='/c{n}/'>{w}</a></li>" for n, w in enumerate(("首页", "政务公开", "办事服务", "互动交流")))
ASIDE = "".join(
    f"<li><a href='/hot/{n}.html' title='湖区候鸟越冬观察记录第{n}辑'>湖区候鸟越冬观察…</a></li>" for n in range(8)
)


@dataclass(frozen=True, slots=True)
class Paper:
    number: int

    @property
    def day(self) -> tuple[int, int, int]:
        return 2019 + self.number % 5, 1 + self.number % 12, 1 + self.number

    @property
    def date(self) -> str:
        return "{}-{:02d}-{:02d}".format(*self.day)

    @property
    def title(self) -> str:
        return f"苇塘县水利局关于第{self.number}批河道清淤计划的通知"

    @property
    def cut(self) -> str:
        return self.title[:12] + "…"

    @property
    def href(self) -> str:
        return "/zw/{}{:02d}/t{}{:02d}{:02d}_{}.html".format(*self.day[:2], *self.day, self.number)


Row = Callable[[Paper], str]
Pager = Callable[[int, int, Callable[[int], str]], str]
PAPERS = [Paper(n) for n in range(1, COUNT + 1)]

ROWS: dict[str, Row] = {
    "ul {}": lambda p: f"<li><a href='{p.href}' title='{p.title}'>{p.cut}</a><span>{p.date}</span></li>",
    "ul before {}": lambda p: f"<li>[{p.date}] <a href='{p.href}'>{p.title}</a><img src='new.gif'></li>",
    "table {}": lambda p: (
        f"<tr><td>·</td><td><a href='{p.href}'>{p.title}</a></td><td>{p.date.replace('-', '/')}</td></tr>"
    ),
    "dl {}": lambda p: f"<dt><a href='{p.href}'>{p.title}</a></dt><dd>{'{}年{}月{}日'.format(*p.day)}</dd>",
    "div whole {}": lambda p: f"<div><a href='{p.href}'><i></i>{p.title}<em>{p.date}</em></a></div>",
    "ul whole {}": lambda p: (
        f"<li><a href='{p.href}'><h4>{p.title}</h4><p>摘要：各村按期完成。</p><time>{p.date}</time></a></li>"
    ),
    "div dots {}": lambda p: f"<div><p><a href='{p.href}'>{p.title}</a></p><p>{p.date.replace('-', '.')}</p></div>",
    "ul summary {}": lambda p: (
        f"<li><h4><a href='{p.href}'>{p.title}</a></h4><p>于2031-01-01前完成。<a href='{p.href}'>[详情]</a></p>"
        f"<i>{p.date}</i></li>"
    ),
    "ul day first {}": lambda p: f"<li><b>{p.date[8:]}</b><i>{p.date[:7]}</i><a href='{p.href}'>{p.title}</a></li>",
    "ul month and day {}": lambda p: f"<li><a href='{p.href}'>{p.title}</a><span>{p.date[5:]}</span></li>",
    "ul year apart {}": lambda p: f"<li><a href='{p.href}'>{p.title}</a><b>{p.date[:4]}</b><i>{p.date[5:]}</i></li>",
    "table with a hidden panel {}": lambda p: (
        f"<tr><td><a href='{p.href}'>{p.title}</a><div style='display: none'>成文日期：<p>2011-01-01</p></div></td>"
        f"<td>{p.date}</td></tr>"
    ),
    "p flat {}": lambda p: f"<a href='{p.href}'>{p.title}</a> <span>{p.date}</span><br>",
}


def worded(word: str) -> Pager:
    return lambda n, of, at: f"第{n}页 " + (f"<a href='{at(n + 1)}'>{word}</a>" if n < of else f"<span>{word}</span>")


def numbers(n: int, of: int, at: Callable[[int], str]) -> str:
    return "".join(f"<a>{k}</a>" if k == n else f"<a href='{at(k)}'>{k}</a>" for k in range(1, of + 1))


def bold(n: int, of: int, at: Callable[[int], str]) -> str:
    return "".join(f"<b>{k}</b>" if k == n else f"<a href='{at(k)}'>{k}</a>" for k in range(1, of + 1))


def brackets(n: int, of: int, at: Callable[[int], str]) -> str:
    return " ".join(f"[{k}]" if k == n else f"<a href='{at(k)}'>[{k}]</a>" for k in range(1, of + 1))


def marked(n: int, of: int, at: Callable[[int], str]) -> str:
    mark = {True: " class=active", False: ""}
    return "".join(f"<li{mark[k == n]}><a href='{at(k)}'>{k}</a></li>" for k in range(1, of + 1))


def clicked(n: int, of: int, at: Callable[[int], str]) -> str:
    opens = f" onclick=\"location.href='{at(n + 1)}'\"" if n < of else ""
    return f"<a href='javascript:void(0)'{opens}>下一页</a>"


def options(n: int, of: int, at: Callable[[int], str]) -> str:
    chosen = {True: " selected", False: ""}
    made = "".join(f"<option value='{at(k)}'{chosen[k == n]}>第{k}页</option>" for k in range(1, of + 1))
    return f"<select>{made}</select>"


def itself(n: int, of: int, at: Callable[[int], str]) -> str:
    return f"<a href='{at(1)}'>&lt;</a><a href='{at(n)}' class=cur>{n}</a><a href='{at(min(n + 1, of))}'>&gt;</a>"


PAGERS: dict[str, tuple[Pager, str]] = {
    "下一页": (worded("下一页"), "/zw/list/{}.htm"),
    "下页": (worded("下页"), "/zw/list_{}.html"),
    "»": (worded("&raquo;"), "/zw/page/{}/"),
    "Next": (worded("Next"), "/zw/?page={}"),
    "numbers": (numbers, "/zw/index{}.html"),
    "bold": (bold, "/zw/{}.html"),
    "brackets": (brackets, "/zw/{}.html"),
    "marked": (marked, "/zw/?page={}"),
    "clicked": (clicked, "/zw/list_{}.html"),
    "a box": (options, "/zw/index_{}.html"),
    "arrow to itself": (itself, "/zw/list.jsp?cid=3&p={}"),
    "a picture": (lambda n, of, at: f"<a href='{at(n + 1)}'><img alt='下一页'></a>" if n < of else "", "/zw/{}.html"),
    "a title": (lambda n, of, at: f"<a href='{at(n + 1)}' title='下一页'><i></i></a>" if n < of else "", "/zw/{}.html"),
    "rel": (lambda n, of, at: f"<link rel=next href='{at(n + 1)}'>" if n < of else "", "/zw/p-{}"),
}


def scripted(call: str, ending: str = "html") -> tuple[Pager, str]:
    return lambda n, of, at: f"<script>{call % (of, n - 1, ending)}</script>", "/zw/index_{0}." + ending


SCRIPTS = {
    "call": scripted('createPageHTML(%d, %d, "index", "%s");'),
    "quoted": scripted("createPageHTML('%d','%d','index','%s','24');", "htm"),
    "defined and called": scripted(
        "function createPageHTML(_nPageCount, _nCurrIndex, _sName){ return 0; } createPageHTML(%d, %d, 'index', '%s');"
    ),
    "object": scripted("Pager({size: %d, current: %d, prefix: 'index', suffix: '%s'});", "shtml"),
    "variables": scripted(
        "var countPage = %d; var currentPage = %d; var nextPage = currentPage+1;"
        'document.write("<a href=\\"index_" + nextPage + "." + "%s\\">下一页</a>");'
    ),
}


def site(row: Row, box: str, pager: Pager, address: str, shift: int = 0) -> dict[str, str]:
    """Path → page of a column that begins at ``/zw/index.html``; page ``n`` stands at ``address`` of ``n - shift``."""
    pages, count = {}, -(-COUNT // PER_PAGE)

    def at(n: int) -> str:
        return "/zw/index.html" if n == 1 else address.format(n - shift)

    tag = box.split()[0]
    for n in range(1, count + 1):
        rows = "".join(map(row, PAPERS[(n - 1) * PER_PAGE : n * PER_PAGE]))
        pages[at(n)] = (
            f"<html><head><title>通知公告</title></head><body><ul class=nav>{NAV}</ul><div><{tag}>{rows}</{tag}><div>"
            f"{pager(n, count, at)}</div></div><div class=side><h3>热点</h3><ul>{ASIDE}</ul></div><p>霁ICP备0号"
        )
    return pages


def walk(pages: dict[str, str], start: str = "/zw/index.html") -> list[Entry]:
    """All entries in order; fails on a page that is not there, a loop, or a page left over."""
    entries: list[Entry] = []
    url: str | None = HOST + start
    while url is not None:
        markup = pages.pop(url.removeprefix(HOST), None)
        assert markup is not None, f"{url} is not there, or was walked already"
        listing = read(PageInput(markup.encode(), url=url, final_url=url, expected="list")).listing
        assert listing is not None
        entries += listing.entries
        url = listing.next_url
    assert list(pages) == []
    return entries


WANT = [(p.title, HOST + p.href, p.date) for p in PAPERS]


def values(entries: list[Entry]) -> list[tuple[str, str, str | None]]:
    return [(entry.title, entry.url, entry.date) for entry in entries]


@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str) -> None:
    pager, address = PAGERS["下一页"]
    assert values(walk(site(ROWS[name], name, pager, address))) == WANT


@pytest.mark.parametrize("name", PAGERS)
def test_pagers(name: str) -> None:
    pager, address = PAGERS[name]
    assert values(walk(site(ROWS["ul {}"], "ul {}", pager, address))) == WANT


@pytest.mark.parametrize("name", SCRIPTS)
def test_trs_scripts(name: str) -> None:
    pager, address = SCRIPTS[name]
    assert values(walk(site(ROWS["ul {}"], "ul {}", pager, address, shift=1))) == WANT


def test_backward_numbers() -> None:
    """VSB: page 2 of 3 stands at ``2.htm``, page 3 at ``1.htm``."""
    pager, _ = PAGERS["下一页"]
    pages = {
        path.replace("/9", "/"): text for path, text in site(ROWS["ul {}"], "ul {}", pager, "/zw/tz/{}.htm").items()
    }
    turned = {"/zw/tz/2.htm": "/zw/tz/2.htm", "/zw/tz/3.htm": "/zw/tz/1.htm"}
    swapped = {turned.get(p, p): t.replace("/zw/tz/3.htm", "/zw/tz/1.htm") for p, t in pages.items()}
    assert values(walk(swapped)) == WANT


@pytest.mark.parametrize(
    "frame",
    [
        "<script type='text/xml'>{}</script>",
        "<script type='text/xml' id='d55'><?xml version='1.0' encoding='utf-8'?>{}</script>",
        "<p><script type='text/xml'>{}</script></p><script>$('#55').jpage({{totalRecord:24,perPage:4}})</script>",
    ],
)
def test_hanweb_groups(frame: str) -> None:
    def store(number: int) -> str:
        held = PAPERS[number * PER_PAGE : (number + 1) * PER_PAGE]
        records = "".join(f"<record><![CDATA[{ROWS['table {}'](p)}]]></record>" for p in held)
        following = (
            f"<a href='/proxy/dataproxy.jsp?page={number + 1}&amp;columnid=7'></a>" if held[-1].number < COUNT else ""
        )
        group = f"<nextgroup><![CDATA[{following}]]></nextgroup>"
        return f"<datastore>{group}<recordset>{records}</recordset></datastore>"

    pages = {f"/proxy/dataproxy.jsp?page={n}&columnid=7": store(n) for n in (1, 2)}
    pages["/col/col7/index.html"] = f"<html><body><ul>{NAV}</ul>{frame.format(store(0))}<ul>{ASIDE}</ul></body></html>"
    assert values(walk(pages, "/col/col7/index.html")) == WANT


def test_short_titles_beat_a_longer_list_beside_them() -> None:
    """A budget column: no dates, short names; the pager stands under it, the hot list does not."""
    row: Row = lambda p: f"<li><a href='{p.href}'>{p.day[0]}年部门预算{p.number}</a></li>"  # noqa: E731
    pager, address = PAGERS["下一页"]
    assert [e.url for e in walk(site(row, "ul {}", pager, address))] == [HOST + p.href for p in PAPERS]


@pytest.mark.parametrize("name", ["ul {}", "table {}", "ul whole {}"])
def test_the_last_page_is_a_list_without_being_told(name: str) -> None:
    pager, address = PAGERS["下一页"]
    for path, markup in site(ROWS[name], name, pager, address).items():
        assert read(PageInput(markup.encode(), url=HOST + path)).kind == "list"
