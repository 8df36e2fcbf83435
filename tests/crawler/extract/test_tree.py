"""Parsing: nothing that the page shows may be lost in silence, and no page may take minutes."""

from __future__ import annotations

import time

import pytest

from crawler.extract.blocks import blocks
from crawler.extract.tree import parse

BODY = "<p>白石镇财政所公布二〇二二年度预算执行情况。</p>" * 5


def shown(page: str) -> str:
    return "\n".join(block.text for block in blocks(parse(page).tree))


@pytest.mark.parametrize(
    "page",
    [
        f"<html><body><div>头部</div></body></html><div>{BODY}</div></body></html>",
        f"<html><body><html><head></head><body>{BODY}</body></html>",
        f'<?xml version="1.0" encoding="gb2312"?><html><body>{BODY}',
        f"{BODY}",
        f"<div>{BODY}" * 1,
        f"<p>\x00\x08\ud800{BODY}",
    ],
)
def test_ordinary_breakage_loses_nothing(page: str) -> None:
    parsed = parse(page)
    assert shown(page).count("白石镇财政所") == 5
    assert parsed.recovered is None


@pytest.mark.parametrize(("tag", "how"), [("font", "inline tags removed"), ("div", "all tags removed")])
def test_text_below_absurd_nesting_is_found_and_said(tag: str, how: str) -> None:
    page = f"<html><body>{f'<{tag}>' * 5000}{BODY}"
    parsed = parse(page)
    assert parsed.recovered == how
    assert shown(page).count("白石镇财政所") == 5


def test_text_nodes_of_many_megabytes_are_kept() -> None:
    assert len(shown("<p>" + "公" * 11_000_000 + "</p><p>完</p>")) == 11_000_002


@pytest.mark.parametrize(
    "page",
    [
        "<p " + " ".join(f'a{i}="1"' for i in range(100_000)) + f">{BODY}",
        "<p " + " ".join(f"a{i}" for i in range(100_000)) + f">{BODY}",
        "<!--" * 50_000 + BODY,
        BODY + '<a href="' * 30_000,
        BODY + "<" * 100_000,
        BODY + "<script>" * 50_000,
    ],
)
def test_hostile_markup_takes_seconds_at_most(page: str) -> None:
    started = time.perf_counter()
    parse(page)
    assert time.perf_counter() - started < 8  # the parser alone needs 100 s for the first page


def test_the_text_of_a_tag_with_too_many_attributes_is_kept() -> None:
    assert shown("<p " + " ".join(f"a{i}=1" for i in range(2000)) + ">正文</p>") == "正文"


def test_an_empty_page_is_an_empty_tree() -> None:
    assert shown("") == ""


def test_hidden_parts_scripts_and_comments_are_not_shown() -> None:
    page = """<p>甲</p><p style="DISPLAY : none">乙</p><div hidden><p>丙</p></div><script>丁</script><!-- 戊 -->
    <span style="visibility:hidden">己</span><select><option>庚</option></select><p>辛</p>"""
    assert shown(page) == "甲\n辛"


def test_white_space_is_what_a_reader_sees() -> None:
    page = "<p>　　第一\n     行，<span>有</span> <b>数</b> 12&nbsp;&nbsp;万\u200b元</p><p>a\n b</p>甲<br>乙"
    assert shown(page).split("\n") == ["第一行，有 数 12 万元", "a b", "甲", "乙"]
