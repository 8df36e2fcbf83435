"""``gongkai merge``: two archives of the same sites become one, whichever goes into the other, however often."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.archive.alike import DOCUMENTS, differences
from tests.command import Command
from tests.crawler.smallsite import SmallSite, article, listing, toml

NAMES = ("still", "changes", "goes", "late")
TITLES = {name: f"苇渡县{name}工作情况" for name in NAMES}
NOTICE = "苇渡县公告第{}号\n全县各镇按时报送材料，逾期不候。\n"
FIXTURE = Path(__file__).parents[1] / "archive" / "fixtures" / "schema-1.tar.gz"
HISTORY = """SELECT v.change, v.first_seen_at, v.last_seen_at, v.not_before FROM versions v
    JOIN documents d ON d.id = v.document WHERE d.url LIKE '%/d/{}.html' ORDER BY v.number"""


@dataclass(frozen=True, slots=True)
class Two:
    """Two archives of one site: crawled on the days 1 and 5, and on the days 3 and 7. ``command`` runs in a folder of
    the test's own, where ``one`` and ``two`` are copies."""

    command: Command
    one: Path
    two: Path

    def merge(self, home: Path, other: Path) -> str:
        done = self.command.run("merge", str(other), "--home", str(home))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, home: Path, query: str) -> list[tuple[object, ...]]:
        conn = sqlite3.connect(home / "archive.db")
        try:
            return conn.execute(query).fetchall()
        finally:
            conn.close()


def day(number: int) -> str:
    return f"2026-03-{number:02}T08:00:00Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    command = Command(tmp_path_factory.mktemp("merge"))
    with SmallSite() as site:
        site.pages = {
            f"/d/{name}.html": article(title, f"{name}。") for name, title in TITLES.items() if name != "late"
        }
        site.pages["/list.html"] = listing([(f"/d/{name}.html", title) for name, title in TITLES.items()])
        command.add_source("small", toml(site.base_url))
        for number, home in ((1, "one"), (3, "two"), (5, "one"), (7, "two")):
            if number == 3:
                site.pages["/d/changes.html"] = article(TITLES["changes"], "二项。")
                site.pages["/d/late.html"] = article(TITLES["late"], "late。")
            if number == 5:
                del site.pages["/d/goes.html"]
            done = command.run("crawl", "--full", "--home", home, GONGKAI_NOW=day(number))
            assert done.returncode == 0, done.stderr
            (command.folder / f"{home}.txt").write_text(NOTICE.format(home), "utf-8")
            command.run("import", f"{home}.txt", "--home", home, GONGKAI_NOW=day(number))
        yield command.folder


@pytest.fixture
def two(made: Path, tmp_path: Path) -> Two:
    command = Command(tmp_path)
    for name in ("one", "two"):
        shutil.copytree(made / name, tmp_path / name)
    shutil.copytree(made / "sources", command.sources, dirs_exist_ok=True)
    return Two(command, tmp_path / "one", tmp_path / "two")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.gz"))}


def test_whichever_goes_into_the_other_and_however_often(two: Two, made: Path) -> None:
    two.merge(two.one, made / "two")
    two.merge(two.two, made / "one")
    assert differences(two.one / "archive.db", two.two / "archive.db", DOCUMENTS) == []
    assert two.rows(two.one, HISTORY.format("changes")) == [
        ("created", day(1), day(1), None), ("text", day(3), day(7), day(1)),
    ]  # fmt: skip
    assert [row[0] for row in two.rows(two.one, HISTORY.format("goes"))] == ["created", "gone"]
    assert two.rows(two.one, HISTORY.format("late")) == [("created", day(3), day(7), None)]
    assert two.rows(two.one, "SELECT count(*) FROM documents WHERE import_path IS NOT NULL") == [(2,)]
    assert two.rows(two.one, "SELECT count(*) FROM runs") == [(8,)]
    assert two.command.run("verify", "--home", str(two.one)).returncode == 0
    before = contents(two.one)
    shutil.copy(two.one / "archive.db", two.command.folder / "before.db")
    assert two.merge(two.one, made / "two") == "nothing new\n"
    assert two.merge(two.one, two.two) == "nothing new\n"
    assert contents(two.one) == before
    assert differences(two.command.folder / "before.db", two.one / "archive.db") == []


def test_the_other_one_is_only_read_and_goes_on(two: Two) -> None:
    before = contents(two.two), (two.two / "archive.db").read_bytes()
    two.merge(two.one, two.two)
    assert (contents(two.two), (two.two / "archive.db").read_bytes()) == before
    (two.command.folder / "more.txt").write_text(NOTICE.format("more"), "utf-8")
    assert two.command.run("import", "more.txt", "--home", str(two.two)).returncode == 0
    two.merge(two.one, two.two)
    assert two.rows(two.one, "SELECT count(*) FROM documents WHERE import_path = 'more.txt'") == [(1,)]
    assert two.command.run("verify", "--home", str(two.one)).returncode == 0
    assert list(two.one.glob("*rebuilding*")) + list(two.one.glob("merging")) == []
    (two.one / "archive.db").rename(two.command.folder / "merged.db")
    assert two.command.run("reextract", "--rebuild", "--home", str(two.one)).returncode == 0
    assert differences(two.command.folder / "merged.db", two.one / "archive.db", DOCUMENTS) == []
    crawled = two.command.run("crawl", "--home", str(two.one), GONGKAI_NOW=day(20))
    assert "Traceback" not in crawled.stderr


def test_killed_in_the_middle_it_is_whole_the_next_time(two: Two) -> None:
    shutil.copy(two.one / "archive.db", two.command.folder / "before.db")
    for count in (60, 900):
        dying = [sys.executable, "-m", "tests.crawler.dying", "step", str(count)]
        died = two.command.run("merge", str(two.two), "--home", str(two.one), command=dying)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert differences(two.command.folder / "before.db", two.one / "archive.db") == []
    assert two.command.run("verify", "--home", str(two.one)).returncode == 0
    two.merge(two.one, two.two)
    assert two.rows(two.one, HISTORY.format("late")) == [("created", day(3), day(7), None)]
    assert two.command.run("verify", "--home", str(two.one)).returncode == 0


def test_an_archive_of_an_older_release(two: Two, tmp_path: Path) -> None:
    old = tmp_path / "old"
    with tarfile.open(FIXTURE) as packed:
        packed.extractall(old, filter="data")
    before = (old / "archive.db").read_bytes()
    texts = two.rows(old, "SELECT id, text FROM current_documents ORDER BY id")
    merged = two.merge(two.one, old)
    assert "documents" in merged
    assert (old / "archive.db").read_bytes() == before
    held = dict(two.rows(two.one, "SELECT id, text FROM current_documents"))
    assert {document: held.get(document) for document, _ in texts} == dict(texts)
    readers = "SELECT count(*) FROM renditions WHERE id < 0"  # those of the older rules are kept
    assert two.rows(two.one, readers) != [(0,)]
    assert two.merge(two.one, old) == "nothing new\n"
    assert two.command.run("verify", "--home", str(two.one)).returncode == 0


@pytest.mark.parametrize("withdrawn_in", ["one", "two"])
def test_what_either_has_withdrawn_is_withdrawn_and_not_brought(two: Two, withdrawn_in: str) -> None:
    home = getattr(two, withdrawn_in)
    ((document, url),) = two.rows(home, "SELECT id, url FROM documents WHERE url LIKE '%/d/changes.html'")
    restricted = two.command.run("restrict", document, "--why", "含个人信息", "--home", str(home))
    assert restricted.returncode == 0, restricted.stderr
    before = len(two.rows(two.one, f"SELECT id FROM captures WHERE url = '{url}'"))
    two.merge(two.one, two.two)
    assert two.rows(two.one, "SELECT id, withdrawn_why FROM documents WHERE withdrawn_at IS NOT NULL") == [
        (document, "含个人信息")
    ]
    assert len(two.rows(two.one, f"SELECT id FROM captures WHERE url = '{url}'")) == before
    assert two.command.run("verify", "--home", str(two.one)).returncode == 0


def test_what_is_no_archive_or_this_one(two: Two, tmp_path: Path) -> None:
    for other, why in ((tmp_path / "sources", "holds no archive"), (two.one, "this archive itself")):
        done = two.command.run("merge", str(other), "--home", str(two.one))
        assert done.returncode == 1
        assert why in done.stderr
