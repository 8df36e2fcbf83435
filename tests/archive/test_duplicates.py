"""Copies linked to their official original, also with words swapped; texts that only share formulas are not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.database import transaction
from archive.duplicates import await_links, likeness, link_copies
from archive.sketch import bands, plain, runs
from archive.stored import stored_record
from tests.archive.rows import add_document, new_archive
from tests.sites.wording import Writer

CHROME = "下载文档 收藏 分享\n上传者 甲乙 页数 6 页 阅读 213 次\n相关文档 年度汇报 心得 范文"


def report(number: int) -> str:
    """A bureau's annual summary: all of them are put together from the same formulas."""
    writer = Writer(f"copies-{number}", f"砚{number}", ("东街街道", "竹溪镇", "南乡"))
    return "\n".join(writer.report("2024年"))


def swapped(text: str, share: float, seed: int = 7) -> str:
    """Every ``share``-th word of two characters replaced, as word swappers do."""
    rng, out, at = random.Random(seed), [], 0
    while at < len(text):
        word = text[at : at + 2]
        if len(word) == 2 and all("\u4e00" <= c <= "\u9fff" for c in word):
            out.append("".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in word) if rng.random() < share else word)
            at += 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = new_archive(tmp_path)
    yield db
    db.close()


def put(db: Database, name: str, text: str, trust: str) -> str:
    id = add_document(db, f"http://{name}.test/1.html", name, text, trust=trust)
    relink(db, id)
    return id


def relink(db: Database, id: str) -> None:
    with transaction(db) as conn:
        await_links(conn, id)
    assert link_copies(db) == 1


def original(db: Database, id: str) -> str | None:
    return db.execute("SELECT duplicate_of FROM documents WHERE id = ?", [id]).fetchone()[0]


@pytest.mark.parametrize("first", ["original", "copy"])
def test_a_copy_with_swapped_words_is_linked_whichever_comes_first(db: Database, first: str) -> None:
    text = report(1)
    altered = f"{CHROME}\n{swapped(text, 0.1)}\n{CHROME}"
    if first == "original":
        official, copy = put(db, "wjw", text, "official"), put(db, "wenku", altered, "repost")
    else:
        copy, official = put(db, "wenku", altered, "repost"), put(db, "wjw", text, "official")
    assert original(db, copy) == official
    shown = stored_record(db, official)
    assert [tie.id for tie in shown.copies] == [copy]
    assert [tie.id for tie in stored_record(db, copy).originals] == [official]
    assert "of the text" in (shown.copies[0].evidence or "")


def test_the_summaries_of_other_bureaus_are_no_copies(db: Database) -> None:
    for number in range(60):
        put(db, f"wjw{number}", report(number), "official")
    others = [put(db, f"wenku{number}", report(1000 + number), "repost") for number in range(60)]
    copies = [put(db, f"copy{number}", swapped(report(number), 0.1), "hijacked") for number in range(60)]
    assert [id for id in others if original(db, id)] == []
    titles = [
        db.execute("SELECT title FROM current_documents WHERE id = ?", [original(db, c)]).fetchone() for c in copies
    ]
    assert titles == [(f"wjw{number}",) for number in range(60)]


def test_a_closer_original_takes_the_copy_over(db: Database) -> None:
    text = report(2)
    copy = put(db, "wenku", text, "repost")
    near = put(db, "near", swapped(text, 0.1), "official")
    assert original(db, copy) == near
    same = put(db, "same", text, "official")
    assert original(db, copy) == same
    assert db.execute('SELECT "to", evidence FROM relations').fetchall() == [(same, "same text")]


def test_a_copy_that_turns_out_official_is_none_any_more(db: Database) -> None:
    text = report(3)
    put(db, "wjw", text, "official")
    copy = put(db, "wenku", text, "repost")
    with transaction(db) as conn:
        conn.execute("UPDATE documents SET trust = 'official' WHERE id = ?", [copy])
    relink(db, copy)
    assert original(db, copy) is None
    assert db.execute("SELECT count(*) FROM relations").fetchone() == (0,)


def test_the_sketch_follows_the_text(db: Database) -> None:
    id = put(db, "wjw", report(4), "official")
    with transaction(db) as conn:
        conn.execute("UPDATE renditions SET text = ?", [report(5)])
    relink(db, id)
    assert {row[0] for row in db.execute("SELECT band FROM sketch_bands")} == set(bands(plain(report(5))))
    with transaction(db) as conn:
        conn.execute("UPDATE renditions SET text = '见附件'")
    relink(db, id)
    assert db.execute("SELECT count(*) FROM sketch_bands").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM sketches").fetchone() == (0,)


def test_two_official_documents_with_one_text_stay_two(db: Database) -> None:
    ids = [put(db, name, report(6), "official") for name in ("wjw", "xf")]
    assert [original(db, id) for id in ids] == [None, None]


def test_numbers_tell_two_reports_of_one_template_apart() -> None:
    one = report(8)
    two = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), one)
    assert likeness(one, two).share > 0.65
    assert not likeness(one, two).is_copy
    assert likeness(one, swapped(one, 0.1)).is_copy


def test_punctuation_script_and_white_space_do_not_count() -> None:
    text = report(7)
    strewn = text.replace("，", ",,").replace("。", "。\n?? ").replace("发", "發")
    assert likeness(text, strewn).share == 1.0


def test_the_stored_numbers_of_a_known_text_stay() -> None:
    """They are in archives: a release of the sketching library that gives others must not be taken in silence."""
    known = bands(plain("乡镇卫生院今年完成家庭医生签约服务，覆盖常住人口。"))
    assert known[:2] == [1083724550, 6807996399]
    assert len(set(runs("一二三四五"))) == 2


def test_an_original_that_was_withdrawn_and_not_linked_anew_is_none(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    text = report(1)
    original = add_document(db, "http://a.test/1", "总结", text)
    await_links(db.conn, original)
    link_copies(db)
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-02T00:00:00Z' WHERE id = ?", [original])
    copy = add_document(db, "http://b.test/1", "总结", text, trust="repost")
    await_links(db.conn, copy)
    link_copies(db)
    assert db.execute("SELECT duplicate_of FROM documents WHERE id = ?", [copy]).fetchone()[0] is None
