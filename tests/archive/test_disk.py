"""How long the disk lasts: from the days of the WARC files, and honest where there is too little to go by."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from archive.cli import COMMANDS
from archive.clock import stamp
from archive.disk import disk_use
from tests.archive.rows import WARC, add_document, new_archive

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def warc(db: Database, days_ago: float, length: int) -> None:
    name = f"w{days_ago}.warc.gz"
    at = stamp(NOW - timedelta(days=days_ago))
    db.execute("INSERT INTO warc_files (name, created_at, committed_length) VALUES (?, ?, ?)", [name, at, length])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def db(home: Path) -> Database:
    db = new_archive(home)
    db.execute("DELETE FROM warc_files")
    return db


def test_an_archive_without_anything_forecasts_nothing(db: Database, home: Path) -> None:
    disk = disk_use(db, home, NOW)
    assert (disk.warc_bytes, disk.bytes_a_document, disk.history_days, disk.pace_days) == (0, None, None, None)
    assert disk.growth == {"30": None, "90": None, "365": None}
    assert [v.months_left for v in disk.volumes] == [None]


def test_less_than_two_weeks_are_too_little(db: Database, home: Path) -> None:
    warc(db, 13.5, 10**9)
    disk = disk_use(db, home, NOW)
    assert (disk.history_days, disk.pace_days, disk.months_left) == (13, None, None)


def test_the_first_crawl_is_no_pace(db: Database, home: Path) -> None:
    warc(db, 20, 50 * 10**9)
    warc(db, 10, 10**9)
    disk = disk_use(db, home, NOW)
    assert disk.pace_days == 13
    (volume,) = disk.volumes
    share = 1 + disk.database_bytes / disk.warc_bytes
    assert volume.growth == pytest.approx(10**9 * 30 / 13 * share)


def test_growth_and_forecast_by_the_last_thirty_days(db: Database, home: Path) -> None:
    db.execute("INSERT INTO warc_files (name, created_at, committed_length) VALUES (?, ?, ?)",
               [WARC, stamp(NOW - timedelta(days=400)), 8 * 10**9])  # fmt: skip
    add_document(db, "http://a.test/1", "题", "文")
    for days_ago, length in ((80, 3 * 10**9), (20, 10**9), (2, 10**9)):
        warc(db, days_ago, length)
    disk = disk_use(db, home, NOW)
    share = 1 + disk.database_bytes / disk.warc_bytes
    assert (disk.history_days, disk.pace_days, disk.warc_bytes) == (400, 30, 13 * 10**9)
    assert disk.growth == {d: round(n * 10**9 * share) for d, n in (("30", 2), ("90", 5), ("365", 5))}
    assert disk.bytes_a_document == disk.warc_bytes + disk.database_bytes
    (volume,) = disk.volumes
    assert volume.growth == round(2 * 10**9 * share)
    assert volume.free_bytes == pytest.approx(shutil.disk_usage(home).free, rel=0.05)
    assert disk.months_left == volume.months_left == round(volume.free_bytes / volume.growth, 1)


def test_an_archive_that_does_not_grow_is_never_full(db: Database, home: Path) -> None:
    warc(db, 100, 10**9)
    (volume,) = disk_use(db, home, NOW).volumes
    assert (volume.growth, volume.months_left) == (0, None)


@pytest.mark.skipif(
    not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == Path("/tmp").stat().st_dev,
    reason="needs a second volume",
)
def test_a_warc_file_on_another_volume_is_counted_there(db: Database, home: Path) -> None:
    warc(db, 100, 5)
    other = Path(f"/dev/shm/gongkai-test-{os.getpid()}")
    other.write_bytes(b"12345")
    try:
        (home / "warc" / "w100.warc.gz").symlink_to(other)
        here, there = disk_use(db, home, NOW).volumes
    finally:
        other.unlink()
    assert (there.holds, there.used_bytes, there.growth) == (("warc",), 5, 0)
    assert here.holds == ("archive.db",)


def test_the_verb_says_it(db: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_NOW", stamp(NOW))
    group = click.Group(commands={c.name or "": c for c in COMMANDS})
    warc(db, 5, 10**9)
    said = CliRunner().invoke(group, ["stats", "--home", str(home)]).stdout
    assert "  forecast      too little history to forecast: 5 days of 14\n" in said
    warc(db, 200, 10**9)
    db.close()
    said = CliRunner().invoke(group, ["stats", "--home", str(home)]).stdout
    assert "  grew by       1.0 GB in 30 days, 1.0 GB in 90 days\n" in said
    assert " at this pace (1.0 GB a month)\n" in said
    given = json.loads(CliRunner().invoke(group, ["stats", "--json", "--home", str(home)]).stdout)
    assert (given["documents"], given["disk"]["warc_bytes"], given["disk"]["pace_days"]) == (0, 2 * 10**9, 30)
