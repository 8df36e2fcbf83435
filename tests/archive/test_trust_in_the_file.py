"""One flipped byte, one deleted row, one edited column: verify finds each, and says nothing against a sound archive."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.verify import Verification, verify
from tests.archive.whole import DAY, NOW, Whole


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs; in the second one the notice's text changed."""
    home = tmp_path_factory.mktemp("whole")
    whole = Whole(home)
    whole.crawl()
    whole.crawl(NOW + 8 * DAY, said="（修订）")
    whole.shut()
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


@contextmanager
def copied(home: Path, *, bare: bool = False) -> Iterator[Database]:
    """The archive's database in memory, for somebody to lay hands on; ``bare``: who takes the triggers out first."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    with closing(sqlite3.connect(home / "archive.db")) as file:
        file.backup(conn)
    if bare:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
    yield Database(conn)
    conn.close()


def kinds(found: Verification) -> set[str]:
    return {damage.kind for damage in found.damages}


DELETED = (
    "aliases", "attachments", "captures", "columns", "documents", "entries", "issues", "manifests", "observations",
    "relations", "rendition_parts", "renditions", "runs", "search_rows", "sources", "urls", "versions", "warc_files",
)  # fmt: skip
KEYS = {"aliases": ["url"], "urls": ["url"], "entries": ["source", "column", "url"]}


def test_the_archive_holds_every_kind_of_row_and_is_sound(made: Path) -> None:
    with copied(made) as db:
        found = verify(db, made)
        assert found.damages == ()
        for table in DELETED:
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0, table
    assert found.chain is not None
    assert (found.chain.manifests, found.chain.waiting, found.chain.signed) == (2, 0, 0)
    assert found.chain.rows > 50


@pytest.mark.parametrize("bare", [False, True], ids=["noted", "unnoted"])
@pytest.mark.parametrize("table", DELETED)
def test_one_deleted_row_is_found(made: Path, table: str, bare: bool) -> None:
    """Each row of each table, one after the other."""
    names = KEYS.get(table, ["rowid"])
    where = " AND ".join(f'"{name}" = ?' for name in names)
    with copied(made, bare=bare) as db:
        keys = db.execute(f"""SELECT {", ".join(f'{table}."{name}"' for name in names)} FROM {table}""").fetchall()
    for key in keys:
        with copied(made, bare=bare) as db:
            db.execute(f"DELETE FROM {table} WHERE {where}", key)
            assert verify(db, made).damages, key


EDITED = {
    "renditions": "text markdown title publisher_full editor origins date_claims periods flags warnings encoding "
                  "family made_at reader content_sha256 text_sha256 row_sha256 attachments keywords",
    "observations": "url at outcome reason",
    "versions": "number first_seen_at content_sha256 change changed not_before",
    "documents": "url source trust trust_evidence flags first_seen_at gone_at moved_to import_path withdrawn_at",
    "captures": "url final_url fetched_at status media_type headers ip captured_by kind entry_title payload_sha256 "
                "record_id records_sha256 warc_offset payload_length",
    "aliases": "document kind",
    "attachments": "name url state",
    "entries": "title date",
    "relations": "share evidence",
    "issues": "message data level",
    "runs": "verdict counts reasons mode started_at",
    "sources": "toml name",
    "manifests": "sha256 previous run archive closed_at records warc_offset",
}  # fmt: skip
VALUES = {"outcome": "gone", "change": "metadata", "trust": "hijacked", "state": "kept"}


@pytest.mark.parametrize("bare", [False, True], ids=["noted", "unnoted"])
@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in EDITED.items() for c in columns.split()])
def test_one_edited_column_is_found(made: Path, table: str, column: str, bare: bool) -> None:
    """In the first row and in the last."""
    rowid, value = "url" if table in ("aliases", "entries") else "rowid", VALUES.get(column, "7")
    for which in ("min", "max"):
        with copied(made, bare=bare) as db:
            key = db.execute(f"SELECT {which}({rowid}) FROM {table}").fetchone()
            db.execute(f'UPDATE OR REPLACE {table} SET "{column}" = ? WHERE {rowid} = ?', [value, *key])
            assert verify(db, made).damages, key


def test_a_row_that_was_slipped_in_is_found(made: Path) -> None:
    insert = "INSERT INTO observations (url, at, outcome) VALUES ('//x.example/', '2026-01-01T00:00:00Z', 'gone')"
    with copied(made) as db:
        db.execute(insert)
        assert kinds(verify(db, made)) == {"unchained"}
    with copied(made, bare=True) as db:
        db.execute(insert)
        assert kinds(verify(db, made)) == {"chain_row"}


def test_an_edit_before_the_next_run_is_still_found_after_it(home: Path) -> None:
    """What the next run's manifest takes in does not hide what the last one said."""
    whole = Whole(home)
    whole.archive.conn.execute("UPDATE observations SET outcome = 'gone' WHERE id = 1")
    whole.archive.conn.execute("INSERT INTO unchained (kind, key) VALUES ('observation', 1)")
    whole.crawl(NOW + 9 * DAY)
    found = verify(whole.archive.db, home)
    assert {damage.message for damage in found.damages if damage.where == "observation 1"} == {
        "two manifests say different things of it: it was rewritten"
    } | {d.message for d in found.damages if "changed" in d.message}
    whole.shut()
