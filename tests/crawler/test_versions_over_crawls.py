"""Versions over several crawls: only what a publisher changed makes one, and only what is gone everywhere is gone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.command import Command
from tests.crawler.smallsite import SmallSite, article, listing, toml
from tests.sites.server import Answer

TITLES = {name: f"苇渡县{name}工作情况" for name in ("churn", "shield", "swap", "old", "new", "moved")}
SHIELD = Answer(
    b"<script>document.cookie='__jsl_clearance_s=1716170000.1|-1|abc%2Bdef;max-age=3600;path=/';"
    b"location.href=location.pathname+location.search</script>"
)
FILE = '<p>附件：<a href="/files/{}.pdf">名单.pdf</a></p>'


def to(address: str) -> Answer:
    return Answer(b"", 302, headers=(("Location", address),))


def churning() -> Callable[[], Answer]:
    visits = itertools.count(1017)
    return lambda: article(TITLES["churn"], "一项。", chrome=f"浏览次数：{next(visits)}")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Four full crawls on four days; on the third, pages that a crawler must not believe."""
    command = Command(tmp_path_factory.mktemp("versions"))
    with SmallSite() as site:
        site.pages = {f"/d/{name}.html": article(TITLES[name], f"{name}。") for name in TITLES}
        site.pages |= {
            "/list.html": listing([(f"/d/{name}.html", title) for name, title in TITLES.items()]),
            "/d/churn.html": churning(),
            "/d/old.html": to("/d/new.html"),
            "/d/moved.html": to("/d/one.html"),
            "/d/one.html": article(TITLES["moved"], "其一。"),
            "/d/two.html": article(TITLES["moved"], "其一。"),
            "/d/swap.html": article(TITLES["swap"], "一项。", links=FILE.format(1)),
        }
        command.add_source("small", toml(site.base_url))
        for day in (1, 3, 5, 7):
            if day == 3:
                site.pages["/d/shield.html"] = SHIELD
                site.pages["/d/moved.html"] = to("/d/two.html")
                site.pages["/d/swap.html"] = article(TITLES["swap"], "一项。", links=FILE.format(2))
                del site.pages["/d/old.html"]
            if day == 7:
                site.pages["/d/shield.html"] = article(TITLES["shield"], "shield。")
            done = command.run("crawl", "--full", GONGKAI_NOW=f"2026-03-{day:02}T08:00:00Z")
            assert done.returncode == 0, done.stderr
        yield command


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("churn", ["created"]),  # a counter in the chrome
        ("shield", ["created"]),  # a challenge for four days
        ("moved", ["created"]),  # the redirect's target has another address and the same text
        ("swap", ["created", "attachment"]),
    ],
)
def test_the_changes_of_a_page(crawled: Command, name: str, expected: list[str]) -> None:
    rows = crawled.rows(
        "SELECT v.change FROM versions v JOIN documents d ON d.id = v.document "
        f"WHERE d.url LIKE '%/d/{name}.html' ORDER BY v.number"
    )
    assert [row[0] for row in rows] == expected


def test_a_document_listed_at_two_addresses_is_there_while_one_of_them_answers(crawled: Command) -> None:
    rows = crawled.rows("SELECT gone_at FROM documents WHERE url LIKE '%/d/old.html' OR url LIKE '%/d/new.html'")
    assert rows == [(None,)]
    assert crawled.rows("SELECT count(*) FROM versions WHERE change IN ('gone', 'restored', 'text')") == [(0,)]


def test_a_saved_page_of_a_crawled_document_is_compared_by_one_reader(crawled: Command) -> None:
    """``import`` knows no source file: to it the crawl was another reader, and its words are no publisher's change."""
    address = str(crawled.rows("SELECT url FROM documents WHERE url LIKE '%/d/shield.html'")[0][0])
    (crawled.folder / "saved.html").write_bytes(article(TITLES["shield"], "shield。", chrome="打印本页").body)
    (crawled.folder / "urls.json").write_text(f'{{"saved.html": "{address}"}}', "utf-8")
    done = crawled.run("import", "saved.html", "--urls", "urls.json", GONGKAI_NOW="2026-03-20T08:00:00Z")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1] == "same"
    query = "SELECT reader FROM renditions r JOIN versions v ON v.id = r.version JOIN documents d ON d.id = v.document"
    assert len(crawled.rows(f"{query} WHERE d.url LIKE '%/d/shield.html'")) == 2
