"""Article pages of many shapes: the same document comes out of each, whatever the chrome around it says today."""

from __future__ import annotations

import re

import pytest

from archive.model import Draft, Reading
from crawler.extract.page import PageInput, read
from tests.crawler.extract.shapes import CHROME, DATE, INDEX, NUMBER, ORGAN, PARAGRAPHS, PLAIN, SHAPES, TITLE, page

PANELS = sorted(name for name in SHAPES if name.startswith("panel"))


def reading(name: str, tick: int = 0, expected: bool = True) -> Reading:
    body = page(SHAPES[name], tick)
    return read(
        PageInput(body, url="http://www.weitang.example.gov.cn/tz/7.html", expected="article" if expected else None)
    )


def draft(name: str, tick: int = 0) -> Draft:
    found = reading(name, tick).draft
    assert found is not None
    return found


@pytest.mark.parametrize("name", SHAPES)
def test_title_and_date_without_chrome(name: str) -> None:
    found = draft(name)
    assert re.sub(r"\s", "", found.title or "") == TITLE
    assert (found.metadata.published_at or "")[:10] == DATE
    assert [word for word in CHROME if word in found.text] == []


@pytest.mark.parametrize("name", [*PLAIN, *PANELS])
def test_each_paragraph_once(name: str) -> None:
    text = draft(name).text
    assert [text.count(paragraph) for paragraph in PARAGRAPHS] == [1, 1, 1, 1]
    assert text.startswith(PARAGRAPHS[0][:8])
    assert text.endswith(PARAGRAPHS[-1])


@pytest.mark.parametrize("name", PANELS)
def test_panel_fields(name: str) -> None:
    fields = draft(name).metadata
    assert (fields.index_number, fields.publisher, fields.document_number) == (INDEX, ORGAN, NUMBER)


@pytest.mark.parametrize("name", SHAPES)
def test_an_article_without_being_told(name: str) -> None:
    assert reading(name, expected=False).kind == "article"


@pytest.mark.parametrize("name", SHAPES)
def test_other_chrome_same_document(name: str) -> None:
    first, later = draft(name, 0), draft(name, 5)
    assert page(SHAPES[name], 0) != page(SHAPES[name], 5)
    assert (first.text, first.markdown, first.metadata) == (later.text, later.markdown, later.metadata)
    assert (first.date_claims, first.attachments) == (later.date_claims, later.attachments)


def test_bodies_that_are_no_prose() -> None:
    table = draft("a table of data").text
    assert table.splitlines()[0] == "片区\t事项\t万元"
    assert table.splitlines()[-1].endswith("122")
    assert (draft("a picture").text, draft("a picture").flags) == ("", ("image_only",))
    assert draft("see the files").text.startswith("见附件")
    assert draft("one sentence").text == "同意该方案。"


def test_merged_cells_keep_their_columns() -> None:
    table = (
        "<table><tr><td rowspan=2>事项</td><td colspan=2>数量</td></tr><tr><td>甲</td><td>乙</td></tr>"
        "<tr><td rowspan=2>清淤</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    )
    body = page(f"<h1>{TITLE}</h1><p>发布时间：{DATE}</p><div>{table}</div>")
    found = read(PageInput(body, url="http://www.weitang.example.gov.cn/tz/7.html")).draft
    assert found is not None
    assert found.text.split("\n") == ["事项\t数量\t", "\t甲\t乙", "清淤\t1\t2", "\t3\t4"]
    assert "| 清淤 | 1 | 2 |\n|  | 3 | 4 |" in found.markdown


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("see the files", ["/tz/P020220308001.docx", "/tz/P020220308002.xls"]),
        ("a file in a viewer", ["/f/7.pdf"]),
        ("an embedded file", ["/f/7.pdf"]),
        ("a picture", []),
    ],
)
def test_files(name: str, files: list[str]) -> None:
    assert [link.url.removeprefix("http://www.weitang.example.gov.cn") for link in draft(name).attachments] == files
