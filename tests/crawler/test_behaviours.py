"""A crawl of pages that behave as the real net does: what is stored, what becomes an issue, what is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.sites.behaviours import BehavioursSite, source_toml

DAYS = {n: f"2026-03-{n + 1:02}T08:00:00Z" for n in range(9)}


@pytest.fixture(scope="module")
def site() -> Iterator[BehavioursSite]:
    with BehavioursSite(slow=1.0) as site:
        yield site


@pytest.fixture(scope="module")
def crawled(site: BehavioursSite, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Crawled whole on the days 0, 2, 4 and 6; from day 2 on the lists answer after the articles."""
    command = Command(tmp_path_factory.mktemp("behaviours"))
    command.add_source("behaviours", source_toml(site.base_url))
    for day in (0, 2, 4, 6):
        site.day, site.late_lists = day, 1.5 if day else 0.0
        done = command.run("crawl", "--full", "behaviours", GONGKAI_NOW=DAYS[day])
        assert done.returncode == 0, done.stderr
    site.late_lists = 0.0
    return command


def state(command: Command, name: str) -> tuple[object, ...]:
    return command.rows(f"SELECT state, reason FROM urls WHERE url LIKE '%/a/{name}.html'")[0]


def changes(command: Command, name: str) -> list[object]:
    rows = command.rows(
        f"SELECT v.change FROM versions v JOIN documents d ON d.id = v.document WHERE d.url LIKE '%/a/{name}.html' "
        "ORDER BY v.number"
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("steady", ["created"]),
        ("changing", ["created", "text", "text", "text"]),
        ("vanishing", ["created", "gone"]),
        ("returning", ["created", "gone", "restored"]),
        ("moved", ["created"]),
        ("flaky", ["created"]),
        ("cutonce", ["created"]),
        ("charset", ["created"]),
        ("slow", ["created"]),
    ],
)
def test_the_documents_and_their_versions(crawled: Command, name: str, expected: list[str]) -> None:
    assert changes(crawled, name) == expected


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("missing", "not_found"),
        ("gone", "gone"),
        ("home", "soft_404"),
        ("soft", "soft_404"),
        ("broken", "http_status"),
        ("waf521", "challenged"),
        ("waf200", "challenged"),
        ("cut", "data_loss"),
        ("huge", "too_large"),
    ],
)
def test_what_is_no_document_is_an_issue_with_its_code(crawled: Command, name: str, code: str) -> None:
    assert changes(crawled, name) == []
    assert state(crawled, name) == ("failed", code)
    assert (code,) in crawled.rows(f"SELECT DISTINCT code FROM issues WHERE url LIKE '%/a/{name}.html'")


def test_an_empty_answer_is_an_issue_and_its_capture_stays(crawled: Command) -> None:
    assert changes(crawled, "empty") == []
    assert state(crawled, "empty")[0] == "failed"
    assert crawled.rows("SELECT count(*) FROM captures WHERE url LIKE '%/a/empty.html'") != [(0,)]


def test_challenges_and_refusals_are_kept_as_evidence(crawled: Command) -> None:
    rows = crawled.rows("SELECT DISTINCT status FROM captures WHERE url LIKE '%/a/waf521.html'")
    assert rows == [(521,)]
    assert crawled.rows("SELECT DISTINCT outcome FROM observations WHERE url LIKE '%/a/waf200.html'") == [
        ("challenged",)
    ]


def test_a_lying_charset_is_read_as_what_it_is(crawled: Command) -> None:
    title = crawled.rows("SELECT title FROM current_documents WHERE url LIKE '%/a/charset.html'")
    assert title == [("2024年镕桥片区巡诊情况",)]


def test_a_redirect_is_the_listed_document_and_its_end_an_alias(crawled: Command) -> None:
    rows = crawled.rows(
        "SELECT a.url FROM aliases a JOIN documents d ON d.id = a.document WHERE d.url LIKE '%moved.html'"
    )
    assert [str(url).endswith("/a/moved-here.html") for (url,) in rows] == [True]


def test_each_attempt_is_counted_by_the_frontier_alone(site: BehavioursSite, crawled: Command) -> None:
    assert site.fetches("/a/broken.html") == 12  # three attempts in each of four runs
    assert site.fetches("/a/flaky.html") == 5  # the second attempt of the first run brought it
    assert site.fetches("/a/missing.html") == 4


def test_every_check_left_an_observation(crawled: Command) -> None:
    rows = crawled.rows("SELECT outcome FROM observations WHERE url LIKE '%/a/returning.html' ORDER BY id")
    assert [row[0] for row in rows] == ["changed", "not_found", "not_found", "changed"]


def test_what_is_gone_is_looked_at_again_after_four_weeks(crawled: Command) -> None:
    query = "SELECT julianday(due_at) - julianday(checked_at) FROM urls WHERE url LIKE '%/a/{}.html'"
    assert crawled.rows(query.format("vanishing")) == [(28.0,)]
    assert crawled.rows(query.format("missing")) == [(1.0,)]  # never a document, so never gone


def test_the_archive_is_sound_afterwards(crawled: Command) -> None:
    done = crawled.run("verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_paging_loop_ends_and_is_an_issue(site: BehavioursSite, tmp_path: Path) -> None:
    command = Command(tmp_path)
    command.add_source("loop", source_toml(site.base_url, ("loop",)).replace("documents = 3", "documents = 1"))
    done = command.run("crawl", "loop")
    assert done.returncode == 0, done.stderr
    assert "degraded" in done.stdout
    assert command.rows("SELECT count(*) FROM issues WHERE code = 'paging_loop'") == [(1,)]
    assert command.rows("SELECT completed_at FROM columns") == [(None,)]


def test_an_empty_first_list_fails_the_run(site: BehavioursSite, tmp_path: Path) -> None:
    command = Command(tmp_path)
    command.add_source("empty", source_toml(site.base_url, ("empty", "pages")))
    done = command.run("crawl", "empty")
    assert done.returncode == 1
    assert "empty: failed" in done.stdout
    assert "no entries" in done.stdout
    assert command.rows("SELECT count(*) > 5 FROM documents") == [(1,)]  # the other column was crawled all the same


def test_expectations_that_are_not_met_fail_the_run(site: BehavioursSite, tmp_path: Path) -> None:
    command = Command(tmp_path)
    toml = source_toml(site.base_url, ("loop",)).replace("documents = 3", "documents = 500")
    command.add_source("strict", toml + "fill = { index_number = 0.5 }\n")
    done = command.run("crawl", "strict")
    assert done.returncode == 1
    assert "expect.documents" in done.stdout
    assert "expect.fill.index_number" in done.stdout


def test_two_sources_side_by_side_one_failing(site: BehavioursSite, tmp_path: Path) -> None:
    command = Command(tmp_path)
    command.add_source("good", source_toml(site.base_url, ("pages",)))
    command.add_source("bad", source_toml(site.base_url, ("empty",)))
    done = command.run("crawl")
    assert done.returncode == 1
    verdicts = dict(command.rows("SELECT source, verdict FROM runs"))
    assert verdicts["bad"] == "failed"
    assert verdicts["good"] in ("ok", "degraded")
    assert command.rows("SELECT count(*) >= 9 FROM documents WHERE source = 'good'") == [(1,)]
    assert command.run("verify").returncode == 0


def test_a_site_that_is_closed_for_maintenance_loses_no_document(tmp_path: Path) -> None:
    command = Command(tmp_path)
    with BehavioursSite(slow=0.0) as closing:
        command.add_source("behaviours", source_toml(closing.base_url))
        assert command.run("crawl", "behaviours", GONGKAI_NOW=DAYS[0]).returncode == 0
        closing.closed = True
        for day in (2, 4):
            done = command.run("crawl", "--full", "behaviours", GONGKAI_NOW=DAYS[day])
            assert done.returncode == 1
            assert "系统维护" in done.stdout
    assert command.rows("SELECT count(*) FROM documents WHERE gone_at IS NOT NULL") == [(0,)]
    assert command.rows("SELECT DISTINCT change FROM versions") == [("created",)]
    assert command.rows("SELECT count(*) > 0 FROM issues WHERE code = 'site_failed'") == [(1,)]
