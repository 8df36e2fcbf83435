"""The search index in step with the documents: what goes in, what goes out, what waits, and what is damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive import index
from archive.database import transaction
from archive.index import check_index, index_waiting, reindex
from archive.normal import normalise
from archive.search import search
from archive.tokens import match_phrase
from tests.archive.rows import add_document, add_rendition, new_archive


def count(conn: sqlite3.Connection, form: str) -> int:
    match = match_phrase(normalise(form))
    return int(conn.execute("SELECT count(*) FROM search_index WHERE search_index MATCH ?", [match]).fetchone()[0])


def test_no_phrase_runs_from_one_value_into_the_next(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/1", "甲乙", "丙丁", index_number="ab/1", document_number="cd〔2023〕1号")
    for form in ("甲乙", "丙丁", "ab", "b/1", "cd(2023)1号", "号", "乙", "丁"):
        assert count(db.conn, form) == 1, form
    for form in ("乙丙", "乙a", "1c", "号丙", "1丙"):
        assert count(db.conn, form) == 0, form


def test_reindex_follows_the_shown_rendition(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "年度总结", "旧文字。", index_number="A/1")
    with transaction(db) as conn:
        version, capture = conn.execute("SELECT id, capture FROM versions").fetchone()
        add_rendition(conn, id, version, capture, "a better reader", text="新文字。", title="年度总结")
        reindex(conn, id)
        reindex(conn, id)
    assert count(db.conn, "旧文字") == count(db.conn, "a/1") == 0
    db.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, search_index, row)")
    assert db.execute("SELECT doc, cnt FROM temp.seen WHERE term = '新文'").fetchall() == [(1, 1)]
    assert count(db.conn, "新文字") == 1
    assert db.conn.execute("SELECT count(*) FROM search_rows").fetchone()[0] == 1


def test_reindex_takes_a_withdrawn_document_out(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "年度总结", "文字。")
    with transaction(db) as conn:
        conn.execute("UPDATE documents SET withdrawn_at = '2026-11-05T00:00:00Z' WHERE id = ?", [id])
        reindex(conn, id)
    assert count(db.conn, "文字") == 0
    db.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, search_index, row)")
    assert db.execute("SELECT count(*) FROM temp.seen").fetchone()[0] == 0
    assert db.conn.execute("SELECT count(*) FROM search_rows").fetchone()[0] == 0


def test_reindex_mends_a_document_that_the_index_lost(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "年度总结", "文字。")
    db.conn.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
    assert count(db.conn, "文字") == 0
    with transaction(db) as conn:
        reindex(conn, id)
    assert count(db.conn, "文字") == 1


@pytest.mark.parametrize(
    ("change", "query"),
    [
        ("UPDATE documents SET trust = 'repost'", "trust:repost"),
        ("""UPDATE documents SET flags = '["altered"]'""", "flag:altered"),
        ("UPDATE sources SET region = '330900'", "region:舟山"),
        ("UPDATE documents SET source = NULL", "-source:qingzhou"),
    ],
)
def test_a_new_judgement_is_found_by_the_next_search(tmp_path: Path, change: str, query: str) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/1", "年度总结", "文字。", published_at="2024-05-01")
    assert search(db, query).total == 0
    db.execute(change)
    assert search(db, query).total == search(db, "年度总结").total == 1
    assert list(check_index(db.conn)) == []


def test_other_rules_of_the_searched_form_make_the_index_anew(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/1", "年度总结", "文字。")
    index_waiting(db)
    db.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")  # as if its tokens were other ones
    db.execute("UPDATE search_state SET value = 'older' WHERE name = 'searched_form'")
    assert search(db, "年度总结").total == 1


def documents(db: Database, number: int) -> None:
    for n in range(number):
        add_document(db, f"http://a.test/{n}", "年度总结", "文字。", published_at="2024-05-01")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("INSERT INTO search_index (search_index) VALUES ('delete-all')", "is not in the search index"),
        ("DELETE FROM search_terms; DELETE FROM search_facets; DELETE FROM search_rows", "belongs to no document"),
        (
            "DELETE FROM search_terms; DELETE FROM search_facets; DELETE FROM search_rows",
            "is neither in the search index nor waiting",
        ),
        ("UPDATE search_index_data SET block = x'00' WHERE id > 10", "cannot be read"),
    ],
)
def test_damage_of_the_index_is_found(tmp_path: Path, damage: str, said: str) -> None:
    db = new_archive(tmp_path)
    documents(db, 3)
    assert list(check_index(db.conn)) == []
    for statement in damage.split(";"):
        db.execute(statement)
    assert any(said in message for _, message in check_index(db.conn))


def all_wait(db: Database, number: int) -> None:
    documents(db, number)
    with transaction(db) as conn:
        conn.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
        conn.execute("DELETE FROM search_terms")
        conn.execute("DELETE FROM search_facets")
        conn.execute("DELETE FROM search_rows")
        conn.execute("INSERT INTO unindexed (document) SELECT id FROM documents")


def test_a_whole_archive_is_indexed_under_settings_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = new_archive(tmp_path)
    usual = dict(db.execute("SELECT k, v FROM search_index_config").fetchall())
    monkeypatch.setattr(index, "MANY", 2)
    monkeypatch.setattr(index, "UNMERGED", 17)
    all_wait(db, 40)
    index_waiting(db)
    assert search(db, "年度总结").total == 40
    assert not list(check_index(db.conn))
    assert db.execute("SELECT count(DISTINCT segid) FROM search_index_idx").fetchone()[0] == 4  # 17 made one, and 3
    now = dict(db.execute("SELECT k, v FROM search_index_config").fetchall())
    assert now == usual | {"hashsize": 1 << 20, "automerge": 8, "crisismerge": 16}
    assert usual["automerge"] == 8


def test_many_waiting_documents_are_indexed_in_larger_steps(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    all_wait(db, 40)
    index_waiting(db, at_least=41)
    assert db.execute("SELECT count(*) FROM unindexed").fetchone()[0] == 40
    index_waiting(db, at_least=40)
    assert db.execute("SELECT count(*) FROM unindexed").fetchone()[0] == 0
    assert search(db, "年度总结").total == 40
