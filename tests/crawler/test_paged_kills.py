"""SIGKILL between the pages of one article: the next run goes on where it was, fetches nothing twice, and makes of it
what an uninterrupted crawl makes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.crawler.pagedsite import PagedSite, onward, paged
from tests.crawler.smallsite import toml

TITLE = "苇渡县基层卫生规划"
NOTES = ("甲项完成八成。", "乙项完成九成。", "丙项全部完成。", "丁项不做。")
STATE = (
    "SELECT url, kind, state, page, reason FROM urls ORDER BY url",
    "SELECT number, change, content_sha256 FROM versions",
    "SELECT number, url, capture IS NOT NULL FROM rendition_parts ORDER BY number",
    "SELECT url, kind FROM aliases ORDER BY url",
    "SELECT url, outcome FROM observations ORDER BY url",
    "SELECT verdict, json_extract(counts, '$.new'), json_extract(counts, '$.changed') FROM runs",
)


@pytest.fixture
def site() -> Iterator[PagedSite]:
    with PagedSite() as site:
        yield site


@pytest.mark.parametrize("point", ["append", "step"])
def test_killed_between_two_pages_it_goes_on_and_fetches_nothing_twice(
    site: PagedSite, tmp_path: Path, point: str
) -> None:
    """One page is in flight at a time here. The states are compared with those of an uninterrupted crawl."""
    site.pages |= paged(TITLE, "t2024_1", onward, NOTES)
    site.list({"t2024_1": TITLE})
    whole = prepared(site, tmp_path / "whole")
    assert whole.run("crawl").returncode == 0
    between = 0
    for count in (5, 7, 8, 9) if point == "append" else (300, 325, 345, 370):
        command = prepared(site, tmp_path / str(count))
        site.log.clear()
        dying = [sys.executable, "-m", "tests.crawler.dying", point, str(count)]
        assert command.run("crawl", command=dying).returncode == -signal.SIGKILL
        between += 0 < sum(visit.path.startswith("/d/") for visit in site.log) < len(NOTES)
        killed_at = len(site.log)
        assert command.run("crawl").returncode == 0
        again = {visit.path for visit in site.log[:killed_at]} & {visit.path for visit in site.log[killed_at:]}
        assert sum(path.startswith("/d/") for path in again) <= (point == "step"), count
        assert [command.rows(query) for query in STATE] == [whole.rows(query) for query in STATE], count
        assert command.run("verify").returncode == 0
    assert between >= 2


def prepared(site: PagedSite, folder: Path) -> Command:
    command = Command(folder)
    command.add_source("small", toml(site.base_url))
    return command
