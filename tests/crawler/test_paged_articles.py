"""Articles that a site pages over several addresses: one document, one version, whatever the order of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.crawler.pagedsite import PagedSite, links, onward, paged, script
from tests.crawler.smallsite import article, listing, toml
from tests.sites.server import Answer

TITLES = {
    "t2024_1": "苇渡县基层卫生规划（上）",
    "t2024_2": "苇渡县基层卫生规划（中）",
    "t2024_3": "苇渡县基层卫生规划（下）",
}
NOTES = ("甲项完成八成。", "乙项完成九成。", "丙项全部完成。")
TEXT = "SELECT text FROM current_documents WHERE url LIKE '%/d/{}.html'"
CHANGES = (
    "SELECT v.number, v.change FROM versions v JOIN documents d ON d.id = v.document WHERE d.url LIKE '%/d/{}.html'"
)


@pytest.fixture
def site() -> Iterator[PagedSite]:
    with PagedSite() as site:
        yield site


@pytest.fixture
def command(site: PagedSite, tmp_path: Path) -> Command:
    command = Command(tmp_path)
    command.add_source("small", toml(site.base_url))
    return command


def crawl(command: Command, day: int, *arguments: str) -> str:
    done = command.run("crawl", *arguments, GONGKAI_NOW=f"2026-03-{day:02}T08:00:00Z")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def text_of(command: Command, name: str) -> str:
    rows = command.rows(TEXT.format(name))
    assert len(rows) == 1
    return str(rows[0][0])


def one_article(site: PagedSite, notes: tuple[str, ...] = NOTES, chrome: str = "") -> None:
    site.pages |= paged(TITLES["t2024_1"], "t2024_1", script, notes, chrome)
    site.list({"t2024_1": TITLES["t2024_1"]})


def test_each_kind_of_pager_makes_one_document(site: PagedSite, command: Command) -> None:
    for name, pager in zip(TITLES, (script, links, onward), strict=True):
        site.pages |= paged(TITLES[name], name, pager, NOTES)
    site.list(TITLES)
    crawl(command, 1)
    assert command.rows("SELECT count(*) FROM documents") == [(3,)]
    assert command.rows("SELECT number, change FROM versions") == [(1, "created")] * 3
    for name, title in TITLES.items():
        text = text_of(command, name)
        assert [text.count(note) for note in NOTES] == [1, 1, 1]
        assert text.index(NOTES[0]) < text.index(NOTES[1]) < text.index(NOTES[2])
        assert title not in text
        assert "下一页" not in text
        assert all(site.fetches(f"/d/{name}{end}.html") == 1 for end in ("", "_1", "_2"))
    assert command.rows("SELECT DISTINCT flags FROM documents") == [("[]",)]
    assert command.rows("SELECT count(*) FROM observations WHERE url LIKE '%/d/%' AND outcome = 'changed'") == [(9,)]
    assert command.run("verify").returncode == 0


def test_signature_and_files_are_those_of_the_whole_text(site: PagedSite, command: Command) -> None:
    one_article(site)
    crawl(command, 1)
    assert command.rows("SELECT issuers, issued_on, published_at FROM current_documents") == [
        ('["苇渡县卫生健康局"]', "2024-04-30", "2024-05-06")
    ]
    assert command.rows('SELECT "order", name FROM attachments ORDER BY 1') == [
        (1, "附表0.pdf"), (2, "附表1.pdf"), (3, "附表2.pdf"),
    ]  # fmt: skip


def test_neighbours_and_lists_are_not_joined(site: PagedSite, command: Command) -> None:
    for number in (1, 2, 3):
        site.pages[f"/d/near_{number}.html"] = article(
            f"苇渡县第{number}号门诊安排",
            links=f'<p>上一篇：<a href="near_{number - 1}.html">上</a></p>'
            f'<p>下一篇：<a href="near_{number + 1}.html">下</a></p>'
            f'<p><a href="near_{number + 1}.html">下一页</a></p>',
        )
    shown = [(f"/d/near_{number}.html", f"苇渡县第{number}号门诊安排") for number in (1, 2, 3)]
    site.pages |= {"/list.html": listing(shown[:2], "list_2.html"), "/list_2.html": listing(shown[2:])}
    crawl(command, 1)
    assert command.rows("SELECT count(*) FROM documents") == [(3,)]
    assert command.rows("SELECT count(*) FROM urls WHERE kind = 'part'") == [(0,)]
    assert command.rows("SELECT completed_at IS NOT NULL FROM columns") == [(1,)]


def test_an_entry_that_leads_to_a_later_page_is_the_same_document(site: PagedSite, command: Command) -> None:
    one_article(site)
    entries = [("/d/t2024_1_1.html", "苇渡县基层卫生规划（续）"), ("/d/t2024_1.html", TITLES["t2024_1"])]
    site.pages["/list.html"] = listing(entries)
    crawl(command, 1)
    crawl(command, 2, "--full")
    assert command.rows("SELECT count(*) FROM documents") == [(1,)]
    assert command.rows("SELECT count(*) FROM versions") == [(1,)]
    assert site.fetches("/d/t2024_1_1.html") == 2  # once a run
    address = f"{site.base_url}/d/t2024_1_1.html"
    assert NOTES[2] in str(command.json_lines("show", address, "--json")[0]["text"])


def test_a_later_page_whose_first_does_not_come_is_a_document_by_itself(site: PagedSite, command: Command) -> None:
    one_article(site)
    late = Answer("<html><body>404 页面不存在</body></html>".encode(), 404, delay=2.0)  # after the later page was read
    site.pages["/d/t2024_1.html"] = late
    site.pages["/list.html"] = listing([("/d/t2024_1_1.html", "苇渡县规划（续）"), ("/d/t2024_1.html", "苇渡县规划")])
    crawl(command, 1)
    assert command.rows("SELECT count(*) FROM documents") == [(0,)]
    crawl(command, 3)
    assert site.fetches("/d/t2024_1_1.html") == 1
    text = text_of(command, "t2024_1_1")
    assert NOTES[1] in text
    assert NOTES[2] in text
    assert command.rows("SELECT count(*) FROM issues WHERE code = 'part_alone'") == [(1,)]


def test_a_page_that_repeats_the_first_adds_nothing(site: PagedSite, command: Command) -> None:
    one_article(site)
    site.pages["/d/t2024_1_1.html"] = site.pages["/d/t2024_1_2.html"] = site.pages["/d/t2024_1.html"]
    crawl(command, 1)
    assert text_of(command, "t2024_1").count(NOTES[0]) == 1
    assert command.rows("SELECT flags FROM documents") == [("[]",)]


def test_what_is_missing_truncates_and_completes_the_same_version(site: PagedSite, command: Command) -> None:
    one_article(site)
    whole = dict(site.pages)
    site.pages["/d/t2024_1_2.html"] = Answer(b"<html>error</html>", 500)
    crawl(command, 1)
    assert site.fetches("/d/t2024_1_2.html") == 3
    assert command.rows("SELECT flags FROM documents") == [('["truncated"]',)]
    assert command.rows("SELECT count(*) FROM issues WHERE code = 'part_missing'") == [(1,)]
    assert NOTES[1] in text_of(command, "t2024_1")
    assert NOTES[2] not in text_of(command, "t2024_1")
    site.pages = whole
    crawl(command, 3)  # looked at again on the next day
    assert NOTES[2] in text_of(command, "t2024_1")
    assert command.rows("SELECT flags FROM documents") == [("[]",)]
    assert command.rows(CHANGES.format("t2024_1")) == [(1, "created")]
    assert command.rows("SELECT parts FROM renditions ORDER BY id") == [(1,), (2,)]
    crawl(command, 20, "--full")
    assert command.rows(CHANGES.format("t2024_1")) == [(1, "created")]
    assert command.run("verify").returncode == 0


def test_a_late_page_and_a_change_are_one_version_that_shows_the_change_alone(
    site: PagedSite, command: Command
) -> None:
    one_article(site)
    site.pages["/d/t2024_1_1.html"] = Answer(b"<html>error</html>", 500)
    crawl(command, 1)
    one_article(site, ("甲项完成十成。", *NOTES[1:]))
    crawl(command, 3)
    assert command.rows(CHANGES.format("t2024_1")) == [(1, "created"), (2, "text")]
    document = command.rows("SELECT id FROM documents")[0][0]
    told = command.run("history", str(document)).stdout
    assert "+ 甲项完成十成。" in told
    assert NOTES[1] not in told


@pytest.mark.parametrize("page", ["", "_1", "_2"])
def test_a_change_on_any_page_is_one_version(site: PagedSite, command: Command, page: str) -> None:
    one_article(site)
    crawl(command, 1)
    crawl(command, 9)
    assert site.fetches("/d/t2024_1_1.html") == 2
    number = int(page[1:] or 0)
    one_article(
        site, tuple("更正后的一句话。" if n == number else note for n, note in enumerate(NOTES)), chrome="浏览：7"
    )
    crawl(command, 28)
    assert command.rows(CHANGES.format("t2024_1")) == [(1, "created"), (2, "text")]
    assert "更正后的一句话。" in text_of(command, "t2024_1")


def test_a_page_that_fails_today_is_taken_as_it_was(site: PagedSite, command: Command) -> None:
    one_article(site)
    crawl(command, 1)
    del site.pages["/d/t2024_1_1.html"]
    crawl(command, 9)
    assert command.rows(CHANGES.format("t2024_1")) == [(1, "created")]
    assert all(note in text_of(command, "t2024_1") for note in NOTES)
    assert command.rows("SELECT flags FROM documents") == [("[]",)]


def test_an_article_whose_first_page_is_gone_is_gone(site: PagedSite, command: Command) -> None:
    one_article(site)
    crawl(command, 1)
    del site.pages["/d/t2024_1.html"]
    crawl(command, 9)
    crawl(command, 11)
    assert command.rows(CHANGES.format("t2024_1")) == [(1, "created"), (2, "gone")]
    one_article(site)
    crawl(command, 31, "--full")
    assert command.rows(CHANGES.format("t2024_1"))[-1] == (3, "restored")


def test_a_pager_without_end_is_bounded(site: PagedSite, command: Command) -> None:
    site.pages |= paged(TITLES["t2024_1"], "t2024_1", onward, [f"第{n}项。" for n in range(130)])
    site.list({"t2024_1": TITLES["t2024_1"]})
    crawl(command, 1)
    assert sum(visit.path.startswith("/d/") for visit in site.log) == 101
    assert command.rows("SELECT flags FROM documents") == [('["truncated"]',)]
    assert "第100项。" in text_of(command, "t2024_1")


def test_read_again_it_stays_one(site: PagedSite, command: Command) -> None:
    one_article(site)
    crawl(command, 1)
    before = text_of(command, "t2024_1")
    older(command)
    done = command.run("reextract")
    assert done.returncode == 0, done.stderr
    assert "1 read anew" in done.stdout
    assert text_of(command, "t2024_1") == before
    assert command.rows("SELECT count(*) FROM rendition_parts WHERE capture IS NOT NULL") == [(4,)]
    older(command)
    crawl(command, 9)  # compared under one reader, with all pages
    assert command.rows(CHANGES.format("t2024_1")) == [(1, "created")]


def older(command: Command) -> None:
    """As if an older reader, which knew no pages, had made the renditions."""
    import sqlite3

    conn = sqlite3.connect(command.home / "archive.db")
    conn.execute("UPDATE renditions SET reader = 'gongkai 0.0.1 rules ' || id, text = '旧'")
    conn.commit()
    conn.close()
