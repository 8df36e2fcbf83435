"""Saved searches and their news."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from archive.database import transaction
from archive.errors import QueryError
from archive.feeds import atom
from archive.watch import feed, look, news, remove, save, saved, saved_searches
from tests.archive.rows import add_document, add_version, new_archive


def test_news_are_what_was_stored_since_the_last_look(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    old = add_document(db, "http://a.test/1", "旧总结", "卫生工作。")
    add_document(db, "http://a.test/2", "旧计划", "财政工作。")
    save(db, "weisheng", "卫生 -效劳")
    assert news(db, saved(db, "weisheng")) == ()
    new = add_document(db, "http://a.test/3", "新总结", "卫生工作。", at="2019-01-01T00:00:00Z")
    add_document(db, "http://a.test/4", "新计划", "财政工作。")
    add_version(db, old, "text", at="2026-11-05T00:00:00Z", text="卫生工作更正。", title="旧总结")
    found = [(change.id, change.change) for change in news(db, saved(db, "weisheng"))]
    assert found == [(old, "text"), (new, "created")]
    assert [(s.name, s.new) for s in saved_searches(db)] == [("weisheng", 2)]
    look(db, saved(db, "weisheng"))
    assert [(s.name, s.new) for s in saved_searches(db)] == [("weisheng", 0)]


def test_a_withdrawn_document_is_no_news(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    save(db, "a", "卫生")
    id = add_document(db, "http://a.test/1", "总结", "卫生工作。")
    with transaction(db) as conn:
        conn.execute("UPDATE documents SET withdrawn_at = '2026-11-05T00:00:00Z' WHERE id = ?", [id])
    assert news(db, saved(db, "a")) == ()


def test_what_cannot_be_saved_says_why(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    for name, query in (("a b", "卫生"), ("", "卫生"), ("a", 'publisher:"'), ("a", "nothing:1")):
        with pytest.raises(QueryError):
            save(db, name, query)
    with pytest.raises(QueryError, match="there is none yet"):
        saved(db, "a")
    save(db, "a", "卫生")
    with pytest.raises(QueryError, match="there are a"):
        saved(db, "b")
    remove(db, "a")
    assert saved_searches(db) == ()


def test_the_feed_of_a_saved_search_has_what_is_seen_too(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "总结", "卫生工作。")
    add_document(db, "http://a.test/2", "计划", "财政工作。")
    save(db, "a", "卫生")
    entries = ElementTree.fromstring(atom(feed(db, saved(db, "a")))).findall("{*}entry")
    assert [entry.findtext("{*}title") for entry in entries] == ["新增：总结"]
    assert id in (entries[0].findtext("{*}id") or "")
    assert [(s.name, s.new) for s in saved_searches(db)] == [("a", 0)]
