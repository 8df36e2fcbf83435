"""Files that a page offers."""

from __future__ import annotations

from archive.model import AttachmentLink
from crawler.extract.page import PageInput, read

URL = "http://www.wangjiang.example.gov.cn/tz/2022/3.html"
TEXT = "<p>现将有关材料印发，请各村（社区）遵照执行，并于月底前反馈。</p>" * 3


def attachments(html: str, url: str | None = URL) -> tuple[AttachmentLink, ...]:
    draft = read(PageInput(html.encode(), url=url, expected="article")).draft
    assert draft is not None
    return draft.attachments


def test_links_in_order_absolute_once_with_type() -> None:
    found = attachments(f"""<div id='zoom'>{TEXT}<p>附件：
    <a href='./P020.docx'>1.名单.docx</a><a href='/f/2.pdf?v=1'>2.预算表</a>
    <a href='./P020.docx'>1.名单.docx</a><a href='javascript:x()'>3.doc</a>
    <a href='data:text/plain,x'>4.txt</a><a href='/tz/9.html'>另见</a></p></div>""")
    assert [(a.order, a.name, a.url) for a in found] == [
        (1, "1.名单.docx", "http://www.wangjiang.example.gov.cn/tz/2022/P020.docx"),
        (2, "2.预算表", "http://www.wangjiang.example.gov.cn/f/2.pdf?v=1"),
    ]
    assert found[1].media_type == "application/pdf"


def test_download_scripts_and_boxes_behind_the_body() -> None:
    found = attachments(f"""<div class='art'><div id='zoom'>{TEXT}</div>
    <div class='fujian'>附件：<a href='/module/download/downfile.jsp?classid=0&amp;filename=ab12.xls'>汇总表</a>
    <a href='/system/download.jsp?wbfileid=77' title='方案.wps'>方案.wps</a>已下载<span>12</span>次
    <a href='/f/scan.jpg'>扫描件</a></div></div>
    <div class='side'><a href='/help.pdf'>办事指南下载.pdf</a></div>""")
    assert [a.name for a in found] == ["汇总表", "方案.wps", "扫描件"]
    assert found[0].url.endswith("/module/download/downfile.jsp?classid=0&filename=ab12.xls")
    assert found[2].media_type == "image/jpeg"


def test_the_download_counter_is_in_neither_name_nor_text() -> None:
    html = f"<div id='zoom'>{TEXT}<p>附件【<a href='1.pdf'>方案.pdf（已下载#次）</a>】已下载#次</p></div>"
    pages = [html.replace("#", count).encode() for count in ("3", "4107")]
    drafts = [read(PageInput(page, url=URL, expected="article")).draft for page in pages]
    one, two = drafts
    assert one is not None
    assert two is not None
    assert (one.text, one.attachments) == (two.text, two.attachments)
    assert one.attachments[0].name == "方案.pdf"


def test_a_picture_in_the_text_is_no_attachment_and_a_page_without_address_keeps_its_links() -> None:
    assert attachments(f"<div id='zoom'>{TEXT}<a href='1.jpg'><img src='1.jpg'></a></div>") == ()
    assert attachments(f"<div id='zoom'>{TEXT}<a href='1.pdf'>全文</a></div>", None)[0].url == "1.pdf"
