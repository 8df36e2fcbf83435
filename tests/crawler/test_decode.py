"""Bytes → text: what is declared, what is true, and what is left of a damaged page."""

from __future__ import annotations

import pytest

from crawler.decode import decode
from crawler.errors import DecodeError

TEXT = "望江镇2022年卫生健康工作总结，镕字也在其中。" * 8
PAGE = '<html><head><meta charset="{}"></head><body><p>' + TEXT + "</p></body></html>"


@pytest.mark.parametrize("said", ["utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "utf-16", "no-such-charset"])
def test_utf8_is_read_whatever_it_declares(said: str) -> None:
    found = decode(PAGE.format(said).encode("utf-8"), f"text/html; charset={said}")
    assert (TEXT in found.text, found.encoding, found.replaced) == (True, "utf-8", 0)


@pytest.mark.parametrize("said", ["gb2312", "utf-8", "iso-8859-1", ""])
def test_gb18030_is_read_whatever_it_declares(said: str) -> None:
    found = decode(PAGE.format(said).encode("gb18030"), None)
    assert (TEXT in found.text, found.encoding, found.replaced) == (True, "gb18030", 0)


def test_the_header_alone_is_enough_for_big5() -> None:
    text = "臺北市政府衛生局公告，請各區公所轉知民眾配合辦理。" * 5
    assert decode(text.encode("big5"), "text/html; charset=big5").text == text


def test_undeclared_big5_is_not_taken_for_gb18030() -> None:
    text = "臺北市政府衛生局公告，請各區公所轉知民眾配合辦理防疫措施，並於本月底前完成回報。" * 20
    assert decode(text.encode("big5")).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_and_utf16_beat_the_declaration(encoding: str) -> None:
    found = decode(PAGE.format("gb2312").encode(encoding), "text/html; charset=gb2312")
    assert TEXT in found.text
    assert not found.text.startswith("\ufeff")
    assert found.replaced == 0


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_bad_byte_costs_one_character(encoding: str) -> None:
    body = bytearray(PAGE.format(encoding).encode(encoding))
    place = body.index("总结".encode(encoding))
    body[place] = 0xFF
    found = decode(bytes(body))
    assert found.encoding == encoding
    assert 1 <= found.replaced <= 3
    assert "，镕字也在其中。" in found.text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_cut_inside_a_character_still_reads(encoding: str) -> None:
    body = ("公开" * 40 + "局").encode(encoding)[:-1]
    found = decode(body)
    assert (found.text, found.encoding, found.replaced) == ("公开" * 40 + "\ufffd", encoding, 1)


def test_four_characters_among_ascii_links() -> None:
    body = ("<a href='/x/{}.html'>link</a>" * 200 + "政务公开").encode("gb18030")
    assert decode(body).text.endswith("政务公开")


def test_a_printed_replacement_character_is_not_counted() -> None:
    assert decode("已损坏的字\ufffd照样印出".encode()).replaced == 0


@pytest.mark.parametrize("body", [b"\0" * 500, bytes(range(256)) * 40, b"\x7fELF\x02\x01\x01\0\0\0\0" * 50])
def test_binary_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError, match="binary"):
        decode(body)
