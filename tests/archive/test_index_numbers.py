"""Index numbers taken apart: the known shapes, what is left alone, and series that do not depend on the print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.index_numbers import IndexNumber, organisation_in, parse_index_number

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
DASHES = ["-", "－", "—", "–", "‐", "−"]
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FRONTS = st.from_regex(r"[A-HJ-NP-Z]{2}[0-9]{4,7}", fullmatch=True)
CLASSES = st.one_of(st.none(), st.from_regex(r"[0-9]{2,4}", fullmatch=True).filter(lambda c: c[:2] not in ("19", "20")))
YEARS, SERIALS = st.integers(1950, 2090), st.integers(0, 999999)


@pytest.mark.parametrize(
    ("text", "parts", "series"),
    [
        ("123456785/2019-00123", ("123456785", None, None, 2019, None, 123, None), "123456785/2019"),
        ("qlwjw/2022-0009913", ("QLWJW", None, None, 2022, None, 9913, None), "QLWJW/2022"),
        ("003140001/202209-00014", ("003140001", None, None, 2022, 9, 14, None), "003140001/202209"),
        ("QL123/0402/2019-7", ("QL123", None, "0402", 2019, None, 7, None), "QL123/0402/2019"),
        ("GP06-0203-2024-0018", ("GP06", None, "0203", 2024, None, 18, None), "GP06/0203/2024"),
        ("990A12-07-2024-0008-1", ("990A12", None, "07", 2024, None, 8, 1), "990A12/07/2024"),
        ("510182-0212-2010-000123", ("510182-0212", None, None, 2010, None, 123, None), "510182-0212/2010"),
        ("330600-YH02-0101-2021-00331", ("330600-YH02", None, "0101", 2021, None, 331, None), None),
        ("LC-WLJ-2025-0019", ("LC-WLJ", None, None, 2025, None, 19, None), "LC-WLJ/2025"),
        ("DW1001-2022-2004", ("DW1001", None, None, 2022, None, 2004, None), "DW1001/2022"),
        ("ABC123456Y-/2018-1220012", ("ABC123456Y", None, None, 2018, None, None, None), "none"),
    ],
)
def test_known_shapes(text: str, parts: tuple[object, ...], series: str | None) -> None:
    number = parse_index_number(text)
    assert number == IndexNumber(*parts)  # type: ignore[arg-type]
    if series:
        assert number.series == (None if series == "none" else series)


@pytest.mark.parametrize(
    "text",
    ["", "无", "2019-00123", "/2019-00123", "第3号", "临卫〔2019〕3号", "2019年7月24日", "X1-2019-2020-5",
     "AB12/19-001", "AB12/2019", "AB12-0304-20190312-001", "AB12/2019-01-02", "A/B/C/2019-1", "AB12 2019 001",
     "9" * 90],
)  # fmt: skip
def test_what_is_not_known_is_not_read(text: str) -> None:
    assert parse_index_number(text) is None


@given(st.text(max_size=100))
def test_no_text_breaks_it(text: str) -> None:
    number = parse_index_number(text)
    assert number is None or number.front


@given(FRONTS, CLASSES, YEARS, SERIALS, st.sampled_from(DASHES), st.booleans(), st.booleans(), st.sampled_from("/-"))
def test_series_and_serial_do_not_depend_on_the_print(
    front: str, category: str | None, year: int, serial: int, dash: str, wide: bool, bracket: bool, mark: str
) -> None:
    codes = f"{front}{mark}{category}" if category else front
    plain = f"{codes}{mark}{year}-{serial:05}"
    printed = f"{codes}{mark}{f'〔{year}〕' if bracket else year} - {serial:07}".replace("-", dash)
    printed = printed.translate(FULL_WIDTH) if wide else printed.lower()
    one, other = parse_index_number(plain), parse_index_number(printed)
    assert one is not None
    assert one == other
    assert (one.front, one.category, one.year, one.serial) == (front, category, year, serial)
    assert one.series == "/".join(filter(None, (front, category, str(year))))


@given(st.from_regex(r"[0-9A-Z]{8}", fullmatch=True))
def test_one_check_character_fits_eight_signs(base: str) -> None:
    fitting = [check for check in "0123456789X" if organisation_in(base + check)]
    assert len(fitting) == 1
    assert organisation_in(f"{base}-{fitting[0]}") == base + fitting[0]


@given(st.text("0123456789", min_size=8, max_size=8), st.text("0123456789", min_size=8, max_size=8))
def test_an_organisation_within_a_credit_code(head: str, base: str) -> None:
    own = next(base + check for check in "0123456789X" if organisation_in(base + check))
    fitting = [sign for sign in SIGNS if organisation_in(head + own + sign)]
    assert len(fitting) == 1
    assert organisation_in(head + own + fitting[0]) == own


def test_a_dash_in_an_organisation_code_makes_no_other_series() -> None:
    base = next(f"0023456{n}" for n in range(10))
    check = next(check for check in "0123456789X" if organisation_in(base + check))
    with_dash, without = (parse_index_number(f"{base}{dash}{check}/2020-1") for dash in ("-", ""))
    assert with_dash is not None
    assert with_dash == without
    assert with_dash.organisation == base + check
