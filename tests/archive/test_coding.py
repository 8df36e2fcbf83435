"""What was wrapped around a body and a header on their way comes off, and nothing that a server sends crashes it."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.captures import Captures
from archive.coding import dechunk, decode_content
from archive.database import open_database
from archive.errors import PayloadUnreadable
from archive.exchange import header_bytes, header_text
from tests.archive.exchanges import SOFTWARE, exchange, page


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path)
    yield db
    db.conn.close()


@pytest.fixture
def captures(db: Database, tmp_path: Path) -> Iterator[Captures]:
    captures = Captures(db, tmp_path, software=SOFTWARE)
    yield captures
    captures.close()


@given(raw=st.binary(max_size=300))
def test_any_header_bytes_become_text_and_bytes_again(raw: bytes) -> None:
    assert header_bytes(header_text(raw)) == raw
    json.dumps(header_text(raw)).encode("ascii")


@given(body=st.binary(max_size=400), coding=st.sampled_from(["gzip", "deflate", "gzip, deflate", "", "x-gzip"]))
def test_any_body_under_any_header_is_read_or_refused(body: bytes, coding: str) -> None:
    decode_content(body, coding, 10_000)
    assert dechunk(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n") == (body, True)
    dechunk(body)


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(page(1), mtime=0)),
        ("x-gzip", gzip.compress(page(1)[:50], mtime=0) + gzip.compress(page(1)[50:], mtime=0)),
        ("deflate", zlib.compress(page(1))),
        ("deflate", raw_deflate(page(1))),
        ("gzip, gzip", gzip.compress(gzip.compress(page(1), mtime=0), mtime=0)),
        ("gzip", page(1)),
        ("deflate", page(1)),
        ("identity", page(1)),
        ("gzip", gzip.compress(page(1), mtime=0) + b"garbage"),
    ],
)
def test_content_encoding_is_undone(captures: Captures, coding: str, body: bytes) -> None:
    capture = captures.keep(exchange(1, body, headers=(("Content-Encoding", coding),)), kind="page")
    assert captures.payload(capture.id) == page(1)
    assert captures.exchange(capture.id).body == body


def test_a_gzip_body_that_was_cut_gives_what_it_holds(captures: Captures) -> None:
    body = gzip.compress(page(1, words=400))
    capture = captures.keep(exchange(1, body[: len(body) // 2], headers=(("Content-Encoding", "gzip"),)), kind="page")
    part = captures.payload(capture.id)
    assert 100 < len(part) < len(page(1, words=400))
    assert page(1, words=400).startswith(part)


def test_a_body_beyond_the_limit_and_an_unknown_coding_are_refused(captures: Captures) -> None:
    bomb = gzip.compress(b"0" * 3_000_000)
    large = captures.keep(exchange(1, bomb, headers=(("Content-Encoding", "gzip"),)), kind="page")
    with pytest.raises(PayloadUnreadable, match="more than the limit of 2000000"):
        captures.payload(large.id, limit=2_000_000)
    assert len(captures.payload(large.id)) == 3_000_000
    unknown = captures.keep(exchange(2, headers=(("Content-Encoding", "zstd"),)), kind="page")
    with pytest.raises(PayloadUnreadable, match="zstd"):
        captures.payload(unknown.id)
