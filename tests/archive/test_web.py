"""The web page over HTTP: what it shows, what it never shows, who is let in."""

from __future__ import annotations

import gzip
import io
import re
import sqlite3
import subprocess
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.database import open_database
from tests.archive.conftest import Web
from tests.archive.rows import add_document, new_archive
from tests.archive.webarchive import HOSTILE, Client
from tests.browser import serving
from tests.command import GONGKAI

PAGES = ("/", "/?q=防汛", "/?q=%22", "/doc/{notice}", "/doc/{notice}/v/1", "/doc/{notice}/diff", "/doc/{hostile}",
         "/doc/{long}", "/doc/{repost}", "/doc/{gone}", "/doc/{notice}/capture/{capture}", "/sources",
         "/sources/qingzhou", "/changes", "/changes?kind=gone&source=yunling", "/api", "/nowhere")  # fmt: skip
OTHERS = ("/raw/{capture}", "/warc/{capture}", "/feed/changes.atom", "/feed/search.atom?q=防汛", "/api/search",
          "/feed/source/qingzhou.atom", "/api/openapi.json", "/opensearch.xml")  # fmt: skip


def path_of(web: Web, path: str) -> str:
    return path.format(**{name: getattr(web.ids, name) for name in web.ids.__slots__})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_brings_no_script_or_style_of_its_own(web: Web, path: str, language: str) -> None:
    answer = web.client.get(path_of(web, path), Accept_Language=language)
    assert answer.status == {"/nowhere": 404, "/?q=%22": 400}.get(path, 200)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = answer.text
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page
    assert page.rstrip().endswith("</html>")
    tags = re.findall(r"<[a-zA-Z][^>]*>", page)
    assert not [tag for tag in tags if re.search(r"\s(style|on\w+)\s*=|javascript:", tag, re.I)]
    assert re.findall(r"<script[^>]*>", page) == re.findall(r'<script src="/static/\w+/keys\.js" defer>', page)
    assert "<style" not in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert len(page) < 1_000_000
    for tag in tags:
        if 'href="http' in tag and web.base not in tag:
            assert "noreferrer" in tag


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
def test_every_answer_carries_the_headers_that_protect(web: Web, path: str) -> None:
    headers = web.client.get(path_of(web, path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    if not path.startswith("/raw/"):
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Server" not in headers


def test_strangers_are_not_let_in(web: Web) -> None:
    assert web.client.get("/", Host="archive.attacker.test").status == 421
    assert web.client.get("/", Host=f"attacker.test:{web.client.port}").status == 421
    for name in ("127.0.0.1.attacker.test", 'localhost:"><x', "localhost/", "", "attacker.test@localhost", "[::2]"):
        assert web.client.get("/", Host=name).status == 421
    for name in ("localhost", "127.0.0.1", "[::1]", f"LOCALHOST:{web.client.port}"):
        assert web.client.get("/", Host=name).status == 200
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        assert web.client.get("/", method).status == 405
    head = web.client.get("/", "HEAD")
    assert (head.status, head.body) == (200, b"")


def test_hostile_words_are_only_words(web: Web) -> None:
    for path in (f"/doc/{web.ids.hostile}", "/?q=owned 防汛", "/changes"):
        page = web.client.get(path).text
        assert "&lt;script&gt;document.title" in page
        assert "<script>document" not in page
        assert "<img" not in page
        assert "\ufffd" in page
    assert "&lt;img src=x onerror" in web.client.get(f"/?q={HOSTILE}").text
    assert "<b>" not in web.client.get("/sources/qingzhou").text
    feed = web.client.get("/feed/changes.atom").text
    assert "&lt;script&gt;" in feed
    assert "\x1b" not in feed


def test_what_was_withdrawn_is_gone_from_everywhere(web: Web) -> None:
    gone = web.client.get(f"/doc/{web.ids.withdrawn}")
    assert gone.status == 410
    assert web.ids.withdrawn in gone.text
    assert "2026-11-06" in gone.text
    for path in ("/doc/{withdrawn}", "/doc/{withdrawn}/v/1", "/doc/{withdrawn}/diff", "/raw/{withdrawn_capture}",
                 "/doc/{withdrawn}/capture/{withdrawn_capture}", "/warc/{withdrawn_capture}",
                 "/api/documents/{withdrawn}", "/api/documents/{withdrawn}/history"):  # fmt: skip
        answer = web.client.get(path_of(web, path))
        assert answer.status == 410, path
        assert "身份证".encode() not in answer.body, path
        assert "防汛名单" not in answer.text, path
    for path in ("/?q=名单", "/changes", "/feed/changes.atom", "/feed/search.atom?q=名单", "/api/search?q=名单",
                 "/sources", "/sources/qingzhou", "/api/sources", "/feed/source/qingzhou.atom"):  # fmt: skip
        answer = web.client.get(path)
        assert answer.status == 200
        assert "/secret" not in answer.text, path
        assert "防汛名单" not in answer.text, path


def test_a_wrong_query_shows_the_place(web: Web) -> None:
    answer = web.client.get('/?q=防汛 "总结')
    assert answer.status == 400
    assert "this quote is not closed" in answer.text
    assert re.search(r"\n {7}\^", answer.text), "the caret stands under the quote: two columns a Chinese character"
    assert web.client.get(f"/?q={'长' * 5000}").status == 400
    assert web.client.get("/?q=防汛&cursor=nonsense").status == 400
    assert web.client.get("/changes?kind=nonsense").status == 400


@pytest.mark.parametrize("path", ["/doc/ffffffffffffffff", "/doc/zz", "/raw/99999", "/raw/99999999999999999999999",
                                  "/warc/99999", "/sources/none", "/doc/{notice}/v/9", "/doc/{notice}/capture/99999",
                                  "/doc/{notice}/diff?to=9", "/feed/source/none.atom", "/static/x/../../app.py",
                                  "/api/documents/ffffffffffffffff"])  # fmt: skip
def test_what_is_not_there(web: Web, path: str) -> None:
    assert web.client.get(path_of(web, path)).status == 404


def test_an_id_or_an_address_leads_to_the_document(web: Web) -> None:
    target = f"/doc/{web.ids.notice}"
    for path in (f"/?q={web.ids.notice}", "/?q=http://qingzhou.test/art/1.html", f"/doc/{web.ids.notice[:8]}"):
        answer = web.client.get(path)
        assert (answer.status, answer.headers["Location"]) == (303, target)


def test_the_raw_page_is_served_as_it_was_and_can_do_nothing(web: Web) -> None:
    answer = web.client.get(f"/raw/{web.ids.capture}")
    assert answer.headers["Content-Type"] == "text/html; charset=gb18030"
    assert "镕" in answer.body.decode("gb18030")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy


def test_the_records_can_be_downloaded(web: Web) -> None:
    answer = web.client.get(f"/warc/{web.ids.again}")
    assert answer.headers["Content-Type"] == "application/warc"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    records = [(r.rec_type, r.rec_headers["WARC-Target-URI"]) for r in ArchiveIterator(io.BytesIO(answer.body))]
    assert [kind for kind, _ in records] == ["metadata", "request", "response", "metadata", "request", "revisit"]
    assert {url for _, url in records} == {"http://qingzhou.test/art/1.html"}
    assert "关于做好防汛工作的通知".encode("gb18030") in gzip.decompress(answer.body)


def test_a_capture_that_cannot_be_read_says_so(web: Web) -> None:
    answer = web.client.get(f"/doc/{web.ids.gone}/capture/{web.ids.damaged_capture}")
    assert answer.status == 410
    assert "cannot be read" in answer.text
    assert "<iframe" not in answer.text
    assert web.client.get(f"/raw/{web.ids.damaged_capture}").status == 410


def test_every_hit_is_on_one_page(web: Web) -> None:
    seen: list[str] = []
    path = "/?q=防汛简报 source:yunling"
    while path:
        page = web.client.get(path).text
        seen += re.findall(r'<h2><a href="/doc/(\w+)"', page)
        found = re.search(r'<a href="([^"]+)" rel="next"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 30


def test_a_facet_narrows_and_a_second_click_widens_again(web: Web) -> None:
    page = web.client.get("/?q=防汛").text
    narrowed = re.search(r'<a href="(/\?q=[^"]*source%3Ayunling[^"]*)"', page)
    assert narrowed
    page = web.client.get(narrowed[1].replace("&amp;", "&")).text
    assert len(re.findall(r'<li class="hit', page)) == 20
    widened = re.search(r'<a href="([^"]+)"[^>]*class="chosen"', page)
    assert widened
    assert "yunling" not in widened[1]


def test_copies_stand_under_their_original(web: Web) -> None:
    page = web.client.get("/?q=预案").text
    assert re.findall(r'<h2><a href="/doc/(\w+)"', page) == [web.ids.notice]
    assert f'<a href="/doc/{web.ids.repost}">' in page


def test_the_page_speaks_the_language_that_is_asked_for(web: Web) -> None:
    answer = web.client.get("/?lang=zh", Accept_Language="en")
    assert "检索" in answer.text
    assert "lang=zh" in answer.headers["Set-Cookie"]
    assert "检索" in web.client.get("/", Cookie="lang=zh", Accept_Language="en").text
    assert "Sources" in web.client.get("/", Accept_Language="fr, en;q=0.7, zh;q=0.3").text
    assert "检索" in web.client.get("/", Accept_Language="fr, en;q=0.3, zh-TW;q=0.7").text


def test_a_token_is_asked_for_and_remembered(web: Web) -> None:
    with serving(web.home, "--token", "geheim") as base:
        client = Client(base)
        assert (client.get("/").status, client.get("/?token=wrong").status) == (401, 401)
        assert client.get("/api/search").json["error"]["code"] == "token"
        assert client.get(f"/raw/{web.ids.capture}").status == 401
        first = client.get("/changes?kind=gone&token=geheim")
        assert (first.status, first.headers["Location"]) == (303, "/changes?kind=gone")
        cookie = first.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert client.get("/", Cookie=cookie.split(";")[0]).status == 200
        assert client.get("/", Authorization="Bearer geheim").status == 200
        assert client.get("/", Authorization="Bearer geheimnis").status == 401
        feed = client.get("/feed/changes.atom?token=geheim")
        assert feed.status == 200
        assert "geheim" not in feed.text


def test_a_token_is_made_where_other_machines_can_ask(web: Web) -> None:
    with serving(web.home, "--host", "0.0.0.0") as address:
        assert re.fullmatch(r"http://0\.0\.0\.0:\d+/\?token=[\w-]{20,}", address)
        client = Client(address.replace("0.0.0.0", "127.0.0.1"))
        assert client.get("/").status == 401
        assert client.get("/", Host="attacker.test").status == 421
        assert client.get("/", Authorization=f"Bearer {address.split('token=')[1]}").status == 200


def test_a_port_that_is_taken_and_a_folder_without_archive(web: Web, tmp_path: Path) -> None:
    def end(*options: str) -> tuple[int, str]:
        done = subprocess.run([*GONGKAI, *options], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    code, said = end("--home", str(web.home), "serve", "--port", str(web.client.port))
    assert code == 1
    assert "--port takes another one" in said
    code, said = end("--home", str(tmp_path / "none"), "serve", "--port", "0")
    assert code == 1
    assert "no archive at" in said


def test_what_a_crawl_writes_is_shown_at_once_and_a_broken_database_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    new_archive(home).close()
    with serving(home) as base:
        client = Client(base)
        assert "nothing was found" in client.get("/?q=水库").text.lower()
        db = open_database(home)
        id = add_document(db, "http://a.test/1", "水库安全检查", "水库。")
        db.execute("BEGIN IMMEDIATE")  # a writer at work keeps no reader waiting
        assert f"/doc/{id}" in client.get("/?q=水库").text
        db.execute("ROLLBACK")
        db.close()
        for path in home.glob("archive.db*"):
            path.unlink()
        assert client.get("/").status == 503
        (home / "archive.db").write_bytes(b"no database at all" * 1000)
        answer = client.get("/sources")
        assert answer.status == 503
        assert "gongkai verify" in answer.text
        assert client.get("/api/sources").json["error"]["code"] == "database"


def test_the_page_cannot_write(web: Web) -> None:
    from archive.web.connections import Connections

    connections = Connections(web.home)
    with pytest.raises(sqlite3.OperationalError, match="readonly"), connections.reading() as db:
        db.execute("DELETE FROM documents")
    connections.close()


def test_static_files_are_kept_for_good(web: Web) -> None:
    address = re.search(r'href="(/static/\w+/style\.css)"', web.client.get("/").text)
    assert address
    answer = web.client.get(address[1])
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert "url(" not in answer.text
