"""Answers that lie about themselves, and redirects to what is no address: each is read, or an issue, once."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from tests.command import Command
from tests.crawler.smallsite import SmallSite, article, listing, toml
from tests.sites.server import Answer


def body(name: str) -> bytes:
    return article(f"苇渡县{name}工作情况", f"附注：{name}。").body


def coded(payload: bytes, coding: str) -> Answer:
    return Answer(payload, headers=(("Content-Encoding", coding),))


def to(address: str) -> Answer:
    return Answer(b"", 302, headers=(("Location", address),))


def raw_deflate(payload: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(payload) + packer.flush()


READ = {
    "gzip": coded(gzip.compress(body("gzip")), "gzip"),
    "plain": coded(body("plain"), "gzip"),
    "zlib": coded(zlib.compress(body("zlib")), "deflate"),
    "raw": coded(raw_deflate(body("raw")), "deflate"),
    "untyped": Answer(body("untyped"), media_type=""),
}
NOT_READ = {
    "bomb": (coded(gzip.compress(b"0" * 21_000_000), "gzip"), "payload_unreadable"),
    "named": (to("http://good@127.0.0.1/"), "refused"),
    "port": (to("http://127.0.0.1:99999/x"), "bad_address"),
    "bracket": (to("http://[::1/x"), "bad_address"),
    "circle": (to("/d/circle.html"), "ignored"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[SmallSite]:
    with SmallSite() as site:
        yield site


@pytest.fixture(scope="module")
def crawled(site: SmallSite, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """One crawl; robots.txt answers 500 with words that would forbid all."""
    command = Command(tmp_path_factory.mktemp("answers"))
    answers = READ | {name: answer for name, (answer, _) in NOT_READ.items()}
    site.pages = {f"/d/{name}.html": answer for name, answer in answers.items()}
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n", 500, "text/plain")
    host = site.base_url.removeprefix("http://")
    entries = [(f"/d/{name}.html", f"苇渡县{name}工作情况") for name in answers]
    site.pages["/list.html"] = listing([*entries, (f"http://user:word@{host}/d/secret.html", "苇渡县内部工作情况")])
    command.add_source("small", toml(site.base_url))
    done = command.run("crawl")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return command


@pytest.mark.parametrize("name", READ)
def test_what_can_be_unpacked_is_read(crawled: Command, name: str) -> None:
    rows = crawled.rows(f"SELECT text LIKE '%附注：{name}。%' FROM current_documents WHERE url LIKE '%/d/{name}.html'")
    assert rows == [(1,)]


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, (_, code) in NOT_READ.items()])
def test_what_cannot_be_is_an_issue_and_asked_for_once(crawled: Command, name: str, code: str) -> None:
    assert crawled.rows(f"SELECT state, reason FROM urls WHERE url LIKE '%/d/{name}.html'") == [("failed", code)]
    assert crawled.rows(f"SELECT count(*) FROM issues WHERE url LIKE '%/d/{name}.html'") == [(1,)]


def test_an_address_with_a_user_name_is_refused(site: SmallSite, crawled: Command) -> None:
    assert crawled.rows("SELECT state, reason FROM urls WHERE url LIKE '%secret%'") == [("failed", "refused")]
    assert site.fetches("/d/secret.html") == 0


def test_an_error_page_is_no_robots_txt(crawled: Command) -> None:
    assert crawled.rows("SELECT DISTINCT robots FROM captures WHERE kind = 'article'") == [("none",)]


def test_stored_answers_read_alike_again(crawled: Command) -> None:
    done = crawled.run("reextract")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "damaged" not in done.stdout
    assert crawled.rows("SELECT count(*) FROM documents") == [(len(READ),)]
