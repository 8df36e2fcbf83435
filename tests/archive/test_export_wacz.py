"""WACZ exports: what is in them, by the tools that others read them with."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from archive.captures import Captures
from archive.database import open_database
from archive.export import Selection, export
from archive.export.cdxj import url_key
from archive.model import Capture
from tests.archive.exchanges import SITE, SOFTWARE, exchange, page
from tests.archive.rows import add_document, new_archive

PDF = b"%PDF-1.4 plan"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Documents with: a capture; a revisit of the first's payload; two pages; a saved file without address."""
    home = tmp_path / "home"
    db = new_archive(home)
    captures = Captures(db, home, software=SOFTWARE)
    first = captures.keep(exchange(1), kind="article", entry_title="通知1")
    captures.keep(exchange(90, b"<html>a list, which is no document</html>"), kind="list")
    again = captures.keep(exchange(2, page(1), at="2026-11-22T08:00:00Z"), kind="article")
    paged, part = (captures.keep(exchange(n), kind=kind) for n, kind in ((3, "article"), (4, "part")))
    urn = "urn:sha256:" + hashlib.sha256(PDF).hexdigest()
    file = exchange(5, PDF, url=urn, status=None, method="", headers=(), at=None)
    saved = captures.keep(file, kind="import", imported_at="2026-11-23T08:00:00Z", media_type="application/pdf")
    for capture, title in ((first, "通知一"), (again, "通知二"), (paged, "长通知"), (saved, None)):
        document_of(db, capture, title)
    rendition = db.execute("SELECT id FROM renditions WHERE capture = ?", [paged.id]).fetchone()[0]
    db.execute("INSERT INTO rendition_parts (rendition, number, url, capture) VALUES (?, 2, ?, ?)",
               [rendition, part.url, part.id])  # fmt: skip
    captures.close()
    db.close()
    return home


def document_of(db: Database, capture: Capture, title: str | None) -> str:
    id = add_document(db, capture.url, title, "正文。")
    for table in ("versions", "renditions"):
        which = "document = ?" if table == "versions" else "version = (SELECT id FROM versions WHERE document = ?)"
        db.execute(f"UPDATE {table} SET capture = ? WHERE {which}", [capture.id, id])
    return id


def open_archive(home: Path) -> Database:
    return open_database(home)


def exported(home: Path, folder: Path, query: str = "", **more: Any) -> zipfile.ZipFile:
    db = open_archive(home)
    export(db, folder, "wacz", Selection(query), warc_folder=home / "warc", **more)
    db.close()
    return zipfile.ZipFile(folder / "documents.wacz")


def index(wacz: zipfile.ZipFile) -> list[tuple[str, str, dict[str, str]]]:
    """The lines of the index, found through its summary."""
    packed, found = wacz.read("indexes/index.cdx.gz"), []
    head, *blocks = wacz.read("indexes/index.idx").decode().splitlines()
    assert json.loads(head.split(" ", 2)[2]) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    for block in blocks:
        key, stamp, said = block.split(" ", 2)
        place = json.loads(said)
        lines = gzip.decompress(packed[place["offset"] :][: place["length"]]).decode().splitlines()
        assert lines[0].startswith(f"{key} {stamp} ")
        found += [line.split(" ", 2) for line in lines]
    assert found == sorted(found)
    return [(key, stamp, json.loads(said)) for key, stamp, said in found]


def record_at(wacz: zipfile.ZipFile, entry: dict[str, str]) -> tuple[ArcWarcRecord, bytes]:
    data = wacz.read(f"archive/{entry['filename']}")
    start, length = int(entry["offset"]), int(entry["length"])
    records = ArchiveIterator(io.BytesIO(data[start : start + length]), check_digests=True)
    record = next(records)
    body = record.content_stream().read()
    assert record.digest_checker.passed is not False
    return record, body


def pages(wacz: zipfile.ZipFile) -> list[dict[str, str]]:
    head, *lines = map(json.loads, wacz.read("pages/pages.jsonl").decode().splitlines())
    assert head["format"] == "json-pages-1.0"
    return lines


def test_every_page_is_found_through_the_index(home: Path, tmp_path: Path) -> None:
    wacz = exported(home, tmp_path / "out")
    entries = {(entry["url"], stamp): entry for _, stamp, entry in index(wacz)}
    assert {page["title"] for page in pages(wacz)} >= {"通知一", "通知二", "长通知"}
    assert len(pages(wacz)) == 4
    for shown in pages(wacz):
        entry = entries[shown["url"], "".join(c for c in shown["ts"] if c.isdigit())]
        record, body = record_at(wacz, entry)
        assert record.rec_headers["WARC-Target-URI"] == shown["url"]
        assert record.rec_headers["WARC-Date"] == shown["ts"]
        assert record.rec_headers["WARC-Payload-Digest"] == entry["digest"]
        if shown["title"] == "长通知":
            assert (record.rec_type, body, entry["mime"], entry["status"]) == ("response", page(3), "text/html", "200")
        if shown["url"].startswith("urn:"):
            assert (record.rec_type, body, entry["mime"]) == ("resource", PDF, "application/pdf")


def test_a_revisit_brings_the_record_that_it_refers_to(home: Path, tmp_path: Path) -> None:
    wacz = exported(home, tmp_path / "out", "title:通知二")
    (shown,) = pages(wacz)
    by_url = {entry["url"]: entry for _, _, entry in index(wacz)}
    assert set(by_url) == {shown["url"], f"{SITE}/art/1.html"}
    revisit, _ = record_at(wacz, by_url[shown["url"]])
    assert (revisit.rec_type, by_url[shown["url"]]["mime"]) == ("revisit", "warc/revisit")
    full, body = record_at(wacz, by_url[revisit.rec_headers["WARC-Refers-To-Target-URI"]])
    assert full.rec_headers["WARC-Record-ID"] == revisit.rec_headers["WARC-Refers-To"]
    assert body == page(1)


def test_further_pages_are_there_and_nothing_else(home: Path, tmp_path: Path) -> None:
    wacz = exported(home, tmp_path / "out", "title:长通知")
    assert [entry["url"] for _, _, entry in index(wacz)] == [f"{SITE}/art/3.html", f"{SITE}/art/4.html"]
    data = wacz.read("archive/documents-00000.warc.gz")
    types = [record.rec_type for record in ArchiveIterator(io.BytesIO(data))]
    assert types == ["warcinfo", *["metadata", "request", "response"] * 2]


def test_records_stand_as_they_were_written(home: Path, tmp_path: Path) -> None:
    ours = b"".join(path.read_bytes() for path in (home / "warc").glob("*.gz"))
    wacz = exported(home, tmp_path / "out")
    for _, _, entry in index(wacz):
        data = wacz.read(f"archive/{entry['filename']}")
        assert data[int(entry["offset"]) :][: int(entry["length"])] in ours


def test_the_validator_of_others_takes_it(home: Path, tmp_path: Path) -> None:
    exported(home, tmp_path / "out", shard_bytes=1).close()
    main = "import sys; from wacz.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-W", "ignore", "-c", main, "validate", "-f", str(tmp_path / "out" / "documents.wacz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "is valid" in done.stdout) == (0, True), done.stdout + done.stderr


def test_parts_stand_where_a_reader_of_the_zip_s_list_alone_expects_them(home: Path, tmp_path: Path) -> None:
    """ReplayWeb.page reads the head before a part only if the list of parts has extra fields for it."""
    wacz = exported(home, tmp_path / "out")
    data = (tmp_path / "out" / "documents.wacz").read_bytes()
    for info in wacz.infolist():
        start = info.header_offset + 30 + len(info.filename)
        if info.extra:
            start += int.from_bytes(data[info.header_offset + 28 :][:2], "little")
        assert data[start:][: info.file_size] == wacz.read(info), info.filename


def test_an_address_with_a_fragment_is_indexed_without_it(tmp_path: Path) -> None:
    """A browser never asks for one, so ReplayWeb.page did not find the page that it listed."""
    db = new_archive(tmp_path / "home")
    captures = Captures(db, tmp_path / "home", software=SOFTWARE)
    document_of(db, captures.keep(exchange(1, url=f"{SITE}/art/1.html#top"), kind="article"), "通知一")
    captures.close()
    db.close()
    wacz = exported(tmp_path / "home", tmp_path / "out")
    ((_, _, entry),) = index(wacz)
    assert (entry["url"], pages(wacz)[0]["url"]) == (f"{SITE}/art/1.html", f"{SITE}/art/1.html#top")
    assert record_at(wacz, entry)[1] == page(1)


def test_shards_bytes_and_compression(home: Path, tmp_path: Path) -> None:
    one, two = exported(home, tmp_path / "one", shard_bytes=1), exported(home, tmp_path / "two", shard_bytes=1)
    files = [info.filename for info in one.infolist() if info.filename.startswith("archive/")]
    assert len(files) == 5
    assert {info.compress_type for info in one.infolist()} == {zipfile.ZIP_STORED}
    assert {info.date_time for info in one.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {"documents.wacz", "README.md", "croissant.json", "digests.tsv", "manifest.json", "removed.jsonl"}
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    for _, _, entry in index(two):
        record_at(two, entry)


def test_a_damaged_capture_is_named_and_the_rest_is_there(home: Path, tmp_path: Path) -> None:
    db = open_archive(home)
    name, offset = db.execute("SELECT warc_file, warc_offset FROM captures WHERE url LIKE '%/3.html'").fetchone()
    data = bytearray((home / "warc" / name).read_bytes())
    data[offset + 60] ^= 1
    (home / "warc" / name).write_bytes(data)
    id = db.execute("SELECT id FROM documents WHERE url LIKE '%/3.html'").fetchone()[0]
    manifest = export(db, tmp_path / "out", "wacz", warc_folder=home / "warc")
    assert [lost.id for lost in manifest.uncaptured] == [id]
    said = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert said["without_capture"][0]["id"] == id
    assert "altered" in said["without_capture"][0]["why"]
    assert len(pages(zipfile.ZipFile(tmp_path / "out" / "documents.wacz"))) == 3


def test_a_withdrawn_document_s_capture_is_never_brought_along(home: Path, tmp_path: Path) -> None:
    db = open_archive(home)
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-24T08:00:00Z' WHERE url LIKE '%/art/1.html'")
    manifest = export(db, tmp_path / "out", "wacz", warc_folder=home / "warc")
    wacz = zipfile.ZipFile(tmp_path / "out" / "documents.wacz")
    assert f"{SITE}/art/1.html" not in {entry["url"] for _, _, entry in index(wacz)}
    assert [lost.why for lost in manifest.uncaptured] == ["only a withdrawn document's capture holds its payload"]


def test_nothing_selected(home: Path, tmp_path: Path) -> None:
    wacz = exported(home, tmp_path / "out", "没有这样的文件")
    assert (pages(wacz), index(wacz)) == ([], [])


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Qinghe.example/", "example,qinghe)/"),
        ("http://127.0.0.1:8000/art/1.html", "1,0,0,127:8000)/art/1.html"),
        ("http://a.test:80/B/c/?b=2&A=1", "test,a)/b/c?a=1&b=2"),
        ("https://a.test/卫生/%E5%8D%AB?x=文", "test,a)/%e5%8d%ab%e7%94%9f/%e5%8d%ab?x=%e6%96%87"),
        ("http://u:p@a.test/a//b/../c/./d/#x", "test,a)/a/c/d"),
        ("https://a.test:8443/x%2520y?", "test,a:8443)/x%20y"),
        ("http://a.test/p?b&a=&a", "test,a)/p?a&a=&b"),
        ("urn:sha256:ab", "urn:sha256:ab"),
    ],
)
def test_keys_are_spelt_as_others_spell_them(url: str, key: str) -> None:
    import surt

    assert url_key(url) == key == surt.surt(url)
