"""Whole pages, written for the tests in the shapes of real ones, against what a perfect reader says of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from archive.model import Reading
from crawler.extract.page import PageInput, read

PAGES = Path(__file__).resolve().parents[2] / "pages"
NAMES = sorted(str(path.relative_to(PAGES).with_suffix("")) for path in PAGES.glob("*/*.html"))


def load(name: str) -> tuple[Reading, dict[str, Any]]:
    want = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    page = PageInput(
        (PAGES / f"{name}.html").read_bytes(), url=want["url"], media_type="text/html", expected=want.get("expected")
    )
    return read(page), want


@pytest.mark.parametrize("name", NAMES)
def test_the_page_reads_as_written_down(name: str) -> None:
    reading, want = load(name)
    assert (reading.kind, reading.family) == (want["kind"], want["family"])
    assert [i.code for i in reading.issues if i.code in want.get("issues", ())] == want.get("issues", [])
    if want["kind"] == "list":
        assert reading.listing is not None
        assert [[e.title, e.url, e.date] for e in reading.listing.entries] == want["entries"]
        assert reading.listing.next_url == want["next"]
        assert reading.listing.total == want.get("total")
        return
    draft = reading.draft
    assert draft is not None
    assert draft.text.split("\n") == want["text"]
    metadata = json.loads(json.dumps(asdict(draft.metadata)))
    assert {field: metadata[field] for field in want["metadata"]} == want["metadata"]
    assert [[a.name, a.url] for a in draft.attachments] == want.get("attachments", [])
    assert list(draft.unknown_labels) == want.get("unknown_labels", [])


def test_the_pages_are_there() -> None:
    assert len(NAMES) >= 7


def test_chrome_churn_changes_nothing() -> None:
    """Counters, print dates, tokens and recommended links differ from fetch to fetch; text and metadata must not."""
    body = (PAGES / "hanweb/article.html").read_bytes()
    url = "http://www.yunxi.example.gov.cn/art/2021/7/19/art_99001_5501.html"
    later = (
        body.replace(b"4127", b"90210")
        .replace("微信</a></div>".encode(), "微信</a> 打印日期：2031-01-02</div><ul><li>热点推荐</li></ul>".encode())
        .replace(b'<div class="header">', '<div class="header">今天是2031年1月2日 星期四 '.encode())
    )
    one, two = read(PageInput(body, url=url)).draft, read(PageInput(later, url=url)).draft
    assert later != body
    assert one is not None
    assert two is not None
    assert (one.text, one.markdown, one.metadata, one.date_claims) == (
        two.text,
        two.markdown,
        two.metadata,
        two.date_claims,
    )
