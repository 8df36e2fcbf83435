"""The database reads sensibly in other people's tools: Datasette and the sqlite3 shell."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.command import Command

TEXT = "关于调整门诊时间的通知\n自三月一日起，门诊时间改为上午八时至十二时。\n青岚县卫生健康局\n2026年2月3日\n"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("datasette"))
    (command.folder / "notice.txt").write_text(TEXT, "utf-8")
    assert command.run("import", "notice.txt").returncode == 0
    return command


def get(archive: Command, path: str) -> str:
    command = [sys.executable, "-m", "datasette", "serve", "archive.db", "--get", path]
    done = subprocess.run(command, cwd=archive.home, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_views_open_in_datasette(archive: Command) -> None:
    rows = json.loads(get(archive, "/archive/current_documents.json?_shape=array"))
    assert [(row["title"], row["trust"]) for row in rows] == [("关于调整门诊时间的通知", "claimed")]
    assert json.loads(get(archive, "/archive/source_status.json?_shape=array")) == []


def test_foreign_keys_lead_from_a_version_to_its_document(archive: Command) -> None:
    page = get(archive, "/archive/versions")
    document = archive.rows("SELECT id FROM documents")[0][0]
    assert f"/archive/documents/{document}" in page


def test_every_column_name_says_what_it_is_and_no_key_dangles(archive: Command) -> None:
    assert archive.rows("PRAGMA foreign_key_check") == []
    names = [row[0] for row in archive.rows("SELECT name FROM pragma_table_info('current_documents')")]
    assert {"title", "publisher", "index_number", "published_at", "captured_at", "version"} <= set(names)
