"""Exports that are broken off: what stands under the final name is whole or is not there."""

from __future__ import annotations

import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from archive.database import open_database
from tests.bench_export import export_archive
from tests.command import GONGKAI, ROOT

DOCUMENTS = 1500


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = export_archive(DOCUMENTS, tmp_path_factory.mktemp("archive"))
    db = open_database(home)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return home


def started(home: Path, folder: Path, format: str, most_bytes: int | None = None) -> subprocess.Popen[str]:
    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [*GONGKAI, "--home", str(home), "export", str(folder), "--format", format]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit
    )


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_a_killed_export_leaves_nothing_under_its_name_and_can_be_done_again(
    home: Path, tmp_path: Path, format: str
) -> None:
    out, partial = tmp_path / "out", tmp_path / "out.partial"
    process = started(home, out, format)
    deadline = time.monotonic() + 60
    while not any(partial.glob("documents*")) and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert partial.exists()
    assert not out.exists()
    again = started(home, out, format)
    again.communicate()
    assert again.returncode == 0
    assert not partial.exists()
    assert (out / "manifest.json").exists()


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv", "wacz"])
def test_a_full_disk_is_said_and_leaves_nothing(home: Path, tmp_path: Path, format: str) -> None:
    process = started(home, tmp_path / "out", format, 100_000)
    out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert "gongkai: cannot export to" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
