"""The sites serve the shapes that they promise: otherwise every test that crawls them proves nothing."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest

from crawler.source import parse_source
from tests.sites.behaviours import LISTS, BehavioursSite
from tests.sites.behaviours import source_toml as behaviours_toml
from tests.sites.big import source_toml as big_toml
from tests.sites.county import CountySite
from tests.sites.docshare import DocshareSite, altered
from tests.sites.mirror import MirrorSite, injected
from tests.sites.official import OfficialSite
from tests.sites.server import Site

ROOT = Path(__file__).resolve().parents[2]


def fetch(url: str, method: str = "GET", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body, errors too."""
    try:
        with urlopen(Request(url, method=method, headers=headers or {}), timeout=10) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def text(url: str, encoding: str = "utf-8") -> str:
    status, body = fetch(url)
    assert status == 200, url
    return body.decode(encoding)


@pytest.fixture(scope="module")
def official() -> Iterator[Site]:
    with OfficialSite() as site:
        yield site


@pytest.fixture
def county() -> Iterator[Site]:
    with CountySite() as site:
        yield site


@pytest.fixture
def behaviours() -> Iterator[BehavioursSite]:
    with BehavioursSite(slow=0.2) as site:
        yield site


@pytest.mark.parametrize("column", ["1201", "1202"])
def test_hanweb_groups_chain_to_the_last_record(official: Site, column: str) -> None:
    found, groups = [], 0
    page = text(f"{official.base_url}/col/col{column}/index.html")
    assert '<script type="text/xml"><datastore>' in page
    while True:
        groups += 1
        records = re.findall(r"<record><!\[CDATA\[\s*<li><a href=\"([^\"]+)\"", page)
        found += records
        link = re.search(r"<nextgroup><!\[CDATA\[<a href=\"([^\"]+)\"", page)
        if link is None:
            break
        page = text(official.base_url + link[1])
    assert groups == 3
    assert found == [a.path for a in official.shelf.live(column)]


def test_hanweb_by_record_numbers(official: Site) -> None:
    page = text(f"{official.base_url}/col/col1203/index.html")
    assert "<nextgroup>" not in page
    assert "totalRecord:40" in page
    query = "columnid=1203&unitid=601203&startrecord=31&endrecord=45&perpage=15"
    answer = text(f"{official.base_url}/module/web/jpage/dataproxy.jsp?{query}")
    assert answer.count("<record>") == 10


def test_every_listed_article_is_there_and_long_enough(official: Site) -> None:
    assert len({a.path for a in official.shelf.live()}) == 120
    assert len({a.title for a in official.shelf.live()}) == 120
    assert len({a.body for a in official.shelf.live()}) == 120
    lengths = [sum(map(len, a.body)) for a in official.shelf.live()]
    assert min(lengths) >= 500
    assert max(lengths) <= 3500
    page = text(official.base_url + official.shelf.live("1201")[0].path)
    assert "索 引 号" in page
    assert "组配分类" in page


def test_the_counter_differs_at_every_request(official: Site) -> None:
    url = official.base_url + official.shelf.live()[0].path
    views = [re.search(r'id="hits">(\d+)<', text(url)) for _ in range(3)]
    assert len({found[1] for found in views if found}) == 3


def test_attachments_are_real_files(official: Site) -> None:
    files = [file for a in official.shelf.live("1202") for file in a.files]
    assert {file.media_type for file in files} >= {"application/pdf"}
    for file in files[:4]:
        status, body = fetch(official.base_url + file.path)
        assert status == 200
        if file.name.endswith(".pdf"):
            assert body.startswith(b"%PDF-1.4")
            start = int(body.rsplit(b"startxref\n", 1)[1].split()[0])
            assert body[start : start + 4] == b"xref"
        else:
            names = zipfile.ZipFile(io.BytesIO(body)).namelist()
            assert "word/document.xml" in names


def test_the_county_lies_about_its_encoding(county: Site) -> None:
    with urlopen(county.base_url + county.shelf.live()[0].path) as answer:
        body = answer.read()
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"charset=utf-8" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    page = body.decode("gb18030")
    assert re.search(r"日期：2024-05-28 浏览量：\d+ 来源：青汀县卫生健康局\s+责任编辑：", page)
    everything = "".join(line for a in county.shelf.live() for line in a.body)
    assert {"镕", "𠮷"} <= set(everything)


def test_trs_lists_page_by_script(county: Site) -> None:
    first = f"{county.base_url}/zwgk/tzgg/index.html"
    page = text(first, "gb18030")
    pages, current = re.findall(r'createPageHTML\((\d+), (\d+), "index", "html"\)', page)[0]
    assert (pages, current) == ("4", "0")
    urls = [first, *(urljoin(first, f"index_{n}.html") for n in range(1, int(pages)))]
    links = [urljoin(url, href) for url in urls for href in re.findall(r'href="(\./20[^"]+)"', text(url, "gb18030"))]
    assert [urlsplit(link).path for link in links] == [a.path for a in county.shelf.live("tzgg")]
    assert fetch(urljoin(first, "index_4.html"))[0] == 404
    assert fetch(urljoin(first, "index_0.html"))[0] == 404


def test_an_etag_saves_the_body_until_the_page_changes(county: Site) -> None:
    path = county.shelf.articles[1].path
    with urlopen(county.base_url + path) as answer:
        etag = answer.headers["ETag"]
    assert fetch(county.base_url + path, headers={"If-None-Match": etag}) == (304, b"")
    county.change(80)
    assert fetch(county.base_url + path, headers={"If-None-Match": etag})[0] == 200


def test_articles_change_vanish_return_and_come(county: Site) -> None:
    before = {a.path: a.body for a in county.shelf.live()}
    changed, removed, added = county.change(5), county.remove(4), county.add(2)
    assert len({*changed, *removed, *added}) == 11
    assert all(fetch(county.base_url + path)[0] == 404 for path in removed)
    now = {a.path: a.body for a in county.shelf.live()}
    assert {path for path in before if path in now and now[path] != before[path]} == set(changed)
    assert [a.path for a in county.shelf.live()][:2] == added[::-1]
    assert county.restore(4) == removed[::-1]
    assert all(fetch(county.base_url + path)[0] == 200 for path in removed)


def test_too_many_changes_are_refused(county: Site) -> None:
    with pytest.raises(ValueError, match="only 80 untouched"):
        county.change(81)


def test_another_process_can_control_and_read_the_log(county: Site) -> None:
    url = county.base_url
    fetch(f"{url}/zwgk/tzgg/index.html")
    fetch(f"{url}/nowhere.html")
    status, body = fetch(f"{url}/__control__?change=2&day=4", "POST")
    assert status == 200
    assert len(json.loads(body)["change"]) == 2
    assert county.day == 4
    assert fetch(f"{url}/__control__?explode=1", "POST")[0] == 400
    lines = [json.loads(line) for line in fetch(f"{url}/__log__")[1].splitlines()]
    assert [(v["method"], v["path"], v["status"]) for v in lines] == [
        ("GET", "/zwgk/tzgg/index.html", 200),
        ("GET", "/nowhere.html", 404),
    ]
    assert county.fetches("/nowhere.html") == 1


def test_two_sites_of_one_seed_are_equal() -> None:
    one, other = OfficialSite(), OfficialSite()
    assert one.shelf.articles == other.shelf.articles
    one.stop()
    other.stop()


def test_docshare_wraps_official_texts_in_chrome() -> None:
    with DocshareSite() as site:
        listed = []
        url: str | None = f"{site.base_url}/list.html"
        while url:
            page = text(url)
            listed += re.findall(r'href="(/doc/\d+\.html)"', page)
            link = re.search(r'<a href="(list_\d\.html)">下一页', page)
            url = urljoin(url, link[1]) if link else None
        assert listed == [a.path for a in site.shelf.live()]
        repost = next(a for a in site.shelf.live() if not a.marks)
        upload = next(a for a in site.shelf.live() if a.marks)
        assert "预计阅读时长" in text(site.base_url + repost.path)
        shown = text(site.base_url + upload.path)
    assert "页数：" in shown
    assert "效劳" in "".join(upload.body)
    assert "服务" not in "".join(upload.body)
    assert not upload.body[-1].endswith("。")


def test_altered_swaps_words_and_mangles_numbers() -> None:
    assert altered("“基本公共卫生服务项目”达到92.10%，每10万人") == "“根本公共卫生效劳工程〞到达20230%，每10/2023万人"


def test_the_mirror_injects_readings() -> None:
    assert injected("区卫生（HPV）") == "區(qū)衛(wèi)生（HPV）"
    with MirrorSite() as site:
        page = text(site.base_url + site.shelf.live()[0].path)
    assert len(re.findall(r"[一-鿿]\([a-zǜ-ͯāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)", page)) > 100
    assert page.index("免费观看") < page.index("<h1>")


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("steady", [200, 200]),
        ("flaky", [500, 200]),
        ("broken", [500, 500]),
        ("missing", [404, 404]),
        ("gone", [410, 410]),
        ("soft", [200, 200]),
        ("waf521", [521, 521]),
        ("waf200", [200, 200]),
        ("empty", [200, 200]),
    ],
)
def test_behaviour(behaviours: BehavioursSite, name: str, statuses: list[int]) -> None:
    assert [fetch(f"{behaviours.base_url}/a/{name}.html")[0] for _ in statuses] == statuses


def test_pages_move_with_the_day(behaviours: BehavioursSite) -> None:
    url = f"{behaviours.base_url}/a"
    seen = []
    for behaviours.day in (0, 2, 4, 6):
        seen.append(
            (fetch(f"{url}/vanishing.html")[0], fetch(f"{url}/returning.html")[0], text(f"{url}/changing.html"))
        )
    assert [v for v, _, _ in seen] == [200, 404, 404, 404]
    assert [r for _, r, _ in seen] == [200, 404, 404, 200]
    assert len({c for _, _, c in seen}) == 4


def test_redirects_lead_to_an_article_and_to_the_home_page(behaviours: BehavioursSite) -> None:
    with urlopen(f"{behaviours.base_url}/a/moved.html") as answer:
        assert answer.url.endswith("/a/moved-here.html")
    with urlopen(f"{behaviours.base_url}/a/home.html") as answer:
        assert urlsplit(answer.url).path == "/"


def test_broken_slow_and_huge_answers(behaviours: BehavioursSite) -> None:
    with pytest.raises(http.client.IncompleteRead):
        fetch(f"{behaviours.base_url}/a/cut.html")
    with pytest.raises(http.client.IncompleteRead):
        fetch(f"{behaviours.base_url}/a/cutonce.html")
    assert fetch(f"{behaviours.base_url}/a/cutonce.html")[0] == 200
    started = time.monotonic()
    fetch(f"{behaviours.base_url}/a/slow.html")
    assert time.monotonic() - started >= 0.2
    assert len(fetch(f"{behaviours.base_url}/a/huge.html")[1]) > 25_000_000


def test_wrong_charset_image_and_lists(behaviours: BehavioursSite) -> None:
    url = behaviours.base_url
    with pytest.raises(UnicodeDecodeError):
        text(f"{url}/a/charset.html")
    assert "镕桥" in text(f"{url}/a/charset.html", "gb18030")
    assert '<p><img src="/images/poster.png"' in text(f"{url}/a/image.html")
    assert 'href="loop_2.html"' in text(f"{url}/loop_3.html")
    assert "<li>" not in text(f"{url}/empty.html")
    listed = re.findall(r'href="(/a/\w+\.html)"', text(f"{url}/list.html") + text(f"{url}/list_2.html"))
    assert len(set(listed)) == len(listed) == 20


def test_source_files_are_valid(official: Site, behaviours: BehavioursSite) -> None:
    for site in (official, behaviours):
        source = parse_source(site.source_toml(), f"{site.id}.toml")
        assert source.homepage == f"{site.base_url}/"
    assert len(parse_source(official.source_toml(), "official.toml").columns) == 3
    everything = parse_source(behaviours_toml(behaviours.base_url, tuple(LISTS)), "behaviours.toml")
    assert [column.id for column in everything.columns] == ["pages", "loop", "empty"]
    assert parse_source(big_toml("http://127.0.0.1:8081"), "big.toml").region == "338200"
    for made in (CountySite(), DocshareSite(), MirrorSite()):
        parse_source(made.source_toml(), f"{made.id}.toml")
        made.stop()


def test_big_serves_changes_and_logs() -> None:
    command = [sys.executable, "-m", "tests.sites.big", "--pages", "120", "--slow", "0.01"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        pages = [text(f"{url}/{name}") for name in ("index.html", "index_1.html", "index_2.html")]
        paths = [path for page in pages for path in re.findall(r'href="(/d/\d+\.html)"', page)]
        assert paths == [f"/d/{n}.html" for n in range(120)]
        assert "下一页</a>" not in pages[2]
        before = text(f"{url}/d/0.html")
        done = json.loads(fetch(f"{url}/__control__?change=10&remove=1", "POST")[1])
        assert text(url + done["change"][0]) != before
        assert fetch(url + done["remove"][0])[0] == 404
        lines = fetch(f"{url}/__log__")[1].splitlines()
        assert len(lines) == 6
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_all_sites_start_together_and_end_with_their_starter(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.sites", "--folder", os.fspath(tmp_path), "--until-eof"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        urls = json.loads(process.stdout.readline())
        assert set(urls) == {path.stem for path in tmp_path.glob("*.toml")}
        assert set(urls) == {"official", "county", "docshare", "mirror", "behaviours"}
        for name, url in urls.items():
            source = parse_source((tmp_path / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
            assert all(fetch(column.url)[0] == 200 for column in source.columns)
            assert fetch(f"{url}/")[0] == 200
        process.stdin.close()
        assert process.wait(10) == 0
