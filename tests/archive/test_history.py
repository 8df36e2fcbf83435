"""Versions of a document, what differs between them, and the archive's changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.changes import changes
from archive.database import transaction
from archive.history import history
from archive.readings import FieldChange
from tests.archive.rows import READER, add_document, add_rendition, add_version, new_archive

FIRST = "一、总体要求。各镇要在5月底前报送。\n二、工作安排。按期完成。"
SECOND = "一、总体要求。各镇要在6月底前报送。\n二、工作安排。按期完成。三、附则。"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return new_archive(tmp_path)


@pytest.fixture
def changed(db: Database) -> str:
    """A document: made on the 1st, rewritten until the 3rd, gone until the 5th, back until the 7th."""
    id = add_document(db, "http://a.test/1", "工作方案", FIRST, publisher="青洲市政府", attachments=(("表.xls", "/1"),))
    kept = {"title": "工作方案", "publisher": "青洲市人民政府"}
    add_version(db, id, "text", at="2026-11-03T08:00:00Z", not_before="2026-11-01T08:00:00Z",
                changed=("text", "publisher"), text=SECOND, **kept)  # fmt: skip
    add_version(db, id, "gone", at="2026-11-05T08:00:00Z", not_before="2026-11-03T09:00:00Z")
    add_version(db, id, "restored", at="2026-11-07T08:00:00Z", not_before="2026-11-05T08:00:00Z", text=SECOND, **kept)
    return id


def test_a_change_lies_between_two_observations(db: Database, changed: str) -> None:
    steps = history(db, changed)
    assert [(s.number, s.change, s.not_before, s.seen_at) for s in steps] == [
        (1, "created", None, "2026-11-01T08:00:00Z"),
        (2, "text", "2026-11-01T08:00:00Z", "2026-11-03T08:00:00Z"),
        (3, "gone", "2026-11-03T09:00:00Z", "2026-11-05T08:00:00Z"),
        (4, "restored", "2026-11-05T08:00:00Z", "2026-11-07T08:00:00Z"),
    ]
    assert steps[1].fetched_at == "2026-11-03T08:00:00Z"
    assert steps[1].url == "http://a.test/1"


def test_metadata_and_attachments_apart_from_the_text(db: Database, changed: str) -> None:
    difference = history(db, changed)[1].difference
    assert difference is not None
    assert difference.fields == (
        FieldChange("publisher", "青洲市政府", "青洲市人民政府"),
        FieldChange("attachments", "表.xls /1", None),
    )
    assert [s.text for s in difference.text if s.op == "-"] == ["各镇要在5月底前报送。"]
    assert [s.text for s in difference.text if s.op == "+"] == ["各镇要在6月底前报送。", "三、附则。"]
    assert [s.text for s in difference.text if s.op == "="][-1] == "按期完成。"


def test_the_return_is_compared_with_what_was_there_before(db: Database, changed: str) -> None:
    steps = history(db, changed)
    assert steps[0].difference is None
    assert steps[2].difference is None
    assert steps[3].difference is not None
    assert steps[3].difference.text == steps[3].difference.fields == ()


def test_only_readings_of_one_reader_are_compared(db: Database) -> None:
    """The new reader sees a title in both versions: no change of the title, though the first reading had none."""
    id = add_document(db, "http://a.test/1", None, "旧。")
    add_version(db, id, "text", at="2026-11-03T08:00:00Z", text="新。", title="方案", reader="new")
    assert history(db, id)[1].difference.same_reader is False  # type: ignore[union-attr]
    with transaction(db) as conn:
        version, capture = conn.execute("SELECT id, capture FROM versions WHERE number = 1").fetchone()
        add_rendition(conn, id, version, capture, "new", text="旧。", title="方案")
        second = conn.execute("SELECT id FROM versions WHERE number = 2").fetchone()[0]
        add_rendition(conn, id, second, capture, "newest", text="新。", title="更好的方案")
    difference = history(db, id)[1].difference
    assert difference is not None
    assert (difference.reader, difference.same_reader, difference.fields) == ("new", True, ())
    assert READER != "new"


def test_changes_of_the_archive_newest_first(db: Database, changed: str) -> None:
    other = add_document(db, "http://a.test/2", "通知", "文。", at="2026-11-04T00:00:00Z")
    assert [(c.id, c.change, c.version) for c in changes(db)] == [
        (changed, "restored", 4),
        (changed, "gone", 3),
        (other, "created", 1),
        (changed, "text", 2),
        (changed, "created", 1),
    ]
    assert [c.change for c in changes(db, "2026-11-05")] == ["restored", "gone"]
    assert [c.change for c in changes(db, "2026-11-05T08:00:00Z")] == ["restored", "gone"]
    assert [c.change for c in changes(db, limit=1)] == ["restored"]
    text = next(c for c in changes(db) if c.change == "text")
    assert (text.changed, text.title, text.not_before) == (("text", "publisher"), "工作方案", "2026-11-01T08:00:00Z")


def test_a_withdrawn_document_has_no_changes(db: Database, changed: str) -> None:
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-08T00:00:00Z'")
    assert list(changes(db)) == []
