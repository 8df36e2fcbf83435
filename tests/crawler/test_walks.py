"""Walks over list pages that break off, move, and are taken up again: no entry is lost behind a known one."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.crawler.smallsite import SmallSite, article, listing, toml
from tests.sites.server import Answer

DAYS = [f"2026-03-{day:02}T08:00:00Z" for day in range(1, 9)]
BROKEN = Answer(b"<html><body>error</body></html>", 500)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with SmallSite() as site:
        yield site


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def show(site: SmallSite, name: str, numbers: list[int], per_page: int = 4) -> None:
    """The list ``/<name>.html``, ``/<name>_1.html`` … of these articles, newest first, and the articles."""
    pages = [numbers[at : at + per_page] for at in range(0, len(numbers), per_page)]
    for at, page in enumerate(pages):
        following = f"{name}_{at + 1}.html" if at + 1 < len(pages) else None
        path = f"/{name}_{at}.html" if at else f"/{name}.html"
        site.pages[path] = listing([(f"/d/{n}.html", f"苇渡县第{n}号工作情况") for n in page], following)
    for number in numbers:
        site.pages[f"/d/{number}.html"] = article(f"苇渡县第{number}号工作情况", f"本项共{number * 37}件。")


def held(command: Command) -> int:
    count = command.rows("SELECT count(*) FROM documents")[0][0]
    assert isinstance(count, int)
    return count


def test_what_stood_behind_a_list_page_that_did_not_come_is_found_later(site: SmallSite, command: Command) -> None:
    show(site, "list", list(range(10)))
    command.add_source("small", toml(site.base_url))
    assert command.run("crawl", GONGKAI_NOW=DAYS[0]).returncode == 0
    show(site, "list", [*range(10, 19), *range(10)])
    third, site.pages["/list_2.html"] = site.pages["/list_2.html"], BROKEN
    done = command.run("crawl", GONGKAI_NOW=DAYS[1])
    assert "degraded" in done.stdout
    assert "walk broke off" in done.stdout
    assert held(command) == 18  # number 18 stands on the page that did not come
    site.pages["/list_2.html"] = third
    assert command.run("crawl", GONGKAI_NOW=DAYS[2]).returncode == 0
    assert held(command) == 19


def test_a_column_with_another_address_is_walked_to_its_end(site: SmallSite, command: Command) -> None:
    show(site, "list", list(range(4)))
    command.add_source("small", toml(site.base_url))
    assert command.run("crawl", GONGKAI_NOW=DAYS[0]).returncode == 0
    show(site, "all", list(range(9)))
    command.add_source("small", toml(site.base_url, [("news", "/all.html")]))
    assert command.run("crawl", GONGKAI_NOW=DAYS[1]).returncode == 0
    assert held(command) == 9


def test_a_run_that_is_taken_up_fails_for_what_it_noted_before(site: SmallSite, command: Command) -> None:
    show(site, "list", list(range(8)))
    site.pages["/void.html"] = listing([])
    command.add_source("small", toml(site.base_url, [("news", "/list.html"), ("void", "/void.html")]))
    killed = command.run("crawl", command=[sys.executable, "-m", "tests.crawler.dying", "commit", "3"])
    assert killed.returncode == -signal.SIGKILL
    done = command.run("crawl")
    assert done.returncode == 1
    assert "column void: its first list page has no entries" in done.stdout
    assert held(command) == 8
    assert command.rows("SELECT json_extract(counts, '$.new') FROM runs") == [(8,)]


def test_the_words_of_another_column_and_a_page_on_another_host(site: SmallSite, command: Command) -> None:
    """An address listed twice keeps the words of the column that found it; a next page elsewhere is an issue."""
    show(site, "list", [0, 1])
    page = listing([("/d/0.html", "县情通报（转发）")], "http://elsewhere.example/list_1.html")
    site.pages["/more.html"] = page
    command.add_source("small", toml(site.base_url, [("news", "/list.html"), ("more", "/more.html")]))
    assert command.run("crawl").returncode == 0
    titles = dict(command.rows("SELECT \"column\", entry_title FROM urls WHERE url LIKE '%/d/0.html'"))
    assert titles in ({"news": "苇渡县第0号工作情况"}, {"more": "县情通报（转发）"})
    assert command.run("crawl").returncode == 0
    assert dict(command.rows("SELECT \"column\", entry_title FROM urls WHERE url LIKE '%/d/0.html'")) == titles
    assert command.rows("SELECT DISTINCT code FROM issues") == [("foreign_entry",)]
    assert command.rows("SELECT completed_at FROM columns WHERE id = 'more'") == [(None,)]


def test_a_second_page_that_repeats_the_first_is_walked_through(site: SmallSite, command: Command) -> None:
    """A column page and its data proxy's first page hold the same records."""
    show(site, "list", list(range(10)))
    site.pages["/start.html"] = listing([(f"/d/{n}.html", f"苇渡县第{n}号工作情况") for n in range(4)], "list.html")
    command.add_source("small", toml(site.base_url, [("news", "/start.html")]))
    assert command.run("crawl", GONGKAI_NOW=DAYS[0]).returncode == 0
    assert held(command) == 10
    assert command.rows("SELECT count(*) FROM issues WHERE code = 'paging_loop'") == [(0,)]
    show(site, "list", [*range(10, 16), *range(10)])  # more new ones than a page holds
    site.pages["/start.html"] = listing(
        [(f"/d/{n}.html", f"苇渡县第{n}号工作情况") for n in range(10, 14)], "list.html"
    )
    assert command.run("crawl", GONGKAI_NOW=DAYS[1]).returncode == 0
    assert held(command) == 16


def test_a_site_that_answers_every_page_with_its_first_is_a_loop(site: SmallSite, command: Command) -> None:
    show(site, "list", list(range(4)))
    titles = [(f"/d/{n}.html", f"苇渡县第{n}号工作情况") for n in range(4)]
    for at in range(9):
        site.pages["/list.html" if at == 0 else f"/list_{at}.html"] = listing(titles, f"list_{at + 1}.html")
    command.add_source("small", toml(site.base_url))
    assert command.run("crawl", GONGKAI_NOW=DAYS[0]).returncode == 0
    assert command.rows("SELECT count(*) FROM issues WHERE code = 'paging_loop'") == [(1,)]
    assert command.rows("SELECT pages, completed_at FROM columns") == [(3, None)]
