"""Encodings as sites declare them, rightly and wrongly; bytes that are no page."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

import pytest

from archive.model import Reading
from crawler.extract.page import PageInput, read

SENTENCES = "各村居委员会要认真落实河道清淤计划，并于每月底前报送进度。", "镕裕路养护经费由本级财政列支，不得挪用。"
HTML = (
    "<html><head>{head}<title>关于河道清淤的通知</title></head><body><h1>关于河道清淤的通知</h1><p>发布时间：2022-03-08</p>"
    f"<div><p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p></div></body></html>"
)
TRADITIONAL = (
    "<html><head><title>霧社鄉公所公告</title></head><body><h1>霧社鄉公所公告</h1><p>為辦理本鄉道路養護工程，請各村里配合辦理，"
    "並於月底前回報進度。</p><p>承辦單位將於下週公布詳細時程，請鄉親留意相關訊息。</p></body></html>"
)


def meta(charset: str) -> str:
    return HTML.format(head=f"<meta charset='{charset}'>")


def reading(body: bytes, media_type: str | None = "text/html") -> Reading:
    return read(PageInput(body, url="http://www.weitang.example.gov.cn/7.html", media_type=media_type))


def text(body: bytes, media_type: str | None = "text/html") -> str:
    found = reading(body, media_type).draft
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (meta("gb2312").encode(), "text/html; charset=gb2312"),
        (meta("utf-8").encode("gb18030"), "text/html; charset=utf-8"),
        (meta("utf-8").encode("gb18030"), "text/html; charset=gbk"),
        (HTML.format(head="").encode("gb18030"), None),
        (HTML.format(head="").encode(), "text/html; charset=ISO-8859-1"),
        (b"\xff\xfe" + meta("utf-8").encode("utf-16-le"), "text/html; charset=utf-8"),
        (b"\xfe\xff" + meta("gb2312").encode("utf-16-be"), "text/html"),
        (meta("gb2312").encode("utf-16-le"), "text/html; charset=gb2312"),
        (meta("utf-8").encode("utf-16-be"), None),
        (b"\xef\xbb\xbf" + meta("gbk").encode(), "text/html; charset=gbk"),
        (("<?xml version='1.0' encoding='gb2312'?>" + HTML.format(head="")).encode("gb18030"), "application/xhtml+xml"),
        (("<?xml version='1.0' encoding='gb2312'?>" + meta("utf-8")).encode(), "text/html"),
        (meta("utf-8").encode("ascii", "xmlcharrefreplace"), "text/html; charset=gb2312"),
        (meta("utf-8").replace("各村", "&ensp;&nbsp;&#x5404;村").encode(), "text/html"),
        (meta("utf-8").encode() + b"\0" * 300, "text/html"),
        (meta("utf-8").encode().replace(b"<h1>", b"<h1>\xff"), "text/html"),
        (meta("gbk").encode("gb18030").replace(b"<h1>", b"<h1>\xff\x80 "), "text/html"),
        (meta("utf-8").encode() + "尾".encode()[:2], "text/html"),
        (meta("gbk").encode("gb18030") + "尾".encode("gbk")[:1], "text/html"),
    ],
)
def test_the_same_text(body: bytes, media_type: str | None) -> None:
    assert text(body, media_type).split("\n") == list(SENTENCES)


@pytest.mark.parametrize("media_type", ["text/html; charset=big5", "text/html", "text/html; charset=gb2312"])
def test_big5_under_any_name(media_type: str) -> None:
    assert "為辦理本鄉道路養護工程" in text(TRADITIONAL.encode("big5"), media_type)


@pytest.mark.parametrize("media_type", [None, "text/html; charset=utf-8", "text/html; charset=gbk"])
@pytest.mark.parametrize("low", [0, 0x20, 0x80, 0xA1])
def test_noise_is_no_text(low: int, media_type: str | None) -> None:
    generator = random.Random(low)
    for length in (200, 1000, 4096):
        found = reading(bytes(generator.randrange(low, 256) for _ in range(length)), media_type)
        assert (found.kind, [issue.code for issue in found.issues]) == ("error", ["decode"])


def test_a_mark_does_not_make_noise_text() -> None:
    noise = random.Random(1).randbytes(3000)
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        assert reading(mark + noise).kind == "error"


def archive_bytes() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as file:
        file.writestr("word/document.xml", "<w/>" * 50)
    return memory.getvalue()


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"%PDF-1.4\n" + bytes(range(256)) * 4, "error", "wrong_media"),
        (b"\xef\xbb\xbf\r\n%PDF-1.4\n%\xe2\xe3", "error", "wrong_media"),
        (archive_bytes(), "error", "wrong_media"),
        (gzip.compress(HTML.encode(), mtime=0), "error", "wrong_media"),
        (b"{\\rtf1\\ansi text}", "error", "wrong_media"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "error", "wrong_media"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "image", None),
        (b"GIF89a" + bytes(99), "image", None),
        (b"II*\0" + bytes(99), "image", None),
        (bytes(1000), "error", "decode"),
        (b"", "error", "decode"),
        (b" \r\n\t", "error", "decode"),
    ],
)
def test_files_under_a_page_name(body: bytes, kind: str, code: str | None) -> None:
    found = reading(body)
    assert (found.kind, next((issue.code for issue in found.issues), None)) == (kind, code)
