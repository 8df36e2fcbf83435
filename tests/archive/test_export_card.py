"""The dataset card: a head that programs read, and figures that are right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive.export import Selection, export
from archive.vocab import FIELDS
from tests.archive.rows import add_document, add_source, new_archive


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = new_archive(tmp_path / "home")
    add_source(db, "other", "别处")
    add_source(db, "silent", "未选的站点")
    said = {"doc_type": "通知", "document_number": "青卫〔2023〕12号", "published_at": "2023-05-31"}
    add_document(db, "http://a.test/1", "通知一", "第一段。", **said)
    add_document(db, "http://a.test/2", "总结", "第二段。", content_source="青洲日报", issued_on="2022-01-02")
    add_document(db, "http://b.test/1", "计划", "第三段。", source="other", flags=["truncated"])
    add_document(db, "http://c.test/1", "导入", "第四段。", source=None, trust="claimed")
    withdrawn = add_document(db, "http://a.test/away", "撤回之件", "撤回的文字。")
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-05T08:00:00Z' WHERE id = ?", [withdrawn])
    db.execute("UPDATE captures SET robots = 'allowed', terms_url = 'http://a.test/terms', source = 'qingzhou' "
               "WHERE url LIKE 'http://a.test/%'")  # fmt: skip
    for source, code in (("qingzhou", "challenged"), ("other", "challenged"), ("silent", "shell"), (None, "decode")):
        db.execute(
            "INSERT INTO issues (source, code, level, message, at) VALUES (?, ?, 'warning', '说明', '')", [source, code]
        )
    db.execute("INSERT INTO urls (url, address, source, kind, state, discovered_at) "
               "VALUES ('//a.test/x', 'http://a.test/x', 'qingzhou', 'article', 'failed', '')")  # fmt: skip
    return db


def card_of(db: Database, folder: Path, **more: Any) -> str:
    export(db, folder, more.pop("format", "jsonl"), Selection(include_untrusted=True, **more))
    return (folder / "README.md").read_text()


def table(card: str, head: str) -> dict[str, tuple[str, ...]]:
    """The rows under a head that begins so: first cell → the others."""
    lines = card[card.index(f"| {head}") :].split("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip(" `") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {row[0]: tuple(row[1:]) for row in rows}


def test_the_head_is_what_hugging_face_reads(db: Database, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    _, head, _ = card_of(db, tmp_path / "out").split("---\n", 2)
    said = yaml.safe_load(head)
    assert said["language"] == ["zh"]
    assert (said["license"], said["license_name"]) == ("other", "mixed-see-rights")
    assert said["size_categories"] == ["n<1K"]
    (config,) = said["configs"]
    assert config["data_files"] == [{"split": "train", "path": ["documents-00000.jsonl"]}]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [f["name"] for f in said["dataset_info"]["features"]] == [f["name"] for f in manifest["fields"]]


def test_sources_with_robots_and_terms(db: Database, tmp_path: Path) -> None:
    sources = table(card_of(db, tmp_path / "out"), "Source")
    assert sources == {
        "qingzhou": ("青洲市卫生健康局 <http://qingzhou.test/>", "2", "allowed 2", "<http://a.test/terms>"),
        "other": ("别处 <http://other.test/>", "1", "not recorded 1", "none known"),
        "imported": ("imported files 导入的文件", "1", "not recorded 1", "none known"),
    }


def test_rights_are_counted_and_stand_in_the_records(db: Database, tmp_path: Path) -> None:
    card = card_of(db, tmp_path / "out")
    counts = {basis: row[-1] for basis, row in table(card, "Basis").items()}
    assert counts == {"law_text": "1", "media": "1", "uploader": "0", "unclear": "2"}
    assert {basis: row[-1] for basis, row in table(card, "依据").items()} == counts
    records = [json.loads(line) for line in (tmp_path / "out" / "documents-00000.jsonl").read_text().splitlines()]
    assert {r["title"]: r["rights_basis"] for r in records} == {
        "通知一": "law_text", "总结": "media", "计划": "unclear", "导入": "unclear",
    }  # fmt: skip


def test_the_dictionary_has_every_field_and_how_many_have_it(db: Database, tmp_path: Path) -> None:
    fields = table(card_of(db, tmp_path / "out", fold=True), "Field")
    assert [name for name in fields if name in {f.name for f in FIELDS}] != []
    assert {f.name for f in FIELDS} < set(fields)
    assert fields["published_at"][:3] == ("发布日期", "string", "25.0%")
    assert fields["title"][2] == "100.0%"
    assert fields["keywords"][1:3] == ("array of strings", "0.0%")
    assert fields["copies"][1] == "array of objects"


def test_quality_and_gaps(db: Database, tmp_path: Path) -> None:
    card = card_of(db, tmp_path / "out")
    assert table(card, "Trust") == {"claimed": ("1",), "official": ("3",)}
    assert table(card, "Flag") == {"truncated": ("1",)}
    assert table(card, "Year") == {"2022": ("1",), "2023": ("1",), "none": ("2",)}
    assert table(card, "Issue") == {"challenged": ("2",), "decode": ("1",)}
    assert "- qingzhou: 1 addresses could not be fetched or read" in card
    assert "- qingzhou：1 个网址无法抓取或解析" in card


def test_nothing_of_a_withdrawn_document_and_no_day_of_export(db: Database, tmp_path: Path) -> None:
    card = card_of(db, tmp_path / "out")
    assert "撤回之件" not in card
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", card)


def test_the_filter_stands_in_the_card(db: Database, tmp_path: Path) -> None:
    card = card_of(db, tmp_path / "out", query="title:总结 OR title:计划")
    assert "- filter: `title:总结 OR title:计划`" in card
    assert "- 2 documents here, of 2 that the filters mean" in card


def test_an_empty_export_has_a_card(db: Database, tmp_path: Path) -> None:
    card = card_of(db, tmp_path / "out", query="没有这样的文件", format="parquet")
    assert "- 0 documents here" in card
    assert table(card, "Field")["title"][2] == "0.0%"
