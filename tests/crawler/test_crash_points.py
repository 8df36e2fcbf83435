"""SIGKILL at a database or file step of a crawl, and again at one of the run that takes it up: the archive is at the
end what an uninterrupted crawl makes of the site."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.crawler.smallsite import SmallSite, article, listing, toml
from tests.sites.server import Answer

STATE = {
    # Not their column: of two columns that list an article, the one whose list was read first has it.
    "documents": "SELECT url, gone_at FROM documents ORDER BY 1",
    "versions": "SELECT d.url, v.number, v.change, v.content_sha256 FROM versions v JOIN documents d "
    "ON d.id = v.document ORDER BY 1, 2",
    "urls": "SELECT url, kind, state, reason FROM urls ORDER BY 1",
    "entries": 'SELECT url, "column", title FROM entries ORDER BY 1, 2',
    "columns": "SELECT id, walk_open, completed_at IS NOT NULL FROM columns ORDER BY 1",
    "aliases": "SELECT url, kind FROM aliases ORDER BY 1",
    "index": "SELECT count(*) FROM search_rows",
    "runs": "SELECT verdict, reasons, json_extract(counts, '$.new'), json_extract(counts, '$.lists') FROM runs",
}


class Bureau(SmallSite):
    """Two columns that share entries, a redirect, a page that is not there and one that fails at first."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = False
        for number in range(14):
            self.pages[f"/d/{number}.html"] = article(f"苇渡县第{number}号工作情况", f"本项共{number * 37}件。")
        self.pages["/d/3.html"] = Answer(b"", 302, headers=(("Location", "/d/3x.html"),))
        self.pages["/d/3x.html"] = article("苇渡县第3号工作情况", "迁至此处。")
        self.pages["/d/5.html"] = self._fails_once
        del self.pages["/d/7.html"]
        for name, numbers in {"a": range(9), "b": range(6, 14)}.items():
            entries = [(f"/d/{number}.html", f"苇渡县第{number}号工作情况") for number in numbers]
            self.pages[f"/{name}.html"] = listing(entries[:4], f"{name}_1.html")
            self.pages[f"/{name}_1.html"] = listing(entries[4:])

    def _fails_once(self) -> Answer:
        first, self.failed = not self.failed, True
        return Answer(b"<html>error</html>", 500) if first else article("苇渡县第5号工作情况", "本项共五件。")


@pytest.fixture(scope="module")
def site() -> Iterator[Bureau]:
    with Bureau() as site:
        yield site


def state(command: Command) -> dict[str, list[tuple[object, ...]]]:
    return {name: command.rows(query) for name, query in STATE.items()}


def prepared(folder: Path, site: Bureau) -> Command:
    command = Command(folder)
    command.add_source("small", toml(site.base_url, [("a", "/a.html"), ("b", "/b.html")]))
    site.failed = False
    return command


@pytest.fixture(scope="module")
def whole(site: Bureau, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    command = prepared(tmp_path_factory.mktemp("whole"), site)
    assert command.run("crawl").returncode == 0
    return state(command)


@pytest.mark.parametrize("steps", [(150, 260), (310, 170), (470, 90)])
def test_the_same_archive_after_two_kills(
    site: Bureau, whole: dict[str, list[tuple[object, ...]]], tmp_path: Path, steps: tuple[int, int]
) -> None:
    command = prepared(tmp_path, site)
    for step in steps:
        dying = [sys.executable, "-m", "tests.crawler.dying", "step", str(step)]
        assert command.run("crawl", command=dying).returncode == -signal.SIGKILL
    assert command.run("crawl").returncode == 0
    assert state(command) == whole
    assert command.run("verify").returncode == 0
