"""Documents and versions: a version is a change by the publisher, a rendition our reading of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Captures, Exchange
from archive.clock import stamp
from archive.documents import unchanged_payload, unread_pages
from archive.model import AttachmentLink, Capture, Draft, Metadata, Origin, Period, Reading
from archive.renditions import Pages, Writing
from archive.store import Archive
from archive.stored import stored_record

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "http://wjw.lan.example/art/2026/3/1/art_1_2.html"
TEXT = "一、基本情况。全年完成随访三千二百人次。" * 20
PLAIN = Draft(URL, TEXT, TEXT, Metadata(title="青岚县卫生健康局2025年工作总结", publisher="青岚县卫生健康局"))


class Desk:
    """An archive with its captures: ``check`` stores one fetch of a page that reads as ``draft``."""

    def __init__(self, home: Path) -> None:
        self.archive = Archive(home)
        self.captures = Captures(self.archive.db, home, software="test")

    def capture(self, at: datetime, body: bytes = b"<html>", url: str = URL, status: int = 200) -> Capture:
        headers = (("Content-Type", "text/html"),)
        exchange = Exchange(url, stamp(at), "GET", (), status, "", "HTTP/1.1", headers, body)
        return self.captures.keep(exchange, kind="article")

    def check(
        self, draft: Draft, at: datetime = NOW, reader: str = "r1", previous: Draft | None = None, **more: object
    ):  # type: ignore[no-untyped-def]
        capture = self.capture(at, body=(draft.text + str(at)).encode(), url=str(more.pop("fetched_from", URL)))
        reading = Reading("article", draft, trust=more.pop("trust", "official"))  # type: ignore[arg-type]
        before = Reading("article", previous) if previous else None
        with self.archive.transaction():
            stored = self.archive.put_reading(capture, reading, Writing(reader, None, at), before, **more)  # type: ignore[arg-type]
            self.archive.observe(str(more.get("address", URL)), stored.outcome, at, capture=capture.id, run=None)
        return stored

    def missing(self, at: datetime, *, url: str = URL, site_answers: bool = True) -> bool:
        """One run in which the page was not there; True where that made its document gone."""
        capture = self.capture(at, b"", url=url, status=404)
        with self.archive.transaction():
            run, _ = self.archive.open_run(None, "full", tool_version="t", reader="r", toml_sha256=None, now=at)
            self.archive.observe(url, "not_found", at, capture=capture.id, run=run)
            gone = self.archive.mark_gone(run) if site_answers else []
            self.archive.close_run(run, "ok", (), {"lists": int(site_answers)}, at)
            return any(check.newly for check in gone)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        return self.archive.conn.execute(query, values).fetchall()

    def changes(self) -> list[object]:
        return [row[0] for row in self.rows("SELECT change FROM versions ORDER BY number")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.captures.close()
    desk.archive.close()


def test_what_is_read_back_of_a_rendition(desk: Desk) -> None:
    metadata = replace(PLAIN.metadata, period_start="2025-01-01", period_end="2025-12-31")
    origin = Origin("panel", "table", "发布机构：青岚县卫生健康局", 0.95)
    periods = (Period("2025-01-01", "2025-12-31", "summary"),)
    document = desk.check(replace(PLAIN, metadata=metadata, origins={"publisher": origin}, periods=periods)).document
    assert stored_record(desk.archive.db, document).record["periods"] == [asdict(periods[0])]
    ((stored,),) = desk.rows("SELECT origins FROM renditions")
    assert json.loads(str(stored)) == {"publisher": asdict(origin)}


def test_the_same_content_is_seen_again_and_makes_no_version(desk: Desk) -> None:
    desk.check(PLAIN)
    stored = desk.check(replace(PLAIN, text=TEXT.replace("。", "。 \n\u200b")), NOW + DAY)
    assert (stored.outcome, stored.change, desk.changes()) == ("same", None, ["created"])
    assert desk.rows("SELECT last_seen_at FROM versions") == [(stamp(NOW + DAY),)]
    assert len(desk.rows("SELECT 1 FROM renditions")) == 1


@pytest.mark.parametrize(
    ("draft", "change", "changed"),
    [
        (replace(PLAIN, text=TEXT + "二、存在问题。"), "text", '["text"]'),
        (replace(PLAIN, metadata=replace(PLAIN.metadata, index_number="0010/2026-1")), "metadata", '["index_number"]'),
        (replace(PLAIN, attachments=(AttachmentLink(1, "附件.pdf", URL + ".pdf"),)), "attachment", '["attachment"]'),
    ],
)
def test_each_kind_of_change_by_the_publisher(desk: Desk, draft: Draft, change: str, changed: str) -> None:
    desk.check(PLAIN)
    assert desk.check(draft, NOW + DAY).change == change
    assert desk.changes() == ["created", change]
    assert desk.rows("SELECT changed, not_before FROM versions WHERE number = 2") == [(changed, stamp(NOW))]


@pytest.mark.parametrize("name", ["site_name", "column", "publisher_full", "period_start", "doc_type"])
def test_what_we_derive_makes_no_version(desk: Desk, name: str) -> None:
    desk.check(PLAIN)
    desk.check(replace(PLAIN, metadata=replace(PLAIN.metadata, **{name: "新"})), NOW + DAY)
    assert desk.changes() == ["created"]


def test_a_better_reader_adds_a_rendition_and_never_a_version(desk: Desk) -> None:
    desk.check(PLAIN, reader="r1")
    better = replace(PLAIN, text=TEXT + "附表一。")
    assert unread_pages(desk.archive.conn, URL, URL, "r1") is None
    assert unread_pages(desk.archive.conn, URL, URL, "r2") == Pages(1)
    stored = desk.check(better, NOW + DAY, reader="r2", previous=better)
    assert (stored.outcome, desk.changes()) == ("same", ["created"])
    assert desk.rows("SELECT reader, version FROM renditions ORDER BY id") == [("r1", 1), ("r2", 1)]
    assert desk.rows("SELECT text FROM current_documents") == [(better.text,)]


def test_gone_needs_two_checks_a_day_apart_on_a_site_that_answers(desk: Desk) -> None:
    desk.check(PLAIN)
    assert not desk.missing(NOW + DAY)
    assert not desk.missing(NOW + DAY + timedelta(hours=3))
    assert not desk.missing(NOW + 3 * DAY, site_answers=False)
    assert desk.missing(NOW + 4 * DAY)
    assert not desk.missing(NOW + 5 * DAY)
    assert desk.changes() == ["created", "gone"]
    assert desk.rows("SELECT gone_at, change FROM current_documents") == [(stamp(NOW + 4 * DAY), "gone")]
    interval = desk.rows("SELECT not_before, first_seen_at FROM versions WHERE change = 'gone'")
    assert interval == [(stamp(NOW), stamp(NOW + 4 * DAY))]


def test_a_check_while_the_site_was_closed_is_no_evidence(desk: Desk) -> None:
    desk.check(PLAIN)
    assert not desk.missing(NOW + DAY, site_answers=False)
    assert not desk.missing(NOW + 3 * DAY)
    assert desk.missing(NOW + 5 * DAY)


def test_a_good_check_in_between_starts_the_evidence_anew(desk: Desk) -> None:
    desk.check(PLAIN)
    assert not desk.missing(NOW + DAY)
    desk.check(PLAIN, NOW + 2 * DAY)
    assert not desk.missing(NOW + 3 * DAY)
    assert desk.missing(NOW + 5 * DAY)


def test_a_page_that_returns_is_restored_also_with_the_same_text(desk: Desk) -> None:
    desk.check(PLAIN)
    desk.missing(NOW + DAY)
    desk.missing(NOW + 3 * DAY)
    assert desk.check(PLAIN, NOW + 4 * DAY).change == "restored"
    assert desk.changes() == ["created", "gone", "restored"]
    assert desk.rows("SELECT gone_at FROM documents") == [(None,)]


def test_two_entries_with_one_final_address_are_one_document(desk: Desk) -> None:
    end = "http://wjw.lan.example/new/2.html"
    first = desk.check(PLAIN, fetched_from=end, address=URL, final_url=end)
    second = desk.check(PLAIN, NOW + DAY, fetched_from=end, address="http://wjw.lan.example/old/2.html", final_url=end)
    third = desk.check(PLAIN, NOW + 2 * DAY, fetched_from=end, address=end, final_url=end)
    assert first.document == second.document == third.document
    assert desk.rows("SELECT count(*) FROM documents") == [(1,)]


def test_an_older_capture_becomes_a_version_of_the_past(desk: Desk) -> None:
    desk.check(PLAIN, NOW)
    desk.check(replace(PLAIN, text=TEXT + "补充。"), NOW - 30 * DAY)
    assert desk.rows("SELECT number, first_seen_at, change FROM versions ORDER BY number") == [
        (1, stamp(NOW - 30 * DAY), "created"),
        (2, stamp(NOW), "text"),
    ]
    assert desk.rows("SELECT version, text FROM current_documents") == [(2, TEXT)]


def test_an_unchanged_payload_needs_no_reading(desk: Desk) -> None:
    desk.check(PLAIN)
    same = desk.capture(NOW + DAY, body=(TEXT + str(NOW)).encode())
    other = desk.capture(NOW + DAY, body=b"other")
    url = "//wjw.lan.example/art/2026/3/1/art_1_2.html"
    assert unchanged_payload(desk.archive.conn, url, same, "r1")
    assert not unchanged_payload(desk.archive.conn, url, same, "r2")
    assert not unchanged_payload(desk.archive.conn, url, other, "r1")


def test_a_copy_with_the_same_text_is_linked_to_the_official_one(desk: Desk) -> None:
    copy = desk.check(PLAIN, trust="repost", fetched_from="http://wenku.example/1", address="http://wenku.example/1")
    original = desk.check(PLAIN, NOW + DAY)
    assert desk.archive.link_copies() == 2
    assert desk.rows("SELECT id, duplicate_of FROM documents WHERE duplicate_of IS NOT NULL") == [
        (copy.document, original.document)
    ]
    assert desk.rows('SELECT "from", "to", kind FROM relations') == [(copy.document, original.document, "reposts")]


def test_two_official_documents_with_one_text_stay_two(desk: Desk) -> None:
    desk.check(PLAIN)
    desk.check(PLAIN, NOW + DAY, fetched_from="http://xf.lan.example/9", address="http://xf.lan.example/9")
    desk.archive.link_copies()
    assert desk.rows("SELECT count(*) FROM documents WHERE duplicate_of IS NULL") == [(2,)]


OTHER = "http://wjw.lan.example/old/2.html"
REPLACED = replace(PLAIN, text="二、另一件事。全年检查餐饮单位六百家次。" * 20)


def ends(desk: Desk, address: str, end: str, draft: Draft, at: datetime) -> str:
    """One check of ``address`` that ended at ``end``; the id of the document it went to."""
    stored: str = desk.check(draft, at, fetched_from=end, address=address, final_url=end).document
    return stored


def test_an_alias_that_leads_elsewhere_today_changes_no_document(desk: Desk) -> None:
    first = ends(desk, URL, URL, PLAIN, NOW)
    assert ends(desk, OTHER, URL, PLAIN, NOW) == first
    second = ends(desk, OTHER, OTHER, REPLACED, NOW + DAY)
    assert ends(desk, URL, URL, PLAIN, NOW + 2 * DAY) == first != second
    assert ends(desk, OTHER, OTHER, REPLACED, NOW + 3 * DAY) == second
    assert desk.changes() == ["created", "created"]


def test_the_end_of_a_former_redirect_is_a_document_of_its_own(desk: Desk) -> None:
    first = ends(desk, OTHER, URL, PLAIN, NOW)
    assert ends(desk, URL, URL, PLAIN, NOW) == first
    assert ends(desk, OTHER, OTHER, REPLACED, NOW + DAY) == first
    second = ends(desk, URL, URL, PLAIN, NOW + 2 * DAY)
    assert second != first
    assert ends(desk, OTHER, OTHER, REPLACED, NOW + 3 * DAY) == first
    assert desk.rows("SELECT document, change FROM versions ORDER BY id") == [
        (first, "created"), (first, "text"), (second, "created"),
    ]  # fmt: skip


def test_a_redirect_takes_no_document_its_address(desk: Desk) -> None:
    first, second = ends(desk, URL, URL, PLAIN, NOW), ends(desk, OTHER, OTHER, REPLACED, NOW)
    assert ends(desk, OTHER, URL, PLAIN, NOW + DAY) == second  # it says now what the other one says
    assert ends(desk, URL, URL, PLAIN, NOW + 2 * DAY) == first
    assert desk.rows("SELECT last_seen_at FROM documents WHERE id = ?", first) == [(stamp(NOW + 2 * DAY),)]


def test_a_document_that_answers_at_another_address_is_not_gone(desk: Desk) -> None:
    ends(desk, URL, URL, PLAIN, NOW)
    ends(desk, OTHER, URL, PLAIN, NOW)
    assert not desk.missing(NOW + DAY)
    assert not desk.missing(NOW + 3 * DAY)
    assert not desk.missing(NOW + 4 * DAY, url=OTHER)
    assert desk.missing(NOW + 5 * DAY)  # now it is at neither


def test_what_today_s_reader_cannot_compare_makes_no_version(desk: Desk) -> None:
    """The last capture is damaged: its text by the old reader says nothing about what the publisher changed."""
    desk.check(PLAIN, reader="r1")
    better = replace(PLAIN, text=TEXT + "附表一。")
    stored = desk.check(better, NOW + DAY, reader="r2")
    assert (stored.outcome, stored.compared, desk.changes()) == ("same", False, ["created"])
    assert desk.rows("SELECT text FROM current_documents") == [(better.text,)]
    assert unread_pages(desk.archive.conn, URL, URL, "r3") == Pages(2)  # the capture that can be read
    changed = desk.check(replace(PLAIN, text=TEXT + "附表二。"), NOW + 2 * DAY, reader="r2")
    assert (changed.change, changed.compared) == ("text", True)


def test_an_older_capture_with_the_same_text_by_another_reader_makes_no_version(desk: Desk) -> None:
    desk.check(PLAIN, NOW, reader="r1")
    older = replace(PLAIN, metadata=replace(PLAIN.metadata, publisher="青岚县卫健局"))
    assert desk.check(older, NOW - 30 * DAY, reader="r2").change is None
    assert desk.changes() == ["created"]
    assert desk.rows("SELECT first_seen_at FROM versions") == [(stamp(NOW - 30 * DAY),)]
