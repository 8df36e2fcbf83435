"""Which further pages an article's own pager names, and what is never one; the pages read as one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extract import MOST_PARTS, FurtherPage, PageInput, read

FOLDER = "http://www.weidu.example.gov.cn/tz/"
TITLE = "苇渡县2024年卫生工作总结"
LINES = (
    "全年共走访苇渡县各镇居民三千二百余户，发放宣传资料一万余份。",
    "各镇街道卫生院按月报送进展，由县级部门汇总后统一公开，接受监督。",
    "在慢性病管理方面，规范建立健康档案，定期随访患者。",
)


def page(pager: str, *, number: int = 1, within: bool = True, end: str = "") -> bytes:
    body = "".join(f"<p>第{number}部分：{line}</p>" for line in LINES) + end
    box = f"<div>{pager}</div>"
    inside, under = (box, "") if within else ("", box)
    return f"""<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><h1>{TITLE}</h1>
<div>发布时间：2024-05-06 来源：苇渡县卫生健康局</div><div><div id="zoom">{body}{inside}</div>{under}</div>
<div>上一篇：<a href="t2024_0.html">别的文件</a></div><div>主办单位：苇渡县卫生健康局</div></body></html>""".encode()


def links(*pairs: str) -> str:
    """``address text`` each."""
    return " ".join('<a href="{}">{}</a>'.format(*pair.split(" ")) for pair in pairs)


def script(*arguments: object) -> str:
    return f"<script>createPageHTML({', '.join(map(str, arguments))});</script>"


NAMED = {
    "TRS script, first": ("t2024_1.html", script(3, 0, '"t2024_1"', '"html"'), "t2024_1_1.html t2024_1_2.html"),
    "TRS script, second": ("t2024_1_1.html", script(3, 1, '"t2024_1"', '"html"'), "t2024_1_2.html"),
    "script with a box": ("c_9.shtml", script("'page_div'", 3, 1, "'c_9'", "'shtml'", 20), "c_9_2.shtml c_9_3.shtml"),
    "numbers from one": (
        "t2024_1.html",
        "1 " + links("t2024_1_1.html 2", "t2024_1_2.html 3", "t2024_1_1.html 下一页"),
        "t2024_1_1.html t2024_1_2.html",
    ),
    "numbers from two": ("5.html", "[1] " + links("5_2.html [2]", "5_3.html [3]"), "5_2.html 5_3.html"),
    "the first by its number": ("5.html", links("5_1.html 1", "5_2.html 2", "5_2.html 下页"), "5_2.html"),
    "onward alone": ("5.html", links("5_2.html 下一页"), "5_2.html"),
    "numbered through": ("c_1.html", "1 " + links("c_2.html 2", "c_3.html 3"), "c_2.html c_3.html"),
    "by hyphen": ("a-7.html", "1 " + links("a-7-2.html 2", "a-7-2.html 末页"), "a-7-2.html"),
    "by parameter": ("v?id=5", "1 " + links("?id=5&page=2 2", "?id=5&page=3 3"), "v?id=5&page=2 v?id=5&page=3"),
    "parameter from nought": ("v.jsp?id=5", "1 " + links("v.jsp?id=5&page=1 2"), "v.jsp?id=5&page=1"),
}  # fmt: skip


@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize("name", NAMED)
def test_the_pages_that_an_own_pager_names(name: str, within: bool) -> None:
    own, pager, expected = NAMED[name]
    reading = read(PageInput(page(pager, within=within), url=FOLDER + own, expected="article"))
    assert [part.url.removeprefix(FOLDER) for part in reading.parts] == expected.split(" ")
    assert reading.draft is not None
    assert reading.draft.text.endswith(LINES[2])
    assert all(part.capture is None for part in reading.parts)


@pytest.mark.parametrize(
    ("own", "pager"),
    [
        ("t2024_1.html", links("t2024_0.html 上一篇", "t2024_2.html 下一篇")),
        ("t2024_1.html", links("t2024_0.html 上一页", "t2024_2.html 下一页")),  # neighbours, whatever they are called
        ("t2024_1.html", links("t2024_1_1.html 附表一")),
        ("t2024_1.html", links("../gk/t2024_1_1.html 2")),
        ("t2024_1.html", links("t2024_1_1.htm 2")),
        ("t2024_1.html", links("t2024_1_7.html 尾页")),
        ("t2024_1.html", script(3, 0, '"index"', '"html"')),
        ("t2024_1.html", script(1, 0, '"t2024_1"', '"html"')),
        ("index.html", links("index_1.html 2", "index_1.html 下一页")),
        ("index.html", script(3, 0, '"index"', '"html"')),
        ("show.php?id=5", links("show.php?id=6 下一页")),
        ("show.php?id=5", links("show.php?id=6&page=2 2")),
    ],
)
def test_what_is_no_page_of_the_article(own: str, pager: str) -> None:
    reading = read(PageInput(page(pager), url=FOLDER + own, expected="article"))
    assert (reading.kind, reading.parts, reading.part_of) == ("article", (), None)


@pytest.mark.parametrize(
    ("own", "pager", "first"),
    [
        ("t2024_1_2.html", script(3, 2, '"t2024_1"', '"html"'), "t2024_1.html"),
        ("5_2.html", links("5.html 上一页", "5_3.html 下一页"), "5.html"),
        ("content_2.html", links("content_1.html 1", "content_3.html 3"), "content_1.html"),
        ("show.php?id=5&page=2", links("show.php?id=5 1", "show.php?id=5&page=3 3"), "show.php?id=5"),
    ],
)
def test_a_later_page_knows_its_first(own: str, pager: str, first: str) -> None:
    reading = read(PageInput(page(pager), url=FOLDER + own, expected="article"))
    assert reading.part_of == FOLDER + first


def test_a_page_that_knows_its_neighbours_alone_is_told_by_the_first() -> None:
    seventh = PageInput(page(links("5_6.html 上一页", "5_8.html 下一页")), url=FOLDER + "5_7.html", expected="article")
    assert read(seventh).parts == ()
    told = read(replace(seventh, first_page=FOLDER + "5.html"))
    assert [part.number for part in told.parts] == [8]
    assert read(replace(seventh, first_page=FOLDER + "6.html")).parts == ()


def test_a_list_where_an_article_was_expected_is_not_paged() -> None:
    lines = "".join(f'<li><a href="/a/{n}.html">苇渡县第{n}号卫生工作通知的说明</a></li>' for n in range(12))
    html = (
        f'<html><body><h1>通知</h1><div id="zoom"><ul>{lines}</ul><p>1 {links("tz_2.html 2")}</p></div></body></html>'
    )
    assert read(PageInput(html.encode(), url=FOLDER + "tz.html", expected="article")).parts == ()


def held(number: int, pager: str, end: str = "") -> FurtherPage:
    return FurtherPage(
        number,
        100 + number,
        PageInput(page(pager, number=number, end=end), url=f"{FOLDER}5_{number}.html", expected="article"),
    )


def test_the_pages_are_read_as_one_and_the_end_is_signed() -> None:
    signed = '<p>苇渡县卫生健康局</p><p>2024年3月5日</p><p>附件：<a href="/f/2.pdf">二.pdf</a></p>'
    box = '<p>附件：<a href="/f/1.pdf">一.pdf</a></p>'
    first = PageInput(page(links("5_2.html 下一页"), end=box), url=FOLDER + "5.html", expected="article")
    second = held(2, links("5.html 上一页", "5_3.html 下一页"), box)
    third = held(3, links("5_2.html 上一页"), signed)
    reading = read(replace(first, further=(second, third)))
    draft = reading.draft
    assert draft is not None
    assert [(part.number, part.capture) for part in reading.parts] == [(2, 102), (3, 103)]
    assert [draft.text.count(f"第{n}部分") for n in (1, 2, 3)] == [3, 3, 3]
    assert TITLE not in draft.text
    assert "来源" not in draft.text
    assert (draft.metadata.issuers, draft.metadata.issued_on) == (("苇渡县卫生健康局",), "2024-03-05")
    assert [(a.order, a.name) for a in draft.attachments] == [(1, "一.pdf"), (2, "二.pdf")]
    without = read(replace(first, further=(third,)))  # nobody names the third page
    assert [(part.number, part.capture) for part in without.parts] == [(2, None)]


def test_a_reading_names_one_page_more_than_is_asked_for() -> None:
    reading = read(PageInput(page(script(10**9, 0, '"5"', '"html"')), url=FOLDER + "5.html", expected="article"))
    assert len(reading.parts) == MOST_PARTS + 1
