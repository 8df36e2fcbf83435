"""Panels in every layout seen: cells, one cell, header row, dl, li, spans, one line, hidden templates, twice."""

from __future__ import annotations

import pytest

from crawler.extract.blocks import blocks
from crawler.extract.panel import Panel, read_panel
from crawler.extract.tree import parse

WANT = {"index_number": "WJ-2022-1", "publisher": "望江镇人民政府", "issued_on": "2022-04-05", "disclosure": "主动公开"}
BODY = "<div class='body'>" + "<p>正文第一段，说明情况，没有任何标签在内。</p>" * 4 + "</div>"


def panel(page: str) -> Panel:
    return read_panel(blocks(parse(page).tree))


def fields(found: Panel, rule: str = "panel") -> dict[str, str]:
    return {f.field: f.value for f in found.found if f.rule == rule}


LAYOUTS = {
    "cells": "<table><tr><td>索 引 号：</td><td>WJ-2022-1</td><td>发布机构：</td><td>望江镇人民政府</td></tr>"
    "<tr><td>生成日期：</td><td>2022-04-05</td><td>公开方式：</td><td>主动公开</td></tr></table>",
    "cells without colon": "<table><tr><td>索引号</td><td>WJ-2022-1</td><td>发布机构</td><td>望江镇人民政府</td></tr>"
    "<tr><td>生成日期</td><td>2022-04-05</td><td>公开方式</td><td>主动公开</td></tr></table>",
    "one cell": "<table><tr><td>索引号：WJ-2022-1</td><td>发布机构：望江镇人民政府</td></tr>"
    "<tr><td><b>生成日期</b>：2022-04-05</td><td>公开方式∶主动公开</td></tr></table>",
    "header row": "<table><tr><th>索引号</th><th>发布机构</th><th>生成日期</th><th>公开方式</th></tr>"
    "<tr><td>WJ-2022-1</td><td>望江镇人民政府</td><td>2022-04-05</td><td>主动公开</td></tr></table>",
    "dl": "<dl><dt>索引号</dt><dd>WJ-2022-1</dd><dt>发布机构</dt><dd>望江镇人民政府</dd>"
    "<dt>生成日期</dt><dd>2022-04-05</dd><dt>公开方式</dt><dd>主动公开</dd></dl>",
    "li": "<ul><li><b>索引号：</b>WJ-2022-1</li><li><b>发布机构：</b>望江镇人民政府</li>"
    "<li><b>生成日期：</b>2022-04-05</li><li><b>公开方式：</b>主动公开</li></ul>",
    "li with spans and no colon": "<ul><li><span>索引号</span><em>WJ-2022-1</em></li>"
    "<li><span>发布机构</span><em>望江镇人民政府</em></li>"
    "<li><span>生成日期</span><em>2022-04-05</em></li><li><span>公开方式</span><em>主动公开</em></li></ul>",
    "divs": "<div><div><div>索引号：</div><div>WJ-2022-1</div></div>"
    "<div><div>发布机构：</div><div>望江镇人民政府</div></div>"
    "<div><div>生成日期：</div><div>2022-04-05</div></div><div><div>公开方式：</div><div>主动公开</div></div></div>",
    "one line": "<p>索 引 号：WJ-2022-1 发布机构：望江镇人民政府 生成日期：2022-04-05 公开方式：主动公开</p>",
    "label split over tags": "<table><tr><td><b>索</b><b>引</b><b>号</b>：</td>"
    "<td>WJ-2022-1</td><td>发布机构：</td><td>望江镇人民政府</td></tr>"
    "<tr><td>生成日期：</td><td>2022-04-05</td><td>公开方式：</td><td>主动公开</td></tr></table>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_says_the_same(layout: str) -> None:
    found = panel(LAYOUTS[layout] + BODY)
    assert fields(found) == WANT
    assert found.nodes
    assert not any("正文" in "".join(node.itertext()) for node in found.nodes)


@pytest.mark.parametrize(
    "page",
    [
        "<p>索引号：A-1 文  号: 成文日期: 发布机构：甲局</p>",
        "<table><tr><td>索引号：</td><td>A-1</td></tr><tr><td>文号：</td><td></td></tr><tr><td>成文日期：</td><td></td></tr>"
        "<tr><td>发布机构：</td><td>甲局</td></tr></table>",
        "<ul><li>索引号：A-1</li><li>文号：</li><li>成文日期：</li><li>发布机构：甲局</li></ul>",
        "<table><tr><td>索引号</td><td>A-1</td><td>文号</td><td></td></tr><tr><td>成文日期</td><td></td><td>发布机构</td><td>甲局</td></tr></table>",
    ],
)
def test_after_an_empty_value_the_next_label_is_no_value(page: str) -> None:
    assert fields(panel(page + BODY)) == {"index_number": "A-1", "publisher": "甲局"}


def test_the_text_behind_an_empty_last_label_is_no_value() -> None:
    found = panel("<div><p>索引号：A-1</p><p>发布机构：甲局</p><p>文号：</p><p>正文从这里开始，是一段话。</p></div>")
    assert fields(found) == {"index_number": "A-1", "publisher": "甲局"}


def test_a_hidden_template_is_not_read() -> None:
    hidden = "<table style='display:none'><tr><td>索引号：</td><td>{no}</td><td>文号：</td><td>{wh}</td></tr></table>"
    assert panel(hidden + BODY).found == ()


def test_a_second_panel_adds_nothing_but_goes_too() -> None:
    found = panel(LAYOUTS["cells"] + "<hr>" + BODY + LAYOUTS["li"])
    assert [f.field for f in found.found].count("index_number") == 1
    assert len(found.nodes) >= 2


def test_unknown_labels_are_reported() -> None:
    page = (
        "<table><tr><td>索引号：</td><td>A-1</td><td>信息状态：</td><td>正常</td></tr>"
        "<tr><td>发布机构：</td><td>甲局</td></tr></table>"
    )
    assert panel(page + BODY).unknown == ("信息状态",)


def test_a_list_of_documents_is_no_panel() -> None:
    rows = "".join(
        f"<tr><td>{i}</td><td>文件{i}</td><td>望政〔2022〕{i}号</td><td>2022-01-0{i}</td></tr>" for i in range(1, 6)
    )
    page = f"<table><tr><th>序号</th><th>文件名称</th><th>文号</th><th>成文日期</th></tr>{rows}</table>"
    found = panel(page)
    assert fields(found) == {}


def test_words_inside_a_sentence_are_no_labels() -> None:
    assert panel("<p>请注明索引号和发布机构，生成日期以盖章为准。</p>" + BODY).found == ()


def test_a_byline_is_not_a_panel() -> None:
    found = panel(
        "<h1>题</h1><div>发布时间：2022-04-06 10:03<span>来源：镇文化站</span>"
        "<span>浏览次数：88</span> 字号：大 中 小</div>"
    )
    assert fields(found, "byline") == {"published_at": "2022-04-06 10:03", "content_source": "镇文化站"}
    assert fields(found) == {}
    assert found.nodes == ()


def test_a_counter_never_ends_up_in_a_value() -> None:
    for count in ("1", "990017"):
        found = panel(f"<p>来源：镇文化站 浏览次数：{count} 次</p><p>发布时间：2022-04-06 【打印】 阅读：{count}</p>")
        assert fields(found, "byline") == {"published_at": "2022-04-06", "content_source": "镇文化站"}


BILINGUAL = {
    "cells": (
        "<table><tr><th>索引号 Index No.</th><td>QL-2024-0118</td>"
        "<th>发布机构 / Publisher</th><td>青岚区水利局</td></tr>"
        "<tr><th>发布日期 Release Date</th><td>2024-06-28</td><th>主题分类(Subject)</th><td>水利</td></tr></table>"
    ),
    "lines": (
        "<ul><li>索引号 Index No.  QL-2024-0118</li><li>发布机构 / Publisher 青岚区水利局</li>"
        "<li>发布日期 Release Date 2024-06-28</li><li>主题分类 Subject：水利</li></ul>"
    ),
    "one line": (
        "<p>索引号 Index No. QL-2024-0118 发布机构 Issued by 青岚区水利局 "
        "发布日期 Date 2024-06-28 主题分类 Subject 水利</p>"
    ),
    "traditional": (
        "<table><tr><td>索引號 Index No.</td><td>QL-2024-0118</td><td>發佈機構 Issued by</td><td>青岚区水利局</td></tr>"
        "<tr><td>發佈日期 Date</td><td>2024-06-28</td><td>主題分類 Subject</td><td>水利</td></tr></table>"
    ),
}


@pytest.mark.parametrize("layout", BILINGUAL)
def test_labels_in_two_languages(layout: str) -> None:
    found = panel(f"<h1>题</h1>{BILINGUAL[layout]}{BODY}")
    assert fields(found) == {
        "index_number": "QL-2024-0118", "publisher": "青岚区水利局", "published_at": "2024-06-28", "subject": "水利",
    }  # fmt: skip


def test_other_english_words_make_no_label() -> None:
    for line in ("来源 Sources of energy", "标题 The Great Wall", "根据来源 Source 的说明", "发布日期 Monday"):
        assert panel(f"<h1>题</h1><p>{line}</p>" + BODY).found == ()


def test_the_head_of_a_letter_in_traditional_script_is_its_own() -> None:
    letter = "<p>發佈日期：2024-06-28</p><p>索引號：QL-2024-0118</p><p>發文字號：青水字第1號</p>"
    assert set(fields(panel(letter + BODY), "byline")) <= {"published_at"}


def test_a_panel_whose_labels_stand_in_the_body_itself_is_read() -> None:
    page = "<body>索引号：LJ-2024-0001<br>发布机构：临江市卫生健康局<br>发布日期：2024-05-06<p>全文如下。</p></body>"
    found = fields(panel(page))
    assert found["index_number"] == "LJ-2024-0001"
