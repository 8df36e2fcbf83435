"""Withdrawn and erased documents: hidden everywhere, gone from every byte, sound under verify, staying withdrawn."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.chain import close_books
from archive.changes import changes
from archive.duplicates import link_copies
from archive.erase import erase
from archive.errors import CaptureDamaged, NotErasable, UnknownDocument
from archive.index import index_waiting
from archive.lookup import resolve
from archive.members import Member, pack_to_length, read_member, scan
from archive.restrict import lift, restrict
from archive.search import search
from archive.signing import make_key
from archive.tails import pieces
from archive.verify import verify
from archive.warc_records import TOMBSTONE
from archive.withdrawals import is_genuine, is_withdrawn, take_tombstone, tombstone_of, withdrawn_payload
from tests.archive.whole import COPY, DAY, MARK, NOTICE, NOW, PAGED, SITE, TWIN, Whole


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    whole = Whole(tmp_path / "home", make_key(tmp_path / "key"))
    whole.crawl()
    whole.crawl(NOW + 8 * DAY, said="（修订）")
    yield whole
    whole.shut()


def done(whole: Whole, step: Callable[..., object], url: str, *more: object) -> str:
    """What the verb does: the step, then the index, the links and the chain."""
    db = whole.archive.db
    id = resolve(db, url, withdrawn=True)
    step(db, whole.captures, id, *more, NOW + 9 * DAY, whole.signer)
    index_waiting(db)
    link_copies(db)
    close_books(db, whole.captures, signer=whole.signer, mode="restrict")
    return id


def found(whole: Whole) -> set[str]:
    return {hit.url for hit in search(whole.archive.db, f"{MARK} trust:official", limit=50).hits}


def damages(whole: Whole) -> list[str]:
    return [f"{d.kind} {d.where}: {d.message}" for d in verify(whole.archive.db, whole.archive.home).damages]


def test_a_restricted_document_is_hidden_and_comes_back(whole: Whole) -> None:
    db = whole.archive.db
    assert NOTICE in found(whole)
    id = done(whole, restrict, NOTICE, "by request")
    assert NOTICE not in found(whole)
    with pytest.raises(UnknownDocument, match="by request"):
        resolve(db, NOTICE)
    assert id not in {change.id for change in changes(db, "", -1)}
    assert db.execute("SELECT count(*) FROM current_documents WHERE id = ?", [id]).fetchone() == (0,)
    assert damages(whole) == []
    stone = tombstone_of(db.conn, id)
    assert stone
    assert (stone.why, stone.erased, stone.key) == ("by request", False, whole.signer and whole.signer.public)
    assert is_genuine(stone)
    assert is_withdrawn(db.conn, id) == is_withdrawn(db.conn, f"{SITE}/content/1.html") == id
    assert is_withdrawn(db.conn, PAGED) is None
    sha256 = db.execute("SELECT payload_sha256 FROM captures WHERE url = ?", [NOTICE]).fetchone()[0]
    assert withdrawn_payload(db.conn, sha256) == id
    done(whole, lift, NOTICE)
    assert NOTICE in found(whole)
    assert is_withdrawn(db.conn, id, NOTICE) is None
    assert damages(whole) == []
    assert db.execute("SELECT reason, due_at IS NOT NULL FROM urls WHERE address = ?", [NOTICE]).fetchone() == (None, 1)


def test_a_copy_looks_for_another_original(whole: Whole) -> None:
    conn = whole.archive.conn
    original = conn.execute("SELECT duplicate_of FROM documents WHERE url = ?", [COPY]).fetchone()[0]
    url = conn.execute("SELECT url FROM documents WHERE id = ?", [original]).fetchone()[0]
    done(whole, restrict, url, "by request")
    other = conn.execute(
        "SELECT o.url FROM documents d JOIN documents o ON o.id = d.duplicate_of WHERE d.url = ?", [COPY]
    ).fetchone()
    assert other == (({NOTICE, TWIN} - {url}).pop(),)


def test_what_is_crawled_again_changes_nothing(whole: Whole) -> None:
    conn = whole.archive.conn
    id = done(whole, restrict, NOTICE, "by request")
    before = conn.execute("SELECT count(*) FROM versions WHERE document = ?", [id]).fetchone()
    frontier = whole.archive.frontier("qinghe")
    with whole.archive.transaction():
        frontier.make_due(NOW + 99 * DAY, everything=True)
    assert NOTICE not in {lease.address for lease in frontier.lease(1, 99, NOW)}
    whole.crawl(NOW + 10 * DAY, said="（再修订）")  # by an address that the frontier did not know, say
    assert conn.execute("SELECT count(*) FROM versions WHERE document = ?", [id]).fetchone() == before
    assert NOTICE not in found(whole)
    assert damages(whole) == []


def everything(home: Path) -> bytes:
    """Every byte of the archive, WARC files unpacked too."""
    held = b""
    for path in sorted(home.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            held += data
            if path.suffix == ".gz":
                held += gzip.decompress(data)
    return held


def test_an_erased_document_is_in_no_byte(whole: Whole) -> None:
    home = whole.archive.home
    assert MARK.encode() in everything(home)
    sizes = {path.name: path.stat().st_size for path in (home / "warc").iterdir()}
    offsets = whole.archive.conn.execute("SELECT warc_file, warc_offset, warc_length FROM captures").fetchall()
    ids = [done(whole, erase, url, "court order") for url in (NOTICE, TWIN, COPY)]
    assert damages(whole) == []
    held = everything(home)
    for piece in (MARK, MARK[:4], MARK[-4:]):
        assert piece.encode() not in held
    assert "青禾县工作要点".encode() in held
    assert all((home / "warc" / name).stat().st_size >= size for name, size in sizes.items())
    again = whole.archive.conn.execute("SELECT warc_file, warc_offset, warc_length FROM captures").fetchall()
    assert set(offsets) <= set(again)
    assert verify(whole.archive.db, home, chain_only=True).damages == ()
    for id in ids:
        stone = tombstone_of(whole.archive.conn, id)
        assert stone
        assert stone.erased
        assert is_genuine(stone)
    with pytest.raises(NotErasable, match="nothing left"):
        done(whole, lift, NOTICE)
    whole.crawl(NOW + 20 * DAY)
    assert MARK not in "".join(row[0] for row in whole.archive.conn.execute("SELECT text FROM renditions"))
    assert damages(whole) == []


def test_another_document_with_the_same_bytes_keeps_them(whole: Whole) -> None:
    db, captures = whole.archive.db, whole.captures
    twin = resolve(db, TWIN)
    held = db.execute(
        "SELECT c.id FROM versions v JOIN captures c ON c.id = v.capture WHERE v.document = ?", [twin]
    ).fetchall()
    bodies = [captures.payload(capture) for (capture,) in held]
    id = resolve(db, NOTICE)
    erased = erase(db, captures, id, "court order", NOW + 9 * DAY, whole.signer)
    close_books(db, captures, signer=whole.signer, mode="erase")
    assert erased.sharers == (twin,)
    assert erased.captures == 2
    assert [captures.payload(capture) for (capture,) in held] == bodies
    assert TWIN in found(whole)
    assert damages(whole) == []
    gone = db.execute("SELECT id FROM captures WHERE url = ?", [NOTICE]).fetchall()
    assert len(gone) == 2
    for (capture,) in gone:
        for read in (captures.exchange, captures.payload):
            with pytest.raises(CaptureDamaged, match="was erased"):
                read(capture)


def test_overwriting_without_a_tombstone_is_found(whole: Whole) -> None:
    conn = whole.archive.conn
    id = done(whole, erase, NOTICE, "court order")
    conn.execute("UPDATE tombstones SET records = '[]'")
    assert any("no tombstone" in text for text in damages(whole))
    conn.execute("DELETE FROM tombstones")
    text = "\n".join(damages(whole))
    assert f"tombstone {id}" in text
    assert "tombstone_missing" in text


def test_a_tombstone_is_read_back_from_its_record(whole: Whole) -> None:
    conn = whole.archive.conn
    id = done(whole, erase, NOTICE, "court order")
    stone = tombstone_of(conn, id)
    whole.captures.close()
    found = []
    for path in sorted((whole.archive.home / "warc").iterdir()):
        with path.open("rb") as file:
            found += list(pieces(file, path.name, 0, path.stat().st_size))
    conn.execute("DELETE FROM tombstones")
    conn.execute("UPDATE documents SET withdrawn_at = NULL")
    said = [p.record for p in found if p.record and p.record.header("WARC-Target-URI").startswith(TOMBSTONE)]
    assert len(said) == 2  # restricted, then erased
    for record in reversed(said):
        take_tombstone(conn, json.loads(record.block))
    assert tombstone_of(conn, id) == stone
    assert conn.execute("SELECT withdrawn_why FROM documents WHERE id = ?", [id]).fetchone() == ("court order",)
    rows = {row[0]: row[1:] for row in conn.execute("SELECT record_id, payload_sha256, payload_length, records_sha256 "
                                                    "FROM captures")}  # fmt: skip
    stored = [piece.stored for piece in found if piece.stored]
    for one in stored:  # an erased group comes back with the digests of what it was
        assert (one.payload_sha256, one.records_sha256) == (rows[one.record_id][0], rows[one.record_id][2])


DIES = """
import os, sys
from pathlib import Path
import archive.erase as erasing
from archive.database import open_database
from archive.captures import Captures
from archive.clock import now
home, id, step = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
db = open_database(home)
whole = getattr(erasing, step)
def dies(*given):
    if step == "pack_to_length" and dies.left:
        dies.left -= 1
        return whole(*given)
    os.kill(os.getpid(), 9)
dies.left = 3
setattr(erasing, step, dies)
erasing.erase(db, Captures(db, home, software="gongkai test"), id, "court order", now())
"""


@pytest.mark.parametrize("step", ["_write_shared_anew", "_plan", "_overwrite", "pack_to_length", "_blank", "_scrub"])
def test_death_in_the_middle_of_an_erasure(tmp_path: Path, step: str) -> None:
    """The same command again completes it; until then verify says so, but where nothing had been promised yet."""
    whole = Whole(tmp_path)
    whole.crawl()
    id = resolve(whole.archive.db, COPY)
    for url in (NOTICE, TWIN):
        done(whole, erase, url, "court order")
    whole.captures.close()
    command = [sys.executable, "-c", DIES, str(tmp_path), id, step]
    assert subprocess.run(command, check=False).returncode == -9
    half = "\n".join(damages(whole))
    assert ("not_erased" in half) == (step in ("_overwrite", "pack_to_length", "_blank"))
    done(whole, erase, COPY, "court order")
    assert damages(whole) == []
    assert MARK.encode() not in everything(tmp_path)
    whole.shut()


@pytest.mark.parametrize("length", [*range(0, 30), 900, 921, 922, 5_000, 65_530, 65_536, 70_000, 200_003])
def test_a_member_of_any_length(length: int, tmp_path: Path) -> None:
    data = b"WARC/1.1\r\nWARC-Type: metadata\r\n\r\nblock\r\n\r\n"
    least = smallest(data)
    member = pack_to_length(data, least + length)
    assert len(member) == least + length
    (tmp_path / "member").write_bytes(member)
    with (tmp_path / "member").open("rb") as file:
        read = read_member(file, 0)
        assert [m for m in scan(file, 0, len(member)) if not isinstance(m, Member)] == []
    assert read.data == gzip.decompress(member)
    lines = read.data.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(len(line) < 1000 and b": " in line for line in lines[1:])
    with pytest.raises(ValueError, match="more are needed"):
        pack_to_length(data, least - 1)


def smallest(data: bytes) -> int:
    for length in range(60, 4096):
        try:
            return len(pack_to_length(data, length))
        except ValueError:
            continue
    raise AssertionError
