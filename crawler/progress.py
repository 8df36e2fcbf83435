"""What a crawl shows while it runs: a live table on a terminal, plain lines elsewhere (every ten seconds and at
the end of each source). Everything here goes to stderr; results are the command's business."""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.live import Live
from rich.table import Table

from crawler.crawling import Finished
from crawler.run import SourceRun

__all__ = ["LiveProgress", "PlainProgress", "progress_for", "summary"]

PLAIN_EVERY = 10.0  # seconds


def summary(counts: dict[str, int]) -> str:
    """What a run brought, in words; only what is not zero."""
    words = (
        ("lists", "list pages"), ("found", "found"), ("new", "new"), ("changed", "changed"), ("same", "unchanged"),
        ("gone", "gone"), ("moved", "moved"), ("missing", "missing"), ("unreadable", "unreadable"),
        ("failed", "failed"), ("issues", "issues"),
    )  # fmt: skip
    return ", ".join(f"{counts[key]} {word}" for key, word in words if counts.get(key)) or "nothing yet"


class PlainProgress:
    """One line a source every ten seconds, for logs and pipes."""

    def __init__(self) -> None:
        self.runs: dict[str, SourceRun] = {}
        self.spoke = time.monotonic()

    def __enter__(self) -> PlainProgress:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def started(self, run: SourceRun) -> None:
        self.runs[run.source.id] = run
        self._say(f"{run.source.id}: started ({run.mode})")

    def tick(self) -> None:
        if time.monotonic() - self.spoke < PLAIN_EVERY:
            return
        self.spoke = time.monotonic()
        for name, run in self.runs.items():
            self._say(f"{name}: {summary(run.counts)}; {run.frontier.pending()} waiting")

    def finished(self, outcome: Finished) -> None:
        self.runs.pop(outcome.source, None)

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class LiveProgress:
    """A table that is redrawn twice a second."""

    def __init__(self, console: Console) -> None:
        self.live = Live(console=console, auto_refresh=False, transient=True)
        self.runs: dict[str, tuple[SourceRun, float]] = {}

    def __enter__(self) -> LiveProgress:
        self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.stop()

    def started(self, run: SourceRun) -> None:
        self.runs[run.source.id] = (run, time.monotonic())

    def tick(self) -> None:
        self.live.update(self._table(), refresh=True)

    def finished(self, outcome: Finished) -> None:
        self.runs.pop(outcome.source, None)
        self.tick()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for title in ("source", "pages", "pages/s", "waiting", "so far"):
            table.add_column(title, justify="left" if title in ("source", "so far") else "right")
        for name, (run, began) in self.runs.items():
            pages = run.counts["fetched"]
            rate = pages / max(time.monotonic() - began, 0.001)
            table.add_row(name, str(pages), f"{rate:.1f}", str(run.frontier.pending()), summary(run.counts))
        return table


def progress_for() -> LiveProgress | PlainProgress:
    """Live on a terminal, plain elsewhere."""
    console = Console(stderr=True)
    return LiveProgress(console) if console.is_terminal else PlainProgress()
