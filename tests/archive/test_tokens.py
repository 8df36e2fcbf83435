"""The searched form of text and the tokens of the index."""

from __future__ import annotations

import random
import sqlite3
import sys
from pathlib import Path

import pytest

from archive.database import transaction
from archive.normal import normalise, normalise_with_map
from archive.tokens import index_document, match_phrase, reindex, tokens, unindex_document
from tests.archive.rows import add_document, add_rendition, invented_text, new_archive


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("青卫发〔2023〕１２号", "青卫发(2023)12号"),
        ("青卫发[2023]12号", "青卫发【2023】12号"),
        ("衛生健康局關於檔案", "卫生健康局关于档案"),
        ("二○二三年", "二〇二三年"),
        ("工作\n  总　结\u200b\ufeff", "工作总结"),
        ("ＰＭ２．５ ＡbC", "pm2.5abc"),
        ("wèishēng", "weisheng"),
        ("we\u0300i", "wèi"),
        ("时间∶８：３０", "时间:8:30"),
        ("“两病”", '"两病"'),
        ("①加强", "1加强"),
        ("⽂件", "文件"),
        ("沿著 瞭解 祇有 衞生", "沿着了解只有卫生"),
    ],
)
def test_one_spelling_for_what_reads_alike(printed: str, typed: str) -> None:
    assert normalise(printed) == normalise(typed)


@pytest.mark.parametrize(("a", "b"), [("工作", "工做"), ("12号", "13号"), ("《办法》", "(办法)"), ("95%", "95")])
def test_what_reads_differently_stays_apart(a: str, b: str) -> None:
    assert normalise(a) != normalise(b)


def test_a_part_has_the_form_that_it_has_in_the_whole() -> None:
    chooser = random.Random(1)
    for _ in range(200):
        text = invented_text(chooser, 12)
        cut = chooser.randrange(len(text))
        assert normalise(text) == normalise(text[:cut]) + normalise(text[cut:])


def test_the_map_leads_back_to_the_original_characters() -> None:
    text = "共㎡ 10\n％，衛生"
    form, origin = normalise_with_map(text)
    assert form == normalise(text)
    assert [text[at] for at in origin] == ["共", "㎡", "㎡", "1", "0", "％", "，", "衛", "生"]


def test_pairs_and_the_last_character_alone() -> None:
    assert tokens("工作 总结") == "工作 作总 总结 结"
    assert tokens("结") == "结"
    assert tokens(" \n") == ""
    assert match_phrase("结") == '"结"*'
    assert match_phrase('"两病"') == '"""两 两病 病"""'


def test_every_character_of_a_form_is_one_token_in_fts5(tmp_path: Path) -> None:
    """Of the first two planes and a sample of the others; the tokenizer drops, splits and changes none."""
    codes = (*range(0x20000), *range(0x20000, sys.maxunicode + 1, 97))
    forms = "".join(sorted({c for code in codes for c in normalise(chr(code))}))
    assert normalise(forms) == forms
    db = new_archive(tmp_path)
    with transaction(db) as conn:
        for at in range(0, len(forms), 1000):
            piece = "".join(f" 甲{c}" for c in forms[at : at + 1000])
            conn.execute("INSERT INTO search_index (rowid, text) VALUES (?, ?)", [at + 1, piece])
        conn.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, search_index, row)")
        seen = {row[0] for row in conn.execute("SELECT term FROM temp.seen")}
    assert len(forms) > 100_000
    assert seen == {f"甲{c}" for c in forms}


def count(conn: sqlite3.Connection, match: str) -> int:
    return int(conn.execute("SELECT count(*) FROM search_index WHERE search_index MATCH ?", [match]).fetchone()[0])


def test_unindexing_leaves_nothing_behind(tmp_path: Path) -> None:
    conn = new_archive(tmp_path).conn
    index_document(conn, 1, "年度总结", "全年工作。", ("A/1", "青〔2023〕1号"))
    index_document(conn, 2, "年度计划", "全年工作。", ("A/2",))
    assert count(conn, match_phrase(normalise("全年工作"))) == 2
    unindex_document(conn, 1, "年度总结", "全年工作。", ("A/1", "青〔2023〕1号"))
    assert count(conn, match_phrase("全年工作")) == 1
    assert count(conn, match_phrase("青(2023)1号")) == 0
    conn.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")


def test_no_phrase_runs_from_one_number_into_the_next(tmp_path: Path) -> None:
    conn = new_archive(tmp_path).conn
    index_document(conn, 1, "", "", ("AB", "CD"))
    assert count(conn, match_phrase("ab")) == count(conn, match_phrase("b")) == count(conn, match_phrase("cd")) == 1
    assert count(conn, match_phrase("bc")) == count(conn, match_phrase("abcd")) == 0


def test_reindex_follows_the_shown_rendition(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "年度总结", "旧文字。", index_number="A/1")
    with transaction(db) as conn:
        version, capture = conn.execute("SELECT id, capture FROM versions").fetchone()
        add_rendition(conn, id, version, capture, "a better reader", text="新文字。", title="年度总结")
        reindex(conn, id)
        reindex(conn, id)
    assert count(db.conn, match_phrase("旧文字")) == count(db.conn, match_phrase("a/1")) == 0
    db.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, search_index, row)")
    assert db.execute("SELECT doc, cnt FROM temp.seen WHERE term = '新文'").fetchall() == [(1, 1)]
    assert count(db.conn, match_phrase("新文字")) == 1
    assert db.conn.execute("SELECT count(*) FROM search_rows").fetchone()[0] == 1


def test_reindex_takes_a_withdrawn_document_out(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "年度总结", "文字。")
    with transaction(db) as conn:
        conn.execute("UPDATE documents SET withdrawn_at = '2026-11-05T00:00:00Z' WHERE id = ?", [id])
        reindex(conn, id)
    assert count(db.conn, match_phrase("文字")) == 0
    assert db.conn.execute("SELECT count(*) FROM search_rows").fetchone()[0] == 0


def test_reindex_mends_a_document_that_the_index_lost(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "年度总结", "文字。")
    db.conn.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
    assert count(db.conn, match_phrase("文字")) == 0
    with transaction(db) as conn:
        reindex(conn, id)
    assert count(db.conn, match_phrase("文字")) == 1
