"""The frontier: what is handed out, what a crash leaves, how walks open and close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.frontier import Frontier, recheck_days
from archive.model import Entry
from archive.store import Archive, SourceRow

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIST = "http://lan.example/list/index.html"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path)
    with archive.transaction():
        archive.put_source(SourceRow("lan", "岚", "http://lan.example/", "", "0" * 64), NOW)
    yield archive
    archive.close()


def opened(archive: Archive, now: datetime = NOW, mode: str = "recent") -> tuple[Frontier, int, str | None]:
    frontier = archive.frontier("lan")
    with archive.transaction():
        run, since = archive.open_run("lan", mode, tool_version="t", reader="r", toml_sha256=None, now=now)  # type: ignore[arg-type]
        if since is None:
            frontier.make_due(now, everything=mode == "full")
        frontier.release()
        frontier.open_walks([("c", None, LIST)], now, resumed_since=since)
    return frontier, run, since


def entries(*names: str) -> list[Entry]:
    return [Entry(f"题 {name}", f"http://lan.example/a/{name}.html", "2026-02-01") for name in names]


def urls(leased: list[object]) -> list[str]:
    return [getattr(one, "url", "") for one in leased]


def test_lists_come_first_then_new_articles_then_rechecks(archive: Archive) -> None:
    frontier, run, _ = opened(archive)
    with archive.transaction():
        frontier.add_entries("c", entries("old"), 1, LIST, NOW)
        frontier.set_done("//lan.example/a/old.html", NOW, days=7)
        frontier.make_due(NOW + timedelta(days=8), everything=False)
        frontier.add_entries("c", entries("new"), 1, LIST, NOW)
        leased = frontier.lease(run, 10, NOW)
    assert urls(leased) == ["//lan.example/list/index.html", "//lan.example/a/new.html", "//lan.example/a/old.html"]
    assert not frontier.has_pending()


def test_a_dead_run_gives_its_leases_back_and_is_taken_up(archive: Archive) -> None:
    frontier, run, _ = opened(archive)
    with archive.transaction():
        frontier.add_entries("c", entries("a", "b"), 1, LIST, NOW)
        frontier.lease(run, 2, NOW)
    _, again, since = opened(archive, NOW + timedelta(hours=1))
    assert again == run
    assert since is not None
    with archive.transaction():
        assert len(frontier.lease(run, 10, NOW)) == 3


def test_a_kept_url_is_not_handed_out_again(archive: Archive) -> None:
    frontier, run, _ = opened(archive)
    with archive.transaction():
        frontier.lease(run, 1, NOW)
        archive.conn.execute("UPDATE urls SET state = 'kept'")
    opened(archive)
    assert urls(frontier.kept()) == ["//lan.example/list/index.html"]  # type: ignore[arg-type]
    assert not frontier.has_pending()


def test_what_is_done_is_due_after_its_days_only(archive: Archive) -> None:
    frontier, run, _ = opened(archive)
    with archive.transaction():
        frontier.add_entries("c", entries("a"), 1, LIST, NOW)
        frontier.lease(run, 10, NOW)
        frontier.set_done("//lan.example/a/a.html", NOW, days=7)
        assert frontier.make_due(NOW + timedelta(days=6), everything=False) == 0
        assert frontier.make_due(NOW + timedelta(days=7), everything=False) == 1


def test_full_makes_everything_due_once_even_over_a_crash(archive: Archive) -> None:
    frontier, _, _ = opened(archive)
    with archive.transaction():
        frontier.add_entries("c", entries("a", "b"), 1, LIST, NOW)
        for name in "ab":
            frontier.set_done(f"//lan.example/a/{name}.html", NOW, days=7)
        archive.conn.execute("UPDATE runs SET finished_at = started_at")
    frontier, run, since = opened(archive, mode="full")
    assert since is None
    assert frontier.pending() == 3
    with archive.transaction():
        frontier.set_done("//lan.example/a/a.html", NOW, days=7)
    _, again, since = opened(archive, mode="full")
    assert (again, since is not None) == (run, True)
    assert frontier.pending() == 2


def test_a_list_page_twice_in_one_walk_is_a_loop(archive: Archive) -> None:
    frontier, _, _ = opened(archive)
    with archive.transaction():
        assert frontier.add_list_page("c", "http://lan.example/list/index_1.html", 1, 2, NOW)
        assert not frontier.add_list_page("c", "http://lan.example/list/index_1.html", 1, 3, NOW)
        assert not frontier.add_list_page("c", LIST, 1, 3, NOW)
        assert frontier.add_list_page("c", "http://lan.example/list/index_1.html", 2, 2, NOW)


def test_entries_are_new_once_and_seen_once_a_walk(archive: Archive) -> None:
    frontier, _, _ = opened(archive)
    with archive.transaction():
        first = frontier.add_entries("c", entries("a", "b"), 1, LIST, NOW)
        second = frontier.add_entries("c", entries("b", "c"), 1, LIST, NOW)
        third = frontier.add_entries("c", entries("b", "c"), 2, LIST, NOW)
    assert [(f.new, f.seen) for f in (first, second, third)] == [(2, 0), (1, 1), (0, 0)]


def test_an_entry_listed_with_other_words_is_looked_at_again(archive: Archive) -> None:
    frontier, run, _ = opened(archive)
    with archive.transaction():
        frontier.add_entries("c", entries("a"), 1, LIST, NOW)
        frontier.lease(run, 10, NOW)
        frontier.set_done("//lan.example/a/a.html", NOW, days=7)
        frontier.add_entries("c", [Entry("改过的题", "http://lan.example/a/a.html", "2026-02-01")], 2, LIST, NOW)
    assert frontier.has_pending()


def test_a_walk_goes_on_after_a_crash_and_starts_again_a_day_later(archive: Archive) -> None:
    frontier, _, _ = opened(archive)
    with archive.transaction():
        frontier.set_done("//lan.example/list/index.html", NOW, days=None)
        frontier.add_list_page("c", "http://lan.example/list/index_1.html", 1, 2, NOW)
    frontier, run, _ = opened(archive, NOW + timedelta(hours=2))
    with archive.transaction():
        assert urls(frontier.lease(run, 10, NOW)) == ["//lan.example/list/index_1.html"]  # type: ignore[arg-type]
    frontier, run, _ = opened(archive, NOW + timedelta(days=2))
    with archive.transaction():
        assert "//lan.example/list/index.html" in urls(frontier.lease(run, 10, NOW))  # type: ignore[arg-type]


def test_a_removed_column_is_not_walked_any_more(archive: Archive) -> None:
    frontier, _, _ = opened(archive)
    with archive.transaction():
        frontier.open_walks([("d", None, "http://lan.example/d/")], NOW)
    state = dict(archive.conn.execute("SELECT url, state FROM urls"))
    assert state == {"//lan.example/list/index.html": "failed", "//lan.example/d/": "discovered"}


def test_recheck_days_stretch_while_a_page_stays_the_same() -> None:
    days = [recheck_days(None, changed=True)]
    for _ in range(5):
        days.append(recheck_days(days[-1], changed=False))
    assert days == [7, 14, 28, 56, 56, 56]
    assert recheck_days(56, changed=True) == 7
