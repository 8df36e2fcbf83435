"""Documents that are read from several pages: what a page that comes late, fails or goes means for their versions, and
how the frontier keeps the pages that are awaited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Captures, Exchange, SourceRow, held_parts, unchanged_payload, unread_pages, whole_of
from archive.clock import stamp
from archive.frontier_parts import (
    add_parts,
    as_it_stands,
    await_first,
    first_page,
    is_complete,
    parts_in,
    release_parts,
)
from archive.model import Capture, Draft, Entry, Metadata, Part, Reading
from archive.renditions import Pages, Writing
from archive.verify import verify

NOW, DAY = datetime(2026, 3, 1, tzinfo=UTC), timedelta(days=1)
BASE = "http://wjw.lan.example/tz/"
FIRST, SECOND, THIRD = f"{BASE}5.html", f"{BASE}5_2.html", f"{BASE}5_3.html"
TEXTS = ("一、基本情况。" * 20, "二、主要问题。" * 20, "三、下步打算。" * 20)


class Desk:
    """An archive with a source; ``check`` stores a reading of the pages whose captures are given (None: missing)."""

    def __init__(self, home: Path) -> None:
        self.archive = Archive(home)
        self.captures = Captures(self.archive.db, home, software="test")
        self.conn = self.archive.conn
        with self.archive.transaction():
            self.archive.put_source(SourceRow("wjw", "局", BASE, "", ""), NOW)
            self.run, _ = self.archive.open_run("wjw", "full", tool_version="t", reader="r", toml_sha256=None, now=NOW)

    def capture(self, url: str, at: datetime = NOW, body: bytes = b"<html>") -> Capture:
        exchange = Exchange(url, stamp(at), "GET", (), 200, "", "HTTP/1.1", (("Content-Type", "text/html"),), body)
        return self.captures.keep(exchange, kind="article", source="wjw", run=self.run)

    def reading(self, *held: int | None, texts: tuple[str, ...] = TEXTS) -> Reading:
        parts = tuple(Part(n, url, c) for n, url, c in zip((2, 3), (SECOND, THIRD), held, strict=True))
        text = "\n".join((texts[0], *(t for t, c in zip(texts[1:], held, strict=True) if c is not None)))
        return Reading("article", Draft(FIRST, text, text, Metadata(title="总结")), trust="official", parts=parts)

    def check(self, capture: Capture, reading: Reading, at: datetime, previous: Reading | None = None):  # type: ignore[no-untyped-def]
        with self.archive.transaction():
            stored = self.archive.put_reading(capture, reading, Writing("r1", None, at), previous)
            self.archive.observe(FIRST, stored.outcome, at, capture=capture.id, run=None)
        return stored

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.conn.execute(query).fetchall()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.captures.close()
    desk.archive.close()


def test_a_late_page_is_another_rendition_of_the_same_version(desk: Desk, tmp_path: Path) -> None:
    one, two, three = (desk.capture(url) for url in (FIRST, SECOND, THIRD))
    desk.check(one, desk.reading(two.id, None), NOW)
    again = desk.capture(FIRST, NOW + DAY)
    whole = desk.reading(two.id, three.id)
    unread = unread_pages(desk.conn, FIRST, FIRST, "r1", whole.parts)
    assert unread == Pages(one.id, (Part(2, SECOND, two.id), Part(3, THIRD)))
    assert desk.check(again, whole, NOW + DAY, previous=whole).change is None
    assert unread_pages(desk.conn, FIRST, FIRST, "r1", whole.parts) is None
    assert desk.rows("SELECT change FROM versions") == [("created",)]
    assert desk.rows("SELECT parts FROM renditions ORDER BY id") == [(1,), (2,)]
    assert desk.rows("SELECT text FROM current_documents") == [("\n".join(TEXTS),)]
    assert held_parts(desk.conn, FIRST, FIRST) == whole.parts
    assert whole_of(desk.conn, THIRD) == whole_of(desk.conn, SECOND) is not None
    assert verify(desk.archive.db, tmp_path).sound
    desk.conn.execute("DELETE FROM rendition_parts WHERE number = 3")
    assert {damage.kind for damage in verify(desk.archive.db, tmp_path).damages} == {"parts", "chain_row"}


def test_a_late_page_that_cannot_be_compared_makes_no_version(desk: Desk) -> None:
    """The first page's last capture is damaged: nobody can read it together with the page that came late."""
    one, two, three = (desk.capture(url) for url in (FIRST, SECOND, THIRD))
    desk.check(one, desk.reading(two.id, None), NOW)
    stored = desk.check(desk.capture(FIRST, NOW + DAY), desk.reading(two.id, three.id), NOW + DAY)
    assert (stored.change, stored.compared) == (None, False)
    assert desk.rows("SELECT text FROM current_documents") == [("\n".join(TEXTS),)]


def test_a_change_on_a_later_page_is_a_version_and_no_payload_says_otherwise(desk: Desk) -> None:
    one, two, three = (desk.capture(url) for url in (FIRST, SECOND, THIRD))
    desk.check(one, desk.reading(two.id, three.id), NOW)
    same = desk.capture(FIRST, NOW + DAY)
    assert same.payload_sha256 == one.payload_sha256
    assert not unchanged_payload(desk.conn, FIRST.removeprefix("http:"), same, "r1")
    changed = desk.reading(two.id, three.id, texts=(*TEXTS[:2], "三、另行安排。"))
    assert desk.check(same, changed, NOW + DAY).change == "text"


def test_a_document_is_gone_though_its_later_pages_were_there(desk: Desk) -> None:
    one, two, three = (desk.capture(url) for url in (FIRST, SECOND, THIRD))
    desk.check(one, desk.reading(two.id, three.id), NOW)
    with desk.archive.transaction():
        desk.archive.observe(SECOND, "changed", NOW, capture=two.id, run=None)
        for days in (1, 3):
            run, _ = desk.archive.open_run(None, "full", tool_version="t", reader="r", toml_sha256=None, now=NOW)
            desk.archive.observe(FIRST, "not_found", NOW + days * DAY, capture=one.id, run=run)
            gone = desk.archive.mark_gone(run)
            desk.archive.close_run(run, "ok", (), {"lists": 1}, NOW)
    assert [check.newly for check in gone] == [True]


def started(desk: Desk) -> int:
    """The first page kept, its further ones asked for; its capture."""
    frontier = desk.archive.frontier("wjw")
    frontier.open_walks([("tz", None, f"{BASE}list.html")], NOW)
    frontier.add_entries("tz", [Entry("总结", FIRST)], 1, f"{BASE}list.html", NOW)
    lease = next(lease for lease in frontier.lease(desk.run, 9, NOW) if lease.kind == "article")
    walk = desk.capture(FIRST).id
    frontier.set_kept(lease.url, walk)
    add_parts(desk.conn, "wjw", lease, walk, desk.reading(None, None).parts, desk.run, NOW)
    return walk


def test_the_first_page_waits_until_each_of_the_others_is_in_or_failed(desk: Desk) -> None:
    walk = started(desk)
    frontier = desk.archive.frontier("wjw")
    second, third = frontier.lease(desk.run, 9, NOW)
    assert [(p.kind, p.page, p.address) for p in (second, third)] == [("part", 2, SECOND), ("part", 3, THIRD)]
    assert not is_complete(desk.conn, walk)
    capture = desk.capture(SECOND).id
    frontier.set_kept(second.url, capture)
    assert not is_complete(desk.conn, walk)
    frontier.set_done(second.url, NOW, days=None)
    frontier.set_failed(third.url, NOW, "http_status")
    assert is_complete(desk.conn, walk)
    first = first_page(desk.conn, walk)
    assert first is not None
    assert (first.address, first.capture) == (FIRST, walk)
    assert parts_in(desk.conn, walk) == (Part(2, SECOND, capture), Part(3, THIRD))
    add_parts(desk.conn, "wjw", first, walk, desk.reading(None, None).parts, desk.run, NOW)  # read again after a crash
    assert is_complete(desk.conn, walk)
    frontier.set_done(first.url, NOW, days=7)
    assert first_page(desk.conn, walk) is None


def test_another_pass_asks_for_all_pages_again(desk: Desk) -> None:
    walk = started(desk)
    frontier = desk.archive.frontier("wjw")
    for part in frontier.lease(desk.run, 9, NOW):
        frontier.set_kept(part.url, desk.capture(part.address).id)
        frontier.set_done(part.url, NOW, days=None)
    first = first_page(desk.conn, walk)
    assert first is not None
    later, _ = desk.archive.open_run(None, "full", tool_version="t", reader="r", toml_sha256=None, now=NOW)
    again = desk.capture(FIRST).id
    add_parts(desk.conn, "wjw", first, again, desk.reading(None, None).parts, later, NOW)
    assert len(frontier.lease(later, 9, NOW)) == 2
    assert frontier.make_due(NOW + 99 * DAY, everything=True) == 0  # a part is never due by itself


def test_an_address_that_turns_out_to_be_a_later_page(desk: Desk) -> None:
    frontier = desk.archive.frontier("wjw")
    frontier.open_walks([("tz", None, f"{BASE}list.html")], NOW)
    frontier.add_entries("tz", [Entry("总结", FIRST), Entry("续", SECOND)], 1, f"{BASE}list.html", NOW)
    one, two = sorted((p for p in frontier.lease(desk.run, 9, NOW) if p.kind == "article"), key=lambda p: len(p.url))
    frontier.set_kept(two.url, desk.capture(SECOND).id)
    assert await_first(desk.conn, two.url, FIRST)
    frontier.set_done(two.url, NOW, days=None)
    assert as_it_stands(desk.conn, two).kind == "part"
    release_parts(desk.conn, "wjw")
    assert frontier.kept() == []  # its first page is to come yet
    frontier.set_failed(one.url, NOW, "not_found")
    release_parts(desk.conn, "wjw")
    assert [(lease.url, lease.kind) for lease in frontier.kept()] == [(two.url, "article")]
    assert not await_first(desk.conn, two.url, FIRST)
    assert replace(two, capture=None) == replace(frontier.kept()[0], capture=None)
