"""``gongkai backup``: a copy that is sound whenever it is made, copies only what is new, and survives its own death."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.alike import differences
from tests.command import Command
from tests.crawler.bigsite import BigSiteProcess


@pytest.fixture
def big(tmp_path: Path) -> Iterator[BigSiteProcess]:
    site = BigSiteProcess(tmp_path, 200, 0.05)
    yield site
    site.close()


def backed_up(command: Command, *arguments: str) -> str:
    done = command.run("backup", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_copy_made_while_a_crawl_writes_is_sound(big: BigSiteProcess) -> None:
    copy = big.folder / "copy"
    crawl = big.start("crawl", "big", command=[sys.executable, "-m", "tests.crawler.dying", "rotation", "9999"])
    while not big.visits():
        time.sleep(0.1)
    held: list[int] = []
    while crawl.poll() is None:
        backed_up(big, str(copy))
        verified = big.run("verify", "--home", str(copy))
        assert verified.returncode == 0, verified.stdout
        held.append(int(big.json_lines("stats", "--json", "--home", str(copy))[0]["captures"]))  # type: ignore[call-overload]
    crawl.communicate()
    assert crawl.returncode == 0
    assert held == sorted(held)
    backed_up(big, str(copy))
    assert differences(big.home / "archive.db", copy / "archive.db") == []
    assert "0 WARC files copied (0 bytes)" in backed_up(big, str(copy))
    _killed(big, copy)
    _goes_on(big, copy)


def _killed(big: BigSiteProcess, copy: Path) -> None:
    """In the middle it leaves the copy that was there, and the next one is whole."""
    big.change(5)
    assert big.run("crawl", "--full", "big", GONGKAI_NOW="2030-01-01T00:00:00Z").returncode == 0
    shutil.copy(copy / "archive.db", big.folder / "before.db")
    died = big.dying("copy", 2, "backup", str(copy))
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert differences(big.folder / "before.db", copy / "archive.db") == []
    assert big.run("verify", "--home", str(copy)).returncode == 0
    backed_up(big, str(copy))
    assert differences(big.home / "archive.db", copy / "archive.db") == []


def _goes_on(big: BigSiteProcess, copy: Path) -> None:
    """A copy is an archive of its own; linked files take no space."""
    linked = big.folder / "linked"
    backed_up(big, str(linked), "--link")
    for path in (linked / "warc").iterdir():
        assert path.samefile(big.home / "warc" / path.name)
    done = big.run("crawl", "big", "--home", str(copy), GONGKAI_NOW="2030-01-02T00:00:00Z")
    assert done.returncode == 0, done.stderr
    assert big.run("verify", "--home", str(copy)).returncode == 0


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    command = Command(tmp_path)
    (tmp_path / "notice.txt").write_text("苇渡县公告\n全县各镇按时报送材料，逾期不候。\n", "utf-8")
    assert command.run("import", "notice.txt").returncode == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine", "utf-8")
    assert command.run("import", "notice.txt", "--home", str(tmp_path / "second")).returncode == 0
    for folder, why in ((other, "not empty"), (tmp_path / "second", "another archive"), (command.home, "itself")):
        done = command.run("backup", str(folder))
        assert done.returncode == 1
        assert why in done.stderr
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
