"""Text files: page text with its chrome, in the shapes in which such files come. All texts are invented."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Draft, Reading
from crawler.extract.lines import read_lines
from tests.crawler.line_texts import (
    CELLS,
    FACTS,
    MACHINE,
    MATTER,
    MIRROR,
    ONE_LINE,
    OPENING,
    PANEL,
    REPOST,
    UNTITLED,
    UPLOAD,
)


def read(text: str, url: str | None = None) -> tuple[Reading, Draft]:
    reading = read_lines(text, url)
    assert reading.draft is not None
    return reading, reading.draft


def test_official_page_with_panel_lines() -> None:
    reading, draft = read(PANEL, "http://wjw.linjiang.gov.cn/art/2021/1/21/art_1_2.html")
    data = draft.metadata
    assert (reading.kind, reading.trust, draft.flags) == ("article", "claimed", ())
    assert data.title == "2020年工作总结和2021年工作思路"
    assert (data.publisher, data.publisher_full) == ("市卫生健康委员会", "临江市卫生健康委员会")
    assert (data.index_number, data.catalog_class) == ("009008007006005/2021-100706", ("总结",))
    assert (data.issued_on, data.published_at, data.disclosure) == ("2021-01-20", "2021-01-21", "主动公开")
    assert (data.period_start, data.period_end) == ("2020-01-01", "2020-12-31")
    assert data.content_source == "市卫生健康委员会"
    claims = [(c.role, c.date) for c in draft.date_claims]
    assert claims == [("signed", "2021-01-18"), ("generated", "2021-01-20"), ("published", "2021-01-21")]


def test_a_repeated_title_over_issuer_and_date_belongs_to_the_document() -> None:
    text = read(PANEL)[1].text
    assert text.startswith("2020年工作总结和2021年工作思路\n临江市卫生健康委员会\n(2021年1月18日)")
    assert text.endswith("组织业务培训58场次。")
    assert "当前位置" not in text
    assert "访问次数" not in text


def test_a_panel_with_values_below_its_labels() -> None:
    reading, draft = read(CELLS)
    data = draft.metadata
    assert data.title == "青禾县卫生健康局2020年工作总结和2021年工作思路"
    assert (data.index_number, data.publisher) == ("11330599MB1234567X/2021-30211", "青禾县卫生健康局")
    assert (data.document_number, data.validity) == (None, None)
    assert (data.issued_on, data.published_at) == ("2021-01-12", "2021-01-15T09:32+08:00")
    assert (data.editor, data.site_id_code, data.column) == ("林小禾", "3305990001", "计划总结")
    assert draft.text.startswith("2020年，全县")
    assert draft.text.endswith("附件：1.主要指标表.docx\n青禾县卫生健康局\n2021年1月12日")
    assert reading.trust == "claimed"


def test_a_panel_in_one_line_with_empty_values() -> None:
    _, draft = read(ONE_LINE)
    data = draft.metadata
    assert data.title == "青禾县2020年卫生健康工作总结"
    assert (data.publisher, data.publisher_full) == ("县卫生健康局", "青禾县卫生健康局")
    assert (data.issued_on, data.disclosure) == ("2020-12-30", "主动公开")
    assert (data.document_number, data.genre) == (None, None)
    assert draft.unknown_labels == ()
    assert draft.text.startswith("全县卫生健康系统")
    assert draft.text.endswith("58场次。")


def test_a_page_without_title_has_none() -> None:
    reading, draft = read(UNTITLED)
    data = draft.metadata
    assert (data.title, data.publisher, data.content_source) == (None, None, "青禾县卫生健康局")
    assert (data.editor, data.published_at, data.site_id_code) == ("林小禾", "2024-10-10", "3305990045")
    assert (data.period_start, data.period_end) == ("2023-01-01", "2023-12-31")
    assert data.summary is not None
    assert data.summary.startswith("2023年,青禾县卫生健康局")
    assert draft.text.startswith("医共体建设工作:")
    assert draft.text.endswith("58场次。")
    assert reading.trust == "claimed"


def test_a_repost() -> None:
    reading, draft = read(REPOST)
    data = draft.metadata
    assert (reading.trust, draft.flags) == ("repost", ())
    assert (data.title, data.site_name) == ("青禾县卫生健康局2020年上半年工作总结", "墨香文库")
    assert (data.publisher, data.issuers) == (None, ("临江市青禾县卫生健康局",))
    assert (data.issued_on, data.published_at) == ("2020-07-11", None)
    assert draft.text.startswith("2020年,全县")
    assert draft.text.endswith("临江市青禾县卫生健康局\n2020年7月11日")


def test_an_altered_and_cut_upload() -> None:
    reading, draft = read(UPLOAD)
    data = draft.metadata
    assert (reading.trust, draft.flags) == ("repost", ("altered", "truncated"))
    assert (data.title, data.site_name) == ("2022年医疗卫生工作总结", "墨栈网")
    assert (data.period_start, data.issued_on, data.published_at) == (None, None, "2022-04-23")
    assert [(c.role, c.date) for c in draft.date_claims] == [("uploaded", "2022-04-23")]
    assert "period_conflict" in [issue.code for issue in reading.issues]
    assert draft.text.startswith("XX年医疗卫生工作总结")
    assert draft.text.endswith("改革,各项")
    assert "20230%" in draft.text


def test_an_upload_with_its_facts_in_one_line() -> None:
    reading, draft = read(FACTS)
    assert (reading.trust, draft.flags) == ("repost", ("altered",))
    assert draft.metadata.published_at == "2022-05-06"
    assert draft.text == FACTS.splitlines()[5]


def test_a_hijacked_mirror_is_restored_and_flagged() -> None:
    reading, draft = read(MIRROR)
    data = draft.metadata
    assert (reading.trust, draft.flags) == ("hijacked", ("repaired",))
    assert data.title == "青禾县卫生健康局2023年上半年工作总结及下一步工作计划"
    assert (data.publisher, data.issuers) == (None, ("青禾县卫生健康局",))
    assert data.published_at == "2023-07-10T16:58+08:00"
    assert (data.period_start, data.period_end) == ("2023-01-01", "2023-06-30")
    assert draft.text.startswith("2023年上半年,全县卫生健康工作认真贯彻")
    assert "女性(HPV)疫苗" in draft.text
    assert draft.text.endswith("建立电子健康档案372000份。")
    assert [c.role for c in draft.date_claims] == ["republished"]


def test_machine_made_script_is_hijacked() -> None:
    reading, draft = read(MACHINE)
    assert reading.trust == "hijacked"
    assert draft.text.startswith("2023年，全县卫生健康系统全面落实各项部署，各项制度不断完善，取得了新的成效")


def test_a_letter_without_any_chrome() -> None:
    text = f"关于2020年第三季度卫生健康工作情况的报告\n各位代表：\n{OPENING}\n东湖区卫生健康局\n二〇二〇年十月十二日"
    reading, draft = read(text)
    assert draft.metadata.title == "关于2020年第三季度卫生健康工作情况的报告"
    assert draft.metadata.issued_on == "2020-10-12"
    assert draft.text == text.partition("\n")[2]
    assert reading.trust == "claimed"


def test_a_byline_that_begins_with_its_date() -> None:
    text = f"青禾县教育局2021年工作总结\n2022-03-05 10:21 来源：县教育局 点击：33\n{OPENING}\n2022年1月4日"
    data = read(text)[1].metadata
    assert (data.published_at, data.issued_on) == ("2022-03-05T10:21+08:00", "2022-01-04")
    assert (data.content_source, data.issuers) == ("县教育局", ("青禾县教育局",))


def test_a_title_over_two_lines_and_an_empty_keyword_label() -> None:
    text = f"""索引号： 000012345/2019-00311 主题分类： 卫生\\其他
发文机关： 海东省人民政府办公厅 成文日期： 2019年03月08日
主 题 词：
海东省人民政府办公厅关于成立河湖巡查
工作专班的通知
各市人民政府，省政府各部门：
{OPENING}
海东省人民政府办公厅
2019年3月8日
（此件公开发布）"""
    _, draft = read(text)
    data = draft.metadata
    assert data.title == "海东省人民政府办公厅关于成立河湖巡查工作专班的通知"
    assert (data.keywords, data.subject) == ((), ("卫生", "其他"))
    assert data.addressed_to == ("各市人民政府", "省政府各部门")
    assert draft.text.startswith("各市人民政府，省政府各部门：")
    assert draft.text.endswith("（此件公开发布）")


def test_a_preview_behind_a_wall() -> None:
    text = f"""2018年乡镇卫生院上半年工作总结 - 墨香文档网
2018年乡镇卫生院上半年工作总结
{OPENING}
{MATTER[:-10]}
亲，该文档总共5页，到这儿已超出免费预览范围，如果喜欢就下载吧！
还剩 2 页未读，下载浏览全部"""
    reading, draft = read(text)
    assert (reading.trust, draft.flags) == ("repost", ("truncated", "paywalled"))
    assert draft.metadata.site_name == "墨香文档网"
    assert draft.text == f"{OPENING}\n{MATTER[:-10]}"


def test_spam_around_a_mirror_stays_out() -> None:
    head, foot = "2023年青禾縣民政局工作總結(jié)-亚洲成人av_久久一区", "主站蜘蛛池模板：麻豆精品| 日韩午夜视频|"
    text = f"{head}\n{MIRROR}\n上一篇：2022年總結\n{foot}"
    reading, draft = read(text)
    assert reading.trust == "hijacked"
    assert draft.text.endswith("建立电子健康档案372000份。")


@given(st.text(alphabet="一二三、。，：: 年月日2019索引号发布机构>扫分享大中小\n（）", max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert read_lines(text).kind in ("article", "error")


def test_a_long_text_is_read_in_time() -> None:
    started = perf_counter()
    read("\n".join([OPENING, "扫一扫" * 60, "分享 " * 60, *([MATTER] * 5000)]))
    assert perf_counter() - started < 5


def test_one_paragraph_alone() -> None:
    assert read(OPENING)[1].text == OPENING


def test_host_of_a_meeting_is_no_footer() -> None:
    text = f"关于举办培训班的通知\n各单位：\n{OPENING}\n主办单位：青禾县卫生健康局\n承办单位：青禾县医院\n{MATTER}"
    assert read(text)[1].text.endswith(MATTER)


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_no_body_is_an_error_with_its_issue(text: str) -> None:
    reading = read_lines(text)
    assert (reading.kind, reading.draft) == ("error", None)
    assert [issue.code for issue in reading.issues] == ["no_content"]


def test_an_unknown_label_is_told() -> None:
    text = PANEL.replace("生成日期", "编目流水：七 生成日期：")
    reading, draft = read(text)
    assert draft.unknown_labels == ("编目流水",)
    assert "unknown_label" in [issue.code for issue in reading.issues]


@pytest.mark.parametrize("text", [PANEL, CELLS, UNTITLED, REPOST, UPLOAD, MIRROR])
def test_every_line_of_the_body_stands_in_the_file(text: str) -> None:
    draft = read(text)[1]
    if "repaired" not in draft.flags:
        assert all(line in text for line in draft.text.splitlines())
    for field in draft.origins:
        assert getattr(draft.metadata, field)
