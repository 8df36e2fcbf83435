"""The big local site in a process of its own, and ``gongkai`` against it as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.command import ROOT, Command
from tests.sites.big import source_toml

__all__ = ["BigSiteProcess"]


class BigSiteProcess(Command):
    """Started at construction; ``close`` ends it. ``visits``: the paths of documents in the order they were asked."""

    def __init__(self, folder: Path, pages: int, slow: float = 0.0) -> None:
        super().__init__(folder)
        self.pages = pages
        command = [sys.executable, "-m", "tests.sites.big", "--pages", str(pages), "--slow", str(slow)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        self.add_source("big", source_toml(self.url))

    def dying(self, point: str, count: int, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.crawler.dying", point, str(count)]
        return self.run(*arguments, command=command)

    def visits(self) -> list[str]:
        with urllib.request.urlopen(f"{self.url}/__log__", timeout=30) as answer:
            paths = [json.loads(line)["path"] for line in answer.read().splitlines()]
        return [path for path in paths if path.startswith("/d/")]

    def change(self, count: int) -> None:
        request = urllib.request.Request(f"{self.url}/__control__?change={count}", method="POST")
        urllib.request.urlopen(request, timeout=30).close()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        if self.process.stdout:
            self.process.stdout.close()
