"""``gongkai`` as a user runs it: a process of its own, a home of its own, loopback allowed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

__all__ = ["GONGKAI", "ROOT", "Command"]

ROOT = Path(__file__).resolve().parents[1]
GONGKAI = [sys.executable, "-c", "from crawler.cli import main; main()"]


class Command:
    """Runs in ``folder``; ``sources`` is its folder of source files, ``home`` its archive."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.sources = folder, folder / "home", folder / "sources"
        self.sources.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GONGKAI_")},
            "GONGKAI_HOME": str(self.home),
            "GONGKAI_SOURCES": str(self.sources),
            "GONGKAI_ALLOW_LOOPBACK": "1",
            "PYTHONPATH": str(ROOT),
        }

    def add_source(self, name: str, toml: str) -> None:
        (self.sources / f"{name}.toml").write_text(toml, "utf-8")

    def start(self, *arguments: str, command: list[str] | None = None, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*(command or GONGKAI), *arguments],
            cwd=self.folder,
            env=self.environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, command: list[str] | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, command=command, **more)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def json_lines(self, *arguments: str, **more: str) -> list[dict[str, object]]:
        done = self.run(*arguments, **more)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        conn = sqlite3.connect(self.home / "archive.db")
        try:
            return conn.execute(query).fetchall()
        finally:
            conn.close()
