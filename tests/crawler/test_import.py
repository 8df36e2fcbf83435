"""``gongkai import`` and ``reextract``: saved pages and other crawlers' WARC files, twice, edited, damaged."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.command import Command

NOTICE = """索引号 330900/2026-00017
发布机构 青岚县卫生健康局 发布日期 2026-02-05
关于调整门诊时间的通知
各乡镇卫生院：
为方便群众就诊，经研究，自三月一日起调整门诊时间，现将有关事项通知如下。
一、上午门诊时间为八时至十二时，下午门诊时间为一时三十分至五时。
二、各单位要在醒目位置公布新的门诊时间，并做好解释工作。
青岚县卫生健康局
2026年2月3日
"""
PAGE = """<html><head><meta charset="utf-8"><title>关于做好夏季防蚊工作的通知</title></head><body>
<div class="nav"><a href="/">首页</a></div><h1>关于做好夏季防蚊工作的通知</h1>
<div class="info">发布时间：2025-06-01 来源：青岚县爱卫办</div>
<div id="zoom"><p>各村（居）民委员会：</p>
<p>夏季将至，蚊虫滋生，请各村组织清理积水，每周至少一次，并做好记录。{extra}</p>
<p>一、清理房前屋后积水容器，翻盆倒罐。</p><p>二、对公共绿地、下水道口定期投药，做好防护。</p></div>
<div class="foot">主办单位：青岚县爱国卫生运动委员会办公室</div></body></html>"""
URL = "http://www.qinglan.gov.example/art/2025/6/1/art_9_1.html"


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def results(command: Command, *arguments: str, code: int = 0) -> list[str]:
    done = command.run("import", *arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return [line.split()[1] for line in done.stdout.splitlines()]


def test_a_text_file_is_a_claimed_document_without_a_fetch_time(command: Command) -> None:
    (command.folder / "notice.txt").write_text(NOTICE, "utf-8")
    assert results(command, "notice.txt") == ["created"]
    names = "title, index_number, publisher, published_at, issued_on, trust, captured_at, import_path"
    row = command.rows(f"SELECT {names} FROM current_documents")[0]
    assert row == (
        "关于调整门诊时间的通知", "330900/2026-00017", "青岚县卫生健康局", "2026-02-05", "2026-02-03", "claimed",
        None, "notice.txt",
    )  # fmt: skip
    assert str(command.rows("SELECT url FROM documents")[0][0]).startswith("urn:sha256:")


def test_twice_changes_nothing_and_an_edited_file_is_a_new_document(command: Command) -> None:
    file = command.folder / "notice.txt"
    file.write_text(NOTICE, "utf-8")
    assert results(command, "notice.txt") == ["created"]
    assert results(command, "notice.txt", "notice.txt") == ["held", "held"]
    assert command.rows("SELECT count(*) FROM captures") == [(1,)]
    file.write_text(NOTICE.replace("三月一日", "四月一日"), "utf-8")
    assert results(command, "notice.txt") == ["created"]
    assert command.rows("SELECT count(*) FROM documents") == [(2,)]


def test_a_page_saved_as_txt_is_read_as_a_page(command: Command) -> None:
    (command.folder / "page.txt").write_text(PAGE.format(extra=""), "utf-8")
    record = command.json_lines("extract", "page.txt")[0]
    assert (record["title"], record["content_source"]) == ("关于做好夏季防蚊工作的通知", "青岚县爱卫办")
    assert "<" not in str(record["text"])


def test_a_folder_and_addresses_from_a_json_file(command: Command) -> None:
    folder = command.folder / "saved" / "deep"
    folder.mkdir(parents=True)
    (folder / "a.html").write_text(PAGE.format(extra=""), "utf-8")
    (folder / "b.txt").write_text(NOTICE, "utf-8")
    (folder / "c.jpg").write_bytes(b"\xff\xd8")
    (command.folder / "urls.json").write_text(f'{{"a.html": "{URL}"}}')
    assert results(command, "saved", "--urls", "urls.json") == ["created", "created"]
    assert command.rows("SELECT count(*) FROM documents WHERE url = '" + URL + "'") == [(1,)]


def test_a_page_saved_again_under_its_address_is_a_version(command: Command) -> None:
    (command.folder / "urls.json").write_text(f'{{"a.html": "{URL}"}}')
    for extra in ("", "请于六月十日前完成第一轮清理。"):
        (command.folder / "a.html").write_text(PAGE.format(extra=extra), "utf-8")
        results(command, "a.html", "--urls", "urls.json")
    assert command.rows("SELECT number, change FROM versions ORDER BY 1") == [(1, "created"), (2, "text")]


def write(writer: WARCWriter, record: ArcWarcRecord) -> None:
    """warcio leaves its temporary copy of the payload open."""
    writer.write_record(record)
    record.raw_stream.close()


def foreign_warc(path: Path, date: str = "2023-05-06T07:08:09Z", extra: str = "") -> str:
    """A WARC file as another crawler writes it; returns the record id of the page."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "othercrawler/2.1"}))
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        body = PAGE.format(extra=extra).encode()
        record = writer.create_warc_record(
            URL,
            "response",
            payload=io.BytesIO(body),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": date},
        )
        write(writer, record)
        picture = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
        png = io.BytesIO(b"\x89PNG")
        write(writer, writer.create_warc_record(URL + ".png", "response", payload=png, http_headers=picture))
        return str(record.rec_headers.get_header("WARC-Record-ID"))


def test_what_a_foreign_warc_says_is_kept(command: Command) -> None:
    foreign_warc(command.folder / "other.warc.gz")
    assert results(command, "other.warc.gz") == ["created"]
    rows = command.rows("SELECT url, fetched_at, captured_by, import_path FROM captures")
    assert rows == [(URL, "2023-05-06T07:08:09Z", "othercrawler/2.1", "other.warc.gz")]
    assert command.rows("SELECT code FROM issues WHERE code = 'skipped_records'") == [("skipped_records",)]
    assert results(command, "other.warc.gz") == ["held"]
    assert command.run("verify").returncode == 0


def test_foreign_captures_of_three_years_are_versions_in_their_order(command: Command) -> None:
    foreign_warc(command.folder / "b.warc.gz", "2023-01-01T00:00:00Z", "第二版。")
    foreign_warc(command.folder / "a.warc.gz", "2022-01-01T00:00:00Z", "第一版。")
    foreign_warc(command.folder / "c.warc.gz", "2024-01-01T00:00:00Z", "第三版。")
    results(command, "b.warc.gz", "a.warc.gz", "c.warc.gz")
    rows = command.rows("SELECT number, change, substr(first_seen_at, 1, 4) FROM versions ORDER BY number")
    assert rows == [(1, "created", "2022"), (2, "text", "2023"), (3, "text", "2024")]


def test_a_cut_warc_gives_what_is_whole_and_an_issue(command: Command) -> None:
    path = command.folder / "other.warc.gz"
    foreign_warc(path)
    path.write_bytes(path.read_bytes()[:-20])
    done = command.run("import", "other.warc.gz")
    assert done.returncode == 1
    assert "created" in done.stdout
    assert "other.warc.gz" in done.stderr
    assert "Traceback" not in done.stderr
    assert command.rows("SELECT count(*) FROM documents") == [(1,)]
    assert command.run("verify").returncode == 0


@pytest.mark.parametrize("content", [b"", b"\x00\x01garbage" * 50, gzip.compress(b"no warc at all" * 9, mtime=0)])
def test_what_is_no_warc_says_so(command: Command, content: bytes) -> None:
    (command.folder / "other.warc.gz").write_bytes(content)
    done = command.run("import", "other.warc.gz")
    assert done.returncode == 1
    assert "other.warc.gz" in done.stderr
    assert "Traceback" not in done.stderr


def test_our_own_warc_files_can_be_imported_elsewhere(command: Command, tmp_path: Path) -> None:
    foreign_warc(command.folder / "other.warc.gz")
    results(command, "other.warc.gz")
    ours = next((command.home / "warc").glob("*.warc.gz"))
    other = Command(tmp_path / "second")
    assert results(other, str(ours)) == ["created"]
    assert other.rows("SELECT id FROM documents") == command.rows("SELECT id FROM documents")
    assert other.rows("SELECT fetched_at FROM captures") == [("2023-05-06T07:08:09Z",)]


def test_reextract_adds_renditions_and_no_version(command: Command) -> None:
    (command.folder / "notice.txt").write_text(NOTICE, "utf-8")
    results(command, "notice.txt")
    nothing = command.run("reextract")
    assert nothing.returncode == 0
    assert "already read by this reader" in nothing.stdout
    command.rows("SELECT 1")
    older(command)
    again = command.run("reextract")
    assert again.returncode == 0, again.stderr
    assert "1 read anew" in again.stdout
    assert command.rows("SELECT count(*), max(number) FROM versions") == [(1, 1)]
    assert command.rows("SELECT count(*) FROM renditions") == [(2,)]
    assert command.rows("SELECT title FROM current_documents") == [("关于调整门诊时间的通知",)]


def older(command: Command) -> None:
    """As if an older reader with worse rules had made the rendition."""
    import sqlite3

    conn = sqlite3.connect(command.home / "archive.db")
    conn.execute("UPDATE renditions SET reader = 'gongkai 0.0.1 rules 0', title = '旧'")
    conn.commit()
    conn.close()
