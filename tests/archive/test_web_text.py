"""What the page makes of a text: Markdown as HTML, a query's terms, the strings in two languages, charts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import METADATA_FIELDS
from archive.web.charts import bars, every_month, every_year, line
from archive.web.language import field_label, preferred, translator
from archive.web.richtext import html_of_markdown
from archive.web.strings import STRINGS
from archive.web.templating import TEMPLATES, safe_address, shown
from archive.web.terms import holds, with_term, without_term
from tests.archive.webarchive import NOTICE

ALLOWED = {"p", "h3", "h4", "h5", "h6", "ul", "li", "div", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {("class", "foot"), ("class", "flush"), ("class", "numbered"), ("class", "indented"), ("class", "wide"),
              ("class", "number"), ("tabindex", "0"), ("scope", "col")}  # fmt: skip


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.words = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= set(attributes)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def read(markdown: str) -> Reader:
    reader = Reader()
    reader.feed(str(html_of_markdown(markdown)))
    reader.close()
    return reader


def test_a_notice_has_its_shape() -> None:
    html = str(html_of_markdown(NOTICE))
    assert '<p class="flush">各乡镇人民政府：</p>' in html
    assert '<p class="indented">为做好防汛工作，现将有关事项通知如下：</p>' in html
    assert "<h3>一、总体要求</h3>" in html
    assert '<th scope="col">单位</th><th scope="col">人次</th>' in html
    assert '<tr><td>澜沂|一镇</td><td class="number">1,204</td></tr>' in html
    assert "<td>&lt;b&gt;二镇&lt;/b&gt;</td>" in html
    assert "<li>抢险队伍</li>" in html
    assert '<p class="foot">青洲市卫生健康局</p>\n<p class="foot">2026年5月20日</p>' in html


def test_what_the_reader_escaped_is_itself_again() -> None:
    assert read(r"\# 一 \*二\* \<三\> \[四\](五) \_六\_ C:\\七").words == "# 一 *二* <三> [四](五) _六_ C:\\七"


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[a](javascript:alert(1))", "![x](http://a.test/x.png)", "|a|\n| --- |\n|\\",
     "| a |\n| --- |\n| <img src=x> |", "## <svg/onload=x>", "- <iframe>", "| --- |", "|\n|", "|\n| --- |",
     "&lt;b&gt;", "\u202eabc"],
)  # fmt: skip
def test_no_text_becomes_markup(text: str) -> None:
    reader = read(text)
    assert set(reader.tags) <= ALLOWED
    assert reader.attributes <= ATTRIBUTES
    assert not reader.open


@given(st.text(alphabet="<>&\"'|\\-# \n：。一青年月日1\u202e\x00a[]()*`", max_size=80))
def test_any_text_keeps_its_words_and_gets_no_markup(text: str) -> None:
    reader = read(text)
    assert set(reader.tags) <= ALLOWED
    assert reader.attributes <= ATTRIBUTES
    assert not reader.open
    for kept in "一青年月日1a":
        assert reader.words.count(kept) == text.count(kept)


def test_only_web_addresses_are_links() -> None:
    assert safe_address("http://a.test/x") == "http://a.test/x"
    for bad in ("javascript:alert(1)", " JAVASCRIPT:alert(1)", "data:text/html,x", "//a.test", "", None, "http://[x"):
        assert safe_address(bad) is None


def test_what_is_shown_does_not_steer() -> None:
    assert shown("a\u202eb\x00c\x1bd\u2066e\nf") == "a\ufffdb\ufffdc\ufffdd\ufffde\nf"
    assert shown("长" * 10, 5) == "长长长长长…"
    assert shown(None) == ""


def test_terms_come_and_go() -> None:
    assert with_term("防汛", "source:a") == "防汛 source:a"
    assert with_term("防汛 after:2020 before:2020-05", "after:2023 before:2023") == "防汛 after:2023 before:2023"
    assert with_term("", 'publisher:"青 洲"') == 'publisher:"青 洲"'
    query = '防汛 publisher:"青洲市" trust:official'
    assert holds(query, 'publisher:"青洲市"')
    assert not holds(query, "trust:off")
    assert without_term(query, 'publisher:"青洲市"') == "防汛 trust:official"


def test_every_string_has_two_languages_and_is_used() -> None:
    pages = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
    code = "".join(path.read_text("utf-8") for path in TEMPLATES.parent.glob("*.py"))
    used = set(re.findall(r"\bt\([\"'](\w+)[\"'](?! ~)", pages)) | {
        key for key in STRINGS if f'"{key}"' in pages + code
    }
    prefixes = tuple(re.findall(r't\("(\w+_)" ~', pages))
    assert used <= set(STRINGS)
    unused = [key for key in STRINGS if key not in used and not key.startswith(prefixes)]
    assert unused == []
    for key, (chinese, english) in STRINGS.items():
        assert chinese, key
        assert english, key
        names = [set(re.findall(r"{(\w+)}", text)) for text in (chinese, english)]
        assert names[0] == names[1], key


def test_one_and_many() -> None:
    t = translator("en")
    assert (t("documents", n="1"), t("documents", n="1,204")) == ("1 document", "1,204 documents")
    assert translator("zh")("documents", n="1") == "1 件文件"


def test_every_field_has_a_label() -> None:
    for name in METADATA_FIELDS:
        assert re.search("[\u4e00-\u9fff]", field_label(name, "zh"))
        assert field_label(name, "en").isascii()


@pytest.mark.parametrize(
    ("accept", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB", "en"), ("", "en"), ("de", "en"), ("zh;q=x", "en"), ("*", "en")],
)
def test_preferred_language(accept: str, language: str) -> None:
    assert preferred(accept) == language


def test_charts() -> None:
    assert every_year({"2021": 2, "2023": 1, "undated": 5}) == [("2021", 2), ("2022", 0), ("2023", 1)]
    assert every_month({"2021-11": 1, "2022-02": 3}) == [
        ("2021-11", 1), ("2021-12", 0), ("2022-01", 0), ("2022-02", 3),
    ]  # fmt: skip
    assert len(every_month({"1999-01": 1, "2022-02": 3})) == 120
    assert (every_year({}), every_month({}), bars([], 10, 10)) == ([], [], ())
    drawn = bars([("a", 1), ("b", 10_000), ("c", 0)], 30, 50)
    assert [(bar.x, bar.height) for bar in drawn] == [(0, 2), (10, 50), (20, 0)]
    assert line([0, 5, 10], 20, 10) == "0.0,10.0 10.0,5.0 20.0,0.0"
