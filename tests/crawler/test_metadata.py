"""Which printed value becomes the field: the written order, empty values, conflicts, parts of the text, full names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extract.agencies import agencies_of_title, full_name, is_agency, split_agencies
from crawler.extract.claims import of_copy
from crawler.extract.metadata import Clues, Found, Rule, assemble
from crawler.extract.parts import read_parts
from crawler.extract.surroundings import breadcrumb, hosts, sharing_site, site_id_code
from crawler.extract.titles import choose_title
from crawler.extract.values import read_value
from crawler.source import Column, Source

SOURCE = Source(
    id="linjiang-wjw",
    name="临江市卫生健康委员会",
    homepage="http://wjw.linjiang.gov.cn/",
    columns=(Column("zj", "http://wjw.linjiang.gov.cn/zj/"),),
    publisher="临江市卫生健康委员会",
)
LETTER = """临卫办〔2021〕12号
关于做好夏季防汛工作的通知
各县（市、区）卫生健康局，市直各医疗卫生单位：
为做好防汛工作，现就有关事项通知如下。
一、提高认识。
附件：1.任务分解表
临江市卫生健康委员会  临江市应急管理局
2021年6月1日
（此件公开发布）
附件1
任务分解表
海东镇卫生院
2021年5月20日"""


def found(field: str, value: str, rule: Rule = "panel", label: str = "标签") -> Found:
    return Found(label, field, value, rule, "line 1")


def clues(*values: Found, **rest: str) -> Clues:
    return replace(Clues(values), **rest)  # type: ignore[arg-type]


def test_the_panel_goes_before_byline_and_tag() -> None:
    made = assemble(
        clues(
            found("publisher", "乙局", "meta"),
            found("publisher", "临江市甲局", "panel", "发布机构"),
            found("index_number", "123456789/2021-00001", "meta"),
        )
    )
    assert made.metadata.publisher == "临江市甲局"
    assert made.metadata.index_number == "123456789/2021-00001"
    assert (made.origins["publisher"].rule, made.origins["publisher"].snippet) == ("panel", "发布机构：临江市甲局")


def test_the_printed_date_goes_before_the_tag_s_and_the_conflict_is_told() -> None:
    made = assemble(
        clues(found("published_at", "2023-11-10 08:00", "meta"), found("published_at", "2021/09/06", "byline"))
    )
    assert made.metadata.published_at == "2021-09-06"
    (issue,) = made.issues
    assert (issue.code, issue.level) == ("conflict", "info")
    assert issue.data["others"] == ["2023-11-10T08:00+08:00"]


def test_the_same_day_with_its_time_is_taken_and_no_conflict() -> None:
    made = assemble(clues(found("published_at", "2021-09-06"), found("published_at", "2021-09-06 10:22", "byline")))
    assert (made.metadata.published_at, made.issues) == ("2021-09-06T10:22+08:00", ())


@pytest.mark.parametrize("empty", ["", "  ", "无", "—", "成文日期:", "成文日期", "文  号: 成文日期:", "[ ]", "null"])
@pytest.mark.parametrize("field", ["document_number", "issued_on", "publisher", "keywords"])
def test_an_empty_value_is_none(field: str, empty: str) -> None:
    assert read_value(field, empty) is None


def test_values_by_field() -> None:
    assert read_value("document_number", "临卫〔2021〕 3号") == "临卫〔2021〕 3号"
    assert read_value("document_number", "2021-03-04") is None
    assert read_value("issued_on", "2021年3月4日 10:00") == "2021-03-04"
    assert read_value("issued_on", "近日") is None
    assert read_value("subject", "卫生、体育\\医药管理") == ("卫生、体育", "医药管理")
    assert read_value("keywords", "卫生 总结；健康,临江") == ("卫生", "总结", "健康", "临江")
    assert read_value("issuers", "临江市财政局、临江市民政局") == ("临江市财政局", "临江市民政局")
    assert read_value("site_id_code", "标识码 3305220012") == "3305220012"


def test_words_behind_a_number_are_no_part_of_it() -> None:
    assert read_value("document_number", "临卫〔2021〕3号 有效") == "临卫〔2021〕3号"
    assert read_value("document_number", "无文号") is None


def test_a_tag_filled_with_the_site_s_name_says_nothing() -> None:
    name = found("site_name", "临江市卫生健康委员会", "meta")
    tags = [found(field, "临江市卫生健康委员会", "meta") for field in ("content_source", "editor", "keywords")]
    made = assemble(clues(name, *tags))
    assert (made.metadata.content_source, made.metadata.editor, made.metadata.keywords) == (None, None, ())
    assert [issue.code for issue in made.issues] == ["template_value"] * 3
    printed = assemble(clues(name, found("content_source", "临江市卫生健康委员会", "byline")))
    assert printed.metadata.content_source == "临江市卫生健康委员会"


def test_an_odd_index_number_is_kept_and_told() -> None:
    made = assemble(clues(found("index_number", "第3号")))
    assert (made.metadata.index_number, [i.code for i in made.issues]) == ("第3号", ["odd_index_number"])


def test_parts_of_a_letter() -> None:
    made = assemble(clues(title="关于做好夏季防汛工作的通知", body=LETTER))
    data = made.metadata
    assert data.document_number == "临卫办〔2021〕12号"
    assert data.addressed_to == ("各县（市、区）卫生健康局", "市直各医疗卫生单位")
    assert data.issuers == ("临江市卫生健康委员会", "临江市应急管理局")
    assert data.issued_on == "2021-06-01"
    assert data.doc_type == "通知"
    assert [(c.role, c.date) for c in made.date_claims] == [("signed", "2021-06-01")]
    assert made.origins["issued_on"].rule == "signature"


def test_date_and_issuer_under_the_title() -> None:
    parts = read_parts("2020年工作总结\n临江市教育局\n（2021年1月8日）\n2020年，我局认真工作。", "2020年工作总结")
    assert parts.signed_on is not None
    assert parts.issuers is not None
    assert (parts.signed_on[0], parts.issuers[0]) == ("2021-01-08", ("临江市教育局",))


@pytest.mark.parametrize(
    "body",
    [
        "会议于\n2021年6月1日\n在临江市召开，局长主持会议，全体人员参加，会议强调三点意见，会后组织讨论。\n第二段内容。\n第三段内容。",
        "全文完。\n临江市教育局办公室 2021年6月1日印发",
        "作出处罚决定的日期：2021年6月1日起生效",
    ],
)
def test_no_signature(body: str) -> None:
    assert read_parts(body).signed_on is None


def test_the_panel_s_day_goes_before_the_signature_s() -> None:
    made = assemble(clues(found("issued_on", "2021-06-03", label="生成日期"), body=LETTER))
    assert made.metadata.issued_on == "2021-06-03"
    assert [(c.role, c.date) for c in made.date_claims] == [("signed", "2021-06-01"), ("generated", "2021-06-03")]
    assert [i.code for i in made.issues] == ["conflict"]


def test_the_block_under_a_forwarded_paper_is_that_paper_s() -> None:
    title = "临江市人民政府办公室转发市教育局关于扩班请示的通知"
    made = assemble(
        clues(title=title, body="各县政府：\n同意请示，请执行。\n关于扩班的请示\n临江市教育局\n2021年6月1日")
    )
    assert made.metadata.issuers == ("临江市人民政府办公室",)
    assert made.metadata.issued_on is None


def test_a_date_in_a_sharing_site_is_that_of_the_upload() -> None:
    chrome = "墨香文库\n下载文档\n格式：DOCX\n页数：12\n由用户上传"
    made = assemble(clues(found("published_at", "2023-04-23", "byline"), chrome=chrome), SOURCE)
    assert [c.role for c in made.date_claims] == ["uploaded"]
    assert (made.metadata.site_name, made.metadata.publisher) == ("墨香文库", None)


def test_a_copy_s_date_is_no_publication_by_the_government() -> None:
    claims = assemble(clues(found("published_at", "2023-04-23", "byline"))).date_claims
    assert [c.role for c in of_copy(claims, "hijacked")] == ["republished"]
    assert of_copy(claims, "official") == claims


def test_the_source_file_names_the_publisher_where_the_page_does_not() -> None:
    made = assemble(clues(body="正文。"), SOURCE)
    assert (made.metadata.publisher, made.origins["publisher"].rule) == ("临江市卫生健康委员会", "source file")
    printed = assemble(clues(found("publisher", "市卫健委")), SOURCE)
    assert (printed.metadata.publisher, printed.metadata.publisher_full) == ("市卫健委", "临江市卫健委")


def test_the_breadcrumb_tells_the_full_name_and_the_column() -> None:
    chrome = "当前位置：\n临江市卫生健康委员会> 法定主动公开内容> 规划计划> 工作总结>"
    made = assemble(clues(found("publisher", "市卫生健康委员会"), chrome=chrome))
    data = made.metadata
    assert (data.publisher, data.publisher_full) == ("市卫生健康委员会", "临江市卫生健康委员会")
    assert (data.site_name, data.column, data.content_source) == ("临江市卫生健康委员会", "工作总结", None)


def test_the_list_s_date_and_title_fill_gaps_only() -> None:
    rest = {"entry_title": "临江市卫生健康委员会关于做好夏季防汛救灾卫生应急工作的通知", "entry_date": "2021-06-02"}
    empty = assemble(replace(Clues(), **rest))
    assert (empty.metadata.title, empty.metadata.published_at) == (rest["entry_title"], "2021-06-02")
    own = assemble(replace(clues(found("published_at", "2021-06-05", "byline"), title="关于防汛的通知"), **rest))
    assert (own.metadata.title, own.metadata.published_at) == ("关于防汛的通知", "2021-06-05")


def test_a_cut_title_is_completed() -> None:
    whole = "临江市2021年卫生健康工作总结及下一步工作计划"
    assert title_of("临江市2021年卫生健康工作总结…", None, ["别的标题很长很长", whole]) == whole
    assert title_of("临江市2021年…", None, ["海东市2021年工作总结"]) == "临江市2021年…"
    assert title_of(None, None, ["2021年工作总结.docx"]) == "2021年工作总结"
    assert title_of(None, " ", [""]) is None


def title_of(heading: str | None, labelled: str | None, others: list[str]) -> str | None:
    chosen = choose_title(heading, labelled, others)
    return chosen.title if chosen else None


def test_names_of_bodies() -> None:
    assert is_agency("临江市卫生健康委员会")
    assert not is_agency("推进公共卫生工作委员会")
    assert split_agencies("临江市财政局 临江市民政局") == ("临江市财政局", "临江市民政局")
    assert split_agencies("特此通知") == ()
    assert agencies_of_title("临江市财政局、临江市民政局关于发放补贴的通知") == ("临江市财政局", "临江市民政局")
    assert agencies_of_title("卫生局2018年工作总结") == ()
    assert agencies_of_title("全市卫生健康工作2018年总结") == ()


@pytest.mark.parametrize(
    ("short", "names", "full"),
    [
        ("市卫健委", ["临江市人民政府"], "临江市卫健委"),
        ("县卫生健康局", ["东海省临江市人民政府"], None),
        ("卫生健康局", ["临江市人民政府"], "临江市卫生健康局"),
        ("国务院办公厅", [], "国务院办公厅"),
        ("临江市卫健局", ["海东市人民政府"], "临江市卫健局"),
        ("市卫健委", ["关于通知"], None),
    ],
)
def test_full_name(short: str, names: list[str], full: str | None) -> None:
    assert full_name(short, names) == full


def test_surroundings() -> None:
    footer = "主办：临江市人民政府办公室 承办：临江市大数据中心\n东ICP备05000001号 网站标识码：3305220012"
    assert hosts(footer) == ("临江市人民政府办公室", "临江市大数据中心")
    assert site_id_code(footer) == "3305220012"
    assert breadcrumb("您现在的位置：首页 > 政务公开 > 总结 > 正文") == ("政务公开", "总结")
    assert breadcrumb("温度>30 度") == ()
    assert sharing_site("版权归用户,墨香网负责整理代发布") == "墨香网"
    assert sharing_site("本网负责解释，政策文库") is None
