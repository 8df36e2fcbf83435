"""Archives that older releases wrote open, migrate and answer; their databases are made again as well as they can be.

The fixtures were made by the releases themselves (``fixtures/make_old_archive.py``) and are never made anew.
"""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest

from archive.schema import SCHEMA_VERSION
from tests.archive.alike import DOCUMENTS, TABLES, differences
from tests.command import Command

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("schema-*.tar.gz"))
CHANGES = [("created", 5), ("gone", 1), ("text", 1)]


@pytest.fixture(params=FIXTURES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Command:
    command = Command(tmp_path)
    with tarfile.open(request.param) as packed:
        packed.extractall(command.home, filter="data")
    return command


def lines(command: Command, *arguments: str) -> list[str]:
    done = command.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_every_older_schema_is_kept() -> None:
    assert [int(path.name[len("schema-") : -len(".tar.gz")]) for path in FIXTURES] == list(range(1, SCHEMA_VERSION))


def test_it_opens_migrates_and_answers(old: Command) -> None:
    before = old.rows("SELECT id, text FROM current_documents ORDER BY id")
    assert len(lines(old, "search", "苇渡县", "--json")) == 5
    assert old.rows("PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert old.rows("SELECT id, text FROM current_documents ORDER BY id") == before
    changed = old.rows("SELECT document FROM versions WHERE change = 'text'")[0][0]
    assert any("更正为四百件" in line for line in lines(old, "history", str(changed)))
    assert "苇渡县changes工作情况" in "\n".join(lines(old, "show", str(changed)))
    assert len(lines(old, "changes", "--since", "2026-03-01", "--json")) == 7
    lines(old, "export", str(old.folder / "out"), "--include-untrusted")
    assert len((old.folder / "out" / "documents-00000.jsonl").read_text("utf-8").splitlines()) == 5
    lines(old, "stats")
    assert lines(old, "verify") == ["sound"]


def test_its_database_is_made_again_from_warc_files_that_hold_no_run_records(old: Command) -> None:
    lines(old, "stats")  # migrates, so that the two have the same columns
    (old.home / "archive.db").rename(old.folder / "lost.db")
    done = old.run("reextract", "--rebuild")
    assert done.returncode == 0, done.stderr
    assert "4 runs without a record" in done.stdout
    assert old.rows("SELECT change, count(*) FROM versions GROUP BY 1") == CHANGES
    equal = [table for table in DOCUMENTS if table != "readings"]  # the reader of now is another one than that of then
    assert differences(old.folder / "lost.db", old.home / "archive.db", [*equal, "captures", "entries"]) == []
    assert lines(old, "verify") == ["sound"]


def test_its_runs_get_their_records_from_the_next_one(old: Command) -> None:
    lines(old, "reextract")
    assert old.rows("SELECT count(*) FROM runs WHERE recorded_at IS NULL") == [(0,)]
    (old.home / "archive.db").rename(old.folder / "lost.db")
    done = old.run("reextract", "--rebuild")
    assert done.returncode == 0, done.stderr
    assert "without a record" not in done.stdout
    tables = [table for table in TABLES if table not in ("sources", "urls", "issues", "readings")]
    assert differences(old.folder / "lost.db", old.home / "archive.db", tables) == []


def test_a_newer_one_is_left_as_it_is(old: Command) -> None:
    conn = sqlite3.connect(old.home / "archive.db")
    conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    conn.close()
    shutil.copy(old.home / "archive.db", old.folder / "kept.db")
    for verb in (["search", "苇渡县"], ["verify"], ["reextract"], ["backup", str(old.folder / "copy")]):
        done = old.run(*verb)
        assert done.returncode == 1
        assert "newer gongkai" in done.stderr
    assert (old.home / "archive.db").read_bytes() == (old.folder / "kept.db").read_bytes()
