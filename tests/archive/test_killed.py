"""Real processes that write: killed at any moment, watched while they live, and stopped by a full disk."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.database import open_database
from archive.identity import canonical_url
from archive.recover import Recovered, recover
from archive.verify import verify
from tests.archive.exchanges import SITE


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path)
    db.execute("INSERT INTO sources VALUES ('qh', 'n', NULL, '/', NULL, NULL, NULL, NULL, NULL, '', '', '')")
    yield db
    db.conn.close()


WRITES_UNTIL_KILLED = """
import itertools, sys
from pathlib import Path
from archive.captures import Captures
from archive.database import open_database
from archive.recover import recover
from tests.archive.exchanges import exchange, page

home = Path(sys.argv[1])
db = open_database(home)
recover(db, home)
captures = Captures(db, home, software="gongkai test", max_bytes=60_000)
start = db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]
for number in itertools.count(start):
    given = exchange(number, page(number // 2, words=400))
    print(captures.keep(given, kind="article").id, flush=True)
"""


def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    """Every answer whose ``keep`` returned is there afterwards, and at most one that did not return."""
    seed = int(os.environ.get("GONGKAI_SEED", "2026"))
    moments = random.Random(seed)
    promised = 0
    for _ in range(6):
        command = [sys.executable, "-c", WRITES_UNTIL_KILLED, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            first = writer.stdout.readline()
            time.sleep(moments.uniform(0.0, 0.15))
            writer.kill()
            promised = int((first + writer.stdout.read()).split()[-1])
        db = open_database(tmp_path)
        assert verify(db, tmp_path).damages == ()  # before recovery: the unsealed tail is no damage
        recover(db, tmp_path)
        held = db.execute("SELECT count(*) FROM captures").fetchone()[0]
        assert promised <= held <= promised + 1
        assert verify(db, tmp_path).damages == ()
        assert db.execute("SELECT count(*) FROM warc_files WHERE sealed_at IS NULL").fetchone() == (0,)
        db.conn.close()
    assert promised > 6


def test_a_living_process_is_neither_accused_nor_disturbed(db: Database, tmp_path: Path) -> None:
    """Verified and recovered by another process while it writes and rotates."""
    command = [sys.executable, "-c", WRITES_UNTIL_KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        until = time.monotonic() + 30
        while db.execute("SELECT count(*) FROM warc_files").fetchone()[0] < 4 and time.monotonic() < until:
            assert verify(db, tmp_path).damages == ()
            assert recover(db, tmp_path) == Recovered()
        writer.kill()
        promised = int(writer.stdout.read().split()[-1])
    recover(db, tmp_path)
    assert db.execute("SELECT count(*) FROM captures").fetchone()[0] >= promised > 6
    assert db.execute("SELECT count(*) FROM warc_files").fetchone()[0] >= 3  # the fourth may have been empty yet
    assert verify(db, tmp_path).damages == ()


DIES_IN_COMMIT = """
import os, signal, sys
from pathlib import Path
from archive.captures import Captures
from archive.database import open_database
from tests.archive.exchanges import exchange

home = Path(sys.argv[1])
captures = Captures(open_database(home), home, software="gongkai test")
captures.keep(exchange(1), kind="article")
captures.keep(exchange(2), kind="article", also=lambda conn, capture: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_kill_9_inside_the_transaction(db: Database, tmp_path: Path) -> None:
    url = canonical_url(f"{SITE}/art/2.html")
    db.execute(
        "INSERT INTO urls (url, address, source, kind, state, discovered_at) "
        "VALUES (?, ?, 'qh', 'article', 'leased', '')",
        [url, f"{SITE}/art/2.html"],
    )
    assert subprocess.run([sys.executable, "-c", DIES_IN_COMMIT, str(tmp_path)], check=False).returncode == -9
    assert db.execute("SELECT count(*) FROM captures").fetchone() == (1,)
    assert recover(db, tmp_path).rows == 1
    assert db.execute("SELECT state, capture FROM urls").fetchall() == [("kept", 2)]
    assert verify(db, tmp_path).damages == ()


FULL_DISK = """
import os, resource, signal, sys
from pathlib import Path
from archive.captures import Captures
from archive.database import open_database
from archive.errors import NotWritable
from tests.archive.exchanges import exchange

home, size, limit = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
captures = Captures(open_database(home), home, software="gongkai test")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
kept = 0
try:
    for number in range(1000):
        captures.keep(exchange(number, os.urandom(size)), kind="page")
        kept += 1
except NotWritable as error:
    print(kept, error)
"""


@pytest.mark.parametrize(
    ("size", "limit", "what", "tail"), [(200_000, 1_500_000, ".warc.gz", 0), (2_000, 300_000, "the archive", 1)]
)
def test_a_full_disk_leaves_no_half_record(tmp_path: Path, size: int, limit: int, what: str, tail: int) -> None:
    """No file may grow beyond ``limit``: first the WARC file reaches it, then the database's journal."""
    open_database(tmp_path).conn.close()
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), str(size), str(limit)]
    kept, message = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(" ", 1)
    assert int(kept) > 2
    assert message.startswith("cannot write")
    assert what in message
    assert "free space" in message
    db = open_database(tmp_path)
    assert verify(db, tmp_path).damages == ()
    recovered = recover(db, tmp_path)
    assert (recovered.rows, recovered.cut_bytes) == (tail, 0)
    assert db.conn.execute("SELECT count(*) FROM captures").fetchone() == (int(kept) + tail,)
    assert verify(db, tmp_path).damages == ()
    db.conn.close()
