"""Places by their GB/T 2260 codes, and the full names that follow from them: never of another level or place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.regions import TABLE, division
from crawler.extract.divisions import full_name_by_codes
from crawler.extract.metadata import Assembled, Clues, Found, assemble
from crawler.source import Column, Source

SOURCE = Source("one", "一个网站", "http://a.test/", (Column("a", "http://a.test/a/"),), region="330900")


def made(publisher: str, chrome: str = "", source: Source | None = None) -> Assembled:
    return assemble(Clues((Found("发布机构", "publisher", publisher, "panel", "table"),), chrome=chrome), source)


def test_the_table_is_whole() -> None:
    codes = [f"{n:06}" for n in range(110000, 660000)]
    places = {code: name for code in codes if (name := division(code))}
    provinces = [code for code in places if code.endswith("0000")]
    assert (len(provinces), len(places)) == (31, len(TABLE.split()))
    assert all(places[code[:2] + "0000"] for code in places)
    assert all(name.endswith(("省", "自治区", "市", "自治州", "地区", "盟", "县", "林区")) for name in places.values())
    assert len(set(places.values())) == len(places)
    assert [places[code] for code in ("330000", "330900", "429004", "310000", "659001")] == [
        "浙江省", "舟山市", "仙桃市", "上海市", "石河子市",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("short", "codes", "full"),
    [
        ("市卫生健康委员会", ["330900"], "舟山市卫生健康委员会"),
        ("市卫生健康委员会", ["330900", "3309000012"], "舟山市卫生健康委员会"),
        ("市卫生健康委员会", ["310000"], "上海市卫生健康委员会"),
        ("省财政厅", ["3309020012"], "浙江省财政厅"),
        ("省财政厅", ["330900", "3301000012"], "浙江省财政厅"),
        ("自治区民政厅", ["4501000012"], "广西壮族自治区民政厅"),
        ("自治州教育局", ["422800"], "恩施土家族苗族自治州教育局"),
        ("盟教育局", ["152200"], "兴安盟教育局"),
        ("县水利局", ["469021"], "定安县水利局"),
        ("市卫生健康委员会", ["330902"], None),
        ("市卫生健康委员会", ["330000"], None),
        ("市卫生健康委员会", ["330300", "3303820012"], None),
        ("市卫生健康委员会", ["bm12000001"], None),
        ("市卫生健康委员会", [], None),
        ("省财政厅", ["310000"], None),
        ("省财政厅", ["330900", "3401000012"], None),
        ("自治区民政厅", ["330900"], None),
        ("县水利局", ["330900"], None),
        ("区水利局", ["450000"], None),
        ("州教育局", ["330900"], None),
        ("卫生健康委员会", ["330900"], None),
        ("市关于开展工作", ["330900"], None),
    ],
)
def test_levels_agree_or_nothing_is_claimed(short: str, codes: list[str], full: str | None) -> None:
    assert full_name_by_codes(short, codes) == full


def test_the_source_s_region_and_the_site_s_code_tell_the_place() -> None:
    for told in (made("市水利局", source=SOURCE), made("市 水利局", "网站标识码：3309000012")):
        assert told.metadata.publisher_full == "舟山市水利局"
        assert told.origins["publisher_full"].rule == "region code"


def test_a_name_on_the_page_goes_first() -> None:
    chrome = "当前位置：临江市水利局 > 政务公开 > 通知 > 正文\n网站标识码：3309000012"
    assert made("市水利局", chrome, SOURCE).metadata.publisher_full == "临江市水利局"


def test_a_code_of_another_place_claims_nothing() -> None:
    assert made("市水利局", "网站标识码：3401000012", SOURCE).metadata.publisher_full is None
    assert made("市水利局", source=replace(SOURCE, region=None)).metadata.publisher_full is None


def test_a_sharing_site_s_copy_has_no_place_of_the_source() -> None:
    chrome = "墨香文库\n下载文档\n格式：DOCX\n页数：12\n由用户上传"
    assert made("市水利局", chrome, SOURCE).metadata.publisher_full is None
