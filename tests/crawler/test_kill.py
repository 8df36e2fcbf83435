"""The promise: after the process dies for any reason, running the same command again loses no data and
fetches again at most what was in flight. Real kill -9 of the parent alone, real crawl, server's own log."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.bigsite import BigSiteProcess

IN_FLIGHT = 16  # document addresses that may be fetched again after a kill


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[BigSiteProcess]:
    pages, slow = request.param
    site = BigSiteProcess(tmp_path, pages, slow)
    yield site
    site.close()


def fetched_again(site: BigSiteProcess, before: int) -> int:
    """Of the visits behind the first ``before``, how many were to documents asked for among those."""
    visits = site.visits()
    return len(set(visits[:before]) & set(visits[before:]))


def assert_whole(site: BigSiteProcess) -> None:
    """Every page archived, once, in one version; the archive sound."""
    assert site.rows("SELECT count(*) FROM documents") == [(site.pages,)]
    assert site.rows("SELECT count(*), count(DISTINCT document) FROM versions") == [(site.pages, site.pages)]
    assert site.rows("SELECT count(*) FROM urls WHERE state != 'done'") == [(0,)]
    verified = site.run("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.parametrize("site", [(2000, 0.05)], indirect=True)
def test_ten_kills_at_seeded_random_moments(site: BigSiteProcess) -> None:
    moments = random.Random(20260724)
    killed = 0
    for _ in range(10):
        before = len(site.visits())
        process = site.start("crawl", "big")
        time.sleep(moments.uniform(1.2, 4.0))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.communicate(timeout=60)
        assert fetched_again(site, before) <= IN_FLIGHT
    before = len(site.visits())
    last = site.run("crawl", "big")
    assert last.returncode == 0, last.stderr
    assert fetched_again(site, before) <= IN_FLIGHT
    assert killed >= 5
    assert_whole(site)


@pytest.mark.parametrize("site", [(300, 0.0)], indirect=True)
@pytest.mark.parametrize(("point", "count"), [("append", 90), ("commit", 120), ("rotation", 3)])
def test_a_kill_at_a_named_point(site: BigSiteProcess, point: str, count: int) -> None:
    died = site.dying(point, count, "crawl", "big")
    assert died.returncode == -signal.SIGKILL, died.stderr
    before = len(site.visits())
    assert 0 < before < site.pages
    again = site.run("crawl", "big")
    assert again.returncode == 0, again.stderr
    assert fetched_again(site, before) <= IN_FLIGHT
    assert_whole(site)


@pytest.mark.parametrize("site", [(300, 0.0)], indirect=True)
def test_without_recovery_the_promise_is_broken(site: BigSiteProcess) -> None:
    """The control: the same kill, and a second run that recovers nothing, must lose pages."""
    assert site.dying("append", 90, "crawl", "big").returncode == -signal.SIGKILL
    site.dying("forgetful", 0, "crawl", "big")
    with pytest.raises(AssertionError):
        assert_whole(site)


@pytest.mark.parametrize("site", [(300, 0.02)], indirect=True)
def test_an_interrupted_crawl_says_so_and_goes_on(site: BigSiteProcess) -> None:
    process = site.start("crawl", "big")
    while not site.visits():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Interrupted" in err
    assert "Traceback" not in err + out
    before = len(site.visits())
    assert before < site.pages
    assert site.run("crawl", "big").returncode == 0
    assert fetched_again(site, before) == 0
    assert_whole(site)


@pytest.mark.parametrize("site", [(300, 0.05)], indirect=True)
def test_a_second_process_is_told_that_the_source_is_running(site: BigSiteProcess) -> None:
    process = site.start("crawl", "big")
    while not site.visits():
        time.sleep(0.05)
    second = site.run("crawl", "big")
    assert second.returncode == 1
    assert "already running" in second.stderr
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert_whole(site)


@pytest.mark.parametrize("site", [(200, 0.0)], indirect=True)
def test_an_unchanged_site_then_ten_changes(site: BigSiteProcess) -> None:
    assert site.run("crawl", "big", GONGKAI_NOW="2026-03-01T08:00:00Z").returncode == 0
    before = len(site.visits())
    assert site.run("crawl", "big", GONGKAI_NOW="2026-03-01T09:00:00Z").returncode == 0
    assert len(site.visits()) == before  # only the list was asked for
    site.change(10)
    assert site.run("crawl", "--full", "big", GONGKAI_NOW="2026-03-02T08:00:00Z").returncode == 0
    assert site.rows("SELECT change, count(*) FROM versions GROUP BY 1") == [("created", 200), ("text", 10)]
    site.change(10)
    assert site.run("crawl", "big", GONGKAI_NOW="2026-05-30T08:00:00Z").returncode == 0  # all due by then
    assert site.rows("SELECT change, count(*) FROM versions GROUP BY 1") == [("created", 200), ("text", 20)]
    assert site.run("verify").returncode == 0
