"""``gongkai restrict`` and the verbs that bring pages: what is withdrawn is not asked for and comes in by no way."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.crawler.smallsite import SmallSite, article, listing, toml
from tests.sites.server import Answer

SECRET = "苇渡县第七号患者名单"
OPEN = "苇渡县卫生工作情况"


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with SmallSite() as site:
        site.pages = {
            "/d/1.html": article(SECRET, f"附注：{SECRET}。"),
            "/d/2.html": article(OPEN),
            "/list.html": listing([("/d/1.html", "第一条"), ("/d/2.html", OPEN)]),
        }
        yield site


@pytest.fixture
def command(site: SmallSite, tmp_path: Path) -> Command:
    command = Command(tmp_path)
    command.add_source("small", toml(site.base_url))
    done = command.run("crawl")
    assert done.returncode == 0, done.stderr
    return command


def bytes_of(command: Command) -> bytes:
    files = [path for path in command.home.rglob("*") if path.is_file()]
    return b"".join(gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in files)


def sound(command: Command) -> None:
    done = command.run("verify")
    assert done.stdout == "sound\n", done.stdout


def test_restrict_and_lift(site: SmallSite, command: Command) -> None:
    url = f"{site.base_url}/d/1.html"
    assert command.run("restrict", url).returncode == 2
    done = command.run("restrict", url, "--why", "names patients")
    assert (done.returncode, done.stdout.split(maxsplit=1)[1]) == (0, "is withdrawn\n")
    sound(command)
    assert command.json_lines("search", SECRET, "--json") == []
    shown = command.run("show", url)
    assert (shown.returncode, "names patients" in shown.stderr) == (1, True)
    asked = site.fetches("/d/1.html")
    site.pages["/d/1.html"] = article(SECRET, "又改了一次。")
    assert command.run("crawl", "--full").returncode == 0
    assert (site.fetches("/d/1.html"), site.fetches("/d/2.html")) == (asked, 2)
    assert command.run("reextract").returncode == 0
    sound(command)
    assert command.run("restrict", url, "--lift").returncode == 0
    assert len(command.json_lines("search", SECRET, "--json")) == 1
    assert command.run("crawl").returncode == 0
    assert site.fetches("/d/1.html") == asked + 1
    versions = "SELECT count(*) FROM versions v JOIN documents d ON d.id = v.document WHERE d.url LIKE '%/1.html'"
    assert command.rows(versions) == [(2,)]
    sound(command)


def test_an_erased_document_comes_back_by_no_way(site: SmallSite, command: Command) -> None:
    page = site.pages["/d/1.html"]
    assert isinstance(page, Answer)
    url = f"{site.base_url}/d/1.html"
    done = command.run("restrict", url, "--why", "names patients", "--erase")
    assert (done.returncode, done.stdout.split(maxsplit=1)[1]) == (0, "is withdrawn and erased\n"), done.stderr
    sound(command)
    assert SECRET.encode() not in bytes_of(command)
    assert command.run("restrict", url, "--lift").returncode == 1
    (command.folder / "saved.html").write_bytes(page.body)
    (command.folder / "named.json").write_text(f'{{"saved.html": "{url}"}}', "utf-8")
    for more in ((), ("--urls", "named.json")):  # the same bytes without an address, then with it
        taken = command.run("import", "saved.html", *more)
        assert "was withdrawn" in taken.stdout + taken.stderr
    site.pages["/d/3.html"] = page
    site.pages["/d/4.html"] = Answer(b"", 302, headers=(("Location", "/d/1.html"),))
    site.pages["/d/5.html"] = Answer(gzip.compress(page.body), headers=(("Content-Encoding", "gzip"),))
    site.pages["/list.html"] = listing([(f"/d/{n}.html", OPEN if n == 2 else "第一条") for n in range(1, 6)])
    assert command.run("crawl").returncode == 0
    assert [site.fetches(f"/d/{n}.html") for n in (3, 4, 5)] == [1, 1, 1]
    assert command.rows("SELECT count(*) FROM documents") == [(2,)]
    assert command.rows("SELECT count(*) FROM issues WHERE code = 'withdrawn'") == [(5,)]
    assert SECRET.encode() not in bytes_of(command)
    assert command.run("crawl", "--full").returncode == 0
    assert [site.fetches(f"/d/{n}.html") for n in (3, 4, 5)] == [1, 1, 1]
    sound(command)
