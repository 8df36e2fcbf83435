"""Serials counted and numbers put into series: every serial is held, not seen or far off, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.audit.report import Holder
from archive.audit.serials import Counted, count_serials
from archive.audit.series import Described, Found, Numbered, find_series, why_twice
from archive.document_numbers import DocumentSerial, parse_document_number

SERIALS = st.one_of(
    st.sets(st.integers(0, 150), min_size=1, max_size=120),
    st.sets(st.integers(0, 10**10), min_size=1, max_size=40),
    st.tuples(st.sets(st.integers(1, 200), min_size=20), st.sets(st.integers(5000, 5200), min_size=1)).map(
        lambda both: both[0] | both[1]
    ),
)


DRAWN = st.tuples(st.integers(1, 60), st.integers(0, 300), st.sampled_from("ab"), st.sampled_from([None, 1, 2]))


def test_what_people_read() -> None:
    (counted,) = count_serials(set(range(1, 122)) - {4, 57, 90})
    assert counted == Counted(1, 121, 118, True, False, ((4, 4), (57, 57), (90, 90)))


@given(SERIALS)
def test_every_serial_is_held_or_far_and_the_gaps_are_the_rest(serials: set[int]) -> None:
    found = count_serials(serials)
    ranges = [range(c.first, c.last + 1) for c in found]
    far = [n for c in found for n in c.far]
    assert len(far) == len(set(far))
    for one in found:
        within = {n for n in serials if one.first <= n <= one.last}
        assert len(within) == one.held
        assert one.last in serials
        assert one.first in serials or one.from_beginning
        if one.sparse:
            assert not one.gaps
            assert one.held * 2 < one.last - one.first + 1
        else:
            gone = {n for a, b in one.gaps for n in range(a, b + 1)}
            assert not gone & serials
            assert len(gone) == sum(b - a + 1 for a, b in one.gaps)
            assert gone | within == set(range(one.first, one.last + 1))
    assert sum(c.held for c in found) + len(far) == len(serials)
    assert not any(n in r for n in far for r in ranges)


@given(st.sets(st.integers(1, 150), min_size=60, max_size=150), st.integers(10**5, 10**10))
def test_one_wild_number_makes_no_gaps(serials: set[int], wild: int) -> None:
    plain, disturbed = count_serials(serials), count_serials(serials | {wild})
    assert [c.gaps for c in disturbed] == [c.gaps for c in plain]
    assert disturbed[0].far == (wild,)


def test_a_beginning_that_is_not_known() -> None:
    (counted,) = count_serials(range(500, 620))
    assert (counted.first, counted.from_beginning, counted.gaps) == (500, False, ())
    (counted,) = count_serials(range(3, 40))
    assert (counted.first, counted.from_beginning, counted.gaps) == (1, True, ((1, 2),))
    assert count_serials([0, 1, 2, 4])[0].gaps == ((3, 3),)


def test_thirty_of_three_thousand_have_no_list_of_gaps() -> None:
    (counted,) = count_serials(range(7, 3000, 103))
    assert counted.sparse
    assert (counted.gaps, counted.far) == ((), ())


def test_two_blocks_are_two_counts() -> None:
    first, second = count_serials([*range(1, 122), *range(5001, 5051)])
    assert [(c.first, c.last, c.from_beginning) for c in (first, second)] == [(1, 121, True), (5001, 5050, False)]


def test_a_month_that_is_missing_is_a_gap_and_no_jump() -> None:
    (counted,) = count_serials([*range(1, 122), *range(252, 401)])
    assert counted.gaps == ((122, 251),)


# -- series ------------------------------------------------------------------------------------------------


def numbered(serials: Iterable[int], start: str = "2020-01-01", **parts: object) -> list[Numbered]:
    """One document a day and serial."""
    first = date.fromisoformat(start)
    return [
        Numbered(
            **{
                "document": f"{parts.get('column')}-{start}-{place}-{serial}-{parts.get('category')}",
                "code": "QL01", "category": None, "year": 2020, "month": None, "serial": serial, "part": None,
                "day": str(first + timedelta(days=place)), "column": "c1", "gone": False, "withdrawn": False, **parts,
            }  # type: ignore[arg-type]
        )
        for place, serial in enumerate(serials)
    ]  # fmt: skip


def described(ids: Iterable[str], same: Mapping[str, str] | None = None) -> dict[str, Described]:
    return {id: Described(Holder(id, id), (same or {}).get(id, id), id, None) for id in ids}


def series_of(numbers: Sequence[Numbered]) -> Found:
    return find_series("index_number", numbers, described)


def test_numbers_of_one_series_whatever_their_order() -> None:
    found = series_of(numbered(n for n in range(121, 0, -1) if n not in (4, 57, 90)))
    (one,) = found.series
    assert (one.name, one.held, one.not_seen_count) == ("QL01/2020", 118, 3)
    assert (found.doubles, found.few_series) == ((), 0)


def test_a_count_that_started_again_is_two() -> None:
    found = series_of(numbered(range(1, 61)) + numbered(range(1, 81), "2020-07-01"))
    assert [(s.first, s.last, s.since, s.until) for s in found.series] == [
        (1, 60, None, "2020-02-29"),
        (1, 80, "2020-07-01", None),
    ]
    assert [d.why for d in found.doubles] == ["counted apart"] * 60


def test_two_columns_that_count_for_themselves() -> None:
    found = series_of(numbered(range(1, 51), column="c1") + numbered(range(1, 41), column="c2"))
    assert [(s.column, s.first, s.last, s.held) for s in found.series] == [("c1", 1, 50, 50), ("c2", 1, 40, 40)]


def test_a_real_double_within_a_count_apart_stays_one() -> None:
    twice = numbered([7], "2020-12-01", column="c2")
    found = series_of(numbered(range(1, 51), column="c1") + numbered(range(1, 41), column="c2") + twice)
    assert [d.number for d in found.doubles if d.why == "different"] == ["7"]
    assert sum(d.why == "counted apart" for d in found.doubles) == 39


def test_few_doubles_split_nothing() -> None:
    found = series_of(numbered(range(1, 101)) + numbered([40, 77], "2020-08-01"))
    (one,) = found.series
    assert (one.column, one.since, one.again, one.held) == (None, None, 2, 100)
    assert [(d.number, d.why, d.count) for d in found.doubles] == [("40", "different", 2), ("77", "different", 2)]


def test_one_text_at_two_addresses_is_no_real_double() -> None:
    own, again = numbered(range(1, 41), column="c1"), numbered(range(1, 41), "2020-09-01", column="c2")
    same = {n.document: str(n.serial) for n in own + again}
    found = find_series("index_number", own + again, lambda ids: described(ids, same))
    assert {d.why for d in found.doubles} == {"same text"}
    assert [(s.column, s.again) for s in found.series] == [(None, 40)]


def test_classes_that_share_one_count() -> None:
    numbers = [n for k, c in enumerate(("01", "02", "03")) for n in numbered(range(1 + k, 91, 3), category=c)]
    (one,) = series_of(numbers).series
    assert (one.name, one.categories, one.held, one.not_seen) == ("QL01/2020", ("01", "02", "03"), 90, ())


def test_classes_that_count_for_themselves() -> None:
    numbers = [n for c in ("01", "02") for n in numbered(range(1, 31), category=c)]
    found = series_of(numbers)
    assert [(s.name, s.held) for s in found.series] == [("QL01/01/2020", 30), ("QL01/02/2020", 30)]
    assert found.doubles == ()


@pytest.mark.parametrize(("restarts", "names"), [(False, ["QL01/2020"]), (True, ["QL01/2020-01", "QL01/2020-02"])])
def test_months_are_one_count_or_several(restarts: bool, names: list[str]) -> None:
    later = range(1, 31) if restarts else range(31, 61)
    numbers = numbered(range(1, 31), month=1) + numbered(later, "2020-02-01", month=2)
    assert [s.name for s in series_of(numbers).series] == names


def test_parts_of_one_serial_are_no_doubles() -> None:
    numbers = numbered(range(1, 21), part=None) + [n for p in (1, 2, 3) for n in numbered([21], part=p)]
    found = series_of(numbers)
    assert found.doubles == ()
    assert (found.series[0].held, found.series[0].documents, found.series[0].last) == (21, 23, 21)


def test_a_placeholder_on_many_documents_is_one_double() -> None:
    found = series_of([n for k in range(300) for n in numbered([1], str(date(2020, 1, 1) + timedelta(days=k)))])
    assert found.series == ()
    assert (found.few_series, found.few_serials) == (1, 1)
    (double,) = found.doubles
    assert (double.count, len(double.holders)) == (300, 10)


@given(st.lists(DRAWN, max_size=80))
def test_no_document_is_lost_and_none_counted_twice(drawn: list[tuple[int, int, str, int | None]]) -> None:
    numbers = [
        n
        for k, (serial, day, column, month) in enumerate(drawn)
        for n in numbered([serial], str(date(2020, 1, 1) + timedelta(days=day)), column=column, month=month)
    ]
    numbers = [n._replace(document=str(k)) for k, n in enumerate(numbers)]
    found = series_of(numbers)
    in_series = sum(s.documents for s in found.series)
    assert in_series <= len(numbers)
    assert (in_series == len(numbers)) or found.few_series
    for one in found.series:
        assert one.held + len(one.far) + one.again == one.documents
        assert one.sparse or one.held + (one.not_seen_count or 0) == one.last - one.first + 1


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (("a", "t1", "题", None), ("b", "t2", "题", None), "same title"),
        (("a", "t1", "题一", "b"), ("b", "t2", "题二", None), "moved"),
        (("a", "t1", "题一", "z"), ("b", "t2", "题二", None), "different"),
        (("a", "t1", "题一", None), ("b", "t1", "题二", None), "same text"),
        (("a", "", "", None), ("b", "", "", None), "different"),  # nothing is known of either
    ],
)
def test_why_a_number_stands_on_two_documents(
    first: tuple[str, str, str, str | None], second: tuple[str, str, str, str | None], why: str
) -> None:
    both = [Described(Holder(id), text, title, moved) for id, text, title, moved in (first, second)]
    assert why_twice(both) == why


# -- document numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("澜卫发〔2023〕76号", ("澜卫发", 2023, 76, None)),
        ("澜卫办（函）[2023] 第012号", ("澜卫办(函)", 2023, 12, None)),
        ("瀾衛發【2023】76號", ("澜卫发", 2023, 76, None)),
        ("澜卫发〔2023〕12-1号", ("澜卫发", 2023, 12, 1)),
        ("澜沂市人民政府令第76号", ("澜沂市人民政府令", None, 76, None)),
        ("澜卫公告2023年第5号", ("澜卫公告", 2023, 5, None)),
    ],
)
def test_document_numbers_taken_apart(text: str, parts: tuple[object, ...]) -> None:
    assert parse_document_number(text) == DocumentSerial(*parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "无", "公告2023年第5号", "2023-11-01", "〔2023〕76号", "见附件", "澜卫发2023", "号" * 100]
)
def test_what_is_no_document_number(text: str) -> None:
    assert parse_document_number(text) is None
