"""Ctrl-C reaches every process of a terminal: whenever it comes, the crawl ends soon, in order, and says one thing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import GONGKAI
from tests.crawler.bigsite import BigSiteProcess


@pytest.fixture
def site(tmp_path: Path) -> Iterator[BigSiteProcess]:
    site = BigSiteProcess(tmp_path, 600, 0.05)
    yield site
    site.close()


@pytest.mark.parametrize("wait", [0.0, 0.3, 0.9, 1.3])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_processes_ends_a_crawl_that_begins(site: BigSiteProcess, number: int, wait: float) -> None:
    process = subprocess.Popen(
        [*GONGKAI, "crawl"], env=site.environment, cwd=site.folder, stderr=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "big: started (recent)\n"
    time.sleep(wait)  # 0: the engine is not running yet; then: the workers are importing; then: they read
    os.killpg(process.pid, number)
    try:
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert err.splitlines()[-1].startswith("Interrupted. Everything fetched is stored")
    assert "Traceback" not in err
    assert site.rows("SELECT code, message FROM issues") == []
