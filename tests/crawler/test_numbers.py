"""Numbers of letters in all bracket styles, and the shape of index numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.numbers import find_numbers, is_index_number, line_number, read_number, title_number

BRACKETS = st.sampled_from(["〔〕", "[]", "【】", "()", "（）", "﹝﹞", "［］"])


@given(st.integers(1950, 2099), st.integers(1, 99999), BRACKETS)
def test_every_bracket_style_is_one_number(year: int, serial: int, brackets: str) -> None:
    printed = f"临卫办函{brackets[0]}{year}{brackets[1]}{serial:03} 号"
    number = line_number(f"  {printed} ")
    assert number is not None
    assert (number.text, number.canonical) == (printed, f"临卫办函〔{year}〕{serial}号")


def test_numbers_without_brackets() -> None:
    assert [n.canonical for n in find_numbers("临江市人民政府令第12号")] == ["临江市人民政府令第12号"]
    number = read_number("海东药监公告2023年第05号")
    assert number is not None
    assert (number.code, number.year, number.serial) == ("海东药监公告", 2023, "5")


def test_a_citation_loses_the_words_before_it() -> None:
    text = "根据临政发（2019）32 号文件和东政办〔2020〕7号、海卫〔2021〕3号要求"
    assert [n.text for n in find_numbers(text)] == ["临政发（2019）32 号", "东政办〔2020〕7号", "海卫〔2021〕3号"]
    assert line_number(text) is None


@pytest.mark.parametrize("value", ["成文日期", "2020-07-24", "第3号楼", "无", ""])
def test_no_number(value: str) -> None:
    assert read_number(value) is None


@pytest.mark.parametrize(
    "value",
    ["001002003004005/2020-100001", "000012345/2017-00110", "123456789Q/2024-00112", "770A12-07-2024-0008-1",
     "11990000012345678Y-/2018-1220012", "K12-0202-2020-00012"],
)  # fmt: skip
def test_index_number_shapes(value: str) -> None:
    assert is_index_number(value)


@pytest.mark.parametrize("value", ["成文日期", "2020-07-24", "2020年7月24日", "无", "临江市卫生健康局"])
def test_no_index_number(value: str) -> None:
    assert not is_index_number(value)


def test_the_number_at_a_title_s_end_is_its_own() -> None:
    number = title_number("处罚信息公开表(临罚决字〔2024〕36号)")
    assert number is not None
    assert number.text == "临罚决字〔2024〕36号"
    assert title_number("转发（临罚〔2024〕36号）文件的通知") is None
    assert title_number("第三季度通报（第3号）") is None
