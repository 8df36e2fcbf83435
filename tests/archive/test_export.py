"""Exports: which documents, in which form, and what stands there when one fails."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive.errors import ExportExists, NotWritable, QueryError
from archive.export import Selection, export
from archive.model import METADATA_FIELDS
from archive.stored import stored_record
from tests.archive.rows import add_document, add_version, new_archive

CLAIM = {"role": "signed", "date": "2023-05-31", "origin": {"rule": "signature", "where": "end", "snippet": "5月31日"}}

PERIODS = [
    {"start": "2023-01-01", "end": "2023-06-30", "kind": "summary"},
    {"start": "2023-07-01", "end": "2023-12-31", "kind": "plan"},
]


ABOUT = {"README.md", "croissant.json", "digests.tsv", "manifest.json", "removed.jsonl"}


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = new_archive(tmp_path / "home")
    said = {"published_at": "2023-05-31", "keywords": ["卫生", "计划"], "date_claims": [CLAIM], "periods": PERIODS}
    said["attachments"] = (("表.xls", "http://a.test/1.xls"),)
    official = add_document(db, "http://a.test/1", "=工作,计划", '第一段“引”。\n第二段"。', **said)
    add_document(db, "http://b.test/1", "计划", "转载。", trust="repost", duplicate_of=official, flags=["altered"])
    add_document(db, "http://a.test/2", "总结", "文字。", published_at="2022-05-31", duplicate_of=official)
    gone = add_document(db, "http://a.test/3", "通知", "文字。")
    add_version(db, gone, "gone", at="2026-11-05T08:00:00Z")
    withdrawn = add_document(db, "http://a.test/4", "批复", "文字。")
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-05T08:00:00Z' WHERE id = ?", [withdrawn])
    return db


def lines(folder: Path) -> list[dict[str, Any]]:
    text = "".join(path.read_text() for path in sorted(folder.glob("documents-*.jsonl")))
    return [json.loads(line) for line in text.splitlines()]


def test_official_documents_in_the_order_of_their_ids(db: Database, tmp_path: Path) -> None:
    manifest = export(db, tmp_path / "out")
    records = lines(tmp_path / "out")
    assert {r["url"] for r in records} == {"http://a.test/1", "http://a.test/2", "http://a.test/3"}
    assert [r["id"] for r in records] == sorted(r["id"] for r in records)
    assert (manifest.documents, manifest.gone, manifest.by_trust) == (3, 1, {"official": 3})


def test_a_record_has_every_key_in_a_fixed_order(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out")
    record = next(r for r in lines(tmp_path / "out") if r["url"] == "http://a.test/1")
    read = {"url", "kind", "title", "text", "markdown", "attachments", "date_claims", "periods", "trust", "flags"}
    held = {"id", "source", "version", "captured_at", "first_seen_at", "last_seen_at", "gone_at"}
    assert set(record) == read | held | {"duplicate_of", "import_path", "rights_basis"} | set(METADATA_FIELDS)
    arrays = {"issuers", "addressed_to", "keywords", "subject", "catalog_class", "flags", "attachments", "date_claims"}
    arrays.add("periods")
    assert {key for key, value in record.items() if isinstance(value, list)} == arrays
    assert record["keywords"] == ["卫生", "计划"]
    assert record["date_claims"] == [CLAIM]
    assert record["periods"] == PERIODS
    assert record["attachments"] == [
        {"order": 1, "name": "表.xls", "url": "http://a.test/1.xls", "media_type": None, "sha256": None,
         "length": None, "state": "listed"}
    ]  # fmt: skip
    assert (record["version"], record["captured_at"], record["gone_at"]) == (1, "2026-11-01T08:00:00Z", None)
    assert all(list(r) == list(record) for r in lines(tmp_path / "out"))


def test_a_gone_page_keeps_its_last_text(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out", selection=Selection("title:通知"))
    (record,) = lines(tmp_path / "out")
    assert (record["text"], record["gone_at"], record["version"]) == ("文字。", "2026-11-05T08:00:00Z", 1)


def test_untrusted_documents_and_folded_copies(db: Database, tmp_path: Path) -> None:
    everything = export(db, tmp_path / "all", selection=Selection(include_untrusted=True))
    assert (everything.documents, everything.by_trust) == (4, {"official": 3, "repost": 1})
    folded = export(db, tmp_path / "folded", selection=Selection(include_untrusted=True, fold=True))
    assert (folded.documents, folded.folded) == (2, 2)
    original = next(r for r in lines(tmp_path / "folded") if r["url"] == "http://a.test/1")
    assert {c["url"] for c in original["copies"]} == {"http://b.test/1", "http://a.test/2"}
    trusted = export(db, tmp_path / "trusted", selection=Selection(fold=True))
    assert (trusted.documents, trusted.folded) == (2, 1)


def test_a_copy_whose_original_is_not_exported_stands_for_itself(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out", selection=Selection("before:2022", fold=True))
    (record,) = lines(tmp_path / "out")
    assert (record["url"], record["copies"]) == ("http://a.test/2", [])


def test_copies_in_a_ring_are_not_lost(db: Database, tmp_path: Path) -> None:
    db.execute(
        "UPDATE documents SET duplicate_of = (SELECT id FROM documents WHERE url = 'http://a.test/2') "
        "WHERE url = 'http://a.test/1'"
    )
    manifest = export(db, tmp_path / "out", selection=Selection(fold=True))
    assert (manifest.documents, manifest.folded) == (3, 0)


def test_the_manifest_says_what_was_written(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out", selection=Selection("-批复", fold=True))
    said = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert said["tool"]["name"] == "gongkai"
    assert said["filters"] == {"query": "-批复", "include_untrusted": False, "fold": True}
    assert said["counts"] == {
        "documents": 2, "selected": 2, "unchanged": 0, "removed": 1, "folded": 1, "gone": 1,
        "by_trust": {"official": 2}, "by_rights": {"unclear": 2},
    }  # fmt: skip
    assert said["since"] is None
    for file in said["about"]:
        data = (tmp_path / "out" / file["name"]).read_bytes()
        assert (file["length"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert {file["name"] for file in said["about"]} == ABOUT - {"manifest.json"}
    data = (tmp_path / "out" / "documents-00000.jsonl").read_bytes()
    assert said["files"] == [
        {
            "name": "documents-00000.jsonl",
            "documents": 2,
            "length": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    ]
    assert [f["name"] for f in said["fields"]] == list(lines(tmp_path / "out")[0])


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_a_second_export_has_the_same_bytes(db: Database, tmp_path: Path, format: str) -> None:
    for name in ("one", "two"):
        export(db, tmp_path / name, format, Selection(include_untrusted=True))
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two
    assert len(one) == 1 + len(ABOUT)


def test_shards(db: Database, tmp_path: Path) -> None:
    manifest = export(db, tmp_path / "out", shard_bytes=1)
    assert [(f.name, f.documents) for f in manifest.files] == [(f"documents-0000{n}.jsonl", 1) for n in range(3)]
    assert len(lines(tmp_path / "out")) == 3


def test_an_empty_export_is_whole(db: Database, tmp_path: Path) -> None:
    manifest = export(db, tmp_path / "out", selection=Selection("没有这样的文件"))
    assert [(f.name, f.documents, f.length) for f in manifest.files] == [("documents-00000.jsonl", 0, 0)]


def test_csv(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out", "csv", Selection(include_untrusted=True, fold=True))
    data = (tmp_path / "out" / "documents.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    row = next(r for r in rows if r["url"] == "http://a.test/1")
    assert row["title"] == "=工作,计划"
    assert row["text"] == '第一段“引”。\n第二段"。'
    assert row["keywords"] == "卫生 | 计划"
    assert row["attachments"] == "表.xls http://a.test/1.xls"
    assert row["date_claims"] == "signed 2023-05-31"
    assert row["periods"] == "summary 2023-01-01 2023-06-30 | plan 2023-07-01 2023-12-31"
    assert row["issuers"] == row["gone_at"] == ""
    assert set(row["copies"].split(" | ")) == {"http://a.test/2", "http://b.test/1"}
    assert len(rows) == 2


def test_a_record_is_what_show_prints(db: Database, tmp_path: Path) -> None:
    """Exports have a faster way of their own to the same values."""
    db.execute("UPDATE attachments SET sha256 = 'ab', length = 7, state = 'kept'")
    export(db, tmp_path / "out", selection=Selection(include_untrusted=True))
    for record in lines(tmp_path / "out"):
        del record["rights_basis"]
        assert record == stored_record(db, record["id"]).record


def test_an_existing_folder_is_never_touched(db: Database, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ExportExists, match="already there"):
        export(db, tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "out"]
    assert not list((tmp_path / "out").iterdir())


def test_what_an_interrupted_export_left_is_replaced(db: Database, tmp_path: Path) -> None:
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "documents-00007.jsonl").write_text("{half")
    export(db, tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"documents-00000.jsonl", *ABOUT}
    assert not (tmp_path / "out.partial").exists()


def test_a_strange_file_in_the_partial_folder_stays(db: Database, tmp_path: Path) -> None:
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "thesis.doc").write_text("mine")
    with pytest.raises(ExportExists, match="thesis"):
        export(db, tmp_path / "out")
    assert (tmp_path / "out.partial" / "thesis.doc").read_text() == "mine"


def test_two_exports_into_one_folder(db: Database, tmp_path: Path) -> None:
    partial = tmp_path / "out.partial"
    partial.mkdir()
    other = os.open(partial, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(ExportExists, match="another export"):
        export(db, tmp_path / "out")
    os.close(other)
    export(db, tmp_path / "out")


@pytest.mark.parametrize("query", ["after:never", "a OR"])
def test_a_wrong_filter_leaves_nothing(db: Database, tmp_path: Path, query: str) -> None:
    with pytest.raises(QueryError):
        export(db, tmp_path / "out", selection=Selection(query))
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_a_folder_that_cannot_be_made(db: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="cannot export"):
        export(db, tmp_path / "file" / "out")


def test_a_crawl_may_write_meanwhile(db: Database, tmp_path: Path) -> None:
    """The export sees the archive as it was at its begin and leaves no transaction open."""
    export(db, tmp_path / "out")
    assert not db.conn.in_transaction
    add_document(db, "http://a.test/9", "后来", "文字。")
    assert export(db, tmp_path / "later").documents == 4
