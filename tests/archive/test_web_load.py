"""Many readers at once while somebody writes: no error, and every answer comes. The figures: ``tests/bench_web.py``."""

from __future__ import annotations

import threading
from pathlib import Path

from archive.database import open_database
from archive.web.connections import Connections, Memo
from tests.archive.rows import add_document, new_archive
from tests.bench_web import fill, load
from tests.browser import serving


def test_readers_and_a_writer_do_not_disturb_each_other(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ids = fill(home, 200)
    ended = threading.Event()
    written = []

    def write() -> None:
        db = open_database(home)
        while not ended.is_set():
            number = len(written)
            written.append(add_document(db, f"http://a.test/{number}", f"安全生产简报{number}", "整改率。" * 50))
        db.close()

    writer = threading.Thread(target=write)
    with serving(home) as base:
        writer.start()
        try:
            found = load(base, ids, clients=12, seconds=3, every=0.5)
        finally:
            ended.set()
            writer.join()
    assert found.wrong == []
    assert len(found.took) >= 72
    assert len(written) > 10


def test_what_is_costly_is_counted_once_and_again_when_the_archive_changed(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    connections = Connections(tmp_path)
    memo = Memo(connections, fresh=0.0, patience=0.0)
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [memo.get("key", make) for _ in range(3)] == [0, 0, 0]
    add_document(db, "http://a.test/1", "通知", "文字。")
    assert [memo.get("key", make) for _ in range(3)] == [1, 1, 1]
    memo.fresh = 60.0
    add_document(db, "http://a.test/2", "通知", "文字。")
    assert memo.get("key", make) == 1
    assert memo.get("another key", make) == 2
    memo.close()
    connections.close()
    db.close()


def test_a_request_sees_one_state_of_the_archive(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    connections = Connections(tmp_path)
    count = "SELECT count(*) FROM documents"
    with connections.reading() as reader:
        assert reader.execute(count).fetchone() == (0,)
        add_document(db, "http://a.test/1", "通知", "文字。")
        assert reader.execute(count).fetchone() == (0,)
    with connections.reading() as reader:
        assert reader.execute(count).fetchone() == (1,)
    connections.close()
    db.close()
