"""WARC files of other crawlers, whole and broken, in every packing that is about."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.captures import Captures
from archive.database import open_database
from archive.errors import ArchiveError
from archive.model import Issue
from archive.read_warc import Foreign, read_warc
from tests.archive.exchanges import SITE, SOFTWARE, exchange, page

DATE = "2019-05-06T07:08:09Z"


def record(kind: str, block: bytes, version: str = "WARC/1.0", **fields: str) -> bytes:
    """A record as written by hand; ``Target_URI="…"`` becomes ``WARC-Target-URI: …``."""
    lines = [version, f"WARC-Type: {kind}"]
    for name, value in fields.items():
        lines.append(f"{'' if name.startswith('Content') else 'WARC-'}{name.replace('_', '-')}: {value}")
    return "\r\n".join([*lines, f"Content-Length: {len(block)}", "", ""]).encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def response(number: int, block: bytes | None = None, **fields: str) -> bytes:
    said = {"Target_URI": f"{SITE}/art/{number}.html", "Date": DATE, "Record_ID": f"<urn:uuid:{number}>"}
    said["Content_Type"] = "application/http; msgtype=response"
    block = http(page(number), "Content-Type: text/html") if block is None else block
    return record("response", block, **(said | fields))


WARCINFO = record("warcinfo", b"software: OtherBot/3.1 http://other.example\r\nformat: WARC\r\n", Date=DATE)
WHOLE = [WARCINFO, response(1), record("request", b"GET / HTTP/1.1\r\n\r\n", Date=DATE), response(2), response(3)]


def plain(records: list[bytes]) -> bytes:
    return b"".join(records)


def each(records: list[bytes]) -> bytes:
    return b"".join(gzip.compress(r) for r in records)


def one_member(records: list[bytes]) -> bytes:
    return gzip.compress(b"".join(records))


def flushed(records: list[bytes]) -> bytes:
    """Members that begin and end anywhere."""
    data = b"".join(records)
    return b"".join(gzip.compress(data[at : at + 700]) for at in range(0, len(data), 700))


PACKINGS = [plain, each, one_member, flushed]
Packing = Callable[[list[bytes]], bytes]


def read(tmp_path: Path, data: bytes) -> tuple[list[Foreign], list[Issue]]:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(data)
    found = list(read_warc(path))
    return [f for f in found if isinstance(f, Foreign)], [f for f in found if isinstance(f, Issue)]


@pytest.mark.parametrize("pack", PACKINGS)
def test_every_packing(tmp_path: Path, pack: Packing) -> None:
    answers, issues = read(tmp_path, pack(WHOLE))
    assert issues == []
    assert [a.body for a in answers] == [page(1), page(2), page(3)]
    first = answers[0]
    assert (first.exchange.url, first.exchange.at) == (f"{SITE}/art/1.html", DATE)
    assert (first.exchange.status, first.exchange.reason) == (200, "OK")
    assert first.exchange.headers == (("Content-Type", "text/html"),)
    assert (first.captured_by, first.record_id) == ("OtherBot/3.1 http://other.example", "urn:uuid:1")
    assert first.exchange.note["warc"]["record_id"] == "urn:uuid:1"  # type: ignore[index]


def test_what_other_software_writes(tmp_path: Path) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
    for number in (1, 2):
        body = io.BytesIO(page(number))
        made = writer.create_warc_record(f"{SITE}/{number}", "response", body, len(page(number)), http_headers=headers)
        writer.write_record(made)
    answers, issues = read(tmp_path, out.getvalue())
    assert issues == []
    assert [(a.exchange.url, a.body) for a in answers] == [(f"{SITE}/1", page(1)), (f"{SITE}/2", page(2))]
    assert answers[0].captured_by == "other.warc.gz"
    assert answers[0].exchange.at is not None  # WARC/1.1 dates have fractions of a second
    assert len(answers[0].exchange.at) == 20


def test_chunks_and_codings_are_undone(tmp_path: Path) -> None:
    packed = gzip.compress(page(1))
    pieces = [packed[at : at + 50] for at in range(0, len(packed), 50)]
    chunks = b"".join(b"%x;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    headers = ("Transfer-Encoding: chunked", "Content-Encoding: gzip")
    answers, issues = read(tmp_path, each([response(1, http(chunks + b"0\r\n\r\n", *headers))]))
    assert issues == []
    assert (answers[0].body, answers[0].exchange.body) == (page(1), packed)
    lying = read(tmp_path, each([response(1, http(page(1), *headers))]))
    assert (lying[0][0].body, lying[1]) == (page(1), [])


@pytest.mark.parametrize(
    "block",
    [
        http(b"400\r\n" + page(1)[:500], "Transfer-Encoding: chunked"),
        http(b"1f4\r\n" + page(1)[:500] + b"\r\n", "Transfer-Encoding: chunked"),
        http(page(1)[:500], "Content-Length: 9000"),
    ],
)
def test_an_answer_that_broke_off_is_read_and_said(tmp_path: Path, block: bytes) -> None:
    answers, issues = read(tmp_path, each([response(1, block), response(2)]))
    assert answers[0].body == page(1)[:500]
    assert answers[0].exchange.note["truncated"] == "disconnect"
    assert ["not whole" in issue.message for issue in issues] == [True]
    assert issues[0].url == f"{SITE}/art/1.html"


def test_warc_truncated_is_said(tmp_path: Path) -> None:
    answers, issues = read(tmp_path, plain([response(1, Truncated="length")]))
    assert answers[0].exchange.note["truncated"] == "length"
    assert len(issues) == 1


def test_resource_records_and_angle_brackets_and_short_dates(tmp_path: Path) -> None:
    said = {"Target_URI": f"<{SITE}/7>", "Date": "2016-11", "Content_Type": "text/html", "Record_ID": "<x:7>"}
    data = record("resource", page(7), **said)
    answers, issues = read(tmp_path, plain([data]))
    assert issues == []
    given = answers[0].exchange
    assert (given.url, given.at, given.status) == (f"{SITE}/7", None, None)
    assert given.headers == (("Content-Type", "text/html"),)
    assert given.note["warc"]["date"] == "2016-11"  # type: ignore[index]


REVISIT = {"Target_URI": f"{SITE}/art/1.html", "Date": "2020-01-01T00:00:00Z", "Record_ID": "<urn:uuid:9>"}


@pytest.mark.parametrize("pack", PACKINGS)
@pytest.mark.parametrize(
    "reference",
    [
        {"Refers_To": "<urn:uuid:1>"},
        {"Refers_To_Target_URI": f"{SITE}/art/1.html", "Refers_To_Date": DATE},
        {"Payload_Digest": "sha1:ONE"},
    ],
)
def test_a_revisit_gets_the_payload_that_it_refers_to(tmp_path: Path, pack: Packing, reference: dict[str, str]) -> None:
    filler = [response(n) for n in range(20, 60)]  # the target is not in the first block that is read
    again = record("revisit", http(b"", "X-Seen: again"), **(REVISIT | reference))
    data = [WARCINFO, *filler, response(1, Payload_Digest="sha1:ONE"), response(2, Payload_Digest="sha1:TWO"), again]
    answers, issues = read(tmp_path, pack(data))
    assert issues == []
    assert answers[-1].body == page(1)
    assert answers[-1].exchange.at == "2020-01-01T00:00:00Z"
    assert answers[-1].exchange.headers == (("X-Seen", "again"),)


def test_a_not_modified_revisit_and_one_without_target(tmp_path: Path) -> None:
    unmodified = record("revisit", http(b"", status="304 Not Modified"), **(REVISIT | {"Refers_To": "<urn:uuid:1>"}))
    nowhere = record("revisit", b"", **(REVISIT | {"Refers_To": "<urn:uuid:404>"}))
    answers, issues = read(tmp_path, each([response(1), unmodified, nowhere]))
    assert [(a.exchange.status, a.body) for a in answers] == [(200, page(1))] * 2
    assert ["does not hold" in issue.message for issue in issues] == [True]


@pytest.mark.parametrize(
    "garbage", [b"", b"\0" * 512, bytes(range(256)) * 40, b"<html>no warc</html>", gzip.compress(b"text", mtime=0)]
)
def test_a_file_that_is_none_gives_one_issue(tmp_path: Path, garbage: bytes) -> None:
    answers, issues = read(tmp_path, garbage)
    assert answers == []
    assert [(issue.code, issue.level) for issue in issues] == [("not_warc", "error")]
    assert "holds no WARC record" in issues[0].message


def test_noise_and_a_gzip_head_alone(tmp_path: Path) -> None:
    for noise in (random.Random(1).randbytes(200_000), b"\x1f\x8b\x08" + random.Random(2).randbytes(5000), b"\x1f\x8b"):
        assert [issue.code for issue in read(tmp_path, noise)[1]] == ["not_warc"]


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot read"):
        list(read_warc(tmp_path / "absent.warc"))
    with pytest.raises(ArchiveError, match="cannot read"):
        list(read_warc(tmp_path))


@pytest.mark.parametrize("pack", [plain, each])
def test_damage_in_one_record_spares_the_others(tmp_path: Path, pack: Packing) -> None:
    """A member with a flipped byte; in a plain file a length that is not true."""
    records = [response(n) for n in range(8)]
    packed = [pack([r]) for r in records]
    middle = bytearray(packed[3])
    middle[len(middle) // 2] ^= 0xFF
    if pack is plain:
        middle = bytearray(packed[3].replace(b"Content-Length: ", b"Content-Length: 9"))
    answers, issues = read(tmp_path, b"".join([*packed[:3], bytes(middle), *packed[4:]]))
    read_pages = [a.body for a in answers]
    assert read_pages[:3] == [page(n) for n in range(3)]
    assert page(3) not in read_pages
    assert issues != []
    if pack is each:
        assert read_pages[3:] == [page(n) for n in range(4, 8)]
        assert len(issues) == 1


def test_garbage_between_records(tmp_path: Path) -> None:
    answers, issues = read(tmp_path, plain([response(1), b"noise \xff noise\n" * 9000, response(2)]))
    assert [a.body for a in answers] == [page(1), page(2)]
    assert ["no record" in issue.message for issue in issues] == [True]


@pytest.mark.parametrize("pack", PACKINGS)
def test_a_cut_file_gives_what_is_whole(tmp_path: Path, pack: Packing) -> None:
    data = pack(WHOLE)
    for end in range(1, len(data), 211):
        answers, issues = read(tmp_path, data[:end])
        bodies = [a.body for a in answers]
        assert bodies == [page(n) for n in (1, 2, 3)][: len(bodies)]
        assert issues or pack is each or pack is plain  # those two may be cut between two records


def test_an_altered_block_is_not_believed(tmp_path: Path) -> None:
    block = http(page(1), "Content-Type: text/html")
    digests = [
        "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode(),
        "sha256:" + hashlib.sha256(block).hexdigest(),
        "md5:" + hashlib.md5(block).hexdigest(),
    ]
    for digest in digests:
        assert len(read(tmp_path, plain([response(1, block, Block_Digest=digest)]))[0]) == 1
        altered = block.replace("青禾".encode(), "青木".encode())
        answers, issues = read(tmp_path, plain([response(1, altered, Block_Digest=digest), response(2)]))
        assert [a.body for a in answers] == [page(2)]
        assert ["altered" in issue.message for issue in issues] == [True]


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    bad = [
        response(1, b"not http at all", Content_Type="application/http; msgtype=response"),
        response(2, http(b"x", "Content-Encoding: br")),
        response(3, http(gzip.compress(b"0" * 30_000_000), "Content-Encoding: gzip")),
        record("continuation", b"rest", Segment_Number="2"),
        response(4, Target_URI=""),
        response(5),
    ]
    answers, issues = read(tmp_path, each(bad))
    assert [a.body for a in answers] == [page(5)]
    assert len(issues) == 5
    assert all(issue.code == "warc_damaged" and "other.warc.gz at " in issue.message for issue in issues)


def test_a_huge_record_is_passed_over(tmp_path: Path) -> None:
    huge = response(1, http(b"0" * 70_000_000))
    answers, issues = read(tmp_path, plain([huge, response(2)]))
    assert [a.body for a in answers] == [page(2)]
    assert "more than is read" in issues[0].message


def test_large_records_in_members_of_their_own(tmp_path: Path) -> None:
    """Larger than one step of unpacking; a wrong checksum at their very end is noticed."""
    noise = base64.b64encode(random.Random(3).randbytes(2_500_000))
    packed = gzip.compress(response(1, http(noise)))
    assert [a.body for a in read(tmp_path, packed)[0]] == [noise]
    for position in (-1, -5, -2_000_000):
        damaged = bytearray(packed)
        damaged[position] ^= 1
        answers, issues = read(tmp_path, bytes(damaged) + gzip.compress(response(2)))
        assert [a.body for a in answers] == [page(2)]
        assert issues != []


def test_our_own_files_are_read_like_any_other(tmp_path: Path) -> None:
    db = open_database(tmp_path)
    captures = Captures(db, tmp_path, software=SOFTWARE)
    for number in (1, 2, 1):
        body = zlib.compress(page(number))
        captures.keep(exchange(number, body, headers=(("Content-Encoding", "deflate"),)), kind="page")
    captures.append_resource("urn:gongkai:reader:1", "text/plain", b"what read it", "2026-11-21T08:00:00Z")
    captures.close()
    found = list(read_warc(next((tmp_path / "warc").iterdir())))
    assert [f.body for f in found if isinstance(f, Foreign)] == [page(1), page(2), page(1)]
    assert {f.captured_by for f in found if isinstance(f, Foreign)} == {SOFTWARE}
    assert len(found) == 3
    db.conn.close()
