"""Raw captures: what goes in comes out, byte for byte, and the file is one that other tools read."""

from __future__ import annotations

import fcntl
import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive.captures import Captures
from archive.database import open_database
from archive.errors import ArchiveError, CaptureDamaged, NotWritable
from archive.exchange import header_text
from archive.model import Capture
from archive.verify import verify
from tests.archive.exchanges import SITE, SOFTWARE, exchange, page


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path)
    yield db
    db.conn.close()


@pytest.fixture
def captures(db: Database, tmp_path: Path) -> Iterator[Captures]:
    captures = Captures(db, tmp_path, software=SOFTWARE)
    yield captures
    captures.close()


def only_file(home: Path) -> Path:
    (path,) = (home / "warc").iterdir()
    return path


def types(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def test_an_exchange_comes_back_as_it_was_kept(captures: Captures) -> None:
    sent = exchange(1, note={"mode": "full", "url": "//xxgk.qinghe.example/art/1.html", "address": "x", "final": True})
    capture = captures.keep(
        sent, kind="article", column=None, entry_title="关于第1号通知", entry_date="2026-11-20", robots="allowed"
    )
    assert captures.exchange(capture.id) == sent
    assert captures.load(capture.id) == capture
    assert captures.payload(capture.id) == sent.body
    assert (capture.status, capture.media_type, capture.ip) == (200, "text/html; charset=utf-8", "192.0.2.7")
    assert (capture.final_url, capture.captured_by, capture.robots) == (sent.url, SOFTWARE, "allowed")


def test_a_group_is_metadata_request_response_in_that_order(captures: Captures, tmp_path: Path) -> None:
    captures.keep(exchange(1), kind="list", entry_title="标题")
    captures.append_resource("urn:gongkai:source:qinghe", "application/toml", b'name = "x"', "2026-11-21T08:00:00Z")
    captures.close()
    path = only_file(tmp_path)
    assert types(path) == ["warcinfo", "metadata", "request", "response", "resource"]
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "metadata":
                note = json.loads(record.content_stream().read())
                assert (note["kind"], note["entry_title"], note["mode"]) == ("list", "标题", "full")
                answer = record.rec_headers["WARC-Concurrent-To"]
            if record.rec_type == "request":
                assert record.rec_headers["WARC-Concurrent-To"] == answer
                assert record.http_headers.statusline == "/art/1.html HTTP/1.1"
                assert record.http_headers["Host"] == "xxgk.qinghe.example"
            if record.rec_type == "response":
                assert record.rec_headers["WARC-Record-ID"] == answer
                assert record.content_stream().read() == page(1)


def test_other_tools_accept_the_file(captures: Captures, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 1):
        captures.keep(exchange(number), kind="page")
    captures.close()
    path = only_file(tmp_path)
    options = type("Options", (), {"inputs": [str(path)], "verbose": True})
    assert Checker(options).process_all() == 0
    output = capsys.readouterr().out
    assert output.count("digest pass") == 1 + 3 + 3 + 2  # a revisit's digest is not looked at
    assert "failed" not in output
    assert gzip.decompress(path.read_bytes()).count(b"WARC/1.1\r\n") == 10


def test_name_and_warc_version_and_first_record(captures: Captures, tmp_path: Path) -> None:
    captures.keep(exchange(1), kind="page")
    path = only_file(tmp_path)
    prefix, moment, pid, number = path.name.removesuffix(".warc.gz").split("-")
    assert (prefix, len(moment), number) == ("gongkai", 16, "00001")
    assert pid.isdigit()
    assert gzip.decompress(path.read_bytes()).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")


def test_a_payload_seen_before_is_a_revisit(captures: Captures, db: Database, tmp_path: Path) -> None:
    first = captures.keep(exchange(1), kind="page")
    other_url = captures.keep(exchange(2, page(1)), kind="page")
    again = captures.keep(exchange(1, at="2026-11-28T08:00:00Z"), kind="page")
    rows = db.conn.execute("SELECT revisit_of FROM captures ORDER BY id").fetchall()
    assert rows == [(None,), (first.id,), (first.id,)]
    assert types(only_file(tmp_path))[3::3] == ["response", "revisit", "revisit"]
    assert captures.payload(other_url.id) == page(1)
    assert captures.exchange(again.id) == exchange(1, at="2026-11-28T08:00:00Z")
    with only_file(tmp_path).open("rb") as file:
        last = [record.rec_headers for record in ArchiveIterator(file)][-1]
    record_id = db.conn.execute("SELECT record_id FROM captures WHERE id = ?", [first.id]).fetchone()[0]
    assert last["WARC-Refers-To"] == f"<{record_id}>"
    assert last["WARC-Refers-To-Target-URI"] == f"{SITE}/art/1.html"
    assert last["WARC-Refers-To-Date"] == "2026-11-21T08:00:00Z"
    assert last["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")


def test_empty_payloads_of_two_urls_are_not_the_same(captures: Captures, db: Database) -> None:
    for number in (1, 2, 1):
        captures.keep(exchange(number, b"", status=304, reason="Not Modified"), kind="page")
    assert [row[0] for row in db.conn.execute("SELECT revisit_of FROM captures ORDER BY id")] == [None, None, 1]


def test_no_revisit_of_a_damaged_record_and_the_new_one_heals_the_old(captures: Captures, tmp_path: Path) -> None:
    first = captures.keep(exchange(1), kind="page")
    data = bytearray(only_file(tmp_path).read_bytes())
    data[first.warc_offset + first.warc_length // 2] ^= 1
    only_file(tmp_path).write_bytes(data)
    with pytest.raises(CaptureDamaged, match="altered"):
        captures.payload(first.id)
    second = captures.keep(exchange(1, at="2026-11-22T08:00:00Z"), kind="page")
    assert captures.payload(second.id) == captures.payload(first.id) == page(1)


@pytest.mark.parametrize(
    "value",
    [
        header_text(b"\xcd\xa8\xd6\xaa.doc"),
        "通知",
        "",
        "\udcff\ud800x",
        "a\r\n\r\nInjected: yes",
        "\x00\x07",
        "x" * 70_000,
        " b ",
    ],
)
def test_odd_headers_never_crash_and_never_break_the_record(captures: Captures, value: str, tmp_path: Path) -> None:
    odd = (("X-Odd", value), ("", value), ("a b\r\n", "1"), ("Content-Type", "text/html"))
    sent = exchange(1, headers=odd, request_headers=odd, reason=value[:100])
    capture = captures.keep(sent, kind="page", entry_title=value, import_path=value)
    assert captures.exchange(capture.id).body == sent.body
    assert captures.load(capture.id).headers == odd
    captures.close()
    assert verify(captures.db, tmp_path).damages == ()


def test_header_bytes_survive(captures: Captures, tmp_path: Path) -> None:
    raw = b"attachment; filename=\xcd\xa8\xd6\xaa.doc"
    capture = captures.keep(exchange(1, headers=(("Content-Disposition", header_text(raw)),)), kind="page")
    assert b"Content-Disposition: " + raw + b"\r\n" in gzip.decompress(only_file(tmp_path).read_bytes())
    assert captures.exchange(capture.id).headers == (("Content-Disposition", header_text(raw)),)


def test_a_dechunked_body_is_not_announced_as_chunked(captures: Captures, tmp_path: Path) -> None:
    sent = exchange(1, b"5\r\nabcde\r\n0\r\n\r\n", headers=(("Transfer-Encoding", "chunked"),))
    capture = captures.keep(sent, kind="page")
    assert captures.exchange(capture.id) == sent
    with only_file(tmp_path).open("rb") as file:
        bodies = [r.content_stream().read() for r in ArchiveIterator(file) if r.rec_type == "response"]
    assert bodies == [sent.body]


@pytest.mark.parametrize(
    "url", ["http://qinghe.example/通知 1.html", "http://[bad/", "urn:sha256:00", "http://q/\udcff"]
)
def test_odd_addresses(captures: Captures, url: str, tmp_path: Path) -> None:
    capture = captures.keep(exchange(1, url=url), kind="page")
    assert captures.exchange(capture.id).body == page(1)
    captures.close()
    assert verify(captures.db, tmp_path).damages == ()


def test_an_import_without_http_is_a_resource(captures: Captures, db: Database, tmp_path: Path) -> None:
    sent = exchange(1, at=None, method="", request_headers=(), status=None, reason="", protocol="", headers=(), ip=None)
    capture = captures.keep(
        sent, kind="import", imported_at="2026-11-21T09:00:00Z", media_type="text/html", import_path="故/1.html"
    )
    assert captures.exchange(capture.id) == sent
    assert (capture.fetched_at, capture.imported_at, capture.status) == (None, "2026-11-21T09:00:00Z", None)
    captures.close()
    assert types(only_file(tmp_path)) == ["warcinfo", "metadata", "resource"]
    assert verify(db, tmp_path).damages == ()


def test_files_rotate_and_are_sealed(db: Database, tmp_path: Path) -> None:
    captures = Captures(db, tmp_path, software=SOFTWARE, max_bytes=4000)
    for number in range(12):
        captures.keep(exchange(number), kind="page")
    rows = db.conn.execute("SELECT name, committed_length, sealed_at, records FROM warc_files ORDER BY name").fetchall()
    assert len(rows) > 2
    assert all(sealed for *_, sealed, _ in rows[:-1])
    assert rows[-1][2] is None
    assert all((tmp_path / "warc" / name).stat().st_size == length for name, length, *_ in rows)
    assert sum(records - 1 for *_, records in rows) == 36
    captures.close()
    assert verify(db, tmp_path).damages == ()
    assert [captures.payload(n + 1) for n in range(12)] == [page(n) for n in range(12)]


def test_the_file_is_locked_while_its_writer_lives(captures: Captures, tmp_path: Path) -> None:
    captures.keep(exchange(1), kind="page")
    with only_file(tmp_path).open("rb") as file:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        captures.close()
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_is_done_also_is_in_the_same_transaction(captures: Captures, db: Database) -> None:
    def also(conn: sqlite3.Connection, capture: Capture) -> None:
        assert conn.in_transaction
        conn.execute(
            "INSERT INTO issues (url, code, level, message, at) VALUES (?, 'x', 'info', 'x', '')", [capture.url]
        )

    captures.keep(exchange(1), kind="page", also=also)
    assert db.conn.execute("SELECT url FROM issues").fetchall() == [(f"{SITE}/art/1.html",)]


def test_the_raw_answer_stays_when_what_is_done_also_fails(captures: Captures, db: Database, tmp_path: Path) -> None:
    def also(conn: sqlite3.Connection, capture: Capture) -> None:
        conn.execute("INSERT INTO issues (url, code, level, message, at) VALUES ('', 'x', 'info', 'x', '')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        captures.keep(exchange(1), kind="page", also=also)
    captures.keep(exchange(2), kind="page")
    assert db.conn.execute("SELECT count(*) FROM issues").fetchone() == (0,)
    assert [captures.payload(n) for n in (1, 2)] == [page(1), page(2)]
    captures.close()
    assert verify(db, tmp_path).damages == ()


def test_an_answer_that_the_database_refuses_stays_in_the_file(
    captures: Captures, db: Database, tmp_path: Path
) -> None:
    captures.keep(exchange(1), kind="page")
    with pytest.raises(sqlite3.IntegrityError):
        captures.keep(exchange(2), kind="page", source="no-such-source")
    captures.keep(exchange(3), kind="page")
    captures.close()
    names = db.conn.execute("SELECT sealed_at IS NULL FROM warc_files ORDER BY name").fetchall()
    assert names == [(1,), (0,)]  # the first is left for recover(), nothing was written behind the unknown tail
    assert verify(db, tmp_path).damages == ()


def test_damage_is_noticed_when_a_payload_is_read(captures: Captures, tmp_path: Path) -> None:
    cut, missing = captures.keep(exchange(1), kind="page"), captures.keep(exchange(2), kind="page")
    path = only_file(tmp_path)
    with path.open("r+b") as file:
        file.truncate(missing.warc_offset + 20)
    assert captures.payload(cut.id) == page(1)
    with pytest.raises(CaptureDamaged, match="cut"):
        captures.payload(missing.id)
    path.unlink()
    with pytest.raises(CaptureDamaged, match="cannot be read"):
        captures.payload(cut.id)
    with pytest.raises(ArchiveError, match="no capture 99"):
        captures.load(99)


def test_a_folder_that_cannot_be_made_is_said(db: Database, tmp_path: Path) -> None:
    (tmp_path / "warc").rmdir()
    (tmp_path / "warc").write_text("in the way")
    with pytest.raises(NotWritable, match="check rights and disk"):
        Captures(db, tmp_path, software=SOFTWARE).keep(exchange(1), kind="page")
