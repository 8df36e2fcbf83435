"""One archive, several processes: two crawls and an import write while others search, export and verify."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.crawler.bigsite import BigSiteProcess
from tests.crawler.smallsite import SmallSite, article, listing, toml


@pytest.fixture
def big(tmp_path: Path) -> Iterator[BigSiteProcess]:
    site = BigSiteProcess(tmp_path, 150, 0.05)
    yield site
    site.close()


def test_two_crawls_an_import_and_readers_at_once(big: BigSiteProcess, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    with SmallSite() as small:
        for number in range(40):
            title = f"苇渡县第{number}号工作情况"
            small.pages[f"/d/{number}.html"] = article(title, f"本项共{number * 37}件。")
            (pages / f"{number}.html").write_bytes(article(f"{title}（存档）", f"存档共{number * 41}件。").body)
        entries = [(f"/d/{number}.html", f"苇渡县第{number}号工作情况") for number in range(40)]
        small.pages["/list.html"] = listing(entries)
        big.add_source("small", toml(small.base_url))
        verbs = [("crawl", "big"), ("crawl", "small"), ("import", "pages")]
        writers = [big.start(*verb) for verb in verbs]
        while any(writer.poll() is None for writer in writers):
            _read(big)
        for verb, writer in zip(verbs, writers, strict=True):
            out, err = writer.communicate()
            assert writer.returncode == 0, (verb, out, err)
    assert dict(big.rows("SELECT coalesce(source, 'import'), count(*) FROM documents GROUP BY 1")) == {
        "big": 150, "small": 40, "import": 40,
    }  # fmt: skip
    assert big.run("verify").returncode == 0


def _read(command: Command) -> None:
    if not (command.home / "archive.db").exists():
        return
    for verb in (["search", "工作"], ["stats"], ["verify"]):
        done = command.run(*verb)
        assert done.returncode == 0 or "no archive" in done.stderr, done.stdout + done.stderr
