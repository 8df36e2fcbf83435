"""The query language."""

from __future__ import annotations

import pytest

from archive.errors import QueryError
from archive.query import Clause, Filter, Query, Words, parse_query


def query(*clauses: Clause) -> Query:
    return Query(clauses)


def words(form: str) -> Clause:
    return Clause((Words(form),))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", query()),
        ("卫生　总结", query(words("卫生"), words("总结"))),
        ("衛生 AND 總結", query(words("卫生"), words("总结"))),
        ('"工作 总结"', query(words("工作总结"))),
        ("“工作 总结”通知", query(words("工作总结"), words("通知"))),
        ("a 计划 OR 总结 OR 要点", query(words("a"), Clause((Words("计划"), Words("总结"), Words("要点"))))),
        ("or 或", query(words("or"), words("或"))),
        ('"OR"', query(words("or"))),
        ("-转发 通知", query(Clause((Words("转发"),), True), words("通知"))),
        ('－"印 发"', query(Clause((Words("印发"),), True))),
        ("2023-05 A-1", query(words("2023-05"), words("a-1"))),
        ("title：通知", query(Clause((Words("通知", True),)))),
        ("Index:０７６４/2024", query(Clause((Filter("index", "0764/2024"),)))),
        ("number:〔2023〕10号", query(Clause((Filter("number", "(2023)10号"),)))),
        ('publisher:"卫生 健康局"', query(Clause((Filter("publisher", "卫生健康局"),)))),
        ("-source:qz-wjw", query(Clause((Filter("source", "qz-wjw"),), True))),
        ("trust:official OR trust:claimed", query(Clause((Filter("trust", "official"), Filter("trust", "claimed"))))),
        ("after:2023", query(Clause((Filter("after", "2023-01-01"),)))),
        ("before:2023", query(Clause((Filter("before", "2023-12-31"),)))),
        ("before:2024-2 after:2024-2", query(Clause((Filter("before", "2024-02-29"),)),
                                             Clause((Filter("after", "2024-02-01"),)))),
        ("after:２０２３-０５-３１", query(Clause((Filter("after", "2023-05-31"),)))),
        ("http://a.test/x", query(words("http://a.test/x"))),
        ("第一条：总则", query(words("第一条:总则"))),
    ],
)  # fmt: skip
def test_reads(text: str, meant: Query) -> None:
    assert parse_query(text) == meant


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("卫生 publishr:青洲", 4, "no filter 'publishr:'"),
        ("卫生 “总结", 4, "not closed"),
        ("卫生 OR", 4, "OR needs a word"),
        ("OR 卫生", 1, "OR needs a word"),
        ("a OR OR b", 6, "OR needs a word"),
        ("a OR -b", 6, "minus"),
        ("-a OR b", 7, "minus"),
        ("title:", 7, "needs a value"),
        ("title: 通知", 7, "needs a value"),
        ("trust:good", 7, "official, claimed, repost"),
        ("flag:bad", 6, "altered, truncated"),
        ("after:23-05", 7, "a date is written"),
        ("before:2023-13", 8, "no 2023-13 in the calendar"),
        ("after:2023-02-29", 7, "no 2023-02-29 in the calendar"),
        ("after:0000", 7, "calendar"),
        ('a ""', 3, "nothing to search for"),
        ("\u200b", 1, "nothing to search for"),
    ],
)
def test_an_error_points_at_its_place(text: str, at: int, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse_query(text)
    assert f"(character {at} of the query)" in str(caught.value)


def test_the_caret_stands_under_wide_characters() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("卫生 after:x")
    _, shown, caret = str(caught.value).split("\n")
    assert shown == "  卫生 after:x"
    assert caret == "  " + " " * len("++++ after:") + "^"


def test_a_query_has_a_bound() -> None:
    assert len(parse_query("词 " * 500).clauses) == 500
    with pytest.raises(QueryError, match="more than 500 terms"):
        parse_query(" OR ".join(["词"] * 501))
