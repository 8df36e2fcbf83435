"""verify finds every flipped byte and every cut, and says nothing against a sound or a living archive."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database
from warcio.checker import Checker

from archive.captures import Captures
from archive.database import open_database
from archive.members import pack
from archive.verify import verify
from archive.verify_warc import WarcFile, check_file
from tests.archive.exchanges import SOFTWARE, exchange, page


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Ten records: warcinfo, three groups (the last a revisit), none of them large."""
    db = open_database(tmp_path)
    captures = Captures(db, tmp_path, software=SOFTWARE)
    for number in (1, 2, 1):
        captures.keep(exchange(number, page(number, words=2)), kind="article", entry_title="通知")
    captures.close()
    yield db
    db.conn.close()


def warc(home: Path) -> Path:
    (path,) = (home / "warc").iterdir()
    return path


def kinds(db: Database, home: Path) -> set[str]:
    return {damage.kind for damage in verify(db, home).damages}


def test_a_sound_archive(db: Database, tmp_path: Path) -> None:
    found = verify(db, tmp_path)
    assert found.sound
    assert found.damages == ()
    counts = {"warc_files": 1, "records": 10, "revisits": 1, "captures": 3, "unfinished_bytes": 0}
    assert {name: found.checked[name] for name in counts} == counts
    assert found.checked["bytes"] == warc(tmp_path).stat().st_size


@pytest.mark.parametrize(("mask", "step"), [(0x80, 1), (0x01, 11), (0xFF, 13)])
def test_every_flipped_byte_is_found(db: Database, tmp_path: Path, mask: int, step: int) -> None:
    """Gzip headers, padding and trailers, metadata and request records: no byte is without a guard.

    The highest bit at every position, because the padding after a deflate stream is in the high bits.
    """
    path, whole = warc(tmp_path), warc(tmp_path).read_bytes()
    known = WarcFile(path.name, len(whole), 10, sealed=True)
    assert check_file(db.conn, path.parent, known).damages == []
    missed = []
    for position in range(0, len(whole), step):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ mask]) + whole[position + 1 :])
        if not check_file(db.conn, path.parent, known).damages:
            missed.append(position)
    assert missed == []
    assert len(whole) > 3000


def test_every_cut_is_found(db: Database, tmp_path: Path) -> None:
    path, whole = warc(tmp_path), warc(tmp_path).read_bytes()
    lengths = range(0, len(whole), 7)
    found = []
    for length in lengths:
        path.write_bytes(whole[:length])
        found.append("cut" in kinds(db, tmp_path))
    assert found == [True] * len(lengths)


def test_warcio_check_lets_a_flipped_byte_and_a_cut_pass(
    db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Why verify exists; when this fails, warcio has learned to look."""
    path, whole = warc(tmp_path), warc(tmp_path).read_bytes()
    options = type("Options", (), {"inputs": [str(path)], "verbose": True})
    path.write_bytes(whole[:4] + b"\x01" + whole[5:])
    assert Checker(options).process_all() == 0
    path.write_bytes(whole[:-60])
    assert Checker(options).process_all() == 0


def test_damage_says_where_what_and_whether_it_is_held_elsewhere(db: Database, tmp_path: Path) -> None:
    rows = db.execute("SELECT warc_offset, url FROM captures ORDER BY id").fetchall()
    for offset, url in rows[:2]:
        data = bytearray(warc(tmp_path).read_bytes())
        data[offset + 40] ^= 4
        warc(tmp_path).write_bytes(data)
        damage = verify(db, tmp_path).damages[-1]
        assert (damage.kind, damage.where) == ("damaged", f"{warc(tmp_path).name} at {offset}")
        assert "bytes are altered" in damage.message
        assert url in damage.message
        assert not damage.rebuildable
    captures = Captures(db, tmp_path, software=SOFTWARE)
    captures.keep(exchange(2, page(2, words=2)), kind="article")  # in full, because the other one is damaged
    captures.close()
    assert [damage.rebuildable for damage in verify(db, tmp_path).damages] == [False, True]


def test_one_damage_hides_no_other(db: Database, tmp_path: Path) -> None:
    data = bytearray(warc(tmp_path).read_bytes())
    for position in (30, len(data) // 2, len(data) - 1):
        data[position] ^= 2
    warc(tmp_path).write_bytes(data)
    assert [damage.kind for damage in verify(db, tmp_path).damages] == ["damaged"] * 3


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("DELETE FROM captures WHERE id = 3", "record_without_row"),
        ("UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 2", "row_without_record"),
        ("UPDATE captures SET warc_length = warc_length - 1 WHERE id = 2", "row_differs"),
        ("UPDATE captures SET record_id = 'urn:uuid:0' WHERE id = 2", "row_differs"),
        ("UPDATE captures SET payload_sha256 = '0' WHERE id = 2", "row_differs"),
        ("UPDATE captures SET payload_length = 1 WHERE id = 2", "row_differs"),
        ("UPDATE captures SET url = 'http://other.example/' WHERE id = 2", "row_differs"),
        ("UPDATE captures SET revisit_of = 2 WHERE id = 3", "row_differs"),
        ("UPDATE captures SET revisit_of = NULL WHERE id = 3", "row_differs"),
        ("UPDATE captures SET revisit_of = 2 WHERE id = 1", "row_differs"),
        ("UPDATE warc_files SET records = 9", "count"),
        ("UPDATE warc_files SET committed_length = committed_length - 1", "tail"),
        ("UPDATE warc_files SET committed_length = committed_length + 1", "cut"),
    ],
)
def test_rows_that_do_not_fit(db: Database, tmp_path: Path, change: str, kind: str) -> None:
    db.execute(change)
    assert kind in kinds(db, tmp_path)


def test_a_missing_file_and_an_unknown_one(db: Database, tmp_path: Path) -> None:
    path = warc(tmp_path)
    shutil.copy(path, path.with_name("gongkai-20200101T000000Z-1-00001.warc.gz"))
    assert kinds(db, tmp_path) == {"file_without_row"}
    path.unlink()
    assert kinds(db, tmp_path) == {"file_without_row", "file_missing"}


def test_a_record_put_in_by_another_hand(db: Database, tmp_path: Path) -> None:
    """Well-formed members, yet not what the digests or the order of a group say."""
    path, whole = warc(tmp_path), warc(tmp_path).read_bytes()
    for text in (b"no record", b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 1\r\n\r\nxy\r\n\r\n"):
        added = pack(text)
        path.write_bytes(whole + added)
        db.execute("UPDATE warc_files SET committed_length = ?, records = 11", [len(whole) + len(added)])
        assert kinds(db, tmp_path) == {"altered"}


def test_an_archive_that_is_being_written_is_sound(db: Database, tmp_path: Path) -> None:
    captures = Captures(db, tmp_path, software=SOFTWARE)
    captures.keep(exchange(5), kind="page")
    live = max((tmp_path / "warc").iterdir())
    with live.open("ab") as file:
        file.write(b"the next answer, half written")
    found = verify(db, tmp_path)
    assert found.damages == ()
    assert found.checked["unfinished_bytes"] == 29
    with live.open("r+b") as file:
        file.truncate(live.stat().st_size - 30)
    assert "cut" in kinds(db, tmp_path)


def test_verifying_while_another_process_writes(db: Database, tmp_path: Path) -> None:
    """Every answer of a crawl that goes on meanwhile, and its rotations, seen from a second connection."""
    captures = Captures(db, tmp_path, software=SOFTWARE, max_bytes=9_000)
    other = open_database(tmp_path)
    within: list[object] = []  # as seen between the WARC append and the commit
    for number in range(40):
        captures.keep(exchange(number), kind="page", also=lambda *_: within.append(verify(other, tmp_path).damages))
        assert verify(other, tmp_path).damages == ()
    assert within == [()] * 40
    captures.close()
    other.conn.close()


ROWS = [
    ("INSERT INTO documents (id, url, trust, first_seen_at, last_seen_at) VALUES ('d', 'u', 'unknown', '', '')",
     {"document_without_version", "document_without_rendition", "document_differs"}),
    ("INSERT INTO versions (document, number, first_seen_at, last_seen_at, capture, content_sha256, change) "
     "VALUES ('d', 1, '', '', 99, '', 'created')",
     {"reference", "version_without_capture", "version_without_rendition"}),
    ("INSERT INTO renditions (version, reader, capture, made_at, content_sha256, text, markdown) "
     "VALUES (7, 'r', 99, '', '', '', '')", {"reference", "rendition_without_capture"}),
    ("INSERT INTO rendition_parts (rendition, number, url, capture) VALUES (7, 2, 'u', 99)",
     {"reference", "part_without_capture"}),
    ("INSERT INTO search_rows (id, document, rendition) VALUES (5, 'd', 1)", {"reference", "search_index"}),
    ("INSERT INTO search_index (rowid, tokens) VALUES (5, '〔all')", {"search_index"}),
]  # fmt: skip


@pytest.mark.parametrize(("insert", "expected"), ROWS)
def test_rows_that_lead_nowhere(db: Database, tmp_path: Path, insert: str, expected: set[str]) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(insert)
    assert kinds(db, tmp_path) == expected


def test_a_damaged_database(db: Database, tmp_path: Path) -> None:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'captures_url'").fetchone()[0]
    db.conn.close()
    size = 4096
    with (tmp_path / "archive.db").open("r+b") as file:
        file.seek((root - 1) * size + 3)
        file.write(b"\x7f\xff")
    again = open_database(tmp_path)
    assert "database" in kinds(again, tmp_path)
    again.conn.close()
