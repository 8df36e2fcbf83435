"""After kill -9 at any moment: nothing that was stored is lost, nothing half-written stays."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.captures import Captures
from archive.database import open_database
from archive.identity import canonical_url
from archive.members import Member, scan
from archive.recover import Recovered, recover
from archive.verify import verify
from tests.archive.exchanges import SITE, SOFTWARE, exchange, page

URL = canonical_url(SITE + "/art/0.html").replace("0.html", "{}.html")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path)
    with db.conn:
        db.execute("INSERT INTO sources VALUES ('qh', 'n', NULL, '/', NULL, NULL, NULL, NULL, NULL, '', '', '')")
        db.execute("INSERT INTO runs (id, source, tool_version, mode, started_at) VALUES (1, 'qh', '0', 'full', '')")
    yield db
    db.conn.close()


def lease(db: Database, *numbers: int) -> None:
    for number in numbers:
        db.execute(
            "INSERT INTO urls (url, address, source, kind, state, discovered_at, leased_by, leased_at) "
            "VALUES (?, ?, 'qh', 'article', 'leased', '', 1, '')",
            [URL.format(number), f"{SITE}/art/{number}.html"],
        )


def states(db: Database) -> dict[str, tuple[str, int | None]]:
    return {url: (state, capture) for url, state, capture in db.execute("SELECT url, state, capture FROM urls")}


def forget(db: Database, path: Path, records: int) -> None:
    """Take the database back to when only ``records`` records of the file were known, its writer just killed."""
    with path.open("rb") as file:
        members = [m for m in scan(file, 0, path.stat().st_size) if isinstance(m, Member)]
    end = members[records - 1].offset + members[records - 1].length if records else 0
    db.execute("DELETE FROM captures WHERE warc_file = ? AND warc_offset >= ?", [path.name, end])
    db.execute("DELETE FROM unchained WHERE kind = 'capture' AND key NOT IN (SELECT record_id FROM captures)")
    db.execute(
        "UPDATE warc_files SET committed_length = ?, records = ?, sealed_at = NULL WHERE name = ?",
        [end, records, path.name],
    )


def written(db: Database, home: Path, *numbers: int, **filing: object) -> Path:
    captures = Captures(db, home, software=SOFTWARE)
    for number in numbers:
        captures.keep(exchange(number), kind="article", **filing)  # type: ignore[arg-type]
    captures.close()
    return home / "warc" / db.execute("SELECT max(name) FROM warc_files").fetchone()[0]


def test_whole_groups_get_their_rows_back(db: Database, tmp_path: Path) -> None:
    lease(db, 1, 2, 3)
    path = written(db, tmp_path, 1, 2, source="qh", column="tz", run=1, entry_title="标题", entry_date="2026-11-20")
    before = db.execute("SELECT * FROM captures ORDER BY id").fetchall()
    forget(db, path, records=4)
    assert db.execute("SELECT count(*) FROM captures").fetchone() == (1,)
    assert recover(db, tmp_path).rows == 1
    assert db.execute("SELECT * FROM captures ORDER BY id").fetchall() == before
    assert states(db)[URL.format(2)] == ("kept", 2)
    assert states(db)[URL.format(3)] == ("leased", None)
    assert verify(db, tmp_path).damages == ()
    assert db.execute("SELECT code, level FROM issues").fetchall() == [("warc_recovered", "info")]


def test_again_does_nothing(db: Database, tmp_path: Path) -> None:
    forget(db, written(db, tmp_path, 1, 2), records=1)
    assert recover(db, tmp_path).rows == 2
    assert recover(db, tmp_path) == Recovered()


def test_a_cut_tail_is_cut_off_wherever_it_was_cut(db: Database, tmp_path: Path) -> None:
    whole = written(db, tmp_path, 1, 2).read_bytes()
    path = next((tmp_path / "warc").iterdir())
    second = db.execute("SELECT warc_offset + warc_length FROM captures WHERE id = 1").fetchone()[0]
    for end in range(second, len(whole), 97):
        path.write_bytes(whole[:end])
        forget(db, path, records=4)
        assert recover(db, tmp_path).cut_bytes == end - second
        assert path.read_bytes() == whole[:second]
        assert verify(db, tmp_path).damages == ()


def test_revisits_and_resources_and_imports_in_a_tail(db: Database, tmp_path: Path) -> None:
    captures = Captures(db, tmp_path, software=SOFTWARE)
    captures.keep(exchange(1), kind="page")
    captures.append_resource("urn:gongkai:source:qh", "application/toml", b"x = 1", "2026-11-21T08:00:00Z")
    captures.keep(exchange(1, at="2026-11-22T08:00:00Z"), kind="page")
    plain = exchange(3, at=None, method="", request_headers=(), status=None, reason="", protocol="")
    captures.keep(
        plain, kind="import", imported_at="2026-11-23T08:00:00Z", import_path="a/b.txt", media_type="text/plain"
    )
    captures.close()
    before = db.execute("SELECT * FROM captures ORDER BY id").fetchall()
    forget(db, next((tmp_path / "warc").iterdir()), records=1)
    assert recover(db, tmp_path).rows == 3
    after = db.execute("SELECT * FROM captures ORDER BY id").fetchall()
    assert after == before
    assert captures.payload(2) == page(1)
    assert verify(db, tmp_path).damages == ()


def test_answers_that_do_not_settle_the_url_leave_it(db: Database, tmp_path: Path) -> None:
    lease(db, 1, 2, 3)
    captures = Captures(db, tmp_path, software=SOFTWARE)
    captures.keep(exchange(1, status=302, reason="Found"), kind="redirect")
    captures.keep(exchange(2, note={"final": False}), kind="article")
    captures.keep(exchange(9, note={"url": URL.format(3)}), kind="article")
    captures.close()
    forget(db, next((tmp_path / "warc").iterdir()), records=1)
    recover(db, tmp_path)
    assert [states(db)[URL.format(n)][0] for n in (1, 2, 3)] == ["leased", "leased", "kept"]


def test_a_done_url_stays_done(db: Database, tmp_path: Path) -> None:
    lease(db, 1)
    db.execute("UPDATE urls SET state = 'done'")
    forget(db, written(db, tmp_path, 1), records=1)
    recover(db, tmp_path)
    assert states(db)[URL.format(1)] == ("done", None)


def test_a_live_writer_is_left_alone(db: Database, tmp_path: Path) -> None:
    captures = Captures(db, tmp_path, software=SOFTWARE)
    captures.keep(exchange(1), kind="page")
    path = next((tmp_path / "warc").iterdir())
    with path.open("ab") as file:
        file.write(b"being written")
    assert recover(db, tmp_path) == Recovered()
    assert path.read_bytes().endswith(b"being written")
    assert db.execute("SELECT sealed_at FROM warc_files").fetchall() == [(None,)]
    captures.close()


def test_a_file_that_the_database_does_not_know(db: Database, tmp_path: Path) -> None:
    path = written(db, tmp_path, 1, 2, 3, source="qh", run=1)
    db.execute("DELETE FROM captures")
    db.execute("DELETE FROM warc_files")
    db.execute("DELETE FROM runs")
    db.execute("DELETE FROM unchained")
    db.execute(
        "INSERT INTO sources SELECT 'other', name, NULL, '/', NULL, NULL, NULL, NULL, NULL, '', '', '' FROM sources"
    )
    db.execute("DELETE FROM sources WHERE id = 'qh'")
    db.execute("INSERT INTO runs (id, source, tool_version, mode, started_at) VALUES (1, 'other', '0', 'full', '')")
    assert [d.kind for d in verify(db, tmp_path).damages] == ["file_without_row"]
    recovered = recover(db, tmp_path)
    assert recovered.rows == 3
    assert [issue.code for issue in recovered.issues] == ["warc_recovered", "unknown_source"]
    assert db.execute("SELECT source, run FROM captures").fetchall() == [(None, None)] * 3
    assert db.execute("SELECT records, committed_length FROM warc_files").fetchone() == (10, path.stat().st_size)
    assert verify(db, tmp_path).damages == ()


@pytest.mark.parametrize("length", [0, 5, 200, None])
def test_a_file_with_no_more_than_its_first_record_is_removed(db: Database, tmp_path: Path, length: int | None) -> None:
    path = written(db, tmp_path, 1)
    with path.open("rb") as file:
        first = next(scan(file, 0, path.stat().st_size))
    other = path.with_name("gongkai-20261121T080000Z-1-00001.warc.gz")
    other.write_bytes(path.read_bytes()[: first.length if length is None else length])
    recover(db, tmp_path)
    assert not other.exists()
    assert path.exists()
    assert verify(db, tmp_path).damages == ()


def test_power_cut_took_bytes_that_the_database_knew(db: Database, tmp_path: Path) -> None:
    lease(db, 1, 2, 3)
    captures = Captures(db, tmp_path, software=SOFTWARE, max_bytes=1)  # each group in its own file
    for number in (1, 2):
        captures.keep(exchange(number), kind="article")
    captures.keep(exchange(3, page(2)), kind="article")  # a revisit of what will be lost
    captures.close()
    db.execute("UPDATE urls SET state = 'done', capture = CAST(substr(url, -6, 1) AS INTEGER)")
    names = [row[0] for row in db.execute("SELECT warc_file FROM captures ORDER BY id")]
    db.execute("UPDATE warc_files SET sealed_at = NULL WHERE name = ?", [names[1]])
    with (tmp_path / "warc" / names[1]).open("r+b") as file:
        file.truncate(700)
    issues = recover(db, tmp_path).issues
    assert [issue.code for issue in issues] == ["capture_lost", "capture_lost", "warc_recovered"]
    assert [issue.url for issue in issues[:2]] == [f"{SITE}/art/2.html", f"{SITE}/art/3.html"]
    assert states(db) == {
        URL.format(1): ("done", 1), URL.format(2): ("discovered", None), URL.format(3): ("discovered", None)
    }  # fmt: skip
    assert recover(db, tmp_path) == Recovered()
    assert {d.kind for d in verify(db, tmp_path).damages} == {"row_without_record"}
    again = Captures(db, tmp_path, software=SOFTWARE)
    new = again.keep(exchange(2, at="2026-11-30T08:00:00Z"), kind="article")
    assert db.execute("SELECT revisit_of FROM captures WHERE id = ?", [new.id]).fetchone() == (None,)
    assert again.payload(3) == page(2)
    again.close()


def test_a_missing_file(db: Database, tmp_path: Path) -> None:
    lease(db, 1)
    forget(db, written(db, tmp_path, 1), records=4)
    db.execute("UPDATE urls SET state = 'done', capture = 1")
    next((tmp_path / "warc").iterdir()).unlink()
    assert [issue.code for issue in recover(db, tmp_path).issues] == ["capture_lost"]
    assert states(db)[URL.format(1)] == ("discovered", None)
    assert recover(db, tmp_path) == Recovered()
    assert {d.kind for d in verify(db, tmp_path).damages} == {"file_missing"}


DIES_IN_RECOVERY = """
import os, signal, sys
from pathlib import Path
from archive.database import open_database
from archive.recover import recover

home, deadly, seen = Path(sys.argv[1]), int(sys.argv[2]), 0

def count(statement):
    global seen
    seen += 1
    if seen == deadly:
        os.kill(os.getpid(), signal.SIGKILL)

db = open_database(home)
db.conn.set_trace_callback(count)
recover(db, home)
"""


def test_dying_in_recovery_does_no_harm(db: Database, tmp_path: Path) -> None:
    """Killed at every third SQL statement of it in turn, then run to its end."""
    lease(db, 1, 2, 3)
    path = written(db, tmp_path, 1, 2, 3)
    forget(db, path, records=4)
    with path.open("ab") as file:
        file.write(b"cut")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    killed = 0
    for deadly in range(2, 200, 3):
        home = tmp_path / str(deadly)
        home.mkdir()
        shutil.copy(tmp_path / "archive.db", home)
        shutil.copytree(tmp_path / "warc", home / "warc")
        command = [sys.executable, "-c", DIES_IN_RECOVERY, str(home), str(deadly)]
        ended = subprocess.run(command, check=False).returncode
        copy = open_database(home)
        recover(copy, home)
        assert copy.execute("SELECT count(*) FROM captures").fetchone() == (3,)
        assert [states(copy)[URL.format(n)][0] for n in (2, 3)] == ["kept", "kept"]
        assert verify(copy, home).damages == ()
        copy.conn.close()
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        killed += 1
    assert killed > 3
    assert ended == 0
