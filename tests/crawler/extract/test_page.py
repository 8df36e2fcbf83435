"""What kind of answer a page is, what is said of bad ones, and which reader read it."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crawler.extract import PageInput, read, reader_revision
from crawler.source import Source, parse_source

PAGES = Path(__file__).resolve().parents[2] / "pages"
URL = "http://www.wangjiang.example.gov.cn/tz/2022/3.html"
TEXT = "<p>现将有关材料印发，请各村（社区）遵照执行，并于月底前反馈。</p>" * 6
TOML = """name = "望江镇"\nhomepage = "http://www.wangjiang.example.gov.cn/"\n[[columns]]\nid = "tz"\nurl = "http://www.wangjiang.example.gov.cn/tz/"\n"""


def kind(html: str | bytes, **more: object) -> tuple[str, list[str]]:
    body = html if isinstance(html, bytes) else html.encode()
    reading = read(PageInput(body, **{"url": URL, "expected": "article", **more}))  # type: ignore[arg-type]
    return reading.kind, [issue.code for issue in reading.issues]


@pytest.mark.parametrize(
    "html",
    [
        "<script>document.cookie='__jsl_clearance=1|0|x';location.href=location.pathname</script>",
        "<html><script>var arg1='3A';setCookie('acw_sc__v2', x)</script></html>",
        "<html><body onload='challenge()'><script src='/WZWSREL3NzYw=='></script></body></html>",
        "<html><title>安全验证</title><body>请完成安全验证后继续访问</body></html>",
        "<html><body>Please enable JavaScript and refresh the page.</body></html>",
    ],
)
@pytest.mark.parametrize("expected", ["article", "list", None])
def test_a_challenge_is_never_a_document(html: str, expected: str | None) -> None:
    assert kind(html, expected=expected) == ("challenge", ["challenged"])


def test_challenge_by_status_and_a_page_that_only_carries_the_script() -> None:
    assert kind("<html></html>", status=521)[0] == "challenge"
    assert kind("<script>$_ts=window['$_ts']</script>", status=412)[0] == "challenge"
    script = "<script>document.cookie='__jsl_clearance=1'</script>"
    assert kind(f"{script}<div id='zoom'>{TEXT * 4}</div>")[0] == "article"


@pytest.mark.parametrize(
    ("html", "more"),
    [
        ("<title>404</title><p>抱歉，您访问的页面不存在或已被删除。</p>", {}),
        ("<p>该信息不存在</p><a href='/'>返回首页</a>", {}),
        (f"<h1>望江镇</h1>{TEXT}", {"final_url": "http://www.wangjiang.example.gov.cn/index.html"}),
        (f"<h1>望江镇</h1>{TEXT}", {"final_url": "http://www.wangjiang.example.gov.cn/404.html"}),
    ],
)
def test_not_found_said_with_status_200(html: str, more: dict[str, object]) -> None:
    assert kind(html, **more) == ("soft_404", ["soft_404"])


def test_a_document_about_missing_pages_is_a_document() -> None:
    assert (
        kind(f"<title>整改报告</title><div id='zoom'><p>经查，两个页面不存在，已经整改。</p>{TEXT * 3}</div>")[0]
        == "article"
    )


def test_a_script_frame_is_a_shell() -> None:
    html = (
        "<html><body><div id='app'></div><script src='/a.js'></script><script>"
        + "var a=1;" * 60
        + "</script></body></html>"
    )
    assert kind(html)[0] == "shell"
    assert kind(html, expected="list")[0] == "shell"


@pytest.mark.parametrize(
    ("body", "want"),
    [
        (b"", ("error", ["decode"])),
        (b" \r\n ", ("error", ["decode"])),
        (b"\0\1\2" * 300, ("error", ["decode"])),
        (b"%PDF-1.7\n...", ("error", ["wrong_media"])),
        (b"PK\x03\x04....", ("error", ["wrong_media"])),
        (b'{"data": []}', ("error", ["wrong_media"])),
        (b"\x89PNG\r\n\x1a\n....", ("image", [])),
        (b"\xff\xd8\xff\xe0....", ("image", [])),
    ],
)
def test_what_is_no_page(body: bytes, want: tuple[str, list[str]]) -> None:
    assert kind(body) == want


def test_http_errors_are_errors() -> None:
    assert kind(f"<div id='zoom'>{TEXT}</div>", status=404) == ("error", ["fetch"])


def test_an_empty_list_is_said() -> None:
    assert kind("<p>本栏目暂无信息。</p>", expected="list") == ("list", ["empty_listing"])


def test_an_article_without_body_is_said() -> None:
    assert kind("<h1>望江镇2022年工作要点</h1><p><a href='/'>首页</a></p>") == ("article", ["no_content"])


def test_list_or_article_where_nobody_says() -> None:
    rows = "".join(
        f"<li><a href='{n}.html'>关于第{n}号事项的通知公告全文</a><span>2022-03-0{n}</span></li>" for n in range(1, 9)
    )
    assert kind(f"<ul>{rows}</ul>", expected=None)[0] == "list"
    assert kind(f"<div class='k'>{TEXT}</div><ul>{rows}</ul>", expected=None)[0] == "article"
    links = "".join(
        f"<div><h3>板块{n}</h3>" + "".join(f"<a href='/{n}/{m}'>新闻标题{m}</a>" for m in range(9)) + "</div>"
        for n in range(12)
    )
    assert kind(links, expected=None)[0] == "portal"


def test_a_page_of_text_lines_goes_to_the_line_reader() -> None:
    lines = (
        "当前位置：首页\n望江镇2022年工作总结\n发布日期：2022-12-30\n"
        "一年来，镇党委政府团结带领全镇人民，完成了各项任务。\n"
    )
    reading = read(PageInput(lines.encode(), media_type="text/plain; charset=utf-8", fetched=False))
    assert (reading.kind, reading.encoding) == ("article", "utf-8")
    assert reading.draft is not None
    assert "团结带领全镇人民" in reading.draft.text


def test_the_family_of_the_source_is_taken() -> None:
    source = parse_source(TOML.replace("[[columns]]", 'family = "trs"\n[[columns]]', 1), "wangjiang")
    body = f"<div class='TRS_Editor'>{TEXT}</div>".encode()
    assert read(PageInput(body, url=URL, expected="article"), source).family == "trs"


def test_dated_rules_hold_until_their_day() -> None:
    toml = TOML + "[[rules]]\nvalid_until = 2021-06-30\ncontent = \"//div[@id='old']\"\n"
    source = parse_source(toml, "wangjiang")
    page = PageInput(
        f"<div id='old'><p>旧版正文，只在旧规则里。</p></div><div id='zoom'>{TEXT}</div>".encode(), expected="article"
    )
    old = read(replace(page, captured_on=date(2021, 6, 1)), source).draft
    new = read(replace(page, captured_on=date(2021, 7, 1)), source).draft
    assert old is not None
    assert new is not None
    assert old.text == "旧版正文，只在旧规则里。"
    assert new.text.startswith("现将有关材料印发")


def test_a_damaged_page_is_read_with_a_warning() -> None:
    body = bytearray(f"<div id='zoom'>{TEXT}</div>".encode())
    body[100] = 0xFF
    reading = read(PageInput(bytes(body), url=URL, expected="article"))
    assert reading.draft is not None
    assert reading.draft.warnings
    assert "page_warning" in [issue.code for issue in reading.issues]


def test_injected_readings_are_taken_out_everywhere() -> None:
    readings = {
        "卫": "wèi",
        "生": "shēng",
        "健": "jiàn",
        "康": "kāng",
        "局": "jú",
        "工": "gōng",
        "作": "zuò",
        "总": "zǒng",
        "结": "jié",
    }

    def strewn(text: str) -> str:
        return re.sub(
            ".", lambda m: f"{m.group()}({readings[m.group()]})" if m.group() in readings else m.group(), text
        )

    html = (
        f"<h1>{strewn('望江镇卫生健康工作总结')}</h1><div id='zoom'>"
        + f"<p>{strewn('卫生健康局完成各项工作，现总结如下，请予审阅。')}</p>" * 4
        + "</div>"
    )
    reading = read(PageInput(html.encode(), url=URL, expected="article"))
    assert reading.draft is not None
    assert reading.draft.text.split("\n")[0] == "卫生健康局完成各项工作，现总结如下，请予审阅。"
    assert reading.draft.title == "望江镇卫生健康工作总结"
    assert "repaired" in reading.draft.flags


@pytest.mark.parametrize("expected", ["article", "list", None])
def test_hostile_pages_are_read_in_seconds(expected: str | None) -> None:
    pages = [
        "<p " + " ".join(f"a{i}=1" for i in range(50_000)) + f">{TEXT}",
        "<body>" + "<p>这是一段用来测试的文字，长度适中，标点齐全。</p>" * 8_000,
        "<body>" + "".join(f"<li><a href='{i}.html'>这是第{i}条标题</a>2020-01-01</li>" for i in range(3_000)),
        "<table>" + "<tr><td>索引号</td><td>文号</td><td>发布机构</td></tr>" * 2_000,
        "<p>" + "索引号：" * 20_000,
        "<div id='zoom'>" + "<div class='content'>" * 1_500 + TEXT,
    ]
    for html in pages:
        started = time.perf_counter()
        read(PageInput(html.encode(), url=URL, expected=expected))  # type: ignore[arg-type]
        assert time.perf_counter() - started < 10, html[:40]


def source(toml: str = TOML) -> Source:
    return parse_source(toml, "wangjiang")


def test_the_revision_tells_readers_apart() -> None:
    plain = reader_revision()
    assert re.fullmatch(r"gongkai \S+ rules [0-9a-f]{16}", plain)
    assert reader_revision() == plain
    ruled = TOML + "[[rules]]\ncontent = \"//div[@id='x']\"\n"
    assert len({plain, reader_revision(source()), reader_revision(source(ruled))}) == 3
    slower = TOML.replace("[[columns]]", 'schedule = "daily"\n[fetch]\ndelay = 9.0\n[[columns]]', 1)
    assert reader_revision(source(slower)) == reader_revision(source())


def test_reading_is_a_function_of_the_bytes() -> None:
    body = (PAGES / "hanweb/article.html").read_bytes()
    page = PageInput(body, url="http://www.yunxi.example.gov.cn/art/2021/7/19/art_99001_5501.html")
    assert read(page) == read(page)
