"""Lists of unknown sites: entries, dates, the next page, and what is no list."""

from __future__ import annotations

import pytest

from archive.model import Listing
from crawler.extract.listing import read_listing, without_address
from crawler.extract.paging import find_next
from crawler.extract.tree import parse
from crawler.family import Page

URL = "http://www.wangjiang.example.gov.cn/tz/index.html"
MENU = "<ul class='nav'>" + "".join(f"<li><a href='/n{i}/'>栏目{i}</a></li>" for i in range(12)) + "</ul>"
ITEM = "<li><a href='{n}.html'>望江镇关于第{n}号事项的通知公告</a><span>2022-03-0{n}</span></li>"
LIST = "<ul class='list'>" + "".join(ITEM.format(n=n) for n in range(1, 7)) + "</ul>"


def page(html: str, url: str | None = URL) -> Page:
    return Page(url, html, parse(html).tree)


def listing(html: str, url: str | None = URL) -> Listing:
    found = read_listing(page(html, url))
    assert found is not None
    return found


def test_the_list_and_not_the_menu() -> None:
    found = listing(f"<html><body>{MENU}{LIST}</body></html>")
    assert [e.url.rsplit("/", 1)[1] for e in found.entries] == [f"{n}.html" for n in range(1, 7)]
    assert found.entries[0].title == "望江镇关于第1号事项的通知公告"


@pytest.mark.parametrize(
    ("item", "date"),
    [
        ("<li><a href='1.html'>{t}</a><span>(2025-10-14)</span></li>", "2025-10-14"),
        ("<li><span>2025/1/4</span><a href='1.html'>{t}</a></li>", "2025-01-04"),
        ("<li><a href='1.html'>{t}</a>［2025年1月4日］</li>", "2025-01-04"),
        ("<li><a href='1.html'>{t}<i>2025.10.14</i></a></li>", "2025-10-14"),
        ("<li><div><b>14</b><p>2025-10</p></div><a href='1.html'>{t}</a></li>", "2025-10-14"),
        ("<li><a href='/art/2025/10/14/art_1.html'>{t}</a><span>10-14</span></li>", "2025-10-14"),
        ("<li><a href='1.html'>{t}</a><span>10-14</span></li>", None),
        ("<li><a href='1.html'>{t}</a><p>会议于2020年5月16日举行</p><p>发布时间：2025-10-14</p></li>", "2025-10-14"),
        ("<li><a href='1.html'>{t}</a><span>2025-13-40</span></li>", None),
    ],
)
def test_dates_as_lists_print_them(item: str, date: str | None) -> None:
    rows = "".join(item.replace("1.html", f"1{n}.html").format(t=f"关于事项{'甲乙丙丁'[n]}的公示") for n in range(4))
    assert listing(f"<ul>{rows}</ul>").entries[0].date == date


def test_the_full_title_stands_in_the_attribute() -> None:
    rows = "".join(
        f"<li><a href='{n}.html' title='关于印发《望江镇防汛预案》（第{n}版）的通知'>关于印发《望江镇防汛…</a>"
        f"<a href='{n}.html'>[详情]</a><em>2022-03-01</em></li>"
        for n in range(4)
    )
    found = listing(f"<ul>{rows}</ul>")
    assert len(found.entries) == 4
    assert found.entries[2].title == "关于印发《望江镇防汛预案》（第2版）的通知"


def test_lists_broken_into_blocks_and_tables_are_one_list() -> None:
    block = "<ul>" + "".join(ITEM.format(n=n) for n in range(1, 4)) + "</ul><hr>"
    other = block.replace(".html", "b.html")
    assert len(listing(f"<div>{block}{other}</div>").entries) == 6
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='{n}.html'>第{n}批采购结果公示</a></td><td>2022-03-0{n}</td></tr>"
        for n in range(1, 6)
    )
    assert [e.date for e in listing(f"<table>{rows}</table>").entries][-1] == "2022-03-05"


def test_an_address_is_absolute_and_a_foreign_base_is_not_believed() -> None:
    own, foreign = "http://www.wangjiang.example.gov.cn/old/", "http://evil.example.com/"
    assert listing(f"<head><base href='{own}'></head>{LIST}").entries[0].url == own + "1.html"
    assert listing(f"<head><base href='{foreign}'></head>{LIST}").entries[0].url.startswith("http://www.wangjiang.")
    assert listing(LIST, None).entries[0].url == "1.html"


@pytest.mark.parametrize(
    ("pager", "want"),
    [
        ("<a href='index_1.html'>下一页</a>", "index_1.html"),
        ("<a href='list/2.htm'>下页</a>", "list/2.htm"),
        ("<a href='index_1.html'>下一页&gt;</a><a href='index_9.html'>末页</a>", "index_1.html"),
        ("<link rel='next' href='p2.html'>", "p2.html"),
        ("<a class='next' href='p2.html'>›</a>", "p2.html"),
        ("<span>1</span><a href='p2.html'>2</a><a href='p3.html'>3</a>", "p2.html"),
        ("<a href='p1.html'>1</a><span>2</span><a href='p3.html'>3</a>", "p3.html"),
        ("<a href='javascript:;'>下一页</a>", None),
        ("<a href='#'>下一页</a>", None),
        ("<a href='index.html'>下一页</a>", None),
        ("<a class='disabled' href='index_1.html'>下一页</a>", None),
        ("<span>下一页</span>", None),
        ("", None),
    ],
)
def test_the_next_page(pager: str, want: str | None) -> None:
    expected = want and URL.replace("index.html", want)
    assert find_next(page(f"{LIST}<div>{pager}</div>")) == expected


def test_the_number_of_entries() -> None:
    assert listing(f"{LIST}<p>共 1,183 条 1/60</p>").total == 1183
    assert listing(LIST).total is None


def test_entries_that_only_a_script_opens_are_told() -> None:
    html = LIST.replace("href='3.html'", "href='javascript:open(3)'")
    assert len(listing(html).entries) == 5
    assert [e.title for e in without_address(page(html))] == ["望江镇关于第3号事项的通知公告"]
    assert listing(html).without_address[0].date == "2022-03-03"


def test_a_page_without_repeated_entries_is_no_list() -> None:
    assert read_listing(page("<p>正文一段。</p><a href='1.html'>附件</a>")) is None
    assert read_listing(page(MENU)) is None
