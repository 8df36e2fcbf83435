"""Bad input and bad machines: one clear message, the right exit code, the archive intact."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import GONGKAI, Command
from tests.crawler.bigsite import BigSiteProcess
from tests.sites.behaviours import BehavioursSite, source_toml

TOML = 'name = "a"\nhomepage = "http://a.example/"\n[[columns]]\nid = "c"\nurl = "http://a.example/c/"\n'


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def big(tmp_path: Path) -> Iterator[BigSiteProcess]:
    site = BigSiteProcess(tmp_path, 300)
    yield site
    site.close()


def one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1, text
    return lines[0]


def test_a_broken_source_file_stops_everything_before_the_first_request(command: Command) -> None:
    with BehavioursSite() as site:
        command.add_source("good", source_toml(site.base_url))
        command.add_source("bad", TOML.replace("homepage", "homepagee"))
        done = command.run("crawl")
        assert done.returncode == 2
        assert "bad.toml: homepagee: unknown key; did you mean 'homepage'?" in one_line(done.stderr)
        assert done.stdout == ""
        assert site.log == []
        assert not command.home.exists()


def test_check_tells_every_broken_file(command: Command) -> None:
    command.add_source("fine", TOML)
    command.add_source("bad1", "name = ")
    command.add_source("bad2", TOML + "family = 'nosuch'\n")
    done = command.run("sources", "--check")
    assert done.returncode == 2
    assert done.stdout.splitlines() == ["fine: fine"]
    assert [line.split(": ")[0].rsplit("/", 1)[-1] for line in done.stderr.splitlines()] == ["bad1.toml", "bad2.toml"]


def test_an_unknown_family_is_named(command: Command) -> None:
    command.add_source("bad", "family = 'nosuch'\n" + TOML)
    done = command.run("crawl", "bad")
    assert done.returncode == 2
    assert "family: 'nosuch' is unknown; known:" in one_line(done.stderr)


def test_an_unknown_source_is_wrong_use(command: Command) -> None:
    command.add_source("zhaolan", TOML)
    done = command.run("crawl", "zhaolam")
    assert done.returncode == 2
    assert "did you mean zhaolan?" in one_line(done.stderr)


def test_a_newer_schema_is_left_alone(command: Command) -> None:
    command.add_source("a", TOML)
    command.home.mkdir()
    conn = sqlite3.connect(command.home / "archive.db")
    conn.execute("PRAGMA user_version = 99")
    conn.execute("CREATE TABLE later (x)")
    conn.commit()
    conn.close()
    before = (command.home / "archive.db").read_bytes()
    for arguments in (("crawl",), ("search", "x"), ("stats",), ("verify",)):
        done = command.run(*arguments)
        assert done.returncode == 1
        assert "newer gongkai" in one_line(done.stderr)
    assert (command.home / "archive.db").read_bytes() == before


def test_a_file_that_is_no_database(command: Command) -> None:
    command.home.mkdir()
    (command.home / "archive.db").write_bytes(b"no database, certainly " * 100)
    done = command.run("stats")
    assert done.returncode == 1
    assert "is no gongkai archive or is damaged" in one_line(done.stderr)


def test_a_home_that_cannot_be_made(command: Command) -> None:
    command.add_source("a", TOML)
    (command.folder / "file").write_text("in the way")
    done = command.run("crawl", "--home", str(command.folder / "file" / "home"))
    assert done.returncode == 1
    assert "cannot open the archive" in one_line(done.stderr)


def test_home_works_before_and_after_the_verb(command: Command) -> None:
    for arguments in (("--home", "elsewhere", "stats"), ("stats", "--home", "elsewhere")):
        done = command.run(*arguments)
        assert done.returncode == 1
        assert "elsewhere" in one_line(done.stderr)


def test_a_stopped_clock_that_is_none(command: Command) -> None:
    done = command.run("stats", GONGKAI_NOW="yesterday")
    assert done.returncode == 2
    assert "GONGKAI_NOW='yesterday'" in done.stderr


def test_a_disk_that_fills_up_stops_the_crawl_and_loses_nothing(big: BigSiteProcess) -> None:
    """The limit on file size stands in for the disk: the write fails with a part of the record written."""

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    process = subprocess.run(
        [*GONGKAI, "crawl", "big"],
        cwd=big.folder, env=big.environment, preexec_fn=small, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert process.returncode == 1
    assert "cannot write" in process.stderr
    assert "Traceback" not in process.stderr
    assert big.run("verify").returncode == 0
    again = big.run("crawl", "big")
    assert again.returncode == 0, again.stderr
    assert big.rows("SELECT count(*) FROM documents") == [(300,)]
    assert big.run("verify").returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("picture.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None),
        ("noise.html", os.urandom(4096), "error"),
        ("nothing.html", b"", "error"),
        ("absent.html", None, "error"),
    ],
)
def test_extract_of_what_is_no_page(command: Command, name: str, content: bytes | None, code: str | None) -> None:
    if content is not None:
        (command.folder / name).write_bytes(content)
    (command.folder / "page.txt").write_text(
        "关于调整门诊时间的通知\n一、自三月起执行。\n青岚县卫生健康局\n2026年2月3日\n"
    )
    done = command.run("extract", name, "page.txt")
    lines = done.stdout.splitlines()
    assert len(lines) == 2, done.stderr
    assert '"file":"page.txt"' in lines[1]
    assert "Traceback" not in done.stderr
    if code:
        assert f'"kind":"{code}"' in lines[0]
        assert '"error":{"code":' in lines[0]
        assert done.returncode == 1


def test_urls_that_are_no_object(command: Command) -> None:
    (command.folder / "urls.json").write_text("[1]")
    (command.folder / "page.html").write_text("<p>x")
    done = command.run("extract", "page.html", "--urls", "urls.json")
    assert done.returncode == 2
    assert "must be a JSON object" in one_line(done.stderr)


def test_import_of_a_path_that_is_not_there(command: Command) -> None:
    done = command.run("import", "nowhere.html")
    assert done.returncode == 2
    assert "no such file" in one_line(done.stderr)
    assert not command.home.exists()


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="root writes everywhere")
def test_a_read_only_archive_can_be_searched_or_says_why(command: Command) -> None:
    (command.folder / "page.txt").write_text("关于调整门诊时间的通知\n自三月起执行新的门诊时间安排。\n")
    assert command.run("import", "page.txt").returncode == 0
    (command.home / "archive.db").chmod(0o444)
    done = command.run("search", "门诊")
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
