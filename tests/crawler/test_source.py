"""Source files: what is read from them, and that each mistake is one line with file and key."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.errors import SourceError
from crawler.source import allows, parse_source

GOOD = """
name = "青岚市卫生健康委员会"
publisher = "青岚市卫生健康委员会"
homepage = "http://wjw.qinglan.example/"
family = "hanweb"
region = "330900"
seen_at = "written for this test"
verified = 2026-11-21
schedule = "daily"

[fetch]
delay = 2.0
max_pages = 30

[[columns]]
id = "gzjh"
name = "工作计划与总结"
url = "http://wjw.qinglan.example/col/col1201/index.html"

[[rules]]
valid_until = 2024-03-01
content = "//div[@id='old-body']"

[[rules]]
content = "//div[@id='body']"

[expect]
documents = 20
fill = { title = 1.0, index_number = 0.9 }
newest_within_days = 45
"""


def test_every_key_is_read() -> None:
    source = parse_source(GOOD, "somewhere/qinglan-wjw.toml")
    assert (source.id, source.family, source.region, source.schedule) == ("qinglan-wjw", "hanweb", "330900", "daily")
    assert source.verified == date(2026, 11, 21)
    assert source.domains == ("wjw.qinglan.example",)
    assert (source.fetch.delay, source.fetch.max_pages) == (2.0, 30)
    assert source.columns[0].name == "工作计划与总结"
    assert (source.expect.documents, source.expect.fill["index_number"]) == (20, 0.9)
    assert source.rules_on(date(2024, 3, 1)).content == "//div[@id='old-body']"
    assert source.rules_on(date(2024, 3, 2)).content == "//div[@id='body']"


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('family = "hanweb"', 'familly = "hanweb"', "familly", "did you mean 'family'"),
        ("delay = 2.0", "dellay = 2.0", "fetch.dellay", "did you mean 'delay'"),
        ("delay = 2.0", 'delay = "2"', "fetch.delay", "must be a number"),
        ("delay = 2.0", "delay = true", "fetch.delay", "must be a number"),
        ("max_pages = 30", "max_pages = 0", "fetch.max_pages", "1 or more"),
        ('region = "330900"', "region = 330900", "region", "must be text in quotes"),
        ('region = "330900"', 'region = "3309"', "region", "GB/T 2260"),
        ("verified = 2026-11-21", 'verified = "2026-11-21"', "verified", "without quotes"),
        ('schedule = "daily"', 'schedule = "sometimes"', "schedule", "cron line"),
        ('homepage = "http://wjw.qinglan.example/"', "", "homepage", "is missing"),
        ('homepage = "http://wjw.qinglan.example/"', 'homepage = "ftp://a/"', "homepage", "no http"),
        ("http://wjw.qinglan.example/col", "http://other.example/col", "columns.gzjh.url", "outside the domains"),
        ('name = "工作计划与总结"', 'nome = "x"', "columns[0].nome", "unknown key"),
        ('id = "gzjh"', "", "columns[0].id", "is missing"),
        ("//div[@id='old-body']", "//div[@id=", "rules[0].content", "no XPath"),
        ("title = 1.0,", "titel = 1.0,", "expect.fill.titel", "unknown key"),
        ("title = 1.0,", "title = 1.5,", "expect.fill.title", "0 to 1"),
        ("documents = 20", "documents = -1", "expect.documents", "whole number"),
        ('publisher = "青岚市卫生健康委员会"', 'publisher = ""', "publisher", "is empty"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_key(old: str, new: str, key: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(SourceError) as caught:
        parse_source(GOOD.replace(old, new), "somewhere/qinglan-wjw.toml")
    message = str(caught.value)
    assert message.startswith(f"somewhere/qinglan-wjw.toml: {key}: ")
    assert says in message
    assert "\n" not in message


def test_a_duplicate_column_id_is_refused() -> None:
    twice = GOOD.replace("[[rules]]", '[[columns]]\nid = "gzjh"\nurl = "http://wjw.qinglan.example/x"\n\n[[rules]]', 1)
    with pytest.raises(SourceError, match="duplicate id 'gzjh'"):
        parse_source(twice, "q.toml")


def test_broken_toml_says_where() -> None:
    with pytest.raises(SourceError, match=r"q\.toml: not TOML: .*line 2"):
        parse_source('name = "a"\nhomepage = \n', "q.toml")


def test_domains_with_and_without_port() -> None:
    source = parse_source(GOOD.replace("wjw.qinglan.example", "wjw.qinglan.example:8080"), "q.toml")
    assert allows(source, "http://wjw.qinglan.example:8080/x")
    assert not allows(source, "http://wjw.qinglan.example/x")
    any_port = parse_source(GOOD, "q.toml")
    assert allows(any_port, "https://WJW.qinglan.example:8443/x")
    assert not allows(any_port, "http://evil.example/?wjw.qinglan.example")
