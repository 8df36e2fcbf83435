"""Two versions side by side: the same reader's text of both, rows in order, what differs within a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive.web.comparing import Comparison, Row, compare
from tests.archive.rows import add_document, add_rendition, add_version, new_archive

OLD = "第一句。第二句有12件。第三句。第四句要删去。第五句。" + "".join(f"不变的第{n}句。" for n in range(20))


@pytest.fixture
def db(tmp_path: Path) -> Any:
    db = new_archive(tmp_path)
    yield db
    db.close()


def versions(db: Database, old: str, new: str, **later: Any) -> tuple[int, int, str]:
    id = add_document(db, "http://a.test/1", "通知", old, publisher="青洲市卫健局")
    after = add_version(db, id, "text", at="2026-11-03T08:00:00Z", **{"title": "通知", "text": new, **later})
    before = db.execute("SELECT id FROM versions WHERE document = ? AND number = 1", [id]).fetchone()[0]
    return before, after, id


def rows(comparison: Comparison | None) -> list[Row]:
    assert comparison is not None
    return [row for stretch in comparison.stretches for row in stretch.rows]


def said(row: Row) -> tuple[str, str, str]:
    return row.kind, "".join(p.text for p in row.before), "".join(p.text for p in row.after)


def test_rows_stand_beside_each_other(db: Database) -> None:
    new = (
        OLD.replace("12件", "15件").replace("第四句要删去。", "").replace("第五句。", "第五句。补充了全新的一条说明。")
    )
    before, after, _ = versions(db, OLD, new, publisher="青洲市卫生健康局")
    comparison = compare(db.conn, before, after)
    assert [said(row) for row in rows(comparison) if row.kind != "same"] == [
        ("changed", "第二句有12件。", "第二句有15件。"),
        ("gone", "第四句要删去。", ""),
        ("come", "", "补充了全新的一条说明。"),
    ]
    changed = next(row for row in rows(comparison) if row.kind == "changed")
    assert [p.text for p in changed.before if p.differs] == ["12"]
    assert [p.text for p in changed.after if p.differs] == ["15"]
    assert comparison is not None
    assert [(f.field, f.before, f.after) for f in comparison.fields] == [
        ("publisher", "青洲市卫健局", "青洲市卫生健康局")
    ]
    assert comparison.same_reader
    assert comparison.changes == 3


def test_both_sides_are_whole(db: Database) -> None:
    new = "全新的开头。" + OLD[20:].replace("不变的第7句", "改过的第七句")
    before, after, _ = versions(db, OLD, new)
    found = rows(compare(db.conn, before, after))
    assert "".join(said(row)[1] for row in found) == OLD
    assert "".join(said(row)[2] for row in found) == new


def test_what_is_far_from_a_change_is_folded(db: Database) -> None:
    before, after, _ = versions(db, OLD, OLD.replace("第一句", "第1句"))
    comparison = compare(db.conn, before, after)
    assert comparison is not None
    assert [(s.folded, len(s.rows)) for s in comparison.stretches] == [(False, 3), (True, 22)]


def test_a_better_reader_is_no_change(db: Database) -> None:
    before, after, id = versions(db, OLD, OLD.replace("12件", "15件"))
    capture = db.execute("SELECT capture FROM versions WHERE id = ?", [after]).fetchone()[0]
    add_rendition(db.conn, id, after, capture, "reader 2", text="读得更好：" + OLD.replace("12件", "15件"))
    assert len([r for r in rows(compare(db.conn, before, after)) if r.kind != "same"]) == 1
    db.execute("UPDATE renditions SET reader = 'reader 3' WHERE version = ? AND reader != 'reader 2'", [after])
    comparison = compare(db.conn, before, after)
    assert comparison is not None
    assert not comparison.same_reader


def test_a_version_without_text_cannot_be_compared(db: Database) -> None:
    before, _, id = versions(db, OLD, OLD)
    gone = add_version(db, id, "gone", at="2026-11-05T08:00:00Z")
    assert compare(db.conn, before, gone) is None


def test_long_texts_take_no_long_time(db: Database) -> None:
    old = "".join(f"第{n}句话说的是第{n * 7919}件事。" for n in range(6000))
    before, after, _ = versions(db, old, old.replace("句话说", "句说"))
    assert rows(compare(db.conn, before, after))
