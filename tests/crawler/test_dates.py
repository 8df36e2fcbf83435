"""Printed dates: every form that pages use, and what must never be taken for one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import find_dates, read_date, read_range

MOMENTS = st.datetimes(datetime(1949, 10, 1), datetime(2099, 12, 31))
NUMERALS = "〇一二三四五六七八九"


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("2024-06-25 10:03:27", "2024-06-25T10:03:27+08:00"),
        ("2020年09月15日 09时32分", "2020-09-15T09:32+08:00"),
        ("2021/09/06", "2021-09-06"),
        ("2020.7.4", "2020-07-04"),
        ("2020 年 7 月 4 日", "2020-07-04"),
        ("二〇二〇年七月二十四日", "2020-07-24"),
        ("二○二○年十月三十一日", "2020-10-31"),
        ("二〇一九年元月廿五日", "2019-01-25"),
        ("时间∶2024-06-10 16∶58", "2024-06-10T16:58+08:00"),
        ("２０２４年６月５日", "2024-06-05"),
        ("2024-06-25T02:03:27Z", "2024-06-25T10:03:27+08:00"),
        ("2024-06-25 10:03:27.0", "2024-06-25T10:03:27+08:00"),
        ("2024年6月5日下午3:20", "2024-06-05T15:20+08:00"),
        ("2024-06-1016:58:09", "2024-06-10T16:58:09+08:00"),
        ("2024-06-10 24:30", "2024-06-10"),
        ("（2019年8月13日）", "2019-08-13"),
    ],
)
def test_reads_printed_form(printed: str, value: str) -> None:
    assert read_date(printed) == value


@pytest.mark.parametrize(
    "text",
    [
        "临卫〔2023〕10号",
        "临卫办[2023]10-3号",
        "临卫2023-10-3号",
        "360A12-07-2024-0008-1",
        "11330522MB1234567X-/2018-1220012",
        "001008009005020/2020-134706",
        "/art/2020/7/24/art_1_2.html",
        "2023-02-30",
        "2024年6月",
        "电话0580-2020.7.4",
        "版本12020-07-04",
    ],
)
def test_reads_no_date(text: str) -> None:
    assert read_date(text) is None


def test_offsets_hold_in_the_text_as_it_stands() -> None:
    text = "发布：２０２４年６月５日，更新：二○二四年六月六日"
    assert [text[d.start : d.end] for d in find_dates(text)] == ["２０２４年６月５日", "二○二四年六月六日"]


@pytest.mark.parametrize("span", ["2024年3月1日至5月31日", "2024-03-01—2024-05-31", "2024.3.1-2024.5.31"])
def test_reads_a_range(span: str) -> None:
    assert read_range(f"公示期为{span}。") == ("2024-03-01", "2024-05-31")


def test_a_range_that_runs_backwards_is_none() -> None:
    assert read_range("2024年3月1日至2月1日") is None


@given(MOMENTS)
def test_precision_is_kept(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    day = moment.date().isoformat()
    assert read_date(f"发布日期:{moment:%Y-%m-%d}来源") == day
    assert read_date(f"{moment:%Y/%m/%d %H:%M}") == f"{day}T{moment:%H:%M}+08:00"
    assert (
        read_date(f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}") == f"{moment.isoformat()}+08:00"
    )


@given(MOMENTS)
def test_chinese_numerals_and_digits_agree(moment: datetime) -> None:
    year = "".join(NUMERALS[int(digit)] for digit in str(moment.year))
    assert read_date(f"{year}年{_spelled(moment.month)}月{_spelled(moment.day)}日") == moment.date().isoformat()


@given(MOMENTS, st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))
def test_a_zone_is_turned_into_local_time(moment: datetime, offset: timedelta) -> None:
    minutes = int(offset.total_seconds() // 60)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    expected = moment - timedelta(minutes=minutes) + timedelta(hours=8)
    assert read_date(f"{moment:%Y-%m-%dT%H:%M:%S}{zone}") == f"{expected:%Y-%m-%dT%H:%M:%S}+08:00"


@given(st.text(alphabet="0123456789年月日〔〕号-/.:一二〇十 号", max_size=40))
def test_any_text_gives_a_real_day_or_nothing(text: str) -> None:
    for found in find_dates(text):
        datetime.fromisoformat(found.value)


@given(st.integers(1949, 2099), st.integers(1, 9999), st.sampled_from(["〔〕", "[]", "【】", "()", "（）"]))
def test_a_document_number_is_never_a_date(year: int, serial: int, brackets: str) -> None:
    assert read_date(f"临卫发{brackets[0]}{year}{brackets[1]}{serial}号") is None


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十") + (NUMERALS[ones] if ones else "")
