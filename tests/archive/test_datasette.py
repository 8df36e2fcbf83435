"""The database reads sensibly in other people's tools: Datasette and the sqlite3 shell."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import pytest

from archive.datasette import HIDDEN, TABLES, meaning, metadata, schema_columns
from tests.command import ROOT, Command

TEXT = "关于调整门诊时间的通知\n自三月一日起，门诊时间改为上午八时至十二时。\n青岚县卫生健康局\n2026年2月3日\n"
DESCRIBED = ROOT / "docs" / "datasette.json"
AGAIN = "python -m archive.datasette > docs/datasette.json"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("datasette"))
    (command.folder / "notice.txt").write_text(TEXT, "utf-8")
    assert command.run("import", "notice.txt").returncode == 0
    return command


def get(archive: Command, path: str) -> str:
    command = [sys.executable, "-m", "datasette", "serve", "archive.db", "--metadata", str(DESCRIBED), "--get", path]
    done = subprocess.run(command, cwd=archive.home, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(archive: Command, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(get(archive, path))
    return found


def test_the_views_open_in_datasette(archive: Command) -> None:
    found = rows(archive, "/archive/current_documents.json?_shape=array")
    assert [(row["title"], row["trust"]) for row in found] == [("关于调整门诊时间的通知", "claimed")]
    assert rows(archive, "/archive/source_status.json?_shape=array") == []


def test_every_view_can_be_read(archive: Command) -> None:
    assert archive.rows("SELECT title, day, text FROM search_documents")[0][:2] == (
        "关于调整门诊时间的通知",
        "2026-02-03",
    )
    assert archive.rows("SELECT number, change, title FROM document_versions") == [
        (1, "created", "关于调整门诊时间的通知")
    ]
    assert archive.rows("SELECT change, version, source FROM change_events") == [("created", 1, None)]


def test_a_page_describes_its_columns(archive: Command) -> None:
    page = get(archive, "/archive/current_documents")
    assert "发文字号: number of the official letter" in page
    assert "when two checks had proved that the page is gone" in page


def test_the_canned_query_finds_characters_without_plugins(archive: Command) -> None:
    def found(text: str) -> list[dict[str, Any]]:
        return rows(archive, f"/archive/find_text.json?_shape=array&text={quote(text)}")

    (hit,) = found("上午八时")
    assert hit["title"] == "关于调整门诊时间的通知"
    assert "上午八时" in hit["place"]
    assert found("100%") == []


def test_foreign_keys_lead_from_a_version_to_its_document(archive: Command) -> None:
    page = get(archive, "/archive/versions")
    document = archive.rows("SELECT id FROM documents")[0][0]
    assert f"/archive/documents/{document}" in page


def test_every_column_name_says_what_it_is_and_no_key_dangles(archive: Command) -> None:
    assert archive.rows("PRAGMA foreign_key_check") == []
    names = [row[0] for row in archive.rows("SELECT name FROM pragma_table_info('current_documents')")]
    assert {"title", "publisher", "index_number", "published_at", "captured_at", "version"} <= set(names)


def test_the_descriptions_are_in_step_with_the_schema() -> None:
    assert json.loads(DESCRIBED.read_text("utf-8")) == metadata(schema_columns()), AGAIN


def test_every_table_that_is_named_exists_and_every_column_is_described() -> None:
    columns = schema_columns()
    assert {*TABLES, *HIDDEN} <= set(columns)
    dumb = [f"{table}.{name}" for table in TABLES for name in columns[table] if not meaning(table, name)]
    assert not dumb, f"describe them in archive/datasette.py, then {AGAIN}"


def test_every_canned_query_runs_and_shows_no_withdrawn_document(archive: Command) -> None:
    queries = json.loads(DESCRIBED.read_text("utf-8"))["databases"]["archive"]["queries"]
    values = {"text": "门诊", "number": "x", "since": "2020", "source": "x"}
    conn = sqlite3.connect(archive.home / "archive.db")
    try:
        counts = {name: len(conn.execute(query["sql"], values).fetchall()) for name, query in queries.items()}
        conn.execute("UPDATE documents SET withdrawn_at = '2026-11-01T00:00:00Z'")
        views = ("current_documents", "search_documents", "document_versions", "change_events")
        left = [conn.execute(f"SELECT count(*) FROM {view}").fetchone()[0] for view in views]
    finally:
        conn.close()  # nothing was committed
    assert counts == {"find_text": 1, "find_number": 0, "changes_since": 1, "months_of_source": 0}
    assert left == [0, 0, 0, 0]


def test_the_analysts_page_shows_sql_that_runs(archive: Command) -> None:
    text = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in text.split("```sql\n")[1:]]
    assert len(blocks) == 2
    assert all(isinstance(archive.rows(block), list) for block in blocks)
