"""Histories over several crawls: addresses that change (moved, never gone and new), what comes back, and a source file
that changes how pages are read between two versions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from archive.changes import ArchiveChange, changes
from archive.database import open_database
from archive.history import Step, history
from archive.lookup import resolve
from archive.stored import stored_record
from tests.command import Command
from tests.crawler.smallsite import SmallSite, article, listing, toml
from tests.sites.server import Answer

REGION, ID_CODE = "218799", "2187990008"
FOOT = f"<div>主办单位：苇渡县卫生健康局 网站标识码：{ID_CODE}</div>"
NAMES = ("stays", "moves", "edited", "late", "returns", "deleted", "rewritten")
TITLES = {name: f"苇渡县{number}月工作情况通报" for number, name in enumerate(NAMES, 1)}
INDEX = {name: f"索引号：330000218/2024-0000{number}" for number, name in enumerate(NAMES, 1)}


def page(name: str, note: str = "", index: str = "") -> Answer:
    return article(TITLES[name], note or f"本月共办结{name}类事项二百余件。", chrome=index or INDEX[name], links=FOOT)


def lists(*addresses: str) -> Answer:
    return listing([(address, TITLES[address.split("/")[-1].removesuffix(".html")]) for address in addresses])


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Four full crawls. On day 3 the folder of most pages changes; on day 7 ``late`` is at its new address, ``returns``
    at its old one again, and the source file names another publisher: from then on another reader reads."""
    command = Command(tmp_path_factory.mktemp("moves"))
    with SmallSite() as site:
        old, new = {name: f"/old/{name}.html" for name in NAMES}, {name: f"/new/{name}.html" for name in NAMES}
        site.pages = {old[name]: page(name) for name in NAMES} | {"/list.html": lists(*old.values())}
        region = f'region = "{REGION}"\n'
        command.add_source("small", toml(site.base_url, more=region))
        for day in (1, 3, 5, 7):
            if day == 3:
                for name in NAMES[1:-1]:
                    del site.pages[old[name]]
                site.pages |= {new[name]: page(name) for name in ("moves", "returns")}
                site.pages[new["edited"]] = page("edited", "本月共办结事项二百零六件，特此更正。")
                site.pages[old["rewritten"]] = page("rewritten", "本月共办结306件。")
                site.pages["/list.html"] = lists(old["stays"], new["moves"], new["edited"], new["returns"])
            if day == 7:
                site.pages |= {new["late"]: page("late"), old["returns"]: page("returns")}
                site.pages[old["rewritten"]] = page("rewritten", "本月共办结309件。")
                site.pages["/list.html"] = lists(*(new[n] for n in ("moves", "edited", "returns", "late")))
                command.add_source("small", toml(site.base_url, more=f'publisher = "苇渡县卫健局"\n{region}'))
            done = command.run("crawl", "--full", GONGKAI_NOW=f"2026-03-{day:02}T08:00:00Z")
            assert done.returncode == 0, done.stderr
            if day == 5:
                assert "2 gone, 3 moved" in done.stdout
        yield command


@pytest.fixture
def db(crawled: Command) -> Iterator[Database]:
    db = open_database(crawled.home, create=False)
    yield db
    db.close()


def document(db: Database, path: str) -> str:
    ((url,),) = db.execute("SELECT url FROM documents WHERE url LIKE ?", [f"%{path}"]).fetchall()
    return resolve(db, url)


def steps(db: Database, path: str) -> tuple[Step, ...]:
    return history(db, document(db, path))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stays", ["created"]),
        ("moves", ["created", "moved"]),
        ("edited", ["created", "moved"]),
        ("late", ["created", "gone", "moved"]),
        ("returns", ["created", "moved", "restored"]),
        ("deleted", ["created", "gone"]),
    ],
)
def test_what_became_of_the_old_address(db: Database, name: str, expected: list[str]) -> None:
    assert db.execute("SELECT DISTINCT trust FROM documents").fetchall() == [("official",)]
    assert [step.change for step in steps(db, f"/old/{name}.html")] == expected


def test_a_move_is_an_interval_with_the_captures_of_both_addresses(db: Database) -> None:
    _, step = steps(db, "/old/moves.html")
    assert step.not_before == "2026-03-01T08:00:00Z"
    assert step.before is not None
    assert (step.before.status, step.before.at) == (200, "2026-03-01T08:00:00Z")
    assert (step.after.status, step.after.at) == (404, "2026-03-03T08:00:00Z")
    assert step.seen_at == "2026-03-05T08:00:00Z"  # the second failed check
    assert step.moved_to is not None
    assert step.moved_to.url.endswith("/new/moves.html")
    assert step.moved_to.why == "same text and index number"
    assert (step.moved_to.proof.status, step.moved_to.proof.at) == (200, "2026-03-03T08:00:00Z")


def test_the_new_document_points_back(db: Database) -> None:
    (step,) = steps(db, "/new/edited.html")
    (origin,) = step.moved_from
    assert origin.url.endswith("/old/edited.html")
    assert origin.why.startswith("same index number, ")
    assert (origin.proof.status, origin.proof.at) == (200, "2026-03-01T08:00:00Z")


def test_the_old_address_says_where_it_went(crawled: Command, db: Database) -> None:
    (tie,) = stored_record(db, document(db, "/old/late.html")).moved_to
    assert tie.url.endswith("/new/late.html")
    (back,) = stored_record(db, tie.id).moved_from
    assert back.url.endswith("/old/late.html")
    assert f"moved to      {tie.id}" in crawled.run("show", back.url).stdout


def test_what_came_back_is_nowhere_else(db: Database) -> None:
    rows = db.execute("SELECT gone_at, moved_to FROM documents WHERE url LIKE '%/old/returns.html'").fetchall()
    assert rows == [(None, None)]
    assert steps(db, "/new/returns.html")[0].moved_from == ()
    _, moved, restored = steps(db, "/old/returns.html")
    assert moved.moved_to is not None  # what was said then stays said
    assert restored.before is not None
    assert (restored.before.status, restored.before.at) == (404, "2026-03-05T08:00:00Z")
    assert (restored.not_before, restored.after.at) == ("2026-03-05T08:00:00Z", "2026-03-07T08:00:00Z")


def test_the_changes_tell_moved_pages_from_new_ones(db: Database) -> None:
    def by_path(kind: str) -> dict[str, ArchiveChange]:
        return {change.url.split("/", 3)[3]: change for change in changes(db, kinds=(kind,))}

    assert by_path("created")["new/moves.html"].moved_from == document(db, "/old/moves.html")
    assert by_path("created")["old/stays.html"].moved_from is None
    assert {path: change.moved_to for path, change in by_path("moved").items()} == {
        f"old/{name}.html": document(db, f"/new/{name}.html") for name in ("moves", "edited", "late", "returns")
    }


def test_versions_are_compared_by_a_reader_that_read_both(crawled: Command, db: Database) -> None:
    """The new reader has read the second and third version only, until ``reextract`` has it read the first."""

    def compared() -> list[tuple[str, bool]]:
        _, *later = steps(db, "/old/rewritten.html")
        assert all(s.difference and not s.difference.fields for s in later)
        assert [[t.text for t in s.difference.text if t.op == "+"] for s in later if s.difference] == [
            ["本月共办结306件。"], ["本月共办结309件。"],
        ]  # fmt: skip
        return [(s.difference.reader, s.difference.same_reader) for s in later if s.difference]

    first, second = (row[0] for row in db.execute("SELECT DISTINCT reader FROM renditions ORDER BY id"))
    assert compared() == [(first, True), (second, True)]
    done = crawled.run("reextract")
    assert done.returncode == 0, done.stderr
    assert compared() == [(second, True), (second, True)]
    assert [s.change for s in steps(db, "/old/rewritten.html")] == ["created", "text", "text"]


def test_the_archive_is_sound_afterwards(crawled: Command) -> None:
    done = crawled.run("verify")
    assert done.returncode == 0, done.stdout
