"""Atom feeds: valid whatever pages say, with ids that stay."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from archive.changes import changes
from archive.changes_feed import changes_feed
from archive.feeds import Feed, FeedEntry, atom, entry_id, feed_id
from tests.archive.rows import add_document, add_version, new_archive

NAMES = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = "甲]]></title><script>alert(1)</script>&amp;\x00\x1b\ud800\ufffe\u202e乙\u200f\x85"


def parsed(feed: Feed) -> ElementTree.Element:
    return ElementTree.fromstring(atom(feed))


def text(node: ElementTree.Element, path: str) -> str:
    found = node.find(path, NAMES)
    assert found is not None, path
    return found.text or ""


def test_what_rfc_4287_asks_for() -> None:
    entry = FeedEntry(
        entry_id("0123", "text"), "题", "2026-11-03T08:00:00Z", "要", "青洲市卫生健康局", "http://a.test/1"
    )
    feed = Feed(feed_id("changes"), "变更", (entry,), self_url="http://127.0.0.1/feed?q=卫生", link="http://127.0.0.1/")
    root = parsed(feed)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert [text(root, f"a:{name}") for name in ("id", "title", "updated", "author/a:name")] == [
        "tag:gongkai.invalid,2026:feed/changes", "变更", "2026-11-03T08:00:00Z", "gongkai",
    ]  # fmt: skip
    assert [(link.get("rel"), link.get("href")) for link in root.findall("a:link", NAMES)] == [
        ("self", "http://127.0.0.1/feed?q=卫生"),
        ("alternate", "http://127.0.0.1/"),
    ]
    only = root.find("a:entry", NAMES)
    assert only is not None
    assert [text(only, f"a:{name}") for name in ("id", "title", "updated", "summary", "author/a:name")] == [
        "tag:gongkai.invalid,2026:0123/text", "题", "2026-11-03T08:00:00Z", "要", "青洲市卫生健康局",
    ]  # fmt: skip


def test_hostile_words_are_only_words() -> None:
    entry = FeedEntry(
        "tag:x", HOSTILE, "2026-11-03T08:00:00Z", HOSTILE, HOSTILE, 'http://a.test/"><x>', categories=(HOSTILE,)
    )
    raw = atom(Feed("tag:f", HOSTILE, (entry,)))
    root = ElementTree.fromstring(raw)
    assert root.findall(".//script") == []
    title = text(root, "a:entry/a:title")
    assert title == "甲]]></title><script>alert(1)</script>&amp;\ufffd\ufffd\ufffd\ufffd乙\x85".strip()
    assert root.findall("a:entry/a:link", NAMES) == []


def test_a_title_of_a_megabyte_is_cut() -> None:
    entry = FeedEntry("tag:x", "题" * 1_000_000, "2026-11-03T08:00:00Z", "文" * 1_000_000)
    raw = atom(Feed("tag:f", "卫" * 1_000_000, (entry,)))
    assert len(raw) < 10_000
    assert text(ElementTree.fromstring(raw), "a:entry/a:title").endswith("题…")


@pytest.mark.parametrize(
    "link", [None, "javascript:alert(1)", "urn:sha256:00", "http://a.test/\nx", "data:text/html,x"]
)
def test_an_entry_without_a_safe_link_has_content(link: str | None) -> None:
    root = parsed(Feed("tag:f", "f", (FeedEntry("tag:x", "", "2026-11-03T08:00:00Z", "要", None, link),)))
    assert root.findall("a:entry/a:link", NAMES) == []
    assert text(root, "a:entry/a:content") == "要"
    assert text(root, "a:entry/a:title") == "(no title)"


def test_an_empty_feed_is_one() -> None:
    assert text(parsed(Feed(feed_id("q", "卫生 /?"), "f", ())), "a:updated") == "1970-01-01T00:00:00Z"
    assert feed_id("q", "卫生 /?").isascii()
    assert feed_id("a", "b") != feed_id("a/b")


def test_the_feed_of_changes(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    id = add_document(db, "http://a.test/1", "方案", "一。", publisher="青洲市卫生健康局")
    add_version(db, id, "text", at="2026-11-03T08:00:00Z", not_before="2026-11-01T08:00:00Z", text="二。",
                changed=("text", "publisher"), title="方案", publisher="青洲市卫生健康局")  # fmt: skip
    root = parsed(changes_feed(changes(db)))
    assert [text(entry, "a:id") for entry in root.findall("a:entry", NAMES)] == [
        f"tag:gongkai.invalid,2026:{id}/text/2026-11-03T08:00:00Z",
        f"tag:gongkai.invalid,2026:{id}/created/2026-11-01T08:00:00Z",
    ]
    assert text(root, "a:updated") == "2026-11-03T08:00:00Z"
    assert text(root, "a:entry/a:title") == "正文有变：方案"
    assert text(root, "a:entry/a:author/a:name") == "青洲市卫生健康局"
    said = text(root, "a:entry/a:summary")
    assert "between 2026-11-01T08:00:00Z and 2026-11-03T08:00:00Z" in said
    assert "发布机构" in said
