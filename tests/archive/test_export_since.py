"""Updates: what is written after an earlier export, and that both together are the full export."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from archive.cli import COMMANDS
from archive.errors import ManifestMismatch
from archive.export import Manifest, Selection, export
from archive.index import reindex
from tests.archive.rows import add_document, add_version, new_archive

SELECTION = Selection("after:2020", fold=True)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = new_archive(tmp_path / "home")
    for number in range(8):
        add_document(db, f"http://a.test/{number}", f"通知{number}", f"第{number}号。", published_at="2023-05-31")
    return db


def documents(folder: Path) -> dict[str, dict[str, Any]]:
    lines = "".join(path.read_text() for path in sorted(folder.glob("documents-*.jsonl"))).splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


def removed(folder: Path) -> dict[str, tuple[str, str | None]]:
    lines = map(json.loads, (folder / "removed.jsonl").read_text().splitlines())
    return {line["id"]: (line["code"], line["withdrawn_at"]) for line in lines}


def digests(folder: Path) -> dict[str, tuple[str, str]]:
    rows = [line.split("\t") for line in (folder / "digests.tsv").read_text().splitlines()[1:]]
    return {id: (sha256, seen) for id, sha256, seen in rows}


def applied(old: dict[str, dict[str, Any]], update: Path) -> dict[str, dict[str, Any]]:
    """What the card tells a reader to do."""
    kept = {id: record for id, record in old.items() if id not in removed(update)} | documents(update)
    return {id: record | {"last_seen_at": digests(update)[id][1]} for id, record in sorted(kept.items())}


def id_of(db: Database, number: int) -> str:
    return str(db.execute("SELECT id FROM documents WHERE url = ?", [f"http://a.test/{number}"]).fetchone()[0])


def withdraw(db: Database, id: str) -> None:
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-09T08:00:00Z', withdrawn_why = '姓名' WHERE id = ?", [id])


def change(db: Database) -> None:
    """Everything that can become of a document."""
    add_version(
        db, id_of(db, 0), "text", at="2026-11-05T08:00:00Z", title="通知0", text="改了。", published_at="2023-05-31"
    )
    withdraw(db, id_of(db, 1))
    add_version(db, id_of(db, 2), "gone", at="2026-11-05T08:00:00Z")
    add_version(db, id_of(db, 3), "metadata", at="2026-11-05T08:00:00Z", title="通知3", text="第3号。",
                published_at="2019-05-31")  # fmt: skip
    db.execute("UPDATE documents SET duplicate_of = ? WHERE id = ?", [id_of(db, 5), id_of(db, 4)])
    db.execute("UPDATE documents SET last_seen_at = '2026-11-06T08:00:00Z' WHERE id = ?", [id_of(db, 6)])
    db.execute("UPDATE documents SET trust = 'hijacked' WHERE id = ?", [id_of(db, 7)])
    add_document(db, "http://a.test/new", "新通知", "新。", published_at="2024-01-01")


def update_of(db: Database, old: Path, folder: Path, selection: Selection = SELECTION) -> Manifest:
    return export(db, folder, selection=selection, since=old / "manifest.json")


def test_an_earlier_export_and_the_update_are_the_full_export(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "old", selection=SELECTION)
    ids = [id_of(db, number) for number in range(8)]
    change(db)
    manifest = update_of(db, tmp_path / "old", tmp_path / "update")
    export(db, tmp_path / "full", selection=SELECTION)
    assert applied(documents(tmp_path / "old"), tmp_path / "update") == documents(tmp_path / "full")
    assert {r["title"] for r in documents(tmp_path / "update").values()} == {"通知0", "通知2", "通知5", "新通知"}
    assert removed(tmp_path / "update") == {
        ids[1]: ("withdrawn", "2026-11-09T08:00:00Z"),
        ids[3]: ("unselected", None),
        ids[4]: ("folded", None),
        ids[7]: ("unselected", None),
    }
    assert (manifest.documents, manifest.selected, manifest.unchanged, manifest.removed) == (4, 5, 1, 4)
    old = (tmp_path / "old" / "manifest.json").read_bytes()
    said = json.loads((tmp_path / "update" / "manifest.json").read_text())
    assert said["since"] == {"manifest_sha256": hashlib.sha256(old).hexdigest()}
    card = (tmp_path / "update" / "README.md").read_text()
    assert "This is an update" in card
    assert "4 documents here, of 5" in card


def test_an_update_is_the_base_of_the_next(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "old", selection=SELECTION)
    change(db)
    update_of(db, tmp_path / "old", tmp_path / "first")
    add_document(db, "http://a.test/later", "更晚", "更晚。", published_at="2024-02-01")
    withdraw(db, id_of(db, 5))
    reindex(db.conn, id_of(db, 5))
    update_of(db, tmp_path / "first", tmp_path / "second")
    export(db, tmp_path / "full", selection=SELECTION)
    held = applied(applied(documents(tmp_path / "old"), tmp_path / "first"), tmp_path / "second")
    assert held == documents(tmp_path / "full")
    assert digests(tmp_path / "second") == digests(tmp_path / "full")


def test_nothing_changed(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "old", selection=SELECTION)
    manifest = update_of(db, tmp_path / "old", tmp_path / "update")
    assert (manifest.documents, manifest.unchanged, manifest.removed) == (0, 8, 0)
    assert documents(tmp_path / "update") == {}


def test_a_digest_can_be_made_again_from_the_record(db: Database, tmp_path: Path) -> None:
    """As the card says it, with nothing but the standard library."""
    export(db, tmp_path / "out", selection=SELECTION)
    for id, record in documents(tmp_path / "out").items():
        del record["last_seen_at"]
        for key in ("text", "markdown"):
            record[key] = hashlib.sha256(record[key].encode()).hexdigest()
        line = json.dumps(list(record.values()), ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(line.encode()).hexdigest() == digests(tmp_path / "out")[id][0]


def test_digests_are_the_same_in_every_format(db: Database, tmp_path: Path) -> None:
    for format in ("jsonl", "csv", "parquet"):
        export(db, tmp_path / format, format, SELECTION)
    assert digests(tmp_path / "jsonl") == digests(tmp_path / "csv") == digests(tmp_path / "parquet")


def test_a_withdrawn_document_leaves_only_its_id(db: Database, tmp_path: Path) -> None:
    id = id_of(db, 1)
    withdraw(db, id)
    for format in ("jsonl", "csv", "parquet"):
        export(db, tmp_path / format, format, Selection(include_untrusted=True))
        assert removed(tmp_path / format) == {id: ("withdrawn", "2026-11-09T08:00:00Z")}
        for path in (tmp_path / format).iterdir():
            data = path.read_bytes()
            assert not [word for word in ("通知1", "第1号", "姓名", "a.test/1") if word.encode() in data], path.name


@pytest.mark.parametrize(
    ("selection", "format", "message"),
    [
        (Selection("after:2021", fold=True), "jsonl", "other filters"),
        (Selection("after:2020"), "jsonl", "other filters"),
        (SELECTION, "parquet", "not parquet"),
    ],
)
def test_another_question_is_no_update(
    db: Database, tmp_path: Path, selection: Selection, format: str, message: str
) -> None:
    export(db, tmp_path / "old", selection=SELECTION)
    with pytest.raises(ManifestMismatch, match=message):
        export(db, tmp_path / "update", format, selection, since=tmp_path / "old" / "manifest.json")
    assert not (tmp_path / "update").exists()


def test_an_altered_base_is_refused(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "old", selection=SELECTION)
    manifest = tmp_path / "old" / "manifest.json"
    with (tmp_path / "old" / "digests.tsv").open("a") as file:
        file.write("ffffffffffffffff\t0\t0\n")
    with pytest.raises(ManifestMismatch, match="is not the one"):
        update_of(db, tmp_path / "old", tmp_path / "update")
    said = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(said | {"fields": said["fields"][:-1]}))
    with pytest.raises(ManifestMismatch, match="other fields"):
        update_of(db, tmp_path / "old", tmp_path / "update")
    manifest.write_text("[]")
    with pytest.raises(ManifestMismatch, match="no manifest"):
        update_of(db, tmp_path / "old", tmp_path / "update")


def test_the_command(db: Database, tmp_path: Path) -> None:
    db.close()
    command = next(c for c in COMMANDS if c.name == "export")

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, [*arguments, "--home", str(tmp_path / "home")])
        return done.exit_code, done.stderr

    assert run(str(tmp_path / "old"), "--format", "parquet", "通知")[0] == 0
    old = str(tmp_path / "old" / "manifest.json")
    assert run(str(tmp_path / "new"), "--since-manifest", old, "通知") == (
        0, "0 documents (0 gone, 8 unchanged, 0 to be dropped)\n",
    )  # fmt: skip
    assert (tmp_path / "new" / "documents-00000.parquet").exists()
    code, said = run(str(tmp_path / "other"), "--since-manifest", old)
    assert (code, "other filters" in said) == (2, True)
    assert run(str(tmp_path / "other"), "--since-manifest", str(tmp_path / "nowhere"))[0] == 2
    assert not (tmp_path / "other").exists()
