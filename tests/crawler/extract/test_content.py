"""The body: which region, what is cut off, tables, copies, pictures, Markdown."""

from __future__ import annotations

import pytest

from archive.model import Draft
from crawler.extract.page import PageInput, read
from crawler.source import parse_source

LONG = [
    "全镇上半年完成公益林抚育三千二百亩，比去年同期增加一成。",
    "镇林业站组织护林员开展巡查，共劝返野外用火十二起。",
    "下一步，将继续做好秋冬季森林防火和有害生物防治工作。",
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LONG)
SIDE = (
    "<div class='side'><ul>"
    + "".join(f"<li><a href='/a/{i}.html'>镇里的另一条新闻标题{i}</a></li>" for i in range(8))
    + "</ul></div>"
)
FOOT = "<div class='x9'>主办单位：望江镇人民政府 技术支持：某某公司 皖ICP备00000003号 网站标识码：9903000001</div>"


def draft(body: str, **more: object) -> Draft:
    page = f"<html><head><title>上半年林业工作情况</title></head><body>{body}</body></html>"
    found = read(PageInput(page.encode(), url="http://www.example.gov.cn/ly/2.html", expected="article", **more)).draft  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    "box",
    ["id='zoom'", "class='TRS_Editor'", "id='UCAP-CONTENT'", "id='zoomcon'", "id='vsb_content'",
     "class='v_news_content'",
     "id='ivs_content'", "class='article-content'", "class='k17'", "class='content'"],
)  # fmt: skip
def test_the_body_alone_whatever_names_it(box: str) -> None:
    body = f"<h1>上半年林业工作情况</h1><p>来源：林业站 时间：2022-07-01</p><div {box}>{PARAGRAPHS}</div>{SIDE}{FOOT}"
    assert draft(body).text.split("\n") == LONG


def test_the_sources_rule_wins() -> None:
    toml = """name = "望江"\nhomepage = "http://www.example.gov.cn/"\n[[columns]]\nid = "ly"\nurl = "http://www.example.gov.cn/ly/"
[[rules]]\ncontent = "//div[@id='old']"\n"""
    page = f"<div id='old'><p>规则指的地方，只有一句。</p></div><div id='zoom'>{PARAGRAPHS}</div>".encode()
    found = read(PageInput(page, expected="article"), parse_source(toml, "wangjiang")).draft
    assert found is not None
    assert found.text == "规则指的地方，只有一句。"


def test_a_table_keeps_its_rows_in_text_and_markdown() -> None:
    table = (
        "<table><tr><td>村</td><td>面积</td></tr>"
        "<tr><td>东村|一组</td><td>12.5</td></tr><tr><td>西村</td><td></td></tr></table>"
    )
    found = draft(f"<div id='zoom'><p>{LONG[0]}</p>{table}<p>{LONG[1]}</p></div>")
    assert found.text.split("\n") == [LONG[0], "村\t面积", "东村|一组\t12.5", "西村\t", LONG[1]]
    assert "| 村 | 面积 |\n| --- | --- |\n| 东村\\|一组 | 12.5 |\n| 西村 |  |" in found.markdown


def test_a_body_of_one_table_and_a_body_of_short_lines() -> None:
    rows = "".join(f"<tr><td>第{i}项</td><td>合格</td></tr>" for i in range(12))
    assert draft(f"<div id='zoom'><table>{rows}</table></div>{FOOT}").text.count("合格") == 12
    lines = "".join(f"<p>{n}村民组{n}户</p>" for n in range(200, 300))
    assert draft(f"<div id='zoom'>{lines}</div>{SIDE}").text.count("村民组") == 100


def test_a_layout_table_is_read_as_paragraphs() -> None:
    assert (
        draft(
            f"<table><tr><td><div id='zoom'>"
            f"<table><tr><td>{PARAGRAPHS}</td><td></td></tr></table></div></td></tr></table>"
        ).text.split("\n")
        == LONG
    )


def test_copies_are_read_once() -> None:
    once = f"<div>{PARAGRAPHS}</div>"
    assert draft(f"<div id='zoom'>{once}{once}</div>").text.split("\n") == LONG
    assert draft(f"<div id='zoom'>{once}</div><div id='zoom'>{once}</div>").text.split("\n") == LONG
    assert draft(f"<div id='zoom'>{once}<div style='display:none'>{once}</div></div>").text.split("\n") == LONG


def test_a_paragraph_that_the_document_repeats_stays() -> None:
    lines = [LONG[0], LONG[1], LONG[0], "最后一段与前面各段都不相同，必须留下。"]
    assert draft("<div id='zoom'>" + "".join(f"<p>{x}</p>" for x in lines) + "</div>").text.split("\n") == lines


def test_a_picture_is_a_body_without_text() -> None:
    found = draft(f"<h1>上半年林业工作情况</h1><div id='zoom'><p><img src='/1.jpg'></p></div>{SIDE}{FOOT}")
    assert (found.text, found.flags) == ("", ("image_only",))


def test_a_footer_inside_the_body_is_cut_off() -> None:
    body = (
        f"<div class='TRS_Editor'>{PARAGRAPHS}"
        "<p>版权所有：望江镇人民政府</p><p>皖ICP备00000003号</p><p>地址：望江路1号 电话：000</p></div>"
    )
    assert draft(body).text.split("\n") == LONG


def test_tools_and_neighbours_are_cut_off() -> None:
    tools = (
        "<p>【打印本页】【关闭窗口】</p>"
        "<p>上一篇：<a href='1.html'>无</a></p><p>下一篇：<a href='3.html'>别的</a></p>"
        "<p>扫一扫在手机打开当前页</p>"
    )
    for box in ("id='zoom'", "class='content'", "class='k17'"):
        assert draft(f"<div {box}>{PARAGRAPHS}{tools}</div>").text.split("\n") == LONG


def test_a_word_of_chrome_inside_the_text_stays() -> None:
    lines = ["来源：本办法所称林木种子，是指林木的种植材料。", "版权所有的作品按照本办法执行。", *LONG]
    assert (
        draft(
            "<div id='zoom'><p>总则如下，请认真贯彻执行。</p>" + "".join(f"<p>{x}</p>" for x in lines) + "</div>"
        ).text.split("\n")[1:]
        == lines
    )


def test_the_attachment_line_stays_as_printed() -> None:
    found = draft(f"<div id='zoom'>{PARAGRAPHS}<p>附件：1.<a href='/f/1.docx'>名单.docx</a></p></div>")
    assert found.text.endswith("附件：1.名单.docx")


def test_markdown_escapes_what_would_become_markup() -> None:
    found = draft(
        "<div id='zoom'><h3>一、总体情况</h3><p># 号与*星*和_线_以及[方括号]都照印，一个不少。</p>"
        + PARAGRAPHS
        + "</div>"
    )
    assert found.markdown.startswith("### 一、总体情况\n\n\\# 号与\\*星\\*和\\_线\\_以及\\[方括号\\]")


def test_a_title_in_the_body_is_dropped_as_heading_and_kept_as_paragraph() -> None:
    head = "<h1>上半年林业工作情况</h1>"
    assert (
        draft(f"<div class='content'>{head}<p>发布日期：2022-07-01 来源：林业站</p>{PARAGRAPHS}</div>").text.split("\n")
        == LONG
    )
    assert draft(f"{head}<div id='zoom'><p>上半年林业工作情况</p>{PARAGRAPHS}</div>").text.startswith(
        "上半年林业工作情况\n"
    )
