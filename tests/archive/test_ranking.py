"""What comes first: classes, days, tiers of words; days with more documents than they have rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.database import transaction
from archive.ranking import CROWDED, PLACES, day_spans, free_row
from archive.search import search
from archive.terms import day_of, span_terms
from tests.archive.rows import add_document, new_archive

DAY = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def urls(db: Database, query: str) -> list[str]:
    return [hit.url.removeprefix("http://a.test/") for hit in search(db, query).hits]


def test_words_side_by_side_come_before_words_apart(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/apart", "通知", "卫生方面的总结。", published_at="2025-01-01")
    add_document(db, "http://a.test/beside", "通知", "卫生总结。", published_at="2024-01-01")
    add_document(db, "http://a.test/title", "卫生局的总结", "文字。", published_at="2023-01-01")
    add_document(db, "http://a.test/both", "卫生总结", "文字。", published_at="2022-01-01")
    assert urls(db, "卫生 总结") == ["both", "title", "beside", "apart"]
    assert urls(db, "卫生 总结 -局的") == ["both", "beside", "apart"]


def test_a_number_counts_like_a_title(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/cites", "答复", "根据青卫发〔2023〕10号办理。", published_at="2025-01-01")
    add_document(db, "http://a.test/itself", "通知", "文字。", document_number="青卫发〔2023〕10号")
    assert urls(db, "青卫发[2023]10号") == ["itself", "cites"]


def test_a_day_with_more_documents_than_rows(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/first", "总结", "文字。", published_at="2019-01-01")
    first = db.execute("SELECT id FROM search_rows").fetchone()[0]
    with transaction(db) as conn:  # the day's last row is taken
        row = conn.execute("SELECT rendition FROM search_rows").fetchone()
        add = "INSERT INTO documents (id, url, trust, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?)"
        conn.execute(add, ["last", "", "official", "", ""])
        conn.execute(
            "INSERT INTO search_rows (id, document, rendition) VALUES (?, 'last', ?)",
            [first + (1 << PLACES) - 1, *row],
        )
    for n in range(3):
        add_document(db, f"http://a.test/{n}", "总结", "文字。", published_at="2019-01-01")
    crowded = [row[0] for row in db.execute("SELECT id FROM search_rows WHERE id >= ? ORDER BY 1", [CROWDED])]
    assert crowded == [CROWDED, CROWDED + 1, CROWDED + 2]
    add_document(db, "http://a.test/older", "总结", "文字。", published_at="2018-12-31")
    assert set(urls(db, "总结 after:2019 before:2019-01-01")) == {"first", "0", "1", "2"}
    assert urls(db, "总结 before:2018") == ["older"]
    assert set(urls(db, "总结 after:2018-12 before:2019")) == {"first", "0", "1", "2", "older"}


def test_a_document_keeps_its_row_while_its_day_and_class_stay(tmp_path: Path) -> None:
    conn = new_archive(tmp_path).conn
    row = free_row(conn, True, date(2024, 5, 1), None)
    assert free_row(conn, True, date(2024, 5, 1), row) == row
    newer, other, undated = (
        free_row(conn, True, date(2024, 5, 2), row),
        free_row(conn, False, date(2024, 5, 2), row),
        free_row(conn, True, None, row),
    )
    assert newer < row < undated < other


@given(DAY, DAY, DAY)
def test_the_rows_of_a_span_of_days_are_those_of_its_days(day: date, after: date, before: date) -> None:
    days = (date.max - day).days  # the same count as the rows', from another day
    assert days >= 0
    for official in (True, False):
        row = free_row(NoRows(), official, day, None)  # type: ignore[arg-type]
        inside = any(span.first <= row <= span.last for span in day_spans(after, before))
        assert inside == (after <= day <= before)


class NoRows:
    """A connection on which no row is taken."""

    def execute(self, sql: str, params: list[int]) -> NoRows:
        return self

    def fetchone(self) -> tuple[None]:
        return (None,)


@given(DAY, DAY, DAY)
def test_a_day_has_a_term_of_a_span_exactly_when_it_lies_in_it(day: date, after: date, before: date) -> None:
    own = {f"year={day:%Y}", f"month={day:%Y-%m}", f"day={day:%Y-%m-%d}"}
    assert len(own.intersection(span_terms(after, before))) == (after <= day <= before)
    assert bool(own.intersection(span_terms(after, None))) == (after <= day)


def test_days_printed_without_day_and_days_that_are_none() -> None:
    assert day_of("2024-05-06T10:00+08:00") == date(2024, 5, 6)
    assert day_of("2024-05") == date(2024, 5, 1)
    assert day_of("2024") == date(2024, 1, 1)
    assert day_of("2024-02-31") is day_of("上半年") is day_of("") is day_of(None) is None
