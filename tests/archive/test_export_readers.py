"""Exports read back by the programs that people use: ``datasets``, DuckDB, pandas, Croissant's own library.

They run in a process of their own: they are slow to load and warn of each other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archive.export import Selection, export
from tests.archive.rows import add_document, new_archive

READER = """
import json, sys
import datasets, duckdb, mlcroissant, pandas

datasets.disable_progress_bars()
folder, found = sys.argv[1], {}
key = lambda record: record["id"]
for format in ("parquet", "jsonl", "csv"):
    rows = list(datasets.load_dataset(f"{folder}/{format}", split="train"))
    found[f"datasets {format}"] = sorted(rows, key=key)
    read = {"parquet": "read_parquet", "jsonl": "read_json", "csv": "read_csv"}[format]
    more = ", all_varchar = true" if format == "csv" else ""
    rows = duckdb.sql(f"SELECT id, text FROM {read}('{folder}/{format}/documents*'{more})").fetchall()
    found[f"duckdb {format}"] = sorted(({"id": id, "text": text} for id, text in rows), key=key)
    file = f"{folder}/{format}/documents" + ("" if format == "csv" else "-00000") + f".{format}"
    table = {"parquet": pandas.read_parquet, "jsonl": lambda name: pandas.read_json(name, lines=True, dtype=False),
             "csv": lambda name: pandas.read_csv(name, dtype=str)}[format](file)
    found[f"pandas {format}"] = sorted(table[["id", "text"]].to_dict("records"), key=key)
    data = mlcroissant.Dataset(jsonld=f"{folder}/{format}/croissant.json")  # raises where it does not validate
    if format == "parquet":
        rows = [{"id": row["documents/id"].decode(), "text": row["documents/text"].decode()}
                for row in data.records("documents")]
        found["croissant parquet"] = sorted(rows, key=key)
print(json.dumps(found))
"""
TEXT = "第一段“引”，a|b。\n第二段\\t\"'；\u2028三\t四\u3000€𠮷。\n=不是公式"
CLAIM = {"role": "published", "date": "2023-05-31T09:30+08:00",
         "origin": {"rule": "panel", "where": "table", "snippet": "5月31日", "confidence": 0.98}}  # fmt: skip


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readers")
    db = new_archive(folder / "home")
    for number in range(40):
        said: dict[str, Any] = {"published_at": "2023-05-31", "keywords": ["卫生", "计划"]} if number % 2 else {}
        if number % 3 == 0:
            said |= {"attachments": (("表.xls", "http://a.test/1.xls"),), "date_claims": [CLAIM],
                     "periods": [{"start": "2023-01-01", "end": "2023-06-30", "kind": "summary"}]}  # fmt: skip
        add_document(db, f"http://a.test/{number}", f"通知{number}" if number else None, f"{number}{TEXT}", **said)
    withdrawn = add_document(db, "http://a.test/away", "撤回", "撤回的文字。")
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-05T08:00:00Z' WHERE id = ?", [withdrawn])
    for format in ("parquet", "jsonl", "csv"):
        export(db, folder / format, format, Selection(fold=True))
    db.close()
    return folder


@pytest.fixture(scope="module")
def found(exports: Path) -> dict[str, list[dict[str, Any]]]:
    offline = {"HF_HOME": str(exports / "hf"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READER, str(exports)],
        capture_output=True, text=True, check=False, env=os.environ | offline,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    read: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return read


def written(exports: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (exports / "jsonl" / "documents-00000.jsonl").read_text().split("\n") if line]


READERS = [f"{name} {format}" for name in ("datasets", "duckdb", "pandas") for format in ("parquet", "jsonl", "csv")]


@pytest.mark.parametrize("reader", [*READERS, "croissant parquet"])
def test_everybody_reads_all_documents_and_the_same_texts(
    exports: Path, found: dict[str, list[dict[str, Any]]], reader: str
) -> None:
    texts = [(record["id"], record["text"]) for record in written(exports)]
    assert len(texts) == 40
    assert [(row["id"], row["text"]) for row in found[reader]] == texts


def test_parquet_gives_every_value_as_it_is(exports: Path, found: dict[str, list[dict[str, Any]]]) -> None:
    assert found["datasets parquet"] == written(exports)


def test_the_types_are_the_same_whatever_the_documents_hold(exports: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    db = new_archive(tmp_path / "home")
    export(db, tmp_path / "empty", "parquet", Selection(fold=True))
    empty = pq.read_table(tmp_path / "empty" / "documents-00000.parquet")
    full = pq.read_table(exports / "parquet" / "documents-00000.parquet")
    assert (len(empty), len(full)) == (0, 40)
    assert empty.schema == full.schema
    assert str(full.schema.field("keywords").type) == "list<element: string>"


def test_row_groups_and_files_stay_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    from archive.export import batches

    monkeypatch.setattr(batches, "MOST_DOCUMENTS", 3)
    db = new_archive(tmp_path / "home")
    for number in range(8):
        add_document(db, f"http://a.test/{number}", "通知", f"第{number}号。")
    export(db, tmp_path / "one", "parquet")
    file = pq.ParquetFile(tmp_path / "one" / "documents-00000.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [3, 3, 2]
    manifest = export(db, tmp_path / "many", "parquet", shard_bytes=1)
    assert [(f.name, f.documents) for f in manifest.files] == [
        (f"documents-{n:05}.parquet", count) for n, count in enumerate((3, 3, 2))
    ]
    ids = [id for file in manifest.files for id in pq.read_table(tmp_path / "many" / file.name)["id"].to_pylist()]
    assert ids == sorted(ids)
    assert len(ids) == 8
