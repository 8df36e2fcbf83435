"""The days that a summary or plan covers, and where none may be claimed. Also the kind that a title names."""

from __future__ import annotations

import pytest

from crawler.extract.classify import doc_type
from crawler.extract.period import find_period


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("2019年上半年工作小结及下半年工作安排", "2019-01-01", "2019-06-30"),
        ("临江区卫生健康局2024年上半年工作总结及下一步工作计划", "2024-01-01", "2024-06-30"),
        ("2023年工作总结和2024年工作计划", "2023-01-01", "2023-12-31"),
        ("二〇二〇年前三季度工作总结", "2020-01-01", "2020-09-30"),
        ("2020年第三季度工作小结", "2020-07-01", "2020-09-30"),
        ("2024年度第一季度工作总结", "2024-01-01", "2024-03-31"),
        ("2020年1-10月工作完成情况", "2020-01-01", "2020-10-31"),
        ("2020年2月份工作总结", "2020-02-01", "2020-02-29"),
        ("临江县“十四五”卫生健康发展规划", "2021-01-01", "2025-12-31"),
        ("十三五工作总结", "2016-01-01", "2020-12-31"),
        ("2021-2025年卫生健康规划", "2021-01-01", "2025-12-31"),
        ("2023年政府信息公开工作年度报告", "2023-01-01", "2023-12-31"),
        ("关于印发《临江县2018年工作要点》的通知", "2018-01-01", "2018-12-31"),
        ("2024年3月1日至5月31日专项行动工作情况", "2024-03-01", "2024-05-31"),
        ("临江县卫生局2018工作总结", "2018-01-01", "2018-12-31"),
    ],
)
def test_period_of_a_title(title: str, start: str, end: str) -> None:
    covered = find_period(title, "")
    assert (covered.start, covered.end) == (start, end)


@pytest.mark.parametrize(
    "title",
    [
        "关于2019年部分节假日安排的通知",
        "工作总结",
        "关于做好2023年工作总结报送的通知",
        "临江县召开2024年工作计划部署会",
    ],
)
def test_no_period(title: str) -> None:
    assert find_period(title, "各单位：").start is None


def periods(title: str | None, body: str = "") -> list[tuple[str, str, str]]:
    return [(p.kind, p.start, p.end) for p in find_period(title, body).periods]


YEAR = ("2023-01-01", "2023-12-31")
HALVES = [("summary", "2023-01-01", "2023-06-30"), ("plan", "2023-07-01", "2023-12-31")]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("2023年上半年工作总结和下半年工作思路", HALVES),
        ("二〇二三年上半年工作小结暨下半年工作要点", HALVES),
        ("2023年上半年工作总结 2023年下半年工作计划", HALVES),
        ("2023年工作总结和2024年工作计划", [("summary", *YEAR), ("plan", "2024-01-01", "2024-12-31")]),
        ("2023年工作总结2024年上半年计划", [("summary", *YEAR), ("plan", "2024-01-01", "2024-06-30")]),
        ("关于2023年预算执行情况与2024年预算草案的报告", [("summary", *YEAR), ("plan", "2024-01-01", "2024-12-31")]),
        ("2023年工作总结及明年工作打算", [("summary", *YEAR), ("plan", "2024-01-01", "2024-12-31")]),
        (
            "2023年一季度总结和二季度安排",
            [("summary", "2023-01-01", "2023-03-31"), ("plan", "2023-04-01", "2023-06-30")],
        ),
        ("2023年工作总结及下一步工作计划", [("summary", *YEAR)]),
        ("2023年工作计划", [("plan", *YEAR)]),
        ("2023年工作计划完成情况", [("summary", *YEAR)]),
        ("2023年部门预算", [("plan", *YEAR)]),
        ("工作总结和2023年工作计划", [("plan", *YEAR)]),
        ("2023年工作总结和2022年工作计划", [("summary", *YEAR)]),
        ("关于2023年部分节假日安排的通知", []),
    ],
)
def test_a_title_may_look_back_and_ahead(title: str, found: list[tuple[str, str, str]]) -> None:
    assert periods(title) == found
    covered = find_period(title, "")
    assert (covered.start, covered.end) == (found[0][1:] if found else (None, None))


def test_periods_by_the_opening_and_none_against_the_text() -> None:
    assert periods("上半年工作总结和下半年工作计划", "2023年，我局认真落实部署。") == HALVES
    assert periods(None, "2023年，我局认真落实部署。") == [("summary", *YEAR)]
    assert periods("2023年工作总结和2024年工作计划", "全市学习党的十七大及十七届五中全会文件。") == []


def test_without_a_title_the_opening_says_the_year() -> None:
    covered = find_period(None, "医共体工作：一是完善架构。", "2024年,临江县卫生健康局在县委领导下,推动工作。")
    assert (covered.start, covered.end, covered.where) == ("2024-01-01", "2024-12-31", "summary")


def test_a_title_without_year_takes_the_opening_s() -> None:
    assert find_period("上半年工作总结", "2021年，我局认真落实部署。").end == "2021-06-30"
    assert find_period("上半年工作总结", "我局认真落实部署。").start is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("全市卫生系统学习党的十七大及十七届五中全会文件，做好新农合。", "2007"),
        ("XX年卫生工作总结 本年度工作思路", "XX年"),
        ("2009年投入300万元，2010年投入400万元，比2008年增长。", "2008, 2009, 2010"),
    ],
)
def test_a_text_of_another_time_claims_no_period(body: str, why: str) -> None:
    covered = find_period("2023年医疗卫生工作总结", body)
    assert covered.start is None
    assert why in (covered.conflict or "")


@pytest.mark.parametrize(
    "body",
    ["深入学习党的二十大精神，传承党的十七大以来的好做法。", "2022年投入300万元，2023年投入400万元，2015年起步。", ""],
)
def test_a_text_of_its_time_does(body: str) -> None:
    covered = find_period("2023年医疗卫生工作总结", body)
    assert (covered.start, covered.conflict) == ("2023-01-01", None)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于印发《临江县工作要点》的通知", "通知"),
        ("2019年上半年工作小结及下半年工作安排", "总结"),
        ("临江县献血办法（试行）", "办法"),
        ("对县人大第12号建议的答复", "答复"),
        ("关于同意设立门诊部的批复", "批复"),
        ("关于征求意见的函", "函"),
        ("2023年政府信息公开工作年度报告", "报告"),
        ("临江县人民政府令第12号", "令"),
        ("《临江县医疗废物管理条例》", "条例"),
        ("2023年工作总结.docx", "总结"),
        ("临江县召开卫生工作会议", None),
        ("全县医疗机构负责人赴海东市考察调研", None),
        (None, None),
    ],
)
def test_kind_of_a_title(title: str | None, kind: str | None) -> None:
    assert doc_type(title) == kind
