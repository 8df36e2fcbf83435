"""Pages made to hang a reader: each is read in a few seconds, and what it says is still there."""

from __future__ import annotations

import resource
import time

import pytest

from crawler.extract.page import MAX_BODY, PageInput, read

SENTENCE = "各村居委员会要认真落实河道清淤计划，确保各项措施落到实处。"
HEAD = "<html><head><title>关于河道清淤的通知</title></head><body><h1>关于河道清淤的通知</h1>"
SECONDS = 10  # a page that hangs takes minutes; a slow machine with others on it takes a few seconds
MEMORY = 500_000  # kB that one page may add to the process

PAGES = {
    "attributes": HEAD + "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + f"><p>{SENTENCE}</p></div>",
    "nesting": HEAD + "<div>" * 100_000 + f"<p>{SENTENCE}</p>",
    "open inline tags": HEAD + "<b><i>" * 50_000 + f"<p>{SENTENCE}</p>",
    "tables in tables": HEAD + "<table><tr><td>" * 3_000 + SENTENCE,
    "cells that span": HEAD
    + "<table>"
    + "<tr><td colspan=100 rowspan=9999>甲</td><td colspan=90 rowspan=90>乙</td></tr>" * 5_000
    + f"</table><p>{SENTENCE}</p>",
    "paragraphs": HEAD + f"<p>{SENTENCE}</p>" * 20_000,
    "lines by br": HEAD + f"{SENTENCE}<br>" * 20_000,
    "one line": HEAD + "<p>" + SENTENCE * 50_000,
    "digits": HEAD + f"<p>{SENTENCE}</p><p>" + "1" * 500_000,
    "open brackets": HEAD + f"<p>{SENTENCE}</p><p>" + "〔（【[" * 50_000,
    "numbered links": HEAD + f"<p>{SENTENCE}</p>" + "".join(f"<a href=/{n}>{n}</a>" for n in range(30_000)),
    "less-than signs": HEAD + f"<p>{SENTENCE}</p>" + "<" * 300_000,
    "open comments": HEAD + f"<p>{SENTENCE}</p>" + "<p><!-- --></p>" * 30_000 + "<!--" * 100_000,
    "base of another host": HEAD + "<base href='//evil.example/'><base href='http://[::bad/'>" + f"<p>{SENTENCE}</p>",
    "entities that grow": "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'xxxxxxxxxx'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + f"]>{HEAD}<p>{SENTENCE}</p><p>&j;</p>",
}


@pytest.mark.parametrize("name", PAGES)
def test_read_in_time(name: str) -> None:
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = read(PageInput(PAGES[name].encode(), url="http://www.weitang.example.gov.cn/a/7.html", expected="article"))
    assert time.monotonic() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY
    assert found.draft is not None
    assert SENTENCE in found.draft.text


def test_thirty_thousand_entries() -> None:
    rows = "".join(f"<li><a href='/a/{n}.html'>关于第{n}号河道的通知</a><i>2024-01-02</i></li>" for n in range(30_000))
    started = time.monotonic()
    found = read(PageInput(f"<ul>{rows}</ul>".encode(), url="http://www.weitang.example.gov.cn/a/", expected="list"))
    assert time.monotonic() - started < 2 * SECONDS
    assert found.listing is not None
    assert len(found.listing.entries) == 30_000


def test_unclosed_records_of_a_data_store() -> None:
    started = time.monotonic()
    markup = "<datastore>" + "<record><![CDATA[" * 100_000
    found = read(PageInput(markup.encode(), url="http://www.weitang.example.gov.cn/col/col1/", expected="list"))
    assert time.monotonic() - started < SECONDS
    assert [issue.code for issue in found.issues] == ["empty_listing"]


def test_a_body_beyond_any_page_is_refused() -> None:
    found = read(PageInput(HEAD.encode() + b"a" * MAX_BODY, url=None))
    assert (found.kind, found.issues[0].code) == ("error", "too_large")
