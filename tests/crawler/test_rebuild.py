"""The database made again from the WARC files alone: equal to the one that was lost, whatever happened on the sites."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.captures import Captures
from archive.database import open_database
from tests.archive.alike import DOCUMENTS, TABLES, differences
from tests.command import Command
from tests.crawler.pagedsite import PagedSite, onward, paged, script
from tests.crawler.smallsite import article, listing, toml
from tests.sites.docshare import DocshareSite
from tests.sites.official import OfficialSite, written
from tests.sites.server import Answer

NOTES = ("甲项完成八成。", "乙项完成九成。", "丙项全部完成。")
SHIELD = Answer(
    b"<script>document.cookie='__jsl_clearance_s=1716170000.1|-1|abc%2Bdef;max-age=3600;path=/';"
    b"location.href=location.pathname+location.search</script>"
)
SAVED = """<html><head><meta charset="utf-8"><title>苇渡县防汛值班安排</title></head><body><h1>苇渡县防汛值班安排</h1>
<div class="info">发布时间：2025-06-01 来源：苇渡县应急管理局</div><div id="zoom"><p>各镇：</p>
<p>汛期将至，请各镇落实二十四小时值班，{}并做好记录。</p><p>一、逐村排查隐患，及时转移群众。</p></div></body></html>"""
BROKEN = Answer(b"<html><body>error</body></html>", 500)


def to(address: str) -> Answer:
    return Answer(b"", 302, headers=(("Location", address),))


def fill(site: PagedSite) -> None:
    """Pages of every kind: plain, redirected, refused, broken, paged in three ways, a later page that a list names."""
    names = ("still", "changes", "goes", "returns", "old", "new", "shield", "broken", "late", "file")
    titles = {name: f"苇渡县{name}工作情况" for name in names}
    site.pages = {f"/d/{name}.html": article(title, f"{name}。") for name, title in titles.items()}
    site.pages |= {"/d/old.html": to("/d/new.html"), "/d/shield.html": SHIELD, "/d/broken.html": BROKEN}
    site.pages |= paged("苇渡县规划（上）", "p1", script, NOTES) | paged("苇渡县规划（下）", "p2", onward, NOTES)
    site.pages["/d/p2_2.html"] = BROKEN
    site.pages["/d/file.html"] = Answer(b"%PDF-1.4 a file", media_type="application/pdf")
    shown = [(f"/d/{name}.html", title) for name, title in titles.items()]
    shown += [
        ("/d/p1_1.html", "苇渡县规划（续）"),
        ("/d/p1.html", "苇渡县规划（上）"),
        ("/d/p2.html", "苇渡县规划（下）"),
    ]
    site.pages |= {"/list.html": listing(shown[:7], "list_2.html"), "/list_2.html": listing(shown[7:])}
    site.pages["/other.html"] = listing([shown[0], ("/d/missing.html", "苇渡县缺页")])
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /d/late", media_type="text/plain")


def change(site: PagedSite, day: int) -> None:
    if day == 3:
        del site.pages["/d/broken.html"]
        site.pages["/d/changes.html"] = article("苇渡县changes工作情况", "二项。")
        site.pages |= paged("苇渡县规划（下）", "p2", onward, NOTES)  # its last page comes now
        del site.pages["/d/goes.html"], site.pages["/d/returns.html"], site.pages["/d/old.html"]
    if day == 5:
        del site.pages["/d/p2_1.html"]  # it is taken as it was
    if day == 9:
        site.pages["/d/returns.html"] = article("苇渡县returns工作情况", "returns。")
        site.pages |= paged("苇渡县规划（上）", "p1", script, (*NOTES[:2], "丙项改为明年。"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Three sources on five days, a crawl that was killed and taken up, one that was not, imports, a repost."""
    command = Command(tmp_path_factory.mktemp("rebuild"))
    texts = [written("official", 12, number) for number in range(3, 13, 3)]
    with (
        PagedSite() as site,
        OfficialSite(articles=12) as official,
        DocshareSite(articles=4, originals=texts) as docshare,
    ):
        fill(site)
        command.add_source("small", toml(site.base_url, (("news", "/list.html"), ("more", "/other.html"))))
        command.add_source("official", official.source_toml().replace("documents = 20", "documents = 2"))
        command.add_source("docshare", docshare.source_toml())
        for day in (1, 3, 5, 9):
            change(site, day)
            if day == 3:
                official.change(2)
            moment = f"2026-03-{day:02}T08:00:00Z"
            if day == 5:
                dying = [sys.executable, "-m", "tests.crawler.dying", "append", "14"]
                killed = command.run("crawl", "small", "--full", command=dying, GONGKAI_NOW="2026-03-05T07:30:00Z")
                assert killed.returncode == -signal.SIGKILL, killed.stderr
            command.run("crawl", "--full", GONGKAI_NOW=moment)
            if day in (1, 9):
                _import(command, day, site.base_url)
        dying = [sys.executable, "-m", "tests.crawler.dying", "append", "9"]
        command.run("crawl", "small", "--full", command=dying, GONGKAI_NOW="2026-03-11T08:00:00Z")
        command.run("crawl", "small", GONGKAI_NOW="2026-03-12T08:00:00Z")  # another mode: the killed one is given up
        yield command


def _import(command: Command, day: int, base_url: str) -> None:
    saved = command.folder / "saved"
    saved.mkdir(exist_ok=True)
    (saved / "page.html").write_text(SAVED.format(day), "utf-8")
    (saved / "notice.txt").write_text("苇渡县公告\n全县各镇按时报送材料，逾期不候。\n", "utf-8")
    (saved / "urls.json").write_text(f'{{"page.html": "{base_url}/d/saved.html"}}', "utf-8")
    command.run("import", "saved", "--urls", "saved/urls.json", GONGKAI_NOW=f"2026-03-{day:02}T09:00:00Z")


@pytest.fixture
def lost(crawled: Command, tmp_path: Path) -> Command:
    """A copy of that archive whose database is gone; it is kept as ``lost.db``."""
    command = Command(tmp_path)
    shutil.copytree(crawled.home, command.home)
    for name in ("archive.db-wal", "archive.db-shm"):
        (command.home / name).unlink(missing_ok=True)
    (command.home / "archive.db").rename(command.folder / "lost.db")
    shutil.rmtree(command.sources)
    shutil.copytree(crawled.sources, command.sources)
    return command


def test_the_rebuilt_database_equals_the_lost_one(lost: Command) -> None:
    before = sorted((path.name, path.read_bytes()) for path in (lost.home / "warc").iterdir())
    done = lost.run("reextract", "--rebuild")
    assert done.returncode == 0, done.stdout + done.stderr
    assert differences(lost.folder / "lost.db", lost.home / "archive.db") == []
    changes = dict(lost.rows("SELECT change, count(*) FROM versions GROUP BY 1"))
    assert changes.keys() >= {"created", "text", "gone", "restored"}
    assert lost.rows("SELECT count(*) > 1 FROM relations")[0][0]
    assert {kind for (kind,) in lost.rows("SELECT kind FROM aliases")} >= {"listed", "part"}
    assert lost.rows("SELECT count(*) FROM issues WHERE code LIKE 'rebuilt_%' OR code = 'internal'") == [(0,)]
    assert lost.run("verify").returncode == 0
    after = sorted((path.name, path.read_bytes()) for path in (lost.home / "warc").iterdir())
    assert [file for file in after if file in before] == before
    assert len(after) == len(before) + 1  # the manifest that holds the new database's rows
    assert lost.run("reextract", "--rebuild", "--replace").returncode == 0
    assert differences(lost.folder / "lost.db", lost.home / "archive.db") == []
    assert lost.run("verify").returncode == 0


def test_the_next_crawl_goes_on_where_the_lost_database_was(lost: Command) -> None:
    """The site is not there any more: what is asked for is what counts, and that the walks are known to be whole."""
    assert lost.run("reextract", "--rebuild").returncode == 0
    walks = "SELECT id, completed_at IS NOT NULL, walk_open FROM columns WHERE source != 'small' ORDER BY 1"
    assert lost.rows(walks) == [("c1201", 1, 0), ("c1202", 1, 0), ("c1203", 1, 0), ("docs", 1, 0)]
    lost.run("crawl", "docshare", GONGKAI_NOW="2026-03-13T08:00:00Z")
    assert lost.rows("SELECT count(*) FROM urls WHERE kind = 'article' AND state = 'discovered'") == [(0,)]


def test_killed_in_the_middle_it_leaves_what_was_there(lost: Command) -> None:
    good = lost.folder / "lost.db"
    for count in (50, 2000):
        dying = [sys.executable, "-m", "tests.crawler.dying", "step", str(count)]
        assert lost.run("reextract", "--rebuild", command=dying).returncode == -signal.SIGKILL
        assert not (lost.home / "archive.db").exists()
    shutil.copy(good, lost.home / "archive.db")
    dying = [sys.executable, "-m", "tests.crawler.dying", "step", "700"]
    assert lost.run("reextract", "--rebuild", "--replace", command=dying).returncode == -signal.SIGKILL
    assert differences(good, lost.home / "archive.db") == []
    (lost.home / "archive.db").unlink()
    assert lost.run("reextract", "--rebuild").returncode == 0
    assert differences(good, lost.home / "archive.db") == []
    assert list(lost.home.glob("*rebuilding*")) == []


def test_a_database_is_replaced_only_when_asked_and_is_kept(lost: Command) -> None:
    shutil.copy(lost.folder / "lost.db", lost.home / "archive.db")
    conn = sqlite3.connect(lost.home / "archive.db")
    conn.execute("UPDATE renditions SET text = '改'")
    conn.commit()
    conn.close()
    refused = lost.run("reextract", "--rebuild")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--replace" in refused.stderr
    assert lost.rows("SELECT DISTINCT text FROM renditions") == [("改",)]
    assert lost.run("reextract", "--rebuild", "--replace").returncode == 0
    assert differences(lost.folder / "lost.db", lost.home / "archive.db") == []
    kept = [path for path in lost.home.iterdir() if ".replaced-" in path.name]
    assert len(kept) == 1
    assert sqlite3.connect(kept[0]).execute("SELECT DISTINCT text FROM renditions").fetchall() == [("改",)]


def test_it_is_refused_while_something_writes_the_archive(lost: Command) -> None:
    import fcntl

    with (lost.home / "locks" / "archive.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        refused = lost.run("reextract", "--rebuild")
    assert refused.returncode == 1
    assert "already running" in refused.stderr
    with next((lost.home / "warc").iterdir()).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = lost.run("reextract", "--rebuild")
    assert refused.returncode == 1
    assert "being written" in refused.stderr
    with (lost.home / "locks" / "archive.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = lost.run("crawl", "small")
    assert refused.returncode == 1
    assert "being made anew" in refused.stderr
    assert not (lost.home / "archive.db").exists()


def test_a_damaged_record_is_named_and_the_rest_is_made(lost: Command) -> None:
    conn = sqlite3.connect(lost.folder / "lost.db")
    name, offset, url, document = conn.execute(
        """SELECT c.warc_file, c.warc_offset, c.url, v.document FROM versions v JOIN captures c ON c.id = v.capture
           WHERE c.revisit_of IS NULL AND c.source = 'official' AND v.number = 1
           AND (SELECT count(*) FROM versions o WHERE o.document = v.document) = 1
           AND v.document NOT IN (SELECT "to" FROM relations) LIMIT 1"""
    ).fetchone()
    conn.close()
    path = lost.home / "warc" / name
    data = bytearray(path.read_bytes())
    data[offset + 60] ^= 1
    path.write_bytes(data)
    done = lost.run("reextract", "--rebuild")
    assert done.returncode == 1
    assert path.read_bytes() == bytes(data)  # nothing is cut off
    assert lost.rows("SELECT count(*) > 0 FROM issues WHERE code = 'warc_damaged'") == [(1,)]
    assert lost.rows(f"SELECT count(*) > 0 FROM issues WHERE code = 'capture_lost' AND url LIKE '%{url[5:]}'") == [(1,)]
    others = differences(lost.folder / "lost.db", lost.home / "archive.db", DOCUMENTS)
    assert others
    assert all(document in line for line in others)


def test_a_tombstone_withdraws_its_document_again(lost: Command) -> None:
    document, url = sqlite3.connect(lost.folder / "lost.db").execute("SELECT id, url FROM documents LIMIT 1").fetchone()
    (lost.home / "archive.db").write_bytes((lost.folder / "lost.db").read_bytes())
    db = open_database(lost.home)
    captures = Captures(db, lost.home, software="gongkai test")
    said = {"document": document, "url": url, "at": "2026-03-14T08:00:00Z", "why": "含个人信息", "erased": 0}
    captures.append_resource(
        f"urn:gongkai:tombstone:{document}", "application/json", json.dumps(said).encode(), "2026-03-14T08:00:00Z"
    )
    captures.close()
    db.close()
    assert lost.run("reextract", "--rebuild", "--replace").returncode == 0
    assert lost.rows("SELECT id, withdrawn_at, withdrawn_why FROM documents WHERE withdrawn_at IS NOT NULL") == [
        (document, "2026-03-14T08:00:00Z", "含个人信息")
    ]
    assert lost.rows(f"SELECT count(*) FROM search_rows WHERE document = '{document}'") == [(0,)]


def test_without_any_warc_file_nothing_is_made(tmp_path: Path) -> None:
    command = Command(tmp_path)
    done = command.run("reextract", "--rebuild")
    assert done.returncode == 1
    assert "no WARC file" in done.stderr
    assert not (command.home / "archive.db").exists()


def test_rows_that_differ_are_seen(lost: Command) -> None:
    """The control of all these comparisons."""
    shutil.copy(lost.folder / "lost.db", lost.home / "archive.db")
    conn = sqlite3.connect(lost.home / "archive.db")
    conn.execute("UPDATE renditions SET title = title || '。' WHERE id = (SELECT max(id) FROM renditions)")
    conn.execute("DELETE FROM observations WHERE id = 3")
    conn.commit()
    conn.close()
    found = differences(lost.folder / "lost.db", lost.home / "archive.db", TABLES)
    assert {line.partition(":")[0] for line in found} == {"readings", "observations"}
