"""Canonical addresses: what is folded, and that nothing else is."""

from __future__ import annotations

import pytest

from archive.identity import canonical_url, document_id, text_urn


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://WWW.Lan.gov.example:80/a/../b/%7euser", "//www.lan.gov.example/b/~user"),
        ("https://www.lan.gov.example:443/b#top", "//www.lan.gov.example/b"),
        ("http://www.lan.gov.example", "//www.lan.gov.example/"),
        ("http://www.lan.gov.example:8080/x?", "//www.lan.gov.example:8080/x"),
        ("http://lan.example/x;jsessionid=9A?id=3&utm_source=wx&spm=a.b", "//lan.example/x?id=3"),
        ("http://lan.example/s?k=%d2%df&b=2&a=1", "//lan.example/s?k=%D2%DF&b=2&a=1"),
        ("http://lan.example/文件.html", "//lan.example/%E6%96%87%E4%BB%B6.html"),
        ("http://lan.example/a//b", "//lan.example/a//b"),
        ("http://lan.example/index.html", "//lan.example/index.html"),
        ("http://[2001:DB8::1]:80/", "//[2001:db8::1]/"),
    ],
)
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


def test_the_scheme_does_not_make_another_document() -> None:
    assert document_id(canonical_url("http://a.example/x")) == document_id(canonical_url("https://a.example/x"))
    assert len(document_id(canonical_url("http://a.example/x"))) == 16


@pytest.mark.parametrize("url", ["/relative", "javascript:void(0)", "http://", "http://a.example:port/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"port|absolute"):
        canonical_url(url)


def test_a_file_without_address_is_its_bytes() -> None:
    urn = text_urn("一".encode())
    assert urn.startswith("urn:sha256:")
    assert canonical_url(urn) == urn
    assert text_urn(b"x") != urn
