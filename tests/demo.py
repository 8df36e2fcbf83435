"""``make demo``: local sites, crawled by the real command on three days, then what one can ask of the archive.

Each command is shown as a user would type it and must succeed, and what it did is compared with what the sites did
(numbers of documents, changes, deletions). Ends every process that it started. Exit 1 if anything is amiss.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("demo-data")
NEVER = ("home", "soft", "missing", "gone", "broken", "waf521", "waf200", "empty")
"""Pages of the ``behaviours`` site that are no documents: challenges, errors, "not found" in every form."""


@dataclass(slots=True)
class Demo:
    """``urls``: base address of each site; ``wrong``: what was not as it should be, in words."""

    urls: dict[str, str]
    environment: dict[str, str]
    started: datetime
    wrong: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        print(f"\n\033[1m── {text}\033[0m" if sys.stdout.isatty() else f"\n── {text}", flush=True)

    def run(self, *arguments: str, day: int = 1) -> None:
        """Run ``gongkai`` with its output passed through; ``day`` 1 is today, others are said with GONGKAI_NOW."""
        environment, shown = dict(self.environment), ""
        if day > 1:
            environment["GONGKAI_NOW"] = self.stamp(day)
            shown = f"GONGKAI_NOW={self.stamp(day)} "
        print(f"$ {shown}gongkai {shlex.join(arguments)}", flush=True)
        command = Path(sys.executable).with_name("gongkai")
        done = subprocess.run([command, *arguments], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            self.wrong.append(f"gongkai {shlex.join(arguments)} ended with exit code {done.returncode}")

    def stamp(self, day: int) -> str:
        return (self.started + timedelta(days=day - 1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def control(self, site: str, query: str) -> dict[str, list[str]]:
        """Tell a site what happens there; returns the paths that were touched."""
        with urlopen(Request(f"{self.urls[site]}/__control__?{query}", method="POST"), timeout=10) as answer:
            done: dict[str, list[str]] = json.load(answer)
        return done

    def rows(self, query: str, *values: object) -> list[tuple[str, ...]]:
        """Ask the archive itself, read-only, as any SQLite tool would."""
        with sqlite3.connect(f"file:{ROOT / FOLDER / 'archive.db'}?mode=ro", uri=True) as connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found

    def check(self, what: str, found: object, right: object) -> None:
        if found == right:
            shown = len(found) if isinstance(found, list | set) else found
            print(f"  ✓ {what}: {shown}".replace("{", "").replace("}", "").replace("'", ""), flush=True)
        else:
            self.wrong.append(f"{what}: {found!r}, expected {right!r}")

    def paths(self, query: str, *values: object) -> set[str]:
        """The paths of the URLs that a query gives."""
        return {"/" + url.split("//")[-1].partition("/")[2] for (url, *_) in self.rows(query, *values)}


def main() -> int:
    """Run the whole; 0 when everything was as it should be."""
    begun = time.monotonic()
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))  # the sites end with this process
    shutil.rmtree(ROOT / FOLDER, ignore_errors=True)
    with _sites() as urls:
        demo = Demo(urls, _environment(), datetime.now(UTC))
        for step in (_first_day, _later_days, _use, _keep):
            step(demo)
    demo.title(f"{time.monotonic() - begun:.1f} seconds")
    for wrong in demo.wrong:
        print(f"  ✗ {wrong}", file=sys.stderr)
    if not demo.wrong:
        print(f"Look around: .venv/bin/gongkai --home {FOLDER} search 家庭医生, or open {FOLDER}/archive.db")
    return 1 if demo.wrong else 0


@contextmanager
def _sites() -> Iterator[dict[str, str]]:
    """The sites in a process of their own, which ends with this one whatever happens."""
    command = [sys.executable, "-m", "tests.sites", "--folder", str(FOLDER / "sources"), "--until-eof", "--slow", "0.5"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            if not ready:
                raise SystemExit("the local sites did not start; see the message above")
            yield json.loads(ready)
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    settings = {
        "GONGKAI_HOME": str(FOLDER),
        "GONGKAI_SOURCES": str(FOLDER / "sources"),
        "GONGKAI_ALLOW_LOOPBACK": "1",
    }
    print("$ export " + " ".join(f"{name}={value}" for name, value in settings.items()), flush=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GONGKAI_")}
    return inherited | settings


def _first_day(demo: Demo) -> None:
    demo.title("Day 1: five sites, crawled for the first time")
    demo.run("crawl")
    counted = demo.rows("SELECT source, trust, count(*) FROM documents WHERE source != 'behaviours' GROUP BY 1, 2")
    found = {f"{source} {trust}": number for source, trust, number in counted}
    held = {"county official": 80, "docshare repost": 25, "mirror hijacked": 15, "official official": 120}
    demo.check("documents of the four sites, each with its trust", found, held)
    never = {f"/a/{name}.html" for name in NEVER}
    stored = demo.paths("SELECT url FROM documents WHERE source = 'behaviours'")
    demo.check("challenge and error pages taken for documents", len(stored & never), 0)


def _later_days(demo: Demo) -> None:
    demo.title("Day 3: bureaus corrected 14 documents and took 4 off the net")
    touched = [demo.control("official", "change=10&remove=3&day=2"), demo.control("county", "change=4&remove=1&day=2")]
    demo.control("behaviours", "day=2")
    demo.run("crawl", "--full", day=3)
    changed = {path for done in touched for path in done["change"]} | {"/a/changing.html"}
    versions = "SELECT d.url FROM versions v JOIN documents d ON d.id = v.document WHERE v.change = ?"
    demo.check("new versions, of exactly the changed documents", demo.paths(versions, "text"), changed)
    demo.check("documents called gone after one failed check", demo.rows(versions, "gone"), [])
    demo.title("Day 5: still away, so now they are gone, with the captures that prove it")
    demo.control("behaviours", "day=4")
    demo.run("crawl", "official", "county", "behaviours", "--full", day=5)
    removed = {path for done in touched for path in done["remove"]} | {"/a/vanishing.html", "/a/returning.html"}
    demo.check("documents that are gone", demo.paths(versions, "gone"), removed)


def _use(demo: Demo) -> None:
    demo.title("What the archive holds")
    demo.run("stats")
    demo.title("What it seems to miss")
    demo.run("audit")
    demo.title("Search")
    demo.run("search", "家庭医生签约服务 满意度", "trust:official", "--limit", "3")
    demo.title("One document's history")
    document = demo.rows(
        "SELECT d.id FROM versions v JOIN documents d ON d.id = v.document WHERE v.change = 'text' "
        "AND d.source = 'official' ORDER BY d.url LIMIT 1"
    )
    demo.run("history", *(document[0] if document else ("no-changed-document",)))
    demo.title("What changed since day 3")
    demo.run("changes", "--since", demo.stamp(3)[:10])


def _keep(demo: Demo) -> None:
    demo.title("Export")
    folder = FOLDER / "export"
    demo.run("export", str(folder), "--format", "jsonl")
    lines = [line for file in sorted((ROOT / folder).glob("documents-*.jsonl")) for line in _lines(file)]
    trusted = demo.rows("SELECT count(*) FROM documents WHERE trust = 'official'")[0][0]
    demo.check("exported documents, the official ones", len(lines), trusted)
    if lines:
        record = json.loads(lines[0])
        shown = ("id", "title", "publisher", "index_number", "published_at", "trust", "version", "captured_at")
        print("  the first: " + json.dumps({name: record[name] for name in shown}, ensure_ascii=False), flush=True)
    demo.title("Verify: every record read to its end and compared with its digest")
    demo.run("verify")


def _lines(file: Path) -> Sequence[str]:
    return file.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    sys.exit(main())
